"""Streams and the network: time limits, lost connections, retries, and connections that are free again whatever their reader does."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import gc
import socket
import threading
import time
import traceback
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import (
    AerostackError,
    AsyncClient,
    Client,
    Event,
    NoResponseError,
    RetryPolicy,
    StreamError,
    Timeout,
    TimeoutError,
)

TICK = b"data: x\n\n"
CHUNKED = {"Transfer_Encoding": "chunked"}


async def read_into(streams: Any, stream: Any, into: list[Any]) -> AerostackError | None:
    try:
        await streams.collect(stream, into)
    except AerostackError as error:
        return error
    return None


# ---- time


def test_a_stream_has_no_total(both: Any, wire: Any, streams: Any) -> None:
    server = wire(streams.drip([streams.head(), *[TICK] * 8], 0.1))

    async def story(client: Any) -> None:
        began = time.monotonic()
        assert len(await streams.collect(client.ticks.stream())) == 8
        assert time.monotonic() - began > 0.7

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(total=0.4, read=0.35))


def test_the_first_silence_is_not_cut_by_the_total(both: Any, wire: Any, streams: Any) -> None:
    server = wire(streams.drip([streams.head(), TICK], 0.7))

    async def story(client: Any) -> None:
        assert len(await streams.collect(client.ticks.stream())) == 1

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(total=0.4, read=5))


@pytest.mark.parametrize("beat", [b": still here\n", b":", b"\n"])
def test_any_byte_is_a_sign_of_life(both: Any, wire: Any, streams: Any, beat: bytes) -> None:
    server = wire(streams.drip([streams.head(), *[beat] * 8, b"\n" + TICK], 0.1))

    async def story(client: Any) -> None:
        assert await streams.collect(client.ticks.stream()) == [Event("x")]

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(total=0.5, read=0.4))


def test_silence_has_a_limit(both: Any, wire: Any, streams: Any) -> None:
    server = wire(streams.drip([streams.head(X_Request_Id="r1"), TICK + b"data: half"], hold=1))
    found: list[Any] = []

    async def story(client: Any) -> None:
        stream = client.ticks.stream()
        began = time.monotonic()
        error = await read_into(streams, stream, found)
        assert 0.25 < time.monotonic() - began < 2
        assert type(error) is TimeoutError
        assert error.reason == "the time limit to read passed"
        assert (error.stage, error.sent, error.attempts, error.operation) == ("response", "answered", 1, "ticks")
        assert error.elapsed is not None

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(total=60, read=0.3))
    assert found == [Event("x")]


@pytest.mark.parametrize("stage", ["head", "error body"])
def test_the_head_is_under_the_limits_of_any_call(both: Any, wire: Any, streams: Any, stage: str) -> None:
    slow = [b""] if stage == "head" else [streams.head("application/json", 500, Content_Length="9"), b"{"]
    server = wire(streams.drip(slow, hold=1))

    async def story(client: Any) -> None:
        began = time.monotonic()
        error = await read_into(streams, client.ticks.stream(), [])
        assert time.monotonic() - began < 2
        assert type(error) is TimeoutError
        assert error.reason == "the total time limit of the call passed"

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(total=0.4, read=5), retry=1)


def limits_seen(spec: Any, **options: Any) -> tuple[Any, Any]:
    """The read limits before the head and after it."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        before.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter([TICK]))

    before: list[Any] = []
    with Client(spec=spec, transport=httpx.MockTransport(handler), **options) as client, client.ticks.stream() as events:
        list(events)
    return before[0], seen[0].extensions["timeout"]["read"]


def test_the_limits(streams: Any) -> None:
    assert limits_seen(streams.spec) == (pytest.approx(30), 60)
    assert limits_seen(streams.spec, timeout=7) == (pytest.approx(7, abs=0.1), 7)
    assert limits_seen(streams.spec, timeout=Timeout(read=100)) == (pytest.approx(60, abs=0.1), 100)
    assert limits_seen(streams.spec, timeout=None) == (None, None)
    slow = {**streams.document, "paths": {"/ticks": {"get": {**streams.document["paths"]["/ticks"]["get"]}}}}
    slow["paths"]["/ticks"]["get"]["x-aerostack-timeout"] = {"total": 300, "read": 200}
    assert limits_seen(package.Spec.load(slow)) == (pytest.approx(200), 200)


def test_a_foreign_transport_has_the_limit_too(wire: Any, streams: Any) -> None:
    async def silent() -> Any:
        yield TICK
        await asyncio.sleep(5)

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=silent())

    async def main() -> None:
        options: Any = {"spec": streams.spec, "timeout": Timeout(total=5, read=0.2)}
        async with AsyncClient(transport=httpx.MockTransport(handler), **options) as client:
            error = await read_into(streams, client.ticks.stream(), found := [])
            assert (type(error), found) == (TimeoutError, [Event("x")])

    asyncio.run(main())


