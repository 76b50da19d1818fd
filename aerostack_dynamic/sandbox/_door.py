"""The door: every request passes here first, every answer last. It keeps web pages out and gives request ids."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
import time
import uuid
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from ._answer import Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("aerostack_dynamic.sandbox")

DRAIN_SECONDS = 30.0
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104


class Door:
    """ASGI middleware: a request must name this server in `Host`, and its `Origin`, if any, must be that same server.

    A page on another site can reach a local server in two ways, and both are shut: by its own requests, which carry its
    `Origin` or `Sec-Fetch-Site: cross-site`, and by a name that it re-points at this machine, which shows in `Host`.
    """

    def __init__(self, app: ASGIApp, host: str, refuse: Callable[[Refusal], Awaitable[ASGIApp]]) -> None:
        self._app = app
        self._refuse = refuse
        self._any_address = host in _WILDCARDS
        self._hosts = {"localhost", "127.0.0.1", "::1", host.lower()}
        if self._any_address:
            self._hosts.add(socket.gethostname().lower())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        refusal = self._judge(Headers(scope=scope))
        app = self._app if refusal is None else await self._refuse(refusal)
        exchange = _Exchange(scope, receive, send)
        await app(scope, exchange.receive, exchange.send)

    def _judge(self, headers: Headers) -> Refusal | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._known(_host_name(host)):
            return invalid("this Host is not the sandbox's", status=403)
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return invalid("requests from other origins are refused", status=403)
        if headers.get("sec-fetch-site", "none") == "cross-site":
            return invalid("requests from other sites are refused", status=403)
        return None

    def _known(self, name: str) -> bool:
        if name in self._hosts:
            return True
        # An address in Host cannot be re-pointed, so a server on all addresses takes any of them.
        with contextlib.suppress(ValueError):
            return self._any_address and bool(ipaddress.ip_address(name))
        return False


def _host_name(host: str) -> str:
    """The name in a Host header (RFC 9110, 7.2), lower case, without brackets; empty when it is malformed."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        port = port.removeprefix(":") if bracket else "?"
    else:
        name, _, port = host.partition(":")
    return "" if port and not port.isdigit() else name.lower()


class _Exchange:
    """Receive and send of one request: adds headers to the answer, logs it, and reads a refused body to its end first.

    An answer sent while the client still writes its body would be lost with the connection (RFC 9112, 9.6).
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._begun = time.monotonic()
        self._body_ended = Headers(scope=scope).get("expect") is not None

    async def receive(self) -> Message:
        """The next part of the request."""
        message = await self._receive()
        if not message.get("more_body", False):
            self._body_ended = True
        return message

    async def send(self, message: Message) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            if not self._body_ended:
                await _within(DRAIN_SECONDS, self._drain)
            self._finish(message)
        await self._send(message)

    async def _drain(self) -> None:
        while not self._body_ended:
            await self.receive()

    def _finish(self, message: Message) -> None:
        request_id = uuid.uuid4().hex
        headers = MutableHeaders(scope=message)
        headers["x-request-id"] = request_id
        headers["cross-origin-resource-policy"] = "same-origin"
        headers["x-content-type-options"] = "nosniff"
        path = self._scope["raw_path"].decode("ascii", "backslashreplace")
        took = (time.monotonic() - self._begun) * 1000
        logger.info("%s %s %d %.0f ms %s", self._scope["method"], path, message["status"], took, request_id)


async def _within(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(work(), seconds)
