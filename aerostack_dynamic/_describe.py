"""An operation in words, for `help()`: made from the document when somebody asks, control characters taken out."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._model import Argument, Operation

_WIDTH = 100


def describe(operation: Operation) -> str:
    """Summary, description, arguments with their types and meanings, results and an example call."""
    parts = [_clean(operation.summary or f"{operation.method} {operation.path}")]
    if operation.deprecated:
        parts.append("Deprecated.")
    if operation.description:
        parts.append("\n".join(textwrap.fill(_clean(line), _WIDTH) for line in operation.description.splitlines()))
    parts += filter(None, (_arguments(operation), _responses(operation), _example(operation)))
    parts.append(f"{operation.method} {operation.path} (operationId {operation.operation_id}, {operation.idempotency})")
    return "\n".join(_clean_line(line) for line in "\n\n".join(parts).split("\n"))


def _arguments(operation: Operation) -> str:
    return (
        "\n".join(["Arguments:", *(line for one in operation.arguments for line in _argument(one))]) if operation.arguments else ""
    )


def _argument(argument: Argument) -> Iterator[str]:
    kind = "file" if argument.binary else _type_name(argument.annotation)
    notes = [kind, *([] if argument.required else ["optional"]), *(["deprecated"] if argument.deprecated else [])]
    yield f"    {argument.name}: {', '.join(notes)}"
    if argument.description:
        yield textwrap.fill(_clean(argument.description), _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)


def _type_name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).removeprefix("typing.").lower()


def _responses(operation: Operation) -> str:
    lines = [
        f"    {status}: {', '.join(response.content) or 'no body'}"
        + (f". {_clean(response.description)}" if response.description else "")
        for status, response in operation.responses.items()
    ]
    return "\n".join(["Answers:", *lines]) if lines else ""


def _example(operation: Operation) -> str:
    example = operation.example()
    if not example and any(one.required for one in operation.arguments):
        return ""
    given = ", ".join(f"{name}={value!r}" for name, value in example.items())
    call = f"client.{operation.dotted}({given})"
    return "Example:\n" + textwrap.indent(_clean(call), "    ")


def _clean_line(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" "))) + _clean(line)


def _clean(text: str) -> str:
    """Text from a document as a terminal may show it: no control or bidirectional characters (they could rewrite the screen)."""
    return "".join(char if char.isprintable() else " " for char in text).strip()
