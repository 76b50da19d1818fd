"""Instances of plain schemas: by keyword, the same everywhere, never invalid, never without an end."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic._formats import FORMATS, Format, Formats
from aerostack_dynamic._generate import Generator, NoInstanceError

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NAMED = {"properties": {"a": WHOLE, "b": TEXT}}


def ref(key: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{key}"}


def closed(*needed: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*needed], "additionalProperties": False}


DEFS: dict[str, Any] = {
    "tree": {"type": "object", "required": ["v"], "properties": {"v": WHOLE, "kids": {"type": "array", "items": ref("tree")}}},
    "list": {"anyOf": [{"type": "object", "required": ["next"], "properties": {"next": ref("list")}}, {"type": "null"}]},
    "pair": {"oneOf": [closed("l", "r", l=ref("pair"), r=ref("pair")), {"type": "array", "maxItems": 0}]},
    "short": {"type": "string", "maxLength": 3},
}
# Each keyword, alone and beside those that it works together with.
SCHEMAS: tuple[Any, ...] = (
    True,
    {},
    *({"type": kind} for kind in ("null", "boolean", "integer", "number", "string", "array", "object")),
    {"type": ["null", "string"]},
    {"type": "number", "allOf": [{"type": ["integer", "string"]}]},
    {"const": {"a": [1, None]}},
    {"enum": [3, "x", 20], "type": "integer", "minimum": 4},
    {"allOf": [{"enum": [1, 2, 3]}, {"enum": [2.0, 5]}]},
    # numbers
    {"type": "integer", "minimum": -7, "maximum": -7},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "number", "exclusiveMinimum": 3, "exclusiveMaximum": 4},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-9},
    {"type": "number", "minimum": 1.5, "exclusiveMinimum": 1.5, "maximum": 1.6},
    {"type": "integer", "minimum": 2**63, "maximum": 2**64 - 1},
    {"type": "number", "maximum": -1e300},
    {"type": "number", "minimum": 1e300},
    {"type": "integer", "minimum": 10.5, "multipleOf": 7},
    {"type": "number", "multipleOf": 0.01, "minimum": 0.005, "maximum": 0.015},
    {"allOf": [{"multipleOf": 6}, {"multipleOf": 4}, {"type": "integer", "minimum": 1}]},
    {"allOf": [{"multipleOf": 0.3}, {"multipleOf": 0.2}, {"type": "number", "minimum": 0.5}]},
    # texts
    {"type": "string", "minLength": 20},
    {"type": "string", "maxLength": 0},
    {"type": "string", "minLength": 1000, "maxLength": 1000},
    {"type": "string", "pattern": "^[A-Z]{2}-\\d+$", "minLength": 9, "maxLength": 9},
    {"type": "string", "pattern": "foo", "minLength": 12},
    {"allOf": [{"pattern": "^a"}, {"pattern": "z$"}, {"type": "string", "minLength": 5}], "pattern": "^[az]*$"},
    {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 40},
    {"type": "string", "format": "date", "pattern": "^20"},
    {"type": "string", "format": "email", "minLength": 60},
    {"type": "string", "format": "hostname", "minLength": 200},
    {"type": "string", "format": "nothing-known", "maxLength": 2},
    *({"type": "string", "format": name} for name in sorted(FORMATS)),
    # objects
    closed("a", a=WHOLE, b=TEXT),
    {"type": "object", "required": ["x"], "additionalProperties": WHOLE},
    {"type": "object", "minProperties": 3, "additionalProperties": TEXT},
    {"type": "object", "minProperties": 2, "maxProperties": 2, "required": ["c"], **NAMED},
    {"type": "object", "maxProperties": 1, **NAMED},
    {"type": "object", "patternProperties": {"^x-[a-z]{2}$": WHOLE}, "additionalProperties": False, "minProperties": 3},
    {"type": "object", "propertyNames": {"pattern": "^[ab]{2}$"}, "minProperties": 4},
    {"type": "object", "propertyNames": {"enum": ["a", "q"]}, **NAMED},
    {"type": "object", "dependentRequired": {"a": ["c"], "c": ["d"]}, **NAMED},
    {"type": "object", "dependentRequired": {"a": ["c"]}, "maxProperties": 1, "required": ["b"], **NAMED},
    {"type": "object", "dependentSchemas": {"a": {"required": ["z"], "properties": {"z": {"const": 3}}}}, "required": ["a"]},
    {"type": "object", "dependentSchemas": {"a": False}, **NAMED},
    {"type": "object", "unevaluatedProperties": False, "allOf": [NAMED], "required": ["a"]},
    {"type": "object", "unevaluatedProperties": WHOLE, "minProperties": 2},
    {"allOf": [closed("a", a=WHOLE, b=TEXT), {"required": ["b"], "properties": {"b": {"minLength": 9}}}]},
    {"allOf": [ref("short"), {"minLength": 3}]},
    # arrays
    {"type": "array", "minItems": 3, "items": TEXT},
    {"type": "array", "maxItems": 0, "items": TEXT},
    {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
    {"type": "array", "prefixItems": [TEXT], "unevaluatedItems": WHOLE, "minItems": 3},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2},
    {"type": "array", "items": WHOLE, "uniqueItems": True, "minItems": 120},
    {"type": "array", "contains": {"const": 5}, "minContains": 2, "maxContains": 2, "items": WHOLE, "minItems": 4},
    {"type": "array", "contains": TEXT, "minContains": 0},
    {"type": "array", "contains": {"type": "null"}, "items": {"type": ["null", "string"]}},
    # alternatives
    {"anyOf": [{"type": "null"}, TEXT]},
    {"anyOf": [False, {"type": "string", "minLength": 3, "maxLength": 2}, WHOLE]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object", **NAMED},
    {"oneOf": [WHOLE, {"type": "number", "minimum": 10}]},
    {"oneOf": [{"type": "object", **NAMED}, {"type": "object", "properties": {"b": TEXT, "c": TEXT}, "required": ["b"]}]},
    {"oneOf": [closed("k", k={"const": one}) for one in "xyz"]},
    {"allOf": [{"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 2}, {"const": 3}]}]},
    {"if": {"properties": {"k": {"const": "x"}}, "required": ["k"]}, "then": {"required": ["y"]}, "type": "object"},
    {"if": WHOLE, "then": {"minimum": 5}, "else": {"type": "string"}},
    {"if": True, "then": {"type": "boolean"}},
    {"if": {"type": "object"}, "else": {"const": 1}, "type": ["integer", "object"]},
    # what must not be
    {"not": TEXT},
    {"not": {"not": ref("short")}},
    {"not": {"enum": ["", 0, 1]}, "type": ["integer", "string"]},
    {"type": "string", "not": {"maxLength": 4}},
    {"type": "string", "not": {"pattern": "^[a-z]"}, "maxLength": 6, "pattern": "."},
    {"type": "integer", "minimum": 1, "not": {"multipleOf": 2}, "maximum": 3},
    {"type": "number", "minimum": 3, "not": {"exclusiveMinimum": 3}},
    {"type": "number", "not": {"minimum": 3}},
    {"type": "number", "not": {"maximum": 3}, "maximum": 3.5},
    {"type": "number", "not": {"exclusiveMaximum": 3}},
    {"type": "object", "not": {"required": ["a"]}, **NAMED},
    {"type": "object", "not": {"properties": {"a": WHOLE}}},
    {"type": "object", "not": {"minProperties": 2}, "required": ["a"], **NAMED},
    {"type": "object", "not": {"maxProperties": 2}},
    {"type": "object", "not": {"additionalProperties": False}},
    {"type": "object", "not": {"dependentRequired": {"a": ["b"]}}, **NAMED},
    {"type": "array", "not": {"minItems": 1}, "items": WHOLE},
    {"type": "array", "not": {"maxItems": 2}},
    {"type": "array", "not": {"items": TEXT}},
    {"type": "array", "not": {"contains": TEXT}, "minItems": 2},
    {"type": "array", "not": {"uniqueItems": True}},
    {"type": "array", "not": {"prefixItems": [TEXT, TEXT]}},
    {"not": {"allOf": [WHOLE, {"minimum": 3}]}, "type": "integer"},
    {"not": {"anyOf": [TEXT, WHOLE, {"type": "object"}, {"type": "array"}]}},
    # references
    *map(ref, DEFS),
    {"type": "object", "properties": {"t": ref("tree"), "l": ref("list")}, "required": ["l"]},
)
HOSTILE: dict[str, tuple[dict[str, Any], Any]] = {
    "endless": ({"a": closed("a", a=ref("a"))}, ref("a")),
    "round in a circle": ({"a": ref("b"), "b": ref("a")}, ref("a")),
    "not itself": ({"a": {"not": ref("a")}}, ref("a")),
    "doubling": (
        {**{f"a{n}": closed("l", "r", l=ref(f"a{n + 1}"), r=ref(f"a{n + 1}")) for n in range(60)}, "a60": TEXT},
        ref("a0"),
    ),
    "deep": ({**{f"a{n}": closed("l", l=ref(f"a{n + 1}")) for n in range(2000)}, "a2000": TEXT}, ref("a0")),
    "many items": ({}, {"type": "array", "minItems": 10**9}),
    "many properties": ({}, {"type": "object", "minProperties": 10**9}),
    "many contained": ({}, {"type": "array", "contains": TEXT, "minContains": 10**9}),
    "long": ({}, {"type": "string", "minLength": 10**9}),
    "long by pattern": ({}, {"type": "string", "minLength": 10**6, "pattern": "^([a-z]{2,9} )*$"}),
    "too few values": ({}, {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3}),
    "no common value": ({}, {"allOf": [{"enum": [*range(3000)]}, {"enum": [*range(3000, 6000)]}]}),
    "conflicts": (
        {},
        {"allOf": [{"anyOf": [closed("k", k={"const": 9 * a + b}) for a in range(5)]} for b in range(6)]},
    ),
}


def checks(schema: Any, defs: dict[str, Any] = DEFS) -> Any:
    """An independent check: the engine's own idea of formats, patterns and all else."""
    whole = {"allOf": [schema], "$defs": defs}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats={**FORMATS})


