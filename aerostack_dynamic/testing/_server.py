"""`MockServer`: a mock over HTTP, for programs that can't be given a transport."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from .. import _http
from .._values import printable
from ._mock import MockTransport
from ._mock_error import MockError
from ._replies import problem_reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from .._load import Spec
    from .._serving import Server

_LONGEST: Final = 4000

logger = logging.getLogger("aerostack_dynamic.mock")


class MockServer:
    """A mock as an HTTP server on this machine, for the length of a `with` block or from `start` to `stop`.

    `spec` and the other options are those of MockTransport, which is had as `mock`: for stubs, calls and assertions. `port` 0 takes a
    free one. A request that breaks the document is answered with a problem document (RFC 9457) that has all problems: 400, 404 where
    there is no such operation, 401 where nothing but the credentials is missing; and 500 for a function of a stub that fails, or a
    document that no answer can be made of. All of these fail a `with` block at its end, as unused stubs do. `start` raises OSError when
    the address can't be bound, and ImportError without the extra `mock`.
    """

    def __init__(
        self,
        spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        **options: Any,
    ) -> None:
        self.mock = MockTransport(spec, **options)
        self._host = host
        self._port = port
        self._server: Server | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The server's URL with the path that the document's first server has, for example `http://127.0.0.1:43210/v1`."""
        if self._server is None:
            raise RuntimeError("the mock is not running")
        return self._url

    def start(self) -> Self:
        """Serves from now on; RuntimeError when it already does."""
        if self._server is not None:
            raise RuntimeError("the mock has started already")
        try:
            from .._serving import Server, listen, url_of  # noqa: PLC0415  # the extra may be missing
        except ModuleNotFoundError as error:
            raise ImportError(
                f"a mock server needs {error.name}, which is not installed: pip install 'aerostack_dynamic[mock]'", name=error.name
            ) from error
        listener = listen(self._host, self._port)
        self._url = url_of(listener, self._host) + self._path()
        self.mock.listens(self._url)
        self._server = Server.start_in_thread(self._application, listener, "aerostack-mock-server")
        return self

    def stop(self) -> None:
        """Ends the server within about a second; does nothing when stopped."""
        server, self._server = self._server, None
        if server is not None:
            server.end()
            self.mock.listens(None)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        if exc_type is None:
            self.mock.assert_all_used()

    def _path(self) -> str:
        """The path of the server that was named, else of the document's first, variables by their defaults where it can be told."""
        return self.mock.first_path

    # ---- ASGI

    async def _application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = await _body(receive)
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        host = next((text.decode("latin-1") for name, text in scope["headers"] if name == b"host"), "localhost")
        method = scope["method"]
        url = f"http://{host}{path}{'?' if query else ''}{query}"
        try:
            request = _http.request_of(method, url, headers=scope["headers"], content=body)
            response = await self.mock.handle_async_request(request)
        except MockError as error:
            response = _told(error)
        except _http.InvalidURL:
            response = _http.Response(400)
        except _http.TransportError:
            await _drop(send, receive)
            return
        except Exception as error:  # of a function that answers
            response = self._broken(f"{method} {printable(path)}", error)
        logger.info("%s %s -> %d", method, printable(path), response.status_code)
        await _send(response, send, receive, whole=method != "HEAD")

    def _broken(self, what: str, error: Exception) -> _http.Response:
        """The answer where the function of a stub failed, which fails the block at its end as well."""
        told = MockError(
            f"the function that answers {what} failed: {type(error).__name__}: {printable(str(error), _LONGEST)}", status=500
        )
        told.__cause__ = error
        self.mock.note(told)
        return _told(told)


def _told(error: MockError) -> _http.Response:
    reply = problem_reply(error.status, str(error).partition("\n")[0].rstrip(":"), error.problems)
    return _http.Response(reply.status, headers=[*reply.headers], content=reply.body)


async def _body(receive: Any) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send(response: _http.Response, send: Any, receive: Any, *, whole: bool) -> None:
    headers = [(name.lower(), text) for name, text in response.headers.raw]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    stream: Any = response.stream
    try:
        async for chunk in stream:
            if whole and chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except _http.TransportError:
        await _drop(send, receive)
        return
    await send({"type": "http.response.body", "body": b""})


async def _drop(send: Any, receive: Any) -> None:
    """End the connection as it stands. ASGI has no word for it, so uvicorn's transport is asked."""
    cycle = getattr(send, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is not None:
        # What was written so far is sent first.
        transport.close() if getattr(cycle, "response_started", False) else transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
