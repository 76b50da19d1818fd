"""What belongs to one event loop: made in it, and closed in it, also when its owner was dropped or the loop ends first."""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

_Kept = TypeVar("_Kept")


class PerLoop(Generic[_Kept]):
    """One value for each event loop that asks, in this process; `close` ends one, in its loop."""

    def __init__(self, make: Callable[[], _Kept], close: Callable[[_Kept], Awaitable[None]]) -> None:
        self._make = make
        self._close = close
        self._begin()

    def _begin(self) -> None:
        self.kept: weakref.WeakKeyDictionary[Any, _Kept] = weakref.WeakKeyDictionary()
        self._closing: weakref.WeakKeyDictionary[Any, AsyncGenerator[None, None]] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()

    async def here(self) -> _Kept:
        """The value of the running loop, made if there is none. After a fork the parent's are forgotten, not closed."""
        if self._pid != os.getpid():
            self._begin()
        loop = asyncio.get_running_loop()
        found = self.kept.get(loop)
        if found is None:
            found = self.kept[loop] = self._make()
            self._closing[loop] = _closing(found, self._close)
            await anext(self._closing[loop])
        return found

    async def aclose(self) -> None:
        """Close the value of the running loop; those of others are closed there, if they run."""
        closing = self._closing.pop(asyncio.get_running_loop(), None)
        self.kept.clear()
        self._closing.clear()
        if closing is not None:
            await closing.aclose()


async def _closing(kept: _Kept, close: Callable[[_Kept], Awaitable[None]]) -> AsyncGenerator[None, None]:
    """Closes a value when its event loop ends, or when its owner was dropped; only the loop can do so.

    An asynchronous generator, since those are ended by `asyncio.run` before it closes its loop, and by a running loop when nobody
    holds them any more (PEP 525).
    """
    try:
        yield
    finally:
        await close(kept)
