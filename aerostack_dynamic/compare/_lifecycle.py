"""Deprecation, the dates at which deprecated things end (`x-sunset`, as in RFC 3339, section 5.6), and `x-stability-level`."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .._values import as_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._changes import Change, Verdict
    from ._matched import Matched

_STABILITY: Final = "x-stability-level"
_LEVELS: Final = MappingProxyType({"draft": 0, "alpha": 1, "beta": 2, "stable": 3})


def sunset(value: object) -> date | None:
    """The day that `x-sunset` tells, None where it tells none."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def is_before_sunset(value: object, today: date) -> bool:
    """Whether the day that `x-sunset` tells is still to come."""
    day = sunset(value)
    return day is not None and day > today


def lifecycle_changes(matched: Matched) -> Iterator[Change]:
    """What became of an operation's deprecation, and of how settled it is said to be.

    None of it changes a call. A promise that was taken back is unknown all the same: whether the operation is there as long as its
    callers were told, or stays as it is, no document tells.
    """
    old, new = matched.old, matched.new
    before, after = as_object(matched.pair.old.at(old.pointer)), as_object(matched.pair.new.at(new.pointer))
    ends = _written(after)
    if old.deprecated != new.deprecated:
        rule, told = "endpoint-reactivated", "the operation is no longer deprecated"
        if new.deprecated:
            rule = "endpoint-deprecated-with-sunset" if ends else "endpoint-deprecated"
            told = "the operation became deprecated" + (f", and ends on {ends}" if ends else "")
        yield matched.change(rule, "compatible", told, old=old.pointer, new=new.pointer)
    elif new.deprecated and (found := sunset_change(before, after)):
        rule, verdict, told = found
        rule = rule if rule == "sunset-deleted" else f"api-{rule}"
        yield matched.change(rule, verdict, f"the operation {told}", old=old.pointer, new=new.pointer)
    one, other = (_LEVELS.get(node.get(_STABILITY, "stable"), 3) for node in (before, after))
    if one != other:
        rule = f"api-stability-{'increased' if other > one else 'decreased'}"
        told = f"the operation is {after.get(_STABILITY, 'stable')} instead of {before.get(_STABILITY, 'stable')}"
        verdict = "compatible" if other > one else "unknown"
        yield matched.change(rule, verdict, told, old=old.pointer, new=new.pointer)


def sunset_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, Verdict, str] | None:
    """What became of the day on which a deprecated thing ends: the end of a rule's id, the verdict, and what is told."""
    first, second = _written(before), _written(after)
    if first == second:
        return None
    told = f"ends on {second or 'a day that it does not tell'} instead of {first or 'an untold day'}"
    if not second:
        return "sunset-deleted", "unknown", told
    one, other = sunset(first), sunset(second)
    if (one and other and other < one) or (first and not other):
        return "sunset-date-changed-too-small", "unknown", told
    return "sunset-date-changed", "compatible", told


def _written(node: Mapping[str, Any]) -> str:
    value = node.get("x-sunset")
    return value if isinstance(value, str) else ""
