"""Connections are free again whatever the reader of a stream does, and wherever it was."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import gc
import threading
import time
from typing import Any

import pytest

from aerostack_dynamic import AerostackError, AsyncClient, Client, Event, RetryPolicy, StreamError, TimeoutError

TICK = b"data: x\n\n"


async def read_into(streams: Any, stream: Any, into: list[Any]) -> AerostackError | None:
    try:
        await streams.collect(stream, into)
    except AerostackError as error:
        return error
    return None


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
        self.poured = b": %s\n" % (b"x" * 9000)
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
                connection.sendall(self.poured)
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
    endless.poured = TICK * 1000  # takes the reader long enough that all buffers are full when it goes

    async def story(client: Any) -> None:
        for _ in range(15):
            await leave_early(streams, client.ticks.stream())
        assert await asyncio.to_thread(wait_until, lambda: endless.gone == 15)

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
