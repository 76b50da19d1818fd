"""Parameter styles read back: from the text of a URL or a header to the value that it writes (OpenAPI 3.2, section 4.12; RFC 6570).

What separates is looked for before anything is percent-decoded, so that what was encoded within a value stays one. A text that can be
read in several ways is read in each, the likeliest first: which one is meant its schema tells.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, unquote_plus

from ._codec import UndecodableError, decode_json
from ._codecs import Decoding, decode, read_form
from ._media_type import family
from ._style import scalar
from ._typed import is_list, is_mapping, typed
from ._values import as_array, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._model import Parameter
    from ._shape import Shape
    from ._values import JSON

    Decode = Callable[[str], str]
    Pairs = list[tuple[str, str]]

_PLAIN: Final = Decoding()
_KEYS: Final = re.compile(r"\[([^\[\]]*)\]")
# What stands between items, as it is or percent-encoded: who writes a request may do either.
_BETWEEN: Final = (
    ("spaceDelimited", re.compile(r"%20|\+| ")),
    ("pipeDelimited", re.compile(r"\||%7C", re.IGNORECASE)),
    ("tabDelimited", re.compile("\t|%09")),
)
_COMMA: Final = re.compile(",")


def as_is(text: str) -> str:
    """No decoding, for header values and cookies in the style `cookie`."""
    return text


def read_path(parameter: Parameter, text: str, shape: Shape) -> Iterator[JSON]:
    """The values that a path parameter's text may stand for, in `simple`, `label` or `matrix` style. Raises UndecodableError."""
    if parameter.content is not None:
        yield _content(parameter, unquote(text), shape)
        return
    name, explode = parameter.name, parameter.explode
    match parameter.style:
        case "matrix":
            yield from _matrix(name, text, explode, shape)
        case "label":
            between = re.compile(r"\.") if explode else _COMMA
            yield from _texts(parameter, text.removeprefix("."), between, unquote, shape)
        case style:
            yield from _texts(parameter, text, _between(style), unquote, shape)


def read_header(parameter: Parameter, text: str, shape: Shape) -> Iterator[JSON]:
    """The values that a header's text may stand for, in `simple` style. Raises UndecodableError."""
    if parameter.content is not None:
        yield _content(parameter, text, shape)
    else:
        yield from _texts(parameter, text, _between(parameter.style), str.strip, shape)


def read_pairs(parameter: Parameter, given: Pairs, shape: Shape, decode_text: Decode = unquote_plus) -> Iterator[JSON]:
    """The values that the pairs of a query, a cookie or a form may stand for: names are decoded, texts are not yet.

    There is at least one pair. Raises UndecodableError.
    """
    if parameter.content is not None:
        yield _content(parameter, decode_text(given[0][1]), shape)
    elif parameter.style == "deepObject":
        yield _deep(parameter.name, [(name, decode_text(text)) for name, text in given], shape)
    elif not parameter.explode and len(given) == 1:
        yield from _texts(parameter, given[0][1], _between(parameter.style), decode_text, shape)
    else:
        yield from _exploded(parameter, given, shape, decode_text)


def read_whole_query(parameter: Parameter, query: str, shape: Shape) -> Iterator[JSON]:
    """The value of a query as a whole (`in: querystring`; OpenAPI 3.2, section 4.12.1). Raises UndecodableError."""
    if parameter.content is not None and family(parameter.content.name) != "form":
        yield _content(parameter, unquote(query), shape)
    else:
        yield read_form([(unquote_plus(name), unquote_plus(text)) for name, text in split_query(query)], shape, _PLAIN)


def split_query(query: str) -> Pairs:
    """The pairs of a query or a form, nothing decoded."""
    return [(name, text) for name, _, text in (one.partition("=") for one in query.split("&") if one)]


def one_text(text: str, shape: Shape | None) -> JSON:
    """The value of a single text: nested arrays and objects are JSON, all else is read by the types of its schema."""
    if is_list(shape) or is_mapping(shape):
        with suppress(UndecodableError):
            return decode_json(text.encode(errors="surrogatepass"))
    value = typed(text, shape)
    if value != text or shape is None or shape.types:
        return value
    # A schema without a type may name its values one by one.
    members: list[JSON] = [
        member for _, node in shape.nodes for member in (*as_array(node.get("enum")), *([node["const"]] if "const" in node else []))
    ]
    return next((one for one in members if not isinstance(one, str) and scalar(one) == text), value)


def otherwise(value: JSON, shape: Shape | None) -> JSON:
    """Another reading of what is read: texts as the other types that their schema names beside `string`, single ones as items of lists.

    For values whose alternatives, of `anyOf` or `oneOf`, the text does not tell apart, where the likeliest reading is wrong.
    """
    if shape is None:
        return value
    if is_object(value):
        if "array" in shape.types and value and all(key.isascii() and key.isdigit() for key in value):
            return [otherwise(value[key], shape.items) for key in sorted(value, key=int)]
        return {key: otherwise(one, shape.properties.get(key) or shape.additional) for key, one in value.items()}
    if is_array(value):
        return [otherwise(one, shape.items if "array" in shape.types else shape) for one in value]
    if not isinstance(value, str):
        return value
    read = typed(value, shape, texts=False)
    return [otherwise(value, shape.items)] if read == value and "array" in shape.types else read


def _between(style: str) -> re.Pattern[str]:
    return next((pattern for name, pattern in _BETWEEN if name == style), _COMMA)


def _content(parameter: Parameter, text: str, shape: Shape) -> Any:
    assert parameter.content is not None
    name = parameter.content.name
    # A range that tells nothing is written as JSON, but for text.
    if "*" in name:
        with suppress(UndecodableError):
            return decode_json(text.encode(errors="surrogatepass"))
        return text
    value = decode(text.encode(errors="surrogatepass"), name, shape, _PLAIN)
    return text if isinstance(value, bytes) else value  # of a media type that nothing reads


