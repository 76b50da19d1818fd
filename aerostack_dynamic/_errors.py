"""Every error the package raises: one tree, each error picklable, with the facts as attributes first and a sentence second.

No error holds a credential: the requests and responses they carry are the ones from before credentials were added.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Final

from ._values import JSON, Problem, Sent, printable, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from . import _http


# Characters of a message that the names of an answer's properties may take.
_POINTERS: Final = 200


class AerostackError(Exception):
    """Base of all that is raised where something is wrong with a document, a client or a call.

    Errors of a call carry `operation` (dotted Python name), `attempts` (requests begun), `elapsed` (seconds, or None before the
    first attempt), `sent` (`"no"`, `"maybe"` or `"answered"`), `request_id`, and `retry_refused` (why a retry that was possible
    was not made, or None). One that came between the pages of a list has the `resume_token` to go on with, where there is one.
    """

    operation: str | None = None
    attempts: int = 0
    elapsed: float | None = None
    sent: Sent = "no"
    request_id: str | None = None
    retry_refused: str | None = None
    resume_token: str | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __str__(self) -> str:
        text = str(self.args[0]) if self.args else ""
        return shown(f"{self.operation}: {text}" if self.operation else text)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[AerostackError], args: tuple[Any, ...], state: dict[str, Any]) -> AerostackError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def _listed(what: str, problems: Sequence[Problem], room: int | None = None) -> str:
    """A message with its problems. `room` is how many characters their pointers may take together, None for any number."""
    if not problems:
        return what
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    told: list[str] = []
    for one in problems[:20]:
        pointer = one.pointer if room is None else printable(one.pointer, max(0, room))
        room = None if room is None else room - len(pointer)
        told.append(str(one._replace(pointer=pointer)))
    return f"{what}{count}: {'; '.join(told)}{'; ...' if len(problems) > 20 else ''}"


class SpecError(AerostackError):
    """The document cannot be used. `problems` says where, each with a JSON pointer into the document."""

    problems: tuple[Problem, ...]

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(_listed(f"{message}: " if problems else message, problems))
        self.problems = tuple(problems)


class ArgumentsError(AerostackError, TypeError):
    """The arguments do not fit the document, or an option its type; nothing was sent. `problems` lists all of them at once."""

    problems: tuple[Problem, ...]

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(_listed(message, problems))
        self.problems = tuple(problems)


class CredentialsError(AerostackError):
    """No security alternative of the operation can be met, or a key or an origin may not be used; nothing was sent."""


class NoResponseError(AerostackError):
    """The network failed before a whole answer was there.

    `reason` is a short sentence, `stage` one of `"connect"`, `"request"`, `"response"`, `"queue"`; `sent` says whether the server may
    have acted on the request. `kind` is the name of httpx's class for it, such as `"ConnectError"`, or empty. `stale` is True for a
    kept connection that the server had closed, `permanent` for what would end the same way again: a certificate that is refused, an
    answer that is not HTTP.

    Of a stream that was silent for too long, or could not be opened again, `last_event_id` is the id of the last event that came whole,
    empty where none had one.
    """

    reason: str
    stage: str
    kind: str = ""
    stale: bool = False
    permanent: bool = False
    last_event_id: str = ""

    def __init__(self, reason: str, stage: str = "request", sent: Sent = "maybe") -> None:
        super().__init__(reason)
        self.reason = reason
        self.stage = stage
        self.sent = sent


class TimeoutError(NoResponseError, builtins.TimeoutError):
    """A time limit passed: the total of the call, or one of connect, read and write."""


class _AnsweredError(AerostackError):
    """What errors of an answered call share: `status`, `headers`, `data` and `response` (an `httpx.Response`, or None)."""

    status: int
    data: Any
    response: _http.Response | None
    sent: Sent = "answered"

    @property
    def headers(self) -> Mapping[str, str]:
        """The response's headers, looked up without regard to case; empty when there is no response."""
        return {} if self.response is None else self.response.headers


