"""Schemas as sets of values: what is decided, and that nothing is raised where nothing is."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from aerostack_dynamic._schema_sets import ValueSet

TEXT: dict[str, Any] = {"type": "string", "maxLength": 5}


def test_what_is_decided() -> None:
    narrow, wide = ValueSet(TEXT), ValueSet({"type": "string"})
    assert (narrow.covered_by(wide), wide.covered_by(narrow)) == ("yes", "no")
    assert wide.without(narrow)["minLength"] == 6
    assert narrow.apart(ValueSet({"type": "integer"}))
    assert not narrow.apart(wide)
    assert (narrow.holds("abc"), narrow.holds("abcdef")) == (True, False)
    assert ValueSet({"type": "string", "pattern": "^a"}).covered_by(ValueSet({"pattern": "a"})) == "unknown"


@pytest.mark.parametrize(
    "schema", [{"type": 1}, {"enum": [*range(2000)]}, {"$ref": "#/$defs/none"}], ids=["malformed", "large", "leading nowhere"]
)
def test_what_cannot_be_decided_is_not(schema: dict[str, Any]) -> None:
    odd, text = ValueSet(schema), ValueSet(TEXT)
    assert text.covered_by(odd) in ("unknown", "no")
    assert not odd.apart(odd)
    assert odd.holds("a") in (None, False)


def test_without_the_engine_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    one, other = ValueSet(TEXT), ValueSet(TEXT)
    assert one.covered_by(other) == "unknown"
    assert not one.apart(other)
    assert one.without(other) is None
    assert one.holds("a") is None
