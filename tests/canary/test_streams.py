"""A StreamError shows no secret that the call has sent, also where the server repeats it in an event."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from aerostack_dynamic import StreamError

from .scan import check, everything, frames

KEY = "zq7XcnryStream"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Streams", "version": "1"},
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "security": [{"Key": []}],
    "paths": {
        "/ticks": {
            "get": {
                "operationId": "ticks",
                "x-aerostack-stream": {"error": "/error", "sentinel": "[DONE]"},
                "responses": {"200": {"description": "ticks", "content": {"text/event-stream": {}}}},
            }
        }
    },
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
ENDS = {
    "an error that repeats the key": b'data: {"error":{"message":"no ' + KEY.encode() + b' here"}}\n\n',
    "an end without its mark": b'data: {"n":1}\n\n',
    "an event that is no JSON": b"data: {no " + KEY.encode() + b"\n\n",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_stream_that_fails(both: Any, wire: Any, end: str) -> None:
    server = wire(lambda seen: lambda connection: connection.sendall(HEAD + ENDS[end]))

    async def read(client: Any) -> None:
        if both.kind == "sync":
            with client.ticks.stream() as events:
                list(events)
        else:
            async with client.ticks.stream() as events:
                [event async for event in events]

    async def story(client: Any) -> None:
        with pytest.raises(StreamError) as caught:
            await read(client)
        error = caught.value
        assert server.seen[0].header("x-key") == KEY
        check([*everything(error), *frames(error), str(error.data), repr(pickle.dumps(error))])

    both.run(story, spec=DOCUMENT, server=server.url, credentials={"Key": KEY})
