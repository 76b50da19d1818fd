"""Canned answers: which calls they are for, in what order they are given, what is checked of them, and what was called."""

from __future__ import annotations

import asyncio
import datetime
import io
import uuid
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from aerostack_dynamic import (
    ArgumentsError,
    Client,
    NoResponseError,
    RateLimitError,
    RetryPolicy,
    ServerError,
    Spec,
    StreamError,
    Timeout,
    TimeoutError,
)
from aerostack_dynamic.testing import MockCall, MockError, MockTransport

from .shop import SHOP

URL = "https://shop.example/v1"
DONE = {"kind": 1, "note": "n", "size": 1, "inner": {"note": "n"}}


@pytest.fixture(scope="module")
def shop() -> Spec:
    return Spec.load(SHOP)


@pytest.fixture
def mock(shop: Spec) -> MockTransport:
    return MockTransport(shop, credentials=False)


@pytest.fixture
def plain(mock: MockTransport) -> httpx.Client:
    return httpx.Client(transport=mock, base_url=URL)


def test_the_most_is_said_by_the_stub_that_answers(mock: MockTransport, plain: httpx.Client) -> None:
    def note(**body: Any) -> str:
        return plain.post("/echo", params=body.pop("params", None), json={"kind": "a", **body}).json()["note"]

    stub = lambda name, **arguments: mock.on("echo", **arguments).respond({**DONE, "note": name})  # noqa: E731
    stub("any")
    stub("deep", nested={"deep": [1, 2]})
    stub("both", kind="a", nested={"deep": [1, 2]})
    stub("size", query_size=3)
    assert note() == "any"
    assert note(nested={"deep": [1, 2]}) == "both"
    assert note(nested={"deep": [1]}) == "any"
    assert note(params={"size": 3}) == "size"
    stub("later")
    assert note() == "later"
    stub("header", **{"X-Trace": ANY})
    assert plain.post("/echo", json={"kind": "b"}, headers={"X-Trace": "1"}).json()["note"] == "header"
    assert mock.on("POST /echo", body={"kind": "b"}, body_kind="b").pattern.weight == 2
    with pytest.raises(MockError, match=r"(?s)stubs were not used:.*echo\(nested=\{'deep': \[1, 2\]\}\) was not called"):
        mock.assert_all_used()


def test_answers_are_given_in_turn(mock: MockTransport, plain: httpx.Client) -> None:
    mock.on("text").respond("for ever")
    stub = mock.on("text").fail(429, retry_after=2).times(2).respond("then", headers={"X-One": "1"}).times(1)
    assert stub.unused == "was not called"
    answers = [plain.get("/text")]
    assert stub.unused == "gave its answer 1 of 2 1 of 2 times"
    answers += [plain.get("/text") for _ in range(4)]
    assert [one.status_code for one in answers] == [429, 429, 200, 200, 200]
    assert [one.text for one in answers[2:]] == ["then", "for ever", "for ever"]
    assert (answers[0].headers["retry-after"], answers[0].headers["content-type"]) == ("2", "application/problem+json")
    assert answers[2].headers["x-one"] == "1"
    mock.assert_all_used()
    mock.on("text").respond().times(3)
    mock.on("sample").fail(500)
    plain.get("/text")
    with pytest.raises(MockError) as caught:
        mock.assert_all_used()
    assert str(caught.value).splitlines() == [
        "stubs were not used:",
        "  text() answered 1 of 3 times",
        "  sample() was not called",
        "    called were: text",
    ]


def test_errors_are_retried_and_raised_as_a_servers_are(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)
    mock.on("getThing").fail(503, retry_after=0).respond({"id": 1, "name": "x"})
    mock.on("echo").fail(429, {"code": "slow"}, retry_after=9)
    mock.on("text").drop_connection().drop_connection().respond("at last")
    mock.on("sample").drop_connection(after=5).times(1).fail(500)

    async def story(client: Any) -> None:
        assert (await settle(client.call("getThing", thing_id=1))).name == "x"
        assert await settle(client.call("text")) == "at last"
        once = client.with_options(retry=RetryPolicy.off())
        with pytest.raises(RateLimitError) as caught:
            await settle(once.call("echo", kind="a"))
        assert (caught.value.code, caught.value.retry_after) == ("slow", 9)
        with pytest.raises(NoResponseError):
            await settle(once.call("sample"))
        with pytest.raises(ServerError):
            await settle(once.call("sample"))

    both.run(
        story,
        spec=shop,
        transport=mock,
        credentials={"Key": "k"},
        retry=RetryPolicy(attempts=3, first_delay=0.001, longest_delay=0.001),
    )
    assert [one.status for one in mock.calls] == [503, 200, None, None, 200, 429, 200, 500]
    mock.assert_all_used()


