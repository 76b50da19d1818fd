"""`call`: any operation, by whatever the document calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from .._errors import AerostackError
from .._values import printable
from ._groups import items_of, made, settings
from ._named import guess, told
from ._settings import Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from .._load import Spec

_HELP: Final = """\
Call any operation of the document.

OPERATION is an operationId (aiChat), its name in Python (ai.ai_chat), or a method and a path (POST /ai/chat). Its options follow:
aerostack call aiChat --help tells of them."""

_WORDS: Final = "aerostack.words"


class _Call(click.Group):
    """Its commands are the operations, none of which is listed."""

    def _spec(self, ctx: click.Context) -> Spec:
        return ctx.ensure_object(Settings).document()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; those that name no operation yet are kept for completion."""
        rest = super().parse_args(ctx, args)
        ctx.meta[_WORDS] = [*args]
        return rest

    def list_commands(self, ctx: click.Context) -> list[str]:
        """No names: the document's own commands list them."""
        return []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The operation of a name."""
        spec = self._spec(ctx)
        found = spec.operations.get(cmd_name)
        return None if found is None else made(spec, found, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The operation of the first word, or of a method and a path, given as one word or as two."""
        name, rest = args[0], args[1:]
        if name.isupper() and rest and rest[0].startswith("/"):
            name, rest = f"{name} {rest[0]}", rest[1:]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            spec = self._spec(ctx)
            meant = guess(spec, name, spec.operations, lambda one: one.operation_id)
            raise click.UsageError(f"no operation '{printable(name, 100)}'{meant}", ctx)
        return (name if command else None), command, rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The operationIds."""
        try:
            spec = self._spec(ctx)
        except AerostackError:
            return []
        words: list[str] = ctx.meta.get(_WORDS, [])
        if words and words[-1].isupper():  # a method: its paths
            return items_of([(one.path, told(one)) for one in spec.operations.values() if one.method == words[-1]], incomplete)
        names = [(key, told(one)) for key, one in spec.operations.items() if key.isprintable()]
        return items_of(names, incomplete) or super().shell_complete(ctx, incomplete)


command = _Call(
    "call",
    help=_HELP,
    subcommand_metavar="OPERATION [OPTIONS]",
    context_settings=settings(),
)
