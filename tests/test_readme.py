"""The README tells the truth: each of its Python examples runs, and each make target that it names exists."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aerostack_dynamic.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def load(name: str) -> ModuleType:
    """The module tools/`name`.py."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


examples = load("readme_examples")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS: dict[str, str] = examples.scripts(README)


def greet(data: Any) -> Any:
    """The service that examples may invoke."""
    return {"greeting": f"Hello, {data['name']}!"}


@pytest.fixture(scope="module")
def address() -> Iterator[dict[str, str]]:
    """The variables that lead a client to a sandbox."""
    with Sandbox(services={"greet": greet}) as box:
        yield {"AEROSTACK_SERVER": box.url, "AEROSTACK_API_KEY": box.api_key}


def run(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `script` as a user would: saved to a file, in an empty folder."""
    path = folder / "example.py"
    path.write_text(script, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AEROSTACK_")}
    command = [sys.executable, "-W", "error", path.name]
    return subprocess.run(command, cwd=folder, env=kept | variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("heading", SCRIPTS)
def test_the_example_runs(heading: str, tmp_path: Path, address: dict[str, str]) -> None:
    done = run(SCRIPTS[heading], tmp_path, address)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}(lines are the README's)"
    assert done.stderr == ""


def test_there_are_examples() -> None:
    assert SCRIPTS
    assert examples.first_example(README)


def test_every_example_is_run_or_says_why_not() -> None:
    blocks = examples.blocks(README)
    skipped = [block for block in blocks if block.reason is not None]
    assert all(block.language == "python" for block in skipped)
    languages = {block.language for block in blocks}
    assert languages <= {"python", "console", "text", "toml", "yaml", "json"}, "only `python` blocks are run"


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = examples.make_targets(README)
    assert {"demo", "test"} <= named
    assert named <= targets


PAGE = """# One
```python
x = 1
```
text
```python
assert x == 1
```
## Two
<!-- not run: needs the cloud -->
```python
raise SystemExit(1)
```
```console
$ make demo
$ cd x && make test-all
made
```
## Three
```python
assert x == 1
```
"""


def test_blocks_of_a_section_go_on_from_each_other(tmp_path: Path) -> None:
    scripts = examples.scripts(PAGE)
    assert scripts == {"One": "\n\nx = 1\n\n\n\nassert x == 1\n", "Three": "\n" * 20 + "assert x == 1\n"}
    assert run(scripts["One"], tmp_path, {}).returncode == 0
    failed = run(scripts["Three"], tmp_path, {})
    assert failed.returncode == 1
    assert "line 21" in failed.stderr


def test_targets_and_the_first_example_are_found() -> None:
    assert examples.make_targets(PAGE) == {"demo", "test-all"}
    assert examples.first_example(PAGE) == "x = 1\n"


def test_a_reason_must_be_given() -> None:
    block = examples.blocks("<!-- not run: -->\n```python\nx\n```\n")[0]
    assert block.reason is None


def test_a_block_must_end() -> None:
    with pytest.raises(ValueError, match="not closed"):
        examples.blocks("```python\nx = 1\n")
