"""aiohttp behind httpx's port, by httpx-aiohttp, with what that leaves open settled: no cookies, and exceptions that say what was sent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import httpx_aiohttp
import yarl

from . import _http
from ._loops import PerLoop
from ._network import CONNECTIONS, KEEPALIVE
from ._routes import AsyncGot, Routes

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator

    from ._options import TransportSettings

# The first that fits. httpx-aiohttp takes a server that hung up for a connection that was never made, and so never sent to.
_NAMED: Final = (
    (aiohttp.ClientProxyConnectionError, _http.ProxyError),
    (aiohttp.ClientConnectorError, _http.ConnectError),
    (aiohttp.ConnectionTimeoutError, _http.ConnectTimeout),
    (aiohttp.SocketTimeoutError, _http.ReadTimeout),
    (aiohttp.ServerDisconnectedError, _http.ReadError),
    (aiohttp.ClientOSError, _http.ReadError),
    (aiohttp.ClientPayloadError, _http.ReadError),
    (aiohttp.ClientHttpProxyError, _http.ProxyError),
    (aiohttp.ClientResponseError, _http.RemoteProtocolError),
    (aiohttp.InvalidURL, _http.UnsupportedProtocol),
    (aiohttp.ClientError, _http.ReadError),
)


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except UnicodeError:
        raise _http.RemoteProtocolError("the head of the answer holds bytes that are no text") from None
    except (_http.TransportError, aiohttp.ClientError) as error:
        cause = error.__cause__ if isinstance(error, _http.TransportError) and error.__cause__ else error
        named = next((name for kind, name in _NAMED if isinstance(cause, kind)), None)
        if named is None:
            raise
        raise named(str(cause)) from cause


class AsyncTransport(_http.AsyncBaseTransport):
    """aiohttp's connections, for each event loop its own."""

    def __init__(self, settings: TransportSettings) -> None:
        self._loops = PerLoop(lambda: Routes(settings, _Inner), _close_all)

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        inner = (await self._loops.here()).pick(request.url)
        if isinstance(request.stream, _http.ByteStream):
            await request.aread()  # else httpx-aiohttp takes it for a body of unknown length, and sends an empty one in chunks
        with _translated():
            response = await inner.send(request)
        return _http.Response(
            response.status_code,
            headers=response.headers.raw,
            stream=AsyncGot(response.stream, _translated),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        await self._loops.aclose()


class _Session:
    """A session of aiohttp's that sends a URL as it is: left alone, aiohttp decodes what it takes to need no encoding.

    httpx-aiohttp asks for a session by a call, and is given this instead.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEPALIVE, ssl=context)
        self._session: Any = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        # Retries are the client's, which counts them. (aiohttp's own test client switches them off the same way.)
        self._session._retry_connection = False
        self.close = self._session.close

    def __call__(self) -> _Session:
        return self

    def request(self, *, method: str, url: str, **options: Any) -> Any:
        return self._session.request(method, yarl.URL(url, encoded=True), **options)


class _Inner:
    def __init__(self, context: ssl.SSLContext, proxy: str | None) -> None:
        session: Any = _Session(context)
        through = None if proxy is None else _http.Proxy(proxy)
        self.close = session.close
        self.send = httpx_aiohttp.AiohttpTransport(
            verify=context, trust_env=False, proxy=through, client=session
        ).handle_async_request


async def _close_all(routes: Routes[_Inner]) -> None:
    for one in routes:
        await one.close()
