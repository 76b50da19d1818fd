"""Documents run one by one in processes of their own, within limits of time and memory, and what each process told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Row = dict[str, Any]

TOOLS = Path(__file__).resolve().parent.parent
# The one line of a process that has more: what a call did, what an operation lacks, what a client would not take.
REPEATED = {"outcome": "calls", "disabled": "disabled", "client": "client"}


class Limits(NamedTuple):
    """Of one document: seconds, bytes of address space, and whether its cost is measured."""

    seconds: float = 60.0
    memory: int = 4 << 30
    measure: bool = True


def manifest(folder: Path) -> list[Row]:
    """The documents of a folder. Raises OSError and ValueError where it has no readable manifest."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


OURS = (sys.executable, "-m", "surveying")
# What plays a document with a mock.
MOCKED = (sys.executable, "-m", "surveying.mocked")


def peer(name: str) -> tuple[str, ...] | None:
    """What runs a peer; None where its environment can't be made. openapi-core is in the environment of the package."""
    python = sys.executable
    if name != "openapi-core":
        folder = TOOLS.parent / ".venv-peers"
        make = [python, str(TOOLS / "environment.py"), "--folder", folder.name, "--extra", "peers"]
        if subprocess.run(make, cwd=TOOLS.parent, check=False).returncode:
            return None
        python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    return python, "-m", "surveying.peers", name


def run_all(
    folder: Path,
    entries: Sequence[Row],
    limits: Limits,
    jobs: int,
    told: Callable[[Row], None],
    command: Sequence[str] = OURS,
) -> list[Row]:
    """What became of each document, in their order; `told` is called with each as it ends."""

    def one(entry: Row) -> Row:
        row = run_one(folder, entry, limits, command)
        told(row)
        return row

    with ThreadPoolExecutor(jobs) as pool:
        return [*pool.map(one, entries)]


def run_one(folder: Path, entry: Row, limits: Limits, command: Sequence[str] = OURS) -> Row:
    """What became of one document."""
    job = {
        "document": str(folder / entry["path"]),
        "root": str(folder / entry["root"]),
        "plan": str(folder / entry["plan"]),
        "memory": limits.memory,
        "measure": limits.measure,
    }
    steady = {name: value for name, value in os.environ.items() if not name.upper().startswith("AEROSTACK_")}
    process = subprocess.Popen(
        [*command, json.dumps(job)],
        cwd=TOOLS,
        env=steady,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    ended = None
    try:
        out, err = process.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        ended = f"killed: no end after {limits.seconds:g} s"
        _kill(process)
        out, err = process.communicate()
    row = read(out.splitlines(), {key: entry.get(key) for key in ("id", "family", "expected", "path", "operations")})
    if ended is None and (process.returncode or row["stage"] != "end"):
        ended = _last(err) or _exit(process.returncode)
    row["ended"] = row["ended"] or ended
    return row | {"planned": planned(folder / entry["plan"]), "bytes": size(folder / entry["path"])}


def _kill(process: subprocess.Popen[str]) -> None:
    """End a process and the copies that it made of itself."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _last(err: str) -> str:
    lines = err.strip().splitlines()
    return f"crashed: {lines[-1][:200]}" if lines else ""


def _exit(code: int) -> str:
    return f"killed: {signal.Signals(-code).name}" if code < 0 else f"crashed: exit status {code}"


def read(lines: Sequence[str], entry: Mapping[str, Any]) -> Row:
    """A document's row from the lines its process told; the last one may be cut."""
    row: Row = {**entry, "declared": entry["operations"], "operations": None, "loaded": False, "ended": None, "stage": "start"}
    row |= {
        "refused": None,
        "problems": None,
        "memory": None,
        "parsed": None,
        "time": None,
        "calls": [],
        "disabled": [],
        "client": [],
    }
    for found in _objects(lines):
        if "killed" in found or "failed" in found:
            row["ended"] = f"killed: {found['killed']}" if "killed" in found else f"crashed: {found['failed']['cause']}"
        elif key := next((name for name in REPEATED if name in found), None):
            row[REPEATED[key]].append(found)
        else:
            row |= found
    return row


def _objects(lines: Sequence[str]) -> Iterator[Row]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def size(path: Path) -> int:
    """Bytes of a file; 0 where it can't be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def planned(path: Path) -> dict[str, int]:
    """How many calls of each mode a plan has, those left out that it could not make."""
    counts: dict[str, int] = {}
    for operation in json.loads(path.read_text(encoding="utf-8"))["ops"]:
        for name, mode in operation["modes"].items():
            counts[name] = counts.get(name, 0) + (not mode["unplannable"])
    return counts
