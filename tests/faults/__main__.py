"""Prints the table: every fault, the promise, and what ours and bare httpx do. Exits with 1 when a promise is not kept.

make faults                                              all of it
make faults ARGUMENTS="--transport httpx2 --only T,R3"   over another transport, some rows
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from .row import Row
from .runner import Verdict, play, why_not
from .tables import ROWS

KINDS = ("sync", "async", "httpx")
THREADS = 4


def played(row: Row, transport: str | None) -> dict[str, Verdict | str]:
    """What came of a row on each kind; or why it was not played."""
    found: dict[str, Verdict | str] = {}
    for kind in KINDS if transport is None else KINDS[:2]:
        over = None if kind == "httpx" else transport
        found[kind] = why_not(row, kind, over) or play(row, kind, over)
    return found


def table(rows: Sequence[Row], transport: str | None) -> list[dict[str, Verdict | str]]:
    """Play all rows, several at a time, but those that change what a process shares alone and at the end."""
    made: dict[str, Any] = {}
    with ThreadPoolExecutor(THREADS) as threads:
        futures: dict[str, Future[Any]] = {row.id: threads.submit(partial(played, row, transport)) for row in rows if not row.alone}
        made |= {name: future.result() for name, future in futures.items()}
    made |= {row.id: played(row, transport) for row in rows if row.alone}
    return [made[row.id] for row in rows]


def lines(row: Row, found: dict[str, Verdict | str]) -> list[str]:
    """A row as it is printed."""
    told = [f"{row.id}: {row.promise}"]
    for kind, verdict in found.items():
        name = {"sync": "Client", "async": "AsyncClient"}.get(kind, kind)
        if isinstance(verdict, str):
            told.append(f"    {name:<12}- {verdict}")
        else:
            wrong = f"   NOT KEPT: {'; '.join(verdict.faults)}" if verdict.faults else ""
            told.append(f"    {name:<12}{verdict.told}{wrong}")
    return told


def is_kept(found: dict[str, Verdict | str]) -> bool:
    """Whether nothing that was played went wrong."""
    return not any(verdict.faults for verdict in found.values() if isinstance(verdict, Verdict))


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="make faults", description="Play every fault and print what comes of it.")
    parser.add_argument("--transport", choices=["httpx2", "aiohttp"], help="the library that carries the requests")
    parser.add_argument("--only", default="", metavar="ID,...", help="rows whose id begins so")
    options = parser.parse_args(arguments)
    if options.transport and importlib.util.find_spec(options.transport) is None:
        parser.error(f"{options.transport} is not installed")
    warnings.simplefilter("error")
    logging.getLogger().addHandler(logging.NullHandler())
    rows = [row for row in ROWS if row.id.startswith(tuple(options.only.split(",")))]
    results = table(rows, options.transport)
    for row, found in zip(rows, results, strict=True):
        print("\n".join(lines(row, found)), flush=True)
    kept = sum(map(is_kept, results))
    print(f"{len(rows)} faults: {kept} kept")
    return 0 if rows and kept == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
