"""Our own transport: httpx's port over connections that nothing which befalls a call can spoil. httpcore's speak HTTP/2.

The connections to an origin have a gate before them, so that calls wait their turn in order and under their own deadline. They belong
to a process and, asynchronously, to an event loop; the first request makes the first of them.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import time
import weakref
from base64 import b64encode
from collections import deque
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import httpcore

from . import _http
from ._flight import FLIGHT, Flight, flight
from ._gate import Gate
from ._http1 import Answer, AsyncConnection, Connection, Hop, Way
from ._loops import PerLoop
from ._network import CONNECTIONS, KEEPALIVE, AsyncBackend, Backend
from ._options import TransportSettings
from ._tls import checked_proxy, proxy_for, tls_context
from ._waiting import await_turn, wait_for_turn

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator

_AHEAD: Final = 256 * 1024


class _Pool:
    """A pool of httpcore's, which calls share, in the place of a connection: over HTTP/2.

    For HTTP/1.1 it would look through all its connections, several times over, for each request.
    """

    __slots__ = ("_pool", "aclose")

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.aclose = getattr(pool, "aclose", None)

    def handle_request(self, request: _http.Request) -> Answer:
        """Send a request, and read the head of its answer. Raises httpcore's exceptions."""
        response = self._pool.handle_request(_plain(request))
        return Answer(response.status, response.headers, response.extensions, response.stream, response.close)

    async def handle_async_request(self, request: _http.Request) -> Answer:
        """The same for asyncio."""
        response = await self._pool.handle_async_request(_plain(request))
        return Answer(response.status, response.headers, response.extensions, response.stream, response.aclose)


class _Slot:
    """One connection, for one call at a time, or a pool of them that calls share."""

    __slots__ = ("__weakref__", "close", "connection", "since")

    def __init__(self, make: Callable[[Any], Any], asynchronous: bool) -> None:
        backend = AsyncBackend() if asynchronous else Backend()
        self.connection = make(backend)
        self.since = time.monotonic()
        if isinstance(backend, Backend):
            self.close: Any = weakref.finalize(self, _close, backend, os.getpid())


def _close(backend: Backend, process: int) -> None:
    """Close the connections of a slot that nobody uses any more. After a fork they are the parent's."""
    if os.getpid() == process:
        backend.close()


class _Lane:
    """The connections to one origin: those at rest, and the gate before them all.

    Its methods are single steps on a deque, which threads may take at once and a signal may come between.
    """

    __slots__ = ("_make", "_resting", "_shared", "asynchronous", "closed", "gate")

    def __init__(self, make: Callable[[Any], Any], asynchronous: bool, shared: bool) -> None:
        self._make = make
        self._resting: deque[_Slot] = deque()
        self._shared = _Slot(make, asynchronous) if shared else None
        self.asynchronous = asynchronous
        self.closed = False
        self.gate = Gate(CONNECTIONS)

    def retire(self) -> None:
        """Let nobody else in: another lane takes this one's place. A single assignment, since a signal may strike again."""
        self.closed = True

    def take(self, dead: list[_Slot], fresh: bool) -> _Slot:
        """The slot that was given back last, or a new one. Those that can't be used are put with the `dead`, which are to be closed."""
        horizon = time.monotonic() - KEEPALIVE
        try:
            while self._resting[0].since < horizon:
                dead.append(self._resting.popleft())
            while self._shared is None:
                slot = self._resting.pop()
                if slot.connection.usable and not fresh:
                    return slot
                dead.append(slot)
        except IndexError:
            pass
        return self._shared or _Slot(self._make, self.asynchronous)

    def give_back(self, slot: _Slot, clean: bool) -> bool:
        """Whether a slot is kept: put to rest where its connection may be used again, or shared still."""
        if slot is self._shared:
            return True
        if clean and not self.closed and not slot.connection.is_closed():
            slot.since = time.monotonic()
            self._resting.append(slot)
            return True
        return False

    def empty(self) -> list[_Slot]:
        """Close the lane; gives the slots that are to be closed with it."""
        self.closed = True
        slots = [*self._resting, *filter(None, [self._shared])]
        self._resting.clear()
        return slots


