"""What a client and its copies share: one channel, opened on first use and closed once, and the credentials found for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from . import _http
from ._credential import as_credential, check_known
from ._errors import AerostackError, ArgumentsError, CredentialsError
from ._options import TransportSettings
from ._values import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from ._content import InThread
    from ._credential import Credential
    from ._driver import AsyncDriver, Driver
    from ._life import Context
    from ._server import Origin
    from ._spec import BaseSpec
    from ._steps import Channel

KEY_VARIABLE: Final = "AEROSTACK_API_KEY"
Kind: TypeAlias = Literal["sync", "async"]
_METHODS: Final = MappingProxyType({"sync": "handle_request", "async": "handle_async_request"})
_OTHER: Final = MappingProxyType({"sync": "async", "async": "sync"})
_CLIENT_NAMES: Final = MappingProxyType({"sync": "Client", "async": "AsyncClient"})


class Network(NamedTuple):
    """How a client was told to reach the network."""

    transport: Any = None
    http_client: Any = None
    settings: TransportSettings = TransportSettings()

    @property
    def lent(self) -> bool:
        """Whether the caller has given a transport or a client of its own, and not just a name or nothing."""
        return self.http_client is not None or not isinstance(self.transport, (str, type(None)))

    @property
    def may_show_certificate(self) -> bool:
        """Whether the client was given a certificate of its own, or something that may have one: a TLS context, a transport, a client."""
        return self.lent or self.settings.cert is not None or hasattr(self.settings.verify, "wrap_socket")


class Session:
    """The channel of a client and of its copies. Safe to share between threads."""

    def __init__(self, kind: Kind, network: Network) -> None:
        self.kind: Kind = kind
        self.network = network
        self.closed = False
        self._lock = Lock()
        self._channel: Channel | None = None
        self._context: Context | None = None
        _check_network(kind, network)

    def open_channel(self) -> Channel:
        """The channel, opened if it was not yet. Raises AerostackError when the client is closed."""
        if self.closed:
            raise AerostackError(f"this client is closed; make a new {_CLIENT_NAMES[self.kind]}, or close it later")
        if getattr(self.network.http_client, "is_closed", False) is True:
            raise AerostackError("the http_client that was lent is closed; it is used for every call")
        if self._channel is None:
            with self._lock:
                self._channel = self._channel or self._make()
        return self._channel

    def _make(self) -> Channel:
        from ._hidden import hide_from_logs  # noqa: PLC0415  # needed with the first call, and slow to import
        from ._steps import Channel  # noqa: PLC0415  # the same

        hide_from_logs()
        network = self.network
        if network.http_client is not None:
            return Channel(client=network.http_client, foreign=True)
        if network.transport is not None and not isinstance(network.transport, str):
            return Channel(transport=network.transport, foreign=True)
        from ._families import make_transport  # noqa: PLC0415  # not for those who lend theirs

        name = network.transport or "httpx"
        return Channel(transport=make_transport(name, network.settings, self.kind == "async"), foreign=name != "httpx")

    def once(self, make: Callable[[], Context]) -> Context:
        """What every call of the client and of its copies shares, made with the first of them. Two threads may both make it; one stands."""
        if self._context is None:
            made = make()
            with self._lock:
                self._context = self._context or made
        return self._context

    def take(self) -> Channel | None:
        """Close the session, and give the channel that is to be closed: none twice, and none that was lent."""
        with self._lock:
            self.closed = True
            channel, self._channel = self._channel, None
        return channel if channel is not None and channel.client is None else None

    @property
    def driver(self) -> Driver | AsyncDriver:
        """A driver of the right kind. It is not kept: a dropped client must go at once, and that would be a circle."""
        from ._driver import AsyncDriver, Driver  # noqa: PLC0415  # needed with the first call

        return Driver(self.open_channel) if self.kind == "sync" else AsyncDriver(self.open_channel)

    def __reduce__(self) -> tuple[Any, ...]:
        network = self.network
        if network.lent:
            part = "http_client" if network.http_client is not None else "transport"
            raise TypeError(f"a client that was given its own {part} can't be pickled; make one where it is needed")
        if network.settings.holds_password:
            raise TypeError("the password for a proxy or a certificate is not pickled; make the client where it is needed")
        must_pickle("the network settings", network.settings)
        return Session, (self.kind, network)


def _check_network(kind: Kind, network: Network) -> None:
    transport, client = network.transport, network.http_client
    if transport is not None and client is not None:
        raise ArgumentsError("transport and http_client: give one of them")
    given = [name for name, value in network.settings._asdict().items() if value != TransportSettings._field_defaults[name]]
    if given and network.lent:
        lent = "http_client" if client is not None else "transport"
        raise ArgumentsError(
            f"{' and '.join(given)}: for the client's own transport; the {lent} that you give has settings of its own"
        )
    if network.settings.http2:
        if transport == "aiohttp":
            raise ArgumentsError("http2: aiohttp does not speak it")
        _check_http2()
    if isinstance(transport, str):
        from ._families import check_name  # noqa: PLC0415  # only for those who name one

        check_name(transport, kind == "async")
    elif isinstance(transport, type):
        raise ArgumentsError(f"transport: give an object, {transport.__name__}(...), not its class")
    elif transport is not None and not hasattr(transport, _METHODS[kind]):
        fits = f"; this one is for {_CLIENT_NAMES[_OTHER[kind]]}" if hasattr(transport, _METHODS[_OTHER[kind]]) else ""
        raise ArgumentsError(f"transport: {_CLIENT_NAMES[kind]} needs an httpx transport with {_METHODS[kind]}(){fits}")
    if client is not None:
        wrong = "AsyncClient" if kind == "sync" else "Client"
        if _http.is_a(wrong, client) or not (hasattr(client, "send") and hasattr(client, "build_request")):
            needed = "httpx.Client" if kind == "sync" else "httpx.AsyncClient"
            raise ArgumentsError(
                f"http_client: {_CLIENT_NAMES[kind]} borrows an {needed}, or anything with its send and build_request"
            )


def _check_http2() -> None:
    try:
        import h2  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # only asked whether it is there
    except ImportError:
        raise ArgumentsError("http2: the library for it is not installed: pip install 'aerostack_dynamic[http2]'") from None


class Keys:
    """The credentials of a client. A pickle of them holds no secret: callables go along, and the environment is read again."""

    __slots__ = ("by_scheme", "missing")

    def __init__(self, by_scheme: Mapping[str, Credential], missing: str | None = None) -> None:
        self.by_scheme = by_scheme
        self.missing = missing

    def __reduce__(self) -> tuple[Any, ...]:
        kept: dict[str, Any] = {}
        for name, credential in self.by_scheme.items():
            # An httpx.Auth would be pickled with the password in it.
            if not isinstance(credential, (Secret, tuple)) and not hasattr(credential, "sync_auth_flow"):
                must_pickle(f"the credential for {name}", credential)
                kept[name] = credential
        return _keys_again, (kept, tuple(self.by_scheme))


def _keys_again(kept: dict[str, Any], names: tuple[str, ...]) -> Keys:
    lost = [name for name in names if name not in kept]
    missing = (
        f"the client came from a pickle, which holds no secrets; make a client with {', '.join(lost)} again"
        f" (for a document that comes with the package, setting {KEY_VARIABLE} is enough)"
        if lost
        else None
    )
    return Keys(kept, missing)


def find_keys(spec: BaseSpec, api_key: Any, credentials: Mapping[str, Any] | None) -> Keys:
    """The credentials a caller gave, by scheme. Raises CredentialsError for an unknown scheme or an unusable key."""
    if credentials is not None and not isinstance(credentials, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise CredentialsError("credentials: give a mapping of scheme names to credentials")
    given = dict(credentials or {})
    schemes = spec.security_schemes
    check_known(schemes, given)
    found = {name: as_credential(name, given.pop(name), schemes[name]) for name in [*given]}
    if api_key is not None:
        name = _key_scheme(spec)
        if name in found:
            raise CredentialsError(f"api_key and credentials both give {name}; give one of them")
        found[name] = as_credential(name, api_key, schemes[name])
    return Keys(found)


def with_environment(spec: BaseSpec, keys: Keys) -> Keys:
    """The same with the environment's key, where the document came with the package and no key was given."""
    if spec.document.bundled is None:
        return keys
    name = _key_scheme(spec)
    if name in keys.by_scheme:
        return keys
    value = os.environ.get(KEY_VARIABLE)
    if not value:
        return Keys(keys.by_scheme, keys.missing or f"no API key; give api_key=..., or set {KEY_VARIABLE}")
    return Keys({**keys.by_scheme, name: as_credential(KEY_VARIABLE, value, spec.security_schemes[name])})


