"""How large and how deep a value is, found without recursion, so that what follows may recurse."""

from __future__ import annotations

from gc import is_tracked
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from ._values import MAX_DEPTH, is_array, is_object, is_tuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_CONTAINERS: Final[Any] = (dict, list, tuple)
# Members from where on it pays to look twice at how a value is best judged.
_MANY: Final = 500


def _is_container(value: object) -> TypeGuard[Any]:
    return isinstance(value, _CONTAINERS)


def children(node: Any) -> Iterable[Any]:
    """The members of an array or object; nothing of anything else."""
    if is_object(node):
        return node.values()
    return node if is_array(node) or is_tuple(node) else ()


def too_deep(value: object, limit: int = MAX_DEPTH) -> bool:
    """Whether arrays and objects nest deeper than `limit`."""
    level: list[Any] = [value] if _is_container(value) else []
    for _ in range(limit):
        inner = containers(members(level))
        if not inner:
            return False
        # Each once: a list that holds itself twice would otherwise double at every level.
        level = [*{id(child): child for child in inner}.values()]
    return True


def nests_too_deep(value: object, limit: int = MAX_DEPTH) -> bool:
    """The same of a value that was decoded, which is made of lists and dicts alone, and holds nothing twice.

    The interpreter tracks no dict of atoms alone (`gc.is_tracked`), and need not look for what holds itself there; nor does this, so that
    the rows of a table are not looked into. Of an interpreter that tracks them all the answer is the same, and takes longer.
    """
    level: list[Any] = [value] if _is_container(value) else []
    for _ in range(limit - 1):
        level = [*filter(is_tracked, members(level))]
        if not level:
            return False
    # What holds an array or an object is tracked; what it holds may be an object that is not.
    return any(map(_is_container, members(level)))


def containers(level: Iterable[Any]) -> list[Any]:
    """The arrays and objects among values."""
    return [node for node in level if isinstance(node, _CONTAINERS)]


def members(level: Iterable[Any]) -> Iterator[Any]:
    """The members of arrays and objects, one after another."""
    return chain.from_iterable(node.values() if is_object(node) else node for node in level)


def is_large(value: Any, levels: int = 2) -> bool:
    """Whether an array or object has many members, or one in the objects that are `levels` around it at most."""
    if not isinstance(value, _CONTAINERS):
        return False
    if len(value) >= _MANY:
        return True
    for one in value.values() if levels and is_object(value) else ():
        if isinstance(one, _CONTAINERS) and (len(one) >= _MANY or (isinstance(one, dict) and is_large(one, levels - 1))):
            return True
    return False


class Size(NamedTuple):
    """The values in a value, itself among them, and the most arrays and objects around one."""

    nodes: int
    depth: int


def size_of(value: object) -> Size:
    """The size of a value that is not too deep and holds nothing twice, as one that was decoded is."""
    nodes, depth = 1, 0
    level: list[Any] = [value]
    while level := containers(level):
        depth += 1
        level = [*members(level)]
        nodes += len(level)
    return Size(nodes, depth)


def distinct_values(value: object) -> int:
    """How many values a value is made of, what it holds in several places counted once."""
    seen = {id(value)}
    level: list[Any] = [value]
    nodes = 1
    while level:
        inner: list[Any] = []
        for node in level:
            for child in children(node):
                nodes += 1
                if _is_container(child) and id(child) not in seen:
                    seen.add(id(child))
                    inner.append(child)
        level = inner
    return nodes


def written_out(value: object, limit: int) -> Size:
    """The size of what JSON writes for `value`: what it holds twice counts twice. Stops over `limit` nodes and over the depth allowed."""
    level: dict[int, Any] = {id(value): value}
    times = {id(value): 1}
    nodes, depth = 1, 0
    while level and nodes <= limit and depth <= MAX_DEPTH:
        inner: dict[int, Any] = {}
        more: dict[int, int] = {}
        depth += any(_is_container(node) for node in level.values())
        for key, node in level.items():
            often = times[key]
            nodes += often * len(node) if _is_container(node) else 0
            for child in children(node):
                if _is_container(child):
                    inner[id(child)] = child
                    more[id(child)] = more.get(id(child), 0) + often
        level, times = inner, more
    return Size(nodes, depth)
