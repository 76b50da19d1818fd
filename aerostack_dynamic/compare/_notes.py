"""What is said of a value that no value is refused for: defaults, deprecation, discriminators, how it is written as text.

Such a change follows no values, so it goes by rule: code reads a value of another encoding, media type or XML form wrongly, while it
needn't know of a default that a server puts in, or that something is deprecated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._values import as_array, as_object, as_string
from ._facing import BREAKING, COMPATIBLE, SUBJECT, Ruling
from ._objects import lacking
from ._positions import BRANCHES
from ._same import equal, within
from ._scalars import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._facing import Facing
    from ._positions import Part, Position

_NO_RULING: Final = Ruling("unknown", "rule")


def compare_notes(facing: Facing) -> None:
    """Tell what differs of these."""
    _default(facing)
    _deprecated(facing)
    _flags(facing)
    _discriminator(facing)
    _content(facing)
    _extensible(facing)
    old, new = facing.old.note("xml"), facing.new.note("xml")
    if not equal(old, new):
        facing.say("xml-changed", BREAKING, f"The form of {SUBJECT} in XML was changed.", "xml", declared=True)


def _has(position: Position, word: str) -> bool:
    return any(word in position.half.raw(one) for one in position.parts)


def _default(facing: Facing) -> None:
    before, after = _has(facing.old, "default"), _has(facing.new, "default")
    old, new = facing.old.note("default"), facing.new.note("default")
    if before == after and equal(old, new):
        return
    event = "added" if not before else "removed" if not after else "changed"
    told = {
        "added": f"{SUBJECT} was given the default {shown(new)}.",
        "removed": f"The default of {SUBJECT}, {shown(old)}, was removed.",
        "changed": f"The default of {SUBJECT} was changed from {shown(old)} to {shown(new)}.",
    }
    facing.say(f"default-value-{event}", COMPATIBLE, told[event], "default", declared=True)


def _deprecated(facing: Facing) -> None:
    old, new = (one.note("deprecated") is True for one in (facing.old, facing.new))
    if old != new:
        told = f"{SUBJECT} {'became' if new else 'is no longer'} deprecated."
        facing.say("deprecated" if new else "reactivated", COMPATIBLE, told, "deprecated", declared=True)


def _flags(facing: Facing) -> None:
    """`readOnly` and `writeOnly` of properties. An answer that has no more what it had breaks those who read it."""
    for name in facing.old.properties():
        old, new = facing.old.at_property(name), facing.new.at_property(name)
        if old is None or new is None:
            continue
        for word, called in (("readOnly", "read-only"), ("writeOnly", "write-only")):
            before, after = old.note(word) is True, new.note(word) is True
            if before != after:
                required = name in facing.old.required() or name in facing.new.required()
                gone = not facing.forward and after and bool(lacking(facing.new, new)) and word == "writeOnly"
                # A server may refuse what it asked for before, or take no notice of it (OpenAPI 3.2, section 4.24.2).
                refused = facing.forward and after and word == "readOnly" and name in facing.old.required()
                ruling = BREAKING if gone else _NO_RULING if refused else COMPATIBLE
                told = f"{SUBJECT} {'became' if after else 'is no longer'} {called}."
                event = f"flag:{'required' if required else 'optional'}-property-became-{'' if after else 'not-'}{called}"
                facing.say(event, ruling, told, "properties", tokens=(name,), declared=True)


def _discriminator(facing: Facing) -> None:
    old, new = as_object(facing.old.note("discriminator")), as_object(facing.new.note("discriminator"))
    if bool(old) != bool(new):
        event, told = ("added", "was given a discriminator") if new else ("removed", "no longer has a discriminator")
        # What an old request has at the name of the property may be any value, or none, unless the schemas say which.
        told_apart = not facing.forward or not new or _is_told_apart(facing.old, str(new.get("propertyName")))
        ruling = COMPATIBLE if told_apart else _NO_RULING
        facing.say(f"discriminator-{event}", ruling, f"{SUBJECT} {told}.", "discriminator", declared=True)
        return
    if old.get("propertyName") != new.get("propertyName"):
        told = (
            f"The discriminator of {SUBJECT} was changed from {shown(old.get('propertyName'))} to {shown(new.get('propertyName'))}."
        )
        facing.say("discriminator-property-name-changed", BREAKING, told, "discriminator", declared=True)
    if old:
        _mapping(facing, _names(facing.old, old), _names(facing.new, new))


def _alternatives(position: Position) -> Iterator[tuple[str, Part]]:
    """The alternatives, each with the name of the schema that it refers to, empty where it is no reference."""
    for word in BRANCHES:
        for value, part in position.said(word):
            for index in range(len(value)):
                inner = position.half.inner(part, word, index)
                yield as_string(position.half.written(inner).get("$ref")).rpartition("/")[2], inner


def _is_listed(position: Position, name: str) -> bool:
    at = position.at_property(name)
    return at is not None and bool(at.said("const") or at.said("enum"))


def _is_told_apart(position: Position, name: str) -> bool:
    several = [position.child([part]) for _, part in _alternatives(position)]
    return bool(several) and all(_is_listed(one, name) and name in one.required() for one in several)


def _names(position: Position, discriminator: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """What the values of a discriminator lead to: as it maps them, else by the names of schemas (OpenAPI 3.2, section 4.26.2).

    Each is told by its name, and by its schema, which is None unless it is one of the alternatives. A name counts where nothing else says
    what the value is: no other name is mapped to the schema, which doesn't list its values.
    """
    mapped = {name: str(target).rpartition("/")[2] for name, target in as_object(discriminator.get("mapping")).items()}
    found, known = dict[str, tuple[str, Any]](), dict[str, Any]()
    for name, part in _alternatives(position):
        known[name] = part.node
        if name and name not in mapped.values() and not _is_listed(position.child([part]), str(discriminator.get("propertyName"))):
            found[name] = name, part.node
    return {**found, **{name: (target, known.get(target)) for name, target in mapped.items()}}


def _mapping(facing: Facing, old: dict[str, tuple[str, Any]], new: dict[str, tuple[str, Any]]) -> None:
    """A name that flows and isn't taken can't be told by the code that reads it, one that is taken harms none."""
    flows, takes = facing.turned(old, new)
    for name in dict.fromkeys([*old, *new]):
        if name in old and name in new:
            (one, schema), (other, another) = flows[name], takes[name]
            known = schema is not None and another is not None
            if one != other and not (known and facing.likeness.same(schema, another)):
                told = f"The discriminator's value {shown(name)} leads to another schema of {SUBJECT}."
                facing.say("discriminator-mapping-changed", BREAKING, told, "discriminator", declared=True)
            continue
        event, told = ("added", "was added to") if name in new else ("deleted", "was removed from")
        ruling = COMPATIBLE if name in takes and name not in flows else BREAKING
        message = f"{shown(name)} {told} the discriminator's mapping of {SUBJECT}."
        facing.say(f"discriminator-mapping-{event}", ruling, message, "discriminator", declared=True)


def _content(facing: Facing) -> None:
    for word, event in (("contentMediaType", "content-media-type"), ("contentEncoding", "content-encoding")):
        old, new = _written(facing.old, word), _written(facing.new, word)
        if old != new:
            told = f"The {word} of {SUBJECT} was changed from {old or 'none'} to {new or 'none'}."
            facing.say(f"{event}-changed", BREAKING, told, word, "format", declared=True)
    old, new = facing.old.note("contentSchema"), facing.new.note("contentSchema")
    if not equal(old, new):
        event = "added" if old is None else "removed" if new is None else "changed"
        told = f"The contentSchema of {SUBJECT} was {event}."
        flows, takes = facing.turned(old, new)
        ruling = COMPATIBLE if takes is None and flows is not None else BREAKING
        facing.say(f"content-schema-{event}", ruling, told, "contentSchema", declared=True)


def _written(position: Position, word: str) -> str:
    """How a string holds something else; `format: binary` says the same in the words of OpenAPI 3.0 (section 4.7.24.2)."""
    said = position.note(word)
    if isinstance(said, str):
        return said.lower()
    binary = any(position.half.raw(one).get("format") == "binary" for one in position.parts)
    return "application/octet-stream" if word == "contentMediaType" and binary else ""


def _extensible(facing: Facing) -> None:
    """`x-extensible-enum`: values that code must expect more of, while a server that drops one refuses it perhaps."""
    old, new = as_array(facing.old.note("x-extensible-enum")), as_array(facing.new.note("x-extensible-enum"))
    if not old or not new:
        return
    for one in new:
        if not within(one, old):
            told = f"{shown(one)} was added to the open list of values of {SUBJECT}."
            facing.say("x-extensible-enum-value-added", COMPATIBLE, told, "x-extensible-enum", declared=True)
    for one in old:
        if not within(one, new):
            told = f"{shown(one)} was removed from the open list of values of {SUBJECT}."
            ruling = BREAKING if facing.forward else COMPATIBLE
            facing.say("x-extensible-enum-value-removed", ruling, told, "x-extensible-enum", declared=True)
