"""One field of a model: how a value that is given becomes the value that is kept, and how that becomes JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._formats import to_datetime
from ..._values import UNSET

if TYPE_CHECKING:
    from ..._shape import Shape


class Field(NamedTuple):
    """A field by its Python and its wire name.

    `kind` is the model or enum of its value, or of the items of it; `nullable` says that null is a value; `aliases` are further
    names that are accepted.
    """

    name: str
    wire: str
    required: bool = False
    kind: type[Any] | None = None
    shape: Shape | None = None
    nullable: bool = False
    secret: bool = False
    aliases: tuple[str, ...] = ()

    def take(self, value: Any) -> Any:
        """The value as it is kept: mappings as models, texts as enum members and times, what counts as an integer as one."""
        if self.kind is not None:
            kind = self.kind
            return [made_by(kind, item) for item in value] if isinstance(value, (list, tuple)) else made_by(kind, value)  # pyright: ignore[reportUnknownVariableType]
        if self.shape is None:
            return value
        if self.shape.types == {"integer"}:
            return _integer(value)
        if self.shape.format == "date-time" and isinstance(value, str):
            return to_datetime(value) or value
        return list(value) if isinstance(value, tuple) and "array" in self.shape.types else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def made_by(kind: type[Any], value: Any) -> Any:
    """`value` as a model or an enum member, or as it is where it makes none."""
    if not issubclass(kind, Enum):
        from ._base import unchecked  # noqa: PLC0415  # a model's fields hold models

        return unchecked(kind, value) if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownArgumentType]
    try:
        return kind(value)
    except ValueError:
        return value
