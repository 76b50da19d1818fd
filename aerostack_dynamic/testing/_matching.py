"""Which calls a stub or an assertion means: some of the arguments of an operation, by any of their names, and the values they are to have.

Objects match when they have the members that are named, whatever else they have; arrays member by member; all else when it is equal.
What compares itself, such as `unittest.mock.ANY`, is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._arguments import lay_out
from .._call import layout_of
from .._codec import WireValues
from .._errors import ArgumentsError
from .._shape import shape_at
from .._values import UNSET, as_object, did_you_mean, is_array, is_object, is_tuple, json_pointer
from ._mock_error import shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._load import Spec
    from .._model import Argument, Operation
    from .._reference import Document
    from .._values import JSON

_SCALARS: Final = (str, int, float, type(None))


class Expected(NamedTuple):
    """One argument that is expected: as it was spelt, where it stands (None: the whole body), and its value."""

    spelt: str
    location: str
    wire: str | None
    value: Any

    def given(self, arguments: Mapping[str, Any]) -> Any:
        """What a call had there; UNSET for nothing."""
        if self.wire is None:
            return arguments.get("body", UNSET)
        return as_object(arguments.get(self.location)).get(self.wire, UNSET)


class Pattern:
    """A pattern of calls of one operation. Raises ArgumentsError for an argument that the operation has not."""

    def __init__(self, document: Document, operation: Operation, arguments: Mapping[str, Any]) -> None:
        self.operation = operation
        self.expected = tuple(_expected(document, operation, spelt, value) for spelt, value in arguments.items())
        self.weight = sum(_weight(one.value) for one in self.expected)

    def fits(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a call with these arguments is meant."""
        return all(fits(one.value, one.given(arguments)) for one in self.expected)

    def differences(self, arguments: Mapping[str, Any]) -> list[str]:
        """What differs, a line for each place."""
        return [line for one in self.expected for line in _differences(one.value, one.given(arguments), one.spelt)]

    def __str__(self) -> str:
        return f"{self.operation.operation_id}({', '.join(f'{one.spelt}={shown_value(one.value)}' for one in self.expected)})"


def find(spec: Spec, name: str) -> Operation:
    """The operation of a name: its operationId, `"ai.ai_chat"` or `"POST /ai/chat"`. Raises ArgumentsError with close names."""
    try:
        return spec.operations[name]
    except KeyError as error:
        raise ArgumentsError(f"{error.args[0]} in {spec.title} {spec.version}") from None


def _expected(document: Document, operation: Operation, spelt: str, value: Any) -> Expected:
    known: dict[str, Argument] = {}
    for accepted in _accepted(document, operation):
        if spelt in accepted:
            one = accepted[spelt]
            schema = one.schema
            shape = shape_at(document, schema.pointer) if schema else None
            return Expected(spelt, one.location, one.wire, plain(value, shape))
        known = {**accepted, **known}
    if spelt == "body" and operation.request_body is not None:
        return Expected("body", "body", None, plain(value))
    guess = did_you_mean(spelt, known) or f"; it has {', '.join(dict.fromkeys(one.name for one in known.values())) or 'none'}"
    raise ArgumentsError(f"{operation.operation_id} has no argument {spelt!r}{guess}")


def _accepted(document: Document, operation: Operation) -> Iterator[Mapping[str, Argument]]:
    """The arguments by every spelling, for each media type of the body."""
    yield layout_of(document, operation, None).accepted
    body = operation.request_body
    for media_type in body.content.values() if body else ():
        yield lay_out(document, operation.parameters, body, media_type).accepted


def plain(value: Any, shape: Any = None) -> Any:
    """A value as JSON has it, as the client would send it; what is no value of JSON, such as `ANY`, as it is."""
    if is_object(value):
        return {str(key): plain(one) for key, one in value.items()}
    if is_array(value) or is_tuple(value):
        return [plain(one) for one in value]
    if type(value) in _SCALARS or type(value) is bool:
        return value
    wire = WireValues(allow_nan=True)
    made = wire.convert(value, "body", shape=shape)
    return value if wire.problems else made


def fits(expected: Any, given: Any) -> bool:
    """Whether a given value is one that is expected."""
    if is_object(expected):
        return is_object(given) and all(name in given and fits(one, given[name]) for name, one in expected.items())
    if is_array(expected):
        return is_array(given) and len(given) == len(expected) and all(map(fits, expected, given))
    # True is no 1 in JSON.
    return bool(expected == given) and (
        isinstance(expected, bool) is isinstance(given, bool) or type(expected) not in (bool, int, float)
    )


def _weight(value: Any) -> int:
    """How much an expected value says: the number of its leaves."""
    if is_object(value) or is_array(value):
        return sum(_weight(one) for one in (value.values() if is_object(value) else value)) or 1
    return 1


def _differences(expected: Any, given: JSON | Any, place: str) -> list[str]:
    if fits(expected, given):
        return []
    if is_object(expected) and is_object(given):
        return [
            line for name, one in expected.items() for line in _differences(one, given.get(name, UNSET), place + json_pointer(name))
        ]
    if is_array(expected) and is_array(given) and len(expected) == len(given):
        return [
            line
            for index, (one, other) in enumerate(zip(expected, given, strict=True))
            for line in _differences(one, other, place + json_pointer(index))
        ]
    return [f"{place}: expected {shown_value(expected)}, {'was not given' if given is UNSET else f'got {shown_value(given)}'}"]
