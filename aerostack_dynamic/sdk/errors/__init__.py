"""The errors of the SDK, under the names that users of the replaced SDK know. All of them are `AerostackError`s."""

from __future__ import annotations

from .._invalid import InvalidArgumentsError, InvalidCredentialsError
from ._answered import Code, ErrorResponse, ErrorResponseData, ResponseValidationError, SDKBaseError, SDKError
from ._network import NoResponseError

__all__ = [
    "Code",
    "ErrorResponse",
    "ErrorResponseData",
    "InvalidArgumentsError",
    "InvalidCredentialsError",
    "NoResponseError",
    "ResponseValidationError",
    "SDKBaseError",
    "SDKError",
]
