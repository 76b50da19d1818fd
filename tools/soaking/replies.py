"""What the server of the soak does once it has a request: for each fault a few lines."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from typing import TYPE_CHECKING, Any

from .weather import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .history import Entry

POISON = b'{"id":"poison","op":"poison","effect":-1}'
LONGEST_SILENCE = 6.0


class Gone(Exception):  # an end, not an error
    """The connection has ended."""


class Reply:
    """The reply to one request."""

    def __init__(self, server: Any, peer: Any, entry: Entry, gzips: bool) -> None:
        self._server = server
        self._peer = peer
        self._entry = entry
        self._gzips = gzips
        self._chance = server.weather.chance

    async def before_body(self) -> None:
        """Say no, or go, before the body of an upload was read."""
        if self._entry.fault == "reset while uploading":
            await asyncio.sleep(self._chance.random() * 0.02)
            self._reset()
        self._write(_head(413, 0, "Connection: close"))
        await self._peer.writer.drain()
        self._entry.status, self._entry.answered = 413, True
        await asyncio.sleep(0.3)  # a close with bytes unread is a reset, which may overtake the answer
        raise Gone

    async def send(self) -> None:
        """Do what the fault says."""
        await _FAULTS.get(self._entry.fault, Reply._plain)(self)

    # ---- pieces

    def _write(self, data: bytes) -> None:
        self._peer.writer.write(data)

    def _reset(self) -> None:
        self._peer.reset()
        raise Gone

    def _maybe_act(self) -> None:
        if self._chance.random() < 0.5:
            self._server.act(self._entry)

    def _answer(self, *headers: str) -> bytes:
        """Act, and give the whole answer."""
        effect = self._server.act(self._entry)
        self._entry.status = 204 if self._entry.op == "drop" else 200
        if self._entry.op == "drop":
            return _head(204, None, *headers)
        body = self._body(effect)
        if self._entry.op == "text" and self._gzips and self._chance.random() < 0.5:
            body = gzip.compress(body, 1)
            headers = (*headers, "Content-Encoding: gzip")
        return _head(200, len(body), *headers) + body

    def _body(self, effect: int) -> bytes:
        data = {"id": self._entry.id, "op": self._entry.op, "effect": effect}
        if self._entry.op == "text":
            data["text"] = f"{self._entry.id} " * self._chance.choice((1, 100, 3000, 12000))
        return json.dumps(data).encode()

    async def _sent(self, data: bytes) -> None:
        self._write(data)
        self._entry.answered = True  # the client may have it from now on, whatever comes next
        await self._peer.writer.drain()

    async def _status(self, status: int, *headers: str) -> None:
        self._entry.status = status
        await self._sent(_head(status, 0, *headers))

    def _retry_after(self) -> tuple[str, ...]:
        value = self._chance.choice(RETRY_AFTER)
        return () if value is None else (f"Retry-After: {value}",)

    # ---- faults

    async def _plain(self) -> None:
        await self._sent(self._answer())

    async def _latency(self) -> None:
        await asyncio.sleep(self._chance.random() * 0.5)
        await self._plain()

    async def _slices(self) -> None:
        data = self._answer()
        size = self._chance.choice((1, 7, 40))
        await self._sent_slowly(
            [data[start : start + size] for start in range(0, 200, size)] + [data[-(-200 // size) * size :]], 0.002
        )

    async def _bandwidth(self) -> None:
        data = self._answer()
        await self._sent_slowly([data[start : start + 8192] for start in range(0, len(data), 8192)], 0.02)

    async def _sent_slowly(self, pieces: list[bytes], pause: float) -> None:
        pieces = [piece for piece in pieces if piece]
        for piece in pieces[:-1]:
            self._write(piece)
            await asyncio.sleep(pause)
        await self._sent(pieces[-1])

    async def _slow_close(self) -> None:
        await self._sent(self._answer("Connection: close"))
        await asyncio.sleep(0.3)
        raise Gone

    async def _silence(self) -> None:
        self._maybe_act()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(self._peer.reader.read(1), LONGEST_SILENCE)
        raise Gone

    async def _reset_first(self) -> None:
        self._maybe_act()
        self._reset()

    async def _reset_later(self) -> None:
        data = self._answer()
        self._write(data[: self._chance.randrange(1, len(data))])
        await self._peer.writer.drain()
        await asyncio.sleep(0.01)
        self._reset()

    async def _cut(self) -> None:
        data = self._answer()
        self._write(data[: self._chance.randrange(1, len(data))])
        raise Gone

    async def _cut_chunks(self) -> None:
        body = self._body(self._server.act(self._entry))
        self._entry.status = 200
        half = body[: len(body) // 2]
        self._write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        self._write(b"%x\r\n%s\r\n" % (len(half), half))
        raise Gone

    async def _dirty(self) -> None:
        poison = POISON if self._entry.op == "drop" else _head(200, len(POISON)) + POISON
        await self._sent(self._answer() + poison)

    async def _stale(self) -> None:
        await self._plain()
        raise Gone

    async def _stale_reset(self) -> None:
        await self._plain()
        self._peer.poisoned = True

    async def _throttled(self) -> None:
        await self._status(429, *self._retry_after())

    async def _unavailable(self) -> None:
        await self._status(503, f"Retry-After: {self._chance.choice(('0', '0.2', '1'))}")

    async def _bare_unavailable(self) -> None:
        self._maybe_act()
        await self._status(503)

    async def _failed(self) -> None:
        self._maybe_act()
        await self._status(500)

    async def _redirect(self) -> None:
        if self._entry.hop:
            await self._plain()
        else:
            await self._status(self._chance.choice((301, 302, 307, 308)), f"Location: /{self._entry.op}?id={self._entry.id}&hop=1")

    async def _garbage(self) -> None:
        self._maybe_act()
        self._write(bytes(self._chance.randrange(256) for _ in range(60)))
        raise Gone

    async def _informational(self) -> None:
        for _ in range(3):
            self._write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            await asyncio.sleep(0.005)
        await self._plain()

    async def _truncated_gzip(self) -> None:
        body = gzip.compress(self._body(self._server.act(self._entry)), 1)
        body = body[: self._chance.randrange(1, len(body))]
        self._entry.status = 200
        self._write(_head(200, len(body), "Content-Encoding: gzip") + body)


def _head(status: int, length: int | None, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", *headers]
    lines += [] if length is None else [f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


_FAULTS: dict[str, Callable[[Reply], Awaitable[None]]] = {
    "latency": Reply._latency,
    "slices": Reply._slices,
    "bandwidth": Reply._bandwidth,
    "slow close": Reply._slow_close,
    "silence": Reply._silence,
    "reset before the head": Reply._reset_first,
    "reset in the body": Reply._reset_later,
    "cut in the body": Reply._cut,
    "cut between chunks": Reply._cut_chunks,
    "dirty connection": Reply._dirty,
    "stale connection": Reply._stale,
    "stale and reset": Reply._stale_reset,
    "429": Reply._throttled,
    "503 with Retry-After": Reply._unavailable,
    "503": Reply._bare_unavailable,
    "500": Reply._failed,
    "redirect": Reply._redirect,
    "garbage": Reply._garbage,
    "informational answers": Reply._informational,
    "truncated gzip": Reply._truncated_gzip,
}
