"""Objects of a document that are not of the form the standard has: each is told of with its place, and everything else works."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, Spec
from aerostack_dynamic._values import pointer_tokens

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Forms", "version": "1"},
    "servers": [{"url": "http://localhost"}],
    "tags": [],
    "components": {"schemas": {}},
    "paths": {
        "/a": {
            "parameters": [],
            "post": {
                "operationId": "add",
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}, "explode": True}],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"n": {}}}}}},
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {}}},
                        "links": {"again": {"operationId": "add"}},
                    }
                },
            },
        }
    },
}
POST = "/paths/~1a/post"
ANSWER = f"{POST}/responses/200"
WRONG: dict[str, Any] = {
    "/info": [],
    "/info/title": 3,
    "/tags": "x",
    "/components": 3,
    "/components/schemas": [],
    "/paths/~1a/parameters": {"a": 1},
    f"{POST}/parameters": "x",
    f"{POST}/callbacks": "x",
    f"{POST}/responses": "x",
    f"{POST}/deprecated": "yes",
    f"{POST}/paramters": [],
    f"{POST}/parameters/0/style": 3,
    f"{POST}/parameters/0/explode": "yes",
    f"{POST}/parameters/0/required": "yes",
    f"{POST}/parameters/0/schema": 3,
    f"{POST}/parameters/0/content": [],
    f"{POST}/requestBody/required": "yes",
    f"{POST}/requestBody/content/application~1json/schema": "x",
    f"{POST}/requestBody/content/application~1json/encoding": [],
    ANSWER: 3,
    f"{POST}/responses/abc": {},
    f"{ANSWER}/content": [],
    f"{ANSWER}/headers": ["X"],
    f"{ANSWER}/headers/X": 3,
    f"{ANSWER}/headers/X/schema": 3,
    f"{ANSWER}/links": "x",
    f"{ANSWER}/links/again": {"operationId": "none"},
}


def changed(pointer: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    node: Any = document
    *steps, last = pointer_tokens(pointer)
    for step in steps:
        node = node[int(step) if isinstance(node, list) else step]
    node[int(last) if isinstance(node, list) else last] = value
    return document


def test_the_document_is_in_form() -> None:
    assert Spec.load(DOCUMENT).problems == ()


@pytest.mark.parametrize("pointer", WRONG)
def test_what_is_of_another_form_is_told_of_and_the_operation_works(pointer: str) -> None:
    spec = Spec.load(changed(pointer, WRONG[pointer]))
    told = {one.pointer: one for one in spec.problems}
    assert pointer in told, told
    assert (told[pointer].severity, bool(told[pointer].consequence)) == ("warning", True)
    with Client(spec=spec, transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"n": 1}))) as client:
        assert client.add(body={"n": 1}) == {"n": 1}
