"""Server-sent events (WHATWG HTML, section 9.2), lines and sequences of JSON, read as they come: each byte is looked at once, however
it is cut.

Whatever the bytes are, nothing is raised but `TooLargeError`, for an event or a line beyond the bound.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._values import Data

LARGEST: Final = 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_ENDS: Final = (b"\n", b"\r")
# Milliseconds beyond any that a clock can hold; int() takes 4,300 digits and no more.
_MOST_DIGITS: Final = 20
_WHITE: Final = b" \t\r\n"
_SEPARATOR: Final = 0x1E
# What counts in a JSON text, outside of everything, within an object or array, and within a string (RFC 8259; RFC 7464 for the separator).
_OUTSIDE: Final = pattern(rb'[\x1e"{}\[\]]|[ \t\r\n]+')
_INSIDE: Final = pattern(rb'[\x1e"{}\[\]]')
_STRING: Final = pattern(rb'[\x1e"\\]')
# How many events are remembered that came already.
_REMEMBERED: Final = 1000


class TooLargeError(ValueError):
    """An event or a line that is larger than the bound; the text says which."""


if TYPE_CHECKING:

    class Event(NamedTuple, Generic[Data]):
        """The same, with the type of its `data`: until Python 3.11 no NamedTuple can say so while the program runs."""

        data: Data
        event: str = "message"
        id: str = ""
else:

    class Event(NamedTuple):
        """One event of a stream: its `data` (text, or a Record where the document says that it is JSON), its type and the last id sent.

        `event` is `"message"` where the server gave no type, `id` empty where it gave none so far.
        """

        data: Any
        event: str = "message"
        id: str = ""


def _as_event(data: bytes, event: str, last_event_id: str) -> Event:
    return Event(data.decode(), event, last_event_id)


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
    """Reads a stream of events, of which the one before had `last_event_id`.

    `last_event_id` is the id as of the last event, `retry` the wait that the server asks for, in ms.
    """

    __slots__ = (
        "_after_cr",
        "_begun",
        "_data",
        "_id",
        "_largest",
        "_more",
        "_own",
        "_pending",
        "_said",
        "_size",
        "_text",
        "last_event_id",
        "retry",
    )

    def __init__(
        self, largest: int = LARGEST, last_event_id: str = "", made: Callable[[bytes, str, str], Any] | None = None
    ) -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self._largest = largest
        self._pending = _Pending(largest)
        self._after_cr = self._begun = False
        self._data: bytes | None = None
        self._more: list[bytes] = []  # lines of data behind the first
        self._size = 0  # of data of several lines; that of one line is within the bound of lines
        # Fields other than data: of the event whose lines are read, and of the one that was given last, with its data.
        self._own: dict[str, Any] = {}
        self._said = self._own
        self._text = b""
        self._id = last_event_id

    @property
    def fields(self) -> dict[str, Any]:
        """Those that the event which was given last had itself, as a JSON object (OpenAPI 3.2, section 4.14.4)."""
        return {**self._said, "data": self._text.decode()}

    def feed(self, piece: bytes, made: Callable[[bytes, str, str], Any] = _as_event) -> Iterator[Any]:
        """What is made of the events that `piece` completes. Raises TooLargeError after those before it.

        `made` makes it, of the data in UTF-8, the type and the id of one; where nothing is given it is an Event of text.
        """
        # No line is too long within a part of that size: only with what is pending, before all else that is in the part.
        for start in range(0, len(piece), self._largest):
            data = self._data
            for line in self._lines(piece[start : start + self._largest]):
                if line:
                    # Most lines are of data, and written so; what one is takes no call to see.
                    value = line[6:] if line[:6] == b"data: " else self._field(line)
                    if data is None:
                        data = value
                    elif value is not None:
                        self._add(data, value)
                    continue
                own = self._own
                if own:
                    self._own = {}
                    self.last_event_id = self._id
                if data is not None:  # else it is no event
                    text, data = data if data.isascii() and not self._more else self._whole(data), None
                    self._said, self._text = own, text
                    yield made(text, own.get("event", "message") if own else "message", self._id)
            self._data = data

    def finish(self) -> Iterator[Any]:
        """None: an event that has no end is not one."""
        return iter(())

    def _lines(self, piece: bytes) -> Sequence[bytes]:
        """The lines that a piece completes. Raises TooLargeError."""
        if self._after_cr:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if not piece:
            return ()
        self._after_cr = piece.endswith(b"\r")
        lines = piece.splitlines()  # of bytes: at LF, CR and CRLF, and nowhere else
        rest = b"" if piece.endswith(_ENDS) else lines.pop()
        if lines:
            lines[0] = self._pending.take(lines[0])
            if not self._begun:
                self._begun = True
                lines[0] = lines[0].removeprefix(_BOM)
        self._pending.add(rest)
        return lines

    def _add(self, first: bytes, value: bytes) -> None:
        """Another line of data, behind the first. Raises TooLargeError where all of them, with their ends, are too large together."""
        self._size = (self._size if self._more else len(first) + 1) + len(value) + 1
        if self._size > self._largest:
            raise TooLargeError(f"an event is larger than {self._largest} bytes")
        self._more.append(value)

    def _whole(self, first: bytes) -> bytes:
        """The data of an event, as UTF-8."""
        text = _text(b"\n".join([first, *self._more]))
        self._more.clear()
        return text.encode()

    def _field(self, line: bytes) -> bytes | None:
        """What a line says, where that is data; another field is noted. What was said before stays as it is: an event may have it."""
        name, _, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if name == b"data":
            return value
        if name == b"event":
            others = {one: said for one, said in self._own.items() if one != "event"}
            self._own = {**others, "event": _text(value)} if value else others
        elif name == b"id" and b"\0" not in value:
            self._id = _text(value)
            self._own = {**self._own, "id": self._id}
        elif name == b"retry" and value.isdigit() and len(value) <= _MOST_DIGITS:
            self.retry = int(value)
            self._own = {**self._own, "retry": self.retry}
        return None


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


class SequenceParser:
    """Reads a sequence of JSON texts, each between a record separator and a line feed (RFC 7464).

    A text is given as soon as what closes it and white space have come, else at the next separator or the end, as far as it is there.
    """

    __slots__ = ("_depth", "_escaped", "_filled", "_pending", "_quoted", "last_event_id")

    def __init__(self, largest: int = LARGEST) -> None:
        self.last_event_id = ""
        self._pending = _Pending(largest)
        self._depth = 0
        self._quoted = self._escaped = self._filled = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The texts that `piece` completes, with the white space after them. Raises TooLargeError after those before it."""
        start = at = 0
        while at < len(piece):
            if self._escaped:
                self._escaped = False
                at += piece[at] != _SEPARATOR
            found = (_STRING if self._quoted else _INSIDE if self._depth else _OUTSIDE).search(piece, at)
            if found is None:
                break
            at = found.end()
            if found[0] == b"\x1e":
                yield from self._told(piece[start : found.start()])
                start = at
            elif found[0][0] in _WHITE:
                yield from self._told(piece[start:at])
                start = at
            else:
                self._step(found[0])
        rest = piece[start:]
        self._filled = self._filled or bool(rest.strip(_WHITE))
        self._pending.add(rest)

    def _step(self, mark: bytes) -> None:
        if mark == b"\\":
            self._escaped = True
        elif mark == b'"':
            self._quoted = not self._quoted
        elif mark in (b"{", b"["):
            self._depth += 1
        else:
            self._depth = max(0, self._depth - 1)

    def finish(self) -> Iterator[bytes]:
        """What came after the last text that was whole."""
        yield from self._told(b"")

    def _told(self, end: bytes) -> Iterator[bytes]:
        filled = self._filled or bool(end.strip(_WHITE))
        self._filled = self._quoted = self._escaped = False
        self._depth = 0
        text = self._pending.take(end)
        if filled:
            yield text


