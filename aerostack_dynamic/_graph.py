"""Walks through what leads to itself, without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator

_Node = TypeVar("_Node", bound="Hashable")


def circles(start: _Node, successors: Callable[[_Node], Iterable[_Node]], done: Collection[_Node]) -> Iterator[list[_Node]]:
    """The strongly connected components that `start` leads to, each after those it leads to itself (Tarjan 1972).

    Those in `done` are left out, and what only they lead to.
    """
    order: dict[_Node, int] = {}
    lowest: dict[_Node, int] = {}
    open_nodes: list[_Node] = []
    inside: set[_Node] = set()
    waiting: list[tuple[_Node, Iterator[_Node]]] = []

    def enter(node: _Node) -> None:
        order[node] = lowest[node] = len(order)
        open_nodes.append(node)
        inside.add(node)
        waiting.append((node, iter(successors(node))))

    if start not in done:
        enter(start)
    while waiting:
        node, rest = waiting[-1]
        for one in rest:
            if one in order:
                lowest[node] = min(lowest[node], order[one]) if one in inside else lowest[node]
            elif one not in done:
                enter(one)
                break
        else:
            waiting.pop()
            if waiting:
                above = waiting[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
            if lowest[node] == order[node]:
                circle = [open_nodes.pop()]
                while circle[-1] != node:
                    circle.append(open_nodes.pop())
                inside.difference_update(circle)
                yield circle