class _Lanes:
    """The lanes of a transport in one process, and in one event loop where there is one."""

    def __init__(self, settings: TransportSettings, asynchronous: bool) -> None:
        self._settings = settings
        self._asynchronous = asynchronous
        self._lanes: dict[Any, _Lane] = {}
        self._lock = Lock()
        self._tls: ssl.SSLContext | None = None

    def __iter__(self) -> Iterator[_Lane]:
        return iter([*self._lanes.values()])

    def lane(self, url: _http.URL) -> _Lane:
        """The lane for a URL, made if there is none yet."""
        proxy = proxy_for(self._settings, url)
        flight().proxy = proxy
        key = (url.scheme, url.host, url.port, proxy)
        found = self._lanes.get(key)
        if found is None or found.closed:
            with self._lock:
                found = self._lanes[key] = _Lane(self._maker(url, proxy), self._asynchronous, self._settings.http2)
        return found

    def _maker(self, url: _http.URL, proxy: str | None) -> Callable[[Any], Any]:
        """What makes connections for a lane over a backend."""
        if not self._settings.http2:
            way = self._way(url, proxy)
            kind = AsyncConnection if self._asynchronous else Connection
            return lambda backend: kind(way, backend)
        pool: Any = _POOLS[self._asynchronous, proxy is not None]
        arguments = self._arguments(url, proxy)
        return lambda backend: _Pool(pool(**arguments, network_backend=backend))

    def _way(self, url: _http.URL, proxy: str | None) -> Way:
        server = self._hop(url)
        if proxy is None:
            return Way(server)
        through = _http.Proxy(checked_proxy(proxy))  # which takes the user and the password out of the URL
        return Way(server, self._hop(through.url), (_basic(*through.raw_auth),) if through.raw_auth else ())

    def _hop(self, url: _http.URL) -> Hop:
        secure = url.scheme == "https"
        return Hop(url.raw_host.decode("ascii"), url.port or (443 if secure else 80), self._context() if secure else None)

    def _context(self) -> ssl.SSLContext:
        """The TLS context, made only for https, since that takes long."""
        if self._tls is None:
            self._tls = tls_context(self._settings)
        return self._tls

    def _arguments(self, url: _http.URL, proxy: str | None) -> dict[str, Any]:
        """The keyword arguments of httpcore's pools."""
        way = self._way(url, proxy)
        arguments: dict[str, Any] = {
            "ssl_context": way.server.tls,
            "max_connections": CONNECTIONS,
            "max_keepalive_connections": CONNECTIONS,
            "keepalive_expiry": KEEPALIVE,
            "http2": True,
        }
        if proxy is not None:
            through = _http.Proxy(proxy)
            arguments |= {
                "proxy_url": str(through.url),
                "proxy_auth": through.raw_auth,
                "proxy_ssl_context": way.proxy and way.proxy.tls,
            }
        return arguments


def _basic(user: bytes, password: bytes) -> tuple[bytes, bytes]:
    """The header that a proxy is shown (RFC 7617)."""
    return b"Proxy-Authorization", b"Basic " + b64encode(user + b":" + password)


_POOLS: Final = MappingProxyType(
    {
        (False, False): httpcore.ConnectionPool,
        (False, True): httpcore.HTTPProxy,
        (True, False): httpcore.AsyncConnectionPool,
        (True, True): httpcore.AsyncHTTPProxy,
    }
)


