"""Streams of events that are opened again: when, behind which event, how often, and that no event comes twice."""

from __future__ import annotations

import time
from typing import Any

import pytest

from aerostack_dynamic import (
    AerostackError,
    ArgumentsError,
    AuthenticationError,
    Event,
    NoResponseError,
    RetryPolicy,
    Spec,
    StreamError,
    Timeout,
    TimeoutError,
)
from aerostack_dynamic._events import Delivered

CHUNKED = {"Transfer_Encoding": "chunked"}
QUICK = RetryPolicy(first_delay=0.01, longest_delay=0.02)


def numbered(*ids: int) -> bytes:
    return b"".join(b"id: %d\ndata: %d\n\n" % (one, one) for one in ids)


class Recorder:
    def __init__(self) -> None:
        self.retries: list[tuple[int, str]] = []
        self.errors: list[Any] = []

    def on_retry(self, operation: Any, attempt: int, reason: str, delay: float) -> None:
        self.retries.append((attempt, reason))

    def on_error(self, operation: Any, error: Any) -> None:
        self.errors.append(error)


class Told:
    def __init__(self) -> None:
        self.items: list[Any] = []
        self.error: Any = None
        self.last_event_id = ""
        self.hooks = Recorder()
        self.ids: list[str | None] = []
        self.connections = 0

    @property
    def data(self) -> list[Any]:
        return [one.data for one in self.items]


@pytest.fixture
def follow(both: Any, wire: Any, streams: Any) -> Any:
    """Read a stream whose connections are answered by these pieces; an answer that is cut ends within a chunk."""

    def run(answers: list[Any], *, name: str = "ticks", spec: Any = None, chosen: Any = None, **options: Any) -> Told:
        told = Told()

        def answered(seen: Any) -> Any:
            told.ids.append(seen.header("last-event-id"))
            one = answers[min(len(told.ids), len(answers)) - 1]
            if one is None or (isinstance(one, bytes) and one.startswith(b"HTTP/")):
                return streams.drip([one])(seen) if one else None
            if callable(one):
                return one(seen)
            pieces, more = (one, {}) if isinstance(one, list) else ([one], CHUNKED)
            return streams.drip([streams.head(**more), *pieces], chunked=bool(more))(seen)

        server = wire(answered)

        async def story(client: Any) -> None:
            try:
                stream = client.operations[name].stream(**options.pop("arguments", {}))
                stream = stream.with_options(**({"reconnect": True} if chosen is None else chosen))
                async with streams.opened(stream) as inner:
                    async for item in streams.each(inner):
                        told.items.append(item)
                        told.last_event_id = inner.last_event_id
            except AerostackError as error:
                told.error = error

        settings = {"retry": QUICK, "hooks": [told.hooks], **{k: v for k, v in options.items() if k != "arguments"}}
        both.run(story, spec=spec or streams.spec, server=server.url, **settings)
        told.connections = server.connections
        return told

    return run


def test_a_stream_goes_on_behind_the_last_event(follow: Any, streams: Any) -> None:
    told = follow([numbered(1, 2), numbered(3) + b"id: 4\nda", numbered(4, 5), streams.head(None, status=204)])
    assert told.data == ["1", "2", "3", "4", "5"]
    assert told.ids == [None, "2", "3", "5"]
    assert told.error is None
    assert told.hooks.errors == []
    assert [attempt for attempt, _ in told.hooks.retries] == [1, 1, 1]
    assert "the stream was cut" in told.hooks.retries[0][1]


def test_by_itself_it_does_not(follow: Any) -> None:
    told = follow([numbered(1)], chosen={})
    assert type(told.error) is StreamError
    assert (told.error.last_event_id, told.ids) == ("1", [None])
    told = follow([numbered(1)], chosen={"reconnect": False})
    assert type(told.error) is StreamError


def test_it_begins_behind_an_event(follow: Any) -> None:
    told = follow([[numbered(8, 9)]], chosen={"last_event_id": "7é"})
    assert (told.ids, told.data, told.last_event_id) == ([("7é").encode().decode("latin-1")], ["8", "9"], "9")
    told = follow([numbered(8), [numbered(9)], [b""]], chosen={"last_event_id": "7", "reconnect": True})
    assert told.ids[:2] == ["7", "8"]


