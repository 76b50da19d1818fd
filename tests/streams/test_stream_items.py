"""What the items of a stream are: decoded and checked by what the document says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aerostack_dynamic import Event, Spec, SpecError, StreamError


def data(value: Any) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


# ---- what an item is


def spec_of(media: dict[str, Any], **extensions: Any) -> Spec:
    responses = {"200": {"description": "", "content": {"text/event-stream": media}}}
    schemas = {"Piece": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "One", "version": "1"},
        "components": {"schemas": schemas},
        "paths": {"/one": {"get": {"operationId": "one", "responses": responses, **extensions}}},
    }
    return Spec.load(document)


PIECE = {"$ref": "#/components/schemas/Piece"}
EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
TYPED = {
    "type": "object",
    "properties": {"data": {"type": "string", "contentMediaType": "application/json", "contentSchema": PIECE}},
}
MARKED: dict[str, Any] = {"x-aerostack-stream": {}}
FAILING = {"x-aerostack-stream": {"error": "/error"}}


@pytest.mark.parametrize(
    ("media", "extensions", "decoded", "checked"),
    [
        ({}, {}, False, False),
        ({}, MARKED, True, False),
        ({"schema": {"type": "string"}}, {}, False, False),
        ({"schema": {"type": "string"}}, MARKED, False, False),
        ({"schema": {"type": "string"}}, FAILING, True, False),
        ({"schema": True}, {}, False, False),
        ({"schema": True}, MARKED, True, False),
        ({"schema": {"type": ["string", "object"]}}, {}, False, False),
        ({"schema": PIECE}, {}, True, True),
        ({"schema": {"oneOf": [PIECE, {"type": "object", "required": ["m"]}]}}, {}, True, True),
        ({"schema": {"type": "array", "items": PIECE}}, {}, True, True),
        ({"itemSchema": PIECE}, {}, True, True),
        ({"itemSchema": EVENT}, {}, False, False),
        ({"itemSchema": EVENT}, MARKED, False, False),
        ({"itemSchema": EVENT}, FAILING, True, False),
        ({"itemSchema": TYPED}, {}, True, True),
    ],
)
def test_what_the_document_says_of_events(
    read: Any, streams: Any, media: Any, extensions: Any, decoded: bool, checked: bool
) -> None:
    spec = spec_of(media, **extensions)
    told = read("one", streams.head() + data({"n": 1}), spec=spec)
    assert told.items == [Event({"n": 1} if decoded else '{"n": 1}')]
    told = read("one", streams.head() + data({"n": "x"}), spec=spec)
    if checked:
        assert told.items == []
        assert told.error.reason == "the answer breaks the document"
        assert told.error.problems
    else:
        assert told.error is None


@pytest.mark.parametrize(
    ("mode", "items", "drifts", "raises"),
    [("strict", 1, 0, True), ("tolerant", 3, 1, True), ("observe", 5, 2, False), ("off", 5, 0, False)],
)
def test_each_event_is_held_against_the_schema(read: Any, streams: Any, mode: str, items: int, drifts: int, raises: bool) -> None:
    body = [data({"text": "a"}), data({"text": "b", "n": 1000}), data({"text": "c"}), data({"text": 4}), data({"text": "e"})]
    told = read("chunks", streams.head() + b"".join(body), validation=mode)
    assert len(told.items) == items
    assert [(drift.operation, drift.status) for drift in told.hooks.drifts] == [("chunks", 200)] * drifts
    assert (type(told.error) is StreamError) is raises
    if raises:
        assert told.error.problems[0].pointer in ("/n", "/text")
        assert told.error.data["text"] in ("b", 4)


def test_lines_are_held_against_theirs(read: Any, streams: Any) -> None:
    told = read("rows", streams.head("application/x-ndjson") + b'{"id":1}\n{"id":"x"}\n{"id":3}\n')
    assert told.items == [{"id": 1}]
    assert [str(one) for one in told.error.problems] == ["response/id: expected integer, got string"]


@pytest.mark.parametrize("line", [b"{", b"[1,]", b"nan", b'{"a":' * 300, b"\xff"])
def test_what_is_no_json(read: Any, streams: Any, line: bytes) -> None:
    told = read("rows", streams.head("application/x-ndjson") + b'{"id":1}\n' + line + b'\n{"id":3}\n')
    assert told.items == [{"id": 1}]
    assert told.error.reason.startswith("item 2 of the stream can't be read: ")


# ---- other places of the document


def test_an_undeclared_status(read: Any, streams: Any) -> None:
    spec = spec_of({})
    told = read("one", streams.head(status=202) + data(b"x"), spec=spec)
    assert [drift.rule for drift in told.hooks.drifts] == ["status", "content-type"]
    assert told.items == [Event("x")]
    assert "no status 202" in read("one", streams.head(status=202) + data(b"x"), spec=spec, validation="strict").error.reason


def test_a_pointer_that_is_none(read: Any, streams: Any) -> None:
    spec = spec_of({}, **{"x-aerostack-stream": {"error": "error"}})
    told = read("one", streams.head() + data(b"1"), spec=spec)
    assert isinstance(told.error, SpecError)
    assert told.error.problems[0].pointer == "/paths/~1one/get/x-aerostack-stream/error"
    assert not told.seen


def test_an_error_may_stand_in_an_array(read: Any, streams: Any) -> None:
    spec = spec_of({}, **{"x-aerostack-stream": {"error": "/1/error"}})
    body = data([1]) + data([1, {}]) + data({"1": 2}) + data([1, {"error": "no"}])
    told = read("one", streams.head() + body, spec=spec)
    assert len(told.items) == 3
    assert told.error.reason == "the stream carried an error: no"
