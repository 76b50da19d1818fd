"""What checking by a schema can cost, found before an engine sees it: engines can't be interrupted, and some overflow the stack.

A weight is a bound on the schemas applied at any one place of a value. Where schemas apply themselves to the same place in more than
one way the bound grows with the value's depth; then the applications are counted for the value at hand.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._graph import circles
from ._keywords import APPLYING
from ._lower import DEFS
from ._values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from ._lower import Lowered
    from ._measure import Size

_DEEPEST: Final = 100
_WIDEST: Final = 10_000
_USUAL_DEPTH: Final = 12
_MOST_UNTRUSTED: Final = 20_000
# What an error costs to gather, where the member of an enum that it repeats costs 1.
_TOLD: Final = 100
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf"})
_SINGLE: Final = frozenset({"else", "if", "not", "then"})
_KEYED: Final = frozenset({"dependentSchemas"})
_NAMED: Final = frozenset({"prefixItems", "properties"})
_WILD: Final = frozenset(
    {
        "additionalProperties",
        "contains",
        "items",
        "patternProperties",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)


class Weight(NamedTuple):
    """What one application of a schema may cost.

    About `steps` schemas are applied at one place of a value, times `growth` for each level that the value nests (0 and 1: not at
    all). `told` is the same as `steps` with all that errors repeat, such as the members of an `enum`. `depth` is how deep schemas
    apply one another to one value, `width` how many do.
    """

    steps: int = 1
    told: int = 1
    growth: int = 0
    depth: int = 1
    width: int = 1

    def bound(self, size: Size, trusted: bool, each: int) -> int:
        """At most how much a value of this size costs when one place of it costs `each`, `steps` or `told`.

        The alternatives of a document that is trusted are taken to be those of its kind, of which few fit at once, unless the value
        nests as only hostile ones do.
        """
        grows = self.growth > 1 and not (trusted and size.depth <= _USUAL_DEPTH)
        return size.nodes * each * (self.growth ** min(size.depth, _DEEPEST) if grows else 1)


_NOTHING: Final = Weight(0, 0, depth=0, width=0)
_LEAF: Final = Weight(1, _TOLD)


def _most(weights: list[Weight]) -> Weight:
    """The most of each kind."""
    if len(weights) < 2:
        return weights[0] if weights else _NOTHING
    steps, told, growth, depth, width = map(max, zip(*weights, strict=True))
    return Weight(steps, told, growth, depth, width)


class _Parts(NamedTuple):
    """A schema's subschemas: those applied to the same value, to members by name or index, and to any member; of each kind the ids."""

    in_place: list[Any]
    named: dict[Any, Any]
    wild: list[Any]
    ids: tuple[list[int], list[int], list[int]]
    steps: int
    told: int
    factor: int

    def all(self) -> Iterator[Any]:
        """All that are objects."""
        yield from self.in_place
        yield from filter(is_object, self.named.values())
        yield from self.wild


