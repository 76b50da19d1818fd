"""What is wrong with a document, all of it: each thing with its place and what follows from it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ._access import access_problems
from ._errors import SpecError
from ._forms import form_problems, root_problems
from ._paging import page_problems
from ._reader import UNCHECKED
from ._schema import schema_problems
from ._values import doubtful, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ._lower import Direction
    from ._model import Operation, OperationDetails, SchemaObject
    from ._reference import Document
    from ._values import Problem
    from ._webhook import Webhook


def find_problems(document: Document, operations: Mapping[str, Operation], webhooks: Mapping[str, Webhook]) -> Iterator[Problem]:
    """Everything that is found when all operations and webhooks are read, and all their schemas compiled."""
    yield from root_problems(document)
    called: dict[tuple[str, Direction], None] = {}
    received: dict[tuple[str, Direction], None] = {}
    for operation, is_called in _all_operations(operations, webhooks):
        yield from form_problems(document, operation)
        try:
            details = operation.details
        except SpecError as error:
            lost = [one._replace(consequence="the operation can't be called") for one in error.problems]
            yield from lost if is_called else _unchecked(lost)
            continue
        yield from details.problems
        yield from page_problems(document, operation)
        yield from _link_problems(operation, details, operations)
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


def _link_problems(operation: Operation, details: OperationDetails, operations: Mapping[str, Operation]) -> Iterator[Problem]:
    for status, response in details.responses.items():
        for link in response.links.values():
            if link.operation_id and link.operation_id not in operations:
                place = operation.pointer + json_pointer("responses", status, "links", link.name)
                yield doubtful(place, f"there is no operation {printable(link.operation_id, 100)!r}", "the link can't be followed")


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
