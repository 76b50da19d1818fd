"""How the commands that tell of a document print: tables and colour for a terminal, JSON for a pipe, on stdout.

What a document says reaches a terminal without control and bidirectional characters, which could rewrite what is on it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from .._values import printable, shown
from ._common import write
from ._terminal import console_on, has_colours, is_terminal, room_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_Command = TypeVar("_Command", bound="Callable[..., Any]")
FORMS: Final = ("table", "json", "yaml")
_LONGEST_CELL: Final = 300
_WIDTH: Final = 200


def form_option(forms: Sequence[str] = FORMS, default: str = "") -> Callable[[_Command], _Command]:
    """The option that chooses among forms: by default always one, or the first on a terminal and JSON to a pipe."""
    told = default or f"{forms[0]} on a terminal, json to a pipe"
    return click.option("--output", "form", type=click.Choice(forms), help=f"How to write it (default: {told}).")


def painted(text: str, **style: Any) -> str:
    """The text with a style, where colour is wanted."""
    return click.style(text, **style) if text and has_colours(sys.stdout) else text


def json_text(value: Any) -> str:
    """A value as indented JSON; in ASCII where it holds what a terminal had better not see as it is."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return (text if text.replace("\n", "").isprintable() else json.dumps(value, indent=2)) + "\n"


def yaml_text(value: Any) -> str:
    """A value as YAML; on a terminal without the characters that it had better not see."""
    from .._yaml import write_yaml  # noqa: PLC0415  # PyYAML is imported for YAML

    text = write_yaml(value)
    return shown(text) if is_terminal(sys.stdout) else text


def write_value(value: Any, form: str) -> None:
    """A value on stdout, as JSON or YAML."""
    write(yaml_text(value) if form == "yaml" else json_text(value), None)


def write_rows(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], form: str | None) -> None:
    """Rows on stdout: whole as JSON or YAML; as a table, if there are any, the columns that are named, key -> heading."""
    chosen = form or ("table" if is_terminal(sys.stdout) else "json")
    if chosen != "table":
        write_value([dict(row) for row in rows], chosen)
        return
    listed = [*rows]
    if not listed:
        return
    from rich.table import Table  # noqa: PLC0415  # imported for tables
    from rich.text import Text  # noqa: PLC0415  # as above

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, (name, heading) in enumerate(columns.items()):
        cells = [heading, *(_cell(row.get(name)) for row in listed)]
        if number == 0:  # a name, or a command that is copied whole
            cells = [one.replace(" ", "_") for one in cells]
        table.add_column(heading, style="cyan" if number == 0 else "", **room_of(cells))
    for row in listed:
        table.add_row(*(Text(_cell(row.get(name))) for name in columns), style="dim" if row.get("deprecated") else "")
    console = console_on(sys.stdout)
    if not is_terminal(sys.stdout):
        console.width = _WIDTH
    with console.capture() as written:
        console.print(table, crop=False)
    write("".join(f"{line.rstrip()}\n" for line in written.get().splitlines()), None)


def _cell(value: Any) -> str:
    text = "" if value is None or value is False else "yes" if value is True else str(value)
    return printable(" ".join(text.split()), _LONGEST_CELL)
