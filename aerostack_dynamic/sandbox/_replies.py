"""What the platform gives, as answers of HTTP: judged JSON, stored files, and event streams."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response, StreamingResponse

from ._answer import Refusal, encode, internal
from ._files import Stored
from ._platform import run_apart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ._document import Operation
    from ._judge import Judge, Problem
    from ._platform import Platform

logger = logging.getLogger("aerostack_dynamic.sandbox")

EVENT_STREAM = "text/event-stream"
OCTETS = "application/octet-stream"
_PLACEHOLDER = b"the sandbox judges files without their bytes"
_CHUNK = 1024 * 1024
_SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "audio/", "video/")


class Replies:
    """Makes the answers; one that breaks the document leaves as a 500, and the log says how."""

    def __init__(self, judge: Judge, platform: Platform) -> None:
        self._judge = judge
        self._platform = platform

    async def to(self, operation: Operation, result: object) -> Response:
        """The documented success with what performed the operation gave."""
        if isinstance(result, Stored):
            return await self._stored(operation, result)
        if isinstance(result, Generator):
            return await self._events(operation, cast("Generator[Any, None, None]", result))
        return await self.value(operation, operation.status, result)

    async def value(self, operation: Operation | None, status: int, value: object) -> Response:
        """The answer with that JSON value."""
        return await self._platform.run(self._judged, operation, status, value)

    def file(self, stored: Stored, *, headers_only: bool = False) -> Response:
        """A stored file, in a form that no browser runs as a page of this origin."""
        inline = stored.content_type.lower().startswith(_SHOWN_INLINE)
        headers = {
            "content-length": str(stored.size),
            "content-disposition": "inline" if inline else "attachment",
            "content-security-policy": "sandbox; default-src 'none'",
            "content-type": stored.content_type,
        }
        if headers_only:
            stored.stream.close()
            return Response(headers=headers)
        return StreamingResponse(self._read(stored), headers=headers)

    def _judged(self, operation: Operation | None, status: int, value: object) -> Response:
        try:
            content = encode(value)
            problems = self._judge.answer(operation, status, content)
        except (TypeError, ValueError) as error:
            content, problems = b"", [{"pointer": "", "rule": "json", "message": str(error)}]
        return Response(content, status, media_type="application/json") if not problems else _broken(operation, status, problems)

    async def _stored(self, operation: Operation, stored: Stored) -> Response:
        """The file under its own media type. The judge sees a few bytes in place of it: it would hold the whole, and decode it."""
        problems = await self._platform.run(self._judge.answer, operation, operation.status, _PLACEHOLDER, OCTETS)
        if problems:
            stored.stream.close()
            return _broken(operation, operation.status, problems)
        return self.file(stored)

    async def _read(self, stored: Stored) -> AsyncIterator[bytes]:
        with stored.stream as stream:
            while chunk := await self._platform.run(stream.read, _CHUNK):
                yield chunk

    async def _events(self, operation: Operation, values: Generator[Any, None, None]) -> Response:
        """An event for each value (`data: <json>`), then `data: [DONE]`.

        The first is awaited, so that what refuses it is still an answer of its own. What fails later breaks the stream off.
        """
        first = _event(await run_apart(next, values))
        problems = await self._platform.run(self._judge.answer, operation, operation.status, first, EVENT_STREAM)
        if problems:
            values.close()
            return _broken(operation, operation.status, problems)
        headers = {"content-type": EVENT_STREAM, "cache-control": "no-store"}
        return StreamingResponse(_told(operation, first, values), operation.status, headers)


async def _told(operation: Operation, first: bytes, values: Generator[Any, None, None]) -> AsyncIterator[bytes]:
    try:
        yield first
        while (value := await run_apart(next, values, None)) is not None:
            yield _event(value)
        yield b"data: [DONE]\n\n"
    except Refusal as refusal:
        logger.warning("the stream of %s breaks off: %s", operation.operation_id, refusal.message)
        raise
    finally:
        with contextlib.suppress(ValueError):  # its thread still waits for the next value, and ends it then
            values.close()


def _event(value: object) -> bytes:
    return b"data: " + encode(value) + b"\n\n"


def _broken(operation: Operation | None, status: int, problems: list[Problem]) -> Response:
    name = operation.operation_id if operation else "this request"
    logger.error("THE SANDBOX'S OWN ANSWER TO %s (%d) BREAKS THE DOCUMENT: %s", name, status, problems)
    body = internal("the sandbox's own answer breaks the document; its log says how").body
    return Response(encode({**body, "details": {"problems": problems}}), 500, media_type="application/json")
