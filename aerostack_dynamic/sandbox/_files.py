"""Stored files: their bytes lie under random names, so that no key is ever a path; the store knows whose is which."""

from __future__ import annotations

import contextlib
import re
import threading
import uuid
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import quote

from ._answer import invalid
from ._store import PREFIX, Store

if TYPE_CHECKING:
    from pathlib import Path

FILES_PATH = "/files"
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
            known = {row[0] for row in connection.execute(f"SELECT blob FROM {PREFIX}files")}  # noqa: S608
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
        if old is not None:
            # On Windows a file that is being read cannot be removed; the next start does it.
            with contextlib.suppress(OSError):
                (self._folder / old).unlink()

    def _record(self, path: Path, key: str, content_type: str) -> str | None:
        """Writes the key's row; returns the name of the file that it had."""
        with self._store.write() as connection:
            old = connection.execute(f"SELECT blob FROM {PREFIX}files WHERE key = ?", (key,)).fetchone()  # noqa: S608
            connection.execute(
                f"INSERT OR REPLACE INTO {PREFIX}files VALUES (?, ?, ?, ?)",  # noqa: S608
                (key, path.name, content_type, path.stat().st_size),
            )
        return old[0] if old else None

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
                f"SELECT blob, size, content_type FROM {PREFIX}files WHERE key = ?",  # noqa: S608
                (key,),
            ).fetchone()
        return row
