"""Documents of Swagger 2.0 through the public face: what is loaded, what is sent, what comes back."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, Client, CredentialsError, Spec, SpecError

TEXTS = {"type": "array", "items": {"type": "string"}}
KENNEL: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Kennel", "version": "1.2"},
    "host": "kennel.example",
    "basePath": "/api",
    "schemes": ["http", "https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "tags": [{"name": "dogs"}],
    "securityDefinitions": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "user": {"type": "basic"},
        "grant": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {"w": "Write"}},
    },
    "security": [{"key": []}],
    "parameters": {
        "page": {"name": "page", "in": "query", "type": "integer", "minimum": 1},
        "dog": {"name": "dog", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Dog"}},
    },
    "responses": {"Trouble": {"description": "No", "schema": {"$ref": "#/definitions/Trouble"}}},
    "definitions": {
        "Dog": {
            "type": "object",
            "required": ["name"],
            "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "mother": {"$ref": "#/definitions/Dog"}},
        },
        "Trouble": {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}},
    },
    "paths": {
        "/dogs": {
            "get": {
                "tags": ["dogs"],
                "operationId": "listDogs",
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "race", "in": "query", "collectionFormat": "pipes", **TEXTS},
                ],
                "responses": {
                    "200": {"description": "OK", "schema": {"type": "array", "items": {"$ref": "#/definitions/Dog"}}},
                    "default": {"$ref": "#/responses/Trouble"},
                },
            },
            "post": {
                "tags": ["dogs"],
                "operationId": "addDog",
                "security": [{"user": []}, {"grant": ["w"]}],
                "parameters": [{"$ref": "#/parameters/dog"}],
                "responses": {"201": {"description": "Added", "schema": {"$ref": "#/definitions/Dog"}}},
            },
        },
        "/dogs/{id}/photo": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
            "get": {
                "tags": ["dogs"],
                "operationId": "getPhoto",
                "produces": ["image/png"],
                "responses": {"200": {"description": "OK", "schema": {"type": "file"}}},
            },
            "post": {
                "tags": ["dogs"],
                "operationId": "addPhoto",
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"name": "photo", "in": "formData", "type": "file", "required": True},
                    {"name": "title", "in": "formData", "type": "string"},
                ],
                "responses": {"204": {"description": "Added"}},
            },
            "put": {
                "tags": ["dogs"],
                "operationId": "namePhoto",
                "consumes": ["application/x-www-form-urlencoded"],
                "security": [],
                "parameters": [
                    {"name": "title", "in": "formData", "type": "string", "required": True},
                    {"name": "label", "in": "formData", "collectionFormat": "multi", **TEXTS},
                ],
                "responses": {"204": {"description": "Named"}},
            },
        },
    },
}


class Kennel:
    """An API that keeps the requests it was sent."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.path.endswith("/photo"):
            return httpx.Response(200, content=b"\x89PNG", headers={"Content-Type": "image/png"} if request.method == "GET" else {})
        if request.method == "POST":
            return httpx.Response(201, json={"id": 7, **json.loads(request.content)})
        if "page=9" in str(request.url):
            return httpx.Response(400, json={"code": "FAR", "message": "no such page"})
        return httpx.Response(200, json=[{"id": 1, "name": "Rex"}])


def client_of(raw: Any, kennel: Any, **options: Any) -> Client:
    return Client(spec=raw, transport=httpx.MockTransport(kennel), **options)


KEYS = {"key": "k1", "user": ("u", "p"), "grant": "t1"}


def test_what_a_spec_says() -> None:
    spec = Spec.load(KENNEL)
    assert (spec.openapi, spec.title, spec.version, spec.problems) == ("2.0", "Kennel", "1.2", ())
    assert [one.url for one in spec.servers] == ["https://kennel.example/api", "http://kennel.example/api"]
    assert [*spec.schemas] == ["Dog", "Trouble"]
    assert {*spec.operations} == {"listDogs", "addDog", "getPhoto", "addPhoto", "namePhoto"}
    assert [*spec.security_schemes["grant"].flows] == ["authorizationCode"]
    again = pickle.loads(pickle.dumps(spec))
    assert (again.openapi, [*again.operations]) == ("2.0", [*spec.operations])


