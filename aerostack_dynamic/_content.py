"""Request bodies as they are sent: bytes, files, pipes and generators, alone or as parts of a multipart body (RFC 7578).

Nothing here is read before the transport asks for it, and nothing is read whole.
"""

from __future__ import annotations

from inspect import iscoroutinefunction
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from ._errors import ArgumentsError
from ._values import is_array, is_tuple

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    InThread: TypeAlias = Callable[..., Awaitable[Any]]

CHUNK: Final = 128 * 1024
SPOOLED: Final = 1024 * 1024
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
    def asynchronous(self) -> bool:
        """Whether the bytes come from an asynchronous iterable."""
        return hasattr(self._value, "__aiter__") and not hasattr(self._value, "__iter__")

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
        left = self.length
        while chunk := self._value.read(CHUNK if left is None else min(CHUNK, left)):
            left = None if left is None else left - len(chunk)
            yield chunk


class _File(Source):
    __slots__ = ()

    def _raw_chunks(self) -> Iterator[bytes]:
        with self._value.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def checked(chunk: object) -> bytes:
    """`chunk`, when it is bytes. Raises ArgumentsError otherwise."""
    if not isinstance(chunk, (bytes, bytearray, memoryview)):
        error = ArgumentsError(f"the content gave a {type(chunk).__name__} where bytes are needed")
        error.sent = "maybe"
        raise error
    return chunk  # type: ignore[return-value]  # what quacks like bytes is sent as bytes


def as_source(value: object) -> Source:
    """A source for what a user may give as a file. A `str` is content, never a path. Raises UnusableSourceError."""
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
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


class Part(NamedTuple):
    """One part of a multipart body. `filename` and `content_type` are sent when given; both are free of line breaks."""

    name: str
    content: bytes | Source
    filename: str | None = None
    content_type: str | None = None


class Content:
    """A whole request body: pieces of framing and sources between them."""

    __slots__ = ("_pieces", "content_type")

    def __init__(self, content_type: str, pieces: Sequence[bytes | Source]) -> None:
        self.content_type = content_type
        self._pieces = tuple(pieces)

    @property
    def length(self) -> int | None:
        """Bytes in all, or None when a source does not know its own."""
        total = 0
        for piece in self._pieces:
            size = len(piece) if isinstance(piece, bytes) else piece.length
            if size is None:
                return None
            total += size
        return total

    @property
    def ready(self) -> bool:
        """Whether the whole body can be had now, from its start."""
        return all(isinstance(piece, bytes) or piece.ready for piece in self._pieces)

    @property
    def streamed(self) -> bool:
        """Whether any part of the body is read while it is sent."""
        return not all(isinstance(piece, bytes) for piece in self._pieces)

    def whole(self) -> bytes:
        """All of it, where it is held in memory already."""
        return b"".join(piece for piece in self._pieces if isinstance(piece, bytes))

    def chunks(self) -> Iterator[bytes]:
        """The body, piece by piece."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from piece.chunks()

    async def achunks(self, in_thread: InThread) -> AsyncIterator[bytes]:
        """The same for asynchronous code."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                async for chunk in piece.achunks(in_thread):
                    yield chunk


def multipart(parts: Sequence[Part], boundary: str) -> Content:
    """A `multipart/form-data` body (RFC 7578, section 4; names are escaped as the HTML standard's form submission does)."""
    pieces: list[bytes | Source] = []
    for part in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(part.name)}"'
        if part.filename is not None:
            head += f'; filename="{_escaped(part.filename)}"'
        if part.content_type is not None:
            head += f"\r\nContent-Type: {part.content_type}"
        pieces += [f"{head}\r\n\r\n".encode(), part.content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return Content(f"multipart/form-data; boundary={boundary}", pieces)


def _escaped(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
