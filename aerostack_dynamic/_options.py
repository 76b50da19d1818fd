"""What a caller may choose for a client or a call, as frozen values: time limits, validation, and all options together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, get_args

from ._errors import ArgumentsError
from ._formats import STANDARD, Format, Formats
from ._late import pattern
from ._media_type import TOKEN, Codec
from ._steps import Limits
from ._values import EngineName, Mode, as_object, did_you_mean, is_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from ._content import InThread
    from ._model import Operation
    from ._retry import RetryPolicy
    from ._server import Base

_Made = TypeVar("_Made")
_SECRET_WORDS: Final = ("authorization", "token", "secret", "password", "api-key", "apikey")
_CODED: Final = pattern(rf"(?:{TOKEN.pattern}/{TOKEN.pattern}|\+{TOKEN.pattern})")
# What a header line can hold behind its name: visible ASCII, spaces and tabs within.
_VALUE: Final = pattern(r"(?:[!-~](?:[\t -~]*[!-~])?)?")
_MODES: Final[tuple[Mode, ...]] = get_args(Mode)
_HOOK_METHODS: Final = ("before_request", "after_response", "on_error", "on_retry", "on_drift", "on_exchange")
_ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)
_UPLOAD_TOTAL: Final = 600.0
_IDLE: Final = 60.0
# About 115 days, which every platform's clock can hold.
_LONGEST: Final = 10_000_000
# Header names that belong to the connection, to the body or to credentials (RFC 9110, sections 6, 7 and 11).
_OWN_HEADERS: Final = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "te",
        "trailer",
        "upgrade",
        "keep-alive",
        "cookie",
        "expect",
    }
)


@dataclass(frozen=True, slots=True)
class Timeout:
    """Time limits in seconds, each None for no limit.

    `total` bounds the whole call: every attempt, wait between attempts, connection and the whole body. `connect`, `read` and `write`
    bound one step of an attempt without progress.
    """

    total: float | None = 60.0
    connect: float | None = 5.0
    read: float | None = 30.0
    write: float | None = 30.0

    def __post_init__(self) -> None:
        for name in self.__match_args__:
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _LONGEST):
                raise ArgumentsError(f"timeout: {name} is a number of seconds above 0 and at most {_LONGEST}, or None for no limit")

    @classmethod
    def of(cls, value: Timeout | float | None) -> Timeout:
        """A Timeout from what a user gives: a number sets total, read and write, and connect to at most 5; None lifts all limits."""
        if isinstance(value, Timeout):
            return value
        if value is None:
            return cls(None, None, None, None)
        if isinstance(value, bool) or not isinstance(value, (int, float)):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            kind = f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}".removeprefix("builtins.")
            raise ArgumentsError(f"timeout: give seconds or an aerostack_dynamic.Timeout, not a {kind}")
        return cls(value, min(value, 5.0), value, value)


def timeout_for(chosen: Timeout | None, operation: Operation | None, uploads: bool) -> Timeout:
    """The limits of one call: the caller's, else the operation's own (`x-aerostack-timeout`), else those of its kind."""
    if chosen is not None:
        return chosen
    declared = as_object(operation.details.extensions.get("x-aerostack-timeout")) if operation else {}
    total, read = declared.get("total"), declared.get("read")
    default = Timeout(total=_UPLOAD_TOTAL) if uploads else Timeout()
    return Timeout(
        total if isinstance(total, (int, float)) else default.total,
        default.connect,
        read if isinstance(read, (int, float)) else default.read,
        default.write,
    )


def idle_for(chosen: Timeout | None, operation: Operation) -> float | None:
    """Seconds that a stream may be silent: what the caller chose for reading, else the operation's own limit, else 60."""
    if chosen is not None:
        return chosen.read
    read = as_object(operation.details.extensions.get("x-aerostack-timeout")).get("read")
    return read if isinstance(read, (int, float)) else _IDLE


