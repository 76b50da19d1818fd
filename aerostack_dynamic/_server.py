"""Servers: which one is called, its variables filled in, and the origin that credentials are bound to (RFC 6454)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from ._errors import ArgumentsError, CredentialsError
from ._late import pattern
from ._model import Server
from ._values import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from urllib.parse import SplitResult

    from . import _http
    from ._model import SecurityScheme

# Every client looks at an address with three of these; the others are compiled when they are first used.
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
# Letters of any script, since names may be internationalized (RFC 5890); or an IPv6 address, which the brackets tell.
_HOST: Final = re.compile(r"[\w.-]+|[0-9a-f:.]+")
# What stands before the path of a URL or of a reference to one (RFC 3986, section 4.2), and the first step of a path alone.
# Of an authority, what stands before the host (RFC 3986, section 3.2.1).
_USER: Final = pattern(r"(?<=//)[^/]*@")
_ORIGIN: Final = pattern(r"(?:[^/]*//)?[^/]*")
# What can only be a host where a URL should be: one with a port, this machine, or a name with a top level in letters.
_BARE_HOST: Final = re.compile(r"(?:[\w.-]+:\d+|localhost|(?:[\w-]+\.)+[A-Za-z]{2,})")
_DEFAULT: Final = Server("/")
_DEFAULT_PORT: Final = MappingProxyType({"http": 80, "https": 443})


class Origin(NamedTuple):
    """Scheme, host and port: two URLs with the same origin are served by the same server."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _DEFAULT_PORT.get(self.scheme) else f":{self.port}")


class Base(NamedTuple):
    """A server ready to be called: `url` without a trailing slash, and its origin."""

    url: str
    origin: Origin


class Advice(NamedTuple):
    """That the servers come from a document which is not trusted, and the address that it was fetched from, if it was."""

    address: str | None = None


def choose_server(
    servers: Sequence[Server], chosen: int | str | None, variables: Mapping[str, str], advice: Advice | None = None
) -> Base:
    """The server a client calls: by index, by name, by URL, or the first one. Raises ArgumentsError that says what could be given.

    A server of a document that is not trusted is called only where it has the origin that the document was fetched from; the error
    is a CredentialsError otherwise. A document that lists none means `/` at the address that it was fetched from.
    """
    if isinstance(chosen, str):
        # A name that could be an address is none: it would take the place of what the caller means.
        plain = bool(chosen) and ":" not in chosen and "/" not in chosen
        index = next((index for index, one in enumerate(servers) if plain and one.name == chosen), None)
        if index is None:
            return read_base(_fill(chosen.strip(), variables, {}))
        chosen = index
    if isinstance(chosen, bool) or not (chosen is None or isinstance(chosen, (int, str))):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise ArgumentsError(f"server: give an index or a URL, not a {type(chosen).__name__}")
    index = chosen if isinstance(chosen, int) else 0
    if not servers and advice is not None and advice.address is not None:
        servers = (_DEFAULT,)
    if not servers:
        raise ArgumentsError("server: the document lists no server; give its URL, such as server='https://api.example.com/v1'")
    if not 0 <= index < len(servers):
        known = ", ".join(f"{number} = {printable(server.url)}" for number, server in enumerate(servers[:10]))
        raise ArgumentsError(f"server: there is no server {index}; the document has {known}")
    server = servers[index]
    for name, value in variables.items():
        variable = server.variables.get(name)
        if variable and variable.enum and value not in variable.enum:
            raise ArgumentsError(f"server_variables: {name} must be one of {', '.join(map(repr, variable.enum))}")
    if advice is not None:
        return _advised(server, variables, advice)
    return _unadvised(_fill(server.url, variables, _defaults(server)))


def _defaults(server: Server) -> dict[str, str]:
    return {name: one.default for name, one in server.variables.items() if one.default is not None}


def _unadvised(url: str) -> Base:
    """The server of a document that has no address, to which its URL could be relative."""
    if url.startswith("//"):
        return read_base(f"https:{url}")
    whole = _meant(url)
    if whole is None:
        return read_base(url)
    why = "has no scheme" if _is_bare_host(url) else "is relative"
    raise ArgumentsError(
        f"server: the document's server {printable(url)!r} {why}, and a document that was not fetched from an address does not say "
        f"where that is; give the whole URL, as in server={printable(whole)!r}"
    )


def _meant(url: str) -> str | None:
    """A whole URL as it could be meant by one without a scheme; None for one that has a scheme."""
    first = url.partition("/")[0]
    if _is_bare_host(url):
        return f"{'http' if is_loopback(first.partition(':')[0]) else 'https'}://{url}"
    if ":" in first:
        return None
    return urljoin("https://api.example.com/", url).rstrip("/")


def _is_bare_host(url: str) -> bool:
    return _BARE_HOST.fullmatch(url.partition("/")[0]) is not None


