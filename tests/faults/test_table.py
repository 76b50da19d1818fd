"""The table itself: nothing promised is without a row, no two rows share a name, and the judge can say no."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from .__main__ import is_kept, lines
from .answers import answer
from .families import OFF, why_off
from .row import OK_DATA, Expect, Row, fails, gives, matches
from .runner import Verdict, play, why_not
from .server import Script, silence
from .tables import ROWS

ROOT = Path(__file__).resolve().parent.parent.parent
FAMILIES = {"T": 9, "R": 11, "K": 7, "D": 15, "C": 10, "S": 9}
WIRE_THREATS = (*range(1, 11), 17, *range(19, 26), 27, 28, 29)
PROMISES = {f"{family}{number}" for family, last in FAMILIES.items() for number in range(1, last + 1)}
PROMISES |= {f"H{number}" for number in WIRE_THREATS}


def test_every_promise_has_a_row() -> None:
    kept = {row.id.split("-")[0] for row in ROWS} | {promise for row in ROWS for promise in row.also}
    assert not PROMISES - kept


def test_names_are_told_apart_and_promises_are_in_words() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) >= 120
    assert all(" " in row.promise and not row.promise.endswith(".") for row in ROWS)


GOOD = Row("X", "an answer is data", Script((answer(),)), gives(OK_DATA, requests=1), "returns {'ok': True}")
WRONG: dict[str, Expect] = {
    "data": gives({"ok": False}),
    "an error": fails("NoResponseError"),
    "a fact": gives(OK_DATA, attempts=2),
    "the wire": gives(OK_DATA, requests=2),
    "the time": gives(OK_DATA, within=0.0),
    "a later time": gives(OK_DATA, at_least=1.0),
    "the sink": gives(OK_DATA, sink=1),
    "a check": gives(OK_DATA, lambda scene, outcome: "no"),
    "a check that can't be made": gives(OK_DATA, lambda scene, outcome: scene.server.seen[9].target),
}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_kept_promise_is_kept(kind: str) -> None:
    assert not play(GOOD, kind).faults


@pytest.mark.parametrize("wrong", WRONG)
def test_a_broken_promise_is_told(wrong: str) -> None:
    verdict = play(replace(GOOD, expect=WRONG[wrong]), "sync")
    assert verdict.faults
    assert not is_kept({"sync": verdict})
    assert "NOT KEPT" in "\n".join(lines(GOOD, {"sync": verdict}))


def test_the_wrong_error_and_the_wrong_fact_of_an_error_are_told() -> None:
    failing = replace(GOOD, script=Script((answer(500),)))
    assert play(replace(failing, expect=fails("NoResponseError")), "sync").faults
    assert play(replace(failing, expect=fails("ServerError", status=501)), "sync").faults
    assert not play(replace(failing, expect=fails("ServerError", status=500)), "sync").faults


def test_bare_httpx_is_judged_too() -> None:
    assert not play(GOOD, "httpx").faults
    assert play(replace(GOOD, bare="raises ReadError"), "httpx").faults
    hanging = replace(GOOD, script=Script((silence(),)), total=0.1, limits={"read": 5.0}, bare="hangs past D")
    assert not play(hanging, "httpx").faults


def test_what_is_not_played_says_why() -> None:
    assert why_not(GOOD, "sync") is None
    assert "async alone" in str(why_not(replace(GOOD, kinds=("async",)), "sync"))
    assert "needs amiga" in str(why_not(replace(GOOD, needs="amiga"), "sync"))
    assert "not installed" in str(why_not(GOOD, "sync", "no_such_library"))
    assert why_off("httpx2", "sync", "T5-drip-headers") is not None
    assert why_off("httpx2", "async", "T5-drip-headers") is None
    assert why_off("aiohttp", "async", "R6-stale-post") is not None
    assert is_kept({"sync": "a reason", "async": Verdict("", ())})


def test_what_is_left_out_over_other_families_exists() -> None:
    names = [row.id for row in ROWS]
    for _, _, patterns, _ in OFF:
        assert all(fnmatch.filter(names, pattern) for pattern in patterns.split())


@pytest.mark.parametrize("family", ["httpx2", "aiohttp"])
def test_the_promises_are_kept_over_other_families(family: str) -> None:
    program = [sys.executable, "-W", "error", str(ROOT / "tools" / "faults.py"), "--transport", family]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, [line for line in done.stdout.splitlines() if "NOT KEPT" in line] + [done.stderr]
    assert last == f"{len(ROWS)} faults: {len(ROWS)} kept"


def test_wanted_values() -> None:
    assert matches(re.compile("b"), "abc")
    assert matches({1, 2}, 2)
    assert matches(len, "x")
    assert not matches(1, 2)
