"""Exceptions that come from outside, at any moment of a call that waits: from a signal's handler, or thrown into a thread by another."""

from __future__ import annotations

import ctypes
import random
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from .measure import Aim, open_files, probes, settled, threads

if TYPE_CHECKING:
    from .sides import Side

STRIKES = 1000


class StrikeError(Exception):
    """What strikes. A soft time limit of a task queue is such a one."""


def _counts() -> dict[str, int]:
    return {"struck": 0, "done": 0, "wrong": 0, "own_errors": 0, "foreign_errors": 0}


class _Struck:
    """Calls in the main thread, each with a signal on its way; every other one raises KeyboardInterrupt."""

    def __init__(self, side: Side, client: Any, seed: int = 2) -> None:
        self._side = side
        self._client = client
        self._chance = random.Random(seed)
        self._aim = Aim()
        self._number = 0
        self.found = _counts()
        signal.signal(signal.SIGALRM, self._strike)

    def _strike(self, *_: object) -> None:
        raise (KeyboardInterrupt if self._number % 2 else StrikeError)

    def blow(self, strikes: int) -> None:
        """Go on until so many calls were struck, or nothing is done any more."""
        while self.found["struck"] < strikes and not self._aim.hopeless and self._number < 20 * strikes:
            self._number += 1
            try:
                self._one()
            except (StrikeError, KeyboardInterrupt):
                self.found["struck"] += 1
                self._aim.note(True)

    def _one(self) -> None:
        key = f"{self._number}.{self._chance.choice((0, 0, 1, 2))}"
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-5 + self._chance.random() * self._aim.seconds * 2)
            try:
                told = "done" if self._side.call(self._client, key) == key else "wrong"
            except (StrikeError, KeyboardInterrupt):
                raise
            except Exception as error:
                told = "own_errors" if self._side.is_own(error) else "foreign_errors"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.found[told] += 1
        self._aim.note(False)


def signals(side: Side, url: str, scale: float) -> dict[str, Any]:
    """1,000 exceptions raised by a signal's handler inside calls."""
    client = side.make(url, connections=10, timeout=1)
    side.call(client, "first.0")
    before = open_files()
    storm = _Struck(side, client)
    storm.blow(int(STRIKES * scale))
    good = probes(side, client, 10)
    left = settled(lambda: open_files() - before, 0)
    side.close(client)
    return {**storm.found, "probes": good, "probes_made": 10, "files_left": max(0, left)}


class _Thread(threading.Thread):
    """Makes calls until told to stop, whatever is thrown at it."""

    def __init__(self, side: Side, client: Any, number: int) -> None:
        super().__init__(daemon=True)
        self._side = side
        self._client = client
        self._name = number
        self._made = 0
        self.stopping = False
        self.found = _counts()

    def run(self) -> None:
        while not self.stopping:
            try:
                self._one()
            except StrikeError:
                self.found["struck"] += 1

    def _one(self) -> None:
        self._made += 1
        key = f"{self._name}-{self._made}.{self._made % 3}"
        try:
            told = "done" if self._side.call(self._client, key) == key else "wrong"
        except StrikeError:
            raise
        except Exception as error:
            told = "own_errors" if self._side.is_own(error) else "foreign_errors"
        self.found[told] += 1


def _throw(thread: _Thread) -> None:
    """Raise StrikeError in a thread, at its next instruction of Python."""
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(StrikeError))


def thrown(side: Side, url: str, scale: float) -> dict[str, Any]:
    """1,000 exceptions thrown into eight threads that share a client."""
    client = side.make(url, connections=10, timeout=1)
    side.call(client, "first.0")
    files, running = open_files(), threads()
    workers = [_Thread(side, client, number) for number in range(8)]
    for worker in workers:
        worker.start()
    chance = random.Random(3)
    for _ in range(int(STRIKES * scale)):
        time.sleep(chance.random() * 0.02)
        _throw(chance.choice(workers))
    for worker in workers:
        worker.stopping = True
    for worker in workers:
        worker.join(5)
    found = {name: sum(worker.found[name] for worker in workers) for name in _counts()}
    stuck = sum(worker.is_alive() for worker in workers)
    good = probes(side, client, 10)
    left = settled(lambda: open_files() - files, 0), settled(lambda: threads() - running, 0)
    side.close(client)
    return {
        **found,
        "threads_stuck": stuck,
        "probes": good,
        "probes_made": 10,
        "files_left": max(0, left[0]),
        "threads_left": left[1],
    }
