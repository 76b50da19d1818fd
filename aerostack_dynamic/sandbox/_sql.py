"""The project's database: each statement is a transaction of its own, each call within limits of time, rows and size."""

from __future__ import annotations

import math
import re
import sqlite3
import threading
import time
from typing import Any, NamedTuple

from ._answer import Refusal
from ._guard import SCHEMA_VIEW, Guard
from ._store import PREFIX, Pool, Store, connect

SECONDS = 5.0
MAX_ROWS = 20_000
MAX_BYTES = 32 * 1024 * 1024
_STEPS_BETWEEN_LOOKS = 10_000
_LIMIT_LENGTH = 0  # https://www.sqlite.org/c3ref/c_limit_attached.html

_NOISE = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_NAMED_PLACEHOLDER = re.compile(r"(?<![\w$:])[:@$]\w+")
_NUMBERED_PLACEHOLDER = re.compile(r"\?\d")
_MASTER = re.compile(r"sqlite_(?:temp_)?(?:master|schema)", re.IGNORECASE)
_WRITING_MARK = re.compile(r"\b(?:insert|update|delete|replace)\b|=", re.IGNORECASE)
_WITH = re.compile(r"with(?:(?:\s|--[^\n]*\n|/\*.*?\*/)+recursive\b)?", re.IGNORECASE | re.DOTALL)

_READING = frozenset({"select", "values", "with", "explain", "pragma"})
_WRITING_TOO = frozenset({"with", "pragma"})
_CHANGING = frozenset({"insert", "replace", "update", "delete"})
_DEFINING = frozenset({"create", "drop", "alter", "reindex", "analyze"})
_TRANSACTION = frozenset({"begin", "commit", "end", "rollback", "savepoint", "release"})

_MASTER_COLUMNS = "type, name, tbl_name, rootpage, sql"
_MASTER_AS_SEEN = ", ".join(
    f"{name}({_MASTER_COLUMNS}) AS (SELECT {_MASTER_COLUMNS} FROM temp.{SCHEMA_VIEW})"  # noqa: S608
    for name in ("sqlite_master", "sqlite_schema")
)
_CREATE_VIEW = f"""CREATE TEMP VIEW {SCHEMA_VIEW} AS SELECT {_MASTER_COLUMNS} FROM main.sqlite_master
WHERE substr(tbl_name, 1, {len(PREFIX)}) <> '{PREFIX}'"""  # noqa: S608


def failed(message: str) -> Refusal:
    """A refusal with the code DB_QUERY_FAILED."""
    return Refusal(400, "DB_QUERY_FAILED", message)


class _Session:
    """A guarded connection and the deadline of the statement that runs on it."""

    def __init__(self, store: Store, stopping: threading.Event) -> None:
        self.guard = Guard()
        self.guard.open = True
        self.deadline = math.inf
        self._stopping = stopping
        self.connection = connect(store.path, self._prepare)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        setlimit = getattr(connection, "setlimit", None)
        if setlimit is not None:  # since Python 3.11; before, one value may take 1 GB
            setlimit(_LIMIT_LENGTH, MAX_BYTES)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(_CREATE_VIEW)
        connection.set_authorizer(self.guard)
        connection.set_progress_handler(self._overdue, _STEPS_BETWEEN_LOOKS)

    def _overdue(self) -> bool:
        return time.monotonic() > self.deadline or self._stopping.is_set()

    def own(self, statement: str) -> None:
        """Runs one of the sandbox's own statements, past the guard."""
        self.guard.open = True
        self.connection.execute(statement)
        self.guard.open = False

    def changes(self, word: str) -> int:
        """How many rows the last statement, which began with that word, has changed.

        Python's own rowcount knows it for some first words only; SQLite's count stays after statements that change none.
        """
        if word not in _CHANGING and word != "with":
            return 0
        self.guard.open = True
        count: int = self.connection.execute("SELECT changes()").fetchone()[0]
        self.guard.open = False
        return count

    def close(self) -> None:
        """Closes the connection; what it had not committed is rolled back."""
        self.connection.close()


class _Limits:
    """What is left of a call's time, rows and bytes."""

    def __init__(self) -> None:
        self.deadline = time.monotonic() + SECONDS
        self._rows = MAX_ROWS
        self._bytes = MAX_BYTES

    def take(self, size: int) -> None:
        """One more row of that size; ValueError when it is too many."""
        self._rows -= 1
        self._bytes -= size
        if self._rows < 0:
            raise ValueError(f"more than {MAX_ROWS} rows; use LIMIT")
        if self._bytes < 0:
            raise ValueError(f"the rows hold more than {MAX_BYTES // 2**20} MiB; use LIMIT")


class _Statement(NamedTuple):
    """A statement to run, its first word, whether it may write, and the values that it binds."""

    sql: str
    word: str
    writes: bool
    values: list[Any] | dict[str, Any]


