"""Whatever a document refers to, nothing is fetched, opened or run: by loading it, by looking at it, or by any of the engines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WATCHED = Path(__file__).with_name("watched.py")
SCHEMA_PLACES = (
    *("$ref", "$id", "$schema", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "id"),
    *("format", "contentMediaType", "contentSchema", "default", "pattern", "externalDocs", "discriminator", "xml", "example"),
)


def schemas_of(target: str) -> dict[str, Any]:
    ref = {"$ref": target}
    made: dict[str, Any] = {f"at {place}".replace("$", ""): {place: target, "type": "string"} for place in SCHEMA_PLACES}
    return made | {
        "ref": ref,
        "inner": {
            "properties": {"a": ref},
            "items": ref,
            "allOf": [ref],
            "additionalProperties": ref,
            "unevaluatedProperties": ref,
        },
        "id and ref": {"$id": target, "$ref": "other.json", "$defs": {"x": {"$id": "y/", "$ref": "../z"}}},
        "id and anchor": {"$id": target, "$ref": "#anchor", "$dynamicRef": "#node"},
        "schema": {"$schema": target, "$id": target, "properties": {"a": {"$schema": target, "$ref": "a.json"}}},
        "vocabulary": {"$schema": target, "$vocabulary": {target: True}},
        "discriminator": {"discriminator": {"propertyName": "a", "mapping": {"x": target}}, "oneOf": [{"properties": {"a": True}}]},
        "docs": {"externalDocs": {"url": target}, "xml": {"namespace": target}, "contentSchema": ref},
        "meta": {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        "dynamic": {"$dynamicRef": f"{target}#node", "$recursiveRef": target},
    }


def paths_of(target: str) -> dict[str, Any]:
    ref = {"$ref": target}
    content = {"application/json": {"schema": ref, "examples": {"a": {"externalValue": target}, "b": ref}}}
    link = {"a": {"operationRef": target, "server": {"url": target}}, "b": ref}
    whole = {"description": "d", "content": content, "headers": {"X-A": ref, "X-B": {"schema": ref, "example": ref}}, "links": link}
    parameters = [ref, {"name": "q", "in": "query", "schema": ref}, {"name": "r", "in": "query", "content": content}]
    body = {"content": content}
    return {
        "/all": {
            "post": {"operationId": "all", "parameters": parameters, "requestBody": body, "responses": {"200": whole, "4XX": ref}}
        },
        "/parameter": {"parameters": [ref], "get": {"operationId": "parameter", "responses": {}}},
        "/body": {"post": {"operationId": "body", "requestBody": ref, "responses": {}}},
        "/answer": {"get": {"operationId": "answer", "responses": {"default": ref}}},
        "/schema": {"get": {"operationId": "schema", "parameters": parameters[1:2], "responses": {"200": whole}}},
        "/calls": {"post": {"operationId": "calls", "callbacks": {"a": ref, "b": {target: {"post": body}}}, "responses": {}}},
        "/item": ref,
        "/docs": {"get": {"operationId": "docs", "externalDocs": {"url": target}, "servers": [{"url": target}], "responses": {}}},
    }


def document(target: str) -> dict[str, Any]:
    """A document that refers to `target` wherever a reference may stand."""
    ref = {"$ref": target}
    components = {
        kind: {"a": ref}
        for kind in ("parameters", "responses", "headers", "links", "examples", "requestBodies", "pathItems", "callbacks")
    }
    flows = {"implicit": {"authorizationUrl": target, "tokenUrl": target, "refreshUrl": target, "scopes": {}}}
    schemes = {"a": ref, "b": {"type": "openIdConnect", "openIdConnectUrl": target}, "c": {"type": "oauth2", "flows": flows}}
    return {
        "openapi": "3.1.0",
        "$schema": target,
        "$id": target,
        "$self": target,
        "jsonSchemaDialect": target,
        "info": {"title": "T", "version": "1", "termsOfService": target, "license": {"name": "L", "url": target}},
        "externalDocs": {"url": target},
        "servers": [{"url": target}],
        "paths": paths_of(target),
        "webhooks": {"a": ref},
        "components": {**components, "schemas": schemas_of(target), "securitySchemes": schemes},
        "security": [{"a": [], "b": [], "c": []}],
    }


def watched(target: str, canary: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, str(WATCHED), str(canary), target, *more]
    done = subprocess.run(command, input=json.dumps(document(target)), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.json"
    path.write_text('{"type": "integer", "openapi": "3.1.0"}')
    return path


@pytest.mark.parametrize("form", ["http", "http fragment", "file", "path", "relative", "folder", "host", "data", "ftp"])
def test_nothing_is_fetched_opened_or_run(form: str, canary: Path, wire: Any, reply: Any) -> None:
    sink = wire([reply(body=b'{"type": "integer"}')])
    authority = sink.url.partition("://")[2]
    target = {
        "http": f"{sink.url}/schema.json",
        "http fragment": f"{sink.url}/schema.json#/type",
        "file": canary.as_uri(),
        "path": str(canary),
        "relative": f"../../../../../../../..{canary}",
        "folder": f"{canary.parent.as_uri()}/",
        "host": f"//{authority}/schema.json",
        "data": "data:application/json,{}",
        "ftp": f"ftp://{authority}/schema.json",
    }[form]
    told = watched(target, canary)
    assert told["seen"] == []
    assert told["done"] > 20
    assert sink.connections == 0


@pytest.mark.parametrize(
    "target", ["../canary.json", "link.json", "folder/canary.json", "..%2Fcanary.json", "sub/../../canary.json"]
)
def test_nothing_outside_of_the_root_is_opened(target: str, canary: Path) -> None:
    root = canary.parent / "root"
    (root / "sub").mkdir(parents=True)
    (root / "link.json").symlink_to(canary)
    (root / "folder").symlink_to(canary.parent)
    told = watched(target, canary, str(root))
    assert told["seen"] == []
    assert told["done"] > 20


def test_what_is_opened_would_be_noticed(canary: Path) -> None:
    told = watched("https://nowhere.example/", canary, "open")
    assert [str(canary) in one for one in told["seen"]] == [True]
