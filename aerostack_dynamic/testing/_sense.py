"""Whether what a stub waits for can ever come: values are held against their schemas as far as that can be told of a part.

A scalar stands whole, and so does a name; what an object is required to have, a part of it need not name.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._choice import with_choices
from .._errors import ArgumentsError, SpecError
from .._incoming import is_description
from .._judge import to_problems
from .._schema import compile_schema
from .._values import as_array, did_you_mean, is_array, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._reference import Document
    from .._shape import Shape
    from ._matching import Pattern


def refuse_nonsense(pattern: Pattern, *, strict: bool) -> None:
    """Raise ArgumentsError for a pattern that no valid call fits. `strict` says that keys the document does not declare are refused."""
    told: list[str] = []
    for one in pattern.expected:
        # By one of several media types it may come.
        found = [[*_faults(pattern.document, shape, one.value, one.spelt, strict)] for shape in one.shapes]
        if found and not one.secret and all(found):
            told += found[0]
    if told:
        operation = pattern.operation.operation_id
        raise ArgumentsError(f"no valid call of {operation} fits this: {'; '.join(told)} (checked=False stubs it all the same)")


def _faults(document: Document, shape: Shape, value: Any, place: str, strict: bool) -> Iterator[str]:
    if shape.secret or is_description(value):
        return
    if is_object(value) or is_array(value):
        kind = "object" if is_object(value) else "array"
        if shape.types and kind not in shape.types and not shape.binary:
            yield f"{place}: expected {' or '.join(sorted(shape.types))}, got {kind}"
        elif is_object(value):
            yield from _members(document, shape, value, place, strict)
        elif shape.items is not None:
            for index, one in enumerate(value):
                yield from _faults(document, shape.items, one, place + json_pointer(index), strict)
    elif value is None or type(value) in (str, int, float, bool):
        yield from _scalar(document, shape, value, place)


def _members(document: Document, shape: Shape, value: dict[str, Any], place: str, strict: bool) -> Iterator[str]:
    for name, one in value.items():
        inner = shape.properties.get(name) or shape.additional
        if inner is not None:
            yield from _faults(document, inner, one, place + json_pointer(name), strict)
        elif strict and not shape.allows_undeclared and not shape.discriminated and name not in shape.required:
            guess = did_you_mean(name, shape.properties)
            yield f"{place}{json_pointer(name)}: the document declares no such property{guess}"


def _scalar(document: Document, shape: Shape, value: Any, place: str) -> Iterator[str]:
    """Of several schemas, which may be alternatives, one that takes the value is enough."""
    first: list[str] = []
    for root in shape.roots if value != "" and not shape.binary else ():
        with suppress(SpecError):
            findings = compile_schema(document, root, direction="request").findings(value)
            if not findings:
                return
            problems = to_problems(with_choices(document, root, findings), "body")
            known = [one for _, node in shape.nodes for one in as_array(node.get("enum")) if isinstance(one, str)]
            guess = did_you_mean(value, known) if isinstance(value, str) else ""
            first = first or [f"{place}: {one.message}{guess if one.rule == 'enum' else ''}" for one in problems]
    yield from first
