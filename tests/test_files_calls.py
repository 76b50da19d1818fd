"""Calls by documents of several files, both sides checked: what a schema says counts wherever it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, Record, ResponseError, Spec, SpecError, Validation, WebhookError

API = """
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets/{id}: {$ref: paths/pets.yaml}
webhooks:
  newPet: {$ref: 'paths/hooks.json#/newPet'}
components:
  schemas:
    Id: {type: integer, minimum: 1}
    Named: {type: object, required: [name], properties: {name: {type: string, minLength: 1}}}
    Animal:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind, mapping: {cat: schemas/cat.yaml, dog: './schemas/pet.yaml#/$defs/Dog'}}
"""
FILES = {
    "api.yaml": API,
    "paths/pets.yaml": """
parameters: [{$ref: '../parts.json#/id'}]
post:
  operationId: putPet
  parameters: [{$ref: '../parts.json#/size'}]
  requestBody: {$ref: '../parts.json#/pet'}
  responses: {'200': {$ref: '../parts.json#/found'}}
""",
    "paths/hooks.json": '{"newPet": {"post": {"requestBody": {"$ref": "../parts.json#/pet"}}}}',
    "parts.json": json.dumps(
        {
            "id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "api.yaml#/components/schemas/Id"}},
            "size": {"name": "size", "in": "query", "schema": {"$ref": "schemas/pet.yaml#size"}},
            "pet": {"required": True, "content": {"application/json": {"schema": {"$ref": "schemas/pet.yaml"}}}},
            "found": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/page"}}}},
            "page": {"type": "array", "items": {"$ref": "schemas/pet.yaml"}},
        }
    ),
    "schemas/pet.yaml": """
allOf: [{$ref: '../api.yaml#/components/schemas/Named'}]
properties:
  owner: {$ref: people/owner.yaml}
  born: {type: string, format: date}
  size: {$ref: '#size'}
$defs:
  Size: {$anchor: size, enum: [small, large]}
  Dog: {type: object, properties: {kind: true, barks: {type: boolean}}}
""",
    "schemas/people/owner.yaml": """
type: object
properties: {age: {$ref: '#/$defs/age'}, pets: {type: array, items: {$ref: ../pet.yaml}}}
$defs: {age: {type: integer}}
""",
    "schemas/cat.yaml": "{type: object, properties: {kind: true, purrs: {type: boolean}}}",
}
GOOD = {"name": "Rex", "born": "2026-01-31", "size": "small", "owner": {"age": 3, "pets": [{"name": "Tom"}]}}


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Spec.load(tmp_path / "api.yaml")


def test_nothing_is_wrong_with_it(spec: Spec) -> None:
    assert spec.problems == ()
    assert sorted(spec.document.files) == sorted(name for name in FILES if name != "api.yaml")


def test_a_call_and_its_answer_are_checked(spec: Spec, both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=json.dumps([GOOD]).encode())])

    async def story(client: Any) -> Any:
        return await settle(client.put_pet(id=7, size="large", name="Rex", owner=GOOD["owner"]))

    answer = both.run(story, spec=spec, server=server.url)
    assert isinstance(answer[0].owner.pets[0], Record)
    assert (answer[0].born.year, answer[0].owner.pets[0].name) == (2026, "Tom")
    assert server.seen[0].target == "/v1/pets/7?size=large"
    assert json.loads(server.seen[0].body) == {"name": "Rex", "owner": GOOD["owner"]}


def test_all_that_breaks_schemas_in_other_files_is_told(spec: Spec, both: Any, wire: Any, settle: Any) -> None:
    server = wire([])

    arguments: dict[str, Any] = {"id_": 0, "query_size": "huge", "owner": {"age": "x", "pets": [{}]}}

    async def told(client: Any) -> Any:
        with pytest.raises(ArgumentsError) as caught:
            await settle(client.put_pet(**arguments))
        return {(one.location, one.pointer, one.rule) for one in caught.value.problems}

    assert both.run(told, spec=spec, server=server.url) == {
        ("path", "/id", "minimum"),
        ("query", "/size", "enum"),
        ("body", "/name", "required"),
        ("body", "/owner/age", "type"),
        ("body", "/owner/pets/0/name", "required"),
    }
    assert server.seen == []


def test_an_answer_that_breaks_a_schema_in_another_file_is_refused(
    spec: Spec, both: Any, wire: Any, reply: Any, settle: Any
) -> None:
    server = wire([reply(body=json.dumps([{**GOOD, "owner": {"pets": [{"name": 1}]}}]).encode())])

    async def story(client: Any) -> Any:
        with pytest.raises(ResponseError) as caught:
            await settle(client.put_pet(id=7, name="Rex"))
        return [(one.pointer, one.rule) for one in caught.value.problems]

    assert both.run(story, spec=spec, server=server.url) == [("/0/owner/pets/0/name", "type")]


def test_a_webhook_is_checked_by_schemas_in_other_files(spec: Spec) -> None:
    received = spec.webhooks["newPet"]
    headers = {"content-type": "application/json"}
    assert received.check(headers, json.dumps(GOOD).encode()).owner.pets[0].name == "Tom"
    with pytest.raises(WebhookError) as caught:
        received.check(headers, {"owner": {"age": 1.5}})
    assert {(one.pointer, one.rule) for one in caught.value.problems} == {("/name", "required"), ("/owner/age", "type")}


@pytest.mark.parametrize("engine", ["compiled", "jsonschema"])
def test_a_file_that_calls_itself_by_an_absolute_name(tmp_path: Path, wire: Any, reply: Any, engine: str) -> None:
    raw = {
        "openapi": "3.2.0",
        "$self": "https://e.example/api/api.json",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "https://e.example/api/b.json#/answer"}}}}},
    }
    schema = {"$ref": "api.json#/info/x-schema"}
    other = {
        "$self": "https://e.example/api/b.json",
        "answer": {"description": "d", "content": {"application/json": {"schema": schema}}},
    }
    raw["info"]["x-schema"] = {"type": "integer"}  # type: ignore[index]
    (tmp_path / "api.json").write_text(json.dumps(raw))
    (tmp_path / "b.json").write_text(json.dumps(other))
    server = wire([reply(body=b"1"), reply(body=b'"x"')])
    spec = Spec.load(tmp_path / "api.json")
    with Client(spec=spec, server=server.url, validation=Validation(engine=engine)) as client:  # type: ignore[arg-type]
        assert client.call("a") == 1
        with pytest.raises(ResponseError, match="expected integer, got string"):
            client.call("a")


def test_only_operations_that_need_an_absent_schema_are_disabled(tmp_path: Path, wire: Any, reply: Any) -> None:
    def operation(name: str, reference: str) -> dict[str, Any]:
        parameter = {"name": "p", "in": "query", "schema": {"$ref": reference}}
        return {"get": {"operationId": name, "parameters": [parameter], "responses": {}}}

    raw = {"openapi": "3.1.0", "paths": {"/a": operation("a", "gone.json#/x"), "/b": operation("b", "here.json#/x")}}
    (tmp_path / "api.json").write_text(json.dumps(raw))
    (tmp_path / "here.json").write_text('{"x": {"type": "integer"}}')
    server = wire([reply(body=b"")])
    with Client(spec=Spec.load(tmp_path / "api.json"), server=server.url) as client:
        with pytest.raises(SpecError, match=r"the file 'gone\.json' does not exist"):
            client.call("a", p=1)
        assert server.seen == []
        assert client.call("b", p=1) is None
        with pytest.raises(ArgumentsError, match="expected integer, got string"):
            client.call("b", p="x")
