"""A gate that lets so many through at a time, first come, first served. It never waits: who must wait says how to be woken."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Ticket:
    """A place in the queue of a gate. `called` once the turn has come."""

    __slots__ = ("called", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.called = False


class Gate:
    """Lets `limit` through at a time; shared by threads and event loops alike."""

    __slots__ = ("_free", "_limit", "_lock", "_process", "_queue")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._begin(0)

    def _begin(self, process: int) -> None:
        self._lock = Lock()
        self._queue: deque[Ticket] = deque()
        self._free = self._limit
        self._process = process

    def enter(self, wake: Callable[[], object], process: int) -> Ticket | None:
        """None when let through at once, else a place in the queue; `wake` is called, from any thread, when the turn has come.

        `process` is the caller's process id: after a fork nobody of the parent's is in the gate any more.
        """
        if process != self._process:
            self._begin(process)
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            ticket = Ticket(wake)
            self._queue.append(ticket)
            return ticket

    def leave(self) -> None:
        """Go out, and let the next one in."""
        with self._lock:
            if not self._queue:
                self._free += 1
                return
            ticket = self._queue.popleft()
            ticket.called = True
        try:
            ticket.wake()
        except RuntimeError:  # its event loop is closed, and nobody waits there any more
            self.leave()

    def withdraw(self, ticket: Ticket) -> None:
        """Give up a place in the queue; a turn that has come already goes to the next one."""
        with self._lock:
            if not ticket.called:
                self._queue.remove(ticket)
                return
        self.leave()
