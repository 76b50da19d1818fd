"""What code uses of an API, told in words that hold for any version of its document.

A place in a request is its location and a JSON pointer (RFC 6901): `query/limit`, `path/id`, `body/messages/*/role`, `body` for the
whole. A place in an answer is a status and a pointer: `200/choices/*/message`. The token `*` stands for any item of an array and for any
value of an object whose keys are free; names are wire names. The items of a stream stand where their schema does, at the status.

A place stands for all below it: what was read, or given away, as a whole. One that was only gone through on the way to others is not
among the places read, and an object or array that was filled is told by what is in it, unless it is empty.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._values import as_array, as_object

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

_FORMAT: Final = "aerostack_usage"


@dataclass(frozen=True, slots=True)
class OperationUsage:
    """What code uses of one operation: how often it was called, the places of requests it filled, the places of answers it read."""

    method: str
    path: str
    calls: int = 0
    arguments: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def merged(self, other: OperationUsage) -> OperationUsage:
        """Both together."""
        return OperationUsage(
            self.method, self.path, self.calls + other.calls, self.arguments | other.arguments, self.fields | other.fields
        )


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What code uses of an API, by operation; `documents` are the SHA-256 of those it was seen with."""

    operations: Mapping[str, OperationUsage] = field(default_factory=lambda: MappingProxyType({}))
    documents: frozenset[str] = frozenset()

    def merged(self, *others: UsageReport) -> UsageReport:
        """All together."""
        operations = dict(self.operations)
        for name, one in (pair for other in others for pair in other.operations.items()):
            operations[name] = operations[name].merged(one) if name in operations else one
        return UsageReport(MappingProxyType(operations), self.documents.union(*(other.documents for other in others)))

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        operations = {
            name: {
                "method": one.method,
                "path": one.path,
                "calls": one.calls,
                "arguments": sorted(one.arguments),
                "fields": sorted(one.fields),
            }
            for name, one in sorted(self.operations.items())
        }
        return {_FORMAT: 1, "documents": sorted(self.documents), "operations": operations}

    @classmethod
    def from_json(cls, value: object) -> UsageReport:
        """The report that a JSON object tells. Raises ValueError for anything else."""
        root = as_object(value)
        if root.get(_FORMAT) != 1:
            raise ValueError(f"this is no usage file: it should be an object with {_FORMAT!r}: 1")
        operations = {name: _operation(as_object(one)) for name, one in as_object(root.get("operations")).items()}
        return cls(MappingProxyType(operations), frozenset(_strings(root.get("documents"))))

    def text(self) -> str:
        """The report as the text of a usage file."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the usage file `path`, in place of what is there. To add to one, load it first, and merge. Raises OSError."""
        Path(path).write_text(self.text(), encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> UsageReport:
        """The report in the usage file `path`. Raises OSError, and ValueError for a file of anything else."""
        try:
            return cls.from_json(json.loads(Path(path).read_bytes()))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None


def _operation(one: dict[str, Any]) -> OperationUsage:
    calls = one.get("calls")
    return OperationUsage(
        str(one.get("method", "")),
        str(one.get("path", "")),
        calls if isinstance(calls, int) else 0,
        frozenset(_strings(one.get("arguments"))),
        frozenset(_strings(one.get("fields"))),
    )


def _strings(value: object) -> Iterable[str]:
    return [one for one in as_array(value) if isinstance(one, str)]
