"""Results as they are written: JSON, YAML, a table, CSV, lines of JSON, or text.

A terminal gets lists of objects as tables and all else as JSON in colours, characters that could rewrite it escaped; whatever is no
terminal gets JSON, or what an answer that is text or bytes holds. A result alone goes to standard output.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import sys
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from .._errors import ArgumentsError
from .._record import table_of
from .._saving import PartialFile
from .._values import UNSET, is_array, is_bytes, is_object, shown
from ._terminal import console_on, has_colours, is_terminal, room_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType
    from rich.text import Text

_STDOUT: Final = "-"
BYTES: Final = "the answer is bytes, which are no text for a terminal: give -o FILE"
# A dict's own, so that a Record makes nothing of its members.
_items: Final = dict[str, Any].items


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """A result in JSON, the bytes within it in base64."""
    separators = (",", ":") if indent is None else None
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, separators=separators, default=_other)


def plain(value: Any) -> Any:
    """A JSON value of dicts and lists alone, nothing of it noted as read."""
    if is_object(value):
        return {name: plain(one) for name, one in _items(value)}
    return [plain(one) for one in value] if is_array(value) else value


def _other(value: Any) -> str:
    return b64encode(bytes(value)).decode() if is_bytes(value) else str(value)


def as_text(value: Any) -> str:
    """A result as a shell's variable takes it: texts as they are, items of a list a line each, objects in JSON."""
    if is_array(value):
        return "\n".join(one if isinstance(one, str) else as_json(one, indent=None) for one in value)
    return value if isinstance(value, str) else as_json(value)


def as_csv(value: Any) -> str:
    """A list with a row for each object (RFC 4180), or one object as a row; what is within a cell is in JSON."""
    from .._columns import cell  # noqa: PLC0415  # only for tables

    table = table_of(value if is_array(value) else [value])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([one.name for one in table.columns])
    writer.writerows([[_cell(cell(row, one)) for one in table.columns] for row in table.rows])
    return text.getvalue().removesuffix("\n")


def _cell(value: Any) -> str:
    if value is None or value is UNSET:
        return ""
    return value if isinstance(value, str) else as_json(value, indent=None)


def written(value: Any, form: str) -> str:
    """A result in one of the forms but `table`."""
    if form == "yaml":
        from .._yaml import write_yaml  # noqa: PLC0415  # PyYAML is imported for YAML

        return write_yaml(json.loads(as_json(value, indent=None))).removesuffix("\n")
    if form == "csv":
        return as_csv(value)
    if form == "ndjson":
        return "\n".join(as_json(one, indent=None) for one in (value if is_array(value) else [value]))
    return as_text(value) if form == "text" else as_json(value)


# ---- tables


def _is_table(value: Any) -> bool:
    return is_array(value) and bool(value) and all(is_object(one) for one in value)


def has_table(value: Any) -> bool:
    """Whether a result is a list of objects, or an object that holds one."""
    return _is_table(value) or (is_object(value) and any(_is_table(one) for _, one in _items(value)))


def tables(value: Any) -> Iterable[RenderableType]:
    """A result as tables: of a list one with a row an item; of an object its members, then each list of objects in it."""
    if is_array(value):
        yield _rows(value)
    elif is_object(value):
        lists = [name for name, one in _items(value) if _is_table(one)]
        others = {name: one for name, one in _items(value) if name not in lists}
        if others or not lists:
            yield _members(others)
        for name in lists:
            yield _text(name, "bold")
            yield _rows(value[name])
    else:
        yield _member(value)


