"""The acceptance table can say no: each rule by which a fault is judged, each gate, and the table that tells of them."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

TOOLS = str(Path(__file__).resolve().parent.parent / "tools")
KEY = "ac_secret_of_these_tests"
BEFORE = "/v1/things/"


@pytest.fixture(scope="module")
def tool() -> Iterator[Any]:
    """The program and those of its modules that judge."""
    sys.path.insert(0, TOOLS)
    try:
        names = {"program": "acceptance", "gates": "accepting.gates", "judge": "accepting.judge", "growth": "accepting.growth"}
        yield SimpleNamespace(**{name: importlib.import_module(module) for name, module in names.items()})
    finally:
        sys.path.remove(TOOLS)


# ---- the rules


def test_late_is_what_hangs_or_takes_longer_than_its_limit_and_some_grace(tool: Any) -> None:
    assert tool.judge.allowed(2.0, None) == 2.5
    assert tool.judge.allowed(2.0, 15.0) == 15.0
    assert tool.judge.is_late(True, 0.0, 2.5)
    assert tool.judge.is_late(False, 2.6, 2.5)
    assert not tool.judge.is_late(False, 2.4, 2.5)


@pytest.mark.parametrize(
    ("error", "foreign"),
    [
        (None, False),
        (httpx.ReadTimeout("late"), False),
        (json.JSONDecodeError("no", "", 0), False),
        (ValueError("a number of 10,000 digits"), True),
        (RecursionError(), True),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), True),
    ],
)
def test_foreign_is_what_is_derived_from_no_class_of_the_sides_own(tool: Any, error: Exception | None, foreign: bool) -> None:
    assert tool.judge.is_foreign(error, ("httpx.HTTPError", "json.decoder.JSONDecodeError")) is foreign


OK = {"ok": True}


@pytest.mark.parametrize(
    ("row", "error_due", "expected", "value", "untrue"),
    [
        ("D2-gzip", True, None, OK, True),
        ("D7-nan", True, None, {"x": float("nan")}, True),
        ("C7-junk", False, OK, {"poison": True}, True),
        ("D10-idna", False, "caf\xe9", "cafe", True),
        ("C7-junk", False, OK, OK, False),
        ("R4-one-call", True, None, 503, False),  # the status of an answer that was no success
        ("K3-head", False, None, b"", False),
        ("K1-302", True, None, OK, False),  # whole, though from elsewhere
        ("D4-announced", True, None, OK, False),
        ("S4-names", False, lambda found: False, ["a line"], False),
    ],
)
def test_untrue_is_data_where_an_error_is_due_or_other_data(
    tool: Any, row: str, error_due: bool, expected: Any, value: Any, untrue: bool
) -> None:
    assert tool.judge.is_untrue(row, error_due, expected, value) is untrue


def test_what_is_ours_alone_is_said_with_the_reason_and_is_no_whole_table(tool: Any) -> None:
    assert all(" " in reason for _, reason in tool.judge.OURS_ALONE)
    for row in ("D1-length", "D2-gzip", "D6-utf8", "D7-nan", "C7-junk", "C10-http2", "S2-cut", "T4-silence", "R10-bad-json"):
        assert not tool.judge.is_ours_alone(row)


def test_the_key_is_found_in_the_text_the_pickle_and_the_cause_of_an_error(tool: Any) -> None:
    places = tool.judge.places_of
    request = httpx.Request("GET", "http://127.0.0.1/", headers={"X-Key": KEY})
    caused = ValueError("all is well")
    caused.__cause__ = ValueError(KEY)
    assert places(KEY, httpx.ReadTimeout("late", request=request), None) == ["error's pickle"]
    assert places(KEY, caused, None) == ["error's pickle", "error's text"]
    assert places(KEY, None, {"a": KEY}) == ["value's pickle", "value's text"]
    assert places(KEY, ValueError("all is well"), {"a": 1}) == []


def test_the_key_is_found_in_what_a_client_shows(tool: Any) -> None:
    with httpx.Client(headers={"X-Key": KEY}) as client:
        assert tool.judge.places_in_client(KEY, client) == ["client's headers"]
    assert tool.judge.places_in_client(KEY, SimpleNamespace(name=KEY)) == ["client's text", "client's pickle", "client's name"]
    assert tool.judge.places_in_client(KEY, SimpleNamespace(name="a")) == []


@pytest.mark.parametrize(
    "target",
    [
        *("/v1/admin", "/v1/things", "/v1/things/", "/v1/things/a/b", "/v1/things//", "/other/things/a", "/v1/things/a?b=c"),
        *("/v1/things/..", "/v1/things/.", "/v1/things/%2e%2E", "/v1/things/%252e.", "/v1/things/%2e"),
    ],
)
def test_a_target_that_leaves_is_told(tool: Any, target: str) -> None:
    assert tool.judge.leaves(target, BEFORE)


@pytest.mark.parametrize(
    "target", ["/v1/things/a", "/v1/things/..%2Fadmin", "/v1/things/%25252e.", "/v1/things/%00", "/v1/things/..."]
)
def test_a_target_that_stays_is_not(tool: Any, target: str) -> None:
    assert not tool.judge.leaves(target, BEFORE)


def test_an_encoded_slash_is_one_where_paths_are_decoded_first(tool: Any) -> None:
    decoded_first = tool.judge.leaves_if_decoded_first
    assert decoded_first("/v1/things/..%2Fadmin", BEFORE)
    assert decoded_first("/v1/things/%252e%252e", BEFORE)
    assert not decoded_first("/v1/things/a%2Fb", BEFORE)


# ---- the gates

PLAYED = {
    "id": "R7-post",
    "kind": "sync",
    "late": False,
    "foreign": False,
    "wrong": False,
    "leaks": [],
    "broken": [],
    "executions": 1,
    "again": False,
}
STORMS: dict[str, Any] = {
    "cancel": {"probes": 20, "probes_made": 20, "cancelled": 10_000},
    "signals": {"probes": 10, "probes_made": 10, "struck": 1000},
    "forks": {"done": 60, "forks": 60},
    "outage": {"calls": 300, "requests_each": 1.07},
}
GOOD: dict[str, Any] = {
    "rows": {"rows": 1, "played": [PLAYED], "client": [], "logs": []},
    "memory": {"bodies": [{"mib": 8.3, "told": "ResponseError"}]},
    "storm": STORMS,
    "documents": {"rows": 9, "harm": []},
    "paths": {"values": 9, "left": 0, "stayed": 5, "decoded_first": 2, "first": []},
    "guards": {way: {"guards": 40, "more": 90, "ours": 500, "bare": 410, "replaced": 900} for way in ("sync", "async", "crowd")},
}


def _rows(**changes: Any) -> dict[str, Any]:
    return {**GOOD["rows"], "played": [{**PLAYED, **changes}]}


BAD: dict[str, Any] = {
    "hangs": [_rows(late=True), {**GOOD["rows"], "played": []}],
    "foreign": [_rows(foreign=True)],
    "wrong": [_rows(wrong=True)],
    "key": [_rows(leaks=["another origin"]), {**GOOD["rows"], "client": ["client's text"]}, {**GOOD["rows"], "logs": ["a.logger"]}],
    "memory": [{"bodies": [{"mib": 36.1, "told": "data"}]}, {"bodies": [{"mib": None, "told": "no end"}]}, {"bodies": []}],
    "cancels": [{**STORMS, "cancel": {**STORMS["cancel"], "probes": 19}}, {**STORMS, "cancel": {"broken": "it hangs: no end"}}],
    "signals": [{**STORMS, "signals": {**STORMS["signals"], "probes": 9}}, {**STORMS, "signals": {"broken": "exit status -11"}}],
    "forks": [{**STORMS, "forks": {"done": 59, "forks": 60}}, {**STORMS, "forks": {"broken": "it hangs: no end"}}],
    "outage": [{**STORMS, "outage": {"calls": 300, "requests_each": 1.11}}, {**STORMS, "outage": {"broken": "it hangs: no end"}}],
    "executions": [_rows(executions=2), _rows(id="R7-marked")],
    "documents": [{"rows": 9, "harm": ["a: 1.2 s"]}, {"rows": 0, "harm": []}],
    "paths": [{"values": 9, "left": 1, "stayed": 8, "first": ["'..' as /v1"]}, {"values": 9, "left": 0, "stayed": 0, "first": []}],
    "guards": [{**GOOD["guards"], "sync": {**GOOD["guards"]["sync"], "guards": 100}}],
}


def results(measure: str, found: Any) -> dict[tuple[str, str], Any]:
    return {(measure, side): found for side in ("ours", "httpx", "replaced")}


def test_every_gate_with_a_bar_can_be_met_and_missed(tool: Any) -> None:
    assert {gate.key for gate in tool.gates.GATES if gate.met is not None} == set(BAD)
    for gate in tool.gates.GATES:
        line = tool.program.judged(gate, results(gate.measure, GOOD[gate.measure]))
        assert line.met is (None if gate.met is None else True), gate.key
        assert len(line.cells) == len(tool.program.TITLES)


@pytest.mark.parametrize(("key", "found"), [(key, found) for key, several in BAD.items() for found in several])
def test_a_gate_that_is_missed_is_told(tool: Any, key: str, found: Any) -> None:
    gate = next(one for one in tool.gates.GATES if one.key == key)
    line = tool.program.judged(gate, results(gate.measure, found))
    assert line.met is False
    assert tool.program.table([line]).endswith("MISSED")


def test_what_was_not_measured_is_not_met_on_ours_and_left_out_on_others(tool: Any) -> None:
    gate = tool.gates.GATES[0]
    failed = {"failed": "its environment can't be made here"}
    told = tool.program.judged(
        gate, {("rows", "ours"): GOOD["rows"], ("rows", "httpx"): GOOD["rows"], ("rows", "replaced"): failed}
    )
    assert (told.met, told.cells[-1]) == (True, "-")
    assert not tool.program.judged(gate, {("rows", "ours"): failed}).met
    assert "-: rows on replaced: its environment" in "\n".join(tool.program.notes([gate], {("rows", "replaced"): failed}))


def test_what_ours_is_to_blame_for_is_named(tool: Any) -> None:
    found = {("rows", "ours"): _rows(leaks=["error's text"], wrong=True), ("paths", "ours"): BAD["paths"][0]}
    told = "\n".join(tool.program.blamed(found))
    assert "leaks: R7-post (sync)" in told
    assert "wrong: R7-post (sync)" in told
    assert "paths: '..' as /v1" in told


def test_gates_are_chosen_by_their_keys(tool: Any) -> None:
    assert [gate.key for gate in tool.program.chosen("key,paths")] == ["key", "paths"]
    assert len(tool.program.chosen("")) == len(tool.gates.GATES)
    with pytest.raises(LookupError, match="no such gate: speed"):
        tool.program.chosen("speed")


# ---- the measurements


def measured(measure: str, side: str, scale: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "accepting", measure, side, str(scale)]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_paths_are_measured_on_ours_and_by_hand() -> None:
    ours, by_hand = measured("paths", "ours", 0.02), measured("paths", "httpx", 0.02)
    assert ours["left"] == 0
    assert ours["stayed"] > 1000
    assert by_hand["left"] > 100


def test_rows_are_played_on_ours_and_on_httpx() -> None:
    ours, bare = measured("rows", "ours", 0.01), measured("rows", "httpx", 0.01)
    assert {one["kind"] for one in ours["played"]} == {"sync", "async"}
    assert not any(one["late"] or one["foreign"] or one["wrong"] or one["broken"] for one in ours["played"])
    assert any(one["leaks"] for one in bare["played"])
    assert bare["client"] == ["client's headers"]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program alone is told by Linux")
def test_a_process_that_grows_is_seen_to_grow(tool: Any) -> None:
    program = "from accepting import growth; before = growth.peak(); x = b'a' * (50 << 20); print((growth.peak() - before) >> 20)"
    done = subprocess.run([sys.executable, "-c", program], cwd=TOOLS, capture_output=True, text=True, check=True)
    assert 45 <= int(done.stdout) <= 60
