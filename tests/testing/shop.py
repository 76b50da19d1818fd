"""A document with something of everything that a mock plays."""

from __future__ import annotations

from typing import Any

THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "example": 7},
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "made": {"type": "string", "format": "date-time"},
        "secret": {"type": "string", "x-aerostack-secret": True},
    },
}
NEW = {
    "type": "object",
    "required": ["name"],
    "properties": {name: one for name, one in THING["properties"].items() if name != "id"},
}
REF = {"$ref": "#/components/schemas/Thing"}
ERROR = {"description": "no", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}


def answer(schema: Any, status: str = "200", **more: Any) -> dict[str, Any]:
    return {status: {"description": "done", "content": {"application/json": {"schema": schema}}, **more}}


def body(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def parameter(name: str, location: str = "query", **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "required": location == "path", "schema": schema or {"type": "string"}}


CHUNK = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}, "error": {"type": "string"}}}
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "2"},
    "servers": [{"url": "https://shop.example/v1"}],
    "components": {
        "schemas": {"Thing": THING, "Error": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}},
        "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [parameter("limit", type="integer")],
                "responses": answer(
                    {
                        "type": "object",
                        "required": ["items", "total"],
                        "properties": {"items": {"type": "array", "items": REF}, "total": {"type": "integer"}},
                    }
                ),
            },
            "post": {"operationId": "addThing", "requestBody": body(NEW), "responses": answer(REF, "201")},
        },
        "/things/{thingId}": {
            "parameters": [parameter("thingId", "path", type="integer")],
            "get": {"operationId": "getThing", "responses": {**answer(REF), "404": ERROR}},
            "head": {"operationId": "hasThing", "responses": answer(REF)},
            "put": {"operationId": "putThing", "requestBody": body(NEW), "responses": {**answer(REF), "201": answer(REF)["200"]}},
            "patch": {"operationId": "changeThing", "requestBody": body({"type": "object"}), "responses": answer(REF)},
            "delete": {"operationId": "dropThing", "responses": {"204": {"description": "gone"}}},
        },
        "/things/mine": {"get": {"operationId": "myThings", "responses": answer({"type": "array", "items": REF})}},
        "/echo": {
            "post": {
                "operationId": "echo",
                "security": [{"Key": []}],
                "parameters": [parameter("X-Trace", "header"), parameter("size", type="integer")],
                "requestBody": body(
                    {
                        "type": "object",
                        "required": ["kind"],
                        "properties": {
                            "kind": {"enum": ["a", "b"]},
                            "note": {"type": "string"},
                            "nested": {"type": "object", "properties": {"deep": {"type": "array", "items": {"type": "integer"}}}},
                        },
                    }
                ),
                "responses": {
                    **answer(
                        {
                            "type": "object",
                            "required": ["kind", "note", "size", "inner"],
                            "properties": {
                                "kind": {"type": "integer"},
                                "note": {"type": "string", "examples": ["as documented"]},
                                "size": {"type": "integer"},
                                "inner": {"type": "object", "required": ["note"], "properties": {"note": {"type": "string"}}},
                            },
                        },
                        headers={
                            "X-Left": {"required": True, "schema": {"type": "integer"}},
                            "X-Other": {"schema": {"type": "integer"}},
                        },
                    ),
                    "429": ERROR,
                },
            }
        },
        "/talk": {
            "get": {
                "operationId": "talk",
                "parameters": [parameter("stream", type="boolean")],
                "responses": {
                    "200": {
                        "description": "talk",
                        "content": {"application/json": {"schema": CHUNK}, "text/event-stream": {"schema": CHUNK}},
                    }
                },
                "x-aerostack-stream": {"flag": "stream", "sentinel": "[DONE]", "error": "/error"},
            }
        },
        "/lines": {
            "get": {
                "operationId": "lines",
                "responses": {"200": {"description": "lines", "content": {"application/x-ndjson": {"itemSchema": CHUNK}}}},
            }
        },
        "/file": {
            "get": {"operationId": "load", "responses": {"200": {"description": "a file", "content": {"image/*": {}}}}},
            "post": {
                "operationId": "save",
                "requestBody": body(
                    {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                            "tags": {"type": "array", "items": {"type": "string"}},
                            "info": {"type": "object", "properties": {"n": {"type": "integer"}}},
                        },
                    },
                    "multipart/form-data",
                ),
                "responses": {"202": {"description": "taken"}},
            },
        },
        "/xml": {
            "get": {
                "operationId": "xml",
                "responses": {
                    "200": {
                        "description": "XML",
                        "content": {
                            "application/xml": {
                                "schema": {"type": "object", "xml": {"name": "x"}, "properties": {"n": {"type": "integer"}}}
                            }
                        },
                    }
                },
            }
        },
        "/text": {
            "get": {
                "operationId": "text",
                "responses": {
                    "200": {"description": "text", "content": {"text/plain": {"schema": {"type": "string", "example": "hello"}}}}
                },
            }
        },
        "/sample": {
            "get": {
                "operationId": "sample",
                "responses": {
                    "default": {
                        "description": "a sample",
                        "content": {
                            "application/json": {
                                "schema": REF,
                                "examples": {"bad": {"value": 1}, "good": {"value": {"id": 1, "name": "sample"}}},
                            }
                        },
                    }
                },
            }
        },
        "/broken": {"get": {"operationId": "broken", "responses": answer({"type": "integer", "minimum": 3, "maximum": 1})}},
    },
}
