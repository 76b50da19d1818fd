"""An object whose members are texts of JSON until each is asked for: how a document is walked that was not read as a whole.

An index says which text is that of each member: a number for one that is read as a whole, an object of the same kind for one whose members
are read one by one. Such an object has no `$id`, so that what references are relative to can be told without reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._values import is_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Texts(Protocol):
        """What has the texts, by their numbers."""

        def value(self, number: int, names: tuple[str, ...]) -> Any:
            """The value of a text. `names` lead to it from the root."""

        def hold(self) -> None:
            """Expect that all of them are asked for."""


# An object with more members than these is in parts, where it stands that near to the root.
_FEW: Final = 16


class Parts:
    """The object that an index speaks of, `names` leading to it from the root. Its members are values, or Parts; each is read once, and
    stays. Two threads may both read one, and all of them; one result stands.
    """

    __slots__ = ("_index", "_kept", "_names", "_texts", "_wholes")

    def __init__(self, index: dict[str, Any], texts: Texts, names: tuple[str, ...] = ()) -> None:
        self._index = index
        self._texts = texts
        self._names = names
        self._kept: dict[str, Any] = {}
        self._wholes: dict[str, dict[str, Any]] = {}

    def __getitem__(self, name: str) -> Any:
        try:
            return self._kept[name]
        except KeyError:
            return self._kept.setdefault(name, self._made(self._index[name], (*self._names, name)))

    def _made(self, found: Any, names: tuple[str, ...]) -> Any:
        return Parts(found, self._texts, names) if is_object(found) else self._texts.value(found, names)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def get(self, name: str, default: Any = None) -> Any:
        """A member, or `default`."""
        return self[name] if name in self._index else default

    def whole(self) -> dict[str, Any]:
        """All of it, in the order of the document, made once. What was read before stands in it as it is."""
        if "" not in self._wholes:
            self._texts.hold()
            self._wholes.setdefault("", {name: whole(self[name]) for name in self._index})
        return self._wholes[""]


def whole(value: Any) -> Any:
    """A value as it is, Parts as the object that they are of."""
    return value.whole() if type(value) is Parts else value


def member(node: Any, name: str) -> Any:
    """The member of an object or of Parts, None where there is none or it is neither."""
    return node.get(name) if is_object(node) or type(node) is Parts else None


def index_of(document: dict[str, Any], put: Callable[[Any], int]) -> dict[str, Any]:
    """The index of a document: the root is in parts, its `components` too, and what is large in either. `put` gives the
    number of a value's text. Raises ValueError for a document that can't be in parts.
    """
    if "$id" in document:
        raise ValueError("what has an $id is read as a whole")
    return {name: _indexed(value, name == "components", put) for name, value in document.items()}


def _indexed(value: Any, outer: bool, put: Callable[[Any], int]) -> Any:
    if not is_object(value) or "$id" in value or not (outer or len(value) > _FEW):
        return put(value)
    return {name: _indexed(one, False, put) if outer else put(one) for name, one in value.items()}
