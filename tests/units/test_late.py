"""What is made when it is first used."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from aerostack_dynamic._late import Later, is_a, late, pattern


def test_a_name_is_looked_up_once() -> None:
    namespace: dict[str, Any] = {"__name__": "there"}
    resolve = late(namespace, {"OrderedDict": "collections", "Problem": "._values"})
    assert resolve("OrderedDict").__name__ == namespace["OrderedDict"].__name__ == "OrderedDict"
    assert resolve("Problem").__module__ == "aerostack_dynamic._values"
    with pytest.raises(AttributeError, match="module 'there' has no attribute 'other'"):
        resolve("other")


def test_a_module_is_imported_when_a_name_of_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    colours: Any = Later("colorsys")
    assert "colorsys" not in sys.modules
    assert colours.rgb_to_hsv is colours.rgb_to_hsv is sys.modules["colorsys"].rgb_to_hsv
    with pytest.raises(AttributeError):
        _ = colours.no_such_name


def test_nothing_is_of_a_class_that_nobody_has_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    from decimal import Decimal

    assert is_a("decimal", "Decimal", Decimal(1))
    assert not is_a("decimal", "Decimal", 1)
    monkeypatch.delitem(sys.modules, "decimal")
    assert not is_a("decimal", "Decimal", Decimal(1))
    assert "decimal" not in sys.modules


def test_a_pattern_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda text, flags=0: compiled.append(text) or real(text, flags))
    word = pattern(r"[a-z]+", re.IGNORECASE)
    assert not compiled
    assert word.fullmatch("Word") is not None
    assert [one.fullmatch("x1") for one in (word, word)] == [None, None]
    assert compiled == [r"[a-z]+"], "one attribute is asked of the pattern once"
    assert word.pattern == r"[a-z]+"
    assert pattern(rb"\d").sub(b"", b"a1") == b"a"
