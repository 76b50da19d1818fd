"""What the lists share: keys by their beginning, pages of a size, and cursors that lead to the next page.

Keys are in the order of their UTF-8 bytes. A cursor names the last entry of its page, so entries that come and go between
two pages neither repeat nor hide others.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, TypeVar

from ._answer import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# Bytes, since SQLite's functions on text end at a NUL character, which a JSON string may hold.
BY_PREFIX = "key >= :prefix AND substr(CAST(key AS BLOB), 1, length(:begin)) = :begin"
"""The condition on the column `key` that `by_prefix` fills."""

AFTER = "(:after IS NULL OR key > :after)"
"""The condition on the column `key` that continues after a cursor."""


def by_prefix(prefix: str) -> dict[str, Any]:
    """The values for `BY_PREFIX`."""
    return {"prefix": prefix, "begin": prefix.encode()}


def size_of(limit: int) -> int:
    """How many entries a page may have; a Refusal 400 below one."""
    if limit < 1:
        raise invalid("limit must be at least 1", details={"limit": limit})
    return limit


def position(cursor: str | None, kind: type[T]) -> T | None:
    """What the cursor names, None for the first page; a Refusal 400 for one that no page of this kind gave."""
    if cursor is None:
        return None
    try:
        named = json.loads(base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, RecursionError):
        named = None
    if type(named) is not kind:
        raise invalid("the cursor is none that this list gave")
    return named


def page(rows: list[T], limit: int, place: Callable[[T], str | int]) -> tuple[list[T], str | None]:
    """At most `limit` of the rows, of which one more was asked for, and the cursor to the next page, None on the last one.

    `place` gives a row's place in the order.
    """
    if len(rows) <= limit:
        return rows, None
    named = json.dumps(place(rows[limit - 1])).encode()
    return rows[:limit], base64.urlsafe_b64encode(named).rstrip(b"=").decode()
