"""What is wrong with a document, all of it: each thing with its place and what follows from it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ._access import access_problems
from ._errors import SpecError
from ._paging import page_problems
from ._schema import schema_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._lower import Direction
    from ._model import Operation, OperationDetails, SchemaObject
    from ._reference import Document
    from ._values import Problem
    from ._webhook import Webhook


def find_problems(document: Document, operations: Mapping[str, Operation], webhooks: Mapping[str, Webhook]) -> Iterator[Problem]:
    """Everything that is found when all operations and webhooks are read, and all their schemas compiled."""
    places: dict[tuple[str, Direction], None] = {}
    for operation in _all_operations(operations, webhooks):
        try:
            details = operation.details
        except SpecError as error:
            yield from error.problems
            continue
        yield from details.problems
        yield from page_problems(document, operation)
        for callback in details.callbacks.values():
            for receiver in callback.values():
                yield from receiver.problems
        places.update(dict.fromkeys(_schemas_of(details)))
    for webhook in webhooks.values():
        yield from webhook.problems
    yield from schema_problems(document, places)
    yield from access_problems(document, operations.values())


def _all_operations(operations: Mapping[str, Operation], webhooks: Mapping[str, Webhook]) -> Iterator[Operation]:
    """Those that are called, and those that webhooks and callbacks are, each once."""
    waiting = [*operations.values(), *(one for each in webhooks.values() for one in each.operations.values())]
    seen: set[tuple[str, str]] = set()
    for operation in waiting:  # it grows meanwhile
        if (operation.pointer, operation.path_item) in seen:
            continue
        seen.add((operation.pointer, operation.path_item))
        yield operation
        with suppress(SpecError):
            receivers = [one for each in operation.callbacks.values() for one in each.values()]
            waiting += [one for receiver in receivers for one in receiver.operations.values()]


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
