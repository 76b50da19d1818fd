"""What differs between two positions and below, for all ways that lead there; each pair of positions is looked at once.

Two schemas that lead back to themselves are compared once on any way: what differs within is told where it is met first on that way, and
holds for all that is nested deeper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .._graph import circles
from ._alternatives import compare_alternatives, distributes
from ._arrays import compare_arrays
from ._facing import COMPATIBLE, HOLDS, SUBJECT, Descent, Difference, Facing, Ruling
from ._notes import compare_notes
from ._objects import compare_objects
from ._positions import Half
from ._same import Likeness
from ._scalars import compare_null, compare_scalars
from ._written import Written

if TYPE_CHECKING:
    from .._lower import Direction
    from ._pair import Pair
    from ._positions import Position

# From this many differences below one pair of schemas, what was told already isn't told for another way that leads there.
_MANY: Final = 60


class Node(NamedTuple):
    """Two positions that were compared: what differs here, and which ways lead on."""

    differences: tuple[Difference, ...]
    ways: tuple[Descent, ...]


class Met(NamedTuple):
    """A difference on one way, the tokens of which lead to the positions; `only` is the keyword by which the values don't have it.

    `branches` says that the way leads through alternatives.
    """

    difference: Difference
    way: tuple[str, ...]
    only: str
    branches: bool

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of its subject."""
        return (*self.way, *self.difference.tokens)


class Tree:
    """Two documents in one direction."""

    def __init__(self, pair: Pair, forward: bool) -> None:
        direction: Direction = "request" if forward else "response"
        self.forward = forward
        self.old, self.new = Half(pair.old, direction, "-old"), Half(pair.new, direction, "-new")
        self.flows, self.takes = (self.old, self.new) if forward else (self.new, self.old)
        self._likeness = Likeness(self.flows.lowering, self.takes.lowering)
        self._written = pair.once("written", lambda: Written(pair))
        self._nodes: dict[tuple[str, str], Node] = {}
        self._at: dict[tuple[str, str], tuple[Position, Position]] = {}
        self._quiet: dict[tuple[str, str], bool] = {}

    def differences(self, flows: Position, takes: Position) -> list[Met]:
        """All differences between two positions and below."""
        found: list[Met] = []
        start = self._key(flows, takes)
        if not self._is_quiet(start):
            self._walk(start, (), "", False, False, {start}, set(), found)
        return found

    # ---- one pair

    def _key(self, flows: Position, takes: Position) -> tuple[str, str]:
        key = flows.label, takes.label
        self._at.setdefault(key, (flows, takes))
        return key

    def _node(self, key: tuple[str, str]) -> Node:
        if key not in self._nodes:
            facing = Facing(*self._at[key], self.forward, self._likeness)
            _compare(facing)
            self._nodes[key] = Node(tuple(facing.differences), tuple(facing.descents))
        return self._nodes[key]

    def _next(self, key: tuple[str, str]) -> list[tuple[str, str]]:
        found = [self._key(one.flows, one.takes) for one in self._node(key).ways]
        for one in found:
            if one not in self._quiet:
                self._is_same(one)
        return found

    def _is_same(self, key: tuple[str, str]) -> bool:
        """Whether two positions are written alike, which makes them quiet, and mean the same where they stand."""
        flows, takes = self._at[key]
        if len(flows.roots) != len(takes.roots) or flows.elsewhere or takes.elsewhere:
            return False
        for one, other in zip(flows.roots, takes.roots, strict=True):
            old, new = (one, other) if self.forward else (other, one)
            if not self._written.alike(old.place, new.place) or not self._likeness.same(one.node, other.node):
                return False
        self._quiet[key] = True
        return True

    def _is_quiet(self, key: tuple[str, str]) -> bool:
        """Whether nothing differs at a pair of positions or anywhere below."""
        if key not in self._quiet and not self._is_same(key):
            for circle in circles(key, self._next, self._quiet):
                loud = any(self._node(one).differences for one in circle)
                inside = set(circle)
                loud = loud or any(not self._quiet[one] for here in circle for one in self._next(here) if one not in inside)
                self._quiet.update(dict.fromkeys(circle, not loud))
        return self._quiet[key]

    # ---- all ways

    def _walk(
        self,
        key: tuple[str, str],
        tokens: tuple[str, ...],
        only: str,
        settled: bool,
        branches: bool,
        above: set[tuple[str, str]],
        told: set[tuple[str, str]],
        found: list[Met],
    ) -> bool:
        """Add what differs here and below; whether anything of it breaks."""
        breaks = False
        node = self._node(key)
        repeated = key in told and len(found) > _MANY
        told.add(key)
        for difference in node.differences:
            if not difference.residual and not repeated:
                met = _met(difference, tokens, only, settled, branches)
                found.append(met)
                breaks = breaks or met.difference.ruling.verdict != "compatible"
        for way in node.ways:
            inner = self._key(way.flows, way.takes)
            if inner in above or self._is_quiet(inner) or (inner in told and len(found) > _MANY):
                continue
            here = way.only or only
            further = (*tokens, *way.tokens)
            breaks |= self._walk(inner, further, here, settled or way.settled, branches or way.branch, above | {inner}, told, found)
        for difference in node.differences:
            if difference.residual and not breaks and not settled and not repeated:
                found.append(_met(difference, tokens, only, settled, branches))
                breaks = True
        return breaks


def _met(difference: Difference, tokens: tuple[str, ...], only: str, settled: bool, branches: bool) -> Met:
    ruling = difference.ruling
    if only and ruling.verdict != "compatible":
        ruling = COMPATIBLE
    elif settled and not difference.declared:
        ruling = HOLDS
    return Met(difference._replace(ruling=ruling), tokens, only, branches)


def _compare(facing: Facing) -> None:
    """Tell all that differs between two positions, and the ways that lead on."""
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
