"""What the streams of the process are: a terminal or not, and whether colours are wanted (https://no-color.org, FORCE_COLOR, TERM=dumb)."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from rich.console import Console


# Characters: of prose that a column is never narrower than, and of a word that is kept whole.
_PROSE: Final = 16
_WORD: Final = 60


def is_terminal(stream: Any) -> bool:
    """Whether a person reads a stream, or types what it holds."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False


def is_smart(stream: Any) -> bool:
    """Whether a stream is a terminal that can move its cursor, as progress bars do."""
    return is_terminal(stream) and os.environ.get("TERM") not in ("dumb", "unknown")


def has_colours(stream: Any) -> bool:
    """Whether colours are written to a stream: NO_COLOR before FORCE_COLOR before what the stream is."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_smart(stream)


def console_on(stream: IO[str]) -> Console:
    """What rich writes to a stream with."""
    from rich.console import Console  # noqa: PLC0415  # only for terminals

    coloured = has_colours(stream)
    return Console(
        file=stream,
        force_terminal=coloured or is_terminal(stream),
        no_color=not coloured,
        highlight=False,
        markup=False,
        emoji=False,
    )


def room_of(cells: Iterable[str]) -> dict[str, Any]:
    """How a column of one of rich's tables takes these cells: prose gives way and is folded between words, which stay whole.

    What can't be copied in pieces, such as a command or a path, may make a table wider than the terminal is.
    """
    from rich.cells import cell_len  # noqa: PLC0415  # only for tables

    widths = [(cell_len(one), max(map(cell_len, one.split()), default=0)) for one in cells]
    longest, word = (max(one, default=0) for one in zip(*widths, strict=True)) if widths else (0, 0)
    return {"overflow": "fold", "min_width": max(min(longest, _PROSE), min(word, _WORD))}


def in_utf8() -> None:
    """Have the output in UTF-8 whatever the locale is: not all that an answer may hold is in a code page of Windows."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # what stands in for a stream may be no file
            reconfigure(encoding="utf-8", errors="backslashreplace")


class _Closed:
    """What stands in for a stream that the process was started without."""

    encoding = "utf-8"
    errors = "strict"

    @property
    def buffer(self) -> _Closed:
        return self

    def write(self, _data: Any) -> int:
        raise OSError(errno.EBADF, "it is closed")

    def flush(self) -> None:
        """Nothing waits to be written."""


class _Output:
    """Standard output, whose errors name it. The first one is raised, and then nothing more is written."""

    def __init__(self, stream: Any) -> None:
        self.is_lost = stream is None
        self._stream = _Closed() if stream is None else stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: object) -> int:
        _check_text(text)
        with self._named():
            return int(self._stream.write(text)) if text else 0  # click writes nothing to find out what a stream takes

    def flush(self) -> None:
        with self._named():
            self._stream.flush()

    @contextmanager
    def _named(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            self._stream, self.is_lost = _nowhere(), True
            raise OSError(error.errno, error.strerror or str(error), "standard output") from None


class _Messages:
    """Standard error: where nothing can be told any more, the exit code still tells."""

    def __init__(self, stream: Any) -> None:
        self._stream = _nowhere() if stream is None else stream
        self.is_lost = stream is None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: object) -> int:
        _check_text(text)
        try:
            return int(self._stream.write(text))
        except OSError:
            self._lose()
            return 0

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._lose()

    def _lose(self) -> None:
        self._stream, self.is_lost = _nowhere(), True


def _check_text(text: object) -> None:
    """As streams of text do, by which click tells them from those of bytes."""
    if not isinstance(text, str):
        raise TypeError("a text is wanted")


class _Sink(io.RawIOBase):
    """A stream that is lost: what is written there goes nowhere."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def _nowhere() -> Any:
    return io.TextIOWrapper(io.BufferedWriter(_Sink()), "utf-8", write_through=True)


@contextmanager
def careful_streams() -> Generator[None]:
    """While a command runs: errors of standard output name it, and those of standard error end nothing. Either may be missing."""
    given = sys.stdout, sys.stderr
    output, messages = _Output(sys.stdout), _Messages(sys.stderr)
    sys.stdout, sys.stderr = output, messages
    try:
        yield
    finally:
        if sys.stdout is output:
            sys.stdout = _nowhere() if output.is_lost else given[0]
        sys.stderr = _nowhere() if messages.is_lost else given[1]


def discard_output() -> None:
    """Write nothing more to a pipe that nobody reads, not even as the interpreter ends."""
    sys.stdout = _nowhere()
