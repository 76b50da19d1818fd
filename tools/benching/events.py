"""Streams of events, in memory: many small ones, and one that grows."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benching.scene import Makers, Scene, Side

URL = "https://events.example/told"
PART = 16 * 1024
TIMES, SMALL, SMALLER = 8, 64 * 1024, 8 * 1024
CHUNK = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Events", "version": "1"},
    "servers": [{"url": "https://events.example"}],
    "paths": {
        "/told": {
            "get": {
                "operationId": "told",
                "responses": {"200": {"description": "", "content": {"text/event-stream": {"schema": CHUNK}}}},
                "x-aerostack-stream": {"sentinel": "[DONE]"},
            }
        }
    },
}


def body_of(events: list[dict[str, Any]]) -> bytes:
    """A stream, closed as those of chats are."""
    lines = [f"data: {json.dumps(one)}\n\n" for one in events]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of many events, or of one that grows."""
    if kind == "many":
        count = scene.size(20_000, 2_000)
        body = body_of([{"id": number, "text": f"word {number}"} for number in range(count)])
        return {name: partial(_rate, reader, body, count) for name, reader in READERS.items()}
    # The SDK's parser would take a minute for what others take milliseconds for.
    return {
        name: partial(_growth, READERS[name], SMALLER if name == "replaced" else SMALL) for name in ("ours", "base", "replaced")
    }


def _rate(reader: Callable[[bytes], Callable[[], int]], body: bytes, count: int) -> Side:
    read = reader(body)

    def run() -> float:
        began = time.process_time()
        if read() != count:
            raise RuntimeError(f"not all of {count} events came")
        return count / (time.process_time() - began)

    return run


def _growth(reader: Callable[[bytes], Callable[[], int]], size: int) -> Side:
    """How many times as long an event takes that is 8 times as large."""
    small, large = (reader(body_of([{"id": 1, "text": "x" * length}])) for length in (size, TIMES * size))
    return lambda: _least(large) / _least(small)


def _least(read: Callable[[], int]) -> float:
    took: list[float] = []
    for _ in range(5):
        began = time.process_time()
        read()
        took.append(time.process_time() - began)
    return min(took)


def _transport(body: bytes) -> Any:
    """Gives the body in parts, as a socket does."""
    import httpx

    class Parts(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return (body[start : start + PART] for start in range(0, len(body), PART))

    class Transport(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Parts())

    return Transport()


def _ours(body: bytes) -> Callable[[], int]:
    from aerostack_dynamic import Client

    client = Client(spec=DOCUMENT, transport=_transport(body))

    def read() -> int:
        with client.told.stream() as events:
            return sum(1 for event in events if event.data["text"])

    return read


def _base(body: bytes) -> Callable[[], int]:
    import httpx
    from httpx_sse import EventSource

    client = httpx.Client(transport=_transport(body))

    def read() -> int:
        count = 0
        with client.stream("GET", URL) as response:
            for event in EventSource(response).iter_sse():
                if event.data == "[DONE]":
                    break
                count += bool(json.loads(event.data)["text"])
        return count

    return read


def _replaced(body: bytes) -> Callable[[], int]:
    """The parser of the replaced SDK, which none of its operations of 1.0.0 uses."""
    import httpx
    from aerostack.utils.eventstreaming import stream_events

    client = httpx.Client(transport=_transport(body))

    def decoded(text: str) -> Any:
        return json.loads(text)["data"]

    def read() -> int:
        with client.stream("GET", URL) as response:
            return sum(1 for event in stream_events(response, decoded, sentinel="[DONE]") if event["text"])

    return read


def _openai(body: bytes) -> Callable[[], int]:
    """Its stream as its calls make it, of these events."""
    import httpx
    from openai import OpenAI

    client = OpenAI(api_key="k", base_url="https://events.example", http_client=httpx.Client(transport=_transport(body)))

    def read() -> int:
        stream: Any = client.chat.completions.create(model="m", messages=[], stream=True)
        return sum(1 for event in stream if event.text)

    return read


READERS = {"ours": _ours, "base": _base, "replaced": _replaced, "openai": _openai}
