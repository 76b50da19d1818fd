"""The best ways through a graph to the nodes that are marked in it.

The graph comes circle by circle, each after those it leads to (see `_graph`), so that what a circle is told never changes later. Of each
node the cost of the best way to each mark is kept, which is a number, and the ways are found by following those.
"""

from __future__ import annotations

from array import array
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


Node: TypeAlias = tuple[str, str]
# A way on: the node that it leads to, and what it costs, which is more than nothing.
Edge: TypeAlias = tuple[Node, int]
_NO_WAY: Final = -1


class Reach:
    """A graph with its marks. `edges` gives the ways on from a node, always the same ones in the same order."""

    def __init__(self, edges: Callable[[Node], Sequence[Edge]]) -> None:
        self._edges = edges
        self._numbers: dict[Node, int] = {}
        self._marks: list[Node] = []
        self._marked: dict[Node, int] = {}
        self._costs: list[array[int]] = []
        # By node, the marks that it leads to, as the bits of a number.
        self._bits: dict[Node, int] = {}
        self._back: dict[Node, list[Edge]] = {}
        self._hops: dict[tuple[Node, int], tuple[tuple[int, int], ...]] = {}

    def add(self, circle: Sequence[Node]) -> None:
        """Take in the nodes of a circle."""
        for one in circle:
            self._numbers[one] = len(self._numbers)
        inside = set(circle)
        self._back = back = {one: list[Edge]() for one in circle}
        seeds: dict[int, dict[Node, int]] = {}
        for one in circle:
            for other, cost in self._edges(one):
                if other in inside:
                    back[other].append((one, cost))
                    continue
                for mark in self.marks(other):
                    known = seeds.setdefault(mark, {})
                    known[one] = min(known.get(one, cost + self.cost(other, mark)), cost + self.cost(other, mark))
        self._bits.update(dict.fromkeys(circle, 0))
        for mark, known in seeds.items():
            self._spread(mark, known)

    def mark(self, node: Node) -> None:
        """Mark a node of the circle that was added last."""
        self._marked[node] = len(self._marks)
        self._marks.append(node)
        self._costs.append(array("q"))
        self._spread(len(self._marks) - 1, {node: 0})

    def _spread(self, mark: int, known: Mapping[Node, int]) -> None:
        """Tell the last circle what the ways to a mark cost, of some nodes of which that is known (Dijkstra 1959)."""
        costs = self._costs[mark]
        costs.extend([_NO_WAY] * (len(self._numbers) - len(costs)))
        waiting = [(cost, self._numbers[one], one) for one, cost in known.items()]
        waiting.sort()
        while waiting:
            cost, number, one = heappop(waiting)
            if costs[number] != _NO_WAY:
                continue
            costs[number] = cost
            self._bits[one] |= 1 << mark
            for before, more in self._back[one]:
                if costs[self._numbers[before]] == _NO_WAY:
                    heappush(waiting, (cost + more, self._numbers[before], before))

    def marks(self, node: Node) -> Iterator[int]:
        """The marks that a node leads to, by number."""
        bits, number = self._bits.get(node, 0), 0
        while bits:
            skipped = (bits & -bits).bit_length() - 1
            number += skipped
            yield number
            number += 1
            bits >>= skipped + 1

    def leads_to(self, node: Node, mark: int) -> bool:
        """Whether a node leads to a mark, or is it."""
        return bool(self._bits.get(node, 0) >> mark & 1)

    def mark_of(self, node: Node) -> int:
        """The mark of a node that has one."""
        return self._marked[node]

    def marked(self, mark: int) -> Node:
        """The node of a mark."""
        return self._marks[mark]

    def cost(self, node: Node, mark: int) -> int:
        """What the best way from a node to a mark that it leads to costs."""
        return self._costs[mark][self._numbers[node]]

    def hops(self, node: Node, mark: int, most: int) -> tuple[tuple[int, int], ...]:
        """The first steps of ways to a mark, by what the ways cost: those costs, each with the index of the edge; at most so many."""
        if (node, mark) not in self._hops:
            found = [
                (cost + self.cost(other, mark), index)
                for index, (other, cost) in enumerate(self._edges(node))
                if self.leads_to(other, mark)
            ]
            self._hops[node, mark] = tuple(sorted(found)[:most])
        return self._hops[node, mark]
