"""Which of a family's transports a URL takes: one for each proxy, with a TLS context only where there is TLS."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Generic, TypeVar

from ._tls import proxy_for, tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from . import _http
    from ._options import TransportSettings

_Inner = TypeVar("_Inner")


class Routes(Generic[_Inner]):
    """The transports that `make(context, proxy)` has made so far."""

    def __init__(self, settings: TransportSettings, make: Callable[[ssl.SSLContext, str | None], _Inner]) -> None:
        self._settings = settings
        self._make = make
        self._made: dict[tuple[bool, str | None], _Inner] = {}

    def __iter__(self) -> Iterator[_Inner]:
        return iter([*self._made.values()])

    def pick(self, url: _http.URL) -> _Inner:
        """The transport for a URL."""
        proxy = proxy_for(self._settings, url)
        key = (url.scheme == "https", proxy)
        found = self._made.get(key)
        if found is None:
            # Making a context that trusts somebody takes long; one that trusts nobody will do where there is no TLS.
            context = tls_context(self._settings) if key[0] else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            found = self._made.setdefault(key, self._make(context, proxy))
        return found
