"""Transports by name: our own, and those of other families where they are installed.

The sockets of the others are their own. What our transport promises of time limits holds between their steps, and of connections as far
as they keep it; all else (credentials, redirects, bounds, retries, errors) is the client's, and the same over each of them.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._errors import ArgumentsError
from ._values import did_you_mean

if TYPE_CHECKING:
    from ._options import TransportSettings

# Name -> the room that has the transports, and the library it needs.
_FAMILIES: Final = MappingProxyType(
    {"httpx": ("_transport", "httpx"), "httpx2": ("_httpx2", "httpx2"), "aiohttp": ("_aiohttp", "httpx_aiohttp")}
)


def check_name(name: str, asynchronous: bool) -> None:
    """Raises ArgumentsError for a family that is not known, not installed, or not for this kind of client."""
    if name not in _FAMILIES:
        guess = did_you_mean(name, _FAMILIES) or f"; known by name are {', '.join(map(repr, _FAMILIES))}"
        raise ArgumentsError(f"transport: {name!r} is not known{guess}. Any httpx transport can be given as an object")
    if name == "aiohttp" and not asynchronous:
        raise ArgumentsError("transport: 'aiohttp' is asynchronous; it is for AsyncClient")
    try:
        import_module(_FAMILIES[name][1])
    except ImportError:
        raise ArgumentsError(f"transport: {name!r} is not installed: pip install 'aerostack_dynamic[{name}]'") from None


def make_transport(name: str, settings: TransportSettings, asynchronous: bool) -> Any:
    """The transport that a name stands for, as `check_name` let it through."""
    room = import_module(f".{_FAMILIES[name][0]}", __package__)
    return (room.AsyncTransport if asynchronous else room.Transport)(settings)
