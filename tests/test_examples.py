"""`Operation.example()` gives arguments that a call takes, and `spec.search` the operations that words are about."""

from __future__ import annotations

import time
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, Operation, Spec, versions
from aerostack_dynamic.testing import MockTransport

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def spec_of(content: Any = None, *, required: bool = True, parameters: Any = (), **components: Any) -> Spec:
    body = {"requestBody": {"required": required, "content": content}} if content else {}
    operation = {"operationId": "x", "parameters": [*parameters], "responses": {}, **body}
    head = {"openapi": "3.1.0", "info": {"title": "Examples", "version": "1"}, "servers": [{"url": "https://x.example"}]}
    return Spec.load(
        {**head, "paths": {"/x/{id}" if parameters else "/x": {"post": operation}}, "components": {"schemas": components}}
    )


def example_of(*args: Any, **more: Any) -> Any:
    """The example, which a client that checks all takes."""
    spec = spec_of(*args, **more)
    with Client(spec=spec, validation="strict") as client:
        client.x.prepare(**spec.operations["x"].example())
    return spec.operations["x"].example()


def json_of(schema: Any, **more: Any) -> Any:
    return {"application/json": {"schema": schema, **more}}


@pytest.mark.parametrize("version", versions())
def test_every_operation_of_the_bundled_documents_has_one_that_a_call_takes(version: str) -> None:
    with Client("k", version=version, validation="strict") as client:
        for operation in client.operations.values():
            operation.prepare(**operation.operation.example())


def test_what_the_document_has_comes_first_and_what_is_lacking_is_made() -> None:
    both = {"type": "object", "properties": {"a": TEXT, "n": {**NUMBER, "minimum": 7, "maximum": 7}}, "required": ["a", "n"]}
    assert example_of(json_of(both, example={"a": "given", "n": 7})) == {"a": "given", "n": 7}
    assert example_of(json_of(both, example={"a": "given"}))["n"] == 7, "an example that is not valid is not taken as it is"
    assert example_of(json_of({**both, "properties": {**both["properties"], "a": {**TEXT, "example": "x"}}}))["a"] == "x"
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {**TEXT, "pattern": "^[a-c]{3}$"}},
        {"name": "n", "in": "query", "schema": NUMBER, "example": 5},
        {"name": "wrong", "in": "query", "required": True, "schema": NUMBER, "example": "five"},
        {"name": "q", "in": "query", "schema": NUMBER},
        {"name": "filter", "in": "query", "required": True, "content": json_of(both, example={"a": "f", "n": 7})},
        {"name": "free", "in": "header", "required": True},
    ]
    found = example_of(parameters=parameters)
    assert (len(found["id_"]), found["n"], found["filter_"], found["free"]) == (3, 5, {"a": "f", "n": 7}, "text")
    assert isinstance(found["wrong"], int)
    assert "q" not in found


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (
            {
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {**TEXT, "format": "binary"}}, "required": ["file"]}
                }
            },
            {"file": str},
        ),
        ({"application/octet-stream": {}}, {"body": str}),
        ({"text/plain": {"schema": TEXT}}, {"body": str}),
        ({"text/plain": {"example": "hello"}}, {"body": str}),
        ({"application/json": {}}, {"body": dict}),
        (json_of({"type": "array", "items": NUMBER, "minItems": 1}), {"body": list}),
        (json_of({"type": "object", "required": ["n"]}), {"body": dict}),
        (json_of({"type": "object", "properties": {"n": NUMBER}, "minProperties": 1}), {"n": int}),
        ({"application/jsonl": {"itemSchema": {"type": "object", "properties": {"n": NUMBER}, "required": ["n"]}}}, {"body": list}),
    ],
)
def test_bodies_of_every_kind(content: Any, wanted: dict[str, type]) -> None:
    found = example_of(content)
    assert {name: type(value) for name, value in found.items()} == wanted


