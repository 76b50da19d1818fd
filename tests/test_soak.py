"""The soak's checker finds each fault that it is there to find, and nothing in a history without any; the tools run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOOLS = str(Path(__file__).resolve().parent.parent / "tools")


@pytest.fixture(scope="module")
def soaking() -> Iterator[Any]:
    """The modules `checker` and `history` of the soak."""
    sys.path.insert(0, TOOLS)
    try:
        yield importlib.import_module("soaking.checker"), importlib.import_module("soaking.history")
    finally:
        sys.path.remove(TOOLS)


CALL = {"id": "s1-1", "op": "act", "total": 1.0, "seconds": 0.1, "told": "data", "effect": 7, "attempts": 1}
ENTRY = {"id": "s1-1", "op": "act", "key": None, "hop": False, "fault": "none", "whole": True, "acted": True}
ENTRY |= {"effect": 7, "status": 200, "answered": True}
LOST: dict[str, Any] = {"answered": False, "fault": "cut in the body"}
FAILED = {"told": "ours", "effect": None, "error": "NoResponseError: x"}


def played(soaking: Any, call: dict[str, Any], *entries: dict[str, Any]) -> list[str]:
    checker, history = soaking
    return checker.faults([history.Call(**CALL | call)], [history.Entry(**ENTRY | entry) for entry in entries])


GOOD: dict[str, Any] = {
    "a success": ({}, {}),
    "a success after a refusal": ({}, {"acted": False, "effect": None, "status": 429}, {}),
    "a lost answer": ({**FAILED, "sent": "maybe"}, LOST),
    "a lost answer of what may be repeated": ({"op": "mark"}, {**LOST, "op": "mark", "effect": 6}, {"op": "mark"}),
    "a key, one effect": ({"op": "pay"}, {**LOST, "op": "pay", "key": "k"}, {"op": "pay", "key": "k", "acted": False}),
    "nothing arrived": ({**FAILED, "sent": "no"},),
    "late with everything": ({**FAILED, "seconds": 2.0, "delayed": 0.7},),
    "a redirect": ({"op": "read"}, {"op": "read", "status": 302, "acted": False}, {"op": "read", "hop": True}),
}
BAD: dict[str, Any] = {
    "success_was_answered": ({}, LOST),
    "success_was_answered: another effect": ({}, {"effect": 8}),
    "success_was_answered: never arrived": ({},),
    "data_is_right": ({"wrong": "has the answer of act s1-2"}, {}),
    "acted_once": ({}, LOST, {}),
    "acted_once: two keys": ({"op": "pay"}, {**LOST, "op": "pay", "key": "k"}, {"op": "pay", "key": "j"}),
    "acted_once: no key": ({"op": "pay"}, {"op": "pay"}),
    "body_was_whole": ({"op": "push", "digest": "a"}, {"op": "push", "digest": "b"}),
    "in_time": ({**FAILED, "seconds": 1.6},),
    "error_is_ours": ({**FAILED, "told": "foreign", "error": "KeyError: x"},),
    "word_is_true": ({**FAILED, "sent": "no"}, LOST),
    "word_is_true: a status": ({**FAILED, "sent": "answered", "status": 500}, {}),
    "few_attempts": ({"op": "mark"}, *({"op": "mark"},) * 4),
    "nobody made": ({}, {}, {"id": "s1-2"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_found_where_nothing_is(soaking: Any, name: str) -> None:
    assert played(soaking, *GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_the_fault_is_found(soaking: Any, name: str) -> None:
    assert [found.partition(":")[0] for found in played(soaking, *BAD[name])] == [name.partition(":")[0]]


def test_one_key_for_two_calls_is_found(soaking: Any) -> None:
    checker, history = soaking
    entries = [history.Entry(**ENTRY | {"op": "pay", "key": "k", "id": name}) for name in ("s1-1", "s1-2")]
    assert list(checker.keys_are_new(entries)) == ["one key for ['s1-1', 's1-2']"]


def test_a_budget_that_is_overdrawn_is_found(soaking: Any) -> None:
    checker, history = soaking
    for calls, found in ((20, False), (21, True)):
        made = [history.Call(**CALL | {"id": f"s1-{number}", **FAILED}) for number in range(calls)]
        entries = [history.Entry(**ENTRY | LOST | {"id": call.id}) for call in made for _ in range(3)]
        told = list(checker.within_budget(made, checker.by_call(entries), "s"))
        assert bool(told) is found
