"""`--example`: a command line that calls the operation, ready to be pasted into a POSIX shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from .._typed import is_list
from .._values import UNSET, is_array, is_object
from ._show import as_json
from ._words import Inputs, WordError, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model import SchemaObject
    from ._fields import Field
    from ._operation import OperationCommand

_ONE_LINE: Final = 100
FILE: Final = "./file"


def example_line(command: OperationCommand, *called: str) -> str:
    """The command, as it was `called`, with the document's first examples where they fit, else with values that fit the schemas.

    Of what is not required, only what an example gives.
    """
    words = [*_words(command)]
    line = " ".join([*called, *words])
    return line if len(line) <= _ONE_LINE else " \\\n  ".join([" ".join(called), *words])


def _words(command: OperationCommand) -> Iterator[str]:
    body = _body(command)
    members = body if command.fields.layout.flat and is_object(body) else {}
    shown = [one for one in command.fields.options if one in command.params]
    # What only a schema that is chosen declares has no option.
    whole = not members.keys() <= {one.argument.wire for one in shown if one.argument.location == "body"}
    for field in shown:
        argument = field.argument
        if argument.parameter is not None:
            value = UNSET if field.hidden else _parameter(command, field)
        elif argument.wire is None:
            value = body
        else:
            value = UNSET if whole else members.get(argument.wire, UNSET)
        if argument.binary and (argument.required or value is not UNSET):
            yield f"{field.shown} {FILE}"
        elif value is not UNSET:
            yield from written(field, value)
    if whole:
        yield f"--body {shlex.quote(as_json(members, indent=None))}"


def _parameter(command: OperationCommand, field: Field) -> Any:
    argument = field.argument
    examples = argument.parameter.examples[:1] if argument.parameter is not None else ()
    if not argument.required and not examples:
        return UNSET
    return _made(command, argument.schema, examples)


def _body(command: OperationCommand) -> Any:
    """The body by the media type's first example, or one that fits its schema; `UNSET` where none is needed."""
    layout = command.fields.layout
    media_type = layout.media_type
    if media_type is None or not (layout.body_required or media_type.examples):
        return UNSET
    return _made(command, media_type.schema, media_type.examples[:1])


def _made(command: OperationCommand, schema: SchemaObject | None, examples: Sequence[Any]) -> Any:
    """The first example that fits a schema, else a value that does; where none can be found, the example as it is."""
    from .._generate import NoInstanceError, instance_of  # noqa: PLC0415  # only for examples

    if schema is None:
        return examples[0] if examples else "value"
    try:
        return instance_of(command.spec.document, schema.pointer, direction="request", full=False, examples=examples)
    except NoInstanceError:
        return examples[0] if examples else UNSET


def written(field: Field, value: Any) -> Iterator[str]:
    """The words, quoted for a shell, that give an option a value: as a text where that is read as the same, else as JSON."""
    if field.is_switch and isinstance(value, bool):
        off = next(iter(field.secondary_opts), None)
        yield field.shown if value else off or _short(field.argument.name, value)
        return
    plain = value if isinstance(value, str) else as_json(value, indent=None)
    ways = [[plain]]
    if is_array(value) and value and is_list(field.shape) and all(isinstance(one, str) and one.isprintable() for one in value):
        ways.insert(0, [*value])
    for way in ways:
        words = [f"@{one}" if one.startswith("@") else one for one in way]
        if _reads(field, words, value):
            yield from (_option(field, one) for one in words)
            return
    yield _short(field.argument.name, value)


def _option(field: Field, word: str) -> str:
    return f"{field.shown}={shlex.quote(word)}" if word.startswith("-") else f"{field.shown} {shlex.quote(word)}"


def _short(name: str, value: Any) -> str:
    escaped = "".join(f"\\{char}" if char in "\\.[]:=" else char for char in name)
    if escaped.startswith("-"):  # which would begin an option
        escaped = f"\\{escaped}"
    return shlex.quote(f"{escaped}:={as_json(value, indent=None)}")


def _reads(field: Field, words: list[str], value: Any) -> bool:
    """Whether words are read as a value."""
    if field.is_switch or any(one == "-" or "\0" in one for one in words):
        return False
    try:
        read = value_of(words, field.shape, Inputs())
    except WordError:
        return False
    return type(read) is type(value) and bool(read == value)
