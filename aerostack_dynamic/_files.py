"""The other files that a document is made of: found by the references in it, read from within one folder, nothing fetched."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from pathlib import Path
from posixpath import dirname, join, normpath
from stat import S_ISREG
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import normalize
from urllib.parse import unquote, urldefrag, urlsplit

from ._errors import SpecError
from ._measure import size_of
from ._reference import NAMED, VALUES, digest
from ._values import as_object, as_string, is_array, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Parse = Callable[[bytes, int], Any]

_MOST_FILES: Final = 64
_MOST_NAMES: Final = 1000
_LONGEST_NAME: Final = 1024
# A reference that does not begin, in quotation marks, with the mark of a fragment. Without them the mark begins a comment of YAML.
# Each pattern begins with one letter that is rare, which takes a quarter of the time that a word does.
_REFERENCE: Final = re.compile(rb"\$(?:ref|dynamicRef)[\"']?\s*:(?!\s*(?:[\"']#|[{\[]))")
_JSON_REFERENCE: Final = re.compile(rb"""\$(?<="\$)(?:ref|dynamicRef)"\s*:\s*"(?!#)""")
_OPERATION: Final = re.compile(rb"R(?<=operationR)ef[\"']?\s*:(?!\s*[\"']#)")
# A mapping to what may be a file: in YAML any, in JSON one of whose values has a dot or a slash and is no fragment.
_MAPPING: Final = re.compile(rb"""g(?<=apping)['"]?\s*:""")
_JSON_MAPPING: Final = re.compile(rb"""g(?:(?<="mapping)|(?<="defaultMapping))"\s*:\s*(?:\{[^{}]*?:\s*)?"(?!#)[^"]*[./]""")
_BOMS: Final = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)
# What separates folders on some systems, drives and streams of files from names, and places from names of files.
_UNFIT: Final = re.compile(r"[\\:#\x00-\x1f\x7f]")


class Files(NamedTuple):
    """The files of a document by their names, why others that it refers to are absent, and the SHA-256 of each one's bytes."""

    files: Mapping[str, Any]
    absent: Mapping[str, str]
    digests: Mapping[str, str]


