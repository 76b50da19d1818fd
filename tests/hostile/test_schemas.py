"""Hostile schemas: each is refused or checks a value within a second, on each engine, and none ends the process."""

from __future__ import annotations

import re
import runpy
import time
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._formats import FORMATS, PYTHON_TYPES
from aerostack_dynamic._schema import ENGINES

TABLES = runpy.run_path(str(Path(__file__).with_name("schemas.py")))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TABLES["SCHEMAS"])
def test_a_schema_is_refused_or_checks_at_once(name: str, engine: str, ended: Any) -> None:
    told = ended("schemas", f"{engine}: {name}", memory=500)
    assert re.search(TABLES["SCHEMAS"][name][2], told), told


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TABLES["UNIQUE"])
def test_unique_items_are_not_compared_each_with_each(name: str, engine: str, ended: Any) -> None:
    assert ended("schemas", f"{engine}: unique {name}", memory=128) == "ok: []"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["pattern", "names"])
@pytest.mark.parametrize("pattern", TABLES["PATTERNS"])
def test_patterns_take_linear_time(pattern: str, kind: str, engine: str, ended: Any) -> None:
    """100,000 characters in 50 ms; half of the row's time is that of compiling, on the slow engines."""
    told = ended("schemas", f"{engine}: {kind} {pattern}", seconds=0.05 if engine == "compiled" else 0.3)
    assert told.startswith("ok: ")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_asserted_by_each_engine_at_once(name: str, engine: str, ended: Any) -> None:
    told = ended("schemas", f"{engine}: format {name}", seconds=0.3)
    assert "format" in told or name in ("uri-reference",)


PIECES = (
    "a",
    "0",
    "1",
    "-",
    ".",
    "@",
    ":",
    "/",
    "%",
    "%41",
    "[",
    "(",
    "\\",
    '"',
    '"\\a',
    "=",
    "~0",
    "/~",
    "P",
    "1D",
    "a.",
    "a-",
    "::",
    "\n",
    "é",
)
AROUND = (
    ("", ""),
    ("a@", "!"),
    ("http://", "!"),
    ('"', "!"),
    ("P", "!"),
    ("2024-01-01T00:00:00.", "!"),
    ("http://[", "]"),
    ("a@[IPv6:", "]"),
)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_takes_linear_time(name: str) -> None:
    """Whatever the text is made of: eight times the length takes no more than some eight times as long."""
    judges = [FORMATS[name], *([PYTHON_TYPES[name]] if name in PYTHON_TYPES else [])]
    for piece in PIECES:
        for before, after in AROUND:
            text = before + piece * (100_000 // len(piece)) + after
            began = time.process_time()
            for judge in judges:
                judge(text)
            assert time.process_time() - began < 0.5, (piece, before)


def test_patterns_that_are_not_enforced_are_told_of_once() -> None:
    inner = {"pattern": "(?=a)b"}
    schemas = {"A": {"properties": {"a": inner}, "patternProperties": {"(a)\\1": True}}, "unused": inner}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    paths = {f"/{name}": {"post": {"requestBody": {"content": content}, "responses": {}}} for name in "xy"}
    spec = Spec.load({**TABLES["HEAD"], "paths": paths, "components": {"schemas": schemas}}, trusted=False)
    assert sorted(one.pointer for one in spec.problems) == [
        "/components/schemas/A/patternProperties/(a)\\1",
        "/components/schemas/A/properties/a/pattern",
    ]
    assert spec.problems is spec.problems