def _kinds(shape: Shape) -> Iterator[str]:
    """Which readings a schema lets in: what it names alone, or each of several."""
    if is_list(shape):
        yield "list"
    elif is_mapping(shape):
        yield "mapping"
    else:
        yield "scalar"
        yield from ("list",) if "array" in shape.types else ()
        yield from ("mapping",) if "object" in shape.types else ()


def _texts(parameter: Parameter, text: str, between: re.Pattern[str], decode_text: Decode, shape: Shape) -> Iterator[JSON]:
    """The readings of one text that holds a whole value."""
    for kind in _kinds(shape):
        if kind == "scalar":
            yield one_text(decode_text(text), shape)
            continue
        pieces = between.split(text) if text else []
        if kind == "list":
            yield [_item(parameter, decode_text(one), shape.items) for one in pieces]
        elif parameter.explode:
            pairs = (one.partition("=") for one in pieces)
            yield _members([(decode_text(name), decode_text(value)) for name, _, value in pairs], shape)
        else:
            flat = [*map(decode_text, pieces)]
            if len(flat) % 2:
                raise UndecodableError("is no row of names, each with its value")
            yield _members([*zip(flat[::2], flat[1::2], strict=True)], shape)


def _matrix(name: str, text: str, explode: bool, shape: Shape) -> Iterator[JSON]:
    pairs = [(unquote(key), value) for key, _, value in (one.partition("=") for one in text.split(";") if one)]
    for kind in _kinds(shape):
        if kind == "mapping" and explode:
            yield _members([(key, unquote(value)) for key, value in pairs], shape)
            continue
        texts = [value for key, value in pairs if key == name]
        if len(texts) != len(pairs):
            raise UndecodableError(f"is not in the style matrix, as in ;{name}=")
        if kind == "scalar":
            yield one_text(unquote(texts[0]), shape) if len(texts) == 1 else [one_text(unquote(one), shape) for one in texts]
            continue
        pieces = texts if explode else texts[0].split(",") if texts and texts[0] else []
        values = [unquote(one) for one in pieces]
        yield [one_text(one, shape.items) for one in values] if kind == "list" else _alternating(values, shape)


def _alternating(values: list[str], shape: Shape) -> JSON:
    if len(values) % 2:
        raise UndecodableError("is no row of names, each with its value")
    return _members([*zip(values[::2], values[1::2], strict=True)], shape)


def _exploded(parameter: Parameter, given: Pairs, shape: Shape, decode_text: Decode) -> Iterator[JSON]:
    texts = [decode_text(text) for _, text in given]
    for kind in _kinds(shape):
        if kind == "mapping":
            yield _members([(name, text) for (name, _), text in zip(given, texts, strict=True)], shape)
        elif kind == "list":
            # An array that is empty is written as a name alone.
            yield (
                []
                if texts == [""] and "string" not in _item_types(shape)
                else [_item(parameter, one, shape.items) for one in texts]
            )
        else:
            yield one_text(texts[0], shape) if len(texts) == 1 else [one_text(one, shape) for one in texts]


def _item_types(shape: Shape) -> frozenset[str]:
    return shape.items.types if shape.items else frozenset({"string"})


def _item(parameter: Parameter, text: str, shape: Shape | None) -> JSON:
    return _split_within(text, shape, parameter.inner) if parameter.inner else one_text(text, shape)


def _split_within(text: str, shape: Shape | None, separators: tuple[str, ...]) -> JSON:
    """An item that is an array itself, by the separators that Swagger 2.0 has for each level."""
    if not separators or not is_list(shape):
        return one_text(text, shape)
    assert shape is not None
    return [_split_within(one, shape.items, separators[1:]) for one in text.split(separators[0])] if text else []


def _members(pairs: Pairs, shape: Shape) -> dict[str, JSON]:
    """An object of pairs; a name that comes several times has a list."""
    found: dict[str, list[JSON]] = {}
    for name, text in pairs:
        inner = shape.properties.get(name) or shape.additional
        repeated = sum(one == name for one, _ in pairs) > 1
        found.setdefault(name, []).append(one_text(text, inner.items if repeated and inner and is_list(inner) else inner))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


# ---- deepObject


def _deep(name: str, pairs: Pairs, shape: Shape) -> JSON:
    """`name[key]=value`, nested as `name[a][b]`; indexes or `[]` make arrays, as does a name that is repeated."""
    tree: dict[str, Any] = {}
    for key, text in pairs:
        here = tree
        steps = _KEYS.findall(key[len(name) :])
        for step in steps[:-1]:
            inner = here.setdefault(step, {})
            if not is_object(inner):
                raise UndecodableError("has a member that is a text and an object at once")
            here = inner
        last = steps[-1] if steps else ""
        there = here.setdefault(last, [])
        if not is_array(there):
            raise UndecodableError("has a member that is a text and an object at once")
        there.append(text)
    return _grown(tree, shape)


def _grown(tree: Any, shape: Shape | None) -> JSON:
    """A branch by its schema: leaves are the texts that were found at a place."""
    if is_array(tree):
        inner = shape.items if shape is not None and is_list(shape) else shape
        values = [one_text(one, inner) for one in tree]
        return values if len(values) > 1 or (shape is not None and is_list(shape)) else values[0]
    members: dict[str, Any] = tree
    if [*members] == [""]:
        return _grown(members[""], shape)
    if shape is not None and is_list(shape) and all(key.isascii() and key.isdigit() for key in members):
        return [_grown(members[key], shape.items) for key in sorted(members, key=int)]
    return {key: _grown(value, shape and (shape.properties.get(key) or shape.additional)) for key, value in members.items()}
