"""Our own transport: httpx's port over httpcore's public pools, which nothing that befalls a call can spoil.

Each pool has a gate before it, so that calls wait their turn in order and under their own deadline, and is made when the first request
needs it: one for a scheme, a proxy and a process (and, asynchronously, an event loop).
"""

from __future__ import annotations

import asyncio
import builtins
import os
import weakref
from collections import deque
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import httpcore

from . import _http
from ._errors import AerostackError
from ._gate import Gate
from ._network import FLIGHT, AsyncBackend, Backend, Flight, Generation, flight
from ._options import TransportSettings
from ._tls import proxy_for, tls_context
from ._waiting import await_turn, wait_for_turn

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator

_CONNECTIONS: Final = 100
_KEEPALIVE: Final = 5.0
_AHEAD: Final = 256 * 1024


class _Lane:
    """A pool with the gate before it. A retired lane takes no further request; those under way end on it."""

    __slots__ = ("__weakref__", "gate", "generation", "pool", "retired")

    def __init__(self, settings: TransportSettings, url: _http.URL, proxy: str | None, asynchronous: bool) -> None:
        self.gate = Gate(_CONNECTIONS)
        self.generation = Generation()
        self.retired = False
        arguments: dict[str, Any] = {
            # A TLS context is made only for https, since that takes long.
            "ssl_context": tls_context(settings) if url.scheme == "https" else None,
            "max_connections": _CONNECTIONS,
            "max_keepalive_connections": _CONNECTIONS,
            "keepalive_expiry": _KEEPALIVE,
            "http2": settings.http2,
            "network_backend": (AsyncBackend if asynchronous else Backend)(self.generation),
        }
        if proxy is not None:
            arguments["proxy_url"] = proxy
            kinds: tuple[Any, Any] = (httpcore.HTTPProxy, httpcore.AsyncHTTPProxy)
        else:
            kinds = (httpcore.ConnectionPool, httpcore.AsyncConnectionPool)
        self.pool: Any = kinds[asynchronous](**arguments)

    def retire(self) -> None:
        """Let no further request in. A single assignment, since this is done where a signal may strike again."""
        self.retired = True

    def admit(self, here: Flight) -> None:
        """Note that a call goes this way. One that wants a fresh connection makes those at rest too old to be used."""
        here.retire = self.retire
        if here.fresh:
            self.generation.newest += 1


_Lanes = dict[Any, _Lane]


def _lane_for(lanes: _Lanes, settings: TransportSettings, url: _http.URL, asynchronous: bool) -> _Lane:
    key = (url.scheme, proxy_for(settings, url))
    lane = lanes.get(key)
    if lane is None or lane.retired:
        lane = lanes[key] = _Lane(settings, url, key[1], asynchronous)
        if not asynchronous:
            weakref.finalize(lane, _close, lane.pool, os.getpid())
    return lane


def _close(pool: httpcore.ConnectionPool, process: int) -> None:
    """Close a pool that nobody uses any more. After a fork it is the parent's: its sockets, and a lock it may have held."""
    if os.getpid() == process:
        pool.close()


class Transport(_http.BaseTransport):
    """An httpx transport whose every step ends at the call's deadline. Usable by several threads, and after a fork."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        self._lanes: _Lanes = {}
        self._lock = Lock()
        self._pid = os.getpid()

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.SyncByteStream)
        if self._pid != os.getpid():
            self._begin()
        here = flight()
        with self._lock:
            lane = _lane_for(self._lanes, self._settings, request.url, asynchronous=False)
        lane.admit(here)
        with _in_turn():
            wait_for_turn(lane.gate, here.deadline)
        try:
            with _translated(), _retiring(lane):
                response = lane.pool.handle_request(_plain(request))
                try:
                    _check_head(here, request, response)
                except BaseException:
                    response.close()
                    raise
        except BaseException:
            lane.gate.leave()
            raise
        return _answer(response, _Body(response, lane, here))

    def close(self) -> None:
        """Close every connection."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.retire()
            _close(lane.pool, self._pid)


class _Body(_http.SyncByteStream):
    def __init__(self, response: Any, lane: _Lane, here: Flight) -> None:
        self._response = response
        self._lane: _Lane | None = lane
        self._here = here

    def __iter__(self) -> Iterator[bytes]:
        assert self._lane is not None, "a body is read before it is closed"
        chunks = iter(self._response.stream)
        with _translated(), _retiring(self._lane):
            while (chunk := self._next(chunks)) is not None:
                yield chunk
            _check_end(self._here, self._response)

    def _next(self, chunks: Iterator[bytes]) -> bytes | None:
        token = FLIGHT.set(self._here)
        try:
            return next(chunks, None)
        finally:
            FLIGHT.reset(token)

    def close(self) -> None:
        lane, self._lane = self._lane, None
        if lane is None:
            return
        try:
            with _retiring(lane):
                self._response.close()
        finally:
            lane.gate.leave()


