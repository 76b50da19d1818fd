"""What a document lists: the methods of its paths, servers, tags. Those who look for an operation need no more of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._model import Server, ServerVariable
from ._values import as_array, as_object, as_string, is_array, is_object, json_pointer

if TYPE_CHECKING:
    from ._reference import Document


def methods_of(document: Document, path_item: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """The operations of a Path Item Object: the method as it is sent, where it stands in the object, and what stands there."""
    dialect = document.dialect
    found = [(one.upper(), f"/{one}", path_item[one]) for one in dialect.methods if one in path_item]
    more = as_object(path_item.get(dialect.more_methods)) if dialect.more_methods else {}
    return found + [(one, json_pointer(dialect.more_methods, one), node) for one, node in more.items()]


def texts_of(tags: object) -> tuple[str, ...]:
    """The tags of an Operation Object, those that are no texts left out."""
    return tuple([tag for tag in tags if isinstance(tag, str)]) if is_array(tags) else ()


def read_servers(raw: object) -> tuple[Server, ...]:
    """Server Objects in their order; what has no url is left out."""
    return tuple(
        Server(
            one["url"].strip(),
            as_string(one.get("description")),
            MappingProxyType(
                {
                    name: ServerVariable(
                        _text(variable["default"]) if "default" in variable else None,
                        tuple(map(_text, as_array(variable.get("enum")))),
                        as_string(variable.get("description")),
                    )
                    for name, variable in as_object(one.get("variables")).items()
                    if is_object(variable)
                }
            ),
            as_string(one.get("name")),
        )
        for one in as_array(raw)
        if is_object(one) and isinstance(one.get("url"), str)
    )


def _text(value: object) -> str:
    """A value of a server's variable, which YAML may take for a number or a truth where it is not quoted."""
    return str(value).lower() if isinstance(value, bool) else str(value)