def test_where_there_is_none_it_is_what_the_document_has() -> None:
    never = {"type": "object", "properties": {"a": {**NUMBER, "minimum": 2, "maximum": 1}}, "required": ["a"]}
    assert spec_of(json_of(never, example={"a": 3})).operations["x"].example() == {"a": 3}
    assert spec_of(json_of(never)).operations["x"].example() == {}
    assert spec_of(json_of({"$ref": "#/nowhere"}, example={"a": 3})).operations["x"].example() == {"body": {"a": 3}}
    assert example_of(json_of(TEXT), required=False) == {}
    undeclared = {"type": "object", "properties": {"n": NUMBER}, "required": ["n", "other"]}
    assert {*spec_of(json_of(undeclared)).operations["x"].example()["body"]} == {"n", "other"}
    operation = spec_of(json_of({"type": "array", "items": NUMBER}, example=[1])).operations["x"]
    changed: Any = operation.example()["body"]
    changed.append(2)
    assert operation.example() == {"body": [1]}


def test_nobody_waits_for_one_that_is_not_there() -> None:
    """Alternatives that nothing tells apart, several times: each of their combinations could be tried."""
    alike = {"oneOf": [{"type": "object", "properties": {name: TEXT}} for name in "abcdefgh"]}
    inner = {"oneOf": [{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Alike"}}, "required": ["a"]}] * 3}
    hopeless = {"type": "object", "properties": dict.fromkeys("pqrs", inner), "required": [*"pqrs"]}
    operation = spec_of(json_of(hopeless, example={"p": 3}), Alike=alike).operations["x"]
    begun = time.process_time()
    assert operation.example() == {"p": 3}
    assert time.process_time() - begun < 2, "it took 5 s where nothing bounded it"


# ---- words


def one(identifier: str, summary: str = "", description: str = "", **more: Any) -> dict[str, Any]:
    return {"operationId": identifier, "summary": summary, "description": description, "responses": {}, **more}


REFERENCE = {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/InvoiceLine"}}}}}
WORDS = Spec.load(
    {
        "openapi": "3.1.0",
        "info": {"title": "Words", "version": "1"},
        "paths": {
            "/a": {"get": one("listUsers", "All users", "Not for orders.", tags=["People"])},
            "/b": {"get": one("getUser", "One of them", tags=["People"])},
            "/orders/{id}": {"get": one("fetch", "Finds what was bought", parameters=[{"name": "customerId", "in": "query"}])},
            "/c": {"post": one("send", "For a user", requestBody=REFERENCE)},
            "/d": {"put": one("orderAgain")},
            "/e": {"put": one("broken", requestBody={"$ref": "#/nowhere"})},
        },
        "components": {"schemas": {"InvoiceLine": {"type": "object"}}},
    }
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("user", ["getUser", "listUsers", "send"]),
        ("USERS", ["listUsers"]),
        ("list users", ["listUsers"]),
        ("users list", ["listUsers"]),
        ("order", ["orderAgain", "fetch", "listUsers"]),
        ("people", ["listUsers", "getUser"]),
        ("customer_id", ["fetch"]),
        ("customerId", ["fetch"]),
        ("invoice", ["send"]),
        ("InvoiceLine", ["send"]),
        ("bought", ["fetch"]),
        ("put", ["broken", "orderAgain"]),
        ("GET /orders", ["fetch", "listUsers"]),
        ("invoise", ["send"]),
        ("peple get", ["getUser", "listUsers"]),
        ("user zebra", []),
        ("", []),
        ("/ -", []),
    ],
)
def test_words_find_operations(words: str, found: list[str]) -> None:
    assert [one.operation_id for one in WORDS.search(words)] == found
    assert all(isinstance(one, Operation) for one in WORDS.search(words))


def test_what_is_required_and_never_declared_may_be_sent() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]}
    content = {"application/json": {"schema": {"type": "object", "properties": {"in": inner}, "required": ["in"]}}}
    post = {"operationId": "x", "requestBody": {"required": True, "content": content}, "responses": {"204": {"description": ""}}}
    spec = Spec.load({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"post": post}}})
    mock = MockTransport(spec)
    mock.on("x", **{"in": {"b": 1}})
    with Client(spec=spec, server="https://h.example", transport=mock, validation="strict") as client:
        assert "b" in client.x.operation.example()["in_"]
        client.x(**client.x.operation.example())
        with pytest.raises(ArgumentsError, match="body/in/c: the document declares no such property"):
            client.x(in_={"a": "x", "b": 1, "c": 2})
