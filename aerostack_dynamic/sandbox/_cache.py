"""The cache: JSON values by key, each until its `ttl` is over."""

from __future__ import annotations

import json
import time
from typing import Any

from ._store import PREFIX, Store

LONGEST = 10**10
"""The longest wait in seconds that is told from "for ever" (317 years); keeps large integers out of floats."""


class Cache:
    """Values in the store; times are of the wall clock, so that they pass while the sandbox is down."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str) -> dict[str, Any]:
        """`exists` says whether there is a value, which may itself be null."""
        with self._store.read() as connection:
            row = connection.execute(
                f"SELECT value FROM {PREFIX}cache WHERE key = ? AND (expires IS NULL OR expires > ?)",  # noqa: S608
                (key, time.time()),
            ).fetchone()
        return {"value": json.loads(row[0]), "exists": True} if row else {"value": None, "exists": False}

    def set(self, key: str, value: object, ttl: int | None) -> dict[str, Any]:
        """Keeps the value for `ttl` seconds, for ever without one; a `ttl` of zero or less is over at once."""
        now = time.time()
        expires = None if ttl is None else now + max(0, min(ttl, LONGEST))
        with self._store.write() as connection:
            connection.execute(f"DELETE FROM {PREFIX}cache WHERE expires <= ?", (now,))  # noqa: S608
            connection.execute(
                f"INSERT OR REPLACE INTO {PREFIX}cache VALUES (?, ?, ?)",  # noqa: S608
                (key, json.dumps(value), expires),
            )
        return {"success": True}
