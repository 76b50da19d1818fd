"""The one SQLite file: connections are lent to one thread at a time, and writers queue here rather than in SQLite.

SQLite's own busy handler sleeps and is not fair, so under 32 writers some starve; the lock here is asked first.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

PREFIX = "_sandbox_"
"""Begins the name of every table and index of the sandbox itself; the project's SQL can reach none of them."""

BUSY_SECONDS = 10.0

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS {PREFIX}users (
    id TEXT PRIMARY KEY, mailbox TEXT NOT NULL UNIQUE, email TEXT NOT NULL, name TEXT, metadata TEXT NOT NULL,
    created_at TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {PREFIX}cache (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {PREFIX}cache_expires ON {PREFIX}cache (expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS {PREFIX}jobs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, data TEXT NOT NULL,
    status TEXT NOT NULL, due REAL NOT NULL, result TEXT, error TEXT, created REAL NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS {PREFIX}jobs_due ON {PREFIX}jobs (status, due, number);
CREATE TABLE IF NOT EXISTS {PREFIX}files (
    key TEXT PRIMARY KEY, blob TEXT NOT NULL UNIQUE, content_type TEXT NOT NULL, size INTEGER NOT NULL,
    modified REAL NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {PREFIX}wallets (
    consumer TEXT NOT NULL, api TEXT NOT NULL, consumed INTEGER NOT NULL, PRIMARY KEY (consumer, api)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {PREFIX}billing (
    number INTEGER PRIMARY KEY, consumer TEXT NOT NULL, api TEXT NOT NULL, metric TEXT NOT NULL, units TEXT NOT NULL,
    logged REAL NOT NULL);
"""

# Columns that came later: table, column, and what fills it in a file that was made without it.
_ADDED = (("jobs", "created", "due"), ("files", "modified", "CAST(strftime('%s') AS REAL)"))


class StoppedError(RuntimeError):
    """The sandbox has stopped; its data can no longer be reached."""


class _Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=_Closable)


class Pool(Generic[T]):
    """Lends values to one thread at a time and closes each exactly once; StoppedError when asked after `close`."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._idle: list[T] = []
        self._closed = False
        self._lock = threading.Lock()

    @contextmanager
    def lend(self) -> Generator[T, None, None]:
        """A value for the length of the block; one that raised is not lent again."""
        with self._lock:
            if self._closed:
                raise StoppedError("the sandbox has stopped")
            value = self._idle.pop() if self._idle else None
        value = self._make() if value is None else value
        try:
            yield value
        except BaseException:
            value.close()
            raise
        self._take_back(value)

    def _take_back(self, value: T) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(value)
                return
        value.close()

    def close(self) -> None:
        """Closes all that is idle now; what is still lent closes on its return."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for value in idle:
            value.close()


def connect(path: Path, prepare: Callable[[sqlite3.Connection], object] | None = None) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may use, one at a time, after `prepare` has set it up."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        if prepare is not None:
            prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


class Store:
    """The sandbox's own tables in the SQLite file at `path`, made when missing, in WAL mode."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writing = threading.Lock()
        self._pool = Pool(lambda: connect(path))
        with self.read() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        with self.write() as connection:
            _bring_up_to_date(connection)

    @contextmanager
    def read(self) -> Generator[sqlite3.Connection, None, None]:
        """A connection for single statements that read."""
        with self._pool.lend() as connection:
            yield connection

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection, None, None]:
        """A connection inside one write transaction: committed at the end of the block, rolled back when it raises."""
        with self.writing, self._pool.lend() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the connections; the last one folds the WAL into the file."""
        self._pool.close()


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Adds the columns that a file of an earlier release lacks."""
    for table, column, filling in _ADDED:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({PREFIX}{table})")}
        if column not in columns:
            connection.execute(f"ALTER TABLE {PREFIX}{table} ADD COLUMN {column} REAL NOT NULL DEFAULT 0")
            connection.execute(f"UPDATE {PREFIX}{table} SET {column} = {filling}")  # noqa: S608
