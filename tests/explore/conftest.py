"""One page for all tests of it: a document that has something of everything, and a server that tells what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import anyio
import httpx
import pytest

from aerostack_dynamic import AsyncClient, Spec
from aerostack_dynamic.explore import Explorer

SECRET = "the-key-of-the-client"
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


def answers(schema: Any = None, media_type: str = "application/json", status: str = "200") -> dict[str, Any]:
    return {status: {"description": "ok", "content": {media_type: {"schema": schema or {}}}}}


def takes(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def parameter(name: str, location: str, schema: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": schema, **({"required": True} if location == "path" else {})}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "7"},
    "servers": [{"url": "https://things.example/v1"}],
    "security": [{"Key": []}],
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}, "schemas": {"A": STRING}},
    "paths": {
        "/things/{id}": {
            "servers": [{"url": "https://things.example/v1"}],
            "parameters": [parameter("id", "path", INTEGER)],
            "get": {
                "operationId": "getThing",
                "tags": ["Things"],
                "description": "One thing.",
                "parameters": [
                    parameter("id", "query", {"type": "array", "items": INTEGER}),
                    parameter("X-Mood", "header", STRING),
                    parameter("crumb", "cookie", STRING),
                ],
                "responses": {**answers(), **answers(media_type="text/csv", status="201")},
            },
            "delete": {"operationId": "dropThing", "security": [{}], "responses": {"204": {"description": "gone"}}},
        },
        "/body": {
            "post": {
                "operationId": "sendBody",
                "requestBody": takes(
                    {"type": "object", "required": ["body"], "properties": {"body": STRING, "n": INTEGER, "stream": STRING}}
                ),
                "responses": answers(),
            }
        },
        "/raw": {"put": {"operationId": "sendRaw", "requestBody": takes(FILE, "image/*"), "responses": answers()}},
        "/form": {
            "post": {
                "operationId": "sendForm",
                "requestBody": takes(
                    {
                        "type": "object",
                        "properties": {"name": STRING, "one": FILE, "many": {"type": "array", "items": FILE}},
                    },
                    "multipart/form-data",
                ),
                "responses": answers(),
            }
        },
        "/talk": {
            "post": {
                "operationId": "talk",
                "requestBody": takes({"type": "object", "properties": {"stream": {"type": "boolean"}, "how": STRING}}),
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {}, "text/event-stream": {"schema": {"type": "object"}}},
                    }
                },
                "x-aerostack-stream": {"flag": "stream", "sentinel": "[DONE]"},
            }
        },
        "/endless": {"get": {"operationId": "endless", "responses": answers(media_type="application/x-ndjson")}},
        "/lines": {"get": {"operationId": "lines", "responses": answers(media_type="application/x-ndjson")}},
        "/odd/{how}": {
            "get": {
                "operationId": "odd",
                "parameters": [parameter("how", "path", STRING)],
                "responses": answers({"type": "object", "properties": {"n": INTEGER, "mood": {"enum": ["good"]}}}),
            }
        },
        "/refused": {"get": {"operationId": "refused", "security": [{"Missing": []}], "responses": answers()}},
    },
}

EVENTS = b'id: 4\ndata: {"a": 1}\n\nevent: more\ndata: {"a": 2}\n\n'


class Endless(httpx.AsyncByteStream):
    """One line, and then nothing for a long while."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"1\n"
        await anyio.sleep(60)


async def server(request: httpx.Request) -> httpx.Response:
    """Tells what it was sent, or does what the path says."""
    assert request.url.host == "things.example"
    body = await request.aread()
    path = request.url.path.removeprefix("/v1")
    if path == "/talk":
        asked = json.loads(body)
        if not asked.get("stream") or asked.get("how") == "plain":
            return httpx.Response(200, json=asked)
        end = b"" if asked.get("how") == "cut" else b"data: [DONE]\n\n"
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=EVENTS + end)
    if path == "/lines":
        return httpx.Response(200, headers={"Content-Type": "application/x-ndjson"}, content=b'{"n": 1}\n{"n": 2}\n')
    if path == "/endless":
        return httpx.Response(200, headers={"Content-Type": "application/x-ndjson"}, stream=Endless())
    if path.startswith("/odd/"):
        return odd(path.removeprefix("/odd/"))
    if request.method == "DELETE":
        return httpx.Response(204, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    told = {
        "method": request.method,
        "url": str(request.url),
        "headers": dict(request.headers),
        "body": body.decode("latin-1"),
    }
    return httpx.Response(200, json=told)


def odd(how: str) -> httpx.Response:
    if how == "lost":
        raise httpx.ConnectError("nobody is there")
    if how == "bug":
        raise RuntimeError("something of the caller's own")
    if how == "refused":
        raise AssertionError("as a mock says what is wrong with a request")
    if how == "large":
        return httpx.Response(200, headers={"Content-Type": "text/plain"}, content=b"x" * 2000)
    if how == "picture":
        return httpx.Response(200, headers={"Content-Type": "image/png"}, content=b"\x89PNG")
    if how == "wrong":
        return httpx.Response(200, json={"n": "many"})
    if how == "drift":
        return httpx.Response(200, json={"mood": "bad"})
    if how == "undocumented":
        return httpx.Response(203, json={})
    return httpx.Response(
        int(how), headers={"Location": "https://elsewhere.example/", "WWW-Authenticate": "Basic"}, json={"code": how}
    )


class Asker:
    """What a page may ask, over a real connection."""

    def __init__(self, explorer: Explorer) -> None:
        address, _, self.token = explorer.url.partition("/#")
        self.http = httpx.Client(base_url=address, trust_env=False)
        self.headers = {"Explore-Token": self.token}

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers=self.headers)

    def call(self, method: str, path: str, body: bytes = b"", content_type: str = "", **headers: str) -> tuple[Any, httpx.Response]:
        """A call as the page tells it: what is told of the answer, and the answer."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        told = {"method": method, "url": f"https://things.example/v1{path}", "headers": named}
        sent = {**self.headers, "Explore-Call": quote(json.dumps(told))}
        if content_type:
            sent["Content-Type"] = content_type
        reply = self.http.post("/call", content=body, headers=sent)
        assert reply.status_code == 200, reply.text
        return json.loads(unquote(reply.headers["explore-answer"])), reply


@pytest.fixture(scope="session")
def things() -> Spec:
    return Spec.load(json.dumps(DOCUMENT).encode())


@pytest.fixture(scope="session")
def asker(things: Spec) -> Iterator[Asker]:
    client = AsyncClient(spec=things, transport=httpx.MockTransport(server), credentials={"Key": SECRET}, retry=1)
    with Explorer(client) as explorer:
        made = Asker(explorer)
        yield made
        made.http.close()
    assert not [one for one in threading.enumerate() if one.name == "aerostack-explorer"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document in two files, and one beside it that is none of its."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "pet.yaml").write_text("type: object\nproperties:\n  species: {type: string}\n")
    (tmp_path / "private.yaml").write_text("secret: true\n")
    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\nservers: [{url: 'https://pets.example'}]\npaths:\n  /pets:\n    get:\n"
        "      operationId: getPet\n      responses:\n        '200':\n          description: ok\n          content:\n"
        "            application/json:\n              schema: {$ref: schemas/pet.yaml}\n"
    )
    return tmp_path
