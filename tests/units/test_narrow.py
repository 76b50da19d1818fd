"""The first look at large values: what it lets pass is right by the schema itself, and what it takes to look is little."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._formats import STANDARD, Format, Formats
from aerostack_dynamic._lower import Lowering
from aerostack_dynamic._measure import is_large
from aerostack_dynamic._narrow import FirstLook, narrowed
from aerostack_dynamic._reference import Document
from aerostack_dynamic._schema import compile_schema

jsonschema_rs = pytest.importorskip("jsonschema_rs")
PLACE = "/components/schemas/Value"
ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}},
}


def document_of(schema: Any, **others: Any) -> Document:
    raw: dict[str, Any] = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Value": schema, **others}}}
    return Document(raw, dialect_of(raw), sha256="")


def first_look(schema: Any, formats: Formats = STANDARD, **others: Any) -> FirstLook:
    lowering = Lowering(document_of(schema, **others))
    key = lowering.key(PLACE, "response")
    return FirstLook(key, lambda: lowering.closure(key), formats)


def narrow(schema: Any, *, closed: bool = True, formats: Formats = STANDARD, **others: Any) -> Any:
    lowering = Lowering(document_of(schema, **others))
    key = lowering.key(PLACE, "response")
    return narrowed(key, lowering.closure(key), formats, closed=closed)


def test_no_function_is_called_for_the_usual_formats() -> None:
    names = ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "json-pointer", "time", "uri", "uuid"]
    schema = {"properties": {name: {"type": ["string", "null"], "format": name} for name in names}}
    assert narrow(schema).functions == frozenset()
    assert first_look(schema).passes(dict.fromkeys(names))
    assert narrow({"items": {"format": "byte"}}).functions == {"byte"}
    assert narrow({"items": {"format": "iri"}}).schema == narrow({"items": {}}).schema, "nobody judges that"


def test_formats_of_a_caller_are_judged_by_their_functions() -> None:
    formats = Formats([Format("date", lambda text: text == "today"), Format("uuid")])
    look = first_look({"properties": {"a": {"format": "date"}, "b": {"format": "uuid"}, "c": {"format": "time"}}}, formats)
    assert look.passes({"a": "today", "b": "?"})
    assert not look.passes({"a": "2026-01-31"})
    assert not look.passes({"c": "?"})


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        (ROW, True),
        ({"anyOf": [ROW, {"type": "null"}]}, True),
        ({"allOf": [ROW]}, True),
        ({"$ref": "#/components/schemas/Row"}, True),
        ({"allOf": [ROW, {"properties": {"more": {}}}]}, False),
        ({"allOf": [ROW], "properties": {"more": {}}}, False),
        ({"anyOf": [ROW], "required": ["more"]}, False),
        ({"oneOf": [ROW, {"type": "null"}]}, False),
        ({**ROW, "additionalProperties": {"type": "integer"}}, False),
        ({**ROW, "patternProperties": {"^m": {"type": "integer"}}}, False),
        ({**ROW, "required": ["more"]}, False),
        ({**ROW, "not": {"properties": {"id": {"type": "string"}}}}, False),
        ({"type": "object"}, False),
    ],
)
def test_objects_have_their_declared_members_alone_where_one_schema_speaks_of_them(schema: Any, closed: bool) -> None:
    made = narrow({"type": "array", "items": schema}, Row=ROW)
    judged = jsonschema_rs.Draft202012Validator(made.schema)
    assert judged.is_valid([{"id": 1, "more": 2}]) is not closed
    assert narrow({"items": schema}, closed=False, Row=ROW).schema != made.schema or not closed
    assert "False" not in str(narrow({"items": schema}, closed=False, Row=ROW).schema)


@pytest.mark.parametrize("word", ["not", "oneOf", "contains", "if"])
def test_nothing_is_narrower_where_that_would_let_more_pass(word: str) -> None:
    row = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}
    schema: Any = {
        "not": {"not": row},
        "oneOf": {"oneOf": [row, {"type": "object", "required": ["more"]}]},
        "contains": {"items": {"contains": row, "maxContains": 0}},
        "if": {"if": row, "then": False},
    }[word]
    value: Any = {"mail": '"a <"@example.com', "more": 1}
    value = [[value]] if word == "contains" else value
    assert compile_schema(document_of(schema), PLACE).findings(value)
    assert not first_look(schema).passes(value)


def test_a_schema_that_leads_to_itself() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": f"#{PLACE}"}, "at": {"format": "date"}}}
    look = first_look(node)
    assert look.passes({"next": {"next": {"at": "2026-01-31"}}})
    assert look.passes({"next": {"next": {"more": 1}}})
    assert not look.passes({"next": {"next": {"at": "2026-01-32"}}})


def test_large_values_are_judged_as_small_ones_are() -> None:
    schema = {"type": "object", "properties": {"rows": {"type": "array", "items": ROW}}}
    checker = compile_schema(document_of(schema), PLACE)
    rows: list[dict[str, Any]] = [{"id": n, "at": "2026-01-31T12:00:00Z"} for n in range(1000)]
    assert checker.findings({"rows": rows}) == ()
    rows[999]["more"] = 1
    assert checker.findings({"rows": rows}) == ()
    assert checker.findings({"rows": rows}) == ()
    rows[999]["at"] = "0000-01-31T12:00:00Z"
    assert [(one.path, one.rule) for one in checker.findings({"rows": rows})] == [(("rows", 999, "at"), "format")]
    del rows[0]["id"]
    assert [one.rule for one in checker.findings({"rows": rows})] == ["required", "format"]


def test_validators_for_large_values_are_made_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    make = jsonschema_rs.Draft202012Validator

    def counted(schema: Any, **options: Any) -> Any:
        made.append(bool(options["formats"]))
        return make(schema, **options)

    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)
    checker = compile_schema(document_of({"items": ROW}), PLACE)
    for _ in range(3):
        checker.findings([{"id": 1}] * 10)
    assert made == [True], "with the functions of formats"
    for _ in range(3):
        checker.findings([{"id": 1}] * 1000)
    assert made == [True, False], "without any"
    for _ in range(3):
        checker.findings([{"id": 1, "more": 1}] * 1000)
    assert made == [True, False, False], "of objects with other members"


def test_what_is_large() -> None:
    many = [None] * 500
    assert is_large(many)
    assert is_large({"a": {"b": many}})
    assert is_large({"a": {"b": dict(enumerate(many))}})
    assert is_large(dict(enumerate(many)))
    assert not is_large({"a": "x" * 1000, "b": [*many[1:]], "c": {"d": "x" * 1000}})
    assert not is_large("x" * 1000)
    assert not is_large(None)
