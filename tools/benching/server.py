"""A server on this machine, in a process of its own: it answers at once, swallows uploads and sends as many bytes as it is asked for.

`python -m benching.server` prints its port, and ends with the process that started it. POST `/v1/storage/get` with a key that is a number
gives so many bytes.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benching.scene import TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BLOCK = bytes(1 << 18)
_ANSWERS = {
    b"/v1/ai/chat": b'{"response":"Hello to you"}',
    b"/v1/storage/upload": b'{"url":"https://storage.example/of/this"}',
}
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"


class Answering(asyncio.Protocol):
    """One connection, requests of a known length one after the other."""

    def __init__(self) -> None:
        self._held = b""
        self._path = b""
        self._left: int | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        if self._left is not None and self._path == b"/v1/storage/upload":  # never held, since it may be huge
            self._left -= len(data)
            if self._left <= 0:
                self._answer(b"")
            return
        self._held += data
        if self._left is None:
            head, found, rest = self._held.partition(b"\r\n\r\n")
            if not found:
                return
            length = _LENGTH.search(head)
            self._path, self._held = head.split(b" ", 2)[1], b""
            self._left = int(length[1]) if length else 0
            self.data_received(rest)
        elif len(self._held) >= self._left:
            self._answer(self._held)

    def _answer(self, body: bytes) -> None:
        self._held, self._left = b"", None
        if self._path == b"/v1/storage/get":
            self._sending = asyncio.get_running_loop().create_task(self._send(int(json.loads(body)["key"])))
            return
        answer = _ANSWERS[self._path]
        self._transport.write(_HEAD % (b"application/json", len(answer)) + answer)

    async def _send(self, size: int) -> None:
        self._transport.write(_HEAD % (b"application/octet-stream", size))
        while size and not self._transport.is_closing():
            self._transport.write(_BLOCK[: min(size, len(_BLOCK))])
            size -= min(size, len(_BLOCK))
            await self._may_write.wait()


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that runs until the end of the block, with the path of the document's server."""
    command = [sys.executable, "-m", "benching.server"]
    with subprocess.Popen(command, cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(_main())
