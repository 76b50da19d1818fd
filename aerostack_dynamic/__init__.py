"""A client made from an OpenAPI document while the program runs. `from aerostack_dynamic import Client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._load import Spec, bundled_document, default_version, versions
from ._values import UNSET, Drift, Problem
from ._version import __version__

if TYPE_CHECKING:
    from ._codecs import BodyPart
    from ._errors import (
        AerostackError,
        ApiDeprecationWarning,
        ArgumentsError,
        ArgumentsWarning,
        AuthenticationError,
        BadRequestError,
        ColumnWarning,
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
        WebhookError,
    )
    from ._events import Event
    from ._face import AsyncClient, Client
    from ._formats import Format
    from ._lists import AsyncListing, Listing
    from ._media_type import Codec
    from ._model import Operation
    from ._options import Timeout, Validation
    from ._record import Record
    from ._response import Response
    from ._retry import RetryPolicy, RetryState
    from ._streams import AsyncStream, Stream
    from ._webhook import Webhook

__all__ = [
    "AerostackError",
    "ApiDeprecationWarning",
    "ArgumentsError",
    "ArgumentsWarning",
    "AsyncClient",
    "AsyncListing",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BodyPart",
    "Client",
    "Codec",
    "ColumnWarning",
    "ConflictError",
    "CredentialsError",
    "Drift",
    "Event",
    "Format",
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
    "Webhook",
    "WebhookError",
    "__version__",
    "versions",
]

bundled_document(default_version())


def __getattr__(name: str) -> Any:
    """What needs the HTTP library is imported when it is first named."""
    from importlib import import_module  # noqa: PLC0415

    if name not in __all__:  # `from . import _x` asks here first, and must find nothing imported in between
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = (
        "_client",
        "_errors",
        "_options",
        "_retry",
        "_record",
        "_response",
        "_model",
        "_events",
        "_streams",
        "_lists",
        "_media_type",
        "_formats",
        "_codecs",
        "_webhook",
    )
    tried = (getattr(import_module(f".{module}", __name__), name, None) for module in modules)
    globals()[name] = found = next(one for one in tried if one is not None)
    return found


def __dir__() -> list[str]:
    return __all__
