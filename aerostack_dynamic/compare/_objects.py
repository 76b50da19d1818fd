"""What is said of objects: their properties, which of them are required, what others there may be, and what depends on what.

Properties that were added or removed go by what is declared. A removed one breaks: nobody sends it any longer, or what is sent isn't
looked at. An added one breaks nobody who isn't told of it, unless it is required, or the other side says what undeclared ones are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._facing import BREAKING, COMPATIBLE, HOLDS, SUBJECT, Descent, Ruling
from ._positions import Part

if TYPE_CHECKING:
    from ._facing import Facing
    from ._positions import Position


def compare_objects(facing: Facing) -> None:
    """Tell what differs of these."""
    _properties(facing)
    _required(facing)
    _others(facing)
    _patterned(facing)
    _dependent(facing)
    compare_keyword(facing, "propertyNames", "property-names")
    compare_keyword(facing, "unevaluatedProperties", "unevaluated-properties")


# ---- properties


def lacking(position: Position, at: Position) -> str:
    """The keyword by which the values of this direction don't have the property at a position; empty where they may."""
    word = "readOnly" if position.half.direction == "request" else "writeOnly"
    return word if at.note(word) is True else ""


def _properties(facing: Facing) -> None:
    old, new = facing.old.properties(), facing.new.properties()
    for name in dict.fromkeys([*old, *new]):
        flows, takes = facing.flows.at_property(name), facing.takes.at_property(name)
        if flows is not None and takes is not None:
            facing.descents.append(Descent(flows, takes, (name,), lacking(facing.flows, flows)))
        elif takes is not None:
            _only_taken(facing, name, takes)
        elif flows is not None:
            _only_flowing(facing, name, flows)


def _only_taken(facing: Facing, name: str, takes: Position) -> None:
    """A property that only what takes declares: of a request it is new, of an answer it was removed."""
    alone = facing.rule({"properties": {name: conjoined(takes)}}, "unknown", takes.place())
    if name in facing.flows.all_names():
        if alone.verdict != "compatible":
            facing.say("changed", alone, f"What {SUBJECT} is was moved to alternatives.", tokens=(name,))
        return
    optional = name not in facing.takes.required()
    if facing.forward:
        if optional and not facing.flows.names().open:
            alone = COMPATIBLE
        kind = "optional" if optional else "required"
        told = f"The {kind} property {SUBJECT} was added."
        if not optional:
            alone = facing.rule({"required": [name]}, "breaking")
            kind += "-with-default" if takes.note("default") is not None else ""
        _say_property(facing, f"added:{kind}", alone, told, name, takes)
        return
    gone = "" if not lacking(facing.takes, takes) else "write-only-"
    kind = "optional" if optional else "required"
    ruling = BREAKING if not gone else COMPATIBLE
    if not optional and not gone:
        ruling = facing.rule({"required": [name]}, "breaking")
        ruling = ruling if ruling.verdict == "breaking" else BREAKING
    _say_property(facing, f"removed:{kind}-{gone}", ruling, f"The {kind} property {SUBJECT} was removed.", name, takes)


def _only_flowing(facing: Facing, name: str, flows: Position) -> None:
    """A property that only what flows declares: of a request it was removed, of an answer it is new."""
    only = lacking(facing.flows, flows)
    alone = _as_other(facing)
    if name in facing.takes.all_names():
        if alone.verdict != "compatible" and not only:
            facing.say("changed", alone, f"What {SUBJECT} is was moved to alternatives.", tokens=(name,))
        return
    optional = name not in facing.flows.required()
    kind = "optional" if optional else "required"
    if facing.forward:
        ruling = COMPATIBLE if only or (alone == HOLDS and facing.takes.names().open) else BREAKING
        if alone.verdict != "compatible" and not only:
            ruling = alone._replace(verdict="breaking")
        _say_property(facing, "removed:", ruling, f"The property {SUBJECT} was removed.", name, flows)
    else:
        gone = "write-only-" if only else ""
        _say_property(
            facing, f"added:{kind}-{gone}", COMPATIBLE if only else alone, f"The {kind} property {SUBJECT} was added.", name, flows
        )


def _as_other(facing: Facing) -> Ruling:
    """Whether what takes has room for properties that it doesn't declare."""
    said = COMPATIBLE
    for part in facing.takes.parts:
        words = {key: one for key, one in part.words.items() if key in ("properties", "patternProperties", "additionalProperties")}
        if "unevaluatedProperties" in part.words:
            words = part.words
        if len(words) > ("properties" in words):
            ruling = facing.rule(words, "unknown", part.place)
            if ruling.verdict != "compatible":
                return ruling
            said = ruling
    return said


