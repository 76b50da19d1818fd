"""Whether a test failed because the document and the tested code do not fit each other, told by the exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._client import AsyncClient, Client
from .._errors import ArgumentsError, ResponseError
from .._group import Group
from .._values import pointer_token
from .._watched import WatchedRecord, noting_of
from ._matrix import Break, one_line
from ._mock_error import MockError

if TYPE_CHECKING:
    from collections.abc import Iterator


def break_in(error: BaseException) -> Break | None:
    """The break that an exception, or one behind it, tells of; None for any other failure."""
    return next((found for one in _chain(error) if (found := _break_of(one)) is not None), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those behind it, and within a group of them."""
    waiting, seen = [error], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        behind = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
        waiting += [one for one in (behind, *getattr(here, "exceptions", ())) if isinstance(one, BaseException)]


def _break_of(error: BaseException) -> Break | None:
    if isinstance(error, AttributeError):
        return _missing_name(error.obj, str(error.name), error)
    if isinstance(error, (ArgumentsError, ResponseError)) or (isinstance(error, MockError) and error.problems):
        return Break(error.operation or "", one_line(error))
    return None


def _missing_name(holder: object, name: str, error: AttributeError) -> Break | None:
    """What a name that is not there says: of an answer's property, or of an operation."""
    if isinstance(holder, WatchedRecord):
        noting = noting_of(holder)
        return Break(noting.use.operation, f"{noting.place}{pointer_token(name)}: {one_line(error)}")
    if isinstance(holder, Group):
        return Break(f"{holder._name}.{name}", "the document does not have the operation")  # pyright: ignore[reportPrivateUsage]  # its own attributes are a document's
    if isinstance(holder, (Client, AsyncClient)):
        return Break(name, f"the document has neither a tag nor an operation {name!r}")
    return None
