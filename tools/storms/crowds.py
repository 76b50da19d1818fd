"""Many at once: calls that outnumber the connections, children of a busy process, clients by the thousand, a server that is down."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .measure import open_files, probes, settled, threads
from .server import counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sides import Side

CONNECTIONS = 100
FORKS, BUSY = 60, 8
CLIENTS = 10_000
MINUTE = 60.0
OUTAGE = 300


# ---- crowds


def _crowd_found(results: list[Any], keys: list[str], seconds: float) -> dict[str, Any]:
    rounds = -(-len(keys) // CONNECTIONS)
    return {
        "calls": len(keys),
        "done": sum(one == key for one, key in zip(results, keys, strict=True)),
        "seconds": round(seconds, 2),
        "over_ideal": round(seconds / rounds, 2),
    }


def _crowd_async(side: Side, url: str, keys: list[str]) -> dict[str, Any]:
    async def main() -> dict[str, Any]:
        client = side.make_async(url, CONNECTIONS, timeout=30)
        began = time.monotonic()
        results = await asyncio.gather(*(side.acall(client, key) for key in keys), return_exceptions=True)
        found = _crowd_found(results, keys, time.monotonic() - began)
        await side.aclose(client)
        return found

    return asyncio.run(main())


def _crowd_sync(side: Side, url: str, keys: list[str]) -> dict[str, Any]:
    client = side.make(url, CONNECTIONS, timeout=30)

    def tried(key: str) -> object:
        try:
            return side.call(client, key)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(keys)) as pool:
        began = time.monotonic()
        results = list(pool.map(tried, keys))
    found = _crowd_found(results, keys, time.monotonic() - began)
    side.close(client)
    return found


def _crowd(run: Callable[..., dict[str, Any]], calls: int) -> Callable[[Side, str, float], dict[str, Any]]:
    def storm(side: Side, url: str, scale: float) -> dict[str, Any]:
        number = calls if scale >= 0.5 else calls // 5
        return run(side, url, [f"{one}.1000" for one in range(number)])

    storm.__doc__ = f"{calls} calls of a second over {CONNECTIONS} connections; a small storm has a fifth of them."
    return storm


crowd_500, crowd_1000 = _crowd(_crowd_sync, 500), _crowd(_crowd_sync, 1000)
crowd_500_async, crowd_1000_async = _crowd(_crowd_async, 500), _crowd(_crowd_async, 1000)


# ---- forks


def _child(side: Side, client: Any, number: int) -> None:
    """What a child does: two calls; it ends with 0 when both are right."""
    try:
        keys = [f"child{number}-{turn}.0" for turn in range(2)]
        os._exit(0 if all(side.call(client, key) == key for key in keys) else 3)
    finally:
        os._exit(4)


def _ended(child: int, patience: float = 5) -> str:
    """How a child ended; one that hangs is ended."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return {0: "done", 3: "wrong"}.get(os.waitstatus_to_exitcode(status), "errors")
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def forks(side: Side, url: str, scale: float) -> dict[str, Any]:
    """60 forks of a process whose eight threads are busy with the same client; each child makes two calls by it."""
    client = side.make(url, CONNECTIONS, timeout=3)
    found = {
        "forks": max(1, int(FORKS * scale)),
        "done": 0,
        "wrong": 0,
        "errors": 0,
        "hangs": 0,
        "parent_done": 0,
        "parent_wrong": 0,
    }
    stop = threading.Event()

    def busy(name: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            key = f"{name}-{number}.0"
            try:
                found["parent_done" if side.call(client, key) == key else "parent_wrong"] += 1
            except Exception:
                found["parent_wrong"] += 1

    workers = [threading.Thread(target=busy, args=(number,), daemon=True) for number in range(BUSY)]
    for worker in workers:
        worker.start()
    time.sleep(0.2)
    for number in range(found["forks"]):
        child = os.fork()
        if child == 0:
            _child(side, client, number)
        found[_ended(child)] += 1
    stop.set()
    for worker in workers:
        worker.join(5)
    return {**found, "probes": probes(side, client, 10), "probes_made": 10}


# ---- clients


def clients(side: Side, url: str, scale: float) -> dict[str, Any]:
    """10,000 clients made and dropped, never closed, or as many as a minute allows; every hundredth made a call."""
    side.call(side.make(url), "first.0")
    files, running = settled(open_files, 0, 0.5), threads()
    number, made, called, slowest = 0, 0.0, 0, 0.0
    ends = time.monotonic() + MINUTE
    while number < int(CLIENTS * scale) and time.monotonic() < ends:
        began = time.perf_counter()
        client = side.make(url)
        seconds = time.perf_counter() - began
        made += seconds
        slowest = max(slowest, seconds)
        if number % 100 == 0:
            called += side.call(client, f"{number}.0") == f"{number}.0"
        number += 1
        del client
    return {
        "clients": number,
        "called": called,
        "ms_each": round(made / number * 1000, 3),
        "slowest_ms": round(slowest * 1000, 1),
        "files_left": max(0, settled(lambda: open_files() - files, 0)),
        "threads_left": max(0, settled(lambda: threads() - running, 0)),
    }


# ---- an outage


def outage(side: Side, url: str, scale: float) -> dict[str, Any]:
    """300 calls to a server that answers every one with 503, from fifty threads; each side with retries on, where it has them."""
    client = side.make(url, CONNECTIONS, timeout=10, retries=True)
    number = OUTAGE if scale >= 0.05 else OUTAGE // 3
    before = counts(url)["requests"]

    def tried(one: int) -> str:
        try:
            side.call(client, f"{one}.0.503")
        except Exception as error:
            return "own_errors" if side.is_own(error) else "foreign_errors"
        return "done"

    began = time.monotonic()
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(tried, range(number)))
    requests = counts(url)["requests"] - before
    side.close(client)
    return {
        "calls": number,
        "requests": requests,
        "requests_each": round(requests / number, 3),
        "seconds": round(time.monotonic() - began, 1),
        **{name: told.count(name) for name in ("done", "own_errors", "foreign_errors")},
    }
