"""Whether two schemas of two documents are the same, references and all: what is the same needs no comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._lower import DEFS
from .._values import is_array, is_object

if TYPE_CHECKING:
    from .._lower import Lowering


class Likeness:
    """The schemas of two documents that are known to be the same or not, by the keys of their definitions.

    Two definitions are the same unless something in them, or in what they lead to, differs: those that lead back to themselves are the
    same when nothing else tells them apart.
    """

    def __init__(self, one: Lowering, other: Lowering) -> None:
        self._one = one
        self._other = other
        self._same: set[tuple[str, str]] = set()
        self._different: set[tuple[str, str]] = set()

    def same(self, one: Any, other: Any) -> bool:
        """Whether two plain schemas, or lists of them, say the same."""
        assumed: set[tuple[str, str]] = set()
        waiting = [(one, other)]
        while waiting:
            here, there = waiting.pop()
            if not self._alike(here, there, waiting, assumed):
                return False
        self._same |= assumed
        return True

    def _alike(self, here: Any, there: Any, waiting: list[tuple[Any, Any]], assumed: set[tuple[str, str]]) -> bool:
        if is_object(here) and is_object(there):
            if here.keys() != there.keys():
                return False
            for word, value in here.items():
                if word == "$ref" and isinstance(value, str) and isinstance(there[word], str):
                    if not self._follow(value.removeprefix(DEFS), there[word].removeprefix(DEFS), waiting, assumed):
                        return False
                elif word == "required" and is_array(value) and is_array(there[word]):
                    if set(map(str, value)) != set(map(str, there[word])):
                        return False
                else:
                    waiting.append((value, there[word]))
            return True
        if is_array(here) and is_array(there):
            waiting += zip(here, there, strict=False)
            return len(here) == len(there)
        return equal(here, there)

    def _follow(self, one: str, other: str, waiting: list[tuple[Any, Any]], assumed: set[tuple[str, str]]) -> bool:
        pair = one, other
        if pair in self._different:
            return False
        if pair in self._same or pair in assumed:
            return True
        assumed.add(pair)
        first, second = self._one.definition(one).schema, self._other.definition(other).schema
        # Told apart at a glance where it can be, so that it isn't looked into again.
        if is_object(first) and is_object(second) and first.keys() != second.keys():
            self._different.add(pair)
            return False
        waiting.append((first, second))
        return True


def equal(one: object, other: object) -> bool:
    """Whether two JSON values are the same: 1 and 1.0 are, 1 and true aren't (JSON Schema Core, section 4.2.2)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(equal, one, other))
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    return one == other


def within(value: object, several: list[Any]) -> bool:
    """Whether a JSON value is among several."""
    return any(equal(value, one) for one in several)