class Scale:
    """Weighs what schemas are lowered to, each once; `definition` gives what a reference leads to, by its key.

    Two threads may weigh the same one; the results are equal.
    """

    def __init__(self, definition: Callable[[str], Lowered], trusted: bool) -> None:
        self._definition = definition
        self._trusted = trusted
        self._most = 0
        self._parts: dict[int, _Parts] = {}
        self._weights: dict[int, Weight] = {}
        self._widths: dict[int, tuple[int, int]] = {}
        self._closures: dict[int, Counter[int]] = {}
        self._nodes: dict[int, Any] = {}

    def weigh(self, schema: object) -> Weight:
        """The weight of a schema. Raises SpecError for one that no engine can be given."""
        if not is_object(schema):
            return _NOTHING
        self._most = len(self._parts) + _MOST_UNTRUSTED
        self._nodes[id(schema)] = schema
        for circle in circles(id(schema), self._followed, self._weights):
            self._settle(circle)
        weight = self._weights[id(schema)]
        if weight.depth > _DEEPEST:
            raise SpecError(
                f"schemas apply one another to the same value over {_DEEPEST} deep, or in a chain of that many references"
            )
        if weight.width > _WIDEST:
            raise SpecError(f"over {_WIDEST} schemas apply to the same value; checking it could take for ever")
        return weight

    def exceeds(self, schema: object, value: object, most: int) -> bool:
        """Whether checking `value` applies more than `most` schemas; takes time by the different ones alone."""
        waiting: list[tuple[Any, Counter[int]]] = [(value, Counter([id(schema)]) if is_object(schema) else Counter())]
        while waiting:
            here, roots = waiting.pop()
            applied: Counter[int] = Counter()
            for root, times in roots.items():
                for one, more in self._closure(root).items():
                    applied[one] += times * more
            most -= sum(times * self._read(self._nodes[one]).steps for one, times in applied.items())
            if most < 0:
                return True
            waiting += self._below(here, applied)
        return False

    def _below(self, value: Any, applied: Counter[int]) -> Iterator[tuple[Any, Counter[int]]]:
        """The members of a value that schemas are applied to, each with these and how often they are."""
        members: dict[Any, Any] = value if is_object(value) else dict(enumerate(value)) if is_array(value) else {}
        if not members:
            return
        to_all: Counter[int] = Counter()
        to_one: dict[Any, Counter[int]] = {}
        for one, times in applied.items():
            parts = self._parts[one]
            for child in parts.wild:
                to_all[id(child)] += times
            for key in parts.named if len(parts.named) < len(members) else members:
                if key in members and is_object(child := parts.named.get(key)):
                    to_one.setdefault(key, Counter())[id(child)] += times
        for key in members if to_all else to_one:
            found = to_one.get(key)
            yield members[key], to_all if found is None else to_all + found

    def _closure(self, root: int) -> Counter[int]:
        """The schemas that apply to the value that this one applies to, each as often as it does."""
        if root not in self._closures:
            for one in _postorder(self._nodes[root], lambda node: self._read(node).in_place, self._closures):
                made = Counter([id(one)])
                for inner in self._read(one).in_place:
                    for key, times in self._closures.get(id(inner), Counter[int]()).items():
                        made[key] += times
                self._closures[id(one)] = made
        return self._closures[root]

    def _followed(self, schema: int) -> list[int]:
        if len(self._parts) > self._most and not self._trusted:
            raise SpecError(f"the schema leads to over {_MOST_UNTRUSTED} others, and the document is not trusted")
        found: list[int] = []
        for one in self._read(self._nodes[schema]).all():
            if id(one) not in self._weights and not self._is_leaf(one):
                self._nodes[id(one)] = one
                found.append(id(one))
        return found

    def _settle(self, circle: list[int]) -> None:
        """Weigh schemas that lead to one another, or one alone; all else that they lead to is weighed."""
        weights, members = self._weights, {*circle}
        steps = told = growth = back = 0
        depth = width = 1
        for one in circle:
            parts = self._parts[one]
            in_place, named, wild = ([weights[inner] for inner in kind if inner not in members] for kind in parts.ids)
            most = _most(named)
            below = [most, *wild]
            every = _most([*below, *in_place])
            growth, depth, width = max(growth, every.growth), max(depth, every.depth), max(width, every.width)
            factor = parts.factor
            steps = max(
                steps, max(parts.steps, sum([each.steps for each in below])) + factor * sum([each.steps for each in in_place])
            )
            told = max(told, max(parts.told, sum([each.told for each in below])) + factor * sum([each.told for each in in_place]))
            # Those that lead back into the circle, in ways which may all stand at one place.
            ways = factor * (len(parts.in_place) - len(in_place)) + len(parts.wild) - len(wild)
            back = max(back, ways + (len(named) < len(parts.ids[1])))
            if parts.in_place:
                deep, wide = self._width(self._nodes[one])
                depth, width = max(depth, deep), max(width, wide)
        # Two circles, one leading to the other, multiply as one does that leads into itself twice.
        weights.update(dict.fromkeys(circle, Weight(steps, told, growth + back, depth, width)))

    def _width(self, node: Any) -> tuple[int, int]:
        """How deep and how many schemas apply to the value that this one applies to. A circle is the engines' to refuse."""
        for one in _postorder(node, lambda inner: self._read(inner).in_place, self._widths):
            parts = self._read(one)
            inner = [self._widths.get(id(each), (0, 0)) for each in parts.in_place]
            depth, width = max((deep for deep, _ in inner), default=0), sum(many for _, many in inner)
            self._widths[id(one)] = 1 + depth, 1 + parts.factor * width
        return self._widths[id(node)]

    def _read(self, schema: Any) -> _Parts:
        if id(schema) not in self._parts:
            self._nodes[id(schema)] = schema
            self._parts[id(schema)] = self._parts_of(schema)
        return self._parts[id(schema)]

    def _is_leaf(self, schema: dict[str, Any]) -> bool:
        """Whether a schema applies no other; its weight is noted then, as most schemas are such."""
        if not APPLYING.isdisjoint(schema):
            return False
        self._nodes[id(schema)] = schema
        self._widths[id(schema)] = 1, 1
        if "enum" not in schema and "required" not in schema:
            self._weights[id(schema)] = _LEAF
            return True
        options = as_array(schema.get("enum"))
        steps = 1 + sum(isinstance(one, (dict, list)) for one in options)
        self._weights[id(schema)] = Weight(steps, _TOLD * (steps + len(as_array(schema.get("required")))) + len(options))
        return True

    def _parts_of(self, schema: dict[str, Any]) -> _Parts:
        in_place: list[Any] = []
        named: dict[Any, Any] = {}
        wild: list[Any] = []
        for word in APPLYING & schema.keys():
            value = schema[word]
            if word in _LISTS:
                in_place += as_array(value)
            elif word in _SINGLE:
                in_place.append(value)
            elif word in _KEYED:
                in_place += as_object(value).values()
            elif word == "$ref":
                in_place.append(self._definition(value.removeprefix(DEFS)).schema)
            elif word in _NAMED:
                named.update(as_object(value) if word == "properties" else enumerate(as_array(value)))
            elif word in _WILD:
                wild += as_object(value).values() if word == "patternProperties" else [value]
        in_place, wild = [one for one in in_place if is_object(one)], [one for one in wild if is_object(one)]
        by_name = [id(one) for one in named.values() if is_object(one)]
        options = as_array(schema.get("enum"))
        steps = 1 + len(as_object(schema.get("patternProperties"))) + sum([isinstance(one, (dict, list)) for one in options])
        return _Parts(
            in_place,
            named,
            wild,
            ([*map(id, in_place)], by_name, [*map(id, wild)]),
            steps,
            _TOLD * (steps + len(as_array(schema.get("required")))) + len(options),
            # What is unevaluated is found by applying all that stands beside it once more, and its members' twice.
            3 if "unevaluatedProperties" in schema or "unevaluatedItems" in schema else 1,
        )


def _postorder(start: Any, successors: Callable[[Any], list[Any]], done: Collection[int]) -> Iterator[Any]:
    """The objects that `start` leads to, each after what it leads to itself; those in `done` and ways round in a circle left out."""
    entered = {id(start)}
    waiting = [(start, iter(successors(start)))] if id(start) not in done else []
    while waiting:
        node, rest = waiting[-1]
        for one in rest:
            if id(one) not in done and id(one) not in entered:
                entered.add(id(one))
                waiting.append((one, iter(successors(one))))
                break
        else:
            waiting.pop()
            yield node
