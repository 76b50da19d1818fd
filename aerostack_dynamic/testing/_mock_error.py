"""What a mock fails a test with, and how it shows calls: secrets masked, values short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._mask import secret_places
from .._shape import masked, shape_at
from .._values import MASK, UNSET, as_object, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._model import Operation
    from .._reference import Document
    from .._shape import Shape
    from .._values import Problem

_LONGEST: Final = 80
MOST: Final = 50


class MockError(AssertionError):
    """A test failure that a mock found: a request or a canned answer that breaks the document, a call that was expected, or one unused.

    `problems` are all that is wrong, `operation` is the dotted Python name where one is concerned. It reaches the test out of the call
    as it is, through every layer of a client, and is never tried again. `status` is what a server answers in its place.
    """

    def __init__(self, message: str, problems: Iterable[Problem] = (), operation: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
        self.operation = operation
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return MockError, (self.args[0], self.problems, self.operation, self.status)


def broken(what: str, problems: Iterable[Problem], operation: Operation | None = None) -> MockError:
    """The failure for what breaks the document, with every problem on a line of its own."""
    found = tuple(dict.fromkeys(problems))
    lines = [f"  {one}" for one in found[:MOST]]
    if len(found) > MOST:
        lines.append(f"  and {len(found) - MOST} more")
    only_credentials = all(one.rule == "security" for one in found)
    return MockError("\n".join([what, *lines]), found, operation.dotted if operation else None, 401 if only_credentials else 400)


def all_of(errors: Sequence[MockError]) -> MockError:
    """One failure for several, all of which it tells; itself for a single one."""
    if len(errors) == 1:
        return errors[0]
    lines = [f"- {line}" if not number else f"  {line}" for one in errors for number, line in enumerate(str(one).splitlines())]
    told = "\n".join([f"{len(errors)} requests failed, and the code that is tested went on:", *lines])
    return MockError(told, (problem for one in errors for problem in one.problems), status=errors[0].status)


def shown_value(value: Any) -> str:
    """A value as it stands in a message."""
    return printable(repr(value), _LONGEST)


def as_shown(document: Document, location: str, wire: str | None, value: Any, shape: Shape | None) -> Any:
    """The value of one argument with masks for what the document calls secret: by its shape, and by names anywhere in it."""
    places = secret_places(document)
    names: frozenset[str] = places.properties | getattr(places, location, places.properties)
    name = wire.lower() if wire is not None and location == "header" else wire
    if value is not None and name in names:
        return MASK
    return masked(value if shape is None else masked(value, shape, names), None, names)


def shown_arguments(document: Document, operation: Operation, arguments: Mapping[str, Any]) -> str:
    """Arguments by location as keywords; properties of an object body side by side with the parameters."""
    parameters = {(one.location, one.name): one.content.schema if one.content else one.schema for one in operation.parameters}
    pairs: list[tuple[str, Any]] = []
    for location, values in arguments.items():
        for name, value in as_object(values).items() if location != "body" else ():
            schema = next((one for (where, known), one in parameters.items() if (where, known) == (location, name)), None)
            shape = None if schema is None else shape_at(document, schema.pointer)
            pairs.append((name, as_shown(document, location, name, value, shape)))
    body = arguments.get("body", UNSET)
    # What one of several media types calls secret is.
    for media_type in operation.request_body.content.values() if operation.request_body else ():
        schema = media_type.schema
        body = as_shown(document, "body", None, body, None if schema is None else shape_at(document, schema.pointer))
    shown = as_shown(document, "body", None, body, None)
    pairs += [*shown.items()] if is_object(shown) else [("body", shown)] if body is not UNSET else []
    return ", ".join(f"{name}={shown_value(value)}" for name, value in pairs)
