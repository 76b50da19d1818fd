"""What the page is given for a call: the server's answer as it came, or why there is none, and what the client has to say of it."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from .._errors import AerostackError, NoResponseError, ResponseError, StatusError
from .._values import Problem, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .. import _http
    from .._response import Response

_MOST_BYTES: Final = 16 * 1024 * 1024
# Headers of an answer that the page is told, in characters: browsers take a line of 256 KiB.
_MOST_HEADERS: Final = 32 * 1024
_MOST_NOTES: Final = 20
_LONGEST: Final = 500
_SENT: Final = MappingProxyType(
    {"no": "nothing was sent", "maybe": "the request may have arrived", "answered": "the server has answered"}
)


class Answer(NamedTuple):
    """An answer. `status` is 0 where there is none from a server, `reason` then says why; `notes` are sentences about it."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All but the body for a header: JSON, percent-encoded."""
        headers = _joined(self.headers)
        notes = [printable(one, _LONGEST) for one in self.notes[:_MOST_NOTES]]
        facts = {"status": self.status, "reason": printable(self.reason, _LONGEST), "headers": headers, "notes": notes}
        return quote(json.dumps(facts))


def of_http(http: _http.Response, notes: Iterable[str] = (), body: bytes | None = None) -> Answer:
    """The answer of a server, shown as it came."""
    content = http.content if body is None else body
    headers = tuple(http.headers.multi_items())
    content_type = http.headers.get("content-type", "") if content else ""
    if len(content) > _MOST_BYTES:
        notes = (*notes, f"the answer has {len(content)} bytes, which a page does not show; at most {_MOST_BYTES}")
        content, content_type = b"", ""
    return Answer(http.status_code, http.reason_phrase, headers, content, content_type, tuple(notes))


def of_response(response: Response, notes: Sequence[str]) -> Answer:
    """What `raw` gives."""
    return of_http(response.http, [*notes, *([f"it took {response.attempts} attempts"] if response.attempts > 1 else [])])


def of_error(error: Exception, notes: Sequence[str] = ()) -> Answer:
    """An error of a call: the server's answer where there is one, with what is wrong with it; else the error itself."""
    http: _http.Response | None = getattr(error, "response", None)
    if http is not None and isinstance(error, StatusError):
        refused = [error.retry_refused] if error.retry_refused else []
        return of_http(http, [*notes, *(f"not tried again: {one}" for one in refused)])
    if http is not None and isinstance(error, ResponseError):
        told = [str(one) for one in error.problems] or [error.reason]
        return of_http(http, [*(f"the answer breaks the document: {one}" for one in told), *notes])
    return _unanswered(error, notes)


def _unanswered(error: Exception, notes: Sequence[str]) -> Answer:
    """An error without an answer as a problem document (RFC 9457), for the page to show in its place."""
    problems: Sequence[Problem] = getattr(error, "problems", ())
    facts: dict[str, Any] = {"title": type(error).__name__, "detail": str(error)}
    if problems:
        facts["problems"] = [{"place": f"{one.location}{one.pointer}", "message": one.message} for one in problems]
    if isinstance(error, AerostackError):
        facts["sent"] = _SENT[error.sent]
    if isinstance(error, NoResponseError):
        facts |= {"stage": error.stage, "attempts": error.attempts}
    body = json.dumps(facts, indent=2, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(0, str(error), (), body, "application/problem+json", tuple(notes))


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name in lower case, as many as there is room for."""
    made: dict[str, str] = {}
    room = _MOST_HEADERS
    for name, text in pairs:
        room -= len(name) + len(text)
        if room > 0:
            key = name.lower()
            made[key] = f"{made[key]}, {text}" if key in made else text
    return made
