"""What several plain schemas say together of one value: types, limits, members; what would break one; and how deep a value must be.

Schemas are JSON Schema 2020-12 as `_lower` makes it. Nodes are those of them that are objects and apply to the same value; what they
combine (`allOf`, `anyOf`, ...) is not looked into here, but by `_expand`.
"""

from __future__ import annotations

from collections import ChainMap
from decimal import Decimal
from fractions import Fraction
from math import gcd, inf, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._graph import circles
from .._lower import DEFS, UNWANTED
from .._schema_common import matcher
from .._values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

# A keyword of our own: values that the value is none of.
EXCLUDED: Final = "x-excluded"
# Keywords of our own: patterns and formats that a text has not, and that an item stands there twice.
UNMATCHED: Final = "x-unmatched"
UNFORMATTED: Final = "x-unformatted"
REPEATED: Final = "x-repeated"
# A mark of our own: a way to break a schema by a property.
BROKEN: Final = "x-broken"
_ANNOTATIONS: Final = frozenset({"default", "examples", UNWANTED})
# Of definitions that lead to one another, levels beyond which none is told from one that does not end.
_MOST_ROUNDS: Final = 150
TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
_SPEAKS_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "required", "minProperties"), "object"),
        **dict.fromkeys(("maxProperties", "propertyNames", "dependentRequired", "unevaluatedProperties"), "object"),
        **dict.fromkeys(("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"), "array"),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
        **dict.fromkeys(("pattern", "minLength", "maxLength", "format"), "string"),
    }
)


def key_of(value: Any) -> Hashable:
    """What equal JSON values share, and no others: 1 and 1.0 are equal, 1 and true are not (JSON Schema 2020-12, section 4.2.2)."""
    if is_object(value):
        return frozenset((name, key_of(inner)) for name, inner in value.items())
    if is_array(value):
        return tuple(map(key_of, value))
    return (bool, value) if isinstance(value, bool) else value


def among(value: Any, several: Sequence[Any]) -> bool:
    """Whether a value is one of several."""
    return bool(several) and key_of(value) in set(map(key_of, several))


