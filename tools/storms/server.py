"""The server of the storms, a process of its own: it answers `cacheGet` with the key it was asked for, and counts.

A key says what happens to it: `name.50` is answered after 50 ms, `name.0.503` with status 503. `GET /counts` tells the counts.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class EchoServer:
    """Answers every request by its key."""

    def __init__(self) -> None:
        self.counts = {"requests": 0, "active": 0, "connections": 0}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.counts["connections"] += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                status, answer = await self._answer(head, body)
                writer.write(
                    b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(answer), answer)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.counts["connections"] -= 1
            writer.close()

    async def _answer(self, head: bytes, body: bytes) -> tuple[int, bytes]:
        if head.startswith(b"GET /counts"):
            return 200, json.dumps(self.counts).encode()
        self.counts["requests"] += 1
        key = json.loads(body)["key"]
        _, pause, *status = key.split(".")
        self.counts["active"] += 1
        try:
            await asyncio.sleep(int(pause) / 1000)
        finally:
            self.counts["active"] -= 1
        return int(status[0]) if status else 200, json.dumps({"value": key, "exists": True}).encode()


async def _main() -> None:
    server = await asyncio.start_server(EchoServer().serve, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends with the process that started it, whose end of the pipe is closed then.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def echo_server() -> Iterator[str]:
    """The address of a server that runs until the end of the block."""
    command = [sys.executable, str(Path(__file__).resolve())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def counts(url: str) -> dict[str, int]:
    """What the server at `url` has counted."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", "/counts")
        found: dict[str, int] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return found


if __name__ == "__main__":
    asyncio.run(_main())
