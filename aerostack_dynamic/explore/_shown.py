"""The document as the page is given it: its calls go to one server, the client's, and credentials are nobody's to enter there."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .._values import as_array, as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._reference import Document

# The page's address of the document, which relative references go on from.
FOLDER: Final = "/document/"
_VERSION: Final = re.compile(r"\d\.\d\.\d{1,3}")
# Without any the viewer shows no answer either.
_NO_ANSWERS: Final = MappingProxyType({"default": {"description": "The document says nothing of what is answered."}})
_WITHOUT: Final = frozenset({"security", "servers"})


def shown_document(document: Document, server: str) -> bytes:
    """The document as JSON. Each operation that stands in it says in its description which credentials it needs.

    A document of Swagger 2.0 is shown as the 3.0 that it is called by.
    """
    raw = document.raw
    made = {name: value for name, value in raw.items() if name not in {*_WITHOUT, "$self"}}
    made["servers"] = [{"url": server}]
    if not _VERSION.fullmatch(str(raw.get("openapi"))):
        made["openapi"] = f"{document.dialect.version}.0"
    components = as_object(raw.get("components"))
    if components:
        made["components"] = {name: value for name, value in components.items() if name != "securitySchemes"}
    shared = as_array(raw.get("security"))
    made["paths"] = {path: _item(document, as_object(item), shared) for path, item in as_object(raw.get("paths")).items()}
    return _written(made)


def shown_file(document: Document, name: str) -> bytes | None:
    """The document, or a file that belongs to it, by its name in their folder; None for any other."""
    return _written(document.files[name]) if name in document.files else None


def name_of(document: Document) -> str:
    """The document's name in the folder of its files."""
    return document.name or "openapi.json"


def _item(document: Document, item: Mapping[str, Any], shared: list[Any]) -> dict[str, Any]:
    made = {name: value for name, value in item.items() if name not in _WITHOUT}
    dialect = document.dialect
    _put_operations(made, dialect.methods, shared)
    if dialect.more_methods in made:
        more = made[dialect.more_methods] = {**as_object(made[dialect.more_methods])}
        _put_operations(more, tuple(more), shared)
    return made


def _put_operations(made: dict[str, Any], methods: Iterable[str], shared: list[Any]) -> None:
    for method in methods:
        operation = as_object(made.get(method))
        if operation:
            made[method] = _operation(operation, shared)


def _operation(operation: Mapping[str, Any], shared: list[Any]) -> dict[str, Any]:
    made = {name: value for name, value in operation.items() if name not in _WITHOUT}
    made["responses"] = operation.get("responses") or {**_NO_ANSWERS}
    ways = [" and ".join(as_object(one)) or "none" for one in as_array(operation.get("security", shared))]
    if any(one != "none" for one in ways):
        told = f"Credentials: {' or '.join(ways)}"
        made["description"] = f"{operation['description']}\n\n{told}" if operation.get("description") else told
    return made


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")
