"""What the streams of the process are: a terminal or not, and whether colours are wanted (https://no-color.org, FORCE_COLOR, TERM=dumb)."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


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


def in_utf8() -> None:
    """Have the output in UTF-8 whatever the locale is: not all that an answer may hold is in a code page of Windows."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # what stands in for a stream may be no file
            reconfigure(encoding="utf-8", errors="backslashreplace")


def discard_output() -> None:
    """Write nothing more to a pipe that nobody reads, not even as the interpreter ends."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # it stays until the end
