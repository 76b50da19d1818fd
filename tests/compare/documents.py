"""A document to compare with edited copies of itself, and the edits."""

from __future__ import annotations

import copy
from typing import Any, Final

from aerostack_dynamic._values import pointer_tokens


class _Gone:
    def __repr__(self) -> str:
        return "gone"


# In place of a value: it is taken away.
GONE: Final = _Gone()


def item() -> dict[str, Any]:
    """A schema with something of each kind in it."""
    return {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "note": {"type": "string", "maxLength": 20},
            "free": {"type": "string"},
            "remark": {"type": ["string", "null"]},
            "kind": {"type": "string", "enum": ["a", "b", "c"]},
            "size": {"type": "integer", "minimum": 1, "maximum": 100},
            "weight": {"type": "number"},
            "day": {"type": "string", "format": "date"},
            "code": {"type": "string", "pattern": "^[a-z]+$"},
            "list": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "inner": {"type": "object", "properties": {"deep": {"type": "string"}}, "required": ["deep"]},
            "rows": {"type": "array", "items": {"type": "object", "properties": {"cell": {"type": "string"}}}},
            "map": {"type": "object", "additionalProperties": {"type": "number"}},
            "open": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": True},
            "either": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]},
            "any": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
            "all": {"allOf": [{"type": "string"}]},
        },
    }


def document() -> dict[str, Any]:
    """A document that has what rules are about."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Items", "version": "1"},
        "servers": [{"url": "https://{place}.example/v1", "variables": {"place": {"default": "eu", "enum": ["eu", "us"]}}}],
        "security": [{"Key": []}],
        "paths": {
            "/items/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": _get(),
                "put": {
                    "operationId": "putItem",
                    "tags": ["Items"],
                    "requestBody": {"required": True, "content": _content()},
                    "responses": {"200": {"description": "yes"}, "204": {"description": "yes"}},
                    "callbacks": {"done": {"{$request.body#/name}": {"post": sent()}}},
                },
                "delete": {
                    "operationId": "deleteItem",
                    "deprecated": True,
                    "x-sunset": "2030-01-01",
                    "security": [{"Key": []}, {"Token": ["write"]}],
                    "responses": {"204": {"description": "gone"}},
                },
            },
            "/free": {"get": {"tags": ["Other"], "security": [], "responses": {"204": {"description": "yes"}}}},
        },
        "webhooks": {"news": {"post": sent()}},
        "components": _components(),
    }


def _content() -> dict[str, Any]:
    return {"application/json": {"schema": item()}, "application/xml": {"schema": {"type": "string"}}}


def _get() -> dict[str, Any]:
    error = {"description": "no", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    answer = {
        "description": "yes",
        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}, "X-Left": {"schema": {"type": "integer"}}},
        "content": _content(),
        "links": {"again": {"operationId": "getItem", "parameters": {"id": "$response.body#/name"}}},
    }
    return {
        "operationId": "getItem",
        "tags": ["Items"],
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
            {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
            {"name": "needed", "in": "query", "required": True, "schema": {"type": "string"}},
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
            {"name": "old", "in": "query", "deprecated": True, "schema": {"type": "string"}},
        ],
        "responses": {"200": answer, "404": error, "5XX": error},
    }


def _components() -> dict[str, Any]:
    error = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    flow = {"tokenUrl": "https://a.example/t", "scopes": {"read": "r", "write": "w"}}
    return {
        "schemas": {"Error": error},
        "securitySchemes": {
            "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "Token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        },
    }


def sent() -> dict[str, Any]:
    """An operation that the API calls."""
    schema = {"type": "object", "required": ["what"], "properties": {"what": {"type": "string"}, "why": {"type": "string"}}}
    return {
        "parameters": [{"name": "X-Sign", "in": "header", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "heard"}, "202": {"description": "later"}},
    }


def edited(base: dict[str, Any], *edits: tuple[str, Any]) -> dict[str, Any]:
    """A copy in which a value is put, or `GONE`, at each pointer. `/-` at its end adds to a list."""
    made = copy.deepcopy(base)
    for pointer, value in edits:
        *way, last = pointer_tokens(pointer)
        node: Any = made
        for token in way:
            node = node[int(token) if isinstance(node, list) else token]
        if last == "-":
            node.append(copy.deepcopy(value))
        elif value is GONE:
            del node[int(last) if isinstance(node, list) else last]
        else:
            node[int(last) if isinstance(node, list) else last] = copy.deepcopy(value)
    return made
