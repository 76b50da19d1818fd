"""Replaying: a transport that answers as a recording has it, by operation and arguments, and says what differs where it can't."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import (
    ArgumentsError,
    Client,
    NoResponseError,
    ResponseError,
    RetryPolicy,
    ServerError,
    Spec,
    StreamError,
    TimeoutError,
)
from aerostack_dynamic.testing import (
    RecordedAnswer,
    RecordedCall,
    RecordedFailure,
    RecordedRequest,
    ReplayError,
    read_calls,
    record,
    replay,
)

JSON = (("Content-Type", "application/json"),)
TEXT = {"type": "string"}


ANY = {"200": {"description": "", "content": {"application/json": {"schema": {}}}}}
CHANGE = {
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": TEXT},
        {"name": "tag", "in": "query", "schema": {"type": "array", "items": TEXT}},
    ],
    "requestBody": {"content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}}},
    "responses": ANY,
}
PARTS = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, "note": TEXT}}
SEND = {
    "operationId": "send_parts",
    "requestBody": {"content": {"multipart/form-data": {"schema": PARTS}}},
    "responses": ANY,
}
FOLLOW = {
    "operationId": "follow",
    "x-aerostack-stream": {"sentinel": "[DONE]"},
    "responses": {"200": {"description": "", "content": {"text/event-stream": {"schema": {"type": "object"}}}}},
}


def spec(path: str = "/items/{id}", operation_id: str = "change") -> Spec:
    return Spec.load(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "servers": [{"url": "https://api.test/v1"}],
            "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}},
            "security": [{"key": []}],
            "paths": {
                path: {"post": {"operationId": operation_id, **CHANGE}},
                "/parts": {"post": SEND},
                "/events": {"get": FOLLOW},
            },
        }
    )


def call(body: Any, answer: Any = None, *, at: float = 0.0, status: int = 200, **changes: Any) -> RecordedCall:
    made = RecordedCall(
        "change",
        "POST",
        "/items/{id}",
        {"path": {"id": "1"}, "body": body},
        RecordedRequest("POST", "https://api.test/v1/items/1", JSON, json.dumps(body).encode()),
        RecordedAnswer(status, JSON, json.dumps(answer).encode()),
        at=at,
    )
    return replace(made, **changes)


def client(transport: Any, **options: Any) -> Client:
    return Client(**{"spec": spec(), "credentials": {"key": "any"}, "transport": transport, **options})


def test_calls_are_answered_by_their_arguments(both: Any, settle: Any) -> None:
    calls = [
        call({"a": 1, "b": "x"}, "second", at=2),
        call({"a": 1, "b": "x"}, "first", at=1),
        call({"a": 1.0, "b": "other"}, "third"),
        call({"a": True, "b": "other"}, "fourth"),
        call({"secret": "***", "said": "I am ***, you know"}, "masked"),
    ]
    transport = replay(calls)

    async def story(client: Any) -> None:
        assert await settle(client.change(id="1", b="x", a=1)) == "first"
        assert await settle(client.change(id="1", a=1, b="x")) == "second"
        assert await settle(client.change(id="1", a=1, b="other")) == "third"
        assert await settle(client.change(id="1", a=True, b="other")) == "fourth"
        assert [one.arguments["body"] for one in transport.unused] == [calls[-1].arguments["body"]]
        assert await settle(client.change(id="1", secret="hunter", said="I am me, you know")) == "masked"
        with pytest.raises(ReplayError, match=r"to change \(POST /items/\{id\}\): the call is recorded 2 times, and they were"):
            await settle(client.change(id="1", a=1, b="x"))

    both.run(story, spec=spec(), credentials={"key": "any"}, transport=transport)
    assert transport.unused == ()
    assert transport.calls[0].at == 0
    assert repr(transport) == "<replay of the recording, 5 calls>"


def test_the_last_answer_is_repeated_when_that_is_asked_for() -> None:
    one = client(replay([call({}, 1, at=1), call({}, 2, at=2)], repeat=True))
    assert [one.change(id="1", body={}) for _ in range(4)] == [1, 2, 2, 2]


def test_a_call_that_is_not_recorded_says_what_differs() -> None:
    body = {"a": 1, "list": [1, {"deep": "x"}], "gone": None, "long": "y" * 200, "other": [1, 2]}
    one = client(replay([call({"a": 2}), call(body)]))
    with pytest.raises(ReplayError) as caught:
        one.change(id="2", tag=["t"], a="1", list=[1, {"deep": "z"}], new={"x": 1}, long="y", other=[1])
    text = str(caught.value)
    assert text.startswith("the recording has no answer to change (POST /items/{id}); call 1 of 2 is the nearest, and differs:\n")
    one = client(replay([call(body)]))
    with pytest.raises(ReplayError) as caught:
        one.change(id="2", tag=["t"], a="1", list=[1, {"deep": "z"}], new={"x": 1}, long="y", other=[1])
    assert str(caught.value).splitlines()[1:] == [
        '  path/id: recorded "1", asked "2"',
        '  body/a: recorded 1, asked "1"',
        '  body/list/1/deep: recorded "x", asked "z"',
        "  body/gone: recorded null, not asked",
        f'  body/long: recorded "{"y" * 76}..., asked "y"',
        "  body/other: recorded [1, 2], asked [1]",
        '  body/new: not recorded, asked {"x": 1}',
        '  query: not recorded, asked {"tag": ["t"]}',
    ]
    with pytest.raises(ReplayError, match=r"has no answer to send_parts \(POST /parts\); it has calls of change \(1\)"):
        one.send_parts(note="n")
    with pytest.raises(ReplayError, match="it has no calls"):
        client(replay([])).change(id="1")
    many = client(replay([call({str(number): 1 for number in range(20)})]))
    with pytest.raises(ReplayError, match="and 10 more"):
        many.change(id="1", body={})


def test_the_nearest_call_may_have_been_replayed() -> None:
    one = client(replay([call({"a": 1, "b": 1, "c": 1}, 1), call({"a": 2, "b": 2, "c": 2}, 2)]))
    assert one.change(id="1", a=1, b=1, c=1) == 1
    with pytest.raises(ReplayError, match="; call 1 of 2 is the nearest, was replayed already, and differs:\n  body/c: recorded 1"):
        one.change(id="1", a=1, b=1, c=3)
    with pytest.raises(ReplayError, match="; call 2 of 2 is the nearest, and differs:"):  # as far as the other, which is used up
        one.change(id="1", a=3, b=3, c=3)


def test_another_version_of_the_document() -> None:
    moved = client(replay([call({"a": 1}, "moved")]), spec=spec(path="/v2/things/{id}"))
    assert moved.change(id="1", a=1) == "moved"
    renamed = client(replay([call({"a": 1}, "renamed")]), spec=spec(operation_id="alter"))
    assert renamed.alter(id="1", a=1) == "renamed"


def test_failures_fail_again(both: Any, settle: Any) -> None:
    lost = RecordedFailure("connect", "no", timed_out=False, kind="ConnectError")
    slow = RecordedFailure("response", "maybe", timed_out=True, kind="ReadTimeout")
    large = RecordedFailure("response", "answered", kind="ResponseError")
    calls = [
        call({"n": 1}, answer=None, error="ConnectError: refused", failure=lost),
        call({"n": 2}, error="the time limit to read passed", failure=slow),
        call({"n": 3}, error="the body is larger", failure=large),
        call({"n": 4}),
        call({"n": 5}, {"code": "BUSY"}, status=503),
    ]
    calls[:4] = [replace(one, answer=None) for one in calls[:4]]
    transport = replay(calls)

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as lost:
            await settle(client.change(id="1", n=1))
        assert (lost.value.reason, lost.value.stage, lost.value.sent) == ("ConnectError: refused", "connect", "no")
        assert (lost.value.kind, lost.value.attempts) == ("ConnectError", 1)
        with pytest.raises(TimeoutError, match="the time limit to read passed"):
            await settle(client.change(id="1", n=2))
        with pytest.raises(ResponseError, match="the body is larger"):
            await settle(client.change(id="1", n=3))
        with pytest.raises(NoResponseError, match="no answer in the recording"):
            await settle(client.change(id="1", n=4))
        with pytest.raises(ServerError) as busy:
            await settle(client.with_options(idempotent=True).change(id="1", n=5))
        assert (busy.value.code, busy.value.attempts) == ("BUSY", 1)

    both.run(story, spec=spec(), credentials={"key": "any"}, transport=transport)
    assert transport.unused == ()


def test_another_attempt_of_a_call_is_answered_the_same() -> None:
    transport = replay([call({}, {}, status=500), call({}, "next")])
    retry = RetryPolicy(first_delay=0, decide=lambda state: state.attempt < 3)
    one = client(transport, retry=retry)
    with pytest.raises(ServerError) as caught:
        one.change(id="1", body={})
    assert caught.value.attempts == 3
    assert one.change(id="1", body={}) == "next"


EVENTS = b'id: 1\ndata: {"n": 1}\n\ndata: {"n": 2}\n\ndata: [DONE]\n\n'


def test_streams_are_streams_again(both: Any, tmp_path: Path) -> None:
    kind = (("Content-Type", "text/event-stream"), ("Content-Encoding", "gzip"))
    made = RecordedCall("follow", "GET", "/events", {}, RecordedRequest("GET", "https://api.test/v1/events"), None)
    cut = RecordedFailure("response", "answered", kind="ReadError")
    calls = [
        replace(made, answer=RecordedAnswer(200, kind, EVENTS)),
        replace(made, answer=RecordedAnswer(200, kind, EVENTS[:22]), error="ReadError: gone", failure=cut),
    ]
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"".join(one.line() for one in calls))

    async def read(client: Any) -> list[Any]:
        found: list[Any] = []
        if isinstance(client, Client):
            with client.follow.stream() as events:
                for event in events:
                    found.append(event.data["n"])  # what came before an error is kept
        else:
            async with client.follow.stream() as events:
                async for event in events:
                    found.append(event.data["n"])  # the same
        return found

    async def story(client: Any) -> None:
        assert await read(client) == [1, 2]
        with pytest.raises(StreamError, match="the stream was cut: ReadError: gone"):
            await read(client)

    again = tmp_path / "again.jsonl"
    with record(again) as recorder:
        both.run(story, spec=spec(), credentials={"key": "any"}, transport=replay(path), hooks=[recorder])
    first, second = read_calls(again)
    assert first.answer is not None
    assert first.answer.body == EVENTS
    assert second.failure == cut


def test_files_are_compared_by_their_description(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json="stored"))
    with record(path) as recorder:
        client(answer, hooks=[recorder]).send_parts(note="n", file=("a.txt", b"content"))
    assert client(replay(path)).send_parts(note="n", file=("a.txt", iter([b"con", b"tent"]))) == "stored"
    with pytest.raises(ReplayError, match="body/file/sha256: recorded"):
        client(replay(path)).send_parts(note="n", file=("a.txt", b"CONTENT"))
    gone = tmp_path / "b.txt"
    gone.write_bytes(b"short")
    with gone.open("rb") as file, pytest.raises(ArgumentsError, match="became shorter"):
        client(replay(path)).send_parts(note="n", file=Shrinking(file))


class Shrinking:
    """A file that says that it is longer than it is."""

    def __init__(self, file: Any) -> None:
        self.file, self.name = file, "a.txt"

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self.file.seek(offset, whence))

    def tell(self) -> int:
        return int(self.file.tell()) + 2 * (self.file.tell() > 0)

    def read(self, size: int) -> bytes:
        return bytes(self.file.read(size))


def test_requests_without_a_call_are_compared_by_what_is_sent(both: Any, settle: Any) -> None:
    def raw(url: str, body: bytes, kind: str, answer: Any) -> RecordedCall:
        sent = RecordedRequest("POST", url, (("Content-Type", kind),), body)
        return RecordedCall("", "POST", "", {}, sent, RecordedAnswer(200, JSON, json.dumps(answer).encode()))

    form, parts, json_type = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"
    transport = replay(
        [
            raw("https://old.test/v1/x?b=2&a=1&key=old", b'{"q": 1, "r": 2}', json_type, "json"),
            raw("https://old.test/v1/x", b"a=1&b=***", form, "form"),
            raw("https://old.test/v1/x", b"--x--", parts, "parts"),
            raw("https://old.test/v1/x", b"told ***", "text/plain", "text"),
        ]
    )

    async def story(client: Any) -> None:
        async def send(query: str, body: bytes, kind: str) -> Any:
            request = httpx.Request("POST", f"https://api.test/v1/x{query}", content=body, headers={"Content-Type": kind})
            return (await settle(client.send(request))).data

        assert await send("?a=1&b=2", b'{"r": 2, "q": 1}', json_type) == "json"
        assert await send("", b"b=secret&a=1", form) == "form"
        assert await send("", b"told them", "text/plain") == "text"
        assert await send("", b"--y--", parts) == "parts"
        with pytest.raises(
            ReplayError, match=r"POST /v1/x; call 2 of 4 is the nearest, was replayed already, and differs:\n  the body differs"
        ):
            await send("", b"b=secret&a=2", form)
        with pytest.raises(ReplayError, match="the query differs"):
            await send("?c=1", b"b=secret&a=2", form)
        with pytest.raises(ReplayError, match=r"it has calls of POST https://old.test/v1/x \(4\)"):
            await settle(client.send(httpx.Request("GET", "https://api.test/v1/x")))

    both.run(story, spec=spec(), credentials={"key": "new"}, transport=transport)


def test_a_client_of_httpx_that_was_lent_and_one_alone() -> None:
    recorded = [call({"a": 1}, "one")] * 3
    with httpx.Client(transport=replay(recorded)) as lent:
        assert Client(spec=spec(), credentials={"key": "any"}, http_client=lent).change(id="1", a=1) == "one"
    url = "https://api.test/v1/items/1?key=any"
    with httpx.Client(transport=replay(recorded, spec())) as alone:
        assert alone.post(url, json={"a": 1}).json() == "one"
        with pytest.raises(ReplayError, match="body/a: recorded 1, asked 2"):
            alone.post(url, json={"a": 2})

    async def story() -> None:
        async with httpx.AsyncClient(transport=replay(recorded, spec())) as alone:
            assert (await alone.post(url, json={"a": 1})).json() == "one"

    asyncio.run(story())
    with pytest.raises(ArgumentsError, match="give the path of a recording, or RecordedCalls"):
        replay([{"operation": "change"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  # what is refused


def test_pages_that_differ_in_their_address_alone() -> None:
    def page(query: str, answer: str) -> RecordedCall:
        sent = RecordedRequest("POST", f"https://api.test/v1/items/1{query}", JSON, b"{}")
        return call({}, answer, request=sent)

    transport = replay([page("?page=2", "two"), page("", "one")])
    assert client(transport).change(id="1", body={}) == "one"
