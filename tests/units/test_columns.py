"""A list of objects as columns: names and their order, kinds by the schema, what the data has besides, rows that are no objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._columns import Column, cell, columns
from aerostack_dynamic._record import RecordList, table_of
from aerostack_dynamic._shape import Shape, shape_at
from aerostack_dynamic._values import UNSET

Make = Callable[..., Shape]


@pytest.mark.parametrize(
    ("schema", "kind", "nullable"),
    [
        ({"type": "integer"}, "integer", False),
        ({"type": ["integer", "null"]}, "integer", True),
        ({"type": "integer", "nullable": True}, "integer", True),
        ({"type": ["integer", "number"]}, "number", False),
        ({"type": "boolean"}, "boolean", False),
        ({"type": "string"}, "string", False),
        ({"type": "string", "format": "date-time"}, "date-time", False),
        ({"type": "string", "format": "date"}, "date", False),
        ({"type": "string", "format": "uuid"}, "uuid", False),
        ({"type": "string", "format": "decimal"}, "decimal", False),
        ({"type": "string", "format": "byte"}, "binary", False),
        ({"type": "string", "format": "duration"}, "duration", False),
        ({"type": "string", "format": "email"}, "string", False),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date", True),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "uuid"}]}, "string", False),
        ({"oneOf": [{"type": "string"}, {"type": "object"}]}, "mixed", False),
        ({"enum": ["a", "b", None]}, "string", True),
        ({"const": 3}, "integer", False),
        ({"properties": {"a": {}}}, "object", False),
        ({"items": {}}, "array", False),
        ({"$ref": "#/components/schemas/other"}, "boolean", False),
        ({}, "unknown", False),
        ({"type": "file"}, "unknown", False),
        (True, "unknown", False),
    ],
)
def test_the_kind_is_the_schemas(shape_of: Make, schema: Any, kind: str, nullable: bool) -> None:
    shape = shape_of({"properties": {"a": schema}, "required": ["a"]}, other={"type": "boolean"})
    (one,) = columns([], shape)
    assert (one.name, one.kind, one.nullable, one.declared) == ("a", kind, nullable, True)
    (other,) = columns([], shape_of({"properties": {"a": schema}}, other={"type": "boolean"}))
    assert other.nullable, "a row may lack it"


def test_declared_columns_come_first_in_their_order_and_then_what_the_data_has(shape_of: Make) -> None:
    shape = shape_of({"properties": {"z": {"type": "string"}, "a": {"type": "integer"}}})
    rows = [{"q": 1, "a": "wrong"}, {"b": None, "q": 1.5}, None, {"c": [1], "d": {}, "e": True, "f": "x", "b": None}]
    found = columns(rows, shape)
    assert [one.name for one in found] == ["z", "a", "q", "b", "c", "d", "e", "f"]
    assert [one.kind for one in found] == ["string", "integer", "number", "unknown", "array", "object", "boolean", "string"]
    assert [one.name for one in columns(rows, shape, first=1)] == ["z", "a", "q"]
    assert [one.name for one in columns(iter(rows), None, first=2)] == ["q", "a", "b"]
    assert [one.kind for one in columns([{"a": 1}, {"a": "x"}])] == ["mixed"]
    assert columns([]) == () == columns([], shape_of({}))


def test_what_is_said_of_undeclared_properties_tells_their_kind_and_what_is_secret(shape_of: Make) -> None:
    shape = shape_of({"type": "object", "additionalProperties": {"type": "string", "format": "date", "x-aerostack-secret": True}})
    (one,) = columns([{"day": "2024-01-01"}], shape)
    assert (one.kind, one.declared, one.secret) == ("date", False, True)
    named = shape_of(
        {"properties": {"a": {"type": "integer"}}}, other={"properties": {"pin": {"type": "string", "writeOnly": True}}}
    )
    assert [(one.name, one.secret) for one in columns([{"a": 1, "pin": "x"}], named)] == [("a", False), ("pin", True)]
    assert columns([{}], shape_of({"properties": {"p": {"format": "password"}}}))[0].secret


def test_rows_that_are_no_objects_have_a_column_of_their_own(shape_of: Make) -> None:
    shape = shape_of({"type": "object", "properties": {"value": {"type": "integer"}}})
    rows: list[Any] = [{"value": 1}, 7, None, [1]]
    declared, whole = columns(rows, shape)
    assert (whole.name, whole.kind, whole.whole) == ("value_", "mixed", True)
    assert [cell(row, whole) for row in rows] == [UNSET, 7, UNSET, [1]]
    assert [cell(row, declared) for row in rows] == [1, UNSET, UNSET, UNSET]
    (plain,) = columns([], shape_of({"type": "string", "format": "date"}))
    assert (plain.name, plain.kind, plain.whole, plain.nullable) == ("value", "date", True, False)
    assert columns([], shape_of({"oneOf": [{"type": "string"}, {"type": "object"}]})) == ()
    assert [one.kind for one in columns(["x", 1])] == ["mixed"]


def test_members_and_items_are_columns_too(shape_of: Make) -> None:
    inner = {"type": "object", "properties": {"n": {"type": "integer"}}}
    shape = shape_of(
        {
            "properties": {
                "o": inner,
                "l": {"type": "array", "items": inner},
                "any": {"type": "array"},
                "me": {"$ref": "#/components/schemas/row"},
            }
        }
    )
    outer, several, free, me = columns([], shape)
    assert [one.name for one in outer.members] == ["n"]
    assert several.item is not None
    assert [one.kind for one in several.item.members] == ["integer"]
    assert (free.item, free.members, outer.item) == (None, (), None)
    assert [one.name for one in me.members] == ["o", "l", "any", "me"], "as deep as somebody asks"


def test_a_table_of_a_list_reads_no_more_than_is_asked_for() -> None:
    shape = shape_at(Spec.bundled().document, "/components/schemas/User")
    table = table_of(RecordList([{"extra": 1}, {"more": 2}], shape), first=1)
    names = [one.name for one in table.columns]
    assert names == [*shape.properties, "extra"]
    assert table.rows == [{"extra": 1}]
    assert table_of([{"a": 1}]).columns == (Column("a", "integer"),)
    assert table_of(RecordList([], shape)).columns == columns([], shape)


def test_what_a_discriminator_chooses_is_declared(shape_of: Make) -> None:
    cat = {"allOf": [{"$ref": "#/components/schemas/row"}, {"properties": {"born": {"type": "string", "format": "date"}}}]}
    pet = {"type": "object", "properties": {"kind": {"type": "string"}}, "discriminator": {"propertyName": "kind"}}
    rows = [{"kind": "dog", "born": 5, "x": 1}, {"kind": "cat", "born": "2020-01-01"}]
    found = columns(rows, shape_of(pet, cat=cat))
    assert [(one.name, one.kind, one.declared) for one in found] == [
        ("kind", "string", True),
        ("born", "date", True),
        ("x", "integer", False),
    ]
