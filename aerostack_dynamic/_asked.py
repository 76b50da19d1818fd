"""What the options of typed clients are annotated with. Nothing here is asked for while the program runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

from . import _http
from ._credential import Flow
from ._options import Validation
from ._values import Mode, Secret

__all__ = ["ApiKey", "AsyncTransport", "Checks", "Hook", "Transport"]

# The key, what gives it for each request, or what signs requests in its place.
ApiKey: TypeAlias = str | Secret | Callable[[], Any] | _http.Auth | Flow
# How requests and responses are checked.
Checks: TypeAlias = Validation | Mode


class _Handles(Protocol):
    @property
    def handle_request(self) -> Callable[..., Any]: ...


class _HandlesAsync(Protocol):
    @property
    def handle_async_request(self) -> Callable[..., Any]: ...


# What carries requests: the name of a family of transports, or an httpx transport.
Transport: TypeAlias = Literal["httpx", "httpx2"] | _Handles
AsyncTransport: TypeAlias = Literal["httpx", "httpx2", "aiohttp"] | _HandlesAsync


class _BeforeRequest(Protocol):
    @property
    def before_request(self) -> Callable[..., Any]: ...


class _AfterResponse(Protocol):
    @property
    def after_response(self) -> Callable[..., Any]: ...


class _OnError(Protocol):
    @property
    def on_error(self) -> Callable[..., Any]: ...


class _OnRetry(Protocol):
    @property
    def on_retry(self) -> Callable[..., Any]: ...


class _OnDrift(Protocol):
    @property
    def on_drift(self) -> Callable[..., Any]: ...


class _OnExchange(Protocol):
    @property
    def on_exchange(self) -> Callable[..., Any]: ...


# An object with one of the methods that are called, or several.
Hook: TypeAlias = _BeforeRequest | _AfterResponse | _OnError | _OnRetry | _OnDrift | _OnExchange
