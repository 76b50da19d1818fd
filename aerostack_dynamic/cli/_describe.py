"""`describe`: one operation, as `help()` tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .._describe import describe
from .._values import shown
from ._common import Exit, program, write
from ._offers import operations
from ._operations import commands_of, find_operation, value_of
from ._print import form_option, write_value

if TYPE_CHECKING:
    from ._settings import Settings

_FORMS = ("text", "json", "yaml")


@click.command("describe")
@click.argument("operation", metavar="OPERATION", nargs=-1, required=True, shell_complete=operations)
@form_option(_FORMS, "text")
@click.pass_obj
def command(settings: Settings, operation: tuple[str, ...], form: str | None) -> int:
    """Tell all of an operation.

    OPERATION is any of its names: aiChat, ai.ai_chat, POST /ai/chat, or the words of its command, ai ai-chat.
    """
    spec = settings.document()
    found = find_operation(spec, " ".join(operation))
    if form in ("json", "yaml"):
        write_value(value_of(spec, found), form)
    else:
        called = f"{program()} {commands_of(spec)[found.operation_id]} --help"
        write(f"{shown(describe(spec.document, found))}\n\nOn the command line:\n    {called}\n", None)
    return Exit.OK
