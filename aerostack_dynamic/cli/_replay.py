"""`replay`: recorded calls held against another document, with nothing sent."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import AerostackError
from ._common import FOUND, UNUSABLE, fail, read_spec, write

if TYPE_CHECKING:
    from ._common import Commands

_FORMATS = ("text", "markdown", "json", "junit", "github")
_DESCRIPTION = "Every recorded call judged by another document: would it take what was sent, and allow what was answered and read?"
_CODES = """\
CALLS is a recording of this package, a cassette of vcrpy, or a HAR file. Nothing is sent.

exit codes: 0, every call is fine; 1, some are not; 2, the command line is wrong; 3, a file or a document can't be used"""


def add_to(commands: Commands) -> None:
    """Adds the command."""
    replay = commands.add_parser(
        "replay",
        help="judge recorded calls by another document",
        description=_DESCRIPTION,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    replay.set_defaults(run=run)
    replay.add_argument("calls", metavar="CALLS", nargs="+", help="recordings")
    replay.add_argument("--spec", metavar="NEW", required=True, help="the document to judge by: a file, or a bundled version")
    replay.add_argument("--old", metavar="OLD", help="the document that the calls were made with; a bundled one is found by itself")
    replay.add_argument("--format", choices=_FORMATS, default="text", help="default: %(default)s")
    replay.add_argument("-o", "--output", metavar="FILE", help="write the report there instead of to stdout")


def run(parsed: argparse.Namespace) -> int:
    """Judges and reports; gives the exit code."""
    from ..compare import replay_check, replay_report  # noqa: PLC0415  # other commands do without
    from ..testing import read_calls  # noqa: PLC0415  # as above

    try:
        new = read_spec(parsed.spec)
        old = read_spec(parsed.old) if parsed.old else None
        calls = [call for name in parsed.calls for call in read_calls(Path(name), old, on_skipped=_skipped)]
        if not calls:
            return fail(f"{', '.join(parsed.calls)}: there is no call to judge", UNUSABLE)
        report = replay_report(replay_check(calls, new, old=old))
        write(report.render(parsed.format), parsed.output)
    except (AerostackError, OSError, ValueError) as error:
        return fail(error, UNUSABLE)
    return FOUND if report.fails else 0


def _skipped(text: str) -> None:
    fail(text)
