"""Streams and the network: time limits, lost connections, retries, and connections that are free again whatever their reader does."""

from __future__ import annotations

import asyncio
import socket
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
        assert error.reason.startswith("the total time limit of the call passed")

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


# ---- a slow reader


def test_a_slow_reader_is_waited_for(both: Any, wire: Any, streams: Any) -> None:
    long = b"data: %s\n\n" % (b"x" * 900)
    server = wire(streams.drip([streams.head(), *[long * 100] * 40, b"data: last\n\n"]))

    async def story(client: Any) -> None:
        async with streams.opened(client.ticks.stream()) as events:
            assert (next(events) if both.kind == "sync" else await anext(events)) == Event("x" * 900)
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
