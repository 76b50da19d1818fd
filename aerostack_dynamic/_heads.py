"""Headers of an answer by what the document declares of them: values in the types of their schemas, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._codec import UndecodableError
from ._codecs import Decoding, decode
from ._judge import to_problems
from ._model import Finding
from ._names import assign_names
from ._shape import shape_at
from ._typed import is_list, simple, typed
from ._values import json_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from . import _http
    from ._model import Header
    from ._reference import Document
    from ._values import Problem


class HeaderValues(Mapping[str, Any]):
    """The declared headers that an answer has, by wire name without regard to case or by Python name: `x_rate_limit`, `X-Rate-Limit`.

    Values have the types of their schemas; text that does not fit stays text. The repr shows no value.
    """

    __slots__ = ("_names", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self._names = assign_names(values)
        self._names |= {wire.lower(): wire for wire in values}

    def __getitem__(self, name: str) -> Any:
        return self._values[self._names.get(name) or self._names[name.lower()]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        return HeaderValues, (self._values,)

    def __repr__(self) -> str:
        return f"<headers: {', '.join(self._values)}>"


def header_values(document: Document, declared: Mapping[str, Header], headers: _http.Headers, rules: Decoding) -> HeaderValues:
    """What an answer's headers say, of those that are declared. `Content-Type` is not among them (OpenAPI 3.1, section 4.8.17.1)."""
    return HeaderValues(
        {
            name: _value(document, one, headers, rules)
            for name, one in declared.items()
            if name in headers and name.lower() != "content-type"
        }
    )


def _value(document: Document, header: Header, headers: _http.Headers, rules: Decoding) -> Any:
    text = headers[header.name]
    schema = header.content.schema if header.content else header.schema
    shape = shape_at(document, schema.pointer) if schema else None
    if header.content is not None:
        try:
            return decode(text.encode(), header.content.name, shape, rules)
        except UndecodableError:
            return text
    if is_list(shape) and shape is not None and header.name.lower() == "set-cookie":
        return [typed(one, shape.items) for one in headers.get_list(header.name)]  # its values hold commas (RFC 6265, section 3)
    return simple(text, header.explode, shape)


def header_findings(
    declared: Mapping[str, Header], values: HeaderValues, judge: Callable[[str, Any], Sequence[Finding]]
) -> Iterator[tuple[Finding, Problem]]:
    """What is wrong with the declared headers of an answer, each as the rule that was broken and as a user reads it.

    `judge` tells what is wrong with a value by the schema at a place.
    """
    for name, header in declared.items():
        if name.lower() == "content-type":
            continue
        schema = header.content.schema if header.content else header.schema
        findings: Sequence[Finding]
        if name not in values:
            findings = [Finding((), "required", names=(name,))] if header.required else ()
        else:
            findings = judge(schema.pointer, values[name]) if schema else ()
        for finding in findings:
            base = "" if finding.names == (name,) and not finding.path else json_pointer(name)
            for problem in to_problems([finding], "header", base):
                yield finding, problem
