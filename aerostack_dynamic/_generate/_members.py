"""Objects and arrays: which members there are, and what each is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._values import as_array, as_object
from ._facts import EXCLUDED, REPEATED, among, declared, dependents, excluded, item, key_of, least, member, most, required
from ._place import DEEPEST, NothingError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from .._values import JSON
    from ._place import Maker, Place

    Nodes = Sequence[Mapping[str, Any]]

# Items beyond the least that an array is tried with, and how far away its limit may be for that.
_MORE_ITEMS: Final = 12
_NEAR: Final = 60
_MOST_CONTAINED: Final = 500
_MOST_NAMES: Final = 2000


def _can(maker: Maker, schemas: Sequence[Any], place: Place) -> bool:
    """Whether something may fit several schemas, and needn't be too deep."""
    return False not in schemas and len(place.path) + maker.heights.of(schemas) < DEEPEST


def array(maker: Maker, nodes: Nodes, place: Place) -> list[JSON]:
    """An array. Raises NothingError, SpentError."""
    told: NothingError | None = None
    for count in _counts(maker, nodes, place):
        try:
            made = _items(maker, nodes, place, count)
        except NothingError as error:
            told = told or error
            continue
        if len(made) > 1 and any(REPEATED in node for node in nodes):
            made[1] = made[0]
        if not among(made, excluded(nodes)):
            return made
    raise told or NothingError(place.path, "minItems and maxItems")


def _counts(maker: Maker, nodes: Nodes, place: Place) -> list[int]:
    """How many items are to be tried."""
    low, high = max(least(nodes, "minItems"), len(_contained(nodes))), most(nodes, "maxItems")
    places = max((len(as_array(node.get("prefixItems"))) for node in nodes), default=0)
    usual = low if place.lean or not _can(maker, item(nodes, low), place) else max(low, places, 1)
    ends = [high, high - 1] if high is not None and high < low + _NEAR else []
    several = [usual, low, low + 1, low + 2, places, *ends, low + _MORE_ITEMS]
    fitting = [*dict.fromkeys(one for one in several if low <= one and (high is None or one <= high))]
    return [fitting[index] for index in maker.order(place, "items", len(fitting), vary=False)] if fitting else []


def _contained(nodes: Nodes) -> list[Any]:
    """What single items have to be besides, for `contains`."""
    several = [(node["contains"], min(int(node.get("minContains", 1)), _MOST_CONTAINED)) for node in nodes if "contains" in node]
    return [schema for schema, count in several for _ in range(count)]


def _items(maker: Maker, nodes: Nodes, place: Place, count: int) -> list[JSON]:
    wanted, unique = _contained(nodes), any(node.get("uniqueItems") is True for node in nodes)
    others = [{"not": node["contains"]} for node in nodes if "contains" in node and "maxContains" in node]
    # What is contained stands behind the places that have schemas of their own, where there is room.
    start, low = count - len(wanted), least(nodes, "minItems")
    made: list[JSON] = []
    seen: set[Hashable] = set()
    for index in range(count):
        schemas = [*item(nodes, index), *([wanted[index - start]] if index >= start else others)]
        try:
            found = maker.value(schemas, place.step(index))
            if unique and key_of(found) in seen:
                found = maker.value([*schemas, {EXCLUDED: [*made]}], place.step(index))
        except NothingError:
            if index < low or wanted:
                raise
            break
        made.append(found)
        if unique:
            seen.add(key_of(found))
    return made


def an_object(maker: Maker, nodes: Nodes, place: Place) -> JSON:
    """An object. Raises NothingError, SpentError."""
    making = _Object(maker, nodes, place)
    made = making.all()
    if among(made, excluded(nodes)):
        made = making.with_more(len(made) + 1)
    if among(made, excluded(nodes)):
        raise NothingError(place.path, "not")
    return made