@pytest.mark.parametrize("chosen", [True, False])
def test_a_lent_client_has_the_limit_too(both: Any, wire: Any, streams: Any, chosen: bool) -> None:
    server = wire(streams.drip([streams.head(), TICK], 0.5, hold=1))
    kind = {"sync": httpx.Client, "async": httpx.AsyncClient}[both.kind]
    lent = kind(timeout=60 if chosen else 0.9)
    options: Any = {"timeout": Timeout(total=0.4, read=0.9)} if chosen else {}

    async def story(client: Any) -> None:
        began = time.monotonic()
        error = await read_into(streams, client.ticks.stream(), found := [])
        assert 1.3 < time.monotonic() - began < 4
        assert (type(error), found) == (TimeoutError, [Event("x")])
        lent.close() if both.kind == "sync" else await lent.aclose()

    both.run(story, spec=streams.spec, server=server.url, http_client=lent, **options)


# ---- lost connections


def test_a_connection_that_is_cut(both: Any, wire: Any, streams: Any) -> None:
    pieces = [streams.head(**CHUNKED), b"id: 5\ndata: a\n\n", b"id: 6\ndata: b"]
    server = wire(streams.drip(pieces, chunked=True))

    async def story(client: Any) -> None:
        error = await read_into(streams, client.ticks.stream(), found := [])
        assert found == [Event("a", id="5")]
        assert type(error) is StreamError
        assert error.reason.startswith("the stream was cut: RemoteProtocolError: ")
        assert (error.last_event_id, error.sent, error.attempts, error.status) == ("5", "answered", 1, 200)

    both.run(story, spec=streams.spec, server=server.url)
    assert len(server.seen) == 1


def test_a_connection_that_is_reset(both: Any, wire: Any, streams: Any) -> None:
    def answer(connection: Any) -> None:
        connection.sendall(streams.head() + TICK)
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    server = wire(lambda seen: answer)

    async def story(client: Any) -> None:
        error = await read_into(streams, client.ticks.stream(), [])
        assert type(error) is StreamError
        assert "the stream was cut: ReadError" in error.reason

    both.run(story, spec=streams.spec, server=server.url)


def test_retries_are_made_before_the_head_only(both: Any, wire: Any, reply: Any, streams: Any) -> None:
    cut = streams.drip([streams.head(**CHUNKED), TICK], chunked=True)
    answers = [None, reply(503), cut(None)]
    server = wire(answers)
    retried: list[Any] = []

    class Hook:
        def on_retry(self, operation: Any, attempt: int, reason: str, delay: float) -> None:
            retried.append(attempt)

    async def story(client: Any) -> None:
        error = await read_into(streams, client.ticks.stream(), found := [])
        assert type(error) is StreamError
        assert (error.attempts, found) == (3, [Event("x")])

    both.run(story, spec=streams.spec, server=server.url, hooks=[Hook()], retry=RetryPolicy(attempts=5, first_delay=0.01))
    assert retried == [1, 2]
    assert len(server.seen) == 3


def test_a_stream_that_is_asked_for_again_is_closed_first(both: Any, wire: Any, streams: Any) -> None:
    gone: list[bool] = []

    def accepted(connection: Any) -> None:
        connection.sendall(streams.head(status=202) + TICK)
        gone.append(ends(connection))

    server = wire([accepted, streams.drip([streams.head(), TICK])(None)])

    async def story(client: Any) -> None:
        assert len(await streams.collect(client.ticks.stream())) == 1
        assert wait_until(lambda: gone == [True])

    policy = RetryPolicy(statuses=frozenset({202}), first_delay=0)
    both.run(story, spec=streams.spec, server=server.url, retry=policy)


# ---- connections that are given back


def ends(connection: Any) -> bool:
    """Whether the other side goes away within some seconds."""
    connection.settimeout(5)
    try:
        while connection.recv(65536):
            pass
    except builtins.TimeoutError:
        return False
    except OSError:
        return True
    return True


