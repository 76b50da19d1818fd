"""Parameter styles: a value and a style give text for a URL or a header (OpenAPI 3.1, section 4.8.12; RFC 6570; RFC 3986)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._values import JSON

    Encode = Callable[[str], str]

# Whole numbers up to here are floats without loss; as parameters they are written as the integers they are.
_EXACT: Final = 2**53
_RESERVED: Final = ":/?#[]@!$&'()*+,;="
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
    """The same, but the reserved characters stay as they are (`allowReserved`), save those that would end a query: `#`, `&`, `+`."""
    return quote(text, safe=_RESERVED.replace("#", "").replace("&", "").replace("+", ""))


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


def _pairs(value: dict[str, JSON], encode: Encode) -> list[tuple[str, str]]:
    return [(encode(key), encode(scalar(item))) for key, item in value.items()]


def path_text(name: str, value: JSON, style: str, explode: bool, encode: Encode = percent_encode) -> str:
    """A path parameter in `simple`, `label` or `matrix` style, what the template's `{name}` is replaced by."""
    lead = {"label": ".", "matrix": ";"}.get(style, "")
    label = encode(name)
    if isinstance(value, dict):
        pairs = _pairs(value, encode)
        if explode:
            return lead + (lead or ",").join(f"{key}={item}" for key, item in pairs)
        flat = ",".join(part for pair in pairs for part in pair)
        return f";{label}={flat}" if style == "matrix" else lead + flat
    if isinstance(value, list):
        items = [encode(scalar(item)) for item in value]
        if style == "matrix":
            return "".join(f";{label}={item}" for item in items) if explode else f";{label}={','.join(items)}"
        between = _SEPARATOR.get(style, ",") if style.endswith("Delimited") else ","
        return lead + (lead if explode and lead else between).join(items)
    text = encode(scalar(value))
    if style == "matrix":
        return f";{label}={text}" if text else f";{label}"
    return lead + text


def query_pairs(name: str, value: JSON, style: str, explode: bool, encode: Encode = percent_encode) -> list[tuple[str, str]]:
    """A query or form parameter in `form`, `spaceDelimited`, `pipeDelimited` or `deepObject` style, as encoded pairs."""
    label = percent_encode(name)
    if isinstance(value, dict):
        if style == "deepObject":
            return _deep(label, value, encode)
        pairs = _pairs(value, encode)
        if explode:
            return pairs
        return [(label, _SEPARATOR.get(style, ",").join(part for pair in pairs for part in pair))]
    if isinstance(value, list):
        items = [encode(scalar(item)) for item in value]
        return [(label, item) for item in items] if explode else [(label, _SEPARATOR.get(style, ",").join(items))]
    return [(label, encode(scalar(value)))]


def _deep(label: str, value: dict[str, JSON], encode: Encode) -> list[tuple[str, str]]:
    """`name[key]=value`; nested objects as `name[a][b]`, arrays as repeated keys, which the standard leaves open."""
    pairs: list[tuple[str, str]] = []
    for key, item in value.items():
        inner = f"{label}%5B{percent_encode(key)}%5D"
        if isinstance(item, dict):
            pairs += _deep(inner, item, encode)
        elif isinstance(item, list):
            pairs += [(inner, encode(scalar(one))) for one in item]
        else:
            pairs.append((inner, encode(scalar(item))))
    return pairs


def header_text(value: JSON, explode: bool, style: str = "simple") -> str:
    """A header parameter: `simple` or a delimited style, not percent-encoded."""
    if isinstance(value, list) and style.endswith("Delimited"):
        return unquote(_SEPARATOR[style]).join(map(scalar, value))
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
