"""Operations in the words of the command line: found by any of their names, and told in rows and as values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from .._arguments import argument_shape
from .._describe import layout_of_default, summary_of
from .._errors import SpecError
from .._phrases import phrase
from .._values import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._arguments import Layout
    from .._load import Spec
    from .._model import Argument, Operation

COLUMNS: Final = MappingProxyType({"command": "Command", "method": "Method", "path": "Path", "summary": "Summary"})


def find_operation(spec: Spec, words: str) -> Operation:
    """The operation of a name: `aiChat`, `ai.ai_chat`, `POST /ai/chat`, or as a command, `ai ai-chat`. Raises UsageError."""
    try:
        return spec.operations[words]
    except KeyError as error:
        method, space, path = words.partition(" ")
        said = words.replace("-", "_").replace(" ", ".")
        for one in spec.operations.values():
            if said in (one.dotted, one.name) or (space and (method.upper(), path) == (one.method, one.path)):
                return one
        raise click.UsageError(str(error.args[0])) from None


def command_of(operation: Operation) -> str:
    """The words that call an operation."""
    return operation.dotted.replace("_", "-").replace(".", " ")


def rows_of(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Operations as rows, as `ops` and `search` print them."""
    return [
        {
            "command": command_of(one),
            "name": one.dotted,
            "operation_id": one.operation_id,
            "group": one.group,
            "method": one.method,
            "path": one.path,
            "summary": one.summary or summary_of(one),
            "deprecated": one.deprecated,
        }
        for one in operations
    ]


def value_of(spec: Spec, operation: Operation) -> dict[str, Any]:
    """All of an operation as a JSON value; `problem` says why it can't be called, where it can't."""
    found = rows_of([operation])[0] | {
        "description": operation.description,
        "tags": [*operation.tags],
        "pointer": operation.pointer,
    }
    try:
        details, layout = operation.details, layout_of_default(spec.document, operation)
    except SpecError as error:
        return {**found, "problem": str(error)}
    return {
        **found,
        "idempotency": operation.idempotency,
        "arguments": [_argument(spec, layout, one) for one in details.arguments],
        "request_body": sorted(details.request_body.content) if details.request_body else None,
        "responses": {
            status: {"description": one.description, "media_types": [*one.content]} for status, one in details.responses.items()
        },
        "security": [{name: [*scopes] for name, scopes in one.items()} for one in details.security],
        "servers": [one.url for one in details.servers],
        "example": operation.example(),
    }


def _argument(spec: Spec, layout: Layout, one: Argument) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.location,
        "wire_name": one.wire,
        "required": one.required,
        "type": "file" if one.binary else phrase(argument_shape(spec.document, layout, one)),
        "description": one.description,
        "deprecated": one.deprecated,
    }


def check_group(spec: Spec, group: str) -> str:
    """The Python name of a group that was named so, by its tag, or with hyphens. Raises UsageError."""
    tags = {name: tag.group for name, tag in spec.tags.items() if tag.group is not None}
    found = tags.get(group) or group.replace("-", "_")
    if found in spec.groups:
        return found
    guess = did_you_mean(group, [*spec.groups, *tags]) or f"; there is {', '.join([*spec.groups][:20]) or 'none'}"
    raise click.UsageError(f"there is no group {printable(group)!r}{guess}")
