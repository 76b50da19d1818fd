"""Witnesses: whole values that one document accepts and the other refuses, made by the generator and checked by the schemas of both."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .._generate import Generator
from .._lower import DEFS
from .._measure import size_of
from .._values import UNSET, as_object, is_array, is_object
from ._declared import schemas_within
from ._least import Least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._facing import Target
    from ._pair import Pair
    from ._positions import Position
    from ._tree import Step

# Values that are tried of a position, ways to have one in a whole value, and values that are tried where nothing says what to look for.
_MOST_VALUES: Final = 4
_MOST_WHOLE: Final = 2
_MOST_BLIND: Final = 40
# Schemas in what takes a value whose words on names are looked at.
_MOST_FRAGMENTS: Final = 20
# Values that are made in one search.
_MOST_WORK: Final = 1500
# Of a larger schema of what is left it isn't likely that something is found which wasn't before.
_LARGE: Final = 100


class Witnesses:
    """What finds witnesses for two schemas: `flows` the one of the values, `accepted` and `refused` the judges of both documents."""

    def __init__(self, pair: Pair, flows: Position, accepted: Callable[[Any], bool], refused: Callable[[Any], bool]) -> None:
        self._pair = pair
        self._flows = flows
        self._accepted = accepted
        self._refused = refused
        self._least = pair.once(("least", flows.half.direction), lambda: Least(self._leaf))

    def find(self, target: Target, steps: Sequence[Step]) -> Any:
        """A witness that has one of the values of a target at the end of a way; UNSET where none is found."""
        values = self._pair.once(("values", target), lambda: [*self._values(target)])
        for value in values:
            whole = self._around(value, steps)
            if whole is not UNSET and self._is_witness(whole):
                return whole
        if steps:
            for whole in (one for value in values for one in self._sought(value, steps)):
                if self._is_witness(whole):
                    return whole
        return UNSET

    def blind(self) -> Any:
        """A witness of any kind; UNSET where none is found."""
        for whole in self._variants(self._flows.schema(closed=True), _MOST_BLIND):
            if self._is_witness(whole):
                return whole
        return UNSET

    def _is_witness(self, whole: Any) -> bool:
        return self._refused(whole) and self._accepted(whole)

    # ---- whole values

    def _leaf(self, schema: dict[str, Any]) -> Any:
        return next(self._variants(schema, 1), UNSET)

    def _around(self, value: Any, steps: Sequence[Step]) -> Any:
        """A whole value that has a value at the end of a way, and little besides; UNSET where none is put together."""
        for position, tokens in reversed(steps):
            if value is not UNSET:
                value = self._least.around(position, tokens, value)
        return value

    def _sought(self, value: Any, steps: Sequence[Step]) -> Iterator[Any]:
        """The same, sought among all whole values."""
        way = tuple(token for _, tokens in steps for token in tokens)
        for closed in (True, False):
            if self._pair.allowed(1):
                whole = self._flows.schema(closed)
                schema = {"allOf": [_bare(whole), _reaching(value, way)], "$defs": _definitions(whole)}
                yield from self._variants(schema, _MOST_WHOLE)

    def _variants(self, schema: dict[str, Any], most: int) -> Iterator[Any]:
        definitions = as_object(schema.get("$defs"))
        generator = Generator(lambda key: definitions.get(key.removeprefix(DEFS), True))
        try:
            yield from generator.variants(_bare(schema), most=most, work=self._pair.allowed(_MOST_WORK))
        finally:
            self._pair.spend(generator.spent)

    # ---- values at a position

    def _values(self, target: Target) -> Iterator[Any]:
        """Values at a position that flow and aren't taken."""
        flows, takes = target
        both = {"allOf": [_bare(flows.schema), {"not": _bare(takes.schema)}], "$defs": _definitions(flows.schema, takes.schema)}
        found = 0
        for value in self._variants(both, _MOST_VALUES):
            if takes.holds(value) is False and flows.holds(value):
                found += 1
                yield value
        if found:
            return
        rest = flows.without(takes)
        several = [*self._variants(as_object(rest), _MOST_VALUES)] if rest is not None and size_of(rest).nodes < _LARGE else []
        several += [one for value in self._variants(flows.schema, _MOST_VALUES) for one in self._altered(value, takes.schema)]
        yield from (one for one in several if takes.holds(one) is False and flows.holds(one))

    def _altered(self, value: Any, takes: dict[str, Any]) -> Iterator[Any]:
        """A list with an item twice; an object with a property more, named as what takes it speaks of names."""
        if is_array(value) and value:
            yield [*value, value[0]]
        if not is_object(value):
            return
        yield {**value, "another": None}
        fragments = islice(schemas_within(takes), _MOST_FRAGMENTS)
        definitions = {"$defs": as_object(takes.get("$defs"))}
        for fragment in fragments:
            for pattern, schema in as_object(fragment.get("patternProperties")).items():
                for name in self._variants({"type": "string", "pattern": pattern}, 1):
                    yield from ({**value, name: one} for one in self._variants({"not": schema, **definitions}, 1))
            if "propertyNames" in fragment:
                refused = {"type": "string", "not": fragment["propertyNames"], **definitions}
                yield from ({**value, name: None} for name in self._variants(refused, 2))


def _reaching(value: Any, way: tuple[str, ...]) -> dict[str, Any]:
    """A schema of what has a value at the end of a way."""
    schema: dict[str, Any] = {"const": value}
    for step in reversed(way):
        named = {"type": "object", "required": [step], "properties": {step: schema}}
        if step != "*":
            schema = named
        else:
            several = {"type": "array", "minItems": 1, "contains": schema}
            schema = {"anyOf": [several, {"type": "object", "minProperties": 1, "additionalProperties": schema}, named]}
    return schema


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in schema.items() if word != "$defs"}


def _definitions(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {key: one for schema in schemas for key, one in as_object(schema.get("$defs")).items()}
