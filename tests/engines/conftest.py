"""What the tests of the engines share: what an engine tells of an instance, documents of few schemas, instances and mutations."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._judge import to_problems
from aerostack_dynamic._schema import compile_schema

BIG = 10**30
KINDS: tuple[Any, ...] = (None, True, False, 0, 1, -1, 1.0, 1.5, -0.0, 1e300, BIG, "", "1", "null", [], [None], [[]], {}, {"": 0})
NAMES = ("", "a/b", "~", "%41", "é", "0", "07", "$ref", "__proto__", "keys", "A", " ", "additionalProperties", "x" * 300)
TEXTS = {
    "email": (
        *("ada@example.com", "a.b+c@example.co.uk", '"a b"@example.com', "a@[127.0.0.1]", "a@[IPv6:::1]", "a@b", "a@" + "b" * 63),
        *(
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a..b@c",
            ".a@c",
            "a@-b",
            "a@b.",
            "é@b",
            "a@b@c",
            "a@" + "b" * 64,
            "a" * 65 + "@b",
            "a@b\n",
        ),
    ),
    "date-time": (
        *("2024-02-29T23:59:59Z", "2024-02-29t23:59:60z", "1990-12-31T15:59:60-08:00", "2024-01-01T00:00:00.123456789+05:30"),
        *("", "2024-01-01", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z"),
        *("2024-1-1T00:00:00Z", "2024-01-01T00:00Z", "2024-01-01T00:00:60Z", "٢024-01-01T00:00:00Z", "2024-01-01T00:00:00+24:00"),
    ),
    "uri": (
        *("https://example.com/a?b#c", "urn:x:y", "http://[::1]:80/", "mailto:a@b.c", "a:", "http://u:p@h:1/%41", "x://"),
        *(
            "",
            "/a",
            "a",
            "http://a b",
            "http://[::g]/",
            "http://h/%4",
            "http://h/é",
            "1a:b",
            "http://h/\\",
            "http://h:port/",
            "//h",
        ),
    ),
    "uuid": (
        *("00000000-0000-0000-0000-000000000000", "ABCDEFAB-1234-4321-8888-abcdefabcdef"),
        *("", "abc", "0" * 32, "{00000000-0000-0000-0000-000000000000}", "00000000-0000-0000-0000-00000000000g"),
        *("00000000-0000-0000-0000-0000000000000", "00000000_0000_0000_0000_000000000000", "urn:uuid:" + "0" * 36),
        *("0000000-00000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000\n", "٠0000000-0000-0000-0000-000000000000"),
    ),
    "password": ("", "a", "x" * 7, "x" * 8, "é" * 8, "\0" * 8, "pass word", "\U0001f600" * 8, "\U0001f600" * 4, "12345678", "\n"),
}
WORDS = ("", "a", "some text", "é", "\U0001f600\U0001f600", "line\nbreak", "\0", "null", "0", "x" * 500)


def told_by(document: Any, pointer: str, engine: Any, instance: object) -> frozenset[tuple[str, str, str]]:
    """(pointer, rule, message) of all that an engine finds in an instance."""
    findings = compile_schema(document, pointer, engine).findings(instance)
    return frozenset((one.pointer, one.rule, one.message) for one in to_problems(findings, "body"))


def document_of(schemas: dict[str, Any], **more: Any) -> Any:
    head = {"openapi": "3.1.0", "info": {"title": "Schemas", "version": "1"}, "paths": {}}
    return Spec.load({**head, "components": {"schemas": schemas}, **more}).document


class Maker:
    """Instances of a schema, and mutations of them, both from one seed."""

    def __init__(self, document: Any, seed: int) -> None:
        self.document = document
        self.random = Random(seed)

    def followed(self, schema: Any) -> Any:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self.document.at(schema["$ref"][1:])
        return schema

    def valid(self, schema: Any) -> Any:
        schema = self.followed(schema)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type", "any")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            return self._valid_object(schema)
        if kind == "array":
            return [self.valid(schema.get("items", {})) for _ in range(self.random.randrange(4))]
        if kind == "string":
            good = {"email": 7, "date-time": 4, "uri": 7, "uuid": 2}.get(schema.get("format"))
            if good is not None:
                return TEXTS[schema["format"]][self.random.randrange(good)]
            return self.random.choice(WORDS) + "x" * schema.get("minLength", 0)
        plain = {"integer": (0, -7, 2.0, BIG), "boolean": (True, False), "null": (None,), "any": KINDS, "number": (0, 0.5)}
        return self.random.choice(plain[kind])

    def _valid_object(self, schema: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self.random.random() < 0.8:
                made[name] = self.valid(inner)
        if schema.get("additionalProperties") is True:
            made[self.random.choice(NAMES)] = self.random.choice(KINDS)
        return made

    def sites(self, schema: Any, instance: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
        """Every keyword that speaks of a part of an instance: the path to the part, its schema and the keyword."""
        if "$ref" in schema:
            yield path, schema, "$ref"
        schema = self.followed(schema)
        known = ("type", "required", "properties", "additionalProperties", "minLength", "enum", "items", "contentMediaType")
        yield from ((path, schema, word) for word in known if word in schema)
        if "format" in schema:
            yield path, schema, f"format {schema['format']}"
        if isinstance(schema.get("type"), list):
            yield path, schema, "type list"
        if isinstance(instance, dict):
            for name, inner in schema.get("properties", {}).items():
                if name in instance:
                    yield from self.sites(inner, instance[name], (*path, name))
        if isinstance(instance, list) and "items" in schema:
            for index, item in enumerate(instance):
                yield from self.sites(schema["items"], item, (*path, index))

    def mutations(self, schema: Any, word: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Each kind of mutation of a value that a keyword speaks of: its name and what the value becomes."""
        if word in ("type", "type list", "$ref", "contentMediaType"):
            yield from ((f"{kind!r}", kind) for kind in KINDS)
        elif word.startswith("format "):
            yield from ((text[:40], text) for text in TEXTS[word.removeprefix("format ")])
        elif word == "minLength":
            least = schema["minLength"]
            for char in ("a", " ", "é", "\U0001f600", "e\u0301", "\0"):
                yield from ((f"{char!r}{more:+d}", (char * (least + 1))[: least + more]) for more in (-1, 0, 1))
        elif word == "enum":
            yield from self._other_members(schema["enum"])
        elif word == "items" and isinstance(value, list):
            yield from self._other_items(schema["items"], value)
        elif isinstance(value, dict):
            yield from self._other_objects(schema, word, value)

    def _other_members(self, members: list[str]) -> Iterator[tuple[str, Any]]:
        one = self.random.choice(members)
        texts = (
            one.lower(),
            one.upper(),
            f"{one} ",
            f" {one}",
            one[:-1],
            one + one,
            one[::-1],
            one.replace("E", "\u0395"),
            f"{one}\0",
        )
        yield from ((f"text {index}", text) for index, text in enumerate(texts))
        yield from ((f"value {index}", value) for index, value in enumerate((None, 0, [one], {one: one}, "", True, members[-1])))

    def _other_items(self, items: Any, value: list[Any]) -> Iterator[tuple[str, Any]]:
        for name, wrong in (("null", None), ("number", 1), ("text", "x"), ("list", [[]]), ("object", {}), ("true", True)):
            yield f"{name} first", [wrong, *value]
            yield f"{name} last", [*value, wrong]
        yield from (("none", []), ("doubled", value + value), ("one more", [*value, self.valid(items)]), ("first alone", value[:1]))

    def _other_objects(self, schema: Any, word: str, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        if word == "additionalProperties":
            yield from ((f"name {name[:20]!r}", {**value, name: self.random.choice(KINDS)}) for name in NAMES)
            yield from ((f"value {kind!r}", {**value, "more": kind}) for kind in KINDS)
            return
        names = list(schema.get("required" if word == "required" else "properties", ()))
        changes: tuple[tuple[str, Callable[[str], dict[str, Any]]], ...] = (
            ("without", lambda name: {}),
            ("null", lambda name: {name: None}),
            ("upper case", lambda name: {name.upper() + "_": value.get(name)}),
            ("space after", lambda name: {name + " ": value.get(name)}),
            ("wide", lambda name: {name + "\u200b": value.get(name)}),
            ("list", lambda name: {name: [value.get(name)]}),
            ("wrapped", lambda name: {name: {name: value.get(name)}}),
            ("number", lambda name: {name: 1.5}),
            ("false", lambda name: {name: False}),
            ("text", lambda name: {name: "x"}),
            ("empty object", lambda name: {name: {}}),
        )
        for kind, change in changes:
            name = self.random.choice(names)
            yield kind, {**{key: one for key, one in value.items() if key != name}, **change(name)}
        yield "nothing", {}
        yield "more", {**value, "more": 1, "": None}

    def broken(self, schema: Any, instance: Any) -> Iterator[tuple[str, str, Any]]:
        """(keyword, mutation, instance) for every keyword that speaks of a part of an instance and every mutation of it."""
        for path, inner, word in [*self.sites(schema, instance)]:
            value = instance
            for step in path:
                value = value[step]
            for kind, changed in [*self.mutations(inner, word, value)]:
                yield word, kind, placed(instance, path, changed)


def placed(instance: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return copy.deepcopy(value)
    made = copy.deepcopy(instance)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = copy.deepcopy(value)
    return made


@pytest.fixture(scope="session")
def engines() -> Any:
    """`told_by`, `document_of` and `Maker`."""
    return SimpleNamespace(told_by=told_by, document_of=document_of, Maker=Maker)
