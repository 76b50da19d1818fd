"""TLS contexts and proxies: what a connection is made with, from the caller's settings and, where they allow it, the environment."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import certifi

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
    if not settings.trust_env or url.scheme != "https" or is_loopback(url.host) or proxy_bypass(f"{url.host}:{url.port or 443}"):
        return None
    proxies = getproxies()
    return proxies.get("https") or proxies.get("all")


def checked_proxy(proxy: str) -> str:
    """The same proxy. Raises httpx's UnsupportedProtocol for what names none; its text does not repeat it, as a password may be in it."""
    try:
        if _http.Proxy(proxy).url.host:
            return proxy
    except (ValueError, _http.InvalidURL):
        pass
    raise _http.UnsupportedProtocol(
        "the proxy that is given, or that HTTPS_PROXY or ALL_PROXY names, has no URL such as http://proxy.example:3128"
    )


def tls_context(settings: TransportSettings) -> ssl.SSLContext:
    """The context for connections: the caller's own, or one that checks certificates and speaks TLS 1.2 or later (RFC 8996).

    A `verify` that is a path names a file or folder of certificates; `cert` is ours for mutual TLS. The keys of connections are
    written nowhere, whatever the environment asks for, unless the context is the caller's own. Raises ArgumentsError.
    """
    verify: Any = settings.verify
    try:
        context: ssl.SSLContext = verify if hasattr(verify, "wrap_socket") else _own_context(verify, settings.trust_env)
        if settings.cert is not None:
            context.load_cert_chain(*(settings.cert if is_tuple(settings.cert) else (settings.cert,)))
    except (OSError, TypeError, ValueError) as error:
        raise ArgumentsError(f"verify or cert: no TLS context can be made of them: {printable(str(error))}") from None
    return context


def _own_context(verify: Any, trust_env: bool) -> ssl.SSLContext:
    # Not ssl.create_default_context: it opens the file that SSLKEYLOGFILE names, and writes the keys of connections there.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if verify is True:
        named = (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")) if trust_env else None
        verify = named or certifi.where()
    context.load_verify_locations(**{"capath" if os.path.isdir(verify) else "cafile": verify})
    return context
