"""From the package's errors to those the SDK raises: every fact of the call goes along, and nothing of the arguments does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from ..._errors import AerostackError, ArgumentsError, CredentialsError, NoResponseError, ResponseError, StatusError
from ..._frames import bare
from ..._media_type import essence, family
from .._invalid import InvalidArgumentsError, InvalidCredentialsError
from ..models._base import unchecked
from ._answered import ErrorResponse, ErrorResponseData, ResponseValidationError, SDKError, said_by
from ._network import network_error

if TYPE_CHECKING:
    from ..._http import Request

_FACTS: Final = ("operation", "attempts", "elapsed", "sent", "request_id", "retry_refused")
_Told = TypeVar("_Told", bound=AerostackError)


def told(error: AerostackError, request: Request | None = None) -> AerostackError:
    """The error as users of the SDK catch it. `request`, without credentials, is what a network error is about."""
    match error:
        case StatusError():
            return _with_facts(error, _refused(error))
        case ResponseError():
            return _with_facts(error, _unreadable(error))
        case NoResponseError():
            return network_error(error, request)
        case ArgumentsError() if not isinstance(error, InvalidArgumentsError):
            return _with_facts(error, _same(InvalidArgumentsError, error))
        case CredentialsError() if not isinstance(error, InvalidCredentialsError):
            return _with_facts(error, _same(InvalidCredentialsError, error))
        case _:
            return bare(error)


def _same(kind: type[_Told], error: AerostackError) -> _Told:
    made = kind.__new__(kind)
    made.args = error.args
    made.__dict__.update(error.__dict__)
    return made


def _with_facts(error: AerostackError, made: AerostackError) -> AerostackError:
    for name in _FACTS:
        setattr(made, name, getattr(error, name))
    return made


def _refused(error: StatusError) -> AerostackError:
    response = error.response
    content_type = essence(error.headers.get("content-type", ""))
    said = said_by(error)
    if said and (content_type == "application/json" or (error.code and error.message)):
        return ErrorResponse(unchecked(ErrorResponseData, said), response)
    redirects = 300 <= error.status < 400
    made = SDKError("Unexpected response received" if redirects else "API error occurred", response)
    made.data, made.code = error.data, error.code
    return made


def _unreadable(error: ResponseError) -> AerostackError:
    cause = bare(error)
    if not error.problems and family(error.headers.get("content-type", "")) not in ("json", "missing"):
        made: AerostackError = SDKError("Unexpected response received", error.response)
    else:
        made = ResponseValidationError("Response validation failed", error.response, cause)
    made.__dict__["data"] = error.data
    return made
