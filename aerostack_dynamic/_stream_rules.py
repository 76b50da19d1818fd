"""What a document says of a stream: what asks for it and how one ends (`x-aerostack-stream`), and what its items are.

An item is described by the media type's `itemSchema` (OpenAPI 3.2, section 4.14.2) or `schema`: the data of an event, or the event
around it, an object of `data`, `event`, `id` and `retry` (section 4.14.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ._errors import SpecError
from ._media_type import family
from ._shape import shape_at
from ._values import Problem, as_object, as_string, json_pointer, pointer_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._media_type import StreamForm
    from ._model import MediaType, Operation, SchemaObject
    from ._reference import Document
    from ._shape import Shape

_FIELDS: Final = frozenset({"data", "event", "id", "retry"})


class Marks(NamedTuple):
    """What `x-aerostack-stream` says.

    `flag` is the argument that asks for a stream, `sentinel` the data that closes it, `error` where in an item an error stands.
    """

    flag: str
    sentinel: str | None
    error: tuple[str, ...] | None


def marks_of(operation: Operation) -> Marks | None:
    """What the document says of an operation's streams, if anything. Raises SpecError when it can't be used."""
    raw = operation.details.extensions.get("x-aerostack-stream")
    if raw is None:
        return None
    said = as_object(raw)
    sentinel, error = said.get("sentinel"), said.get("error")
    try:
        tokens = None if error is None else tuple(pointer_tokens(str(error)))
    except ValueError:
        pointer = operation.pointer + json_pointer("x-aerostack-stream", "error")
        message = "is no JSON pointer, such as '/error'"
        raise SpecError("the document is malformed", [Problem("document", pointer, message, "document")]) from None
    return Marks(as_string(said.get("flag")), None if sentinel is None else str(sentinel), tokens)


class Variant(NamedTuple):
    """Where an event fits `schema` (None: always), its data is JSON, held against `content` if that is given. Both are pointers."""

    schema: str | None
    content: str | None


class Item(NamedTuple):
    """How the items of a stream are read: as JSON or as they are, and the schema they are held against, by its pointer.

    Where `event` is a pointer, that schema is of the event as a whole. Its data is JSON where one of `variants` fits; where `typed`, the
    schema is of the event with its data decoded.
    """

    json: bool
    schema: str | None
    event: str | None = None
    variants: tuple[Variant, ...] = ()
    typed: bool = False


def item_of(document: Document, media_type: MediaType | None, form: StreamForm, marks: Marks | None) -> Item:
    """How items of a media type are read: as JSON where the schema describes no text, or where only JSON can hold the error."""
    if form == "bytes":
        return Item(False, None)
    json = form != "events" or (marks is not None and marks.error is not None)
    schema = (media_type.item_schema or media_type.schema) if media_type is not None else None
    if media_type is None or schema is None:
        return Item(json or marks is not None, None)
    pointer = schema.pointer if media_type.item_schema is not None else _each(document, schema)
    shape = shape_at(document, pointer)
    if form == "events" and _is_event(shape):
        return _event_item(document, pointer, shape, json)
    if form == "events" and shape.types == frozenset({"string"}):
        return Item(json, None)
    json = json or ("string" not in shape.types and bool(shape.types or shape.properties or marks))
    return Item(json, pointer if json else None)


def _each(document: Document, schema: SchemaObject) -> str:
    """Where the schema of each item stands: a `schema` that is an array describes the stream as a whole (OpenAPI 3.2)."""
    node, place = document.follow(document.at(schema.pointer), schema.pointer)
    node = as_object(node)
    return f"{place}/items" if node.get("type") == "array" and isinstance(node.get("items"), (dict, bool)) else schema.pointer


def _is_event(shape: Shape) -> bool:
    """Whether a schema describes events and not their data: it has `data`, and nothing that an event has not."""
    names = shape.properties.keys()
    return names <= _FIELDS and ("data" in names or {"event", "id"} <= names)


def _event_item(document: Document, pointer: str, shape: Shape, json: bool) -> Item:
    data = shape.properties.get("data")
    if data is not None and (data.types - {"string"} or (data.properties and not data.types)):
        return Item(True, None, pointer, typed=True)
    return Item(json, None, pointer, tuple(_variants(document, shape)))


def _variants(document: Document, shape: Shape) -> Iterator[Variant]:
    """Each schema that says of `data` that it is JSON: of the event itself, or of an alternative such as those of a `oneOf` by `event`."""
    for number, (place, node) in enumerate(shape.nodes):
        data, at = document.follow(as_object(node.get("properties")).get("data"), f"{place}/properties/data")
        data = as_object(data)
        if family(as_string(data.get("contentMediaType"))) == "json":
            yield Variant(place if number else None, f"{at}/contentSchema" if "contentSchema" in data else None)
