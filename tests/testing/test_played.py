"""What is played where an answer is a stream or a page: what the document shows, as far as a client can read it."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic import Client, StreamError
from aerostack_dynamic.testing import MockError, MockServer, MockTransport

from .shop import CHUNK

SAID = [{"role": "user", "content": "Hello"}]


def test_a_stream_that_the_document_only_shows_is_played_from_that() -> None:
    mock = MockTransport(version="1.5.0")
    with Client("k", version="1.5.0", transport=mock, validation="strict") as client:
        with client.ai.ai_chat.stream(messages=SAID) as events:
            pieces = [one.data for one in events]
        assert [one["choices"][0]["delta"]["content"] for one in pieces] == ["Hello! How can ", "I help you today?"]
        mock.on("aiChat").stream([{"choices": []}, '{"choices": [1]}'])
        with client.ai.ai_chat.stream(messages=SAID) as events:
            assert [one.data for one in events] == [{"choices": []}, {"choices": [1]}]
        with pytest.raises(MockError, match=r"response/0: is no JSON text.*in quotation marks"):
            mock.on("aiChat").stream(["hello"])
    with (
        MockServer(version="1.5.0") as server,
        Client("k", version="1.5.0", server=server.url) as client,
        client.ai.ai_chat.stream(messages=SAID) as events,
    ):
        assert len([*events]) == 2


def test_a_stream_answers_those_who_ask_for_one() -> None:
    mock = MockTransport(version="1.5.0")
    mock.on("aiChat").stream([{"choices": []}])
    with Client("k", version="1.5.0", transport=mock) as client:
        assert client.ai.ai_chat(messages=SAID).id == "chatcmpl-42"
        with client.ai.ai_chat.stream(messages=SAID) as events:
            assert [one.data for one in events] == [{"choices": []}]
        mock.on("aiChat").respond({"id": "mine"})
        assert client.ai.ai_chat(messages=SAID).id == "mine"
    mock.assert_all_used()


def stream(content: dict[str, Any], **said: Any) -> dict[str, Any]:
    answers = {"200": {"description": "a stream", "content": content}}
    operation = {"operationId": "go", "responses": answers, **({"x-aerostack-stream": said} if said else {})}
    return {
        "openapi": "3.2.0",
        "info": {"title": "Streams", "version": "1"},
        "servers": [{"url": "https://s.example"}],
        "paths": {"/go": {"get": operation}},
    }


EVENT = {"type": "object", "properties": {"data": {"type": "string"}, "event": {"type": "string"}}, "required": ["event"]}
TYPED = {"type": "object", "properties": {"data": CHUNK}}


@pytest.mark.parametrize(
    ("content", "said", "items"),
    [
        # Frames keep their names, ids and texts; what is not closed is closed.
        ({"text/event-stream": {"example": "event: a\nid: 7\ndata: x\n\ndata: y"}}, {}, [("x", "a", "7"), ("y", "message", "7")]),
        # What shows an error, or is no JSON where that is read, is passed over for the next, in the end for what is made.
        (
            {"text/event-stream": {"examples": {"a": {"value": 'data: {"error": 1}'}, "b": {"value": "data: x"}}}},
            {"error": "/error"},
            [({"item": number}, "message", "") for number in (1, 2, 3)],
        ),
        (
            {"text/event-stream": {"example": [{"n": 1}, {"n": 2}]}},
            {"error": "/e/0"},
            [({"n": 1}, "message", ""), ({"n": 2}, "message", "")],
        ),
        ({"text/event-stream": {}}, {}, [(f"item {number}", "message", "") for number in (1, 2, 3)]),
        ({"text/event-stream": {"itemSchema": EVENT, "example": "event: e\ndata: d\n\n"}}, {}, [("d", "e", "")]),
        ({"text/event-stream": {"itemSchema": TYPED, "example": 'data: {"text": "t"}\n\n'}}, {}, [({"text": "t"}, "message", "")]),
        ({"application/x-ndjson": {"example": '{"n": 1}\n[2]\nEND'}}, {"sentinel": "END"}, [{"n": 1}, [2]]),
        (
            {"application/json-seq": {"itemSchema": CHUNK, "example": '\x1e{"text": "a"}\n\x1e{"text": "b"}'}},
            {},
            [{"text": "a"}, {"text": "b"}],
        ),
        ({"application/x-ndjson": {"itemSchema": CHUNK, "example": {"text": "one"}}}, {}, [{"text": "one"}]),
    ],
)
def test_examples_of_streams(content: dict[str, Any], said: dict[str, Any], items: list[Any]) -> None:
    document = stream(content, **said)
    with Client(spec=document, transport=MockTransport(document), validation="strict") as client:
        with client.go.stream() as got:
            assert [tuple(one) if isinstance(one, tuple) else one for one in got] == items


def test_a_stream_may_carry_the_error_that_the_document_tells_of() -> None:
    document = stream({"text/event-stream": {"schema": CHUNK}}, error="/error")
    mock = MockTransport(document)
    mock.on("go").stream([{"text": "a"}, {"error": {"code": "FULL"}}])
    with Client(spec=document, transport=mock) as client, client.go.stream() as events:
        assert next(events).data == {"text": "a"}
        with pytest.raises(StreamError, match="carried an error: FULL"):
            next(events)
    with pytest.raises(MockError, match=r"breaks the document; checked=False sends it all the same:\n  response/0/text: required"):
        mock.on("go").stream([{}])


LIST = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "array", "minItems": 0, "items": {"type": "integer"}}},
}


def listed(rules: dict[str, Any], required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {**LIST, "required": ["data", *required], "properties": {**LIST["properties"], **properties}}
    page = {name: one["example"] for name, one in properties.items()}
    content = {"application/json": {"schema": schema, "example": {"data": [1, 2], **page}}}
    asked = {"name": "at", "in": "query", "schema": {"type": ["string", "integer"]}}
    operation = {"operationId": "go", "parameters": [asked], "responses": {"200": {"description": "a page", "content": content}}}
    document = stream({})
    document["paths"]["/go"]["get"] = {**operation, "x-aerostack-pages": {"items": "/data", **rules}}
    return document


NEXT = {"type": "string", "example": "abc"}
NULL = {"type": ["string", "null"], "example": "abc", "minLength": 1}
CURSOR = {"input": "at", "output": "/next"}


@pytest.mark.parametrize(
    "document",
    [
        listed(CURSOR, [], next=NEXT),
        listed(CURSOR, ["next"], next=NULL),
        listed(CURSOR, ["next"], next=NEXT),
        listed({**CURSOR, "output": "/at", "done": "/end"}, ["end"], at=NEXT, end={"type": "boolean", "example": False}),
        listed({**CURSOR, "more": "/p/more"}, ["p"], next=NEXT, p={"type": "object", "example": {"more": True}}),
        listed({"kind": "link", "output": "/next"}, [], next=NEXT),
        listed({"kind": "offset", "input": "at", "total": "/total"}, ["total"], total={"type": "integer", "example": 90}),
        listed({"kind": "offset", "input": "at"}, []),
        listed({"kind": "page", "input": "at"}, []),
        listed({"kind": "single", "more": "/cut"}, [], cut={"type": "boolean", "example": True}),
    ],
)
def test_a_page_is_the_last_one(document: dict[str, Any]) -> None:
    mock = MockTransport(document)
    with Client(spec=document, transport=mock, validation="strict") as client:
        assert [*client.go.items()] == [1, 2]


def test_lists_of_the_bundled_document_end() -> None:
    for stateful in (False, True):
        mock = MockTransport(version="1.5.0", stateful=stateful)
        with Client("k", version="1.5.0", transport=mock, validation="strict") as client:
            for name in ("cacheList", "cacheKeys", "queueListJobs", "storageList"):
                assert len([*client.operations[name].pages()]) == 1
            client.cache.cache_set(key="k", value=1)
            assert ("k" in [one.key for one in client.cache.cache_list.items()]) is stateful
    document = listed({"input": "none", "output": "/next"}, [], next=NEXT)
    with Client(spec=document, transport=MockTransport(document)) as client:
        assert client.go().next == "abc"
