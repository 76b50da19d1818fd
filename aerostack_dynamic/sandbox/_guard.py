"""What the project's SQL may do: an allow-list of SQLite actions. What is not named here is refused."""

from __future__ import annotations

import re
import sqlite3
from types import MappingProxyType

from ._store import PREFIX

SCHEMA_VIEW = f"{PREFIX}schema"
"""The temporary view of `sqlite_master` without the sandbox's own tables; the only way in which it may be read."""

_MASTERS = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
_OWN = re.compile(rf"(?:sqlite_autoindex_)?{PREFIX}", re.IGNORECASE)
_INSIDE_VIEWS = frozenset({"dbstat", "sqlite_stmt", "sqlite_dbpage", "bytecode", "tables_used"})
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
_MODULES = frozenset({"fts3", "fts4", "fts5", "fts5vocab", "rtree", "rtree_i32"})
_PRAGMAS_TO_READ = frozenset(
    [
        "table_info",
        "table_xinfo",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "foreign_keys",
        "integrity_check",
        "quick_check",
        "page_count",
        "page_size",
        "encoding",
        "collation_list",
        "compile_options",
        "data_version",
    ]
)
_PRAGMAS_WITH_TABLE = frozenset(
    [
        "table_info",
        "table_xinfo",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
    ]
)
_PRAGMAS_TO_SET = frozenset({"user_version", "application_id"})

_ALLOWED = MappingProxyType(
    {
        sqlite3.SQLITE_SELECT: "SELECT",
        sqlite3.SQLITE_RECURSIVE: "WITH RECURSIVE",
        sqlite3.SQLITE_READ: "reading",
        sqlite3.SQLITE_INSERT: "INSERT into",
        sqlite3.SQLITE_UPDATE: "UPDATE of",
        sqlite3.SQLITE_DELETE: "DELETE from",
        sqlite3.SQLITE_CREATE_TABLE: "CREATE TABLE",
        sqlite3.SQLITE_CREATE_INDEX: "CREATE INDEX",
        sqlite3.SQLITE_CREATE_VIEW: "CREATE VIEW",
        sqlite3.SQLITE_CREATE_TRIGGER: "CREATE TRIGGER",
        sqlite3.SQLITE_CREATE_VTABLE: "CREATE VIRTUAL TABLE",
        sqlite3.SQLITE_DROP_TABLE: "DROP TABLE",
        sqlite3.SQLITE_DROP_INDEX: "DROP INDEX",
        sqlite3.SQLITE_DROP_VIEW: "DROP VIEW",
        sqlite3.SQLITE_DROP_TRIGGER: "DROP TRIGGER",
        sqlite3.SQLITE_DROP_VTABLE: "DROP TABLE",
        sqlite3.SQLITE_ALTER_TABLE: "ALTER TABLE",
        sqlite3.SQLITE_ANALYZE: "ANALYZE",
        sqlite3.SQLITE_REINDEX: "REINDEX",
        sqlite3.SQLITE_FUNCTION: "function",
        sqlite3.SQLITE_PRAGMA: "PRAGMA",
    }
)
_REFUSED = MappingProxyType(
    {
        sqlite3.SQLITE_ATTACH: "ATTACH",
        sqlite3.SQLITE_DETACH: "DETACH",
        sqlite3.SQLITE_TRANSACTION: "a transaction of its own",
        sqlite3.SQLITE_SAVEPOINT: "SAVEPOINT",
        sqlite3.SQLITE_CREATE_TEMP_TABLE: "a temporary table",
        sqlite3.SQLITE_CREATE_TEMP_VIEW: "a temporary view",
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER: "a temporary trigger",
        sqlite3.SQLITE_CREATE_TEMP_INDEX: "a temporary index",
    }
)
_SKIP_OWN = frozenset({sqlite3.SQLITE_ANALYZE, sqlite3.SQLITE_REINDEX})


class Guard:
    """One connection's authorizer; `denied` says what was last refused, `open` lets the sandbox's own statements pass.

    `defining` is true while a statement defines or changes tables: SQLite itself then reads `sqlite_master`.
    """

    def __init__(self) -> None:
        self.open = False
        self.defining = False
        self.denied: str | None = None

    def __call__(self, action: int, first: str | None, second: str | None, database: str | None, source: str | None) -> int:
        """Answers SQLite's question (https://www.sqlite.org/c3ref/set_authorizer.html)."""
        if self.open or source == SCHEMA_VIEW or (action == sqlite3.SQLITE_READ and first == SCHEMA_VIEW):
            return sqlite3.SQLITE_OK
        if action in _SKIP_OWN and _is_own(first or ""):
            # SQLITE_IGNORE leaves this one out of a bare ANALYZE or REINDEX; a denial would end the whole statement.
            return sqlite3.SQLITE_IGNORE
        if action not in _ALLOWED:
            reason: str | None = _REFUSED.get(action, f"action {action}")
        elif database not in {None, "main"} and not (self.defining and first in _MASTERS):
            reason = f"{_ALLOWED[action]} {first} in {database}"
        else:
            reason = self._reason(action, first or "", second or "")
        if reason is None:
            return sqlite3.SQLITE_OK
        self.denied = reason
        return sqlite3.SQLITE_DENY

    def _reason(self, action: int, first: str, second: str) -> str | None:
        """Why an action of the list is refused all the same; None when it is not."""
        name = _ALLOWED[action]
        if action == sqlite3.SQLITE_PRAGMA:
            return None if _pragma_allowed(first.lower(), second) else f"PRAGMA {first}"
        if action == sqlite3.SQLITE_FUNCTION:
            return f"{name} {second}" if second.lower() in _FORBIDDEN_FUNCTIONS else None
        if action == sqlite3.SQLITE_CREATE_VTABLE and second.lower() not in _MODULES:
            return f"{name} USING {second}"
        hidden = action == sqlite3.SQLITE_READ and self._hidden(first.lower(), second)
        return f"{name} {first}" if hidden or _is_own(first) or _is_own(second) else None

    def _hidden(self, table: str, column: str) -> bool:
        # Every virtual table that SQLite opens looks for a row of sqlite_master by its number, which tells nothing.
        return table in _INSIDE_VIEWS or (table in _MASTERS and not self.defining and column != "ROWID")


def _is_own(name: str) -> bool:
    return _OWN.match(name) is not None


def _pragma_allowed(name: str, argument: str) -> bool:
    if name in _PRAGMAS_TO_SET:
        return True
    if name in _PRAGMAS_WITH_TABLE:
        return not _is_own(argument)
    return name in _PRAGMAS_TO_READ and not argument
