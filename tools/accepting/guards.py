"""What the guards cost: the client over its own transport beside the same client over httpx's, and beside bare httpx.

All of them call a server on this machine, a process of its own that reads whole requests before it answers. They take turns, round by
round, in one process; a figure is the median of the rounds, a difference that of the rounds' differences.
"""

from __future__ import annotations

import asyncio
import statistics
from typing import TYPE_CHECKING, Any

import httpx
from storms import SIDES
from storms.server import echo_server
from turns import crowded, repeated, repeated_async, turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 15
KEY = "ac_secret_x"
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100)
Figures = dict[str, list[float]]


def microseconds(sides: dict[str, Callable[[], float]], rounds: int) -> Figures:
    """What each side tells, round by round."""
    return {name: [one * 1e6 for one in figures] for name, figures in turns(sides, rounds).items()}


def difference(found: Figures, one: str, other: str) -> float:
    """By how many microseconds one side costs more, in the median round."""
    return statistics.median(a - b for a, b in zip(found[one], found[other], strict=True))


def calls(side: str, url: str) -> dict[str, Callable[[], object]]:
    """The synchronous calls that are compared."""
    port = SIDES[side]
    client = port.make(url)
    made = {side: lambda: port.call(client, "k.0")}
    if side == "ours":
        from aerostack_dynamic import Client

        plain = Client(KEY, server=url, timeout=10, retry=1, transport=httpx.HTTPTransport(limits=LIMITS))
        bare = httpx.Client(limits=LIMITS, timeout=10, trust_env=False, headers={"X-Aerostack-Key": KEY})
        made["plain"] = lambda: plain.cache.cache_get(key="k.0")
        made["bare"] = lambda: bare.post(f"{url}/cache/get", json={"key": "k.0"}).json()
    return made


def async_calls(side: str, url: str) -> dict[str, Callable[[], Awaitable[object]]]:
    """The asynchronous ones."""
    port = SIDES[side]
    client = port.make_async(url)
    made: dict[str, Callable[[], Awaitable[object]]] = {side: lambda: port.acall(client, "k.0")}
    if side == "ours":
        from aerostack_dynamic import AsyncClient

        plain = AsyncClient(KEY, server=url, timeout=10, retry=1, transport=httpx.AsyncHTTPTransport(limits=LIMITS))
        bare = httpx.AsyncClient(limits=LIMITS, timeout=10, trust_env=False, headers={"X-Aerostack-Key": KEY})

        async def by_hand() -> object:
            return (await bare.post(f"{url}/cache/get", json={"key": "k.0"})).json()

        made |= {"plain": lambda: plain.cache.cache_get(key="k.0"), "bare": by_hand}
    return made


def measure(side: str, scale: float) -> dict[str, Any]:
    """Medians of each way to call, and for ours what its own transport adds to httpx's."""
    rounds = max(3, round(ROUNDS * scale))
    loop = asyncio.new_event_loop()
    with echo_server() as url:
        ways = {
            "sync": {name: repeated(call) for name, call in calls(side, url).items()},
            "async": {name: repeated_async(loop, call) for name, call in async_calls(side, url).items()},
            "crowd": {name: crowded(loop, call) for name, call in async_calls(side, url).items()},
        }
        told = {way: microseconds(sides, max(3, rounds // 3) if way == "crowd" else rounds) for way, sides in ways.items()}
    found: dict[str, Any] = {"rounds": rounds}
    for way, figures in told.items():
        found[way] = {name: round(statistics.median(some)) for name, some in figures.items()}
        if side == "ours":
            found[way] |= {
                "guards": round(difference(figures, "ours", "plain")),
                "more": round(difference(figures, "ours", "bare")),
            }
    return found