def may_be_cut(text: bytes) -> bool:
    """Whether a text of a sequence may have lost its end: nothing but white space closes a number, `true`, `false` or `null`.

    Such a text counts as lost (RFC 7464, section 2.4).
    """
    return not text.endswith((b" ", b"\t", b"\r", b"\n", b"}", b"]", b'"'))


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


class Delivered:
    """What of a stream of events has come, so that none comes twice when it is opened again behind `last_event_id`.

    A server may send again what it sent before, from its beginning or from the id on. Events are known by their own ids, and those
    without one by what they say, in their order behind the last that had one.
    """

    __slots__ = ("_behind", "_catching_up", "_ids", "_opened_again", "_replayed", "any", "last_event_id")

    def __init__(self, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        self.any = False
        self._ids: dict[str, None] = {last_event_id: None} if last_event_id else {}
        self._behind: deque[int] = deque(maxlen=_REMEMBERED)
        self._replayed: deque[int] = deque()
        self._opened_again = self._catching_up = False

    def open_again(self, last_event_id: str) -> None:
        """Another connection follows."""
        self.last_event_id = last_event_id
        self._replayed = deque(self._behind)
        self._opened_again, self._catching_up = True, False

    def repeats(self, event: Event, own_id: str) -> bool:
        """Whether an event came before; else it is remembered."""
        if own_id and own_id in self._ids and self._opened_again:
            self._catching_up = own_id != self.last_event_id
            self._replayed = deque(self._behind)
            return True
        said = hash((event.event, event.data))
        if not own_id and (self._catching_up or (self._replayed and self._replayed[0] == said)):
            if not self._catching_up:
                self._replayed.popleft()
            return True
        self._remember(own_id, said)
        return False

    def _remember(self, own_id: str, said: int) -> None:
        self.any = True
        self._catching_up = False
        self._replayed.clear()
        if not own_id:
            self._behind.append(said)
            return
        self._behind.clear()
        self._ids[own_id] = None
        if len(self._ids) > _REMEMBERED:
            del self._ids[next(iter(self._ids))]


def _text(data: bytes) -> str:
    """As UTF-8, what is none replaced by U+FFFD. Ends of lines are no part of any sequence, so that lines can be decoded alone."""
    return data.decode("utf-8", "replace")