class Transport(_http.BaseTransport):
    """An httpx transport whose every step ends at the call's deadline. Usable by several threads, and after a fork."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        self._lanes = _Lanes(self._settings, asynchronous=False)
        self._pid = os.getpid()

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.SyncByteStream)
        if self._pid != os.getpid():
            self._begin()
        here = flight()
        lane = self._lanes.lane(request.url)
        here.retire = lane.retire
        try:
            wait_for_turn(lane.gate, here.deadline)
        except builtins.TimeoutError:
            raise _not_in_turn() from None
        body = _Body(lane, here)
        try:
            return _answer(body.begin(request), body)
        except BaseException:
            body.close()
            raise

    def close(self) -> None:
        """Close every connection at rest; the others when their calls end."""
        lanes, self._lanes = self._lanes, _Lanes(self._settings, asynchronous=False)
        for lane in lanes:
            for slot in lane.empty():
                slot.close()


class _Body(_http.SyncByteStream):
    """A request and its answer. Whatever ends them other than the end of the answer costs the connection, and nothing else."""

    def __init__(self, lane: _Lane, here: Flight) -> None:
        self._lane = lane
        self._here = here
        self._slot: _Slot | None = None
        self._response: Any = None
        self._clean = self._closed = False

    def begin(self, request: _http.Request) -> Any:
        """Send the request; gives the head of its answer."""
        dead: list[_Slot] = []
        self._slot = self._lane.take(dead, self._here.fresh)
        for slot in dead:
            slot.close()
        try:
            self._response = self._slot.connection.handle_request(request)
            _check_head(self._here, request, self._response)
        except Exception as error:
            _rename(error)
            raise
        return self._response

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._response.stream)
        while (chunk := self._next(chunks)) is not None:
            yield chunk
        self._clean = _ended_well(self._here)

    def _next(self, chunks: Iterator[bytes]) -> bytes | None:
        token = FLIGHT.set(self._here)
        try:
            return next(chunks, None)
        except Exception as error:
            _rename(error)
            raise
        finally:
            FLIGHT.reset(token)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            if self._response is not None:
                self._response.close()
            if self._slot is not None and not self._lane.give_back(self._slot, self._clean):
                self._slot.close()
        finally:
            self._lane.gate.leave()


class AsyncTransport(_http.AsyncBaseTransport):
    """The same for asyncio. Each event loop has its own pools, so that a client may be used in one `asyncio.run` after another."""

    def __init__(self, settings: TransportSettings = TransportSettings()) -> None:  # noqa: B008  # a frozen value
        self._loops = PerLoop(lambda: _Lanes(settings, asynchronous=True), _close_all)

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Send a request and give the answer, its body unread. Raises httpx's exceptions."""
        assert isinstance(request.stream, _http.AsyncByteStream)
        here = flight()
        lane = (await self._loops.here()).lane(request.url)
        try:
            await await_turn(lane.gate, here.deadline)
        except builtins.TimeoutError:
            raise _not_in_turn() from None
        body = _AsyncBody(lane, request, here)
        return _answer(await body.begin(), body)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others are closed there, if they run."""
        await self._loops.aclose()


async def _close_all(lanes: _Lanes) -> None:
    for lane in lanes:
        for slot in lane.empty():
            await slot.connection.aclose()


class _AsyncBody(_http.AsyncByteStream):
    """A request and its answer, in a task of their own that nobody cancels: a connection of httpcore does not survive that.

    The task reads ahead, up to 256 KiB. A caller who goes away breaks its connection instead; it then ends by a network error, and the
    next call's turn has come.
    """

    def __init__(self, lane: _Lane, request: _http.Request, here: Flight) -> None:
        loop = asyncio.get_running_loop()
        self._lane = lane
        self._here = here
        self._request = request
        self._head: asyncio.Future[Any] = loop.create_future()
        self._chunks: deque[bytes] = deque()
        self._ahead = 0
        self._more: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._task = loop.create_task(self._fly())
        self._task.add_done_callback(self._landed)

    async def _fly(self) -> None:
        dead: list[_Slot] = []
        slot, clean = self._lane.take(dead, self._here.fresh), False
        try:
            for one in dead:
                await one.connection.aclose()
            clean = await self._exchange(slot.connection)
        except Exception as error:
            _rename(error)
            raise
        finally:
            if not self._lane.give_back(slot, clean):
                await slot.connection.aclose()

    async def _exchange(self, connection: Any) -> bool:
        """Send the request, and put the answer where it is fetched; whether its connection may be used again."""
        response = await connection.handle_async_request(self._request)
        try:
            _check_head(self._here, self._request, response)
            self._head.set_result(response)
            async for chunk in response.stream:
                await self._put(chunk)
            return _ended_well(self._here)
        finally:
            await response.close()

    def _landed(self, task: asyncio.Task[None]) -> None:
        """Let the next call in. The task's exception is asked for, since nobody else may, and asyncio would complain."""
        self._lane.gate.leave()
        _wake(self._more)
        if not task.cancelled():
            task.exception()

    async def _put(self, chunk: bytes) -> None:
        if self._here.withdrawn:
            raise httpcore.ReadError("the call was broken off")
        self._chunks.append(chunk)
        self._ahead += len(chunk)
        _wake(self._more)
        if self._ahead > _AHEAD:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

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
                await self._more
        self._task.result()

    def _break_off(self) -> None:
        if not self._task.done():  # else the connection is at rest, or another call's by now
            self._here.withdraw()
            _wake(self._room)

    async def aclose(self) -> None:
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


def _answer(answer: Answer, stream: Any) -> _http.Response:
    return _http.Response(answer.status, headers=answer.headers, stream=stream, extensions=answer.extensions)


def _check_head(here: Flight, request: _http.Request, response: Answer) -> None:
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


def _ended_well(here: Flight) -> bool:
    """Whether the connection may be used again, as far as the attempt knows."""
    return not here.withdrawn and not (here.stream is not None and here.stream.spent)


# ---- exceptions


# Not context managers: those cost a call more than all else that the transport does.


def _not_in_turn() -> _http.PoolTimeout:
    return _http.PoolTimeout("no connection was free in time")


def _rename(error: Exception) -> None:
    """Raise httpx's exception of the same name in the place of httpcore's, as every httpx transport does."""
    for kind in type(error).__mro__:
        same = getattr(_http, kind.__name__, None)
        if kind.__module__.startswith("httpcore") and same is not None:
            raise same(str(error)) from error