class Project:
    """Runs the project's SQL in the store's file, apart from the sandbox's own tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._pool = Pool(lambda: _Session(store, self._stopping))

    def query(self, sql: str, params: list[Any]) -> dict[str, Any]:
        """`results` holds the rows by column name (the last of two equal names wins), `count` how many there are.

        A statement that returns no rows has no `results`, and `count` says how many rows it changed. Raises a Refusal
        with DB_QUERY_FAILED and the database's message.
        """
        statement = _prepare(sql, params)
        if not statement.writes:
            return self._run(statement, _Limits())
        with self._store.writing:
            return self._run(statement, _Limits())

    def batch(self, queries: list[dict[str, Any]]) -> dict[str, Any]:
        """One result a query, in their order; one that fails is undone and says its `error`, the others stand.

        Nobody else writes between them. They share one call's limits of time, rows and size.
        """
        with self._store.writing:
            limits = _Limits()
            results = [self._outcome(query, limits) for query in queries]
        return {"results": results, "success": all(result["success"] for result in results)}

    def _outcome(self, query: dict[str, Any], limits: _Limits) -> dict[str, Any]:
        try:
            done = self._run(_prepare(query["sql"], query.get("params", [])), limits)
        except Refusal as refusal:
            return {"success": False, "error": refusal.message}
        return {"success": True, "results": done["results"]}

    def close(self) -> None:
        """Interrupts what runs and closes the connections."""
        self._stopping.set()
        self._pool.close()

    def _run(self, statement: _Statement, limits: _Limits) -> dict[str, Any]:
        with self._pool.lend() as session:
            session.guard.denied = None
            session.guard.defining = statement.word in _DEFINING
            session.deadline = math.inf
            try:
                session.own("BEGIN IMMEDIATE" if statement.writes else "BEGIN")
                session.deadline = limits.deadline
                rows = _collect(session.connection.execute(statement.sql, statement.values), limits)
                count = session.changes(statement.word) if rows is None else len(rows)
                session.own("COMMIT")
            except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
                raise failed(self._message(error, session)) from None
            return {"results": rows or [], "count": count}

    def _message(self, error: Exception, session: _Session) -> str:
        if session.guard.denied is not None:
            return f"{error}: {session.guard.denied} is not allowed in the sandbox"
        if str(error) == "interrupted":
            return f"interrupted: the statement ran longer than {SECONDS:g} seconds"
        return str(error)


def _prepare(sql: str, params: list[Any]) -> _Statement:
    """The statement with its values; a Refusal when either is not allowed."""
    statement, word, writes = _read_statement(sql)
    values: list[Any] | dict[str, Any] = [_bindable(number, value) for number, value in enumerate(params, 1)]
    if _NUMBERED_PLACEHOLDER.search(_NOISE.sub(" ", sql)):
        # `?1` counts as a name: Python 3.12 warns of a list for it, 3.14 refuses one.
        values = {str(number): value for number, value in enumerate(values, 1)}
    return _Statement(statement, word, writes, values)


def _read_statement(sql: str) -> tuple[str, str, bool]:
    """The statement to run, its first word, and whether it may write."""
    bare = _NOISE.sub(" ", sql)
    match = _WORD.search(bare)
    word = match.group().lower() if match and not bare[: match.start()].strip() else ""
    if word in _TRANSACTION:
        raise failed(f"{word.upper()} is not allowed in the sandbox: each call is a transaction of its own")
    if not word or word not in _READING | _CHANGING | _DEFINING:
        raise failed(f"{word.upper()} is not allowed in the sandbox" if word else "there is no SQL statement here")
    if _NAMED_PLACEHOLDER.search(bare):
        raise failed("params is a list, so placeholders are ? or ?1, not names")
    writes = word not in _READING or (word in _WRITING_TOO and _WRITING_MARK.search(bare) is not None)
    if not _MASTER.search(sql):
        return sql, word, writes
    if word in _DEFINING:
        raise failed(f"{word.upper()} over sqlite_master is not allowed in the sandbox")
    return _over_seen_master(sql, word), word, writes


def _over_seen_master(sql: str, word: str) -> str:
    """The statement after a common table expression named `sqlite_master`, which hides the table of that name."""
    start = _first_word_at(sql)
    if word == "with":
        match = _WITH.match(sql, start)
        assert match is not None
        return f"WITH RECURSIVE {_MASTER_AS_SEEN}, {sql[match.end() :]}"
    if word in {"explain", "pragma"}:
        return sql
    return f"WITH {_MASTER_AS_SEEN} {sql[start:]}"


def _first_word_at(sql: str) -> int:
    position = 0
    while True:
        noise = _NOISE.match(sql, position)
        if noise is None and sql[position].isalpha():
            return position
        position = noise.end() if noise else position + 1


def _bindable(number: int, value: Any) -> Any:
    if isinstance(value, (dict, list)):
        raise failed(f"parameter {number} is an {'object' if isinstance(value, dict) else 'array'}; bind it as JSON text")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise failed(f"parameter {number} does not fit SQLite's 64-bit integers")
    return value


def _collect(cursor: sqlite3.Cursor, limits: _Limits) -> list[dict[str, Any]] | None:
    """The rows; None for a statement that returns none."""
    if cursor.description is None:
        return None
    names = [column[0] for column in cursor.description]
    results: list[dict[str, Any]] = []
    for row in cursor:
        limits.take(sum(_size(name, value) for name, value in zip(names, row, strict=True)))
        results.append(dict(zip(names, row, strict=True)))
    return results


def _size(name: str, value: Any) -> int:
    """A lower bound of the bytes in JSON; ValueError for what JSON cannot carry."""
    if isinstance(value, bytes):
        raise ValueError(f"column {name!r} holds a BLOB, which JSON cannot carry; select hex() of it")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"column {name!r} holds Infinity, which JSON cannot carry")
    return len(name) + (len(value) if isinstance(value, str) else 8)
