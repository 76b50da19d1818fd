"""A folder of OpenAPI documents with call plans: what loads, which requests are right, what it costs. `make corpus`

    python tools/corpus.py FOLDER [--jobs N] [--seconds S] [--memory MIB] [--only ID ...] [--family F]
                           [--limit N] [--explain FILE] [--json FILE] [--no-cost] [--beside PEER,...] [--mock]

FOLDER has `manifest.jsonl`, a JSON object a line with `id`, `family`, `expected`, `operations` and the paths of a document, of the folder
that its references may reach (`root`) and of its `plan`. A plan lists calls with the request that each is to make. Every document has a
process of its own, within limits; every planned call is really made, to a transport that keeps what was sent. `--explain` names a JSON,
YAML or TOML file of known disagreements, each with `id` and `reason`, and perhaps `path`, `method` and `mode`. `--beside` runs aiopenapi3
and openapi-core on the same documents, the first in an environment that is made on first use. Exits with 1 where a process had to be
ended or the package raised what is not its own error.

With `--mock`, every operation of every document of 3.x is called with generated arguments, the required ones and then all, and a mock
answers, which openapi-core judges; the plans are not used. Calls are faulty that a document itself makes impossible, and it is proved: a
reference that leads nowhere, a schema that nothing fits, security that can't be met. Exits with 1 where a process had to be ended, or an
answer is wrong that `--explain` says nothing of.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveying import explained
from surveying.jobs import MOCKED, Limits, manifest, peer, run_all
from surveying.peers import NAMES
from surveying.plays import play_line, plays, plays_failed
from surveying.tables import share, summary, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = dict[str, Any]


def chosen(entries: Sequence[Row], only: Sequence[str], family: str | None, limit: int | None) -> list[Row]:
    """The documents that are asked for. Raises LookupError that names an id which there is not."""
    if unknown := {*only} - {entry["id"] for entry in entries}:
        raise LookupError(f"no such document: {', '.join(sorted(unknown))}")
    found = [entry for entry in entries if (not only or entry["id"] in only) and family in (None, entry["family"])]
    return found[:limit]


def line(row: Row) -> str:
    """A document in a line."""
    right = sum(call["outcome"] == "right" for call in row["calls"])
    end = row["ended"] or (f"refused: {row['refused']['detail'][:100]}" if row["refused"] else "")
    return f"{row['id']} {row['family']} {share(right, sum(row['planned'].values()))} {end}".rstrip()


def failed(rows: Sequence[Row]) -> bool:
    """Whether a process had to be ended, or something was raised that is not the package's own."""
    causes = [found["cause"] for row in rows for found in (*row["calls"], *row["disabled"]) if found.get("cause")]
    causes += [row["refused"]["cause"] for row in rows if row["refused"]] + [
        one["client"]["cause"] for row in rows for one in row["client"]
    ]
    return any(row["ended"] for row in rows) or any(cause.startswith("crash") for cause in causes)


def beside(name: str, options: argparse.Namespace, limits: Limits, tell: Callable[[Row], None]) -> list[Row] | None:
    """What a peer does with the same documents; None where it can't be run."""
    command = peer(name)
    return command and run_all(options.folder.resolve(), options.entries, limits, options.jobs, tell, command)


def compared(name: str, rows: Sequence[Row]) -> str:
    """A peer's figures in a few lines."""
    found = summary(rows)
    requests = [f"{mode} right {share(one['right'], one['planned'])}" for mode, one in found["requests"].items()]
    time = found["cost"]["load, s"]
    loads = f"load, s: median {time['median']:.3g}, p95 {time['p95']:.3g}" if time else ""
    every = found["documents"]["all"]
    several = [one for kind in ("documents not loaded", "requests wrong, full") for one in found["causes"][kind][:8]]
    causes = [f"  {one.times:>6} {one.documents:>4}  {one.cause}   [{' '.join(one.examples)}]" for one in several]
    return "\n".join([f"\n{name}: loaded {share(every['loaded'], every['documents'])}, {', '.join(requests)}; {loads}", *causes])


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="documents at a time (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="for one document (default: %(default)s)")
    parser.add_argument(
        "--memory", type=int, default=4096, metavar="MIB", help="address space of one document (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="these documents")
    parser.add_argument("--family", metavar="F", help="documents of this version: 2.0, 3.0, 3.1 or 3.2")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N of them")
    parser.add_argument("--explain", type=Path, metavar="FILE", help="known disagreements, counted apart")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was found")
    parser.add_argument("--no-cost", action="store_true", help="measure neither time nor memory")
    parser.add_argument("--beside", default="", metavar="PEER,...", help=f"others on the same documents: {', '.join(NAMES)}")
    parser.add_argument("--mock", action="store_true", help="play every operation of the documents of 3.x with a mock instead")
    parser.add_argument("--quiet", action="store_true", help="no line per document")
    options = parser.parse_args(arguments)
    try:
        options.entries = chosen(manifest(options.folder), options.only, options.family, options.limit)
        options.beside = [one for one in options.beside.split(",") if one]
        if unknown := {*options.beside} - {*NAMES}:
            raise LookupError(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        options.known = explained.read(options.explain) if options.explain else []
    except (LookupError, OSError, ValueError, ImportError) as error:
        parser.error(str(error.args[0] if isinstance(error, LookupError) else error))
    return options


def mocked(options: argparse.Namespace, limits: Limits) -> int:
    """Play the documents; see the module's docstring."""

    def tell(row: Row) -> None:
        if not options.quiet:
            print(play_line(row), file=sys.stderr, flush=True)

    entries = [one for one in options.entries if one["family"] != "2.0"]
    rows = run_all(options.folder.resolve(), entries, limits, options.jobs, tell, MOCKED)
    for one in explained.apply(rows, options.known):
        print(f"explains nothing any more: {json.dumps(one)}")
    print(plays(rows))
    if options.json:
        options.json.write_text(json.dumps({"rows": rows}, indent=1), encoding="utf-8")
    return 1 if plays_failed(rows) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module's docstring."""
    options = options_of(arguments)
    limits = Limits(options.seconds, options.memory << 20, not options.no_cost)
    if options.mock:
        return mocked(options, limits)

    def tell(row: Row) -> None:
        if not options.quiet:
            print(line(row), file=sys.stderr, flush=True)

    rows = run_all(options.folder.resolve(), options.entries, limits, options.jobs, tell)
    unused = explained.apply(rows, options.known)
    found = summary(rows)
    print(told(found))
    for one in unused:
        print(f"explains nothing any more: {json.dumps(one)}")
    peers = {name: beside(name, options, limits, tell) for name in options.beside}
    for name, one in peers.items():
        print(compared(name, one) if one else f"\n{name}: its environment can't be made here")
    if options.json:
        causes = {name: [one._asdict() for one in several] for name, several in found["causes"].items()}
        bare = [one._asdict() for one in found["uncredited"]]
        written = {**found, "causes": causes, "uncredited": bare, "rows": rows, "peers": peers}
        options.json.write_text(json.dumps(written, indent=1), encoding="utf-8")
    return 1 if failed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
