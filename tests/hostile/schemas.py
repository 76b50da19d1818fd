"""Schemas that were written to make an engine recurse, multiply or backtrack: name -> schemas and a value, for each engine.

The schema that is used is `A`; what is told is `ok: [rules]` or the error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jsonschema
import jsonschema_rs
import openapi_core.validation.schemas
import openapi_schema_validator.validators

from aerostack_dynamic import Spec
from aerostack_dynamic._formats import FORMATS
from aerostack_dynamic._schema import ENGINES, compile_schema

_ = jsonschema, jsonschema_rs, openapi_core, openapi_schema_validator
HEAD: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
LONG = 100_000


def to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


A = to("A")


def nest(value: Any, levels: int, wrap: Callable[[Any], Any]) -> Any:
    for _ in range(levels):
        value = wrap(value)
    return value


def chain(length: int, wrap: Callable[[Any], Any]) -> dict[str, Any]:
    made = {f"A{n}": wrap(to(f"A{n + 1}")) for n in range(length)}
    return {**made, f"A{length}": {"type": "string"}, "A": to("A0")}


def prop(schema: Any) -> dict[str, Any]:
    return {"properties": {"a": schema}}


def deep(levels: int) -> Any:
    return nest("x", levels, lambda value: {"a": value})


def triangle(circles: int) -> dict[str, Any]:
    """Circles that lead one to the next, none into itself twice: what is applied at a depth is a binomial number."""
    made = {f"A{n}": {"additionalProperties": {"allOf": [to(f"A{n}"), to(f"A{n + 1}")]}} for n in range(circles)}
    return {**made, f"A{circles}": True, "A": to("A0")}


DEEP = r"over 100 deep|over 20000 others|round in a circle|over 4000 others|too large"
WIDE = r"over 10000 schemas|over 20000 others|too large"
WORK = r"ok: \['work'\]"
ANY = r"ok|SpecError"
# name -> (schemas, value, what is told)
SCHEMAS: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[], Any], str]] = {
    "itself": (lambda: {"A": A}, lambda: 1, ANY),
    "one another": (lambda: {"A": to("B"), "B": A}, lambda: 1, ANY),
    "allOf itself": (lambda: {"A": {"allOf": [A]}}, lambda: 1, ANY),
    "anyOf itself twice": (lambda: {"A": {"anyOf": [A, A, {"type": "string"}]}}, lambda: 1, ANY),
    "not itself": (lambda: {"A": {"not": A}}, lambda: 1, ANY),
    "if itself": (lambda: {"A": {"if": A, "then": A, "else": A}}, lambda: 1, ANY),
    "a chain of 100,000 references": (lambda: chain(LONG, lambda ref: ref), lambda: 1, DEEP),
    "a chain of 3,000 allOf": (lambda: chain(3000, lambda ref: {"allOf": [ref]}), lambda: 1, DEEP),
    "a chain of 100,000 properties": (lambda: chain(LONG, prop), dict, DEEP),
    "a chain of 90 references": (lambda: chain(90, lambda ref: ref), lambda: 1, r"ok: \['(type|depth)'\]|RecursionError"),
    "90 layers on each of 20 levels": (
        lambda: {**chain(44, lambda ref: {"allOf": [ref]}), "A44": {"type": "object", **prop(A)}},
        lambda: deep(20),
        r"ok: \['depth'\]|RecursionError",
    ),
    "doubling in place": (lambda: {**chain(24, lambda ref: {"oneOf": [ref, ref]})}, lambda: 1, WIDE),
    "doubling by properties": (lambda: chain(60, lambda ref: {"oneOf": [prop(ref), prop(ref)]}), lambda: deep(60), WORK),
    "doubling by itself": (lambda: {"A": {"type": ["object", "string"], **prop({"oneOf": [A, A]})}}, lambda: deep(40), WORK),
    "doubling by items": (lambda: {"A": {"items": {"anyOf": [{"allOf": [A]}, A]}}}, lambda: nest(1, 40, lambda v: [v]), WORK),
    "doubling by a wildcard": (lambda: {"A": {**prop(A), "additionalProperties": A, "anyOf": [prop(A)]}}, lambda: deep(40), WORK),
    "doubling by an anchor": (lambda: {"A": {"$anchor": "x", **prop({"oneOf": [{"$ref": "#x"}, A]})}}, lambda: deep(40), WORK),
    "doubling by a dynamic anchor": (
        lambda: {"A": {"$dynamicAnchor": "x", **prop({"oneOf": [{"$dynamicRef": "#x"}, {"$dynamicRef": "#x"}]})}},
        lambda: deep(40),
        WORK,
    ),
    "doubling by the name of the document": (
        lambda: {"A": prop({"oneOf": [{"$ref": "urn:aerostack-dynamic:document#/components/schemas/A"}] * 2})},
        lambda: deep(40),
        "leaves the document",
    ),
    "doubling by an identifier": (
        lambda: {"A": {"$id": "urn:x", "$defs": {"B": prop({"oneOf": [{"$ref": "#/$defs/B"}] * 2})}, "$ref": "#/$defs/B"}},
        lambda: deep(40),
        WORK,
    ),
    "doubling below an identifier": (
        lambda: {"A": {"properties": {"a": {"$id": "urn:x", "$anchor": "B", **prop({"oneOf": [{"$ref": "#B"}] * 2})}}}},
        lambda: deep(40),
        WORK,
    ),
    "circles that lead to circles": (lambda: triangle(30), lambda: deep(60), WORK),
    "unevaluated properties in layers": (
        lambda: {"A": nest(prop(True), 60, lambda inner: {"anyOf": [inner], "unevaluatedProperties": False})},
        lambda: {"a": 1},
        WIDE,
    ),
    "many unevaluated properties": (
        lambda: {"A": {"allOf": [{"properties": {f"p{n}": True}} for n in range(1000)], "unevaluatedProperties": False}},
        lambda: {f"p{n}": 1 for n in range(1000)},
        r"ok: \[('work')?\]",
    ),
    "a deep schema": (lambda: {"A": nest({"type": "string"}, 90, prop)}, lambda: deep(90), ANY),
    "a deep value": (lambda: {"A": {"type": ["array"], "items": A}}, lambda: nest(1, 190, lambda v: [v]), r"ok: \['type'\]"),
    "100,000 members of an enum": (
        lambda: {"A": {"enum": [f"v{n}" for n in range(LONG)]}},
        lambda: "x",
        r"ok: \['enum'\]|too large",
    ),
    "an enum of objects for each item": (
        lambda: {"A": {"items": {"enum": [{"a": n} for n in range(10_000)]}}},
        lambda: [{"a": 9999}] * 1000,
        r"ok: \['work'\]|too large",
    ),
    "an error for each of many members": (
        lambda: {"A": {"items": {"enum": [f"v{n}" for n in range(3000)]}}},
        lambda: ["x"] * 3000,
        r"ok: \['(enum|unsaid|work)'\]",
    ),
    "alternatives for each item": (
        lambda: {"A": {"items": {"anyOf": [{"type": "string"}] * 100}}},
        lambda: [*range(10_000)],
        r"ok: \['(unsaid|work)'\]",
    ),
    "100,000 alternatives": (lambda: {"A": {"oneOf": [{"const": n} for n in range(LONG)]}}, lambda: -1, WIDE),
    "9,000 alternatives for each item": (
        lambda: {"A": {"items": {"oneOf": [{"const": n} for n in range(9000)]}}},
        lambda: [-1] * 10_000,
        r"ok: \['work'\]|over 4000 others|too large",
    ),
    "1,000 contains": (
        lambda: {"A": {"allOf": [{"contains": {"const": n}} for n in range(1000)]}},
        lambda: [*range(10_000)],
        r"ok: \['work'\]",
    ),
    "100,000 required": (lambda: {"A": {"required": [f"p{n}" for n in range(LONG)]}}, dict, r"ok: \['(required|work)'\]|too large"),
    "100,000 properties": (
        lambda: {"A": {"properties": {f"p{n}": {"type": "string"} for n in range(LONG)}}},
        lambda: {"p5": 1},
        r"over 20000 others|too large",
    ),
    "errors without end": (
        lambda: {"A": {"items": {"type": "string", "enum": ["a"]}}},
        lambda: [*range(LONG)],
        r"ok: \['(type|work)'\]",
    ),
    "a minimum of 10^40 characters": (lambda: {"A": {"minLength": 10**40}}, lambda: "x", r"ok: \['minLength'\]"),
    "a maximum of 1e300 items": (lambda: {"A": {"maxItems": 1e300, "minItems": 0.0}}, lambda: [1], ANY),
    "less than no characters": (lambda: {"A": {"minLength": -1}}, lambda: "x", ANY),
    "10^18 to contain": (lambda: {"A": {"contains": True, "minContains": 10**18}}, lambda: [1], r"ok: \['contains'\]"),
    "multiples of nearly nothing": (lambda: {"A": {"multipleOf": 1e-300}}, lambda: 1e300, ANY),
    "multiples of 10^400": (lambda: {"A": {"multipleOf": 10**400}}, lambda: 10**300, ANY),
    "multiples of 4,000 digits": (lambda: {"A": {"multipleOf": 10**3999 + 1}}, lambda: 10**4000 + 7, ANY),
    "multiples of nothing": (lambda: {"A": {"multipleOf": 0}}, lambda: 1, ANY),
    "a limit of 4,000 digits": (lambda: {"A": {"maximum": 10**4000}}, lambda: 1, r"ok: \[\]"),
    "keywords of the wrong kind": (
        lambda: {
            "A": {"properties": [], "items": 3, "allOf": {}, "$ref": 3, "enum": {}, "required": "a", "pattern": 3, "type": {}}
        },
        lambda: {},
        ANY,
    ),
}
UNIQUE: dict[str, Callable[[], list[Any]]] = {
    "strings": lambda: [f"v{n}" for n in range(LONG)],
    "integers": lambda: [*range(LONG)],
    "numbers": lambda: [n / 7 for n in range(LONG)],
    "objects": lambda: [{"a": n} for n in range(LONG)],
    "arrays": lambda: [[n] for n in range(LONG)],
    "kinds": lambda: [{"a": n} if n % 3 else [n] if n % 2 else f"v{n}" for n in range(LONG)],
}
# pattern -> the characters that it is slow on
PATTERNS = {
    "^(a+)+$": "a",
    "^([a-zA-Z]+)*$": "a",
    "^(a|aa)+$": "a",
    "^(a|a?)+$": "a",
    "^(.*a){20}$": "a",
    r"^(\w+\s?)*$": "a",
    r"^(\d+)*\.$": "1",
    r"(x+x+)+y": "x",
    r"^([a-z0-9]+[-._]?)+@$": "a",
    r"\s+$": " ",
    r"^((ab)*)*c$": "ab",
    r"(.*)*,(.*)*;": ",",
}


def check(schemas: Callable[[], Any], value: Callable[[], Any], engine: Any, trusted: bool = False) -> Callable[[], Any]:
    raw, instance = {**HEAD, "components": {"schemas": schemas()}}, value()
    document = Spec.load(raw, trusted=trusted).document

    def row() -> Any:
        found = compile_schema(document, "/components/schemas/A", engine).findings(instance)
        return sorted({one.rule for one in found}) if len(found) < 2000 else "too many"

    return row


def rows() -> dict[str, Callable[[], Callable[[], Any]]]:
    made: dict[str, Callable[[], Callable[[], Any]]] = {}
    for engine in ENGINES:
        for name, (schemas, value, _) in SCHEMAS.items():
            made[f"{engine}: {name}"] = partial(check, schemas, value, engine)
        for name, items in UNIQUE.items():
            made[f"{engine}: unique {name}"] = partial(check, lambda: {"A": {"uniqueItems": True}}, items, engine, True)
        for pattern, chars in PATTERNS.items():
            made[f"{engine}: pattern {pattern}"] = partial(
                check, lambda pattern=pattern: text_schemas(pattern), text(chars), engine
            )
            made[f"{engine}: names {pattern}"] = partial(check, lambda pattern=pattern: name_schemas(pattern), names(chars), engine)
        for name in FORMATS:
            made[f"{engine}: format {name}"] = partial(check, lambda name=name: text_schemas(format=name), text("a"), engine)
    return made


def text_schemas(pattern: str = "", format: str = "") -> dict[str, Any]:
    return {"A": {"pattern": pattern, "format": format}}


def name_schemas(pattern: str) -> dict[str, Any]:
    return {"A": {"patternProperties": {pattern: False}, "additionalProperties": True, "unevaluatedProperties": {}}}


def text(chars: str) -> Callable[[], str]:
    return lambda: chars * (LONG // len(chars)) + "!"


def names(chars: str) -> Callable[[], dict[str, int]]:
    return lambda: {chars * (LONG // len(chars)) + "!": 1}
