"""Where canaries are put: a document with secrets in every place, a server that repeats all it was sent, transports, and what watches."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import httpx

from aerostack_dynamic import AsyncClient, Client
from aerostack_dynamic.auth import ClientCredentials

from .scan import STEM

KEY = f"{STEM}-key/7+%A"
COOKIE = f"{STEM}-key.7"
PASSWORD = f'{STEM} pass"/+é&<7'
CHAT = "/chat/{pin}"
SECRETS: dict[str, Any] = {
    "format": {"type": "string", "format": "password"},
    "write": {"type": "string", "writeOnly": True},
    "marked": {"type": "string", "x-aerostack-secret": True},
}
SECRET = SECRETS["marked"]
REFERRED = {"$ref": "#/components/schemas/Password"}
PROPERTIES: dict[str, Any] = {
    **SECRETS,
    "referred": REFERRED,
    "all": {"allOf": [{"type": "string"}, REFERRED]},
    "one": {"oneOf": [{"type": "integer"}, REFERRED]},
    "list": {"type": "array", "items": {"type": "object", "properties": {"inner": REFERRED}}},
    "map": {"type": "object", "additionalProperties": REFERRED},
    "pattern": {"type": "object", "patternProperties": {"^x": REFERRED}},
    "tuple": {"type": "array", "prefixItems": [REFERRED]},
    "open": {"type": "object"},
    "plain": {"type": "string"},
}
BODY: dict[str, Any] = {
    **dict.fromkeys(("format", "write", "marked", "referred", "all", "one"), PASSWORD),
    "list": [{"inner": PASSWORD}],
    "map": {"a": PASSWORD},
    "pattern": {"xa": PASSWORD},
    "tuple": [PASSWORD],
    "open": {"deep": [{"marked": PASSWORD}]},
    "plain": "shown",
}
FLAT = {name: BODY[name] for name in ("format", "write", "marked", "plain")}
HEADER = PASSWORD.replace("é", "e")
PARAMETERS: dict[str, Any] = {
    "pin": PASSWORD,
    "q": PASSWORD,
    "object": {"marked": PASSWORD},
    "X-Pin": HEADER,
    "crumb": COOKIE,
    "X-Old-Key": KEY,
}
SCHEMES: dict[str, tuple[dict[str, Any], Any]] = {
    "header": ({"type": "apiKey", "in": "header", "name": "X-Key"}, KEY),
    "query": ({"type": "apiKey", "in": "query", "name": "key"}, KEY),
    "cookie": ({"type": "apiKey", "in": "cookie", "name": "session"}, COOKIE),
    "basic": ({"type": "http", "scheme": "basic"}, ("user", PASSWORD)),
    "bearer": ({"type": "http", "scheme": "bearer"}, KEY),
    "auth": ({"type": "http", "scheme": "digest"}, httpx.BasicAuth("user", PASSWORD)),
    "oauth2": ({"type": "oauth2", "flows": {}}, None),
}


def _place(name: str, location: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": {"type": "string"}, "required": location == "path", **more}


def _operation(name: str, media_type: str, properties: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    answer = {"type": "object", "properties": {"token": SECRET, "count": {"type": "integer"}}}
    return {
        "operationId": name,
        "parameters": parameters,
        "requestBody": {"content": {media_type: {"schema": schema}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": answer}}}},
    }


def document(scheme: str) -> dict[str, Any]:
    """A document with one scheme, and operations whose arguments are secret in every way there is."""
    flat = {name: PROPERTIES[name] for name in FLAT}
    parameters = [
        _place("pin", "path", **{"x-aerostack-secret": True}),
        _place("q", "query", schema=SECRETS["write"]),
        _place("object", "query", style="deepObject", explode=True, schema={"type": "object", "properties": {"marked": SECRET}}),
        _place("X-Pin", "header", schema=REFERRED),
        _place("crumb", "cookie", schema=SECRET),
        _place("X-Old-Key", "header"),
    ]
    whole = {
        "operationId": "text",
        "requestBody": {"content": {"text/plain": {"schema": SECRET}}},
        "responses": {"200": {"description": ""}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "security": [{"it": []}],
        "components": {
            "schemas": {"Password": SECRETS["format"]},
            "securitySchemes": {"it": SCHEMES[scheme][0], "old": {"type": "apiKey", "in": "header", "name": "X-Old-Key"}},
        },
        "paths": {
            CHAT: {"post": _operation("chat", "application/json", PROPERTIES, parameters)},
            "/get": {"get": {"operationId": "fetch", "parameters": parameters[1:], "responses": {"200": {"description": ""}}}},
            "/form": {"post": _operation("form", "application/x-www-form-urlencoded", flat, [])},
            "/parts": {"post": _operation("parts", "multipart/form-data", flat, [])},
            "/text": {"post": whole},
        },
    }


def repeated(seen: Any) -> dict[str, Any]:
    """All that was sent, as careless servers say it: in messages, in names that are secret elsewhere, decoded and encoded."""
    body = seen.body.decode("utf-8", "replace")
    cookie = COOKIE if COOKIE in str(seen.headers) else ""
    said = f"{PASSWORD} {KEY} {cookie} {base64.b64encode(PASSWORD.encode()).decode()} {seen.target} {seen.headers} {body}"
    try:
        sent = json.loads(body)
    except ValueError:
        sent = body
    return {"code": f"no {KEY}", "message": said, "sent": sent, "marked": PASSWORD, KEY: [PASSWORD], "error": {"detail": said}}


class Foreign(httpx.BaseTransport):
    """A transport of the caller's own, which fails as it likes where `fails` says so."""

    def __init__(self, fails: BaseException | None = None) -> None:
        self.inner = httpx.HTTPTransport()
        self.fails = fails

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = request.headers
        if self.fails is not None and headers:
            raise self.fails
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


