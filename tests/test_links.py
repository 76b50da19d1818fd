"""Links: from an answer to the next call, by runtime expressions, on both clients."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, ArgumentsWarning, Client, CredentialsError, Spec

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
SECRET = "very-secret-word"


def links(**given: Any) -> dict[str, Any]:
    return {"GetUser": {"operationId": "getUser", "parameters": {"id": "$response.body#/id"}}} | given


BODY = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "password": {"type": "string", "format": "password"},
    },
}
REPLACED = {"type": "object", "properties": {"name": {"type": "string"}, "id": {"type": "integer"}}}


def takes(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def answers(status: str = "200", **more: Any) -> dict[str, Any]:
    return {status: {"description": "", "content": {"application/json": {}}, **more}}


def document(is_open: bool = False, **given: Any) -> dict[str, Any]:
    """An operation whose answer has links, and those that they lead to."""
    group = {"name": "group", "in": "path", "required": True, "schema": {"type": "string"}}
    others = [
        {"name": "dry-run", "in": "query", "schema": {"type": "boolean"}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]
    wanted = [ID, {"name": "id", "in": "query", "schema": {"type": "string"}}, {"name": "q", "in": "query"}]
    create = {"operationId": "createUser", "parameters": [group, *others], "requestBody": takes(BODY)}
    replaced = REPLACED | ({"additionalProperties": True} if is_open else {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Links", "version": "1"},
        "servers": [{"url": "https://links.example/v1"}],
        "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "query", "name": "key"}}},
        "security": [{"Key": []}],
        "paths": {
            "/groups/{group}/users": {"post": create | {"responses": answers("201", links=links(**given))}},
            "/users/{id}": {
                "get": {"operationId": "getUser", "parameters": wanted, "responses": answers()},
                "put": {"parameters": [ID], "requestBody": takes(replaced), "responses": answers()},
            },
        },
    }


class Server:
    """Answers with what it was asked; `created` is the answer to the first call."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.created = {"id": 7, "names": ["a", {"b/c": "d"}], "text": "t t"}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.method == "POST":
            return httpx.Response(201, json=self.created, headers={"Location": "/users/7", "X-Next": "9"})
        return httpx.Response(200, json={"path": request.url.path, "body": request.content.decode()})


@pytest.fixture
def follow(both: Any, settle: Any) -> Any:
    """What `use(links)` gives after a user was created; and the requests that the server saw."""

    def run(given: dict[str, Any], use: Any, is_open: bool = False, **options: Any) -> Any:
        server = Server()

        async def story(client: Any) -> Any:
            created = await settle(
                client.create_user.raw(group="g 1", dry_run=True, x_trace="t1", name="Ann", tags=["x"], password=SECRET)
            )
            return await settle(use(created.links))

        options = {"credentials": {"Key": SECRET}, "transport": httpx.MockTransport(server), "retry": 1, **options}
        return both.run(story, spec=Spec.load(document(is_open, **given)), **options), server.seen

    return run


def get_by(**parameters: Any) -> dict[str, Any]:
    return {"L": {"operationId": "getUser", "parameters": {"path.id": 1} | parameters}}


def test_a_link_is_called_as_an_operation_is(follow: Any) -> None:
    result, seen = follow({}, lambda links: links["GetUser"]())
    assert result["path"] == "/v1/users/7"
    assert seen[1].url.params["key"] == SECRET
    assert follow({}, lambda links: links["GetUser"].raw())[0].status == 200


def test_a_link_prepares_and_streams(follow: Any) -> None:
    request, seen = follow({}, lambda links: links["GetUser"].prepare(q="x"))
    assert str(request.url) == "https://links.example/v1/users/7?q=x"
    assert len(seen) == 1
    stream, _ = follow({}, lambda links: links["GetUser"].stream())
    assert "get_user" in repr(stream)


EXPRESSIONS: list[tuple[Any, str]] = [
    ("$url", "https://links.example/v1/groups/g%201/users?dry-run=true"),
    ("$method", "POST"),
    ("$statusCode", "201"),
    ("$request.path.group", "g 1"),
    ("$request.query.dry-run", "true"),
    ("$request.header.x-trace", "t1"),
    ("$request.header.Accept", "application/json"),
    ("$request.body#/name", "Ann"),
    ("$request.body#/tags/0", "x"),
    ("$response.header.location", "/users/7"),
    ("$response.body#/names/1/b~1c", "d"),
    ("$response.body#/text", "t t"),
    ("a constant", "a constant"),
    ("$5 off", "$5 off"),
    (5, "5"),
    ("{$request.path.group}/{$response.body#/id}.json", "g 1/7.json"),
]


@pytest.mark.parametrize(("expression", "value"), EXPRESSIONS)
def test_runtime_expressions(follow: Any, expression: Any, value: str) -> None:
    _, seen = follow(get_by(q=expression), lambda links: links["L"]())
    assert seen[1].url.params["q"] == value


@pytest.mark.parametrize("expression", ["$response.header.X-Next", "{$response.header.X-Next}", 9])
def test_text_becomes_what_the_parameter_takes(follow: Any, expression: Any) -> None:
    _, seen = follow(get_by(**{"path.id": expression}), lambda links: links["L"]())
    assert seen[1].url.path == "/v1/users/9"


def test_names_with_a_location(follow: Any) -> None:
    _, seen = follow(get_by(**{"query.id": "$response.body#/text"}), lambda links: links["L"]())
    assert (seen[1].url.path, seen[1].url.params["id"]) == ("/v1/users/1", "t t")


PUT = "#/paths/~1users~1%7Bid%7D/put"


