"""Redirects (RFC 9110, section 15.4): where one leads, or why it is not followed. GET and HEAD are, to the same origin, a few times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import _http
from ._server import origin_of_url

if TYPE_CHECKING:
    from ._steps import Received

MOST_HOPS: Final = 5
_STATUSES: Final = frozenset({301, 302, 303, 307, 308})


def linked(here: _http.URL, reference: str) -> _http.URL | str:
    """The address that a reference found at `here` leads to, or what is wrong with it: it comes from a server."""
    if not reference.isascii() or not reference.isprintable() or "\\" in reference or "///" in reference.partition("?")[0]:
        return "is no URL"
    try:
        url = here.join(reference).copy_with(fragment=None)
    except (_http.InvalidURL, ValueError):
        return "is no URL"
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        return "is no plain address of http or https"
    return url


def redirected(request: _http.Request, received: Received, seen: list[str]) -> _http.Request | str | None:
    """The request that an answer redirects to, a sentence on why it is not followed, or None where it is no redirect.

    `seen` holds the URLs that this attempt has been redirected from, and is given that of the request.
    """
    if received.status not in _STATUSES:
        return None
    seen.append(str(request.url))
    location = received.header(b"location")
    if not location:
        return "redirect refused: it has no Location"
    if request.method not in ("GET", "HEAD") or request.headers.get("content-length", "0") != "0":
        return f"redirect refused: a {request.method} is not repeated elsewhere"
    url = linked(request.url, location)
    if isinstance(url, str):
        return f"redirect refused: its Location {url}"
    if origin_of_url(url) != origin_of_url(request.url):
        return f"redirect refused: it leads to another origin, {origin_of_url(url)}"
    if str(url) in seen:
        return "redirect refused: it leads round in a circle"
    if len(seen) > MOST_HOPS:
        return f"redirect refused: more than {MOST_HOPS} in a row"
    headers = [(name, text) for name, text in request.headers.raw if name.lower() != b"host"]
    return _http.request_of(request.method, url, headers=headers, extensions=request.extensions)
