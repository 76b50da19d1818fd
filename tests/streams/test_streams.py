"""Streams through the public face: what they yield, how they are asked for, how they end."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
from datetime import datetime
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import AerostackError, ArgumentsError, Client, Event, Record, ResponseError, StreamError

DONE = b"data: [DONE]\n\n"


def data(value: Any) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


# ---- items


def test_events_are_text_where_the_document_says_no_more(read: Any, streams: Any) -> None:
    told = read("ticks", streams.head() + b": hello\n\nid: 1\nevent: tick\ndata: one\n\ndata: [1]\r\n\r\ndata: cut")
    assert told.items == [Event("one", "tick", "1"), Event("[1]", "message", "1")]
    assert told.error is None
    assert told.items[0].data == "one"
    assert repr(told.items[1]) == "Event(data='[1]', event='message', id='1')"


def test_events_are_records_where_the_schema_is_an_object(read: Any, streams: Any) -> None:
    told = read("chunks", streams.head() + data({"text": "a", "at": "2026-01-01T00:00:00Z"}) + data({"text": "b", "more": [{}]}))
    first, second = (event.data for event in told.items)
    assert isinstance(first, Record)
    assert first.text == "a"
    assert isinstance(first.at, datetime)
    assert second["more"][0] == {}
    assert not told.hooks.drifts


def test_lines_of_json_are_records(read: Any, streams: Any) -> None:
    told = read("rows", streams.head("application/x-ndjson") + b'{"id":1}\n\n{"id":2}\r\n{"id":3}')
    assert [row.id for row in told.items] == [1, 2, 3]
    assert told.error is None


def test_all_else_is_bytes(read: Any, streams: Any) -> None:
    body = bytes(range(256)) * 1000
    told = read("file", streams.head("application/octet-stream", Content_Length=str(len(body))) + body)
    assert b"".join(told.items) == body
    assert len(told.items) > 1
    told = read("file", streams.head("application/octet-stream", Content_Length="0"))
    assert (told.items, told.error) == ([], None)


def test_an_answer_without_a_body(read: Any, streams: Any) -> None:
    told = read("ticks", streams.head(None, status=204))
    assert (told.items, told.error) == ([], None)
    assert [drift.rule for drift in told.hooks.drifts] == []  # `default` speaks of it


@pytest.mark.parametrize("name", ["ticks", "rows", "file"])
def test_gzip_is_taken_off(read: Any, streams: Any, name: str) -> None:
    body = {"ticks": data(b"x" * 200_000) * 3, "rows": b'{"id":1}\n' * 30_000, "file": b"\0" * 3_000_000}[name]
    kind = {"ticks": "text/event-stream", "rows": "application/jsonl", "file": "application/octet-stream"}[name]
    packed = gzip.compress(body[:100]) + gzip.compress(body[100:])
    told = read(name, streams.head(kind, Content_Encoding="gzip") + packed)
    assert told.error is None
    if name == "file":
        assert b"".join(told.items) == body
        assert max(map(len, told.items)) <= 64 * 1024
    else:
        assert len(told.items) == {"ticks": 3, "rows": 30_000}[name]
    told = read(name, streams.head(kind, Content_Encoding="gzip") + packed[:-9])
    assert type(told.error) is StreamError
    assert "truncated gzip" in told.error.reason
    told = read(name, streams.head(kind, Content_Encoding="gzip") + b"no gzip at all")
    assert "not valid gzip" in told.error.reason
    told = read(name, streams.head(kind, Content_Encoding="br") + b"x")
    assert "content encoding" in told.error.reason


# ---- the media type


@pytest.mark.parametrize("mode", ["strict", "tolerant", "observe", "off"])
def test_a_whole_answer_where_a_stream_was_asked_for(read: Any, streams: Any, mode: str) -> None:
    for kind in ("application/json", "text/html"):
        told = read("chat", streams.head(kind) + b"{}", {"question": "?"}, validation=mode)
        if mode in ("strict", "tolerant"):
            assert isinstance(told.error, ResponseError)
            assert told.error.reason == f"the answer is {kind}, and no stream of text/event-stream"
        else:
            assert b"".join(told.items) == b"{}"
        assert [drift.rule for drift in told.hooks.drifts] == ["content-type"] * (mode == "observe")


def test_a_stream_that_the_document_does_not_declare(read: Any, streams: Any) -> None:
    told = read("file", streams.head() + data(b"x"))
    assert told.items == [Event("x")]
    assert [drift.rule for drift in told.hooks.drifts] == ["content-type"]
    assert read("file", streams.head() + data(b"x"), validation="strict").error.reason.startswith(
        "the document has application/oct"
    )


def test_without_a_media_type_it_is_the_declared_stream(read: Any, streams: Any) -> None:
    told = read("chat", streams.head(None) + data({"text": "a"}) + DONE, {"question": "?"})
    assert [event.data.text for event in told.items] == ["a"]


# ---- asking


def test_the_flag_is_set_and_the_stream_preferred(read: Any, streams: Any) -> None:
    for arguments in ({"question": "?"}, {"question": "?", "stream": True}, {"body": {"question": "?"}}):
        told = read("chat", streams.head() + DONE, arguments)
        assert told.error is None
        assert json.loads(told.seen[0].body) == {"question": "?", "stream": True}
        assert told.seen[0].header("accept") == "text/event-stream, application/json;q=0.5"
    told = read("search", streams.head() + data(b"1"))
    assert told.items == [Event(1)]
    assert told.seen[0].target == "/v1/search?live=true"
    assert told.error is None


def test_a_stream_can_not_be_asked_for_otherwise(read: Any, streams: Any) -> None:
    told = read("chat", streams.head() + DONE, {"question": "?", "stream": False})
    assert isinstance(told.error, ArgumentsError)
    assert told.error.operation == "chat"
    assert ".stream(...) sets it to True" in str(told.error)
    assert not told.seen


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("chat", {"question": "?", "stream": True}),
        ("chat", {"question": "?", "body_stream": True}),
        ("chat", {"body": {"question": "?", "stream": True}}),
        ("search", {"live": True}),
        ("search", {"query_live": True}),
    ],
)
def test_the_plain_call_does_not_ask_for_one(
    both: Any, settle: Any, streams: Any, wire: Any, reply: Any, name: str, arguments: Any
) -> None:
    server = wire([reply()])

    async def story(client: Any) -> None:
        operation = client.operations[name]
        for call in (operation, operation.raw):
            with pytest.raises(ArgumentsError, match=rf"asks for a stream, which {name}.stream\(...\) gives") as caught:
                await settle(call(**arguments))
            assert caught.value.problems[0].rule == "stream"
        assert operation.prepare(**arguments).method  # to be looked at, not sent

    both.run(story, spec=streams.spec, server=server.url)
    assert not server.seen


def test_the_plain_call_prefers_json(both: Any, settle: Any, streams: Any, wire: Any, reply: Any) -> None:
    server = wire([reply()])

    async def story(client: Any) -> None:
        await settle(client.chat(question="?"))
        await settle(client.chat(question="?", stream=False))
        assert client.ticks.prepare().headers["accept"] == "text/event-stream, application/json"

    both.run(story, spec=streams.spec, server=server.url)
    assert [one.header("accept") for one in server.seen] == ["application/json"] * 2
    assert json.loads(server.seen[1].body)["stream"] is False


def test_arguments_are_checked_before_anything_is_sent(read: Any, streams: Any) -> None:
    told = read("chat", streams.head() + DONE, {"qestion": "?"})
    assert isinstance(told.error, ArgumentsError)
    assert len(told.error.problems) == 2
    assert told.hooks.errors == [told.error]
    with Client(spec=streams.spec) as client, pytest.raises(ArgumentsError, match="given by keyword"):
        client.chat.stream("?")


# ---- the end


def test_the_sentinel_ends_the_stream(read: Any, streams: Any) -> None:
    told = read("chat", streams.head() + data({"text": "a"}) + DONE + data({"text": "never"}), {"question": "?"})
    assert [event.data.text for event in told.items] == ["a"]
    assert told.error is None


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n", b"data: [DONE", b'data: "[DONE]"x\n', b'id: 9\ndata: {"text": "cut"}\n'])
def test_a_stream_without_its_sentinel_ended_early(read: Any, streams: Any, end: bytes) -> None:
    told = read("chat", streams.head(X_Request_Id="r1") + b"id: 4\n" + data({"text": "a"}) + end, {"question": "?"})
    error = told.error
    assert type(error) is StreamError
    assert [event.data.text for event in told.items] == ["a"]
    assert error.reason == "the stream ended without '[DONE]', which closes it"
    assert (error.last_event_id, error.status, error.attempts, error.sent, error.operation) == ("4", 200, 1, "answered", "chat")
    assert error.request_id == "r1"
    assert error.elapsed > 0
    assert error.headers["content-type"] == "text/event-stream"
    assert error.response.content == b""
    assert told.hooks.errors == [error]
    again = pickle.loads(pickle.dumps(error))
    assert (again.last_event_id, again.reason, str(again)) == ("4", error.reason, str(error))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"error": {"code": "overloaded", "message": "try later"}}, ": overloaded: try later"),
        ({"error": "too much"}, ": too much"),
        ({"error": True, "text": "x"}, ""),
        ({"error": []}, ""),
    ],
)
def test_an_error_within_the_stream(read: Any, streams: Any, value: Any, said: str) -> None:
    told = read("chat", streams.head() + data({"text": "a", "error": None}) + data(value) + DONE, {"question": "?"})
    assert [event.data.text for event in told.items] == ["a"]
    assert type(told.error) is StreamError
    assert told.error.reason == f"the stream carried an error{said}"
    assert told.error.data == value


def test_too_large(read: Any, streams: Any) -> None:
    told = read("ticks", streams.head() + data(b"a") + b"data: " + b"x" * (1 << 20) + b"\n\n")
    assert told.items == [Event("a")]
    assert told.error.reason == "a line is longer than 1048576 bytes"
    told = read("rows", streams.head("application/jsonl") + b'{"id":1}\n' + b" " * (1 << 21))
    assert told.error.reason == "a line is longer than 1048576 bytes"


@pytest.mark.parametrize("status", [400, 500, 302])
def test_an_error_status_is_raised_on_entering(read: Any, streams: Any, reply: Any, status: int) -> None:
    told = read("chat", reply(status, b'{"message":"no"}'), {"question": "?"})
    assert isinstance(told.error, package.StatusError)
    assert told.error.status == status
    assert told.error.message == "no"
    assert told.items == []


# ---- the object


def test_what_is_known_of_the_answer(both: Any, wire: Any, streams: Any) -> None:
    server = wire(streams.drip([streams.head(X_Request_Id="r7") + b"id: 3\n" + data(b"x") + data(b"y")]))
    answers: list[Any] = []

    class Hook:
        def after_response(self, operation: Any, response: Any) -> None:
            answers.append(response)

    async def story(client: Any) -> None:
        stream = client.ticks.stream()
        assert repr(stream) == "<stream of ticks, not open>"
        with pytest.raises(AerostackError, match=r"it is opened by `(async )?with ticks.stream\(...\) as events:`"):
            _ = stream.status
        async with streams.opened(stream) as events:
            assert events is stream
            assert (stream.status, stream.request_id, stream.headers["content-type"]) == (200, "r7", "text/event-stream")
            assert isinstance(stream.response, httpx.Response)
            assert stream.response.request.url.path == "/v1/ticks"
            assert stream.last_event_id == ""
            assert repr(stream) == "<stream of ticks, open>"
            item = next(events) if both.kind == "sync" else await anext(events)
            assert item == Event("x", id="3")
            assert stream.last_event_id == "3"
            with pytest.raises(TypeError, match="can't be pickled or copied"):
                pickle.dumps(stream)
            with pytest.raises(TypeError, match="can't be pickled or copied"):
                copy.copy(stream)
            with pytest.raises(AerostackError, match="opened once"):
                async with streams.opened(stream):
                    pass
            assert [one async for one in streams.each(stream)] == [Event("y", id="3")]
            assert [one async for one in streams.each(stream)] == []  # it has ended, and stays so
            assert repr(stream) == "<stream of ticks, ended>"
        assert repr(stream) == "<stream of ticks, closed>"
        assert stream.status == 200
        with pytest.raises(AerostackError, match="is closed; it is read within its `with` block"):
            [one async for one in streams.each(stream)]

    both.run(story, spec=streams.spec, server=server.url, hooks=[Hook()])
    assert [(one.status_code, one.content) for one in answers] == [(200, b"")]


def test_it_is_iterated_within_its_block_only(streams: Any) -> None:
    with Client(spec=streams.spec, transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
        with pytest.raises(AerostackError, match="is not open"):
            list(client.ticks.stream())
        stream = client.ticks.stream()
        with pytest.raises(AttributeError, match="__aenter__|asynchronous context manager"):
            _ = stream.__aenter__
        del stream


@pytest.mark.parametrize("where", ["transport", "client"])
def test_other_transports_work_too(both: Any, streams: Any, where: str) -> None:
    body = data({"text": "a"}) + data({"text": "b"})

    async def pieces() -> Any:
        for one in body:
            yield bytes([one])

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/packed":
            return httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(body))
        content = iter([body[:5], body[5:]]) if both.kind == "sync" else pieces()
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=content)

    transport = httpx.MockTransport(handler)
    kinds = {"sync": httpx.Client, "async": httpx.AsyncClient}
    given = {"transport": transport} if where == "transport" else {"http_client": kinds[both.kind](transport=transport)}

    async def story(client: Any) -> None:
        assert [event.data.text for event in await streams.collect(client.chunks.stream())] == ["a", "b"]

    both.run(story, spec=streams.spec, **given)


def test_a_body_that_was_read_already(both: Any, streams: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "text/event-stream", "content-encoding": "gzip"}
        return httpx.Response(200, headers=headers, content=gzip.compress(data(b"x")))

    async def story(client: Any) -> None:
        assert await streams.collect(client.ticks.stream()) == [Event("x")]

    both.run(story, spec=streams.spec, transport=httpx.MockTransport(handler))


def test_options_and_help(streams: Any) -> None:
    with Client(spec=streams.spec) as client:
        assert "with client.ai.ai_chat.stream(" in client.chat.stream.__doc__
        stream = client.chat.with_options(timeout=3).stream(question="?")
        assert repr(stream) == "<stream of chat, not open>"
