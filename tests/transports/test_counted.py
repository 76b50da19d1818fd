"""What long bodies cost on the way, counted: sends and tasks for an upload, reads for a download."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpcore
import httpx
import pytest

from aerostack_dynamic import AsyncClient, Client, Spec
from aerostack_dynamic._flight import FLIGHT, Flight
from aerostack_dynamic._http1 import AsyncConnection, Connection, Hop, Way
from aerostack_dynamic._network import _AsyncStream, _Stream

MIB = 1024 * 1024
SIZE = 16 * MIB
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
BODY = {"requestBody": {"content": {"application/octet-stream": {}}}}
OK = {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}}


@pytest.fixture
def sink() -> Iterator[str]:
    """The URL of a server that reads one request, whose body has a known length, and answers."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            got, end, room = b"", -1, bytearray(MIB)
            while (end := got.find(b"\r\n\r\n")) < 0:
                got += connection.recv(65_536)
            left = SIZE - (len(got) - end - 4)
            while left:
                left -= connection.recv_into(room)
            connection.sendall(ANSWER)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(10)
    listener.close()


@pytest.fixture
def sends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that each send of a socket has taken."""
    noted: list[int] = []
    send = socket.socket.send

    def counted(self: socket.socket, data: Any, flags: int = 0) -> int:
        noted.append(send(self, data, flags))
        return noted[-1]

    monkeypatch.setattr(socket.socket, "send", counted)
    return noted


def document(url: str) -> Spec:
    info = {"title": "t", "version": "1"}
    return Spec.load(
        {
            "openapi": "3.1.0",
            "info": info,
            "servers": [{"url": url}],
            "paths": {"/f": {"post": {"operationId": "up", **BODY, **OK}}},
        }
    )


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(SIZE)
    return path


def test_sends_of_an_upload(sink: str, sends: list[int], large: Path) -> None:
    with Client(spec=document(sink)) as client:
        client.up(body=large)
    assert sum(sends) > SIZE
    # 8 for a MiB, and as many again where a socket takes a part of what it is given.
    assert len(sends) <= 16 * SIZE // MIB


def test_sends_and_tasks_of_an_upload(sink: str, sends: list[int], large: Path) -> None:
    tasks: list[str] = []

    def made(loop: asyncio.AbstractEventLoop, coroutine: Any, **more: Any) -> asyncio.Task[Any]:
        tasks.append(coroutine.__qualname__)
        return asyncio.Task(coroutine, loop=loop, **more)

    async def story() -> None:
        asyncio.get_running_loop().set_task_factory(made)
        async with AsyncClient(spec=document(sink)) as client:
            await client.up(body=large)

    asyncio.run(story())
    assert sum(sends) > SIZE
    assert len(sends) <= 32 * SIZE // MIB  # asyncio sends the rest of each piece when there is room for some of it
    assert len(tasks) <= 8, tasks  # none for a piece


class Wire:
    """A connection that gives all that it is asked for."""

    def __init__(self, size: int) -> None:
        self.left = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
        self.size = size
        self.asked: list[int] = []

    def give(self, most: int) -> bytes:
        self.asked.append(most)
        if self.left:
            head, self.left = self.left, b""
            return head
        given = min(most, self.size)
        self.size -= given
        return bytes(given)


class SyncWire(Wire):
    def connect_tcp(self, *_: Any) -> Any:
        return self

    def write(self, *_: Any) -> None: ...

    def read(self, most: int, _: Any) -> bytes:
        return self.give(most)

    def close(self) -> None: ...


class AsyncWire(Wire):
    async def connect_tcp(self, *_: Any) -> Any:
        return self

    async def write(self, *_: Any) -> None: ...

    async def read(self, most: int, _: Any) -> bytes:
        return self.give(most)

    async def aclose(self) -> None: ...


def request() -> httpx.Request:
    return httpx.Request("GET", "http://x.test/f")


WAY = Way(Hop("x.test", 80, None))


def reads(size: int) -> list[int]:
    wire = SyncWire(size)
    assert sum(map(len, Connection(WAY, wire).handle_request(request()).stream)) == size
    return wire.asked


def async_reads(size: int) -> list[int]:
    async def story() -> list[int]:
        wire = AsyncWire(size)
        answer = await AsyncConnection(WAY, wire).handle_async_request(request())
        assert sum([len(chunk) async for chunk in answer.stream]) == size
        return wire.asked

    return asyncio.run(story())


@pytest.mark.parametrize("read", [reads, async_reads])
def test_reads_of_a_download(read: Any) -> None:
    assert len(read(16 * MIB)) - len(read(8 * MIB)) <= 9 * 8  # 9 for a MiB
    assert max(read(16 * MIB)) < 128 * 1024  # more is had from the system anew each time
    assert max(read(1000)) <= 64 * 1024


# ---- a step of a write: what bounds it, and what ends it early


class Socket:
    """Takes a thousand bytes at a time, and notes how long it might wait; also a stream over TLS, which takes all it is given."""

    def __init__(self) -> None:
        self.limits: list[float | None] = []
        self.pieces: list[int] = []

    def get_extra_info(self, info: str) -> Any:
        return self if info == "socket" else None

    def settimeout(self, limit: float | None) -> None:
        self.limits.append(limit)

    def send(self, data: memoryview) -> int:
        time.sleep(0.001)
        return min(len(data), 1000)

    def write(self, data: memoryview, limit: float | None) -> None:
        self.limits.append(limit)
        self.pieces.append(len(data))


@pytest.fixture
def here() -> Iterator[Flight]:
    made = Flight()
    token = FLIGHT.set(made)
    yield made
    FLIGHT.reset(token)


def test_what_a_socket_took_begins_the_limit_of_a_write_again(here: Flight) -> None:
    plain = Socket()
    _Stream(plain, set()).write(bytes(10_000), 5.0)
    assert plain.limits == [5.0] * 10
    here.deadline = time.monotonic() + 0.02
    with pytest.raises(httpcore.WriteTimeout):
        _Stream(plain, set()).write(bytes(MIB), 5.0)
    assert 0 < max(limit for limit in plain.limits[10:] if limit is not None) <= 0.02


def test_over_tls_a_record_is_written_at_a_time(here: Flight) -> None:
    secured = Socket()
    _Stream(secured, set(), secure=True).write(bytes(40_000), 5.0)
    assert (secured.pieces, secured.limits) == ([16_384, 16_384, 40_000 - 32_768], [5.0] * 3)


class Full:
    """A connection that answers, and takes no more than the first so many writes."""

    def __init__(self, takes: int, after: float) -> None:
        self.takes = takes
        self.after = after
        self.reads = 0

    def get_extra_info(self, _: str) -> Any:
        return None

    async def read(self, *_: Any) -> bytes:
        self.reads += 1
        await asyncio.sleep(self.after)
        return ANSWER

    async def write(self, *_: Any) -> None:
        self.takes -= 1
        await asyncio.sleep(0.08 if self.takes >= 0 else 60)

    async def aclose(self) -> None: ...


@pytest.mark.parametrize(("takes", "after", "pause"), [(0, 0.0, 0.0), (1, 0.06, 0.0), (1, 0.06, 0.06)])
def test_an_answer_ends_a_write_that_waits(here: Flight, takes: int, after: float, pause: float) -> None:
    """Whether it comes within that write, or came before it to one that listened."""

    async def story() -> int:
        inner = Full(takes, after)
        stream = _AsyncStream(inner)
        for _ in range(takes):
            await stream.write(bytes(100_000))
        await asyncio.sleep(pause)
        with pytest.raises(httpcore.WriteError, match="answered"):
            await asyncio.wait_for(stream.write(bytes(100_000)), 5)
        assert await stream.read(65_536) == ANSWER
        return inner.reads

    assert asyncio.run(story()) == 1
