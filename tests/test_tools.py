"""The tools that judge the project can fail: the gate, the environment, the look into a wheel, the choice of Python."""

from __future__ import annotations

import importlib.util
import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module tools/`name`.py, as if it were run."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module(name)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("gate", monkeypatch)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module, at work on a small project in a folder of its own, with no uv."""
    module = load("environment", monkeypatch)
    (tmp_path / "aerostack_dynamic").mkdir()
    (tmp_path / "aerostack_dynamic" / "_version.py").write_text('__version__ = "1"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\nline-length = 1\n')
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "WHEELHOUSE", tmp_path / ".wheelhouse")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    return module


@pytest.fixture
def wheel_check(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("wheel_check", monkeypatch)


def test_the_gate_goes_on_after_a_failed_step(gate: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    steps = (
        gate.Step("first", (("-c", "raise SystemExit(3)"), ("-c", "print('not reached')"))),
        gate.Step("second", (("-c", "print('reached')"),)),
    )
    assert gate.run_steps(steps) == 1
    out = capfd.readouterr().out
    assert "reached" in out.replace("not reached", "")
    assert "not reached" not in out
    assert "failed: first" in out


def test_commands_at_once_are_shown_one_after_another(gate: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    fails = ("-c", "import sys; print('one'); print('two', file=sys.stderr); sys.exit(1)")
    assert gate.run_steps((gate.Step("both", (fails, ("-c", "print('three')")), at_once=True),)) == 1
    told = capfd.readouterr().out
    assert sorted(told.split("=== both\n")[1].split()[:3]) == ["one", "three", "two"]
    assert told.index("three") > max(told.index("one"), told.index("two"))
    assert gate.run_steps((gate.Step("both", (("-c", "pass"),) * 2, at_once=True),)) == 0


def test_the_gate_passes_when_all_do_and_not_when_there_are_none(gate: ModuleType) -> None:
    assert gate.run_steps((gate.Step("good", (("-c", "pass"),)),)) == 0
    assert gate.run_steps(()) == 1


def test_the_gate_is_not_steered_from_outside(gate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEROSTACK_SERVER", "http://localhost")
    monkeypatch.setenv("PYRIGHT_PYTHON_FORCE_VERSION", "latest")
    variables = gate.environment()
    assert "AEROSTACK_SERVER" not in variables
    assert "PYRIGHT_PYTHON_FORCE_VERSION" not in variables


@pytest.mark.parametrize(("covered", "covered_branches", "faults"), [(95.0, 95, 0), (94.99, 100, 1), (99.0, 94, 1), (90.0, 90, 2)])
def test_coverage_is_judged_twice(gate: ModuleType, covered: float, covered_branches: int, faults: int) -> None:
    totals = {"percent_covered": covered, "covered_branches": covered_branches, "num_branches": 100}
    assert len(gate.coverage_faults(totals)) == faults


def test_the_gate_refuses_a_step_that_it_does_not_know(gate: ModuleType) -> None:
    done = subprocess.run([sys.executable, str(gate.__file__), "nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such step: nothing" in done.stderr


def test_only_what_is_installed_makes_an_environment_stale(environment: ModuleType) -> None:
    path = environment.ROOT / "pyproject.toml"
    before = environment.requirements_hash("dev")
    path.write_text('[project]\nname = "x"\n[tool.ruff]\nline-length = 2\n')
    assert environment.requirements_hash("dev") == before
    assert environment.requirements_hash("test") != before
    path.write_text('[project]\nname = "x"\n[project.optional-dependencies]\ndev = ["y"]\n[tool.ruff]\n')
    assert environment.requirements_hash("dev") != before


def made(environment: ModuleType, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> list[str]:
    """What `ensure` did with `.venv`, where creating it takes a link and filling it nothing at all."""
    done = []
    folder = environment.ROOT / ".venv"

    def create(folder: Path) -> None:
        done.append("create")
        environment.write_json(folder / environment.MARKER, environment.UNFINISHED)

    def install(*_: object, **__: object) -> bool:
        done.append("install")
        assert environment.read_json(folder / environment.MARKER) == environment.UNFINISHED
        return not fails

    monkeypatch.setattr(environment, "create", create)
    monkeypatch.setattr(environment, "install", install)
    monkeypatch.setattr(environment, "provide_pip", lambda python: None)
    monkeypatch.setattr(environment, "fetch", lambda *_: not fails)
    environment.ensure(folder, "dev", same_python=False)
    return done


@pytest.fixture
def venv(environment: ModuleType) -> Path:
    """An environment that runs, without a marker."""
    python = environment.python_of(environment.ROOT / ".venv")
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    environment.WHEELHOUSE.mkdir()
    return Path(python.parent.parent)


def test_a_whole_environment_is_left_alone(environment: ModuleType, venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(environment, monkeypatch) == ["install"]
    assert made(environment, monkeypatch) == []
    version = environment.ROOT / "aerostack_dynamic" / "_version.py"
    version.write_text('__version__ = "2"\n')
    assert made(environment, monkeypatch) == ["install"]


@pytest.mark.parametrize("change", [{"state": "unfinished"}, {"folder": "/elsewhere"}])
def test_an_unfinished_or_moved_environment_is_made_again(
    environment: ModuleType, venv: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    marker = venv / environment.MARKER
    marker.write_text(json.dumps(environment.wanted(venv, "dev") | change))
    assert made(environment, monkeypatch) == ["create", "install"]


def test_an_environment_whose_python_is_gone_is_made_again(
    environment: ModuleType, venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(environment, monkeypatch)
    environment.python_of(venv).unlink()
    assert made(environment, monkeypatch) == ["create", "install"]


def test_a_failed_installation_leaves_nothing_that_looks_whole(
    environment: ModuleType, venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(environment.SetupError, match="index could not be used"):
        made(environment, monkeypatch, fails=True)
    assert environment.read_json(venv / environment.MARKER) == environment.UNFINISHED


def test_a_python_without_venv_is_named_with_its_remedy(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    with pytest.raises(environment.SetupError, match=r"apt install python3\.\d+-venv"):
        environment.create(environment.ROOT / ".venv")
    assert not (environment.ROOT / ".venv").exists()


def test_an_index_named_for_uv_counts_for_pip(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://localhost/simple")
    assert environment.settings()["PIP_INDEX_URL"] == "http://localhost/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1/simple")
    assert environment.settings()["PIP_INDEX_URL"] == "http://127.0.0.1/simple"


SOURCE = {f"aerostack_dynamic/{name}" for name in ("__init__.py", "py.typed", "_bundled/1.json")}
INFO = {f"aerostack_dynamic-1.dist-info/{name}" for name in ("METADATA", "RECORD", "entry_points.txt", "licenses/LICENSE")}


def test_a_complete_wheel_has_no_faults(wheel_check: ModuleType) -> None:
    assert wheel_check.wheel_faults(SOURCE | INFO, SOURCE, "1") == []


@pytest.mark.parametrize("missing", sorted((SOURCE | INFO) - {"aerostack_dynamic-1.dist-info/RECORD"}))
def test_a_file_left_out_of_the_wheel_is_a_fault(wheel_check: ModuleType, missing: str) -> None:
    assert wheel_check.wheel_faults((SOURCE | INFO) - {missing}, SOURCE, "1")


@pytest.mark.parametrize("stray", ["tests/test_x.py", "tools/gate.py", "spec/1.0.0/openapi.yaml", "aerostack_dynamic/x.pyc"])
def test_a_stray_file_in_the_wheel_is_a_fault(wheel_check: ModuleType, stray: str) -> None:
    assert wheel_check.wheel_faults(SOURCE | INFO | {stray}, SOURCE, "1") == [f"should not be there: {stray}"]


@pytest.mark.parametrize("lost", ["aerostack_dynamic/py.typed", "aerostack_dynamic/_bundled/1.json"])
def test_what_is_lost_from_the_source_is_a_fault_of_the_wheel(wheel_check: ModuleType, lost: str) -> None:
    assert wheel_check.wheel_faults((SOURCE | INFO) - {lost}, SOURCE - {lost}, "1")


def test_an_sdist_is_looked_into(wheel_check: ModuleType) -> None:
    good = {f"aerostack_dynamic-1/{need}{'x' if need.endswith('/') else ''}" for need in wheel_check.SDIST_NEEDS}
    assert wheel_check.sdist_faults(good, "1") == []
    assert len(wheel_check.sdist_faults(set(), "1")) == len(wheel_check.SDIST_NEEDS)
    assert wheel_check.sdist_faults(good | {"aerostack_dynamic-1/.venv/pyvenv.cfg"}, "1")


def test_a_command_that_fails_is_an_error_with_its_output(wheel_check: ModuleType) -> None:
    with pytest.raises(wheel_check.WheelError, match="exited with 3\nwhy"):
        wheel_check.run([sys.executable, "-c", "print('why'); raise SystemExit(3)"])


def test_one_python_of_each_minor_version_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    test_all = load("test_all", monkeypatch)

    def python(version: tuple[int, ...], *, complete: bool = True, base: bool = True) -> object:
        return test_all.Python(complete, base, version, Path(f"/{version}{complete}{base}"))

    best = [python((3, 10, 13)), python((3, 12, 1))]
    others = [python((3, 12, 9), base=False), python((3, 10, 14), complete=False), python((3, 10, 2)), None]
    assert test_all.choose([*others, *best]) == best
    assert test_all.choose([]) == []


def test_this_python_is_asked_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    test_all = load("test_all", monkeypatch)
    assert test_all.ask(Path(sys.executable)).minor == sys.version_info[:2]
    shim = tmp_path / "python3"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert test_all.ask(shim) is None


def test_the_demo_shows_everything_and_leaves_nothing_running() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "tools/demo.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    calls = re.findall(r"^    (await )?client\.(\w+\.\w+)\(", done.stdout, re.MULTILINE)
    assert len({operation for waits, operation in calls if waits}) == 9
    assert {operation for waits, operation in calls if waits} == {operation for waits, operation in calls if not waits}
    assert done.stdout.count("    -> ") == 18
    assert done.stdout.count("!! ArgumentsError") == done.stdout.count(".status is 400") == 2
    address = re.search(r"http://127\.0\.0\.1:(\d+)/", done.stdout)
    assert address
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address[1]))) != 0


def test_the_demo_fails_where_an_error_is_missing_or_another(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = load("demo", monkeypatch)
    shows_one = demo.Step("", "cache.cache_set", {}, ValueError)
    with pytest.raises(SystemExit, match="ValueError was expected"):
        demo.show_result(shows_one, None)
    with pytest.raises(KeyError):
        demo.show_error(shows_one, KeyError("x"))
    with pytest.raises(ValueError, match="x"):
        demo.show_error(demo.Step("", "cache.cache_set", {}), ValueError("x"))
