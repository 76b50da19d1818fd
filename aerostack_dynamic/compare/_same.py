"""Whether two schemas of two documents are the same, references and all: what is the same needs no comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from .._graph import circles
from .._lower import DEFS
from .._values import is_array, is_object

if TYPE_CHECKING:
    from .._lower import Lowering

_Keys: TypeAlias = tuple[str, str]


class Likeness:
    """Which schemas of two documents are the same, by the keys of their definitions. Each two of them are looked at once.

    Two definitions are the same unless something in them, or in what they lead to, differs: those that lead back to themselves are the
    same when nothing else tells them apart.
    """

    def __init__(self, one: Lowering, other: Lowering) -> None:
        self._one = one
        self._other = other
        self._known: dict[_Keys, bool] = {}
        self._read: dict[_Keys, tuple[_Keys, ...] | None] = {}

    def same(self, one: Any, other: Any) -> bool:
        """Whether two plain schemas, or lists of them, say the same."""
        targets = _targets(one, other)
        return targets is not None and all(map(self._are_same, targets))

    def _are_same(self, start: _Keys) -> bool:
        if start not in self._known:
            for circle in circles(start, self._leads_to, self._known):
                inside = set(circle)
                alike = all(self._compare(one) is not None for one in circle)
                alike = alike and all(self._known[one] for here in circle for one in self._leads_to(here) if one not in inside)
                self._known.update(dict.fromkeys(circle, alike))
        return self._known[start]

    def _leads_to(self, keys: _Keys) -> tuple[_Keys, ...]:
        return self._compare(keys) or ()

    def _compare(self, keys: _Keys) -> tuple[_Keys, ...] | None:
        if keys not in self._read:
            one, other = self._one.definition(keys[0]).schema, self._other.definition(keys[1]).schema
            self._read[keys] = _targets(one, other)
        return self._read[keys]


def _targets(one: Any, other: Any) -> tuple[_Keys, ...] | None:
    """What two schemas refer to that must be the same, so that they are; None where they differ themselves."""
    found: dict[_Keys, None] = {}
    waiting = [(one, other)]
    while waiting:
        here, there = waiting.pop()
        if is_object(here) and is_object(there):
            if here.keys() != there.keys():
                return None
            for word, value in here.items():
                if word == "$ref" and isinstance(value, str) and isinstance(there[word], str):
                    found[value.removeprefix(DEFS), there[word].removeprefix(DEFS)] = None
                elif word == "required" and is_array(value) and is_array(there[word]):
                    waiting.append((sorted(value), sorted(there[word])))
                else:
                    waiting.append((value, there[word]))
        elif is_array(here) and is_array(there):
            if len(here) != len(there):
                return None
            waiting += zip(here, there, strict=True)
        elif not equal(here, there):
            return None
    return tuple(found)


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
