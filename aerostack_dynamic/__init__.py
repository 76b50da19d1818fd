"""A client made from an OpenAPI document while the program runs. `from aerostack_dynamic import Client`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ._late import late
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


# Room -> the names of it that are imported when they are first named.
_ROOMS: Final = MappingProxyType(
    {
        "_client": "AsyncClient Client",
        "_codecs": "BodyPart",
        "_errors": """AerostackError ApiDeprecationWarning ArgumentsError ArgumentsWarning AuthenticationError BadRequestError ColumnWarning
            ConflictError CredentialsError NoResponseError NotFoundError PermissionDeniedError RateLimitError ResponseError ServerError
            SpecError StatusError StreamError TimeoutError UnprocessableEntityError WebhookError""",
        "_events": "Event",
        "_formats": "Format",
        "_lists": "AsyncListing Listing",
        "_media_type": "Codec",
        "_model": "Operation",
        "_options": "Timeout Validation",
        "_record": "Record",
        "_response": "Response",
        "_retry": "RetryPolicy RetryState",
        "_streams": "AsyncStream Stream",
        "_webhook": "Webhook",
    }
)

if not TYPE_CHECKING:
    __getattr__ = late(globals(), {name: f".{room}" for room, names in _ROOMS.items() for name in names.split()})


def __dir__() -> list[str]:
    return __all__
