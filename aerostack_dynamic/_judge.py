"""From what an engine finds to what a user reads: one sentence for each keyword, whichever engine found it, never a value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._values import Location, Mode, Problem, as_array, did_you_mean, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._model import Finding

# Rules whose breach means that the value is not what code written for the document can read.
_HARD: Final = frozenset(
    {
        "type",
        "required",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "falseSchema",
        "dependentRequired",
        "propertyNames",
        "depth",
        "unsaid",
        "work",
    }
)
_LIMITS: Final = MappingProxyType(
    {
        "minLength": "must have at least {} characters",
        "maxLength": "must have at most {} characters",
        "minItems": "must have at least {} items",
        "maxItems": "must have at most {} items",
        "minProperties": "must have at least {} properties",
        "maxProperties": "must have at most {} properties",
        "minimum": "must be at least {}",
        "maximum": "must be at most {}",
        "exclusiveMinimum": "must be more than {}",
        "exclusiveMaximum": "must be less than {}",
        "multipleOf": "must be a multiple of {}",
        "format": "is not a valid {}",
        "pattern": "does not match the pattern {!r}",
        "const": "must be {!r}",
    }
)
# For how many findings a name is guessed that was meant; guessing takes a while.
_GUESSED: Final = 20
_SENTENCES: Final = MappingProxyType(
    {
        "uniqueItems": "holds the same item twice",
        "not": "has a form that is excluded",
        "contains": "has too few or too many items of the kind it must contain",
        "propertyNames": "has a property whose name is not allowed",
        "unevaluatedProperties": "has a property that is not allowed",
        "unevaluatedItems": "has an item that is not allowed",
        "additionalProperties": "has a property that is not allowed",
        "falseSchema": "is not allowed",
        "depth": "nests too deep to be checked",
        "unsaid": "does not fit its schema, which is too involved to say where",
        "work": "would take too long to be checked by its schema",
    }
)


def is_hard(finding: Finding) -> bool:
    """Whether `tolerant` refuses an answer for this: a wrong type, a missing required or a forbidden property.

    A union counts as what its mildest alternative counts as.
    """
    if finding.branches:
        return all(any(map(is_hard, branch)) for branch in finding.branches)
    return finding.rule in _HARD


def fits_several(finding: Finding) -> bool:
    """Whether the finding is that several alternatives of a `oneOf` fit."""
    return finding.rule == "oneOf" and not finding.branches


def is_refused(finding: Finding, mode: Mode) -> bool:
    """Whether an answer is refused for this in a validation mode; else it is delivered."""
    return mode == "strict" or (mode == "tolerant" and is_hard(finding))


def type_name(value: object) -> str:
    """The JSON type of a Python value, as JSON Schema names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else type(value).__name__


def to_problems(findings: Iterable[Finding], location: Location, base: str = "") -> list[Problem]:
    """Problems with pointers that start at `base`, in the order found."""
    return [problem for index, finding in enumerate(findings) for problem in _told(finding, location, base, index < _GUESSED)]


def _told(finding: Finding, location: Location, base: str, guess: bool = True) -> Iterator[Problem]:
    pointer = base + json_pointer(*finding.path)
    if finding.rule in ("required", "dependentRequired") and finding.names:
        for name in finding.names:
            yield Problem(location, pointer + json_pointer(name), "required, missing", finding.rule)
    elif finding.names:
        for name in finding.names:
            yield Problem(location, pointer + json_pointer(name), "not allowed here", finding.rule)
    else:
        yield Problem(location, pointer, _sentence(finding, guess), finding.rule)


def _sentence(finding: Finding, guess: bool) -> str:
    rule, expected, instance = finding.rule, finding.expected, finding.instance
    if rule == "type":
        wanted = [expected] if isinstance(expected, str) else sorted(as_array(expected))
        return f"expected {' or '.join(map(str, wanted))}, got {type_name(instance)}"
    if rule == "format" and expected == "date-time":
        return "is not a valid date-time (RFC 3339: with a UTC offset, as in 2026-01-31T12:00:00Z)"
    if rule == "enum":
        return _enum_sentence(as_array(expected), instance, guess)
    if rule in _LIMITS:
        if rule.endswith(("Length", "Items", "Properties")) and isinstance(instance, (str, list, dict)):
            return f"{_LIMITS[rule].format(int(expected))}, has {len(instance)}"  # pyright: ignore[reportUnknownArgumentType]
        return _LIMITS[rule].format(printable(expected) if isinstance(expected, str) else expected)
    if rule in ("anyOf", "oneOf"):
        return _union_sentence(finding)
    return _SENTENCES.get(rule, f"breaks the rule {rule!r}")


def _enum_sentence(options: list[Any], instance: object, guess: bool) -> str:
    told = ", ".join(printable(repr(one), 80) for one in options[:12]) + (", ..." if len(options) > 12 else "")
    strings = (one for one in options if isinstance(one, str))
    close = did_you_mean(instance, strings) if guess and len(options) > 1 and isinstance(instance, str) else ""
    return f"must be {'' if len(options) == 1 else 'one of '}{told}{close}"


def _distance(union: Finding, branch: Iterable[Finding]) -> tuple[bool, bool, bool, int]:
    """How far a value is from an alternative: another type altogether, then another constant (a discriminator, it may be)."""
    found = [*branch]
    other_type = any(one.rule == "type" and one.path == union.path for one in found)
    other_kind = any(one.rule in ("const", "enum") for one in found)
    return other_type, other_kind, any(map(is_hard, found)), len(found)


def _union_sentence(finding: Finding) -> str:
    if not finding.branches:
        return "fits more than one of the alternatives, of which only one may fit"
    if finding.chosen is None:
        told, which = min(finding.branches, key=lambda branch: _distance(finding, branch)), "the nearest"
    else:
        told, which = finding.branches[finding.chosen], "the one that the discriminator chooses"
    within = len(json_pointer(*finding.path))
    problems = [*dict.fromkeys(one for each in told for one in _told(each, "body", ""))]
    inner = "; ".join(f"{one.pointer[within:]}: {one.message}".removeprefix(": ") for one in problems[:3])
    return f"fits none of the {len(finding.branches)} alternatives; {which} says: {inner}"