def types_of(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The types that a value may have: those that are named in their order, null last; else what is spoken of first."""
    named = [_names(node["type"]) for node in nodes if "type" in node]
    if named:
        found = [kind for kind in named[0] if all(kind in other for other in named[1:])]
    else:
        spoken = [_SPEAKS_OF[word] for node in nodes for word in node if word in _SPEAKS_OF]
        found = [*dict.fromkeys([*spoken, *TYPES])]
    if "number" in found and "integer" in found:
        found.remove("integer")
    return sorted(found, key="null".__eq__)


def _names(said: Any) -> list[str]:
    several = [said] if isinstance(said, str) else [*said]
    if "number" in several and "integer" not in several:
        several.append("integer")
    return several


def values_of(nodes: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    """The values that `const` and `enum` leave; None where neither is there."""
    lists: list[list[Any]] = [[node["const"]] for node in nodes if "const" in node] + [
        node["enum"] for node in nodes if "enum" in node
    ]
    if not lists:
        return None
    if len(lists) == 1:
        return lists[0]
    left = set(map(key_of, lists[0])).intersection(*(map(key_of, one) for one in lists[1:]))
    return [value for value in lists[0] if key_of(value) in left]


def least(nodes: Iterable[Mapping[str, Any]], word: str) -> int:
    """The greatest of lower limits; 0 where there is none."""
    return max((int(node[word]) for node in nodes if word in node), default=0)


def most(nodes: Iterable[Mapping[str, Any]], word: str) -> int | None:
    """The least of upper limits."""
    return min((int(node[word]) for node in nodes if word in node), default=None)


class Span(NamedTuple):
    """The numbers from `low` to `high`, without these where they are open, that are multiples of `step`; what is None limits nothing."""

    low: Fraction | None
    low_open: bool
    high: Fraction | None
    high_open: bool
    step: Fraction | None

    def holds(self, number: Fraction) -> bool:
        """Whether a number is one of them."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        if self.high is not None and (number > self.high or (self.high_open and number == self.high)):
            return False
        return self.step is None or (number / self.step).denominator == 1


def exact(number: float) -> Fraction:
    """A number as it reads."""
    return Fraction(number) if isinstance(number, int) else Fraction(Decimal(repr(number)))


def span_of(nodes: Sequence[Mapping[str, Any]], whole: bool) -> Span:
    """The numbers that limits leave; whole ones alone where that is asked for."""

    def limits(word: str) -> list[Fraction]:
        return [exact(node[word]) for node in nodes if word in node and isfinite(node[word])]

    low, low_beyond = max(limits("minimum"), default=None), max(limits("exclusiveMinimum"), default=None)
    high, high_beyond = min(limits("maximum"), default=None), min(limits("exclusiveMaximum"), default=None)
    low_open = low_beyond is not None and (low is None or low_beyond >= low)
    high_open = high_beyond is not None and (high is None or high_beyond <= high)
    step = Fraction(1) if whole else None
    for one in limits("multipleOf"):
        step = one if step is None else _common(step, one)
    return Span(low_beyond if low_open else low, low_open, high_beyond if high_open else high, high_open, step)


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The least number that is a multiple of both."""
    numerator = one.numerator * other.denominator * other.numerator * one.denominator
    divisor = gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator // divisor, one.denominator * other.denominator)


def _matches(pattern: str, name: str) -> bool:
    found = matcher(pattern)
    return found is not None and found(name)


def member(nodes: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    """The schemas of a property."""
    found: list[Any] = []
    evaluated = False
    for node in nodes:
        said = [inner for pattern, inner in as_object(node.get("patternProperties")).items() if _matches(pattern, name)]
        if name in as_object(node.get("properties")):
            said.append(node["properties"][name])
        if not said and "additionalProperties" in node:
            said.append(node["additionalProperties"])
        evaluated = evaluated or bool(said)
        found += said
    return found if evaluated else [node["unevaluatedProperties"] for node in nodes if "unevaluatedProperties" in node]


def item(nodes: Iterable[Mapping[str, Any]], index: int) -> list[Any]:
    """The schemas of an item."""
    found: list[Any] = []
    evaluated = False
    for node in nodes:
        places = as_array(node.get("prefixItems"))
        if index < len(places):
            found.append(places[index])
        elif "items" in node:
            found.append(node["items"])
        evaluated = evaluated or index < len(places) or "items" in node
    return found if evaluated else [node["unevaluatedItems"] for node in nodes if "unevaluatedItems" in node]


def declared(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The properties that have a name, in their order."""
    return [*dict.fromkeys(name for node in nodes for name in as_object(node.get("properties")))]


def excluded(nodes: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The values that the value is none of."""
    return [value for node in nodes for value in node.get(EXCLUDED, ())]


def required(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The properties that must be there, in their order."""
    return dependents(nodes, [name for node in nodes for name in as_array(node.get("required"))])


def dependents(nodes: Sequence[Mapping[str, Any]], given: Iterable[str]) -> list[str]:
    """Some properties, and those that must be there where they are, in their order."""
    waiting = [*given]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += [one for node in nodes for one in as_object(node.get("dependentRequired")).get(name, ())]
    return [*found]


def broken(schema: Any, lookup: Callable[[str], Any]) -> Iterator[Any]:
    """Schemas, one of which a value fits that breaks the given one; a guide, not a proof: what fits one is to be checked."""
    if schema is False:
        yield True
    node = as_object(schema)
    for word, said in node.items():
        if word == "$ref":
            yield {"not": lookup(said.removeprefix(DEFS))}
        elif word == "properties":
            yield from _otherwise(said, lookup)
        else:
            yield from _broken(word, said, node)


def _otherwise(properties: Mapping[str, Any], lookup: Callable[[str], Any]) -> Iterator[Any]:
    """That one of some properties is there and breaks its schema: first those which list values, as these tell alternatives apart."""

    def lists(inner: Any) -> bool:
        node = as_object(inner)
        node = as_object(lookup(node["$ref"].removeprefix(DEFS))) if "$ref" in node else node
        return "enum" in node or "const" in node

    for name, inner in sorted(properties.items(), key=lambda one: not lists(one[1])):
        yield {"type": "object", "properties": {name: {"not": inner}}, "required": [name], BROKEN: True}


def contradictory(schemas: Sequence[Any]) -> bool:
    """Whether it is plain that nothing fits several schemas, of which some say what must not be."""
    for refused in (one["not"] for one in schemas if "not" in as_object(one)):
        node = {word: said for word, said in as_object(refused).items() if word not in _ANNOTATIONS}
        if refused is not False and not node:
            return True
        for one in map(as_object, schemas):
            if one == refused or (node.keys() == {"type"} and "type" in one and {*_names(one["type"])} <= {*_names(node["type"])}):
                return True
    return False


# By keyword, what a value fits that it refuses.
_OPPOSITES: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "const": lambda said: {EXCLUDED: [said]},
        "contains": lambda said: {"type": "array", "items": {"not": said}},
        "enum": lambda said: {EXCLUDED: said},
        "exclusiveMaximum": lambda said: {"type": "number", "minimum": said},
        "exclusiveMinimum": lambda said: {"type": "number", "maximum": said},
        "items": lambda said: {"type": "array", "minItems": 1, "contains": {"not": said}},
        "maxItems": lambda said: {"type": "array", "minItems": said + 1},
        "maxLength": lambda said: {"type": "string", "minLength": said + 1},
        "maxProperties": lambda said: {"type": "object", "minProperties": said + 1},
        "maximum": lambda said: {"type": "number", "exclusiveMinimum": said},
        "minItems": lambda said: {"type": "array", "maxItems": said - 1},
        "minLength": lambda said: {"type": "string", "maxLength": said - 1},
        "minProperties": lambda said: {"type": "object", "maxProperties": said - 1},
        "minimum": lambda said: {"type": "number", "exclusiveMaximum": said},
        "multipleOf": lambda said: {"type": "number"},
        "not": lambda said: said,
        "pattern": lambda said: {"type": "string", UNMATCHED: said},
        "format": lambda said: {"type": "string", UNFORMATTED: said},
        "uniqueItems": lambda said: {"type": "array", "minItems": 2, REPEATED: True} if said else False,
    }
)


