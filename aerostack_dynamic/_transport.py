"""Our own transport: httpx's port over httpcore's public pools, with a total deadline in every step that touches a socket.

A pool is made when the first request needs it, one for a scheme, a proxy and a process (and, asynchronously, an event loop).
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore

from . import _http
from ._errors import ArgumentsError
from ._options import TransportSettings
from ._server import is_loopback
from ._values import is_tuple, printable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Iterator

    _Pools = dict[Any, httpcore.AsyncConnectionPool]

# The reading of the monotonic clock at which the present call must be over.
DEADLINE: Final[ContextVar[float | None]] = ContextVar("aerostack_dynamic.deadline", default=None)
_CONNECTIONS: Final = 100
_KEEPALIVE: Final = 5.0


def clamp(timeout: float | None, passed: type[Exception]) -> float | None:
    """`timeout`, cut to what is left of the call. Raises `passed` when nothing is."""
    deadline = DEADLINE.get()
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise passed("the total time limit passed")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, clamp(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, clamp(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, clamp(timeout, httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = clamp(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options))


@contextmanager
def _named(kind: type[httpcore.NetworkError]) -> Generator[None]:
    """What httpcore's asynchronous streams let through, by its own name: an alert of TLS after the handshake is one."""
    try:
        yield
    except OSError as error:
        raise kind(str(error)) from error


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _named(httpcore.ReadError):
            return await self._inner.read(max_bytes, clamp(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _named(httpcore.WriteError):
            await self._inner.write(buffer, clamp(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        left = clamp(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self) -> None:
        # A stub class stands for it where anyio is missing, which is not where httpx is.
        self._inner: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        left = clamp(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.connect_tcp(host, port, left, local_address, socket_options))


def _proxy_for(settings: TransportSettings, url: _http.URL) -> str | None:
    """The proxy for a URL: the one given, else the environment's, for https to other machines only (it can't see the key)."""
    if settings.proxy is not None:
        return settings.proxy
    if not settings.trust_env or url.scheme != "https" or is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get("https") or proxies.get("all")


def _tls_context(settings: TransportSettings) -> ssl.SSLContext:
    """The context for connections. A `verify` that is a path names a file or folder of certificates; `cert` is ours for mutual TLS."""
    verify: Any = settings.verify
    cert: Any = settings.cert
    try:
        if isinstance(verify, (str, os.PathLike)):
            context = ssl.create_default_context(**_certificates(verify))
        else:
            context = _http.create_ssl_context(verify, trust_env=settings.trust_env)
        if cert is not None:
            context.load_cert_chain(*(cert if is_tuple(cert) else (cert,)))
    except (OSError, TypeError, ValueError) as error:
        raise ArgumentsError(f"verify or cert: no TLS context can be made of them: {printable(str(error))}") from None
    return context


def _certificates(path: Any) -> dict[str, Any]:
    return {"capath" if os.path.isdir(path) else "cafile": path}


def _pool_arguments(settings: TransportSettings, scheme: str, backend: Any) -> dict[str, Any]:
    """The keyword arguments of httpcore's pools. A TLS context is made only for https, since that takes long."""
    return {
        "ssl_context": _tls_context(settings) if scheme == "https" else None,
        "max_connections": _CONNECTIONS,
        "max_keepalive_connections": _CONNECTIONS,
        "keepalive_expiry": _KEEPALIVE,
        "network_backend": backend,
    }


class Transport(_http.BaseTransport):
    """An httpx transport whose every step ends at the call's deadline. Usable by several threads, and after a fork."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._settings = settings
        self._pools: dict[Any, httpcore.ConnectionPool] = {}
        self._lock = Lock()
        self._pid = os.getpid()
        self._finalizer = weakref.finalize(self, _close_all, self._pools)

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.SyncByteStream)
        with _translated():
            response = self._pool(request.url).handle_request(_plain(request))
        return _answer(response, _Body(response.stream))

    def _pool(self, url: _http.URL) -> httpcore.ConnectionPool:
        if self._pid != os.getpid():
            # After a fork the sockets are the parent's: they are dropped, not closed, and so is a lock it may have held.
            self._pools, self._lock, self._pid = {}, Lock(), os.getpid()
            self._finalizer = weakref.finalize(self, _close_all, self._pools)
        proxy = _proxy_for(self._settings, url)
        with self._lock:
            pool = self._pools.get((url.scheme, proxy))
            if pool is None:
                arguments = _pool_arguments(self._settings, url.scheme, _Backend())
                pool = httpcore.HTTPProxy(proxy, **arguments) if proxy else httpcore.ConnectionPool(**arguments)
                self._pools[url.scheme, proxy] = pool
        return pool

    def close(self) -> None:
        """Close every connection."""
        self._finalizer()
        self._pools.clear()


def _close_all(pools: dict[Any, httpcore.ConnectionPool]) -> None:
    for pool in [*pools.values()]:
        pool.close()


class AsyncTransport(_http.AsyncBaseTransport):
    """The same for asyncio. Each event loop has its own pools, so that a client may be used in one `asyncio.run` after another."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._settings = settings
        self._loops: weakref.WeakKeyDictionary[Any, _Pools] = weakref.WeakKeyDictionary()
        self._closing: weakref.WeakKeyDictionary[Any, AsyncGenerator[None, None]] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.AsyncByteStream)
        if self._pid != os.getpid():
            self._loops, self._closing, self._pid = weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary(), os.getpid()
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            self._loops[loop] = {}
            self._closing[loop] = _closing(self._loops[loop])
            await anext(self._closing[loop])
        with _translated():
            response = await self._pool(self._loops[loop], request.url).handle_async_request(_plain(request))
        return _answer(response, _AsyncBody(response.stream))

    def _pool(self, pools: _Pools, url: _http.URL) -> httpcore.AsyncConnectionPool:
        proxy = _proxy_for(self._settings, url)
        pool = pools.get((url.scheme, proxy))
        if pool is None:
            arguments = _pool_arguments(self._settings, url.scheme, _AsyncBackend())
            pool = httpcore.AsyncHTTPProxy(proxy, **arguments) if proxy else httpcore.AsyncConnectionPool(**arguments)
            pools[url.scheme, proxy] = pool
        return pool

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others are closed there, if they run."""
        closing = self._closing.pop(asyncio.get_running_loop(), None)
        self._loops.clear()
        self._closing.clear()
        if closing is not None:
            await closing.aclose()


async def _closing(pools: _Pools) -> AsyncGenerator[None, None]:
    """Closes the pools of an event loop when it ends, or when their client was dropped; only the loop can do so.

    An asynchronous generator, since those are ended by `asyncio.run` before it closes its loop, and by a running loop when nobody
    holds them any more (PEP 525).
    """
    try:
        yield
    finally:
        for pool in pools.values():
            await pool.aclose()


def _plain(request: _http.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _answer(response: httpcore.Response, stream: Any) -> _http.Response:
    untyped: Any = response
    return _http.Response(response.status, headers=response.headers, stream=stream, extensions=untyped.extensions)


@contextmanager
def _translated() -> Generator[None]:
    """httpcore's exceptions as httpx's of the same name, which every httpx transport raises."""
    try:
        yield
    except Exception as error:
        for kind in type(error).__mro__:
            same = getattr(_http, kind.__name__, None)
            if kind.__module__.startswith("httpcore") and same is not None:
                raise same(str(error)) from error
        raise


class _Body(_http.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._inner

    def close(self) -> None:
        self._inner.close()


class _AsyncBody(_http.AsyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._inner:
                yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
