"""The generator of instances of plain schemas."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._formats import STANDARD
from .._schema_slow import judging
from .._values import UNSET
from ._facts import Heights, key_of
from ._making import Making, Means
from ._place import Effort, NoInstanceError, NothingError, SpentError, Spot
from ._ways import without_unwanted

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from .._formats import Formats
    from .._values import JSON, Unset
    from ._ways import Discriminator

# Values that are made in search of one instance, and after how many of them only what must be there is; with fewer for variants.
_MOST: Final = 8000
_MANY: Final = 1000
_MANY_VARIED: Final = 150
_ATTEMPTS: Final = 4
# Values that are made in search of all variants.
_MOST_VARIED: Final = 12_000
# The kinds of choices, by the first word of their names, that are varied before others.
_FIRST: Final = (
    "has",
    "anyOf",
    "oneOf",
    "discriminator",
    "type",
    "enum",
    "boolean",
    "if",
    "not",
    "dependentSchemas",
    "extra",
    "pattern",
)
# What a value counts for that is too much to be judged.
_UNCLEAR: Final = 3000
_NOTHING = (NothingError, SpentError, RecursionError)


class Generator:
    """Makes instances of plain schemas: JSON Schema 2020-12 whose references are `#/$defs/KEY`, where `lookup(KEY)` gives the schema.

    The same seed, schema and salt give the same instance, in every process and version of Python. `told` gives what the discriminator at
    a place means; with it, examples and defaults that schemas hold count. `spent` is how many values were made in search of variants.
    """

    def __init__(
        self,
        lookup: Callable[[str], Any],
        *,
        seed: int = 0,
        formats: Formats = STANDARD,
        told: Callable[[str], Discriminator | None] | None = None,
    ) -> None:
        self._seed = seed
        self.spent = 0
        self._means = Means(lookup, Heights(lookup), judging(lookup, formats), formats, told)

    def instance(
        self,
        schema: Any,
        salt: str = "",
        *,
        full: bool = True,
        valid: Callable[[JSON], bool] | None = None,
        effort: Effort | None = None,
    ) -> JSON:
        """One instance: with optional properties, or with required ones alone where that is not asked for. Recursion ends.

        It is checked by `valid`, where that is given. Raises NoInstanceError, also where it is too much to be checked, or `effort` ends.
        """

        def judge(value: JSON) -> bool:
            return self._means.judge(schema, value) is True

        judged, spent = valid or judge, effort or Effort(_MOST)
        told, most = "", min(spent.left, _MOST)
        floor = spent.left - most
        for attempt in range(_ATTEMPTS):
            for whole in (True, False) if full else (False,):
                words = (self._seed, salt, attempt)
                # Each attempt has half of what is left, so that one which leads nowhere leaves some for others.
                left = (spent.left - floor) // 2
                making = Making(self._means, words, full=whole, left=left, many=_MANY, varied=attempt > 0)
                try:
                    made = making.whole(schema)
                except _NOTHING as error:
                    told = told or str(error) or f"nothing was found that the schema allows among {most} values"
                else:
                    if judged(made):
                        return made
                finally:
                    spent.left -= left - making.left
        raise NoInstanceError(told or "nothing was found that the schema allows as a whole")

    def fitted(self, schema: Any, value: JSON) -> JSON | Unset:
        """A value that somebody gives, without the properties that its direction lacks; UNSET where it is not valid."""
        found = without_unwanted(value, [schema], self._means.lookup)
        return UNSET if self._means.judge(schema, found) is False else found

    def variants(self, schema: Any, *, most: int = 200, work: int = _MOST_VARIED) -> Iterator[JSON]:
        """At most so many distinct instances: the least and the fullest one, and those that differ from them in one choice or a few.

        Those are properties in or out, alternatives, types, values and lengths at limits, null, and properties that nothing names; at
        every level, the upper ones first. No more than about `work` values are made in search of them, parts of values among those.
        """
        seen: set[Hashable] = set()
        search, end, given = _Search(), self.spent + work, 0
        while given < most and self.spent < end and (asked := search.next()) is not None:
            allowed = min(end - self.spent, _MOST)
            making = Making(self._means, (self._seed, ""), full=asked.full, left=allowed, many=_MANY_VARIED, forced=asked.forced)
            try:
                made = making.whole(schema)
            except _NOTHING:
                continue
            finally:
                self.spent += allowed - max(making.left, 0) + 1
            search.learn(asked, making.spots)
            self.spent += len(making.spots) // 4
            if key_of(made) in seen:
                continue
            seen.add(key_of(made))
            valid = self._means.judge(schema, made)
            self.spent += _UNCLEAR if valid is None else 0
            if valid is True:
                given += 1
                yield made


class _Asked(NamedTuple):
    """An instance that is to be made: with optional members, and with these choices."""

    full: bool
    forced: dict[Spot, int]


class _Search:
    """The choices that are still to be made otherwise: those that were made after few others first, then those of members that are
    there or not and of alternatives, each from the top of the value down.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, int, int, _Asked]] = []
        self._tried: set[tuple[bool, Spot, int]] = set()
        self._number = count()
        for full in (False, True):
            self._add(_Asked(full, {}), (0, 0, 0))

    def _add(self, asked: _Asked, rank: tuple[int, int, int]) -> None:
        heappush(self._waiting, (*rank, next(self._number), asked))

    def next(self) -> _Asked | None:
        """What is to be made next; None where nothing is left."""
        return heappop(self._waiting)[-1] if self._waiting else None

    def learn(self, asked: _Asked, spots: Mapping[Spot, tuple[int, int]]) -> None:
        """Take note of the choices that were made."""
        for spot, (several, chosen) in spots.items():
            for option in range(several):
                if option != chosen and (asked.full, spot, option) not in self._tried:
                    self._tried.add((asked.full, spot, option))
                    first = spot.kind.partition(" ")[0] in _FIRST
                    rank = (len(asked.forced), 0 if first else 1 + option, len(spot.path))
                    self._add(_Asked(asked.full, {**asked.forced, spot: option}), rank)
