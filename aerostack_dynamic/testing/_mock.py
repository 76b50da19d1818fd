"""`MockTransport`: an in-process httpx transport that plays any OpenAPI document, for tests."""

from __future__ import annotations

import inspect
import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio

from .. import _http
from .._errors import ArgumentsError
from .._incoming import find_operations, missing_credentials, read_request, sent_file
from .._load import chosen_spec
from .._received import by_name
from .._server import origin_of_url, read_base
from .._values import did_you_mean, printable
from ._calls import MockCall
from ._matching import Pattern, find
from ._memory import Memory
from ._mock_error import MOST, MockError, all_of, broken, shown_arguments
from ._replies import Replies, Reply
from ._sense import refuse_nonsense
from ._stubs import Answer, Stub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Mapping
    from pathlib import Path
    from types import FrameType, TracebackType

    from typing_extensions import Self

    from .._incoming import Below
    from .._load import Spec
    from .._model import Operation
    from .._server import Base
    from .._values import Problem


class MockTransport(_http.BaseTransport, _http.AsyncBaseTransport):
    """An httpx transport without a socket that plays an OpenAPI document, for `Client`, `AsyncClient` and httpx's own clients.

    Every request is judged: one that breaks the document fails the test, by a MockError with all its problems that comes out of the
    call. It is answered with what a stub has for it, else with the document's example, else with a generated instance, which is the same
    for the same `seed`.

    `spec` and `version` are those of a client. With `stateful`, things that are created are found, listed, changed and gone, as
    `docs/test.md` says. With `echo`, what was given comes back under the same name, where the answer stays valid. `strict` refuses
    parameters of the query and keys of the body that the document does not declare; `credentials` wants those that the operation
    needs, whatever they are. `server` is the URL of the one server that is played; without it, it is any host with the path of a
    server of the document. Raises ArgumentsError for options that can't be meant.

    Used in a `with` block, it fails at the end where a stub was not used, or where a wrong request was swallowed. It may be shared
    between threads.
    """

    def __init__(
        self,
        spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
        *,
        version: str | None = None,
        seed: int = 0,
        stateful: bool = False,
        echo: bool = True,
        strict: bool = True,
        credentials: bool = True,
        server: str | None = None,
    ) -> None:
        self._spec = chosen_spec(spec, version)
        if type(seed) is not int:
            raise ArgumentsError(f"seed: give a whole number, not a {type(seed).__name__}")
        self._replies = Replies(self._spec.document, seed)
        self._memory = Memory(self._spec, self._replies) if stateful else None
        self._echo = echo
        self._strict = strict
        self._credentials = credentials
        self._server = None if server is None else _served(server)
        self._listens: str | None = None
        self._lock = Lock()
        self._stubs: list[Stub] = []
        self._calls: list[MockCall] = []
        self._refused: list[MockError] = []
        self._entered: list[bool] = []

    @property
    def spec(self) -> Spec:
        """The document that is played."""
        return self._spec

    @property
    def calls(self) -> tuple[MockCall, ...]:
        """The calls so far, those that were refused left out, in the order in which they came."""
        return tuple(self._calls)

    def on(self, operation: str, /, checked: bool = True, **arguments: Any) -> Stub:
        """A stub for the calls of an operation that have these arguments, by Python or wire names; others may have any value.

        `operation` is an operationId, `"ai.ai_chat"` or `"POST /ai/chat"`. Objects match by the members that are named. Raises
        ArgumentsError with close matches for names that the document has not, and unless `checked` is false for values that no valid
        call has. Which of several stubs answers: the one that names the most values, of equals the last. An argument that is called
        `checked` itself is given with its location: `query_checked=`.
        """
        pattern = Pattern(self._spec.document, find(self._spec, operation), arguments)
        if checked:
            refuse_nonsense(pattern, strict=self._strict)
        stub = Stub(self._replies, pattern)
        with self._lock:
            self._stubs.append(stub)
        return stub

    def reset(self) -> None:
        """Forget all stubs, calls and things."""
        with self._lock:
            self._stubs, self._calls, self._refused = [], [], []
            if self._memory is not None:
                self._memory = Memory(self._spec, self._replies)

    # ---- what is asserted

    def assert_called(self, operation: str, /, times: int | None = None, **arguments: Any) -> None:
        """Fail unless there was a call of the operation with these arguments, or exactly so many; tells what the nearest one differs in.

        An argument of the operation that is called `times` itself is given with its location: `query_times=`.
        """
        pattern = Pattern(self._spec.document, find(self._spec, operation), arguments)
        called = [one for one in self.calls if one.operation is pattern.operation]
        fitting = [one for one in called if pattern.fits(one.arguments)]
        if (times is None and not fitting) or (times is not None and len(fitting) != times):
            wanted = "" if times is None else f" {times} time{'' if times == 1 else 's'}"
            said = f"{pattern} was expected{wanted}, and called {f'{len(fitting)} times' if fitting else 'never'}"
            raise MockError(said + self._nearest(pattern), operation=pattern.operation.dotted)

    def assert_not_called(self, operation: str, /, **arguments: Any) -> None:
        """Fail if there was a call of the operation with these arguments."""
        self.assert_called(operation, 0, **arguments)

    def assert_all_used(self) -> None:
        """Fail where a stub was not used, and where a request was refused, which the tested code may have swallowed."""
        if self._refused:
            raise all_of(self._refused)
        unused = [(one.pattern, told) for one in self._stubs if (told := one.unused)]
        if unused:
            lines = [f"  {pattern} {told}{self._nearest(pattern, '    ')}" for pattern, told in unused]
            raise MockError("\n".join(["stubs were not used:", *lines]))

    def _nearest(self, pattern: Pattern, indent: str = "  ") -> str:
        """What the call that comes nearest to a pattern differs in, on lines of their own."""
        called = [one for one in self.calls if one.operation is pattern.operation]
        if not called:
            others = ", ".join(dict.fromkeys(one.operation.operation_id for one in self.calls))
            return f"\n{indent}called were: {others}" if others else ""
        differences = [(pattern.differences(one.arguments), one) for one in called]
        apart = [one for one in differences if one[0]]
        if not apart:
            return ""
        lines, nearest = min(apart, key=lambda one: len(one[0]))
        shown = shown_arguments(self._spec.document, nearest.operation, nearest.arguments)
        return "".join(f"\n{indent}{line}" for line in [f"the nearest call: {shown}", *lines])

    # A client of httpx enters and leaves its transport as well; what is unused then may be for the next one.

    def __enter__(self) -> Self:
        self._entered.append(_is_httpx(inspect.currentframe()))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if not self._entered.pop() and exc_type is None:
            self.assert_all_used()

    async def __aenter__(self) -> Self:
        self._entered.append(_is_httpx(inspect.currentframe()))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.__exit__(exc_type)

    def __repr__(self) -> str:
        return f"<MockTransport of {printable(self._spec.title)} {printable(self._spec.version)}: {len(self._calls)} calls>"

    # ---- one request

    def handle_request(self, request: _http.Request) -> _http.Response:
        """Answer a request. Raises MockError for one that breaks the document."""
        with self._noting():
            call, answer = self._taken(request, request.read())
            given = answer.make(call) if answer is not None and answer.make is not None else None
            if inspect.isawaitable(given):
                getattr(given, "close", bool)()
                raise ArgumentsError("the function that answers is asynchronous, and only asynchronous clients await it")
            reply = self._reply(call, answer, given, request)
        if reply.delay:
            wait, late = _wait(reply.delay, request)
            time.sleep(wait)
            _raise(late)
        return _response(call, reply, request)

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """The same for asynchronous clients."""
        with self._noting():
            call, answer = self._taken(request, await request.aread())
            given = answer.make(call) if answer is not None and answer.make is not None else None
            reply = self._reply(call, answer, await given if inspect.isawaitable(given) else given, request)
        if reply.delay:
            wait, late = _wait(reply.delay, request)
            await anyio.sleep(wait)
            _raise(late)
        return _response(call, reply, request)

    def note(self, error: MockError) -> None:
        """Fail at the end for what the code that is tested may have swallowed."""
        with self._lock:
            if len(self._refused) < MOST:
                self._refused.append(error)

    @contextmanager
    def _noting(self) -> Generator[None]:
        """Keep what a request was refused for, since the code that is tested may swallow it."""
        try:
            yield
        except MockError as error:
            self.note(error)
            raise

    def _taken(self, request: _http.Request, body: bytes) -> tuple[MockCall, Answer | None]:
        """The call that a request is, and the stub's answer that is for it."""
        call = self._judged(request, body)
        with self._lock:
            self._calls.append(call)
            return call, self._answer(call, request.headers.get("accept", ""))

    def _judged(self, request: _http.Request, body: bytes) -> MockCall:
        url, headers = str(request.url), by_name(request.headers.multi_items())
        base, below = self._place(request)
        read = read_request(self._spec, request.method, url, headers, body, strict=self._strict, base=base, below=below)
        if read is None:
            raise self._unknown(request)
        problems = [*read.problems]
        if not self._strict:
            problems = [one for one in problems if one.rule != "undeclared" or one.location == "body"]
        if self._credentials:
            problems += missing_credentials(self._spec, read.operation, headers, url)
        if problems:
            raise _refusal(read.operation, problems)
        return MockCall(self._spec.document, read.operation, read.arguments, read.media_type, request)

    def listens(self, url: str | None) -> None:
        """Play, beside the servers of the document, one at a URL of this machine; None ends that."""
        self._listens = url

    @property
    def first_path(self) -> str:
        """The path of the server that was named, else of the document's first, where its variables have defaults."""
        first = next(iter(self._spec.servers), None)
        if self._server is not None or first is None:
            return urlsplit(self._server.url if self._server else "").path
        url = first.url
        for name, variable in first.variables.items():
            url = url.replace(f"{{{name}}}", variable.default or f"{{{name}}}")
        path = urlsplit(url).path.rstrip("/")
        return path if path.startswith("/") and "{" not in path else ""

    def _place(self, request: _http.Request) -> tuple[str | None, Below]:
        """Below which paths a request is looked for."""
        own = self._listens or (self._server.url if self._server else None)
        path = None if own is None else urlsplit(own).path.rstrip("/")
        if self._server is None:
            return path, "servers"
        # What is listened to is reached by many names of the machine.
        return path if self._listens or origin_of_url(request.url) == self._server.origin else None, "base"

    def _unknown(self, request: _http.Request) -> MockError:
        path = printable(request.url.path)
        known = [f"{one.method} {one.path}" for one in self._spec.operations.values()]
        below = next((path[len(base) :] for base in self._paths_of_servers() if base and path.startswith(f"{base}/")), path)
        guess = did_you_mean(f"{request.method} {below}", known, 0.5)
        told = f"{request.method} {path} is no operation of {printable(self._spec.title)} {printable(self._spec.version)}"
        if self._known_below(request):
            told, guess = f"{request.method} {origin_of_url(request.url)}{path} is at no server that is played", ""
        return MockError(f"{told}{guess or ';'} {self._servers()}", status=404)

    def _known_below(self, request: _http.Request) -> bool:
        """Whether the path is an operation's at another server."""
        url, own = str(request.url), self._server
        base = urlsplit(own.url).path.rstrip("/") if own else None
        return next(find_operations(self._spec, request.method, url, base=base), None) is not None

    def _servers(self) -> str:
        if self._listens:
            return f"the mock listens on {self._listens}"
        if self._server:
            return f"its server: {printable(self._server.url)}"
        servers = ", ".join(printable(one.url) for one in self._spec.servers) or "none"
        return f"its servers: {servers} (MockTransport(server=...) names another)"

    def _paths_of_servers(self) -> list[str]:
        own = [one for one in (self._listens, self._server and self._server.url) if one]
        return [urlsplit(one).path.rstrip("/") for one in [*own, *(one.url for one in self._spec.servers)]]

    def _answer(self, call: MockCall, accept: str) -> Answer | None:
        asks = self._replies.may_stream(call.operation, accept, call.arguments)
        mine = [one for one in reversed(self._stubs) if one.pattern.operation is call.operation]
        for stub in sorted(filter(lambda one: one.pattern.fits(call.arguments), mine), key=lambda one: -one.pattern.weight):
            answer = stub.next_answer(asks)
            if answer is not None:
                return answer
        return None

    def _reply(self, call: MockCall, answer: Answer | None, given: Any, request: _http.Request) -> Reply:
        """What is answered: `given` is what a stub's function has made."""
        if answer is None:
            return self._own(call, request)
        reply = answer.reply
        if answer.make is not None:
            stub = Stub(self._replies, Pattern(self._spec.document, call.operation, {}))
            try:
                reply = stub.reply(given, answer.status, answer.headers, answer.media_type, answer.checked)
            except MockError as error:
                error.status = 500
                raise
        elif reply is None:
            reply = self._own(call, request)._replace(lost=answer.lost)
        return reply._replace(delay=answer.delay)

    def _own(self, call: MockCall, request: _http.Request) -> Reply:
        """The document's own answer, or what is remembered."""
        accept = request.headers.get("accept", "")
        if self._memory is not None:
            file = sent_file(request.headers.get("content-type", ""), request.content, call.body)
            with self._lock:
                remembered = self._memory.reply(call.operation, call.arguments, accept, file)
            if remembered is not None:
                return remembered
        return self._replies.own(call.operation, accept, call.arguments, echo=self._echo)


