"""Stored files: their bytes lie under random names, so that no key is ever a path; the store knows whose is which."""

from __future__ import annotations

import contextlib
import re
import shutil
import threading
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from urllib.parse import quote

from ._answer import invalid, timestamp
from ._lists import AFTER, BY_PREFIX, by_prefix, page, position, size_of
from ._store import PREFIX, Store

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from ._answer import Refusal

FILES_PATH = "/files"
_TABLE = f"{PREFIX}files"
_OBJECT = "key, size, modified, content_type, blob"
MAX_KEY_BYTES = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_CONTENT_TYPE = re.compile(
    r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+/-]+|\"[^\"\\\x00-\x1f]*\"))*", re.ASCII
)


class Incoming:
    """Bytes on their way in: a file that no key names yet, and the content type of its part, if any."""

    def __init__(self, path: Path, content_type: str | None) -> None:
        self.path = path
        self.content_type = content_type
        self.stream = path.open("xb")
        self._unclaimed = threading.Lock()

    def claim(self) -> bool:
        """True for the first who asks: the file is theirs to keep or to remove."""
        return self._unclaimed.acquire(blocking=False)

    def discard(self) -> None:
        """Closes the file, and removes it unless somebody has claimed it."""
        self.stream.close()
        if self.claim():
            self.path.unlink()


class Stored(NamedTuple):
    """An open stored file; the reader closes `stream`."""

    stream: BinaryIO
    size: int
    content_type: str


def check_key(key: str) -> None:
    """A Refusal 400 for a key that is no plain relative path of named segments, in at most 1,024 bytes of UTF-8."""
    if not key or len(key.encode()) > MAX_KEY_BYTES:
        raise invalid(f"the key must have 1 to {MAX_KEY_BYTES} bytes")
    if _CONTROL.search(key):
        raise invalid("the key holds a control character or a backslash")
    if any(segment in {"", ".", ".."} for segment in key.split("/")):
        raise invalid("the key is no plain path: it begins or ends with '/', or has an empty, '.' or '..' segment")


def check_content_type(content_type: str) -> str:
    """The content type (RFC 9110, 8.3); a Refusal 400 when it is none."""
    if not _CONTENT_TYPE.fullmatch(content_type):
        raise invalid("the content type is not of the form type/subtype")
    return content_type


def file_path(key: str) -> str:
    """The path by which a stored file is fetched."""
    return f"{FILES_PATH}/{quote(key)}"


