"""The document that the SDK speaks, always the same version whatever the environment says, and what is read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._load import bundled_document
from .._values import as_object, json_pointer

if TYPE_CHECKING:
    from .._reference import Document

OPENAPI_DOC_VERSION: Final = "1.0.0"


def document() -> Document:
    """The bundled document."""
    return bundled_document(OPENAPI_DOC_VERSION)


def servers() -> tuple[str, ...]:
    """The URLs of the document's servers, in its order."""
    listed: list[Any] = document().raw.get("servers", [])
    return tuple(str(as_object(one)["url"]) for one in listed)


def body_of(path: str, media_type: str = "application/json", *inner: str) -> str:
    """The JSON pointer to the schema of an operation's request body, or to one within it."""
    return json_pointer("paths", path, "post", "requestBody", "content", media_type, "schema", *inner)


def answer_of(path: str, status: int) -> str:
    """The JSON pointer to the schema of an operation's answer."""
    return json_pointer("paths", path, "post", "responses", str(status), "content", "application/json", "schema")


def component(name: str) -> str:
    """The JSON pointer to a named schema."""
    return json_pointer("components", "schemas", name)