def short(schema: Any) -> str:
    return json.dumps(schema)[:70]


@pytest.mark.parametrize("schema", SCHEMAS, ids=short)
def test_every_keyword_is_met(schema: Any) -> None:
    valid, generator = checks(schema).is_valid, Generator(DEFS.__getitem__)
    for full in (True, False):
        assert valid(generator.instance(schema, full=full))
    found = [*generator.variants(schema, most=6)]
    assert found
    assert all(map(valid, found))
    assert len({json.dumps(one, sort_keys=True) for one in found}) == len(found)


def test_optional_members_are_there_where_they_are_asked_for() -> None:
    generator = Generator(DEFS.__getitem__)
    schema = closed("a", a=WHOLE, b={"type": "array", "items": closed(c=TEXT)}, never=False)
    full, lean = generator.instance(schema), generator.instance(schema, full=False)
    assert isinstance(full, dict)
    assert full.keys() == {"a", "b"}
    assert isinstance(full["b"], list)
    assert [one.keys() for one in full["b"] if isinstance(one, dict)] == [{"c"}]
    assert isinstance(lean, dict)
    assert lean.keys() == {"a"}


def test_an_instance_is_the_same_in_every_process_and_version() -> None:
    schema = {"type": "object", "properties": {"name": TEXT, "n": WHOLE, "at": {"type": "string", "format": "date"}, "t": TEXT}}
    told = {"name": "Ada Lovelace", "n": 66, "at": "2021-04-05", "t": "maple"}
    assert Generator(DEFS.__getitem__, seed=4).instance(schema, "s") == told
    for seed, salt in ((5, "s"), (4, "t")):
        assert Generator(DEFS.__getitem__, seed=seed).instance(schema, salt) != told


