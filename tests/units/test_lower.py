"""Schema Objects of each dialect as the plain JSON Schema that engines are given: by table, each row what the standard says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._keywords import schema_places
from aerostack_dynamic._lower import Lowering
from aerostack_dynamic._reference import Document
from aerostack_dynamic._schema import ENGINES, compile_schema, schema_problems

ROW = "/components/schemas/row"
OLD, NEW, NEWEST = "3.0.3", "3.1.0", "3.2.0"


def document_of(version: str, schemas: dict[str, Any], files: dict[str, Any] | None = None, **more: Any) -> Document:
    raw = {"openapi": version, "paths": {}, "components": {"schemas": schemas}}
    return Document(raw, dialect_of(raw), sha256="", files=files or {}, **more)


def to(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def passes(document: Document, instance: Any, direction: Any = "response", place: str = ROW) -> bool:
    told = {engine: not compile_schema(document, place, engine, direction=direction).findings(instance) for engine in ENGINES}
    assert len(set(told.values())) == 1, (instance, told)
    return told["compiled"]


def lowered(document: Document, direction: Any = "response", place: str = ROW) -> Any:
    lowering = Lowering(document)
    return lowering.definition(lowering.key(place, direction)).schema


# ---- OpenAPI 3.0 (section 4.7.24)

NULLABLE = {"nullable": True}
TABLE_OLD: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "nullable": ({"type": "string", **NULLABLE}, ["a", None], [1]),
    "nullable, not": ({"type": "string", "nullable": False}, ["a"], [None]),
    "nullable without a type": ({"minLength": 2, **NULLABLE}, [None, "ab"], ["a"]),
    "nullable with an enum": ({"type": "string", "enum": ["a"], **NULLABLE}, ["a", None], ["b"]),
    "nullable with an enum that has null": ({"enum": ["a", None], **NULLABLE}, ["a", None], ["b"]),
    "nullable beside allOf": ({"allOf": [to("text")], **NULLABLE}, ["ab", None], ["a", 1]),
    "nullable beside a type and allOf": ({"type": "string", "allOf": [to("text")], **NULLABLE}, ["ab", None], ["a", 1]),
    "nullable beside oneOf": ({"oneOf": [to("text"), {"type": "integer"}], **NULLABLE}, ["ab", 1, None], ["a", 0.5]),
    "nullable beside not": ({"not": {"type": "string"}, **NULLABLE}, [None, 1], ["a"]),
    "nullable in allOf": ({"allOf": [{"type": "string", **NULLABLE}]}, [None, "a"], [1]),
    "nullable beside a reference": ({**to("text"), **NULLABLE}, ["ab"], [None, "a"]),
    "not nullable by default": ({"type": "object"}, [{}], [None]),
    "exclusive minimum": ({"minimum": 3, "exclusiveMinimum": True}, [4], [3, 2]),
    "inclusive minimum": ({"minimum": 3, "exclusiveMinimum": False}, [4, 3], [2]),
    "exclusive maximum": ({"maximum": 3, "exclusiveMaximum": True}, [2], [3, 4]),
    "exclusive without a limit": ({"exclusiveMaximum": True, "exclusiveMinimum": True}, [2, -2], []),
    "what stands beside a reference": ({**to("text"), "maxLength": 2, "type": "integer"}, ["abc"], [1]),
    "identifiers are nothing": ({"$id": "urn:x", "$anchor": "a", "properties": {"a": to("text")}}, [{"a": "ab"}], [{"a": "a"}]),
    "a dynamic reference is nothing": ({"$dynamicRef": "#none", "type": "string"}, ["a"], [1]),
    "a name that is a keyword": ({"properties": {"nullable": {"type": "boolean"}}}, [{"nullable": True}], [{"nullable": None}]),
}
# ---- OpenAPI 3.1 and 3.2, that is JSON Schema 2020-12
TABLE_NEW: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "what stands beside a reference": ({**to("text"), "maxLength": 3}, ["abc"], ["abcd", "a", 1]),
    "nullable is nothing": ({"type": "string", **NULLABLE}, ["a"], [None]),
    "types": ({"type": ["string", "null"]}, ["a", None], [1]),
    "false": (False, [], [None, 1, {}]),
    "true": (True, [None, 1, {}], []),
    "booleans within": ({"properties": {"a": True, "b": False}, "items": False}, [{"a": 1}, []], [{"b": 1}, [1]]),
    "exclusive limits": ({"exclusiveMinimum": 3, "minimum": 1, "exclusiveMaximum": 5}, [4], [3, 5]),
    "items as a list": (
        {"items": [{"type": "string"}], "additionalItems": {"type": "integer"}},
        [["a"], ["a", 1], []],
        [[1], ["a", "b"]],
    ),
    "items as a list, any more": ({"items": [{"type": "string"}]}, [["a"], ["a", 1, None]], [[1]]),
    "items as a list beside prefixItems": ({"items": [{"type": "string"}], "prefixItems": [{}]}, [[1]], []),
    "items as an empty list": ({"items": []}, [[], [1]], []),
    "an identifier within": (
        {"$id": "https://a.example/x/", "properties": {"a": {"$ref": "y/z"}}, "$defs": {"z": {"$id": "y/z", "type": "string"}}},
        [{"a": "b"}],
        [{"a": 1}],
    ),
    "a pointer within a resource": (
        {"$id": "urn:uuid:1", "$defs": {"a~/%": {"type": "string"}}, "items": {"$ref": "#/$defs/a~0~1%25"}},
        [["a"]],
        [[1]],
    ),
    "a pointer into another resource": ({"$ref": "urn:other#/items"}, ["a"], [1]),
    "an anchor": ({"$ref": "#here", "$defs": {"deep": {"not": {"items": {"$anchor": "here", "type": "string"}}}}}, ["a"], [1]),
    "an anchor of another resource": ({"$ref": "urn:other#there"}, [[]], [1]),
    "an empty fragment": ({"$id": "urn:here", "properties": {"a": {"$ref": "#"}}, "type": "object"}, [{"a": {}}], [{"a": 1}]),
    "definitions anywhere": ({"items": {"$ref": f"#{ROW}/x-any/where"}, "x-any": {"where": {"type": "string"}}}, [["a"]], [[1]]),
    "an identifier that is a value": (
        {"enum": [{"$id": "urn:value", "type": "string"}], "const": {"$id": "urn:value", "type": "string"}},
        [{"$id": "urn:value", "type": "string"}],
        ["a"],
    ),
    "a property called $id": (
        {"properties": {"$id": {"type": "string"}, "$ref": {"type": "integer"}}},
        [{"$id": "a"}],
        [{"$ref": "a"}],
    ),
    "contains none": ({"contains": {"type": "string"}, "minContains": 0, "maxContains": 1}, [[], ["a"]], [["a", "b"]]),
}
SHARED = {
    "text": {"type": "string", "minLength": 2},
    "other": {"$id": "urn:other", "$anchor": "there", "type": "array", "items": {"type": "string"}},
}


@pytest.mark.parametrize("name", TABLE_OLD)
def test_what_3_0_says(name: str) -> None:
    schema, valid, broken = TABLE_OLD[name]
    document = document_of(OLD, {**SHARED, "row": schema})
    assert ([passes(document, one) for one in valid], [passes(document, one) for one in broken]) == (
        [True] * len(valid),
        [False] * len(broken),
    )


@pytest.mark.parametrize("version", [NEW, NEWEST])
@pytest.mark.parametrize("name", TABLE_NEW)
def test_what_2020_12_says(name: str, version: str) -> None:
    schema, valid, broken = TABLE_NEW[name]
    document = document_of(version, {**SHARED, "row": schema})
    assert ([passes(document, one) for one in valid], [passes(document, one) for one in broken]) == (
        [True] * len(valid),
        [False] * len(broken),
    )


def test_a_dynamic_reference_means_what_the_outermost_schema_means_by_it() -> None:
    """A page of items, which are what the schema that was asked for says (JSON Schema 2020-12, section 7.7.1)."""
    page = {
        "$id": "urn:page",
        "$dynamicAnchor": "unused",
        "items": {"$dynamicRef": "#item"},
        "$defs": {"any": {"$dynamicAnchor": "item"}},
    }
    texts = {"$id": "urn:texts", "$ref": "urn:page", "$defs": {"item": {"$dynamicAnchor": "item", "type": "string"}}}
    numbers = {"$id": "urn:numbers", "$ref": "urn:page", "$defs": {"item": {"$dynamicAnchor": "item", "type": "number"}}}
    document = document_of(
        NEW,
        {
            "page": page,
            "texts": texts,
            "numbers": numbers,
            "row": {"properties": {"a": to("texts"), "b": to("numbers"), "c": to("page")}},
        },
    )
    assert passes(document, {"a": ["x"], "b": [1], "c": ["x", 1, None]})
    assert not passes(document, {"a": [1]})
    assert not passes(document, {"b": ["x"]})


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("int8", -128, 127),
        ("int32", -(2**31), 2**31 - 1),
        ("int64", -(2**63), 2**63 - 1),
        ("uint8", 0, 255),
        ("uint64", 0, 2**64 - 1),
    ],
)
@pytest.mark.parametrize("version", [OLD, NEW])
def test_formats_of_integers_are_ranges(version: str, name: str, least: int, most: int) -> None:
    document = document_of(version, {"row": {"type": "integer", "format": name}})
    assert passes(document, least)
    assert passes(document, most)
    assert not passes(document, least - 1)
    assert not passes(document, most + 1)


def test_a_format_of_integers_narrows_limits_and_says_nothing_of_texts() -> None:
    assert lowered(document_of(NEW, {"row": {"format": "int8", "minimum": 5, "maximum": 900}})) == {
        "format": "int8",
        "minimum": 5,
        "maximum": 127,
    }
    for kinds in ("string", ["string", "integer"]):
        assert "maximum" not in lowered(document_of(NEW, {"row": {"type": kinds, "format": "int64"}}))


# ---- what only one direction has (OpenAPI 3.0, section 4.7.24.1; 3.2, section 4.24.2)

ONLY = {"properties": {"id": {"readOnly": True}, "secret": {"writeOnly": True}, "name": {"type": "string"}}}
ALL = ["id", "secret", "name"]
DIRECTIONS: dict[str, Any] = {
    "its own": {**ONLY, "required": ALL},
    "by a reference": to("only"),
    "of a property's reference": {"properties": {"id": to("id"), "secret": {"allOf": [to("secret")]}}, "required": ALL},
    "beside allOf": {"allOf": [{**ONLY}, {"required": ALL}]},
    "required beside allOf": {"allOf": [ONLY], "required": ALL},
    "required in what is referred to": {"allOf": [{"required": ALL}, to("open")]},
    "properties beside a reference": {**ONLY, "allOf": [to("needing")]},
    "deep": {"allOf": [{"allOf": [{"allOf": [to("open")]}]}, {"allOf": [to("needing")]}]},
}
BESIDE = {
    "only": {**ONLY, "required": ALL},
    "open": ONLY,
    "needing": {"required": ALL},
    "id": {"type": "integer", "readOnly": True},
    "secret": {"type": "string", "writeOnly": True},
}


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("name", DIRECTIONS)
def test_what_is_required_by_direction(name: str, version: str) -> None:
    document = document_of(version, {**BESIDE, "row": DIRECTIONS[name]})
    asked, answered = {"name": "a", "secret": "b"}, {"name": "a", "id": 1}
    assert [passes(document, asked, "request"), passes(document, answered, "request")] == [True, False]
    assert [passes(document, asked, "response"), passes(document, answered, "response")] == [False, True]
    for direction in ("request", "response"):
        assert not passes(document, {"id": 1, "secret": "b"}, direction), "the name is required in both"


def test_what_is_nested_is_judged_by_its_own() -> None:
    inner = {"type": "object", **ONLY, "required": ALL}
    document = document_of(
        NEW, {"row": {"properties": {"id": {"readOnly": True}, "inner": inner, "list": {"items": {"required": ["id"]}}}}}
    )
    assert passes(document, {"inner": {"name": "a", "secret": "b"}}, "request")
    assert not passes(document, {"list": [{}]}, "request"), "another object's property"
    assert passes(document, {"list": [{"id": 1}]}, "request")


def test_what_may_not_be_there_stays_so() -> None:
    document = document_of(NEW, {"row": {**ONLY, "required": ALL, "not": {"required": ["id"]}}})
    assert passes(document, {"name": "a", "secret": "b"}, "request")
    assert not passes(document, {"name": "a", "secret": "b", "id": 1}, "request")


def test_alternatives_that_differ_in_what_a_direction_lacks_both_hold() -> None:
    document = document_of(NEW, {"row": {**ONLY, "oneOf": [{"required": ["id"]}, {"required": ["name"]}]}})
    assert passes(document, {"name": "a"}, "request")
    assert not passes(document, {"name": "a", "id": 1}, "response")


def test_a_document_without_such_properties_has_one_checker_for_both() -> None:
    document = document_of(NEW, {"row": {"type": "string"}})
    assert compile_schema(document, ROW, direction="request") is compile_schema(document, ROW, direction="response")


# ---- patterns that can't be enforced


def test_what_is_additional_cannot_be_told_beside_a_lost_pattern() -> None:
    schema = {"properties": {"a": {}}, "patternProperties": {"^(?=x)": False, "^y": False}}
    for more in ({"additionalProperties": False}, {"unevaluatedProperties": False}):
        document = document_of(NEW, {"row": {**schema, **more}})
        assert passes(document, {"x1": 1, "z": 1})
        assert not passes(document, {"y1": 1})
        (problem,) = schema_problems(document, [(ROW, "response")])
        assert problem.pointer == f"{ROW}/patternProperties/^(?=x)"
        assert problem.consequence == "the keyword is not enforced"


# ---- recursion and depth


def nested(levels: int, value: Any = 1) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def test_recursion() -> None:
    tree = {"type": "object", "properties": {"left": to("row"), "right": to("row")}, "additionalProperties": False}
    document = document_of(NEW, {"row": tree})
    assert passes(document, {"left": {"right": {}}})
    assert not passes(document, {"left": {"right": {"up": 1}}})
    assert len(closure_of(document)) == 1


def closure_of(document: Document, place: str = ROW) -> dict[str, Any]:
    lowering = Lowering(document)
    return lowering.closure(lowering.key(place, "response"))


@pytest.mark.parametrize("levels", [39, 41, 90, 199])
def test_schemas_nested_deep(levels: int) -> None:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    document = document_of(NEW, {"row": schema})
    compiled = compile_schema(document, ROW)
    assert compiled.findings(nested(levels, "x")) == ()
    (found,) = compiled.findings(nested(levels, 1))
    assert (found.rule, len(found.path)) == ("type", levels)
    assert (len(closure_of(document)) > 1) is (levels > 40)


def test_places_of_problems_deep_in_a_schema() -> None:
    schema: Any = {"type": "nonsense"}
    for _ in range(60):
        schema = {"items": schema}
    (problem,) = schema_problems(document_of(NEW, {"row": schema}), [(ROW, "response")])
    assert problem.pointer == f"{ROW}{'/items' * 60}/type"


def test_schemas_that_refer_to_one_another_in_place_are_read_once() -> None:
    circle = {"a": {"allOf": [to("b")], **ONLY, "required": ALL}, "b": {"allOf": [to("a"), {"required": ["id"]}]}}
    again = {"properties": {"id": {"allOf": [to("c")]}}, "required": ["id"]}
    document = document_of(NEW, {**circle, "c": {"$ref": "#/components/schemas/d"}, "d": {"allOf": [to("c")]}, "row": again})
    assert lowered(document, "request", "/components/schemas/a")["required"] == ["secret", "name"]
    assert lowered(document, "request")["required"] == ["id"]


def test_two_references_beside_each_other_both_hold() -> None:
    schema = {"$ref": "#/components/schemas/text", "$dynamicRef": "#short", "allOf": [{"pattern": "^a"}]}
    document = document_of(NEW, {**SHARED, "row": schema, "short": {"$dynamicAnchor": "short", "maxLength": 3}})
    assert [passes(document, one) for one in ("ab", "a", "abcd", "bcd")] == [True, False, False, False]


# ---- other files


FILES = {
    "schemas/pet.yaml": {
        "Pet": {"type": "object", "properties": {"owner": {"$ref": "../people/owner.yaml"}, "kind": {"$ref": "#/Kind"}}},
        "Kind": {"enum": ["cat"]},
    },
    "people/owner.yaml": {
        "type": "object",
        "properties": {
            "pets": {"items": {"$ref": "../schemas/pet.yaml#/Pet"}},
            "of": {"$ref": "../openapi.yaml#/components/schemas/name"},
        },
    },
    "people/named.yaml": {"$id": "https://a.example/named", "type": "array", "items": {"$ref": "owner.yaml"}},
}


@pytest.mark.parametrize("version", [OLD, NEW])
def test_schemas_in_other_files(version: str) -> None:
    document = document_of(
        version, {"name": {"type": "string"}, "row": {"$ref": "schemas/pet.yaml#/Pet"}}, FILES, name="openapi.yaml"
    )
    assert passes(document, {"kind": "cat", "owner": {"of": "a", "pets": [{"kind": "cat"}]}})
    for wrong in ({"kind": "dog"}, {"owner": {"of": 1}}, {"owner": {"pets": [{"kind": "dog"}]}}):
        assert not passes(document, wrong)
    assert not passes(document, {"kind": "dog"}, place="schemas/pet.yaml#/Pet")


def test_a_file_that_calls_itself_otherwise_finds_what_lies_beside_it() -> None:
    document = document_of(
        NEW,
        {"name": {"type": "string"}, "row": {"$ref": "people/named.yaml"}, "also": {"$ref": "https://a.example/named"}},
        FILES,
        name="openapi.yaml",
    )
    for place in (ROW, "/components/schemas/also"):
        assert passes(document, [{"of": "a"}], place=place)
        assert not passes(document, [{"of": 1}], place=place)


def test_problems_in_other_files_name_them() -> None:
    document = document_of(NEW, {"row": {"$ref": "a.yaml#/x~1y"}}, {"a.yaml": {"x/y": {"type": 5}}})
    (problem,) = schema_problems(document, [(ROW, "response")])
    assert problem.pointer == "a.yaml#/x~1y/type"
    assert str(problem) == "document a.yaml#/x~1y/type: type can't be 5"
    broken = document_of(
        NEW,
        {"row": {"$ref": "a.yaml#/x"}},
        {"a.yaml": {"x": {"items": {"$ref": "none.yaml"}}}},
        absent={"none.yaml": "none.yaml can't be read"},
    )
    with pytest.raises(SpecError) as caught:
        compile_schema(broken, ROW)
    assert [(one.pointer, one.message) for one in caught.value.problems] == [("a.yaml#/x/items", "none.yaml can't be read")]


def test_places_of_schemas_that_something_else_has() -> None:
    schema = {"properties": {"schema": {"type": "string"}}}
    raw = {
        "paths": {
            "/a": {"get": {"parameters": [{"schema": schema}], "responses": {"200": {"content": {"a/b": {"itemSchema": schema}}}}}}
        },
        "components": {"schemas": {"row": schema}, "headers": {"h": {"schema": True, "example": {"schema": {}}}}},
    }
    assert sorted(schema_places(raw)) == [
        "/components/headers/h/schema",
        "/paths/~1a/get/parameters/0/schema",
        "/paths/~1a/get/responses/200/content/a~1b/itemSchema",
    ]


@pytest.mark.parametrize("written", ['"readOnly"', '"\\u0072eadOnly"', '"read\\u004fnly"'])
def test_a_word_that_is_written_with_escapes_is_seen(written: str) -> None:
    """A document is looked through for such words in its bytes."""
    text = json.dumps({"openapi": NEW, "paths": {}, "components": {"schemas": {"row": {**ONLY, "required": ["id"]}}}})
    document = Spec.load(text.replace('"readOnly"', written).encode()).document
    assert passes(document, {}, "request")
    assert not passes(document, {}, "response")


def test_a_word_that_yaml_writes_with_escapes_is_seen() -> None:
    row = '{required: [id], properties: {id: {"read\\x4fnly": true}}}'
    text = f"openapi: {NEW}\npaths: {{}}\ncomponents: {{schemas: {{row: {row}}}}}\n"
    document = Spec.load(text.encode()).document
    assert passes(document, {}, "request")
    assert not passes(document, {}, "response")
