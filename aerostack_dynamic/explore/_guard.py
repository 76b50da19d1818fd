"""Who may ask: the page that this process serves, opened by whom it has told the token, and nobody else. No I/O.

A page of another site can make a browser send requests here, and by a name of its own that leads to this machine read the answers
(DNS rebinding). So `Host` is one of two names, `Origin` and Fetch Metadata are this page's where a browser tells them, and all that shows
or does anything needs the token, in a header that no other page can send without being asked first, which nothing here ever allows.
A cookie would do less: browsers send it to every port of this machine.
"""

from __future__ import annotations

import hmac
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_HEADER: Final = "explore-token"  # noqa: S105  # the name of a header
# What needs no token: it is the same in every run and tells nothing. The rest is the document, and calls.
OPEN: Final = MappingProxyType({"/": "index.html", "/explore.js": "explore.js", "/explore.css": "explore.css"})
VIEWER: Final = "/viewer/"

# `style-src`: the viewer writes style attributes; a style can't reach another host, as nothing may be loaded from one.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFETY: Final = (
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
# What isn't the page itself can't be one either, whatever a server has called it.
PAGE_SAFETY: Final = (*SAFETY, ("Content-Security-Policy", _POLICY))
DATA_SAFETY: Final = (*SAFETY, ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"))


class Refusal(NamedTuple):
    """Why a request is not answered: an HTTP status and a sentence."""

    status: int
    message: str


def refusal(path: str, headers: Mapping[str, str], port: int, token: str) -> Refusal | None:
    """Why a request is refused, by its headers with names in lower case; None for one that may be answered."""
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    host = headers.get("host", "").lower()
    if host not in hosts:
        return Refusal(421, "this is no host of that name")
    if headers.get("origin", f"http://{host}") != f"http://{host}" or not _from_here(path, headers):
        return Refusal(403, "other pages may not ask")
    if path in OPEN or path.startswith(VIEWER):
        return None
    if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), token.encode()):
        return Refusal(403, "the token is missing or another run's: open the address that the terminal shows")
    return None


def _from_here(path: str, headers: Mapping[str, str]) -> bool:
    """Whether Fetch Metadata, where it is told, is that of this page; the page itself may be opened from anywhere, in a tab of its own."""
    site = headers.get("sec-fetch-site", "same-origin")
    if path == "/" and headers.get("sec-fetch-dest", "document") == "document":
        return True
    return site == "same-origin" or (site == "none" and (path in OPEN or path.startswith(VIEWER)))
