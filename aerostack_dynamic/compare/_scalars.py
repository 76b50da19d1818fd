"""What is said of a value by itself: its types, the values that are listed, limits, `multipleOf`, `pattern`, `format`."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .._formats import STANDARD
from .._keywords import NUMBERS
from .._values import UNSET, as_string, is_array, printable
from ._facing import BREAKING, COMPATIBLE, HOLDS, SUBJECT, Ruling
from ._same import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._facing import Facing
    from ._positions import Position

# The keyword, what rules call it, and whether it is an upper limit.
_LIMITS: Final = (
    ("maximum", "max", True),
    ("minimum", "min", False),
    ("exclusiveMaximum", "exclusive-max", True),
    ("exclusiveMinimum", "exclusive-min", False),
    ("maxLength", "max-length", True),
    ("minLength", "min-length", False),
    ("maxItems", "max-items", True),
    ("minItems", "min-items", False),
    ("maxProperties", "max-properties", True),
    ("minProperties", "min-properties", False),
)
# Formats that say how a value is shown or held, and exclude none.
_HINTS: Final = frozenset({"password", "float", "double", "html", "markdown", "textarea", "commonmark"})
_ALL: Final = frozenset({"array", "boolean", "integer", "number", "object", "string"})
_NO_RULING: Final = Ruling("unknown", "rule")
_BOUNDS: Final[Mapping[str, int]] = MappingProxyType({"minimum": 0, "maximum": 1})


def compare_scalars(facing: Facing) -> None:
    """Tell what differs of these."""
    compare_null(facing)
    _types(facing)
    _listed(facing)
    _constants(facing)
    for word, called, upper in _LIMITS:
        _limit(facing, word, called, upper)
    _multiples(facing)
    _patterns(facing)
    _format(facing)
    _unique(facing)


def shown(value: object) -> str:
    """A JSON value in a message."""
    return printable(json.dumps(value, ensure_ascii=False, default=str), 60)


def compare_null(facing: Facing) -> None:
    """Tell what became of null."""
    if facing.null_flows == facing.null_taken or not facing.null_apart:
        return
    ruling = HOLDS if facing.null_taken else Ruling("breaking", "proved", facing.only(None))
    became = facing.null_taken if facing.forward else facing.null_flows
    told = f"{SUBJECT} may now be null." if became else f"{SUBJECT} can no longer be null."
    facing.say("became-nullable" if became else "became-not-nullable", ruling, told, "type", "nullable", "enum", "anyOf", "oneOf")


# ---- types


def _types(facing: Facing) -> None:
    old, new = facing.old.types(), facing.new.types()
    wide, wider = _full(old), _full(new)
    if wide == wider or not (facing.old.said("type") or facing.new.said("type")):
        return
    _, takes = facing.turned(old, new)
    kinds = sorted(_full(takes)) + (["null"] if facing.null_taken else [])
    covered = _full(facing.flows.types()) <= _full(takes)
    ruling = (
        HOLDS if takes is None else facing.rule({"type": kinds} if kinds else {"not": {}}, "compatible" if covered else "breaking")
    )
    event = _type_event(facing, wide < wider, wider < wide)
    facing.say(event, ruling, f"The type of {SUBJECT} was changed from {_named(old)} to {_named(new)}.", "type")


def _type_event(facing: Facing, widened: bool, narrowed: bool) -> str:
    listed = any(
        is_array(value) and len(set(value) - {"null"}) > 1 for one in (facing.old, facing.new) for value, _ in one.said("type")
    )
    if listed and (widened or narrowed):
        return "list-of-types-widened" if widened else "list-of-types-narrowed"
    if widened:
        return "type-generalized"
    return "type-specialized" if narrowed and not facing.forward else "type-changed"


def _full(kinds: frozenset[str] | None) -> frozenset[str]:
    """Types with those that they include."""
    if kinds is None:
        return _ALL
    return kinds | {"integer"} if "number" in kinds else kinds


def _named(kinds: frozenset[str] | None) -> str:
    return "any" if kinds is None else " or ".join(sorted(kinds)) or "null alone"


# ---- values that are listed


def _values(position: Position, word: str) -> list[Any] | None:
    """The values that `enum` or `const` leaves, but null; None where it leaves all."""
    kept: list[Any] | None = None
    for value, _ in position.said(word):
        several = value if word == "enum" else [value]
        kept = [one for one in several if kept is None or within(one, kept)]
    return None if kept is None else [one for one in kept if one is not None]


def _listed(facing: Facing) -> None:
    old, new = _values(facing.old, "enum"), _values(facing.new, "enum")
    flows, takes = facing.turned(old, new)
    if old is None or new is None:
        if old is not new:
            event = "became-enum" if old is None else "became-any-value"
            told = (
                f"The values of {SUBJECT} are now restricted to a list."
                if old is None
                else f"{SUBJECT} is no longer one of a list."
            )
            facing.say(event, HOLDS if takes is None else _among(facing, takes), told, "enum")
        return
    for one in new:
        if not within(one, old):
            facing.say("enum-value-added", _one(facing, one, flows), f"{shown(one)} was added to the values of {SUBJECT}.", "enum")
    for one in old:
        if not within(one, new):
            facing.say(
                "enum-value-removed", _one(facing, one, flows), f"{shown(one)} was removed from the values of {SUBJECT}.", "enum"
            )


def _among(facing: Facing, values: list[Any]) -> Ruling:
    nothing: list[Any] = [None] if facing.null_taken else []
    return facing.rule({"enum": values + nothing} if values + nothing else {"not": {}}, "breaking")


def _one(facing: Facing, value: Any, flows: list[Any]) -> Ruling:
    """The ruling on a value that only one side lists."""
    if not within(value, flows) or facing.values.holds(value) is False:
        return HOLDS
    return BREAKING._replace(target=facing.only(value))


def _constants(facing: Facing) -> None:
    old, new = _values(facing.old, "const"), _values(facing.new, "const")
    if old == new and (old is None or all(within(one, new or []) for one in old)):
        return
    _, takes = facing.turned(old, new)
    ruling = HOLDS if takes is None else _among(facing, takes)
    values = f"from {_shown(old)} to {_shown(new)}"
    event = "const-added" if old is None else "const-removed" if new is None else "const-changed"
    facing.say(event, ruling, f"The only value of {SUBJECT} was changed {values}.", "const")


def _shown(values: list[Any] | None) -> str:
    return "any" if values is None else ", ".join(map(shown, values)) or "none"


# ---- limits


def _limits(position: Position, word: str, upper: bool) -> Any:
    """The strictest value of a limit that is written, None without one; those that a format sets are its own."""
    found: list[Any] = []
    for value, part in position.said(word):
        bounds = NUMBERS.get(as_string(position.half.raw(part).get("format")))
        if bounds is None or word not in _BOUNDS or value != bounds[_BOUNDS[word]]:
            found.append(value)
    return (min if upper else max)(found) if found else None


def _limit(facing: Facing, word: str, called: str, upper: bool) -> None:
    old, new = _limits(facing.old, word, upper), _limits(facing.new, word, upper)
    if old == new:
        return
    flows, takes = facing.turned(old, new)
    if takes is None:
        ruling = HOLDS
    else:
        within_it = flows is not None and (flows <= takes if upper else flows >= takes)
        ruling = facing.rule({word: takes}, "compatible" if within_it else "breaking")
    if old is None:
        facing.say(f"{called}-set", ruling, f"The {word} of {SUBJECT} was set to {shown(new)}.", word)
    elif new is None:
        facing.say(f"{called}-unset", ruling, f"The {word} of {SUBJECT}, {shown(old)}, was taken away.", word)
    else:
        became = "increased" if new > old else "decreased"
        facing.say(f"{called}-{became}", ruling, f"The {word} of {SUBJECT} was {became} from {shown(old)} to {shown(new)}.", word)


def _multiples(facing: Facing) -> None:
    old, new = (list(dict.fromkeys(value for value, _ in one.said("multipleOf"))) for one in (facing.old, facing.new))
    if set(old) == set(new):
        return
    _, takes = facing.turned(old, new)
    ruling = facing.rule({"allOf": [{"multipleOf": one} for one in takes]}, "breaking") if takes else HOLDS
    if not old:
        event = "multiple-of-set"
    elif not new:
        event = "multiple-of-unset"
    elif len(old) == len(new) == 1 and max(*old, *new) % min(*old, *new) == 0:
        event = "multiple-of-generalized" if old > new else "multiple-of-specialized"
    else:
        event = "multiple-of-changed"
    facing.say(
        event, ruling, f"The multipleOf of {SUBJECT} was changed from {_shown(old or None)} to {_shown(new or None)}.", "multipleOf"
    )


# ---- strings


def _patterns(facing: Facing) -> None:
    old, new = (list(dict.fromkeys(value for value, _ in one.said("pattern"))) for one in (facing.old, facing.new))
    gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
    if not gone and not came:
        return
    flows, takes = facing.turned(gone, came)
    ruling = HOLDS
    if takes:
        ruling = facing.rule({"allOf": [{"pattern": one} for one in takes]}, "unknown" if flows else "breaking")
    event = "pattern-added" if not gone else "pattern-removed" if not came else "pattern-changed"
    if event == "pattern-changed" and ruling.verdict == "compatible":
        event = "pattern-generalized" if facing.forward else "pattern-specialized"
    facing.say(
        event, ruling, f"The pattern of {SUBJECT} was changed from {_shown(old or None)} to {_shown(new or None)}.", "pattern"
    )


def _formats(position: Position) -> list[str]:
    """The formats that are written, but `binary`: that is read as a `contentMediaType`."""
    found: list[str] = []
    for part in position.parts:
        named = as_string(position.half.raw(part).get("format"))
        if named and named != "binary":
            found.append(named)
    return list(dict.fromkeys(found))


def _format(facing: Facing) -> None:
    old, new = _formats(facing.old), _formats(facing.new)
    gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
    if not gone and not came:
        return
    _, takes = facing.turned(gone, came)
    ruling = _format_ruling(facing, takes)
    widens = ruling.verdict == "compatible"
    event = ("type-generalized" if facing.forward else "type-specialized") if widens else "type-changed"
    told = f"from {' and '.join(old) or 'none'} to {' and '.join(new) or 'none'}"
    facing.say(event, ruling, f"The format of {SUBJECT} was changed {told}.", "format")


def _format_ruling(facing: Facing, takes: list[str]) -> Ruling:
    """The ruling on formats that take: a format that nothing judges may mean anything, unless it only says how a value is held."""
    if not takes:
        return HOLDS
    judged = [_judged(one) for one in takes]
    if any(one is UNSET for one in judged):
        return _NO_RULING
    fragments = [one for one in judged if one is not None]
    return facing.rule({"allOf": fragments}, "breaking") if fragments else COMPATIBLE


def _judged(named: str) -> Any:
    if named in NUMBERS:
        least, most = NUMBERS[named]
        return {"minimum": least, "maximum": most}
    if named in STANDARD.checks:
        return {"format": named}
    return None if named in _HINTS else UNSET


def _unique(facing: Facing) -> None:
    old, new = (any(value for value, _ in one.said("uniqueItems")) for one in (facing.old, facing.new))
    if old != new:
        _, takes = facing.turned(old, new)
        ruling = facing.rule({"uniqueItems": True}, "breaking") if takes else HOLDS
        event, told = ("set", "must now differ from each other") if new else ("unset", "may now be the same")
        facing.say(f"unique-items-{event}", ruling, f"The items of {SUBJECT} {told}.", "uniqueItems")
