"""What differs between two positions and below; each pair of positions is looked at once, and told once, wherever it is.

A difference within what several ways lead to, or a way that comes back to itself, is told at one of these places: first at one where it
breaks, then at the one that the fewest steps lead to. A few others are told with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .._graph import circles
from ._alternatives import compare_alternatives, distributes
from ._arrays import compare_arrays
from ._facing import COMPATIBLE, HOLDS, SUBJECT, Difference, Facing, Ruling
from ._faults import compare_faults
from ._notes import compare_notes
from ._objects import compare_objects
from ._positions import Half
from ._reach import Node as Key
from ._reach import Reach
from ._same import Likeness
from ._scalars import compare_null, compare_scalars
from ._written import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._lower import Direction
    from ._facing import Descent
    from ._pair import Pair
    from ._positions import Position
    from ._reach import Edge

# What steps cost: a token of the subject more than an alternative; one by which no value breaks more than any way without such.
_STEP: Final = 1
_TOKEN: Final = 4
_SETTLED: Final = 1 << 20
_ONLY: Final = 1 << 40
# How many other places are told with a difference.
_MOST_OTHERS: Final = 3
# What is residual is told after all that is below.
_LAST: Final = 1 << 30
_SEVERITY: Final = ("breaking", "unknown", "compatible")


class Way(NamedTuple):
    """A step from two positions to two that they are made of; see Descent."""

    key: Key
    tokens: tuple[str, ...]
    only: str
    settled: bool

    @property
    def cost(self) -> int:
        """What it costs to go it."""
        return _STEP + _TOKEN * len(self.tokens) + _SETTLED * self.settled + _ONLY * bool(self.only)


class Node(NamedTuple):
    """Two positions that were compared: what differs here, and which ways lead on."""

    differences: tuple[Difference, ...]
    ways: tuple[Way, ...]


class Step(NamedTuple):
    """A step of a way as what flows has it: the position that is left, and the tokens."""

    position: Position
    tokens: tuple[str, ...]


class Met(NamedTuple):
    """A difference at the end of a way from two positions; `only` is the keyword by which the values don't have it.

    `others` are the tokens of other places that it is at, `keys` name the two
    positions that differ, and others of which it is told too, and `start` those that the way begins at.
    """

    difference: Difference
    steps: tuple[Step, ...] = ()
    only: str = ""
    others: tuple[tuple[str, ...], ...] = ()
    keys: tuple[Key, ...] = ()
    start: Key = ("", "")

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of its subject."""
        return (*(token for step in self.steps for token in step.tokens), *self.difference.tokens)