@pytest.mark.parametrize("given", ["a\nb", "a\0", " a", "\x7f", "\ud800", 3, None])
def test_ids_that_no_header_can_carry(follow: Any, given: Any) -> None:
    told = follow([b""], chosen={"last_event_id": given})
    assert type(told.error) is ArgumentsError
    assert told.ids == []


def test_reconnect_is_a_switch(follow: Any) -> None:
    assert type(follow([b""], chosen={"reconnect": 1}).error) is ArgumentsError


def test_events_that_a_server_repeats(follow: Any) -> None:
    told = follow([numbered(1, 2, 3), numbered(1, 2, 3, 4), numbered(3, 4, 5), [numbered(5)], [b""]])
    assert told.data == ["1", "2", "3", "4", "5"]


def test_events_without_an_id_of_their_own(follow: Any) -> None:
    ping, other = b"event: ping\ndata\n\n", b"data: other\n\n"
    told = follow([numbered(1) + ping + other, ping + other + other + numbered(2), [numbered(2)], [b""]])
    assert told.data == ["1", "", "other", "other", "2"]
    told = follow([numbered(1) + other + numbered(2) + ping, numbered(1) + other + numbered(2) + ping + numbered(3), [b""]])
    assert told.data == ["1", "other", "2", "", "3"]


def test_without_an_id_there_is_no_way_to_go_on(follow: Any) -> None:
    told = follow([b"data: x\n\n"])
    assert type(told.error) is StreamError
    assert told.ids == [None]
    told = follow([b"data: x\n\nid: a\tb\ndata: y\n\n", b""])
    assert told.ids == [None]


def test_one_that_had_no_event_begins_again(follow: Any) -> None:
    told = follow([b": hello\n", b"data: x\n\n", b""])
    assert told.data == ["x"]
    assert told.ids == [None, None]
    assert type(told.error) is StreamError


def test_so_often_and_no_more(follow: Any) -> None:
    told = follow([numbered(1), b":\n", b":\n", b":\n", b":\n"])
    assert type(told.error) is StreamError
    assert (told.error.last_event_id, told.ids) == ("1", [None, "1", "1"])
    assert told.hooks.errors == [told.error]
    told = follow([numbered(1), b":\n", numbered(2), b":\n", numbered(3), b":\n", b":\n"])
    assert told.data == ["1", "2", "3"]
    told = follow([numbered(1)], retry=RetryPolicy.off())
    assert told.ids == [None]


def test_a_plain_end_is_no_end_until_nothing_more_comes(follow: Any) -> None:
    told = follow([[numbered(1)], [numbered(2)], [b""]])
    assert told.data == ["1", "2"]
    assert told.error is None
    assert told.ids == [None, "1", "2", "2"]


def test_the_closing_data_ends_it(follow: Any) -> None:
    chunk = b'id: %d\ndata: {"text": "x"}\n\n'
    arguments = {"question": "?"}
    told = follow([chunk % 1, chunk % 2 + b"data: [DONE]\n\n"], name="chat", arguments=arguments)
    assert len(told.items) == 2
    assert told.error is None
    assert told.ids == [None, "1"]
    told = follow([[chunk % 1], [b""]], name="chat", arguments=arguments)
    assert "ended without '[DONE]'" in told.error.reason
    assert told.ids == [None, "1", "1"]


def test_what_the_server_says_is_an_end(follow: Any) -> None:
    arguments = {"question": "?"}
    told = follow([b'id: 1\ndata: {"text": "x"}\n\ndata: {"error": "no"}\n\n'], name="chat", arguments=arguments)
    assert "carried an error" in told.error.reason
    assert told.ids == [None]
    told = follow([b'id: 1\ndata: {"text": 3}\n\n'], name="chunks")
    assert told.error.problems
    assert told.ids == [None]


def test_silence(follow: Any, streams: Any) -> None:
    silent = streams.drip([streams.head(), numbered(1)], hold=1)
    told = follow([silent, [numbered(2)], [b""]], timeout=Timeout(total=20, read=0.3))
    assert told.data == ["1", "2"]
    assert "time limit to read" in told.hooks.retries[0][1]
    told = follow([silent], timeout=Timeout(total=20, read=0.3), chosen={})
    assert type(told.error) is TimeoutError
    assert told.error.last_event_id == "1"


