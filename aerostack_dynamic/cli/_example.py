"""`--example`: a command line that calls the operation, ready to be pasted into a POSIX shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from .._arguments import argument_shape
from .._codec import UndecodableError
from .._typed import is_list
from .._values import UNSET, is_array, printable
from ._show import as_json
from ._words import Inputs, WordError, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._shape import Shape
    from ._fields import Field
    from ._operation import OperationCommand

_ONE_LINE: Final = 100
_FILE: Final = "./file"


def example_line(command: OperationCommand, path: str) -> str:
    """The command with values from the document's examples; of required arguments without one, with values that fit their schemas."""
    words = [*_words(command)]
    line = " ".join([path, *words])
    return line if len(line) <= _ONE_LINE else " \\\n  ".join([path, *words])


def _words(command: OperationCommand) -> Iterator[str]:
    given = command.operation.example()
    layout = command.fields.layout
    for field in command.fields.options:
        argument = field.argument
        if field.hidden or field not in command.params:
            continue
        value = given.get(argument.name, UNSET)
        if value is UNSET and argument.required and not argument.binary:
            value = _made(field, argument_shape(command.spec.document, layout, argument))
        if argument.binary and (argument.required or value is not UNSET):
            yield f"{field.shown} {_FILE}"
        elif value is not UNSET:
            yield from written(field, value)


def _made(field: Field, shape: Shape | None) -> Any:
    """A value that fits a schema."""
    from .._generate import NoInstanceError, instance_of  # noqa: PLC0415  # few examples need it

    if shape is None or not shape.roots:
        return "value"
    try:
        return instance_of(shape.document, shape.roots[0], direction="request", full=False, examples=_examples(shape))
    except NoInstanceError:
        return UNSET


def _examples(shape: Shape) -> list[Any]:
    return [node["example"] for _, node in shape.nodes if "example" in node][:1]


def written(field: Field, value: Any) -> Iterator[str]:
    """The words, quoted for a shell, that give an option a value: as a text where that is read as the same, else as JSON."""
    if field.is_switch and isinstance(value, bool):
        off = next(iter(field.secondary_opts), None)
        yield field.shown if value else off or f"{_name(field)}:=false"
        return
    plain = value if isinstance(value, str) else as_json(value, indent=None)
    escaped = f"@{plain}" if plain.startswith("@") else plain
    words = [escaped]
    if is_array(value) and value and is_list(field.shape) and all(isinstance(one, str) and one.isprintable() for one in value):
        words = [f"@{one}" if one.startswith("@") else one for one in value]
    if not _reads(field, words, value):
        words = [escaped]
    if _reads(field, words, value):
        yield from (f"{field.shown}={shlex.quote(one)}" if one.startswith("-") else f"{field.shown} {shlex.quote(one)}" for one in words)
    else:
        yield f"{_name(field)}:={shlex.quote(as_json(value, indent=None))}"


def _name(field: Field) -> str:
    return shlex.quote(printable(field.argument.name))


def _reads(field: Field, words: list[str], value: Any) -> bool:
    """Whether words are read as a value."""
    if field.is_switch or any(one == "-" or "\0" in one for one in words):
        return False
    try:
        return bool(value_of(words, field.shape, Inputs()) == value)
    except (WordError, UndecodableError):
        return False