def wait_until(true: Any, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


class Endless:
    """A server of streams without an end, which counts those whose reader has gone; /file is a plain answer."""

    def __init__(self, wire: Any, streams: Any, reply: Any, *, pouring: bool = False) -> None:
        self.gone = 0
        self._lock = threading.Lock()
        self._reply = reply(body=b"done", content_type="application/octet-stream")
        self._head = streams.head()
        self._pouring = pouring
        self.server = wire(self._answer)

    def _answer(self, seen: Any) -> Any:
        return self._reply if seen.target.endswith("/file") else self._stream

    def _stream(self, connection: Any) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(self._head + TICK)
            while self._pouring:
                connection.sendall(b": %s\n" % (b"x" * 9000))
        if ends(connection):
            with self._lock:
                self.gone += 1


ABANDONED = 150  # of a pool of 100


@pytest.fixture(params=[False, True], ids=["quiet", "pouring"])
def endless(request: Any, wire: Any, streams: Any, reply: Any) -> Endless:
    return Endless(wire, streams, reply, pouring=request.param)


async def leave_early(streams: Any, stream: Any) -> None:
    async with streams.opened(stream) as events:
        assert await first(events) == Event("x")


async def by_an_error(streams: Any, stream: Any) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with streams.opened(stream) as events:
            await first(events)
            raise ZeroDivisionError


async def unread(streams: Any, stream: Any) -> None:
    async with streams.opened(stream):
        pass


async def closed_within(streams: Any, stream: Any) -> None:
    async with streams.opened(stream) as events:
        await first(events)
        await events.aclose() if hasattr(events, "aclose") else events.close()
        with pytest.raises(AerostackError, match="closed"):
            await first(events)


async def dropped(streams: Any, stream: Any) -> None:
    await stream.__aenter__() if hasattr(stream, "__aenter__") else stream.__enter__()
    await first(stream)


async def first(events: Any) -> Any:
    return await anext(events) if hasattr(events, "__anext__") else next(events)


def test_a_server_that_waits_for_room_is_not_left_waiting(both: Any, streams: Any, wire: Any, reply: Any) -> None:
    endless = Endless(wire, streams, reply, pouring=True)

    async def story(client: Any) -> None:
        for _ in range(5):
            async with streams.opened(client.ticks.stream()) as events:
                await first(events)
                await asyncio.sleep(0.2)  # all buffers are full
        assert await asyncio.to_thread(wait_until, lambda: endless.gone == 5)

    both.run(story, spec=streams.spec, server=endless.server.url)


@pytest.mark.parametrize("way", [leave_early, by_an_error, unread, closed_within, dropped], ids=lambda way: way.__name__)
def test_a_stream_that_is_left_frees_its_connection(both: Any, streams: Any, endless: Endless, settle: Any, way: Any) -> None:
    async def story(client: Any) -> None:
        for _ in range(ABANDONED):
            await way(streams, client.ticks.stream())
        assert await settle(client.file()) == b"done"
        assert await asyncio.to_thread(wait_until, lambda: endless.gone == ABANDONED)

    both.run(story, spec=streams.spec, server=endless.server.url, timeout=10)


def test_a_task_that_is_cancelled_frees_its_connection(streams: Any, endless: Endless) -> None:
    async def reading(client: Any, reached: asyncio.Event) -> None:
        async with client.ticks.stream() as events:
            async for _ in events:
                reached.set()

    async def main() -> None:
        async with AsyncClient(spec=streams.spec, server=endless.server.url, timeout=10) as client:
            for number in range(ABANDONED):
                reached = asyncio.Event()
                task = asyncio.create_task(reading(client, reached))
                # Some before there is a connection, some while it is made, the others in the stream.
                await (asyncio.sleep(0.0002 * number) if number < 20 else reached.wait())
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert await client.file() == b"done"

    asyncio.run(main())


def test_many_at_once_and_one_waits_for_its_turn(both: Any, streams: Any, wire: Any, reply: Any, settle: Any) -> None:
    endless = Endless(wire, streams, reply)

    async def story(client: Any) -> None:
        held = [client.ticks.stream() for _ in range(100)]
        for one in held:
            await (one.__aenter__() if both.kind == "async" else asyncio.to_thread(one.__enter__))
        with pytest.raises(TimeoutError) as caught:
            await settle(client.with_options(timeout=0.2, retry=1).file())
        assert caught.value.stage == "queue"
        held[0].close() if both.kind == "sync" else await held[0].aclose()
        assert await settle(client.file()) == b"done"
        for one in held:
            one.close() if both.kind == "sync" else await one.aclose()

    both.run(story, spec=streams.spec, server=endless.server.url, timeout=10)


def test_a_stream_read_to_its_end_gives_its_connection_back(both: Any, streams: Any, wire: Any, settle: Any) -> None:
    whole = streams.head(Content_Length=str(len(TICK))) + TICK
    server = wire([whole])

    async def story(client: Any) -> None:
        for _ in range(5):
            assert len(await streams.collect(client.ticks.stream())) == 1

    both.run(story, spec=streams.spec, server=server.url)
    assert server.connections == 1


def test_a_hook_that_fails_leaves_no_stream_open(both: Any, streams: Any, wire: Any, reply: Any, settle: Any) -> None:
    endless = Endless(wire, streams, reply)

    class Hook:
        def after_response(self, operation: Any, response: Any) -> None:
            raise ZeroDivisionError

    async def story(client: Any) -> None:
        with pytest.raises(ZeroDivisionError):
            await leave_early(streams, client.ticks.stream())
        assert await asyncio.to_thread(wait_until, lambda: endless.gone == 1)

    both.run(story, spec=streams.spec, server=endless.server.url, hooks=[Hook()])


def test_a_signal_within_a_stream_closes_it(streams: Any, wire: Any) -> None:
    gone: list[bool] = []

    def answer(connection: Any) -> None:
        connection.sendall(streams.head() + b'data: {"text": "a", "n": 1000}\n\n')
        gone.append(ends(connection))

    class Hook:
        def on_drift(self, drift: Any) -> None:
            raise KeyboardInterrupt

    server = wire(lambda seen: answer)
    with Client(spec=streams.spec, server=server.url, hooks=[Hook()]) as client:
        stream = client.chunks.stream()
        stream.__enter__()
        with pytest.raises(KeyboardInterrupt):
            next(stream)
        assert wait_until(lambda: gone == [True])
        with pytest.raises(AerostackError, match="closed"):
            next(stream)


def test_a_refused_answer_leaves_no_stream_open(both: Any, streams: Any, wire: Any) -> None:
    gone: list[bool] = []

    def answer(connection: Any) -> None:
        connection.sendall(streams.head("text/html") + b"<html>")
        gone.append(ends(connection))

    server = wire(lambda seen: answer)

    async def story(client: Any) -> None:
        assert isinstance(await read_into(streams, client.ticks.stream(), []), StreamError)
        assert await asyncio.to_thread(wait_until, lambda: gone == [True])

    both.run(story, spec=streams.spec, server=server.url)


def test_a_client_that_is_closed_ends_its_streams(both: Any, streams: Any, wire: Any, reply: Any, settle: Any) -> None:
    endless = Endless(wire, streams, reply)

    async def story(client: Any) -> None:
        async with streams.opened(client.ticks.stream()) as events:
            await first(events)
            await settle(client.close() if both.kind == "sync" else client.aclose())
            with pytest.raises(AerostackError, match="this client is closed"):
                await first(events)

    both.run(story, spec=streams.spec, server=endless.server.url)


def test_a_loop_may_end_before_its_streams(streams: Any, wire: Any, reply: Any) -> None:
    endless = Endless(wire, streams, reply)
    client = AsyncClient(spec=streams.spec, server=endless.server.url)
    held = [client.ticks.stream()]

    async def main() -> None:
        await held[0].__aenter__()

    asyncio.run(main())
    held.clear()
    gc.collect()
    assert wait_until(lambda: endless.gone == 1)


# ---- a slow reader


def test_a_slow_reader_is_waited_for(both: Any, wire: Any, streams: Any) -> None:
    long = b"data: %s\n\n" % (b"x" * 900)
    server = wire(streams.drip([streams.head(), *[long * 100] * 40, b"data: last\n\n"]))

    async def story(client: Any) -> None:
        async with streams.opened(client.ticks.stream()) as events:
            assert await first(events) == Event("x" * 900)
            await asyncio.sleep(0.5)  # longer than the limit, which is on the server's silence
            count, last = 1, None
            async for event in streams.each(events):
                count, last = count + 1, event
        assert (count, last) == (4001, Event("last"))

    both.run(story, spec=streams.spec, server=server.url, timeout=Timeout(read=0.3))


# ---- secrets


def test_no_credential_is_in_an_error_of_a_stream(both: Any, wire: Any, streams: Any) -> None:
    document = {
        **streams.document,
        "security": [{"Key": []}],
        "components": {
            **streams.document["components"],
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }
    server = wire(streams.drip([streams.head(**CHUNKED), TICK], chunked=True))

    async def story(client: Any) -> None:
        error = await read_into(streams, client.ticks.stream(), [])
        assert isinstance(error, StreamError)
        assert error.response is not None
        assert "x-key" not in error.response.request.headers
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "canary-key" not in "".join(told.format())
        assert error.__cause__ is None
        assert error.__context__ is None

    both.run(story, "canary-key-0001", spec=package.Spec.load(document), server=server.url)
    assert server.seen[0].header("x-key") == "canary-key-0001"


def test_nobody_listens(both: Any, streams: Any) -> None:
    async def story(client: Any) -> None:
        error = await read_into(streams, client.ticks.stream(), [])
        assert isinstance(error, NoResponseError)
        assert (error.stage, error.sent) == ("connect", "no")

    both.run(story, spec=streams.spec, server="http://127.0.0.1:9/v1", retry=1)
