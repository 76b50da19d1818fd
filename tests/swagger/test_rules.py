"""Swagger 2.0 as OpenAPI 3.0, rule by rule (Swagger 2.0, the objects of its schema section)."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from aerostack_dynamic import Spec, SpecError
from aerostack_dynamic._dialect import is_swagger
from aerostack_dynamic._values import Problem

HEAD: dict[str, Any] = {"swagger": "2.0", "info": {"title": "T", "version": "1"}}
OK = {"responses": {"200": {"description": "OK"}}}
PET = {"type": "object", "properties": {"id": {"type": "integer"}}}
BODY = {"name": "pet", "in": "body", "schema": {"$ref": "#/definitions/Pet"}}
FIELD = {"name": "f", "in": "formData", "type": "string"}
FILE = {"name": "f", "in": "formData", "type": "file"}
PET_REFERENCE = {"schema": {"$ref": "#/definitions/Pet"}}


@pytest.mark.parametrize(
    ("root", "yes"),
    [
        ({"swagger": "2.0"}, True),
        ({"swagger": 2.0}, True),
        ({"swagger": 2}, True),
        ({"swagger": " 2.0 "}, True),
        ({"swagger": "1.2"}, False),
        ({"swagger": "2.0", "openapi": "3.0.0"}, False),
        ({}, False),
    ],
    ids=repr,
)
def test_which_documents_are_of_it(root: dict[str, Any], yes: bool) -> None:
    assert is_swagger(root) is yes


@pytest.mark.parametrize(
    ("root", "urls"),
    [
        ({}, ["/"]),
        ({"basePath": "/v1"}, ["/v1"]),
        ({"basePath": "v1"}, ["/v1"]),
        ({"basePath": "/"}, ["/"]),
        ({"schemes": ["https"]}, ["/"]),
        ({"host": "a.example"}, ["//a.example"]),
        ({"host": "a.example", "basePath": "/v1"}, ["//a.example/v1"]),
        ({"host": "a.example:81", "basePath": "v1", "schemes": ["https"]}, ["https://a.example:81/v1"]),
        ({"host": "a.example", "schemes": ["http", "https"]}, ["https://a.example", "http://a.example"]),
        (
            {"host": "a.example", "schemes": ["ws", "HTTP", "wss", "https"]},
            [f"{one}://a.example" for one in ("https", "http", "ws", "wss")],
        ),
        ({"host": " a.example/ ", "basePath": "/v1", "schemes": "https"}, ["https://a.example/v1"]),
        ({"host": "http://a.example/", "basePath": "/v1", "schemes": ["https"]}, ["http://a.example/v1"]),
        ({"host": 3, "basePath": None, "schemes": [1]}, ["/"]),
    ],
    ids=repr,
)
def test_servers(converted: Any, root: dict[str, Any], urls: list[str]) -> None:
    assert [one["url"] for one in converted(root)["servers"]] == urls


@pytest.mark.parametrize(
    ("own", "urls"),
    [(["https"], None), (["http", "https"], None), (["http"], ["http://a.example/v1"]), ([], None), ("x", ["x://a.example/v1"])],
    ids=repr,
)
def test_an_operation_has_servers_where_its_schemes_ask_for_another(operation: Any, own: Any, urls: list[str] | None) -> None:
    made = operation({"schemes": own}, host="a.example", basePath="/v1", schemes=["http", "https"])
    assert [one["url"] for one in made["servers"]] == urls if urls else "servers" not in made
    assert "schemes" not in made


@pytest.mark.parametrize(
    ("root", "own", "names"),
    [
        ({}, {}, ["application/json"]),
        ({"consumes": ["a/b", "a/c", "a/b"]}, {}, ["a/b", "a/c"]),
        ({"consumes": ["a/b"]}, {"consumes": ["a/c"]}, ["a/c"]),
        ({"consumes": ["a/b"]}, {"consumes": []}, ["application/json"]),
        ({"consumes": "a/b"}, {}, ["a/b"]),
        ({"consumes": [1, " ", "a/b "]}, {}, ["a/b"]),
        ({}, {"consumes": None}, ["application/json"]),
    ],
    ids=repr,
)
def test_consumes_and_produces(operation: Any, root: dict[str, Any], own: dict[str, Any], names: list[str]) -> None:
    made = operation({"parameters": [BODY], **own}, **root)
    assert made["requestBody"] == {"content": dict.fromkeys(names, PET_REFERENCE)}
    assert not {"consumes", "parameters"} & made.keys()
    root, own = ({one.replace("consumes", "produces"): value for one, value in given.items()} for given in (root, own))
    made = operation({"responses": {"200": {"description": "D", **PET_REFERENCE}}, **own}, **root)
    assert made["responses"]["200"]["content"] == dict.fromkeys(names, PET_REFERENCE)
    assert "produces" not in made


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"description": "D", "required": True, "x-y": 1}, {"description": "D", "required": True, "x-y": 1}),
        ({"x-examples": {"application/json": {"id": 1}}}, {"example": {"id": 1}}),
        ({"examples": {"application/json": {"id": 1}}}, {"example": {"id": 1}}),
        ({"x-example": {"id": 1}}, {"x-example": {"id": 1}, "example": {"id": 1}}),
        ({"schema": {"x": 1}}, {"schema": {"x": 1}}),
        ({"schema": None}, {"schema": {}}),
        ({"schema": None, "type": "string"}, {"schema": {"type": "string"}}),
    ],
    ids=repr,
)
def test_a_body(operation: Any, given: dict[str, Any], body: dict[str, Any]) -> None:
    made = operation({"parameters": [{**BODY, **given}]})["requestBody"]
    media = made.pop("content")["application/json"]
    made.pop("x-examples", None)
    assert {"schema": PET_REFERENCE["schema"], **body} == {**made, **media}


@pytest.mark.parametrize(
    ("fields", "consumes", "names"),
    [
        ([FIELD], [], ["application/x-www-form-urlencoded"]),
        ([FIELD], ["application/json"], ["application/x-www-form-urlencoded"]),
        ([FIELD], ["multipart/form-data"], ["multipart/form-data"]),
        ([FIELD], ["Multipart/Form-Data; x=y"], ["Multipart/Form-Data; x=y"]),
        (
            [FIELD],
            ["multipart/form-data", "application/xml", "application/x-www-form-urlencoded"],
            ["multipart/form-data", "application/x-www-form-urlencoded"],
        ),
        ([FILE], [], ["multipart/form-data"]),
        ([FILE], ["application/x-www-form-urlencoded"], ["multipart/form-data"]),
        ([FILE], ["application/x-www-form-urlencoded", "multipart/form-data"], ["multipart/form-data"]),
        ([FIELD, {"name": "g", "in": "formData", "type": "array", "items": {"type": "file"}}], [], ["multipart/form-data"]),
    ],
)
def test_form_fields_are_a_body(operation: Any, fields: Any, consumes: Any, names: list[str]) -> None:
    assert [*operation({"parameters": fields, "consumes": consumes})["requestBody"]["content"]] == names


def test_what_a_form_is_made_of(operation: Any) -> None:
    fields = [
        {**FIELD, "name": "a", "required": True, "description": "D", "maxLength": 3, "x-y": 1},
        {**FILE, "name": "b", "description": "The file"},
        {**FIELD, "name": "c", "type": "array", "items": {"type": "string"}},
        {**FIELD, "name": "d", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
        {**FIELD, "name": "e", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
    ]
    body = operation({"parameters": fields})["requestBody"]
    assert body["required"] is True
    media = body["content"]["multipart/form-data"]
    texts = {"type": "array", "items": {"type": "string"}}
    assert media["schema"] == {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "maxLength": 3, "description": "D"},
            "b": {"type": "string", "format": "binary", "description": "The file"},
            "c": texts,
            "d": texts,
            "e": texts,
        },
    }
    assert media["encoding"] == {
        "c": {"style": "form", "explode": False},
        "d": {"style": "form", "explode": True},
        "e": {"style": "pipeDelimited", "explode": False},
    }
    assert operation({"parameters": [FIELD]})["requestBody"]["required"] is False


@pytest.mark.parametrize(
    ("location", "word", "made"),
    [
        ("query", None, {"explode": False}),
        ("query", "csv", {"explode": False}),
        ("query", "ssv", {"style": "spaceDelimited", "explode": False}),
        ("query", "tsv", {"style": "tabDelimited", "explode": False}),
        ("query", "pipes", {"style": "pipeDelimited", "explode": False}),
        ("query", "multi", {"explode": True}),
        ("query", "other", {"style": "other", "explode": False}),
        ("query", 3, {"style": "", "explode": False}),
        ("path", None, {}),
        ("path", "csv", {}),
        ("path", "multi", {}),
        ("path", "pipes", {"style": "pipeDelimited", "explode": False}),
        ("header", "csv", {}),
        ("header", "ssv", {"style": "spaceDelimited", "explode": False}),
    ],
)
def test_collection_formats(operation: Any, location: str, word: Any, made: dict[str, Any]) -> None:
    given = {"name": "a", "in": location, "type": "array", "items": {"type": "string"}}
    given |= {} if word is None else {"collectionFormat": word}
    found = operation({"parameters": [given]})["parameters"]
    schema = {"type": "array", "items": {"type": "string"}}
    assert found == [{"name": "a", "in": location, "schema": schema, **made}]


def test_the_words_of_a_parameter(operation: Any) -> None:
    given = {
        **{"name": "n", "in": "query", "description": "D", "required": True, "allowEmptyValue": True, "x-y": 1, "x-example": 5},
        **{
            "type": "integer",
            "format": "int32",
            "default": 3,
            "minimum": 1,
            "exclusiveMinimum": True,
            "enum": [3, 4],
            "multipleOf": 1,
        },
    }
    assert operation({"parameters": [given]})["parameters"] == [
        {
            **{"name": "n", "in": "query", "description": "D", "required": True, "allowEmptyValue": True, "x-y": 1, "x-example": 5},
            "example": 5,
            "schema": {
                **{"type": "integer", "format": "int32", "default": 3, "minimum": 1},
                **{"exclusiveMinimum": True, "enum": [3, 4], "multipleOf": 1},
            },
        }
    ]


def test_arrays_within_arrays_keep_how_they_are_written(operation: Any) -> None:
    inner = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "collectionFormat": "ssv"}}
    given = {"name": "a", "in": "query", "type": "array", "items": inner, "collectionFormat": "pipes"}
    (found,) = operation({"parameters": [given]})["parameters"]
    assert found["style"] == "pipeDelimited"
    assert found["schema"]["items"]["collectionFormat"] == "csv"
    assert found["schema"]["items"]["items"]["collectionFormat"] == "ssv"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"description": "D"}, {"description": "D"}),
        ({"x-y": 1, **PET_REFERENCE}, {"x-y": 1, **PET_REFERENCE, "content": {"application/json": PET_REFERENCE}}),
        (
            {"schema": {"type": "file"}},
            {"schema": {"type": "file"}, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        ),
        (
            {**PET_REFERENCE, "examples": {"application/json": {"id": 1}, "x-z": 1}},
            {**PET_REFERENCE, "content": {"application/json": {**PET_REFERENCE, "example": {"id": 1}}}},
        ),
        (
            {**PET_REFERENCE, "examples": {"a/b": 1}},
            {**PET_REFERENCE, "content": {"application/json": PET_REFERENCE, "a/b": {**PET_REFERENCE, "example": 1}}},
        ),
        ({"examples": {"a/b": 1}}, {"content": {"a/b": {"example": 1}}}),
        (
            {
                "headers": {
                    "X-N": {"type": "integer", "description": "D", "x-y": 1},
                    "X-A": {"type": "array", "items": {"type": "string"}},
                }
            },
            {
                "headers": {
                    "X-N": {"description": "D", "x-y": 1, "schema": {"type": "integer"}},
                    "X-A": {"schema": {"type": "array", "items": {"type": "string"}}},
                }
            },
        ),
        ({"headers": {"X-N": 3}}, {"headers": {"X-N": 3}}),
    ],
    ids=repr,
)
def test_responses(operation: Any, given: dict[str, Any], made: dict[str, Any]) -> None:
    found = operation({"responses": {"200": given, "default": given, "x-z": 3}})["responses"]
    assert found == {"200": made, "default": made, "x-z": 3}


def test_a_file_is_of_the_media_types_that_are_produced(operation: Any) -> None:
    made = operation({"responses": {"200": {"schema": {"type": "file"}}}, "produces": ["image/png"]})
    assert [*made["responses"]["200"]["content"]] == ["image/png"]


SCOPES = {"read": "Reads"}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"type": "basic", "description": "D"}, {"type": "http", "scheme": "basic", "description": "D"}),
        ({"type": "apiKey", "in": "query", "name": "k"}, {"type": "apiKey", "in": "query", "name": "k"}),
        (
            {"type": "oauth2", "flow": "implicit", "authorizationUrl": "a", "scopes": SCOPES},
            {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "a", "scopes": SCOPES}}},
        ),
        (
            {"type": "oauth2", "flow": "password", "tokenUrl": "t"},
            {"type": "oauth2", "flows": {"password": {"tokenUrl": "t", "scopes": {}}}},
        ),
        (
            {"type": "oauth2", "flow": "application", "tokenUrl": "t", "scopes": SCOPES, "x-y": 1},
            {"type": "oauth2", "x-y": 1, "flows": {"clientCredentials": {"tokenUrl": "t", "scopes": SCOPES}}},
        ),
        (
            {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "a", "tokenUrl": "t", "scopes": SCOPES},
            {"type": "oauth2", "flows": {"authorizationCode": {"authorizationUrl": "a", "tokenUrl": "t", "scopes": SCOPES}}},
        ),
        ({"type": "oauth2", "flow": "other"}, {"type": "oauth2", "flows": {}}),
        ({"type": "other"}, {"type": "other"}),
        (3, 3),
    ],
    ids=repr,
)
def test_security_schemes(converted: Any, given: Any, made: Any) -> None:
    assert converted({"securityDefinitions": {"s": given}})["components"]["securitySchemes"] == {"s": made}


# ---- faults go along


@pytest.mark.parametrize(
    "node",
    [
        {"parameters": [{"name": "a", "type": "string"}]},
        {"parameters": [{"in": "query"}]},
        {"parameters": [{"name": "a", "in": "nowhere"}]},
        {"parameters": [{"$ref": "#/parameters/None"}]},
        {"parameters": [3]},
        {"parameters": [BODY, {**BODY, "name": "other"}]},
        {"parameters": [BODY, FIELD]},
        {"parameters": [{"in": "formData", "type": "string"}]},
    ],
    ids=repr,
)
def test_a_fault_is_left_to_the_reader(node: Any) -> None:
    raw = {**HEAD, "definitions": {"Pet": PET}, "paths": {"/x": {"post": {**OK, **node}}, "/y": {"get": OK}}}
    spec = Spec.load(raw)
    assert [one.severity for one in spec.problems] == ["error"]
    assert spec.problems[0].pointer.startswith("/paths/~1x/post/parameters/")
    assert spec.operations["get_y"].details.problems == ()
    with pytest.raises(SpecError):
        _ = spec.operations["post_x"].details


@pytest.mark.parametrize(
    "raw",
    [
        {"paths": {"/x": 3}},
        {"paths": {"/x": {"get": 3}}},
        {"paths": {"/x": {"$ref": "#/nowhere"}}},
        {"paths": {"x-y": 3, "/x": {"get": {"responses": 3}}}},
        {"paths": {"/x": {"get": {"responses": {"200": 3, "201": {"$ref": "#/nowhere"}}}}}},
        {"paths": {"/x": {"parameters": 3, "get": {"parameters": {}}}}},
        {"definitions": 3, "parameters": 3, "responses": [], "securityDefinitions": "x"},
        {"responses": {"R": 3}, "parameters": {"P": 3}},
    ],
    ids=repr,
)
def test_a_document_with_faults_loads(raw: Any) -> None:
    spec = Spec.load({**HEAD, "paths": {}, **raw})
    assert spec.openapi == "2.0"
    assert all(isinstance(one, Problem) for one in spec.problems)


# ---- words of schemas


def test_what_is_made_is_a_valid_document(converted: Any) -> None:
    raw = {
        "host": "a.example",
        "schemes": ["https"],
        "parameters": {"limit": {"name": "limit", "in": "query", "type": "integer"}},
        "responses": {"Gone": {"description": "G", **PET_REFERENCE}},
        "definitions": {"Pet": PET},
        "securityDefinitions": {
            "b": {"type": "basic"},
            "o": {"type": "oauth2", "flow": "application", "tokenUrl": "https://a.example/t", "scopes": {}},
        },
        "security": [{"b": []}, {"o": []}],
        "paths": {
            "/pets/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "array", "items": {"type": "string"}}],
                "get": {"parameters": [{"$ref": "#/parameters/limit"}], "responses": {"404": {"$ref": "#/responses/Gone"}}},
                "put": {"parameters": [BODY], "responses": {"200": {"description": "OK", "headers": {"X-N": {"type": "integer"}}}}},
                "post": {"parameters": [FILE, {**FIELD, "name": "t", "type": "array", "items": {"type": "string"}}], **OK},
            }
        },
    }
    made = converted(raw)
    # Kept for references alone.
    del made["definitions"]
    text = json.dumps(made).replace("#/definitions/", "#/components/schemas/")
    made = json.loads(text)
    for response in (made["components"]["responses"]["Gone"],):
        del response["schema"]
    assert [error.message for error in OpenAPIV30SpecValidator(made).iter_errors()] == []


def test_an_operation_is_an_object_like_any_other(operation: Any) -> None:
    def fresh() -> Any:
        return operation({"operationId": "o", "parameters": [BODY], "produces": ["a/b"], "schemes": []})

    keys = ["operationId", "requestBody", "responses"]
    whole = {name: fresh()[name] for name in keys}
    assert fresh().get("operationId") == "o"
    assert fresh().get("parameters", 3) == 3
    assert fresh().get("nothing") is None
    for name, there in (("operationId", True), ("requestBody", True), ("produces", False), ("nothing", False), (3, False)):
        assert (name in fresh()) is there
        if not there:
            with pytest.raises(KeyError):
                fresh()[name]
    assert ([*fresh()], len(fresh()), [*fresh().keys()]) == (keys, 3, keys)
    assert [*fresh().values()] == [*whole.values()]
    assert {**fresh()} == dict(fresh()) == dict(fresh().items()) == whole
    assert fresh() == whole
    assert fresh() != {}
    assert repr(fresh()) == repr(whole)
    assert json.loads(json.dumps(fresh())) == whole
    for again in (pickle.loads(pickle.dumps(fresh())), copy.copy(fresh()), copy.deepcopy(fresh())):
        assert type(again) is dict
        assert again == whole
