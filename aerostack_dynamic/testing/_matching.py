"""Which calls a stub or an assertion means: some of the arguments of an operation, by any of their names, and the values they are to have.

Objects match when they have the members that are named, whatever else they have; arrays member by member; all else when it is equal.
What compares itself, such as `unittest.mock.ANY`, is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._arguments import argument_shape, lay_out
from .._call import layout_of
from .._codec import WireValues
from .._errors import ArgumentsError
from .._values import MASK, UNSET, as_object, did_you_mean, is_array, is_object, is_tuple, json_pointer
from ._mock_error import as_shown, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._arguments import Layout
    from .._load import Spec
    from .._model import Argument, Operation
    from .._reference import Document
    from .._shape import Shape
    from .._values import JSON

_SCALARS: Final = (str, int, float, type(None))


class Expected(NamedTuple):
    """One argument that is expected: as it was spelt, where it stands (None: the whole body), its value, and
    what describes it, by each media type that has it."""

    spelt: str
    location: str
    wire: str | None
    value: Any
    shapes: tuple[Shape, ...] = ()
    secret: bool = False

    def given(self, arguments: Mapping[str, Any]) -> Any:
        """What a call had there; UNSET for nothing."""
        if self.wire is None:
            return arguments.get("body", UNSET)
        return as_object(arguments.get(self.location)).get(self.wire, UNSET)

    def shown(self, document: Document, value: Any) -> Any:
        """A value for it with masks for secrets."""
        if self.secret and value is not UNSET:
            return MASK
        for shape in self.shapes:
            value = as_shown(document, self.location, self.wire, value, shape)
        return as_shown(document, self.location, self.wire, value, None)


class Pattern:
    """A pattern of calls of one operation. Raises ArgumentsError for an argument that the operation has not."""

    def __init__(self, document: Document, operation: Operation, arguments: Mapping[str, Any]) -> None:
        self.document = document
        self.operation = operation
        self.expected = tuple(_expected(document, operation, spelt, value) for spelt, value in arguments.items())
        self.weight = sum(_weight(one.value) for one in self.expected)

    def fits(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a call with these arguments is meant."""
        return all(fits(one.value, one.given(arguments)) for one in self.expected)

    def differences(self, arguments: Mapping[str, Any]) -> list[str]:
        """What differs, a line for each place; secrets are masked on both sides."""
        lines: list[str] = []
        for one in self.expected:
            given = one.given(arguments)
            shown = one.shown(self.document, one.value), one.shown(self.document, given)
            lines += _differences(one.value, given, one.spelt, shown)
        return lines

    def __str__(self) -> str:
        shown = ", ".join(f"{one.spelt}={shown_value(one.shown(self.document, one.value))}" for one in self.expected)
        return f"{self.operation.operation_id}({shown})"


def find(spec: Spec, name: str) -> Operation:
    """The operation of a name: its operationId, `"ai.ai_chat"` or `"POST /ai/chat"`. Raises ArgumentsError with close names."""
    try:
        return spec.operations[name]
    except KeyError as error:
        raise ArgumentsError(f"{error.args[0]} in {spec.title} {spec.version}") from None


def _expected(document: Document, operation: Operation, spelt: str, value: Any) -> Expected:
    layouts = [*_layouts(document, operation)]
    found = [(layout, layout.accepted[spelt]) for layout in layouts if spelt in layout.accepted]
    if found:
        shapes = tuple(dict.fromkeys(shape for one in found if (shape := argument_shape(document, *one)) is not None))
        first = found[0][1]
        secret = any(one.secret for _, one in found)
        return Expected(spelt, first.location, first.wire, plain(value, shapes[0] if shapes else None), shapes, secret)
    if spelt == "body" and operation.request_body is not None:
        shapes = tuple(dict.fromkeys(one.body_shape for one in layouts if one.body_shape is not None))
        return Expected("body", "body", None, plain(value), shapes)
    known = {name: one.name for name, one in spellings(document, operation).items()}
    guess = did_you_mean(spelt, known) or f"; it has {', '.join(dict.fromkeys(known.values())) or 'none'}"
    raise ArgumentsError(f"{operation.operation_id} has no argument {spelt!r}{guess}")


def spellings(document: Document, operation: Operation) -> Mapping[str, Argument]:
    """Every name by which an operation takes an argument."""
    return {name: one for layout in reversed([*_layouts(document, operation)]) for name, one in layout.accepted.items()}


def _layouts(document: Document, operation: Operation) -> Iterator[Layout]:
    """The arguments by every spelling, for each media type of the body."""
    yield layout_of(document, operation, None)
    body = operation.request_body
    for media_type in body.content.values() if body else ():
        yield lay_out(document, operation.parameters, body, media_type)


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


def _differences(expected: Any, given: JSON | Any, place: str, shown: tuple[Any, Any]) -> list[str]:
    """`shown` are both with masks for secrets."""
    if fits(expected, given):
        return []
    if MASK in [one for one in shown if isinstance(one, str)]:
        return [f"{place}: {'was not given' if given is UNSET else 'differs (masked)'}"]
    if is_object(expected) and is_object(given):
        return [
            line
            for name, one in expected.items()
            for line in _differences(one, given.get(name, UNSET), place + json_pointer(name), _within(shown, name))
        ]
    if is_array(expected) and is_array(given) and len(expected) == len(given):
        return [
            line
            for index, (one, other) in enumerate(zip(expected, given, strict=True))
            for line in _differences(one, other, place + json_pointer(index), _within(shown, index))
        ]
    told = "was not given" if given is UNSET else f"got {shown_value(shown[1])}"
    return [f"{place}: expected {shown_value(shown[0])}, {told}"]


def _within(shown: tuple[Any, Any], key: Any) -> tuple[Any, Any]:
    expected, given = shown
    return expected[key], given.get(key, UNSET) if is_object(given) else given[key]
