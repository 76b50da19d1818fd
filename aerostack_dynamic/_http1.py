"""HTTP/1.1 on one connection, for one call at a time (RFC 9112): h11 speaks it, and this says when to write, to read and to close.

Whatever goes wrong, and whatever is left over after an answer, costs the connection; one that is open and at rest may be used again.
Nothing is locked: httpcore's connections are, and a signal or a cancelled task may leave a lock of theirs held for ever.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import h11
import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
    from typing import TypeAlias

    from . import _http

    # Each step is what to call, and its arguments; it is sent back what the call gives, or awaits to.
    Steps: TypeAlias = Generator[tuple[Any, ...], Any, "_Result"]
    # In seconds, by httpx's names of them; None for no limit.
    Timeouts: TypeAlias = Mapping[str, float | None]

_Result = TypeVar("_Result")

# Asked for at once: at first, and of a body that has filled that. More than 128 KiB would be had from the system anew each time, and
# given back, by a malloc as glibc's is: all but the memory itself is dearer than the reads that it saves.
_READ: Final = 64 * 1024
_MOST_READ: Final = 124 * 1024
# Of a head, which h11 looks through again for each piece that comes.
_LONGEST_HEAD: Final = 100 * 1024
_SWITCHING: Final = 101
_END: Final = h11.EndOfMessage()


class Hop(NamedTuple):
    """Where a connection leads: a server or a proxy, with TLS where there is a context. An IPv6 `host` has no brackets."""

    host: str
    port: int
    tls: ssl.SSLContext | None

    @property
    def authority(self) -> bytes:
        """Host and port, as CONNECT names them (RFC 9112, section 3.2.3)."""
        return f"[{self.host}]:{self.port}".encode() if ":" in self.host else f"{self.host}:{self.port}".encode()


class Way(NamedTuple):
    """How the connections to a server are made: directly, or by a proxy, to which `headers` are shown. One for TLS is a tunnel."""

    server: Hop
    proxy: Hop | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def tunnelled(self) -> bool:
        """Whether the proxy is asked for a way through it."""
        return self.proxy is not None and self.server.tls is not None


class Answer(NamedTuple):
    """The head of an answer, the `stream` of its body, unread, and what ends it; for asyncio both are asynchronous."""

    status: int
    headers: list[tuple[bytes, bytes]]
    extensions: dict[str, Any]
    stream: Any
    close: Callable[[], Any]


class _Talk:
    """What both ends have said so far, and what is to be said next."""

    __slots__ = ("_h11", "_way")

    def __init__(self, way: Way) -> None:
        self._way = way
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    def ask(self, request: _http.Request) -> bytes:
        """The head of a request. A proxy that forwards is given the whole URL (RFC 9112, section 3.2.2)."""
        url, headers = request.url, request.headers.raw
        target: bytes = request.extensions.get("target", url.raw_path)
        if self._way.proxy is not None and not self._way.tunnelled:
            target = b"%b://%b%b" % (url.raw_scheme, url.netloc, target)
            headers = [*self._way.headers, *headers]
        return self._asked(request.method, target, headers)

    def ask_tunnel(self) -> bytes:
        """The whole request for a way to the server (RFC 9110, section 9.3.6)."""
        target = self._way.server.authority
        return self._asked("CONNECT", target, [(b"Host", target), (b"Accept", b"*/*"), *self._way.headers]) + self.end()

    def _asked(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
        try:
            event = h11.Request(method=method, target=target, headers=headers)
        except h11.LocalProtocolError as error:
            raise httpcore.LocalProtocolError(str(error)) from error
        return self._h11.send(event) or b""

    def go_on(self, chunk: bytes) -> bytes:
        """A piece of the request's body."""
        return self._h11.send(h11.Data(data=chunk)) or b""

    def end(self) -> bytes:
        """What ends a request."""
        return self._h11.send(_END) or b""

    def hear(self, data: bytes) -> None:
        """Take what was read; nothing is the end of it. Raises httpcore's RemoteProtocolError where no answer has begun."""
        if not data and self._h11.their_state is h11.SEND_RESPONSE:
            raise httpcore.RemoteProtocolError("Server disconnected without sending a response.")
        self._h11.receive_data(data)

    def _next_event(self) -> Any:
        try:
            return self._h11.next_event()
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error

    def head(self) -> Any:
        """The event that an answer begins with, None while there is more to read. Informational ones are passed over."""
        while (event := self._next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Response) or event.status_code == _SWITCHING:
                return event
        return None

    def chunk(self) -> bytes | None:
        """The next piece of the answer's body; an empty one while there is more to read, None at its end."""
        event = self._next_event()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        return b"" if event is h11.NEED_DATA else None

    def again(self) -> bool:
        """Whether another request may follow: both ends are done, and nothing came beyond the answer."""
        done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        if not done or self._h11.trailing_data[0]:
            return False
        self._h11.start_next_cycle()
        return True


def _next_asked(asked: int, data: bytes) -> int:
    """How much of a body is read next: a small one, as most are, is given little room."""
    return _MOST_READ if len(data) == asked else asked


