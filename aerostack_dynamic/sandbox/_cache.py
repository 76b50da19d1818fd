"""The cache: JSON values by key, each until its `ttl` is over. Times are of the wall clock: they pass while the sandbox is down."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from ._answer import invalid
from ._lists import AFTER, BY_PREFIX, by_prefix, page, position, size_of
from ._store import PREFIX, Store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

LONGEST = 10**10
"""The longest wait in seconds that is told from "for ever" (317 years); keeps large integers out of floats."""

MOST_KEYS = 10_000
"""How many keys one call lists or flushes; the document's number."""

_TABLE = f"{PREFIX}cache"
_LIVE = "(expires IS NULL OR expires > :now)"


class Cache:
    """Values in the store. A call that changes several keys is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str) -> dict[str, Any]:
        """`exists` says whether there is a value, which may itself be null."""
        with self._store.read() as connection:
            return _read(connection, key, time.time())

    def set(self, key: str, value: object, ttl: int | None) -> dict[str, Any]:
        """Keeps the value for `ttl` seconds, for ever without one; a `ttl` of zero or less is over at once."""
        self.set_many([{"key": key, "value": value, "ttl": ttl}])
        return {"success": True}

    def delete(self, key: str) -> dict[str, Any]:
        """Succeeds for a key without a value, too."""
        self.delete_many([key])
        return {"success": True}

    def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
        """One entry a key, in the order asked for, all of one moment."""
        with self._store.read() as connection:
            connection.execute("BEGIN")
            try:
                now = time.time()
                return {"results": [{"key": key, **_read(connection, key, now)} for key in keys]}
            finally:
                connection.execute("COMMIT")

    def set_many(self, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Each entry has `key`, `value` and perhaps `ttl`; the last of two with one key wins."""
        now = time.time()
        with self._store.write() as connection:
            _forget_ended(connection, now)
            for entry in entries:
                _write(connection, entry["key"], entry["value"], _end(now, entry.get("ttl")))
        return {"success": True, "count": len(entries)}

    def delete_many(self, keys: Sequence[str]) -> dict[str, Any]:
        """`count` says how many keys were asked for, `deleted` how many had a value."""
        with self._store.write() as connection:
            _forget_ended(connection, time.time())
            deleted = connection.executemany(f"DELETE FROM {_TABLE} WHERE key = ?", [(key,) for key in keys]).rowcount  # noqa: S608
        return {"success": True, "count": len(keys), "deleted": max(deleted, 0)}

    def listing(self, prefix: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """Keys and their `expiration` in Unix seconds, null for ever; `cursor` unless the list is complete."""
        after = position(cursor, str)
        rows, following = page(self._keys(prefix, size_of(limit) + 1, after), limit, lambda row: str(row[0]))
        keys = [{"key": key, "expiration": None if expires is None else int(expires)} for key, expires in rows]
        if following is None:
            return {"keys": keys, "list_complete": True}
        return {"keys": keys, "list_complete": False, "cursor": following}

    def keys(self, prefix: str) -> dict[str, Any]:
        """The first `MOST_KEYS` keys; `truncated` says that there are more."""
        rows = self._keys(prefix, MOST_KEYS + 1, None)
        return {"keys": [row[0] for row in rows[:MOST_KEYS]], "truncated": len(rows) > MOST_KEYS}

    def flush(self, prefix: str) -> dict[str, Any]:
        """Deletes the first `MOST_KEYS` keys; `deleted` says how many there were."""
        with self._store.write() as connection:
            _forget_ended(connection, time.time())
            deleted = connection.execute(
                f"DELETE FROM {_TABLE} WHERE key IN (SELECT key FROM {_TABLE} WHERE {BY_PREFIX} ORDER BY key LIMIT :most)",  # noqa: S608
                {**by_prefix(prefix), "most": MOST_KEYS},
            ).rowcount
        return {"success": True, "deleted": deleted}

    def expire(self, key: str, ttl: int) -> dict[str, Any]:
        """Ends the value in `ttl` seconds from now; no success for a key without a value."""
        now = time.time()
        with self._store.write() as connection:
            _forget_ended(connection, now)
            changed = connection.execute(f"UPDATE {_TABLE} SET expires = ? WHERE key = ?", (_end(now, ttl), key)).rowcount  # noqa: S608
        return {"success": changed == 1}

    def increment(self, key: str, amount: int, initial: int, ttl: int | None) -> dict[str, Any]:
        """`value` after the change; a new counter begins at `initial` and ends after `ttl`, an old one keeps its end.

        Atomic, though the document does not promise it. A Refusal 400 when the value is no integer, or would not fit 64 bits.
        """
        now = time.time()
        with self._store.write() as connection:
            _forget_ended(connection, now)
            row = connection.execute(f"SELECT value, expires FROM {_TABLE} WHERE key = ?", (key,)).fetchone()  # noqa: S608
            value, expires = (json.loads(row[0]), row[1]) if row else (initial, _end(now, ttl))
            if type(value) is not int:
                raise invalid("the value of this key is no integer")
            value += amount
            if not -(2**63) <= value < 2**63:
                raise invalid("the counter would not fit 64 bits")
            _write(connection, key, value, expires)
        return {"value": value}

    def _keys(self, prefix: str, limit: int, after: str | None) -> list[tuple[str, float | None]]:
        values = {**by_prefix(prefix), "now": time.time(), "limit": limit, "after": after}
        with self._store.read() as connection:
            return connection.execute(
                f"SELECT key, expires FROM {_TABLE} WHERE {BY_PREFIX} AND {_LIVE} AND {AFTER} ORDER BY key LIMIT :limit",  # noqa: S608
                values,
            ).fetchall()


def _read(connection: sqlite3.Connection, key: str, now: float) -> dict[str, Any]:
    row = connection.execute(
        f"SELECT value FROM {_TABLE} WHERE key = :key AND {_LIVE}",  # noqa: S608
        {"key": key, "now": now},
    ).fetchone()
    return {"value": json.loads(row[0]), "exists": True} if row else {"value": None, "exists": False}


def _write(connection: sqlite3.Connection, key: str, value: object, expires: float | None) -> None:
    connection.execute(f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?, ?)", (key, json.dumps(value), expires))  # noqa: S608


def _end(now: float, ttl: int | None) -> float | None:
    return None if ttl is None else now + max(0, min(ttl, LONGEST))


def _forget_ended(connection: sqlite3.Connection, now: float) -> None:
    connection.execute(f"DELETE FROM {_TABLE} WHERE expires <= ?", (now,))  # noqa: S608
