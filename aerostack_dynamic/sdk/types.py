"""The words that signatures of the SDK use: what may be left out, what may be null, and the base of all models."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from .._values import UNSET, Unset
from .models._base import Model as BaseModel

_Value = TypeVar("_Value")

Nullable: TypeAlias = _Value | None
OptionalNullable: TypeAlias = _Value | Unset | None
UnrecognizedInt: TypeAlias = int
UnrecognizedStr: TypeAlias = str

__all__ = ["BaseModel", "Nullable", "OptionalNullable", "UNSET", "UnrecognizedInt", "UnrecognizedStr", "Unset"]