NO_FILES: Final = Files(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


def find_files(folder: Path, name: str, content: bytes, raw: dict[str, Any], parse: Parse, *, room: int | None) -> Files:
    """The files that the document `name` in `folder` refers to, and those refer to in turn, breadth first.

    `folder` is an absolute path without symbolic links; `parse` gives the value in the bytes of a file, told how many values were
    read before it. `room` is for how many bytes there is room in all where the document is not trusted. Such a one has at most 64 other
    files, and refers to at most 1,000 names. Raises SpecError where it has more; a file that can't be had is absent.
    """
    if not may_refer(content):
        return NO_FILES
    finder = _Finder(folder, name, parse, room)
    finder.read(content, raw)
    return Files(*map(MappingProxyType, (finder.files, finder.absent, finder.digests)))


def joint_digest(own: str, digests: Mapping[str, str]) -> str:
    """The SHA-256 of a document of several files, from that of its own bytes and those of the others by name."""
    return digest("\n".join([own, *(f"{one} {name}" for name, one in sorted(digests.items()))]).encode()) if digests else own


class _AbsentError(Exception):
    """That a file is not to be had; its text completes a sentence that begins with the file's name."""


class _Finder:
    def __init__(self, folder: Path, name: str, parse: Parse, room: int | None) -> None:
        self._folder = folder
        self._name = name
        self._parse = parse
        self._room = room
        self._values = 0
        self._schemas: frozenset[str] = frozenset()
        self._listings: dict[str, frozenset[str]] = {}
        self.files: dict[str, Any] = {}
        self.absent: dict[str, str] = {}
        self.digests: dict[str, str] = {}

    def read(self, content: bytes, raw: dict[str, Any]) -> None:
        """Read what the document refers to, and what that does."""
        self._schemas = frozenset(as_object(as_object(raw.get("components")).get("schemas")))
        self._count(raw)
        waiting: list[tuple[str, bytes, Any]] = [(self._name, content, raw)]
        for name, text, node in waiting:  # it grows meanwhile
            if not may_refer(text):
                continue
            own = as_string(as_object(node).get("$self"))
            for uri in dict.fromkeys(_resource_of(one) for one in references(node, self._schemas)):
                found = self._located(uri, name, own)
                if found and found != self._name and found not in self.files and found not in self.absent:
                    waiting += self._tried(found)

    def _located(self, uri: str, here: str, own: str) -> str:
        """The name that a reference in the file `here` gives a file, empty where it gives none. `own` is that file's `$self`."""
        try:
            scheme = urlsplit(uri).scheme
        except ValueError:
            return ""
        if scheme:
            base = own.rpartition("/")[0] + "/"
            if "://" not in base or not uri.startswith(base):
                told = f"{printable(uri)!r} is not one of the document's files, and nothing is fetched"
                self.absent.setdefault(uri, f"the reference {told}")
                return ""
            uri = uri[len(base) :]
        return normpath(join(dirname(here), unquote(uri))) if uri else ""

    def _tried(self, name: str) -> Iterator[tuple[str, bytes, Any]]:
        if self._room is not None and len(self.files) + len(self.absent) >= _MOST_NAMES:
            raise SpecError(f"the document refers to more than {_MOST_NAMES} files, and is not trusted")
        try:
            content = self._content(name)
            value = self._value(content)
        except _AbsentError as error:
            self.absent[name] = f"the file {printable(name)!r} {error}"
            return
        if self._room is not None and len(self.files) == _MOST_FILES:
            raise SpecError(f"the document has more than {_MOST_FILES} other files, and is not trusted")
        self.files[name] = value
        self.digests[name] = digest(content)
        yield name, content, value

    def _content(self, name: str) -> bytes:
        if name.startswith(("/", "../")) or name == "..":
            raise _AbsentError("is outside of the document's folder (root= names a folder further up)")
        if len(name) > _LONGEST_NAME or _UNFIT.search(name):
            raise _AbsentError(
                "has a name that is too long, or has one of the characters that not all systems and references allow"
            )
        try:
            real = os.path.realpath(self._folder / name, strict=True)
            if not Path(real).is_relative_to(self._folder):
                raise _AbsentError("is a symbolic link that leads out of the document's folder")
            if not self._is_spelt(name):
                raise _AbsentError("is spelt otherwise on the disk")
            return self._bytes(real)
        except FileNotFoundError:
            raise _AbsentError("does not exist") from None
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise _AbsentError(f"can't be read: {why or printable(str(error))}") from None

    def _is_spelt(self, name: str) -> bool:
        """Whether a file that can be opened is called so to the letter: systems that take a and A for one would make two of it."""
        folder = ""
        for part in name.split("/") if name != "." else ():
            if folder not in self._listings:
                self._listings[folder] = frozenset(normalize("NFC", one) for one in os.listdir(self._folder / folder))
            if normalize("NFC", part) not in self._listings[folder]:
                return False
            folder = join(folder, part)
        return True

    def _bytes(self, real: str) -> bytes:
        with open(real, "rb", opener=_at_once) as file:
            if not S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _AbsentError("is no regular file")
            content = file.read(-1 if self._room is None else self._room + 1)
        if self._room is not None:
            if len(content) > self._room:
                raise SpecError("the document has more than 32 MiB with its files, and is not trusted")
            self._room -= len(content)
        return content

    def _value(self, content: bytes) -> Any:
        try:
            value = self._parse(content, self._values)
        except SpecError as error:
            # What was read before the fault has taken its time too: a value takes two bytes at least.
            self._values += len(content) // 2
            raise _AbsentError(f"can't be used: {error}") from None
        if not (is_object(value) or is_array(value) or isinstance(value, bool)):
            raise _AbsentError("is neither JSON nor YAML of an object or array")
        self._count(value)
        return value

    def _count(self, value: Any) -> None:
        if self._room is not None:
            self._values += size_of(value).nodes


def _at_once(path: str, flags: int) -> int:
    """Opens a file; where it is a pipe, without waiting for another one to write to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def may_refer(content: bytes) -> bool:
    """Whether a text may refer to other files. Only then all of it is walked: most documents are of one file."""
    if content.startswith(_BOMS) or b"\0" in content[:4]:
        return True
    is_json = content[:64].lstrip().startswith(b"{")
    found = (_JSON_REFERENCE, _OPERATION, _JSON_MAPPING) if is_json else (_REFERENCE, _OPERATION, _MAPPING)
    return any(one.search(content) for one in found)


def references(node: Any, schemas: frozenset[str] = frozenset()) -> Iterator[str]:
    """The references in a document, those by `mapping` and `operationRef` included. `schemas` are names that a mapping may give instead.

    What stands in examples, enumerations and defaults is a value, and refers to nothing (OpenAPI 3.1, section 4.8.23).
    """
    waiting: list[tuple[Any, bool]] = [(node, False)]
    while waiting:
        here, named = waiting.pop()
        if is_array(here):
            waiting += [(one, False) for one in here if isinstance(one, (dict, list))]
        elif is_object(here):
            if not named:
                yield from _own_references(here, schemas)
            waiting += [
                (one, not named and key in NAMED)
                for key, one in here.items()
                if isinstance(one, (dict, list)) and (named or key not in VALUES)
            ]


def _own_references(node: dict[str, Any], schemas: frozenset[str]) -> Iterator[str]:
    for word in ("$ref", "$dynamicRef", "operationRef"):
        if isinstance(one := node.get(word), str):
            yield one
    discriminator = as_object(node.get("discriminator"))
    for one in (*as_object(discriminator.get("mapping")).values(), discriminator.get("defaultMapping")):
        if isinstance(one, str) and one not in schemas and ("/" in one or "." in one):
            yield one


def _resource_of(reference: str) -> str:
    """A reference without its fragment, empty where it is none."""
    try:
        return urldefrag(reference)[0]
    except ValueError:
        return ""
