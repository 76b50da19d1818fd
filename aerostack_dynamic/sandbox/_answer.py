"""What goes over the wire: strict JSON both ways (RFC 8259), and the refusal that becomes an `ErrorResponse`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

MAX_DEPTH = 200
"""Deepest nesting of a JSON body; the limit that the client states, held here by other code."""


class Refusal(Exception):
    """Ends a call with an error answer: `status`, and `code`, `message`, `details` of the document's ErrorResponse."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    @property
    def body(self) -> dict[str, Any]:
        """The ErrorResponse; `details` only when there are some."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        return body if self.details is None else {**body, "details": self.details}


def invalid(message: str, *, status: int = 400, details: dict[str, Any] | None = None) -> Refusal:
    """A refusal with the code VALIDATION_ERROR."""
    return Refusal(status, "VALIDATION_ERROR", message, details)


def internal(message: str, *, status: int = 500) -> Refusal:
    """A refusal with the code INTERNAL_ERROR."""
    return Refusal(status, "INTERNAL_ERROR", message)


def timestamp(moment: datetime) -> str:
    """A moment in UTC to the second (RFC 3339)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def encode(value: object) -> bytes:
    """JSON in UTF-8; ValueError or TypeError when the value has no JSON form (NaN, bytes, a cycle, too deep)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deeply") from None


def decode(content: bytes) -> Any:
    """The value of a JSON body; a Refusal 400 says what is wrong with it.

    Held to I-JSON (RFC 7493): UTF-8, unique names, no lone surrogates, no NaN or Infinity; and to `MAX_DEPTH`.
    """
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_unique)
        if b"\\u" in content:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise invalid("the body is not UTF-8, or holds half of a surrogate pair") from None
    except ValueError as error:
        raise invalid(f"the body is not JSON: {_without_value(error)}") from None
    except RecursionError:
        raise invalid(f"the body is nested deeper than {MAX_DEPTH}") from None
    if _deeper_than(value, MAX_DEPTH):
        raise invalid(f"the body is nested deeper than {MAX_DEPTH}")
    return value


def _without_value(error: ValueError) -> str:
    return f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return names


def _deeper_than(value: object, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit + 1):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        ]
        if not level:
            return False
    return True
