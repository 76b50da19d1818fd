"""What an editor shows beside a name, in words: from the document, cut where it is long."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model import Argument, Operation

_WIDTH: Final = 96
_LONGEST: Final = 2000
_LONGEST_ARGUMENT: Final = 400


def operation_text(operation: Operation) -> str:
    """Summary, description, and the arguments with what they mean."""
    parts = [summary(operation), *(["Deprecated."] if operation.deprecated else [])]
    if operation.description.strip() != operation.summary.strip():
        parts.append(prose(operation.description))
    told = [line for one in operation.arguments for line in _argument(one)]
    parts += ["\n".join(["Arguments:", *told])] if told else []
    return "\n\n".join(filter(None, parts))


def summary(operation: Operation) -> str:
    """What an operation is for, in a line."""
    first = next((line.strip() for line in (operation.summary or operation.description).splitlines() if line.strip()), "")
    return cut(first, _LONGEST_ARGUMENT) or f"{operation.method} {operation.path}"


def prose(text: str) -> str:
    """A description, its lines as they are written."""
    return "\n".join(line.rstrip() for line in cut(text, _LONGEST).strip().splitlines())


def cut(text: str, most: int = _LONGEST_ARGUMENT) -> str:
    """A text of a certain length at most."""
    return text if len(text) <= most else f"{text[:most].rstrip()}..."


def _argument(argument: Argument) -> Iterator[str]:
    words = " ".join(cut(argument.description).split())
    marks = "".join([", optional" if not argument.required else "", ", deprecated" if argument.deprecated else ""])
    head = f"    {argument.name}{f' ({marks[2:]})' if marks else ''}"
    yield textwrap.fill(
        f"{head.strip()}: {words}" if words else head.strip(), _WIDTH, initial_indent="    ", subsequent_indent=" " * 8
    )
