"""No secret is in a recording, wherever the document, the caller or the server has put it, and in whatever form."""

from __future__ import annotations

import base64
import html
import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import AerostackError, Client, Spec
from aerostack_dynamic.testing import read_calls, record, replay

SECRET: dict[str, Any] = {"type": "string", "writeOnly": True}
TEXT: dict[str, Any] = {"type": "string"}
CARD = {
    "type": "object",
    "properties": {
        "password": {"type": "string", "format": "password"},
        "number": {"type": "integer", "x-aerostack-secret": True},
        "history": {"type": "array", "items": {"type": "object", "properties": {"code": SECRET, "note": TEXT}}},
        "plain": TEXT,
    },
}
ANSWER = {
    "type": "object",
    "properties": {
        "token": {"type": "string", "x-aerostack-secret": True},
        "pin": {"type": "integer", "x-aerostack-secret": True},
        "keys": {"type": "array", "items": {"type": "string", "x-aerostack-secret": True}},
        "said": TEXT,
    },
}

EVENT = {"type": "object", "properties": {"data": ANSWER, "id": TEXT}}


def operation(name: str, content: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "requestBody": {"content": content},
        "responses": {
            "200": {
                "description": "",
                "headers": {"X-Session": {"schema": SECRET}, "X-Plain": {"schema": TEXT}},
                "content": answer,
            },
            "400": {"description": "", "content": {"application/json": {"schema": ANSWER}}},
        },
    }


def parameter(where: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": schema}


XML = {"xml": {"name": "root"}, **ANSWER}
FORMS = {
    "json": ({"application/json": {"schema": CARD}}, {"application/json": {"schema": ANSWER}}),
    "form": (
        {"application/x-www-form-urlencoded": {"schema": CARD}},
        {"application/x-www-form-urlencoded": {"schema": ANSWER}},
    ),
    "parts": ({"multipart/form-data": {"schema": CARD}}, {"multipart/form-data": {"schema": ANSWER}}),
    "marked": ({"application/json": {"schema": CARD}}, {"application/xml": {"schema": XML}}),
    "lines": ({"application/json": {"schema": CARD}}, {"application/jsonl": {"schema": ANSWER}}),
    "written": ({"application/json": {"schema": CARD}}, {"text/plain": {"schema": SECRET}}),
    "events": ({"application/json": {"schema": CARD}}, {"text/event-stream": {"schema": ANSWER}}),
    "typed": ({"application/json": {"schema": CARD}}, {"text/event-stream": {"schema": EVENT}}),
    "texts": ({"text/xml": {"schema": CARD}}, {"text/plain": {"schema": ANSWER}}),
    "broken": ({"application/json": {"schema": CARD}}, {"application/json": {"schema": ANSWER}}),
}
SPEC = Spec.load(
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.test"}],
        "security": [{"header": [], "query": [], "cookie": []}],
        "components": {
            "securitySchemes": {
                "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "query": {"type": "apiKey", "in": "query", "name": "key"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
                "basic": {"type": "http", "scheme": "basic"},
            }
        },
        "paths": {
            f"/{name}/{{door}}": {
                "parameters": [
                    parameter("path", "door", SECRET),
                    parameter("query", "code", SECRET),
                    parameter("query", "iban", TEXT),
                    parameter("header", "X-Secret", SECRET),
                    parameter("cookie", "crumb", SECRET),
                    {
                        "name": "filter",
                        "in": "query",
                        "content": {"application/json": {"schema": {"type": "object", "properties": {"password": SECRET}}}},
                    },
                ],
                "post": operation(name, *both),
            }
            for name, both in FORMS.items()
        },
    }
)
CORE = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=10, max_size=12)
ODD = st.text(" \"'\\/&<>%+=;,é\u2028😀\n#?", max_size=3)
VISIBLE = st.text("\"'\\/&<>%+=,#?!", max_size=3)


def forms(text: str) -> list[str]:
    """A text as it may be repeated."""
    raw = text.encode()
    return [
        *(text, quote(text, safe=""), quote_plus(text), json.dumps(text), json.dumps(text, ensure_ascii=False), repr(text)),
        *(html.escape(text), base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), json.dumps(json.dumps(text))),
    ]


class Server:
    """Answers with secrets of its own, and with all that it was sent, repeated."""

    def __init__(self, own: list[str], pin: int, sent: list[str]) -> None:
        self.own, self.pin, self.sent = own, pin, sent

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.split("/")[1]
        token, session, cookie, key = self.own
        said = " ".join(form for one in [*self.sent, cookie, session] for form in forms(one))
        value = {"token": token, "pin": self.pin, "keys": [key], "said": said}
        headers = [
            ("Set-Cookie", f"sid={quote(cookie)}; Path=/"),
            ("X-Session", quote(session)),
            ("X-Plain", " ".join(map(quote, self.sent))),
        ]
        kind, body = self.written(name, value)
        headers += [("Content-Type", kind), ("Location", f"/next?code={quote(self.sent[0])}")]
        return httpx.Response(400 if name == "broken" and self.pin % 2 else 200, headers=headers, content=body)

    def written(self, name: str, value: dict[str, Any]) -> tuple[str, bytes]:
        text = json.dumps(value, ensure_ascii=False)
        match name:
            case "form":
                return "application/x-www-form-urlencoded", "&".join(
                    f"{key}={quote_plus(str(one))}" for key, one in value.items()
                ).encode()
            case "parts":
                parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{one}\r\n' for key, one in value.items()]
                return "multipart/form-data; boundary=b", ("".join(parts) + "--b--\r\n").encode()
            case "marked":
                parts = [f"<{key}>{html.escape(str(one), quote=False)}</{key}>" for key, one in value.items()]
                return "application/xml", f"<root>{''.join(parts)}</root>".encode()
            case "lines":
                return "application/jsonl", f"{text}\n{text}\n".encode()
            case "written":
                return "text/plain", value["token"].encode()
            case "texts":
                return "text/plain", text.encode()
            case "events" | "typed":
                pretty = json.dumps(value, indent=1).replace("\n", "\ndata: ")
                return "text/event-stream", f"id: 1\ndata: {pretty}\n\ndata: {text}\n\n".encode()
            case "broken":
                return "application/json", text[:-1].encode()
            case _:
                return "application/json", text.encode()


