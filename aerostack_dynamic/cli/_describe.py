"""`describe`: one operation, as `help()` tells of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .._describe import describe
from .._errors import AerostackError
from .._values import shown
from ._common import Exit, program, wrapped, write
from ._example import example_line
from ._offers import operations
from ._operation import OperationCommand
from ._operations import COLUMNS, commands_of, find_operation, group_named, rows_of, value_of
from ._print import form_option, write_rows, write_value

if TYPE_CHECKING:
    from .._load import Spec
    from .._model import Operation
    from ._settings import Settings

_FORMS = ("text", "json", "yaml")


@click.command("describe")
@click.argument("operation", metavar="OPERATION", nargs=-1, required=True, shell_complete=operations)
@form_option(_FORMS, "text")
@click.pass_obj
def command(settings: Settings, operation: tuple[str, ...], form: str | None) -> int:
    """Tell all of an operation.

    OPERATION is any of its names: aiChat, ai.ai_chat, POST /ai/chat, or the words of its command, ai ai-chat. Of a group, such as ai, the
    operations are listed.
    """
    spec, named = settings.document(), " ".join(operation)
    group = group_named(spec, named)
    if group is not None:
        write_rows(rows_of(spec, spec.groups[group].values()), COLUMNS, "table" if form in (None, "text") else form)
        return Exit.OK
    found = find_operation(spec, named)
    if form in ("json", "yaml"):
        write_value(value_of(spec, found), form)
    else:
        lines = [wrapped(line, sys.stdout, _deep(line)) for line in shown(describe(spec.document, found)).splitlines()]
        lines += ["", "On the command line:", *(f"    {line}" for line in _example(spec, found))]  # whole, to be pasted
        write("".join(f"{line}\n" for line in lines), None)
    return Exit.OK


def _example(spec: Spec, operation: Operation) -> list[str]:
    """The lines of a command that calls it, and of the one that tells of all its options."""
    words = commands_of(spec)[operation.operation_id]
    try:
        command = OperationCommand(spec, operation, words)
        command.make_context(words, [], resilient_parsing=True)
        line = example_line(command, program(), words)
    except AerostackError:  # it can't be called, as is told above
        return [f"{program()} {words} --help"]
    return [*shown(line).splitlines(), f"{program()} {words} --help"]


def _deep(line: str) -> int:
    return len(line) - len(line.lstrip()) + 4
