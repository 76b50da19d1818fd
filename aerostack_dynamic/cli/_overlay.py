"""`overlay`: a document with OpenAPI Overlays applied, printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from .._errors import SpecError
from .._values import shown
from ._common import Exit, fail, read_spec, write

_CODES: Final = """\
\b
exit codes: 0, done; 2, the command line is wrong; 3, the document or an overlay
can't be used, or a target matches nothing, and nothing is written"""


@click.command("overlay", epilog=_CODES)
@click.argument("document", metavar="DOCUMENT")
@click.argument("overlays", metavar="OVERLAY...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", help="Write the result there instead of to stdout.")
@click.option("--format", "form", type=click.Choice(("json", "yaml")), help="What to write (default: as the document is).")
def command(document: str, overlays: tuple[str, ...], output: str | None, form: str | None) -> int:
    """Apply overlays to a document.

    Applies OpenAPI Overlays (1.0 and 1.1), one after the other, and prints what comes of it. DOCUMENT is a file in JSON or YAML, or a
    version that comes with the package, such as 1.5.0. Comments in it are lost.
    """
    try:
        spec = read_spec(document).with_overlay(*map(Path, overlays))
        write(_text(spec.document.written, form or _form(Path(document))), output)
    except SpecError as error:
        return fail("\n".join(_lines(error)), Exit.UNUSABLE)
    except OSError as error:
        return fail(error, Exit.UNUSABLE)
    return Exit.OK


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
