"""The errors of the network: each is the package's own and httpx's of the same name at once, so that code for either catches it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ... import _errors, _http  # pyright: ignore[reportPrivateUsage]  # both trees have a NoResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping


class NoResponseError(_errors.NoResponseError):
    """The network failed before a whole answer was there. What the SDK raises is also httpx's class for it."""

    def __init__(self, message: str = "No response received") -> None:
        super().__init__(message)

    @property
    def message(self) -> str:
        """What failed."""
        return self.reason


class TransportError(NoResponseError, _http.TransportError):
    """A failure that httpx has no closer class for."""


class ConnectError(NoResponseError, _http.ConnectError):
    """No connection could be made; nothing was sent."""


class ReadError(NoResponseError, _http.ReadError):
    """The connection broke while the answer was awaited or read."""


class WriteError(NoResponseError, _http.WriteError):
    """The connection broke while the request was sent."""


class CloseError(NoResponseError, _http.CloseError):
    """The connection could not be closed."""


class ProxyError(NoResponseError, _http.ProxyError):
    """The proxy made no connection; nothing was sent."""


class UnsupportedProtocol(NoResponseError, _http.UnsupportedProtocol):
    """The client that was lent does not speak the URL's scheme."""


class LocalProtocolError(NoResponseError, _http.LocalProtocolError):
    """The request was no valid HTTP."""


class RemoteProtocolError(NoResponseError, _http.RemoteProtocolError):
    """The server closed the connection early, or did not speak HTTP."""


class ConnectTimeout(NoResponseError, _errors.TimeoutError, _http.ConnectTimeout):
    """No connection was made in time; nothing was sent."""


class ReadTimeout(NoResponseError, _errors.TimeoutError, _http.ReadTimeout):
    """The answer did not come, or not go on, in time; also when the whole call took too long."""


class WriteTimeout(NoResponseError, _errors.TimeoutError, _http.WriteTimeout):
    """The request could not be sent on in time."""


class PoolTimeout(NoResponseError, _errors.TimeoutError, _http.PoolTimeout):
    """The client that was lent had no connection free in time."""


_BY_KIND: Final[Mapping[str, type[NoResponseError]]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            TransportError,
            ConnectError,
            ReadError,
            WriteError,
            CloseError,
            ProxyError,
            UnsupportedProtocol,
            LocalProtocolError,
            RemoteProtocolError,
            ConnectTimeout,
            ReadTimeout,
            WriteTimeout,
            PoolTimeout,
        )
    }
)


def network_error(error: _errors.NoResponseError, request: _http.Request | None) -> NoResponseError:
    """The same failure as both classes at once; `request`, which holds no credentials, is what httpx's `.request` gives."""
    kind = _BY_KIND.get(error.kind, ReadTimeout if isinstance(error, _errors.TimeoutError) else TransportError)
    made: Any = kind(error.reason)
    made.__dict__.update(error.__dict__)
    made._request = request
    return made  # type: ignore[no-any-return]  # made above
