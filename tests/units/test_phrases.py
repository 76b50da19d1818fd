"""Schemas in words: what each keyword says, and that any document at all gives a short and harmless phrase."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import Spec
from aerostack_dynamic._phrases import ANY, literal, members_of, phrase, phrase_of
from aerostack_dynamic._shape import Shape, shape_at

ITEM = {"type": "object", "properties": {"id": {"type": "integer"}}}


def shape(schema: Any, **schemas: Any) -> Shape:
    info = {"title": "t", "version": "1"}
    components = {"schemas": {"S": schema, "Item": ITEM, **schemas}}
    spec = Spec.load({"openapi": "3.1.0", "info": info, "paths": {}, "components": components})
    return shape_at(spec.document, "/components/schemas/S")


TOLD = [
    ({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "integer, 1 to 100, default 20"),
    ({"type": "array", "items": {"$ref": "#/components/schemas/Item"}}, "list of objects"),
    ({"enum": ["user", "assistant"]}, "one of 'user', 'assistant'"),
    ({"type": "string", "enum": ["a", None], "default": "a"}, "'a' or None, default 'a'"),
    ({"enum": [*range(20)]}, "one of 0, 1, 2, 3, 4, 5, 6, 7 and 12 more"),
    ({"enum": []}, "nothing"),
    ({"const": None}, "None"),
    ({}, ANY),
    (True, ANY),
    (False, "nothing"),
    ({"type": "null"}, "None"),
    ({"nullable": True}, ANY),
    ({"type": ["string", "null"], "format": "date-time"}, "string (date-time) or None"),
    ({"type": "string", "nullable": True, "maxLength": 3}, "string, at most 3 characters, or None"),
    ({"type": "string", "minLength": 1}, "string, not empty"),
    ({"type": "string", "minLength": 2, "maxLength": 2, "pattern": "^a$"}, "string, exactly 2 characters, matching '^a$'"),
    ({"minLength": 1, "maxLength": 64}, "string, 1 to 64 characters"),
    ({"type": "string", "format": "binary"}, "bytes"),
    ({"contentMediaType": "image/png"}, "bytes"),
    ({"type": "integer", "format": "int64", "minimum": 0}, "integer, at least 0"),
    ({"type": "integer", "format": "int32", "multipleOf": 5, "maximum": 9}, "integer (int32), at most 9, a multiple of 5"),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5}, "number, above 0, below 1.5"),
    (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 2, "exclusiveMaximum": True},
        "number, above 0, below 2",
    ),
    ({"type": "number", "minimum": 3, "maximum": 3}, "number, exactly 3"),
    (
        {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1},
        "list of integers (at least 1), at least 1 item",
    ),
    ({"items": {"enum": ["a", "b"]}, "uniqueItems": True}, "list, each one of 'a', 'b', unique"),
    ({"type": "array", "items": {"type": "array", "items": {"type": ["number", "null"]}}}, "list of lists of numbers (or None)"),
    ({"type": "array"}, "list"),
    (
        {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 16},
        "object of strings, at most 16 properties",
    ),
    ({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]}, "string or integer (at least 1)"),
    ({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, "string (uuid) or None"),
    ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}}, "list of strings or booleans"),
    ({"oneOf": [{"enum": [index]} for index in range(7)]}, "0 or 1 or 2 or 3 or 4 or 2 others"),
    ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, "object"),
    ({"allOf": [{"type": "number"}, {"type": "integer", "minimum": 1}, {"minimum": 5}]}, "integer, at least 5"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "string"),
    ({"type": "string", "default": "\x1b[2J\u202e"}, "string, default '\\x1b[2J\\u202e'"),
    ({"type": "file\x07"}, "file\\x07"),
    ({"type": "string", "format": "password", "default": "hunter2"}, "string (password)"),
    ({"x-aerostack-secret": True, "enum": ["hunter2"]}, "one of some secret values"),
    ({"type": "string", "minLength": True, "pattern": 1, "format": 2}, "string"),
    ({"type": "array", "items": {"$ref": "#/components/schemas/S"}}, "list of lists of lists of lists"),
    ({"anyOf": [{"$ref": "#/components/schemas/S"}, {"type": "string"}]}, "string"),
    ({"$ref": "#/nowhere"}, ANY),
]


@pytest.mark.parametrize(("schema", "words"), TOLD, ids=[words for _, words in TOLD])
def test_a_schema_in_words(schema: Any, words: str) -> None:
    assert phrase(shape(schema)) == words


def test_what_is_declared_twice_is_told_once_and_shortly() -> None:
    both = {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"enum": ["x", "y"]}}}]}
    inner = shape(both).properties["a"]
    assert phrase(inner) == "string or one of 'x', 'y'"
    assert phrase(shape({"enum": ["x" * 500] * 30})).count("x") <= 240
    assert phrase(shape({"type": "integer", "default": 1}), default=False) == "integer"
    assert phrase(None) == ANY == phrase_of(shape({}).document, None)


def test_members_are_of_the_value_or_of_what_it_holds() -> None:
    lists = {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}
    mapping = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Item"}}
    for schema in (ITEM, lists, mapping):
        found = members_of(shape(schema))
        assert found is not None
        assert [*found.properties] == ["id"]
    assert members_of(shape({"type": "array", "items": {"$ref": "#/components/schemas/S"}})) is None
    assert members_of(None) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"wide": 10**5000}, "{'wide': an integer of 16610 bits}"),
        ({"a": [1, None, {"b": True}]}, "{'a': [1, None, {'b': True}]}"),
        ([[[[[[1]]]]]], "[[[[[...]]]]]"),
        ("x" * 100, "'" + "x" * 55 + "'..."),
        ([*range(10**6)], "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16..."),
        (object(), "a object"),
    ],
    ids=["wide", "nested", "deep", "long", "many", "other"],
)
def test_values_as_python_writes_them(value: Any, words: str) -> None:
    assert literal(value) == words


WORDS = [
    "type",
    "enum",
    "const",
    "items",
    "format",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "pattern",
    "default",
    "anyOf",
    "oneOf",
]
WORDS += ["allOf", "$ref", "properties", "additionalProperties", "nullable", "minItems", "uniqueItems", "multipleOf"]
KINDS = ["string", "integer", "array", "object", "null", "#/components/schemas/S", "\x1b", "\u202e" * 300]
LEAVES = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.just(10**999)
    | st.sampled_from(KINDS)
    | st.text(max_size=3)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=5))
def test_any_schema_at_all_has_a_phrase(schema: dict[str, Any]) -> None:
    told = phrase(shape(schema))
    assert told
    assert told.isprintable()
    assert len(told) <= 240
