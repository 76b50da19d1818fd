"""What servers and documents say is safe to print, and what is secret by its name, its schema or its value is masked."""

from __future__ import annotations

import gc
import json
import logging
import pickle
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AerostackError, Client, CredentialsError, Drift, Problem, ResponseError, Spec, StatusError
from aerostack_dynamic._hidden import UNDER_WAY, Hidden, UnderWay, hide_from_logs
from aerostack_dynamic._mask import secret_places, shown_pairs, shown_url
from aerostack_dynamic._shape import masked, shape_at
from aerostack_dynamic._steps import Credentials
from aerostack_dynamic._values import Secret

from .world import KEY, PASSWORD, document, watching

ESCAPES = "\x1b[2J\x07\r\n\u202e\u2066\x9b"


def is_safe(text: str) -> bool:
    return text.isprintable()


@pytest.mark.parametrize("form", ["code", "message", "both"])
def test_what_a_server_says_is_escaped_and_short(form: str, wire: Any, reply: Any) -> None:
    said = ESCAPES + "x" * 500
    body = {"code": said if form != "message" else "C", "message": said if form != "code" else "m"}
    head = b"HTTP/1.1 400 " + b"\x1b[2J" + b"\r\nX-Request-Id: \x1b[2Jr\r\n"
    data = json.dumps(body).encode()
    server = wire([head + f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data])
    with watching() as watch, Client(KEY, server=server.url) as client, pytest.raises(StatusError) as caught:
        client.cache.cache_get(key="k")
    error = caught.value
    for text in (str(error), repr(error.response), repr(error.headers), *watch.kept[::5]):
        assert is_safe(text), text
    assert "\\x1b[2J" in str(error)
    assert len(str(error)) < 300
    assert error.message == body["message"], "the fact is as it was sent"


def test_names_in_a_broken_answer_are_escaped_and_short() -> None:
    problems = [Problem("response", f"/{ESCAPES}{number}{'y' * 90}", "expected string, got null", "type") for number in range(30)]
    error = ResponseError("the answer breaks the document", problems=problems)
    assert is_safe(str(error))
    assert str(error).count("y") < 200
    assert error.problems == tuple(problems)
    assert is_safe(str(Drift("a.b", 200, f"/{ESCAPES}", "type", "m")))
    assert is_safe(str(StatusError(302, reason=ESCAPES)))


@pytest.mark.parametrize(
    ("schema", "value", "shown"),
    [
        ({"writeOnly": True}, "x", "***"),
        ({"allOf": [{"format": "email"}, {"format": "password"}]}, "x", "***"),
        ({"patternProperties": {"^s": {"writeOnly": True}}}, {"s1": "x"}, {"s1": "***"}),
        ({"unevaluatedProperties": {"writeOnly": True}}, {"a": "x"}, {"a": "***"}),
        ({"prefixItems": [{}, {"writeOnly": True}]}, ["a", "b"], ["***", "***"]),
        ({"items": {"writeOnly": True}}, ("a",), ["***"]),
        ({"dependentSchemas": {"a": {"properties": {"b": {"writeOnly": True}}}}}, {"a": 1, "b": "x"}, {"a": 1, "b": "***"}),
        (
            {"properties": {"n": {}}},
            {"n": "shown", "o": {"n": "x"}, "p": [{"n": None}]},
            {"n": "shown", "o": {"n": "***"}, "p": [{"n": None}]},
        ),
    ],
)
def test_what_is_masked(schema: Any, value: Any, shown: Any) -> None:
    head = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    made = Spec.load({**head, "components": {"schemas": {"row": schema}}}).document
    assert masked(value, shape_at(made, "/components/schemas/row"), {"n"}) == shown


def test_names_that_are_secret_anywhere() -> None:
    with Client(spec=document("query"), server="http://h/v1", credentials={"it": "some-key"}, allow_insecure_http=True) as client:
        places = secret_places(client.spec.document)
        assert {"format", "write", "marked", "referred", "all", "one", "inner", "token"} <= places.properties
        assert "plain" not in places.properties
        assert (places.query, places.header) == ({"key", "q"}, {"authorization", "proxy-authorization", "x-old-key", "x-pin"})
        assert places.cookie == {"crumb"}
        url = httpx.URL("http://u:p@h/v1/chat/a%20b?q=1&x=2&object%5Bmarked%5D=3&KEY=4&key=5#f")
        operation = client.spec.operations["chat"]
        assert (
            str(shown_url(client.spec.document, operation, url))
            == "http://h/v1/chat/***?q=***&x=2&object%5Bmarked%5D=***&KEY=4&key=***#f"
        )


def test_pairs() -> None:
    assert shown_pairs("a=1; s=2;s;t=", frozenset({"s", "t"}), ";") == "a=1; s=***;s;t=***"
    assert shown_pairs("", frozenset({""}), "&") == ""


def test_what_is_looked_for_by_value() -> None:
    hidden = Hidden([PASSWORD, "abc", ""])
    assert hidden.text("abc stays") == "abc stays"
    assert hidden.value({PASSWORD: [PASSWORD, 1, None], "k": {"x": f"<{PASSWORD}>"}}) == {
        "***": ["***", 1, None],
        "k": {"x": "<***>"},
    }
    assert hidden.data(PASSWORD.encode()) == b"***"


def test_loggers_mask_while_a_call_is_under_way() -> None:
    hide_from_logs()
    hide_from_logs()
    late = logging.getLogger("httpcore.something_new")
    hide_from_logs()
    for name in ("httpx", "httpcore.http2", "hpack.hpack", "h2", "aiohttp.client", late.name):
        assert len(logging.getLogger(name).filters) == 1, name
    credentials = Credentials({"X-Key": Secret(KEY)}, {}, {})
    for name, seen in (("hpack.hpack", False), ("mine", True)):
        with watching() as watch:
            under_way = UnderWay(credentials)
            token = UNDER_WAY.set(under_way)
            logging.getLogger(name).debug("Adding (%r, %r)", b"x-key", KEY.encode())
            UNDER_WAY.reset(token)
        assert (KEY in "".join(watch.kept)) is seen
    with watching() as watch:
        logging.getLogger("httpx").info("%s", KEY)
    assert KEY in "".join(watch.kept), "no call of ours"


def test_what_pickles_leave_out() -> None:
    with Client(spec=document("basic"), server="http://127.0.0.1:9", credentials={"it": httpx.BasicAuth("u", PASSWORD)}) as client:
        again = pickle.loads(pickle.dumps(client))
    with pytest.raises(CredentialsError, match="came from a pickle"):
        again.text(body="x")
    for options in ({"proxy": "http://u:p@127.0.0.1:1"}, {"cert": ("a", "b", "password")}):
        with Client("k", server="http://127.0.0.1:9", **options) as client, pytest.raises(TypeError, match="password"):  # type: ignore[arg-type]
            pickle.dumps(client)


def test_a_secret_that_makes_an_answer_wrong(wire: Any, reply: Any) -> None:
    server = wire([reply(body=json.dumps({"token": KEY, "user": KEY}).encode())])
    with Client(KEY, server=server.url) as client, pytest.raises(AerostackError) as caught:
        client.authentication.auth_signin(email="a@b.co", password="x")
    assert KEY not in str(caught.value) + repr(vars(caught.value))


def test_calls_leave_no_cycles(wire: Any, reply: Any) -> None:
    server = wire([reply()])
    with Client(KEY, server=server.url) as client:
        client.cache.cache_get(key="k")
        gc.collect()
        gc.disable()
        try:
            for _ in range(100):
                client.cache.cache_get(key="k")
            assert gc.collect() < 100
        finally:
            gc.enable()