class Tree:
    """Two documents in one direction."""

    def __init__(self, pair: Pair, forward: bool) -> None:
        direction: Direction = "request" if forward else "response"
        self.forward = forward
        self.old, self.new = Half(pair.old, direction, "-old"), Half(pair.new, direction, "-new")
        self.flows, self.takes = (self.old, self.new) if forward else (self.new, self.old)
        self._likeness = Likeness(self.flows.lowering, self.takes.lowering)
        self._written = pair.once("written", lambda: Written(pair))
        self._nodes: dict[Key, Node] = {}
        self._at: dict[Key, tuple[Position, Position]] = {}
        self._quiet: dict[Key, bool] = {}
        self._reach = Reach(self._edges)
        self._found: dict[Key, list[Met]] = {}
        self._passes: dict[tuple[Key, tuple[str, ...]], tuple[frozenset[Key], ...]] = {}

    def differences(self, flows: Position, takes: Position) -> list[Met]:
        """All differences between two positions and below, in the order of what flows."""
        start = self.key(flows, takes)
        if self._is_quiet(start):
            return []
        if start not in self._found:
            found = sorted(self._all(start), key=lambda pair: pair[0])
            self._found[start] = _once(met for _, met in found)
        return self._found[start]

    def meets(self, met: Met, tokens: tuple[str, ...], around: bool) -> bool:
        """Whether a place below the positions where a way begins is at what was met there, above it or below it, by any way.

        With `around` it may as well be at anything else of the object that lacks what was met.
        """
        passed = self._passed(met.start, tokens)
        for index, keys in enumerate(passed):
            pairs = zip(tokens[index:], met.difference.tokens[: -1 if around else None], strict=False)
            if not keys.isdisjoint(met.keys) and all(one == other or "*" in (one, other) for one, other in pairs):
                return True
        marks = [self._reach.mark_of(key) for key in met.keys]
        return any(self._reach.leads_to(key, mark) for key in passed[-1] for mark in marks)

    def _passed(self, start: Key, tokens: tuple[str, ...]) -> tuple[frozenset[Key], ...]:
        """The positions on the way to a place, where something differs in or below them: before and after each of its tokens."""
        if (start, tokens) not in self._passes:
            made: tuple[frozenset[Key], ...] = (self._beside({start}),)
            if tokens:
                before = self._passed(start, tokens[:-1])
                here = {
                    way.key
                    for key in before[-1]
                    for way in self._nodes[key].ways
                    if way.tokens and (way.tokens[0] == tokens[-1] or "*" in (way.tokens[0], tokens[-1]))
                }
                made = (*before, self._beside(here))
            self._passes[start, tokens] = made
        return self._passes[start, tokens]

    def _beside(self, keys: set[Key]) -> frozenset[Key]:
        """Positions with the alternatives that they have."""
        waiting = [*keys]
        while waiting:
            more = [way.key for way in self._nodes[waiting.pop()].ways if not way.tokens and way.key not in keys]
            keys.update(more)
            waiting += more
        return frozenset(keys)

    def says_the_same(self, flows: Position, takes: Position) -> bool:
        """Whether the schemas of two positions are the same, so that nothing can differ that no rule looks at."""
        return self._likeness.same([one.node for one in flows.roots], [one.node for one in takes.roots])

    # ---- one pair

    def key(self, flows: Position, takes: Position) -> Key:
        """What names two positions."""
        key = flows.label, takes.label
        if key not in self._quiet:
            self._at.setdefault(key, (flows, takes))
        return key

    def positions(self, key: Key) -> tuple[Position, Position]:
        """The two positions that a key names, of those that differ."""
        return self._at[key]

    def _node(self, key: Key) -> Node:
        if key not in self._nodes:
            facing = Facing(*self._at[key], self.forward, self._likeness)
            _compare(facing)
            ways = [self._way(one) for one in facing.descents]
            self._nodes[key] = Node(tuple(facing.differences), tuple(ways))
        return self._nodes[key]

    def _way(self, one: Descent) -> Way:
        return Way(self.key(one.flows, one.takes), one.tokens, one.only, one.settled)

    def _next(self, key: Key) -> list[Key]:
        return [one.key for one in self._node(key).ways if one.key in self._quiet or not self._is_same(one.key)]

    def _is_same(self, key: Key) -> bool:
        """Whether two positions are written alike, which makes them quiet, and mean the same where they stand."""
        flows, takes = self._at[key]
        if len(flows.roots) != len(takes.roots) or flows.elsewhere or takes.elsewhere:
            return False
        for one, other in zip(flows.roots, takes.roots, strict=True):
            old, new = (one, other) if self.forward else (other, one)
            if not self._written.alike(old.place, new.place) or not self._likeness.same(one.node, other.node):
                return False
        self._hush(key)
        return True

    def _hush(self, key: Key) -> None:
        self._quiet[key] = True
        self._at.pop(key, None)
        self._nodes.pop(key, None)

    def _is_quiet(self, key: Key) -> bool:
        """Whether nothing differs at a pair of positions or anywhere below."""
        if key not in self._quiet and not self._is_same(key):
            for circle in circles(key, self._next, self._quiet):
                inside = set(circle)
                loud = any(self._node(one).differences for one in circle)
                loud = loud or any(not self._quiet[one] for here in circle for one in self._next(here) if one not in inside)
                if loud:
                    self._quiet.update(dict.fromkeys(circle, False))
                    self._settle(circle)
                else:
                    for one in circle:
                        self._hush(one)
        return self._quiet[key]

    # ---- ways

    def _edges(self, key: Key) -> Sequence[Edge]:
        return [(one.key, one.cost) for one in self._node(key).ways]

    def _settle(self, circle: Sequence[Key]) -> None:
        """Keep the ways on to where something differs, and what is told: what is residual where nothing else tells that it breaks."""
        residual: dict[Key, list[Difference]] = {}
        for key in circle:
            node = self._node(key)
            residual[key] = [one for one in node.differences if one.residual]
            told = [one for one in node.differences if not one.residual]
            self._nodes[key] = Node(tuple(told), tuple(one for one in node.ways if not self._quiet[one.key]))
        self._reach.add(circle)
        for key in circle:
            if self._nodes[key].differences:
                self._reach.mark(key)
        for key in circle:
            if residual[key] and not self._breaks(key):
                node = self._nodes[key]
                self._nodes[key] = node._replace(differences=(*node.differences, *residual[key]))
                if not node.differences:
                    self._reach.mark(key)

    def _breaks(self, key: Key) -> bool:
        """Whether something that is told here or below breaks."""
        for mark in self._reach.marks(key):
            only, settled = _said(self._reach.cost(key, mark))
            for one in self._nodes[self._reach.marked(mark)].differences:
                if _ruling(one, only, settled).verdict != "compatible":
                    return True
        return False

    def _all(self, start: Key) -> Iterator[tuple[tuple[tuple[int, ...], int], Met]]:
        """What is told below two positions, with what it is to be sorted by."""
        for mark in self._reach.marks(start):
            indexes, ways = self._way_to(start, mark)
            only, settled = _said(self._reach.cost(start, mark))
            keys = [start, *(way.key for way in ways)]
            steps = tuple(Step(self._at[key][0], way.tokens) for key, way in zip(keys, ways, strict=False))
            words = [way.only for way in ways if way.only]
            others = self._others(start, mark, ways)
            for number, one in enumerate(self._nodes[keys[-1]].differences):
                if not (one.residual and settled):
                    met = Met(
                        one._replace(ruling=_ruling(one, only, settled)),
                        steps,
                        words[-1] if words else "",
                        tuple((*tokens, *one.tokens) for tokens in others),
                        (keys[-1],),
                        start,
                    )
                    yield ((*indexes, _LAST if one.residual else -1), number), met

    def _way_to(self, start: Key, mark: int) -> tuple[list[int], list[Way]]:
        """The best way to a mark, and the indexes of its steps among the ways on."""
        indexes, ways, end = list[int](), list[Way](), self._reach.marked(mark)
        while start != end:
            _, index = self._reach.hops(start, mark, _MOST_OTHERS + 1)[0]
            indexes.append(index)
            ways.append(self._nodes[start].ways[index])
            start = ways[-1].key
        return indexes, ways

    def _others(self, start: Key, mark: int, ways: Sequence[Way]) -> list[tuple[str, ...]]:
        """The tokens of the best other ways that leave the best one once, and of which the same is true."""
        best = self._reach.cost(start, mark)
        found: list[tuple[int, tuple[str, ...], Key, frozenset[Key]]] = []
        passed, spent, tokens = frozenset({start}), 0, tuple[str, ...]()
        for way in ways:
            for cost, index in self._reach.hops(start, mark, _MOST_OTHERS + 1)[1:]:
                other = self._nodes[start].ways[index]
                if _said(spent + cost) == _said(best) and other.key not in passed:
                    found.append((spent + cost, (*tokens, *other.tokens), other.key, passed))
            passed |= {way.key}
            spent, tokens, start = spent + way.cost, (*tokens, *way.tokens), way.key
        told = {tokens: None}
        for _, before, key, above in sorted(found, key=lambda one: one[:3]):
            rest = self._way_to(key, mark)[1]
            if len(told) <= _MOST_OTHERS and above.isdisjoint(way.key for way in rest):
                told[before + tuple(token for way in rest for token in way.tokens)] = None
        return [*told][1:]


