"""What tests of streams share: a small document, answers in pieces, and one way to read on both clients."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, NamedTuple

import pytest

from aerostack_dynamic import AerostackError, Spec

CHUNK = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string"},
        "n": {"type": "integer", "maximum": 100},
        "at": {"type": "string", "format": "date-time"},
    },
}
ROW = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
FAILURE = {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}}
ASK = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["question"],
                "properties": {"question": {"type": "string"}, "stream": {"type": "boolean"}},
            }
        }
    },
}


def operation(name: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": "", "content": content}, "default": {"description": "", "content": FAILURE}}
    return {"operationId": name, "responses": responses, **more}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Streams", "version": "1"},
    "servers": [{"url": "https://streams.example"}],
    "components": {"schemas": {"Chunk": CHUNK, "Row": ROW}},
    "paths": {
        "/ticks": {"get": operation("ticks", {"text/event-stream": {"schema": {"type": "string"}}})},
        "/chunks": {"get": operation("chunks", {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Chunk"}}})},
        "/chat": {
            "post": operation(
                "chat",
                {
                    "application/json": {"schema": {"type": "object"}},
                    "text/event-stream": {"schema": {"$ref": "#/components/schemas/Chunk"}},
                },
                requestBody=ASK,
                **{"x-aerostack-stream": {"flag": "stream", "sentinel": "[DONE]", "error": "/error"}},
            )
        },
        "/rows": {"get": operation("rows", {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Row"}}})},
        "/records": {"get": operation("records", {"application/json-seq": {"itemSchema": {"$ref": "#/components/schemas/Row"}}})},
        "/file": {"get": operation("file", {"application/octet-stream": {}})},
        "/search": {
            "get": operation(
                "search",
                {"text/event-stream": {}},
                parameters=[{"name": "live", "in": "query", "schema": {"type": "boolean"}}],
                **{"x-aerostack-stream": {"flag": "live"}},
            )
        },
    },
}


class Streams(NamedTuple):
    """A document of streams, and how to read one on either client."""

    document: dict[str, Any]
    spec: Spec
    opened: Callable[[Any], Any]
    each: Callable[[Any], Any]
    collect: Callable[..., Any]
    head: Callable[..., bytes]
    drip: Callable[..., Any]


@contextlib.asynccontextmanager
async def opened(stream: Any) -> AsyncIterator[Any]:
    """The stream within its block; `each` of it goes through the items."""
    if hasattr(stream, "__aenter__"):
        async with stream as inner:
            yield inner
    else:
        with stream as inner:
            yield inner


async def each(stream: Any) -> AsyncIterator[Any]:
    if hasattr(stream, "__aiter__"):
        async for item in stream:
            yield item
    else:
        for item in stream:
            yield item


async def collect(stream: Any, into: list[Any] | None = None) -> list[Any]:
    """Every item; `into` has those before an error."""
    found = [] if into is None else into
    async with opened(stream) as inner:
        async for item in each(inner):
            found.append(item)
    return found


def head(content_type: str | None = "text/event-stream", status: int = 200, **headers: str) -> bytes:
    """The head of an answer whose body ends with the connection, unless headers say otherwise."""
    lines = [f"HTTP/1.1 {status} Status"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def drip(pieces: Iterable[bytes], pause: float = 0.0, *, chunked: bool = False, hold: float = 0.0) -> Any:
    """An answer in pieces; `chunked` ones are not ended, so that closing the connection cuts them."""

    def answer(connection: Any) -> None:
        for number, piece in enumerate(pieces):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked and number else piece)
            time.sleep(pause)
        time.sleep(hold)

    return lambda seen: answer


@pytest.fixture(scope="session")
def streams() -> Streams:
    return Streams(DOCUMENT, Spec.load(DOCUMENT), opened, each, collect, head, drip)


class Recorder:
    def __init__(self) -> None:
        self.drifts: list[Any] = []
        self.errors: list[Any] = []

    def on_drift(self, drift: Any) -> None:
        self.drifts.append(drift)

    def on_error(self, operation: Any, error: Any) -> None:
        self.errors.append(error)


class Told:
    """What came of a stream: its items, the error it ended by, and what the server and the hooks saw."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.error: Any = None
        self.hooks = Recorder()
        self.seen: list[Any] = []


@pytest.fixture
def read(both: Any, wire: Any, streams: Any) -> Any:
    """Read a whole stream that is answered with these bytes."""

    def run(name: str, answer: Any, arguments: dict[str, Any] | None = None, spec: Any = None, **options: Any) -> Told:
        told = Told()
        server = wire([answer, None] if isinstance(answer, bytes) else answer)
        if isinstance(answer, bytes):
            server = wire(streams.drip([answer]))

        async def story(client: Any) -> None:
            try:
                await streams.collect(client.operations[name].stream(**(arguments or {})), told.items)
            except AerostackError as error:
                told.error = error

        options = {"retry": 1, "hooks": [told.hooks], **options}
        both.run(story, spec=spec or streams.spec, server=server.url, **options)
        told.seen = server.seen
        return told

    return run
