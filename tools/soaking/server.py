"""The server of the soak, a process of its own: it acts on requests, misbehaves by the weather, and keeps the whole history.

python -m soaking.server SEED FILE      prints its port; at the end of its input it writes the history to FILE and ends
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import socket
import struct
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .history import Entry, keep
from .replies import Gone, Reply
from .weather import Weather


class Head:
    """The head of a request."""

    def __init__(self, data: bytes) -> None:
        line, *rest = data.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        self.method, target, _ = line.split(" ", 2)
        url = urlsplit(target)
        self.operation = url.path.rpartition("/")[2]
        query = parse_qs(url.query)
        self.id, self.hop = query["id"][0], "hop" in query
        self._headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}

    def get(self, name: str) -> str | None:
        """A header."""
        return self._headers.get(name)


class Peer:
    """One connection. Its `poisoned` are those that are reset when the next request comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.poisoned = False

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        plain: socket.socket = self.writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def body(self, head: Head, slowly: bool) -> bytes:
        """The whole body of a request."""
        if head.get("transfer-encoding") == "chunked":
            pieces = []
            while size := int(await self.reader.readuntil(b"\r\n"), 16):
                pieces.append(await self.reader.readexactly(size))
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
            return b"".join(pieces)
        left, data = int(head.get("content-length") or 0), b""
        while len(data) < left:
            await asyncio.sleep(0.01 if slowly else 0)
            data += await self.reader.readexactly(min(16384 if slowly else left, left - len(data)))
        return data


class SoakServer:
    """All connections, what was done, and the history."""

    def __init__(self, seed: int) -> None:
        self.weather = Weather(seed)
        self.history: list[Entry] = []
        self._effects = 0
        self._by_key: dict[str, int] = {}
        self._peers: set[Peer] = set()
        self._port = 0

    def act(self, entry: Entry) -> int:
        """Do what a request asks for; once for all that have one key. Gives the number of the effect."""
        if entry.key is not None and entry.key in self._by_key:
            entry.effect = self._by_key[entry.key]
            return entry.effect
        self._effects += 1
        entry.acted, entry.effect = True, self._effects
        if entry.key is not None:
            self._by_key[entry.key] = self._effects
        return self._effects

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it."""
        peer = Peer(reader, writer)
        self._peers.add(peer)
        try:
            while True:
                await self._one(peer)
        except (asyncio.IncompleteReadError, OSError, Gone):
            pass
        finally:
            self._peers.discard(peer)
            writer.close()

    async def _one(self, peer: Peer) -> None:
        head = Head(await peer.reader.readuntil(b"\r\n\r\n"))
        if peer.poisoned:
            peer.reset()
            raise Gone
        fault = self.weather.fault(head.operation)
        entry = Entry(head.id, head.operation, head.get("idempotency-key"), head.hop, fault)
        self.history.append(entry)
        reply = Reply(self, peer, entry, "gzip" in (head.get("accept-encoding") or ""))
        if fault in ("early 413", "reset while uploading"):
            await reply.before_body()
        body = await peer.body(head, fault == "reads slowly")
        entry.whole, entry.digest = True, _digest(body, head)
        await reply.send()

    async def run(self, path: Path) -> None:
        """Serve until the input ends, with moments of being down."""
        server = await self._listen()
        print(self._port, flush=True)
        ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        while not (await asyncio.wait([ended], timeout=5 + self.weather.chance.random() * 20))[0]:
            server.close()
            for peer in [*self._peers]:
                peer.reset()
            await asyncio.sleep(0.1 + self.weather.chance.random() * 0.7)
            server = await self._listen()
        keep(self.history, path)

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self.serve, "127.0.0.1", self._port, backlog=1024)
        self._port = server.sockets[0].getsockname()[1]
        return server


def _digest(body: bytes, head: Head) -> str:
    """Of a body, or of the one file in a form."""
    if (head.get("content-type") or "").startswith("multipart/"):
        body = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
    return hashlib.sha256(body).hexdigest()


if __name__ == "__main__":
    logging.getLogger("asyncio").disabled = True  # it warns of each write to a connection that is reset
    asyncio.run(SoakServer(int(sys.argv[1])).run(Path(sys.argv[2])))
