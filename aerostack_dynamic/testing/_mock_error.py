"""What a mock fails a test with, and how it shows calls: secrets masked, values short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._mask import secret_places
from .._shape import masked
from .._values import as_object, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._model import Operation
    from .._reference import Document
    from .._values import Problem

_LONGEST: Final = 80
_MOST: Final = 50


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
    lines = [f"  {one}" for one in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"  and {len(found) - _MOST} more")
    only_credentials = all(one.rule == "security" for one in found)
    return MockError("\n".join([what, *lines]), found, operation.dotted if operation else None, 401 if only_credentials else 400)


def shown_value(value: Any) -> str:
    """A value as it stands in a message."""
    return printable(repr(value), _LONGEST)


def shown_arguments(document: Document, arguments: Mapping[str, Any]) -> str:
    """Arguments by location as keywords; properties of an object body side by side with the parameters."""
    places = secret_places(document)
    pairs: list[tuple[str, Any]] = []
    for location, values in arguments.items():
        names: frozenset[str] = places.properties | getattr(places, location, places.properties)
        pairs += as_object(masked(values if is_object(values) else {"body": values}, None, names)).items()
    return ", ".join(f"{name}={shown_value(value)}" for name, value in pairs)