class Files:
    """The files in `folder`; those that no key names are leftovers of a crash and are removed at the start."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        folder.mkdir(exist_ok=True)
        with store.read() as connection:
            known = {row[0] for row in connection.execute(f"SELECT blob FROM {_TABLE}")}  # noqa: S608
        for path in folder.iterdir():
            if path.name not in known:
                path.unlink()

    def begin(self, content_type: str | None) -> Incoming:
        """A new empty file to write to."""
        return Incoming(self._folder / uuid.uuid4().hex, content_type)

    def keep(self, incoming: Incoming, key: str, content_type: str) -> None:
        """Gives the closed file its key, in place of the one that had it; FileNotFoundError when it has been discarded."""
        if not incoming.claim():
            raise FileNotFoundError(incoming.path)
        try:
            old = self._record(incoming.path, key, content_type)
        except BaseException:
            incoming.path.unlink()
            raise
        self._remove(old)

    def delete(self, key: str) -> dict[str, Any]:
        """Succeeds for an unknown key, too."""
        with self._store.write() as connection:
            old = _blob(connection, key)
            connection.execute(f"DELETE FROM {_TABLE} WHERE key = ?", (key,))  # noqa: S608
        self._remove(old)
        return {"success": True}

    def exists(self, key: str) -> bool:
        """Whether a file has this key."""
        return self._find(key) is not None

    def metadata(self, key: str) -> dict[str, Any]:
        """Size, type, time and `etag` of a file; `exists` alone when there is none."""
        with self._store.read() as connection:
            row = connection.execute(f"SELECT {_OBJECT} FROM {_TABLE} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            return {"exists": False}
        facts = _storage_object(row)
        del facts["key"]
        return {"exists": True, **facts}

    def listing(self, prefix: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """StorageObjects by key; a `cursor` when the list is `truncated`."""
        values = {**by_prefix(prefix), "after": position(cursor, str), "limit": size_of(limit) + 1}
        with self._store.read() as connection:
            found = connection.execute(
                f"SELECT {_OBJECT} FROM {_TABLE} WHERE {BY_PREFIX} AND {AFTER} ORDER BY key LIMIT :limit",  # noqa: S608
                values,
            ).fetchall()
        rows, following = page(found, limit, lambda row: str(row[0]))
        objects = [_storage_object(row) for row in rows]
        if following is None:
            return {"objects": objects, "truncated": False}
        return {"objects": objects, "truncated": True, "cursor": following}

    def copy(self, source: str, key: str) -> None:
        """Gives a copy of the file the key, in place of the one that had it; a Refusal 404 when there is no such file."""
        check_key(key)
        stored = self.open(source)
        if stored is None:
            raise no_file()
        with stored.stream:
            incoming = self.begin(None)
            try:
                with incoming.stream:
                    shutil.copyfileobj(stored.stream, incoming.stream)
                self.keep(incoming, key, stored.content_type)
            finally:
                incoming.discard()

    def move(self, source: str, key: str) -> None:
        """Gives the file the key instead of its own, at once; a Refusal 404 when there is no such file."""
        check_key(key)
        with self._store.write() as connection:
            if _blob(connection, source) is None:
                raise no_file()
            old = None if source == key else _blob(connection, key)
            connection.execute(
                f"UPDATE OR REPLACE {_TABLE} SET key = ?, modified = ? WHERE key = ?",  # noqa: S608
                (key, time.time(), source),
            )
        self._remove(old)

    def _remove(self, blob: str | None) -> None:
        if blob is not None:
            # On Windows a file that is being read cannot be removed; the next start does it.
            with contextlib.suppress(OSError):
                (self._folder / blob).unlink()

    def _record(self, path: Path, key: str, content_type: str) -> str | None:
        """Writes the key's row; returns the name of the file that it had."""
        with self._store.write() as connection:
            old = _blob(connection, key)
            connection.execute(
                f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?, ?, ?, ?)",  # noqa: S608
                (key, path.name, content_type, path.stat().st_size, time.time()),
            )
        return old

    def open(self, key: str) -> Stored | None:
        """The file that has this key now, None when none has."""
        missing = None
        while True:
            row = self._find(key)
            if row is None or row[0] == missing:
                return None
            try:
                return Stored((self._folder / row[0]).open("rb"), row[1], row[2])
            except FileNotFoundError:
                # Between the two steps a newer upload may have removed this file; its key then names another.
                missing = row[0]

    def _find(self, key: str) -> tuple[str, int, str] | None:
        with self._store.read() as connection:
            row: tuple[str, int, str] | None = connection.execute(
                f"SELECT blob, size, content_type FROM {_TABLE} WHERE key = ?",  # noqa: S608
                (key,),
            ).fetchone()
        return row


def no_file() -> Refusal:
    """The refusal of a key that no file has."""
    return invalid("there is no file with this key", status=404)


def _blob(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute(f"SELECT blob FROM {_TABLE} WHERE key = ?", (key,)).fetchone()  # noqa: S608
    return row[0] if row else None


def _storage_object(row: tuple[Any, ...]) -> dict[str, Any]:
    """A StorageObject. The random name of its bytes is the `etag`: no other content ever has it."""
    modified = timestamp(datetime.fromtimestamp(row[2], timezone.utc))
    return {"key": row[0], "size": row[1], "lastModified": modified, "contentType": row[3], "etag": row[4]}
