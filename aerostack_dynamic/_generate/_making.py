"""The making of one instance: a value that fits several schemas, by its type."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._values import UNSET, Unset, as_object
from ._dice import Dice
from ._facts import excluded, key_of, span_of, types_of, values_of
from ._leaves import first_text, numbers, other_texts, texts_of
from ._members import an_object, array
from ._place import DEEPEST, NothingError, Place, SpentError, Spot
from ._strings import text_matching
from ._ways import conjoined, is_unwanted, ways, without_unwanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .._formats import Formats
    from .._values import JSON
    from ._facts import Heights
    from ._ways import Choice, Discriminator, Way

# Levels at which optional members end, as they do where a definition is met again.
_DEEP: Final = 12
# Numbers that are tried as variants, of those that fit.
_NUMBERS: Final = 10
# What counts as a value as well: one that is refused counts for so many, and so many letters for one.
_REFUSED: Final = 20
_LETTERS: Final = 100
# Examples and defaults that are tried of one value.
_SAID: Final = 8


class Means(NamedTuple):
    """What the making of all instances of a generator shares. `told` gives what discriminators mean; where it is None, schemas tell no
    more than what is judged by.
    """

    lookup: Callable[[str], Any]
    heights: Heights
    judge: Callable[[Any, object], bool | None]
    formats: Formats
    told: Callable[[str], Discriminator | None] | None = None


def _no_discriminator(place: str) -> None:
    return None


class Making:
    """The making of one instance.

    `words` decide what is left open. Each choice has a spot: `forced` decides some, and `spots` tells how many options each had, and
    which one was taken; where it is None, only what is usual is looked at. `varied` chooses by `words` what else is the first that fits.
    `left` says how many values may still be made, and after `many` of them only what must be there is.
    """

    def __init__(
        self,
        means: Means,
        words: Sequence[object],
        *,
        full: bool,
        left: int,
        many: int,
        varied: bool = False,
        forced: Mapping[Spot, int] | None = None,
    ) -> None:
        self._means = means
        self._words = words
        self._full = full
        self._varied = varied
        self._forced = forced
        self._many = left - many
        self._floor = 0
        self.left = left
        self.spots: dict[Spot, tuple[int, int]] = {}

    @property
    def heights(self) -> Heights:
        """How deep values must be."""
        return self._means.heights

    def whole(self, schema: Any) -> JSON:
        """An instance, which is to be checked. Raises NothingError, SpentError, RecursionError."""
        height = self.heights.of([schema])
        if height > DEEPEST:
            raise NothingError((), "recursion without an end" if height == inf else f"over {DEEPEST} levels")
        return self.value((schema,), Place(lean=not self._full))

    def order(self, place: Place, kind: str, count: int, preferred: int = 0, *, vary: bool = True) -> list[int]:
        """The options of a choice in the order to try them; `vary` says that any of them may be the first."""
        spot = Spot(place.path, kind)
        first = None if self._forced is None else self._forced.get(spot)
        if first is None:
            first = Dice(*self._words, kind, *place.path).below(count) if self._varied and vary else preferred
        first = min(first, count - 1)
        self.spots[spot] = (count, first)
        return [first, *(index for index in range(count) if index != first)]

    def allows(self, schemas: Sequence[Any], value: JSON) -> bool:
        """Whether a value fits several schemas, as far as can be told."""
        return self._means.judge(schemas[0] if len(schemas) == 1 else {"allOf": [*schemas]}, value) is not False

    def name(self, pattern: str, place: Place) -> str | None:
        """A name that matches a pattern."""
        return text_matching(pattern, Dice(*self._words, pattern, *place.path))

    def value(self, schemas: Sequence[Any], place: Place) -> JSON:
        """A value that fits several schemas. Raises NothingError, SpentError, RecursionError."""
        self.left -= 1
        if self.left <= self._floor:
            raise SpentError
        if len(place.path) > DEEPEST:
            raise NothingError(place.path, "depth")
        if self.left < self._many or len(place.path) > _DEEP:
            place = place._replace(lean=True)
        if not isinstance(found := self._said(conjoined(schemas, self._means.lookup), schemas), Unset):
            return found
        told: NothingError | None = None
        discriminators = self._means.told or _no_discriminator
        for way in ways(schemas, self._means.lookup, discriminators, partial(self._alternatives, place)):
            inner = place._replace(keys=place.keys | way.keys, lean=place.lean or not place.keys.isdisjoint(way.keys))
            try:
                made = self._made(way, schemas, inner)
            except NothingError as error:
                told = told or error
                continue
            if not way.unsure or self.allows(schemas, made):
                return made
            self.left -= _REFUSED
        raise told or NothingError(place.path, "no alternative fits")

    def _made(self, way: Way, schemas: Sequence[Any], place: Place) -> JSON:
        """A value in one way: what an alternative says itself, else what is built."""
        found = self._said(way.nodes, [*schemas, *way.nodes]) if way.chosen else UNSET
        return self._built(way.nodes, place) if isinstance(found, Unset) else found

    def attempt(self, schemas: Sequence[Any], place: Place) -> JSON:
        """A value that need not be there, for which no more than half of what may be made is. Raises as `value` does."""
        floor = self._floor
        self._floor = floor + (self.left - floor) // 2
        try:
            return self.value(schemas, place)
        except SpentError:
            if self.left <= floor:
                raise
            raise NothingError(place.path, "too much to try") from None
        finally:
            self._floor = floor

    def _said(self, nodes: Sequence[Mapping[str, Any]], schemas: Sequence[Any]) -> JSON | Unset:
        """The first that fits of the examples, and then the defaults, that schemas give; for an object or a list only where all is asked
        for, as they may have more than they must.
        """
        if self._means.told is None:
            return UNSET
        several = [one for node in nodes for one in node.get("examples", ())]
        several += [node["default"] for node in nodes if "default" in node]
        for one in several[:_SAID]:
            if self._full or not isinstance(one, (dict, list)):
                found = without_unwanted(one, schemas, self._means.lookup)
                if self.allows(schemas, found):
                    return found
        return UNSET

    def unwanted(self, schemas: Sequence[Any]) -> bool:
        """Whether a property is one that the values of this direction lack."""
        return self._means.told is not None and is_unwanted(schemas, self._means.lookup)

    def _alternatives(self, place: Place, number: int, choice: Choice, keys: Sequence[str]) -> list[int]:
        """The order of alternatives: where recursion is to end those that need the fewest levels first, else null last."""
        lean = place.lean or not place.keys.isdisjoint(keys)
        heights = [self.heights.of([option]) for option in choice.options]
        indexes = [index for index, height in enumerate(heights) if height < inf]
        if choice.word in ("anyOf", "oneOf"):
            null = [as_object(option).get("type") == "null" for option in choice.options]
            indexes.sort(key=lambda index: (heights[index] if lean else null[index], index))
        if len(indexes) < 2:  # there is nothing to choose
            return indexes
        return [indexes[index] for index in self.order(place, f"{choice.word} {number}", len(indexes))]

    def _built(self, nodes: Sequence[dict[str, Any]], place: Place) -> JSON:
        values = values_of(nodes)
        if values is not None:
            return self._listed(nodes, values, place)
        kinds = types_of(nodes)
        told: NothingError | None = None
        for index in self.order(place, "type", len(kinds), vary=False) if len(kinds) > 1 else [0]:
            try:
                return self._of_type(kinds[index], nodes, place)
            except NothingError as error:
                told = told or error
        raise told or NothingError(place.path, "type")

    def _listed(self, nodes: Sequence[dict[str, Any]], values: Sequence[JSON], place: Place) -> JSON:
        lacking = set(map(key_of, excluded(nodes)))
        values = [value for value in values if key_of(value) not in lacking]
        for index in self.order(place, "enum", len(values)) if values else ():
            if self.allows(nodes, values[index]):
                return values[index]
        raise NothingError(place.path, "enum or const")

    def _of_type(self, kind: str, nodes: Sequence[dict[str, Any]], place: Place) -> JSON:
        match kind:
            case "object":
                return an_object(self, nodes, place)
            case "array":
                return array(self, nodes, place)
            case "string":
                return self._text(nodes, place)
            case "null":
                return self._one_of([None], nodes, place, kind)
            case "boolean":
                return self._one_of([True, False], nodes, place, kind)
            case _:
                found = numbers(span_of(nodes, kind == "integer"), Dice(*self._words, *place.path))
                return self._one_of(found, nodes, place, kind)

    def _one_of(self, several: Iterable[JSON], nodes: Sequence[Mapping[str, Any]], place: Place, kind: str) -> JSON:
        """One of several that is not excluded: any of those that are looked at, where there is a choice to make."""
        seen = set(map(key_of, excluded(nodes)))
        fitting: list[JSON] = []
        for value in several:
            if key_of(value) not in seen:
                seen.add(key_of(value))
                fitting.append(value)
            if len(fitting) == (_NUMBERS if self._forced is not None or kind == "boolean" else 1):
                break
        if not fitting:
            raise NothingError(place.path, kind)
        if len(fitting) == 1:
            return fitting[0]
        return fitting[self.order(place, kind, len(fitting), vary=kind == "boolean")[0]]

    def _text(self, nodes: Sequence[dict[str, Any]], place: Place) -> JSON:
        texts, dice = texts_of(nodes, self._means.formats), Dice(*self._words, *place.path)
        name = next((step for step in reversed(place.path) if isinstance(step, str)), "")
        others = () if self._forced is None else other_texts(texts, dice)
        for index in self.order(place, "text", len(others) + 1, vary=False):
            found = others[index - 1]() if index else first_text(texts, name, dice)
            if found is not None:
                self.left -= len(found) // _LETTERS
                return found
        words = [word for word in ("pattern", "format", "minLength", "maxLength") if any(word in node for node in nodes)]
        raise NothingError(place.path, " and ".join(words) or "string")
