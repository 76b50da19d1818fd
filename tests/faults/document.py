"""The OpenAPI document of the fault suite, an operation for each way of being called, and the same calls as users of httpx write them."""

from __future__ import annotations

from functools import cache
from typing import Any

from aerostack_dynamic import Spec

KEY = "ac_secret_of_the_fault_suite"
KEY_HEADER = "X-Aerostack-Key"

ANY_JSON = {"application/json": {"schema": {}}}
TYPED = {
    "type": "object",
    "required": ["ok"],
    "properties": {"ok": {"type": "boolean"}, "kind": {"type": "string", "enum": ["a", "b"]}},
}
BODY = {"content": {"application/json": {"schema": {"type": "object", "additionalProperties": True, "properties": {"value": {}}}}}}
BINARY = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
FORM = {
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"note": {"type": "string"}, "file": {"contentMediaType": "application/octet-stream"}},
                "additionalProperties": True,
            }
        }
    }
}
FIND = [
    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "q", "in": "query", "schema": {"type": "string"}},
    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    {"name": "tenant", "in": "cookie", "schema": {"type": "string"}},
]


def _operation(name: str, media: Any = ANY_JSON, status: str = "200", **more: Any) -> dict[str, Any]:
    answered = {"description": "The answer."} | ({"content": media} if media else {})
    return {"operationId": name, "responses": {status: answered}, **more}


def _text(media_type: str) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string"}}}


PATHS: dict[str, Any] = {
    "/read": {"get": _operation("read"), "head": _operation("peek", None)},
    "/typed": {"get": _operation("typed", {"application/json": {"schema": TYPED}})},
    "/replace": {"put": _operation("replace", requestBody=BODY)},
    "/act": {"post": _operation("act", requestBody=BODY)},
    "/mark": {"post": _operation("mark", requestBody=BODY, **{"x-aerostack-idempotency": "idempotent"})},
    "/look": {"post": _operation("look", requestBody=BODY, **{"x-aerostack-idempotency": "safe"})},
    "/pay": {"post": _operation("pay", requestBody=BODY, **{"x-aerostack-idempotency-key": "Idempotency-Key"})},
    "/upload": {"post": _operation("upload", requestBody=FORM)},
    "/store": {"put": _operation("store", requestBody=BINARY)},
    "/push": {"post": _operation("push", requestBody=BINARY)},
    "/things/{name}": {"get": _operation("find", parameters=FIND)},
    "/text": {"get": _operation("text", _text("text/plain"))},
    "/blob": {"get": _operation("blob", {"application/octet-stream": {}})},
    "/events": {"get": _operation("events", _text("text/event-stream"))},
    "/nothing": {"delete": _operation("nothing", None, "204")},
}


def document(**changes: Any) -> dict[str, Any]:
    """The document as a mapping, its top-level members changed."""
    scheme = {"type": "apiKey", "in": "header", "name": KEY_HEADER}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Faults", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9/v1"}],
        "paths": PATHS,
        "components": {"securitySchemes": {"ApiKey": scheme}},
        "security": [{"ApiKey": []}],
        **changes,
    }


@cache
def spec() -> Spec:
    """The document, loaded once."""
    return Spec.load(document())


def place(operation: str) -> tuple[str, str]:
    """The method and path of an operation."""
    return next(
        (method.upper(), path) for path, item in PATHS.items() for method, one in item.items() if one["operationId"] == operation
    )


def by_hand(client: Any, url: str, operation: str, arguments: dict[str, Any]) -> Any:
    """The call as it is usually written with httpx: values go into the URL by an f-string."""
    method, path = place(operation)
    left = dict(arguments)
    sent: dict[str, Any] = {"headers": {KEY_HEADER: KEY}}
    if operation == "find":
        path = path.replace("{name}", left.pop("name"))
        sent["params"] = {"q": left["q"]} if "q" in left else None
        sent["headers"] |= {"X-Trace": left["x_trace"]} if "x_trace" in left else {}
        sent["headers"] |= {"Cookie": f"tenant={left['tenant']}"} if "tenant" in left else {}
    elif operation == "upload":
        sent["files"] = {"file": left.pop("file")}
        sent["data"] = left
    elif "body" in left:
        sent["content"] = left["body"]
    elif method in ("POST", "PUT"):
        sent["json"] = left
    return client.request(method, url + path, **sent)
