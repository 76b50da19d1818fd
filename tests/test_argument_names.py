"""The names of arguments, as docs/naming.md has them: every spelling, and which of those that clash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import ArgumentsError, Client
from aerostack_dynamic._arguments import lay_out
from aerostack_dynamic._model import MediaType, Parameter, RequestBody, SchemaObject

SERVER = "https://a.example"
LOCATIONS = ("path", "query", "header", "cookie")


def document(*parameters: tuple[str, str], body: Any = None, openapi: str = "3.1.0") -> dict[str, Any]:
    """A document of one operation `x`; a parameter is its location and name, `body` the names of properties or a schema."""
    listed = [
        {"in": location, "name": name, "schema": {"type": "string"}} | ({"required": True} if location == "path" else {})
        for location, name in parameters
    ]
    template = "".join(f"/{{{name}}}" for location, name in parameters if location == "path")
    schema = {"type": "object", "properties": {name: {} for name in body}} if isinstance(body, tuple) else body
    content = {"requestBody": {"content": {"application/json": {"schema": schema}}}} if body is not None else {}
    operation = {"operationId": "x", "parameters": listed, "responses": {}, **content}
    return {"openapi": openapi, "info": {"title": "T", "version": "1"}, "paths": {f"/x{template}": {"post": operation}}}


def prepare(made: dict[str, Any], /, **arguments: Any) -> dict[str, Any]:
    """What a call of the operation would send, by location."""
    with Client(spec=made, server=SERVER) as client:
        request = client.x.prepare(**arguments)
    cookies = [pair.partition("=") for pair in request.headers.get("cookie", "").split("; ") if pair]
    return {
        "path": request.url.path.removeprefix("/x"),
        "query": dict(request.url.params),
        "header": {name: value for name, value in request.headers.items() if name.startswith("x-") or name == "id"},
        "cookie": {name: value for name, _, value in cookies},
        "body": json.loads(request.content) if request.content else None,
    }


def names(made: dict[str, Any]) -> list[str]:
    with Client(spec=made, server=SERVER) as client:
        return [*client.x.__signature__.parameters]


EVERYWHERE = document(("path", "id"), ("query", "id"), ("header", "id"), ("cookie", "id"), body=("id",))


def test_a_name_of_several_places_means_the_first_and_each_can_be_told() -> None:
    assert names(EVERYWHERE) == ["id_", "query_id", "header_id", "cookie_id", "body_id"]
    for first in ("id", "id_", "path_id", "path_id_"):
        sent = prepare(EVERYWHERE, **{first: "1"}, query_id="2", header_id="3", cookie_id="4", body_id="5")
        assert sent == {"path": "/1", "query": {"id": "2"}, "header": {"id": "3"}, "cookie": {"id": "4"}, "body": {"id": "5"}}


@pytest.mark.parametrize("location", LOCATIONS[1:])
def test_a_second_place_breaks_no_call_that_says_the_place(location: str) -> None:
    before = prepare(document((location, "id")), **{f"{location}_id": "1"})
    after = prepare(document(("query", "id"), ("header", "id"), ("cookie", "id"), body=("id",)), **{f"{location}_id": "1"})
    assert (before[location], after[location]) == ({"id": "1"}, {"id": "1"})


NAMES = {
    "filter[name]": "filter_name",
    "ids[]": "ids",
    "$top": "top",
    "a.b": "a_b",
    "X-Trace": "x_trace",
    "class": "class_",
    "from": "from_",
    "match": "match",
    "type": "type_",
    "self": "self",
    "timeout": "timeout",
    "media_type": "media_type",
    "headers": "headers",
    "body": "body",
    "+1": "plus_1",
    "été": "été",
    "2fa": "x2fa",
    "__class__": "class_",
    "operation": "operation",
    "positional": "positional",
}


@pytest.mark.parametrize("location", ["query", "body"])
@pytest.mark.parametrize("wire", NAMES)
def test_every_spelling_is_taken(wire: str, location: str) -> None:
    made = document(("query", wire)) if location == "query" else document(body=(wire,))
    assert names(made) == [NAMES[wire]]
    for name in (NAMES[wire], wire, f"{location}_{NAMES[wire]}", f"{location}_{NAMES[wire].rstrip('_')}", f"{location}_{wire}"):
        assert prepare(made, **{name: "v"})[location] == {wire: "v"}


@pytest.mark.parametrize(
    ("spellings", "told"),
    [
        (("id", "id_"), "query/id: given twice, as 'id' and 'id_'"),
        (("query_filter[name]", "filter_name"), "query/filter[name]: given twice, as 'query_filter[name]' and 'filter_name'"),
    ],
)
def test_one_argument_under_two_spellings_is_told(spellings: tuple[str, str], told: str) -> None:
    made = document(("query", "id"), ("query", "filter[name]"))
    with Client(spec=made, server=SERVER) as client, pytest.raises(ArgumentsError) as caught:
        client.x.prepare(**dict.fromkeys(spellings, "v"))
    assert [str(one) for one in caught.value.problems] == [told]


def test_names_that_clash_in_one_place() -> None:
    made = document(*(("query", name) for name in ("fooBar", "foo_bar", "Start", "Start<", "Start>", "_id", "id")))
    found = ["foo_bar", "fooBar", "start", "start_less", "start_greater", "id_", "underscore_id"]
    assert sorted(names(made)) == sorted(found)
    given = dict(zip(found, "1234567", strict=True))
    expected = {"fooBar": "2", "foo_bar": "1", "Start": "3", "Start<": "4", "Start>": "5", "_id": "7", "id": "6"}
    assert prepare(made, **given)["query"] == expected
    assert prepare(made, **expected)["query"] == expected


def test_a_name_that_has_a_place_before_it_already() -> None:
    made = document(("path", "query_id"), ("query", "id"), ("header", "id"), body=("body_id", "id", "query_id"))
    assert names(made) == ["query_id", "id_", "header_id", "body_id", "body_body_id", "body_query_id"]
    sent = prepare(made, query_id="1", query_query_id="2", header_id="3", body_id="4", body_body_id="5", body_query_id="6")
    assert (sent["path"], sent["query"], sent["header"]) == ("/1", {"id": "2"}, {"id": "3"})
    assert sent["body"] == {"body_id": "4", "id": "5", "query_id": "6"}


def test_a_whole_body_beside_a_parameter_called_body() -> None:
    made = document(("query", "body"), body={"type": "array"})
    assert names(made) == ["body", "body_body"]
    sent = prepare(made, body="a", body_body=[1])
    assert (sent["query"], sent["body"]) == ({"body": "a"}, [1])
    assert prepare(document(body={"type": "array"}), body=[2])["body"] == [2]
    assert prepare(document(body={"type": "array"}), body_body=[2])["body"] == [2]


def test_a_querystring_has_a_place_of_its_own() -> None:
    made = document(openapi="3.2.0")
    whole = {"in": "querystring", "name": "x", "content": {"text/plain": {"schema": {"type": "string"}}}}
    made["paths"]["/x"]["post"]["parameters"] = [whole, {"in": "header", "name": "x", "schema": {}}]
    with Client(spec=made, server=SERVER) as client:
        arguments = client.x.operation.arguments
    assert [(one.name, one.location) for one in arguments] == [("x", "querystring"), ("header_x", "header")]


WIRES = st.sampled_from(["id", "Id", "_id", "id_", "body", "body_id", "query_id", "query_query_id", "class", "a<", "a", "A", "+1"])


@given(st.lists(st.tuples(st.sampled_from(LOCATIONS), WIRES), unique=True, max_size=6), st.lists(WIRES, unique=True, max_size=5))
def test_every_argument_has_a_name_of_its_own_and_one_with_its_place(parameters: list[Any], properties: list[str]) -> None:
    schema = {"type": "object", "properties": {name: {} for name in properties}}
    made = Client(spec=document(body=schema), server=SERVER).spec
    place = "/paths/~1x/post/requestBody/content/application~1json/schema"
    media_type = MediaType("application/json", SchemaObject(place, schema), {})
    listed = [Parameter(name, location, False, None, "form", False) for location, name in parameters]
    layout = lay_out(made.document, listed, RequestBody({"application/json": media_type}), media_type)
    assert len({one.name for one in layout.arguments}) == len(layout.arguments)
    for one in layout.arguments:
        assert layout.accepted[one.name] is one
        assert one.name.isidentifier()
        assert any(found is one for name, found in layout.accepted.items() if name.startswith(f"{one.location}_"))
        if one.wire is not None:
            found = layout.accepted[one.wire]
            first = [*LOCATIONS, "body"].index
            assert found is one or first(found.location) < first(one.location)
