"""A client made from an OpenAPI document while the program runs. `from aerostack_dynamic import Client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._load import Spec, bundled_document, default_version, versions
from ._values import UNSET, Drift, Problem
from ._version import __version__

if TYPE_CHECKING:
    from ._client import AsyncClient, Client
    from ._errors import (
        AerostackError,
        ArgumentsError,
        ArgumentsWarning,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        CredentialsError,
        NoResponseError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        ResponseError,
        ServerError,
        SpecError,
        StatusError,
        StreamError,
        TimeoutError,
        UnprocessableEntityError,
    )
    from ._events import Event
    from ._lists import AsyncListing, Listing
    from ._model import Operation
    from ._options import Timeout, Validation
    from ._record import Record
    from ._result import Response
    from ._retry import RetryPolicy, RetryState
    from ._streams import AsyncStream, Stream

__all__ = [
    "AerostackError",
    "ArgumentsError",
    "ArgumentsWarning",
    "AsyncClient",
    "AsyncListing",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "Client",
    "ConflictError",
    "CredentialsError",
    "Drift",
    "Event",
    "Listing",
    "NoResponseError",
    "NotFoundError",
    "Operation",
    "PermissionDeniedError",
    "Problem",
    "RateLimitError",
    "Record",
    "Response",
    "ResponseError",
    "RetryPolicy",
    "RetryState",
    "ServerError",
    "Spec",
    "SpecError",
    "StatusError",
    "Stream",
    "StreamError",
    "Timeout",
    "TimeoutError",
    "UNSET",
    "UnprocessableEntityError",
    "Validation",
    "__version__",
    "versions",
]

bundled_document(default_version())


def __getattr__(name: str) -> Any:
    """What needs the HTTP library is imported when it is first named."""
    from importlib import import_module  # noqa: PLC0415

    for module in ("_client", "_errors", "_options", "_retry", "_record", "_result", "_model", "_events", "_streams", "_lists"):
        found = getattr(import_module(f".{module}", __name__), name, None)
        if found is not None and name in __all__:
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
