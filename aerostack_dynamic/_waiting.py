"""Waiting for one's turn at a gate: a thread that blocks, a task that awaits. Neither waits beyond its deadline."""

from __future__ import annotations

import os
import time
from threading import Lock
from typing import TYPE_CHECKING

from ._late import Later

if TYPE_CHECKING:
    import asyncio

    from ._gate import Gate
else:
    asyncio = Later("asyncio")  # a client that waits needs no event loop


def wait_for_turn(gate: Gate, deadline: float | None) -> None:
    """Block until `gate` lets this thread in; `gate.leave()` is the caller's to call. Raises the builtin TimeoutError."""
    signal = Lock()
    signal.acquire()
    ticket = gate.enter(signal.release, os.getpid())
    if ticket is None:
        return
    try:
        if not signal.acquire(timeout=-1 if deadline is None else max(0.0, deadline - time.monotonic())):
            raise TimeoutError
    except BaseException:
        gate.withdraw(ticket)
        raise


async def await_turn(gate: Gate, deadline: float | None) -> None:
    """The same for a task of asyncio."""
    loop = asyncio.get_running_loop()
    turn: asyncio.Future[None] = loop.create_future()
    ticket = gate.enter(lambda: loop.call_soon_threadsafe(_let, turn), os.getpid())
    if ticket is None:
        return
    try:
        done, _ = await asyncio.wait([turn], timeout=None if deadline is None else max(0.0, deadline - time.monotonic()))
        if not done:
            raise TimeoutError
    except BaseException:
        gate.withdraw(ticket)
        raise


def _let(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
