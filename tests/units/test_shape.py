"""What schemas declare: names, types and formats through references and combinations (OpenAPI 3.1, section 4.8.24)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._shape import Shape, masked, shape_at

Make = Callable[..., Shape]
REF = {"$ref": "#/components/schemas/other"}
OTHER = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ({"properties": {"a": {}, "B": {}}}, ["a", "B"]),
        (REF, ["b"]),
        ({**REF, "properties": {"a": {}}}, ["a", "b"]),
        ({"allOf": [{"properties": {"a": {}}}, REF]}, ["a", "b"]),
        ({"anyOf": [{"properties": {"a": {}}}, REF]}, ["a", "b"]),
        ({"oneOf": [{"properties": {"a": {}}}, {"properties": {"a": {}, "c": {}}}]}, ["a", "c"]),
        ({"if": {"properties": {"a": {}}}, "then": {"properties": {"c": {}}}, "else": REF}, ["a", "c", "b"]),
        ({"allOf": [{"anyOf": [{"oneOf": [REF]}]}]}, ["b"]),
        ({"not": {"properties": {"a": {}}}}, []),
        (True, []),
        ({"properties": []}, []),
        ({"allOf": {}}, []),
        ({"$ref": "#/nowhere", "properties": {"a": {}}}, ["a"]),
        ({"$ref": "elsewhere.yaml"}, []),
        ({"$ref": "#/components/schemas/row", "properties": {"a": {}}}, ["a"]),
        ({"properties": {"a": {"$ref": "#/components/schemas/row"}}}, ["a"]),
    ],
)
def test_properties(schema: Any, names: list[str], shape_of: Make) -> None:
    shape = shape_of(schema, other=OTHER)
    assert list(shape.properties) == names


def test_properties_of_several_places_are_one_shape(shape_of: Make) -> None:
    shape = shape_of({"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"format": "uuid"}}}]})
    assert shape.properties["a"].format == "uuid"
    assert shape.properties["a"].types == {"string"}


def test_a_schema_that_holds_itself_has_endless_properties(shape_of: Make) -> None:
    shape = shape_of({"properties": {"next": {"$ref": "#/components/schemas/row"}}})
    for _ in range(50):
        shape = shape.properties["next"]
    assert list(shape.properties) == ["next"]


DYNAMIC: dict[str, Any] = {
    "N": {
        "$id": "https://x.example/n",
        "$dynamicAnchor": "n",
        "properties": {"d": {}, "c": {"type": "array", "items": {"$dynamicRef": "#n"}}},
    },
    "Strict": {"$id": "https://x.example/strict", "$dynamicAnchor": "n", "$ref": "n", "properties": {"more": {}}},
    "Page": {
        "$id": "https://x.example/page",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#T"}}, "next": {"$ref": "page"}},
        "$defs": {"T": {"$dynamicAnchor": "T", "properties": {"unknown": {}}}},
    },
    "PetPage": {
        "$id": "https://x.example/pets",
        "$ref": "page",
        "$defs": {
            "T": {"$dynamicAnchor": "T", "$ref": "#/$defs/Pet"},
            "Pet": {"properties": {"name": {}, "more": {"$ref": "page"}}},
        },
    },
}


@pytest.mark.parametrize(
    ("root", "steps", "names"),
    [
        ("N", ["c"], ["d", "c"]),
        ("N", ["c", "c", "c"], ["d", "c"]),
        ("Strict", [], ["more", "d", "c"]),
        ("Strict", ["c"], ["more", "d", "c"]),
        ("Strict", ["c", "c"], ["more", "d", "c"]),
        ("Page", ["items"], ["unknown"]),
        ("PetPage", ["items"], ["name", "more"]),
        ("PetPage", ["next", "next", "items"], ["name", "more"]),
        ("PetPage", ["items", "more", "items"], ["name", "more"]),
    ],
)
def test_dynamic_references_mean_what_the_outermost_schema_has(
    root: str, steps: list[str], names: list[str], shape_of: Make
) -> None:
    """JSON Schema 2020-12, section 8.2.3.2."""
    for shape in (shape_of(DYNAMIC[root], **DYNAMIC), shape_of({"$ref": f"#/components/schemas/{root}"}, **DYNAMIC)):
        here = pickle.loads(pickle.dumps(shape))
        for step in steps:
            here = here.properties[step]
            here = here.items or here
        assert list(here.properties) == names


@pytest.mark.parametrize(
    ("reference", "names"),
    [("#a", ["x"]), ("#b", ["y"]), ("#/components/schemas/A", ["x"]), ("#nowhere", []), (3, []), ("n#n", [])],
)
def test_dynamic_references_without_resources(reference: Any, names: list[str], shape_of: Make) -> None:
    schemas = {"A": {"$dynamicAnchor": "a", "properties": {"x": {}}}, "B": {"$anchor": "b", "properties": {"y": {}}}}
    shape = shape_of({"properties": {"p": {"$dynamicRef": reference}}}, **schemas)
    assert list(shape.properties["p"].properties) == names


def test_what_is_required_by_a_dynamic_reference(shape_of: Make) -> None:
    assert shape_of({"$dynamicRef": "#a"}, A={"$dynamicAnchor": "a", "required": ["x"]}).required == {"x"}


def test_names_shun_those_of_dict(shape_of: Make) -> None:
    shape = shape_of({"properties": {"keys": {}, "items": {}, "jobId": {}, "class": {}, "get": {}, "Id": {}, "ID": {}}})
    assert shape.names == {
        "keys_": "keys",
        "items_": "items",
        "job_id": "jobId",
        "class_": "class",
        "get_": "get",
        "id": "Id",
        "ID": "ID",
    }


@pytest.mark.parametrize(
    ("schema", "open_", "explicit"),
    [
        ({}, True, False),
        ({"type": "object"}, True, False),
        ({"properties": {"a": {}}}, False, False),
        ({"properties": {"a": {}}, "additionalProperties": True}, True, True),
        ({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}, True, True),
        ({"properties": {"a": {}}, "additionalProperties": False}, False, False),
        ({"properties": {"a": {}}, "unevaluatedProperties": {}}, True, True),
        ({"properties": {"a": {}}, "patternProperties": {"^x": {}}}, True, True),
        ({"properties": {"a": {}}, "allOf": [{"additionalProperties": True}]}, True, True),
    ],
)
def test_what_lets_other_properties_in(schema: Any, open_: bool, explicit: bool, shape_of: Make) -> None:
    shape = shape_of(schema)
    assert shape.allows_undeclared is open_
    assert shape.explicitly_open is explicit


def test_items_and_additional(shape_of: Make) -> None:
    shape = shape_of({"items": {"format": "date"}, "additionalProperties": {"format": "uuid"}})
    assert shape.items is not None
    assert shape.items.format == "date"
    assert shape.additional is not None
    assert shape.additional.format == "uuid"
    closed = shape_of({"items": False, "additionalProperties": True})
    assert closed.items is None
    assert closed.additional is None


@pytest.mark.parametrize(
    ("schema", "types", "format_", "required", "description"),
    [
        ({"type": "string", "format": "date", "description": "A day."}, {"string"}, "date", set(), "A day."),
        ({"type": ["string", "null"]}, {"string", "null"}, "", set(), ""),
        ({"anyOf": [{"type": "integer"}, {"type": ["null"]}]}, {"integer", "null"}, "", set(), ""),
        ({"allOf": [REF], "required": ["a"], "description": "It."}, {"object"}, "", {"a", "b"}, "It."),
        ({"anyOf": [{"required": ["a"]}, REF]}, {"object"}, "", set(), ""),
        ({"format": 5, "description": None, "required": "a", "type": 5}, set(), "", set(), ""),
        ({"required": ["a"], "allOf": [{"$ref": "#/components/schemas/row"}]}, set(), "", {"a"}, ""),
        (False, set(), "", set(), ""),
    ],
)
def test_what_is_said_of_a_value(
    schema: Any, types: set[str], format_: str, required: set[str], description: str, shape_of: Make
) -> None:
    shape = shape_of(schema, other=OTHER)
    assert (shape.types, shape.format, shape.required, shape.description) == (types, format_, required, description)


@pytest.mark.parametrize(
    ("schema", "binary"),
    [
        ({"contentMediaType": "application/octet-stream"}, True),
        ({"contentMediaType": "image/png", "contentEncoding": "base64"}, False),
        ({"type": "string", "format": "binary"}, True),
        ({"type": "string", "format": "byte"}, False),
        ({"type": "string"}, False),
        ({"allOf": [{"format": "binary"}]}, True),
    ],
)
def test_binary(schema: Any, binary: bool, shape_of: Make) -> None:
    assert shape_of(schema).binary is binary


@pytest.mark.parametrize(
    ("schema", "secret"),
    [
        ({"x-aerostack-secret": True}, True),
        ({"x-aerostack-secret": "yes"}, False),
        ({"x-aerostack-secret": False}, False),
        ({"format": "password"}, True),
        ({"allOf": [{"x-aerostack-secret": True}]}, True),
        ({"type": "string"}, False),
    ],
)
def test_secret(schema: Any, secret: bool, shape_of: Make) -> None:
    assert shape_of(schema).secret is secret


def test_masked(shape_of: Make) -> None:
    secret = {"x-aerostack-secret": True}
    shape = shape_of(
        {
            "properties": {
                "a": secret,
                "b": {"items": secret},
                "c": {"additionalProperties": secret},
                "d": {},
                "e": secret,
                "f": secret,
            }
        }
    )
    value = {
        "a": "canary",
        "b": ["canary", 1],
        "c": {"x": "canary"},
        "d": ["shown", {"x": 1}],
        "e": None,
        "f": {"x": "canary"},
        "g": 5,
    }
    assert masked(value, shape) == {
        "a": "***",
        "b": ["***", "***"],
        "c": {"x": "***"},
        "d": ["shown", {"x": 1}],
        "e": None,
        "f": "***",
        "g": 5,
    }
    assert masked(value, None) is value


def test_one_shape_for_a_place_and_parts_made_once(document_of: Callable[..., Any]) -> None:
    document = document_of({"row": {"properties": {"a": {}}}})
    shape = shape_at(document, "/components/schemas/row")
    assert shape_at(document, "/components/schemas/row") is shape
    assert shape.properties["a"] is shape.properties["a"]
    assert shape.items is shape.items


def test_copies_and_pickles() -> None:
    shape = shape_at(Spec.bundled().document, "/components/schemas/User")
    assert copy.deepcopy(shape) is shape
    again = pickle.loads(pickle.dumps(shape))
    assert again.names == shape.names
    assert len(pickle.dumps(shape)) < 500, "a bundled document is pickled by its version"
