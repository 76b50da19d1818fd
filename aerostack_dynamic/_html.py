"""Values as notebooks show them: an object as a table of its properties, a list of objects as a table with a row for each.

All text is escaped, secrets are masked as in a repr, and work is bounded: of long texts, wide objects and long lists the first part is
shown, with how much was left out. There is no script, the styles are of what is shown alone, and they take their colours from the page, so
that they do in light and in dark. Nothing is noted as read, and nothing is converted.
"""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ._choice import chosen_shape
from ._columns import cell, columns
from ._mask import secret_members
from ._phrases import literal
from ._values import MASK, UNSET, is_array, is_bytes, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._columns import Column
    from ._shape import Shape

_MOST_ROWS: Final = 20
_MOST_COLUMNS: Final = 16
_MOST_PROPERTIES: Final = 50
_LONGEST_TEXT: Final = 1000
_LONGEST_CELL: Final = 120
_SHORT: Final = 40
_DEEPEST: Final = 4
_FEW: Final = 3
# Tables within tables and all: so many cells are made for one value.
_MOST_CELLS: Final = 1500
# A dict's and a list's own, so that a Record makes nothing of its members, and one that notes what is read of it notes nothing.
_members: Final = dict[str, Any].items
_items: Final = list[Any].__iter__
_STYLE: Final = """<style>
.aerostack { font-size: 13px; line-height: 1.5; text-align: left; max-width: 100%; overflow-x: auto; }
.aerostack h4 { margin: 0 0 .2em; font-size: 1.1em; font-weight: 600; }
.aerostack p { margin: .2em 0 .5em; max-width: 75ch; }
.aerostack table { border-collapse: collapse; margin: .2em 0 .6em; font-size: 1em; border: 0; }
.aerostack th, .aerostack td { padding: .15em 1.2em .15em 0 !important; border: 0; border-bottom: 1px solid rgba(128, 128, 128, .25);
  text-align: left !important; vertical-align: baseline !important; max-width: 48em; white-space: normal; }
.aerostack thead th { font-weight: 600; border-bottom: 1px solid rgba(128, 128, 128, .7); white-space: nowrap; }
.aerostack table tbody tr, .aerostack table tbody tr:nth-child(n):hover { background: none !important; }
.aerostack tbody th, .aerostack code, .aerostack pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace !important;
  font-size: .95em !important; color: inherit !important; }
.aerostack tbody th, .aerostack code { font-weight: 500; white-space: nowrap; background: none !important; }
.aerostack code { padding: 0 !important; }
.aerostack td { overflow-wrap: break-word; }
.aerostack .short { white-space: nowrap; }
.aerostack .long { display: block; min-width: 18em; max-width: 48em; overflow-wrap: anywhere; }
.aerostack table thead th { font-family: inherit !important; font-size: 1em !important; }
.aerostack table .number { text-align: right !important; font-variant-numeric: tabular-nums; white-space: nowrap; }
.aerostack .quiet { opacity: .65; }
.aerostack .wrapped { white-space: pre-wrap; }
.aerostack .short .wrapped { white-space: pre; }
.aerostack pre { margin: .3em 0 .6em !important; padding: .5em .8em !important; background: rgba(128, 128, 128, .12) !important;
  border-radius: 4px; overflow-x: auto; line-height: 1.4; width: fit-content; max-width: 100%; box-sizing: border-box; }
.aerostack summary { cursor: pointer; }
</style>
"""


def framed(*parts: str) -> str:
    """What a notebook is given: the parts with their styles."""
    return f'{_STYLE}<div class="aerostack">{"".join(parts)}</div>'


def text_html(text: str, limit: int = _LONGEST_TEXT) -> str:
    """A text with its lines, at most `limit` characters of it, and how many more there are."""
    # Half of a pair of surrogates can't be written by a notebook.
    kept = "\n".join(printable(line, limit) for line in text[:limit].split("\n"))
    return escape(kept) + _more(len(text) - limit, "characters")


def in_cell(html: str, length: int) -> str:
    """What stands in a cell of a table: a short text is never broken, and a longer one never squeezed; wide tables scroll."""
    return f'<span class="{"short" if length <= _SHORT else "long"}">{html}</span>' if html else ""


def table_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; each row's first is its heading, and a cell that is for a number begins with a tab."""
    top = "".join(_cell(one, "th") for one in head)
    body = "".join(f"<tr><th>{first}</th>{''.join(map(_cell, rest))}</tr>" for first, *rest in rows)
    return f"<table>{f'<thead><tr>{top}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"


def quiet(text: str) -> str:
    """Text that stands behind what it is beside."""
    return f'<span class="quiet">{escape(printable(text, _LONGEST_TEXT))}</span>'


def folded(title: str, inner: str, *, is_open: bool = False) -> str:
    """What opens under a title, both of HTML."""
    return f"<details{' open' if is_open else ''}><summary>{title}</summary>{inner}</details>"


def value_html(value: Any, shape: Shape | None) -> str:
    """A JSON value, of which `shape` tells."""
    return _Writer().value(value, shape, 0)


def _cell(text: str, tag: str = "td") -> str:
    return f'<{tag} class="number">{text[1:]}</{tag}>' if text.startswith("\t") else f"<{tag}>{text}</{tag}>"


def _more(count: int, what: str) -> str:
    return f' <span class="quiet">... {count:,} more {what}</span>' if count > 0 else ""


