"""A document of many operations, and what is asked of it and of what was kept of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aerostack_dynamic import Spec
from aerostack_dynamic._mask import secret_places
from aerostack_dynamic._parts import Parts


def document(openapi: str = "3.1.0", paths: int = 40) -> dict[str, Any]:
    """A document of many operations; what each says of the next keeps it from being small."""
    schemas = {
        f"Thing{number}": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 20, "description": "é " * 20},
                "next": {"$ref": f"#/components/schemas/Thing{number + 1}"} if number % 4 else {"type": "null"},
            },
        }
        for number in range(paths + 1)
    }
    answer = {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing2"}}}}
    items = {
        f"/things{number}/{{id}}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                "operationId": f"getThing{number}",
                "tags": [f"Kind {number % 3}"],
                "responses": {"200": answer, "404": {"$ref": "#/components/responses/None"}},
            },
        }
        for number in range(paths)
    }
    return {
        "openapi": openapi,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "security": [{"Key": []}],
        "paths": items,
        "components": {
            "schemas": schemas,
            "parameters": {
                "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]+$"}}
            },
            "responses": {"None": {"description": "there is none"}},
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


def entry(folder: Path) -> Path:
    (found,) = folder.glob("*.entry")
    return found


def is_kept(spec: Spec) -> bool:
    """Whether a document came out of the cache and was not read as a whole yet."""
    return isinstance(spec.document.root, Parts)


def told(spec: Spec) -> Any:
    """All that a document says."""
    operations = [
        (key, one.name, one.group, one.path, one.parameters, one.responses, one.security, one.servers, str(one.signature))
        for key, one in spec.operations.items()
    ]
    attributes = [dict(one) if hasattr(one, "keys") else one for one in spec.attributes]
    schemes = dict(spec.security_schemes.items())
    return (
        secret_places(spec.document),
        *(spec.title, spec.version, spec.openapi, spec.sha256, spec.servers, schemes, dict(spec.tags), spec.problems),
        *(operations, attributes, {name: dict(one) for name, one in spec.schemas.items()}, spec.document.raw),
    )
