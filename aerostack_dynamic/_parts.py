"""An object whose members are texts of JSON until each is asked for: how a document is walked that was not read as a whole.

An index says where in the text each member stands: `[start, end]` for one that is read as a whole, an object of the same kind for one whose
members are read one by one. Such an object has no `$id`, so that what references are relative to can be told without reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._values import is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of these fields of a document's root the members are large; of any other one the members' members aren't.
_DEEPER: Final = frozenset({"components"})


class Parts:
    """The object that an index speaks of. Its members are values, or Parts; each is read once, and stays.

    `read` gives the value of a text. Two threads may both read a member; one result stands.
    """

    __slots__ = ("_index", "_kept", "_read", "_text", "_whole")

    def __init__(self, text: memoryview, index: dict[str, Any], read: Callable[[memoryview], Any]) -> None:
        self._text = text
        self._index = index
        self._read = read
        self._kept: dict[str, Any] = {}
        self._whole: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        try:
            return self._kept[name]
        except KeyError:
            return self._kept.setdefault(name, self._made(self._index[name]))

    def _made(self, where: Any) -> Any:
        if is_object(where):
            return Parts(self._text, where, self._read)
        start, end = where
        return self._read(self._text[start:end])

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def get(self, name: str, default: Any = None) -> Any:
        """A member, or `default`."""
        return self[name] if name in self._index else default

    def whole(self) -> dict[str, Any]:
        """All of it, in the order of the text, made once. What was read before stands in it as it is."""
        if self._whole is None:
            self._whole = {name: whole(self[name]) for name in self._index}
        return self._whole


def whole(value: Any) -> Any:
    """A value as it is, Parts as the object that they are of."""
    return value.whole() if type(value) is Parts else value


def member(node: Any, name: str) -> Any:
    """The member of an object or of Parts, None where there is none or it is neither."""
    return node.get(name) if is_object(node) or type(node) is Parts else None


def in_parts(document: dict[str, Any], write: Callable[[Any], bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The index of a document's parts, and their texts, which stand in this order: `write` gives that of a value.

    The root is in parts, each object in it, and each in its components. Raises ValueError for a document that can't be.
    """
    if "$id" in document:
        raise ValueError("what has an $id is read as a whole")
    texts: list[bytes] = []
    end = 0

    def put(value: Any, levels: int) -> Any:
        nonlocal end
        if levels and is_object(value) and "$id" not in value:
            return {name: put(one, levels - 1) for name, one in value.items()}
        texts.append(write(value))
        start, end = end, end + len(texts[-1])
        return [start, end]

    return {name: put(value, 2 if name in _DEEPER else 1) for name, value in document.items()}, texts