def test_variants_take_each_choice_otherwise() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "integer", "minimum": 1, "maximum": 9},
            "b": {"enum": ["x", "y"]},
            "c": {"type": ["string", "null"], "minLength": 2, "maxLength": 4},
            "d": {"type": "array", "items": {"oneOf": [{"type": "boolean"}, closed(e=TEXT)]}, "maxItems": 3},
        },
    }
    found: list[Any] = [*Generator(DEFS.__getitem__).variants(schema)]
    assert found[0].keys() == {"a"}, "the least comes first"
    assert found[1].keys() == {"a", "b", "c", "d"}, "and then the fullest"
    assert {"a", "b"} in [one.keys() for one in found]
    assert {"a", "c", "d"} in [one.keys() for one in found]
    assert any(one.keys() - {"a", "b", "c", "d"} for one in found), "what nothing names may be there"
    assert {1, 2, 8, 9} <= {one["a"] for one in found}
    assert {one["b"] for one in found if "b" in one} == {"x", "y"}
    texts = [one["c"] for one in found if "c" in one]
    assert None in texts
    assert {2, 4} <= {len(one) for one in texts if one is not None}
    arrays = [one["d"] for one in found if "d" in one]
    assert {0, 1, 2, 3} == {len(one) for one in arrays}
    items = [item for one in arrays for item in one]
    assert any(item is True or item is False for item in items)
    assert {} in items
    assert any(isinstance(item, dict) and "e" in item for item in items)