class _Base:
    """What connections of both kinds share: all but how a step is taken. They are closed until the first request, and when given up."""

    _iterate: Callable[[Any], Any]
    _next: Callable[..., Any]

    def __init__(self, way: Way, backend: Any) -> None:
        self._way = way
        self._backend = backend
        self._talk = _Talk(way)
        self._wire: Any = None

    def is_closed(self) -> bool:
        """Whether there is none, as far as this end knows."""
        return self._wire is None

    @property
    def usable(self) -> bool:
        """Whether it is open, and silent: what can be read of a connection at rest is its end."""
        return self._wire is not None and not self._wire.get_extra_info("is_readable")

    def _exchange(self, request: _http.Request, timeouts: Timeouts) -> Steps[Any]:
        """Send a request, and read the head of its answer. The limits are looked at for each step, as they may change meanwhile."""
        if self._wire is None:
            yield from self._connect(request, timeouts)
        # A server may answer early, and read no further: what it says is read even so.
        with suppress(httpcore.WriteError):
            yield from self._send(request, timeouts)
        return (yield from self._head(timeouts))

    def _connect(self, request: _http.Request, timeouts: Timeouts) -> Steps[None]:
        server, proxy = self._way.server, self._way.proxy
        hop = proxy or server
        self._wire = yield self._backend.connect_tcp, hop.host, hop.port, timeouts.get("connect")
        if proxy is not None and proxy.tls is not None:
            yield from self._secure(proxy.tls, proxy.host, timeouts)
        if self._way.tunnelled:
            yield self._wire.write, self._talk.ask_tunnel(), timeouts.get("write")
            head = yield from self._head(timeouts)
            if not 200 <= head.status_code < 300:
                raise httpcore.ProxyError(f"{head.status_code} {head.reason.decode('ascii', errors='ignore')}")
            self._talk = _Talk(self._way)
        if server.tls is not None:
            yield from self._secure(server.tls, request.extensions.get("sni_hostname") or server.host, timeouts)

    def _secure(self, tls: ssl.SSLContext, name: str, timeouts: Timeouts) -> Steps[None]:
        tls.set_alpn_protocols(["http/1.1"])
        self._wire = yield self._wire.start_tls, tls, name, timeouts.get("connect")

    def _send(self, request: _http.Request, timeouts: Timeouts) -> Steps[None]:
        """Write a request, its head with the first piece of its body: one step, and mostly one packet."""
        ready, chunks = self._talk.ask(request), self._iterate(request.stream)
        while (chunk := (yield self._next, chunks, None)) is not None:
            yield self._wire.write, ready + self._talk.go_on(chunk), timeouts.get("write")
            ready = chunk = b""  # which would be held, large as it may be, while the next one is read
        if ready := ready + self._talk.end():
            yield self._wire.write, ready, timeouts.get("write")

    def _head(self, timeouts: Timeouts) -> Steps[Any]:
        head = None
        while head is None:  # what comes of one is read only now, since nothing was left over of the last one
            self._talk.hear((yield self._wire.read, _READ, timeouts.get("read")))
            head = self._talk.head()
        return head

    def _answer(self, head: Any, stream: Any, close: Callable[[], Any]) -> Answer:
        extensions = {"http_version": b"HTTP/" + head.http_version, "reason_phrase": head.reason, "network_stream": self._wire}
        return Answer(head.status_code, head.headers.raw_items(), extensions, stream, close)


class Connection(_Base):
    """One that blocks."""

    _iterate = staticmethod(iter)
    _next = staticmethod(next)

    def handle_request(self, request: _http.Request) -> Answer:
        """Send a request, and read the head of its answer. Raises httpcore's exceptions."""
        timeouts = request.extensions.get("timeout", {})
        try:
            head = _taken(self._exchange(request, timeouts))
        except BaseException:
            self.close()
            raise
        return self._answer(head, self._body(timeouts), self._end)

    def _body(self, timeouts: Timeouts) -> Iterator[bytes]:
        asked = _READ
        while (chunk := self._talk.chunk()) is not None:
            if chunk:
                yield chunk
            else:
                data = self._wire.read(asked, timeouts.get("read"))
                self._talk.hear(data)
                asked = _next_asked(asked, data)

    def _end(self) -> None:
        if not self._talk.again():
            self.close()

    def close(self) -> None:
        """Close it, if it is open."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()


def _taken(steps: Steps[_Result]) -> _Result:
    """Take every step; gives what they lead to."""
    try:
        call = next(steps)
        while True:
            try:
                got = call[0](*call[1:])
            except BaseException as error:
                call = steps.throw(error)
            else:
                call = steps.send(got)
    except StopIteration as stop:
        given: _Result = stop.value
        return given


class AsyncConnection(_Base):
    """One of asyncio."""

    _iterate = staticmethod(aiter)
    _next = staticmethod(anext)

    async def handle_async_request(self, request: _http.Request) -> Answer:
        """Send a request, and read the head of its answer. Raises httpcore's exceptions."""
        timeouts = request.extensions.get("timeout", {})
        try:
            head = await _awaited(self._exchange(request, timeouts))
        except BaseException:
            await self.aclose()
            raise
        return self._answer(head, self._body(timeouts), self._end)

    async def _body(self, timeouts: Timeouts) -> AsyncIterator[bytes]:
        asked = _READ
        while (chunk := self._talk.chunk()) is not None:
            if chunk:
                yield chunk
            else:
                data = await self._wire.read(asked, timeouts.get("read"))
                self._talk.hear(data)
                asked = _next_asked(asked, data)

    async def _end(self) -> None:
        if not self._talk.again():
            await self.aclose()

    async def aclose(self) -> None:
        """Close it, if it is open."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()


async def _awaited(steps: Steps[_Result]) -> _Result:
    """The same with `await`."""
    try:
        call = next(steps)
        while True:
            try:
                got = await call[0](*call[1:])
            except BaseException as error:
                call = steps.throw(error)
            else:
                call = steps.send(got)
    except StopIteration as stop:
        given: _Result = stop.value
        return given
