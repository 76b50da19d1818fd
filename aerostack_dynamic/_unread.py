"""The body of a stream, read piece by piece as its reader asks: for a thread that waits, and for asyncio."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from ._late import Later

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager

    from . import _http

    Guard = Callable[[], AbstractContextManager[None]]
else:
    asyncio = Later("asyncio")  # a client that waits needs no event loop


def coding_of(response: _http.Response) -> str:
    """The Content-Encoding that is still to be taken off."""
    return "" if response.is_stream_consumed else response.headers.get("content-encoding", "")


class UnreadBody:
    """The body of `response`. What reading raises goes through `guard`."""

    def __init__(self, response: Any, guard: Guard) -> None:
        self.coding = coding_of(response)
        self._response = response
        self._guard = guard
        self._chunks: Iterator[bytes] = iter([response.content] if response.is_stream_consumed else response.stream)

    def read(self) -> bytes | None:
        """The next piece, None at the end."""
        try:
            return next(self._chunks, None)
        except Exception:
            with self._guard():
                raise

    def close(self) -> None:
        """Give the connection back, or end it where there is more to come."""
        self._response.close()

    def drop(self) -> None:
        """Close it in a thread of its own: the last reference may go away while this one holds the lock of the pool."""
        with suppress(RuntimeError):  # the interpreter ends, and the connection with it
            Thread(target=self.close, name="aerostack_dynamic closing", daemon=True).start()


class AsyncUnreadBody:
    """The same for asyncio. `limit` is in seconds, for each piece, where the transport keeps none itself."""

    def __init__(self, response: Any, guard: Guard, limit: float | None) -> None:
        self.coding = coding_of(response)
        self._response = response
        self._guard = guard
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._chunks = _once(response.content) if response.is_stream_consumed else aiter(response.stream)

    async def read(self) -> bytes | None:
        """The next piece, None at the end."""
        following = _following(self._chunks)
        try:
            if self._limit is None:
                return await following
            from ._waiting import within  # noqa: PLC0415  # only where a transport keeps no limit itself

            return await within(self._limit, following)
        except Exception:
            with self._guard():
                raise

    async def close(self) -> None:
        """Give the connection back, or end it where there is more to come."""
        await self._response.aclose()

    def drop(self) -> None:
        """Close it in its event loop, if that runs still."""
        closing = self.close()
        try:
            asyncio.run_coroutine_threadsafe(closing, self._loop)
        except RuntimeError:
            closing.close()


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _following(chunks: AsyncIterator[bytes]) -> bytes | None:
    async for chunk in chunks:
        return chunk
    return None
