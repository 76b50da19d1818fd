"""Transports to put together: the client's own, to wrap into others, and one that keeps to a rate.

A transport is any `httpx.BaseTransport` (or `httpx.AsyncBaseTransport`), so that one which wraps another is a class with one method.
The call's total time limit reaches through it to the client's own transport.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from . import _http
from . import _transport as own
from ._errors import ArgumentsError
from ._flight import flight
from ._options import TransportSettings
from ._server import origin_of_url

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

__all__ = ["AsyncRateLimitTransport", "AsyncTransport", "RateLimitTransport", "Transport"]


class Transport(own.Transport):
    """What `Client` uses when it is given no transport; `verify`, `cert`, `proxy`, `trust_env` and `http2` as there."""

    def __init__(
        self, *, verify: Any = True, cert: Any = None, proxy: str | None = None, trust_env: bool = True, http2: bool = False
    ) -> None:
        super().__init__(TransportSettings(verify, cert, proxy, trust_env, http2))


class AsyncTransport(own.AsyncTransport):
    """What `AsyncClient` uses when it is given no transport; `verify`, `cert`, `proxy`, `trust_env` and `http2` as there."""

    def __init__(
        self, *, verify: Any = True, cert: Any = None, proxy: str | None = None, trust_env: bool = True, http2: bool = False
    ) -> None:
        super().__init__(TransportSettings(verify, cert, proxy, trust_env, http2))


class RateLimitTransport(_http.BaseTransport):
    """Sends by another transport no faster than a `pyrate_limiter.Limiter` allows, for each origin by itself. (Extra `ratelimit`.)

    A call whose total time limit passes while it waits ends with a TimeoutError that says it was not sent.
    """

    def __init__(self, limiter: Limiter, transport: _http.BaseTransport | None = None) -> None:
        self._limiter = _checked(limiter)
        self._transport = transport or Transport()

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Wait for the turn, and send the request. Raises httpx's exceptions."""
        with flight().queueing():
            _admit(self._limiter.try_acquire(str(origin_of_url(request.url)), timeout=_left()))
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Close the transport within."""
        self._transport.close()


class AsyncRateLimitTransport(_http.AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, limiter: Limiter, transport: _http.AsyncBaseTransport | None = None) -> None:
        self._limiter = _checked(limiter)
        self._transport = transport or AsyncTransport()

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """Wait for the turn, and send the request. Raises httpx's exceptions."""
        with flight().queueing():
            _admit(await self._limiter.try_acquire_async(str(origin_of_url(request.url)), timeout=_left()))
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the transport within."""
        await self._transport.aclose()


def _checked(limiter: Limiter) -> Limiter:
    if not hasattr(limiter, "try_acquire_async"):
        raise ArgumentsError(
            "limiter: give a pyrate_limiter.Limiter of version 4 or later: pip install 'aerostack_dynamic[ratelimit]'"
        )
    return limiter


def _left() -> float:
    """Seconds until the call must be over, in the limiter's words: -1 where there is no end."""
    deadline = flight().deadline
    return -1 if deadline is None else max(0.0, deadline - time.monotonic())


def _admit(admitted: Any) -> None:
    if admitted is False:
        raise _http.PoolTimeout("the rate limit let nothing through in time")
