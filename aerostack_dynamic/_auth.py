"""Credentials: which security alternative of an operation is met, and what that adds to a request (OpenAPI 3.1, section 4.8.27 to 30)."""

from __future__ import annotations

from base64 import b64encode
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._credential import Flow, Issued, as_credential, as_secret, ask
from ._errors import AerostackError, CredentialsError
from ._hidden import Request, lines_of
from ._media_type import TOKEN
from ._steps import Credentials
from ._style import percent_encode
from ._values import Secret, is_tuple

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from . import _http
    from ._credential import Credential, Setting
    from ._model import SecurityRequirement, SecurityScheme
    from ._steps import Step

_FORBIDDEN: Final = frozenset({"host", "cookie", "transfer-encoding", "connection", "te", "trailer", "upgrade", "keep-alive"})
_NONE: Final[Mapping[str, Secret]] = MappingProxyType({})
NOTHING: Final = Credentials(_NONE, _NONE, _NONE)


class _Member(NamedTuple):
    """One scheme of an alternative, with its credential and the scopes that the operation needs; mutual TLS has no credential."""

    scheme: SecurityScheme
    credential: Credential | None
    scopes: tuple[str, ...]


class Choice(NamedTuple):
    """The security alternative of an operation that is met; `fixed` is what it adds to each request, where that is always the same."""

    members: Sequence[_Member]
    fixed: Credentials | None


def choose(
    security: Sequence[SecurityRequirement],
    schemes: Mapping[str, SecurityScheme],
    credentials: Mapping[str, Credential],
    certificate: bool,
    missing: str | None = None,
) -> Choice:
    """The first alternative that can be met. Raises CredentialsError when none can.

    `certificate` says whether a client certificate may be shown, `missing` is a sentence for why there is no credential, if one is known.
    """
    # An empty requirement means that credentials are optional: where there are some, they are sent.
    for requirement in sorted(security, key=lambda one: not one):
        if all(_has(schemes.get(name), credentials, certificate) for name in requirement):
            members = _single_tokens(
                [_Member(schemes[name], credentials.get(name), scopes) for name, scopes in requirement.items()]
            )
            _check_members(members)
            values = [one.credential for one in members]
            return Choice(members, _together(members, values, None) if all(map(_is_fixed, values)) else None)
    if not security:
        return Choice((), NOTHING)
    raise CredentialsError(missing or _lacking(security, schemes))


def _check_members(members: Sequence[_Member]) -> None:
    if sum(hasattr(one.credential, "sync_auth_flow") for one in members) > 1:
        raise CredentialsError("one httpx.Auth can be used for a call; this operation needs two")
    _check_places([one.scheme for one in members])


def _is_fixed(credential: Credential | None) -> bool:
    """Whether a credential is there, and the same for every call."""
    several = credential if is_tuple(credential) else (credential,)
    return all(one is None or isinstance(one, Secret) for one in several)


def authorize(choice: Choice, setting: Setting) -> Generator[Step, Any, Credentials]:
    """What an alternative adds to a request. Raises CredentialsError for a value that can't be sent.

    Asks for the value of a credential that is a callable, and has a flow fetch its token.
    """
    if choice.fixed is not None:
        return choice.fixed
    values: list[Any] = []
    for member in choice.members:
        values.append((yield from _value(member, setting)))
    return _together(choice.members, values, setting)


def without_authorization(
    security: Sequence[SecurityRequirement], schemes: Mapping[str, SecurityScheme]
) -> tuple[SecurityRequirement, ...]:
    """The alternatives without the schemes that go into the header Authorization, for a call that has one of its own."""
    return tuple(
        MappingProxyType(
            {name: scopes for name, scopes in one.items() if name not in schemes or not _is_authorization(schemes[name])}
        )
        for one in security
    )


def _is_authorization(scheme: SecurityScheme) -> bool:
    if scheme.type == "apiKey":
        return scheme.location == "header" and scheme.parameter_name.lower() == "authorization"
    return scheme.type in ("http", "oauth2", "openIdConnect")