def test_the_server_says_how_long_to_wait(follow: Any) -> None:
    began = time.monotonic()
    told = follow([b"retry: 300\n" + numbered(1), [numbered(2)]], retry=RetryPolicy(attempts=2, first_delay=0, longest_delay=0))
    assert told.data == ["1", "2"]
    assert time.monotonic() - began > 0.25
    told = follow([b"retry: 61000\n" + numbered(1)])
    assert type(told.error) is StreamError
    assert told.ids == [None]


def test_a_server_that_is_gone(follow: Any, reply: Any) -> None:
    told = follow([numbered(1), None], retry=RetryPolicy(attempts=2, first_delay=0.01, longest_delay=0.02))
    assert type(told.error) is NoResponseError
    assert told.error.last_event_id == "1"
    told = follow([numbered(1), None, None, None, numbered(2), b"", b""])
    assert told.data == ["1", "2"]
    told = follow([numbered(1), reply(401)])
    assert type(told.error) is AuthenticationError


def test_the_key_is_asked_for_again(follow: Any, streams: Any) -> None:
    schemes = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    document = {**streams.document, "components": {**streams.document["components"], "securitySchemes": schemes}}
    spec = Spec.load({**document, "security": [{"Key": []}]})
    keys = iter(["key-1", "key-2", "key-3", "key-4"])
    sent: list[str | None] = []

    def seen(pieces: list[bytes]) -> Any:
        def answer(request: Any) -> Any:
            sent.append(request.header("x-key"))
            return streams.drip([streams.head(), *pieces])(request)

        return answer

    told = follow([seen([numbered(1)]), seen([numbered(2)]), seen([b""])], spec=spec, api_key=lambda: next(keys))
    assert told.data == ["1", "2"]
    assert sent == ["key-1", "key-2", "key-3", "key-4"]


def test_leaving_frees_every_connection(both: Any, wire: Any, streams: Any, settle: Any) -> None:
    answers = [[streams.head(**CHUNKED), numbered(1)], [streams.head(**CHUNKED), numbered(2), numbered(3)]]
    server = wire(lambda seen: streams.drip(answers[min(len(server.seen), 2) - 1], chunked=True, hold=0)(seen))

    async def story(client: Any) -> None:
        stream = client.ticks.stream().with_options(reconnect=True)
        async with streams.opened(stream) as inner:
            async for item in streams.each(inner):
                if item.data == "2":
                    break
        with pytest.raises(AerostackError, match="closed"):
            await settle(stream.__next__() if both.kind == "sync" else stream.__anext__())

    both.run(story, spec=streams.spec, server=server.url, retry=QUICK)


def test_what_is_remembered_is_bounded() -> None:
    delivered = Delivered()
    for number in range(3000):
        assert not delivered.repeats(Event("x", "message", str(number)), str(number))
    delivered.open_again("2999")
    assert delivered.repeats(Event("x", "message", "2999"), "2999")
    assert delivered.repeats(Event("x", "message", "2000"), "2000")
    assert not delivered.repeats(Event("x", "message", "1"), "1")


@pytest.mark.parametrize("options", [{"reconnect": True}, {"last_event_id": "7"}], ids=lambda one: next(iter(one)))
@pytest.mark.parametrize(
    ("name", "head", "piece"),
    [
        ("file", "application/octet-stream", b"bytes"),
        ("rows", "application/x-ndjson", b'{"id": 1}\n'),
        ("records", "application/json-seq", b'\x1e{"id": 1}\n'),
    ],
)
def test_only_events_go_on(both: Any, wire: Any, streams: Any, name: str, head: str, piece: bytes, options: Any) -> None:
    server = wire(streams.drip([streams.head(head), piece]))

    async def story(client: Any) -> None:
        found: list[Any] = []
        with pytest.raises(StreamError, match=f"the answer is {head}, and only server-sent events go on"):
            await streams.collect(getattr(client, name).stream().with_options(**options), found)
        assert found == []

    both.run(story, spec=streams.spec, server=server.url, retry=QUICK)
    assert len(server.seen) == 1
