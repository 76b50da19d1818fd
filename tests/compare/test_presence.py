"""Whether a field of an answer is declared, and required: a table of schemas."""

from __future__ import annotations

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic.compare._presence import Presence, presence

UNDECLARED, OPTIONAL, REQUIRED = Presence


def obj(properties=None, required=(), **more):
    return {"type": "object", "properties": properties or {}, "required": [*required], **more}


A = obj({"a": {}}, ["a"])
MAYBE_A = obj({"a": {}})
SCHEMAS = {
    "Tree": obj({"name": {}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}, ["name", "children"]),
    "Self": {"allOf": [{"$ref": "#/components/schemas/Self"}, A]},
    "A": A,
}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "path", "expected"),
    [
        (A, "a", REQUIRED),
        (MAYBE_A, "a", OPTIONAL),
        (MAYBE_A, "b", UNDECLARED),
        (True, "a", UNDECLARED),
        ({}, "a", UNDECLARED),
        (ref("A"), "a", REQUIRED),
        (ref("A"), "", REQUIRED),
        (obj({"x": A}, ["x"]), "x/a", REQUIRED),
        (obj({"x": A}), "x/a", OPTIONAL),
        (obj({"x": MAYBE_A}, ["x"]), "x/a", OPTIONAL),
        (obj({"x": {**A, "type": ["object", "null"]}}, ["x"]), "x/a", OPTIONAL),
        (obj({"x": {**A, "type": ["object", "null"]}}, ["x"]), "x", REQUIRED),
        (obj({"x": {"anyOf": [A, {"type": "null"}]}}, ["x"]), "x/a", OPTIONAL),
        ({"type": "array", "items": A}, "*/a", REQUIRED),
        ({"type": "array", "items": A}, "*/b", UNDECLARED),
        ({"type": "array", "prefixItems": [A]}, "*/a", REQUIRED),
        (obj(additionalProperties=A), "*/a", REQUIRED),
        (obj(additionalProperties=A), "any", OPTIONAL),
        (obj(additionalProperties=True), "any", UNDECLARED),
        (obj(patternProperties={"^x-": A}), "x-1/a", OPTIONAL),
        (obj(patternProperties={"^x-": A}), "y/a", UNDECLARED),
        ({"allOf": [MAYBE_A, {"required": ["a"]}]}, "a", REQUIRED),
        ({"allOf": [MAYBE_A, obj({"b": {}})]}, "b", OPTIONAL),
        ({"oneOf": [A, obj({"a": {}, "b": {}}, ["a"])]}, "a", REQUIRED),
        ({"oneOf": [A, obj({"b": {}}, ["b"])]}, "a", OPTIONAL),
        ({"oneOf": [obj({"b": {}}), obj({"c": {}})]}, "a", UNDECLARED),
        ({**MAYBE_A, "anyOf": [{"required": ["a"]}, {"required": ["a"]}]}, "a", REQUIRED),
        ({**MAYBE_A, "anyOf": [{"required": ["a"]}, {}]}, "a", OPTIONAL),
        ({"if": {}, "then": A, "else": A}, "a", REQUIRED),
        ({"if": {}, "then": A}, "a", OPTIONAL),
        (ref("Tree"), "children/*/children/*/name", REQUIRED),
        (ref("Tree"), "children/*/age", UNDECLARED),
        (ref("Self"), "a", REQUIRED),
        (obj({"secret": {"writeOnly": True}}, ["secret"]), "secret", OPTIONAL),
        (obj({"a/b": A}, ["a/b"]), "a~b", UNDECLARED),
    ],
)
def test_a_table(schema, path, expected):
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {**SCHEMAS, "Here": schema}},
    }
    tokens = path.split("/") if path else []
    assert presence(Spec.load(raw).document, "/components/schemas/Here", tokens) is expected


def test_what_null_may_stand_for_in_3_0():
    raw = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {
                "A": A,
                "Here": obj({"x": {"nullable": True, "allOf": [ref("A")]}, "y": {"allOf": [ref("A")]}}, ["x", "y"]),
            }
        },
    }
    document = Spec.load(raw).document
    assert presence(document, "/components/schemas/Here", ["x", "a"]) is OPTIONAL
    assert presence(document, "/components/schemas/Here", ["y", "a"]) is REQUIRED


def test_schemas_that_lead_to_each_other_in_many_ways_end():
    several = {f"S{n}": {"allOf": [ref(f"S{m}") for m in range(12)]} for n in range(12)}
    raw = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": several}}
    assert presence(Spec.load(raw).document, "/components/schemas/S0", ["a", "b"]) is UNDECLARED
