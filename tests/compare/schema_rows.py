"""Edits of one schema, each with the rule and verdict that it must have: on the side of requests, and on that of answers.

`B` is breaking, `C` compatible, `U` unknown. The subject follows where it isn't the whole body.
"""

from __future__ import annotations

from typing import Any, NamedTuple

B, C, U = "breaking", "compatible", "unknown"


class Row(NamedTuple):
    """An edit: the schema before and after, and for each side what must be told, as `rule verdict [subject]`."""

    name: str
    old: Any
    new: Any
    request: tuple[str, ...]
    response: tuple[str, ...]


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


def whole(**more: Any) -> dict[str, Any]:
    return {"type": "integer", **more}


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", **more}


def several(items: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "array", **({} if items is None else {"items": items}), **more}


def thing(*required: str, _: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """An object with these properties."""
    return {"type": "object", "properties": properties, **({"required": [*required]} if required else {}), **(_ or {})}


def kind(name: str, **properties: Any) -> dict[str, Any]:
    """An object that is told from others by its kind."""
    return thing("kind", kind={"const": name}, **properties)


def rule(ends: str, verdict: str, subject: str = "") -> str:
    return f"{ends} {verdict} {subject}".strip()


def limits(word: str, called: str, schema: dict[str, Any], low: Any, high: Any, *, upper: bool) -> list[Row]:
    """A limit that is set, unset, increased and decreased."""
    less, more = ({**schema, word: low}, {**schema, word: high})
    closer, wider = (less, more) if upper else (more, less)
    down, up = ("decreased", "increased") if upper else ("increased", "decreased")
    rows = [
        Row(f"{word} closer", wider, closer, (f"request-body-{called}-{down} {B}",), (f"response-body-{called}-{down} {C}",)),
        Row(f"{word} wider", closer, wider, (f"request-body-{called}-{up} {C}",), (f"response-body-{called}-{up} {B}",)),
        Row(f"{word} set", schema, closer, (f"request-body-{called}-set {B}",), (f"response-body-{called}-set {C}",)),
        Row(f"{word} unset", closer, schema, (f"request-body-{called}-unset {C}",), (f"response-body-{called}-unset {B}",)),
    ]
    return rows


def both(name: str, old: Any, new: Any, ends: str, request: str, response: str) -> Row:
    """An edit of the whole body that both sides call the same."""
    return Row(name, old, new, (f"request-body-{ends} {request}",), (f"response-body-{ends} {response}",))


def inner(name: str, old: Any, new: Any, ends: str, request: str, response: str, subject: str = "a") -> Row:
    """The same of a property."""
    return Row(
        name, old, new, (f"request-property-{ends} {request} {subject}",), (f"response-property-{ends} {response} {subject}",)
    )


def same(name: str, old: Any, new: Any) -> Row:
    """An edit that changes nothing."""
    return Row(name, old, new, (), ())


RECURSIVE = {"$ref": "#/components/schemas/Node"}
OPEN, SHUT = {"additionalProperties": True}, {"additionalProperties": False}

ROWS: tuple[Row, ...] = (
    # types
    both("integer becomes number", whole(), number(), "type-generalized", C, B),
    Row("number becomes integer", number(), whole(), (f"request-body-type-changed {B}",), (f"response-body-type-specialized {C}",)),
    both("string becomes integer", text(), whole(), "type-changed", B, B),
    both("type is dropped", text(), {}, "type-generalized", C, B),
    Row("type is said", {}, text(), (f"request-body-type-changed {B}",), (f"response-body-type-specialized {C}",)),
    both("a type more", text(), {"type": ["string", "integer"]}, "list-of-types-widened", C, B),
    both("a type less", {"type": ["string", "integer"]}, text(), "list-of-types-narrowed", B, C),
    inner("type of a property", thing(a=text()), thing(a=whole()), "type-changed", B, B),
    inner("type of an item", several(text()), several(whole()), "type-changed", B, B, "*"),
    inner(
        "type of what others are",
        {"type": "object", "additionalProperties": text()},
        {"type": "object", "additionalProperties": whole()},
        "type-changed",
        B,
        B,
        "*",
    ),
    inner("type deep within", thing(a=several(thing(b=text()))), thing(a=several(thing(b=whole()))), "type-changed", B, B, "a/*/b"),
    # null
    both("null is allowed", text(), {"type": ["string", "null"]}, "became-nullable", C, B),
    both("null is refused", {"type": ["string", "null"]}, text(), "became-not-nullable", B, C),
    inner("null in a property", thing(a=text()), thing(a={"type": ["string", "null"]}), "became-nullable", C, B),
    both("null as an alternative", thing(a=text()), {"anyOf": [thing(a=text()), {"type": "null"}]}, "became-nullable", C, B),
    inner(
        "an edit beside null",
        {"oneOf": [thing(a=text()), {"type": "null"}]},
        {"oneOf": [thing(a=whole()), {"type": "null"}]},
        "type-changed",
        B,
        B,
    ),
    # values
    both("a value more", {"enum": ["a", "b"]}, {"enum": ["a", "b", "c"]}, "enum-value-added", C, B),
    both("a value less", {"enum": ["a", "b"]}, {"enum": ["a"]}, "enum-value-removed", B, C),
    Row(
        "a value is replaced",
        text(enum=["a", "b"]),
        text(enum=["a", "c"]),
        (f"request-body-enum-value-added {C}", f"request-body-enum-value-removed {B}"),
        (f"response-body-enum-value-added {B}", f"response-body-enum-value-removed {C}"),
    ),
    both("values are listed", text(), text(enum=["a"]), "became-enum", B, C),
    both("values are not listed", text(enum=["a"]), text(), "became-any-value", C, B),
    both("a number is written another way", {"enum": [1, 2]}, {"enum": [1.0]}, "enum-value-removed", B, C),
    both("true is not one", {"enum": [1]}, {"enum": [1, True]}, "enum-value-added", C, B),
    both("const is set", text(), text(const="a"), "const-added", B, C),
    both("const is dropped", text(const="a"), text(), "const-removed", C, B),
    both("const is another", text(const="a"), text(const="b"), "const-changed", B, B),
    inner("a value less of a property", thing(a={"enum": ["x", "y"]}), thing(a={"enum": ["x"]}), "enum-value-removed", B, C),
    inner(
        "an open list grows",
        thing(a=text(**{"x-extensible-enum": ["x"]})),
        thing(a=text(**{"x-extensible-enum": ["x", "y"]})),
        "x-extensible-enum-value-added",
        C,
        C,
    ),
    inner(
        "an open list shrinks",
        thing(a=text(**{"x-extensible-enum": ["x", "y"]})),
        thing(a=text(**{"x-extensible-enum": ["x"]})),
        "x-extensible-enum-value-removed",
        B,
        C,
    ),
    # limits
    *limits("maximum", "max", whole(), 5, 10, upper=True),
    *limits("minimum", "min", whole(), 5, 10, upper=False),
    *limits("exclusiveMaximum", "exclusive-max", number(), 5, 10, upper=True),
    *limits("exclusiveMinimum", "exclusive-min", number(), 5, 10, upper=False),
    *limits("maxLength", "max-length", text(), 5, 10, upper=True),
    *limits("minLength", "min-length", text(), 5, 10, upper=False),
    *limits("maxItems", "max-items", several(text()), 1, 3, upper=True),
    *limits("minItems", "min-items", several(text()), 1, 3, upper=False),
    *limits("maxProperties", "max-properties", {"type": "object"}, 1, 3, upper=True),
    *limits("minProperties", "min-properties", {"type": "object"}, 1, 3, upper=False),
    Row(
        "a limit becomes an exclusive one",
        whole(maximum=9),
        whole(exclusiveMaximum=10),
        (f"request-body-max-unset {C}", f"request-body-exclusive-max-set {C}"),
        (f"response-body-max-unset {C}", f"response-body-exclusive-max-set {C}"),
    ),
    both("a limit that the values don't meet", text(enum=["a", "b"]), text(enum=["a", "b"], maxLength=3), "max-length-set", C, C),
    both("multipleOf is set", whole(), whole(multipleOf=2), "multiple-of-set", B, C),
    both("multipleOf is dropped", whole(multipleOf=2), whole(), "multiple-of-unset", C, B),
    both("multipleOf is a divisor", whole(multipleOf=6), whole(multipleOf=3), "multiple-of-generalized", C, B),
    both("multipleOf is a multiple", whole(multipleOf=3), whole(multipleOf=6), "multiple-of-specialized", B, C),
    both("multipleOf is another", whole(multipleOf=4), whole(multipleOf=6), "multiple-of-changed", B, B),
    both("items must differ", several(text()), several(text(), uniqueItems=True), "unique-items-set", B, C),
    both("items may be the same", several(text(), uniqueItems=True), several(text()), "unique-items-unset", C, B),
    # strings
    both("a pattern", text(), text(pattern="^a"), "pattern-added", B, C),
    both("no pattern", text(pattern="^a"), text(), "pattern-removed", C, B),
    both("another pattern", text(pattern="^[ab]$"), text(pattern="^[cd]$"), "pattern-changed", B, B),
    both("a format", text(), text(format="uuid"), "type-changed", B, C)._replace(response=(f"response-body-type-specialized {C}",)),
    both("no format", text(format="uuid"), text(), "type-changed", C, B)._replace(request=(f"request-body-type-generalized {C}",)),
    both("another format", text(format="uuid"), text(format="date"), "type-changed", B, B),
    Row(
        "a format that nothing judges",
        text(),
        text(format="color"),
        (f"request-body-type-changed {U}",),
        (f"response-body-type-specialized {C}",),
    ),
    Row(
        "a shorter integer",
        whole(format="int64"),
        whole(format="int32"),
        (f"request-body-type-changed {B}",),
        (f"response-body-type-specialized {C}",),
    ),
    Row(
        "a longer integer",
        whole(format="int32"),
        whole(format="int64"),
        (f"request-body-type-generalized {C}",),
        (f"response-body-type-changed {B}",),
    ),
    both("another encoding", text(contentEncoding="base64"), text(contentEncoding="base64url"), "content-encoding-changed", B, B),
    both(
        "another media type",
        text(contentMediaType="image/png"),
        text(contentMediaType="text/html"),
        "content-media-type-changed",
        B,
        B,
    ),
    # properties
    Row(
        "an optional property more",
        thing(a=text()),
        thing(a=text(), b=text()),
        (f"new-optional-request-property {C} b",),
        (f"response-optional-property-added {C} b",),
    ),
    Row(
        "a required property more",
        thing(a=text()),
        thing("b", a=text(), b=text()),
        (f"new-required-request-property {B} b",),
        (f"response-required-property-added {C} b",),
    ),
    Row(
        "a required property with a default",
        thing(a=text()),
        thing("b", a=text(), b=text(default="x")),
        (f"new-required-request-property-with-default {B} b",),
        (f"response-required-property-added {C} b",),
    ),
    Row(
        "an optional property less",
        thing(a=text(), b=text()),
        thing(a=text()),
        (f"request-property-removed {B} b",),
        (f"response-optional-property-removed {B} b",),
    ),
    Row(
        "a required property less",
        thing("b", a=text(), b=text()),
        thing(a=text()),
        (f"request-property-removed {B} b",),
        (f"response-required-property-removed {B} b",),
    ),
    Row(
        "a property more where others are forbidden",
        thing(a=text(), _=SHUT),
        thing(a=text(), b=text(), _=SHUT),
        (f"new-optional-request-property {C} b",),
        (f"response-optional-property-added {B} b",),
    ),
    Row(
        "a property less where others are forbidden",
        thing(a=text(), b=text(), _=SHUT),
        thing(a=text(), _=SHUT),
        (f"request-property-removed {B} b",),
        (f"response-optional-property-removed {B} b",),
    ),
    Row(
        "a property more where others are allowed",
        thing(a=text(), _=OPEN),
        thing(a=text(), b=whole(), _=OPEN),
        (f"new-optional-request-property {B} b",),
        (f"response-optional-property-added {C} b",),
    ),
    Row(
        "a property less where others are allowed",
        thing(a=text(), b=text(), _=OPEN),
        thing(a=text(), _=OPEN),
        (f"request-property-removed {C} b",),
        (f"response-optional-property-removed {B} b",),
    ),
    Row(
        "a property is renamed",
        thing(a=text()),
        thing(b=text()),
        (f"request-property-removed {B} a", f"new-optional-request-property {C} b"),
        (f"response-optional-property-removed {B} a", f"response-optional-property-added {C} b"),
    ),
    Row(
        "a property becomes required",
        thing(a=text()),
        thing("a", a=text()),
        (f"request-property-became-required {B} a",),
        (f"response-property-became-required {C} a",),
    ),
    Row(
        "a property becomes optional",
        thing("a", a=text()),
        thing(a=text()),
        (f"request-property-became-optional {C} a",),
        (f"response-property-became-optional {B} a",),
    ),
    Row(
        "a property with a default becomes required",
        thing(a=text(default="x")),
        thing("a", a=text(default="x")),
        (f"request-property-became-required-with-default {B} a",),
        (f"response-property-became-required {C} a",),
    ),
    Row(
        "a property within items becomes required",
        several(thing(a=text())),
        several(thing("a", a=text())),
        (f"request-property-became-required {B} */a",),
        (f"response-property-became-required {C} */a",),
    ),
    both("others become forbidden", thing(a=text()), thing(a=text(), _=SHUT), "additional-properties-forbidden", B, C),
    both("others become allowed", thing(a=text(), _=SHUT), thing(a=text()), "additional-properties-allowed", C, B),
    both(
        "others are restricted",
        thing(a=text(), _=OPEN),
        thing(a=text(), _={"additionalProperties": whole()}),
        "additional-properties-restricted",
        B,
        C,
    ),
    both(
        "others are not restricted",
        thing(a=text(), _={"additionalProperties": whole()}),
        thing(a=text(), _=OPEN),
        "additional-properties-allowed",
        C,
        B,
    ),
    both(
        "a pattern of names",
        {"type": "object"},
        {"type": "object", "patternProperties": {"^x-": text()}},
        "pattern-property-added",
        B,
        C,
    ),
    both(
        "a pattern of names less",
        {"type": "object", "patternProperties": {"^x-": text()}},
        {"type": "object"},
        "pattern-property-removed",
        C,
        B,
    ),
    inner(
        "what a pattern of names means",
        {"type": "object", "patternProperties": {"^x-": text()}},
        {"type": "object", "patternProperties": {"^x-": whole()}},
        "type-changed",
        B,
        B,
        "*",
    ),
    both(
        "names are restricted",
        {"type": "object"},
        {"type": "object", "propertyNames": {"maxLength": 3}},
        "property-names-added",
        B,
        C,
    ),
    both(
        "names are not restricted",
        {"type": "object", "propertyNames": {"maxLength": 3}},
        {"type": "object"},
        "property-names-removed",
        C,
        B,
    ),
    both(
        "names are restricted otherwise",
        {"type": "object", "propertyNames": {"maxLength": 3}},
        {"type": "object", "propertyNames": {"maxLength": 4}},
        "property-names-changed",
        C,
        B,
    ),
    both(
        "what is not evaluated is forbidden",
        thing(a=text()),
        thing(a=text(), _={"unevaluatedProperties": False}),
        "unevaluated-properties-added",
        B,
        C,
    ),
    both(
        "what is not evaluated is allowed",
        thing(a=text(), _={"unevaluatedProperties": False}),
        thing(a=text()),
        "unevaluated-properties-removed",
        C,
        B,
    ),
    both(
        "one needs another",
        thing(a=text(), b=text()),
        thing(a=text(), b=text(), _={"dependentRequired": {"a": ["b"]}}),
        "dependent-required-added",
        B,
        C,
    ),
    both(
        "one doesn't need another",
        thing(a=text(), b=text(), _={"dependentRequired": {"a": ["b"]}}),
        thing(a=text(), b=text()),
        "dependent-required-removed",
        C,
        B,
    ),
    both(
        "one needs others",
        thing(a=text(), b=text(), c=text(), _={"dependentRequired": {"a": ["b"]}}),
        thing(a=text(), b=text(), c=text(), _={"dependentRequired": {"a": ["b", "c"]}}),
        "dependent-required-changed",
        B,
        C,
    ),
    both(
        "one asks for a schema",
        thing(a=text(), b=text()),
        thing(a=text(), b=text(), _={"dependentSchemas": {"a": {"required": ["b"]}}}),
        "dependent-schema-added",
        B,
        C,
    ),
    both(
        "one asks for no schema",
        thing(a=text(), b=text(), _={"dependentSchemas": {"a": {"required": ["b"]}}}),
        thing(a=text(), b=text()),
        "dependent-schema-removed",
        C,
        B,
    ),
    # arrays
    both("items are described", several(), several(text()), "items-added", B, C),
    both("items are not described", several(text()), several(), "items-removed", C, B),
    both("places are described", several(), several(prefixItems=[text()]), "prefix-items-added", B, C),
    both("places are not described", several(prefixItems=[text()]), several(), "prefix-items-removed", C, B),
    inner(
        "an edit of a place",
        several(prefixItems=[text(), whole()]),
        several(prefixItems=[text(), text()]),
        "type-changed",
        B,
        B,
        "*",
    ),
    both(
        "a place more",
        several(prefixItems=[text()], items=False),
        several(prefixItems=[text(), whole()], items=False),
        "prefix-items-added",
        C,
        B,
    ),
    both("something must be contained", several(), several(contains=text()), "contains-added", B, C),
    both("nothing must be contained", several(contains=text()), several(), "contains-removed", C, B),
    both("more must be contained", several(contains=text()), several(contains=text(), minContains=2), "min-contains-set", B, C),
    # alternatives
    both(
        "an alternative more", {"oneOf": [text(), whole()]}, {"oneOf": [text(), whole(), {"type": "boolean"}]}, "one-of-added", C, B
    ),
    both(
        "an alternative less",
        {"oneOf": [text(), whole(), {"type": "boolean"}]},
        {"oneOf": [text(), whole()]},
        "one-of-removed",
        B,
        C,
    ),
    both(
        "a kind more",
        {"oneOf": [kind("a"), kind("b")]},
        {"oneOf": [kind("a"), kind("b"), kind("c", x=text())]},
        "one-of-added",
        C,
        B,
    ),
    both(
        "a kind less",
        {"oneOf": [kind("a"), kind("b"), kind("c", x=text())]},
        {"oneOf": [kind("a"), kind("b")]},
        "one-of-removed",
        B,
        C,
    ),
    both(
        "any alternative more",
        {"anyOf": [text(), whole()]},
        {"anyOf": [text(), whole(), {"type": "boolean"}]},
        "any-of-added",
        C,
        B,
    ),
    both(
        "any alternative less",
        {"anyOf": [text(), whole(), {"type": "boolean"}]},
        {"anyOf": [text(), whole()]},
        "any-of-removed",
        B,
        C,
    ),
    inner(
        "an edit in an alternative",
        {"oneOf": [kind("a", x=text()), kind("b")]},
        {"oneOf": [kind("a", x=whole()), kind("b")]},
        "type-changed",
        B,
        B,
        "x",
    ),
    both(
        "an alternative overlaps another",
        {"oneOf": [number(maximum=1), number(minimum=5)]},
        {"oneOf": [number(maximum=7), number(minimum=5)]},
        "max-increased",
        C,
        B,
    )._replace(request=(f"request-body-max-increased {C}", f"request-body-one-of-changed {B}")),
    both("alternatives are reordered and moved", {"oneOf": [text(), whole()]}, {"oneOf": [whole(), text()]}, "", C, C)._replace(
        request=(), response=()
    ),
    Row(
        "one becomes one of several",
        thing(a=text()),
        {"oneOf": [thing("a", a=text()), thing("b", b=text())]},
        (f"request-body-wrapped-in-one-of {B}",),
        (
            f"response-body-wrapped-in-one-of {C}",
            f"response-property-became-required {C} a",
            f"response-required-property-added {C} b",
        ),
    ),
    both("something is excluded", text(), text(**{"not": {"const": "x"}}), "not-added", B, C),
    both("nothing is excluded", text(**{"not": {"const": "x"}}), text(), "not-removed", C, B),
    both("something else is excluded", text(**{"not": {"const": "x"}}), text(**{"not": {"const": "y"}}), "not-changed", B, B),
    both(
        "a condition",
        thing(a=text(), b=text()),
        thing(a=text(), b=text(), _={"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        "if-added",
        B,
        C,
    ),
    both(
        "no condition",
        thing(a=text(), b=text(), _={"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        thing(a=text(), b=text()),
        "if-removed",
        C,
        B,
    ),
    both(
        "another consequence",
        thing(a=text(), b=text(), c=text(), _={"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        thing(a=text(), b=text(), c=text(), _={"if": {"required": ["a"]}, "then": {"required": ["c"]}}),
        "then-changed",
        B,
        B,
    ),
    same("conjoined, and nothing else", thing("a", a=text()), {"allOf": [thing(a=text()), {"required": ["a"]}]}),
    Row(
        "conjoined with more",
        {"allOf": [thing(a=text())]},
        {"allOf": [thing(a=text()), {"required": ["a"]}]},
        (f"request-property-became-required {B} a",),
        (f"response-property-became-required {C} a",),
    ),
    Row(
        "conjoined with less",
        {"allOf": [thing(a=text()), thing(b=text())]},
        {"allOf": [thing(a=text())]},
        (f"request-property-removed {B} b",),
        (f"response-optional-property-removed {B} b",),
    ),
    # what is only told
    same(
        "words",
        {"title": "A", "description": "a", **thing(a=text())},
        {"title": "B", "description": "b", "examples": [{}], **thing(a=text(description="c"))},
    ),
    inner("a default", thing(a=text()), thing(a=text(default="x")), "default-value-added", C, C),
    inner("another default", thing(a=text(default="y")), thing(a=text(default="x")), "default-value-changed", C, C),
    inner("no default", thing(a=text(default="x")), thing(a=text()), "default-value-removed", C, C),
    inner("deprecated", thing(a=text()), thing(a=text(deprecated=True)), "deprecated", C, C),
    inner("no longer deprecated", thing(a=text(deprecated=True)), thing(a=text()), "reactivated", C, C),
    Row(
        "a property becomes read-only",
        thing("a", a=text()),
        thing("a", a=text(readOnly=True)),
        (f"request-required-property-became-read-only {C} a", f"request-property-became-optional {C} a"),
        (f"response-required-property-became-read-only {C} a",),
    ),
    Row(
        "a property is no longer read-only",
        thing("a", a=text(readOnly=True)),
        thing("a", a=text()),
        (f"request-required-property-became-not-read-only {C} a", f"request-property-became-required {B} a"),
        (f"response-required-property-became-not-read-only {C} a",),
    ),
    Row(
        "a property becomes write-only",
        thing(a=text()),
        thing(a=text(writeOnly=True)),
        (f"request-optional-property-became-write-only {C} a",),
        (f"response-optional-property-became-write-only {B} a",),
    ),
    Row(
        "an edit of a read-only property",
        thing(a=text(readOnly=True)),
        thing(a=whole(readOnly=True)),
        (f"request-read-only-property-type-changed {C} a",),
        (f"response-property-type-changed {B} a",),
    ),
    both(
        "a discriminator",
        {"oneOf": [kind("a"), kind("b")]},
        {"oneOf": [kind("a"), kind("b")], "discriminator": {"propertyName": "kind"}},
        "discriminator-added",
        C,
        C,
    ),
    both("another form in XML", text(), text(xml={"name": "x"}), "xml-changed", C, C),
    # anything and nothing
    both("nothing is allowed", text(), False, "became-impossible", B, C),
    both("something is allowed", False, text(), "became-possible", C, B),
    same("true and nothing said", True, {}),
    # references
    same("moved behind a reference", thing(a=text()), {"$ref": "#/components/schemas/A"}),
    same("recursion", RECURSIVE, RECURSIVE),
)
