"""Where a value that is being made stands, what chooses for it, and what is raised where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from .._values import json_pointer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._values import JSON
    from ._facts import Heights

# Levels that a value has at most.
DEEPEST: Final = 100


class NoInstanceError(ValueError):
    """Nothing was found that a schema allows; the message names the place in the instance and the keyword."""


class Effort:
    """How many values may still be made in search of some instances."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class NothingError(Exception):
    """That nothing fits at a place, so that another way is to be tried."""

    def __init__(self, path: Sequence[str | int], keyword: str) -> None:
        super().__init__(f"nothing was found that the schema allows: {keyword} at {json_pointer(*path) or 'the top'}")


class SpentError(Exception):
    """That too much was tried."""


class Spot(NamedTuple):
    """One of several things is chosen here."""

    path: tuple[str | int, ...]
    kind: str


class Place(NamedTuple):
    """The way to a value, the keys of the definitions around it, and whether it is to have only what it must."""

    path: tuple[str | int, ...] = ()
    keys: frozenset[str] = frozenset()
    lean: bool = False

    def step(self, token: str | int) -> Place:
        """The place of a member."""
        return self._replace(path=(*self.path, token))


class Maker(Protocol):
    """What makes the members of a value, and chooses."""

    @property
    def heights(self) -> Heights:
        """How deep values must be."""
        ...

    def value(self, schemas: Sequence[Any], place: Place) -> JSON:
        """A value that fits several schemas. Raises NothingError, SpentError."""
        ...

    def attempt(self, schemas: Sequence[Any], place: Place) -> JSON:
        """The same for a value that need not be there."""
        ...

    def order(self, place: Place, kind: str, count: int, preferred: int = 0, *, vary: bool = True) -> list[int]:
        """The options of a choice in the order to try them."""
        ...

    def allows(self, schemas: Sequence[Any], value: JSON) -> bool:
        """Whether a value fits several schemas, as far as can be told."""
        ...

    def unwanted(self, schemas: Sequence[Any]) -> bool:
        """Whether a property is one that the values of this direction lack."""
        ...

    def name(self, pattern: str, place: Place) -> str | None:
        """A name that matches a pattern."""
        ...
