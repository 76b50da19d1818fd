"""What comes bit by bit, a stream or the items of a list, written as it comes: lines of JSON, or what a person can follow on a terminal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from .._codec import UndecodableError, decode_json
from .._values import as_array, as_object, is_bytes, is_object
from ._show import BYTES, as_json, has_table, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._show import Place

# Where APIs put the next piece of a text that they send in pieces.
_PIECES: Final = ("content", "text", "response", "delta")


class ItemWriter:
    """Writes items, each at once. What needs all of them, a table and CSV, is written at the end."""

    def __init__(self, place: Place, form: str | None, only: Callable[[Any], Any] | None) -> None:
        self._place = place
        self._form = form
        self._only = only
        self._count = 0
        self._kept: list[Any] = []
        self._in_line = False
        self._collects = form in ("table", "csv")

    def event(self, item: Any) -> None:
        """Write what a stream gave: the data of an event, an object, or bytes."""
        data = item if is_object(item) or is_bytes(item) else _data(item)
        if is_bytes(data):
            if self._place.shows:
                raise click.UsageError(BYTES)
            self._place.bytes(bytes(data))
            self._place.flush()
            return
        piece = _piece(data) if self._form is None and self._only is None and self._place.is_terminal else None
        if piece is None:
            self._write(data)
        elif piece:
            self._place.text(piece, "")
            self._place.flush()
            self._in_line = not piece.endswith("\n")

    def item(self, item: Any) -> None:
        """Write an item of a list."""
        if self._form is None and self._only is None and self._place.is_terminal:
            self._kept.append(item)
        else:
            self._write(item)

    def _write(self, value: Any) -> None:
        value = value if self._only is None else self._only(value)
        if value is None and self._only is not None:
            return  # what an expression does not find in an item
        if self._in_line:
            self._place.text("")
            self._in_line = False
        if self._collects:
            self._kept.append(value)
            return
        self._count += 1
        form = self._form
        if form == "json":
            inner = as_json(value).replace("\n", "\n  ")
            self._place.text(f"{'[' if self._count == 1 else ','}\n  {inner}", "")
        elif form == "yaml":
            self._place.text(written([value], "yaml"))
        elif form == "text" or (form is None and isinstance(value, str) and self._place.is_terminal):
            self._place.text(written(value, "text"))
        else:
            self._place.text(as_json(value, indent=None))
        self._place.flush()

    def end(self) -> None:
        """Write what is left."""
        if self._in_line:
            self._place.text("")
        if self._form == "json":
            self._place.text("\n]" if self._count else "[]")
        elif self._collects or has_table(self._kept):
            self._place.result(self._kept, self._form)
        else:
            for one in self._kept:
                self._place.result(one, None)


def _data(item: Any) -> Any:
    """The data of an event. A text in which there is an object or an array, of which the document says nothing, is read as that."""
    data = getattr(item, "data", item)
    if isinstance(data, str) and data.startswith(("{", "[")):
        with suppress(UndecodableError):
            return decode_json(data.encode())
    return data


def _piece(data: Any) -> str | None:
    """The piece of text that an item of a stream adds, where it does nothing else: in the usual places, and those of chat completions."""
    if isinstance(data, str):
        return data
    found = as_object(data)
    choices = as_array(found.get("choices"))
    if choices:
        choice = as_object(choices[0])
        delta = as_object(choice.get("delta"))
        text = delta.get("content", "" if "delta" in choice else choice.get("text"))
        return "" if text is None else text if isinstance(text, str) else None
    for name in _PIECES:
        inner = found.get(name)
        if isinstance(inner, str):
            return inner
        if isinstance(text := as_object(inner).get("text"), str):
            return text
    return None