def test_at_most_so_many_variants() -> None:
    assert len([*Generator(DEFS.__getitem__).variants({}, most=5)]) == 5
    assert [*Generator(DEFS.__getitem__).variants(False)] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_ends(name: str) -> None:
    defs, schema = HOSTILE[name]
    generator = Generator(defs.__getitem__)
    began = time.process_time()
    with pytest.raises(NoInstanceError, match=r"^nothing was found that the schema allows"):
        generator.instance(schema, full=False)
    assert [*generator.variants(schema, most=2)] == []
    assert time.process_time() - began < 15


def test_wide_and_recursive_schemas_stay_small() -> None:
    defs = {f"t{n}": {"type": "object", "properties": {f"c{m}": ref(f"t{(n + m) % 20}") for m in range(20)}} for n in range(20)}
    assert len(json.dumps(Generator(defs.__getitem__).instance(ref("t0")))) < 100_000
    wide = {"type": "object", "properties": {f"p{n}": WHOLE for n in range(2000)}}
    assert len(Generator(defs.__getitem__).instance(wide)) == 2000  # type: ignore[arg-type]  # an object


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "maxLength": 0, "minLength": 1}}},
            "Length at /a",
        ),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "integer at the top"),
        ({"type": "object", "required": ["b"], "propertyNames": {"const": "a"}}, "propertyNames at the top"),
        ({"type": "object", "required": ["b", "c"], "maxProperties": 1}, "maxProperties at the top"),
        ({"type": "object", "minProperties": 1, "additionalProperties": False}, "minProperties at the top"),
        ({"enum": [1], "type": "string"}, "enum or const at the top"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "minItems and maxItems at the top"),
        ({"type": "object", "not": {"enum": [{}]}, "maxProperties": 0}, "not at the top|as a whole|minProperties"),
        (False, "at the top"),
    ],
)
def test_an_error_names_the_place_and_the_keyword(schema: Any, told: str) -> None:
    with pytest.raises(NoInstanceError, match=told):
        Generator(DEFS.__getitem__).instance(schema)


