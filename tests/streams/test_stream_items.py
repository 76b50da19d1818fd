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
        ({"itemSchema": {"type": "object", "properties": {"n": {"type": "integer"}, "data": {"type": "string"}}}}, {}, True, True),
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


@pytest.mark.parametrize("mode", ["strict", "tolerant", "observe", "off"])
@pytest.mark.parametrize("whole", [False, True])
def test_items_whose_schema_is_broken_are_delivered(read: Any, streams: Any, mode: str, whole: bool) -> None:
    nowhere = {"$ref": "#/components/schemas/Nowhere"}
    event = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string"}, "id": nowhere}}
    spec = spec_of({"itemSchema": event} if whole else {"schema": {"type": "object", "properties": {"n": nowhere}}})
    told = read("one", streams.head() + data({"n": 1}) + data({"n": 2}), spec=spec, validation=mode)
    if mode == "strict":
        assert told.items == []
        assert told.error.reason == "the answer can't be checked"
        return
    assert told.error is None
    assert told.items == [Event('{"n": 1}' if whole else {"n": 1}), Event('{"n": 2}' if whole else {"n": 2})]
    assert [one.rule for one in told.hooks.drifts] == ["document"] * (mode != "off")
    [problem] = spec.problems
    assert (problem.severity, problem.consequence) == ("warning", "answers are not checked by it")


def test_lines_are_held_against_theirs(read: Any, streams: Any) -> None:
    told = read("rows", streams.head("application/x-ndjson") + b'{"id":1}\n{"id":"x"}\n{"id":3}\n')
    assert told.items == [{"id": 1}]
    assert [str(one) for one in told.error.problems] == ["response/id: expected integer, got string"]


# ---- sequences of JSON (RFC 7464)

SEQUENCE = b'\x1e{"id": 1}\n\x1e{"id": \x1e\n\x1e{"id":\n 2}\n\x1e3\x1e{"id": 3}\n\x1e{"id"'


@pytest.mark.parametrize(
    ("mode", "items", "drifts", "raises"),
    [("strict", 1, 0, True), ("tolerant", 3, 3, False), ("observe", 3, 3, False), ("off", 3, 0, False)],
)
def test_what_is_cut_of_a_sequence_is_left_out(read: Any, streams: Any, mode: str, items: int, drifts: int, raises: bool) -> None:
    told = read("records", streams.head("application/json-seq") + SEQUENCE, validation=mode)
    assert [row["id"] for row in told.items] == [1, 2, 3][:items]
    assert [drift.rule for drift in told.hooks.drifts] == ["item"] * drifts
    assert (told.error is not None) is raises
    if raises:
        assert told.error.reason == "item 2 of the sequence is no whole JSON text, and is left out"


def test_the_texts_of_a_sequence_are_records_and_checked(read: Any, streams: Any) -> None:
    told = read("records", streams.head("application/json-seq") + b'\x1e{"id": 1}\n\x1e{"id": "x"}\n')
    assert told.items == [{"id": 1}]
    assert told.items[0].id == 1
    assert told.error.problems[0].pointer == "/id"


# ---- events as the standard describes them (OpenAPI 3.2, section 4.14.4)

FIELDS = {
    "data": {"type": "string"},
    "event": {"type": "string"},
    "id": {"type": "string"},
    "retry": {"type": "integer", "minimum": 0},
}
BY_EVENT = {
    "type": "object",
    "required": ["event"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "oneOf": [
        {"properties": {"event": {"const": "text"}}},
        {"properties": {"event": {"const": "number"}, "data": {"pattern": "^[0-9]+$"}}},
        {
            "properties": {
                "event": {"const": "piece"},
                "data": {"contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/Piece"}},
            }
        },
        {"properties": {"event": {"const": "json"}, "data": {"contentMediaType": "application/json"}}},
    ],
}


def event(kind: str | None, text: str) -> bytes:
    return (f"event: {kind}\n" if kind else "").encode() + f"data: {text}\n\n".encode()


def test_data_by_the_type_of_its_event(read: Any, streams: Any) -> None:
    spec = spec_of({"itemSchema": BY_EVENT})
    body = event("text", "[1]") + event("number", "12") + event("piece", '{"n": 1}') + event("json", "[1]")
    told = read("one", streams.head() + body, spec=spec)
    assert told.error is None
    assert [one.data for one in told.items] == ["[1]", "12", {"n": 1}, [1]]
    assert told.items[2].data.n == 1


@pytest.mark.parametrize(
    ("bad", "pointer", "hard"),
    [
        (event("other", "x"), "", False),
        (event("number", "x"), "", False),
        (event("piece", '{"n": "x"}'), "/n", True),
        (event(None, "x"), "/event", True),
    ],
)
@pytest.mark.parametrize("mode", ["tolerant", "strict", "observe", "off"])
def test_an_event_is_held_against_its_schema(read: Any, streams: Any, bad: bytes, pointer: str, hard: bool, mode: str) -> None:
    told = read("one", streams.head() + bad + event("text", "x"), spec=spec_of({"itemSchema": BY_EVENT}), validation=mode)
    if mode == "strict" or (mode == "tolerant" and hard):
        assert told.items == []
        assert [one.pointer for one in told.error.problems][:1] == [pointer]
    else:
        assert len(told.items) == 2
        assert bool(told.hooks.drifts) is (mode != "off")


def test_every_field_of_an_event(read: Any, streams: Any) -> None:
    schema = {"type": "object", "required": ["data", "event", "id", "retry"], "properties": FIELDS, "additionalProperties": False}
    spec = spec_of({"itemSchema": schema})
    whole = b"id: 1\nretry: 10\nevent: x\ndata: y\n\n"
    told = read("one", streams.head() + whole + b"id: 2\nretry: 10\ndata: y\n\n", spec=spec)
    assert told.items == [Event("y", "x", "1")]
    assert [str(one) for one in told.error.problems] == ["response/event: required, missing"]


@pytest.mark.parametrize("word", ["schema", "itemSchema"])
def test_an_event_whose_data_is_described_as_json(read: Any, streams: Any, word: str) -> None:
    """As documents of 3.1 write it, which have no other way."""
    done = {"type": "object", "properties": {"event": {"const": "done"}, "data": {"type": "string"}}, "required": ["event", "data"]}
    piece = {"type": "object", "properties": {"event": {"const": "piece"}, "data": PIECE}, "required": ["event", "data"]}
    spec = spec_of({word: {"oneOf": [piece, done]}})
    body = event("piece", '{"n": 1}') + event("done", "[DONE]") + event("done", "12")
    told = read("one", streams.head() + body, spec=spec)
    assert [one.data for one in told.items] == [{"n": 1}, "[DONE]", "12"]
    assert told.items[0].data.n == 1
    told = read("one", streams.head() + event("piece", '{"n": "x"}'), spec=spec)
    assert told.error.problems
    off = read("one", streams.head() + event("piece", '{"n": "x"}'), spec=spec, validation="off")
    assert off.items[0].data == {"n": "x"}


def test_an_error_within_such_an_event(read: Any, streams: Any) -> None:
    schema = {"type": "object", "properties": {"data": {"type": "object"}}}
    spec = spec_of({"itemSchema": schema}, **FAILING)
    told = read("one", streams.head() + event(None, '{"n": 1}') + event(None, '{"error": "no"}'), spec=spec)
    assert len(told.items) == 1
    assert told.error.reason == "the stream carried an error: no"


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
