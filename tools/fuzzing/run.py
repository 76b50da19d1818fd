"""All targets by one fuzzer, each in a process of its own, and a line on each."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from .targets import TARGETS, missing

_COUNT = re.compile(r"(?:^examples |number_of_executed_units: *)(\d+)", re.MULTILINE)
TOOLS = Path(__file__).resolve().parent.parent
FUZZERS = {"hypothesis": "hypotheses", "atheris": "coverage_guided"}


def fuzz(fuzzer: str, seconds: float, seed: int) -> int:
    """Play each target for so many seconds; gives how many broke."""
    if importlib.util.find_spec(fuzzer) is None:
        print(f"{fuzzer} is not installed for this Python, so it is left out.")
        return 0
    broken = 0
    for name in TARGETS:
        why_not = missing(name)
        told, found = (f"left out: {why_not}", False) if why_not else one_target(fuzzer, name, seconds, seed)
        broken += found
        print(f"{fuzzer:<12}{name:<12}{told}", flush=True)
    return broken


def one_target(fuzzer: str, name: str, seconds: float, seed: int) -> tuple[str, bool]:
    """What came of one target in words, and whether something is wrong."""
    command = [sys.executable, "-m", f"fuzzing.{FUZZERS[fuzzer]}", name, str(seconds), str(seed)]
    try:
        done = subprocess.run(
            command, cwd=TOOLS, capture_output=True, text=True, errors="replace", timeout=seconds * 3 + 120, check=False
        )
    except subprocess.TimeoutExpired:
        return "hangs", True
    said = done.stdout + done.stderr
    count = _COUNT.search(said)
    if done.returncode == 0 and count:
        return f"{int(count[1]):>9} examples, nothing found", False
    return "broken:\n" + said[-3000:], True
