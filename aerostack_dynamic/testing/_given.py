"""What a test gives to stubs, taken apart: the content of an answer, and options that are held against what they may be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._arguments import kind_of
from .._errors import ArgumentsError
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
        return content.encode() if isinstance(content, str) else content
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