def _say_property(facing: Facing, event: str, ruling: Ruling, told: str, name: str, at: Position) -> None:
    """Tell what became of a property as such; it stands at `at`, and in the other document where its object does."""
    facing.say(event, ruling, told, "properties", tokens=(name,), declared=True)
    last, is_old = facing.differences[-1], at.half is facing.old.half
    facing.differences[-1] = last._replace(old=at.place() if is_old else last.old, new=last.new if is_old else at.place())


def conjoined(position: Position) -> Any:
    """The schema of a position, as what refers to others of its document."""
    nodes = [one.node for one in position.roots]
    return nodes[0] if len(nodes) == 1 else {"allOf": nodes}


# ---- required


def _required(facing: Facing) -> None:
    old, new = facing.old.required(), facing.new.required()
    _, takes = facing.turned(old, new)
    for name in dict.fromkeys([*old, *new]):
        if (name in old) == (name in new) or _is_told(facing, name):
            continue
        ruling = facing.rule({"required": [name]}, "breaking") if name in takes else HOLDS
        at = facing.new.at_property(name) or facing.old.at_property(name)
        event = "became-required" if name in new else "became-optional"
        if facing.forward and name in new and at is not None and at.note("default") is not None:
            event += "-with-default"
        only = at is not None and at.note("writeOnly") is True and not facing.forward
        told = f"{SUBJECT} became {'required' if name in new else 'optional'}."
        facing.say(f"{event}:write-only" if only else f"{event}:", ruling, told, "required", tokens=(name,))


def _is_told(facing: Facing, name: str) -> bool:
    """Whether that a property was added or removed tells that it is required, too."""
    old, new = facing.old.at_property(name) is not None, facing.new.at_property(name) is not None
    if old == new or name in (facing.flows if facing.takes.at_property(name) is not None else facing.takes).all_names():
        return False
    required = name in facing.takes.required()
    return not required or facing.takes.at_property(name) is not None


# ---- other properties


def _others(facing: Facing) -> None:
    """`additionalProperties`: what properties may there be that are not declared?"""
    one, other = facing.flows.at_word("additionalProperties"), facing.takes.at_word("additionalProperties")
    flows, takes = _closings(facing.flows), _closings(facing.takes)
    alike = [kind for kind, *_ in flows] == [kind for kind, *_ in takes]
    if alike and one is not None and other is not None:
        facing.descents.append(Descent(one, other, ("*",)))
    if flows != takes and (takes or not alike):
        ruling = _others_ruling(facing)
        if not alike or ruling.verdict != "compatible":
            _say_others(facing, ruling)


def _closings(position: Position) -> list[tuple[int, frozenset[str], frozenset[str]]]:
    """What each part that speaks of other properties says of them, and what they are others to."""
    return [
        (_kind(value), frozenset(part.words.get("properties", ())), frozenset(part.words.get("patternProperties", ())))
        for value, part in position.said("additionalProperties")
    ]


def _say_others(facing: Facing, ruling: Ruling) -> None:
    old, new = (max((kind for kind, *_ in _closings(one)), default=0) for one in (facing.old, facing.new))
    event = "forbidden" if new == 2 > old else "allowed" if new < old else "restricted"
    told = {
        "forbidden": f"Properties that are not declared became forbidden in {SUBJECT}.",
        "restricted": f"Properties that are not declared are now restricted in {SUBJECT}.",
        "allowed": f"More properties that are not declared became allowed in {SUBJECT}.",
    }
    facing.say(f"additional-properties-{event}", ruling, told[event], "additionalProperties", "unevaluatedProperties")


def _others_ruling(facing: Facing) -> Ruling:
    """Whether properties are taken that neither side declares; what only flows declares is told by its name."""
    declared = facing.takes.properties()
    told = dict.fromkeys((name for name in facing.flows.properties() if name not in declared), True)
    for value, part in facing.takes.said("additionalProperties"):
        own = dict.fromkeys(part.words.get("properties", ()), True)
        patterns = dict.fromkeys(part.words.get("patternProperties", ()), True)
        fragment = {"properties": {**told, **own}, "patternProperties": patterns, "additionalProperties": value}
        ruling = facing.rule(fragment, "breaking", part.place, everything=True)
        if ruling.verdict != "compatible":
            return ruling
    return HOLDS


