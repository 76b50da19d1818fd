"""Files that come into being whole: written beside their place under another name, and put there when all is written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from ._errors import ArgumentsError

if TYPE_CHECKING:
    from collections.abc import Generator

# Names of files have at most 255 bytes on usual file systems, and a character up to four.
_LONGEST_NAME: Final = 50


class PartialFile:
    """A file being written. `keep` puts it in its place, whatever stood there before; `drop` removes what was written.

    A link is followed. Raises ArgumentsError for what is no place for a file, and OSError that names the file as it was given.
    """

    __slots__ = ("_file", "_given", "_part", "_place")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            place = Path(path).resolve()
        except TypeError:
            raise ArgumentsError(f"save: give the path of a file, not a {type(path).__name__}") from None
        if place.exists() and not place.is_file():
            raise ArgumentsError(f"save: {place} is no file; give the path of a file")
        self._given = os.fspath(path)
        self._place = place
        self._part = place.with_name(f".{place.name[:_LONGEST_NAME]}.{uuid4().hex}.part")
        with self._named():
            self._file = self._part.open("xb")

    @contextmanager
    def _named(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), self._given) from None

    def write(self, data: bytes | memoryview) -> None:
        """Add to what is written."""
        with self._named():
            self._file.write(data)

    def keep(self) -> None:
        """Put the file in its place, on the disk before under its name."""
        with self._named():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._place)

    def drop(self) -> None:
        """Remove what was written. After `keep` there is nothing."""
        try:
            with self._named():
                self._file.close()
        finally:
            self._part.unlink(missing_ok=True)
