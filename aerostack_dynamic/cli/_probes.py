"""What `doctor` finds out about the way to a server, a step at a time: the name, the connection, TLS, an answer, the clock.

Nothing is sent but a HEAD request without a credential, by our own transport, with the proxies and certificates that calls have.
"""

from __future__ import annotations

import math
import os
import queue
import socket
import ssl
import threading
import time
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from .._client import Client
from .._errors import AerostackError, ArgumentsError, NoResponseError, StatusError
from .._http import URL, Request
from .._load import Spec
from .._options import TransportSettings
from .._tls import proxy_for, tls_context
from .._values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from .._server import Base

    Status: TypeAlias = Literal["ok", "warn", "fail", "skip"]

_DAY: Final = 86_400
_SOON: Final = 14
_SKEW: Final = 60
# The ports are the ones that a URL without any means.
_PROXY_SCHEMES: Final = MappingProxyType({"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080})
_PROXY_FORM: Final = "give a whole URL, HTTPS_PROXY=http://host:port, or unset it; NO_PROXY leaves servers out"
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")
_TRUST: Final = "set SSL_CERT_FILE to the certificate of the authority that signed it, if you trust that"
# OpenSSL's numbers for what is wrong with a certificate (X509_V_ERR_*).
_CERTIFICATES: Final = MappingProxyType(
    {
        9: "it counts from a later time on; is this machine's clock right?",
        10: "the server needs a new one; is this machine's clock right?",
        18: _TRUST,
        19: _TRUST,
        20: _TRUST,
        62: "the server is not who it was asked for; is the name in the server's URL right?",
    }
)


class Finding(NamedTuple):
    """A line of the report: what was looked at, how it is, in a sentence, and what to do about it."""

    name: str
    status: Status
    message: str
    advice: str = ""


_THROUGH: Final = Finding("tls", "ok", "goes through the proxy, and is tried with the answer")


def probe(base: Base, wait: float) -> Iterator[Finding]:
    """What is found on the way to a server; each step may take `wait` seconds. What can't be tried is skipped."""
    steps = ["connection", *(["tls"] if base.origin.scheme == "https" else []), "answer", "clock"]
    try:
        proxy = proxy_for(TransportSettings(), URL(base.url))
        host, port = (base.origin.host, base.origin.port) if proxy is None else _place(proxy)
    except (AerostackError, ValueError):
        yield Finding("proxy", "fail", f"what {_proxy_variable()} says is no URL of a proxy", _PROXY_FORM)
        yield from (Finding(one, "skip", "not tried: calls would fail at the proxy") for one in ["name", *steps])
        return
    yield _proxy(base, proxy)
    what = "" if proxy is None else "the proxy "
    name = _name(host, port, what, wait)
    yield name
    if name.status == "fail":
        yield from (Finding(one, "skip", "not tried") for one in steps)
        return
    connection = _connection(host, port, what, wait)
    yield connection
    if connection.status == "fail":
        yield from (Finding(one, "skip", "not tried") for one in steps[1:])
        return
    if base.origin.scheme == "https":
        secure = _tls(host, port, wait) if proxy is None else _THROUGH
        yield secure
        if secure.status == "fail":
            yield from (Finding(one, "skip", "not tried: a call would end at TLS") for one in steps[2:])
            return
    yield from _answer(base, proxy is not None, wait)


def skipped() -> Iterator[Finding]:
    """The lines of what is not tried without a network."""
    yield from (Finding(one, "skip", "not tried: --offline") for one in ("proxy", "name", "connection", "tls", "answer", "clock"))


def _proxy(base: Base, proxy: str | None) -> Finding:
    if proxy is not None:
        told = urlsplit(proxy)
        hidden = " (with a user and a password)" if told.username else ""
        return Finding(
            "proxy", "ok", f"{printable(f'{told.scheme}://{told.hostname}:{_place(proxy)[1]}')}{hidden}, from the environment"
        )
    named = [name for name in getproxies() if f"{name}_proxy" in _PROXIES]
    if not named:
        return Finding("proxy", "ok", "none")
    why = (
        "plain http goes to the server itself"
        if base.origin.scheme == "http"
        else "NO_PROXY, or the address, leaves this server out"
    )
    return Finding("proxy", "ok", f"not used, though the environment names one for {', '.join(sorted(named))}: {why}")


def _place(proxy: str) -> tuple[str, int]:
    """The host and the port of a proxy. Raises ValueError, which is not shown: a proxy's URL may hold a password."""
    told = urlsplit(proxy)
    if told.scheme not in _PROXY_SCHEMES or not told.hostname:
        raise ValueError
    return told.hostname, told.port or _PROXY_SCHEMES[told.scheme]


def _proxy_variable() -> str:
    """The variable that names the proxy of https, or another place of the machine's settings."""
    named = [name for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY") if os.environ.get(name)]
    return f"the variable {named[0]}" if named else "the machine's settings"


def _name(host: str, port: int, what: str, wait: float) -> Finding:
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([*dict.fromkeys(str(one[4][0]) for one in found)])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # A look-up has no limit of its own.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=wait)
    except queue.Empty:
        found = OSError(f"no answer within {wait:g} s")
    if isinstance(found, Exception):
        told = printable(str(getattr(found, "strerror", None) or found))
        other = "HTTPS_PROXY, or ALL_PROXY," if what else "`--server URL`"
        advice = f"is this machine online, and the name right? {other} names another one"
        return Finding("name", "fail", f"{what}{printable(host)} has no address: {told}", advice)
    return Finding("name", "ok", f"{what}{printable(host)} is {', '.join(found[:4])}")


def _connection(host: str, port: int, what: str, wait: float) -> Finding:
    begun = time.monotonic()
    try:
        socket.create_connection((host, port), wait).close()
    except OSError as error:
        told = f"no answer within {wait:g} s" if isinstance(error, TimeoutError) else (error.strerror or str(error))
        advice = "is it running there, and does a firewall let this machine through? A proxy is named by HTTPS_PROXY"
        return Finding("connection", "fail", f"{what}{printable(host)} port {port}: {printable(told)}", advice)
    return Finding("connection", "ok", f"{what}{printable(host)} port {port}, {(time.monotonic() - begun) * 1000:.0f} ms")


def _tls(host: str, port: int, wait: float) -> Finding:
    try:
        context = tls_context(TransportSettings())
    except ArgumentsError as error:
        return Finding("tls", "fail", str(error), "SSL_CERT_FILE and SSL_CERT_DIR name what is trusted; are they right?")
    try:
        with socket.create_connection((host, port), wait) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
            return _certificate(secure.getpeercert() or {}, secure.version() or "TLS")
    except ssl.SSLCertVerificationError as error:
        told = f"the certificate is refused: {printable(error.verify_message)}"
        return Finding("tls", "fail", told, _CERTIFICATES.get(error.verify_code, _TRUST))
    except OSError as error:  # ssl.SSLError is one
        told = printable(getattr(error, "reason", None) or error.strerror or str(error) or type(error).__name__)
        return Finding(
            "tls", "fail", f"no TLS connection: {told}", "does the server speak https on this port, in version 1.2 or later?"
        )


def _certificate(certificate: dict[str, Any], version: str) -> Finding:
    until = str(certificate.get("notAfter", ""))
    days = (ssl.cert_time_to_seconds(until) - time.time()) / _DAY
    told = f"{version}, certificate of {_party(certificate, 'subject')} by {_party(certificate, 'issuer')}, until {until}"
    if days < _SOON:
        return Finding("tls", "warn", f"{told}: {_days(days)}", "the server needs a new certificate soon")
    return Finding("tls", "ok", told)


def _days(days: float) -> str:
    whole = math.floor(days)
    return "less than a day" if whole < 1 else f"{whole} day{'' if whole == 1 else 's'}"


def _party(certificate: dict[str, Any], which: str) -> str:
    names = dict(pair for part in certificate.get(which, ()) for pair in part)
    others = [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"] if which == "subject" else []
    return printable(str(names.get("commonName") or names.get("organizationName") or next(iter(others), "nobody")), 80)


def _answer(base: Base, proxied: bool, wait: float) -> Iterator[Finding]:
    """What a HEAD request to the server's own address is answered (RFC 9110, section 9.3.2: it changes nothing)."""
    nobody = Spec.load({"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}})
    begun = time.time()
    status, headers, failure = _head(nobody, base, wait)
    if status is None:
        advice = "does the proxy let this server through?" if proxied else "is it an HTTP server, and the one that is meant?"
        yield Finding("answer", "fail", failure, advice)
        yield Finding("clock", "skip", "not tried")
        return
    yield _status(status, headers)
    yield _clock(headers.get("date", ""), begun, time.time())


def _head(spec: Spec, base: Base, wait: float) -> tuple[int | None, Any, str]:
    """Status and headers of the answer, or why there is none."""
    with Client(spec=spec, server=base.url, timeout=wait, retry=1, validation="off") as client:
        try:
            response: Any = client.send(Request("HEAD", base.url))
        except StatusError as error:
            return error.status, error.headers or {}, ""
        except NoResponseError as error:
            return None, {}, f"none: {error.reason}"
        except AerostackError as error:
            return None, {}, f"none that can be read: {error}"
    return response.status, response.headers, ""


def _status(status: int, headers: Any) -> Finding:
    told = f"status {status} to a HEAD request without a key"
    if status == 407:
        return Finding("answer", "fail", told, "the proxy wants a user and a password: HTTPS_PROXY=http://user:password@host:port")
    if 300 <= status < 400:
        place = printable(str(headers.get("location", "")))
        return Finding(
            "answer", "warn", f"{told}, which leads to {place}", "keys are not sent on; `--server URL` names the other place"
        )
    if status >= 500:
        return Finding("answer", "warn", told, "the server, or what stands before it, has trouble of its own")
    return Finding("answer", "ok", f"{told}: there is a server")


def _clock(date: str, begun: float, ended: float) -> Finding:
    """The machine's clock beside the server's (RFC 9110, section 6.6.1: `Date` is when the answer was made, in whole seconds)."""
    try:
        told = parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return Finding("clock", "skip", "the answer does not say the time")
    off = begun - told - 1 if told < begun - 1 else min(0.0, ended - told)
    if abs(off) <= _SKEW:
        return Finding("clock", "ok", "as the server's")
    told_off = f"{_length(abs(off))} {'ahead of' if off > 0 else 'behind'} the server's"
    return Finding("clock", "warn", told_off, "set it by the network's time: tokens and certificates are refused by a wrong clock")


def _length(seconds: float) -> str:
    for unit, size in (("days", _DAY), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