def put(body: Any, reference: str = PUT) -> dict[str, Any]:
    return {"L": {"operationRef": reference, "parameters": {"id": "$response.body#/id"}, "requestBody": body}}


@pytest.mark.parametrize(
    ("body", "given", "sent", "is_open"),
    [
        ("$request.body", {}, {"name": "Ann", "tags": ["x"], "password": SECRET}, True),
        ("$response.body#/names/1", {"name": "Eve"}, {"name": "Eve", "b/c": "d"}, True),
        ({"name": "Bob"}, {}, {"name": "Bob"}, False),
        ({"name": "Bob", "id": 3}, {"name": "Eve"}, {"name": "Eve", "id": 3}, False),
        ({"name": "Bob"}, {"body": {"id": 3}}, {"id": 3}, False),
    ],
)
def test_bodies_and_references(follow: Any, body: Any, given: dict[str, Any], sent: Any, is_open: bool) -> None:
    _, seen = follow(put(body), lambda links: links["L"](**given), is_open=is_open)
    assert json.loads(seen[1].content) == sent
    assert seen[1].url.path == "/v1/users/7"


def test_a_body_with_names_that_are_not_declared(follow: Any) -> None:
    with pytest.warns(ArgumentsWarning, match="declares no such property"):
        _, seen = follow(put({"nothing": 1}), lambda links: links["L"]())
    assert json.loads(seen[1].content) == {"nothing": 1}


@pytest.mark.parametrize("name", ["id", "path_id"])
def test_the_caller_goes_before_the_document(follow: Any, name: str) -> None:
    _, seen = follow(get_by(**{"path.id": "$response.body#/nothing"}), lambda links: links["L"](**{name: 3, "q": "x"}))
    assert str(seen[1].url).startswith("https://links.example/v1/users/3?q=x")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (get_by(q="$response.body#/nothing"), "$response.body#/nothing: the body has no such value"),
        (get_by(q="$response.body#/names/9"), "the body has no such value"),
        (get_by(q="$response.body#/id/x"), "the body has no such value"),
        (get_by(q="$response.body#id"), "the body has no such value"),
        (get_by(q="$response.header.nothing"), "the response has no such header value"),
        (get_by(q="$request.query.nothing"), "the request has no such query value"),
        (get_by(q="$response.query.x"), "is no runtime expression"),
        (get_by(nothing=1), "the operation has no parameter 'nothing'"),
        (get_by(**{"header.id": 1}), "the operation has no parameter 'header.id'"),
        ({"L": {"operationId": "getUsers"}}, "the document has no operation 'getUsers'"),
        (put(1, "#/paths/~1nowhere/get"), "leads to no operation"),
        (put(1, "https://elsewhere.example/a.json#/paths/~1users/get"), "leads to no operation"),
        ({"L": {}}, "leads to no operation"),
    ],
)
def test_why_a_link_cannot_be_followed(follow: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentsError) as caught:
        follow(given, lambda links: links["L"]())
    assert "the link L can't be followed: " in str(caught.value)
    assert message in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_operation_that_is_not_there_is_told_by_the_property_too(follow: Any) -> None:
    with pytest.raises(ArgumentsError, match="no operation 'x'"):
        follow({"L": {"operationId": "x"}}, lambda links: links["L"].operation)


def test_wrong_arguments_are_those_of_the_operation(follow: Any) -> None:
    with pytest.raises(ArgumentsError, match="unknown argument"):
        follow({}, lambda links: links["GetUser"](nothing=1))


def server_of(url: str) -> dict[str, Any]:
    return {"L": {"operationId": "getUser", "parameters": {"path.id": 1}, "server": {"url": url}}}


def test_a_links_own_server(follow: Any) -> None:
    _, seen = follow(server_of("/v2"), lambda links: links["L"]())
    assert seen[1].url.path == "/v2/users/1"
    with pytest.raises(CredentialsError, match=r"leads to https://other\.example.*allow_origins"):
        follow(server_of("https://other.example"), lambda links: links["L"]())
    _, seen = follow(server_of("https://other.example"), lambda links: links["L"](), allow_origins=["https://other.example"])
    assert (seen[1].url.host, seen[1].url.path) == ("other.example", "/users/1")


def test_links_are_a_mapping_that_shows_no_value(follow: Any) -> None:
    found, _ = follow(get_by(q="$request.body#/password"), lambda links: links)
    assert (sorted(found), len(found)) == (["GetUser", "L"], 2)
    assert repr(found) == "<links: GetUser, L>"
    assert repr(found["L"]) == "<link L to getUser>"
    with pytest.raises(KeyError, match="did you mean 'GetUser'"):
        found["getuser"]
    with pytest.raises(KeyError, match="it has"):
        found["zzz"]


def test_the_operation_of_a_link(follow: Any) -> None:
    found, _ = follow(put(1), lambda links: links)
    assert (found["L"].operation.method, found["GetUser"].operation.operation_id) == ("PUT", "getUser")


def test_no_repr_and_no_pickle_has_what_links_remember() -> None:
    server = Server()
    with Client(spec=document(), credentials={"Key": SECRET}, transport=httpx.MockTransport(server)) as client:
        created = client.create_user.raw(group="g", name="Ann", password=SECRET)
        assert SECRET not in repr(created) + repr(created.past) + repr(created.links)
        assert SECRET.encode() not in pickle.dumps(created)
        assert dict(pickle.loads(pickle.dumps(created)).links) == {}
        assert copy.copy(created).data == created.data
        fetched = client.get_user.raw(id=1)
        assert (dict(fetched.links), fetched.past) == ({}, None)
