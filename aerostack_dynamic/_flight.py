"""What an attempt and the connections that it goes through say to each other, apart from either: a lent transport has none of ours."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Breakable(Protocol):
    """What can be broken off: a task of an event loop."""

    def cancel(self) -> bool:
        """Ask for it."""
        ...


class Wire(Protocol):
    """The stream of a connection, of either kind. One that is `spent` is not to be used for another request."""

    secure: bool
    http2: bool
    spent: bool

    def end_head(self) -> bool:
        """Note that the head of the answer is over; whether each of its lines ended as it must."""
        ...

    def shut_down(self) -> None:
        """End it at once, in both directions."""
        ...


class Flight:
    """One attempt as the connections see it: what they may do, and what they tell of it.

    `deadline` is a reading of the monotonic clock; a `fresh` one takes no connection that was used before. `reused` is whether the
    connection had served a request before, `heard` whether anything came back on it, `ended` whether the server closed it, `withdrawn`
    whether the caller has gone away, `queued` whether it waits for its turn still. `retire` gives up all that the attempt has touched.
    `proxy` is the URL of the proxy that it goes through, None without one. `on_head` is called with the
    status when the head of the answer is there, before anything else is read.
    """

    # What most attempts leave as it is stands here, once.
    proxy: str | None = None
    connect_by: float | None = None
    connecting: Breakable | None = None
    stream: Wire | None = None
    reused = heard = ended = withdrawn = queued = False
    retire: Callable[[], None]
    on_head: Callable[[int], None]

    def __init__(self, deadline: float | None = None, fresh: bool = False) -> None:
        self.deadline = deadline
        self.fresh = fresh
        self.retire = self.on_head = _nothing

    @property
    def stale(self) -> bool:
        """Whether a kept connection gave nothing back: the server had closed it before it saw the request."""
        return self.reused and not self.heard

    @contextmanager
    def queueing(self) -> Generator[None]:
        """While a transport lets the call wait, before anything is sent."""
        self.queued = True
        yield
        self.queued = False

    def in_tunnel(self, scheme: str) -> bool:
        """Whether a proxy is still asked for a way to the server: the request waits for TLS."""
        return scheme == "https" and self.stream is not None and not self.stream.secure

    def withdraw(self) -> None:
        """Break off what the attempt is doing, by its socket: httpcore takes that for a network error, and stays whole."""
        self.withdrawn = True
        if self.connecting is not None:
            self.connecting.cancel()
        if self.stream is not None:
            self.stream.shut_down()


def _nothing(*_: object) -> None: ...


FLIGHT: Final[ContextVar[Flight]] = ContextVar("aerostack_dynamic.flight")


def flight() -> Flight:
    """The attempt that the running code works for; one without limits where there is none."""
    return FLIGHT.get(None) or Flight()
