"""A server of plain sockets that misbehaves by script, and remembers everything it was sent.

A script is made of steps. A step is what happens on a connection next: bytes (which are sent), or one of the functions here such as
`pause(0.1)`, `drip(data)` or `reset()`. After the last step of a reply the connection stays open for the next request.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Step = Callable[["Peer"], None]
KEPT = 65536


class Over(Exception):
    """The connection ends here."""


# ---- the steps


def send(data: bytes, times: int = 1) -> Step:
    """Send `data`, once or many times. `{sink}` and `{self}` in it stand for the addresses of the second server and of this one."""

    def step(peer: Peer) -> None:
        filled = peer.server.fill(data)
        for _ in range(times):
            peer.send(filled)

    return step


def flood(data: bytes, most: int = 64 * 1024 * 1024) -> Step:
    """Send `data` about as fast as it is taken, until `most` bytes are sent or the client goes away."""
    block = data * max(1, KEPT // len(data))

    def step(peer: Peer) -> None:
        for _ in range(most // len(block)):
            peer.send(block)
            peer.server.wait(0.0005)

    return step


def drip(data: bytes, every: float = 0.05, size: int = 1) -> Step:
    """Send `data` in pieces of `size` bytes with a pause after each."""

    def step(peer: Peer) -> None:
        for start in range(0, len(data), size):
            peer.send(data[start : start + size])
            peer.server.wait(every)

    return step


def pause(seconds: float) -> Step:
    """Wait."""
    return lambda peer: peer.server.wait(seconds)


def silence() -> Step:
    """Read all that comes and say nothing, until the client goes away."""

    def step(peer: Peer) -> None:
        drain()(peer)
        raise Over

    return step


def hear() -> Step:
    """Read once, whatever comes."""

    def step(peer: Peer) -> None:
        peer.receive()

    return step


def drain() -> Step:
    """Read all that comes until the client says that no more does."""

    def step(peer: Peer) -> None:
        while peer.receive():
            pass

    return step


def never_read() -> Step:
    """Neither read nor write nor close, for as long as the server runs."""

    def step(peer: Peer) -> None:
        peer.server.wait(60)
        raise Over

    return step


def read_slowly(size: int, every: float) -> Step:
    """Read `size` bytes, wait, and so on until the client goes away."""

    def step(peer: Peer) -> None:
        while peer.receive(size):
            peer.server.wait(every)
        raise Over

    return step


def close() -> Step:
    """Close the connection in the usual way."""

    def step(peer: Peer) -> None:
        raise Over

    return step


def half_close() -> Step:
    """Say that no more is sent, and read on."""
    return lambda peer: peer.socket.shutdown(socket.SHUT_WR)


def reset() -> Step:
    """End the connection with a TCP reset (SO_LINGER of 0 seconds)."""

    def step(peer: Peer) -> None:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Over

    return step


def tunnel() -> Step:
    """Be a proxy that lets everything through to a server with the TLS context (RFC 9110, section 9.3.6)."""

    def step(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        assert peer.server.inner_tls is not None
        peer.start_tls(peer.server.inner_tls)

    return step


def echo() -> Step:
    """Answer with the target that was asked for."""

    def step(peer: Peer) -> None:
        body = b'{"target":"%s"}' % peer.server.seen[peer.asked].target.encode()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    return step


# ---- the script


def steps_of(part: Any) -> tuple[Step, ...]:
    """A reply as steps: bytes are sent, a step is itself, a sequence has several of either."""
    if isinstance(part, bytes):
        return (send(part),)
    if callable(part):
        return (part,)
    return tuple(step for one in part for step in steps_of(one))


@dataclass(frozen=True)
class Script:
    """What a server does.

    `replies`: the steps after the first request, the second and so on, over all connections; the last are used again, or all of
    them in turn with `cycle`. `greetings`: the same for connections, before a byte is read. `early`: reply when the head of a
    request is there, before its body. `tls`: the name of a certificate. `inner`: that of the server behind a `tunnel()`.
    `listen`: `"yes"`, `"refuse"` (nothing listens) or `"black hole"` (SYN packets get no answer).
    """

    replies: tuple[Any, ...] = ()
    greetings: tuple[Any, ...] = ()
    cycle: bool = False
    early: bool = False
    tls: str | None = None
    inner: str | None = None
    listen: str = "yes"

    def reply(self, number: int) -> tuple[Step, ...]:
        """The steps after request `number`, counted from 0."""
        return steps_of(_nth(self.replies, number, self.cycle))

    def greeting(self, number: int) -> tuple[Step, ...]:
        """The steps at the start of connection `number`, counted from 0."""
        return steps_of(_nth(self.greetings, number, False))


def _nth(parts: tuple[Any, ...], number: int, cycle: bool) -> Any:
    if not parts:
        return ()
    return parts[number % len(parts) if cycle else min(number, len(parts) - 1)]


# ---- the server


@dataclass
class Seen:
    """A request as it came. `body` is its first 64 KiB, `size` and `digest` are of all of it; `whole` says that none is missing."""

    connection: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    at: float = field(default_factory=time.monotonic)
    body: bytes = b""
    size: int = 0
    digest: str = ""
    whole: bool = False

    def header(self, name: str) -> str | None:
        """The value of a header that may come once."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) < 2, f"{name} was sent {len(found)} times"
        return found[0] if found else None