def _has(scheme: SecurityScheme | None, credentials: Mapping[str, Credential], certificate: bool) -> bool:
    if scheme is None:
        return False
    return certificate if scheme.type == "mutualTLS" else scheme.name in credentials


def _lacking(security: Sequence[SecurityRequirement], schemes: Mapping[str, SecurityScheme]) -> str:
    ways = " or ".join(" and ".join(one) or "nothing" for one in security)
    named = [schemes[name] for one in security for name in one if name in schemes]
    means = ["credentials={scheme: value}"] if any(one.type != "mutualTLS" for one in named) else []
    means += [f"cert=(certificate, key) for {one.name}, which is mutual TLS" for one in named if one.type == "mutualTLS"]
    unknown = sorted({name for one in security for name in one if name not in schemes})
    told = f"; the document has no security scheme {' or '.join(map(repr, unknown))}, which can't be met" if unknown else ""
    return f"no credential for {ways}{told}" + (f"; give {', or '.join(dict.fromkeys(means))}" if means else "")


def _single_tokens(members: Sequence[_Member]) -> list[_Member]:
    """The members without those that give the same bearer token again: one that is said to meet several schemes is sent once."""
    kept: list[_Member] = []
    for one in members:
        if not any(_takes_token(one.scheme) and _takes_token(two.scheme) and one.credential == two.credential for two in kept):
            kept.append(one)
    return kept


def _takes_token(scheme: SecurityScheme) -> bool:
    return scheme.type in ("oauth2", "openIdConnect") or (scheme.type, scheme.scheme) == ("http", "bearer")


def _value(member: _Member, setting: Setting) -> Generator[Step, Any, Any]:
    """A secret, a (user, password) pair of them, a token, or an httpx.Auth."""
    scheme, value = member.scheme, member.credential
    if isinstance(value, Flow):
        return (yield from value.issue(scheme, member.scopes, setting))
    if hasattr(value, "sync_auth_flow"):
        return value
    if callable(value):
        value = as_credential(scheme.name, (yield ask(value, setting)), scheme)
    if is_tuple(value):
        user, password = value
        return user, as_secret(f"{scheme.name}: the password", (yield ask(password, setting)), True) if callable(
            password
        ) else password
    if value is not None and not isinstance(value, Secret):
        raise CredentialsError(f"{scheme.name}: the function gave a {type(value).__name__}, not a str")
    return value


def _together(members: Sequence[_Member], values: Sequence[Any], setting: Setting | None) -> Credentials:
    headers: dict[str, Secret] = {}
    query: dict[str, Secret] = {}
    cookies: dict[str, Secret] = {}
    auth: _http.Auth | None = None
    places = {"header": headers, "query": query, "cookie": cookies}
    for member, value in zip(members, values, strict=True):
        scheme = member.scheme
        if hasattr(value, "sync_auth_flow"):
            auth = value
        elif scheme.type == "apiKey":
            places[scheme.location][scheme.parameter_name] = _one(scheme, value)
        elif scheme.type != "mutualTLS":
            headers["Authorization"] = _authorization(scheme, value)
    renewable = setting is not None and any(isinstance(one.credential, Flow) for one in members)
    renew = (lambda: _renewed(members, values, setting)) if renewable else None  # type: ignore[arg-type]  # there is one
    return Credentials(headers, query, cookies, auth, renew)


def _renewed(members: Sequence[_Member], values: Sequence[Any], setting: Setting) -> Generator[Step, Any, Credentials]:
    """The same with tokens in place of those that were refused; everything else is not asked for again."""
    renewed: list[Any] = []
    try:
        for member, value in zip(members, values, strict=True):
            flow = member.credential
            if isinstance(flow, Flow):
                flow.drop(value)
                renewed.append((yield from flow.issue(member.scheme, member.scopes, setting)))
            else:
                renewed.append(value)
    except AerostackError as error:
        error.sent = "answered"
        raise
    return _together(members, renewed, setting)._replace(renew=None)


