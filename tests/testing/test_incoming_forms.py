"""Forms whose texts their schemas don't tell apart, and those that the document has no words for."""

from __future__ import annotations

from typing import Any

from aerostack_dynamic import Client, Spec
from aerostack_dynamic._incoming import read_request

from .shop import body, parameter

ROW = {"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}}
EITHER = {
    "type": "object",
    "properties": {
        "at": {"anyOf": [{"type": "integer"}, {"enum": ["now"], "type": "string"}]},
        "tags": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"enum": [""], "type": "string"}]},
        "rows": {"anyOf": [{"type": "array", "items": ROW}, {"enum": [""], "type": "string"}]},
        "more": {"type": "array", "items": ROW},
        "within": {"anyOf": [{"type": "object", "properties": {"on": {"type": ["boolean", "string"], "not": {"const": "true"}}}}]},
        "text": {"type": ["integer", "string"], "maxLength": 2},
    },
}
DEEP = {name: {"style": "deepObject"} for name in ("rows", "more", "within")}
FORM = "application/x-www-form-urlencoded"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Forms", "version": "1"},
    "paths": {
        "/either": {
            "post": {
                "operationId": "either",
                "parameters": [parameter("q", **EITHER["properties"]["at"])],
                "requestBody": {"content": {FORM: {"schema": EITHER, "encoding": DEEP}}},
                "responses": {},
            }
        },
        "/untold": {
            "post": {
                "operationId": "untold",
                "requestBody": body({"type": "string", "format": "binary"}, "multipart/form-data"),
                "responses": {},
            }
        },
    },
}
SPEC = Spec.load(DOCUMENT)


def test_alternatives_that_a_text_does_not_tell_apart() -> None:
    given = {"at": 3, "tags": ["x"], "rows": [{"n": 1}, {"s": "2"}], "more": [{"n": 1}, {"n": 2}], "within": {"on": True}}
    with Client(spec=SPEC, server="https://t.example") as client:
        request = client.operations["either"].prepare(**given, text="12", q=5)
    found = read_request(SPEC, "POST", str(request.url), request.headers, request.read())
    assert found
    assert found.problems == ()
    assert found.arguments == {"query": {"q": 5}, "body": {**given, "text": "12"}}


def test_what_no_reading_makes_right_stays_as_it_is_likeliest() -> None:
    sent = b"at=soon&text=abc&none=1"
    found = read_request(SPEC, "POST", "https://t.example/either?q=soon", {"Content-Type": FORM}, sent)
    assert found
    assert found.arguments == {"query": {"q": "soon"}, "body": {"at": "soon", "text": "abc", "none": "1"}}
    assert [one.pointer for one in found.problems] == ["/q", "/at", "/text", "/none"]


def test_parts_that_the_document_has_no_words_for() -> None:
    sent = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--"
    found = read_request(SPEC, "POST", "https://t.example/untold", {"Content-Type": "multipart/form-data; boundary=b"}, sent)
    assert found
    assert (found.arguments, found.problems) == ({"body": {"a": "x"}}, ())
