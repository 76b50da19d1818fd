"""What an HTTP client must have to be lent to the SDK: `httpx.Client` and `httpx.AsyncClient` do, and so do wrappers of them."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from .._http import USE_CLIENT_DEFAULT, Request, Response

__all__ = ["AsyncHttpClient", "HttpClient"]


@runtime_checkable
class HttpClient(Protocol):
    """A client that waits: `send`, `build_request` and `close` as `httpx.Client` has them."""

    def send(
        self,
        request: Request,
        *,
        stream: bool = False,
        auth: Any = USE_CLIENT_DEFAULT,
        follow_redirects: Any = USE_CLIENT_DEFAULT,
    ) -> Response:
        """Send a request and give its response, unread when `stream` is true."""
        ...

    def build_request(
        self,
        method: str,
        url: Any,
        *,
        content: Any = None,
        data: Any = None,
        files: Any = None,
        json: Any = None,
        params: Any = None,
        headers: Any = None,
        cookies: Any = None,
        timeout: Any = USE_CLIENT_DEFAULT,
        extensions: Any = None,
    ) -> Request:
        """A request with the client's own headers, cookies and time limits."""
        ...

    def close(self) -> None:
        """Close the connections. The SDK never calls it."""
        ...


@runtime_checkable
class AsyncHttpClient(Protocol):
    """The same for asyncio: `send` and `aclose` are awaited, as `httpx.AsyncClient` has them."""

    async def send(
        self,
        request: Request,
        *,
        stream: bool = False,
        auth: Any = USE_CLIENT_DEFAULT,
        follow_redirects: Any = USE_CLIENT_DEFAULT,
    ) -> Response:
        """Send a request and give its response, unread when `stream` is true."""
        ...

    def build_request(
        self,
        method: str,
        url: Any,
        *,
        content: Any = None,
        data: Any = None,
        files: Any = None,
        json: Any = None,
        params: Any = None,
        headers: Any = None,
        cookies: Any = None,
        timeout: Any = USE_CLIENT_DEFAULT,
        extensions: Any = None,
    ) -> Request:
        """A request with the client's own headers, cookies and time limits."""
        ...

    async def aclose(self) -> None:
        """Close the connections. The SDK never calls it."""
        ...
