"""Which words a document's bytes say that it may have: none that it has is left out, and prose asks for no walk."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._keywords import HIDING, TELLING, words_of
from aerostack_dynamic._mask import secret_places

ALL = TELLING | HIDING


def document(schema: dict[str, Any], version: str = "3.1.0") -> dict[str, Any]:
    properties = {"type": "object", "properties": {"pin": schema}}
    return {"openapi": version, "info": {"title": "a", "version": "1"}, "paths": {}, "components": {"schemas": {"A": properties}}}


def found(content: bytes) -> tuple[frozenset[str], frozenset[str]]:
    spec = Spec.load(content, cache=False)
    return words_of(spec.document), secret_places(spec.document).properties


@pytest.mark.parametrize(
    ("schema", "words", "hides"),
    [
        ({"type": "string"}, set(), False),
        ({"description": "a password, format: password, x", "required": ["id", "password"]}, set(), False),
        ({"required": ["password"], "properties": {"password": {"type": "string"}}}, set(), False),
        ({"x-a": [1, "password"]}, set(), False),
        ({"format": "password"}, {"password"}, True),
        ({"x-kind": "password"}, {"password"}, False),
        ({"writeOnly": True}, {"writeOnly"}, True),
        ({"x-aerostack-secret": True}, {"x-aerostack-secret"}, True),
        ({"readOnly": True, "$dynamicRef": "#A"}, {"readOnly", "$dynamicRef"}, False),
        ({"readOnly": True, "writeOnly": True, "format": "password"}, {"readOnly", "writeOnly", "password"}, True),
    ],
)
@pytest.mark.parametrize("how", [{}, {"indent": 1}, {"indent": 150}, {"separators": (",", ":")}, {"separators": (" ,", " : ")}])
def test_words_of_json(schema: dict[str, Any], words: set[str], hides: bool, how: dict[str, Any]) -> None:
    told, secret = found(json.dumps(document(schema), **how).encode())
    assert told >= words
    assert told == words or how == {"indent": 150}, "what stands far from a colon may be a value"
    assert secret == ({"pin"} if hides else set())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-32-le"])
def test_wide_encodings_say_nothing(encoding: str) -> None:
    assert found(json.dumps(document({"format": "password"})).encode(encoding)) == (ALL, {"pin"})


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ('"format": "password"', '"form\\u0061t": "password"'),
        ('"password"', '"p\\u0061ssword"'),
        ('"format": "password"', '"writeOnl\\u0079": true'),
        ('"format": "password"', '"x\\u002daerostack-secret": true'),
    ],
)
def test_words_in_escapes(text: str, escaped: str) -> None:
    content = json.dumps(document({"format": "password"})).replace(text, escaped)
    assert json.loads(content)
    assert found(content.encode()) == (ALL, {"pin"})


@pytest.mark.parametrize(
    "schema",
    [
        "{format: password}",
        "{format: 'password'}",
        '{format: "password"}',
        "{'format': password # what it is\n }",
        "{format: !!str password}",
        '{format: "pass\\\n  word"}',
        '{format: "p\\x61ssword"}',
        '{"write\\x4fnly": true}',
        "{writeOnly: true}",
        "{x-aerostack-secret: true}",
        "{x-a: &a password, format: *a}",
        "{x-a: &a\n  password, format: *a}",
    ],
)
@pytest.mark.parametrize("braces", [False, True])
def test_words_of_yaml(schema: str, braces: bool) -> None:
    pytest.importorskip("yaml")
    inner = f"{{type: object, properties: {{pin: {schema}}}}}"
    if braces:
        text = f"{{openapi: 3.1.0, info: {{title: a, version: '1'}}, paths: {{}}, components: {{schemas: {{A: {inner}}}}}}}\n"
    else:
        text = f"openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {inner}\n"
    told, secret = found(text.encode())
    assert not told.isdisjoint(HIDING)
    assert secret == {"pin"}