def test_formats_of_a_caller_s_own() -> None:
    even, odd = Format("even", lambda text: len(text) % 2 == 0), Format("none", lambda text: False)
    generator = Generator(DEFS.__getitem__, formats=Formats((even, odd)))
    found = generator.instance({"type": "string", "format": "even", "minLength": 3})
    assert isinstance(found, str)
    assert len(found) % 2 == 0
    with pytest.raises(NoInstanceError, match="format at the top"):
        generator.instance({"type": "string", "format": "none"})


# ---- schemas that a value is known to fit

SCALARS = st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-100, 100, width=16) | st.text("abz 9", max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6
)
KINDS = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


@st.composite
def fitting(draw: st.DrawFn, value: Any) -> Any:
    """A schema that a value fits, whatever else does."""
    schema: dict[str, Any] = {"type": draw(st.sampled_from([KINDS[type(value)], [*{KINDS[type(value)], "null"}]]))}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        schema |= {"minimum": value - draw(st.integers(0, 2)), "maximum": value + draw(st.integers(0, 2))}
    elif isinstance(value, str):
        schema |= {"minLength": len(value), "maxLength": len(value) + draw(st.integers(0, 2)), "pattern": "^[abz 9]*$"}
    elif isinstance(value, list):
        schema |= {"minItems": len(value), **({"prefixItems": [draw(fitting(one)) for one in value]} if value else {})}
        schema |= draw(st.sampled_from([{}, {"items": False}, {"items": {"type": "string"}}, {"unevaluatedItems": False}]))
    elif isinstance(value, dict):
        schema |= {"properties": {name: draw(fitting(one)) for name, one in value.items()}}
        schema |= {"required": draw(st.lists(st.sampled_from([*value]), unique=True)) if value else []}
        schema |= draw(
            st.sampled_from([{}, {"additionalProperties": False}, {"minProperties": len(value)}, {"unevaluatedProperties": False}])
        )
    extra = draw(st.sampled_from(["", "", "allOf", "anyOf", "oneOf", "not", "if", "const", "enum"]))
    return _beside(extra, schema, value)


def _beside(extra: str, schema: dict[str, Any], value: Any) -> dict[str, Any]:
    match extra:
        case "allOf":
            parts = [
                {word: said} for word, said in schema.items() if word in ("type", "minimum", "maximum", "minLength", "pattern")
            ]
            return {**schema, "allOf": parts or [True]}
        case "anyOf":
            return {"anyOf": [False, {"type": "string", "pattern": "^$", "minLength": 1}, schema]}
        case "oneOf":
            return {"oneOf": [{"type": "object", "required": ["unheard of"]}, schema]}
        case "not":
            return {**schema, "not": {"const": "unheard of"}}
        case "if":
            return {"if": {"type": schema["type"]}, "then": schema, "else": False}
        case "const" | "enum":
            return {**schema, "enum": ["unheard of", value]} if extra == "enum" else {**schema, "const": value}
        case _:
            return schema


@settings(max_examples=150, deadline=None)
@given(VALUES.flatmap(lambda value: st.tuples(st.just(value), fitting(value))))
def test_what_a_value_is_known_to_fit_has_an_instance(drawn: tuple[Any, Any]) -> None:
    value, schema = drawn
    valid = checks(schema).is_valid
    assert valid(value)
    for full in (True, False):
        assert valid(Generator(DEFS.__getitem__).instance(schema, full=full))


def test_a_search_that_finds_nothing_ends_at_its_limit() -> None:
    """Required circles, and alternatives within alternatives, of which no value is one."""
    circle = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/circle"}}}
    nested: Any = {"type": "string"}
    for _ in range(6):
        nested = {"oneOf": [nested, nested]}
    definitions = {"circle": circle}
    for schema in (circle, nested):
        generator = Generator(lambda key: definitions[key])
        assert list(generator.variants(schema, work=500)) == []
        assert generator.spent < 2000
