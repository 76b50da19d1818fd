"""The errors of an answered call: what the replaced SDK's users catch, each of them one of the package's own errors as well."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from ..._errors import AerostackError, ResponseError, StatusError, _AnsweredError  # pyright: ignore[reportPrivateUsage]
from ..._retry import parse_retry_after
from ..._values import as_object
from .._document import component
from ..models._base import Answer

if TYPE_CHECKING:
    from ..._http import Response

_SHOWN: Final = 10_000


class Code(str, Enum):
    """The codes that the document names. Servers may send others, which stay plain strings."""

    AUTH_INVALID_KEY = "AUTH_INVALID_KEY"
    AUTH_INVALID_CREDENTIALS = "AUTH_INVALID_CREDENTIALS"
    DB_QUERY_FAILED = "DB_QUERY_FAILED"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class ErrorResponseData(Answer):
    """What an error answer says: a `Code` or, where the document does not know it, a str; a message; and details as they came."""

    _schema = component("ErrorResponse")
    _inner = (("code", Code),)

    code: Code | str | None
    message: str
    details: Any = None


class SDKBaseError(_AnsweredError):
    """The base of errors of answered calls.

    `message`, `status_code`, `body` (the body's text), `headers` (`httpx.Headers`), `raw_response` (an `httpx.Response` whose
    request holds no credentials), `data` (what was decoded, or None).
    """

    message: str

    def __init__(self, message: str, raw_response: Response | None, body: str | None = None) -> None:
        AerostackError.__init__(self, message)
        self.message = message
        self.response = raw_response
        self.status = raw_response.status_code if raw_response is not None else 0
        self.body = body if body is not None else raw_response.text if raw_response is not None else ""
        self.data = None

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.status

    @property
    def raw_response(self) -> Response | None:
        """The answer as an `httpx.Response`; None when it could not be read to its end."""
        return self.response

    def __str__(self) -> str:
        return self.message


class _Refused(SDKBaseError, StatusError):
    """What the errors for a status share with `StatusError`."""

    message: str  # pyright: ignore[reportIncompatibleVariableOverride]  # these always have one

    def __init__(self, message: str, raw_response: Response | None, body: str | None = None) -> None:
        SDKBaseError.__init__(self, message, raw_response, body)
        self.reason = self.code = None
        self.retry_after = parse_retry_after(self.headers.get("retry-after"), self.headers.get("date"))


class ErrorResponse(_Refused):
    """The server said no and why, whatever the operation and the status: `data` has `code`, `message` and `details`."""

    data: ErrorResponseData

    def __init__(self, data: ErrorResponseData, raw_response: Response | None, body: str | None = None) -> None:
        super().__init__("", raw_response, body)
        self.message = str(data.message or self.body)
        self.args = (self.message,)
        self.data = data
        self.code = None if data.code is None else str(data.code.value if isinstance(data.code, Code) else data.code)


class SDKError(_Refused):
    """Any other answer that is no result: an error status without a JSON body, or a result in a form nobody asked for."""

    def __init__(self, message: str, raw_response: Response | None, body: str | None = None) -> None:
        super().__init__(message, raw_response, body)
        content_type = self.headers.get("content-type", '""')
        said = "" if content_type == "application/json" else f" Content-Type {content_type}"
        # A result may hold a token, and so is not told.
        shown = "" if 200 <= self.status < 300 else f" Body: {_excerpt(self.body)}"
        self.message = f"{message}: Status {self.status}{said}.{shown}"
        self.args = (self.message,)


class ResponseValidationError(SDKBaseError, ResponseError):
    """The answer breaks the document or can't be decoded; `cause` is the `ResponseError` that says where, `problems` lists it."""

    def __init__(self, message: str, raw_response: Response | None, cause: Exception, body: str | None = None) -> None:
        super().__init__(f"{message}: {cause}", raw_response, body)
        self.cause = self.__cause__ = cause
        self.reason = str(getattr(cause, "reason", message))
        self.problems = tuple(getattr(cause, "problems", ()))


def _excerpt(body: str) -> str:
    more = len(body) - _SHOWN
    return (body or '""') if more <= 0 else f"{body[:_SHOWN]}...and {more} more chars"


def said_by(error: StatusError) -> dict[str, Any]:
    """The part of an error answer that names its code and message: the whole body, or what stands under `error` in it."""
    outer = as_object(error.data)
    inner = outer if "code" in outer or "message" in outer else as_object(outer.get("error"))
    return {**(inner or outer), "code": error.code, "message": error.message or ""} if outer else {}
