"""Types as they are written in annotations: names, what they are applied to, choices and literals. Equal ones are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ._text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Scope:
    """Where annotations are written: `shadowed` are the names that mean an attribute there. Notes the names that are used.

    A class may have an attribute `date` of the type `date`: there the type goes by its name with an underscore before it, which no
    attribute begins with.
    """

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.renamed: set[str] = set()
        self.shadowed: Collection[str] = ()

    def name(self, name: str) -> str:
        """How a name is written here."""
        self.used.add(name)
        if name not in self.shadowed:
            return name
        self.renamed.add(name)
        return f"_{name}"


@dataclass(frozen=True, slots=True)
class Named:
    """A class or an alias, by its name."""

    name: str

    def written(self, scope: Scope) -> str:
        """The annotation."""
        return scope.name(self.name)


@dataclass(frozen=True, slots=True)
class Applied:
    """A generic type with its arguments, such as `dict[str, int]`."""

    name: str
    arguments: tuple[Type, ...]

    def written(self, scope: Scope) -> str:
        """The annotation."""
        return f"{scope.name(self.name)}[{', '.join(one.written(scope) for one in self.arguments)}]"


@dataclass(frozen=True, slots=True)
class Values:
    """One of some values."""

    values: tuple[str | int | bool, ...]

    def written(self, scope: Scope) -> str:
        """The annotation."""
        return f"{scope.name('Literal')}[{', '.join(map(literal, self.values))}]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and [*map(repr, self.values)] == [*map(repr, other.values)]

    def __hash__(self) -> int:
        return hash((*map(repr, self.values),))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several types, none of which is a choice."""

    members: tuple[Type, ...]

    def written(self, scope: Scope) -> str:
        """The annotation."""
        return " | ".join(one.written(scope) for one in self.members)


Type: TypeAlias = "Named | Applied | Values | Choice"

ANY: Final = Named("Any")
NONE: Final = Named("None")
STR: Final = Named("str")
BYTES: Final = Named("bytes")
INT: Final = Named("int")
FLOAT: Final = Named("float")
BOOL: Final = Named("bool")
UNSET: Final = Named("Unset")


def one_of(types: Iterable[Type]) -> Type:
    """The choice of some types: of anything and something it is anything, and None stands last."""
    flat = dict.fromkeys(_flat(types))
    if not flat or ANY in flat:
        return ANY
    if STR in flat:
        flat = {one: None for one in flat if not (isinstance(one, Values) and all(isinstance(value, str) for value in one.values))}
    literals = [one for one in flat if isinstance(one, Values)]
    members: list[Type] = [one for one in flat if not isinstance(one, Values) and one != NONE]
    if literals:
        values = {repr(value): value for one in literals for value in one.values}
        members.insert(0, Values(tuple(values.values())))
    members += [NONE] if NONE in flat else []
    return members[0] if len(members) == 1 else Choice(tuple(members))


def _flat(types: Iterable[Type]) -> Iterator[Type]:
    for one in types:
        yield from one.members if isinstance(one, Choice) else (one,)
