"""`spec`: a document itself, checked or shown, and what is kept of large ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from .._values import did_you_mean, is_array, is_object, pointer_tokens, printable
from ._cache import command as _cache
from ._common import Exit, read_spec, write
from ._print import write_value

if TYPE_CHECKING:
    from ._settings import Settings

_CODES: Final = """\
\b
exit codes: 0, nothing of what --fail-on names; 1, something; 2, the command
line is wrong; 3, the document can't be read at all"""


@click.group("spec")
def command() -> None:
    """Check or show a document, and what is kept of large ones."""


command.add_command(_cache)


@command.command("check", epilog=_CODES)
@click.argument("file", metavar="[FILE]", default="")
@click.option(
    "--format", "form", type=click.Choice(("text", "json", "github")), default="text", show_default=True, help="How it is told."
)
@click.option("-o", "--output", metavar="FILE", help="Write it there instead of to stdout.")
@click.option(
    "--fail-on", type=click.Choice(("error", "warning")), default="warning", show_default=True, help="What gives exit code 1."
)
@click.pass_obj
def _check(settings: Settings, file: str, form: str, output: str | None, fail_on: str) -> int:
    """Tell what is wrong with a document.

    By the standard (openapi-spec-validator) and by what this package finds when it reads all of it: errors are what the standard does
    not allow, and what makes that an operation can't be called; warnings are what is not read or not enforced. FILE is a file or a
    version that comes with the package; without it, the document that is chosen.
    """
    from ._check import check  # noqa: PLC0415  # with the validator, which takes long to import

    spec = read_spec(file) if file else settings.document()
    chosen = Path(file) if file else settings.chosen_document.value
    report = check(spec, chosen if isinstance(chosen, Path) and chosen.is_file() else None)
    try:
        write(report.text(form), output)
    except OSError as error:
        raise click.FileError(str(output), str(error.strerror)) from None
    return Exit.FOUND if report.fails(fail_on) else Exit.OK


@command.command("show")
@click.option(
    "--pointer", metavar="POINTER", default="", help="A part of it alone, by a JSON pointer such as /paths/~1ai~1chat/post."
)
@click.option("--format", "form", type=click.Choice(("json", "yaml")), default="json", show_default=True, help="What to write.")
@click.pass_obj
def _show(settings: Settings, pointer: str, form: str) -> int:
    """Print the document as it is used.

    The platform's or that of --spec, with the overlays applied. One of Swagger 2.0 is printed as the OpenAPI 3.0 that it is read as.
    """
    write_value(_part(settings.document().document.raw, pointer), form)
    return Exit.OK


def _part(document: dict[str, Any], pointer: str) -> Any:
    try:
        tokens = pointer_tokens(pointer.removeprefix("#"))
    except ValueError:
        raise click.BadParameter("a JSON pointer starts with a slash, as in /info/title", param_hint="--pointer") from None
    node: Any = document
    for token in tokens:
        if is_object(node) and token in node:
            node = node[token]
        elif is_array(node) and token.isdecimal() and token.isascii() and int(token) < len(node):
            node = node[int(token)]
        else:
            guess = did_you_mean(token, node) if is_object(node) else ""
            raise click.BadParameter(f"there is no {printable(token)!r} in it{guess}", param_hint="--pointer")
    return node
