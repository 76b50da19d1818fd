"""Choices that are the same wherever and whenever they are made: they follow from words alone, not from the Python that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_Item = TypeVar("_Item")
_MASK: Final = (1 << 64) - 1


class Dice:
    """A sequence of numbers that its words decide (splitmix64, by Steele, Lea and Flood, 2014)."""

    __slots__ = ("_state",)

    def __init__(self, *words: object) -> None:
        from hashlib import blake2b  # noqa: PLC0415  # only where something is generated

        text = "\x1f".join(map(str, words)).encode("utf-8", "surrogatepass")
        self._state = int.from_bytes(blake2b(text, digest_size=8).digest(), "big")

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit`, which is positive, and not that itself."""
        drawn, span = self._next(), 1 << 64
        while span < limit:
            drawn, span = drawn * (1 << 64) + self._next(), span << 64
        return drawn % limit

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both among them."""
        return least + self.below(most - least + 1)

    def pick(self, several: Sequence[_Item]) -> _Item:
        """One of several."""
        return several[self.below(len(several))]
