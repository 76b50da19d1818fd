"""Answers of every kind through both clients: media types and how they are chosen, headers, formats and codecs of one's own."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, BadRequestError, Client, Codec, Format, ResponseError, Spec, SpecError, Validation

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}},
}
ITEMS = {"type": "array", "items": ITEM}


def operation(content: dict[str, Any], status: str = "200", method: str = "get", **more: Any) -> dict[str, Any]:
    return {method: {"operationId": "ask", "responses": {status: {"description": "", "content": content, **more}}}}


def spec(content: dict[str, Any], **more: Any) -> Spec:
    return Spec.load(
        {
            "openapi": "3.2.0",
            "info": {"title": "Kinds", "version": "1"},
            "servers": [{"url": "https://kinds.example"}],
            "paths": {"/it": operation(content, **more)},
        }
    )


class Recorder:
    def __init__(self) -> None:
        self.drifts: list[Any] = []

    def on_drift(self, drift: Any) -> None:
        self.drifts.append(drift)


@pytest.fixture
def ask(both: Any, settle: Any) -> Any:
    """The `Response` to a call that is answered with this body, or the error; and the drifts."""

    def run(loaded: Spec, body: bytes, content_type: str = "", status: int = 200, headers: Any = None, **options: Any) -> Any:
        hook = Recorder()
        sent = {**(headers or {}), **({"content-type": content_type} if content_type else {})}
        transport = httpx.MockTransport(lambda request: httpx.Response(status, content=body, headers=sent))

        async def story(client: Any) -> Any:
            try:
                return await settle(client.ask.raw())
            except (ResponseError, BadRequestError) as error:
                return error

        return both.run(story, spec=loaded, transport=transport, hooks=[hook], retry=1, **options), hook.drifts

    return run


def of(schema: Any) -> dict[str, Any]:
    return {"schema": schema}


KINDS: dict[str, tuple[dict[str, Any], str, bytes, Any, list[str]]] = {
    "XML": ({"application/xml": of(ITEM)}, "application/xml", b"<item><id>1</id></item>", {"id": 1}, []),
    "XML under its other name": (
        {"application/xml": of(ITEM)},
        "text/xml",
        b"<item><id>1</id></item>",
        {"id": 1},
        ["content-type"],
    ),
    "XML of a range": ({"application/*": of(ITEM)}, "application/vnd.a+xml", b"<item><id>1</id></item>", {"id": 1}, []),
    "XML, a soft fault": (
        {"text/xml": of(ITEM)},
        "text/xml",
        b"<i><id>1</id><at>soon</at></i>",
        {"id": 1, "at": "soon"},
        ["format"],
    ),
    "XML without a schema": ({"text/xml": {}}, "text/xml", b"<i><id>1</id></i>", {"i": {"id": "1"}}, []),
    "JSON lines": (
        {"application/x-ndjson": {"itemSchema": ITEM}},
        "application/x-ndjson",
        b'{"id": 1}\n{"id": 2}',
        [{"id": 1}, {"id": 2}],
        [],
    ),
    "JSON lines as an array": ({"application/jsonl": of(ITEMS)}, "application/jsonl", b'{"id": 1}\n', [{"id": 1}], []),
    "JSON lines, each by schema": ({"application/jsonl": of(ITEM)}, "application/jsonl", b'{"id": 1}\n', [{"id": 1}], []),
    "JSON lines, a soft fault": (
        {"application/jsonl": {"itemSchema": ITEM}},
        "application/jsonl",
        b'{"id": 1}\n{"id": 2, "at": "soon"}\n',
        [{"id": 1}, {"id": 2, "at": "soon"}],
        ["format"],
    ),
    "a sequence": ({"application/json-seq": {"itemSchema": ITEM}}, "application/json-seq", b'\x1e{"id": 1}\n', [{"id": 1}], []),
    "a form": ({"application/x-www-form-urlencoded": of(ITEM)}, "application/x-www-form-urlencoded", b"id=1", {"id": 1}, []),
    "a number as text": ({"text/plain": of({"type": "integer"})}, "text/plain", b"12", 12, []),
    "text": ({"text/*": of({"type": "string"})}, "text/csv", b"a,b", "a,b", []),
    "bytes": ({"image/*": {}}, "image/png", b"\x89", b"\x89", []),
    "bytes of an unknown kind": ({"*/*": {}}, "application/x-unheard-of", b"\x89", b"\x89", []),
    "a file of JSON": ({"*/*": of({"contentMediaType": "x/y"})}, "application/json", b'{"a"', b'{"a"', []),
    "a file of text": ({"text/*": of({"type": "string", "format": "binary"})}, "text/csv", b"a,b", b"a,b", []),
    "JSON of any kind": ({"*/*": of(ITEM)}, "application/json", b'{"id": 1}', {"id": 1}, []),
    "no bytes": ({"image/png": {}}, "image/png", b"", b"", []),
    "no text": ({"text/plain": of({"type": "string"})}, "text/plain", b"", "", []),
    "another case": ({"Application/JSON": of(ITEM)}, "application/json", b'{"id": 1}', {"id": 1}, []),
    "of several by parameters": (
        {"application/json": of({"type": "string"}), "application/json; version=2": of(ITEM)},
        "application/json;version=2",
        b'{"id": 1}',
        {"id": 1},
        [],
    ),
    "of several by name": (
        {"application/json": of({"type": "string"}), "application/vnd.item+json": of(ITEM)},
        "application/vnd.item+json",
        b'{"id": 1}',
        {"id": 1},
        [],
    ),
    "events read whole": ({"text/event-stream": {"itemSchema": ITEM}}, "text/event-stream", b"data: 1\n\n", "data: 1\n\n", []),
    "no media type": ({"application/xml": of(ITEM)}, "", b"<i><id>1</id></i>", {"id": 1}, []),
}


@pytest.mark.parametrize("case", KINDS)
def test_each_kind_of_answer(ask: Any, case: str) -> None:
    content, content_type, body, data, drifts = KINDS[case]
    result, told = ask(spec(content), body, content_type)
    assert result.data == data
    assert type(result.data) is not dict
    assert [one.rule for one in told] == drifts


HARD: dict[str, tuple[dict[str, Any], str, bytes, str]] = {
    "XML of the wrong type": (
        {"text/xml": of(ITEM)},
        "text/xml",
        b"<i><id>one</id></i>",
        "response/id: expected integer, got string",
    ),
    "XML without a required element": ({"text/xml": of(ITEM)}, "text/xml", b"<i/>", "response/id: required, missing"),
    "no XML": ({"text/xml": of(ITEM)}, "text/xml", b"<i", "the body is not well-formed XML"),
    "XML with a document type": ({"text/xml": {}}, "text/xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "has a document type"),
    "the second line": (
        {"application/jsonl": {"itemSchema": ITEM}},
        "application/jsonl",
        b'{"id": 1}\n{}',
        "response/1/id: required",
    ),
    "no line": ({"application/jsonl": {"itemSchema": ITEM}}, "application/jsonl", b"{", "line 1: the body is not valid JSON"),
    "a page where JSON is declared": (
        {"application/json": of(ITEM)},
        "application/xhtml+xml",
        b"<html/>",
        "not application/xhtml+xml",
    ),
    "an empty body": ({"application/json": of(ITEM)}, "application/json", b"", "the body is empty where JSON is expected"),
    "an empty body where XML is declared": ({"text/xml": of(ITEM)}, "text/xml", b"", "the body is empty where XML is expected"),
}


@pytest.mark.parametrize("case", HARD)
def test_what_breaks_the_document_is_refused(ask: Any, case: str) -> None:
    content, content_type, body, reason = HARD[case]
    error, _ = ask(spec(content), body, content_type)
    assert isinstance(error, ResponseError)
    assert reason in str(error)
    assert ask(spec(content), body, content_type, validation="off")[0] is not None


def test_requests_of_ones_own_are_read_by_their_own_media_type(both: Any, settle: Any) -> None:
    """No operation speaks of them."""
    kinds = {
        "/x": ("text/xml", b"<a>1</a>"),
        "/f": ("application/x-www-form-urlencoded", b"a=1"),
        "/n": ("application/jsonl", b"1\n2"),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        content_type, body = kinds[request.url.path]
        return httpx.Response(200, content=body, headers={"content-type": content_type})

    async def story(client: Any) -> list[Any]:
        return [(await settle(client.send(httpx.Request("GET", path)))).data for path in kinds]

    assert both.run(story, spec=spec({}), transport=httpx.MockTransport(answer)) == [{"a": "1"}, {"a": "1"}, [1, 2]]


def test_parts(ask: Any) -> None:
    body = b'--b\r\nContent-Type: application/json\r\n\r\n{"a": {"b": 1}}\r\n--b\r\nContent-Type: image/png\r\n\r\n\x89\r\n--b--'
    result, _ = ask(spec({"multipart/mixed": of({"type": "array"})}), body, "multipart/mixed; boundary=b")
    first, second = result.data
    assert type(first.content).__name__ == "Record"
    assert (first.content, second.content) == ({"a": {"b": 1}}, b"\x89")
    assert second.headers["content-type"] == "image/png"


@pytest.mark.parametrize("status", ["200", "2XX", "2xx", "default"])
def test_statuses_ranges_and_default(ask: Any, status: str) -> None:
    result, told = ask(spec({"application/json": of(ITEM)}, status=status), b'{"id": 1}', "application/json")
    assert (result.data, result.undocumented, told) == ({"id": 1}, False, [])


@pytest.mark.parametrize("status", [204, 205])
def test_no_content_is_none_whatever_is_declared(ask: Any, status: int) -> None:
    result, told = ask(spec({"application/json": of(ITEM)}, status="2XX"), b"", status=status)
    assert (result.data, told) == (None, [])


def test_a_head_has_no_body_to_miss(ask: Any) -> None:
    result, told = ask(spec({"application/json": of(ITEM)}, method="head"), b"", "application/json")
    assert (result.data, told) == (None, [])


def test_a_body_where_none_is_declared_is_delivered(ask: Any) -> None:
    result, told = ask(spec({}), b'{"id": 1}', "application/json")
    assert result.data == {"id": 1}
    assert [one.rule for one in told] == ["content-type"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>", "NoSuchKey", "no such key"),
        (b"<r><error><code>7</code><message>m</message></error></r>", "7", "m"),
        (b"<r>", None, None),
    ],
)
def test_errors_in_xml(ask: Any, body: bytes, code: str | None, message: str | None) -> None:
    error, _ = ask(spec({}), body, "application/xml", status=400)
    assert (error.code, error.message) == (code, message)


# ---- headers

HEADERS = {
    "X-Rate-Limit": {"schema": {"type": "integer", "minimum": 0}, "required": True},
    "X-Names": {"schema": {"type": "array", "items": {"type": "string"}}},
    "X-Point": {"explode": True, "schema": {"type": "object", "properties": {"x": {"type": "integer"}}}},
    "X-Extra": {"content": {"application/json": {"schema": {"type": "object"}}}},
    "X-Absent": {"schema": {"type": "string"}},
    "Set-Cookie": {"schema": {"type": "array", "items": {"type": "string"}}},
    "Content-Type": {"schema": {"type": "integer"}},
}
DECLARED = spec({"application/json": of(ITEM)}, headers=HEADERS)
SENT = {
    "x-rate-limit": "7",
    "X-Names": "a, b",
    "x-point": "x=1",
    "x-extra": '{"a": [1]}',
    "x-unknown": "1",
    "Set-Cookie": "a=b; x=1,2",
}


def test_headers_have_the_types_of_their_schemas(ask: Any) -> None:
    result, told = ask(DECLARED, b'{"id": 1}', "application/json", headers=SENT)
    values = result.decoded_headers
    assert dict(values) == {
        "X-Rate-Limit": 7,
        "X-Names": ["a", "b"],
        "X-Point": {"x": 1},
        "X-Extra": {"a": [1]},
        "Set-Cookie": ["a=b; x=1,2"],
    }
    assert (values["x_rate_limit"], values["x-RATE-limit"], values["x_names"]) == (7, 7, ["a", "b"])
    assert "x-absent" not in values
    assert "X-Unknown" not in values
    assert values.get("x_absent") is None
    assert (told, result.headers["x-rate-limit"]) == ([], "7")
    assert "7" not in repr(values)
    assert dict(pickle.loads(pickle.dumps(result)).decoded_headers) == dict(values)


@pytest.mark.parametrize(
    ("changes", "mode", "rules"),
    [
        ({"x-rate-limit": None}, "tolerant", None),
        ({"x-rate-limit": None}, "observe", ["required"]),
        ({"x-rate-limit": None}, "off", []),
        ({"x-rate-limit": "many"}, "tolerant", None),
        ({"x-rate-limit": "-1"}, "tolerant", ["minimum"]),
        ({"x-rate-limit": "-1"}, "strict", None),
        ({"x-extra": "{"}, "tolerant", None),
        ({"x-extra": "{"}, "observe", ["type"]),
        ({"x-names": ""}, "strict", []),
    ],
)
def test_headers_by_the_table_of_modes(ask: Any, changes: dict[str, Any], mode: str, rules: list[str] | None) -> None:
    folded = {name.lower(): text for name, text in SENT.items()} | changes
    headers = {name: text for name, text in folded.items() if text is not None}
    result, told = ask(DECLARED, b'{"id": 1}', "application/json", headers=headers, validation=mode)
    if rules is None:
        assert isinstance(result, ResponseError)
        assert result.problems[0].location == "header"
        assert result.data == {"id": 1}
    else:
        assert result.data == {"id": 1}
        assert [one.rule for one in told] == rules


def test_a_drift_of_a_header_names_it(ask: Any) -> None:
    _, told = ask(DECLARED, b'{"id": 1}', "application/json", headers=SENT | {"x-rate-limit": "-1"})
    assert [(one.pointer, one.message) for one in told] == [("", "header /X-Rate-Limit: must be at least 0")]


# ---- a user's own


def unpack(body: bytes) -> Any:
    return json.loads(body[1:])


def pack(value: Any) -> bytes:
    return b"!" + json.dumps(value).encode()


OWN = Codec(("application/x-own", "+own"), unpack, pack)


@pytest.mark.parametrize("name", ["application/x-own", "application/vnd.a+own"])
def test_a_codec_of_ones_own_reads_answers(ask: Any, name: str) -> None:
    content = {name: of(ITEM)}
    result, told = ask(spec(content), b'!{"id": 1, "at": "2026-01-02T03:04:05Z"}', name, codecs=[OWN])
    assert (result.data["id"], result.data.at.year, told) == (1, 2026, [])
    error, _ = ask(spec(content), b'!{"id": "x"}', name, codecs=[OWN])
    assert "expected integer, got string" in str(error)
    error, _ = ask(spec(content), b"!", name, codecs=[OWN])
    assert "raised JSONDecodeError" in str(error)
    assert ask(spec(content), b"!{}", name)[0].data == b"!{}"


def test_what_no_json_holds_comes_through_a_codec_of_ones_own(ask: Any) -> None:
    blob = Codec(("application/x-own",), lambda body: {"id": 1, "blob": body})
    result, _ = ask(spec({"application/x-own": {}}), b"x", "application/x-own", codecs=[blob])
    assert result.data["blob"] == b"x"
    error, _ = ask(spec({"application/x-own": of(ITEM)}), b"x", "application/x-own", codecs=[blob])
    assert "response/blob is of type bytes" in str(error)
    assert error.data == {"id": 1, "blob": b"x"}


THING = {
    "type": "object",
    "properties": {
        "phone": {"type": "string", "format": "phone"},
        "data": {"type": "string", "format": "byte"},
        "length": {"type": "string", "format": "duration"},
        "price": {"type": "string", "format": "decimal"},
        "inner": {"type": "object", "properties": {"phone": {"type": "string", "format": "phone"}}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"phone": {"type": "string", "format": "phone"}}}},
    },
}
BODY = b'{"phone": "+1", "data": "aGk=", "length": "PT90S", "price": "1.50", "inner": {"phone": "+2"}, "list": [{"phone": "+3"}]}'


def to_number(text: str) -> int:
    return int(text.removeprefix("+"))


def test_a_format_of_ones_own_makes_attributes(ask: Any) -> None:
    result, _ = ask(spec({"application/json": of(THING)}), BODY, "application/json", formats=[Format("phone", None, to_number)])
    data = result.data
    assert (data.phone, data.inner.phone, data.list[0].phone, data.copy().phone) == (1, 2, 3, 1)
    assert data["phone"] == "+1"
    assert (data.data, data.length, data.price) == (b"hi", timedelta(seconds=90), Decimal("1.50"))
    assert pickle.loads(pickle.dumps(data)).inner.phone == 2


@pytest.mark.parametrize("engine", ["compiled", "jsonschema", "openapi-core"])
def test_a_format_of_ones_own_is_checked_by_every_engine(ask: Any, engine: Any) -> None:
    content = {"application/json": of({"type": "object", "properties": {"p": {"format": "phone"}, "d": {"format": "date"}}})}
    options = {"formats": [Format("phone", to_number), Format("date")], "validation": Validation(engine=engine)}
    loaded = spec(content)
    assert ask(loaded, b'{"p": "+1", "d": "no date"}', "application/json", **options)[1] == []
    _, told = ask(loaded, b'{"p": "home"}', "application/json", **options)
    assert [(one.pointer, one.message) for one in told] == [("/p", "is not a valid phone")]
    _, told = ask(loaded, b'{"p": "home", "d": "no date"}', "application/json", validation=Validation(engine=engine))
    assert [one.pointer for one in told] == ["/d"]


def test_a_format_of_ones_own_is_checked_in_arguments(both: Any, settle: Any) -> None:
    document = operation({}, method="post")
    document["post"]["parameters"] = [{"name": "p", "in": "query", "schema": {"type": "string", "format": "phone"}}]
    loaded = Spec.load(dict(spec({}).document.raw) | {"paths": {"/it": document}})

    async def story(client: Any) -> None:
        await settle(client.ask(p="+1"))
        with pytest.raises(ArgumentsError, match="query/p: is not a valid phone"):
            await settle(client.ask(p="home"))

    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    both.run(story, spec=loaded, formats={"phone": to_number}, transport=transport)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"codecs": OWN}, "give several Codecs"),
        ({"codecs": [unpack]}, "give several Codecs"),
        ({"codecs": 3}, "give several Codecs"),
        ({"codecs": [Codec(("json",))]}, "a media type is a name"),
        ({"codecs": [Codec((3,))]}, "a media type is a name"),
        ({"codecs": [Codec(("a/b",), 3)]}, "are functions"),
        ({"formats": {"phone": 3}}, "is a function"),
        ({"formats": [to_number]}, "give several Formats"),
        ({"formats": 3}, "give several Formats"),
        ({"formats": "phone"}, "give several Formats"),
    ],
)
def test_what_is_no_codec_and_no_format(options: Any, message: str) -> None:
    with pytest.raises(ArgumentsError, match=message):
        Client(spec=spec({}), **options)


def test_a_client_with_its_own_is_pickled_where_they_can_be() -> None:
    client = Client(spec=spec({}), codecs=[OWN._replace(media_types="a/b")], formats={"phone": to_number})
    options = pickle.loads(pickle.dumps(client))._caller.options
    assert options.codecs == (OWN._replace(media_types=("a/b",)),)
    assert options.formats.own == (Format("phone", to_number),)
    with pytest.raises(TypeError, match="the codecs can't be pickled"):
        pickle.dumps(Client(spec=spec({}), codecs=[Codec(("a/b",), lambda body: body)]))
    with pytest.raises(TypeError, match="the formats can't be pickled"):
        pickle.dumps(Client(spec=spec({}), formats={"phone": lambda text: True}))


# ---- schemas that can't be used

NOWHERE = {"$ref": "#/components/schemas/Nowhere"}
BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str, bytes, Any]] = {
    "JSON": ({"application/json": of(NOWHERE)}, {}, "application/json", b'{"id": "x"}', {"id": "x"}),
    "within": ({"application/json": of({"items": NOWHERE})}, {}, "application/json", b"[1]", [1]),
    "XML": ({"text/xml": of(NOWHERE)}, {}, "text/xml", b"<i><id>1</id></i>", {"id": "1"}),
    "lines": ({"application/jsonl": {"itemSchema": NOWHERE}}, {}, "application/jsonl", b"1\n2\n", [1, 2]),
    "a header": ({"application/json": of(ITEM)}, {"X-It": of(NOWHERE)}, "application/json", b'{"id": 1}', {"id": 1}),
}


@pytest.mark.parametrize("mode", ["strict", "tolerant", "observe", "off"])
@pytest.mark.parametrize("kind", BROKEN)
def test_an_answer_whose_schema_is_broken_is_delivered(ask: Any, kind: str, mode: str) -> None:
    content, headers, content_type, body, data = BROKEN[kind]
    result, drifts = ask(spec(content, headers=headers), body, content_type, headers={"X-It": "x"}, validation=mode)
    assert result.data == data
    if mode == "strict":
        assert isinstance(result, ResponseError)
        assert result.reason == "the answer can't be checked"
        assert [one.location for one in result.problems] == ["document"]
    assert [(one.rule, one.pointer) for one in drifts] == [("document", "")] * (mode in ("tolerant", "observe"))
    assert all("Nowhere' leads nowhere" in one.message for one in drifts)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_schema_of_an_answer_is_a_warning(kind: str) -> None:
    content, headers, *_ = BROKEN[kind]
    [problem] = spec(content, headers=headers).problems
    assert (problem.severity, problem.consequence) == ("warning", "answers are not checked by it")
    assert "Nowhere' leads nowhere" in problem.message


def test_a_broken_schema_of_a_request_is_an_error_and_nothing_is_sent(both: Any, settle: Any) -> None:
    content = {"application/json": of(NOWHERE)}
    document = dict(spec(content).document.raw)
    document["paths"]["/it"] = operation(content, method="post")
    document["paths"]["/it"]["post"]["requestBody"] = {"content": content}
    [problem] = [one for one in Spec.load(document).problems if one.severity == "error"]
    assert problem.consequence == "what it describes can't be sent"
    sent: list[httpx.Request] = []

    async def story(client: Any) -> None:
        with pytest.raises(SpecError, match="leads nowhere"):
            await settle(client.ask(body=1))

    both.run(story, spec=document, transport=httpx.MockTransport(sent.append))  # type: ignore[arg-type]  # never answers
    assert sent == []
