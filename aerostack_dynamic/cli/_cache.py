"""`spec cache`: what is kept of large documents for the next process."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from .._cache import VARIABLE, cache_folder, clear, entries
from .._values import shown
from ._common import Exit, fail, write
from ._print import form_option, write_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@click.command("cache")
@click.option("--clear", "clearing", is_flag=True, help="Remove all of it.")
@form_option(("text", "json", "yaml"), "text")
def command(clearing: bool, form: str | None) -> int:
    """Show what is kept of large documents.

    What was read of a large document is kept in a folder of the user's own, so that the next process reads what it needs alone. Where that
    is, how much there is, and when each part was last used, to the day. AEROSTACK_CACHE names another folder, or is `off`.
    """
    folder = cache_folder()
    try:
        removed = clear(folder) if clearing and folder else None
        found = [] if folder is None else entries(folder)
    except OSError as error:
        return fail(error, Exit.UNUSABLE)
    value = {
        "folder": None if folder is None else str(folder),
        "bytes": sum(one.size for one in found),
        "entries": [{"name": one.path.name, "bytes": one.size, "used": _day(one.used)} for one in found],
        **({} if removed is None else {"removed": removed}),
    }
    if form in ("json", "yaml"):
        write_value(value, form)
    else:
        write("".join(f"{shown(line)}\n" for line in _lines(value)), None)
    return Exit.OK


def _day(used: float) -> str:
    return datetime.fromtimestamp(used, timezone.utc).date().isoformat()


def _lines(value: Mapping[str, Any]) -> Iterable[str]:
    if value["folder"] is None:
        yield f"nothing is kept: {VARIABLE} is off, or there is no folder for it"
        return
    if "removed" in value:
        yield f"removed {value['removed']}"
    count = len(value["entries"])
    yield f"{value['folder']}: {count} document{'' if count == 1 else 's'}, {value['bytes'] / 1_000_000:.1f} MB"
    for one in value["entries"]:
        yield f"  {one['used']}  {one['bytes'] / 1_000_000:>6.1f} MB  {one['name']}"
