"""The page about credentials tells the truth: its examples run."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def scripts() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("readme_examples", ROOT / "tools" / "readme_examples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, str] = module.scripts((ROOT / "docs" / "credentials.md").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("heading", scripts())
def test_the_example_runs(heading: str, tmp_path: Path, box: Any) -> None:
    path = tmp_path / "example.py"
    path.write_text(scripts()[heading], encoding="utf-8")
    variables = os.environ | {"AEROSTACK_SERVER": box.url, "AEROSTACK_API_KEY": box.api_key}
    command = [sys.executable, "-W", "error", path.name]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_there_are_examples() -> None:
    assert len(scripts()) == 2