@dataclass(frozen=True, slots=True)
class Validation:
    """How requests and responses are checked, and by which engine.

    Modes: `strict`, `tolerant`, `observe`, `off`. Engines: `compiled` (jsonschema-rs), `jsonschema`, `openapi-core`.
    """

    request: Mode = "tolerant"
    response: Mode = "tolerant"
    engine: EngineName = "compiled"

    def __post_init__(self) -> None:
        for name, value, known in (
            ("request", self.request, _MODES),
            ("response", self.response, _MODES),
            ("engine", self.engine, _ENGINES),
        ):
            if value not in known:
                guess = did_you_mean(str(value), known)
                raise ArgumentsError(f"validation: {name} is one of {', '.join(map(repr, known))}, not {value!r}{guess}")

    @classmethod
    def of(cls, value: Validation | str) -> Validation:
        """A Validation from what a user gives: a mode's name sets both directions."""
        if isinstance(value, Validation):
            return value
        if value not in _MODES:
            guess = did_you_mean(str(value), _MODES)
            raise ArgumentsError(f"validation: give a Validation or one of {', '.join(map(repr, _MODES))}, not {value!r}{guess}")
        return cls(request=value, response=value)  # pyright: ignore[reportArgumentType]  # one of the modes, as tested


class TransportSettings(NamedTuple):
    """How our own transport connects: `verify`, `cert`, `proxy`, `trust_env` and `http2` as in httpx."""

    verify: Any = True
    cert: Any = None
    proxy: str | None = None
    trust_env: bool = True
    http2: bool = False

    @property
    def holds_password(self) -> bool:
        """Whether a password for a proxy or for a private key is among them."""
        return "@" in (self.proxy or "") or (is_tuple(self.cert) and len(self.cert) > 2)

    def __repr__(self) -> str:
        given = [name for name, default in self._field_defaults.items() if getattr(self, name) != default]
        return f"TransportSettings({', '.join(f'{name}=...' for name in given)})"


