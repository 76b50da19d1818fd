"""What completion offers for the names that a document and a configuration have; nothing where either can't be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .._errors import AerostackError
from .._load import versions as bundled_versions
from ._settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from click.shell_completion import CompletionItem

    Offer: TypeAlias = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _offer(find: Callable[[Settings], Iterable[str]]) -> Offer:
    """What offers the names that are found for the settings; such as could rewrite a terminal are left out."""

    def offer(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # noqa: PLC0415  # only for completion

        try:
            names = [*find(ctx.ensure_object(Settings))]
        except (AerostackError, click.UsageError):
            return []
        return [CompletionItem(one) for one in names if one.startswith(incomplete) and one.isprintable()]

    return offer


groups = _offer(lambda settings: settings.document().groups)
operations = _offer(lambda settings: settings.document().operations)
schemas = _offer(lambda settings: settings.document().schemas)
versions = _offer(lambda _settings: bundled_versions())
profiles = _offer(lambda settings: settings.configuration.names if settings.configuration else ())
