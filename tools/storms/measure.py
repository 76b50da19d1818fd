"""What a process holds: files, threads, tasks; and whether a client still works."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sides import Side

PATIENCE = 2.0  # seconds that a probe may take


def open_files() -> int:
    """How many file descriptors this process has open; 0 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


def threads() -> int:
    """How many threads run."""
    return threading.active_count()


def settled(count: Callable[[], int], at_most: int, patience: float = 3.0) -> int:
    """A count, after it has had time to come down to what it may be."""
    ends = time.monotonic() + patience
    while (now := count()) > at_most and time.monotonic() < ends:
        gc.collect()
        time.sleep(0.05)
    return now


def probes(side: Side, client: Any, count: int) -> int:
    """How many of `count` calls, one after another, are right and in time."""
    good = 0
    for number in range(count):
        key = f"probe{number}.0"
        began = time.monotonic()
        try:
            good += side.call(client, key) == key and time.monotonic() - began < PATIENCE
        except Exception:  # a probe that is not good
            continue
    return good


async def aprobes(side: Side, client: Any, count: int) -> int:
    """The same for asyncio."""
    good = 0
    for number in range(count):
        key = f"probe{number}.0"
        try:
            good += await asyncio.wait_for(side.acall(client, key), PATIENCE) == key
        except Exception:  # a probe that is not good
            continue
    return good


class Aim:
    """Finds the delay at which about half of what is aimed at is struck: longer after a hit, shorter after a miss.

    It is `hopeless` when all of a long row were hit: nothing is ever done there, however long one waits.
    """

    HOPELESS = 300

    def __init__(self, seconds: float = 0.005) -> None:
        self.seconds = seconds
        self._row = 0
        self._shots = 0

    @property
    def hopeless(self) -> bool:
        """Whether nothing was done for long."""
        return self._row >= self.HOPELESS

    def note(self, hit: bool) -> None:
        """What came of the last shot."""
        self._row = self._row + 1 if hit else 0
        self._shots += 1
        step = 1.05 if self._shots < self.HOPELESS else 1.01
        self.seconds = min(1.0, max(1e-5, self.seconds * (step if hit else 1 / step)))
