"""What fields the objects of OpenAPI have and what stands in them: what is misspelt or of another type is told of, as nothing reads it."""

from __future__ import annotations

import re
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._values import as_array, as_object, did_you_mean, doubtful, is_array, is_object, json_pointer, pointer_token, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ._model import Operation
    from ._reference import Document
    from ._values import Problem


def _fields(**kinds: str) -> Mapping[str, str]:
    return MappingProxyType({name: kind for kind, names in kinds.items() for name in names.split()})


_PARAMETER: Final = _fields(
    boolean="allowEmptyValue allowReserved deprecated explode required",
    object="content examples",
    string="description style",
    schema="schema",
    any="example in name",
)
# The fields of each object in all versions, by what stands in them; `any` where others tell of it (OpenAPI 3.2, section 4).
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "OpenAPI": _fields(object="components externalDocs info webhooks", array="tags", string="$self jsonSchemaDialect"),
        "Info": _fields(string="description summary termsOfService title", object="contact license"),
        "Components": _fields(
            object="callbacks examples headers links mediaTypes parameters pathItems requestBodies responses schemas securitySchemes"
        ),
        "Path Item": _fields(string="$ref description summary", object="additionalOperations", array="parameters", any="servers"),
        "Operation": _fields(
            object="callbacks externalDocs requestBody responses",
            boolean="deprecated",
            string="description summary",
            array="parameters",
            any="operationId security servers tags",
        ),
        "Parameter": _PARAMETER,
        "Header": _PARAMETER,
        "Request Body": _fields(object="content", boolean="required", string="description"),
        "Response": _fields(object="content headers links", string="description summary"),
        "Media Type": _fields(
            object="encoding examples itemEncoding",
            array="prefixEncoding",
            schema="itemSchema schema",
            string="description",
            any="example",
        ),
    }
)
# Those whose unknown fields are told of where they are close to a known one.
_SPELT: Final = frozenset({"Path Item", "Operation", "Parameter", "Media Type", "Response", "Request Body"})
_TYPES: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = MappingProxyType(
    {
        "object": (is_object, "an object"),
        "array": (is_array, "a list"),
        "string": (lambda value: isinstance(value, str), "a string"),
        "boolean": (lambda value: isinstance(value, bool), "true or false"),
        "schema": (lambda value: is_object(value) or isinstance(value, bool), "a schema, which is an object or a boolean"),
        "any": (lambda value: True, "anything"),
    }
)
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|XX|xx)|default|x-.*")
# How close an unknown field is to a known one to be that, misspelt: `paramters` is, and `type`, which Swagger 2.0 has, is no `style`.
_MISSPELT: Final = 0.8
_NOT_READ: Final = "it is not read"


def root_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the forms of the document's root, and what it says of itself."""
    raw = document.raw
    yield from _types("OpenAPI", "", raw)
    yield from _types("Components", "/components", as_object(raw.get("components")))
    yield from _types("Info", "/info", as_object(raw.get("info")))


def form_problems(document: Document, operation: Operation) -> Iterator[Problem]:
    """What is wrong with the forms of an operation and of its path item. Broken references are told of elsewhere."""
    path_item, own = as_object(document.at(operation.path_item)), as_object(document.at(operation.pointer))
    known = {*document.dialect.methods}
    for kind, place, node in (("Path Item", operation.path_item, path_item), ("Operation", operation.pointer, own)):
        yield from _types(kind, place, node, known if kind == "Path Item" else frozenset())
        for index, item in enumerate(as_array(node.get("parameters"))):
            yield from _within(document, "Parameter", item, place + json_pointer("parameters", index))
    if is_object(own.get("requestBody")):
        yield from _within(document, "Request Body", own["requestBody"], f"{operation.pointer}/requestBody")
    for status, item in as_object(own.get("responses")).items():
        where = operation.pointer + json_pointer("responses", status)
        if _STATUS.fullmatch(status) is None:
            yield doubtful(
                where, f"{printable(status, 20)!r} is no status, range of them such as 4XX, or default", "no answer has it"
            )
        if not status.startswith("x-"):
            yield from _within(document, "Response", item, where)


def _within(document: Document, kind: str, item: object, place: str) -> Iterator[Problem]:
    """One object, and those of others kinds in it."""
    with suppress(SpecError):
        item, place = document.follow(item, place)
    if not is_object(item):
        if kind == "Parameter":
            return  # told of as what keeps the operation from being called
        yield doubtful(place, f"a {kind} Object is an object", _NOT_READ)
        return
    yield from _types(kind, place, item)
    for inner, field in (("Media Type", "content"), ("Header", "headers")):
        for name, one in as_object(item.get(field)).items() if kind != "Media Type" else ():
            yield from _within(document, inner, one, place + json_pointer(field, name))


def _types(kind: str, place: str, node: Mapping[str, Any], more: frozenset[str] | set[str] = frozenset()) -> Iterator[Problem]:
    """The fields of an object that are of another type than they should, or look like ones that the standard has."""
    known = _FIELDS[kind]
    for field, value in node.items():
        if field in known:
            fits, told = _TYPES[known[field]]
            if not fits(value):
                yield doubtful(place + pointer_token(field), f"{field} is {told}", _NOT_READ)
        elif kind in _SPELT and not field.startswith("x-") and field not in more:
            guess = did_you_mean(field, sorted({*known, *more}), _MISSPELT)
            if guess:
                message = f"{printable(field, 60)!r} is no field of the {kind} Object{guess}"
                yield doubtful(place + pointer_token(field), message, _NOT_READ)
