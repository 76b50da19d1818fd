"""How tools time calls: blocks of them, on several sides in turn, so that a busy machine is busy for all of them."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    Side = Callable[[], float]
    Clock = Callable[[], float]

CALLS, CROWD = 300, 50


class Spread(NamedTuple):
    """Figures of several rounds."""

    median: float
    least: float
    greatest: float


def spread(figures: Iterable[float]) -> Spread:
    """The median of figures, and between what they are."""
    ordered = sorted(figures)
    return Spread(statistics.median(ordered), ordered[0], ordered[-1])


def turns(sides: Mapping[str, Side], rounds: int, *, unheard: int = 1, patience: float = math.inf) -> dict[str, list[float]]:
    """What each side tells, round by round; the `unheard` first rounds do not count.

    After `patience` seconds no other round is begun once one counts.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    began = time.monotonic()
    for number in range(rounds + unheard):
        if number > unheard and time.monotonic() - began > patience:
            break
        # In another order each time: whoever comes after the other finds other caches.
        for name in sorted(sides, reverse=bool(number % 2)):
            figure = sides[name]()
            if number >= unheard:
                found[name].append(figure)
    return found


def repeated(call: Callable[[], object], calls: int = CALLS) -> Side:
    """Seconds of the processor for one of many calls."""

    def run() -> float:
        began = time.process_time()
        for _ in range(calls):
            call()
        return (time.process_time() - began) / calls

    return run


def repeated_async(loop: asyncio.AbstractEventLoop, call: Callable[[], Awaitable[object]], calls: int = CALLS) -> Side:
    """The same in an event loop."""

    async def main() -> float:
        began = time.process_time()
        for _ in range(calls):
            await call()
        return (time.process_time() - began) / calls

    return lambda: loop.run_until_complete(main())


def crowded(
    loop: asyncio.AbstractEventLoop,
    call: Callable[[], Awaitable[object]],
    calls: int = CALLS,
    clock: Clock = time.perf_counter,
) -> Side:
    """Seconds by the clock for one of many calls, 50 of them at once."""

    async def main() -> float:
        began = clock()
        for _ in range(calls // CROWD):
            await asyncio.gather(*(call() for _ in range(CROWD)))
        return (clock() - began) / calls

    return lambda: loop.run_until_complete(main())
