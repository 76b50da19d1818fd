"""The whole life of one call, read from top to bottom; all it asks of its driver is I/O.

Arguments are bound and checked, a request is built, credentials are found, the exchange is made, the answer is read. Errors leave
with what is known of the call, and hooks are asked on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._auth import authorize
from ._call import Rules, bind, layout_of
from ._credential import Setting
from ._errors import AerostackError, CredentialsError, NoResponseError
from ._exchange import Journal, Plan, exchange
from ._log import name_of, told_arguments, told_body, warn_caller
from ._options import idle_for, timeout_for
from ._request import ContentStream, build_request, extension
from ._result import Reading, Response, carried, decode_plainly, http_response, read_error, read_result, request_id
from ._retry import Budget
from ._server import origin_of_url
from ._steps import Ask, Limits, Read
from ._stream import Items, asking, refuse_asking
from ._values import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from logging import Logger

    from . import _http
    from ._call import Call
    from ._credential import Credential
    from ._model import Operation, SecurityRequirement, SecurityScheme
    from ._options import Options, Runtime
    from ._reference import Document
    from ._server import Origin
    from ._steps import Received, Step
    from ._values import Drift, Idempotency

_DEBUG: Final = 10
_SEEN_AT_MOST: Final = 1000


class Context(NamedTuple):
    """What every call of a client shares.

    `missing` says why there is no credential, `certificate` whether a client certificate may be shown; `seen` holds the drifts logged
    already, `budgets` the retries left by origin.
    """

    document: Document
    schemes: Mapping[str, SecurityScheme]
    security: Sequence[SecurityRequirement]
    credentials: Mapping[str, Credential]
    missing: str | None
    origins: frozenset[Origin]
    runtime: Runtime
    logger: Logger
    seen: set[tuple[Any, ...]]
    budgets: dict[Origin, Budget]
    certificate: bool = False


class Life(NamedTuple):
    """One call as it goes through its stages. `operation` is None for a request that the caller made; `streamed`: it ends with the head."""

    context: Context
    options: Options
    operation: Operation | None
    journal: Journal
    streamed: bool = False


class Opened(NamedTuple):
    """A stream whose head is there: the call that it belongs to, what is known of the answer, and the items to come."""

    life: Life
    response: Response
    items: Items


def bound(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> Call:
    """The call that these arguments make, checked. Raises ArgumentsError; warns of keys that the document does not declare."""
    validation = options.validation
    asynchronous = context.runtime.in_thread is not None
    rules = Rules(validation.request, validation.engine, options.allow_nan, asynchronous, options.media_type)
    call = bind(context.document, operation, arguments, rules)
    for sentence in call.warnings:
        warn_caller(f"{operation.dotted}: {sentence}")
    return call


def prepare(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> _http.Request:
    """The request that a call with these arguments sends, without credentials. Raises ArgumentsError."""
    call = _told_and_bound(context, options, operation, arguments)
    return build_request(context.document, call, options, context.runtime.in_thread)


def _told_and_bound(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> Call:
    _log_arguments(context, options, operation, arguments)
    return bound(context, options, operation, arguments)


def perform(
    context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]
) -> Generator[Step, Any, Response]:
    """The whole life of one call of an operation. Raises an AerostackError that knows the call."""

    def make() -> _http.Request:
        call = _told_and_bound(context, options, operation, arguments)
        refuse_asking(operation, layout_of(context.document, operation, options.media_type), call)
        return build_request(context.document, call, options, context.runtime.in_thread)

    return (
        yield from _live(
            Life(context, options, operation, Journal(context.runtime.clock())),
            make,
            lambda received, request: read_result(context.document, operation, received, request, options),
        )
    )


def perform_stream(
    context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]
) -> Generator[Step, Any, Opened]:
    """The life of a call up to the head of its answer; `next_item` is the rest. Raises as `perform` does."""
    life = Life(context, options, operation, Journal(context.runtime.clock()), streamed=True)

    def make() -> _http.Request:
        asked = asking(operation, layout_of(context.document, operation, options.media_type), arguments)
        call = _told_and_bound(context, options, operation, asked)
        return build_request(context.document, call, options, context.runtime.in_thread, streamed=True)

    def read(received: Received, request: _http.Request) -> Reading:
        items = Items(context.document, operation, received, request, options)
        return Reading(items, items.undocumented, tuple(items.take_drifts()))

    response = yield from _live(life, make, read)
    return Opened(life, response, response.data)


def next_item(opened: Opened) -> Generator[Step, Any, Any]:
    """The next item of a stream, `UNSET` at its end. Raises StreamError, and TimeoutError when it is silent for too long."""
    life, _, items = opened
    while not items.ready and not items.ended:
        if not items.advance():
            try:
                items.take((yield Read(items.unread)))
            except NoResponseError as error:
                items.lose(error)
        yield from _drifted(life, items.take_drifts())
    if items.ready:
        return items.ready.popleft()
    if items.error is not None:
        _describe(life, items.error)
        yield from _tell(life, "on_error", items.error)
        raise items.error
    return UNSET


def perform_request(context: Context, options: Options, request: _http.Request) -> Generator[Step, Any, Response]:
    """The life of a request that the caller made: everything but binding and checking. Raises as `perform` does."""
    return (
        yield from _live(
            Life(context, options, None, Journal(context.runtime.clock())),
            lambda: request,
            lambda received, request: decode_plainly(received, request, options),
        )
    )


def _live(
    life: Life,
    make: Callable[[], _http.Request],
    read: Callable[[Received, _http.Request], Reading],
) -> Generator[Step, Any, Response]:
    try:
        request = yield from _asked_first(life, make())
        received = yield from _exchanged(life, request)
        request = life.journal.request or request
        if not 200 <= received.status < 300:
            raise read_error(life.context.document, life.operation, received, request, life.journal.redirect)
        reading = read(received, request)
    except AerostackError as error:
        _describe(life, error)
        yield from _tell(life, "on_error", error)
        raise
    yield from _drifted(life, reading.drifts)
    return Response(
        received,
        lambda: _carried(life, received, request),
        data=reading.data,
        elapsed=life.context.runtime.clock() - life.journal.started,
        attempts=life.journal.attempts,
        request_id=request_id(life.context.document, received.headers),
        undocumented=reading.undocumented,
    )


def _tell(life: Life, event: str, *arguments: Any) -> Generator[Step, Any, None]:
    """Call the method for `event` of every hook that has one, in order."""
    for hook in life.options.hooks:
        method = getattr(hook, event, None)
        if method is not None:
            yield Ask(method, (life.operation, *arguments))


def _asked_first(life: Life, request: _http.Request) -> Generator[Step, Any, _http.Request]:
    for hook in life.options.hooks:
        method = getattr(hook, "before_request", None)
        if method is not None:
            request = (yield Ask(method, (life.operation, request))) or request
    return request


def _exchanged(life: Life, request: _http.Request) -> Generator[Step, Any, Received]:
    context, options, operation, journal, _ = life
    security = operation.security if operation else context.security
    origin = origin_of_url(request.url)
    if origin != options.base.origin and origin not in context.origins:
        raise CredentialsError(f"{origin} is not the server's origin, {options.base.origin}; allow_origins=[...] lets it in")
    timeout = timeout_for(options.timeout, operation, isinstance(request.stream, ContentStream))
    idle = idle_for(options.timeout, operation) if life.streamed and operation else None
    deadline = None if timeout.total is None else journal.started + timeout.total + options.retry.allowance
    limits = Limits(deadline, timeout.connect, timeout.read, timeout.write, options.timeout is not None, idle)
    runtime = context.runtime
    setting = Setting(options.base, context.origins, limits, runtime.clock, context.certificate, runtime.in_thread)
    credentials = yield from authorize(security, context.schemes, context.credentials, setting, context.missing)

    def on_retry(attempt: int, reason: str, delay: float) -> Generator[Step, Any, None]:
        context.logger.info("%s attempt %d failed (%s), the next in %.3f s", name_of(operation), attempt, reason, delay)
        yield from _tell(life, "on_retry", attempt, reason, delay)

    plan = Plan(
        request,
        credentials,
        limits,
        options.max_response_bytes,
        options.retry,
        context.budgets.setdefault(origin, Budget()),
        _idempotency(life, request),
        runtime,
        on_retry,
        extension(context.document, operation, "x-aerostack-attempt"),
        life.streamed,
    )
    received = yield from exchange(plan, journal)
    _log_answer(life, request, received)
    if not 200 <= received.status < 600:
        error = NoResponseError(f"the server sent the status {received.status}, which HTTP does not have", "response", "answered")
        error.request_id = request_id(context.document, received.headers)
        raise error
    if any(hasattr(hook, "after_response") for hook in options.hooks):
        yield from _tell(life, "after_response", _carried(life, received, journal.request or request))
    return received


def _carried(life: Life, received: Received, request: _http.Request) -> _http.Response:
    return http_response(received, carried(life.context.document, life.operation, request))


def _idempotency(life: Life, request: _http.Request) -> Idempotency:
    """Whether the call may be repeated: what the caller says, a key that the server honours, the operation, else its method."""
    options, operation = life.options, life.operation
    if options.idempotent is not None:
        return "idempotent" if options.idempotent else "unsafe"
    key = extension(life.context.document, operation, "x-aerostack-idempotency-key")
    if key is not None and key in request.headers:
        return "idempotent"
    if operation is not None:
        return operation.idempotency
    return "idempotent" if request.method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE") else "unsafe"


def _describe(life: Life, error: AerostackError) -> None:
    """Give an error what is known of its call, and the log a line."""
    error.operation = life.operation.dotted if life.operation else "send"
    error.attempts = life.journal.attempts
    error.retry_refused = life.journal.refused
    if life.journal.attempts:
        error.elapsed = life.context.runtime.clock() - life.journal.started
    response = getattr(error, "response", None)
    if response is not None and error.request_id is None:
        error.request_id = request_id(life.context.document, response.headers)
    life.context.logger.info("%s failed: %s", name_of(life.operation), type(error).__name__)


def _drifted(life: Life, drifts: Sequence[Drift]) -> Generator[Step, Any, None]:
    seen = life.context.seen
    for drift in drifts:
        key = (drift.operation, drift.status, "".join("*" if c.isdigit() else c for c in drift.pointer), drift.rule)
        if key not in seen and len(seen) < _SEEN_AT_MOST:
            seen.add(key)
            life.context.logger.warning("the answer departs from the document: %s", drift)
        yield from _tell_drift(life, drift)


def _tell_drift(life: Life, drift: Drift) -> Generator[Step, Any, None]:
    for hook in life.options.hooks:
        if hasattr(hook, "on_drift"):
            yield Ask(hook.on_drift, (drift,))


# ---- the log


def _log_arguments(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> None:
    if context.logger.isEnabledFor(_DEBUG):
        layout = layout_of(context.document, operation, options.media_type)
        shown = told_arguments(arguments, layout.accepted, layout.body_shape, context.document)
        context.logger.debug("%s given %s", operation.dotted, shown)


def _log_answer(life: Life, request: _http.Request, received: Received) -> None:
    operation = life.operation
    path = operation.path if operation else request.url.path
    life.context.logger.info(
        "%s %s %s -> %d in %.0f ms, attempt %d, request id %s",
        name_of(operation),
        request.method,
        path,
        received.status,
        received.elapsed * 1000,
        life.journal.attempts,
        request_id(life.context.document, received.headers) or "none",
    )
    if operation is not None and life.context.logger.isEnabledFor(_DEBUG):
        life.context.logger.debug("%s answered %s", operation.dotted, told_body(life.context.document, operation, received))
