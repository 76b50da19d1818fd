"""A document of one operation with a body, and what a call of it sends."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, Client

Parts = dict[str, Any]
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
TEXT, BINARY = {"type": "string"}, {"type": "string", "format": "binary"}
ROWS = {"type": "array", "items": {"type": "object"}}


def body(content: Parts | str, schema: Any = None, *, method: str = "post", required: bool = False, **media_type: Any) -> Parts:
    """A document of one operation, called `x`, with a body: of several media types, or of one with a schema."""
    if isinstance(content, str):
        content = {content: {**({} if schema is None else {"schema": schema}), **media_type}}
    return {
        "openapi": "3.2.0",
        "info": {"title": "x", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": {"/x": {method: {"operationId": "x", "responses": {}, "requestBody": {"content": content, "required": required}}}},
    }


def obj(**properties: Any) -> Parts:
    return {"type": "object", "properties": properties}


class Sent:
    """What a transport gets: the method, the content type and the bytes."""

    def __init__(self, request: httpx.Request) -> None:
        self.method = request.method
        self.content_type = request.headers.get("content-type")
        self.length = request.headers.get("content-length")
        self.content = request.read()

    @property
    def pair(self) -> tuple[str | None, bytes]:
        return self.content_type, self.content

    def parts(self) -> list[tuple[Message, bytes]]:
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {self.content_type}\r\n\r\n".encode() + self.content)
        assert not message.defects
        return [(one, one.get_payload(decode=True)) for one in message.iter_parts()]  # type: ignore[attr-defined]


def sent(spec: Parts, options: Parts | None = None, /, **arguments: Any) -> Sent:
    found: list[Sent] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(Sent(request))
        return httpx.Response(204)

    with Client(spec=spec, transport=httpx.MockTransport(answer)) as client:
        client.x.with_options(**(options or {}))(**arguments)
    return found[0]


def refused(spec: Parts, options: Parts | None = None, /, **arguments: Any) -> list[str]:
    with Client(spec=spec) as client, pytest.raises(ArgumentsError) as caught:
        client.x.with_options(**(options or {})).prepare(**arguments)
    return [str(one) for one in caught.value.problems] or [str(caught.value)]