class StatusError(_AnsweredError):
    """The server said no, or redirected elsewhere.

    `status`, `code` and `message` (from the document's error schema or the usual places of the body, else None), `data` (the
    decoded body), `headers`, `response` (an `httpx.Response` whose request holds no credentials), `retry_after` (seconds).
    """

    code: str | None
    message: str | None
    retry_after: float | None

    def __init__(
        self,
        status: int,
        *,
        reason: str | None = None,
        code: str | None = None,
        message: str | None = None,
        data: JSON | bytes = None,
        response: _http.Response | None = None,
        retry_after: float | None = None,
    ) -> None:
        said = printable(": ".join(one for one in (code, message) if one))
        super().__init__(" ".join(filter(None, (f"status {status}", f"({printable(reason)})" if reason else "", said))))
        self.status = status
        self.reason = reason
        self.code = code
        self.message = message
        self.data = data
        self.response = response
        self.retry_after = retry_after


class BadRequestError(StatusError):
    """Status 400: the server did not accept the request as it is."""


class AuthenticationError(StatusError):
    """Status 401: the credentials are missing or wrong."""


class PermissionDeniedError(StatusError):
    """Status 403: the credentials are known but do not allow this."""


class NotFoundError(StatusError):
    """Status 404: there is no such thing."""


class ConflictError(StatusError):
    """Status 409: the request does not fit the present state, such as an address that is registered already."""


class UnprocessableEntityError(StatusError):
    """Status 422: the request was understood and refused for what it says."""


class RateLimitError(StatusError):
    """Status 429: too many requests; `retry_after` says when to come back, if the server did."""


class ServerError(StatusError):
    """Status 5xx: the server failed."""


class ResponseError(_AnsweredError):
    """The answer breaks the document or cannot be decoded.

    `reason` is a short sentence, `data` what was decoded (None when nothing was), `problems` each place, `response` the
    `httpx.Response`.
    """

    reason: str
    problems: tuple[Problem, ...]

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        data: Any = None,
        problems: Sequence[Problem] = (),
        response: _http.Response | None = None,
    ) -> None:
        super().__init__(_listed(f"{reason}: " if problems else reason, problems, _POINTERS))
        self.reason = reason
        self.status = status
        self.data = data
        self.problems = tuple(problems)
        self.response = response


class StreamError(ResponseError):
    """A stream ended before its end, carried an error, or can't be read.

    `data` is the item that carried the error, or that breaks the document. `last_event_id` is the id of the last event that came
    whole, empty where none had one.
    """

    last_event_id: str

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        data: Any = None,
        problems: Sequence[Problem] = (),
        response: _http.Response | None = None,
        last_event_id: str = "",
    ) -> None:
        super().__init__(reason, status=status, data=data, problems=problems, response=response)
        self.last_event_id = last_event_id


class WebhookError(AerostackError):
    """A request that was received breaks the document, or its body can't be decoded: one to a webhook or a callback.

    `reason` is a short sentence, `data` what was decoded (None when nothing was), `problems` each place.
    """

    reason: str
    problems: tuple[Problem, ...]

    def __init__(self, reason: str, *, data: Any = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(_listed(f"{reason}: " if problems else reason, problems, _POINTERS))
        self.reason = reason
        self.data = data
        self.problems = tuple(problems)


class ArgumentsWarning(UserWarning):
    """An argument is sent as given though the document does not declare a key in it; the message names close matches."""


class ApiDeprecationWarning(FutureWarning):
    """The document calls the operation, or an argument that was given, deprecated: the server will do without it one day.

    Python shows it in whatever module the call is, which it does not do with a DeprecationWarning: that the day comes is the concern of
    who runs a program, as well as of its author.
    """


class ColumnWarning(UserWarning):
    """A column of a data frame has another type than the document says, since it holds values that don't fit; none is lost."""


def status_error(status: int) -> type[StatusError]:
    """The class for an HTTP status outside 2xx."""
    if 500 <= status < 600:
        return ServerError
    match status:
        case 400:
            return BadRequestError
        case 401:
            return AuthenticationError
        case 403:
            return PermissionDeniedError
        case 404:
            return NotFoundError
        case 409:
            return ConflictError
        case 422:
            return UnprocessableEntityError
        case 429:
            return RateLimitError
        case _:
            return StatusError