# ---- where a credential goes


def _check_places(schemes: Sequence[SecurityScheme]) -> None:
    """Raises CredentialsError when two schemes go into the same place of a request, or one where it must not."""
    taken: dict[tuple[str, str], str] = {}
    for scheme in schemes:
        if scheme.type == "apiKey":
            _check_place(scheme)
            name = scheme.parameter_name
            place = scheme.location, name.lower() if scheme.location == "header" else name
        elif scheme.type in ("http", "oauth2", "openIdConnect"):
            place = "header", "authorization"
        else:
            continue
        if place in taken:
            raise CredentialsError(
                f"{taken[place]} and {scheme.name} both go into the {place[0]} {place[1]!r}; a request can't carry both"
            )
        taken[place] = scheme.name


def _check_place(scheme: SecurityScheme) -> None:
    name = scheme.parameter_name.lower()
    if scheme.location not in ("header", "query", "cookie") or not name:
        raise CredentialsError(f"{scheme.name}: the document does not say where the key goes")
    if scheme.location != "query" and TOKEN.fullmatch(name) is None:
        raise CredentialsError(
            f"{scheme.name}: the document puts the key into the {scheme.location} {name!r}, which is no name for one"
        )
    if scheme.location == "header" and (name in _FORBIDDEN or name.startswith(("content-", "proxy-"))):
        raise CredentialsError(f"{scheme.name}: the document puts the key into the header {name!r}, which is not its own to set")


def _one(scheme: SecurityScheme, value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    raise CredentialsError(f"{scheme.name}: an apiKey is one str")


def _authorization(scheme: SecurityScheme, value: object) -> Secret:
    """The value of an Authorization header (RFC 7617 for basic, RFC 6750 for bearer and what oauth2 and openIdConnect give)."""
    if is_tuple(value) and not isinstance(value, Issued):
        user, password = value
        return Secret("Basic " + b64encode(f"{user.reveal()}:{password.reveal()}".encode()).decode())
    token = value.token if isinstance(value, Issued) else value
    if scheme.type not in ("http", "oauth2", "openIdConnect") or not isinstance(token, Secret):
        raise CredentialsError(f"{scheme.name}: a security scheme of type {scheme.type!r} needs an httpx.Auth")
    word = "Bearer" if scheme.type != "http" or scheme.scheme == "bearer" else scheme.scheme
    if TOKEN.fullmatch(word) is None:
        raise CredentialsError(f"{scheme.name}: the document's http scheme {word!r} is no name for one")
    return Secret(f"{word} {token.reveal()}")


def applied(request: _http.Request, credentials: Credentials) -> tuple[_http.URL, list[tuple[bytes, bytes]]]:
    """The URL and the headers of a request with credentials added: query pairs at the end, cookies joined to the request's own."""
    headers = [*lines_of(request)]
    known = request.known if isinstance(request, Request) and not request.looked_at else None
    for name, secret in credentials.headers.items():
        lower = name.lower().encode()
        if known is None or lower in known.names:
            headers = [one for one in headers if one[0].lower() != lower]
        headers.append((name.encode(), secret.reveal().encode()))
    if credentials.cookies:
        pairs = [text for name, text in headers if name.lower() == b"cookie"]
        pairs += [f"{name}={secret.reveal()}".encode() for name, secret in credentials.cookies.items()]
        headers = [one for one in headers if one[0].lower() != b"cookie"]
        headers.append((b"Cookie", b"; ".join(pairs)))
    if not credentials.query:
        return request.url, headers
    added = "&".join(f"{percent_encode(name)}={percent_encode(secret.reveal())}" for name, secret in credentials.query.items())
    query = request.url.query
    return request.url.copy_with(query=(query + b"&" if query else b"") + added.encode()), headers
