"""The API document as the sandbox reads it: paths, methods, statuses and security stand there and nowhere else.

It is read anew from the package data; nothing is shared with the client's own reading of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_VARIABLE = re.compile(r"\\\{.*?\\\}")  # as `re.escape` leaves it
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Node = Mapping[str, Any]


class Scheme(NamedTuple):
    """How a key is carried: `kind` is `header` (then `header` names it), `bearer`, or another that the sandbox does not take."""

    name: str
    kind: str
    header: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation.

    `path` is below the server's own path, `status` the documented success, `file_parts` names the binary parts of a
    form, `security` has the alternatives of keys, each of schemes that go together (empty when none is asked for).
    """

    operation_id: str
    method: str
    path: str
    status: int
    media_type: str | None
    file_parts: frozenset[str]
    security: tuple[tuple[Scheme, ...], ...]


@dataclass(frozen=True)
class Document:
    """A read document; `origin` and `prefix` are those of its loopback server: `http://localhost:8787` and `/v1`."""

    version: str
    root: Node
    origin: str
    prefix: str
    operations: tuple[Operation, ...]

    def has(self, method: str, path: str) -> bool:
        """Whether an operation is at a path, which includes `prefix`."""
        return any(
            one.method == method and re.fullmatch(_VARIABLE.sub("[^/]+", re.escape(self.prefix + one.path)), path)
            for one in self.operations
        )


def read_document(version: str) -> Document:
    """The bundled document of that version; FileNotFoundError when there is none."""
    resource = files("aerostack_dynamic") / "_bundled" / f"{version}.json"
    root = cast("Node", json.loads(resource.read_text(encoding="utf-8")))
    origin, prefix = _loopback_server(root)
    operations = tuple(
        _operation(root, path, method, item[method]) for path, item in root["paths"].items() for method in item if method in METHODS
    )
    return Document(version, root, origin, prefix, operations)


def _loopback_server(root: Node) -> tuple[str, str]:
    for server in root["servers"]:
        url = urlsplit(cast("str", server["url"]))
        if url.hostname in _LOOPBACK:
            return f"{url.scheme}://{url.netloc}", url.path.rstrip("/")
    raise LookupError("the document names no server on this machine")


def _operation(root: Node, path: str, method: str, node: Node) -> Operation:
    content: Node = _resolve(root, node.get("requestBody", {})).get("content", {})
    media_type = next(iter(content), None)
    schema: Node = _resolve(root, content[media_type].get("schema", {})) if media_type else {}
    return Operation(
        operation_id=node["operationId"],
        method=method.upper(),
        path=path,
        status=min(int(status) for status in node["responses"] if status.startswith("2")),
        media_type=media_type,
        file_parts=frozenset(n for n, p in schema.get("properties", {}).items() if _is_binary(_resolve(root, p))),
        security=_security(root, node.get("security", root.get("security", []))),
    )


def _is_binary(schema: Node) -> bool:
    return "contentMediaType" in schema or schema.get("format") == "binary"


def _security(root: Node, security: list[Node]) -> tuple[tuple[Scheme, ...], ...]:
    """The alternatives; empty when no key is asked for (OpenAPI 3.1.0, 4.8.30)."""
    if {} in security:
        return ()
    return tuple(tuple(_scheme(root, name) for name in requirement) for requirement in security)


def _scheme(root: Node, name: str) -> Scheme:
    node = _resolve(root, root["components"]["securitySchemes"][name])
    if node["type"] == "apiKey" and node["in"] == "header":
        return Scheme(name, "header", node["name"])
    if node["type"] == "http" and node["scheme"].lower() == "bearer":
        return Scheme(name, "bearer")
    return Scheme(name, "other")


def _resolve(root: Node, node: Node) -> Node:
    while "$ref" in node:
        found: Any = root
        for part in cast("str", node["$ref"]).removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node
