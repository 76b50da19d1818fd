"""What a test gives to stubs, taken apart: the content of an answer, and options that are held against what they may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._arguments import kind_of
from .._errors import ArgumentsError
from .._media_type import TOKEN
from .._options import is_header_value
from .._shape import shape_at
from .._values import is_array, is_bytes, is_object
from ._matching import plain
from ._mock_error import MockError

if TYPE_CHECKING:
    from .._model import Operation
    from .._reference import Document
    from ._replies import Chosen


def is_content(data: Any) -> bool:
    """Whether data is the content itself, whatever its media type: bytes, a Path or a file."""
    return is_bytes(data) or isinstance(data, Path) or callable(getattr(data, "read", None))


def content_of(document: Document, operation: Operation, chosen: Chosen, data: Any) -> Any:
    """Data as an answer has it: the bytes of what is content itself, else a JSON value.

    Raises ArgumentsError for what is neither, and MockError for a JSON value where the media type holds none.
    """
    if is_content(data):
        content = bytes(data) if is_bytes(data) else data.read_bytes() if isinstance(data, Path) else data.read()
        try:
            return content.encode() if isinstance(content, str) else content
        except UnicodeEncodeError:
            raise ArgumentsError("data: the file's text holds a lone surrogate, which UTF-8 can't carry") from None
    value = plain(data)
    if not _is_json(value):
        told = f"a {type(data).__name__} is no JSON value" if value is data else "holds what is no JSON value"
        raise ArgumentsError(
            f"data: {told}; give one, an httpx.Response, bytes, a Path, a file, or a function that makes one of these"
        )
    if chosen.name and value is not None and kind_of(chosen.name) in ("binary", "missing"):
        schema = chosen.media_type.schema if chosen.media_type else None
        if isinstance(value, str):
            return value.encode(errors="surrogatepass")
        if schema is None or not shape_at(document, schema.pointer).types - {"string", "null"}:
            told = f"give bytes, text, a Path or a file for {chosen.name}, not a {type(data).__name__}"
            raise MockError(f"the answer for {operation.operation_id}: {told}; media_type='application/json' sends JSON")
    return value


def _is_json(value: Any) -> bool:
    if is_object(value):
        return all(map(_is_json, value.values()))
    return all(map(_is_json, value)) if is_array(value) else value is None or type(value) in (str, int, float, bool)


# ---- options


def whole_number(name: str, value: Any, least: int, what: str) -> int:
    """The value of an option that is a whole number. Raises ArgumentsError."""
    if type(value) is not int or value < least:
        raise ArgumentsError(f"{name}: give {what}, not {value!r:.80}")
    return value


def as_seconds(name: str, value: Any) -> float:
    """The value of an option that is a number of seconds. Raises ArgumentsError."""
    if type(value) not in (int, float) or not 0 <= value < float("inf"):
        raise ArgumentsError(f"{name}: give a number of seconds that is not below 0, not {value!r:.80}")
    return float(value)


def status_code(value: Any) -> int | None:
    """A status of an answer, None for none (RFC 9110, section 15). Raises ArgumentsError."""
    if value is not None and (type(value) is not int or not 200 <= value <= 599):
        raise ArgumentsError(f"status: give a number from 200 to 599, not {value!r:.80}")
    return value


def header_pairs(headers: Any) -> tuple[tuple[str, str], ...]:
    """Headers of an answer. Raises ArgumentsError for what is no mapping of names to texts."""
    given: Any = {} if headers is None else headers
    if not _is_mapping(given):
        raise ArgumentsError(f"headers: give a mapping of names to texts, not a {type(headers).__name__}")
    pairs: list[tuple[str, str]] = []
    for name, text in given.items():
        if not isinstance(name, str) or not TOKEN.fullmatch(name):
            raise ArgumentsError(f"headers: a header's name is a token such as X-Tenant, not {name!r:.80}")
        if not isinstance(text, str) or not is_header_value(text):
            kind = "that" if isinstance(text, str) else f"a {type(text).__name__}"
            raise ArgumentsError(f"headers: the value of {name} is a str of visible ASCII characters, spaces and tabs, not {kind}")
        pairs.append((name, text))
    return tuple(pairs)


def stream_items(items: Any) -> list[Any]:
    """The items of a stream. Raises ArgumentsError for what has none, or is one itself."""
    if not _is_several(items):
        kind = type(items).__name__
        hint = "; collect those of an asynchronous one first" if hasattr(items, "__aiter__") else ""
        raise ArgumentsError(f"items: give several, such as a list, not a {kind}{hint}")
    values = [one if isinstance(one, bytes) else plain(one) for one in items]
    for number, one in enumerate(values):
        if not isinstance(one, bytes) and not _is_json(one):
            raise ArgumentsError(f"items: number {number + 1} is a {type(one).__name__}, and no JSON value or bytes")
    return values


# Without narrowing, as what is in them may be anything.


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_several(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping))