def _said(cost: int) -> tuple[bool, bool]:
    """Whether a way of a cost leads to properties that its direction lacks, and whether through what is settled."""
    return cost >= _ONLY, cost % _ONLY >= _SETTLED


def _ruling(difference: Difference, only: bool, settled: bool) -> Ruling:
    """The ruling on a difference at the end of a way."""
    if only and difference.ruling.verdict != "compatible":
        return COMPATIBLE
    return HOLDS if settled and not difference.declared else difference.ruling


def _severity(met: Met) -> int:
    return _SEVERITY.index(met.difference.ruling.verdict)


def _once(several: Iterable[Met]) -> list[Met]:
    """Each difference once: what is part of several positions is found at each of them. What breaks counts."""
    found: dict[object, Met] = {}
    for one in several:
        told = one.difference
        key = told.event, told.old, told.new, told.tokens, told.message
        known = found.get(key)
        if known is None:
            found[key] = one
            continue
        first, other = sorted((known, one), key=_severity)
        if _severity(first) == _severity(other):
            others = dict.fromkeys((*first.others, other.tokens, *other.others))
            others.pop(first.tokens, None)
            first = first._replace(others=tuple(others)[:_MOST_OTHERS], keys=(*first.keys, *other.keys))
        found[key] = first
    return list(found.values())


def _compare(facing: Facing) -> None:
    """Tell all that differs between two positions, and the ways that lead on."""
    compare_faults(facing)
    flows, takes = (any(part.node is False for part in one.parts) for one in (facing.flows, facing.takes))
    if flows or takes:
        if flows != takes:
            ruling = HOLDS if flows else Ruling("breaking", "rule", facing.nothing())
            gone = takes == facing.forward
            told = f"{SUBJECT} can no longer have any value." if gone else f"{SUBJECT} may have values, where none was allowed."
            facing.say("became-impossible" if gone else "became-possible", ruling, told)
        return
    if distributes(facing):
        compare_null(facing)
        compare_notes(facing)
        return
    compare_scalars(facing)
    compare_objects(facing)
    compare_arrays(facing)
    compare_alternatives(facing)
    compare_notes(facing)
