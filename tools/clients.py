"""This package beside other clients: what they check, what they cost, what becomes of keys and repeated calls. `make clients`

    python tools/clients.py [--rounds N] [--documents FOLDER] [--sample N] [--only MEASURE,...]

All are in one environment, which has them by version (extra `clients`). Writes docs/comparison.json and the tables of
docs/comparison.md. What is timed is CPU time, in turns with httpx by hand, the median of several rounds; the machine had better be quiet
all the same. Without `--documents`, a folder of OpenAPI documents of which a sample is loaded, what was found of them last is kept.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from statistics import median
from typing import Any

from beside.loading import LOADERS
from beside.measures import MEASURES
from beside.sides import SIDES
from beside.tables import filled
from beside.typing_checks import typed

ROOT = Path(__file__).resolve().parent.parent
PAGE, RESULTS = ROOT / "docs" / "comparison.md", ROOT / "docs" / "comparison.json"
TIMED = ("cost", "start")
PATIENCE = 60.0
SEED = 6


def in_process(*arguments: str) -> dict[str, Any]:
    """What a process of its own finds."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=ROOT / "tools", capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"no end after {PATIENCE:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure."""
    return {key: round(median(one[key] for one in rounds), 6) for key in rounds[0]}


def size(packages: tuple[str, ...]) -> dict[str, Any]:
    """How many packages come with these, and how much their files take."""
    names: dict[str, Distribution] = {}
    waiting = [*packages]
    while waiting:
        found = distribution(waiting.pop())
        name = re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
        if name not in names:
            names[name] = found
            waiting += [one for text in found.requires or () if (one := _needed(text))]
    files = [file for one in names.values() for file in one.files or ()]
    return {"packages": len(names), "mib": round(sum(file.size or 0 for file in files) / 2**20, 1)}


def _needed(requirement: str) -> str | None:
    """The name of a requirement that counts here; None of one that is optional, or for other systems."""
    from packaging.requirements import Requirement

    read = Requirement(requirement)
    if read.marker is not None and not read.marker.evaluate({"extra": ""}):
        return None
    try:
        version(read.name)
    except PackageNotFoundError:
        return None
    return read.name


def measured(rounds: int, only: set[str], old: dict[str, Any]) -> dict[str, Any]:
    """Everything that is measured of each side; what `only` doesn't name is kept as it was."""
    found: dict[str, Any] = {name: dict(old.get(name, {})) for name in SIDES}
    for what in [one for one in MEASURES if one in only and one not in TIMED]:
        for name in SIDES:
            found[name][what] = in_process("beside", what, name)
            print(what, name, found[name][what], file=sys.stderr, flush=True)
    for what in [one for one in TIMED if one in only]:
        several: dict[str, list[dict[str, Any]]] = {name: [] for name in SIDES}
        for _ in range(rounds):
            for name, kept in several.items():
                kept.append(in_process("beside", what, name))
        for name, kept in several.items():
            found[name][what] = middle(kept)
            print(what, name, found[name][what], file=sys.stderr, flush=True)
    for name, side in SIDES.items():
        if "types" in only:
            found[name]["types"] = typed(name)
            print("types", name, found[name]["types"], file=sys.stderr, flush=True)
        if "size" in only:
            found[name]["size"] = size(side.packages)
    return found


def loaded(folder: Path, sample: int) -> dict[str, list[dict[str, Any]]]:
    """What each makes of a sample of the documents in a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".yaml", ".yml"})
    chosen = random.Random(SEED).sample(paths, min(sample, len(paths)))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in LOADERS}
    for number, path in enumerate(chosen, 1):
        for name, kept in found.items():
            kept.append(in_process("beside.loading", name, str(path.resolve())))
        told = {name: kept[-1].get("failed", "") for name, kept in found.items() if "failed" in kept[-1]}
        print(number, path.name, told, file=sys.stderr, flush=True)
    # Of a failure only that it is one is kept: what was said may name folders of this machine.
    return {name: [one if "seconds" in one else {} for one in kept] for name, kept in found.items()}


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = (*MEASURES, "types", "size")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--documents", type=Path, metavar="FOLDER")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--only", default=",".join(every), metavar="MEASURE,...", help=f"of {', '.join(every)}")
    options = parser.parse_args()
    old: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    found: dict[str, Any] = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    packages = dict.fromkeys(package for side in SIDES.values() for package in side.packages)
    found["versions"] = {one: version(one) for one in (*packages, "fastmcp", "mypy", "pyright")}
    found["rounds"] = options.rounds
    found["sides"] = measured(options.rounds, {*options.only.split(",")} - {""}, old.get("sides", {}))
    found["documents"] = loaded(options.documents, options.sample) if options.documents else old.get("documents", {})
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
