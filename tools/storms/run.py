"""Which storms there are, one of them in a process of its own, and what must hold after each for ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import cancels, crowds, strikes
from .server import echo_server
from .sides import SIDES, Side

Storm = Callable[[Side, str, float], dict[str, Any]]
LONGEST = 180.0  # seconds for a storm, its server and its probes

STORMS: dict[str, Storm] = {
    "cancel": cancels.cancel,
    "cancel-crowd": cancels.cancel_crowd,
    "signals": strikes.signals,
    "thrown": strikes.thrown,
    "forks": crowds.forks,
    "crowd-500": crowds.crowd_500,
    "crowd-1000": crowds.crowd_1000,
    "crowd-500-async": crowds.crowd_500_async,
    "crowd-1000-async": crowds.crowd_1000_async,
    "clients": crowds.clients,
    "outage": crowds.outage,
}
_NOTHING = (
    "wrong",
    "foreign_errors",
    "files_left",
    "threads_left",
    "tasks_left",
    "threads_stuck",
    "hangs",
    "errors",
    "parent_wrong",
)
_MOST = {"over_ideal": 1.2, "ms_each": 1.0}
_BUDGET = 20  # retries that a client may make in an outage, whatever the number of its calls


def one_storm(name: str, side: str, scale: float) -> dict[str, Any]:
    """A storm in this process, which may not survive it."""
    with echo_server() as url:
        return STORMS[name](SIDES[side], url, scale)


def in_process(name: str, side: str, scale: float = 1.0, longest: float = LONGEST) -> dict[str, Any]:
    """What a storm in a process of its own told; or `{"broken": ...}` in a few words, when that hung or died."""
    missing = SIDES[side].missing
    if missing:
        return {"missing": missing}
    folder = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "storms", name, side, str(scale)]
    steady = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, env=steady, text=True, start_new_session=True, **pipes) as process:
        try:
            told, said = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            # With its children, of which some may hang as well, and its server.
            os.killpg(process.pid, signal.SIGKILL)
            return {"broken": f"it hangs: no end after {longest:g} s"}
    if process.returncode:
        return {"broken": (said.strip().splitlines() or [f"exit status {process.returncode}"])[-1][:200]}
    found: dict[str, Any] = json.loads(told)
    return found


def faults(found: dict[str, Any]) -> list[str]:
    """What is wrong with what a storm told, by the bars that ours is held to."""
    wrong = [f"{name}: {found[name]}" for name in ("broken", "missing") if name in found]
    wrong += [f"{name}: {found[name]}" for name in _NOTHING if found.get(name)]
    wrong += [f"{name}: {found[name]}, at most {most}" for name, most in _MOST.items() if found.get(name, 0) > most]
    if found.get("requests", 0) > found.get("calls", 0) + _BUDGET:
        wrong.append(f"{found['requests']} requests for {found['calls']} calls")
    if found.get("probes", 0) != found.get("probes_made", 0):
        wrong.append(f"{found['probes']} of {found['probes_made']} probes are right")
    for all_of in ("forks", "calls"):
        if "requests" not in found and found.get("done", 0) != found.get(all_of, found.get("done", 0)):
            wrong.append(f"{found['done']} of {found[all_of]} {all_of} are right")
    if "cancelled" in found and found["done"] < found["cancelled"] / 4:
        wrong.append("hardly a call was let finish, so that the storm shows little")
    return wrong