def _advised(server: Server, given: Mapping[str, str], advice: Advice) -> Base:
    told = printable(server.url)
    before = _ORIGIN.match(server.url)
    if before and _VARIABLE.search(before[0]):
        raise CredentialsError(
            f"server: {told!r} has a variable in its scheme or host, and the document is not trusted; "
            "give the URL that is meant, as in server='https://api.example.com/v1'"
        )
    for name in _VARIABLE.findall(server.url):
        variable = server.variables.get(name)
        if variable is None or given.get(name, variable.default) not in variable.enum:
            raise ArgumentsError(
                f"server_variables: {printable(name)} may only be one of its enum in a document that is not trusted; "
                "give the whole URL as server='...'"
            )
    # An empty one would be the document's own address (RFC 3986, section 5.2.2), at which no API is.
    url = _fill(server.url, given, _defaults(server)) or "/"
    if advice.address is None:
        raise CredentialsError(f"server: the document is not trusted, so its server is not called by itself; {_consent(url)}")
    try:
        url = urljoin(advice.address, url)
    except ValueError as error:
        raise ArgumentsError(f"server: {told!r} is no address: {printable(str(error))}") from None
    base = read_base(url)
    if base.origin != (own := _origin_of_address(advice.address)):
        raise CredentialsError(f"server: the document came from {own} and is not trusted to name another origin; {_consent(url)}")
    return base


def _consent(url: str) -> str:
    return f"give server={printable(url)!r} if that is meant"


def _origin_of_address(address: str) -> Origin:
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    return Origin(scheme, (parts.hostname or "").rstrip("."), parts.port or _DEFAULT_PORT.get(scheme, 0))


def check_key_place(schemes: Mapping[str, SecurityScheme], trusted: bool) -> None:
    """Raises CredentialsError where a document that is not trusted puts the key that is given as `api_key` into a URL or a cookie."""
    for name, scheme in schemes.items():
        if scheme.type == "apiKey" and scheme.location != "header" and not trusted:
            raise CredentialsError(
                f"api_key: the document, which is not trusted, puts the key into the {printable(scheme.location, 20)}, where it is "
                f"seen more easily than in a header; give credentials={{{printable(name)!r}: key}} if that is meant"
            )


def own_base(servers: Sequence[Server], base: Base) -> Base:
    """The server of an operation or path that lists its own, a relative one being taken from the client's (OpenAPI 3.1, section 4.8.5).

    Raises ArgumentsError where it is no usable address.
    """
    url = _fill(servers[0].url, {}, _defaults(servers[0]))
    try:
        url = urljoin(f"{base.url}/", url)
    except ValueError as error:
        raise ArgumentsError(f"the server of the operation: {printable(str(error))}") from None
    return read_base(url, "the server of the operation")


def _fill(template: str, given: Mapping[str, str], defaults: Mapping[str, str]) -> str:
    names = _VARIABLE.findall(template)
    for name in given:
        if name not in names:
            guess = did_you_mean(name, names) or f"; it has {', '.join(names) or 'none'}"
            raise ArgumentsError(f"server_variables: the server's URL has no variable {name!r}{guess}")
    missing = [name for name in names if name not in given and name not in defaults]
    if missing:
        told = ", ".join(f"{name!r}: '...'" for name in missing)
        raise ArgumentsError(
            f"server_variables: no value for {', '.join(missing)} of {printable(template)}; give server_variables={{{printable(told)}}}"
        )
    return _VARIABLE.sub(lambda found: str(given.get(found[1], defaults.get(found[1]))), template)


def read_base(url: str, option: str = "server") -> Base:
    """A server's URL, checked: http or https, a host, no user, query or fragment. Raises ArgumentsError that names the option."""
    parts, origin = read_address(url, option)
    if parts.query or parts.fragment:
        raise ArgumentsError(f"{option}: {_without_query(url)!r} has a query or a fragment, which a path can't be added to")
    if any(part in (".", "..") for part in parts.path.split("/")):
        raise ArgumentsError(f"{option}: {_without_query(url)!r} has a path that steps out of itself")
    return Base(f"{origin.scheme}://{parts.netloc}{parts.path.rstrip('/')}", origin)


def _without_query(url: str) -> str:
    """A URL that can't be used, for a person: without the parts that may hold a key."""
    return printable(_USER.sub("", re.split(r"[?#]", url, maxsplit=1)[0], count=1))


def read_address(url: str, option: str) -> tuple[SplitResult, Origin]:
    """The parts of an http or https URL, and its origin. Raises ArgumentsError that names the option for any other, or with a user."""
    if not url.isprintable() or " " in url or "\\" in url:
        raise ArgumentsError(f"{option}: the URL holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ArgumentsError(f"{option}: {printable(str(error))}") from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _DEFAULT_PORT or not host:
        hint = f", as in {printable(str(_meant(url)))!r}" if _is_bare_host(url) else ""
        raise ArgumentsError(
            f"{option}: {_without_query(url)!r} is no address; it starts with https:// or http:// and names a host{hint}"
        )
    if not _HOST.fullmatch(host):
        raise ArgumentsError(f"{option}: {_without_query(url)!r} names a host that no host can be called")
    if parts.username is not None or parts.password is not None:
        raise ArgumentsError(f"{option}: the URL holds a user or a password; credentials are given as api_key or credentials")
    return parts, Origin(scheme, host, port or _DEFAULT_PORT[scheme])


def origin_of_url(url: _http.URL) -> Origin:
    """The origin of a request's URL."""
    return Origin(url.scheme, url.host.rstrip("."), url.port or _DEFAULT_PORT.get(url.scheme, 0))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3)."""
    if host == "localhost" or host.endswith(".localhost") or host == "::1":
        return True
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)


def check_transport_security(base: Base, allow_insecure_http: bool) -> None:
    """Raises CredentialsError for plain http to another machine, where keys and all else could be read on the way."""
    if base.origin.scheme == "http" and not is_loopback(base.origin.host) and not allow_insecure_http:
        raise CredentialsError(
            f"{base.origin} is plain http to another machine, which would show what is sent, keys too, to everyone on the way; "
            "use https, or allow_insecure_http=True"
        )
