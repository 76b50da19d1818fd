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
