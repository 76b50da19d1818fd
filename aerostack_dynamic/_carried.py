"""An answer and its request as results, errors and hooks carry them: decoded, without credentials, secrets masked."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from . import _http
from ._codec import UndecodableError, decode_json, encode_json
from ._hidden import Headers, Request
from ._mask import covered_headers, secret_places, shown_headers, shown_pairs, shown_url
from ._media_type import best_match, family
from ._shape import masked, shape_at, unknown_shape
from ._values import as_string, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._hidden import Hidden
    from ._model import Operation
    from ._reference import Document
    from ._steps import Received

# What says that an operation ends: RFC 9745 and RFC 8594.
ENDS: Final = (b"deprecation", b"sunset")
_REQUEST_IDS: Final = (b"x-request-id", b"request-id", b"cf-ray")
_ENCODING_HEADERS: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_LENGTH_HEADERS: Final = frozenset({b"content-length", b"transfer-encoding"})


class Noted(NamedTuple):
    """Headers of an answer that every call looks for, by name in lower case as they came: what ids it, and what says that it ends."""

    ids: tuple[bytes, ...]
    found: list[tuple[bytes, bytes]]
    encoding: str

    @property
    def request_id(self) -> str | None:
        """The id a server gave a request: in the header that `x-aerostack-request-id` names, else the first of the usual ones."""
        for wanted in self.ids if self.found else ():
            if text := ", ".join([value.decode(self.encoding) for name, value in self.found if name == wanted]):
                return text
        return None

    @property
    def ends(self) -> bool:
        """Whether there is a header that says so."""
        return any(name in ENDS for name, _ in self.found)


_NOTED: Final = "noted headers"
_NOTHING: Final = Noted((), [], "ascii")


def noted_headers(document: Document, headers: _http.Headers, fields: Mapping[bytes, bytes] | None = None) -> Noted:
    """What every call looks for. `fields` are the same headers by name in lower case, where they were looked through before."""
    ids, wanted = document.memo.get(_NOTED) or document.once(_NOTED, lambda: _wanted(document))
    if fields is not None and wanted.isdisjoint(fields):
        return _NOTHING
    found = [(lower, value) for name, value in headers.raw if (lower := name.lower()) in wanted]
    return Noted(ids, found, headers.encoding if found else "ascii")


def _wanted(document: Document) -> tuple[tuple[bytes, ...], frozenset[bytes]]:
    declared = as_string(document.field("x-aerostack-request-id"))
    ids = (declared.lower().encode("utf-8"),) if declared else _REQUEST_IDS
    return ids, frozenset({*ids, *ENDS})


def request_id(document: Document, headers: _http.Headers) -> str | None:
    """The id that a server gave a request, by its answer's headers."""
    return noted_headers(document, headers).request_id


def http_response(received: Received, request: _http.Request, covered: frozenset[str]) -> _http.Response:
    """An httpx.Response with the decoded body. Headers that told of the encoding are left out where there was one."""
    headers = received.headers
    if "content-encoding" in headers:
        headers = _http.Headers([(name, text) for name, text in headers.raw if name.lower().decode() not in _ENCODING_HEADERS])
    extensions = dict(received.extensions)
    if "reason_phrase" in extensions:
        extensions["reason_phrase"] = printable(extensions["reason_phrase"].decode("ascii", "replace")).encode("ascii", "replace")
    response = _http.Response(received.status, headers=headers, content=received.body, request=request, extensions=extensions)
    response.headers = Headers(response.headers, covered)
    return response


def carried(document: Document, operation: Operation | None, request: _http.Request) -> _http.Request:
    """The request as errors and results carry it: secrets masked in its URL, its headers and its body, a body of no known kind left out."""
    url = shown_url(document, operation, request.url)
    headers = shown_headers(document, operation, [one for one in request.headers.raw if one[0].lower() not in _LENGTH_HEADERS])
    kind = request.headers.get("content-type")
    held = kind is not None and isinstance(request.stream, _http.ByteStream)
    content = _shown_content(document, operation, request.content, kind or "") if held else b""
    return Request.of(_http.request_of(request.method, url, headers=headers, content=content), str(url), covered_headers(document))


def _shown_content(document: Document, operation: Operation | None, content: bytes, kind: str) -> bytes:
    names = secret_places(document).properties
    if family(kind) == "form":
        return shown_pairs(content.decode(), names, "&").encode()
    if family(kind) != "json":
        return b""
    body = operation.request_body if operation else None
    media_type = best_match(body.content, kind) if body else None
    shape = shape_at(document, media_type.schema.pointer) if media_type and media_type.schema else unknown_shape(document)
    try:
        return encode_json(masked(decode_json(content, allow_nan=True), shape, names))
    except UndecodableError:
        return b""


def concealed(received: Received, hidden: Hidden) -> Received:
    """An answer with masks wherever it repeats a secret of the call; the same one where it repeats none."""
    headers = [(name, hidden.data(text)) for name, text in received.headers.raw]
    extensions = {name: hidden.data(one) if isinstance(one, bytes) else one for name, one in received.extensions.items()}
    body = hidden.data(received.body)
    with suppress(UndecodableError):
        value = decode_json(body, allow_nan=True)
        if (shown := hidden.value(value)) != value:
            body = encode_json(shown)
    if (body, headers, extensions) == (received.body, received.headers.raw, received.extensions):
        return received
    return received._replace(headers=_http.Headers(headers), body=body, extensions=extensions, fields=None)
