"""Values with as little in them as can be, put together from those of what positions are made of, each of which is made once.

They are meant to be right, and needn't be: whoever takes one has it judged. What a keyword asks for that isn't looked at here is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._measure import written_out
from .._values import UNSET
from ._positions import BRANCHES

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._positions import Position

# Larger values are not made: what is needed several times doubles at every level.
_LARGEST: Final = 5_000
_DEEPEST: Final = 60
_MOST_ALTERNATIVES: Final = 10


class Least:
    """The least values of positions of one document in one direction; `leaf` makes one of a schema that is no object or array."""

    def __init__(self, leaf: Callable[[dict[str, Any]], Any]) -> None:
        self._leaf = leaf
        self._known: dict[str, Any] = {}
        self._depth = 0

    def around(self, position: Position, tokens: tuple[str, ...], value: Any) -> Any:
        """A value of a position that has another one at the end of a step; UNSET where none is made."""
        if not tokens:
            return self._joined(position, value)
        (name,) = tokens
        if name != "*" or name in position.properties():
            return self._with(position, name, value)
        if position.said("items") or position.said("prefixItems"):
            items = self._items(position)
            return UNSET if items is UNSET else [value, *items[1:]]
        return self._with(position, "another", value)

    def _joined(self, position: Position, value: Any) -> Any:
        """A value that one alternative has, with what is required beside."""
        if not isinstance(value, dict):
            return value
        required = self._required(position)
        return UNSET if required is UNSET else {**required, **value}

    def _with(self, position: Position, name: str, value: Any) -> Any:
        around = self._whole(position)
        if not isinstance(around, dict):
            around = self._required(position)
        return UNSET if around is UNSET else {**around, name: value}

    def of(self, position: Position) -> Any:
        """A value of a position; UNSET where none is made."""
        return None if position.nullable else self._whole(position)

    def _whole(self, position: Position) -> Any:
        """The same, where it is not null."""
        if position.label not in self._known:
            self._known[position.label] = UNSET  # what leads back to itself has none by that way
            self._depth += 1
            made = UNSET if self._depth > _DEEPEST else self._made(position)
            self._depth -= 1
            if made is not UNSET and written_out(made, _LARGEST).nodes <= _LARGEST:
                self._known[position.label] = made
        return self._known[position.label]

    def _made(self, position: Position) -> Any:
        for word in BRANCHES:
            for value, part in position.said(word)[:1]:
                several = [position.chosen(word, part, index) for index in range(min(len(value), _MOST_ALTERNATIVES))]
                return next((one for one in map(self.of, several) if one is not UNSET), UNSET)
        kinds = position.types()
        if position.said("enum") or position.said("const"):
            return self._leaf(position.schema())
        if position.properties() or position.said("required") or kinds == frozenset({"object"}):
            return self._required(position)
        if position.said("items") or position.said("prefixItems") or kinds == frozenset({"array"}):
            return self._items(position)
        return self._leaf(position.schema())

    def _required(self, position: Position) -> Any:
        """An object with what is required alone; UNSET where some of that isn't made."""
        made: dict[str, Any] = {}
        for name in position.required():
            at = position.at_property(name) or position.at_word("additionalProperties")
            made[name] = None if at is None else self.of(at)
            if made[name] is UNSET:
                return UNSET
        return made

    def _items(self, position: Position) -> Any:
        """A list that is as short as can be; UNSET where its items aren't made."""
        least = max((value for value, _ in position.said("minItems")), default=0)
        at = position.at_word("items")
        made = None if at is None or not least else self.of(at)
        return UNSET if made is UNSET or least > _LARGEST else [made] * int(least)
