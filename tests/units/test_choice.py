"""Discriminators: which alternative gives a Record its attributes."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, Spec, Validation
from aerostack_dynamic._record import as_record
from aerostack_dynamic._shape import shape_at

CAT = {"type": "object", "properties": {"kind": {"type": "string"}, "since": {"type": "string", "format": "date"}, "my-name": {}}}
DOG = {"type": "object", "properties": {"kind": {"type": "string"}, "since": {"type": "string", "format": "words"}, "myName": {}}}
EITHER = {"oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}]}
BASE = {"type": "object", "properties": {"kind": {}}, "discriminator": {"propertyName": "kind"}}
PUPPY = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"age": {"type": "integer"}}}]}


def record(schema: dict[str, Any], value: Any) -> Any:
    schemas = {"Pet": schema, "Cat": CAT, "Dog": DOG, "Base": BASE, "Puppy": PUPPY}
    document = {"openapi": "3.2.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}
    return as_record(value, shape_at(Spec.load(document).document, "/components/schemas/Pet"))


@pytest.mark.parametrize(
    ("discriminator", "kind", "is_cat"),
    [
        ({}, "Cat", True),
        ({}, "Dog", False),
        ({}, "Fish", False),
        ({}, 3, False),
        ({}, None, False),
        ({"mapping": {"c": "Cat"}}, "c", True),
        ({"mapping": {"c": "#/components/schemas/Cat"}}, "c", True),
        ({"mapping": {"c": "#/components/schemas/Nothing"}}, "c", False),
        ({"mapping": {"c": 3}}, "c", False),
        ({"mapping": {"Cat": "Dog"}}, "Cat", False),
        ({"defaultMapping": "Cat"}, None, True),
        ({"defaultMapping": "Cat"}, "Dog", False),
    ],
)
def test_the_chosen_alternative_comes_first(discriminator: dict[str, Any], kind: Any, is_cat: bool) -> None:
    schema = EITHER | {"discriminator": {"propertyName": "kind"} | discriminator}
    value = {"since": "2026-01-02", "my-name": "a", "myName": "b"} | ({"kind": kind} if kind is not None else {})
    found = record(schema, value)
    assert (type(found.since).__name__, found.my_name) == (("date", "a") if is_cat else ("str", "b"))
    assert found == value


def test_alternatives_within_arrays_and_properties() -> None:
    schema = EITHER | {"discriminator": {"propertyName": "kind"}}
    holder = {"type": "object", "properties": {"pets": {"type": "array", "items": schema}, "pet": schema}}
    cat = {"kind": "Cat", "since": "2026-01-02"}
    found = record(holder, {"pets": [cat, {**cat, "kind": "Dog"}], "pet": cat})
    assert [type(one.since).__name__ for one in (*found.pets, found.pet)] == ["date", "str", "date"]


def test_what_inherits_is_chosen_from_its_base() -> None:
    assert record({"$ref": "#/components/schemas/Base"}, {"kind": "Puppy", "age": 3}).age == 3
    assert record({"$ref": "#/components/schemas/Puppy"}, {"kind": "Puppy", "age": 3}).age == 3
    with pytest.raises(AttributeError):
        _ = record({"$ref": "#/components/schemas/Base"}, {"kind": "Base", "age": 3}).age


def test_a_discriminator_that_is_none() -> None:
    for wrong in ({}, {"propertyName": 3}, {"propertyName": ["kind"], "mapping": 3}):
        assert record(EITHER | {"discriminator": wrong}, {"kind": "Cat", "since": "2026-01-02"}).since == "2026-01-02"


NEED = {"$ref": "#/components/schemas/Bird"}, {"$ref": "#/components/schemas/Fish"}
NEEDY = {
    "Bird": {"type": "object", "required": ["wings"], "properties": {"kind": {}, "wings": {"type": "integer"}}},
    "Fish": {"type": "object", "required": ["fins", "tail"], "properties": {"kind": {}, "fins": {}, "tail": {}}},
}


@pytest.mark.parametrize("engine", ["compiled", "jsonschema"])
@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"kind": "Fish"}, "the one that the discriminator chooses says: /fins: required, missing; /tail: required, missing"),
        ({"kind": "f"}, "the one that the discriminator chooses says: /fins: required, missing; /tail: required, missing"),
        ({"kind": "Bird"}, "the one that the discriminator chooses says: /wings: required, missing"),
        ({"kind": "Worm"}, "the nearest says: /wings: required, missing"),
        ({}, "the nearest says: /wings: required, missing"),
        (3, "the nearest says: expected object, got integer"),
    ],
)
def test_the_chosen_alternative_says_what_is_wrong(engine: Any, word: str, value: Any, message: str) -> None:
    union = {word: [*NEED], "discriminator": {"propertyName": "kind", "mapping": {"f": "Fish"}}}
    schema = {"type": "object", "properties": {"all": {"type": "array", "items": union}}}
    body = {"content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"post": {"operationId": "a", "requestBody": body}}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, "components": {"schemas": NEEDY}}
    with Client(spec=document, server="https://a.example", validation=Validation(engine=engine)) as client:
        with pytest.raises(ArgumentsError) as caught:
            client.a.prepare(all=[value])
    assert [(one.pointer, one.message) for one in caught.value.problems] == [
        ("/all/0", f"fits none of the 2 alternatives; {message}")
    ]
