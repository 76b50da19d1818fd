"""Credentials as a client keeps them: secrets, functions that give them, flows that get tokens. Each is checked when it is given.

No message holds a value.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from ._errors import CredentialsError
from ._late import pattern
from ._steps import Ask
from ._values import Secret, did_you_mean, is_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from . import _http
    from ._content import InThread
    from ._model import SecurityScheme
    from ._server import Base, Origin
    from ._steps import Limits, Step

    Given: TypeAlias = "Secret | Callable[[], Any]"
    Credential: TypeAlias = "Given | tuple[Secret, Given] | Flow | _http.Auth"

# What a cookie's value may be made of (RFC 6265, section 4.1.1, cookie-octet).
_COOKIE: Final = pattern(r"[!#-+\--:<-\[\]-~]+")
_WORD: Final = re.compile(r"[!-~]+")
_WORDS: Final = pattern(r"[!-~](?:[ -~]*[!-~])?")
_BAD: Final = (
    "holds a space, a line break or another character that can't be sent; "
    "is there a newline at its end, or a word such as Bearer before it?"
)


class Setting(NamedTuple):
    """Where a call looks for its credentials.

    `base` is the chosen server, `origins` are let in besides its own, `clock` is the monotonic one that `limits.deadline` is read on,
    and `in_thread` runs what blocks, on an asynchronous client.
    """

    base: Base
    origins: frozenset[Origin]
    limits: Limits
    clock: Callable[[], float]
    in_thread: InThread | None = None


class Issued(NamedTuple):
    """An access token. `stale_from` is a reading of the monotonic clock from which it is not used any more, None for never."""

    token: Secret
    stale_from: float | None = None


class Flow(ABC):
    """A credential that is fetched: it gives access tokens, and keeps them until they are stale. Shared by threads and tasks."""

    __slots__ = ()

    @abstractmethod
    def check(self, scheme: SecurityScheme) -> None:
        """Raises CredentialsError when the scheme has no use for its tokens, or leaves open where they come from."""

    @abstractmethod
    def issue(self, scheme: SecurityScheme, scopes: tuple[str, ...], setting: Setting) -> Generator[Step, Any, Issued]:
        """A token that is not stale, for an operation that needs `scopes`. Raises CredentialsError and NoResponseError."""

    @abstractmethod
    def drop(self, issued: Issued) -> None:
        """Forget a token that a server refused, unless it was replaced already."""


class Source(ABC):
    """A function without arguments that gives a secret and may block; an asynchronous client calls it in a thread."""

    __slots__ = ()

    @abstractmethod
    def __call__(self) -> str:
        """The secret. Raises CredentialsError when there is none."""


def as_credential(name: str, value: object, scheme: SecurityScheme | None = None) -> Credential:
    """A credential as it is kept: strings as `Secret`s, checked at once against what the scheme takes. Raises CredentialsError."""
    if scheme is not None and scheme.type == "mutualTLS":
        raise CredentialsError(f"{name}: mutual TLS takes no credential here; give the client cert=(certificate, key)")
    if isinstance(value, Flow):
        if scheme is not None:
            value.check(scheme)
        return value
    if hasattr(value, "sync_auth_flow"):
        return cast("_http.Auth", value)
    if isinstance(value, (str, Secret)):
        return _text(name, value, scheme)
    if is_tuple(value) and len(value) == 2:
        return _pair(name, value, scheme)
    if callable(value):
        return value
    raise CredentialsError(
        f"{name}: give a str, a (user, password) pair, a callable, an httpx.Auth or a flow of aerostack_dynamic.auth, "
        f"not a {type(value).__name__}"
    )


def _text(name: str, value: str | Secret, scheme: SecurityScheme | None) -> Secret:
    if scheme is not None and (scheme.type, scheme.scheme) == ("http", "basic"):
        raise CredentialsError(f"{name}: http basic takes (user, password)")
    return usable(name, value, scheme)


def usable(name: str, value: object, scheme: SecurityScheme | None = None) -> Secret:
    """`value` as a secret that can be sent where the scheme wants it (RFC 9110, section 5.5). Raises CredentialsError."""
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str):
        raise CredentialsError(f"{name}: the credential is a {type(text).__name__}, not a str")
    if not text:
        raise CredentialsError(f"{name}: the credential is empty")
    pattern = _WORD
    if scheme is not None and scheme.type == "apiKey":
        if scheme.location == "cookie":
            pattern = _COOKIE
        elif scheme.parameter_name.lower() == "authorization":
            pattern = _WORDS  # "Token abc" is what such a document asks for
    elif scheme is not None and scheme.type == "http" and scheme.scheme != "bearer":
        pattern = _WORDS  # parameters, such as those of digest (RFC 9110, section 11.4)
    if pattern.fullmatch(text) is None:
        raise CredentialsError(f"{name}: the credential {_BAD}")
    return Secret(text)


def _pair(name: str, value: tuple[Any, ...], scheme: SecurityScheme | None) -> tuple[Secret, Given]:
    """A user and a password (RFC 7617, section 2): no colon in the user, no control characters."""
    if scheme is not None and (scheme.type, scheme.scheme) != ("http", "basic"):
        what = "an apiKey" if scheme.type == "apiKey" else "the token"
        raise CredentialsError(f"{name}: {what} is one str; (user, password) is for http basic")
    user, password = value
    user = as_secret(f"{name}: the user", user, empty=True)
    if ":" in user.reveal():
        raise CredentialsError(f"{name}: the user holds a colon, which http basic can't send")
    return user, as_given(f"{name}: the password", password, empty=True)


def as_given(what: str, value: object, empty: bool = False) -> Given:
    """A secret, or a function that gives one, as it is kept. Raises CredentialsError that begins with `what`."""
    return value if callable(value) else as_secret(what, value, empty)


def as_secret(what: str, value: object, empty: bool = False) -> Secret:
    """A secret of any characters but control characters. Raises CredentialsError that begins with `what`."""
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str):
        raise CredentialsError(f"{what} is a {type(text).__name__}, not a str")
    if not (text or empty):
        raise CredentialsError(f"{what} is empty")
    if any(char < " " or char == "\x7f" for char in text):
        raise CredentialsError(f"{what} holds a line break or another control character; is there a newline at its end?")
    return Secret(text)


def ask(function: Callable[[], Any], setting: Setting) -> Ask:
    """The step that calls a function for a secret: in a thread, where it may block an event loop."""
    if isinstance(function, Source) and setting.in_thread is not None:
        return Ask(setting.in_thread, (function,))
    return Ask(function)


def check_known(schemes: Mapping[str, SecurityScheme], credentials: Mapping[str, Any]) -> None:
    """Raises CredentialsError for a credential whose scheme the document does not have."""
    for name in credentials:
        if name not in schemes:
            known = ", ".join(schemes) or "none"
            raise CredentialsError(
                f"credentials: no security scheme {name!r}{did_you_mean(name, schemes)}; the document has: {known}"
            )
