"""The HTTP library: the only module that imports httpx, so that another of its family can take its place in this file."""

from __future__ import annotations

from typing import Any

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
    "request_of",
]


def request_of(method: str, url: URL | str, **parts: Any) -> Request:
    """An httpx.Request whose method has the letters that are given, since `copy` is not `COPY` (RFC 9110, section 9.1)."""
    made = Request(method, url, **parts)
    made.method = method
    return made
