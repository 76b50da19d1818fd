"""A mock plays a document: requests are judged, answers are made of it, for every kind of client."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AerostackError, ArgumentsError, Client, Spec
from aerostack_dynamic.testing import MockError, MockTransport

from .shop import SHOP

URL = "https://shop.example/v1"


@pytest.fixture(scope="module")
def shop() -> Spec:
    return Spec.load(SHOP)


def test_an_answer_is_the_documents_own(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)

    async def story(client: Any) -> None:
        call = lambda name, **arguments: settle(client.call(name, **arguments))  # noqa: E731
        # What was given comes back under its name where it may be, at any depth, and never where it would not be valid.
        raw = await settle(client.operations["echo"].raw(kind="a", note="mine", size=3, x_trace="t"))
        assert raw.data == {"kind": raw.data["kind"], "note": "mine", "size": 3, "inner": {"note": "mine"}}
        assert isinstance(raw.data.kind, int)
        assert (raw.status, "x-left" in raw.headers, "x-other" in raw.headers) == (200, True, False)
        # Without that it is what the document shows.
        assert (await call("echo", kind="b")).note == "as documented"
        assert await call("sample") == {"id": 1, "name": "sample"}
        assert (await call("getThing", thing_id=5)).id == 7
        assert [one.id for one in await call("myThings")]
        assert await call("dropThing", thing_id=5) is None
        assert await call("hasThing", thing_id=5) is None
        assert await call("text") == "hello"
        assert isinstance((await call("xml"))["n"], int)
        assert b"load" in await call("load")
        assert (await settle(client.operations["addThing"].raw(name="new"))).status == 201
        # Files are told of, not kept.
        await call("save", file=("a.txt", b"content", "text/plain"), tags=["x", "y"], info={"n": 1})

    both.run(story, spec=shop, transport=mock, credentials={"Key": "secret-key"}, validation="strict")
    assert mock.calls[-1].arguments == {
        "body": {"file": {"filename": "a.txt", "content_type": "text/plain", "size": 7}, "tags": ["x", "y"], "info": {"n": 1}}
    }
    first = mock.calls[0]
    assert first.arguments == {"query": {"size": 3}, "header": {"X-Trace": "t"}, "body": {"kind": "a", "note": "mine"}}
    assert (first["size"], first["note"], first.body, first.status) == (3, "mine", {"kind": "a", "note": "mine"}, 200)
    assert first.request.headers["x-key"] == "***"
    assert "secret-key" not in repr(first)
    assert (first["x_trace"], first["query_size"], first["X-Trace"]) == ("t", 3, "t")
    for wrong, told in (
        ("nots", "nots, did you mean 'note'"),
        ("nested", "nested; it was not given"),
        ("q", "q; given were size, X-"),
    ):
        with pytest.raises(KeyError, match=told):
            first[wrong]


def test_a_mock_plays_the_version_that_a_client_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.5.0")
    with Client("key", transport=MockTransport()) as client:
        assert client.cache.cache_increment(key="k").keys() & {"value", "success"}
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.9.0")
    with pytest.raises(AerostackError, match=r"AEROSTACK_SPEC_VERSION: there is no bundled document '1\.9\.0'"):
        MockTransport()


def test_streams_are_played(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)
    mock.on("lines").stream([{"text": "a"}, {"text": "b"}])

    async def items(stream: Any) -> list[Any]:
        if both.kind == "sync":
            with stream as events:
                return [*events]
        async with stream as events:
            return [one async for one in events]

    async def story(client: Any) -> None:
        events = await items(client.operations["talk"].stream())
        assert len(events) == 3
        assert all(set(one.data) == {"text"} for one in events)
        assert "text" in await settle(client.call("talk"))
        assert [one.text for one in await items(client.operations["lines"].stream())] == ["a", "b"]

    both.run(story, spec=shop, transport=mock, validation="strict")
    plain = httpx.Client(transport=mock, base_url=URL)
    assert plain.get("/talk", params={"stream": "true"}).text.endswith("data: [DONE]\n\n")
    assert plain.get("/talk", headers={"Accept": "text/event-stream;q=0.9, application/json;q=0.1"}).text.startswith("data: {")


def test_a_wrong_request_fails_the_test_with_everything_that_is_wrong(both: Any, settle: Any, shop: Spec) -> None:
    mock = MockTransport(shop)

    async def story(client: Any) -> None:
        request = httpx.Request("POST", f"{URL}/echo?sise=3&size=x", json={"kin": "c", "nested": {"deep": ["x"]}})
        with pytest.raises(MockError) as caught:
            await settle(client.send(request))
        error = caught.value
        assert not isinstance(error, AerostackError)
        assert isinstance(error, AssertionError)
        assert str(error).splitlines()[0] == "the request POST /echo (echo) breaks the document in 6 places:"
        assert [(one.location, one.pointer, one.rule) for one in error.problems] == [
            ("query", "/size", "type"),
            ("query", "/sise", "undeclared"),
            ("body", "/kind", "required"),
            ("body", "/nested/deep/0", "type"),
            ("body", "/kin", "undeclared"),
            ("header", "/X-Key", "security"),
        ]
        assert "did you mean 'size'?" in str(error)
        assert (error.operation, error.status) == ("echo", 400)
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.problems) == (str(error), error.problems)

    both.run(story, spec=shop, transport=mock, retry=5)
    assert mock.calls == ()
    with pytest.raises(MockError, match="sise"):
        mock.assert_all_used()
    mock.reset()
    mock.assert_all_used()


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/v1/thing", "did you mean 'GET /things'"),
        ("POST", "/v1/text", "did you mean"),
        ("GET", "/v2/things", "its servers: https://shop.example/v1"),
        ("GET", "/v1/things/", "no operation of Shop 2"),
    ],
)
def test_there_may_be_no_such_operation(shop: Spec, method: str, path: str, told: str) -> None:
    with httpx.Client(transport=MockTransport(shop)) as client, pytest.raises(MockError) as caught:
        client.request(method, f"https://shop.example{path}")
    assert told in str(caught.value)
    assert caught.value.status == 404


def test_what_is_let_pass(shop: Spec) -> None:
    loose = httpx.Client(transport=MockTransport(shop, strict=False, credentials=False, server="http://test/api/"))
    assert loose.post("http://test/api/echo?more=1", json={"kind": "a", "more": 1}).status_code == 200
    with pytest.raises(MockError, match="kind"):
        loose.post("http://test/api/echo", json={})
    with pytest.raises(MockError, match="no body here"):
        loose.request("GET", "http://test/api/text", json={})
    silent = httpx.Client(transport=MockTransport(shop, echo=False, credentials=False))
    assert silent.post(f"{URL}/echo", json={"kind": "a", "note": "mine"}).json()["note"] == "as documented"


def test_an_undeclared_key_is_told_once() -> None:
    closed = {"type": "object", "unevaluatedProperties": False, "properties": {"x": {"type": "integer"}}}
    schema = {"type": "object", "additionalProperties": False, "properties": {"key": {}, "in": closed}}
    request = {"content": {"application/json": {"schema": schema}}}
    document = {**SHOP, "paths": {"/a": {"post": {"requestBody": request, "responses": {"204": {"description": "a"}}}}}}
    with httpx.Client(transport=MockTransport(document), base_url=URL) as plain, pytest.raises(MockError) as caught:
        plain.post("/a", json={"kye": 1, "in": {"y": 1, "x": "n"}})
    assert [str(one) for one in caught.value.problems] == [
        "body/in/x: expected integer, got string",
        "body/kye: the document declares no such property, did you mean 'key'?",
        "body/in/y: the document declares no such property",
    ]


OWN = {**SHOP["paths"]["/text"], "servers": [{"url": "https://own.example/own"}]}


def test_requests_go_to_a_server_that_is_played(shop: Spec) -> None:
    def status(mock: MockTransport, url: str) -> str:
        try:
            return str(httpx.Client(transport=mock).get(url).status_code)
        except MockError as error:
            return str(error)

    spec = Spec.load({**SHOP, "paths": {**SHOP["paths"], "/text": OWN}})
    mock, named = MockTransport(spec), MockTransport(spec, server=" https://mine.example/v2/ ")
    # Any host does, as long as it has the path of a server.
    assert status(mock, "http://test/v1/sample") == status(mock, f"{URL}/sample") == "200"
    assert status(mock, "http://test/sample").startswith(
        "GET http://test/sample is at no server that is played; its servers: https://shop.example/v1 (MockTransport(server=...)"
    )
    assert status(named, "https://mine.example/v2/sample") == "200"
    for url in ("https://shop.example/v1/sample", "https://other.example/v2/sample", "http://mine.example/v2/sample"):
        assert "its server: https://mine.example/v2" in status(named, url)
    assert "no operation of Shop 2, did you mean 'GET /sample'" in status(named, "https://mine.example/v2/sampel")
    # What has servers of its own is found there as well.
    for one in (mock, named):
        assert status(one, "https://own.example/own/text") == "200"
        assert "its server" in status(one, "https://own.example/v1/text")
    assert "its server" in status(mock, "https://mine.example/v2/text")
    bare = {**SHOP, "servers": [{"url": "https://shop.example"}, {"url": "/v1"}]}
    assert status(MockTransport(bare), "http://test/sample") == status(MockTransport(bare), "http://test/v1/sample") == "200"
    assert status(MockTransport({**SHOP, "servers": []}), "http://test/any/path/sample") == "200"
    for wrong, told in ((5, "not a int"), ("shop.example", "it starts with https://"), ("https://a.example/?b", "query")):
        with pytest.raises(ArgumentsError, match=told):
            MockTransport(shop, server=wrong)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_answers(shop: Spec) -> None:
    def texts(seed: int) -> list[str]:
        plain = httpx.Client(transport=MockTransport(shop, seed=seed), base_url=URL)
        return [plain.get(path).text for path in ("/talk", "/lines", "/things", "/things/1")]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


def test_what_no_answer_can_be_made_of(shop: Spec) -> None:
    plain = httpx.Client(transport=MockTransport(shop), base_url=URL)
    with pytest.raises(MockError, match=r"no answer of broken can be made .* mock.on\('broken'\).respond"):
        plain.get("/broken")


def test_the_bundled_documents_are_played() -> None:
    mock = MockTransport()
    with Client("key", transport=mock) as client:
        assert client.ai.ai_chat(messages=[]).response
    assert repr(mock) == "<MockTransport of Aerostack API 1.0.0: 1 calls>"
    assert MockTransport(version="1.5.0").spec.version == "1.5.0"
    for wrong in ({"spec": SHOP, "version": "1.0.0"}, {"spec": "shop.yaml"}):
        with pytest.raises(ArgumentsError):
            MockTransport(**wrong)
