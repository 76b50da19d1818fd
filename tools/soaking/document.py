"""The document of the soak: an operation of each kind. Each call has an id of its own, which is in the query and in the answer."""

from __future__ import annotations

from typing import Any, NamedTuple


class Kind(NamedTuple):
    """An operation: may the server act on it twice for one call (`repeatable`), does it send a key, does it upload, by which method."""

    method: str
    repeatable: bool
    keyed: bool = False
    uploads: bool = False


KINDS = {
    "read": Kind("GET", True),
    "text": Kind("GET", True),
    "drop": Kind("DELETE", True),
    "replace": Kind("PUT", True),
    "act": Kind("POST", False),
    "mark": Kind("POST", True),
    "pay": Kind("POST", False, keyed=True),
    "store": Kind("PUT", True, uploads=True),
    "push": Kind("POST", False, uploads=True),
    "form": Kind("POST", False, uploads=True),
}
_ID = {"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}
_ANSWER = {
    "type": "object",
    "required": ["id", "op", "effect"],
    "properties": {"id": {"type": "string"}, "op": {"type": "string"}, "effect": {"type": "integer"}, "text": {"type": "string"}},
}
_JSON = {"application/json": {"schema": {"type": "object", "properties": {"value": {"type": "string"}}}}}
_BYTES = {"application/octet-stream": {"schema": {}}}
_FORM = {
    "multipart/form-data": {"schema": {"type": "object", "properties": {"file": {"contentMediaType": "application/octet-stream"}}}}
}


def _operation(name: str, kind: Kind) -> dict[str, Any]:
    answer = {"description": "", "content": {"application/json": {"schema": _ANSWER}}}
    made: dict[str, Any] = {
        "operationId": name,
        "parameters": [_ID],
        "responses": {"204": {"description": ""}} if name == "drop" else {"200": answer},
    }
    if kind.method in ("POST", "PUT"):
        content = _FORM if name == "form" else _BYTES if kind.uploads else _JSON
        made["requestBody"] = {"required": True, "content": content}
    if kind.keyed:
        made["x-aerostack-idempotency-key"] = "Idempotency-Key"
    elif kind.method == "POST" and kind.repeatable:
        made["x-aerostack-idempotency"] = "idempotent"
    return made


def document() -> dict[str, Any]:
    """The document as a mapping."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Soak", "version": "1"},
        "servers": [{"url": "http://127.0.0.1"}],
        "paths": {f"/{name}": {kind.method.lower(): _operation(name, kind)} for name, kind in KINDS.items()},
    }
