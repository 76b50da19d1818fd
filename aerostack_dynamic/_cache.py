"""What a process read of a large document, kept for the next one in a folder of the user's own, so that this reads what it needs alone.

An entry is derived from a document's bytes, whose SHA-256 and this package's version are its name, and holds nothing else: the parts of
the document as texts of JSON, with an index of where each stands and its checksum. It is read as data, never run. One that is damaged, of
another document or version, or in the hands of another user, counts as absent, and is written anew: whether that is found when it is opened
or when a part of it is asked for, as then the document is read after all. A folder that can't be used costs the time it would save, and
nothing else. Writers don't wait for one another: an entry takes its name when it is complete, and those of one name say the same.

Whoever may write as the user can write what passes for an entry, as they can change the package itself: that is not guarded against.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from hashlib import sha256 as new_digest
from importlib import import_module
from io import FileIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from time import time
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple
from zlib import crc32

from ._errors import SpecError
from ._parts import Parts, index_of
from ._values import as_object
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def _orjson() -> Any:
    """orjson; None where it has no wheel for the platform: then nothing is kept."""
    try:
        return import_module("orjson")
    except ImportError:
        return None


_fast: Final = _orjson()
VARIABLE: Final = "AEROSTACK_CACHE"
_OFF: Final = frozenset({"0", "false", "no", "off"})
_ON: Final = frozenset({"", "1", "on", "true", "yes"})
# Changed whenever entries say other things, or say them otherwise.
_MAGIC: Final = b"aeroent2"
# The magic, the length of the texts, which follow, that of the head, which stands behind them, and its CRC-32.
_START: Final = struct.Struct("<8sQII")
_ENDING: Final = ".entry"
_BEGUN: Final = ".begun"
_MOST_BYTES: Final = 256 * 1024 * 1024
# A file is taken in through a window: memory for all of it would take longer to get than the file to read.
_WINDOW: Final = 256 * 1024
# Of so many texts that are asked for, reading all takes less time than opening the file for each that follows.
_MANY: Final = 32
# Entries are put in order of use; one that was used is marked so once a day.
_DAY: Final = 24 * 3600
_HOUR: Final = 3600


class Key(NamedTuple):
    """What a document is known by: how many bytes it has, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str

    def path(self, folder: Path) -> Path:
        """Where the document is kept."""
        return folder / f"{_sized(self.size)}{self.sha256}-{__version__}{_ENDING}"


class Entry(NamedTuple):
    """A file of the cache: its path, how many bytes it has, and when it was last used, to the day, in seconds since 1970."""

    path: Path
    size: int
    used: float


class Anew(NamedTuple):
    """A document that was read after all, and what gives a fact of it by its name."""

    document: dict[str, Any]
    facts: Callable[[str], Any]


def cache_folder(given: bool | Path | None = None) -> Path | None:
    """The folder of the cache, None where it is switched off: by `given`, else by AEROSTACK_CACHE, `off` or a folder; and without orjson.

    True is the usual folder even where the variable says `off`. Raises SpecError for what is none of these.
    """
    if isinstance(given, Path):
        return given
    if given is not None and not isinstance(given, bool):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise SpecError(f"cache: give True, False or a folder as a Path, not a {type(given).__name__}")
    told = os.environ.get(VARIABLE, "").strip()
    off, named = told.lower() in _OFF, told.lower() not in _OFF | _ON
    if _fast is None or given is False or (given is None and off):
        return None
    if named:
        return Path(os.path.expanduser(told))
    from platformdirs import user_cache_path  # noqa: PLC0415  # only where no folder is named

    folder = user_cache_path("aerostack", appauthor=False) / "documents"
    return folder if folder.is_absolute() else None  # a user without a home


def key_of_file(path: Path) -> Key:
    """What the document in a file is known by. Raises OSError."""
    made, window, size = new_digest(), memoryview(bytearray(_WINDOW)), 0
    with open(path, "rb", buffering=0) as file:
        while length := file.readinto(window):
            made.update(window[:length])
            size += length
    return Key(size, made.hexdigest())


