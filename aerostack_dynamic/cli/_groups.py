"""The commands that are made from the document: a group for each tag, a command for each operation, made when one is named.

Neither the help of a group nor its completion reads more of an operation than its name and its summary.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from .._errors import AerostackError
from .._prose import untagged
from .._values import printable
from ._common import say
from ._named import group_scope, guess, rows
from ._settings import Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from .._load import Spec
    from .._model import Operation
    from ._named import Scope

HELP_NAMES: Final = ("-h", "--help")


def settings() -> dict[str, Any]:
    """What all contexts of the document's commands are made with."""
    return {"help_option_names": [*HELP_NAMES], "max_content_width": 100}


def made(spec: Spec, operation: Operation, name: str) -> click.Command:
    """The command of an operation."""
    from ._operation import OperationCommand  # noqa: PLC0415  # lists of commands do without

    return OperationCommand(spec, operation, name)


def items_of(pairs: Any, incomplete: str) -> list[CompletionItem]:
    """Names with a line each, as completion has them."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415  # only for completion

    return [CompletionItem(name, help=text) for name, text in pairs if name.startswith(incomplete)]


def tell_notes(ctx: click.Context) -> None:
    """Tell what may explain why there is no such command: a variable that wins over the profile that was named."""
    with suppress(AerostackError, click.UsageError):
        for note in ctx.ensure_object(Settings).notes:
            say(note)


class DocumentGroup(click.Group):
    """The operations of one tag."""

    def __init__(self, spec: Spec, group: str, name: str) -> None:
        tag = next((one for one in spec.tags.values() if one.group == group), None)
        text = (tag.description or tag.summary) if tag is not None else ""
        super().__init__(name, help=printable(untagged(text), 500) or None, context_settings=settings())
        self._spec = spec
        self._group = group

    @property
    def _scope(self) -> Scope:
        return group_scope(self._spec, self._group)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the operations."""
        return [*self._scope.operations]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The operation of a name."""
        scope = self._scope
        command = scope.command(cmd_name)
        return None if command is None else made(self._spec, scope.operations[command], command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The operation of the first word; an unknown one is told with what it may mean."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            tell_notes(ctx)
            shown = {one.operation_id: name for name, one in self._scope.operations.items()}
            meant = guess(
                self._spec, args[0], shown.values(), lambda one: shown.get(one.operation_id) or f"call {one.operation_id}"
            )
            raise click.UsageError(f"{self.name} has no operation '{printable(args[0], 100)}'{meant}", ctx)
        return (command.name if command else None), command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The operations with a line each."""
        with formatter.section("Operations"):
            formatter.write_dl([*rows(self._scope.operations)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names of operations."""
        return items_of(rows(self._scope.operations), incomplete) or super().shell_complete(ctx, incomplete)
