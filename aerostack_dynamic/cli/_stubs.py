"""`stubs`: a typed client for a document, written as one Python file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .._errors import AerostackError, ArgumentsError
from ._common import Exit, fail, read_spec, write

if TYPE_CHECKING:
    from .._load import Spec

_CODES: Final = """\
\b
exit codes: 0, done, or up to date; 1, --check found the file missing or stale;
2, the command line is wrong; 3, the document or the file can't be used"""


@click.command("stubs", epilog=_CODES)
@click.argument("document", metavar="DOCUMENT")
@click.option("-o", "--output", metavar="FILE", help="Write the client there instead of to stdout.")
@click.option(
    "--class-name", metavar="NAME", default="Client", show_default=True, help="The client's class; the other is AsyncNAME."
)
@click.option("--check", is_flag=True, help="Write nothing, and tell by the exit code whether the file is what would be written.")
def command(document: str, output: str | None, class_name: str, check: bool) -> int:
    """Write a typed client for a document.

    It is one Python file: a client that runs, all of which type checkers and editors see. It reads DOCUMENT, a file in JSON or YAML or a
    version that comes with the package, when it is used, and warns where that has changed since.
    """
    if check and output is None:
        raise click.UsageError("--check reads the file that -o names")
    _check_class_name(class_name)
    try:
        text = _text(read_spec(document), document, output, class_name)
        if not check or output is None:
            write(text, output)
            return Exit.OK
        return _compare(Path(output), text)
    except (AerostackError, OSError, UnicodeDecodeError) as error:
        return fail(error, Exit.UNUSABLE)


def _check_class_name(name: str) -> None:
    from ..stubs._file import check_class_name  # noqa: PLC0415  # other commands do without

    try:
        check_class_name(name)
    except ArgumentsError as error:
        raise click.BadParameter(str(error).removeprefix("class_name: "), param_hint="--class-name") from None


def _text(spec: Spec, document: str, output: str | None, class_name: str) -> str:
    from ..stubs import write_stub  # noqa: PLC0415  # other commands do without

    folder = Path(output).parent if output is not None else Path()
    file = Path(os.path.relpath(document, folder)).as_posix() if spec.document.bundled is None else None
    return write_stub(spec, class_name, file=file)


def _compare(path: Path, text: str) -> int:
    if not path.exists():
        return fail(f"{path} is missing", Exit.FOUND)
    if path.read_text(encoding="utf-8") != text:
        return fail(f"{path} is stale: it was written for another document, or by another version of this command", Exit.FOUND)
    return Exit.OK
