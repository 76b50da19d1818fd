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
from ._named import group_scope, root_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

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
        keys = {command: key for key, command in commands_of(spec).items()}
        key = keys.get(words) or next((key for command, key in keys.items() if command.partition(" ")[2] == words), None)
        if key is not None:
            return spec.operations[key]
        if space and (found := spec.operations.get(f"{method.upper()} {path}")):
            return found
        raise click.UsageError(str(error.args[0])) from None


def commands_of(spec: Spec) -> dict[str, str]:
    """The words that call each operation, by its key among the operations of the document."""
    root = root_scope(spec, _own())
    found = {one.operation_id: words for words, one in root.operations.items()}
    for words, group in root.groups.items():
        found |= {one.operation_id: f"{words} {last}" for last, one in group_scope(spec, group).operations.items()}
    return found


def rows_of(spec: Spec, operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Operations as rows, as `ops` and `search` print them."""
    commands = commands_of(spec)
    return [
        {
            "command": commands.get(one.operation_id, ""),
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
    found = rows_of(spec, [operation])[0] | {
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


def group_named(spec: Spec, words: str) -> str | None:
    """The Python name of a group that is named so as a command is, by its tag or in Python; None where an operation is, or nothing."""
    if words in spec.operations:
        return None
    scope = root_scope(spec, _own())
    return scope.groups.get(scope.command(words) or "")


def _own() -> Collection[str]:
    from ._main import Root  # noqa: PLC0415  # the room that runs these commands

    return Root.own


def check_group(spec: Spec, group: str) -> str:
    """The Python name of a group that was named so, by its tag, or with hyphens. Raises UsageError."""
    tags = {name: tag.group for name, tag in spec.tags.items() if tag.group is not None}
    found = tags.get(group) or group.replace("-", "_")
    if found in spec.groups:
        return found
    guess = did_you_mean(group, [*spec.groups, *tags]) or f"; there is {', '.join([*spec.groups][:20]) or 'none'}"
    raise click.UsageError(f"there is no group {printable(group)!r}{guess}")
