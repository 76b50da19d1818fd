"""The command `aerostack-dynamic`, short `aerostack`: its own commands, and those that are made from the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with the given arguments, by default those of the process; returns the exit code.

    The codes are those of `Exit`, and 130 after Ctrl-C. What goes wrong is told on stderr, in one line where one says it.
    """
    try:
        from ._main import run  # noqa: PLC0415  # click is imported for those who run the command

        return run(arguments)
    except KeyboardInterrupt:  # before anything could be begun
        return _INTERRUPTED
