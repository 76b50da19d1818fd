"""Every kind of media type, how one of several is chosen, bodies whole and by their properties, rows of JSON texts."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, ArgumentsWarning, AsyncClient, Client, Codec

from .sending import FORM, TEXT, Parts, body, obj, refused, sent

# ---- which media type

DATA = {"application/json": {"schema": obj(a=TEXT)}, "text/plain": {"schema": TEXT}, "application/octet-stream": {}}


@pytest.mark.parametrize(
    ("content", "value", "content_type", "content_sent"),
    [
        (DATA, {"a": "b"}, "application/json", b'{"a":"b"}'),
        (DATA, "text", "text/plain", b"text"),
        (DATA, b"bytes", "application/octet-stream", b"bytes"),
        (DATA, io.BytesIO(b"file"), "application/octet-stream", b"file"),
        (DATA, ("f.png", b"file"), "application/json", None),
        ({"text/plain": {}, "application/json": {}}, "a", "application/json", b'"a"'),
        ({"application/json": {"schema": obj(a=TEXT)}, "*/*": {}}, b"x", "application/octet-stream", b"x"),
        (
            {"application/xml": {"schema": obj(a=TEXT)}, "application/json": {"schema": obj(a=TEXT)}},
            b"<a/>",
            "application/xml",
            b"<a/>",
        ),
        (
            {"application/xml": {"schema": obj(a=TEXT)}, "application/json": {"schema": obj(a=TEXT)}},
            "<a/>",
            "application/xml",
            b"<a/>",
        ),
        ({"application/*+json": {}, "application/json": {}}, [1], "application/json", b"[1]"),
        ({"application/*+json": {}}, [1], "application/json", b"[1]"),
        ({"Application/JSON; charset=utf-8": {}}, [1], "Application/JSON; charset=utf-8", b"[1]"),
        ({"application/vnd.a+json": {}}, None, "application/vnd.a+json", b"null"),
        ({"application/vnd.a": {"schema": obj(a=TEXT)}}, {"a": "b"}, "application/vnd.a", b'{"a":"b"}'),
        ({"*/*": {}}, {"a": 1}, "application/json", b'{"a":1}'),
        ({"*/*": {}}, "text", "text/plain", b"text"),
        ({"application/*": {}}, "text", "application/json", b'"text"'),
        ({"text/*": {}}, "text", "text/plain", b"text"),
        ({"image/*": {}}, b"x", "application/octet-stream", b"x"),
        ({"image/*": {}}, ("a.png", b"x"), "image/png", b"x"),
        ({"image/*": {}}, ("a.txt", b"x"), "application/octet-stream", b"x"),
        ({"image/*": {}}, ("a", b"x", "image/webp"), "image/webp", b"x"),
        ({"text/plain; charset=iso-8859-1": {}}, "é", "text/plain; charset=iso-8859-1", b"\xe9"),
        ({"text/csv": {}}, "é,b", "text/csv", "é,b".encode()),
        ({"text/csv": {}}, 1.5, "text/csv", b"1.5"),
        ({"text/html": {"schema": obj(a=TEXT)}}, {"a": "b"}, "text/html", b'{"a":"b"}'),
        ({FORM: {}}, "a=b&c", FORM, b"a=b&c"),
        ({FORM: {"schema": obj(a=TEXT)}}, "a=1&b=%C3%A9+2", FORM, b"a=1&b=%C3%A9+2"),
        ({FORM: {"schema": obj(a=TEXT)}}, "a b", FORM, None),
        ({FORM: {"schema": obj(a=TEXT)}}, "a=é", FORM, None),
        ({"text/plain; charset=shift_jis": {}}, "日", "text/plain; charset=shift_jis", "日".encode("shift_jis")),
        ({"text/plain; charset=latin1": {}}, "é", "text/plain; charset=latin1", b"\xe9"),
        ({"application/vnd.a; charset=latin1": {"schema": TEXT}}, "é", "application/vnd.a; charset=latin1", b"\xe9"),
        ({"application/xml; charset=latin1": {}}, "<a>é</a>", "application/xml; charset=latin1", b"<a>\xe9</a>"),
        ({"application/xml; charset=klingon": {}}, "<a/>", "", None),
        (
            {"application/xml; charset=latin1": {"schema": obj(a=TEXT)}},
            {"a": "é"},
            "application/xml; charset=latin1",
            b"<?xml version='1.0'?>\n<root><a>\xe9</a></root>",
        ),
        ({"application/xml; charset=latin1": {"schema": obj(a=TEXT)}}, {"a": "日"}, "", None),
        ({"application/xml; charset=klingon": {"schema": obj(a=TEXT)}}, {"a": "b"}, "", None),
    ],
)
def test_the_media_type_that_is_sent(content: Parts, value: Any, content_type: str, content_sent: bytes | None) -> None:
    if content_sent is None:
        assert refused(body(content), body=value)
    else:
        assert sent(body(content), body=value).pair == (content_type, content_sent)


@pytest.mark.parametrize(
    ("wanted", "value", "content_type", "content"),
    [
        ("text/plain", "é", "text/plain", "é".encode()),
        ("text/plain; charset=iso-8859-1", "é", "text/plain; charset=iso-8859-1", b"\xe9"),
        ("application/json", {"a": "b"}, "application/json", b'{"a":"b"}'),
        ("application/json; v=2", {"a": "b"}, "application/json; v=2", b'{"a":"b"}'),
        ("image/png", b"x", "image/png", b"x"),
        ("image/jpeg", ("a.gif", b"x"), "image/jpeg", b"x"),
        ("application/vnd.x+json", [1], "application/vnd.x+json", b"[1]"),
    ],
)
def test_a_media_type_is_chosen(wanted: str, value: Any, content_type: str, content: bytes) -> None:
    spec = body({"application/json": {"schema": obj(a=TEXT)}, "text/*": {}, "image/*": {}, "application/*+json": {}})
    assert sent(spec, {"media_type": wanted}, body=value).pair == (content_type, content)


def test_what_is_chosen_is_declared() -> None:
    spec = body({"application/json": {}, "image/*": {}})
    for wanted in ("text/plain", "nonsense", "image/\r\nx"):
        assert refused(spec, {"media_type": wanted}, body="x") == ["x: media_type: the body is one of application/json, image/*"]


def test_a_character_that_a_charset_has_not_is_refused() -> None:
    assert refused(body("text/plain; charset=us-ascii"), body="é") == ["body: holds a character that the charset us-ascii has not"]


def test_a_charset_that_nobody_knows_is_refused() -> None:
    refusal = ["body: the charset klingon is not known; give bytes, or name another charset"]
    assert refused(body("text/plain; charset=klingon"), body="x") == refusal
    assert refused(body({"text/*": {}}), {"media_type": "text/csv; charset=klingon"}, body="x") == refusal


def test_a_codec_that_only_reads_writes_nothing() -> None:
    spec = body("application/vnd.a", obj(a=TEXT))
    own = [Codec(("application/vnd.a",), bytes.decode)]
    with Client(spec=spec, codecs=own) as client:
        with pytest.raises(ArgumentsError, match="the codec for application/vnd.a has no encode; give it one, or give bytes"):
            client.x.prepare(body={"a": "b"})
        assert client.x.prepare(body=b"x").read() == b"x"


@pytest.mark.parametrize(
    ("schema", "value", "content"),
    [
        ({"type": "string", "format": "decimal"}, Decimal("1.10"), b'"1.10"'),
        ({"type": "number", "format": "decimal"}, Decimal("1.10"), b"1.1"),
        ({"type": "number", "format": "decimal"}, Decimal(10**20), b"100000000000000000000"),
        ({"type": "string", "format": "duration"}, timedelta(days=1, hours=2, seconds=5), b'"P1DT2H0M5S"'),
        ({"type": "string", "format": "duration"}, timedelta(0), b'"PT0S"'),
        ({"type": "string", "format": "duration"}, timedelta(days=3), b'"P3D"'),
        ({"type": "string", "format": "duration"}, timedelta(minutes=90), b'"PT1H30M"'),
        ({"type": "string"}, timedelta(seconds=1, milliseconds=500), b'"PT1.5S"'),
        ({"type": "string"}, -timedelta(seconds=1), b'"-PT1S"'),
    ],
    ids=str,
)
def test_what_records_give_is_taken_back(schema: Any, value: Any, content: bytes) -> None:
    assert sent(body("application/json", obj(a=schema)), a=value).content == b'{"a":' + content + b"}"
    assert sent(body("application/json", {"type": "array", "items": schema}), body=[value]).content == b"[" + content + b"]"


# ---- whole bodies and their properties


@pytest.mark.parametrize("method", ["get", "delete", "head", "query", "trace", "patch"])
def test_a_body_with_any_method(method: str) -> None:
    spec = body("application/json", obj(a=TEXT), method=method)
    found = sent(spec, a="b")
    assert (found.method, found.content) == (method.upper(), b'{"a":"b"}')
    assert sent(spec).pair == (None, b"")


@pytest.mark.parametrize(
    ("schema", "value", "content"),
    [
        ({"type": "array", "items": {"type": "integer"}}, [1], b"[1]"),
        ({"type": "integer"}, 1, b"1"),
        ({"type": ["string", "null"]}, None, b"null"),
        ({"type": "boolean"}, False, b"false"),
        ({"oneOf": [obj(a=TEXT), {"type": "array"}]}, [], b"[]"),
        ({}, {"a": 1}, b'{"a":1}'),
        (True, "x", b'"x"'),
        ({"type": "object", "additionalProperties": True}, {"a": 1}, b'{"a":1}'),
    ],
)
def test_bodies_that_are_given_whole(schema: Any, value: Any, content: bytes) -> None:
    assert sent(body("application/json", schema), body=value).content == content


def test_a_free_object_takes_keywords() -> None:
    spec = body("application/json", {"type": "object", "additionalProperties": {"type": "integer"}}, required=True)
    assert sent(spec, a=1, b=2).content == b'{"a":1,"b":2}'
    assert refused(spec, a="x") == ["body/a: expected integer, got string"]
    assert refused(spec) == ["body: required, missing"]
    closed = body("application/json", {"type": "object"})
    assert refused(closed, a=1) == ["body/a: unknown argument; it takes body"]


def test_a_required_body_of_optional_properties_is_an_empty_object() -> None:
    assert sent(body("application/json", obj(a=TEXT), required=True)).content == b"{}"
    assert sent(body(FORM, obj(a=TEXT), required=True)).pair == (FORM, b"")


def test_a_choice_of_objects_takes_the_keywords_of_all() -> None:
    spec = body("application/json", {"oneOf": [{**obj(a=TEXT), "required": ["a"]}, {**obj(b=TEXT), "required": ["b"]}]})
    assert sent(spec, a="x").content == b'{"a":"x"}'
    assert sent(spec, b="x").content == b'{"b":"x"}'


def test_bytes_of_a_binary_body_are_sent_as_they_are() -> None:
    assert sent(body("application/octet-stream", {"type": "string", "format": "byte"}), body=b"x").content == b"x"


def test_bytes_within_json_are_text_where_the_schema_says_how() -> None:
    schema = obj(
        a={"type": "string", "contentEncoding": "base64"}, b={"type": "array", "items": {"type": "string", "format": "byte"}}
    )
    assert sent(body("application/json", schema), a=b"\xff", b=[b"a", "Yg=="]).content == b'{"a":"/w==","b":["YQ==","Yg=="]}'
    url_safe = body("application/json", {"type": "string", "contentEncoding": "base64url"})
    assert sent(url_safe, body=b"\xff\xfe").content == b'"__4="'
    assert refused(body("application/json", obj(a=TEXT)), a=b"x") == [
        "body/a: is of type bytes, which JSON can't hold; give a dict, list, str, number, bool or None"
    ]


def test_what_is_read_only_need_not_be_given() -> None:
    schema = {**obj(id={"type": "string", "readOnly": True}, name=TEXT), "required": ["name"]}
    spec = body("application/json", {**schema, "properties": {**schema["properties"], "of": {"type": "array", "items": schema}}})
    with Client(spec=spec) as client:
        assert str(client.x.__signature__).startswith("(*, name: str")
        assert "id" not in client.x.__doc__.split()
    assert sent(spec, name="a").content == b'{"name":"a"}'
    with pytest.warns(ArgumentsWarning, match="body/id: is readOnly, the server's to give; it is sent as given"):
        assert sent(spec, name="a", id="1").content == b'{"name":"a","id":"1"}'
    with pytest.warns(ArgumentsWarning, match="body/of/0/id"):
        sent(spec, name="a", of=[{"name": "b", "id": "1"}, {"name": "c", "id": "2"}])
    assert refused(spec, {"validation": "strict"}, name="a", id="1") == ["body/id: is readOnly, the server's to give"]


# ---- rows of JSON texts


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/x-ndjson", b'{"a":1}\n2\n'),
        ("application/jsonl", b'{"a":1}\n2\n'),
        ("application/json-seq", b'\x1e{"a":1}\n\x1e2\n'),
    ],
)
def test_rows_from_lists_and_iterables(media_type: str, content: bytes) -> None:
    spec = body(media_type)
    found = sent(spec, body=[{"a": 1}, 2])
    assert (found.pair, found.length) == ((media_type, content), str(len(content)))
    streamed = sent(spec, body=iter([{"a": 1}, 2]))
    assert (streamed.pair, streamed.length) == ((media_type, content), None)
    assert sent(spec, body=content).content == content


@pytest.mark.parametrize("media_type", [{"itemSchema": {"type": "integer"}}, {"schema": {"type": "integer"}}])
def test_items_are_checked(media_type: Parts) -> None:
    spec = body({"application/jsonl": media_type})
    assert refused(spec, body=[1, "x", "y"]) == ["body/1: expected integer, got string", "body/2: expected integer, got string"]
    with pytest.raises(ArgumentsError, match="body/1: expected integer, got string") as caught:
        sent(spec, body=(one for one in (1, "x")))
    assert caught.value.sent == "maybe"
    assert sent(spec, {"validation": "off"}, body=["x"]).content == b'"x"\n'


def test_items_are_checked_as_what_is_sent() -> None:
    item = {"required": ["id"], "properties": {"id": {"type": "integer", "readOnly": True}, "n": {"type": "integer"}}}
    assert sent(body({"application/jsonl": {"itemSchema": item}}), body=[{"n": 1}]).pair == ("application/jsonl", b'{"n":1}\n')


def test_a_row_may_be_described_as_an_array() -> None:
    spec = body("application/jsonl", {"type": "array", "items": {"type": "integer"}})
    assert refused(spec, body=["x"]) == ["body/0: expected integer, got string"]
    with pytest.raises(ArgumentsError, match="body/0: expected integer, got string"):
        sent(spec, body=iter(["x"]))


def test_what_is_no_row_is_refused() -> None:
    used = iter([1])
    list(used)
    generator = (one for one in [1])
    list(generator)
    spec = body("application/jsonl")
    assert refused(spec, body=1) == ["body: give a list, or an iterable, of the values that are sent one by one"]
    assert refused(spec, body=generator) == ["body: the generator is used up"]


@pytest.mark.anyio
async def test_rows_from_an_asynchronous_iterable() -> None:
    async def rows() -> AsyncIterator[Any]:
        yield {"a": 1}
        yield 2

    found: list[bytes] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        found.append(await request.aread())
        return httpx.Response(204)

    async with AsyncClient(spec=body("application/jsonl"), transport=httpx.MockTransport(answer)) as client:
        await client.x(body=rows())
        await client.x(body=iter([1]))
    assert found == [b'{"a":1}\n2\n', b"1\n"]
