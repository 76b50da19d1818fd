"""The generator of instances of plain schemas."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from .._formats import STANDARD
from .._schema_slow import judging
from ._facts import Heights, among
from ._making import Making, Means
from ._place import NoInstanceError, NothingError, SpentError, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._formats import Formats
    from .._values import JSON
    from ._ways import Discriminator

# Values that are made in search of one instance, and after how many of them only what must be there is; with fewer for variants.
_MOST: Final = 8000
_MANY: Final = 1000
_MANY_VARIED: Final = 150
_ATTEMPTS: Final = 4
_NOTHING = (NothingError, SpentError, RecursionError)


class Generator:
    """Makes instances of plain schemas: JSON Schema 2020-12 whose references are `#/$defs/KEY`, where `lookup(KEY)` gives the schema.

    The same seed, schema and salt give the same instance, in every process and version of Python. `told` gives what the discriminator at
    a place means; with it, examples and defaults that schemas hold count.
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
        self._means = Means(lookup, Heights(lookup), judging(lookup, formats), formats, told)

    def instance(self, schema: Any, salt: str = "", *, full: bool = True, valid: Callable[[JSON], bool] | None = None) -> JSON:
        """One instance: with optional properties, or with required ones alone where that is not asked for. Recursion ends.

        It is checked by `valid`, where that is given. Raises NoInstanceError.
        """
        judged = valid or (lambda value: self._means.judge(schema, value) is not False)
        told, left = "", _MOST
        for attempt in range(_ATTEMPTS):
            for whole in (True, False) if full else (False,):
                words = (self._seed, salt, attempt)
                making = Making(self._means, words, full=whole, left=left, many=_MANY, varied=attempt > 0)
                try:
                    made = making.whole(schema)
                except _NOTHING as error:
                    told = told or str(error) or f"nothing was found that the schema allows among {_MOST} values"
                else:
                    if judged(made):
                        return made
                left = making.left
        raise NoInstanceError(told or "nothing was found that the schema allows as a whole")

    def variants(self, schema: Any, *, most: int = 200) -> Iterator[JSON]:
        """At most so many distinct instances: the least and the fullest one, and those that differ from them in one choice or a few.

        Those are properties in or out, alternatives, types, values and lengths at limits, null, and properties that nothing names; at
        every level, the upper ones first.
        """
        seen: list[JSON] = []
        tried: set[tuple[bool, Spot, int]] = set()
        waiting: deque[tuple[bool, dict[Spot, int]]] = deque([(False, {}), (True, {})])
        for _ in range(5 * most):
            if not waiting or len(seen) >= most:
                return
            full, forced = waiting.popleft()
            making = Making(self._means, (self._seed, ""), full=full, left=_MOST, many=_MANY_VARIED, forced=forced)
            try:
                made = making.whole(schema)
            except _NOTHING:
                continue
            if self._means.judge(schema, made) is not False and not among(made, seen):
                seen.append(made)
                yield made
            for spot, (count, chosen) in sorted(making.spots.items(), key=lambda one: len(one[0].path)):
                for option in range(count):
                    if option != chosen and (full, spot, option) not in tried:
                        tried.add((full, spot, option))
                        waiting.append((full, {**forced, spot: option}))
