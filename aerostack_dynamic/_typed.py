"""Values out of texts: what a header, a form and an XML document hold as text is read as the type that its schema names.

A text that does not fit any of the types stays as it is, so that the check of the value says what is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ._late import pattern
from ._media_type import essence
from ._shape import shape_at

if TYPE_CHECKING:
    from ._model import MediaType, SchemaObject
    from ._reference import Document
    from ._shape import Shape
    from ._values import JSON

# Python reads integers of at most 4,300 digits.
_INTEGER: Final = pattern(r"[+-]?\d{1,4300}", re.ASCII)
_NUMBER: Final = pattern(r"[+-]?(?:\d{1,4000}(?:\.\d{0,4000})?|\.\d{1,4000})(?:[eE][+-]?\d{1,4})?", re.ASCII)
_BOOLEANS: Final = (("true", True), ("false", False), ("1", True), ("0", False))


def typed(text: str, shape: Shape | None, *, texts: bool = True) -> JSON:
    """The value that `text` writes by the types of its schema; the text itself where it names none, or `string` among them.

    Without `texts`, others that are named go before `string`.
    Booleans are `true` and `false`, or `1` and `0` (XML Schema, part 2, section 3.2.2) where no number may stand.
    """
    types = named_types(shape)
    if not types or (texts and "string" in types):
        return text
    bare = text.strip()
    if not bare and "null" in types:
        return None
    if types & {"integer", "number"}:
        if _INTEGER.fullmatch(bare):
            return int(bare)
        if _NUMBER.fullmatch(bare):
            number = float(bare)
            return number if number not in (float("inf"), float("-inf")) else text
    if "boolean" in types:
        return next((value for word, value in _BOOLEANS if word == bare), text)
    return text


def named_types(shape: Shape | None) -> frozenset[str]:
    """The types that a schema names, `null` as OpenAPI 3.0 lets it in among them."""
    if shape is None:
        return frozenset()
    return shape.types | {"null"} if any(node.get("nullable") is True for _, node in shape.nodes) else shape.types


def is_any_file(document: Document, media_type: MediaType | None) -> bool:
    """Whether a range of media types stands for bytes by its schema: a file comes as it was stored, whatever its own media type."""
    if media_type is None or media_type.schema is None or not essence(media_type.name).endswith("/*"):
        return False
    return shape_at(document, media_type.schema.pointer).binary


def is_list(shape: Shape | None) -> bool:
    """Whether a schema describes an array, and nothing that is not one."""
    if shape is None:
        return False
    return shape.types <= {"array", "null"} if "array" in shape.types else not shape.types and shape.items is not None


def is_mapping(shape: Shape | None) -> bool:
    """Whether a schema describes an object, and nothing that is not one."""
    if shape is None:
        return False
    return shape.types <= {"object", "null"} if shape.types else bool(shape.properties)


def _pieces(text: str, shape: Shape | None, between: str | None = None) -> list[str]:
    """The items that a text writes: parted by `between`, else by commas, save as the `collectionFormat` of Swagger 2.0 has it."""
    words = (node["collectionFormat"] for _, node in shape.nodes if "collectionFormat" in node) if shape else iter(())
    word = next(words, "csv")
    # White space around an item says nothing, so several spaces part as one does.
    pieces = text.split() if word == "ssv" else text.split(between or {"tsv": "\t", "pipes": "|"}.get(str(word), ","))
    return [piece.strip() for piece in pieces] if text.strip() else []


def _listed(text: str, shape: Shape, between: str | None = None) -> JSON:
    """An array; one within it is written so only by Swagger 2.0."""
    inner = shape.items
    nested = inner if inner and is_list(inner) and any("collectionFormat" in node for _, node in inner.nodes) else None
    return [_listed(piece, nested) if nested else typed(piece, inner) for piece in _pieces(text, shape, between)]


def simple(text: str, explode: bool, shape: Shape | None, between: str | None = None) -> JSON:
    """The value of a header in `simple` style: items parted by commas, an object as pairs (OpenAPI 3.1, section 4.8.12.2).

    `between` is what parts them in another style.
    """
    if shape is None or not (is_list(shape) or is_mapping(shape)):
        return typed(text.strip(), shape)
    if is_list(shape):
        return _listed(text, shape, between)
    pieces = _pieces(text, None, between)
    if explode:
        pairs = [(name.strip(), value.strip()) for name, _, value in (piece.partition("=") for piece in pieces)]
    else:
        pairs = [*zip(pieces[::2], pieces[1::2], strict=False)]
    return {name: typed(value, shape.properties.get(name) or shape.additional) for name, value in pairs}


def schema_of_each(document: Document, media_type: MediaType) -> SchemaObject | None:
    """What each text of a body of several is held against: `itemSchema`, else a `schema` that describes no array as a whole."""
    schema = media_type.schema
    if media_type.item_schema is not None or schema is None:
        return media_type.item_schema
    return None if is_list(shape_at(document, schema.pointer)) else schema
