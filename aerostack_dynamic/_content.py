"""Request bodies as they are sent: bytes, files, pipes and generators, alone or as parts of a multipart body (RFC 7578).

Nothing here is read before the transport asks for it, and nothing is read whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from inspect import iscoroutinefunction
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from ._errors import ArgumentsError
from ._media_type import TOKEN, essence
from ._style import scalar
from ._values import is_array, is_bytes, is_tuple, printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    InThread: TypeAlias = Callable[..., Awaitable[Any]]

# Of what may let its reader wait, and of a file, which never does: each is a turn of a thread in asynchronous code.
CHUNK: Final = 128 * 1024
FILE_CHUNK: Final = 512 * 1024
SPOOLED: Final = 1024 * 1024
# Headers that tell where a part ends or what it is; the content type is given by itself (RFC 7578, section 4.8).
_PART_OWN: Final = frozenset({"content-type", "content-length", "content-transfer-encoding"})
_END: Final = 2  # `whence` of a seek from the end, as in `os.SEEK_END`


class UnusableSourceError(TypeError):
    """A value that can't be sent as a file; the text says why."""


class Source:
    """Bytes to be sent, from somewhere: how many (`length`, None when unknown), and whether they can be had twice.

    What can be read only once is kept while it is sent, up to 1 MiB, and can be had again so long as that was not more.
    """

    __slots__ = ("_kept", "_rest", "_room", "_used", "_value", "length", "replayable")

    length: int | None
    replayable: bool

    def __init__(self, value: object, length: int | None, replayable: bool) -> None:
        self._value: Any = value
        self._used = False
        self._kept: list[bytes] | None = None if replayable else []
        self._rest: Any = None
        self._room = SPOOLED
        self.length = length
        self.replayable = replayable

    @property
    def held(self) -> bytes | None:
        """The bytes, where they are held in memory."""
        return None

    @property
    def asynchronous(self) -> bool:
        """Whether the bytes come from an asynchronous iterable."""
        return hasattr(self._value, "__aiter__") and not hasattr(self._value, "__iter__")

    @property
    def _most(self) -> int:
        """How much is read at once."""
        return CHUNK if self.length is None else FILE_CHUNK

    @property
    def ready(self) -> bool:
        """Whether the bytes can be had now, from the start."""
        return self.replayable or not self._used or self._kept is not None

    def chunks(self) -> Iterator[bytes]:
        """The bytes from the start, exactly `length` of them where that is known. Raises ArgumentsError when they run short."""
        self._begin()
        left = self.length
        for chunk in map(checked, self._from_start()):
            left = None if left is None else left - len(chunk)
            if left is not None and left < 0:
                yield chunk[:left]
                return
            yield chunk
            del chunk  # else two were held while the next one is read
        self._ended(left)

    async def achunks(self, in_thread: InThread) -> AsyncIterator[bytes]:
        """The same for asynchronous code; what blocks runs by `in_thread`."""
        if self.asynchronous:
            self._begin()
            for chunk in tuple(self._kept or ()):
                yield chunk
            self._rest = self._rest or aiter(self._value)
            async for chunk in self._rest:
                yield self._keep(checked(chunk))
            return
        chunks = self.chunks()
        try:
            while (chunk := await in_thread(next, chunks, None)) is not None:
                yield chunk
                del chunk
        finally:
            chunks.close()  # type: ignore[attr-defined]  # pyright: ignore  # a generator, whose file is closed with it

    def _from_start(self) -> Iterator[bytes]:
        if self.replayable:
            yield from self._raw_chunks()
            return
        yield from tuple(self._kept or ())
        self._rest = self._rest or iter(self._raw_chunks())
        for chunk in self._rest:
            yield self._keep(checked(chunk))

    def _keep(self, chunk: bytes) -> bytes:
        if self._kept is not None:
            self._room -= len(chunk)
            if self._room < 0:
                self._kept = None
            else:
                self._kept.append(bytes(chunk))
        return chunk

    def _begin(self) -> None:
        if not self.ready:
            raise ArgumentsError("the content was sent once and can't be read again")
        self._used = True

    def _ended(self, left: int | None) -> None:
        if left:
            error = ArgumentsError(f"the content ended {left} bytes early: it became shorter while it was sent")
            error.sent = "maybe"
            raise error

    def _raw_chunks(self) -> Iterator[bytes]:
        yield from self._value


class _Whole(Source):
    __slots__ = ()

    @property
    def held(self) -> bytes | None:
        return bytes(self._value)

    def _raw_chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self._value), CHUNK):
            yield bytes(self._value[start : start + CHUNK])


class _Reader(Source):
    __slots__ = ("_start",)

    def __init__(self, file: Any, start: int | None, length: int | None) -> None:
        super().__init__(file, length, start is not None)
        self._start = start

    def _raw_chunks(self) -> Iterator[bytes]:
        if self._start is not None:
            self._value.seek(self._start)
        left, most = self.length, self._most
        while chunk := self._value.read(most if left is None else min(most, left)):
            left = None if left is None else left - len(chunk)
            yield chunk
            del chunk


