"""`replay`: recorded calls held against another document, with nothing sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .._errors import AerostackError
from ._common import Exit, fail, read_spec, say, write

if TYPE_CHECKING:
    from ..compare._report import Format

_FORMATS: Final = ("text", "markdown", "json", "junit", "github")
_CODES: Final = """\
\b
exit codes: 0, every call is fine; 1, some are not; 2, the command line is
wrong; 3, a file or a document can't be used"""


@click.command("replay", epilog=_CODES)
@click.argument("calls", metavar="CALLS...", nargs=-1, required=True)
@click.option("--spec", "judge", metavar="NEW", required=True, help="The document to judge by: a file, or a bundled version.")
@click.option("--old", metavar="OLD", help="The document that the calls were made with; a bundled one is found by itself.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True, help="How the report is written.")
@click.option("-o", "--output", metavar="FILE", help="Write the report there instead of to stdout.")
def command(calls: tuple[str, ...], judge: str, old: str | None, form: Format, output: str | None) -> int:
    """Judge recorded calls by another document.

    Would it take what was sent, and allow what was answered and read? CALLS are recordings of this package, cassettes of vcrpy, or HAR
    files. Nothing is sent.
    """
    from ..compare import replay_check, replay_report  # noqa: PLC0415  # other commands do without
    from ..testing import read_calls  # noqa: PLC0415  # as above

    try:
        new = read_spec(judge)
        former = read_spec(old) if old else None
        recorded = [call for name in calls for call in read_calls(Path(name), former, on_skipped=_skipped)]
        if not recorded:
            return fail(f"{', '.join(calls)}: there is no call to judge", Exit.UNUSABLE)
        report = replay_report(replay_check(recorded, new, old=former))
        write(report.render(form), output)
    except (AerostackError, OSError, ValueError) as error:
        return fail(error, Exit.UNUSABLE)
    return Exit.FOUND if report.fails else Exit.OK


def _skipped(text: str) -> None:
    say(text)
