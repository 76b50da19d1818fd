"""Parameter styles: a value and a style give text for a URL or a header (OpenAPI 3.2, section 4.12; RFC 6570; RFC 3986).

What RFC 6570 (section 2.3) calls undefined is left out: null within an array or object, and an array or object that holds nothing else.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._values import JSON

    Encode = Callable[[str], str]

# Whole numbers up to here are floats without loss; as parameters they are written as the integers they are.
_EXACT: Final = 2**53
# Reserved characters that mean nothing of their own there (RFC 3986, sections 3.3 and 3.4; `+` is a space to readers of forms).
_QUERY_SAFE: Final = ":/?@!$'()*,;="
_PATH_SAFE: Final = ":@!$&'()*+,;="
_TRIPLE: Final = pattern(r"(%[0-9A-Fa-f]{2})")
_SEPARATOR: Final = MappingProxyType(
    {
        "simple": ",",
        "label": ".",
        "matrix": ",",
        "form": ",",
        "spaceDelimited": "%20",
        "pipeDelimited": "%7C",
        "tabDelimited": "%09",
    }
)


def percent_encode(text: str) -> str:
    """Everything but `A-Z a-z 0-9 - . _ ~` as percent-encoded UTF-8 (RFC 3986, section 2.3)."""
    return quote(text, safe="")


def percent_encode_reserved(text: str) -> str:
    """The same, but reserved characters and percent-encoded triples stay (`allowReserved`), save those that part a query or end it."""
    return _encode_between_triples(text, _QUERY_SAFE)


def percent_encode_segment(text: str) -> str:
    """The same for a path: what would end a segment or the path is encoded all the same."""
    return _encode_between_triples(text, _PATH_SAFE)


def percent_encode_path(text: str) -> str:
    """The same for RFC 6570's `{+name}`, whose slashes part segments."""
    return _encode_between_triples(text, _PATH_SAFE + "/")


def _encode_between_triples(text: str, safe: str) -> str:
    pieces = _TRIPLE.split(text)
    return "".join(piece if index % 2 else quote(piece, safe=safe) for index, piece in enumerate(pieces))


def as_is(text: str) -> str:
    """No encoding, for header values."""
    return text


def scalar(value: JSON) -> str:
    """A JSON scalar as parameter text: `true`, `1.5`, the string itself; a nested array or object as its JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return repr(int(value))
    if isinstance(value, (int, float)):
        return repr(value)
    from json import dumps  # noqa: PLC0415  # nested values in parameters are rare

    return dumps(value, separators=(",", ":"), ensure_ascii=False)


def undefined(value: JSON) -> bool:
    """Whether an array or object holds nothing to be written (RFC 6570, section 2.3)."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
    return value is None or all(item is None for item in members)


def _pairs(value: dict[str, JSON], encode: Encode) -> list[tuple[str, str]]:
    return [(encode(key), encode(scalar(item))) for key, item in value.items() if item is not None]


def _items(value: list[JSON], encode: Encode) -> list[str]:
    return [encode(scalar(item)) for item in value if item is not None]


def path_text(name: str, value: JSON, style: str, explode: bool, encode: Encode = percent_encode) -> str:
    """A path parameter in `simple`, `label` or `matrix` style, what the template's `{name}` is replaced by."""
    lead = {"label": ".", "matrix": ";"}.get(style, "")
    label = percent_encode(name)
    if isinstance(value, dict) and not undefined(value):
        pairs = _pairs(value, encode)
        if explode:
            return lead + (lead or ",").join(f"{key}={item}" for key, item in pairs)
        flat = ",".join(part for pair in pairs for part in pair)
        return f";{label}={flat}" if style == "matrix" else lead + flat
    if isinstance(value, list) and not undefined(value):
        items = _items(value, encode)
        if style == "matrix":
            return "".join(f";{label}={item}" for item in items) if explode else f";{label}={','.join(items)}"
        between = _SEPARATOR.get(style, ",") if style.endswith("Delimited") else ","
        return lead + (lead if explode and lead else between).join(items)
    text = "" if undefined(value) else encode(scalar(value))
    if style == "matrix":
        return f";{label}={text}" if text else f";{label}"
    return lead + text


def query_pairs(
    name: str,
    value: JSON,
    style: str,
    explode: bool,
    encode: Encode = percent_encode,
    encode_name: Encode = percent_encode,
) -> list[tuple[str, str]]:
    """A query, cookie or form parameter as encoded pairs; none of a value that is undefined."""
    if undefined(value):
        return []
    label = encode_name(name)
    if style == "deepObject":
        return _deep(name, value, encode, encode_name)
    if isinstance(value, dict):
        pairs = _pairs(value, encode)
        if explode:
            return pairs
        return [(label, _separator(style, encode).join(part for pair in pairs for part in pair))]
    if isinstance(value, list):
        items = _items(value, encode)
        return [(label, item) for item in items] if explode else [(label, _separator(style, encode).join(items))]
    return [(label, encode(scalar(value)))]


def separator(style: str) -> str:
    """What stands between the items of an array in a style, before it is encoded."""
    return unquote(_SEPARATOR.get(style, ","))


def _separator(style: str, encode: Encode) -> str:
    return separator(style) if encode is as_is else _SEPARATOR.get(style, ",")


def _deep(name: str, value: JSON, encode: Encode, encode_name: Encode) -> list[tuple[str, str]]:
    """`name[key]=value`, nested objects as `name[a][b]`.

    Of arrays the standard says nothing. One that is the value itself repeats the name, as form style does; one within an object, and one
    of objects or arrays, gets indexes, `name[a][0]`, without which nobody could tell which members belong together.
    """
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return [pair for item in value for pair in _nested(name, item, encode, encode_name)]
    return _nested(name, value, encode, encode_name)


def _nested(name: str, value: JSON, encode: Encode, encode_name: Encode) -> list[tuple[str, str]]:
    if isinstance(value, (dict, list)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        return [pair for key, item in members for pair in _nested(f"{name}[{key}]", item, encode, encode_name)]
    return [] if value is None else [(encode_name(name), encode(scalar(value)))]


def header_text(value: JSON, explode: bool, style: str = "simple") -> str:
    """A header parameter: `simple` or a delimited style, not percent-encoded."""
    if isinstance(value, list) and style.endswith("Delimited"):
        return separator(style).join(map(scalar, value))
    return path_text("", value, "simple", explode, as_is)


def joined_within(value: JSON, separators: tuple[str, ...]) -> JSON:
    """`value` with the arrays within its array written as texts, each level by its separator, the outermost first."""
    if not separators or not isinstance(value, list):
        return value
    inner = [joined_within(one, separators[1:]) for one in value]
    return [separators[0].join(map(scalar, one)) if isinstance(one, list) else one for one in inner]


def join_query(pairs: list[tuple[str, str]]) -> str:
    """Encoded pairs as a query string."""
    return "&".join(f"{name}={text}" for name, text in pairs)
