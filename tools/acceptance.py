"""The acceptance numbers in one table: this package, bare httpx, and the SDK that is replaced. `make acceptance`

    python tools/acceptance.py [--quick] [--only GATE,...] [--json FILE]

Each number is measured in the same run on all three, where it makes sense on all. The SDK has an environment of its own, which is made
on first use. Exits with 1 when ours misses a bar. Everything takes about ten minutes; `--quick` about two, and shows that it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from accepting.gates import GATES, SIDES, Found, Gate, leaks, marked

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
QUICK = 0.05
LONGEST = 600.0
TITLES = ("gate", "bar", "ours", "bare httpx", "replaced SDK")
# Sides whose figures come from the measurement of ours, which compares them round by round.
WITH_OURS = {("guards", "httpx")}
Results = dict[tuple[str, str], Found]


class Line(NamedTuple):
    """A gate as it is printed; `met` is None where it has no bar."""

    key: str
    cells: tuple[str, ...]
    met: bool | None


# ---- measuring


def replaced_python() -> str | None:
    """The interpreter of the environment that has the SDK; None where it can't be made."""
    folder = ".venv-replaced"
    make = [sys.executable, str(ROOT / "tools" / "environment.py"), "--folder", folder, "--extra", "replaced"]
    if subprocess.run(make, cwd=ROOT, check=False).returncode:
        return None
    return str(ROOT / folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def measured(python: str, measure: str, side: str, scale: float) -> Found:
    """What a measurement in a process of its own found; or `{"failed": ...}`, in a few words."""
    steady = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [python, "-m", "accepting", measure, side, str(scale)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT / "tools",
            env=steady,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"no end after {LONGEST:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1][:200]}
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def all_measured(gates: Sequence[Gate], scale: float) -> Results:
    """Everything that the gates need, one after the other, since what is timed must not have company."""
    results: Results = {}
    pythons = {"ours": sys.executable, "httpx": sys.executable, "replaced": replaced_python()}
    wanted = dict.fromkeys((gate.measure, side) for gate in gates for side in SIDES if side not in gate.apart)
    for measure, side in wanted:
        python = pythons[side]
        if (measure, side) in WITH_OURS:
            continue
        if python is None:
            results[measure, side] = {"failed": "its environment can't be made here"}
            continue
        began = time.monotonic()
        results[measure, side] = measured(python, measure, side, scale)
        print(f"{measure} on {side}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    for measure, side in WITH_OURS:
        if (measure, "ours") in results:
            results[measure, side] = results[measure, "ours"]
    return results


# ---- telling


def cell(gate: Gate, side: str, results: Results) -> str:
    """The figure of a gate on a side, or `-` where there is none."""
    found = results.get((gate.measure, side), {"failed": "not measured"})
    return "-" if side in gate.apart or "failed" in found else gate.figure(found, side)


def judged(gate: Gate, results: Results) -> Line:
    """A gate with its figures. What could not be measured on ours is not met."""
    found = results.get((gate.measure, "ours"), {"failed": "not measured"})
    met = None if gate.met is None else "failed" not in found and gate.met(found)
    return Line(gate.key, (gate.about, gate.bar or "-", *(cell(gate, side, results) for side in SIDES)), met)


def table(lines: Sequence[Line]) -> str:
    """The lines in columns, those that miss their bar marked."""
    rows = [TITLES, *(line.cells for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(TITLES))]
    texts = [" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    marks = ["", *("   MISSED" if line.met is False else "" for line in lines)]
    told = [text + mark for text, mark in zip(texts, marks, strict=True)]
    return "\n".join([told[0], "-+-".join("-" * width for width in widths), *told[1:]])


def notes(gates: Sequence[Gate], results: Results) -> list[str]:
    """What the figures don't tell: why some are missing, what was played, and each thing that ours is to blame for."""
    told = {f"-: {side}: {gate.about}: {reason}" for gate in gates for side, reason in gate.apart.items()}
    told |= {f"-: {measure} on {side}: {found['failed']}" for (measure, side), found in results.items() if "failed" in found}
    for (measure, side), found in results.items():
        if measure == "rows" and "failed" not in found:
            rows = len({one["id"] for one in found["played"]})
            again = sum(one["again"] for one in found["played"])
            told.add(f"{side}: {rows} of {found['rows']} faults played, {again} again alone for their time")
        if measure == "paths" and "failed" not in found:
            told.add(
                f"{side}: {found['decoded_first']} path values would leave at a server that decodes a path before it splits it"
            )
    return sorted(told) + blamed(results)


def blamed(results: Results) -> list[str]:
    """Each thing that makes ours miss a bar."""
    good: dict[str, Any] = {
        measure: found for (measure, side), found in results.items() if side == "ours" and "failed" not in found
    }
    told: list[str] = []
    if rows := good.get("rows"):
        told += [f"{mark}: {name}" for mark in ("late", "foreign", "wrong", "broken", "leaks") for name in marked(rows, mark)]
        told += [f"key: {place}" for place in (*rows["client"], *rows["logs"])] if leaks(rows) else []
    told += [f"documents: {one}" for one in good.get("documents", {}).get("harm", ())]
    return told + [f"paths: {one}" for one in good.get("paths", {}).get("first", ())]


def chosen(only: str) -> list[Gate]:
    """The gates of these keys, or all. Raises LookupError that names what is no gate."""
    keys = [one for one in only.split(",") if one]
    if unknown := set(keys) - {gate.key for gate in GATES}:
        raise LookupError(f"no such gate: {', '.join(sorted(unknown))}; there are {', '.join(gate.key for gate in GATES)}")
    return [gate for gate in GATES if not keys or gate.key in keys]


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small scales, for about a minute")
    parser.add_argument("--only", default="", metavar="GATE,...", help="these gates")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was found")
    options = parser.parse_args(arguments)
    try:
        gates = chosen(options.only)
    except LookupError as error:
        parser.error(str(error.args[0]))
    results = all_measured(gates, QUICK if options.quick else 1.0)
    lines = [judged(gate, results) for gate in gates]
    print(table(lines))
    print("\n".join(["", *notes(gates, results), ""]))
    barred = [line for line in lines if line.met is not None]
    met = sum(bool(line.met) for line in barred)
    print(f"{len(barred)} gates: {met} met")
    if options.json:
        found = {f"{measure} {side}": what for (measure, side), what in results.items()}
        options.json.write_text(json.dumps({"gates": [line._asdict() for line in lines], "found": found}, indent=1))
    return 0 if met == len(barred) else 1


if __name__ == "__main__":
    sys.exit(main())
