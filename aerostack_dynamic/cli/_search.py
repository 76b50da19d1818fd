"""`search`: operations by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .._values import printable
from ._common import Exit, fail
from ._operations import COLUMNS, rows_of
from ._print import form_option, write_rows

if TYPE_CHECKING:
    from ._settings import Settings


@click.command("search", epilog="exit codes: 0, something was found; 1, nothing was")
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@form_option()
@click.pass_obj
def command(settings: Settings, words: tuple[str, ...], form: str | None) -> int:
    """Find operations by words.

    Those that hold every one of the words in their names, path, summary, description or tags; names count first.
    """
    spec = settings.document()
    found = spec.search(" ".join(words))
    write_rows(rows_of(spec, found), COLUMNS, form)
    return Exit.OK if found else fail(f"no operation holds {printable(' '.join(words))!r}")
