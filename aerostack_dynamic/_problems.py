"""What is wrong with a document, all of it: each thing with its place and what follows from it."""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._access import access_problems
from ._errors import SpecError
from ._paging import page_problems
from ._reader import UNCHECKED
from ._schema import schema_problems
from ._values import as_array, as_object, did_you_mean, doubtful, json_pointer, pointer_token, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ._lower import Direction
    from ._model import Operation, OperationDetails, SchemaObject
    from ._reference import Document
    from ._values import Problem
    from ._webhook import Webhook


# The fields of objects whose misspelt fields are told of, those of all versions (OpenAPI 3.2, sections 4.9, 4.10, 4.12 and 4.14).
_FIELDS: Final = MappingProxyType(
    {
        "Path Item": frozenset({"$ref", "additionalOperations", "description", "parameters", "servers", "summary"}),
        "Operation": frozenset(
            {
                "callbacks",
                "deprecated",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "security",
                "servers",
                "summary",
                "tags",
            }
        ),
        "Parameter": frozenset(
            {
                "allowEmptyValue",
                "allowReserved",
                "content",
                "deprecated",
                "description",
                "example",
                "examples",
                "explode",
                "in",
                "name",
                "required",
                "schema",
                "style",
            }
        ),
        "Media Type": frozenset(
            {"description", "encoding", "example", "examples", "itemEncoding", "itemSchema", "prefixEncoding", "schema"}
        ),
    }
)
# How close an unknown field is to a known one to be that, misspelt: `paramters` is, and `type`, which Swagger 2.0 has, is no `style`.
_MISSPELT: Final = 0.8


def find_problems(document: Document, operations: Mapping[str, Operation], webhooks: Mapping[str, Webhook]) -> Iterator[Problem]:
    """Everything that is found when all operations and webhooks are read, and all their schemas compiled."""
    called: dict[tuple[str, Direction], None] = {}
    received: dict[tuple[str, Direction], None] = {}
    for operation, is_called in _all_operations(operations, webhooks):
        yield from _misspelt(document, operation)
        try:
            details = operation.details
        except SpecError as error:
            lost = [one._replace(consequence="the operation can't be called") for one in error.problems]
            yield from lost if is_called else _unchecked(lost)
            continue
        yield from details.problems
        yield from page_problems(document, operation)
        for callback in details.callbacks.values():
            for receiver in callback.values():
                yield from receiver.problems
        (called if is_called else received).update(dict.fromkeys(_schemas_of(details)))
    for webhook in webhooks.values():
        yield from webhook.problems
    yield from _worst([*schema_problems(document, called), *_unchecked(schema_problems(document, received))])
    yield from access_problems(document, operations.values())


def _unchecked(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems as they are where requests are received: what would let none be sent lets none be checked."""
    return (one._replace(consequence=UNCHECKED) if one.severity == "error" else one for one in problems)


def _worst(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems without the warnings of what is told as an error as well."""
    fatal = {(one.pointer, one.message) for one in problems if one.severity == "error"}
    return (one for one in problems if one.severity == "error" or (one.pointer, one.message) not in fatal)


def _all_operations(operations: Mapping[str, Operation], webhooks: Mapping[str, Webhook]) -> Iterator[tuple[Operation, bool]]:
    """Those that are called, and those that webhooks and callbacks are, each once and with whether it is called."""
    waiting = [(one, True) for one in operations.values()]
    waiting += [(one, False) for each in webhooks.values() for one in each.operations.values()]
    seen: set[tuple[str, str]] = set()
    for operation, is_called in waiting:  # it grows meanwhile
        if (operation.pointer, operation.path_item) in seen:
            continue
        seen.add((operation.pointer, operation.path_item))
        yield operation, is_called
        with suppress(SpecError):
            receivers = [one for each in operation.callbacks.values() for one in each.values()]
            waiting += [(one, False) for receiver in receivers for one in receiver.operations.values()]


def _misspelt(document: Document, operation: Operation) -> Iterator[Problem]:
    """The fields of an operation and its parts that look like ones that the standard has."""
    for kind, place, node in _objects_of(document, operation):
        known = _FIELDS[kind]
        for field in node:
            if field in known or field.startswith("x-"):
                continue
            names = known.union(document.dialect.methods) if kind == "Path Item" else known
            if field not in names and (guess := did_you_mean(field, sorted(names), _MISSPELT)):
                message = f"{printable(field, 60)!r} is no field of the {kind} Object{guess}"
                yield doubtful(place + pointer_token(field), message, "it is not read")


def _objects_of(document: Document, operation: Operation) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The objects that an operation is made of, each with its kind and place; broken references are told of elsewhere."""
    owners = [(operation.path_item, as_object(document.at(operation.path_item)))]
    owners.append((operation.pointer, as_object(document.at(operation.pointer))))
    yield from (("Path Item", *owners[0]), ("Operation", *owners[1]))
    for place, node in owners:
        for index, item in enumerate(as_array(node.get("parameters"))):
            yield ("Parameter", *_followed(document, item, place + json_pointer("parameters", index)))
    place, node = owners[1]
    bodies = [(node.get("requestBody"), place + "/requestBody")]
    bodies += [(item, place + json_pointer("responses", status)) for status, item in as_object(node.get("responses")).items()]
    for item, where in bodies:
        found, body = _followed(document, item, where)
        for name, media in as_object(body.get("content")).items():
            yield ("Media Type", *_followed(document, media, found + json_pointer("content", name)))


def _followed(document: Document, item: object, place: str) -> tuple[str, dict[str, Any]]:
    with suppress(SpecError):
        item, place = document.follow(item, place)
    return place, as_object(item)


def _schemas_of(details: OperationDetails) -> Iterator[tuple[str, Direction]]:
    """Where the schemas of an operation stand, and in which direction values of them go."""
    asked: list[SchemaObject | None] = [one.content.schema if one.content else one.schema for one in details.parameters]
    for media in details.request_body.content.values() if details.request_body else ():
        asked += [media.schema, media.item_schema]
    answered: list[SchemaObject | None] = []
    for response in details.responses.values():
        answered += [one.content.schema if one.content else one.schema for one in response.headers.values()]
        for media in response.content.values():
            answered += [media.schema, media.item_schema]
    for one in filter(None, asked):
        yield one.pointer, "request"
    for one in filter(None, answered):
        yield one.pointer, "response"