def test_an_answer_may_be_late(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)
    mock.on("text").delay(0.01).respond("late").delay(5).respond("too late")
    mock.on("sample").delay(0.001)

    async def story(client: Any) -> None:
        assert await settle(client.call("text")) == "late"
        with pytest.raises(TimeoutError):
            await settle(client.call("text"))
        assert (await settle(client.call("sample"))).name == "sample"

    both.run(story, spec=shop, transport=mock, timeout=Timeout(total=5, read=0.05), retry=1)


def test_functions_answer(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)

    def thing(call: MockCall) -> Any:
        return {"id": call["thingId"], "name": "made"}

    async def later(call: MockCall) -> Any:
        await asyncio.sleep(0)
        return httpx.Response(200, json=thing(call), headers={"X-Made": "1"})

    mock.on("getThing").respond(thing)
    mock.on("getThing", thing_id=2).respond(later if both.kind == "async" else lambda call: httpx.Response(200, json=thing(call)))
    mock.on("getThing", thing_id=3).respond(lambda call: {"id": "no"})
    mock.on("getThing", thing_id=4).respond(lambda call: {"id": "no"}, checked=False)
    mock.on("getThing", thing_id=5).respond(later)

    async def story(client: Any) -> None:
        assert [(await settle(client.call("getThing", thing_id=number))).id for number in (1, 2)] == [1, 2]
        with pytest.raises(MockError, match="response/name: required, missing"):
            await settle(client.call("getThing", thing_id=3))
        assert (await settle(client.with_options(validation="off").call("getThing", thing_id=4))).id == "no"
        if both.kind == "sync":
            with pytest.raises(ArgumentsError, match="asynchronous"):
                await settle(client.call("getThing", thing_id=5))

    both.run(story, spec=shop, transport=mock)


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("getThing", ({"id": "x"},), ["response/id: expected integer, got string", "response/name: required, missing"]),
        ("getThing", ({"id": 1, "name": "n"}, 201), ["no status 201"]),
        ("getThing", (httpx.Response(200, text="plain"),), ["not text/plain"]),
        ("getThing", (b"{}",), ["response/id: required"]),
        ("echo", (httpx.Response(200, json=DONE),), ["header/X-Left: required, missing"]),
        ("text", ([1],), []),
    ],
)
def test_canned_answers_are_checked(mock: MockTransport, plain: httpx.Client, name: str, arguments: Any, told: list[str]) -> None:
    stub = mock.on(name)
    if told:
        with pytest.raises(MockError) as caught:
            stub.respond(*arguments)
        assert all(one in str(caught.value) for one in told)
        assert "checked=False" in str(caught.value)
    stub.respond(*arguments, checked=False)


def test_streams_are_checked_and_may_end_early(mock: MockTransport, shop: Spec) -> None:
    with pytest.raises(MockError, match="response/1/text: required, missing"):
        mock.on("talk").stream([{"text": "a"}, {}])
    with pytest.raises(MockError, match="no stream of items"):
        mock.on("text").stream([{"text": "a"}])
    mock.on("load").stream([b"a", b"b"])
    mock.on("talk").stream([{"text": "a"}], closed=False, headers={"X-A": "1"})
    with Client(spec=shop, transport=mock) as client:
        with client.operations["load"].stream() as chunks:
            assert b"".join(chunks) == b"ab"
        stream = client.operations["talk"].stream()
        with stream as events, pytest.raises(StreamError):
            assert [one.data.text for one in events] == ["a"]
        assert stream.headers["x-a"] == "1"


