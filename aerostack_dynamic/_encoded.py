"""Bytes and Decimals as what a schema that asks for them has: `contentEncoding`, `format: byte` of OpenAPI 3.0 (RFC 4648), `decimal`."""

from __future__ import annotations

from base64 import b16encode, b32encode, b64encode, urlsafe_b64encode
from quopri import encodestring
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeGuard

from ._late import is_a
from ._values import as_string, is_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from ._shape import Shape

_LONGEST_DECIMAL: Final = 28  # digits, which the arithmetic of Decimals keeps unless told otherwise
_ENCODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        "base64": b64encode,
        "base64url": urlsafe_b64encode,
        "base32": b32encode,
        "base16": b16encode,
        "quoted-printable": encodestring,
    }
)


def encoding_of(shape: Shape | None) -> str:
    """How a string holds bytes, such as `base64`; empty when the schema does not say so, or in a way that is not known."""
    for _, node in shape.nodes if shape else ():
        name = as_string(node.get("contentEncoding")).lower() or ("base64" if node.get("format") in ("byte", "base64") else "")
        if not name and node.get("format") == "base64url":
            name = "base64url"
        if name in _ENCODINGS:
            return name
    return ""


def as_text(value: object, shape: Shape | None) -> str | int | float | None:
    """Bytes or a Decimal as what JSON has for them, where the schema asks for such; None for anything else."""
    if shape is None:
        return None
    if is_bytes(value):
        name = encoding_of(shape)
        return _ENCODINGS[name](bytes(value)).decode("ascii") if name else None
    if _is_decimal(value) and value.is_finite() and shape.format == "decimal":
        return str(value) if "string" in shape.types and not shape.types & {"number", "integer"} else _number(value)
    return None


def _is_decimal(value: object) -> TypeGuard[Decimal]:
    return is_a("decimal", "Decimal", value)


def _number(value: Decimal) -> int | float:
    """A Decimal as a number: exact where it is an integer, or where a float holds it; else the nearest float."""
    whole = value.adjusted() < _LONGEST_DECIMAL and value == value.to_integral_value()
    return int(value) if whole else float(value)