class _Body(_http.SyncByteStream, _http.AsyncByteStream):
    """The body of an answer, which may be lost on the way."""

    def __init__(self, chunks: tuple[bytes, ...], lost: int | None) -> None:
        self._chunks = chunks
        self._lost = lost

    def __iter__(self) -> Iterator[bytes]:
        left = self._lost
        for chunk in self._chunks:
            yield chunk if left is None else chunk[: max(0, left)]
            left = None if left is None else left - len(chunk)
        if left is not None:
            raise _http.RemoteProtocolError("peer closed connection without sending complete message body (a mock)")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def _response(call: MockCall, reply: Reply, request: _http.Request) -> _http.Response:
    if reply.lost is not None and reply.lost < 0:
        raise _http.RemoteProtocolError("Server disconnected without sending a response. (a mock)", request=request)
    call.status = reply.status
    headers = [*reply.headers]
    if len(reply.chunks) == 1:
        headers.append(("Content-Length", str(len(reply.chunks[0]))))
    return _http.Response(reply.status, headers=headers, stream=_Body(reply.chunks, reply.lost))


def _wait(delay: float, request: _http.Request) -> tuple[float, _http.ReadTimeout | None]:
    """How long to wait, and what to raise then where the answer comes too late for the request."""
    limit = request.extensions.get("timeout", {}).get("read")
    if limit is None or delay <= limit:
        return delay, None
    return limit, _http.ReadTimeout("the answer of a mock came too late", request=request)


def _raise(late: _http.ReadTimeout | None) -> None:
    if late is not None:
        raise late


def _refusal(operation: Operation, problems: list[Problem]) -> MockError:
    many = "" if len(problems) == 1 else f" in {len(problems)} places"
    return broken(
        f"the request {operation.method} {operation.path} ({operation.dotted}) breaks the document{many}:", problems, operation
    )


def _is_httpx(frame: FrameType | None) -> bool:
    """Whether code of httpx, or of what takes its place, has called what runs in a frame."""
    caller = frame.f_back if frame is not None else None
    return caller is not None and str(caller.f_globals.get("__name__")).partition(".")[0] in ("httpx", "httpx2")


def _served(server: Any) -> Base:
    if not isinstance(server, str):
        raise ArgumentsError(f"server: give its URL, such as server='https://api.example.com/v1', not a {type(server).__name__}")
    return read_base(server.strip())
