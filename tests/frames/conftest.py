"""What tests of data frames share: a list whose rows have a property of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._record import RecordList, as_record
from aerostack_dynamic._shape import shape_at

BELOW = {"type": "array", "items": {"$ref": "#/components/schemas/tree"}}
TREE = {"type": "object", "properties": {"name": {"type": "string"}, "below": BELOW}}
DAYS = {"type": "array", "items": {"type": "string", "format": "date"}}
PROPERTIES: dict[str, Any] = {
    "count": {"type": "integer"},
    "size": {"type": ["number", "null"]},
    "on": {"type": "boolean"},
    "name": {"type": "string"},
    "at": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "span": {"type": "string", "format": "duration"},
    "id": {"type": "string", "format": "uuid"},
    "price": {"type": "string", "format": "decimal"},
    "clock": {"type": "string", "format": "time"},
    "data": {"type": "string", "format": "byte"},
    "url64": {"type": "string", "format": "base64url"},
    "inner": {"type": "object", "properties": {"n": {"type": "integer"}, "days": DAYS}},
    "parts": {"type": "array", "items": {"type": "object", "properties": {"key": {"type": "string"}}}},
    "free": {"type": "object"},
    "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "any": {},
    "tree": {"$ref": "#/components/schemas/tree"},
    "pin": {"type": "string", "x-aerostack-secret": True},
}
# A row, and the same as both frames of nested types have it.
ROW: dict[str, Any] = {
    "count": 2**60 + 1,
    "size": 1.5,
    "on": True,
    "name": "Zoë",
    "at": "2024-01-02T03:04:05.123456+02:00",
    "day": "0001-01-01",
    "span": "PT1.5S",
    "id": "12345678-1234-1234-1234-123456789012",
    "price": "1.50",
    "clock": "10:00:00Z",
    "data": "aGk=",
    "url64": "_w",
    "inner": {"n": 1, "days": ["2024-01-01", None], "more": [1, 2]},
    "parts": [{"key": "a"}, {}],
    "free": {"a": [1, "x"]},
    "either": 4,
    "any": 1,
    "tree": {"name": "root", "below": [{"name": "leaf"}]},
    "pin": "1234",
    "undeclared": False,
}


@pytest.fixture(scope="session")
def listed() -> Callable[..., RecordList]:
    """Rows as an answer has them: of a schema for each row, or of the one with a property of every kind."""

    def make(rows: list[Any], row: Any = None, formats: Any = None) -> RecordList:
        schemas = {"row": row or {"type": "object", "properties": PROPERTIES}, "tree": TREE}
        schemas["rows"] = {"type": "array", "items": {"$ref": "#/components/schemas/row"}}
        spec = Spec.load(
            {"openapi": "3.1.0", "info": {"title": "Rows", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}
        )
        found: RecordList = as_record(rows, shape_at(spec.document, "/components/schemas/rows"), *([formats] if formats else []))
        return found

    return make


@pytest.fixture
def row() -> dict[str, Any]:
    return ROW
