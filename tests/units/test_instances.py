"""Instances of the Schema Objects of a document: what it says by examples, defaults and discriminators comes first, where it is valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._generate import NoInstanceError, instance_of
from aerostack_dynamic._schema import compile_schema


def made(schema: Any, version: str = "3.1.0", others: dict[str, Any] | None = None, **options: Any) -> Any:
    schemas = {"row": schema, **(others or {})}
    head = {"openapi": version, "info": {"title": "Schemas", "version": "1"}, "paths": {}}
    document = Spec.load({**head, "components": {"schemas": schemas}}).document
    found = instance_of(document, "/components/schemas/row", **options)
    direction = options.get("direction", "response")
    assert not compile_schema(document, "/components/schemas/row", direction=direction).findings(found)
    return found


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({**TEXT, "example": "e", "default": "d", "enum": ["c", "d", "e"]}, "e"),
        ({**TEXT, "examples": ["x", "y"], "default": "d"}, "x"),
        ({**TEXT, "examples": {"one": {"value": "x"}}}, "x"),
        ({**TEXT, "default": "d", "enum": ["c", "d"]}, "d"),
        ({**TEXT, "enum": ["c", "d"], "format": "any"}, "c"),
        ({**TEXT, "example": 3, "default": "d"}, "d"),
        ({**TEXT, "example": 3, "default": 4, "const": "c"}, "c"),
        ({"allOf": [{"example": "too long"}, {**TEXT, "maxLength": 3, "example": "ok"}]}, "ok"),
        ({"type": "object", "example": {"a": 1}, "required": ["a"]}, {"a": 1}),
        ({"type": "object", "example": {}, "required": ["a"], "properties": {"a": {"example": 1}}}, {"a": 1}),
        ({"type": "array", "items": {"example": "i", **TEXT}}, ["i"]),
        ({"oneOf": [{"type": "integer", "example": 5}, {"type": "null"}]}, 5),
    ],
)
def test_the_document_s_own_values_come_first_where_they_are_valid(schema: Any, told: Any) -> None:
    assert made(schema) == told


def test_where_examples_make_the_whole_invalid_they_are_left_out() -> None:
    a, b = ({"properties": {name: {"type": "integer", "example": 1}}} for name in "ab")
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "allOf": [a, b],
        "not": {"properties": {"a": {"const": 1}, "b": {"const": 1}}},
    }
    assert made(schema) != {"a": 1, "b": 1}


def test_required_members_alone() -> None:
    schema = {
        "type": "object",
        "example": {"a": "x", "b": "y"},
        "required": ["a"],
        "properties": {"a": {**TEXT, "example": "e"}, "b": TEXT},
    }
    assert made(schema) == {"a": "x", "b": "y"}
    assert made(schema, full=False) == {"a": "e"}


def test_seed_and_salt() -> None:
    assert made(TEXT, seed=1) == made(TEXT, seed=1)
    assert len({made({**TEXT, "format": "uuid"}, seed=seed, salt=salt) for seed in (0, 1) for salt in ("", "s")}) == 4


def test_the_other_direction_s_properties_are_left_out() -> None:
    row = {
        "type": "object",
        "required": ["id", "name", "secret"],
        "properties": {"id": {"$ref": "#/components/schemas/id"}, "name": TEXT, "secret": {**TEXT, "writeOnly": True}},
    }
    others = {"id": {"type": "integer", "readOnly": True}}
    assert made(row, "3.0.3", others, direction="request").keys() == {"name", "secret"}
    assert made(row, "3.0.3", others).keys() == {"id", "name"}


HIDDEN = {**TEXT, "writeOnly": True}
LOGIN = {"type": "object", "properties": {"name": TEXT, "secret": {"$ref": "#/components/schemas/hidden"}}}


def test_examples_lack_what_their_direction_does() -> None:
    given = {"name": "n", "secret": "s"}
    wide = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": {"anyOf": [LOGIN]}}}}
    others = {"hidden": HIDDEN}
    assert made({**LOGIN, "example": given}, "3.0.3", others) == {"name": "n"}
    assert made({**LOGIN, "example": given}, "3.0.3", others, direction="request") == given
    assert made({**wide, "default": {"rows": [given, {}]}}, "3.1.0", others) == {"rows": [{"name": "n"}, {}]}
    # JSON Schema makes no exception of what is required.
    strict = {**LOGIN, "required": ["name", "secret"], "example": given}
    assert made(strict, "3.0.3", others) == {"name": "n"}
    assert made(strict, "3.1.0", others) == given
    assert made(strict, "3.1.0", others, full=False).keys() == {"name", "secret"}
    # Those that are given come before the schema's own, where they are valid.
    assert made({**LOGIN, "example": given}, "3.0.3", others, examples=[{"name": 3}, {"name": "m", "secret": "s"}]) == {"name": "m"}


def test_null_is_where_the_standard_has_it() -> None:
    cat = {"cat": {**TEXT, "example": "Tom"}}
    assert made({**TEXT, "nullable": True, "example": None}, "3.0.3") is None
    assert made({**TEXT, "nullable": True, "enum": ["a"], "example": None}, "3.0.3") == "a"
    assert made({**TEXT, "nullable": True, "enum": ["a", None], "example": None}, "3.0.3") is None
    assert made({"nullable": True, "allOf": referring("cat"), "example": None}, "3.0.3", cat) == "Tom"
    # Where there is no other way, what documents mean by it counts.
    circle = {"type": "object", "required": ["next"], "properties": {"next": {"nullable": True, "allOf": referring("row")}}}
    found = made(circle, "3.0.3")
    while found is not None:
        found = found["next"]


def test_a_pattern_that_looks_ahead_is_met() -> None:
    found = made({**TEXT, "pattern": "^(?![0-9]+$)(?=.*[A-Z])[a-zA-Z0-9-]{2,9}$"})
    assert 2 <= len(found) <= 9
    assert found.lower() != found
    # Of what is never read, any text will do.
    assert made({**TEXT, "pattern": "^(a)\\1(?=b"})


ANIMALS: dict[str, Any] = {
    "Animal": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": TEXT},
        "discriminator": {"propertyName": "kind", "mapping": {"kitty": "#/components/schemas/Cat", "lost": "Nowhere", "odd": 3}},
    },
    "Cat": {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"lives": {"type": "integer"}}}]},
    "Dog": {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"barks": {"type": "boolean"}}}]},
    "Puppy": {"allOf": [{"$ref": "#/components/schemas/Dog"}, {"required": ["age"], "properties": {"age": {"type": "integer"}}}]},
    "A": {"type": "object", "required": ["t"], "properties": {"t": TEXT, "a": TEXT}},
    "B": {"type": "object", "required": ["t", "b"], "properties": {"t": TEXT, "b": TEXT}},
    "Without": {"type": "object", "properties": {"u": TEXT}},
}


def referring(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/schemas/{name}"} for name in names]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("schema", "name", "value"),
    [
        (referring("Animal")[0], "kind", "kitty"),
        (referring("Cat")[0], "kind", "kitty"),
        (referring("Dog")[0], "kind", "Dog"),
        (referring("Puppy")[0], "kind", "Puppy"),
        ({"oneOf": referring("A", "B"), "discriminator": {"propertyName": "t"}}, "t", "A"),
        ({"anyOf": referring("B", "A"), "discriminator": {"propertyName": "t", "mapping": {"first": "B"}}}, "t", "first"),
        ({"nullable": True, "oneOf": referring("A", "B"), "discriminator": {"propertyName": "t"}}, "t", "A"),
    ],
)
def test_a_discriminator_has_the_value_of_what_is_chosen(version: str, schema: Any, name: str, value: str) -> None:
    for direction in ("request", "response"):
        assert made(schema, version, ANIMALS, direction=direction)[name] == value


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": referring("Without"), "discriminator": {"propertyName": "t"}},
        {"oneOf": [{"type": "object", "properties": {"u": TEXT}}], "discriminator": {"propertyName": "u"}},
        {"oneOf": referring("Without"), "discriminator": {}},
        {"oneOf": referring("Without"), "discriminator": {"propertyName": 3}},
    ],
)
def test_a_discriminator_that_means_nothing_adds_nothing(schema: Any) -> None:
    assert made(schema, others=ANIMALS).keys() == {"u"}


def test_a_discriminator_that_contradicts_its_alternatives_is_left_alone() -> None:
    schema = {"oneOf": [{"$ref": "#/components/schemas/C"}], "discriminator": {"propertyName": "t", "mapping": {"no": "C"}}}
    others = {"C": {"type": "object", "required": ["t"], "properties": {"t": {"const": "yes"}}}}
    assert made(schema, others=others) == {"t": "yes"}


def test_a_schema_that_can_t_be_used_has_no_instance(document_of: Callable[..., Any]) -> None:
    document = document_of(
        {"row": {"$ref": "#/components/schemas/nowhere"}, "never": {"type": "integer", "minimum": 2, "maximum": 1}}
    )
    with pytest.raises(NoInstanceError, match="can't be used"):
        instance_of(document, "/components/schemas/row")
    with pytest.raises(NoInstanceError, match="integer at the top"):
        instance_of(document, "/components/schemas/never")