def _kind(value: Any) -> int:
    """0 where all others are allowed, 2 where none is, 1 between."""
    return 2 if value is False else 0 if value is True or value == {} else 1


def _patterns(position: Position) -> set[str]:
    return {pattern for value, _ in position.said("patternProperties") for pattern in value}


def _patterned(facing: Facing) -> None:
    flows, takes = _patterns(facing.flows), _patterns(facing.takes)
    old, new = facing.turned(flows, takes)
    for pattern in sorted(flows | takes):
        one, other = facing.flows.at_word("patternProperties", pattern), facing.takes.at_word("patternProperties", pattern)
        if one is not None and other is not None:
            facing.descents.append(Descent(one, other, ("*",)))
            continue
        event = "added" if pattern in new and pattern not in old else "removed"
        ruling = HOLDS
        if other is not None:
            ruling = facing.rule({"patternProperties": {pattern: conjoined(other)}}, "breaking", other.place(), everything=True)
        told = f"The properties of {SUBJECT} that match {pattern!r} are {'now' if event == 'added' else 'no longer'} described."
        facing.say(f"pattern-property-{event}", ruling, told, "patternProperties")


# ---- what depends on what, and what is said of all


def _dependent(facing: Facing) -> None:
    for word, called in (("dependentRequired", "dependent-required"), ("dependentSchemas", "dependent-schema")):
        old, new = (_by_name(one, word) for one in (facing.old, facing.new))
        flows, takes = facing.turned(old, new)
        for name in dict.fromkeys([*old, *new]):
            if name in old and name in new and facing.likeness.same(flows[name][0], takes[name][0]):
                continue
            ruling = HOLDS
            if name in takes:
                value, part = takes[name]
                ruling = facing.rule(
                    {"allOf": [{word: {name: one}} for one in value]}, "unknown" if name in flows else "breaking", part.place
                )
            event = "added" if name not in old else "removed" if name not in new else "changed"
            facing.say(f"{called}-{event}", ruling, f"What {SUBJECT} must be where it has the property {name!r} was {event}.", word)
            if word == "dependentSchemas" and ruling.verdict == "compatible":
                _descend(facing, name, *(_by_name(one, word).get(name) for one in (facing.flows, facing.takes)))


def _descend(facing: Facing, name: str, flows: tuple[list[Any], Part] | None, takes: tuple[list[Any], Part] | None) -> None:
    """What one of these schemas declares may be gone, though all values are taken."""
    if any(one is not None and len(one[0]) != 1 for one in (flows, takes)):
        return
    parts: list[Part] = []
    for position, one in ((facing.flows, flows), (facing.takes, takes)):
        if one is None:
            root = position.roots[0]
            parts.append(Part(True, root.place, f"{root.label}/dependentSchemas/{name}?"))
        else:
            parts.append(position.half.inner(one[1], "dependentSchemas", name))
    facing.descend_settled(*parts)


def _by_name(position: Position, word: str) -> dict[str, tuple[list[Any], Part]]:
    found: dict[str, tuple[list[Any], Part]] = {}
    for value, part in position.said(word):
        for name, one in value.items():
            found.setdefault(name, ([], part))[0].append(one)
    return found


def compare_keyword(facing: Facing, word: str, called: str) -> None:
    """A keyword that is one schema, in which nothing is looked for further down."""
    flows, takes = ([value for value, _ in one.said(word)] for one in (facing.flows, facing.takes))
    old, new = facing.turned(flows, takes)
    beside = word.startswith("unevaluated")
    if facing.likeness.same(flows, takes) and (not beside or not takes or _same_parts(facing)):
        return
    ruling = HOLDS
    for value, part in facing.takes.said(word):
        ruling = facing.rule(
            part.words if beside else {word: value}, "unknown" if flows else "breaking", part.place, everything=True
        )
        if ruling.verdict != "compatible":
            break
    if facing.likeness.same(flows, takes) and ruling.verdict == "compatible":
        return
    event = "added" if not old else "removed" if not new else "changed"
    facing.say(f"{called}-{event}", ruling, f"What {word} says of {SUBJECT} was {event}.", word)


def _same_parts(facing: Facing) -> bool:
    flows, takes = ([one.node for one in position.parts] for position in (facing.flows, facing.takes))
    return facing.likeness.same(flows, takes)
