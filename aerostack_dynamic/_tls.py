"""TLS contexts and proxies: what a connection is made with, from the caller's settings and, where they allow it, the environment."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

from . import _http
from ._errors import ArgumentsError
from ._server import is_loopback
from ._values import is_tuple, printable

if TYPE_CHECKING:
    from ._options import TransportSettings


def proxy_for(settings: TransportSettings, url: _http.URL) -> str | None:
    """The proxy for a URL: the one given, else the environment's, for https to other machines only (it can't see the key)."""
    if settings.proxy is not None:
        return settings.proxy
    if not settings.trust_env or url.scheme != "https" or is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get("https") or proxies.get("all")


def tls_context(settings: TransportSettings) -> ssl.SSLContext:
    """The context for connections: the caller's own, or one that checks certificates and speaks TLS 1.2 or later (RFC 8996).

    A `verify` that is a path names a file or folder of certificates; `cert` is ours for mutual TLS. The session keys of our own
    contexts are written nowhere, whatever the environment asks for. Raises ArgumentsError.
    """
    verify: Any = settings.verify
    try:
        if isinstance(verify, (str, os.PathLike)):
            context = ssl.create_default_context(**_certificates(verify))
        else:
            context = _http.create_ssl_context(verify, trust_env=settings.trust_env)
        if context is not verify:
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.keylog_filename = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # None is "nowhere"
        if settings.cert is not None:
            context.load_cert_chain(*(settings.cert if is_tuple(settings.cert) else (settings.cert,)))
    except (OSError, TypeError, ValueError) as error:
        raise ArgumentsError(f"verify or cert: no TLS context can be made of them: {printable(str(error))}") from None
    return context


def _certificates(path: Any) -> dict[str, Any]:
    return {"capath" if os.path.isdir(path) else "cafile": path}
