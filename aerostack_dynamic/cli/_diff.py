"""`diff`: what changed between two documents, and what of it breaks code that is written for the old one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .._errors import AerostackError
from ._common import Exit, fail, read_spec, write
from ._places import lines_in

if TYPE_CHECKING:
    from ..compare import Comparison
    from ..compare._report import FailOn, Format

_FORMATS: Final = ("text", "markdown", "json", "junit", "github")
_CODES: Final = """\
\b
exit codes: 0, nothing that --fail-on names; 1, something; 2, the command line
is wrong; 3, a file or a document can't be used"""


@click.command("diff", epilog=_CODES)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--used", metavar="FILE", multiple=True, help="What your code uses: a usage file or a recording; may be repeated.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True, help="How the report is written.")
@click.option("-o", "--output", metavar="FILE", help="Write the report there instead of to stdout.")
@click.option(
    "--fail-on",
    type=click.Choice(("used", "breaking", "any")),
    help="What gives exit code 1: changes that break you, that break anybody, or all (default: used with --used, else breaking).",
)
def command(old: str, new: str, used: tuple[str, ...], form: Format, output: str | None, fail_on: FailOn | None) -> int:
    """Compare two documents.

    Tells every change from OLD to NEW, whether it breaks code that is written for OLD, and how that is known. Both are files, or
    versions that come with the package, such as 1.5.0.
    """
    from ..compare import compare, comparison_report  # noqa: PLC0415  # other commands do without

    try:
        comparison = compare(read_spec(old), read_spec(new), used=[Path(one) for one in used] or None)
        report = comparison_report(comparison, fail_on or ("used" if used else "breaking"))
        lines = _lines(comparison, new) if form == "github" else {}
        write(report.render(form, lines), output)
    except (AerostackError, OSError, ValueError) as error:
        return fail(error, Exit.UNUSABLE)
    return Exit.FOUND if report.fails else Exit.OK


def _lines(comparison: Comparison, name: str) -> dict[str, tuple[str, int]]:
    """Where in the new document's file the changes are, by pointer."""
    if not Path(name).is_file():
        return {}
    return lines_in(Path(name), {one.new_pointer for one in comparison.changes if one.new_pointer})
