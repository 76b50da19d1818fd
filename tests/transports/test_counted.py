"""What long bodies cost on the way, counted: sends and tasks for an upload, reads for a download."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AsyncClient, Client, Spec
from aerostack_dynamic._http1 import AsyncConnection, Connection, Hop, Way

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

    def connect_tcp(self, *_: Any) -> Any:
        return self

    def write(self, *_: Any) -> None: ...

    def read(self, most: int, _: Any) -> bytes:
        self.asked.append(most)
        if self.left:
            head, self.left = self.left, b""
            return head
        given = min(most, self.size)
        self.size -= given
        return bytes(given)

    def close(self) -> None: ...


class AsyncWire(Wire):
    async def connect_tcp(self, *_: Any) -> Any:
        return self

    async def write(self, *_: Any) -> None: ...

    async def read(self, most: int, _: Any) -> bytes:
        return super().read(most, _)

    async def aclose(self) -> None: ...


def request() -> httpx.Request:
    return httpx.Request("GET", "http://x.test/f")


WAY = Way(Hop("x.test", 80, None))


def reads(size: int) -> list[int]:
    wire = Wire(size)
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