class _File(Source):
    __slots__ = ()

    def _raw_chunks(self) -> Iterator[bytes]:
        with self._value.open("rb") as file:
            yield from iter(partial(file.read, self._most), b"")


def checked(chunk: object) -> bytes:
    """`chunk`, when it is bytes. Raises ArgumentsError otherwise."""
    if not is_bytes(chunk):
        error = ArgumentsError(f"the content gave a {type(chunk).__name__} where bytes are needed")
        error.sent = "maybe"
        raise error
    return chunk  # type: ignore[return-value]  # what quacks like bytes is sent as bytes


def as_source(value: object) -> Source:
    """A source for what a user may give as a file. A `str` is content, never a path. Raises UnusableSourceError."""
    if isinstance(value, str):
        value = value.encode()
    if is_bytes(value):
        held = value if isinstance(value, (bytes, bytearray)) else value.tobytes()
        return _Whole(held, len(held), True)
    if isinstance(value, PurePath):
        return _path_source(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # `open` is asked for there
    if callable(getattr(value, "read", None)):
        return _reader_source(value)
    if any(getattr(value, frame, True) is None for frame in ("gi_frame", "ag_frame")):
        raise UnusableSourceError("the generator is used up; make a new one for each call")
    untyped: Any = value
    if (hasattr(untyped, "__iter__") or hasattr(untyped, "__aiter__")) and not isinstance(untyped, (dict, set)):
        return Source(value, None, is_array(value) or is_tuple(value))
    raise UnusableSourceError(
        f"a {type(value).__name__} can't be sent as a file; give a Path, bytes, an object with read(), or an iterable of bytes"
    )


def _path_source(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            length = _measure(file)[1]
    except (OSError, AttributeError) as error:
        raise UnusableSourceError(f"the file can't be read: {error}") from None
    return _File(path, length, length is not None)


def _reader_source(file: Any) -> Source:
    if getattr(file, "closed", False) is True:
        raise UnusableSourceError("the file is closed")
    if not getattr(file, "readable", lambda: True)():
        raise UnusableSourceError("the file was opened for writing only; open it with mode 'rb'")
    if iscoroutinefunction(file.read):
        raise UnusableSourceError("its read() is asynchronous; give an asynchronous iterable of its chunks")
    if hasattr(file, "encoding"):
        raise UnusableSourceError("the file was opened as text; open it with mode 'rb'")
    return _Reader(file, *_measure(file))


def _measure(file: Any) -> tuple[int | None, int | None]:
    """The present position of a file and how many bytes follow it; None for both when it can't seek."""
    try:
        if not getattr(file, "seekable", lambda: True)():
            return None, None
        start = file.tell()
        file.seek(0, _END)
        end = file.tell()
        file.seek(start)
    except (AttributeError, OSError, ValueError):
        return None, None
    return start, max(0, end - start)


def name_of(value: object) -> str | None:
    """The last segment of a file's or a path's own name, or None when it has none of its own."""
    name = value.name if isinstance(value, PurePath) else getattr(value, "name", None)
    return PurePath(name.replace("\\", "/")).name or None if isinstance(name, str) else None


def path_of(value: object) -> str | None:
    """Where a path leads or a file was opened from, as it was given; None for content that is in no file."""
    name = str(value) if isinstance(value, PurePath) else getattr(value, "name", None)
    return name if isinstance(name, str) and name else None


class File(NamedTuple):
    """A file to be sent: its bytes, the name and the content type that were given with it, its `path` if it has one, and the headers of
    its part.
    """

    source: Source
    filename: str | None
    content_type: str | None
    path: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Head(NamedTuple):
    """What was given with the value of a part: its content type and its headers."""

    content_type: str | None
    headers: tuple[tuple[str, str], ...]


def is_file_like(value: object) -> bool:
    """Whether a value can be nothing but content: bytes, a path, an object with `read`."""
    return is_bytes(value) or isinstance(value, PurePath) or callable(getattr(value, "read", None))


def is_part(value: object) -> bool:
    """Whether a value is `(filename, content)`, `(filename, content, content_type)` or those with headers, not a pair of values."""
    if not is_tuple(value) or not 2 <= len(value) <= 4:
        return False
    named = value[0] is None or (isinstance(value[0], str) and (is_file_like(value[1]) or len(value) == 4))
    return named and all(one is None or isinstance(one, str) for one in value[2:3])


def as_head(value: tuple[Any, ...]) -> Head:
    """What stands behind the content in a tuple for a part. Raises UnusableSourceError for headers that no part can have."""
    given: Any = value[3] if len(value) == 4 else None
    if not isinstance(given, Mapping | None):
        raise UnusableSourceError("the headers of a part are a mapping of names to values")
    headers = cast("Mapping[object, object] | None", given) or {}
    return Head(value[2] if len(value) > 2 else None, tuple(_header(name, headers[name]) for name in headers))


def _header(name: object, value: object) -> tuple[str, str]:
    text = scalar(value) if isinstance(value, (str, int, float)) else None
    if not isinstance(name, str) or TOKEN.fullmatch(name) is None or name.lower() in _PART_OWN:
        raise UnusableSourceError(f"{printable(str(name), 60)!r} is no header for a part")
    if text is None or not text.isascii() or not text.replace("\t", " ").isprintable():
        raise UnusableSourceError(
            f"the header {name} of a part holds what no header can; text of visible ASCII and spaces is allowed"
        )
    return name, text


def as_file(value: object) -> File:
    """A file from what a user gives: the content alone, or `(filename, content, content_type, headers)`, whose last two may be left out.

    Raises UnusableSourceError.
    """
    filename = None
    head = Head(None, ())
    if is_tuple(value):
        if not 2 <= len(value) <= 4 or not all(part is None or isinstance(part, str) for part in (value[0], *value[2:3])):
            raise UnusableSourceError(
                "a tuple for a file is (filename, content), or more: (filename, content, content_type, headers)"
            )
        filename, head, value = value[0], as_head(value), value[1]
    if value is None:
        raise UnusableSourceError("None can't be sent as a file")
    return File(as_source(value), filename or name_of(value), head.content_type, path_of(value), head.headers)


class Part(NamedTuple):
    """One part of a multipart body. What is not None is sent; names and types are free of line breaks."""

    name: str | None
    content: bytes | Source | Content
    filename: str | None = None
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Content:
    """A whole request body: pieces of framing and sources between them; `streamed` where any of it is read while it is sent."""

    __slots__ = ("content_type", "pieces", "streamed")

    def __init__(self, content_type: str, pieces: Sequence[bytes | Source]) -> None:
        self.content_type = content_type
        self.pieces = tuple(pieces)
        self.streamed = False
        for piece in pieces:
            if not isinstance(piece, bytes):
                self.streamed = True

    @classmethod
    def held(cls, content_type: str, body: bytes) -> Content:
        """A body that is there already."""
        made = cls.__new__(cls)
        made.content_type, made.pieces, made.streamed = content_type, (body,), False
        return made

    @property
    def length(self) -> int | None:
        """Bytes in all, or None when a source does not know its own."""
        total = 0
        for piece in self.pieces:
            size = len(piece) if isinstance(piece, bytes) else piece.length
            if size is None:
                return None
            total += size
        return total

    @property
    def ready(self) -> bool:
        """Whether the whole body can be had now, from its start."""
        return all(isinstance(piece, bytes) or piece.ready for piece in self.pieces)

    def whole(self) -> bytes:
        """All of it, where it is held in memory already."""
        first = self.pieces[0]
        if len(self.pieces) == 1 and isinstance(first, bytes):
            return first
        return b"".join([piece for piece in self.pieces if isinstance(piece, bytes)])

    def chunks(self) -> Iterator[bytes]:
        """The body, piece by piece."""
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from piece.chunks()

    async def achunks(self, in_thread: InThread) -> AsyncIterator[bytes]:
        """The same for asynchronous code."""
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                async for chunk in piece.achunks(in_thread):
                    yield chunk
                    del chunk


def multipart(parts: Sequence[Part], boundary: str, media_type: str = "multipart/form-data") -> Content:
    """A multipart body (RFC 2046, section 5.1). Parts with a name have it as those of a form do (RFC 7578, section 4; names are escaped
    as the HTML standard's form submission does).
    """
    pieces: list[bytes | Source] = []
    for part in parts:
        lines = [f"--{boundary}", *_head_lines(part)]
        content = part.content.pieces if isinstance(part.content, Content) else (part.content,)
        pieces += ["".join(f"{line}\r\n" for line in (*lines, "")).encode(), *content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    kind = essence(media_type)
    # RFC 2387, section 3.1: the type of the root, which is the first part.
    root = f'; type="{parts[0].content_type}"' if kind == "multipart/related" and parts and parts[0].content_type else ""
    return Content(f"{kind}; boundary={boundary}{root}", pieces)


def _head_lines(part: Part) -> Iterator[str]:
    words = ["form-data", f'name="{_escaped(part.name)}"'] if part.name is not None else ["attachment"]
    if part.filename is not None:
        words.append(f'filename="{_escaped(part.filename)}"')
    if len(words) > 1 and not any(name.lower() == "content-disposition" for name, _ in part.headers):
        yield f"Content-Disposition: {'; '.join(words)}"
    content_type = part.content.content_type if isinstance(part.content, Content) else part.content_type
    if content_type is not None:
        yield f"Content-Type: {content_type}"
    yield from (f"{name}: {text}" for name, text in part.headers)


def has_control(text: str) -> bool:
    """Whether a text holds a line break or another control character."""
    return any(char < " " or "\x7f" <= char <= "\x9f" or char in "\u2028\u2029" for char in text)


def _escaped(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
