"""What changed between the parameters of an operation. One is the same by its location and name, one of the path by its position."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._media_type import essence
from .._shape import shape_at
from .._template import read_template
from .._values import as_object, pointer_token
from ._contents import same_media_type
from ._lifecycle import is_before_sunset, sunset_change
from ._matched import is_moved, verdict
from ._places import parameter_places
from ._texts import Texts, by_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from .._model import Operation, Parameter
    from .._reference import Document
    from ._changes import Change
    from ._matched import Matched

_IGNORED: Final = frozenset({"accept", "authorization", "content-type"})
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean", "null"})


class _Placed(NamedTuple):
    """A parameter, and where it stands; one that the path alone has stands where the operation does."""

    parameter: Parameter
    place: str

    @property
    def subject(self) -> str:
        return self.parameter.location + pointer_token(self.parameter.name)

    @property
    def told(self) -> str:
        return f"the {self.parameter.location} parameter {self.parameter.name!r}"


def parameter_changes(matched: Matched, today: date) -> Iterator[Change]:
    """The changes of parameters, in the order of the old document, then those that were added."""
    old, new = _placed(matched.pair.old, matched.old), _placed(matched.pair.new, matched.new)
    renamed = renamed_variables(matched)
    left = dict(new)
    gone: list[_Placed] = []
    for (location, name), one in old.items():
        other = left.pop((location, renamed.get(name, name) if location == "path" else name), None)
        if other is None:
            gone.append(one)
        else:
            yield from _changed(matched, one, other)
    for one in gone:
        yield from _removed(matched, one, left, today)
    for one in left.values():
        yield _added(matched, one)


def renamed_variables(matched: Matched) -> Mapping[str, str]:
    """The new names of the variables of a path that is the same but for them."""
    if is_moved(matched.old, matched.new):
        return {}
    old, new = (read_template(one.path).variables for one in (matched.old, matched.new))
    return dict(zip(old, new, strict=True)) if len(old) == len(new) else {}


def _placed(document: Document, operation: Operation) -> dict[tuple[str, str], _Placed]:
    """The parameters by location and name; the names of headers are compared without regard to case (RFC 9110, section 5.1)."""
    places = parameter_places(document, operation)
    return {
        (one.location, one.name.lower() if one.location == "header" else one.name): _Placed(
            one, places.get((one.location, one.name), operation.pointer)
        )
        for one in operation.parameters
    }


def _removed(matched: Matched, one: _Placed, left: dict[tuple[str, str], _Placed], today: date) -> Iterator[Change]:
    name = one.parameter.name.lower()
    moved = next((key for key, other in left.items() if other.parameter.name.lower() == name), None)
    if moved is not None:
        other = left.pop(moved)
        message = f"{one.told} is sent in the {other.parameter.location}"
        yield matched.change(
            "request-parameter-location-changed",
            "breaking",
            message,
            side="request",
            old=one.place,
            new=other.place,
            subject=one.subject,
        )
        yield from _changed(matched, one, other, moved=True)
        return
    rule = "request-parameter-removed"
    if one.parameter.deprecated:
        sunset = as_object(matched.pair.old.at(one.place)).get("x-sunset")
        rule += "-before-sunset" if is_before_sunset(sunset, today) else "-with-deprecation"
    yield matched.change(rule, "breaking", f"{one.told} was removed", side="request", old=one.place, subject=one.subject)


def _added(matched: Matched, one: _Placed) -> Change:
    required = one.parameter.required
    rule = "new-request-path-parameter" if one.parameter.location == "path" else "new-optional-request-parameter"
    if required and one.parameter.location != "path":
        rule = "new-required-request-parameter"
    # Of what is received, a parameter more is as a property more of an answer.
    breaks = required and not matched.received and not _is_ignored(one.parameter)
    told = f"{one.told}, which is {'required' if required else 'optional'}, was added"
    return matched.change(rule, verdict(not breaks), told, side="request", new=one.place, subject=one.subject)


def _is_ignored(parameter: Parameter) -> bool:
    """Whether a definition is ignored, as other parts of the document say what these headers are (OpenAPI 3.2, section 4.12.2)."""
    return parameter.location == "header" and parameter.name.lower() in _IGNORED


def _changed(matched: Matched, old: _Placed, new: _Placed, moved: bool = False) -> Iterator[Change]:
    yield from _requiredness(matched, old, new)
    if not moved:
        yield from _serialization(matched, old, new)
    yield from _content(matched, old, new)
    if old.parameter.deprecated != new.parameter.deprecated:
        rule, told = ("deprecated", "became deprecated") if new.parameter.deprecated else ("reactivated", "is no longer deprecated")
        yield _change(matched, f"request-parameter-{rule}", True, told, old, new)
    elif new.parameter.deprecated:
        yield from _sunset(matched, old, new)


def _sunset(matched: Matched, old: _Placed, new: _Placed) -> Iterator[Change]:
    found = sunset_change(as_object(matched.pair.old.at(old.place)), as_object(matched.pair.new.at(new.place)))
    if found:
        rule, known, told = found
        place: dict[str, Any] = {"side": "request", "old": old.place, "new": new.place, "subject": old.subject}
        yield matched.change(f"request-parameter-{rule}", known, f"{old.told} {told}", **place)


def _change(matched: Matched, rule: str, compatible: bool, told: str, old: _Placed, new: _Placed) -> Change:
    return matched.change(
        rule,
        verdict(compatible),
        f"{old.told} {told}",
        side="request",
        old=old.place,
        new=new.place,
        subject=old.subject,
    )


def _requiredness(matched: Matched, old: _Placed, new: _Placed) -> Iterator[Change]:
    if old.parameter.required != new.parameter.required:
        became = "required" if new.parameter.required else "optional"
        fine = (became == "optional") != matched.received or _is_ignored(new.parameter)
        yield _change(matched, f"request-parameter-became-{became}", fine, f"became {became}", old, new)


def _serialization(matched: Matched, old: _Placed, new: _Placed) -> Iterator[Change]:
    """What is written otherwise (OpenAPI 3.2, section 4.12.4). How several values are is nothing to a single one."""
    one, other = old.parameter, new.parameter
    if one.schema is not None and other.schema is not None:
        if (one.style, one.inner) != (other.style, other.inner):
            told = f"has the style {other.style!r} instead of {one.style!r}"
            yield _change(matched, "request-parameter-style-changed", False, told, old, new)
        elif one.explode != other.explode:
            scalar = _is_scalar(matched.pair.old, one) and _is_scalar(matched.pair.new, other)
            told = "is exploded" if other.explode else "is no longer exploded"
            yield _change(matched, "request-parameter-explode-changed", scalar, told, old, new)
    if one.allow_reserved != other.allow_reserved:
        words = ("became-allow-reserved", "may hold") if other.allow_reserved else ("became-not-allow-reserved", "no longer holds")
        told = f"{words[1]} reserved characters as they are"
        yield _change(matched, f"request-parameter-{words[0]}", other.allow_reserved, told, old, new)
    if one.allow_empty != other.allow_empty:
        words = ("became-allow-empty", "may") if other.allow_empty else ("became-not-allow-empty", "may no longer")
        yield _change(matched, f"request-parameter-{words[0]}", other.allow_empty, f"{words[1]} be empty", old, new)


def _is_scalar(document: Document, parameter: Parameter) -> bool:
    shape = shape_at(document, parameter.schema.pointer) if parameter.schema else None
    return shape is not None and bool(shape.types) and shape.types <= _SCALARS


def _content(matched: Matched, old: _Placed, new: _Placed) -> Iterator[Change]:
    one, other = old.parameter, new.parameter
    before, after = (each.content.name if each.content else "" for each in (one, other))
    name = one.name
    if not before and not after:
        found = matched.schemas(one.schema, other.schema, "request", "parameter", old.subject, name=name)
        yield from _as_sent(matched, found, one, other, old.subject)
    elif before and after and same_media_type(before, after):
        assert one.content is not None, "it has a name"
        assert other.content is not None, "it has a name"
        yield from matched.schemas(
            one.content.schema, other.content.schema, "request", "parameter", old.subject, name=name, media_type=before
        )
    else:
        told = f"is written as {after or 'its style says'} instead of {before or 'its style said'}"
        change = _change(matched, "request-parameter-content-changed", False, told, old, new)
        yield replace(change, by_name=_is_same_text(matched, one, other, before or after))


def _as_sent(matched: Matched, found: list[Change], old: Parameter, new: Parameter, subject: str) -> list[Change]:
    """The same, where values of other types are sent as the same text: that breaks who reads the new document, and no call."""
    if matched.received or not old.schema or not new.schema or old.style != new.style:
        return found
    listed = new.style in ("form", "simple")
    return by_text(found, Texts.of(matched.pair, old.schema.pointer, new.schema.pointer, listed), subject)


def _is_same_text(matched: Matched, old: Parameter, new: Parameter, media_type: str) -> bool:
    one, other = (each.content.schema if each.content else each.schema for each in (old, new))
    if (
        matched.received
        or one is None
        or other is None
        or (old.content and new.content)
        or essence(media_type) != "application/json"
    ):
        return False
    texts = Texts.of(matched.pair, one.pointer, other.pointer)
    return texts is not None and texts.same_as_json()