class Server:
    """Plays a `Script` on a loopback port. Every connection has a thread; `close()` ends them all."""

    def __init__(self, script: Script, contexts: Callable[[str], ssl.SSLContext] | None = None, sink: Server | None = None) -> None:
        self.script = script
        self.seen: list[Seen] = []
        self.connections = 0
        self.handshakes_failed = 0
        self.protocols: list[str | None] = []
        self.bytes_sent = 0
        self._sink = sink
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._tls = contexts(script.tls) if contexts and script.tls else None
        self.inner_tls = contexts(script.inner) if contexts and script.inner else None
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start()

    def _start(self) -> None:
        if self.script.listen == "black hole":
            self._fill_backlog()
        elif self.script.listen == "yes":
            self._listener.listen(256)
            self._run(self._accept)

    def _fill_backlog(self) -> None:
        """With its queue of one full and nobody accepting, Linux drops every further SYN."""
        self._listener.listen(0)
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self._sockets.append(waiting)
        time.sleep(0.02)

    def _run(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def url(self) -> str:
        """The address that a client is given."""
        return f"{'https' if self.script.tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> int:
        """How many requests began."""
        return len(self.seen)

    @property
    def executions(self) -> int:
        """How often a server acts: once for a whole request, and once for all that have the same Idempotency-Key."""
        keys = [one.header("idempotency-key") for one in self.seen if one.whole]
        return sum(key is None for key in keys) + len({key for key in keys if key is not None})

    @property
    def open_connections(self) -> int:
        """Connections that neither side has closed."""
        return sum(thread.is_alive() for thread in self._threads[1:])

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server runs."""
        if self._stopping.wait(seconds):
            raise Over

    def fill(self, data: bytes) -> bytes:
        """`data` with the addresses in it."""
        if b"{" not in data:
            return data
        data = data.replace(b"{self}", self.url.encode()).replace(b"{port}", str(self.port).encode())
        if self._sink is not None:
            data = data.replace(b"{sink}", f"127.0.0.1:{self._sink.port}".encode())
            data = data.replace(b"{sinkport}", str(self._sink.port).encode())
        return data

    def count(self, what: str, amount: int = 1) -> int:
        """Add to a counter; gives what it was before."""
        with self._lock:
            before: int = getattr(self, what)
            setattr(self, what, before + amount)
        return before

    def note(self, seen: Seen) -> int:
        """Add to the history; gives the number of the request."""
        with self._lock:
            self.seen.append(seen)
            return len(self.seen) - 1

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._stopping.is_set():
                connection.close()
                return
            self._sockets.append(connection)
            self._run(self._serve, connection, self.count("connections"))

    def _serve(self, connection: socket.socket, number: int) -> None:
        peer = Peer(self, connection, number)
        try:
            peer.play(self.script.greeting(number))
            if self._tls is not None:
                peer.start_tls(self._tls)
            while peer.read_head():
                if not self.script.early:
                    peer.read_body()
                peer.play(self.script.reply(peer.asked))
        except (OSError, ValueError, Over):
            pass
        finally:
            peer.socket.close()

    def close(self) -> None:
        """End every connection and every thread."""
        self._stopping.set()
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in [*self._threads]:
            thread.join(5)
        for one in [*self._sockets]:
            one.close()


class Peer:
    """One connection."""

    def __init__(self, server: Server, connection: socket.socket, number: int) -> None:
        self.server = server
        self.socket = connection
        self.asked = -1
        self._number = number
        self._buffer = b""

    def play(self, steps: tuple[Step, ...]) -> None:
        """Do one step after another."""
        for step in steps:
            step(self)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Shake hands, and speak TLS from here on."""
        try:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        except (OSError, ValueError):
            self.server.count("handshakes_failed")
            raise Over from None
        self.server.protocols.append(self.socket.selected_alpn_protocol())
        self.server._sockets.append(self.socket)

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self.socket.sendall(data)
        self.server.count("bytes_sent", len(data))

    def receive(self, size: int = 65536) -> bytes:
        """What comes next; nothing when the client closed."""
        if self._buffer:
            data, self._buffer = self._buffer[:size], self._buffer[size:]
            return data
        return self.socket.recv(size)

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            data = self.socket.recv(65536)
            if not data:
                raise Over
            self._buffer += data
        found, _, self._buffer = self._buffer.partition(end)
        return found

    def read_head(self) -> bool:
        """Read a request up to its body."""
        line, *rest = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ", 2)
        pairs = [one.partition(":") for one in rest]
        self._seen = Seen(self._number, method, target, [(name, value.strip()) for name, _, value in pairs])
        self.asked = self.server.note(self._seen)
        return True

    def read_body(self) -> None:
        """Read the body that belongs to the head."""
        seen, hashed = self._seen, hashlib.sha256()
        for piece in self._pieces(seen):
            seen.body = (seen.body + piece)[:KEPT] if seen.size < KEPT else seen.body
            seen.size += len(piece)
            hashed.update(piece)
        seen.digest, seen.whole = hashed.hexdigest(), True

    def _pieces(self, seen: Seen) -> Any:
        if seen.header("transfer-encoding") == "chunked":
            while size := int(self._until(b"\r\n"), 16):
                yield from self._exactly(size)
                self._until(b"\r\n")
            self._until(b"\r\n")
        else:
            yield from self._exactly(int(seen.header("content-length") or 0))

    def _exactly(self, size: int) -> Any:
        while size > 0:
            data = self.receive(min(size, 65536))
            if not data:
                raise Over
            size -= len(data)
            yield data
