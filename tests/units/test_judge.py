"""What users read of a finding: one sentence for each keyword, and never a value of theirs."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._judge import is_hard, to_problems, type_name
from aerostack_dynamic._model import Finding
from aerostack_dynamic._schema import ENGINES, compile_schema

SECRET = "hunter2hunter2"


def told(schema: Any, instance: Any, engine: Any = "compiled") -> dict[str, str]:
    document = Spec.load({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": {"row": schema}}}).document
    findings = compile_schema(document, "/components/schemas/row", engine).findings(instance)
    return {one.pointer: one.message for one in to_problems(findings, "body")}


def hard(schema: Any, instance: Any) -> bool:
    document = Spec.load({"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": {"row": schema}}}).document
    (finding,) = compile_schema(document, "/components/schemas/row").findings(instance)
    return is_hard(finding)


# Keyword -> schema, instance, pointer, message, whether `tolerant` refuses an answer for it.
TABLE: dict[str, tuple[Any, Any, str, str, bool]] = {
    "type": ({"type": "integer"}, SECRET, "", "expected integer, got string", True),
    "type list": ({"type": ["string", "null"]}, 5, "", "expected null or string, got integer", True),
    "required": ({"required": ["a/b"]}, {SECRET: SECRET}, "/a~1b", "required, missing", True),
    "additionalProperties": ({"additionalProperties": False}, {"x": SECRET}, "/x", "not allowed here", True),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"a": SECRET}, "/b", "required, missing", True),
    "enum": ({"enum": ["red", "blue"]}, SECRET, "", "must be one of 'red', 'blue'", False),
    "enum close": ({"enum": ["red", "blue"]}, "Blue", "", "must be one of 'red', 'blue', did you mean 'blue'?", False),
    "enum of one": ({"enum": ["red"]}, SECRET, "", "must be 'red'", False),
    "enum of many": ({"enum": [*range(13)]}, SECRET, "", f"must be one of {', '.join(map(str, range(12)))}, ...", False),
    "const": ({"const": "red"}, SECRET, "", "must be 'red'", False),
    "minLength": ({"minLength": 20}, SECRET, "", "must have at least 20 characters, has 14", False),
    "maxLength": ({"maxLength": 2}, SECRET, "", "must have at most 2 characters, has 14", False),
    "minLength as a float": ({"minLength": 20.0}, SECRET, "", "must have at least 20 characters, has 14", False),
    "minItems": ({"minItems": 2}, [SECRET], "", "must have at least 2 items, has 1", False),
    "maxItems": ({"maxItems": 0}, [SECRET], "", "must have at most 0 items, has 1", False),
    "minProperties": ({"minProperties": 2}, {"a": SECRET}, "", "must have at least 2 properties, has 1", False),
    "maxProperties": ({"maxProperties": 0}, {"a": SECRET}, "", "must have at most 0 properties, has 1", False),
    "minimum": ({"minimum": 3}, -123456.5, "", "must be at least 3", False),
    "maximum": ({"maximum": 3}, 123456.5, "", "must be at most 3", False),
    "exclusiveMinimum": ({"exclusiveMinimum": 3}, -123456.5, "", "must be more than 3", False),
    "exclusiveMaximum": ({"exclusiveMaximum": 3}, 123456.5, "", "must be less than 3", False),
    "multipleOf": ({"multipleOf": 2}, 123456.5, "", "must be a multiple of 2", False),
    "format": ({"format": "uuid"}, SECRET, "", "is not a valid uuid", False),
    "pattern": ({"pattern": "^a$"}, SECRET, "", "does not match the pattern '^a$'", False),
    "uniqueItems": ({"uniqueItems": True}, [SECRET, SECRET], "", "holds the same item twice", False),
    "not": ({"not": {"type": "string"}}, SECRET, "", "has a form that is excluded", False),
    "contains": ({"contains": {"const": 1}}, [SECRET], "", "has too few or too many items of the kind it must contain", False),
    "maxContains": (
        *({"contains": {"const": SECRET}, "maxContains": 1}, [SECRET, SECRET], ""),
        *("has too few or too many items of the kind it must contain", False),
    ),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {SECRET: 1}, "", "has a property whose name is not allowed", True),
    "unevaluatedProperties": ({"unevaluatedProperties": False}, {"a": SECRET}, "", "has a property that is not allowed", True),
    "unevaluatedItems": ({"unevaluatedItems": False}, [SECRET], "", "has an item that is not allowed", True),
    "false": ({"properties": {"a": False}}, {"a": SECRET}, "/a", "is not allowed", True),
    "items": ({"items": {"type": "integer"}}, [1, SECRET], "/1", "expected integer, got string", True),
    "oneOf, several": (
        {"oneOf": [{}, True]},
        SECRET,
        "",
        "fits more than one of the alternatives, of which only one may fit",
        False,
    ),
    "anyOf": (
        {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 3}]},
        *(SECRET, "", "fits none of the 2 alternatives; the nearest says: must have at most 3 characters, has 14", False),
    ),
    "anyOf, all hard": (
        {"anyOf": [{"type": "integer"}, {"type": "object"}]},
        *(SECRET, "", "fits none of the 2 alternatives; the nearest says: expected integer, got string", True),
    ),
    "oneOf of objects": (
        {"oneOf": [{"required": ["a", "b", "c"]}, {"properties": {"a": {"properties": {"b": {"type": "null"}}}}}]},
        {"a": {"b": SECRET}},
        *("", "fits none of the 2 alternatives; the nearest says: /a/b: expected null, got string", True),
    ),
    "anyOf of false": (
        {"anyOf": [False, False]},
        SECRET,
        "",
        "fits none of the 2 alternatives; the nearest says: is not allowed",
        True,
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TABLE)
def test_the_sentence_of_a_keyword(name: str, engine: str) -> None:
    schema, instance, pointer, message, _ = TABLE[name]
    assert told(schema, instance, engine) == {pointer: message}


@pytest.mark.parametrize("name", TABLE)
def test_no_sentence_holds_a_value(name: str) -> None:
    schema, instance, *_ = TABLE[name]
    said = str(told(schema, instance))
    if name not in ("enum close", "maxContains"):
        assert SECRET not in said
    assert "123456" not in said


@pytest.mark.parametrize("name", TABLE)
def test_what_tolerant_refuses(name: str) -> None:
    schema, instance, _, _, refused = TABLE[name]
    assert hard(schema, instance) is refused


def test_a_required_property_among_alternatives_is_told_by_name() -> None:
    schema = {"anyOf": [{"required": ["card"]}, {"type": "string"}]}
    assert told(schema, {"cash": SECRET}) == {"": "fits none of the 2 alternatives; the nearest says: /card: required, missing"}


def test_every_name_has_its_own_problem() -> None:
    finding = Finding(("a",), "required", names=("b", "c"))
    assert [one.pointer for one in to_problems([finding], "response", "/base")] == ["/base/a/b", "/base/a/c"]
    assert {one.location for one in to_problems([finding], "response")} == {"response"}


def test_an_unknown_keyword_is_named() -> None:
    (problem,) = to_problems([Finding((), "frobnicate")], "body")
    assert problem.message == "breaks the rule 'frobnicate'"
    assert not is_hard(Finding((), "frobnicate"))


def test_depth() -> None:
    (problem,) = to_problems([Finding((), "depth")], "body")
    assert problem.message == "nests too deep to be checked"
    assert is_hard(Finding((), "depth"))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (1.0, "number"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
        (b"", "bytes"),
    ],
)
def test_type_names(value: object, name: str) -> None:
    assert type_name(value) == name
