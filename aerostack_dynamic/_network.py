"""Sockets for httpcore's pools: every step ends at the call's deadline, tells what it met, and can be broken off.

The attempt that a step works for is found in a context variable, since httpcore's port has no place for it.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import sys
import time
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import httpcore
from anyio import CancelScope

from ._flight import Flight, flight

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Generator, Iterable

# Of a head; h11 bounds it at 100 KiB, and looks at it more often.
_LONGEST_HEAD: Final = 256 * 1024
_MOST_INFORMATIONAL: Final = 16
# Of a pool: connections at once, and seconds that one may rest. Some servers close theirs after as long.
CONNECTIONS: Final = 100
KEEPALIVE: Final = 5.0
# Of a request, written in one step: a record of TLS, which is sent whole or not at all, else what a socket takes as much of as fits.
_RECORD: Final = 16 * 1024
_PIECE: Final = 128 * 1024
# A struct linger: on, for 0 seconds.
_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
# How long a write may take before the server is listened to meanwhile, in seconds; what is shorter than so many bytes fits.
_PATIENCE: Final = 0.05
_LISTENED: Final = 16 * 1024
_EARLY_READ: Final = 64 * 1024
_INFORMATIONAL: Final = re.compile(rb"HTTP/1\.[01] 1\d\d[ \r]")
_BARE_LF: Final = re.compile(rb"(?<!\r)\n")


def clamp(here: Flight, timeout: float | None, passed: type[Exception]) -> float | None:
    """`timeout`, cut to what is left of the call. Raises `passed` when nothing is."""
    if here.deadline is None:
        return timeout
    left = here.deadline - time.monotonic()
    if left <= 0:
        raise passed("the total time limit passed")
    return left if timeout is None else min(timeout, left)


def _connect_limit(here: Flight, timeout: float | None) -> float | None:
    """What is left of the time to connect, which look-up, TCP and TLS share."""
    if timeout is None:
        return clamp(here, None, httpcore.ConnectTimeout)
    now = time.monotonic()
    if here.connect_by is None:
        here.connect_by = now + timeout
    left = here.connect_by - now
    if left <= 0:
        raise httpcore.ConnectTimeout("the time limit to connect passed")
    return clamp(here, left, httpcore.ConnectTimeout)


class Wired:
    """What the streams of both kinds note: which request they serve, and the head of its answer as it was sent.

    `secure` is whether TLS is spoken, `http2` whether HTTP/2 is.

    One that is `spent` is not to be used for another request.
    """

    def __init__(self, inner: Any, secure: bool = False) -> None:
        self._inner = inner
        self.secure = secure
        http2 = secure and _is_http2(inner)
        self._head: bytearray | None = None if http2 else bytearray()
        self._informed = 0
        self._reading = self._used = False
        self.http2 = http2
        self.spent = False

    def _writes(self, here: Flight) -> None:
        """A write after a read begins another request."""
        if self._reading:
            self._used, self._reading = True, False
            here.heard = False
            if not self.http2:
                self._head = bytearray()
        here.reused = self._used and not self.http2
        self._serves(here, httpcore.WriteError)

    def _serves(self, here: Flight, broken: type[Exception]) -> None:
        here.stream = self
        if here.withdrawn and not self.http2:
            raise broken("the call was broken off")

    def _reads(self, here: Flight, data: bytes) -> bytes:
        self._reading = True
        if data:
            here.heard = True
        else:
            here.ended = True
        if self._head is not None:
            self._head += data
            self._pass_informational(self._head)
            if len(self._head) > _LONGEST_HEAD:
                raise httpcore.RemoteProtocolError("the head of the answer is too long")
        return data

    def _pass_informational(self, head: bytearray) -> None:
        """Leave out the informational answers that came whole. Raises httpcore's RemoteProtocolError when there is no end to them."""
        start = 0
        while (end := head.find(b"\r\n\r\n", start)) >= 0 and _INFORMATIONAL.match(head, start):
            start = end + 4
            self._informed += 1
        if self._informed > _MOST_INFORMATIONAL:
            raise httpcore.RemoteProtocolError(f"more than {_MOST_INFORMATIONAL} informational answers, and no other")
        del head[:start]

    def end_head(self) -> bool:
        """Forget the head, which is complete; whether its lines end as they must (RFC 9112, section 2.2)."""
        head, self._head, self._informed = bytes(self._head or b""), None, 0
        bare = _BARE_LF.search(head)
        return bare is None or -1 < head.find(b"\r\n\r\n") < bare.start()

    def shut_down(self) -> None:
        """End the connection in both directions, unless other requests share it (HTTP/2).

        What closes it afterwards resets it: a server whose answer nobody reads would otherwise wait for room to send the rest.
        """
        plain: Any = self._inner.get_extra_info("socket")
        if not self.http2 and plain is not None:
            with suppress(OSError):
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                plain.shutdown(socket.SHUT_RDWR)

    def get_extra_info(self, info: str) -> Any:
        """What the inner stream knows."""
        return self._inner.get_extra_info(info)


