"""Deprecation, and the dates at which deprecated things end: `x-sunset`, as oasdiff reads it (RFC 3339, section 5.6)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .._values import as_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._changes import Change
    from ._matched import Matched


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
    """What became of an operation's deprecation. None of it breaks a call."""
    old, new = matched.old, matched.new
    before, after = _written(matched.pair.old.at(old.pointer)), _written(matched.pair.new.at(new.pointer))
    if old.deprecated != new.deprecated:
        rule, told = "endpoint-reactivated", "the operation is no longer deprecated"
        if new.deprecated:
            rule = "endpoint-deprecated-with-sunset" if after else "endpoint-deprecated"
            told = "the operation became deprecated" + (f", and ends on {after}" if after else "")
        yield matched.change(rule, "compatible", told, old=old.pointer, new=new.pointer)
    elif new.deprecated and before != after:
        first, second = sunset(before), sunset(after)
        rule = "api-sunset-date-changed" if after else "sunset-deleted"
        if first and second and second < first:
            rule = "api-sunset-date-changed-too-small"
        told = f"the operation ends on {after or 'a day that it does not tell'} instead of {before or 'an untold day'}"
        yield matched.change(rule, "compatible", told, old=old.pointer, new=new.pointer)


def _written(node: Any) -> str:
    value = as_object(node).get("x-sunset")
    return value if isinstance(value, str) else ""
