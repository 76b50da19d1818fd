"""The ASGI application behind the page: its files, the viewer's, the document's, and the one way to make a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from .._values import printable
from ._answers import of_error
from ._calls import logger, make_call, read_asked
from ._guard import DATA_SAFETY, OPEN, PAGE_SAFETY, VIEWER, refusal
from ._shown import FOLDER, name_of, shown_document, shown_file
from ._viewer import PAGE, TYPES, VIEWER_FILES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .._caller import Caller
    from .._client import AsyncClient

_MOST_BYTES: Final = 64 * 1024 * 1024
_JSON: Final = "application/json"
# Up to so many operations are listed at once; those of a larger document wait in their groups, beside a filter.
_LISTED: Final = 60


class _Reply(NamedTuple):
    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = DATA_SAFETY


class Door:
    """Answers the page of one client. `port` is where it is served, `token` what the page must say, `viewer` the viewer's folder."""

    def __init__(self, client: AsyncClient, port: int, token: str, viewer: Path) -> None:
        self._client = client
        self._port = port
        self._token = token
        self._viewer = viewer

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One request."""
        path: str = scope["path"]
        headers = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]}
        refused = refusal(path, headers, self._port, self._token)
        if refused is not None:
            reply = _Reply(refused.status, "text/plain; charset=utf-8", refused.message.encode())
        elif path == "/call":
            reply = await self._call(scope["method"], headers, receive)
        else:
            reply = self._read(path) if scope["method"] == "GET" else _told(405, "only GET")
        await _send(send, reply)

    # ---- what is read

    def _read(self, path: str) -> _Reply:
        if path in OPEN:
            name = OPEN[path]
            return _Reply(200, TYPES[name], (PAGE / name).read_bytes(), PAGE_SAFETY)
        if path.startswith(VIEWER):
            name = path.removeprefix(VIEWER)
            known = name in VIEWER_FILES and (self._viewer / name).is_file()
            return _Reply(200, TYPES[name], (self._viewer / name).read_bytes()) if known else _told(404, "no such file")
        if path == "/settings":
            return _Reply(200, _JSON, json.dumps(self._settings()).encode())
        found = self._document(path.removeprefix(FOLDER)) if path.startswith(FOLDER) else None
        return _told(404, "no such file") if found is None else _Reply(200, _JSON, found)

    def _document(self, name: str) -> bytes | None:
        document = self._client.spec.document
        return shown_document(document, self._server) if name == name_of(document) else shown_file(document, name)

    @property
    def _server(self) -> str:
        return self._caller.options.base.url

    @property
    def _caller(self) -> Caller:
        caller: Caller = self._client._caller  # pyright: ignore[reportPrivateUsage]  # clients show their server in their repr alone
        return caller

    def _settings(self) -> dict[str, Any]:
        spec, network = self._client.spec, self._caller.session.network
        lent = network.http_client or network.transport
        return {
            "title": spec.title,
            "version": spec.version,
            "server": self._server,
            "transport": type(lent).__name__ if network.lent else "",
            "document": FOLDER + name_of(spec.document),
            # What the viewer lets be tried: those of OpenAPI 3.2 that have other methods, too.
            "methods": sorted({*spec.document.dialect.methods, *(one.method for one in spec.operations.values())}),
            "listed": len(spec.operations) <= _LISTED,
        }

    # ---- what is called

    async def _call(self, method: str, headers: Mapping[str, str], receive: Any) -> _Reply:
        """A call, told in a header and sent as the body; the answer's own status and headers are told in a header, too.

        A browser would act on them: follow a redirect, ask for a password, keep a cookie.
        """
        if method != "POST":
            return _told(405, "calls are made by POST")
        body = await _body(receive)
        if body is None:
            return _told(413, f"the body of a call has at most {_MOST_BYTES} bytes here")
        try:
            asked = read_asked(unquote(headers.get("explore-call", "")), headers.get("content-type"), body)
        except (ValueError, KeyError, TypeError):
            return _told(400, "the header Explore-Call tells the call")
        try:
            answer = await make_call(self._client, asked)
        except Exception as error:  # of a transport, a hook or a credential that is the caller's
            if not isinstance(error, AssertionError):  # a mock's says what is wrong with the request
                logger.exception("a call from the page failed")
            answer = of_error(error)
        content_type = printable(answer.content_type, 200) or "text/plain"
        return _Reply(200, content_type, answer.body, (*DATA_SAFETY, ("Explore-Answer", answer.told)))


def _told(status: int, message: str) -> _Reply:
    return _Reply(status, "text/plain; charset=utf-8", message.encode())


async def _body(receive: Any) -> bytes | None:
    """The body of a request; None for one that is too large, or was left by the page before it was whole."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > _MOST_BYTES or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send(send: Any, reply: _Reply) -> None:
    headers = [*reply.headers, ("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    raw = [(name.lower().encode(), text.encode("latin-1", "replace")) for name, text in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})
