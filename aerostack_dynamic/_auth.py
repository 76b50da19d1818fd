"""Credentials: which security alternative of an operation is met, and what that adds to a request (OpenAPI 3.1, section 4.8.27 to 30)."""

from __future__ import annotations

from base64 import b64encode
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from ._errors import CredentialsError
from ._steps import Ask, Credentials
from ._values import Secret, did_you_mean, is_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from . import _http
    from ._model import SecurityRequirement, SecurityScheme

    Credential: TypeAlias = "Secret | tuple[Secret, Secret] | Callable[[], Any] | _http.Auth"

_FORBIDDEN: Final = frozenset({"host", "cookie", "transfer-encoding", "connection", "te", "trailer", "upgrade", "keep-alive"})
_NONE: Final[Mapping[str, Secret]] = MappingProxyType({})
NOTHING: Final = Credentials(_NONE, _NONE, _NONE)


def as_credential(scheme: str, value: object) -> Credential:
    """A credential as it is kept: strings as `Secret`s, checked at once. Raises CredentialsError without the value."""
    if isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return usable(scheme, value)
    if is_tuple(value) and len(value) == 2 and all(isinstance(part, str) for part in value):
        user, password = value
        return Secret(user), Secret(password)
    if callable(value) or hasattr(value, "sync_auth_flow"):
        return cast("Credential", value)
    raise CredentialsError(
        f"{scheme}: give a str, a (user, password) pair, a callable or an httpx.Auth, not a {type(value).__name__}"
    )


def usable(scheme: str, value: object) -> Secret:
    """`value` as a secret that a header can hold (RFC 9110, section 5.5). Raises CredentialsError without the value."""
    if not isinstance(value, str):
        raise CredentialsError(f"{scheme}: the credential is a {type(value).__name__}, not a str")
    if not value:
        raise CredentialsError(f"{scheme}: the credential is empty")
    if any(not "!" <= char <= "~" for char in value):
        raise CredentialsError(
            f"{scheme}: the credential holds a space, a line break or another character that can't be sent; "
            "is there a newline at its end?"
        )
    return Secret(value)


def check_known(schemes: Mapping[str, SecurityScheme], credentials: Mapping[str, Any]) -> None:
    """Raises CredentialsError for a credential whose scheme the document does not have."""
    for name in credentials:
        if name not in schemes:
            known = ", ".join(schemes) or "none"
            raise CredentialsError(
                f"credentials: no security scheme {name!r}{did_you_mean(name, schemes)}; the document has: {known}"
            )


def authorize(
    security: Sequence[SecurityRequirement],
    schemes: Mapping[str, SecurityScheme],
    credentials: Mapping[str, Credential],
    missing: str | None = None,
) -> Generator[Ask, Any, Credentials]:
    """What the first alternative that can be met adds to a request. Raises CredentialsError when none can.

    Asks for the value of a credential that is a callable. `missing` is a sentence for why there is no credential, if one is known.
    """
    # An empty requirement means that credentials are optional: where there are some, they are sent.
    for requirement in sorted(security, key=lambda one: not one):
        if all(name in credentials and name in schemes for name in requirement):
            return (yield from _credentials([(schemes[name], credentials[name]) for name in requirement]))
    if not security:
        return NOTHING
    ways = " or ".join(" and ".join(one) or "nothing" for one in security)
    raise CredentialsError(missing or f"no credential for {ways}; give credentials={{scheme: value}}")


def _credentials(met: Sequence[tuple[SecurityScheme, Credential]]) -> Generator[Ask, Any, Credentials]:
    headers: dict[str, Secret] = {}
    query: dict[str, Secret] = {}
    cookies: dict[str, Secret] = {}
    auths: list[_http.Auth] = []
    places = {"header": headers, "query": query, "cookie": cookies}
    for scheme, credential in met:
        if hasattr(credential, "sync_auth_flow"):
            auths.append(credential)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # an httpx.Auth, as tested
            continue
        value: Any = credential
        if callable(value):
            value = as_credential(scheme.name, (yield Ask(value)))
        if scheme.type == "apiKey":
            _check_place(scheme)
            places[scheme.location][scheme.parameter_name] = _one(scheme, value)
        else:
            headers["Authorization"] = _authorization(scheme, value)
    if len(auths) > 1:
        raise CredentialsError("one httpx.Auth can be used for a call; this operation needs two")
    return Credentials(headers, query, cookies, auths[0] if auths else None)


def _check_place(scheme: SecurityScheme) -> None:
    name = scheme.parameter_name.lower()
    if scheme.location not in ("header", "query", "cookie") or not name:
        raise CredentialsError(f"{scheme.name}: the document does not say where the key goes")
    if scheme.location == "header" and (name in _FORBIDDEN or name.startswith(("content-", "proxy-"))):
        raise CredentialsError(f"{scheme.name}: the document puts the key into the header {name!r}, which is not its own to set")


def _one(scheme: SecurityScheme, value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    raise CredentialsError(f"{scheme.name}: an apiKey is one str")


def _authorization(scheme: SecurityScheme, value: object) -> Secret:
    """The value of an Authorization header (RFC 7617 for basic, RFC 6750 for bearer and what oauth2 and openIdConnect give)."""
    if scheme.type == "http" and scheme.scheme == "basic":
        if not is_tuple(value):
            raise CredentialsError(f"{scheme.name}: http basic takes (user, password)")
        user, password = value
        return Secret("Basic " + b64encode(f"{user.reveal()}:{password.reveal()}".encode()).decode())
    if scheme.type in ("http", "oauth2", "openIdConnect"):
        if not isinstance(value, Secret):
            raise CredentialsError(f"{scheme.name}: the token is one str")
        word = "Bearer" if scheme.type != "http" or scheme.scheme == "bearer" else scheme.scheme
        return Secret(f"{word} {value.reveal()}")
    raise CredentialsError(f"{scheme.name}: a security scheme of type {scheme.type!r} needs an httpx.Auth")
