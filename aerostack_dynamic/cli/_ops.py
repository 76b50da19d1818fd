"""`ops`: the operations of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ._common import Exit, say
from ._offers import groups
from ._operations import COLUMNS, check_group, rows_of
from ._print import form_option, write_rows

if TYPE_CHECKING:
    from ._settings import Settings


@click.command("ops")
@click.option("--group", metavar="NAME", shell_complete=groups, help="Those of one group alone.")
@click.option("--deprecated/--no-deprecated", default=None, help="The deprecated ones alone, or all others.")
@form_option()
@click.pass_obj
def command(settings: Settings, group: str | None, deprecated: bool | None, form: str | None) -> int:
    """List the operations.

    A table on a terminal, JSON to a pipe.
    """
    spec = settings.document()
    chosen = None if group is None else check_group(spec, group)
    found = [
        one
        for one in spec.operations.values()
        if (chosen is None or one.group == chosen) and (deprecated is None or one.deprecated is deprecated)
    ]
    write_rows(rows_of(spec, found), COLUMNS, form)
    if not found:
        say("there is no such operation" if spec.operations else "the document has no operations")
    return Exit.OK
