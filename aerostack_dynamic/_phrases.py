"""What a schema says, in a short English phrase: `integer, 1 to 100, default 20`, `list of objects`, `one of 'user', 'assistant'`.

A phrase is for people. It is made of any document at all: what can't be said shortly is left out, work and length are bounded, and no
control or bidirectional character of the document is in it. Types go by their names in JSON Schema, arrays by `list`; values are
written as Python writes them.
"""

from __future__ import annotations

from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._shape import Shape, shape_at
from ._values import UNSET, as_array, as_string, is_array, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._model import SchemaObject
    from ._reference import Document

_LONGEST: Final = 240
_LONGEST_VALUE: Final = 60
_MOST_VALUES: Final = 8
_MOST_ALTERNATIVES: Final = 5
_MOST_SCHEMAS: Final = 60
_MOST_TOGETHER: Final = 50
_DEEPEST: Final = 3
# Integers above so many bits are told by their size: Python writes none of over 4,300 digits.
_WIDEST: Final = 128
ANY: Final = "any value"
_MANY: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "strings", "integer": "integers", "number": "numbers", "boolean": "booleans", "object": "objects", "bytes": "bytes"}
)
# Formats that only tell how wide a number is kept, not what it means.
_WIDTHS: Final = frozenset({"int64", "float", "double", "binary"})
# What a schema is of that names no type, by a keyword that speaks of no other.
_TELLING: Final = (
    ("properties", "object"),
    ("additionalProperties", "object"),
    ("items", "array"),
    ("contentMediaType", "string"),
    ("format", "string"),
    ("pattern", "string"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("minimum", "number"),
    ("maximum", "number"),
)


def phrase(shape: Shape | None, *, default: bool = True) -> str:
    """What a shape says of its value: type, format, limits, values, and, if wanted, the default. At most 240 characters."""
    if shape is None:
        return ANY
    words = _Writer().words(shape, 0)
    given = default_of(shape) if default else UNSET
    text = words.text if given is UNSET else f"{words.text}, default {literal(given)}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3].rstrip()}..."


def phrase_of(document: Document, schema: SchemaObject | None, *, default: bool = True) -> str:
    """`phrase` of a Schema Object; of one that is absent, that it may be anything."""
    return phrase(None if schema is None else shape_at(document, schema.pointer), default=default)


def default_of(shape: Shape) -> Any:
    """The `default` of a schema; UNSET where there is none, and where it is a secret."""
    if shape.secret:
        return UNSET
    return next((node["default"] for node in islice(shape.conjunct(), _MOST_TOGETHER) if "default" in node), UNSET)


def members_of(shape: Shape | None) -> Shape | None:
    """What has the properties that are worth telling of a value: its own, or those of the items of a list, or of undeclared properties.

    None where nothing has any.
    """
    for _ in range(_DEEPEST):
        if shape is None or shape.properties:
            return shape
        shape = shape.items or shape.additional
    return None


def literal(value: object, limit: int = _LONGEST_VALUE) -> str:
    """A JSON value as Python writes it, in about `limit` characters at most: the rest is cut off, and `...` says so."""
    text = "".join(islice(_pieces(value, limit, 0), limit))
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _pieces(value: object, limit: int, depth: int) -> Iterator[str]:
    """The parts of a value as it is written; a container of many is broken off behind as many as could be shown."""
    if isinstance(value, str):
        yield repr(value) if len(value) <= limit else f"{value[: max(0, limit - 5)]!r}..."
    elif value is None or isinstance(value, (bool, float)):
        yield repr(value)
    elif value is ...:
        yield "..."
    elif isinstance(value, int):
        yield repr(value) if value.bit_length() <= _WIDEST else f"an integer of {value.bit_length()} bits"
    elif depth > _DEEPEST and (is_array(value) or is_object(value)):
        yield "[...]" if is_array(value) else "{...}"
    elif is_array(value):
        yield "["
        for index, one in enumerate(value):
            yield ", " if index else ""
            yield from _pieces(one, limit, depth + 1)
        yield "]"
    elif is_object(value):
        yield "{"
        for index, (name, one) in enumerate(value.items()):
            yield f"{', ' if index else ''}{literal(name, limit)}: "
            yield from _pieces(one, limit, depth + 1)
        yield "}"
    else:
        yield f"a {printable(type(value).__name__, 40)}"


class _Words(NamedTuple):
    """What is said of one value: `one` of it, `many` of several like it (empty where there is no such word), and its limits."""

    one: str
    many: str = ""
    limits: tuple[str, ...] = ()
    null: bool = False

    @property
    def text(self) -> str:
        """All of it in a row."""
        text = ", ".join((self.one, *self.limits))
        if not self.null or self.one == "None":
            return text
        return f"{text}{',' if ', ' in text else ''} or None"

    @property
    def of_many(self) -> str:
        """What a list of such values is."""
        if not self.many:
            return "list" if self.one == ANY else f"list, each {self.text}"
        inner = [*self.limits, *(["or None"] if self.null else [])]
        return f"list of {self.many}" + (f" ({', '.join(inner)})" if inner else "")


class _Writer:
    """The making of one phrase, which looks at no more than so many schemas."""

    def __init__(self) -> None:
        self._left = _MOST_SCHEMAS

    def words(self, shape: Shape, depth: int) -> _Words:
        """What is said of a value by all the schemas that are declared for it."""
        several = shape.apart
        if len(several) == 1:
            return self._one(shape, depth)
        return _either([self._one(one, depth) for one in several[:_MOST_ALTERNATIVES]], len(several))

    def _one(self, shape: Shape, depth: int) -> _Words:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return _Words(ANY)
        nodes = [*islice(shape.conjunct(), _MOST_TOGETHER)]
        if not nodes:
            return _Words("nothing" if _refuses(shape) else ANY)
        values = _values(nodes)
        if values is not None:
            return _of_values(values, null=_is_nullable(nodes), secret=shape.secret)
        kinds = _kinds(nodes)
        null = "null" in kinds or _is_nullable(nodes)
        own = [self._of_kind(kind, shape, nodes, depth) for kind in kinds if kind != "null"]
        others = shape.alternatives
        found = [self._one(one, depth + 1) for one in others[:_MOST_ALTERNATIVES]] if others else []
        telling = [one for one in found if one.one != ANY]
        made = _either(telling, len(others) if len(telling) == len(found) else len(telling)) if telling else _either(own, len(own))
        if not telling and not own and null:
            return _Words("None") if kinds else _Words(ANY)
        return made._replace(null=made.null or null)

    def _of_kind(self, kind: str, shape: Shape, nodes: Sequence[dict[str, Any]], depth: int) -> _Words:
        if kind == "array":
            return self._list(shape, nodes, depth)
        if kind == "object":
            return self._object(shape, nodes, depth)
        if kind == "string":
            return _string(shape, nodes)
        if kind in ("integer", "number"):
            one, many = _formatted(kind, nodes)
            return _Words(one, many, tuple(_number_limits(nodes)))
        return _Words(kind, _MANY.get(kind, ""))

    def _list(self, shape: Shape, nodes: Sequence[dict[str, Any]], depth: int) -> _Words:
        inner = shape.items
        one = self.words(inner, depth + 1).of_many if inner is not None else "list"
        limits = (
            *_sizes(nodes, "Items", "item", "items"),
            *(["unique"] if any(n.get("uniqueItems") is True for n in nodes) else []),
        )
        return _Words(one, f"lists{one[4:]}" if "each" not in one else "", limits)

    def _object(self, shape: Shape, nodes: Sequence[dict[str, Any]], depth: int) -> _Words:
        limits = (*_sizes(nodes, "Properties", "property", "properties"),)
        inner = None if shape.properties else shape.additional
        told = self.words(inner, depth + 1) if inner is not None else _Words(ANY)
        of = f" of {told.many}" if told.many else ""
        return _Words(f"object{of}", f"objects{of}", limits)


def _refuses(shape: Shape) -> bool:
    try:
        return any(shape.document.at(place) is False for place in shape.roots)
    except KeyError:
        return False


def _either(several: Sequence[_Words], count: int) -> _Words:
    """One of several; those that say less than another are left out."""
    different = [*dict.fromkeys(several)]
    bare = {one.one for one in different if one.limits}
    kept = [one for one in different if one.limits or one.one not in bare]
    named = [one for one in kept if one.one not in ("None", ANY)]
    null = any(one.null or one.one == "None" for one in kept)
    if not named:
        return _Words("None") if kept and null else _Words(ANY)
    if len(named) == 1:
        return named[0]._replace(null=null)
    texts = [one._replace(null=False) for one in named]
    more = count - len(several)
    ones = [one.one + (f" ({', '.join(one.limits)})" if one.limits else "") for one in texts]
    manys = [one.many + (f" ({', '.join(one.limits)})" if one.limits else "") for one in texts if one.many]
    tail = [f"{more} others"] if more > 0 else []
    many = " or ".join([*manys, *tail]) if len(manys) == len(ones) else ""
    return _Words(" or ".join([*dict.fromkeys(ones), *tail]), many, (), null)


def _values(nodes: Sequence[dict[str, Any]]) -> list[Any] | None:
    """The values that alone are valid, by `const` or `enum`."""
    for node in nodes:
        if "const" in node:
            return [node["const"]]
    listed = [node["enum"] for node in nodes if is_array(node.get("enum"))]
    return min(listed, key=len) if listed else None


def _of_values(values: Sequence[Any], *, null: bool, secret: bool) -> _Words:
    if secret:
        return _Words("one of some secret values")
    told = [literal(one) for one in values[:_MOST_VALUES] if one is not None]
    more = len(values) - _MOST_VALUES
    text = ", ".join(told) + (f" and {more} more" if more > 0 else "")
    null = null or any(one is None for one in values[:_MOST_VALUES])
    if not told:
        return _Words("None" if null else "nothing")
    return _Words(text if len(told) == 1 and more <= 0 else f"one of {text}", null=null)


def _is_nullable(nodes: Sequence[dict[str, Any]]) -> bool:
    return any(node.get("nullable") is True or node.get("x-nullable") is True for node in nodes)


def _kinds(nodes: Sequence[dict[str, Any]]) -> list[str]:
    """The JSON types that all nodes agree on, in the order of the first; by other keywords where none is named."""
    named = [kinds for node in nodes if (kinds := _types(node))]
    if not named:
        told = [kind for word, kind in _TELLING if any(word in node for node in nodes)]
        return told[:1]
    shared = [one for one in named[-1] if all(_among(one, other) for other in named)]
    return shared or named[0]


def _among(kind: str, kinds: Sequence[str]) -> bool:
    return kind in kinds or (kind == "integer" and "number" in kinds)


def _types(node: dict[str, Any]) -> list[str]:
    said = node.get("type")
    several = [said] if isinstance(said, str) else as_array(said)[:_MOST_VALUES]
    return [*dict.fromkeys(printable(one, 20) for one in several if isinstance(one, str) and one)]


def _formatted(kind: str, nodes: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """A type with its format, of one and of many."""
    name = next((found for node in nodes if (found := as_string(node.get("format")))), "")
    many = _MANY[kind]
    shown = printable(name, 40)
    return (f"{kind} ({shown})", f"{many} ({shown})") if name and name not in _WIDTHS else (kind, many)


def _string(shape: Shape, nodes: Sequence[dict[str, Any]]) -> _Words:
    if shape.binary:
        return _Words("bytes", "bytes")
    one, many = _formatted("string", nodes)
    least, most = _strictest(nodes, "minLength", max), _strictest(nodes, "maxLength", min)
    sizes = ["not empty"] if least == 1 and most is None else [*_sizes(nodes, "Length", "character", "characters")]
    patterns = [f"matching {literal(node['pattern'])}" for node in nodes if isinstance(node.get("pattern"), str)]
    return _Words(one, many, (*sizes, *patterns[:1]))


def _strictest(nodes: Sequence[dict[str, Any]], word: str, pick: Any) -> Any:
    """The limit of a keyword that lets the least through, or None."""
    found = [node[word] for node in nodes if isinstance(node.get(word), (int, float)) and not isinstance(node[word], bool)]
    return pick(found) if found else None


def _sizes(nodes: Sequence[dict[str, Any]], what: str, one: str, many: str) -> Iterator[str]:
    """Limits of a size: of characters, items or properties."""
    least, most = _strictest(nodes, f"min{what}", max), _strictest(nodes, f"max{what}", min)
    if least == 0:
        least = None
    unit = one if (least if most is None else most) == 1 else many
    if least is not None and least == most:
        yield f"exactly {literal(least)} {unit}"
    elif least is not None and most is not None:
        yield f"{literal(least)} to {literal(most)} {unit}"
    elif least is not None:
        yield f"at least {literal(least)} {unit}"
    elif most is not None:
        yield f"at most {literal(most)} {unit}"


def _number_limits(nodes: Sequence[dict[str, Any]]) -> Iterator[str]:
    least, most = _strictest(nodes, "minimum", max), _strictest(nodes, "maximum", min)
    above, below = _strictest(nodes, "exclusiveMinimum", max), _strictest(nodes, "exclusiveMaximum", min)
    # Up to draft 4, and so in OpenAPI 3.0, these are flags beside the limits.
    if any(node.get("exclusiveMinimum") is True for node in nodes):
        least, above = None, least
    if any(node.get("exclusiveMaximum") is True for node in nodes):
        most, below = None, most
    if least is not None and most is not None:
        yield f"{literal(least)} to {literal(most)}" if least != most else f"exactly {literal(least)}"
    else:
        yield from (f"at {word} {literal(one)}" for word, one in (("least", least), ("most", most)) if one is not None)
    yield from (f"{word} {literal(one)}" for word, one in (("above", above), ("below", below)) if one is not None)
    step = _strictest(nodes, "multipleOf", max)
    if step is not None:
        yield f"a multiple of {literal(step)}"