@pytest.mark.parametrize("number", ['"2.0"', "'2.0'", "2.0", "2"])
def test_yaml(number: str, tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        f"swagger: {number}\ninfo: {{title: T, version: '1'}}\npaths: {{/x: {{get: {{responses: {{200: {{description: D}}}}}}}}}}\n"
    )
    spec = Spec.load(path)
    assert (spec.openapi, [*spec.operations], spec.problems) == ("2.0", ["get_x"], ())


def test_calls(both: Any, settle: Any) -> None:
    kennel = Kennel()

    async def story(client: Any) -> None:
        dogs = client.dogs
        (rex,) = await settle(dogs.list_dogs(page=2, race=["a|b", "c d"]))
        assert (rex.name, rex.mother) == ("Rex", None)
        assert (await settle(dogs.add_dog(name="Bo", mother={"name": "Fi"}))).mother.name == "Fi"
        assert await settle(dogs.get_photo(id=7)) == b"\x89PNG"
        await settle(dogs.add_photo(id=7, photo=("bo.png", b"abc"), title="Bo"))
        await settle(dogs.name_photo(id=7, title="Bo & Fi", label=["x", "y"]))

    both.run(story, spec=KENNEL, credentials=KEYS, transport=httpx.MockTransport(kennel))
    listed, added, got, sent, named = kennel.seen
    assert str(listed.url) == "https://kennel.example/api/dogs?page=2&race=a%7Cb%7Cc%20d"
    assert (listed.headers["X-Key"], listed.headers["Accept"]) == ("k1", "application/json")
    assert added.headers["Authorization"] == httpx.BasicAuth("u", "p")._auth_header
    assert (added.headers["Content-Type"], json.loads(added.content)) == (
        "application/json",
        {"name": "Bo", "mother": {"name": "Fi"}},
    )
    assert (got.headers["Accept"], str(got.url)) == ("image/png", "https://kennel.example/api/dogs/7/photo")
    assert sent.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="photo"; filename="bo.png"' in sent.content
    assert b'name="title"\r\n\r\nBo\r\n' in sent.content
    assert named.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(named.content.decode()) == [("title", "Bo & Fi"), ("label", "x"), ("label", "y")]
    assert "X-Key" not in named.headers


def test_arguments_and_errors() -> None:
    kennel = Kennel()
    with client_of(KENNEL, kennel, credentials={"grant": "t1", "key": "k1"}) as client:
        for arguments, message in (
            ({}, "required"),
            ({"name": 3}, "string"),
            ({"name": "Bo", "id": "x"}, "integer"),
            ({"name": "Bo", "mother": {}}, "required"),
        ):
            with pytest.raises(ArgumentsError, match=message):
                client.dogs.add_dog(**arguments)
        assert not kennel.seen
        client.dogs.add_dog(name="Bo")
        assert kennel.seen[0].headers["Authorization"] == "Bearer t1"
        with pytest.raises(Exception, match="no such page") as caught:
            client.dogs.list_dogs(page=9)
        assert caught.value.code == "FAR"  # type: ignore[attr-defined]  # of the StatusError that it is
    with client_of(KENNEL, kennel) as client, pytest.raises(CredentialsError, match="no credential for key"):
        client.dogs.list_dogs()


QUERY = {
    None: "a=x,y%2Cz",
    "csv": "a=x,y%2Cz",
    "ssv": "a=x%20y%2Cz",
    "tsv": "a=x%09y%2Cz",
    "pipes": "a=x%7Cy%2Cz",
    "multi": "a=x&a=y%2Cz",
}


def one_parameter(location: str, word: str | None, **more: Any) -> dict[str, Any]:
    parameter = {"name": "a", "in": location, "required": True, **TEXTS, **more}
    parameter |= {} if word is None else {"collectionFormat": word}
    path = "/x/{a}" if location == "path" else "/x"
    return {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "host": "a.example",
        "paths": {path: {"get": {"operationId": "get", "parameters": [parameter], "responses": {}}}},
    }


def sent(raw: dict[str, Any], value: Any) -> httpx.Request:
    kennel = Kennel()
    with client_of(raw, kennel) as client:
        client.operations["get"].raw(a=value)
    return kennel.seen[0]


