"""The ASGI application: routes from the document, and for each operation in turn key, body, judge, platform, reply."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ._answer import Refusal, decode, internal, invalid
from ._call import Arguments, Call
from ._document import read_document
from ._door import Door
from ._files import FILES_PATH, no_file
from ._multipart import Form
from ._operations import APART, OPERATIONS
from ._platform import run_apart
from ._replies import Replies

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp

    from ._document import Document, Operation
    from ._judge import Judge, Problem
    from ._keys import Keys
    from ._operations import Work
    from ._platform import Platform

logger = logging.getLogger("aerostack_dynamic.sandbox")

MAX_JSON = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_SHOWN = 200


def build_app(document: Document, judge: Judge, platform: Platform, keys: Keys, host: str) -> ASGIApp:
    """The application for one platform; KeyError when the document has an operation that the sandbox lacks."""
    desk = _Desk(document, judge, platform, keys)
    table = OPERATIONS[document.version]
    routes = [
        Route(
            document.prefix + operation.path,
            desk.performer(operation, table[operation.operation_id]),
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

    def __init__(self, document: Document, judge: Judge, platform: Platform, keys: Keys) -> None:
        self._document = document
        self._judge = judge
        self._platform = platform
        self._keys = keys
        self._replies = Replies(judge, platform)

    def performer(self, operation: Operation, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """The function that answers requests for the operation."""

        async def answer(request: Request) -> Response:
            try:
                consumer = self._keys.check(request.headers, operation)
                result = await self._call(request, operation, work, consumer)
                return await self._replies.to(operation, result)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception:
                logger.exception("%s failed", operation.operation_id)
                status, body = 500, internal("the sandbox failed; its log says why").body
            return await self._replies.value(operation, status, body)

        return answer

    async def refuse(self, refusal: Refusal) -> Response:
        """The answer to a request for none of the operations."""
        return await self._replies.value(None, refusal.status, refusal.body)

    async def lost(self, request: Request, error: Exception) -> Response:
        """The answer to an unknown path (404) or method (405)."""
        assert isinstance(error, HTTPException)
        path = request.scope["path"]
        text = f"{error.detail} in the sandbox: {request.method} {path[:_SHOWN]}{self._hint(request.method, path)}"
        answer = await self.refuse(invalid(text, status=error.status_code))
        answer.headers.update(error.headers or {})
        return answer

    def _hint(self, method: str, path: str) -> str:
        """What may be meant: an operation without the server's own path before it, or one of another version."""
        prefix = self._document.prefix
        if self._document.has(method, prefix + path):
            return f"; operations are under {prefix}: give clients the address with it"
        others = (read_document(one) for one in OPERATIONS if one != self._document.version)
        version = next((one.version for one in others if one.has(method, path) or one.has(method, one.prefix + path)), None)
        return (
            f"; {version} has it: start the sandbox with --spec-version {version}, or Sandbox(version={version!r})"
            if version
            else ""
        )

    async def fetch(self, request: Request) -> Response:
        """A stored file, to anyone who knows its URL."""
        stored = await self._platform.run(self._platform.files.open, request.path_params["key"])
        if stored is None:
            return await self.refuse(no_file())
        return self._replies.file(stored, headers_only=request.method == "HEAD")

    async def _call(self, request: Request, operation: Operation, work: Work, consumer: str) -> object:
        if not operation.file_parts:
            arguments = await self._json_arguments(request, operation)
            return await self._perform(operation, work, _call(request, arguments, consumer))
        form = Form(_content_type(request), operation.file_parts, self._platform.files)
        try:
            arguments = await self._form_arguments(request, operation, form)
            return await self._perform(operation, work, _call(request, arguments, consumer))
        finally:
            # Not in a thread: when the server stops, nothing that is awaited here would run.
            form.discard()

    async def _perform(self, operation: Operation, work: Work, call: Call) -> object:
        run = run_apart if operation.operation_id in APART else self._platform.run
        return await run(work, self._platform, call)

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


def _call(request: Request, arguments: Arguments, consumer: str) -> Call:
    query = {name: request.query_params.getlist(name)[0] for name in request.query_params}
    return Call(arguments, request.path_params, query, f"http://{request.headers['host']}", consumer)


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
