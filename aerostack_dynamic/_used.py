"""What recorded calls use of an API, in the words of `_usage`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._usage import OperationUsage, UsageReport
from ._values import is_array, is_object, pointer_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._recorded import RecordedCall


def usage_of(calls: Iterable[RecordedCall]) -> UsageReport:
    """What these calls use: the places of requests that they filled, the places of answers that they read.

    Where nobody looked what was read of an answer, all of it counts as read. Names stand as they are, since a recording alone doesn't
    tell which keys are free.
    """
    operations: dict[str, OperationUsage] = {}
    documents: set[str] = set()
    for call in calls:
        one = OperationUsage(call.method, call.path, 1, frozenset(_filled(call)), _read(call))
        key = call.operation or f"{call.method} {call.path}"
        operations[key] = operations[key].merged(one) if key in operations else one
        documents.update([call.document] if call.document else [])
    return UsageReport(MappingProxyType(operations), frozenset(documents))


def _read(call: RecordedCall) -> frozenset[str]:
    if call.fields is not None:
        return call.fields
    return frozenset([str(call.answer.status)] if call.answer is not None else [])


def _filled(call: RecordedCall) -> Iterator[str]:
    for location, given in call.arguments.items():
        if location == "body":
            yield from _places(given, location)
        elif is_object(given):
            for name, value in given.items():
                yield from _places(value, location + pointer_token(name))


def _places(value: Any, place: str) -> Iterator[str]:
    """The places within a value that are filled; an empty object or array fills its own."""
    if is_object(value) and value:
        for name, inner in value.items():
            yield from _places(inner, place + pointer_token(name))
    elif is_array(value) and value:
        for inner in value:
            yield from _places(inner, f"{place}/*")
    else:
        yield place