def test_content_is_sent_or_refused(tmp_path: Path) -> None:
    mock = MockTransport(version="1.5.0")
    path = tmp_path / "a.txt"
    path.write_text("of a path")
    with Client("k", version="1.5.0", transport=mock, validation="strict") as client:
        for data, content in (
            ("grün", "grün".encode()),
            (path, b"of a path"),
            (io.BytesIO(b"of a file"), b"of a file"),
            (io.StringIO("text"), b"text"),
            (bytearray(b"bytes"), b"bytes"),
            (lambda call: path, b"of a path"),
        ):
            mock.on("storageGet").respond(data)
            assert client.storage.storage_get(key="k") == content
        for wrong in ({"a": 1}, [1], 5):
            with pytest.raises(MockError, match="give bytes, text, a Path or a file for application/octet-stream, not a"):
                mock.on("storageGet").respond(wrong)
        mock.on("storageGet").respond(lambda call: {"a": 1})
        with pytest.raises(MockError, match="not a dict"):
            client.storage.storage_get(key="k")
        mock.on("cacheGet").respond(io.BytesIO(b'{"value": 1, "exists": true}'))
        assert client.cache.cache_get(key="k").value == 1
    shop = MockTransport(SHOP)
    for stub, data in (("dropThing", {"a": 1}), ("dropThing", httpx.Response(204, content=b"x")), ("hasThing", {"a": 1})):
        with pytest.raises(MockError, match="has a body .RFC 9110.; leave data out"):
            shop.on(stub).respond(data)
    with pytest.raises(MockError, match="the document has no body for the answer 202 of save; leave data out; checked=False"):
        shop.on("save").respond({"a": 1})
    shop.on("save").respond({"a": 1}, checked=False)
    shop.on("dropThing").respond(None)
    with httpx.Client(transport=shop, base_url=URL) as plain:
        assert plain.post("/file", files={"file": b"x"}).json() == {"a": 1}
        assert plain.delete("/things/1").content == b""
        shop.on("save").respond(b"raw", checked=False)
        assert plain.post("/file", files={"file": b"x"}).headers["content-type"] == "application/octet-stream"
    for wrong in (object(), [object()]):
        with pytest.raises(ArgumentsError, match="no JSON value; give one"):
            shop.on("sample").respond(wrong)


def test_names_are_those_of_the_document(mock: MockTransport) -> None:
    with pytest.raises(ArgumentsError, match=r"no operation 'ecko', did you mean 'echo'\? in Shop 2"):
        mock.on("ecko")
    with pytest.raises(ArgumentsError, match="echo has no argument 'knd', did you mean 'kind'"):
        mock.on("echo", knd="a")
    with pytest.raises(ArgumentsError, match="text has no argument 'a'; it has none"):
        mock.assert_called("text", a=1)


def test_a_stub_waits_for_what_may_come(mock: MockTransport) -> None:
    for wrong, told in (
        ({"kind": "c"}, "kind: must be one of 'a', 'b'"),
        ({"kind": None}, "kind: "),
        ({"size": "3"}, "size: expected integer, got string"),
        ({"nested": {"dep": [1]}}, "nested/dep: the document declares no such property, did you mean 'deep'"),
        ({"nested": {"deep": [1, "x"]}}, "nested/deep/1: expected integer, got string"),
        ({"nested": [1]}, "nested: expected object, got array"),
        (
            {"body": {"kind": "c", "nots": 1}},
            "body/kind: .*; body/nots: the document declares no such property, did you mean 'note'",
        ),
    ):
        with pytest.raises(ArgumentsError, match=told) as caught:
            mock.on("echo", **wrong)
        assert "no valid call of echo fits this" in str(caught.value)
        assert "checked=False" in str(caught.value)
        mock.on("echo", checked=False, **wrong)
        mock.assert_not_called("echo", **wrong)
    for right in ({"kind": ANY, "nested": ANY}, {"nested": {}}, {"body": {"nested": {"deep": ANY}}}, {"x_trace": ""}):
        mock.on("echo", **right)
    status = MockTransport(version="1.5.0")
    with pytest.raises(ArgumentsError, match=r"status: must be one of .*, did you mean 'queued'"):
        status.on("queueListJobs", status="qeued")
    mock.on("save", file={"filename": "a.txt"})
    mock.on("save", file={"filename": "a.txt", "content_type": None, "size": 1})
    MockTransport(SHOP, strict=False).on("echo", nested={"more": 1})
    MockTransport(SECRETIVE).on("enter", password=1, inner={"a": 5})


