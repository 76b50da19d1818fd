"""The search index: texts by id, found by their words with SQLite's FTS5 and ranked by BM25.

A real deployment embeds the texts as vectors and finds what is near in meaning; here only shared words count, so the
order and the scores differ from a deployment's, and a text that shares no word with the question is not found.
"""

from __future__ import annotations

import json
import re
import uuid
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._answer import invalid
from ._store import PREFIX, Store

if TYPE_CHECKING:
    import sqlite3

_TEXTS = f"{PREFIX}texts"
_INDEX = f"{PREFIX}texts_index"
_WORD = re.compile(r"\w+")

# The `embeddingModel`s: English finds a word by its stem, multilingual as it is written. Both ignore case and accents.
_TOKENIZERS = MappingProxyType({"english": "porter unicode61", "multilingual": "unicode61"})

_CREATE_TEXTS = f"""CREATE TABLE IF NOT EXISTS {_TEXTS} (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, content TEXT NOT NULL, metadata TEXT NOT NULL)"""
_CREATE_TYPES = f"CREATE INDEX IF NOT EXISTS {_TEXTS}_types ON {_TEXTS} (type)"
_COLUMNS = f"{_TEXTS}.id, {_TEXTS}.content, {_TEXTS}.type, {_TEXTS}.metadata"


class Search:
    """The texts of the project. Its tables are made with the first object; sqlite3.OperationalError where SQLite lacks FTS5."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.write() as connection:
            connection.execute(_CREATE_TEXTS)
            connection.execute(_CREATE_TYPES)
            connection.execute(_create_index("english"))

    def ingest(self, content: str, kind: str, text_id: str | None, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """Adds a text, in place of the one with the same id; without an id it gets one of its own."""
        with self._store.write() as connection:
            _put(connection, text_id or str(uuid.uuid4()), kind, content, json.dumps(metadata or {}))
        return {"success": True}

    def update(self, text_id: str, content: str, kind: str | None, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """Replaces the text; type and metadata stay when none are given. A Refusal 404 for an unknown id."""
        with self._store.write() as connection:
            row = connection.execute(f"SELECT type, metadata FROM {_TEXTS} WHERE id = ?", (text_id,)).fetchone()  # noqa: S608
            if row is None:
                raise invalid("there is no text with this id", status=404)
            _put(
                connection, text_id, row[0] if kind is None else kind, content, row[1] if metadata is None else json.dumps(metadata)
            )
        return {"success": True}

    def get(self, text_id: str) -> dict[str, Any]:
        """The text as a result without a score; `exists` says whether there is one."""
        with self._store.read() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM {_TEXTS} WHERE id = ?", (text_id,)).fetchone()  # noqa: S608
        return {"result": _result(row) if row else None, "exists": row is not None}

    def query(self, text: str, top: int, kinds: list[str] | None, wanted: dict[str, Any]) -> dict[str, Any]:
        """The `top` best texts that share a word with the question, of these types, whose metadata has what `wanted` has.

        `score` is between 0 and 1, larger for better: s / (1 + s) of BM25's s. A Refusal 400 for a `top` below one.
        """
        if top < 1:
            raise invalid("topK must be at least 1", details={"topK": top})
        question = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        results: list[dict[str, Any]] = []
        if not question:
            return {"results": results}
        with self._store.read() as connection:
            for row in connection.execute(*_matching(question, kinds)):
                result = {**_result(row), "score": row[4] / (1 + row[4])}
                if all(name in result["metadata"] and result["metadata"][name] == value for name, value in wanted.items()):
                    results.append(result)
                if len(results) == top:
                    break
        return {"results": results}

    def delete(self, text_id: str) -> dict[str, Any]:
        """Succeeds for an unknown id, too."""
        return self._delete("id", text_id)

    def delete_type(self, kind: str) -> dict[str, Any]:
        """All texts of the type; succeeds where there are none."""
        return self._delete("type", kind)

    def types(self) -> dict[str, Any]:
        """Each type with its number of texts, by name."""
        with self._store.read() as connection:
            rows = connection.execute(f"SELECT type, count(*) FROM {_TEXTS} GROUP BY type ORDER BY type").fetchall()  # noqa: S608
        return {"types": [{"type": kind, "count": count} for kind, count in rows]}

    def count(self, kind: str | None) -> dict[str, Any]:
        """How many texts there are, of one type or in all."""
        with self._store.read() as connection:
            row = connection.execute(f"SELECT count(*) FROM {_TEXTS} WHERE ?1 IS NULL OR type = ?1", (kind,)).fetchone()  # noqa: S608
        return {"count": row[0]}

    def configure(self, model: str) -> dict[str, Any]:
        """Indexes all texts anew, the way of this model: `english` or `multilingual`."""
        with self._store.write() as connection:
            connection.execute(f"DROP TABLE {_INDEX}")
            connection.execute(_create_index(model))
            connection.execute(f"INSERT INTO {_INDEX} (rowid, content) SELECT number, content FROM {_TEXTS}")  # noqa: S608
        return {"success": True}

    def _delete(self, column: str, value: str) -> dict[str, Any]:
        with self._store.write() as connection:
            connection.execute(
                f"DELETE FROM {_INDEX} WHERE rowid IN (SELECT number FROM {_TEXTS} WHERE {column} = ?)",  # noqa: S608
                (value,),
            )
            connection.execute(f"DELETE FROM {_TEXTS} WHERE {column} = ?", (value,))  # noqa: S608
        return {"success": True}


def _create_index(model: str) -> str:
    return f"CREATE VIRTUAL TABLE IF NOT EXISTS {_INDEX} USING fts5(content, tokenize = '{_TOKENIZERS[model]}')"


def _put(connection: sqlite3.Connection, text_id: str, kind: str, content: str, metadata: str) -> None:
    connection.execute(
        f"DELETE FROM {_INDEX} WHERE rowid = (SELECT number FROM {_TEXTS} WHERE id = ?)",  # noqa: S608
        (text_id,),
    )
    number = connection.execute(
        f"INSERT OR REPLACE INTO {_TEXTS} (id, type, content, metadata) VALUES (?, ?, ?, ?)",  # noqa: S608
        (text_id, kind, content, metadata),
    ).lastrowid
    connection.execute(f"INSERT INTO {_INDEX} (rowid, content) VALUES (?, ?)", (number, content))  # noqa: S608


def _matching(question: str, kinds: list[str] | None) -> tuple[str, list[str]]:
    """The statement and values that find the question's texts, best first, and BM25 with its sign turned."""
    of_types = "" if kinds is None else f" AND {_TEXTS}.type IN ({','.join('?' * len(kinds))})"
    statement = (
        f"SELECT {_COLUMNS}, -bm25({_INDEX}) FROM {_INDEX} JOIN {_TEXTS} ON {_TEXTS}.number = {_INDEX}.rowid "  # noqa: S608
        f"WHERE {_INDEX} MATCH ?{of_types} ORDER BY bm25({_INDEX}), {_TEXTS}.number"
    )
    return statement, [question, *(kinds or [])]


def _result(row: tuple[Any, ...]) -> dict[str, Any]:
    return {"id": row[0], "content": row[1], "type": row[2], "metadata": json.loads(row[3])}
