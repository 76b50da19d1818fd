"""The ASGI application: routes from the document, and for each operation in turn key, body, judge, platform, judge."""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ._answer import Refusal, decode, encode, internal, invalid
from ._door import Door
from ._files import FILES_PATH, Stored
from ._multipart import Form
from ._operations import OPERATIONS, Arguments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import ASGIApp

    from ._document import Document, Operation
    from ._judge import Judge, Problem
    from ._platform import Platform

logger = logging.getLogger("aerostack_dynamic.sandbox")

MAX_JSON = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "audio/", "video/")


def build_app(document: Document, judge: Judge, platform: Platform, api_key: str, host: str) -> ASGIApp:
    """The application for one platform; KeyError when the document has an operation that the sandbox lacks."""
    desk = _Desk(judge, platform, api_key)
    routes = [
        Route(
            document.prefix + operation.path,
            desk.performer(operation, OPERATIONS[operation.operation_id]),
            methods=[operation.method],
        )
        for operation in document.operations
    ]
    routes.append(Route(FILES_PATH + "/{key:path}", desk.fetch, methods=["GET", "HEAD"]))
    app = Starlette(routes=routes, exception_handlers={HTTPException: desk.lost})
    app.router.redirect_slashes = False
    return Door(app, host, desk.refuse)


class _Desk:
    """Turns requests into calls of the platform and their outcomes into judged answers."""

    def __init__(self, judge: Judge, platform: Platform, api_key: str) -> None:
        self._judge = judge
        self._platform = platform
        self._key = api_key.encode()

    def performer(self, operation: Operation, perform: Any) -> Callable[[Request], Awaitable[Response]]:
        """The function that answers requests for the operation."""

        async def answer(request: Request) -> Response:
            try:
                self._check_key(request, operation)
                result = await self._call(request, operation, perform)
                return await self._platform.run(self.reply, operation, operation.status, result)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception:
                logger.exception("%s failed", operation.operation_id)
                status, body = 500, internal("the sandbox failed; its log says why").body
            return await self._platform.run(self.reply, operation, status, body)

        return answer

    def reply(self, operation: Operation | None, status: int, value: object) -> Response:
        """The answer with that JSON value; one that breaks the document leaves as a 500, and the log says how."""
        try:
            content = encode(value)
            problems = self._judge.answer(operation, status, content)
        except (TypeError, ValueError) as error:
            content, problems = b"", [{"pointer": "", "rule": "json", "message": str(error)}]
        if not problems:
            return Response(content, status, media_type="application/json")
        name = operation.operation_id if operation else "this request"
        logger.error("THE SANDBOX'S OWN ANSWER TO %s (%d) BREAKS THE DOCUMENT: %s", name, status, problems)
        body = internal("the sandbox's own answer breaks the document; its log says how").body
        return Response(encode({**body, "details": {"problems": problems}}), 500, media_type="application/json")

    async def refuse(self, refusal: Refusal) -> Response:
        """The answer to a request for none of the operations."""
        return await self._platform.run(self.reply, None, refusal.status, refusal.body)

    async def lost(self, _request: Request, error: Exception) -> Response:
        """The answer to an unknown path (404) or method (405)."""
        assert isinstance(error, HTTPException)
        answer = await self.refuse(invalid(f"{error.detail} in the sandbox", status=error.status_code))
        answer.headers.update(error.headers or {})
        return answer

    async def fetch(self, request: Request) -> Response:
        """A stored file, to anyone who knows its URL, in a form that no browser runs as a page of this origin."""
        stored = await self._platform.run(self._platform.files.open, request.path_params["key"])
        if stored is None:
            return await self.refuse(invalid("there is no file with this key", status=404))
        inline = stored.content_type.lower().startswith(_SHOWN_INLINE)
        headers = {
            "content-length": str(stored.size),
            "content-disposition": "inline" if inline else "attachment",
            "content-security-policy": "sandbox; default-src 'none'",
            "content-type": stored.content_type,
        }
        if request.method == "HEAD":
            stored.stream.close()
            return Response(headers=headers)
        return StreamingResponse(self._read(stored), headers=headers)

    async def _read(self, stored: Stored) -> AsyncIterator[bytes]:
        with stored.stream as stream:
            while chunk := await self._platform.run(stream.read, _CHUNK):
                yield chunk

    def _check_key(self, request: Request, operation: Operation) -> None:
        if operation.key_headers is None:
            return
        given = [key.encode("latin-1") for name in operation.key_headers for key in request.headers.getlist(name)]
        if len(given) != 1:
            raise Refusal(401, "AUTH_INVALID_KEY", f"the API key is given {len(given)} times, not once")
        if not hmac.compare_digest(given[0], self._key):
            raise Refusal(401, "AUTH_INVALID_KEY", "the API key is wrong")

    async def _call(self, request: Request, operation: Operation, perform: Any) -> object:
        origin = f"http://{request.headers['host']}"
        if not operation.file_parts:
            arguments = await self._json_arguments(request, operation)
            return await perform(self._platform, arguments, origin)
        form = Form(_content_type(request), operation.file_parts, self._platform.files)
        try:
            arguments = await self._form_arguments(request, operation, form)
            return await perform(self._platform, arguments, origin)
        finally:
            # Not in a thread: when the server stops, nothing that is awaited here would run.
            form.discard()

    async def _json_arguments(self, request: Request, operation: Operation) -> Arguments:
        content = await _read_limited(request)
        content_type = _content_type(request)

        def judged() -> Arguments:
            is_json = content_type.partition(";")[0].strip().lower() == operation.media_type
            arguments: Arguments = decode(content) if content and is_json else {}
            _refuse(self._problems(request, operation, content_type, content))
            return arguments

        return await self._platform.run(judged)

    async def _form_arguments(self, request: Request, operation: Operation, form: Form) -> Arguments:
        pending = bytearray()
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= _CHUNK:
                await self._platform.run(form.feed, bytes(pending))
                pending.clear()

        def judged() -> Arguments:
            form.feed(bytes(pending))
            form.finish()
            texts = {name: form.text(name) for name in form.texts}
            _refuse(self._problems(request, operation, *form.placeholder()))
            return {**texts, **form.incoming}

        return await self._platform.run(judged)

    def _problems(self, request: Request, operation: Operation, content_type: str, body: bytes) -> list[Problem]:
        return self._judge.request(
            operation,
            headers=request.headers,
            path=request.scope["path"],
            query=request.query_params.multi_items(),
            content_type=content_type,
            body=body,
        )


async def _read_limited(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_JSON:
            raise invalid(f"a JSON body may have {MAX_JSON // 2**20} MiB", status=413)
    return bytes(content)


def _content_type(request: Request) -> str:
    given = request.headers.getlist("content-type")
    if len(given) > 1:
        raise invalid("the content type is given twice")
    return given[0] if given else ""


def _refuse(problems: list[Problem]) -> None:
    if problems:
        message = "the request does not fit the document: " + "; ".join(f"{p['pointer']} {p['message']}".strip() for p in problems)
        raise invalid(message, details={"problems": problems})
