"""A network in memory, of which any one step can be made to fail: the n-th connect, TLS handshake, write, read or sleep.

It stands where httpcore's own backends stand, under all of the package's code and all of httpcore's.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import httpcore

PIECE = 100  # bytes that a read gives, so that an answer takes several
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Plan:
    """Which step fails, and how. `fails` gives, for a kind of step, the exception to raise at it, or None where it can't fail so.

    Steps count and fail only while the plan is `armed`, and one of them at most.
    """

    def __init__(self, replies: Sequence[bytes], at: int, fails: Callable[[str], BaseException | None]) -> None:
        self.replies = replies
        self.fails = fails
        self.requests = 0
        self.armed = self.fired = False
        self.caller: asyncio.Task[Any] | None = None
        self.streams: list[Stream] = []
        self._left = at

    def step(self, kind: str) -> None:
        """One step begins. Raises what the plan says, once, or cancels the caller."""
        if not self.armed or self.fired:
            return
        self._left -= 1
        failure = self.fails(kind) if self._left <= 0 else None
        if failure is None:
            return
        self.fired = True
        if not isinstance(failure, asyncio.CancelledError):
            raise failure
        assert self.caller is not None
        self.caller.cancel()

    @property
    def open_streams(self) -> int:
        """Streams that nobody has closed."""
        return sum(not stream.closed for stream in self.streams)


class Eof(Exception):
    """The other end has closed: a read gives nothing, a write fails."""


class Stream:
    """What both kinds of stream share: it answers each whole request with the plan's next reply."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.closed = self.broken = False
        self._got = self.heard = b""
        self._answer = b""
        plan.streams.append(self)

    def get_extra_info(self, info: str) -> Any:
        """Itself for its socket, which can be shut down."""
        return {"socket": self, "is_readable": self.broken}.get(info)

    def setsockopt(self, *_: object) -> None:
        """As of a socket."""

    def shutdown(self, _: int) -> None:
        """As of a socket: what reads or writes now, fails."""
        self.broken = True

    def _read(self) -> bytes:
        try:
            self.plan.step("read")
        except Eof:
            return b""
        if self.closed or self.broken:
            raise httpcore.ReadError("closed")
        given, self._answer = self._answer[:PIECE], self._answer[PIECE:]
        return given

    def _write(self, data: bytes) -> None:
        try:
            self.plan.step("write")
        except Eof:
            raise httpcore.WriteError("broken pipe") from None
        if self.closed or self.broken:
            raise httpcore.WriteError("closed")
        self._got += data
        self.heard += data
        while (size := _size_of_request(self._got)) is not None:
            self._got = self._got[size:]
            self._answer += self.plan.replies[min(self.plan.requests, len(self.plan.replies) - 1)]
            self.plan.requests += 1

    def _secured(self) -> None:
        try:
            self.plan.step("tls")
        except BaseException as error:
            self.closed = True  # as httpcore's own do
            raise httpcore.ConnectError("closed") if isinstance(error, Eof) else error from None


def _size_of_request(data: bytes) -> int | None:
    """How many of the bytes are a whole request; None while it is not whole."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return None
    if b"transfer-encoding" in head.lower():
        found = body.find(b"0\r\n\r\n")
        return None if found < 0 else len(head) + 4 + found + 5
    length = _LENGTH.search(head)
    size = len(head) + 4 + (int(length[1]) if length else 0)
    return size if len(data) >= size else None


class SyncStream(Stream, httpcore.NetworkStream):
    """For threads."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._read()

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._write(buffer)

    def settimeout(self, _: float | None) -> None:
        """As of a socket."""

    def send(self, data: memoryview) -> int:
        """As of a socket, which is plain until TLS begins."""
        self._write(bytes(data))
        return len(data)

    def close(self) -> None:
        self.closed = True

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> SyncStream:
        self._secured()
        self.closed = True  # another one takes its place
        return SyncStream(self.plan)


class AsyncStream(Stream, httpcore.AsyncNetworkStream):
    """For asyncio. Each step lets others run first."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        await turn()
        return self._read()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await turn()
        self._write(buffer)

    async def aclose(self) -> None:
        self.closed = True
        await turn()

    async def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> AsyncStream:
        await turn()
        self._secured()
        self.closed = True
        return AsyncStream(self.plan)


class SyncNetwork(httpcore.NetworkBackend):
    """Connects to the plan, for threads."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def connect_tcp(self, *_: Any, **__: Any) -> SyncStream:
        connected(self._plan)
        return SyncStream(self._plan)


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Connects to the plan, for asyncio."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    async def connect_tcp(self, *_: Any, **__: Any) -> AsyncStream:
        await turn()
        connected(self._plan)
        return AsyncStream(self._plan)


def connected(plan: Plan) -> None:
    """The step of connecting, which knows no end of a stream."""
    try:
        plan.step("connect")
    except Eof:
        raise httpcore.ConnectError("refused") from None


_sleep = asyncio.sleep


async def turn() -> None:
    """Let others run, whatever `asyncio.sleep` has become."""
    await _sleep(0)
