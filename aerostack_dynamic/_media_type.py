"""Media types: reading them, matching them with ranges, and which family of codecs one belongs to (RFC 9110, section 8.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Family = Literal["json", "form", "multipart", "text", "binary", "missing"]
    StreamForm = Literal["events", "lines", "sequence", "bytes"]

_Value = TypeVar("_Value")
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTENT_TYPE: Final = re.compile(rf"{TOKEN.pattern}/{TOKEN.pattern}(?:[ \t]*;[ \t]*[\x20-\x7e\t]*)?")
# JSON Lines has no registered name yet; these are the ones in use.
_LINES: Final = frozenset(
    f"application/{name}" for name in ("jsonl", "x-jsonl", "ndjson", "x-ndjson", "jsonlines", "x-jsonlines", "json-lines")
)


def essence(content_type: str) -> str:
    """`type/subtype` in lower case, parameters cut off."""
    return content_type.partition(";")[0].strip().lower()


def is_content_type(text: str) -> bool:
    """Whether `text` is a media type with optional parameters that a header line can hold."""
    return _CONTENT_TYPE.fullmatch(text) is not None


def family(content_type: str) -> Family:
    """Which kind of content it is: `json` covers `+json` and `text/json`, `text` all other text, `binary` everything unknown."""
    name = essence(content_type)
    if not name:
        return "missing"
    kind, _, subtype = name.partition("/")
    if subtype == "json" or subtype.endswith("+json"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if kind == "multipart":
        return "multipart"
    return "text" if kind == "text" else "binary"


def stream_form(content_type: str) -> StreamForm:
    """What a stream of a media type is a stream of: events, lines of JSON, a sequence of JSON texts, or nothing but bytes."""
    name = essence(content_type)
    if name == "application/json-seq" or name.endswith("+json-seq"):  # RFC 7464; RFC 8091
        return "sequence"
    return "events" if name == "text/event-stream" else "lines" if name in _LINES else "bytes"


def specificity(media_range: str, content_type: str) -> int:
    """How well a range fits: 3 for the type itself, 2 for `type/*`, 1 for `*/*`, 0 for not at all."""
    wanted, given = essence(media_range), essence(content_type)
    if wanted == given:
        return 3
    if wanted == "*/*":
        return 1
    kind, _, subtype = wanted.partition("/")
    return 2 if subtype == "*" and given.partition("/")[0] == kind else 0


def best_match(content: Mapping[str, _Value], content_type: str) -> _Value | None:
    """The value under the most specific media range that fits (OpenAPI 3.1, section 4.8.17), or None."""
    ranked = max(content, key=lambda one: specificity(one, content_type), default=None)
    return content[ranked] if ranked is not None and specificity(ranked, content_type) else None


def accept(names: Iterable[str]) -> str:
    """The value of an Accept header for the declared names, in their order; `*/*` when there are none."""
    return ", ".join(dict.fromkeys(names)) or "*/*"