def call_it(path: Path, name: str, arguments: dict[str, Any], credentials: Any, server: Server, streamed: bool) -> None:
    """Record two calls, whatever becomes of them."""
    with (
        record(path, mask=["iban"]) as recorder,
        Client(
            **{"spec": SPEC, "credentials": credentials, "transport": httpx.MockTransport(server)},  # type: ignore[arg-type]  # by name
            hooks=[recorder],
            validation="off",
            retry=1,
        ) as client,
    ):
        for _ in range(2):
            with suppress(AerostackError):  # an answer that is broken is recorded as well
                if streamed:
                    with getattr(client, name).stream(**arguments) as items:
                        list(items)
                else:
                    client.call(name, **arguments)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=4)
@given(
    cores=st.lists(CORE, min_size=16, max_size=16, unique=True),
    odd=st.lists(ODD, min_size=16, max_size=16),
    visible=st.lists(VISIBLE, min_size=4, max_size=4),
    number=st.integers(10**9, 10**12),
)
def test_no_secret_is_in_the_file(
    name: str, tmp_path_factory: pytest.TempPathFactory, cores: list[str], odd: list[str], visible: list[str], number: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{cores[0]}.jsonl"
    texts = [f"{core}{other}{core}" for core, other in zip(cores, odd, strict=True)]
    header, cookie, key, sid = [f"{core}{other}" for core, other in zip(cores[:4], visible, strict=True)]
    cookie, sid = quote(cookie), quote(sid)
    door, code, iban, filtered, password, past, *own = texts[4:14]
    door = door.replace("/", "").replace("\n", "")
    arguments = {
        **{"door": door, "code": code, "iban": iban, "x_secret": header, "crumb": cookie},
        **{"filter": {"password": filtered}, "password": password, "number": number},
        **{"history": [{"code": past, "note": "n"}], "plain": "shown"},
    }
    sent = [header, cookie, key, sid, door, code, iban, filtered, password, past]
    credentials = {"header": key, "query": quote(texts[14]), "cookie": sid}
    call_it(
        path, name, arguments, credentials, Server(own, number + 1, sent), name in ("events", "typed", "lines") and number % 2 == 1
    )
    text = path.read_text("utf-8")
    path.unlink()
    assert text.count("\n") == 2
    assert "shown" in text
    for core in (*cores[:15], str(number), str(number + 1)):
        assert core not in text, text[max(0, text.index(core) - 150) : text.index(core) + 60]


def test_what_is_masked_keeps_its_type_and_is_replayed(both: Any, settle: Any, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    arguments = {"door": "12345", "code": "c0de", "iban": "DE99", "x_secret": "hush", "crumb": "bread", "password": "pass-word"}
    server = Server(["tokentoken", "session!", "cookie!!", "keykeykey"], 4711, ["hush"])

    async def made(client: Any) -> None:
        await settle(client.json(**arguments, number=17))

    async def again(client: Any) -> None:
        reply = await settle(client.json(**{**arguments, "iban": "DE11", "password": "other"}, number=18))
        assert (reply.pin, reply["keys"]) == (0, ["***"])
        with pytest.raises(AssertionError) as caught:
            await settle(client.json(**arguments, plain="more", number=18))
        assert 'body/plain: not recorded, asked "more"' in str(caught.value)
        assert "pass-word" not in str(caught.value)

    credentials: Any = {"header": "abcdef", "query": "ghijkl", "cookie": "mnopqr"}
    with record(path, mask=["iban"]) as recorder:
        both.run(made, spec=SPEC, credentials=credentials, transport=httpx.MockTransport(server), hooks=[recorder])
    [call] = read_calls(path)
    assert call.arguments == {
        "path": {"door": "***"},
        "query": {"code": "***", "iban": "***"},
        "header": {"X-Secret": "***"},
        "cookie": {"crumb": "***"},
        "body": {"password": "***", "number": "***"},
    }
    assert call.request.url == "https://api.test/json/***?code=***&iban=***"
    assert ("Cookie", "crumb=***") in call.request.headers
    assert call.answer is not None
    assert ("set-cookie", "sid=***; Path=/") in [(name.lower(), text) for name, text in call.answer.headers]
    both.run(again, spec=SPEC, credentials=credentials, transport=replay(path))


def test_credentials_of_other_calls_and_of_a_scheme_of_httpx(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.test"}],
        "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
        "paths": {
            "/a": {"get": {"operationId": "a", "security": [{"basic": []}], "responses": {"200": {"description": ""}}}},
            "/b": {"get": {"operationId": "b", "security": [], "responses": {"200": {"description": ""}}}},
        },
    }

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=["hunter22", base64.b64encode(b"me:hunter22").decode(), request.headers.get("x-own", "")])

    class Own(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Any:
            request.headers["X-Own"] = "own-secret"
            yield request

    for credential in (("me", "hunter22"), Own()):
        with record(path) as recorder:
            client = Client(spec=document, credentials={"basic": credential}, transport=httpx.MockTransport(echo), hooks=[recorder])
            client.a()
            client.b()
    first, second, third, _ = path.read_text().splitlines()
    assert "hunter22" not in first + second
    assert base64.b64encode(b"me:hunter22").decode() not in first + second
    assert "own-secret" not in third
