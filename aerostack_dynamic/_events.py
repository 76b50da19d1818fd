"""Server-sent events (WHATWG HTML, section 9.2) and lines of JSON, read as they come: each byte is looked at once, however it is cut.

Whatever the bytes are, nothing is raised but `TooLargeError`, for an event or a line beyond the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_ENDS: Final = (b"\n", b"\r")
# Milliseconds beyond any that a clock can hold; int() takes 4,300 digits and no more.
_MOST_DIGITS: Final = 20


class TooLargeError(ValueError):
    """An event or a line that is larger than the bound; the text says which."""


class Event(NamedTuple):
    """One event of a stream: its `data` (text, or a Record where the document says that it is JSON), its type and the last id sent.

    `event` is `"message"` where the server gave no type, `id` empty where it gave none so far.
    """

    data: Any
    event: str = "message"
    id: str = ""


class _Pending:
    """A line whose end has not come, kept in pieces so that a long one costs no more than its length."""

    __slots__ = ("_largest", "_pieces", "_size")

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Add what came. Raises TooLargeError."""
        self._size += len(piece)
        if self._size > self._largest:
            raise TooLargeError(f"a line is longer than {self._largest} bytes")
        if piece:
            self._pieces.append(piece)

    def take(self, end: bytes) -> bytes:
        """The whole line, with its last piece. Raises TooLargeError."""
        self.add(end)
        line = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return line


class EventParser:
    """Reads a stream of events. `last_event_id` is the id as of the last event, `retry` the wait that the server asks for, in ms."""

    __slots__ = ("_after_cr", "_begun", "_data", "_event", "_id", "_largest", "_pending", "_size", "last_event_id", "retry")

    def __init__(self, largest: int = LARGEST) -> None:
        self.last_event_id = ""
        self.retry: int | None = None
        self._largest = largest
        self._pending = _Pending(largest)
        self._after_cr = self._begun = False
        self._data: list[bytes] = []
        self._size = 0
        self._event = b""
        self._id = b""

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that `piece` completes. Raises TooLargeError after those before it."""
        for line in self._lines(piece):
            if line:
                self._read(line)
            else:
                yield from self._dispatch()

    def finish(self) -> Iterator[Event]:
        """None: an event that has no end is not one."""
        return iter(())

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if not piece:
            return
        self._after_cr = piece.endswith(b"\r")
        lines = piece.splitlines()  # of bytes: at LF, CR and CRLF, and nowhere else
        rest = b"" if piece.endswith(_ENDS) else lines.pop()
        for part in lines:
            line = self._pending.take(part)
            if not self._begun:
                self._begun = True
                line = line.removeprefix(_BOM)
            yield line
        self._pending.add(rest)

    def _read(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._size += len(value) + 1
            if self._size > self._largest:
                raise TooLargeError(f"an event is larger than {self._largest} bytes")
            self._data.append(value)
        elif name == b"event":
            self._event = value
        elif name == b"id" and b"\0" not in value:
            self._id = value
        elif name == b"retry" and value.isdigit() and len(value) <= _MOST_DIGITS:
            self.retry = int(value)

    def _dispatch(self) -> Iterator[Event]:
        data, event = self._data, self._event
        self._data, self._size, self._event = [], 0, b""
        self.last_event_id = _text(self._id)
        if data:
            yield Event(_text(b"\n".join(data)), _text(event) or "message", self.last_event_id)


class LineParser:
    """Reads a stream of lines that end at LF, blank ones left out; the last may lack its end (JSON Lines, NDJSON)."""

    __slots__ = ("_pending", "last_event_id")

    def __init__(self, largest: int = LARGEST) -> None:
        self.last_event_id = ""
        self._pending = _Pending(largest)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The lines that `piece` completes. Raises TooLargeError after those before it."""
        *lines, rest = piece.split(b"\n")
        for part in lines:
            yield from self._told(part)
        self._pending.add(rest)

    def finish(self) -> Iterator[bytes]:
        """What came after the last end of a line."""
        yield from self._told(b"")

    def _told(self, end: bytes) -> Iterator[bytes]:
        line = self._pending.take(end).strip(b" \t\r")
        if line:
            yield line


class PieceParser:
    """Gives the pieces of a stream as they came."""

    __slots__ = ("last_event_id",)

    def __init__(self) -> None:
        self.last_event_id = ""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The piece."""
        return iter((piece,) if piece else ())

    def finish(self) -> Iterator[bytes]:
        """Nothing more."""
        return iter(())


def _text(data: bytes) -> str:
    """As UTF-8, what is none replaced by U+FFFD. Ends of lines are no part of any sequence, so that lines can be decoded alone."""
    return data.decode("utf-8", "replace")
