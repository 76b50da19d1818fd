"""The head of a request against a plan: path, query, headers and cookies as they were sent, and as they were expected."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import httpx

    Pairs = list[tuple[str, str]]

LOOPBACK = "http://127.0.0.1"
# What no plan holds, so that a credential is known wherever it stands.
DUMMY = "dummy-credential"
BASIC = base64.b64encode(f"user:{DUMMY}".encode()).decode()
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
PORTS = {"http": 80, "https": 443}
# The methods that have a field of their own in a Path Item Object (OpenAPI 3.2, section 4.9.1).
FIXED = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})


class Fault(NamedTuple):
    """A difference: `cause` is the same for all of its kind, `detail` tells this one."""

    cause: str
    detail: str


class Sent(NamedTuple):
    """A request as a transport saw it; `path` and `query` as they stood on the wire."""

    method: str
    origin: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    content: bytes

    @classmethod
    def of(cls, request: httpx.Request) -> Sent:
        """A request of httpx, whose body is read here."""
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        return cls(request.method, origin(str(request.url)), path, query, tuple(request.headers.multi_items()), request.read())

    def values(self, name: str) -> list[str]:
        """The values of the header fields of this name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def carries_credential(self) -> bool:
        """Whether the dummy is anywhere in the head."""
        return any(is_dummy(text) for text in (unquote(self.query), *(value for _, value in self.headers)))


def is_dummy(text: str) -> bool:
    """Whether a value is the dummy credential, alone or in a scheme such as Basic."""
    return DUMMY in text or BASIC in text


def origin(url: str) -> str:
    """Scheme, host and port of a URL, the default port left out."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    port = "" if parts.port in (None, PORTS.get(scheme)) else f":{parts.port}"
    return f"{scheme}://{host}{port}"


def server_url(server: str) -> str:
    """Where the calls of a plan go: its server, taken from this machine where it is relative (RFC 3986, section 5)."""
    url = urljoin(f"{LOOPBACK}/", server)
    return url if urlsplit(url).hostname else LOOPBACK


def method_of(method: str) -> str:
    """A plan's method as it is sent: fixed fields in upper case, those of `additionalOperations` as written."""
    return method.upper() if method in FIXED else method


def normal_path(path: str) -> str:
    """A path with what RFC 3986 (section 6.2.2) calls the same written in one way."""

    def one(found: re.Match[str]) -> str:
        char = chr(int(found[0][1:], 16))
        return char if char in UNRESERVED else found[0].upper()

    return re.sub("%[0-9A-Fa-f]{2}", one, quote(path, safe="!$&'()*+,;=:@/%[]"))


def pairs_of(query: str) -> Pairs:
    """The pairs of a query, decoded as servers do (WHATWG URL, section 5.1)."""
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]


def agrees(sent: str, expected: str) -> bool:
    """Whether a value is the expected one; `json:` stands before those that are compared as JSON."""
    if not expected.startswith("json:"):
        return sent == expected
    try:
        return same(json.loads(sent), json.loads(expected[5:]))
    except ValueError:
        return False


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; true is not 1 here."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def head_faults(sent: Sent, method: str, server: str, mode: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in the head of a request. Headers of the client's own and credentials are not."""
    if sent.method != method_of(method):
        yield Fault("method: another", f"{sent.method} for {method}")
    if sent.origin != origin(server):
        yield Fault("server: another", f"{sent.origin} for {origin(server)}")
    # What follows # in a template tells operations apart and is no part of a request.
    target, _, _ = mode["path"].partition("#")
    path, _, literal = target.partition("?")
    expected = normal_path(urlsplit(server).path.rstrip("/") + path)
    if normal_path(sent.path) not in (expected, expected or "/", normal_path(expected + mode["path"][len(target) :])):
        yield Fault("path: differs", f"{sent.path!r} for {expected!r}")
    yield from _query_faults(
        pairs_of(sent.query), [*pairs_of(literal), *((str(name), str(value)) for name, value in mode["query"])]
    )
    yield from _header_faults(sent, mode["headers"])
    yield from _cookie_faults(sent, mode["cookies"])


def _query_faults(sent: Pairs, expected: Pairs) -> Iterator[Fault]:
    # A credential may stand beside a parameter of its name, or in its place.
    replaced = {name for name, value in sent if is_dummy(value)}
    sent = [pair for pair in sent if not is_dummy(pair[1])]
    if _all_agree(sent, expected) or _all_agree(sent, [pair for pair in expected if pair[0] not in replaced]):
        return
    names, wanted = sorted({name for name, _ in sent}), sorted({name for name, _ in expected})
    cause = "values differ" if names == wanted else "names differ"
    if sorted(sent) == sorted(expected):
        cause = "order differs"
    yield Fault(f"query: {cause}", f"{_odd(sent, expected)} for {_odd(expected, sent)}")


def _all_agree(sent: Pairs, expected: Pairs) -> bool:
    names, wanted = [name for name, _ in sent], [name for name, _ in expected]
    return names == wanted and all(agrees(one[1], two[1]) for one, two in zip(sent, expected, strict=True))


def _odd(pairs: Pairs, others: Pairs) -> str:
    return repr([pair for pair in pairs if pair not in others][:4])


def _header_faults(sent: Sent, expected: Mapping[str, str]) -> Iterator[Fault]:
    for name, value in expected.items():
        found = sent.values(name)
        if not found:
            yield Fault("header: missing", f"{name}: {value!r}")
        elif not any(is_dummy(one) or agrees(one, str(value)) for one in found):
            yield Fault("header: value differs", f"{name}: {found} for {value!r}")


def _cookie_faults(sent: Sent, expected: Mapping[str, str]) -> Iterator[Fault]:
    texts = (part.partition("=") for value in sent.values("cookie") for part in value.split("; "))
    # A plan names a cookie once, whatever is repeated.
    found = {name: value for name, _, value in texts if not is_dummy(value)}
    if found.keys() != expected.keys():
        yield Fault("cookie: names differ", f"{list(found)} for {list(expected)}")
        return
    for name, value in expected.items():
        if not any(agrees(one, str(value)) for one in _readings(found[name])):
            yield Fault("cookie: value differs", f"{name}: {found[name]!r} for {value!r}")


def _readings(text: str) -> Iterable[str]:
    return text, unquote(text)
