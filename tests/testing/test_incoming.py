"""A request as the document reads it: what the client writes is read back to the arguments that it was given."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Client
from aerostack_dynamic._incoming import argument_problems, read_request

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
# What separates in a style and is written as it is can't be told from what separates.
NO_SPACE = st.text(st.characters(exclude_categories=["Cs", "Zs"], exclude_characters="|"), min_size=1)
NO_DOT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="."), min_size=1)
HEADER = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1)
COOKIE = st.text(string.ascii_letters + string.digits + "!#$&'*+-.^_`|~/:", min_size=1)
INTEGERS, BOOLEANS = st.integers(-(2**53), 2**53), st.booleans()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def schema(kind: str) -> dict[str, Any]:
    members = {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "boolean"}}
    return {
        "array": {"type": "array", "items": {"type": "string"}},
        "numbers": {"type": "array", "items": {"type": "number"}},
        "object": {"type": "object", "properties": members, "additionalProperties": False},
        "deep": {
            "type": "object",
            "properties": {
                **members,
                "inner": {"type": "object", "properties": members},
                "list": {"type": "array", "items": {"type": "integer"}},
            },
        },
        "either": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2}]},
    }.get(kind, {"type": kind})


def values(kind: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    members = {"a": text, "c": BOOLEANS}
    return {
        "string": text,
        "integer": INTEGERS,
        "number": NUMBERS,
        "boolean": BOOLEANS,
        "array": st.lists(text, min_size=1),
        "numbers": st.lists(NUMBERS, min_size=1),
        "object": st.fixed_dictionaries({"b": INTEGERS}, optional=members),
        "deep": st.fixed_dictionaries(
            {"b": INTEGERS},
            optional={**members, "inner": st.fixed_dictionaries({"b": INTEGERS}), "list": st.lists(INTEGERS, min_size=1)},
        ),
        "either": INTEGERS | st.lists(INTEGERS, min_size=2),
    }[kind]


SCALARS = ("string", "integer", "number", "boolean")
KINDS = (*SCALARS, "array", "numbers", "object", "either")
# Location, style, explode, the kinds of values, and the texts among them.
STYLES: list[tuple[str, str, bool, tuple[str, ...], Any]] = [
    ("path", "simple", False, KINDS, TEXT.filter(lambda text: "." not in text)),
    ("path", "simple", True, KINDS, NO_DOT),
    ("path", "label", False, KINDS, NO_DOT),
    ("path", "label", True, (*SCALARS[:2], "array", "object"), NO_DOT),
    ("path", "matrix", False, KINDS, TEXT),
    ("path", "matrix", True, KINDS, TEXT),
    ("query", "form", True, KINDS, TEXT),
    ("query", "form", False, KINDS, TEXT),
    ("query", "spaceDelimited", False, ("array", "numbers", "object"), NO_SPACE),
    ("query", "pipeDelimited", False, ("array", "numbers", "object"), NO_SPACE),
    ("query", "deepObject", True, ("object", "deep"), TEXT),
    ("header", "simple", False, KINDS, HEADER),
    ("header", "simple", True, KINDS, HEADER),
    ("cookie", "form", True, (*SCALARS, "array", "either"), TEXT),
    ("cookie", "form", False, KINDS, TEXT),
    ("cookie", "cookie", True, (*SCALARS, "array"), COOKIE),
]


def operation(location: str, style: str, explode: bool, kind: str) -> dict[str, Any]:
    parameter = {"name": "p", "in": location, "style": style, "explode": explode, "schema": schema(kind)}
    return {"parameters": [{**parameter, "required": location == "path"}], "responses": {"204": {"description": "done"}}}


CASES = {
    f"{location}-{style}-{explode}-{kind}": (location, values(kind, text))
    for location, style, explode, kinds, text in STYLES
    for kind in kinds
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Styles", "version": "1"},
    "servers": [{"url": "https://api.example/{version}", "variables": {"version": {"default": "v1"}}}],
    "paths": {
        f"/{name}{'/{p}' if location == 'path' else ''}": {
            "get": {**operation(location, style, explode == "True", kind), "operationId": name}
        }
        for name in CASES
        for location, style, explode, kind in [name.split("-")]
    },
}


@pytest.fixture(scope="module")
def client() -> Any:
    with Client(spec=DOCUMENT) as made:
        yield made


@settings(max_examples=12)
@given(data=st.data())
@pytest.mark.parametrize("name", CASES)
def test_parameters_are_read_back(client: Any, name: str, data: st.DataObject) -> None:
    location, strategy = CASES[name]
    value = data.draw(strategy)
    request = client.operations[name].prepare(p=value)
    read = read_request(client.spec, request.method, str(request.url), request.headers)
    assert read is not None
    assert (read.operation.operation_id, read.problems) == (name, ())
    assert read.arguments == {location: {"p": value}}
    assert argument_problems(client.spec, read.operation, read.arguments) == []