def _key_scheme(spec: BaseSpec) -> str:
    names = [name for name, scheme in spec.security_schemes.items() if scheme.type == "apiKey"]
    if len(names) != 1:
        had = "none" if not names else f"{len(names)}: {', '.join(names)}"
        raise CredentialsError(
            f"api_key fills the document's one apiKey scheme, and it has {had}; use credentials={{scheme: value}}"
        )
    return names[0]


def make_context(
    spec: BaseSpec, keys: Keys, session: Session, origins: frozenset[Origin], logger: Logger | None, insecure: bool
) -> Context:
    """What every call of a client shares; without a `logger`, the package's own tells of them."""
    from random import random  # noqa: PLC0415  # a client is made without what its calls need
    from time import monotonic  # noqa: PLC0415  # the same

    from ._life import Context  # noqa: PLC0415  # the same
    from ._log import LOGGER  # noqa: PLC0415  # the same
    from ._options import Runtime  # noqa: PLC0415  # the same

    in_thread: InThread | None = None
    if session.kind == "async":
        from asyncio import to_thread as in_thread  # noqa: PLC0415  # a client that waits needs no event loop
    document = spec.document
    return Context(
        document,
        spec.security_schemes,
        keys.by_scheme,
        keys.missing,
        origins,
        Runtime(monotonic, random, in_thread),
        logger or LOGGER,
        set(),
        {},
        session.network.may_show_certificate,
        insecure,
    )


def must_pickle(what: str, value: object) -> None:
    """Raise TypeError that says what can't be pickled, where it can't."""
    from pickle import dumps  # noqa: PLC0415  # only for those who pickle

    try:
        dumps(value)
    except Exception:
        raise TypeError(f"{what} can't be pickled, and so the client can't be") from None