async def _later() -> Any:
    yield 1


@pytest.mark.parametrize(
    ("name", "call", "told"),
    [
        ("text", lambda stub: stub.fail(200), "status: an error has one from 400 to 599, not 200"),
        ("text", lambda stub: stub.fail("429"), "not '429'"),
        ("text", lambda stub: stub.respond(status="200"), "status: give a number from 200 to 599, not '200'"),
        ("text", lambda stub: stub.respond("x", 99), "status: give a number"),
        ("text", lambda stub: stub.fail(429, retry_after="soon"), "retry_after: give a number of seconds"),
        ("text", lambda stub: stub.respond("x", headers={"X": 1}), "the value of X is a str .*, not a int"),
        ("text", lambda stub: stub.respond("x", headers={"X": "a\n"}), "the value of X is a str .*, not that"),
        ("text", lambda stub: stub.respond("x", headers={1: "a"}), "a header's name is a token"),
        ("text", lambda stub: stub.respond("x", headers=5), "headers: give a mapping"),
        ("text", lambda stub: stub.times(2), "there is none; .respond"),
        ("text", lambda stub: stub.respond().times(0), "number: give a whole number, 1 or above, not 0"),
        ("text", lambda stub: stub.respond().times("2"), "not '2'"),
        ("text", lambda stub: stub.delay(-1), "seconds: give a number of seconds"),
        ("text", lambda stub: stub.delay("x"), "not 'x'"),
        ("text", lambda stub: stub.drop_connection(after=-1), "after: give a number of bytes, not -1"),
        ("talk", lambda stub: stub.stream(5), "items: give several, such as a list, not a int"),
        ("talk", lambda stub: stub.stream("abc"), "not a str"),
        ("talk", lambda stub: stub.stream(_later()), "not a async_generator; collect those"),
        ("talk", lambda stub: stub.stream([object()]), "number 1 is a object, and no JSON value"),
        ("talk", lambda stub: MockTransport(SHOP, seed="x"), "seed: give a whole number, not a str"),  # type: ignore[arg-type]
    ],
)
def test_what_can_not_be_meant_is_an_error(mock: MockTransport, name: str, call: Any, told: str) -> None:
    with pytest.raises(ArgumentsError, match=told):
        call(mock.on(name))


def test_what_was_called(mock: MockTransport, plain: httpx.Client) -> None:
    mock.assert_not_called("echo")
    plain.post("/echo", json={"kind": "a", "note": "first", "nested": {"deep": [1]}})
    plain.post("/echo", json={"kind": "b", "note": "2026-01-01T00:00:00+00:00"}, params={"size": 1})
    plain.post("/things", json={"name": "n", "secret": "hidden", "tags": ["a"]})
    mock.assert_called("echo")
    mock.assert_called("echo", times=2)
    mock.assert_called("echo", 1, kind="a", nested={"deep": [ANY]})
    mock.assert_called("echo", note=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc))
    mock.assert_not_called("echo", kind="a", size=1)
    mock.assert_not_called("addThing", tags=("a", "b"))
    for arguments, lines in (
        (
            {"kind": "a", "note": "other", "nested": {"deep": [2], "more": True}},
            [
                "echo(kind='a', note='other', nested={'deep': [2], 'more': True}) was expected, and called never",
                "  the nearest call: kind='a', note='first', nested={'deep': [1]}",
                "  note: expected 'other', got 'first'",
                "  nested/deep/0: expected 2, got 1",
                "  nested/more: expected True, was not given",
            ],
        ),
        ({"times": 3}, ["echo() was expected 3 times, and called 2 times"]),
        ({"times": 1, "size": True}, ["echo(size=True) was expected 1 time, and called never"]),
    ):
        with pytest.raises(MockError) as caught:
            mock.assert_called("echo", **arguments)
        assert str(caught.value).splitlines()[: len(lines)] == lines
    with pytest.raises(MockError, match=r"secret='\*\*\*'"):
        mock.assert_called("addThing", name=uuid.UUID(int=0))
    with pytest.raises(MockError, match="called were: echo, addThing"):
        mock.assert_called("text")


