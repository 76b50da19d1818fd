"""Webhooks and callbacks: which a document has, and what becomes of a request that was received."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AerostackError, ArgumentsError, Client, Record, Spec, SpecError, Webhook, WebhookError

JSON = {"content-type": "application/json"}
EVENT = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "at": {"type": "string", "format": "date-time"},
        "pet": {"$ref": "#/components/schemas/Pet"},
        "kind": {"enum": ["new", "sold"]},
    },
}
HEADER = {"name": "X-Count", "in": "header", "required": True, "schema": {"type": "integer", "minimum": 1}}


def operation(schema: Any = EVENT, media: str = "application/json", **more: Any) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {media: {"schema": schema}}},
        "responses": {"200": {"description": "d"}},
        **more,
    }


def spec_of(webhooks: Any = None, **more: Any) -> Spec:
    components = {"schemas": {"Pet": {"type": "object", "properties": {"name": {"type": "string"}}}}, **more.pop("components", {})}
    raw = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": components, **more}
    return Spec.load(raw if webhooks is None else {**raw, "webhooks": webhooks})


def hook(**more: Any) -> Webhook:
    return spec_of({"new.pet": {"post": operation(**more)}}).webhooks["new.pet"]


def problems(received: Any, *args: Any, **named: Any) -> list[str]:
    with pytest.raises(WebhookError, match="the request breaks the document") as caught:
        received.check(*args, **named)
    return [str(one) for one in caught.value.problems]


# ---- the body


def test_the_body_is_what_an_answer_would_be() -> None:
    event = hook().check(JSON, b'{"id": 3, "at": "2026-01-31T12:00:00Z", "pet": {"name": "Rex"}, "more": 1}')
    assert isinstance(event, Record)
    assert (event.id, event.at, event.pet.name, event["more"]) == (3, datetime(2026, 1, 31, 12, tzinfo=timezone.utc), "Rex", 1)


@pytest.mark.parametrize("body", [{"id": 3}, bytearray(b'{"id":3}'), memoryview(b'{"id":3}')])
def test_a_body_may_have_been_decoded_already(body: Any) -> None:
    assert hook().check(JSON, body).id == 3
    assert hook().check({}, body).id == 3


def test_all_that_is_wrong_is_told_at_once() -> None:
    body = json.dumps({"id": "secret", "kind": "gone", "at": "yesterday"}).encode()
    told = problems(hook(parameters=[HEADER]), {**JSON, "x-count": "0"}, body)
    assert sorted(told) == [
        "body/at: is not a valid date-time (RFC 3339: with a UTC offset, as in 2026-01-31T12:00:00Z)",
        "body/id: expected integer, got string",
        "body/kind: must be one of 'new', 'sold'",
        "header/X-Count: must be at least 1",
    ]


def test_the_error_has_what_was_decoded_and_can_be_pickled() -> None:
    with pytest.raises(WebhookError) as caught:
        hook().check(JSON, b'{"id": "x"}')
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.data, error.operation, error.reason) == ({"id": "x"}, "new_pet", "the request breaks the document")
    assert str(error) == "new_pet: the request breaks the document: 1 problem: body/id: expected integer, got string"
    assert isinstance(error, AerostackError)


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        (JSON, b"", "body: required, missing"),
        ({}, b"", "body: required, missing"),
        (JSON, b"{", "body: the body is not valid JSON"),
        (JSON, b"[" * 300 + b"]" * 300, "body: "),
        ({}, {"id": 1, "x": float("nan")}, "body/x: is no finite number"),
        ({}, {"id": 1, "x": object()}, "body/x: is of type object"),
        ({"content-type": "text/plain"}, b"x", "header/Content-Type: the document has application/json, not text/plain"),
        ({"content-type": "text/plain"}, {"id": 1}, "header/Content-Type: the document has application/json, not text/plain"),
    ],
)
def test_a_body_that_is_none(headers: Any, body: Any, told: str) -> None:
    assert problems(hook(), headers, body)[0].startswith(told)


def test_a_value_that_nests_too_deep_is_refused() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    assert "nests deeper than 200" in problems(hook(), JSON, deep)[0]


def test_a_body_that_need_not_be_is_none() -> None:
    assert spec_of({"a": {"post": {"responses": {}}}}).webhooks["a"].check({}) is None
    optional = {"post": {"requestBody": {"content": {"application/json": {"schema": EVENT}}}}}
    assert spec_of({"a": optional}).webhooks["a"].check(JSON) is None


def test_a_body_that_is_not_declared_is_decoded_by_its_own_media_type() -> None:
    received = spec_of({"a": {"post": {"responses": {}}}}).webhooks["a"]
    assert received.check(JSON, b'{"a": 1}') == {"a": 1}
    assert received.check({"content-type": "text/plain; charset=iso-8859-1"}, b"\xe9") == "\u00e9"
    assert received.check({}, b"\0") == b"\0"


FORM = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "number"}},
        "data": {"type": "object"},
        "text": {"type": "string"},
        "none": {"type": ["integer", "null"]},
    },
}


def test_forms_are_read_by_their_schemas() -> None:
    received = hook(schema=FORM, media="application/x-www-form-urlencoded")
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    form = received.check(kind, b"n=2&on=true&tags=1.5&tags=2&data=%7B%22a%22%3A1%7D&text=12&none=&more=1")
    assert form == {"n": 2, "on": True, "tags": [1.5, 2], "data": {"a": 1}, "text": "12", "none": None, "more": "1"}
    assert problems(received, kind, b"n=1&data=x") == ["body/data: expected object, got string"]
    assert problems(received, kind, b"n=1&n=2") == ["body/n: expected integer, got array"]
    assert problems(received, kind, b"n=1_0&on=yes") == [
        "body/n: expected integer, got string",
        "body/on: expected boolean, got string",
    ]


@pytest.mark.parametrize(("media", "decoded"), [("application/octet-stream", b"ab"), ("text/*", "ab")])
def test_other_bodies_are_bytes_and_text(media: str, decoded: Any) -> None:
    assert hook(schema={"type": "string"}, media=media).check({"content-type": media.replace("*", "plain")}, b"ab") == decoded


@pytest.mark.parametrize(
    ("media", "schema", "good", "data", "bad"),
    [
        (
            "application/xml",
            {"type": "object", "properties": {"id": {"type": "integer"}}},
            b"<a><id>1</id></a>",
            {"id": 1},
            b"<a><id>x</id></a>",
        ),
        ("application/jsonl", {"type": "integer"}, b"1\n2\n", [1, 2], b'1\n"x"\n'),
        ("application/json-seq", {"type": "array", "maxItems": 1}, b"\x1e1\n", [1], b"\x1e1\n\x1e2\n"),
        ("text/plain", {"type": "integer"}, b"12", 12, b"x"),
    ],
)
def test_bodies_are_read_as_those_of_answers(media: str, schema: Any, good: bytes, data: Any, bad: bytes) -> None:
    received = hook(schema=schema, media=media)
    assert received.check({"content-type": media}, good) == data
    assert len(problems(received, {"content-type": media}, bad)) == 1


def test_parts_are_read_and_held_against_no_schema() -> None:
    body = b'--b\r\nContent-Type: application/json\r\n\r\n{"a": 1}\r\n--b--\r\n'
    [part] = hook(media="multipart/mixed").check({"content-type": "multipart/mixed; boundary=b"}, body)
    assert part.content == {"a": 1}


# ---- parameters


@pytest.mark.parametrize(
    "headers",
    [
        {"X-COUNT": "2", "Content-Type": "application/json"},
        [("x-count", "2"), ("content-type", "application/json")],
        [(b"x-count", b"2"), (b"content-type", b"application/json")],
        {"x-count": ["2"], "content-type": ("application/json",)},
        httpx.Headers({"X-Count": "2", "Content-Type": "application/json"}),
    ],
    ids=["mapping", "pairs", "bytes", "lists", "httpx"],
)
def test_headers_are_taken_as_frameworks_have_them(headers: Any) -> None:
    assert hook(parameters=[HEADER]).check(headers, b'{"id": 1}').id == 1


@pytest.mark.parametrize("headers", [None, 1, "x: y", [("a", 1)], {"a": None}, ["ab", "c"], [b"x"]])
def test_other_headers_are_refused(headers: Any) -> None:
    with pytest.raises(ArgumentsError, match="headers: give a mapping or pairs"):
        hook().check(headers, b"{}")


def parameter(schema: Any, location: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": "p", "in": location, "schema": schema, **more}


LIST = {"type": "array", "items": {"type": "integer"}, "maxItems": 2}
THING = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
READ = {
    "integer": (parameter({"type": "integer"}), "p=1", "p=x"),
    "boolean": (parameter({"type": "boolean"}), "p=false", "p=no"),
    "string": (parameter({"type": "string", "minLength": 2}), "p=11", "p=1"),
    "exploded": (parameter(LIST), "p=1&p=2", "p=1&p=2&p=3"),
    "commas": (parameter(LIST, explode=False), "p=1,2", "p=1,2,3"),
    "spaces": (parameter(LIST, style="spaceDelimited", explode=False), "p=1%202", "p=1%20x"),
    "pipes": (parameter(LIST, style="pipeDelimited", explode=False), "p=1|2", "p=1|x"),
    "deep": (parameter(THING, style="deepObject"), "p[a]=1&p[b]=2", "p[b]=1"),
    "exploded object": (parameter(THING), "a=1&b=2&c=3", "a=x"),
    "object": (parameter(THING, explode=False), "p=a,1,b,2", "p=b,2"),
    "content": ({"name": "p", "in": "query", "content": {"application/json": {"schema": THING}}}, 'p={"a":1}', 'p={"a":"x"}'),
    "text content": ({"name": "p", "in": "query", "content": {"text/plain": {"schema": {"maxLength": 2}}}}, "p=ab", "p=abc"),
    "no JSON": ({"name": "p", "in": "query", "content": {"application/json": {"schema": THING}}}, 'p={"a":1}', "p=x"),
    "required": (parameter({"type": "string"}, required=True), "p=", "q=1"),
    "no schema": ({"name": "p", "in": "query", "required": True}, "p=1", ""),
}


@pytest.mark.parametrize("name", READ)
def test_the_query_is_read_by_its_styles(name: str) -> None:
    declared, good, bad = READ[name]
    received = hook(parameters=[declared])
    for query in (good, good.encode(), "?" + good):
        assert received.check(JSON, {"id": 1}, query=query).id == 1
    assert [one.partition(":")[0].partition("/")[0] for one in problems(received, JSON, {"id": 1}, query=bad)] == ["query"]
    assert received.check(JSON, {"id": 1}).id == 1  # not given, not checked


@pytest.mark.parametrize("query", [{"p": "1"}, {"p": ["1", "2"]}, [("p", "1"), (b"p", b"2")]])
def test_a_query_may_have_been_parsed_already(query: Any) -> None:
    assert hook(parameters=[parameter(LIST)]).check(JSON, {"id": 1}, query=query).id == 1


@pytest.mark.parametrize(
    ("declared", "headers"),
    [
        (parameter(LIST, "header"), {"P": "1, 2"}),
        (parameter(LIST, "header"), [("p", "1"), ("p", "2")]),
        (parameter(THING, "header"), {"p": "a,1,b,2"}),
        (parameter(THING, "header", explode=True), {"p": "a=1,b=2"}),
        (parameter({"type": "integer"}, "cookie", required=True), {"Cookie": "q=2; p=1"}),
        ({**parameter({"type": "integer"}, "header", required=True), "name": "Authorization"}, {}),
        ({**parameter({"type": "integer"}, "path"), "required": True}, {}),
    ],
)
def test_headers_and_cookies_are_read_by_their_styles(declared: Any, headers: Any) -> None:
    assert hook(parameters=[declared]).check(headers, {"id": 1}).id == 1


def test_a_whole_query_string_is_a_form() -> None:
    content = {"application/x-www-form-urlencoded": {"schema": THING}}
    raw = {
        "openapi": "3.2.0",
        "webhooks": {"a": {"post": {"parameters": [{"name": "q", "in": "querystring", "content": content}]}}},
    }
    received = Spec.load(raw).webhooks["a"]
    assert received.check({}, query="a=1&b=x") is None
    assert problems(received, {}, query="b=x") == ["querystring/q/a: required, missing"]


# ---- which there are


def test_they_are_no_operations_of_the_client() -> None:
    spec = spec_of(
        {"new.pet": {"post": operation(operationId="newPet", tags=["hooks"])}}, paths={"/a": {"get": {"operationId": "a"}}}
    )
    received = spec.webhooks["new.pet"]
    (one,) = received.operations.values()
    assert (list(spec.operations), list(spec.groups)) == (["a"], [])
    assert (one.operation_id, one.name, one.method, one.path, one.tags) == ("newPet", "new_pet", "POST", "new.pet", ("hooks",))
    assert repr(received) == "<Webhook 'new.pet': post>"
    assert copy.copy(received) is copy.deepcopy(received) is received
    assert pickle.loads(pickle.dumps(spec)).webhooks["new.pet"].check(JSON, {"id": 1}).id == 1
    with pytest.raises(TypeError, match="pickle its Spec"):
        pickle.dumps(received)
    with pytest.raises(AttributeError, match="immutable"):
        received.name = "x"


def test_of_several_operations_the_method_tells_which() -> None:
    received = spec_of({"a": {"post": operation(), "put": operation({"type": "string"}), "parameters": [HEADER]}}).webhooks["a"]
    headers = {**JSON, "x-count": "1"}
    assert received.put.check(headers, b'"x"') == received.check(headers, b'"x"', method="PUT") == "x"
    assert received.post.check(headers, {"id": 1}).id == 1
    assert {"post", "put", "check"} <= set(dir(received))
    with pytest.raises(ArgumentsError, match="'a' has put, post; say which one"):
        received.check(headers, b"{}")
    with pytest.raises(ArgumentsError, match="'a' has put, post, not GET"):
        received.check(headers, b"{}", method="GET")
    with pytest.raises(AttributeError, match="has no 'pots', did you mean 'post'"):
        _ = received.pots


@pytest.mark.parametrize("field", ["webhooks", "x-webhooks"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_they_are_found_in_every_version(field: str, version: str) -> None:
    raw = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {},
        field: {"a": {"$ref": "#/components/pathItems/A"}},
        "components": {"pathItems": {"A": {"post": operation({"type": "integer"})}}},
    }
    spec = Spec.load(raw)
    assert spec.webhooks["a"].check(JSON, b"1") == 1
    assert problems(spec.webhooks["a"], JSON, b'"x"') == ["body: expected integer, got string"]
    assert spec.problems == ()


def test_additional_methods_are_operations_too() -> None:
    raw = {
        "openapi": "3.2.0",
        "webhooks": {"a": {"additionalOperations": {"NOTIFY": operation({"type": "integer"})}, "query": operation()}},
    }
    received = Spec.load(raw).webhooks["a"]
    assert [one.method for one in received.operations.values()] == ["QUERY", "NOTIFY"]
    assert received.notify.check(JSON, b"1") == 1


def test_a_webhook_with_a_fault_says_so() -> None:
    spec = spec_of(
        {
            "gone": {"$ref": "#/nowhere"},
            "none": {"summary": "s"},
            "odd": 1,
            "bad": {"post": {"parameters": [{}]}},
            "good": {"post": operation()},
        }
    )
    with pytest.raises(SpecError, match="'gone' has no operation .* leads nowhere"):
        spec.webhooks["gone"].check({})
    with pytest.raises(SpecError, match="'none' has no operation"):
        spec.webhooks["none"].check({})
    with pytest.raises(SpecError, match="a parameter needs a name"):
        spec.webhooks["bad"].check({})
    assert spec.webhooks["good"].check(JSON, {"id": 1})
    assert {(one.pointer, one.severity) for one in spec.problems} == {
        ("/webhooks/gone", "warning"),
        ("/webhooks/none", "warning"),
        ("/webhooks/odd", "warning"),
        ("/webhooks/bad/post/parameters/0", "error"),
    }


# ---- callbacks


def calling(on: Any, **components: Any) -> Spec:
    path = {"post": {"operationId": "subscribe", "callbacks": on, "responses": {"201": {"description": "d"}}}}
    return spec_of(paths={"/subscriptions": path}, components=components)


URL = "{$request.body#/url}"


def test_callbacks_are_by_name_and_expression() -> None:
    spec = calling({"onEvent": {URL: {"post": operation()}, "x-note": 1}})
    callbacks = spec.operations["subscribe"].callbacks
    assert {name: [*one] for name, one in callbacks.items()} == {"onEvent": [URL]}
    received = callbacks["onEvent"][URL]
    assert received.name == URL
    assert (received.operations["post"].name, received.operations["post"].path) == ("on_event", URL)
    assert received.check(JSON, {"id": 1}).id == received.post.check(JSON, {"id": 1}).id == 1
    assert problems(received, JSON, {}) == ["body/id: required, missing"]


def test_references_to_callbacks_and_their_path_items_are_followed() -> None:
    spec = calling(
        {"a": {"$ref": "#/components/callbacks/A"}},
        callbacks={"A": {URL: {"$ref": "#/components/pathItems/P"}}},
        pathItems={"P": {"post": operation()}},
    )
    assert spec.operations["subscribe"].callbacks["a"][URL].check(JSON, {"id": 1}).id == 1
    assert spec.problems == ()


def test_a_callback_with_a_fault_leaves_the_operation_callable() -> None:
    broken = {"parameters": [{}]}
    spec = calling({"gone": {"$ref": "#/nowhere"}, "half": {URL: {"$ref": "#/nowhere"}}, "bad": {URL: {"post": broken}}})
    with Client(spec=spec, server="https://a.example", transport=httpx.MockTransport(lambda _: httpx.Response(201))) as client:
        assert client.call("subscribe") is None
    subscribe = "/paths/~1subscriptions/post/callbacks"
    assert {(one.pointer, one.severity, one.consequence) for one in spec.problems} == {
        (f"{subscribe}/gone", "warning", "requests to it can't be checked"),
        (f"{subscribe}/half/{{$request.body#~1url}}", "warning", "requests to it can't be checked"),
        (f"{subscribe}/bad/{{$request.body#~1url}}/post/parameters/0", "error", "requests to it can't be checked"),
    }


def test_callbacks_that_call_back_themselves_come_to_an_end() -> None:
    again = {"post": {"callbacks": {"again": {URL: {"$ref": "#/components/pathItems/P"}}}, "parameters": [{"$ref": "#/nowhere"}]}}
    spec = calling({"a": {URL: {"$ref": "#/components/pathItems/P"}}}, pathItems={"P": again})
    assert [one.pointer for one in spec.problems] == ["/components/pathItems/P/post/parameters/0"]


def test_webhooks_may_stand_in_other_files(tmp_path: Path) -> None:
    raw = {"openapi": "3.1.0", "webhooks": {"a": {"$ref": "hooks.json#/a"}}}
    (tmp_path / "hooks.json").write_text(
        json.dumps({"a": {"post": {"parameters": [{"$ref": "#/p"}]}}, "p": {**HEADER, "schema": True}})
    )
    (tmp_path / "api.json").write_text(json.dumps(raw))
    received = Spec.load(tmp_path / "api.json").webhooks["a"]
    assert received.operations["post"].pointer == "hooks.json#/a/post"
    assert received.operations["post"].parameters[0].name == "X-Count"


def test_an_error_shows_nothing_of_what_was_received() -> None:
    """Neither its text nor the repr of its data, where the document calls it secret."""
    key = "ac_secret_for_tests"
    schema = {"properties": {"token": {"x-aerostack-secret": True, "type": "string", "maxLength": 3}, "n": {"type": "integer"}}}
    received = hook(schema=schema, parameters=[HEADER])
    with pytest.raises(WebhookError) as caught:
        received.check({"x-count": key, "authorization": key, **JSON}, json.dumps({"token": key, "n": "x"}).encode())
    error = caught.value
    assert len(error.problems) == 3
    assert key not in f"{error} {error!r} {error.data!r} {error.problems!r} {vars(error)!r}"
    with pytest.raises(WebhookError) as caught:
        received.check({"x-count": "1", **JSON}, key.encode())
    assert key not in f"{caught.value} {caught.value!r} {caught.value.problems!r}"
