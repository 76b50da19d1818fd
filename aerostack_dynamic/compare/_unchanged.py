"""What is written alike in both documents, with all that it refers to: most of them, which needs no comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from .._errors import SpecError
from .._graph import circles
from .._values import is_array, is_object, pointer_token
from ._same import equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._reference import Document
    from ._pair import Pair

_Places: TypeAlias = tuple[str, str]


class Unchanged:
    """The schemas of two documents that are written alike, by their places in the old and the new one. Each is looked at once."""

    def __init__(self, pair: Pair) -> None:
        self._old = pair.old
        self._new = pair.new
        self._known: dict[_Places, bool] = {}
        self._read: dict[_Places, tuple[_Places, ...] | None] = {}

    def holds(self, old: str, new: str) -> bool:
        """Whether two schemas, and all that they lead to, are written alike; where that isn't plain, they aren't."""
        if self._old.dialect != self._new.dialect:
            return False
        start = old, new
        if start not in self._known:
            for circle in circles(start, self._leads_to, self._known):
                inside = set(circle)
                alike = all(self._targets(one) is not None for one in circle)
                alike = alike and all(self._known[one] for here in circle for one in self._leads_to(here) if one not in inside)
                self._known.update(dict.fromkeys(circle, alike))
        return self._known[start]

    def _leads_to(self, places: _Places) -> tuple[_Places, ...]:
        return self._targets(places) or ()

    def _targets(self, places: _Places) -> tuple[_Places, ...] | None:
        """What two schemas refer to, where they are written alike; None where they aren't."""
        if places not in self._read:
            self._read[places] = self._compare(*places)
        return self._read[places]

    def _compare(self, old: str, new: str) -> tuple[_Places, ...] | None:
        try:
            one, other = self._old.at(old), self._new.at(new)
            # At a glance first, which takes true for 1.
            if one != other or not equal(one, other):
                return None
            references = [*_references(one, "")]
            if None in references:
                return None
            return tuple(
                (_target(self._old, found, old), _target(self._new, found, new)) for found in references if found is not None
            )
        except (KeyError, SpecError):
            return None


def _target(document: Document, found: tuple[str, str], place: str) -> str:
    reference, pointer = found
    return document.target(reference, place + pointer)[1]


def _references(node: Any, pointer: str) -> Iterator[tuple[str, str] | None]:
    """Every reference in a schema with its pointer there; None for one whose meaning depends on the way that leads to it."""
    if is_array(node):
        for index, one in enumerate(node):
            yield from _references(one, pointer + pointer_token(index))
    elif is_object(node):
        for word, value in node.items():
            if word in ("$dynamicRef", "$recursiveRef", "$id", "$dynamicAnchor"):
                yield None
            elif word == "$ref" and isinstance(value, str):
                yield value, pointer
            else:
                yield from _references(value, pointer + pointer_token(word))
