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


VALUES: tuple[Row, ...] = (
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
    both("null is listed", {"enum": ["a"]}, {"enum": ["a", None]}, "became-nullable", C, B),
    inner("null is listed no more", thing(a={"enum": ["a", None]}), thing(a={"enum": ["a"]}), "became-not-nullable", B, C),
    Row(
        "null is the only value no more",
        {"const": None},
        {"const": "a"},
        (f"request-body-const-changed {C}", f"request-body-became-not-nullable {B}"),
        (f"response-body-const-changed {B}", f"response-body-became-not-nullable {C}"),
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
)