@pytest.mark.parametrize("word", QUERY)
def test_arrays_in_a_query(word: str | None) -> None:
    assert sent(one_parameter("query", word), ["x", "y,z"]).url.query.decode() == QUERY[word]


@pytest.mark.parametrize(
    ("word", "text"),
    [(None, "x,y%2F"), ("csv", "x,y%2F"), ("ssv", "x%20y%2F"), ("tsv", "x%09y%2F"), ("pipes", "x%7Cy%2F"), ("multi", "x,y%2F")],
)
def test_arrays_in_a_path(word: str | None, text: str) -> None:
    assert sent(one_parameter("path", word), ["x", "y/"]).url.raw_path.decode() == f"/x/{text}"


@pytest.mark.parametrize(
    ("word", "text"), [(None, "x,y"), ("csv", "x,y"), ("ssv", "x y"), ("tsv", "x\ty"), ("pipes", "x|y"), ("multi", "x,y")]
)
def test_arrays_in_a_header(word: str | None, text: str) -> None:
    assert sent(one_parameter("header", word), ["x", "y"]).headers["a"] == text


@pytest.mark.parametrize("word", QUERY)
def test_arrays_in_a_form(word: str | None) -> None:
    raw = one_parameter("formData", word)
    body = Spec.load(raw).operations["get"].request_body
    assert body is not None
    encoding = body.content["application/x-www-form-urlencoded"].encoding["a"]
    style = {"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"}.get(word or "", "form")
    assert (encoding.style, encoding.explode) == (style, word == "multi")


@pytest.mark.parametrize(
    ("location", "inner", "text"),
    [
        ("query", None, "a=1%2C2%7C3"),
        ("query", "ssv", "a=1%202%7C3"),
        ("path", "csv", "/x/1%2C2%7C3"),
        ("header", "tsv", "1\t2|3"),
    ],
)
def test_arrays_within_arrays(location: str, inner: str | None, text: str) -> None:
    items: dict[str, Any] = {"type": "array", "items": {"type": "integer"}}
    items |= {} if inner is None else {"collectionFormat": inner}
    request = sent(one_parameter(location, "pipes", items=items), [[1, 2], [3]])
    found = {"query": request.url.query.decode(), "path": request.url.raw_path.decode(), "header": request.headers.get("a")}
    assert found[location] == text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ([{"name": "a", "in": "body", "schema": {}}, {"name": "b", "in": "body", "schema": {}}], "an operation has one body"),
        (
            [{"name": "a", "in": "body", "schema": {}}, {"name": "b", "in": "formData", "type": "string"}],
            "an operation has one body",
        ),
        ([{"name": "a", "type": "string"}], "a parameter needs a name, and in:"),
        ([{"$ref": "#/parameters/none"}], "leads nowhere"),
    ],
)
def test_only_the_operation_with_a_fault_is_lost(change: Any, reason: str) -> None:
    raw = copy.deepcopy(KENNEL)
    raw["paths"]["/dogs"]["post"]["parameters"] = change
    kennel = Kennel()
    with client_of(raw, kennel, credentials=KEYS) as client:
        assert client.dogs.list_dogs()[0].name == "Rex"
        with pytest.raises(SpecError, match=reason):
            client.dogs.add_dog(a="x")
        assert [one.pointer.split("/parameters")[0] for one in client.spec.problems] == ["/paths/~1dogs/post"]
    assert len(kennel.seen) == 1


def test_an_overlay() -> None:
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "O", "version": "1"},
        "actions": [
            {"target": "$.definitions.Dog.properties", "update": {"age": {"type": "integer"}}},
            {"target": "$.paths['/dogs'].get", "update": {"produces": ["application/vnd.dogs+json"]}},
            {"target": "$", "update": {"host": "other.example"}},
        ],
    }
    spec = Spec.load(KENNEL).with_overlay(overlay)
    assert spec.openapi == "2.0"
    assert spec.servers[0].url == "https://other.example/api"
    assert "age" in spec.schemas["Dog"]["properties"]  # type: ignore[index, call-overload, operator]  # a schema is an object
    assert [*spec.operations["listDogs"].responses["200"].content] == ["application/vnd.dogs+json"]
    twice = pickle.loads(pickle.dumps(spec)).with_overlay(overlay | {"actions": overlay["actions"][2:]})
    assert twice.openapi == "2.0"
