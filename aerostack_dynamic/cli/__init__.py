"""The command `aerostack-dynamic`: each of its commands is a module that adds its arguments and runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .._version import __version__
from . import _mock, _sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMMANDS = (_mock, _sandbox)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with the given arguments, by default those of the process; returns the exit code.

    A mistake in the arguments is argparse's: its message and SystemExit with code 2.
    """
    parsed = _parser().parse_args(arguments)
    return int(parsed.run(parsed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aerostack-dynamic", description="Tools for the Aerostack API.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    return parser
