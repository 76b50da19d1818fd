"""The argument that asks a server for a stream: set for those who take one, refused to those who take one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._errors import ArgumentsError
from ._stream_rules import marks_of
from ._values import UNSET, Problem, as_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._arguments import Layout
    from ._call import Call
    from ._model import Operation


def asking(operation: Operation, layout: Layout, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the one that asks for a stream. Raises ArgumentsError when that was given, and is not True."""
    marks = marks_of(operation)
    if marks is None or not marks.flag:
        return {**arguments}
    flag = marks.flag
    argument = layout.accepted.get(flag)
    given = [name for name in arguments if name == flag or (argument is not None and layout.accepted.get(name) is argument)]
    if any(arguments[name] not in (True, UNSET) for name in given):
        raise _refused(layout, flag, ".stream(...) sets it to True; leave it out")
    return {**{name: value for name, value in arguments.items() if name not in given}, flag: True}


def refuse_asking(operation: Operation, layout: Layout, call: Call) -> None:
    """Raise ArgumentsError when a call that takes one answer asks for a stream."""
    marks = marks_of(operation)
    if marks is None or not marks.flag:
        return
    argument = layout.accepted.get(marks.flag)
    if argument is None or argument.parameter is None:
        value = as_object(call.body).get((argument and argument.wire) or marks.flag)
    else:
        value = next((value for parameter, value in call.parameters if parameter is argument.parameter), None)
    if value not in (None, False, "false"):
        raise _refused(layout, marks.flag, f"asks for a stream, which {operation.name}.stream(...) gives; leave it out there too")


def _refused(layout: Layout, flag: str, message: str) -> ArgumentsError:
    argument = layout.accepted.get(flag)
    place = json_pointer((argument and argument.wire) or flag)
    return ArgumentsError("", [Problem(argument.location if argument else "body", place, message, "stream")])
