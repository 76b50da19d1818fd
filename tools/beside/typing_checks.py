"""Which of the mistakes type checkers see, in a file that has each on a line of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from beside.sides import NAMES, SIDES
from beside.world import MADE, prepare

if TYPE_CHECKING:
    from pathlib import Path


def source(name: str) -> tuple[str, list[int]]:
    """A module with the right call and then the wrong ones, and the lines where these stand."""
    side = SIDES[name]
    text = f"{NAMES}\n{side.make}\n"
    first = text.count("\n") + 1
    return text + "".join(f"print({one})\n" for one in (side.call, *side.mistakes)), [*range(first, first + 1 + len(side.mistakes))]


def typed(name: str) -> dict[str, Any]:
    """For each checker, which mistakes it tells of; none where it refuses the right call as well. It's slow: half a minute."""
    prepare(name)
    folder = MADE / "types" / name
    folder.mkdir(parents=True, exist_ok=True)
    text, lines = source(name)
    path = folder / "calls.py"
    path.write_text(text, encoding="utf-8")
    return {checker: _told(flagged, lines) for checker, flagged in (("mypy", _mypy(path)), ("pyright", _pyright(path)))}


def _told(flagged: set[int], lines: list[int]) -> list[bool]:
    right, *wrong = lines
    return [right not in flagged and line in flagged for line in wrong]


def _mypy(path: Path) -> set[int]:
    found = {"MYPYPATH": str(MADE / "generated")} if path.parent.name == "generated" else {}
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file=",
        "--python-executable",
        sys.executable,
    ]
    done = subprocess.run(
        [*command, "--cache-dir", str(MADE / "mypy"), path.name],
        cwd=path.parent,
        env=os.environ | found,
        capture_output=True,
        text=True,
        check=False,
    )
    return {int(line) for line in re.findall(r"^calls\.py:(\d+): error", done.stdout, re.MULTILINE)}


def _pyright(path: Path) -> set[int]:
    extra = [str(MADE / "generated")] if path.parent.name == "generated" else []
    settings = {"include": ["calls.py"], "typeCheckingMode": "standard", "extraPaths": extra}
    (path.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(path.parent)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"}
