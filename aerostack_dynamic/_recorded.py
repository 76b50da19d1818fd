"""A call that was made, as it is kept: one JSON object, one line of a recording, with masks in place of secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._values import JSON


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it was sent, secrets masked. `body` is its content, an empty one where there was none."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it came, secrets masked, its content decoded (RFC 9110, section 8.4) and, of a stream, whole."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call: the operation by its key in the document, what it was given, what was sent, and what came.

    `arguments` are JSON values by location and wire name: `{"path": {...}, "query": {...}, "header": {...}, "cookie": {...}, "body": ...}`,
    a location without any left out; files within the body are their descriptions. `answer` is None where none came, and `error` then
    says why. `fields` are the places of the answer that were read (`200/choices/*/message`), None where nobody looked. `document` is
    the SHA-256 of the document, `""` for calls of other tools.
    """

    operation: str
    method: str
    path: str
    arguments: Mapping[str, JSON]
    request: RecordedRequest
    answer: RecordedAnswer | None
    error: str = ""
    document: str = ""
    fields: frozenset[str] | None = None
    media_type: str | None = None
    elapsed: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