class AsyncForeign(httpx.AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, fails: BaseException | None = None) -> None:
        self.inner = httpx.AsyncHTTPTransport()
        self.fails = fails

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = request.headers
        if self.fails is not None and headers:
            raise self.fails
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()


def reach(how: str, kind: str, fails: BaseException | None = None) -> dict[str, Any]:
    """The client's arguments for a way to the network."""
    if how == "borrowed":
        return {"http_client": httpx.Client() if kind == "sync" else httpx.AsyncClient()}
    if how == "foreign":
        return {"transport": Foreign(fails) if kind == "sync" else AsyncForeign(fails)}
    return {}


def credential(scheme: str, url: str) -> Any:
    """What the client is given for the scheme; a flow asks the same server for its token."""
    return ClientCredentials("me", KEY, token_url=f"{url}/token") if scheme == "oauth2" else SCHEMES[scheme][1]


def client_of(kind: str, **options: Any) -> Any:
    """A client of either kind."""
    return (Client if kind == "sync" else AsyncClient)(**options)


class Watch(logging.Handler):
    """Keeps all that is said of a call while it is under way."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.kept: list[str] = []
        self.loggers: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.loggers.add(record.name)
        self.kept += [record.getMessage(), repr(record.msg), repr(record.args), repr(record.exc_info), repr(vars(record))]
        if record.exc_info:
            self.kept.append("".join(traceback.format_exception(*record.exc_info)))

    def unraisable(self, told: Any) -> None:
        """For `sys.unraisablehook` and `threading.excepthook`."""
        self.kept.append(repr(told))
        self.kept += [repr(getattr(told, name)) for name in ("exc_value", "object", "args") if hasattr(told, name)]

    def from_loop(self, loop: Any, context: dict[str, Any]) -> None:
        """For an event loop's exception handler."""
        self.kept.append(repr(context))


@contextmanager
def watching() -> Iterator[Watch]:
    """Every log at every level, warnings, what is printed, and exceptions that nobody catches."""
    watch, root, out = Watch(), logging.getLogger(), io.StringIO()
    level, hooks = root.level, (sys.unraisablehook, threading.excepthook)
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    sys.unraisablehook = threading.excepthook = watch.unraisable  # type: ignore[assignment]
    try:
        with redirect_stdout(out), redirect_stderr(out), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield watch
            watch.kept += [f"{one} {one.message} {one.source!r} {one.line}" for one in warned]
    finally:
        root.removeHandler(watch)
        root.setLevel(level)
        sys.unraisablehook, threading.excepthook = hooks
        watch.kept.append(out.getvalue())


async def looked_after(watch: Watch, story: Any) -> Any:
    """A story in an event loop that complains to the watch."""
    asyncio.get_running_loop().set_exception_handler(watch.from_loop)
    asyncio.get_running_loop().set_debug(True)
    return await story
