"""`diff`: what changed between two documents, and what of it breaks code that is written for the old one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import AerostackError
from ._common import FOUND, UNUSABLE, fail, read_spec, write

if TYPE_CHECKING:
    from ..compare import Comparison
    from ._common import Commands

_FORMATS = ("text", "markdown", "json", "junit", "github")
_DESCRIPTION = "Every change between two documents: whether it breaks code written for the old one, and how that is known."
_CODES = """\
OLD and NEW are files, or versions that come with the package, such as 1.5.0.

exit codes: 0, nothing that --fail-on names; 1, something; 2, the command line is wrong; 3, a file or a document can't be used"""


def add_to(commands: Commands) -> None:
    """Adds the command."""
    diff = commands.add_parser(
        "diff",
        help="compare two documents",
        description=_DESCRIPTION,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    diff.set_defaults(run=run)
    diff.add_argument("old", metavar="OLD", help="the document that the code was written for")
    diff.add_argument("new", metavar="NEW", help="the document to compare it with")
    diff.add_argument(
        "--used",
        metavar="FILE",
        action="append",
        default=[],
        help="what your code uses: a usage file or a recording; may be repeated",
    )
    diff.add_argument("--format", choices=_FORMATS, default="text", help="default: %(default)s")
    diff.add_argument("-o", "--output", metavar="FILE", help="write the report there instead of to stdout")
    diff.add_argument(
        "--fail-on",
        choices=("used", "breaking", "any"),
        help="what gives exit code 1: changes that break you, that break anybody, or all (default: used with --used, else breaking)",
    )


def run(parsed: argparse.Namespace) -> int:
    """Compares and reports; gives the exit code."""
    from ..compare import compare, comparison_report  # noqa: PLC0415  # other commands do without

    try:
        comparison = compare(read_spec(parsed.old), read_spec(parsed.new), used=[Path(one) for one in parsed.used] or None)
        report = comparison_report(comparison, parsed.fail_on or ("used" if parsed.used else "breaking"))
        lines = _lines(comparison, parsed.new) if parsed.format == "github" else {}
        write(report.render(parsed.format, lines), parsed.output)
    except (AerostackError, OSError, ValueError) as error:
        return fail(error, UNUSABLE)
    return FOUND if report.fails else 0


def _lines(comparison: Comparison, name: str) -> dict[str, tuple[str, int]]:
    """Where in the new document's file the changes are, by pointer."""
    from ..compare import lines_of  # noqa: PLC0415  # as above

    document = Path(name)
    if not document.is_file():
        return {}
    pointers: dict[Path, dict[str, str]] = {}
    for place in {one.new_pointer for one in comparison.changes if one.new_pointer}:
        # A place in another file is its name, a number sign, and the pointer there.
        other, _, pointer = ("", "", place) if place.startswith("/") else place.partition("#")
        pointers.setdefault(document.parent / other if other else document, {})[pointer] = place
    found: dict[str, tuple[str, int]] = {}
    for file, places in pointers.items():
        if file.is_file():
            lines = lines_of(file.read_text(encoding="utf-8-sig", errors="replace"), places)
            found |= {places[pointer]: (file.as_posix(), line) for pointer, line in lines.items()}
    return found
