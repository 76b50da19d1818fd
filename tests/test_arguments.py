"""Arguments: which names are taken, where values go, and what a wrong one is told. Nothing is sent for any of them."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import uuid
import warnings
from typing import Any

import pytest

from aerostack_dynamic import UNSET, ArgumentsError, ArgumentsWarning, Client

SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://shop.example/api"}],
    "paths": {
        "/shops/{id}/items/{item-id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "operationId": "putItem",
                "tags": ["Items"],
                "parameters": [
                    {"name": "item-id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "id", "in": "query", "schema": {"type": "string"}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {"name": "seen", "in": "cookie", "schema": {"type": "boolean"}},
                    {"name": "where", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string", "minLength": 2},
                                    "id": {"type": "integer"},
                                    "class": {"type": "string"},
                                    "when": {"type": "string", "format": "date-time"},
                                    "size": {"type": "object", "properties": {"width": {"type": "number"}}},
                                },
                            }
                        },
                        "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"name": {}, "tags": {}}}},
                    }
                },
                "responses": {"204": {"description": "done"}},
            },
        },
        "/free": {
            "put": {
                "operationId": "free",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": True}
                        }
                    },
                },
                "responses": {},
            }
        },
        "/list": {
            "post": {
                "operationId": "listed",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}},
                },
                "responses": {},
            }
        },
        "/text": {"post": {"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}}, "responses": {}}},
        "/raw": {"post": {"requestBody": {"content": {"application/octet-stream": {}}}, "responses": {}}},
    },
}


@pytest.fixture(scope="module")
def shop() -> Any:
    with Client(spec=SHOP) as client:
        yield client


def problems(call: Any, /, **arguments: Any) -> list[str]:
    with pytest.raises(ArgumentsError) as caught:
        call(**arguments)
    assert caught.value.sent == "no"
    return [str(one) for one in caught.value.problems]


def test_a_shared_name_means_the_first_place(shop: Any) -> None:
    put = shop.items.put_item
    request = put.prepare(id="a", item_id=1, query_id="q", body_id=7, name="xy")
    assert request.url.raw_path == b"/api/shops/a/items/1?id=q"
    assert json.loads(request.content) == {"id": 7, "name": "xy"}
    assert put.prepare(path_id="b", **{"item-id": 2}, name="xy").url.path == "/api/shops/b/items/2"
    assert str(put.__signature__).startswith("(*, id_: str, item_id: int, query_id: str = UNSET")


def test_every_location_is_written_by_its_style(shop: Any) -> None:
    request = shop.items.put_item.prepare(
        id="a/b ü", item_id=1, tags=["x", "y&z"], filter_={"min": 1}, x_trace="t", seen=True, where={"a": [1]}, name="xy"
    )
    assert request.url.raw_path == (
        b"/api/shops/a%2Fb%20%C3%BC/items/1?tags=x&tags=y%26z&filter%5Bmin%5D=1&where=%7B%22a%22%3A%5B1%5D%7D"
    )
    assert request.headers["x-trace"] == "t"
    assert request.headers["cookie"] == "seen=true"


def test_keywords_and_builtins_have_a_trailing_underscore(shop: Any) -> None:
    request = shop.items.put_item.prepare(id="a", item_id=1, name="xy", class_="c")
    assert json.loads(request.content) == {"name": "xy", "class": "c"}


def test_values_become_json(shop: Any) -> None:
    class Colour(enum.Enum):
        RED = "red"

    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    identifier = uuid.uuid4()
    value = {
        "when": moment,
        "day": moment.date(),
        "id": identifier,
        "colour": Colour.RED,
        "pair": (1, 2),
        "none": None,
        "big": 2**70,
    }
    assert json.loads(shop.free.prepare(a=1, more=value).content)["more"] == {
        "when": "2026-01-02T03:04:05+00:00",
        "day": "2026-01-02",
        "id": str(identifier),
        "colour": "red",
        "pair": [1, 2],
        "none": None,
        "big": 2**70,
    }


UNHELD = "which JSON can't hold; give a dict, list, str, number, bool or None"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "is no finite number, and JSON has no other (allow_nan=True sends it)"),
        (float("inf"), "is no finite number, and JSON has no other (allow_nan=True sends it)"),
        (b"bytes", f"is of type bytes, {UNHELD}"),
        (decimal.Decimal("1.1"), f"is of type Decimal, {UNHELD}"),
        ("\ud800", "holds a lone surrogate, which UTF-8 can't carry"),
        ({1: 2}, "has a key of type int; the keys of an object are strings"),
        (object(), f"is of type object, {UNHELD}"),
    ],
    ids=lambda value: repr(value).split(" at 0x")[0],
)
def test_what_json_cannot_hold_is_refused(shop: Any, value: Any, message: str) -> None:
    assert problems(shop.free, more=[value]) == [f"body/more/0: {message}"]


def test_nan_can_be_let_in() -> None:
    with Client(spec=SHOP, allow_nan=True) as client:
        assert client.free.prepare(more=float("nan")).content == b'{"more":NaN}'


def test_nesting_is_limited(shop: Any) -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    round_: list[Any] = []
    round_ += [round_, round_]
    for value in (deep, round_):
        assert problems(shop.free, more=value) == ["body/more: nests deeper than 200 arrays and objects, or holds itself"]


def test_all_problems_are_told_at_once(shop: Any) -> None:
    told = problems(shop.items.put_item, item_id="x", tags=3, name="x", when="yesterday", clas="c", query_id=None)
    assert told == [
        "path/id: required, missing",
        "body/clas: unknown argument, did you mean 'class_'?",
        "query/id: None is sent only as JSON null in a body; leave the argument out, or give UNSET",
        "path/item-id: expected integer, got string",
        "query/tags: expected array, got integer",
        "body/name: must have at least 2 characters, has 1",
        "body/when: is not a valid date-time (RFC 3339: with a UTC offset, as in 2026-01-31T12:00:00Z)",
    ]


def test_the_message_names_the_operation_and_the_way_out() -> None:
    with Client() as client, pytest.raises(ArgumentsError) as caught:
        client.ai.ai_chat(modle="m")
    assert str(caught.value) == (
        "ai.ai_chat: 2 problems: body/messages: required, missing; body/modle: unknown argument, did you mean 'model'?"
    )
    assert isinstance(caught.value, TypeError)
    assert caught.value.operation == "ai.ai_chat"


def test_a_name_given_twice_is_refused() -> None:
    with Client() as client:
        told = problems(client.queue.queue_enqueue, type="a", type_="b", data={})
    assert told == ["body/type: given twice, as 'type' and 'type_'"]


def test_unset_sends_nothing_and_none_is_null(shop: Any) -> None:
    assert shop.free.prepare(a=UNSET, b=None).content == b'{"b":null}'
    assert shop.listed.prepare(body=[1]).content == b"[1]"


def test_a_body_that_is_no_object_is_given_whole(shop: Any) -> None:
    assert problems(shop.listed) == ["body: required, missing"]
    assert problems(shop.listed, body=["x"]) == ["body/0: expected integer, got string"]
    text = shop.call
    assert shop.operations["POST /text"].prepare(body="hé").content == "hé".encode()
    assert shop.post_text.prepare(body="x").headers["content-type"] == "text/plain"
    assert shop.post_text.prepare().content == b""
    assert "content-type" not in shop.post_text.prepare().headers
    assert b"".join(shop.post_raw.prepare(body=b"\x00").stream) == b"\x00"
    assert text.__name__ == "call"


def test_a_whole_object_body_and_its_properties_do_not_mix(shop: Any) -> None:
    assert json.loads(shop.items.put_item.prepare(id="a", item_id=1, body={"name": "xy"}).content) == {"name": "xy"}
    told = problems(shop.items.put_item, id="a", item_id=1, body=[], name="xy")
    assert "body/name: given beside body=, which is the whole body" in told


def test_another_media_type_can_be_chosen(shop: Any) -> None:
    form = shop.items.put_item.with_options(media_type="application/x-www-form-urlencoded")
    request = form.prepare(id="a", item_id=1, name="a b", body_tags=["x", "y"])
    assert request.content == b"name=a%20b&tags=x&tags=y"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("value", [".", "..", "%2e", "%2E%2e"])
def test_no_value_leaves_its_path(shop: Any, value: str) -> None:
    assert problems(shop.items.put_item, id=value, item_id=1, name="xy") == [
        "path/id: makes a path segment '.' or '..', which leaves the path"
    ]


def test_an_empty_path_value_is_refused(shop: Any) -> None:
    assert problems(shop.items.put_item, id="", item_id=1, name="xy") == ["path/id: must not be empty in a path"]


def test_a_header_holds_visible_ascii_only(shop: Any) -> None:
    for value in ("a\r\nX-Evil: 1", "ü", " a"):
        told = problems(shop.items.put_item, id="a", item_id=1, name="xy", x_trace=value)
        assert told == ["header/X-Trace: holds characters that no header can carry; visible ASCII, spaces and tabs are allowed"]


def test_an_undeclared_key_within_a_value_is_sent_with_a_warning(shop: Any) -> None:
    with pytest.warns(ArgumentsWarning, match=r"items.put_item: body/size/widht: .* did you mean 'width'") as caught:
        request = shop.items.put_item.prepare(id="a", item_id=1, name="xy", size={"widht": 3})
    assert json.loads(request.content)["size"] == {"widht": 3}
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shop.free.prepare(more={"anything": 1})
    strict = shop.items.put_item.with_options(validation="strict")
    told = problems(strict, id="a", item_id=1, name="xy", size={"widht": 3})
    assert told == ["body/size/widht: the document declares no such property, did you mean 'width'?"]


def test_checks_can_be_switched_off(shop: Any) -> None:
    off = shop.items.put_item.with_options(validation="off")
    request = off.prepare(id="a", item_id="not a number", extra=1)
    assert request.url.path == "/api/shops/a/items/not a number"
    assert json.loads(request.content) == {"extra": 1}
    assert problems(off, item_id=1) == ["path/id: required, missing"]


def test_arguments_are_keywords(shop: Any) -> None:
    with pytest.raises(ArgumentsError, match=r"listed: arguments are given by keyword: listed\(body=\.\.\.\)"):
        shop.listed([1])
    with pytest.raises(ArgumentsError, match="given by keyword"):
        shop.listed.raw([1])


def test_one_operation_takes_nothing(shop: Any) -> None:
    document = {"openapi": "3.1.0", "info": {}, "paths": {"/x": {"get": {"responses": {}}}}}
    with Client(spec=document, server="https://a.example") as client:
        assert problems(client.get_x, a=1) == ["query/a: unknown argument; it takes no arguments"]
        assert client.get_x.prepare().headers["accept"] == "*/*"


def test_keywords_beside_a_whole_body_add_to_it() -> None:
    body = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "additionalProperties": False}
    post = {"operationId": "p", "requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"post": post}}}
    with Client(spec=document, server="http://localhost") as client:
        for arguments in ({"body": {"b": 2}, "a": 3}, {"a": 3, "body": {"b": 2}}, {"body_a": 3, "body": {"b": 2}}):
            assert client.p.prepare(**arguments).content == b'{"b":2,"a":3}'
        with pytest.raises(ArgumentsError, match="body/a: expected integer, got string"):
            client.p.prepare(a="x", body={"b": 2})
        with pytest.raises(ArgumentsError, match="body/b: given twice, in body= and beside it"):
            client.p.prepare(b=1, body={"b": 2})
        with pytest.raises(ArgumentsError, match="body/a: given beside body=, which is the whole body"):
            client.p.prepare(a=1, body=[2])
