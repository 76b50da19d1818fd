"""The clients: constructors, groups and operations as attributes, `call`, `send`, `with_options`, and closing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ._errors import AerostackError, ArgumentsError
from ._frames import bare
from ._group import Held
from ._http import Request
from ._load import Spec, chosen_spec
from ._log import LOGGER, set_up
from ._missing import raise_missing
from ._operation import ApiOperation, Caller, as_policy, own_headers
from ._options import (
    Options,
    Timeout,
    TransportSettings,
    Validation,
    checked_codecs,
    checked_formats,
    checked_headers,
    checked_hooks,
)
from ._server import check_key_place, choose_server, read_base
from ._session import Network, Session, find_keys
from ._values import UNSET, Unset, own_words, printable, reading, unseen
from ._warn import warn_caller

if TYPE_CHECKING:
    from logging import Logger
    from pathlib import Path

    from ._formats import Format
    from ._media_type import Codec
    from ._retry import RetryPolicy
    from ._session import Kind

_Self = TypeVar("_Self", bound="_BaseClient")
# What `with_options` takes: set as an attribute, it would change nothing.
_OPTIONS: Final = frozenset(["timeout", "retry", "headers", "server", "validation", "media_type", "idempotent"])


class ApiOperations(Mapping[str, ApiOperation]):
    """A client's operations by operationId, in the document's order.

    Also found by `"POST /ai/chat"`, by `"ai.ai_chat"`, and by tag and operationId as written, `"AI.aiChat"`.
    """

    __slots__ = ("_caller",)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __getitem__(self, name: str) -> ApiOperation:
        return ApiOperation(self._caller, self._caller.spec.operations[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._caller.spec.operations)

    def __len__(self) -> int:
        return len(self._caller.spec.operations)

    def __repr__(self) -> str:
        return repr(self._caller.spec.operations)

    def _repr_html_(self) -> str:
        return self._caller.spec.operations._repr_html_()  # pyright: ignore[reportPrivateUsage]  # a notebook's name, not a user's

    def _ipython_key_completions_(self) -> list[str]:
        return [*self]


def _attribute_of(client: Any, name: str) -> Any:
    attributes: dict[str, Any] = client.__dict__
    caller: Caller | None = attributes.get("_caller")
    if caller is not None and (held := attributes.get("_held")) is not None:
        held.put_all(attributes)
        attributes["_held"] = None
    if name in attributes:
        return attributes[name]
    raise_missing(client, None if caller is None else caller.spec, "", name)


class _BaseClient:
    """What both clients are made of; they differ in how they wait."""

    # Annotations of the classes, which say that they are of another module, can be read while the program runs.
    if TYPE_CHECKING:
        _kind: Kind

    def __init__(
        self,
        api_key: Any = None,
        *,
        version: str | None = None,
        spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
        server: int | str | None = None,
        server_variables: Mapping[str, str] | None = None,
        credentials: Mapping[str, Any] | None = None,
        allow_origins: str | Iterable[str] = (),
        allow_insecure_http: bool = False,
        retry: RetryPolicy | int | None = None,
        timeout: Timeout | float | Unset | None = UNSET,
        validation: Validation | str | None = None,
        transport: Any = None,
        http_client: Any = None,
        proxy: str | None = None,
        verify: Any = True,
        cert: Any = None,
        trust_env: bool = True,
        http2: bool = False,
        headers: Mapping[str, str] | None = None,
        hooks: Iterable[Any] = (),
        logger: Logger | None = None,
        max_response_bytes: int = 64 * 1024 * 1024,
        allow_nan: bool = False,
        codecs: Iterable[Codec] = (),
        formats: Mapping[str, Any] | Iterable[Format] = (),
    ) -> None:
        set_up(os.environ.get("AEROSTACK_LOG"))
        loaded = self._choose(spec, version)
        try:
            if api_key is not None:
                check_key_place(loaded.security_schemes, loaded.document.trusted)
            keys = find_keys(loaded, api_key, credentials)
        except AerostackError as error:
            api_key = credentials = None
            raise bare(error) from None
        api_key = credentials = None
        bundled = loaded.document.bundled is not None
        base = choose_server(loaded.servers, _server(server, bundled), server_variables or {}, loaded.advice)
        _check_kinds(max_response_bytes, logger, proxy, verify)
        _check_switches(allow_insecure_http=allow_insecure_http, trust_env=trust_env, http2=http2, allow_nan=allow_nan)
        options = Options(
            base,
            as_policy(retry),
            Validation.of((os.environ.get("AEROSTACK_VALIDATION") or "tolerant") if validation is None else validation),
            checked_headers(headers, own_headers(loaded)),
            None if isinstance(timeout, Unset) else Timeout.of(timeout),
            allow_nan=allow_nan,
            max_response_bytes=max_response_bytes,
            hooks=checked_hooks(hooks),
            codecs=checked_codecs(codecs),
            formats=checked_formats(formats),
        )
        if verify is False:
            warn_caller("verify=False: TLS certificates are not checked, and the key can be read on the way", UserWarning)
        network = Network(transport, http_client, TransportSettings(verify, cert, proxy, trust_env, http2))
        origins = frozenset(read_base(origin, "allow_origins").origin for origin in _several(allow_origins))
        session = Session(self._kind, network)
        self._adopt(Caller.make(loaded, session, keys, options, origins, logger or LOGGER, allow_insecure_http))

    @classmethod
    def _choose(cls, spec: Spec | Path | bytes | Mapping[str, Any] | None, version: str | None) -> Spec:
        """The document that a client is made of. Raises ArgumentsError and SpecError."""
        return chosen_spec(spec, version)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__doc__ = own_words(cls.__doc__)

    @classmethod
    def _of(cls: type[_Self], caller: Caller, own: Mapping[str, Any] = MappingProxyType({})) -> _Self:
        """A client over a caller that there is already, with the attributes that its class has set."""
        client = cls.__new__(cls)
        client.__dict__.update(own)
        client._adopt(caller)
        return client

    def _own(self) -> dict[str, Any]:
        """The attributes that a subclass has set, without what it keeps to not find it twice."""
        caller, kind = self._caller, type(self)
        names = caller.spec.attributes
        given = {"_caller", "_held", *names.groups, *names.tags, *names.untagged}
        own = {name: value for name, value in self.__dict__.items() if name not in given}
        return {name: value for name, value in own.items() if not isinstance(getattr(kind, name, None), cached_property)}

    def _adopt(self, caller: Caller) -> None:
        """Speak by a caller. Groups and operations are put in place, where completion and help find them, when the first is asked for."""
        self._caller = caller
        self.__dict__["_held"] = held = Held(caller)
        if type(self).__getattr__ is not None:  # that of a subclass, which would be asked first
            held.put_all(self.__dict__)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    else:
        __getattr__ = unseen(_attribute_of)

    @reading
    def spec(self) -> Spec:
        """The document the client speaks."""
        return self._caller.spec

    @reading
    def operations(self) -> Mapping[str, ApiOperation]:
        """Every operation by operationId; `"ai.ai_chat"` and `"POST /ai/chat"` are found as well."""
        return ApiOperations(self._caller)

    @property
    def is_closed(self) -> bool:
        """Whether the client, or a copy that shares its connections, was closed."""
        return self._caller.session.closed

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call an operation by operationId, `"ai.ai_chat"` or `"POST /ai/chat"`. Raises ArgumentsError for an unknown one."""
        try:
            operation = ApiOperation(self._caller, self._caller.spec.operations[name])
        except KeyError as error:
            arguments.clear()
            raise ArgumentsError(str(error.args[0])) from None
        return operation(**arguments)

    def send(self, request: Request) -> Any:
        """Send an `httpx.Request` to the server's origin through credentials, retry and hooks; gives a `Response`.

        A URL without a host is taken from the server's URL on. Raises CredentialsError for another origin.
        """
        if not isinstance(request, Request):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError(f"send takes an httpx.Request, not a {type(request).__name__}")
        try:
            return self._caller.send(_absolute(request, self._caller.options.base.url))
        except BaseException as error:
            del request
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own

    def with_options(
        self: _Self,
        *,
        timeout: Any = UNSET,
        retry: Any = UNSET,
        headers: Any = UNSET,
        server: Any = UNSET,
        validation: Any = UNSET,
        media_type: str | Unset = UNSET,
        idempotent: bool | Unset | None = UNSET,
    ) -> _Self:
        """A client with other options that shares this one's connections and credentials. Raises ArgumentsError."""
        caller = self._caller.updated(
            timeout=timeout,
            retry=retry,
            headers=headers,
            server=server,
            validation=validation,
            media_type=media_type,
            idempotent=idempotent,
        )
        return self._of(caller, self._own())

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute that a subclass has for itself. What the package or the document names can't be set, nor an option."""
        if name != "_caller" and not self._may_set(name):
            raise AttributeError(f"{name} can't be set on a client; options are chosen when it is made, or by with_options(...)")
        super().__setattr__(name, value)

    def _may_set(self, name: str) -> bool:
        kind = type(self)
        # The package's classes and those of written clients say how they wait, or what they are made for; they hold nothing more.
        if not {"_kind", "_made_for"}.isdisjoint(vars(kind)) or name in _OPTIONS:
            return False
        spec = self._caller.spec.attributes if "_caller" in self.__dict__ else None
        if spec is not None and (name in spec.groups or name in spec.tags or name in spec.untagged):
            return False
        owner = next((one for one in kind.__mro__ if name in vars(one)), None)
        return owner is None or owner.__module__.partition(".")[0] not in (__package__, "builtins")

    def __copy__(self: _Self) -> _Self:
        return self._of(self._caller, self._own())

    def __deepcopy__(self: _Self, memo: dict[int, Any]) -> _Self:
        return self._of(self._caller, deepcopy(self._own(), memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._of, (self._caller, self._own())

    def __repr__(self) -> str:
        if "_caller" not in self.__dict__:
            return f"<{type(self).__name__}, not made>"
        spec, base = self._caller.spec, self._caller.options.base
        state = ", closed" if self.is_closed else ""
        return f"<{type(self).__name__} {printable(spec.title)} {printable(spec.version)} at {base.url}{state}>"

    def _repr_html_(self) -> str | None:
        if "_caller" not in self.__dict__:
            return None
        state = "closed" if self.is_closed else ""
        facts = {"client": type(self).__name__, "server": self._caller.options.base.url, "state": state}
        return self.spec._panel(facts)  # pyright: ignore[reportPrivateUsage]  # a document's own methods are no users' names

    def _tell(self) -> str:
        from inspect import cleandoc  # noqa: PLC0415  # only for those who ask

        kind = type(self)
        text = cleandoc(kind.__doc__ or "")
        # A written client's docstring goes on with the document's description, which is told below.
        text = text.partition("\n\n")[0] if "_made_for" in vars(kind) else text
        own = f"{text}\n\nIts own methods: help({kind.__name__}).".lstrip()
        return f"{own}\n\n{self.spec.__doc__}" if "_caller" in self.__dict__ else own

    def __dir__(self) -> list[str]:
        names = (*self._caller.spec.groups, *self._caller.spec.untagged) if "_caller" in self.__dict__ else ()
        return sorted({*dir(type(self)), *names})


class Client(_BaseClient):
    """A client that waits. Make one, share it between threads, and close it: `with Client(api_key=...) as client: ...`.

    Operations are attributes of their groups: `client.ai.ai_chat(messages=[...])`. Raises an `AerostackError` for everything that
    goes wrong: `SpecError`, `ArgumentsError` and `CredentialsError` when it is made already.
    """

    _kind = "sync"

    def close(self) -> None:
        """Close the connections. A client or transport that was lent stays open. Closing twice does nothing."""
        channel = self._caller.session.take()
        if channel is not None:
            channel.transport.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_BaseClient):
    """The same client for asyncio: calls, `raw` and `send` are awaited. `async with AsyncClient(api_key=...) as client: ...`."""

    _kind = "async"

    async def aclose(self) -> None:
        """Close the connections. A client or transport that was lent stays open. Closing twice does nothing."""
        channel = self._caller.session.take()
        if channel is not None:
            await channel.transport.aclose()

    async def __aenter__(self: _Self) -> _Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _check_kinds(max_response_bytes: Any, logger: Any, proxy: Any, verify: Any) -> None:
    if isinstance(max_response_bytes, bool) or not isinstance(max_response_bytes, int) or max_response_bytes < 1:
        raise ArgumentsError("max_response_bytes: give a number of bytes above 0")
    if logger is not None and not hasattr(logger, "isEnabledFor"):
        raise ArgumentsError("logger: give a logging.Logger")
    if proxy is not None and not (isinstance(proxy, str) and proxy.startswith(("http://", "https://"))):
        raise ArgumentsError("proxy: give a URL such as 'http://proxy.example:3128'")
    if not (isinstance(verify, (bool, str, os.PathLike)) or hasattr(verify, "wrap_socket")):
        raise ArgumentsError("verify: give an ssl.SSLContext, or the path of a file or folder of certificates")


def _check_switches(**given: Any) -> None:
    for name, value in given.items():
        if not isinstance(value, bool):
            raise ArgumentsError(f"{name}: give True or False, not {value!r:.40}")


def _several(one_or_more: Any) -> Iterable[str]:
    if isinstance(one_or_more, str):
        return [one_or_more]
    several: list[Any] = [*one_or_more] if isinstance(one_or_more, Iterable) else [one_or_more]
    if not all(isinstance(one, str) for one in several):
        raise ArgumentsError("allow_origins: give origins as str, such as ['https://auth.example.com']")
    return several


def _server(server: int | str | None, bundled: bool) -> int | str | None:
    if server is not None or not bundled:
        return server
    given = os.environ.get("AEROSTACK_SERVER", "").strip()
    return int(given) if given.isdigit() else given or None


def _absolute(request: Request, base: str) -> Request:
    if not request.url.is_relative_url:
        return request
    url = f"{base}/{str(request.url).lstrip('/')}"
    headers = [(name, text) for name, text in request.headers.raw if name.lower() != b"host"]
    return Request(request.method, url, headers=headers, content=request.content, extensions=request.extensions)