def _rows(value: Sequence[Any]) -> RenderableType:
    from rich import box  # noqa: PLC0415  # only for tables
    from rich.table import Table  # noqa: PLC0415  # the same

    from .._columns import cell  # noqa: PLC0415  # the same

    table = table_of(value)
    # A column that no row has says nothing on a screen.
    kept = [one for one in table.columns if any(cell(row, one) is not UNSET for row in table.rows)] or [*table.columns]
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for one in kept:
        right = one.kind in ("integer", "number")
        cells = [_member(cell(row, one)) for row in table.rows]
        room = room_of([shown(one.name), *(one.plain for one in cells)])
        made.add_column(_text(one.name), justify="right" if right else "left", **room)
    for row in table.rows:
        made.add_row(*(_member(cell(row, one)) for one in kept))
    return made


def _members(value: Mapping[str, Any]) -> RenderableType:
    from rich.table import Table  # noqa: PLC0415  # only for tables

    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    for name, one in value.items():
        made.add_row(_text(name), _member(one))
    return made


def _member(value: Any) -> Text:
    return _text(value if isinstance(value, str) else _cell(value))


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text  # noqa: PLC0415  # only for tables

    return Text(shown(text), style)


# ---- where to


def partial_file(path: str) -> PartialFile:
    """The file that an option names, to be written. Raises OSError that names it so."""
    try:
        return PartialFile(path)
    except ArgumentsError:
        raise OSError(errno.EISDIR, "this is no file; give the path of one", path) from None


class Place:
    """Where a result goes: standard output, or a file that is there when all of it is. A context manager."""

    def __init__(self, path: str | None) -> None:
        self._file = None if path in (None, _STDOUT) else partial_file(path)
        self._is_asked = path is not None

    def __enter__(self) -> Place:
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        if self._file is None:
            sys.stdout.flush()
            return
        try:
            if kind is None:
                self._file.keep()
        finally:
            self._file.drop()

    @property
    def is_terminal(self) -> bool:
        """Whether it is a terminal."""
        return self._file is None and is_terminal(sys.stdout)

    @property
    def shows(self) -> bool:
        """Whether it is a terminal, and nobody has asked for what would spoil it."""
        return self.is_terminal and not self._is_asked

    def bytes(self, data: bytes) -> None:
        """Write bytes."""
        if self._file is not None:
            self._file.write(data)
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(data)

    def text(self, text: str, end: str = "\n") -> None:
        """Write a text; a terminal is not sent what could rewrite it."""
        if self._file is not None:
            self._file.write(f"{text}{end}".encode(errors="backslashreplace"))
        else:
            sys.stdout.write((shown(text) if self.is_terminal else text) + end)

    def flush(self) -> None:
        """Have what is written until now be seen."""
        if self._file is None:
            sys.stdout.flush()

    def result(self, value: Any, form: str | None, *, plain: bool = False) -> None:
        """Write a result in a form; `plain` says that it is a text, and no text in JSON."""
        if is_bytes(value) and form is None:
            self.bytes(bytes(value))
        elif form == "table" or (form is None and self.is_terminal and has_table(value)):
            self._tables(value)
        elif form is None and isinstance(value, str) and (plain or self.is_terminal):
            self.text(value, "\n" if self.is_terminal and not value.endswith("\n") else "")
        elif form in (None, "json") and self._file is None and has_colours(sys.stdout):
            self._coloured(as_json(value))
        else:
            self.text(written(value, form or "json"))

    def _tables(self, value: Any) -> None:
        if self._file is None:
            console = console_on(sys.stdout)
            for one in tables(value):
                console.print(one, crop=False)
            return
        text = io.StringIO()
        from rich.console import Console  # noqa: PLC0415  # only for tables

        console = Console(file=text, width=10_000, highlight=False, markup=False, emoji=False)
        for one in tables(value):
            console.print(one)
        self.text("\n".join(line.rstrip() for line in text.getvalue().splitlines()))

    def _coloured(self, text: str) -> None:
        from rich.highlighter import JSONHighlighter  # noqa: PLC0415  # only for terminals
        from rich.text import Text  # noqa: PLC0415  # the same

        coloured = Text(shown(text))
        JSONHighlighter().highlight(coloured)
        console_on(sys.stdout).print(coloured, soft_wrap=True)
