"""The HTTP library: the only module that imports httpx, so that another of its family can take its place in this file.

Its names are resolved when they are first used, so that a client is made without it: it takes longer to import than all else that a
client is made of. Classes that inherit of it stand in modules that are imported with the first call.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from ._late import is_a as is_of_module
from ._late import late

if TYPE_CHECKING:
    from httpx import (
        URL,
        USE_CLIENT_DEFAULT,
        AsyncBaseTransport,
        AsyncByteStream,
        AsyncClient,
        Auth,
        BaseTransport,
        ByteStream,
        Client,
        CloseError,
        ConnectError,
        ConnectTimeout,
        Headers,
        HTTPError,
        InvalidURL,
        LocalProtocolError,
        NetworkError,
        PoolTimeout,
        ProtocolError,
        Proxy,
        ProxyError,
        ReadError,
        ReadTimeout,
        RemoteProtocolError,
        Request,
        Response,
        StreamError,
        SyncByteStream,
        TimeoutException,
        TransportError,
        UnsupportedProtocol,
        WriteError,
        WriteTimeout,
    )

__all__ = [
    "AsyncBaseTransport",
    "AsyncByteStream",
    "AsyncClient",
    "Auth",
    "BaseTransport",
    "ByteStream",
    "Client",
    "CloseError",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "Headers",
    "InvalidURL",
    "LocalProtocolError",
    "NetworkError",
    "PoolTimeout",
    "ProtocolError",
    "Proxy",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "Request",
    "Response",
    "StreamError",
    "SyncByteStream",
    "TimeoutException",
    "TransportError",
    "URL",
    "USE_CLIENT_DEFAULT",
    "UnsupportedProtocol",
    "WriteError",
    "WriteTimeout",
    "is_a",
    "request_of",
]


# A module's own `__getattr__` is not asked from within.
_HERE: Final[Any] = sys.modules[__name__]


def is_a(name: str, value: object) -> bool:
    """Whether a value is of the class of httpx that is called so; httpx is not imported to know it."""
    return is_of_module("httpx", name, value)


def request_of(method: str, url: URL | str, **parts: Any) -> Request:
    """An httpx.Request whose method has the letters that are given, since `copy` is not `COPY` (RFC 9110, section 9.1)."""
    made: Request = _HERE.Request(method, url, **parts)
    made.method = method
    return made


if not TYPE_CHECKING:
    __getattr__ = late(globals(), dict.fromkeys(__all__, "httpx"))