class _Object:
    """The making of one object."""

    def __init__(self, maker: Maker, nodes: Nodes, place: Place) -> None:
        self._maker = maker
        self._nodes = nodes
        self._place = place
        self._names = [node["propertyNames"] for node in nodes if "propertyNames" in node]
        self._must = required(nodes)
        self._most = most(nodes, "maxProperties")
        self._made: dict[str, JSON] = {}

    def all(self) -> dict[str, JSON]:
        """What must be there, and what is wanted."""
        if not all(map(self._allows, self._must)):
            raise NothingError(self._place.path, "propertyNames")
        for name in dict.fromkeys([*declared(self._nodes), *self._must]):
            if name in self._must:
                self._made[name] = self._maker.value(member(self._nodes, name), self._place.step(name))
            elif name not in self._made and self._room() and self._possible(name) and self._wanted(f"has {name}"):
                self._add(name)
        self._add_patterned()
        if self._most is not None and len(self._made) > self._most:
            raise NothingError(self._place.path, "maxProperties")
        return self.with_more(least(self._nodes, "minProperties"))

    def with_more(self, count: int) -> dict[str, JSON]:
        """The same with so many properties."""
        several = self._others() if len(self._made) < count else iter(())
        for name in several:
            if name not in self._made and self._room() and self._possible(name):
                self._add(name)
            if len(self._made) >= count:
                break
        if len(self._made) < count:
            raise NothingError(self._place.path, "minProperties")
        return self._made

    def _room(self) -> bool:
        return self._most is None or len({*self._made, *self._must}) < self._most

    def _allows(self, name: str) -> bool:
        return all(self._maker.allows([schema], name) for schema in self._names)

    def _possible(self, name: str) -> bool:
        schemas = member(self._nodes, name)
        return _can(self._maker, schemas, self._place) and self._allows(name) and not self._maker.unwanted(schemas)

    def _wanted(self, kind: str, usual: bool = True) -> bool:
        preferred = int(usual and not self._place.lean)
        return self._maker.order(self._place, kind, 2, preferred, vary=False)[0] == 1

    def _add(self, name: str) -> None:
        """A property that need not be there, with those that it needs; none of them where one can't be."""
        added: dict[str, JSON] = {}
        try:
            for one in dependents(self._nodes, [name]):
                if one not in self._made and one not in self._must:
                    added[one] = self._maker.attempt(member(self._nodes, one), self._place.step(one))
        except NothingError:
            return
        if self._most is None or len({*self._made, *self._must, *added}) <= self._most:
            self._made.update(added)

    def _add_patterned(self) -> None:
        """One property of each pattern, and one of those that nothing names, where the object is made of such."""
        patterns = dict.fromkeys(pattern for node in self._nodes for pattern in as_object(node.get("patternProperties")))
        for pattern in patterns:
            if self._room() and self._wanted(f"pattern {pattern}"):
                name = self._maker.name(pattern, self._place)
                if name is not None and name not in self._made and self._possible(name):
                    self._add(name)
        others = [node["additionalProperties"] for node in self._nodes if "additionalProperties" in node]
        mapped = not patterns and not declared(self._nodes) and any(map(as_object, others))
        if self._room() and False not in others and self._wanted("extra", mapped):
            fresh = (name for name in self._unnamed() if name not in self._made and self._possible(name))
            name = next(fresh, None)
            if name is not None:
                self._add(name)

    def _others(self) -> Iterator[str]:
        """Names that the object may have besides."""
        yield from declared(self._nodes)
        for node in self._nodes:
            for pattern in as_object(node.get("patternProperties")):
                several = (self._maker.name(pattern, self._place.step(index)) for index in range(_NEAR))
                yield from (name for name in several if name is not None)
        yield from self._unnamed()

    def _unnamed(self) -> Iterator[str]:
        """Names that nothing names, of the form that names must have."""
        if not self._names:
            yield from (f"extra{index}" for index in range(1, _MOST_NAMES))
            return
        given: list[JSON] = []
        for index in range(_NEAR):
            try:
                schemas = [{"type": "string"}, *self._names, {EXCLUDED: [*given]}]
                name = self._maker.value(schemas, self._place.step(index))
            except NothingError:
                return
            given.append(name)
            yield str(name)