def _broken(word: str, said: Any, schema: dict[str, Any]) -> Iterator[Any]:
    match word:
        case "type":
            named = _names(said)
            yield {"type": [kind for kind in TYPES if kind not in named] or ["null"]} if len(named) < len(TYPES) else False
        case "required":
            yield from ({"type": "object", "properties": {name: False}} for name in said)
        case "allOf":
            yield from ({"not": inner} for inner in said)
        case "anyOf" | "oneOf":
            yield {"allOf": [{"not": inner} for inner in said]}
        case "dependentRequired":
            for name, needed in said.items():
                yield from ({"type": "object", "required": [name], "properties": {one: False}} for one in needed)
        case "additionalProperties" | "unevaluatedProperties":
            name = _other_name(schema)
            yield {"type": "object", "properties": {name: {"not": said}}, "required": [name]}
        case "prefixItems":
            for index, inner in enumerate(said):
                yield {"type": "array", "prefixItems": [*[True] * index, {"not": inner}], "minItems": index + 1}
        case _ if word in _OPPOSITES and not (word.startswith("min") and word != "minimum" and said < 1):
            yield _OPPOSITES[word](said)
        case _:
            pass


def _other_name(schema: Mapping[str, Any]) -> str:
    """A name that is none of the declared ones."""
    name = "extra"
    while name in as_object(schema.get("properties")) or any(
        _matches(one, name) for one in as_object(schema.get("patternProperties"))
    ):
        name += "_"
        if len(name) > 20:  # a pattern matches all of them
            break
    return name


class Heights:
    """How many levels a value has at least that a schema allows, infinite where it can't end: the least fixed point, by definition."""

    def __init__(self, lookup: Callable[[str], Any]) -> None:
        self._lookup = lookup
        self._known: dict[str, float] = {}

    def of(self, schemas: Iterable[Any]) -> float:
        """The height of the least value that several schemas allow together, as far as each tells alone."""
        wanted = [*schemas]
        for key in {key for one in wanted for key in _leads_to(one)} - self._known.keys():
            for circle in circles(key, lambda here: _leads_to(self._lookup(here)), self._known):
                self._settle(circle)
        return max((_height(one, self._known) for one in wanted), default=0)

    def _settle(self, circle: Sequence[str]) -> None:
        """The heights of definitions that lead to one another, from what is known of all others they lead to."""
        heights = dict.fromkeys(circle, inf)
        known = ChainMap(heights, self._known)
        for _ in range(min(len(circle), _MOST_ROUNDS)):
            found = {key: _height(self._lookup(key), known) for key in circle}
            if found == heights:
                break
            heights.update(found)
        self._known.update(heights)


def _parts(schema: Any) -> Iterator[tuple[str, list[Any]]]:
    """What decides how deep a value must be, by how: schemas that all apply, of which one does, of members that must be there."""
    node = as_object(schema)
    yield "all", as_array(node.get("allOf"))
    for word in ("anyOf", "oneOf"):
        if word in node:
            yield "one", node[word]
    # What is left unevaluated can't be told from the schema alone.
    told = [{word: said for word, said in node.items() if not word.startswith("unevaluated")}]
    names = as_array(node.get("required"))
    if names and _may_be(node, "object"):
        yield from _below(node, [inner for name in names for inner in member(told, name)])
    if int(node.get("minItems", 0)) and _may_be(node, "array"):
        count = min(int(node["minItems"]), len(as_array(node.get("prefixItems"))) + 1)
        yield from _below(node, [inner for index in range(count) for inner in item(told, index)])
    if "contains" in node and node.get("minContains", 1) and _may_be(node, "array"):
        yield from _below(node, [node["contains"]])


def _may_be(node: Mapping[str, Any], kind: str) -> bool:
    """Whether a value has to be of a type, or is likely to be where nothing is said of types."""
    return "type" not in node or node["type"] in (kind, [kind])


def _below(node: Mapping[str, Any], members: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Members that must be there, if the value is of the type that has such: where it need not be and they can't, it is another one."""
    if "type" in node or False not in members:
        yield "below", members


def _leads_to(schema: Any) -> list[str]:
    found: list[str] = []
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if "$ref" in as_object(node):
            found.append(node["$ref"].removeprefix(DEFS))
        for _, several in _parts(node):
            waiting += several
    return found


def _height(schema: Any, known: Mapping[str, float]) -> float:
    if not is_object(schema):
        return inf if schema is False else 0
    height = known.get(schema["$ref"].removeprefix(DEFS), inf) if "$ref" in schema else 0.0
    for how, several in _parts(schema):
        inner = [_height(one, known) for one in several]
        if inner:
            height = max(height, min(inner) if how == "one" else max(inner) + (how == "below"))
    return height
