"""The pages in docs/ tell the truth: their Python examples run against a sandbox, each heading's by itself."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Its examples name a package that is replaced, and its tests are in tests/sdk.
ELSEWHERE = {"move-from-aerostack-0.1.2.md"}


def scripts() -> dict[str, str]:
    """Page and heading -> the script that its examples make."""
    spec = importlib.util.spec_from_file_location("readme_examples", ROOT / "tools" / "readme_examples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages = [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in ELSEWHERE]
    return {
        f"{page.stem}: {heading}": script
        for page in pages
        for heading, script in module.scripts(page.read_text(encoding="utf-8")).items()
    }


@pytest.mark.parametrize("heading", scripts())
def test_the_example_runs(heading: str, tmp_path: Path, box: Any) -> None:
    path = tmp_path / "example.py"
    path.write_text(scripts()[heading], encoding="utf-8")
    variables = os.environ | {"AEROSTACK_SERVER": box.url, "AEROSTACK_API_KEY": box.api_key}
    command = [sys.executable, "-W", "error", path.name]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_there_are_examples() -> None:
    pages = {heading.partition(":")[0] for heading in scripts()}
    assert pages == {page.stem for page in (ROOT / "docs").glob("*.md")} - {"command-line", "move-from-aerostack-0.1.2", "secrets"}


def test_the_readme_lists_each_page_once() -> None:
    rows = re.findall(r"^\| \[[^]]+\]\(docs/([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))