class AsyncTransport(_http.AsyncBaseTransport):
    """The same for asyncio. Each event loop has its own pools, so that a client may be used in one `asyncio.run` after another."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        self._loops: weakref.WeakKeyDictionary[Any, _Lanes] = weakref.WeakKeyDictionary()
        self._closing: weakref.WeakKeyDictionary[Any, AsyncGenerator[None, None]] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.AsyncByteStream)
        if self._pid != os.getpid():
            self._begin()
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            self._loops[loop] = {}
            self._closing[loop] = _closing(self._loops[loop])
            await anext(self._closing[loop])
        here = flight()
        lane = _lane_for(self._loops[loop], self._settings, request.url, asynchronous=True)
        lane.admit(here)
        with _in_turn():
            await await_turn(lane.gate, here.deadline)
        body = _AsyncBody(lane, request, here)
        return _answer(await body.begin(), body)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others are closed there, if they run."""
        closing = self._closing.pop(asyncio.get_running_loop(), None)
        self._loops.clear()
        self._closing.clear()
        if closing is not None:
            await closing.aclose()


async def _closing(lanes: _Lanes) -> AsyncGenerator[None, None]:
    """Closes the pools of an event loop when it ends, or when their client was dropped; only the loop can do so.

    An asynchronous generator, since those are ended by `asyncio.run` before it closes its loop, and by a running loop when nobody
    holds them any more (PEP 525).
    """
    try:
        yield
    finally:
        for lane in lanes.values():
            await lane.pool.aclose()


class _AsyncBody(_http.AsyncByteStream):
    """A request and its answer, in a task of their own that nobody cancels: a pool of httpcore does not survive that.

    The task reads ahead, up to 256 KiB. A caller who goes away breaks its connection instead; it then ends by a network error, and the
    next call's turn has come.
    """

    def __init__(self, lane: _Lane, request: _http.Request, here: Flight) -> None:
        loop = asyncio.get_running_loop()
        self._here = here
        self._request = request
        self._head: asyncio.Future[Any] = loop.create_future()
        self._chunks: deque[bytes] = deque()
        self._ahead = 0
        self._more: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._task = loop.create_task(self._fly(lane.pool))
        self._lane = lane
        self._task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        """Let the next call in. The task's exception is asked for, since nobody else may, and asyncio would complain."""
        self._lane.gate.leave()
        if not task.cancelled():
            task.exception()

    async def _fly(self, pool: Any) -> None:
        with _translated():
            response = await pool.handle_async_request(_plain(self._request))
            try:
                _check_head(self._here, self._request, response)
                self._head.set_result(response)
                async for chunk in response.stream:
                    await self._put(chunk)
                _check_end(self._here, response)
            finally:
                await response.aclose()

    async def _put(self, chunk: bytes) -> None:
        if self._here.withdrawn:
            raise httpcore.ReadError("the call was broken off")
        self._chunks.append(chunk)
        self._ahead += len(chunk)
        _wake(self._more)
        if self._ahead > _AHEAD:
            self._room = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._room])

    async def begin(self) -> Any:
        """The head of the answer. Raises httpx's exceptions."""
        try:
            await asyncio.wait([self._head, self._task], return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            self._break_off()
            raise
        return self._head.result() if self._head.done() else self._task.result()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._chunks or not self._task.done():
            if self._chunks:
                chunk = self._chunks.popleft()
                self._ahead -= len(chunk)
                _wake(self._room)
                yield chunk
            else:
                self._more = asyncio.get_running_loop().create_future()
                await asyncio.wait([self._more, self._task], return_when=asyncio.FIRST_COMPLETED)
        self._task.result()

    def _break_off(self) -> None:
        self._here.withdraw()
        _wake(self._room)

    async def aclose(self) -> None:
        if not self._task.done():
            self._break_off()


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


# ---- answers


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


def _check_head(here: Flight, request: _http.Request, response: Any) -> None:
    """Refuse heads that two programs may read differently, and so lead one to another's answer (RFC 9112, sections 2.2 and 6.3)."""
    here.on_head(response.status)
    stream = here.stream
    if stream is None or stream.http2:
        return
    names = {name.lower(): value for name, value in response.headers}
    if not stream.end_head():
        stream.spent = True
        raise httpcore.RemoteProtocolError("a line of the answer's head does not end as it must")
    if b"content-length" in names and b"transfer-encoding" in names:
        stream.spent = True
        raise httpcore.RemoteProtocolError("the answer has both a Content-Length and a Transfer-Encoding")
    if request.method == "HEAD" or response.status in (204, 304):
        # Announced, and not to be sent: a server that sends it all the same would have it read as the next answer.
        stream.spent = names.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in names


def _check_end(here: Flight, response: Any) -> None:
    """A connection on which more came than was announced is not used again. (httpcore keeps its parser to itself.)"""
    connection = getattr(getattr(response.stream, "_stream", None), "_connection", None)
    parser = getattr(connection, "_h11_state", None)
    if here.stream is not None and parser is not None and parser.trailing_data[0]:
        here.stream.spent = True


# ---- exceptions


@contextmanager
def _in_turn() -> Generator[None]:
    try:
        yield
    except builtins.TimeoutError:
        raise _http.PoolTimeout("no connection was free in time") from None


@contextmanager
def _retiring(lane: _Lane) -> Generator[None]:
    """What is no error of the network (a signal's, or that of a body of the caller's) may have struck anywhere within the pool."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, (_http.HTTPError, AerostackError, GeneratorExit)) and not type(error).__module__.startswith(
            "httpcore"
        ):
            lane.retire()
        raise


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
