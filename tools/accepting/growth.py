"""The process that meets a hostile body: it makes two calls, a good one to warm up, and tells by how much the second made it grow.

`python -m accepting.growth KIND URL`, where the kind is `sync` or `async` for ours, or another side.

A process may not grow by more than `MOST`, so that a side without any bound doesn't take the machine with it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory_use import peak
from storms import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1024 * 1024
CAP = 8 * MIB
MOST = 700 * MIB
PATIENCE = 20.0


def bound(more: int) -> None:
    """Let this process take so many bytes more, and then raise MemoryError; where the system tells what it has now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def caller(kind: str, url: str) -> Callable[[], object]:
    """A call that is made once to warm up and once to be measured."""
    if kind == "async":
        from aerostack_dynamic import AsyncClient

        loop = asyncio.new_event_loop()
        client = AsyncClient("ac_secret_x", server=url, timeout=PATIENCE / 2, retry=1, max_response_bytes=CAP)
        return lambda: loop.run_until_complete(_settled(client.cache.cache_get(key="k")))
    if kind == "sync":
        from aerostack_dynamic import Client

        one = Client("ac_secret_x", server=url, timeout=PATIENCE / 2, retry=1, max_response_bytes=CAP)
        return lambda: one.cache.cache_get(key="k")
    side = SIDES[kind]
    other = side.make(url, timeout=PATIENCE / 2)
    return lambda: side.call(other, "k")


async def _settled(call: Any) -> Any:
    return await call


def grow(kind: str, url: str) -> dict[str, Any]:
    """Make the two calls, and tell by how many MiB the second made the process larger."""
    call = caller(kind, url)
    call()
    before = peak()
    bound(MOST)
    told = "data"
    try:
        call()
    except (Exception, MemoryError) as error:
        told = type(error).__name__
    return {"mib": round((peak() - before) / MIB, 1), "told": told}


if __name__ == "__main__":
    print(json.dumps(grow(*sys.argv[1:])))