def _sized(size: int) -> str:
    return f"{size:x}-"


class _Kept:
    """The texts of an entry, those of the document and those of the facts behind them. `ends` says where each ends, `sums` its checksum.

    What is damaged, or has gone meanwhile, is read from the document `again`.
    """

    def __init__(self, path: Path, head: Mapping[str, Any], again: Callable[[], Anew]) -> None:
        self._path = path
        self._ends: list[int] = head["ends"]
        self._sums: list[int] = head["sums"]
        self._facts: dict[str, int] = head["facts"]
        self._again = again
        self._anew: Anew | None = None
        self._held: bytes | None = None
        self._asked = 0

    def value(self, number: int, names: tuple[str, ...]) -> Any:
        """The value of a text. Raises SpecError where neither the entry nor the document itself can be read any more."""
        if self._anew is None:
            try:
                return _fast.loads(self._text(number))
            except (OSError, ValueError):
                self._anew = self._again()
        node: Any = self._anew.document
        for name in names:
            node = node[name]
        return node

    def hold(self) -> None:
        """Read all of the texts at once."""
        if self._held is None:
            with suppress(OSError):
                self._held = self._read(0, self._ends[-1])

    def fact(self, name: str) -> Any:
        """What was derived under a name, None where nothing was. Raises as `value` does."""
        if self._anew is None and name in self._facts:
            try:
                return _fast.loads(self._text(self._facts[name]))
            except (OSError, ValueError):
                self._anew = self._again()
        return None if self._anew is None else self._anew.facts(name)

    def _text(self, number: int) -> bytes:
        self._asked += 1
        if self._asked == _MANY:
            self.hold()
        start, end = self._ends[number - 1] if number else 0, self._ends[number]
        text = self._read(start, end - start) if self._held is None else self._held[start:end]
        if crc32(text) != self._sums[number]:
            raise ValueError("the text is damaged")
        return text

    def _read(self, start: int, length: int) -> bytes:
        with _open(self._path) as file:
            file.seek(_START.size + start)
            return file.read(length)


class Found(NamedTuple):
    """A document as it was kept, and what gives a fact that was derived of it, by its name."""

    document: Parts
    facts: Callable[[str], Any]


def may_have(folder: Path, size: int) -> bool:
    """Whether a document of so many bytes may be kept: where none is, its digest needn't be made to know."""
    try:
        return any(name.startswith(_sized(size)) for name in os.listdir(folder))
    except OSError:
        return False


def find(folder: Path, key: Key, again: Callable[[], Anew]) -> Found | None:
    """The document with these bytes as it was kept; None where there is no entry, or none that can be believed.

    `again` reads the document itself, which is asked for where a part of the entry turns out to be damaged.
    """
    path = key.path(folder)
    try:
        if not _is_own_folder(folder):
            return None
        with _open(path) as file:
            status = os.fstat(file.fileno())
            head, used = _head(file, status.st_size), status.st_mtime
        if (head["sha256"], head["version"]) != (key.sha256, __version__):
            return None
        texts = _Kept(path, head, again)
    except (OSError, ValueError, KeyError):
        return None
    if time() - used > _DAY:
        with suppress(OSError):
            os.utime(path)
    return Found(Parts(head["index"], texts), texts.fact)


class _Texts:
    """The texts of an entry that is written; none stays in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.ends: list[int] = []
        self.sums: list[int] = []
        self.size = 0

    def put(self, value: Any) -> int:
        """Write the text of a value. Its number. Raises TypeError for what orjson doesn't write as it is, ValueError for too much."""
        text = _fast.dumps(value)
        self.size += self._file.write(text)
        if self.size > _MOST_BYTES // 4:
            raise ValueError("the folder would hold little else")
        self.ends.append(self.size)
        self.sums.append(crc32(text))
        return len(self.ends) - 1


