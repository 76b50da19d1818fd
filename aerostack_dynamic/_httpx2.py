"""The transports of httpx2, behind httpx's port: its requests, answers and exceptions are those of httpx by other names."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpx2

from . import _http
from ._loops import PerLoop
from ._network import CONNECTIONS, KEEPALIVE
from ._routes import AsyncGot, Routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator

    from ._options import TransportSettings

_LIMITS: Final = httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=KEEPALIVE)


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except httpx2.HTTPError as error:
        same = next(
            (getattr(_http, one.__name__) for one in type(error).__mro__ if hasattr(_http, one.__name__)), _http.TransportError
        )
        raise same(str(error)) from error


class _Sent(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A request body of httpx's kind, as one of httpx2's."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._inner)


class _Got(_http.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._inner

    def close(self) -> None:
        with _translated():
            self._inner.close()


def _asked(request: _http.Request) -> httpx2.Request:
    extensions: Any = request.extensions
    return httpx2.Request(
        request.method, str(request.url), headers=request.headers.raw, stream=_Sent(request.stream), extensions=extensions
    )


def _answered(response: httpx2.Response, stream: Any) -> _http.Response:
    extensions: Any = response.extensions
    return _http.Response(response.status_code, headers=response.headers.raw, stream=stream, extensions=extensions)


class Transport(_http.BaseTransport):
    """httpx2's transport for threads."""

    def __init__(self, settings: TransportSettings) -> None:
        self._routes: Routes[httpx2.HTTPTransport] = Routes(
            settings,
            lambda context, proxy: httpx2.HTTPTransport(
                verify=context, trust_env=False, http2=settings.http2, limits=_LIMITS, proxy=proxy
            ),
        )

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        with _translated():
            response = self._routes.pick(request.url).handle_request(_asked(request))
        return _answered(response, _Got(response.stream))

    def close(self) -> None:
        """Close every connection."""
        for one in self._routes:
            one.close()


class AsyncTransport(_http.AsyncBaseTransport):
    """httpx2's transport for asyncio, one for each event loop."""

    def __init__(self, settings: TransportSettings) -> None:
        def make() -> Routes[httpx2.AsyncHTTPTransport]:
            return Routes(
                settings,
                lambda context, proxy: httpx2.AsyncHTTPTransport(
                    verify=context, trust_env=False, http2=settings.http2, limits=_LIMITS, proxy=proxy
                ),
            )

        self._loops = PerLoop(make, _close_all)

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        routes = await self._loops.here()
        with _translated():
            response = await routes.pick(request.url).handle_async_request(_asked(request))
        return _answered(response, AsyncGot(response.stream, _translated))

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        await self._loops.aclose()


async def _close_all(routes: Routes[httpx2.AsyncHTTPTransport]) -> None:
    for one in routes:
        await one.aclose()
