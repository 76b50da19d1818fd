"""What tests of the client share: a sandbox, a scripted server, and one way to run a story on both clients."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from aerostack_dynamic import AsyncClient, Client
from aerostack_dynamic.sandbox import Sandbox

KEY = "ac_secret_for_tests"

# Of whoever runs the tests nothing is read or written, in other processes and before the first test either.
os.environ["AEROSTACK_CACHE"] = "off"
# How long an example takes depends on the machine.
settings.register_profile("any machine", deadline=None, max_examples=35)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "SERVER", "SPEC_VERSION", "VALIDATION", "LOG", "CONFIG", "PROFILE"):
        monkeypatch.delenv(f"AEROSTACK_{name}", raising=False)


def echo(data: dict[str, Any]) -> dict[str, Any]:
    return data


def fail(data: dict[str, Any]) -> None:
    raise RuntimeError("this service always fails")


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    with Sandbox(services={"echo": echo, "fail": fail}) as running:
        yield running


@pytest.fixture(scope="session")
def newer_box() -> Iterator[Sandbox]:
    """A sandbox of version 1.5.0."""
    with Sandbox(version="1.5.0", services={"echo": echo, "fail": fail}) as running:
        yield running


async def settle(value: Any) -> Any:
    """What a call gave: at once, or awaited."""
    return await value if inspect.isawaitable(value) else value


class Both:
    """Runs an `async def story(client)` on one kind of client; stories write `await settle(client.group.operation(...))`."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.client_class = Client if kind == "sync" else AsyncClient

    def run(self, story: Callable[[Any], Awaitable[Any]], *args: Any, **options: Any) -> Any:
        async def main() -> Any:
            client = self.client_class(*args, **options)
            try:
                return await story(client)
            finally:
                await settle(client.close() if self.kind == "sync" else client.aclose())

        return asyncio.run(main())


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest) -> Both:
    return Both(request.param)


@pytest.fixture(name="settle")
def settle_fixture() -> Callable[[Any], Awaitable[Any]]:
    return settle


class Seen(NamedTuple):
    """A request as a scripted server received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) < 2, f"{name} was sent {len(found)} times"
        return found[0] if found else None


class Wire:
    """A server on a socket that answers each request with the next of `answers`, or with what `answers(seen)` gives.

    An answer is the bytes to send; None closes the connection; a callable is given the connection. The last answer is used again.
    """

    def __init__(self, answers: Any) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            try:
                while (seen := _read_request(file)) is not None:
                    self.seen.append(seen)
                    if not self._answer(connection, seen):
                        return
            except (OSError, ValueError):  # the client went away in the middle of a request
                return

    def _answer(self, connection: socket.socket, seen: Seen) -> bool:
        if callable(self._answers):
            answer = self._answers(seen)
        else:
            answer = self._answers[min(len(self.seen), len(self._answers)) - 1]
        if callable(answer):
            answer(connection)
            return False
        if answer is None:
            return False
        connection.sendall(answer)
        return True

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)


def _read_request(file: Any) -> Seen | None:
    line = file.readline()
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: list[tuple[str, str]] = []
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    known = {name.lower(): value for name, value in headers}
    if known.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(file.readline(), 16):
            body += file.read(size)
            file.readline()
        file.readline()
    else:
        body = file.read(int(known.get("content-length", 0)))
    return Seen(method, target, headers, body)


@pytest.fixture
def wire() -> Iterator[Callable[[Any], Wire]]:
    made: list[Wire] = []

    def make(answers: Any) -> Wire:
        made.append(Wire(answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _reply(status: int = 200, body: bytes = b"{}", content_type: str | None = "application/json", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def reply() -> Callable[..., bytes]:
    """The bytes of an HTTP answer."""
    return _reply


@pytest.fixture
def key() -> str:
    return KEY
