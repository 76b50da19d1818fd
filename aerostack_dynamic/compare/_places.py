"""Where the parts of an operation stand: JSON pointers to objects that the nouns of `_model` name by something else.

A part that is a reference stands where the reference leads. What can't be followed has no place; the readers leave it out as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import SpecError
from .._values import as_array, as_object, as_string, json_pointer

if TYPE_CHECKING:
    from .._model import Operation
    from .._reference import Document


def follow(document: Document, node: object, place: str) -> tuple[dict[str, Any], str]:
    """The object at `place` behind its references, and where it stands; an empty one where they lead nowhere."""
    try:
        found, where = document.follow(node, place)
    except SpecError:
        return {}, place
    return as_object(found), where


def parameter_places(document: Document, operation: Operation) -> dict[tuple[str, str], str]:
    """The places of an operation's parameters, by location and name; the later one counts, as in the reader."""
    found: dict[tuple[str, str], str] = {}
    for place in (operation.path_item, operation.pointer):
        for index, item in enumerate(as_array(as_object(document.at(place)).get("parameters"))):
            node, where = follow(document, item, place + json_pointer("parameters", index))
            found[as_string(node.get("in")), as_string(node.get("name"))] = where
    return found


def body_place(document: Document, operation: Operation) -> str:
    """The place of an operation's Request Body Object."""
    node = as_object(document.at(operation.pointer)).get("requestBody")
    return follow(document, node, f"{operation.pointer}/requestBody")[1]


def response_places(document: Document, operation: Operation) -> dict[str, str]:
    """The places of an operation's Response Objects by status, range or `default`."""
    node = as_object(document.at(operation.pointer))
    return {
        key.upper() if key.lower() != "default" else "default": follow(
            document, one, operation.pointer + json_pointer("responses", key)
        )[1]
        for key, one in as_object(node.get("responses")).items()
    }


def member_places(document: Document, place: str, field: str) -> dict[str, str]:
    """The places of the objects in a map, such as `headers`, `content` or `links`, of the object at `place`."""
    members = as_object(as_object(document.at(place)).get(field))
    return {name: follow(document, one, place + json_pointer(field, name))[1] for name, one in members.items()}
