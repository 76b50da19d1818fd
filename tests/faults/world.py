"""What surrounds a row: certificates, names that resolve as the row wants, variables of the environment, captured logs."""

from __future__ import annotations

import datetime
import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

import trustme

HOST = "127.0.0.1"
STEERING = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "NETRC")


@cache
def authority() -> trustme.CA:
    """The authority that clients are told to trust."""
    return trustme.CA()


@cache
def trusting() -> ssl.SSLContext:
    """A client's context that trusts it."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


@cache
def certificate(kind: str) -> ssl.SSLContext:
    """A server's context: `good`, `untrusted`, `expired`, `wrong host`, `api.test`, or `h2` (offers HTTP/2 first)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    issuer = trustme.CA() if kind == "untrusted" else authority()
    name = {"wrong host": "other.example", "api.test": "api.test"}.get(kind, HOST)
    dates = {"not_before": past, "not_after": past + datetime.timedelta(days=9)} if kind == "expired" else {}
    issuer.issue_cert(name, **dates).configure_cert(context)
    if kind == "h2":
        context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def old_server_hello() -> bytes:
    """The first answer of a server that speaks TLS 1.1 and nothing newer (RFC 4346, section 7.4.1.3)."""
    hello = b"\x03\x02" + bytes(32) + b"\x00" + b"\xc0\x13" + b"\x00"
    handshake = b"\x02" + len(hello).to_bytes(3, "big") + hello
    return b"\x16\x03\x02" + len(handshake).to_bytes(2, "big") + handshake


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Only these of the variables that steer HTTP clients, in both spellings."""
    with mock.patch.dict(os.environ):
        for name in STEERING:
            os.environ.pop(name, None)
            os.environ.pop(name.lower(), None)
        os.environ.update(variables)
        yield


@contextmanager
def names(known: Mapping[str, str | None], delay: float = 0.0) -> Iterator[None]:
    """Names that resolve to an address, or that nobody knows (None), after a delay which ends with the block."""
    real, ended = socket.getaddrinfo, threading.Event()

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in known:
            return real(host, *args, **kwargs)
        ended.wait(delay)
        if known[name] is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(known[name], *args, **kwargs)

    with mock.patch.object(socket, "getaddrinfo", resolve):
        try:
            yield
        finally:
            ended.set()


class Lines(logging.Handler):
    """Keeps every log record as text, its arguments and exception with it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(f"{record.getMessage()} {record.args!r} {record.exc_info!r}")


@contextmanager
def all_logs() -> Iterator[Lines]:
    """Everything that is logged at any level."""
    root, lines = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
