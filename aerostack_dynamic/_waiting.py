"""Waiting for one's turn at a gate: a thread that blocks, a task that awaits. Neither waits beyond its deadline."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ._gate import Gate

_Result = TypeVar("_Result")


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


async def within(seconds: float | None, awaited: Coroutine[Any, Any, _Result]) -> _Result:
    """What a coroutine gives, for which it has so many seconds. Raises asyncio's TimeoutError."""
    if sys.version_info >= (3, 11) and seconds:  # before 3.12, `wait_for` makes a task of each
        async with asyncio.timeout(seconds):
            return await awaited
    return await asyncio.wait_for(awaited, seconds)


def _let(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