class _Stream(Wired, httpcore.NetworkStream):
    def __init__(self, inner: Any, streams: set[Any], secure: bool = False) -> None:
        super().__init__(inner, secure)
        self._plain: socket.socket | None = None if secure else inner.get_extra_info("socket")
        self._streams = streams
        streams.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        here = flight()
        self._serves(here, httpcore.ReadError)
        return self._reads(here, self._inner.read(max_bytes, clamp(here, timeout, httpcore.ReadTimeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        here = flight()
        self._writes(here)
        left = memoryview(buffer)
        while left:
            # One send at a time, since httpcore gives each send of a part of its buffer the whole time limit again.
            limit = clamp(here, timeout, httpcore.WriteTimeout)
            if self._plain is None:
                self._inner.write(left[:_RECORD], limit)
                left = left[_RECORD:]
                continue
            try:
                self._plain.settimeout(limit)
                left = left[self._plain.send(left[:_PIECE]) :]
            except TimeoutError as error:
                raise httpcore.WriteTimeout(str(error)) from error
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._streams.discard(self)
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, _connect_limit(flight(), timeout))
        self._streams.discard(self)
        return _Stream(inner, self._streams, secure=True)


def _is_http2(inner: Any) -> bool:
    secured = inner.get_extra_info("ssl_object")
    return secured is not None and secured.selected_alpn_protocol() == "h2"


class Backend(httpcore.NetworkBackend):
    """Connects for a pool of threads. Names are looked up in a thread of their own, since a look-up can't be given a time limit.

    `close` ends all connections that were made, by their sockets: a signal may have left a lock of the pool held for ever.
    """

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()
        self._streams: set[Any] = set()

    def close(self) -> None:
        """Close every connection."""
        for stream in tuple(self._streams):
            stream.close()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that takes one. Raises httpcore's ConnectError or ConnectTimeout."""
        here = flight()
        here.connect_by = None
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in _addresses(host, port, _connect_limit(here, timeout)):
            try:
                left = _connect_limit(here, timeout)
                inner = self._inner.connect_tcp(address, port, left, local_address, socket_options)
                return _Stream(inner, self._streams)
            except httpcore.ConnectError as error:
                failed = error
        raise failed


def _addresses(host: str, port: int, limit: float | None) -> list[str]:
    """The addresses of a host. Raises httpcore's ConnectError, or ConnectTimeout after `limit` seconds."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, host)
            return [host]
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = Thread(target=look_up, name="aerostack_dynamic look-up", daemon=True)
    thread.start()
    thread.join(limit)
    if not found:
        raise httpcore.ConnectTimeout("the name was not looked up in time")
    if isinstance(found[0], Exception):
        raise httpcore.ConnectError(str(found[0]))
    return [str(entry[4][0]) for entry in found[0]]


@contextmanager
def _named(kind: type[httpcore.NetworkError]) -> Generator[None]:
    """What httpcore's asynchronous streams let through, by its own name: an alert of TLS after the handshake is one."""
    try:
        yield
    except OSError as error:
        raise kind(str(error)) from error


class _AsyncStream(Wired, httpcore.AsyncNetworkStream):
    _early: asyncio.Task[bytes] | None = None
    _writing: CancelScope | None = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's port has it
        here = flight()
        self._serves(here, httpcore.ReadError)
        limit = clamp(here, timeout, httpcore.ReadTimeout)
        with _named(httpcore.ReadError):
            early, self._early = self._early, None
            data = await (self._inner.read(max_bytes, limit) if early is None else _joined(early, limit))
        return self._reads(here, data)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's port has it
        here = flight()
        self._writes(here)
        if self.http2 or len(buffer) < _LISTENED:
            with _named(httpcore.WriteError):
                await self._inner.write(buffer, clamp(here, timeout, httpcore.WriteTimeout))
            return
        whole = memoryview(buffer)
        for start in range(0, len(whole), _PIECE):
            await self._write_listening(whole[start : start + _PIECE], clamp(here, timeout, httpcore.WriteTimeout))

    async def _write_listening(self, piece: memoryview, limit: float | None) -> None:
        """Write, and stop when the server answers meanwhile: asyncio would lose the answer of one that then reads no further.

        httpcore takes the WriteError for a reason to read the answer. No task listens to a write that takes no time: those of a long
        body are many.
        """
        with CancelScope() as scope:
            timer = asyncio.get_running_loop().call_later(_PATIENCE, self._listen)
            self._writing = scope
            try:
                with _named(httpcore.WriteError):
                    await self._inner.write(piece, limit)
            finally:
                self._writing = None
                timer.cancel()
        if scope.cancelled_caught:
            raise httpcore.WriteError("the server answered before it had read the request")

    def _listen(self) -> None:
        if self._early is None:
            early = self._early = asyncio.ensure_future(self._inner.read(_EARLY_READ, None))
            early.add_done_callback(self._heard)
        elif self._early.done():
            self._heard(self._early)

    def _heard(self, early: asyncio.Task[bytes]) -> None:
        if self._writing is not None and _is_final(early):
            self._writing.cancel()

    async def aclose(self) -> None:
        early, self._early = self._early, None
        if early is not None:
            early.cancel()
            await asyncio.wait([early])
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's port has it
    ) -> httpcore.AsyncNetworkStream:
        here = flight()
        left = _connect_limit(here, timeout)
        try:
            inner = await _breakable(here, self._inner.start_tls(ssl_context, server_hostname, left))
        except BaseException:
            await self.aclose()  # httpcore leaves it open where the handshake was cancelled
            raise
        return _AsyncStream(inner, secure=True)


def _is_final(early: asyncio.Task[bytes]) -> bool:
    """Whether what was read begins an answer, and not a word on the way to one (RFC 9110, section 15.2)."""
    return not early.cancelled() and early.exception() is None and _INFORMATIONAL.match(early.result()) is None


async def _joined(reading: asyncio.Task[bytes], limit: float | None) -> bytes:
    """What a reading that has begun already gives."""
    if not (await asyncio.wait([reading], timeout=limit))[0]:
        reading.cancel()
        raise httpcore.ReadTimeout("nothing was read in time")
    return reading.result()


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects for a pool of asyncio."""

    def __init__(self) -> None:
        # A stub class stands for it where anyio is missing, which is not where httpx is.
        self._inner: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's port has it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`. Raises httpcore's ConnectError or ConnectTimeout."""
        here = flight()
        here.connect_by = None
        left = _connect_limit(here, timeout)
        inner = await _breakable(here, self._inner.connect_tcp(host, port, left, local_address, socket_options))
        return _AsyncStream(inner)


async def _breakable(here: Flight, connecting: Awaitable[Any]) -> Any:
    """The new stream, from a task of its own: it may be cancelled, and httpcore then sees a connection that failed."""
    task = here.connecting = asyncio.ensure_future(connecting)
    try:
        await asyncio.wait([task])
        if task.cancelled():
            raise httpcore.ConnectError("the call was broken off")
        return task.result()
    finally:
        here.connecting = None