SECRET = {"type": "string", "format": "password"}
SECRETIVE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Secretive", "version": "1"},
    "servers": [{"url": "https://s.example"}],
    "paths": {
        "/in/{code}": {
            "post": {
                "operationId": "enter",
                "parameters": [
                    {"name": "code", "in": "path", "required": True, "schema": SECRET},
                    {"name": "X-Pin", "in": "header", "x-aerostack-secret": True, "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "name": {"type": "string"},
                                    "password": SECRET,
                                    "inner": {"type": "object", "additionalProperties": SECRET},
                                    "several": {"type": "array", "items": {"type": "object", "properties": {"token": SECRET}}},
                                },
                            }
                        }
                    }
                },
                "responses": {"204": {"description": "in"}},
            }
        }
    },
}


def test_secrets_are_not_told(both: Any, settle: Any) -> None:
    mock = MockTransport(SECRETIVE)
    given = {"code": "pw-code", "x_pin": "pw-pin", "name": "n", "password": "pw-1"}
    given |= {"inner": {"any": "pw-2"}, "several": [{"token": "pw-3"}]}

    async def story(client: Any) -> None:
        await settle(client.enter(**given))

    both.run(story, spec=SECRETIVE, transport=mock)
    (call,) = mock.calls
    assert call["password"] == "pw-1"
    wanted = {"code": "no-pw", "x_pin": "no-pw", "password": "no-pw", "inner": {"any": "no-pw", "b": "no-pw"}}
    wanted |= {"several": [{"token": "no-pw"}], "name": "other"}
    stub = mock.on("enter", **wanted)
    with pytest.raises(MockError) as caught:
        mock.assert_called("enter", **wanted)
    with pytest.raises(MockError) as unused:
        mock.assert_all_used()
    for told in (repr(call), str(caught.value), str(unused.value), str(stub.pattern)):
        assert "pw" not in told
        assert "***" in told
    assert str(caught.value).splitlines()[2:] == [
        "  code: differs (masked)",
        "  x_pin: differs (masked)",
        "  password: differs (masked)",
        "  inner/any: differs (masked)",
        "  inner/b: was not given",
        "  several/0/token: differs (masked)",
        "  name: expected 'other', got 'n'",
    ]
    with pytest.raises(MockError) as caught:
        mock.assert_called("enter", body={"password": "no-pw", "several": []})
    assert [line.strip() for line in str(caught.value).splitlines()[2:]] == [
        "body/password: differs (masked)",
        "body/several: expected [], got [{'token': '***'}]",
    ]


def test_the_block_ends_with_what_was_not_used(shop: Spec) -> None:
    def unused() -> MockTransport:
        made = MockTransport(shop)
        made.on("text").respond("x")
        return made

    with pytest.raises(MockError, match="text"), unused():
        pass
    with pytest.raises(KeyError), unused():
        raise KeyError

    async def story() -> None:
        async with unused():
            pass

    with pytest.raises(MockError, match="text"):
        asyncio.run(story())
    # A client of httpx leaves its transport as well, before the next one is used.
    with unused() as mock:
        with httpx.Client(transport=mock):
            pass
        with httpx.Client(transport=mock) as client:
            client.get(f"{URL}/text")


def test_a_lone_surrogate_is_told_of() -> None:
    content = {"application/json": {"schema": {}}, "text/event-stream": {"schema": {}}}
    get = {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}
    one = MockTransport({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": get}}}).on("a")
    with pytest.raises(MockError, match="application/json: it holds a lone surrogate"):
        one.respond({"x": "\ud800"})
    with pytest.raises(MockError, match="text/event-stream: it holds a lone surrogate"):
        one.stream(["\ud800"])
    with pytest.raises(ArgumentsError, match="the file's text holds a lone surrogate"):
        one.respond(io.StringIO("\ud800"))
