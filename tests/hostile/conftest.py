"""Tables of hostile rows, run once by `worker.py` for all the tests that look at how they ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@cache
def outcomes(table: str) -> dict[str, dict[str, Any]]:
    if not hasattr(os, "fork"):
        pytest.skip("rows are forked")
    command = [sys.executable, str(HERE / "worker.py"), str(HERE / f"{table}.py")]
    # What is measured is the package, not the tracing of a coverage run.
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=own)
    assert done.returncode == 0, done.stderr
    return {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}


@pytest.fixture
def ended() -> Callable[..., str]:
    """How a row of a table ended: without a crash, in less than a second and 64 MiB, with a result or an error of ours."""

    def look(table: str, name: str, seconds: float = 1.0, memory: float = 64) -> str:
        row = outcomes(table)[name]
        assert row["code"] == 0, f"the process ended with {row['code']}"
        assert not row["told"].startswith("not ours"), row["told"]
        assert row["seconds"] < seconds, row
        assert row["memory"] < memory, row
        return str(row["told"])

    return look