def _several(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


class _Writer:
    """The writing of one value, of no more than so many cells."""

    def __init__(self) -> None:
        self._left = _MOST_CELLS

    def value(self, value: Any, shape: Shape | None, depth: int) -> str:
        """Any value; what is secret as a whole is masked."""
        if shape is not None and shape.secret and value is not None:
            return MASK
        if is_object(value):
            return self._object(value, shape, depth)
        if is_array(value):
            return self._list(value, shape, depth)
        return _plain(value, _LONGEST_TEXT)

    def _object(self, value: dict[str, Any], shape: Shape | None, depth: int) -> str:
        if not value:
            return quiet("an empty object")
        if depth > _DEEPEST or self._left <= 0:
            return quiet(_several(len(value), "property", "properties"))
        pairs = [*islice(_members(value), _MOST_PROPERTIES)]
        self._left -= len(pairs)
        shape = chosen_shape(shape, value) if shape is not None else None
        secret = secret_members(shape, (name for name, _ in pairs))
        rows = [(_name(name), MASK if name in secret else self._inner(one, _of(shape, name), depth)) for name, one in pairs]
        return table_html((), rows) + _more(len(value) - len(pairs), "properties")

    def _inner(self, value: Any, shape: Shape | None, depth: int, *, few: bool = False) -> str:
        """A value within another: what is large opens under its size, and is open already near the top or in a list of `few`."""
        is_open = depth < 1 or (few and depth < _DEEPEST - 1)
        if is_object(value) and value and depth < _DEEPEST:
            return folded(_several(len(value), "property", "properties"), self._object(value, shape, depth + 1), is_open=is_open)
        if is_array(value) and any(is_object(one) for one in islice(_items(value), 3)):
            return folded(_several(len(value), "item", "items"), self._list(value, shape, depth + 1), is_open=is_open)
        return self.value(value, shape, depth + 1)

    def _list(self, value: list[Any], shape: Shape | None, depth: int) -> str:
        items = shape.items if shape is not None else None
        first = [*islice(_items(value), _MOST_ROWS)]
        if not any(is_object(one) for one in first):
            told = literal(MASK if items is not None and items.secret else first, _LONGEST_CELL * 4)
            return f"<code>{escape(told)}</code>" + _more(len(value) - len(first), "items")
        if depth > _DEEPEST or self._left <= 0:
            return quiet(_several(len(value), "item", "items"))
        return self.rows(first, len(value), items, depth)

    def rows(self, first: Sequence[Any], total: int, items: Shape | None, depth: int) -> str:
        """The first of a list's objects as rows, with a column for each property."""
        several = columns(first, items)
        shown = several[:_MOST_COLUMNS]
        self._left -= len(shown) * len(first)
        rows = [
            (quiet(str(index)), *(self._field(cell(row, one), one, depth, few=total <= _FEW) for one in shown))
            for index, row in enumerate(first)
        ]
        more = _more(total - len(first), "rows") + _more(len(several) - len(shown), "columns")
        head = (f"\t{_name(one.name)}" if one.kind in ("integer", "number") else _name(one.name) for one in shown)
        return table_html(("", *head), rows) + more

    def _field(self, value: Any, column: Column, depth: int, *, few: bool) -> str:
        shape = column.shape
        if value is UNSET:
            return ""
        if column.secret and value is not None:
            return MASK
        if is_object(value) or (is_array(value) and any(is_object(one) for one in islice(_items(value), 3))):
            return self._inner(value, shape, depth + 1, few=few)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"\t{escape(literal(value))}"
        return self.value(value, shape, depth) if is_array(value) else _plain(value, _LONGEST_CELL)


def _of(shape: Shape | None, name: str) -> Shape | None:
    return shape and (shape.properties.get(name) or shape.additional)


def _name(name: Any) -> str:
    return escape(printable(str(name), 80))


def _plain(value: Any, limit: int) -> str:
    if isinstance(value, str):
        told = f'<span class="wrapped">{text_html(value, limit)}</span>'
        return in_cell(told, _SHORT + 1 if "\n" in value else len(value)) if value else quiet("an empty text")
    if is_bytes(value):
        return quiet(_several(len(value), "byte", "bytes"))
    return quiet("None") if value is None else escape(literal(value))


def record_html(value: dict[str, Any], shape: Shape | None) -> str:
    """What a notebook shows of an object of an answer."""
    return framed(value_html(value, shape))


def list_html(value: list[Any], items: Shape | None) -> str:
    """What a notebook shows of a list of an answer; `items` tells of each of its items."""
    first = [*islice(_items(value), _MOST_ROWS)]
    if not any(is_object(one) for one in first):
        shown = MASK if items is not None and items.secret else literal(first, _LONGEST_TEXT)
        return framed(f"<code>{escape(shown)}</code>", _more(len(value) - len(first), "items"))
    title = quiet(_several(len(value), "item", "items"))
    if items is not None and items.secret:
        return framed(title, " ", MASK)
    return framed(title, _Writer().rows(first, len(value), items, 0))


def answer_html(title: str, facts: Iterable[tuple[str, str]], headers: Iterable[tuple[str, str]], data: Any) -> str:
    """What a notebook shows of a whole answer: its status, what is known of it, its headers, and its data below.

    `data` is what a notebook shows of it, if that is its own to say, else a value.
    """
    head = table_html((), [(escape(name), escape(printable(text, _LONGEST_TEXT))) for name, text in facts])
    told = table_html((), [(_name(name), text_html(text, _LONGEST_CELL)) for name, text in islice(headers, _MOST_PROPERTIES)])
    own = getattr(data, "_repr_html_", None)
    below = own() if own is not None else framed(value_html(data, None))
    return framed(f"<h4>{escape(title)}</h4>", head, folded("Headers", told)) + below


def lines_html(lines: Iterator[str]) -> str:
    """Code or set text, as it is."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
