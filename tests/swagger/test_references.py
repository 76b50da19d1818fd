"""References in documents of Swagger 2.0: to shared parts, to other paths, to other files."""

from __future__ import annotations

from typing import Any

from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._reference import Document

TEXT = {"name": "t", "in": "query", "type": "string"}
PET = {"type": "object", "properties": {"id": {"type": "integer"}}}
BODY = {"name": "pet", "in": "body", "schema": {"$ref": "#/definitions/Pet"}}
FIELD = {"name": "f", "in": "formData", "type": "string"}
PET_REFERENCE = {"schema": {"$ref": "#/definitions/Pet"}}


LIMIT = {"name": "limit", "in": "query", "type": "integer"}
SHARED: dict[str, Any] = {
    "parameters": {"limit": LIMIT, "pet": BODY, "field": FIELD, "a/b~c d": {**LIMIT, "name": "odd"}},
    "responses": {"Gone": {"description": "G", **PET_REFERENCE}, "Same": {"$ref": "#/responses/Gone"}},
    "definitions": {"Pet": PET},
    "paths": {
        "/limit": {
            "parameters": [{"$ref": "#/parameters/limit"}],
            "get": {"parameters": [{"$ref": "#/parameters/a~1b~0c%20d"}], "responses": {"404": {"$ref": "#/responses/Gone"}}},
        },
        "/pet": {
            "post": {
                "parameters": [{"$ref": "#/parameters/pet"}],
                "produces": ["a/b"],
                "responses": {"404": {"$ref": "#/responses/Same"}},
            }
        },
        "/field": {
            "post": {
                "parameters": [{"$ref": "#/parameters/field"}],
                "responses": {"200": {"$ref": "#/paths/~1pet/post/responses/404"}},
            }
        },
        "/same": {"$ref": "#/paths/~1limit"},
    },
}


def test_references_to_the_root(converted: Any) -> None:
    made = converted(SHARED)
    assert made["definitions"] is made["components"]["schemas"] is SHARED["definitions"]
    assert [*made["components"]["parameters"]] == ["limit", "a/b~c d"]
    paths = made["paths"]
    assert paths["/limit"] == {
        "parameters": [{"$ref": "#/components/parameters/limit"}],
        "get": {
            "parameters": [{"$ref": "#/components/parameters/a~1b~0c%20d"}],
            "responses": {"404": {"$ref": "#/components/responses/Gone"}},
        },
    }
    assert paths["/same"] == paths["/limit"]
    assert paths["/pet"]["post"]["requestBody"] == {"content": {"application/json": PET_REFERENCE}}
    # With other media types than the root's it is another response.
    assert paths["/pet"]["post"]["responses"]["404"]["content"] == {"a/b": PET_REFERENCE}
    assert [*paths["/field"]["post"]["requestBody"]["content"]] == ["application/x-www-form-urlencoded"]
    assert paths["/field"]["post"]["responses"]["200"] == {"$ref": "#/components/responses/Gone"}
    assert made["components"]["responses"]["Same"] == {"$ref": "#/components/responses/Gone"}
    document = Document(made, dialect_of(made), sha256="")
    node, place = document.follow({"$ref": "#/components/parameters/a~1b~0c%20d"}, "")
    assert (node["name"], place) == ("odd", "/components/parameters/a~1b~0c d")


def test_path_level_parameters(operation: Any) -> None:
    own = {**BODY, "name": "own", "schema": {"type": "string"}}
    made = operation({}, path={"parameters": [BODY, TEXT]})
    assert made["requestBody"]["content"]["application/json"] == PET_REFERENCE
    assert "parameters" not in made
    made = operation({"parameters": [own]}, path={"parameters": [BODY, TEXT]})
    assert made["requestBody"]["content"]["application/json"] == {"schema": {"type": "string"}}
    made = operation({"parameters": [{**FIELD, "type": "integer"}]}, path={"parameters": [FIELD, {**FIELD, "name": "g"}]})
    schema = made["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert schema["properties"] == {"f": {"type": "integer"}, "g": {"type": "string"}}


FILES = {
    "shop/paths/pets.yaml": {
        "parameters": [
            {"$ref": "../parts.yaml#/limit"},
            {"name": "q", "in": "query", "type": "array", "items": {"$ref": "#/item"}},
        ],
        "item": {"type": "string"},
        "post": {
            "parameters": [{"name": "b", "in": "body", "schema": {"$ref": "../pet.yaml#/Pet"}}],
            "responses": {"200": {"$ref": "../parts.yaml#/ok"}, "404": {"description": "N", "schema": {"type": "object"}}},
        },
    },
    "shop/parts.yaml": {
        "limit": {"name": "limit", "in": "query", "type": "integer"},
        "ok": {"description": "OK", "schema": {"type": "array", "items": {"$ref": "pet.yaml#/Pet"}}},
    },
    "shop/pet.yaml": {"Pet": PET},
}


def test_other_files(converted: Any) -> None:
    raw = {"paths": {"/pets": {"$ref": "paths/pets.yaml"}}, "definitions": {"Other": {"$ref": "pet.yaml#/Pet"}}}
    made = converted(raw, FILES, "shop/openapi.yaml")
    document = Document(made, dialect_of(made), sha256="", name="shop/openapi.yaml", files=FILES)
    item = made["paths"]["/pets"]
    assert item["parameters"][0] == {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    items = item["parameters"][1]["schema"]["items"]
    assert document.follow(items, "")[0] == {"type": "string"}
    body = item["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert document.follow(body, "") == (PET, "shop/pet.yaml#/Pet")
    answer, place = document.follow(item["post"]["responses"]["200"]["content"]["application/json"]["schema"], "")
    assert place == "shop/parts.yaml#/ok/schema"
    assert document.follow(answer["items"], f"{place}/items") == (PET, "shop/pet.yaml#/Pet")
    inline = item["post"]["responses"]["404"]["content"]["application/json"]["schema"]
    assert document.follow(inline, "") == ({"type": "object"}, "shop/paths/pets.yaml#/post/responses/404/schema")
