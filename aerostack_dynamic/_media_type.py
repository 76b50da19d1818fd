"""Media types: reading them, matching them with ranges, and which family of codecs one belongs to (RFC 9110, section 8.3)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Family = Literal["json", "lines", "sequence", "xml", "form", "multipart", "text", "binary", "missing"]
    StreamForm = Literal["events", "lines", "sequence", "bytes"]

_Value = TypeVar("_Value")
TOKEN: Final = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTENT_TYPE: Final = pattern(rf"{TOKEN.pattern}/{TOKEN.pattern}(?:[ \t]*;[ \t]*[\x20-\x7e\t]*)?")
# JSON Lines has no registered name yet; these are the ones in use.
_LINES: Final = frozenset(
    f"application/{name}" for name in ("jsonl", "x-jsonl", "ndjson", "x-ndjson", "jsonlines", "x-jsonlines", "json-lines")
)
_XML: Final = frozenset({"application/xml", "text/xml"})
_PARAMETER: Final = pattern(rf';[ \t]*({TOKEN.pattern})=("(?:[^"\\]|\\.)*"|{TOKEN.pattern})')


class Codec(NamedTuple):
    """How bodies of a user's own media types are read and written: `decode` takes bytes, `encode` gives them.

    `media_types` are names such as `application/msgpack`, ranges such as `image/*`, and suffixes such as `+cbor`. Either function may be
    None: such bodies are then read, or written, as they are without it. What `decode` gives is held against the document where it is
    made of what JSON can hold, dates, times and UUIDs.
    """

    media_types: tuple[str, ...]
    decode: Callable[[bytes], Any] | None = None
    encode: Callable[[Any], bytes] | None = None


def own_codec(codecs: Iterable[Codec], content_type: str) -> Codec | None:
    """The codec of a user's that fits a media type best, or None."""
    best, found = 0, None
    for codec in codecs:
        fit = max((_fit(one, content_type) for one in codec.media_types), default=0)
        if fit > best:
            best, found = fit, codec
    return found


def _fit(name: str, content_type: str) -> int:
    if name.startswith("+"):
        return 25 if essence(content_type).endswith(name.lower()) else 0
    return specificity(name, content_type)


@lru_cache(maxsize=128)
def essence(content_type: str) -> str:
    """`type/subtype` in lower case, parameters cut off."""
    return content_type.partition(";")[0].strip().lower()


def is_content_type(text: str) -> bool:
    """Whether `text` is a media type with optional parameters that a header line can hold."""
    return _CONTENT_TYPE.fullmatch(text) is not None


@lru_cache(maxsize=128)
def family(content_type: str) -> Family:
    """Which kind of content it is: `json` covers `+json` and `text/json`, `text` all other text, `binary` everything unknown.

    `lines` are JSON texts of a line each, `sequence` those of RFC 7464; `xml` covers `+xml` (RFC 7303).
    """
    name = essence(content_type)
    if not name:
        return "missing"
    kind, _, subtype = name.partition("/")
    if subtype == "json" or subtype.endswith("+json"):
        return "json"
    if name in _XML or subtype.endswith("+xml"):
        return "xml"
    if name in _LINES:
        return "lines"
    if name == "application/json-seq" or subtype.endswith("+json-seq"):
        return "sequence"
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


def parameters(content_type: str) -> dict[str, str]:
    """The parameters of a media type, names in lower case and values unquoted (RFC 9110, section 5.6.6)."""
    pairs = _PARAMETER.findall(content_type)
    return {name.lower(): re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] == '"' else text for name, text in pairs}


@lru_cache(maxsize=128)
def specificity(media_range: str, content_type: str) -> int:
    """How well a range fits: 30 for the type itself, more by one for each parameter that fits and less for one that does not; 20 for
    `type/*`, 10 for `*/*`, 0 for not at all.
    """
    wanted, given = essence(media_range), essence(content_type)
    if wanted == given:
        asked, had = parameters(media_range), parameters(content_type)
        fits = sum(1 if had.get(name, "").lower() == text.lower() else -1 for name, text in asked.items() if name != "q")
        return 30 + max(-9, min(9, fits))
    if wanted == "*/*":
        return 10
    kind, _, subtype = wanted.partition("/")
    return 20 if subtype == "*" and given.partition("/")[0] == kind else 0


def best_match(content: Mapping[str, _Value], content_type: str) -> _Value | None:
    """The value under the most specific media range that fits (OpenAPI 3.1, section 4.8.17), or None."""
    ranked = max(content, key=lambda one: specificity(one, content_type), default=None)
    return content[ranked] if ranked is not None and specificity(ranked, content_type) else None


def accept(names: Iterable[str]) -> str:
    """The value of an Accept header for the declared names, in their order; `*/*` when there are none."""
    return ", ".join(dict.fromkeys(names)) or "*/*"
