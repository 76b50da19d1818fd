"""`overlay`: a document with OpenAPI Overlays applied, printed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._errors import SpecError
from .._values import shown
from ._common import fail, read_spec, write

if TYPE_CHECKING:
    from ._common import Commands

_DESCRIPTION = "Applies OpenAPI Overlays (1.0 and 1.1) to a document, one after the other, and prints what comes of it."
_CODES = """\
DOCUMENT is a file, or a version that comes with the package, such as 1.5.0. Comments in it are lost.

exit codes: 0, done; 1, the document or an overlay can't be used, or a target matches nothing, and nothing is written; 2, the command line
is wrong"""


def add_to(commands: Commands) -> None:
    """Adds the command."""
    overlay = commands.add_parser(
        "overlay",
        help="apply overlays to a document",
        description=_DESCRIPTION,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    overlay.set_defaults(run=run)
    overlay.add_argument("document", metavar="DOCUMENT", help="the document, in JSON or YAML")
    overlay.add_argument("overlays", metavar="OVERLAY", nargs="+", help="an overlay, in JSON or YAML")
    overlay.add_argument("-o", "--output", metavar="FILE", help="write the result there instead of to stdout")
    overlay.add_argument("--format", choices=("json", "yaml"), help="what to write (default: as the document is)")


def run(parsed: argparse.Namespace) -> int:
    """Applies the overlays and prints the document; gives the exit code."""
    try:
        spec = read_spec(parsed.document).with_overlay(*map(Path, parsed.overlays))
        form = parsed.format or _form(Path(parsed.document))
        write(_text(spec.document.written, form), parsed.output)
    except SpecError as error:
        return fail("\n".join(_lines(error)))
    except OSError as error:
        return fail(error)
    return 0


def _lines(error: SpecError) -> list[str]:
    """What is wrong, a line for each problem, with the overlay's file before it."""
    if not error.problems:
        return [str(error)]
    return ["the overlays can't be applied", *(shown(f"  {one.pointer}: {one.message}") for one in error.problems)]


def _form(document: Path) -> str:
    """Whether a document is in JSON or in YAML; those that come with the package are in JSON."""
    if not document.is_file():
        return "json"
    with document.open("rb") as file:
        start = file.read(64)
    return "json" if start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith((b"{", b"[")) else "yaml"


def _text(document: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    from .._yaml import write_yaml  # noqa: PLC0415  # PyYAML is imported for YAML

    return write_yaml(document)