class Runtime(NamedTuple):
    """What the rules need of the running machine, so that they can be run without one."""

    clock: Callable[[], float]
    chance: Callable[[], float]
    in_thread: InThread | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """All that a caller chose for a call. `timeout` is None until somebody chose one.

    `over_own_servers` says that `base` was chosen for the operation itself, and is called in place of a server of its own.
    """

    base: Base
    retry: RetryPolicy
    validation: Validation
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: Timeout | None = None
    media_type: str | None = None
    idempotent: bool | None = None
    over_own_servers: bool = False
    allow_nan: bool = False
    max_response_bytes: int = 64 * 1024 * 1024
    hooks: tuple[Any, ...] = ()
    codecs: tuple[Codec, ...] = ()
    formats: Formats = STANDARD
    memo: dict[Hashable, Any] = field(default_factory=dict[Any, Any], init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """`make()`, called once for a key: what is the same for all calls of a client with these options. See `Document.once`."""
        try:
            return self.memo[key]  # type: ignore[no-any-return]  # what the key stood for before
        except KeyError:
            return self.memo.setdefault(key, make())  # type: ignore[no-any-return]  # the same

    def __reduce__(self) -> tuple[Any, ...]:
        return _options_again, ({one.name: getattr(self, one.name) for one in fields(self) if one.init},)


def _options_again(given: dict[str, Any]) -> Options:
    return Options(**given)


def limits_for(options: Options, operation: Operation | None, started: float, uploads: bool, streamed: bool) -> Limits:
    """The limits of a call that began at `started`."""
    timeout = timeout_for(options.timeout, operation, uploads)
    idle = idle_for(options.timeout, operation) if streamed and operation else None
    deadline = None if timeout.total is None else started + timeout.total + options.retry.allowance
    return Limits(deadline, timeout.connect, timeout.read, timeout.write, options.timeout is not None, idle)


def checked_codecs(codecs: Iterable[Any]) -> tuple[Codec, ...]:
    """A caller's codecs, each a Codec for media types. Raises ArgumentsError."""
    found: tuple[Any, ...] = tuple(codecs) if isinstance(codecs, Iterable) else (codecs,)  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
    if isinstance(codecs, Codec) or not all(isinstance(one, Codec) for one in found):
        raise ArgumentsError("codecs: give several Codecs, as in codecs=[Codec(['application/msgpack'], decode, encode)]")
    return tuple(map(_checked_codec, found))


def _checked_codec(codec: Codec) -> Codec:
    names: Any = codec.media_types
    several = (names,) if isinstance(names, str) else tuple(names)
    for name in several:
        if not isinstance(name, str) or _CODED.fullmatch(name) is None:
            raise ArgumentsError(
                f"codecs: a media type is a name such as 'application/msgpack' or 'image/*', or a suffix such as '+cbor', not {name!r:.60}"
            )
    for function in (codec.decode, codec.encode):
        if function is not None and not callable(function):
            raise ArgumentsError("codecs: decode and encode are functions, or None")
    return codec._replace(media_types=several)


def checked_formats(formats: Any) -> Formats:
    """The formats of a client: the standard's, and a caller's beside them or in their place. Raises ArgumentsError.

    They are given as Formats, or as a mapping of names to functions that check.
    """
    if isinstance(formats, Mapping):
        formats = [one if isinstance(one, Format) else Format(name, one) for name, one in formats.items()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    found: list[Any] = [*formats] if isinstance(formats, Iterable) and not isinstance(formats, str) else [formats]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for one in found:
        if not isinstance(one, Format) or not isinstance(one.name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError(
                "formats: give several Formats, or a mapping of names to functions, as in formats={'phone': is_phone}"
            )
        for function in (one.check, one.to_python):
            if function is not None and not callable(function):
                raise ArgumentsError(f"formats: what checks or converts {one.name!r:.60} is a function, or None")
    return Formats(found) if found else STANDARD


def checked_headers(
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None, own: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Extra request headers, checked (RFC 9110, section 5). `own` names those of the document's credentials. Raises ArgumentsError."""
    if headers is None:
        return ()
    try:
        pairs: list[tuple[Any, Any]] = [*(headers.items() if isinstance(headers, Mapping) else headers)]
        pairs = [(name, value) for name, value in pairs]
    except (TypeError, ValueError):
        raise ArgumentsError("headers: give a mapping of names to values") from None
    credentials = {name.lower() for name in own}
    for name, value in pairs:
        if not isinstance(name, str) or TOKEN.fullmatch(name) is None:
            raise ArgumentsError("headers: a header's name is a token such as X-Tenant")
        if name.lower() in credentials or is_own_header(name):
            raise ArgumentsError(f"headers: {name} is set by the client itself; credentials are given as api_key or credentials")
        if not isinstance(value, str) or not is_header_value(value):
            raise ArgumentsError(f"headers: the value of {name} is a str of visible ASCII characters, spaces and tabs")
    return tuple(pairs)


def checked_hooks(hooks: Iterable[Any]) -> tuple[Any, ...]:
    """Hooks, each an object with one of the methods that are called. Raises ArgumentsError."""
    if isinstance(hooks, (str, bytes)) or not isinstance(hooks, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise ArgumentsError("hooks: give several objects, as in hooks=[mine]")
    found = tuple(hooks)
    for hook in found:
        had = [name for name in _HOOK_METHODS if hasattr(hook, name)]
        wrong = next((name for name in had if not callable(getattr(hook, name))), None)
        if wrong is not None:
            raise ArgumentsError(f"hooks: {wrong} of a {type(hook).__name__} is no method")
        if not had:
            near = next((name for name in dir(hook) if did_you_mean(name, _HOOK_METHODS)), "")
            guess = f"; its {near} is none{did_you_mean(near, _HOOK_METHODS)}" if near else ""
            raise ArgumentsError(f"hooks: a {type(hook).__name__} has none of {', '.join(_HOOK_METHODS)}{guess}")
    return found


def secret_headers(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those of a caller's extra headers that hold a secret by their names: credentials that were not given as such."""
    return ((name, value) for name, value in headers if any(word in name.lower() for word in _SECRET_WORDS))


def is_own_header(name: str) -> bool:
    """Whether a header belongs to the connection or to the body, which no caller sets."""
    return name.lower() in _OWN_HEADERS or name.lower().startswith("proxy-")


def is_framing_header(name: str) -> bool:
    """Whether a header follows from the rest of a request, such as Content-Length; a cookie is a caller's own matter."""
    return is_own_header(name) and name.lower() != "cookie"


def is_header_value(text: str) -> bool:
    """Whether a header line can hold `text` (RFC 9110, section 5.5)."""
    return _VALUE.fullmatch(text) is not None