def keep(folder: Path, key: Key, document: dict[str, Any], facts: Mapping[str, Any]) -> None:
    """Keep a document that has these bytes, with facts by name. One that orjson doesn't write as it is isn't kept; nor is any where
    the disk refuses.
    """

    def fill(file: BinaryIO) -> None:
        file.write(bytes(_START.size))
        made = _Texts(file)
        index = index_of(document, made.put)
        known = {name: made.put(fact) for name, fact in facts.items()}
        said = {"sha256": key.sha256, "version": __version__, "index": index, "facts": known}
        head = _fast.dumps({**said, "ends": made.ends, "sums": made.sums})
        file.write(head)
        file.seek(0)
        file.write(_START.pack(_MAGIC, made.size, len(head), crc32(head)))

    with suppress(OSError, TypeError, ValueError, RecursionError):
        _write(folder, key.path(folder), fill)
        _trim(folder)


def entries(folder: Path) -> list[Entry]:
    """The entries in a folder, those used last first. Raises OSError where it can't be read; one that is not there has none."""
    try:
        found = [*_files(folder, _ENDING)]
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda one: one.used, reverse=True)


def clear(folder: Path) -> int:
    """Remove the entries in a folder, and what was begun of others. How many entries there were. Raises OSError."""
    found = entries(folder)
    for one in (*found, *(_files(folder, _BEGUN) if found or folder.is_dir() else ())):
        one.path.unlink(missing_ok=True)
    return len(found)


def _head(file: FileIO, size: int) -> dict[str, Any]:
    """The head of an entry, in a file of that many bytes. Raises ValueError for one that is damaged or none."""
    start = file.read(_START.size)
    if len(start) < _START.size:
        raise ValueError("this is too short for an entry")
    magic, texts, length, checksum = _START.unpack(start)
    if magic != _MAGIC or size != _START.size + texts + length:
        raise ValueError("this is no entry, or a damaged one")
    file.seek(_START.size + texts)
    head = file.read(length)
    if crc32(head) != checksum:
        raise ValueError("the head is damaged")
    return as_object(_fast.loads(head))


# ---- files


def _is_own(status: os.stat_result) -> bool:
    """Whether a file or folder is the user's, and no other one may write it; where systems have no such owners, it is."""
    own: Callable[[], int] | None = getattr(os, "geteuid", None)
    return own is None or (status.st_uid == own() and not status.st_mode & 0o022)


def _is_own_folder(folder: Path) -> bool:
    status = os.lstat(folder)
    return S_ISDIR(status.st_mode) and _is_own(status)


def _open(path: Path) -> FileIO:
    """A file, opened to be read. Raises OSError for one that is a link, not regular, or not the user's own."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = FileIO(os.open(path, flags))
    status = os.fstat(file.fileno())
    if S_ISREG(status.st_mode) and _is_own(status):
        return file
    file.close()
    raise OSError("the file is not the user's own")


def _write(folder: Path, path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Make a file of what `fill` writes. Raises OSError, and what that does."""
    from tempfile import mkstemp  # noqa: PLC0415  # most processes write nothing

    folder.mkdir(0o700, parents=True, exist_ok=True)
    if not _is_own_folder(folder):
        return
    number, begun = mkstemp(_BEGUN, dir=folder)  # readable by the user alone, and never by way of a link
    try:
        with os.fdopen(number, "wb", buffering=_WINDOW) as file:
            fill(file)
        os.replace(begun, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(begun)
        raise


def _files(folder: Path, ending: str) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        for one in found:
            if one.name.endswith(ending):
                with suppress(FileNotFoundError):  # another process removed it
                    status = one.stat(follow_symlinks=False)
                    yield Entry(Path(one.path), status.st_size, status.st_mtime)


def _trim(folder: Path) -> None:
    """Remove the entries used longest ago that are too many, and what was begun and left."""
    room = _MOST_BYTES
    for one in entries(folder):
        room -= one.size
        if room < 0:
            one.path.unlink(missing_ok=True)
    for one in _files(folder, _BEGUN):
        if time() - one.used > _HOUR:
            one.path.unlink(missing_ok=True)
