"""Answers of every kind of media type, status and header are made of the document, and pass the client's strictest check."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, Spec, StatusError
from aerostack_dynamic.testing import MockError, MockTransport

OBJECT = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "s": {"type": "string"},
        "o": {"type": "object", "properties": {"deep": {"type": "string"}}},
    },
}
EVENT = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string"}, "event": {"type": "string"}}}
JSON_EVENT = {**EVENT, "properties": {"data": {"type": "string", "contentMediaType": "application/json", "contentSchema": OBJECT}}}
EITHER = {
    "oneOf": [
        {"type": "object", "required": ["event", "data"], "properties": {"event": {"const": "a"}, "data": {"type": "string"}}},
        {
            "type": "object",
            "required": ["event", "data"],
            "properties": {"event": {"const": "b"}, "data": {"contentMediaType": "application/json"}},
        },
    ]
}
KINDS: dict[str, Any] = {
    "plain": {"application/json": {"schema": OBJECT}},
    "empty": {"application/json": {}},
    "quoted": {"application/json": {"schema": OBJECT, "example": '{"n": 5}'}},
    "unquoted": {"application/json": {"schema": {"type": "string"}, "example": "{no json"}},
    "several": {
        "text/event-stream": {},
        "application/xml": {"schema": OBJECT},
        "application/json": {"schema": OBJECT},
        "text/csv": {},
    },
    "sequence": {"application/json-seq": {"itemSchema": OBJECT}},
    "events": {"text/event-stream": {"itemSchema": EVENT}},
    "jsonEvents": {"text/event-stream": {"itemSchema": JSON_EVENT}},
    "eitherEvents": {"text/event-stream": {"itemSchema": EITHER}},
    "typedEvents": {"text/event-stream": {"itemSchema": {"type": "object", "required": ["data"], "properties": {"data": OBJECT}}}},
    "textEvents": {"text/event-stream": {"schema": {"type": "string"}}},
    "form": {"application/x-www-form-urlencoded": {"schema": OBJECT}},
    "parts": {"multipart/form-data": {"schema": OBJECT}},
    "rows": {"multipart/mixed": {"schema": {"type": "array", "minItems": 2, "items": {"type": "string"}}}},
    "bytes": {"application/octet-stream": {"schema": OBJECT}},
    "hex": {"application/octet-stream": {"schema": {"type": "string", "pattern": "^[0-9a-f]+$"}}},
    "any": {"*/*": {"schema": OBJECT}},
    "text": {"text/*": {"schema": {"type": ["string", "null"]}}},
    "unknown": {"own/*": {}},
    "xmlName": {
        "application/xml": {
            "schema": {
                "type": "object",
                "xml": {"name": "x"},
                "required": ["a"],
                "properties": {"a": {"type": "integer"}, "no:good": {"type": "integer", "example": 1}},
            }
        }
    },
}
HEADERS = {
    "X-Json": {"required": True, "content": {"application/json": {"schema": OBJECT}}},
    "X-None": {"required": True},
    "X-Text": {"required": True, "schema": {"type": "string", "enum": ["é"]}},
    "Content-Type": {"required": True, "schema": {"type": "string"}},
}


def operation(name: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"operationId": name, "responses": {status: {"description": "x", **one} for status, one in responses.items()}}}


DOCUMENT = {
    "openapi": "3.2.0",
    "info": {"title": "Kinds", "version": "1"},
    "servers": [{"url": "https://kinds.example"}],
    "paths": {
        **{f"/{name}": operation(name, {"200": {"content": content}}) for name, content in KINDS.items()},
        "/none": operation("none", {}),
        "/range": operation("range", {"404": {}, "2XX": KINDS and {"content": KINDS["plain"]}}),
        "/default": operation("default", {"404": {}, "default": {"content": KINDS["plain"]}}),
        "/error": operation("error", {"4XX": {"content": KINDS["plain"]}}),
        "/odd": operation("odd", {"odd": {}}),
        "/headers": operation("headers", {"200": {"headers": HEADERS}}),
        "/formless": operation(
            "formless", {"200": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "integer"}}}}}
        ),
        "/xmlless": operation(
            "xmlless", {"200": {"content": {"application/xml": {"schema": {"type": "object", "xml": {"name": "no:good:name"}}}}}}
        ),
    },
}
SPEC = Spec.load(DOCUMENT)
STREAMS = {"sequence": 3, "events": 3, "jsonEvents": 3, "eitherEvents": 3, "typedEvents": 3, "textEvents": 3}


@pytest.fixture(scope="module")
def mock() -> MockTransport:
    return MockTransport(SPEC)


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_of_every_kind_is_valid(mock: MockTransport, name: str) -> None:
    with Client(spec=SPEC, transport=mock, validation="strict") as client:
        if name in STREAMS:
            with client.operations[name].stream() as items:
                assert len([*items]) == STREAMS[name]
        else:
            raw = client.operations[name].raw()
            assert raw.status == 200
            assert not raw.undocumented


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("/several", "*/*", "application/json"),
        ("/several", "text/csv, application/json;q=0.9", "text/csv"),
        ("/several", "application/xml;q=x, application/json;q=0.1", "application/xml"),
        ("/several", "audio/*", "application/json"),
        ("/any", "application/json", "application/json"),
        ("/any", "application/vnd.own+json, */*", "application/vnd.own+json"),
        ("/any", "*/*", "application/json"),
        ("/text", "*/*", "text/plain"),
        ("/unknown", "*/*", "own/x-mock"),
    ],
)
def test_the_media_type_is_what_accept_prefers(mock: MockTransport, path: str, accept: str, content_type: str) -> None:
    answer = httpx.Client(transport=mock).get(f"https://kinds.example{path}", headers={"Accept": accept})
    assert answer.headers["content-type"] == content_type


def test_statuses_and_headers(mock: MockTransport) -> None:
    plain = httpx.Client(transport=mock, base_url="https://kinds.example")
    statuses = {path: plain.get(path).status_code for path in ("/none", "/range", "/default", "/error", "/odd")}
    assert statuses == {"/none": 200, "/range": 200, "/default": 200, "/error": 400, "/odd": 200}
    headers = plain.get("/headers").headers
    assert isinstance(json.loads(headers["x-json"])["n"], int)
    assert (headers["x-none"], headers["x-text"], "content-type" in headers) == ("mock", "mock", False)
    with Client(spec=SPEC, transport=mock, retry=1) as client, pytest.raises(StatusError):
        client.call("error")
    for path in ("/formless", "/xmlless"):
        with pytest.raises(MockError, match="can't be written as"):
            plain.get(path)


def test_bytes_are_the_text_where_the_schema_wants_one(mock: MockTransport) -> None:
    plain = httpx.Client(transport=mock, base_url="https://kinds.example")
    assert int(plain.get("/hex").text, 16) >= 0


def test_what_is_only_written_is_not_echoed() -> None:
    inner = {"type": "object", "properties": {"in": {"type": "string", "writeOnly": True}, "out": {"type": "string"}}}
    user = {"type": "object", "properties": {"login": inner, "more": inner, "name": {"type": "string"}}}
    content = {"content": {"application/json": {"schema": user, "example": {"login": {}, "more": {"in": "x"}, "name": "n"}}}}
    add = {"operationId": "add", "requestBody": content, "responses": {"200": {"description": "added", **content}}}
    document = {"openapi": "3.0.3", "info": {"title": "Users", "version": "1"}, "paths": {"/users": {"post": add}}}
    plain = httpx.Client(transport=MockTransport(document), base_url="https://users.example")
    given = {"login": {"in": "secret", "out": "o"}, "name": "m"}
    assert plain.post("/users", json=given).json() == {"login": {"out": "o"}, "more": {}, "name": "m"}


def test_an_example_of_a_schema_that_can_t_be_used_is_answered() -> None:
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/None"}, "example": {"a": 1}}}}
    get = {"operationId": "get", "responses": {"200": {"description": "done", **content}}}
    document = {"openapi": "3.0.3", "info": {"title": "Lost", "version": "1"}, "paths": {"/": {"get": get}}}
    assert httpx.Client(transport=MockTransport(document)).get("https://lost.example/").json() == {"a": 1}


def test_canned_answers_of_every_kind(mock: MockTransport) -> None:
    plain = httpx.Client(transport=mock, base_url="https://kinds.example")
    mock.on("several").respond("a,b", media_type="text/csv")
    assert plain.get("/several").text == "a,b"
    mock.on("parts").respond({"n": 1, "o": {"deep": "x"}})
    assert b'{"deep":"x"}' in plain.get("/parts").content
    mock.on("bytes").respond(b"\x00\x01")
    assert plain.get("/bytes").content == b"\x00\x01"
    mock.on("sequence").stream([{"n": 1}])
    assert plain.get("/sequence").content == b'\x1e{"n":1}\n'
    mock.on("events").stream([{"data": "a\nb", "event": "e", "id": "1", "retry": 3}])
    assert plain.get("/events").text == "event: e\nid: 1\nretry: 3\ndata: a\ndata: b\n\n"
    mock.on("none").respond({"n": 1}, checked=False)
    assert plain.get("/none").json() == {"n": 1}
    mock.on("plain").respond(status=200, headers={"X-Own": "1"})
    assert plain.get("/plain").headers["x-own"] == "1"
