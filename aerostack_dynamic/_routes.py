"""What transports of other families share: which of them a URL takes, and answers whose exceptions are told by httpx's names."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import _http
from ._flight import flight
from ._tls import checked_proxy, proxy_for, tls_context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager

    from ._options import TransportSettings

_Inner = TypeVar("_Inner")


class Routes(Generic[_Inner]):
    """The transports that `make(context, proxy)` has made so far: one for each proxy, with a TLS context only where there is TLS."""

    def __init__(self, settings: TransportSettings, make: Callable[[ssl.SSLContext, str | None], _Inner]) -> None:
        self._settings = settings
        self._make = make
        self._made: dict[tuple[bool, str | None], _Inner] = {}

    def __iter__(self) -> Iterator[_Inner]:
        return iter([*self._made.values()])

    def pick(self, url: _http.URL) -> _Inner:
        """The transport for a URL."""
        proxy = proxy_for(self._settings, url)
        flight().proxy = proxy
        key = (url.scheme == "https", proxy)
        found = self._made.get(key)
        if found is None:
            # Making a context that trusts somebody takes long; one that trusts nobody will do where there is no TLS.
            context = tls_context(self._settings) if key[0] else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            found = self._made.setdefault(key, self._make(context, proxy and checked_proxy(proxy)))
        return found


class AsyncGot(_http.AsyncByteStream):
    """The body of a family's answer. What reading it raises goes through `translated`."""

    def __init__(self, inner: Any, translated: Callable[[], AbstractContextManager[None]]) -> None:
        self._inner = inner
        self._translated = translated

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._translated():
            async for chunk in self._inner:
                yield chunk

    async def aclose(self) -> None:
        """Close it."""
        with self._translated():
            await self._inner.aclose()
