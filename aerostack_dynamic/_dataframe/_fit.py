"""Rows as columns of one type each: what a library needs to be told, and no value lost.

A value becomes what its column's kind is in Python. Where one does not fit, the whole column is delivered as it came, and the caller is
told which (`misfits`): as text where all of it is text, else each value by itself, or as its JSON text where a library wants one type.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._columns import Column, cells, columns, common_kind
from .._formats import to_bytes, to_date, to_datetime, to_timedelta, url_to_bytes
from .._values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._columns import Kind
    from .._formats import Formats
    from .._shape import Shape

# How deep, and into how many columns in all, objects and arrays are taken apart: documents may describe trees without an end.
_DEEPEST: Final = 12
_MOST: Final = 1000
_INT64: Final = 1 << 63
_items: Final = list[Any].__iter__  # a list's own, for which a RecordList makes nothing of its items
_LONGEST: Final = timedelta(microseconds=_INT64 - 1)


class Fitted(NamedTuple):
    """A column with a value for each row, None where it has none. `mixed` values are as they came, and `unknown` ones all None.

    Of `object`, `members` are the columns within; of `array`, `item` is the column of all items, one after another.
    """

    name: str
    kind: Kind
    values: list[Any]
    members: tuple[Fitted, ...] = ()
    item: Fitted | None = None


def fit(rows: Sequence[Any], shape: Shape | None, formats: Formats, *, nested: bool) -> tuple[list[Fitted], list[str]]:
    """The columns of `rows`, and what to tell of those whose values do not fit their types.

    `nested`: objects with declared properties and arrays are taken apart, and what is of several kinds is JSON text; else all of these
    are as they came.
    """
    fitter = _Fitter(formats, nested)
    trail = (_identity(shape),) if shape is not None else ()
    found = [fitter.column(one, cells(rows, one), one.name, trail) for one in columns(rows, shape)]
    return found, fitter.misfits


def _identity(shape: Shape) -> frozenset[str]:
    """What two shapes have alike that are the same object: the schemas that declare its properties, by whatever references."""
    return frozenset(place for place, node in shape.nodes if "properties" in node)


class _Fitter:
    def __init__(self, formats: Formats, nested: bool) -> None:
        self._own = {one.name for one in formats.own}
        self._nested = nested
        self._left = _MOST
        self.misfits: list[str] = []

    def column(self, column: Column, values: list[Any], path: str, trail: tuple[frozenset[str], ...]) -> Fitted:
        """A column with its values; `trail` are the schemas that it stands within."""
        kind = self._kind(column, values)
        if kind in ("object", "array", "mixed"):
            return self._composed(column, kind, values, path, trail)
        convert = _CONVERTERS.get(kind, _text)
        if kind == "binary" and column.shape is not None and column.shape.format == "base64url":
            convert = _from_base64url
        made = _converted(values, convert)
        if made is None:
            return self._misfit(column, kind, values, path)
        return Fitted(column.name, kind if kind in _CONVERTERS or kind == "unknown" else "string", made)

    def _kind(self, column: Column, values: list[Any]) -> Kind:
        if column.kind == "unknown":
            return common_kind(values)
        # What the caller's own formats mean is for the caller to say, and no type of a library's.
        own = column.shape is not None and column.shape.format in self._own
        return "string" if own and column.kind not in _OF_JSON else column.kind

    def _misfit(self, column: Column, kind: Kind, values: list[Any], path: str) -> Fitted:
        texts = _converted(values, _text)
        told = "text" if texts is not None else "JSON text" if self._nested else "it came"
        self.misfits.append(f"{path} ({kind}, delivered as {told})")
        if texts is None and not self._nested:
            return Fitted(column.name, "mixed", values)
        return Fitted(column.name, "string", [*map(_json_text, values)] if texts is None else texts)

    def _composed(self, column: Column, kind: Kind, values: list[Any], path: str, trail: tuple[frozenset[str], ...]) -> Fitted:
        """A column of objects, of arrays, or of several kinds."""
        if not self._nested:
            return Fitted(column.name, "mixed", values)
        if kind == "mixed":
            return Fitted(column.name, "string", [*map(_json_text, values)])
        fits = is_object if kind == "object" else is_array
        if not all(one is None or fits(one) for one in values):
            return self._misfit(column, kind, values, path)
        made = self._objects(column, values, path, trail) if kind == "object" else self._arrays(column, values, path, trail)
        return made or Fitted(column.name, "string", [*map(_json_text, values)])

    def _objects(self, column: Column, values: list[Any], path: str, trail: tuple[frozenset[str], ...]) -> Fitted | None:
        """Objects taken apart; None for those without declared properties, which have any, and for those within their like."""
        here = frozenset[str]() if column.shape is None else _identity(column.shape)
        if not column.members or here in trail or len(trail) >= _DEEPEST:
            return None
        present = [one for one in values if one is not None]
        inner = columns(present, column.shape)
        self._left -= len(inner)
        if self._left < 0:
            return None
        trail = (*trail, here)
        members = tuple(self.column(one, cells(present, one), f"{path}.{one.name}", trail) for one in inner)
        names = [one.name for one in members]
        rows = zip(*(one.values for one in members), strict=True)
        made = [None if one is None else dict(zip(names, next(rows), strict=True)) for one in values]
        return Fitted(column.name, "object", made, members)

    def _arrays(self, column: Column, values: list[Any], path: str, trail: tuple[frozenset[str], ...]) -> Fitted | None:
        if len(trail) >= _DEEPEST:
            return None
        inner = column.item or Column("item", "unknown")
        flat = [item for one in values if one is not None for item in _items(one)]
        item = self.column(inner, flat, f"{path}[]", (*trail, frozenset()))
        items = iter(item.values)
        made = [None if one is None else [next(items) for _ in range(len(one))] for one in values]
        return Fitted(column.name, "array", made, item=item)


def _converted(values: list[Any], convert: Callable[[Any], object]) -> list[Any] | None:
    """The values by `convert`, which gives None for one that does not fit; None where one does not."""
    made: list[Any] = []
    for one in values:
        new = None
        if one is not None:
            new = convert(one)
            if new is None:
                return None
        made.append(new)
    return made


def _json_text(value: Any) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return json.dumps(value, separators=(",", ":"), default=str) if _text(text) is None else text


def _text(value: Any) -> str | None:
    """A text that can be written as UTF-8, which libraries keep texts in: JSON's may hold half a surrogate pair (RFC 8259, section 8.2)."""
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _integer(value: Any) -> int | None:
    """An integer of 64 bits; `1.0` is one too (JSON Schema 2020-12, section 6.1.1)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64 else None


def _number(value: Any) -> float | None:
    """A number as a float, which holds it exactly."""
    if isinstance(value, float) or not isinstance(value, int) or isinstance(value, bool):
        return value if isinstance(value, float) else None
    try:
        return float(value) if int(float(value)) == value else None
    except OverflowError:
        return None


def _instant(value: Any) -> datetime | None:
    """The moment in UTC."""
    found = to_datetime(value) if isinstance(value, str) else None
    try:
        return None if found is None else found.astimezone(timezone.utc)
    except OverflowError:
        return None


def _day(value: Any) -> object:
    return to_date(value) if isinstance(value, str) else None


def _span(value: Any) -> timedelta | None:
    found = to_timedelta(value) if isinstance(value, str) else None
    return None if found is None or abs(found) > _LONGEST else found


def _bytes(value: Any) -> bytes | None:
    return value if isinstance(value, bytes) else to_bytes(value) if isinstance(value, str) else None


def _from_base64url(value: Any) -> bytes | None:
    return url_to_bytes(value) if isinstance(value, str) else None


_OF_JSON: Final = frozenset({"array", "boolean", "integer", "mixed", "number", "object", "unknown"})
# Times of day have no type with a zone, decimals none that is exact for all, and identifiers none that all libraries have: text.
_CONVERTERS: Final[Mapping[str, Callable[[Any], object]]] = MappingProxyType(
    {
        "binary": _bytes,
        "boolean": _boolean,
        "date": _day,
        "date-time": _instant,
        "duration": _span,
        "integer": _integer,
        "number": _number,
    }
)
