"""The whole life of one call, read from top to bottom; all it asks of its driver is I/O.

Arguments are bound and checked, a request is built, credentials are found, the exchange is made, the answer is read. Errors leave
with what is known of the call, and hooks are asked on the way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from . import _http, _seldom
from ._asking import asking, refuse_asking
from ._auth import authorize
from ._call import Rules, bind, layout_of
from ._carried import carried, concealed, http_response, noted_headers, request_id
from ._course import check_origin, choice_of, course_of
from ._credential import Setting
from ._deprecated import DEPRECATION, SUNSET, told_ends
from ._errors import AerostackError, NoResponseError, ResponseError
from ._exchange import Journal, Plan, exchange
from ._heads import HeaderValues, header_values
from ._hidden import Headers, Hidden, Request, credential_texts, origin_of
from ._life import Life, Opened, Page
from ._log import log_answer, name_of, secret_arguments, told_arguments
from ._mask import covered_headers, shown_url
from ._options import secret_headers
from ._request import ContentStream, build_request, idempotency_of
from ._response import Response
from ._result import Reading, decode_plainly, decoding, pick_response, read_error, read_result
from ._retry import Budget
from ._steps import Ask, Credentials, Limits, Read
from ._values import UNSET
from ._warn import warn_caller
from ._watch import WATCHERS, is_watched, use_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from ._call import Call
    from ._course import Course
    from ._events import Delivered
    from ._life import Context
    from ._model import DocumentedResponse, Operation
    from ._options import Options
    from ._reference import Document
    from ._steps import Received, Step
    from ._told import Exchange
    from ._values import Drift

_DEBUG: Final = 10
_INFO: Final = 20
_SEEN_AT_MOST: Final = 1000


def bound(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> Call:
    """The call that these arguments make, checked and told of. Raises ArgumentsError; warns of keys that the document does not declare."""
    if context.logger.isEnabledFor(_DEBUG):
        _log_arguments(context, options, operation, arguments)
    asynchronous = context.runtime.in_thread is not None
    key = ("rules", asynchronous)
    rules = options.memo.get(key) or options.once(key, partial(_rules, options, asynchronous))
    call = bind(context.document, operation, arguments, rules)
    for sentence in call.warnings:
        warn_caller(f"{operation.dotted}: {sentence}")
    return call


def _rules(options: Options, asynchronous: bool) -> Rules:
    one = options.validation
    return Rules(one.request, one.engine, options.allow_nan, asynchronous, options.media_type, options.formats, options.codecs)


def _shown(document: Document, operation: Operation | None, request: _http.Request) -> _http.Request:
    """The same request for the caller to look at, with masks in its repr alone."""
    return Request.of(request, str(shown_url(document, operation, request.url)), None)


def shown_request(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> _http.Request:
    """What `prepare` gives, for the caller to look at: its repr masks what the document calls secret. Raises ArgumentsError."""
    return _shown(context.document, operation, prepare(context, options, operation, arguments))


def prepare(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> _http.Request:
    """The request that a call with these arguments sends, without credentials. Raises ArgumentsError."""
    call = bound(context, options, operation, arguments)
    return build_request(context.document, call, options, context.runtime.in_thread)


def _begun(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> Life:
    """The life of a call of an operation, as it begins."""
    use = use_of(context.document.sha256, operation, options.hooks) if WATCHERS.active or options.hooks else None
    return Life(context, options, operation, Journal(context.runtime.clock()), arguments, use=use)


def perform(
    context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]
) -> Generator[Step, Any, Response]:
    """The whole life of one call of an operation. Raises an AerostackError that knows the call."""
    life = _begun(context, options, operation, arguments)
    made: list[tuple[Call, _http.Request]] = []
    documented: DocumentedResponse | None = None

    def make() -> _http.Request:
        made.append(_whole_request(life))
        return made[0][1]

    def read(received: Received, request: _http.Request) -> Reading:
        nonlocal documented
        documented = pick_response(operation.details.responses, received.status)
        return read_result(context.document, operation, documented, received, request, options)

    response = yield from _live(life, make, read)
    if documented is not None and documented.links:
        response.remember(*made[0])
    if life.use is not None:
        response.data = _seldom.watched_answer(response.data, life.use, response.status)
    return response


def _whole_request(life: Life) -> tuple[Call, _http.Request]:
    """A call that takes one whole answer, and its request."""
    context, options, operation = life.context, life.options, life.operation
    assert operation is not None, "what the caller has made itself is sent as it is"
    call = bound(context, options, operation, life.arguments)
    if life.use is not None:
        life.use.fill(_seldom.filled_places(context.document, call))
    if "x-aerostack-stream" in operation.details.extensions:
        refuse_asking(operation, call.layout, call)
    return call, build_request(context.document, call, options, context.runtime.in_thread)


def perform_page(
    context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any], address: str | None
) -> Generator[Step, Any, Page]:
    """The same for one page of a list. `address` is another path and query on the same server, which an answer has named."""
    life = _begun(context, options, operation, arguments)
    headers = _http.Headers()

    def make() -> _http.Request:
        request = _whole_request(life)[1]
        if address is not None:
            request.url = request.url.copy_with(raw_path=address.encode())
        return request

    def read(received: Received, request: _http.Request) -> Reading:
        nonlocal headers
        headers = received.headers
        documented = pick_response(operation.details.responses, received.status)
        return read_result(context.document, operation, documented, received, request, options)

    response = yield from _live(life, make, read)
    assert life.journal.request is not None, "what was answered was asked"
    return Page(response, headers, life.journal.request.url, lambda: _hidden(life), life.use)


def told_error(
    context: Context, options: Options, operation: Operation, error: AerostackError
) -> Generator[Step, Any, AerostackError]:
    """An error that no call has raised itself, made known to the log and to the hooks."""
    error.operation = operation.dotted
    context.logger.info("%s failed: %s", operation.dotted, type(error).__name__)
    yield from _tell(Life(context, options, operation, Journal(context.runtime.clock())), "on_error", error)
    return error


def perform_stream(
    context: Context,
    options: Options,
    operation: Operation,
    arguments: Mapping[str, Any],
    delivered: Delivered | None = None,
) -> Generator[Step, Any, Opened]:
    """The life of a call up to the head of its answer; `next_item` is the rest. Raises as `perform` does.

    `delivered` is what came of the same stream of events before.
    """
    life = _begun(context, options, operation, arguments)._replace(streamed=True)
    use = life.use

    def make() -> _http.Request:
        asked = asking(operation, layout_of(context.document, operation, options.media_type, arguments), arguments)
        call = bound(context, options, operation, asked)
        if use is not None:
            use.fill(_seldom.filled_places(context.document, call))
        request = build_request(context.document, call, options, context.runtime.in_thread, streamed=True)
        if delivered is not None and delivered.last_event_id:
            request.headers["Last-Event-ID"] = delivered.last_event_id  # as UTF-8 (WHATWG HTML, section 9.2.4)
        return request

    def read(received: Received, request: _http.Request) -> Reading:
        items = _seldom.Items(context.document, operation, received, request, options, lambda: _hidden(life), delivered, use)
        return Reading(items, items.undocumented, tuple(items.take_drifts()))

    response = yield from _live(life, make, read)
    return Opened(life, response, response.data)


def await_item(opened: Opened) -> Generator[Step, Any, None]:
    """Read a stream until it has an item that is ready, or has ended."""
    life, _, items = opened
    while not items.ready and not items.ended:
        if not items.advance():
            try:
                items.take((yield Read(items.unread)))
            except NoResponseError as error:
                items.lose(error)
        if drifts := items.take_drifts():
            yield from _drifted(life, drifts)


def next_item(opened: Opened) -> Generator[Step, Any, Any]:
    """The next item of a stream, `UNSET` at its end. Raises StreamError, and TimeoutError when it is silent for too long."""
    yield from await_item(opened)
    life, _, items = opened
    if items.ready:
        return items.ready.popleft()
    if items.error is not None:
        _describe(life, items.error)
        if life.use is not None:
            _seldom.note_failure(life.use, items.error)
        yield from _tell(life, "on_error", items.error)
        raise items.error
    return UNSET


def perform_request(context: Context, options: Options, request: _http.Request) -> Generator[Step, Any, Response]:
    """The life of a request that the caller made: everything but binding and checking. Raises as `perform` does."""
    return (
        yield from _live(
            Life(context, options, None, Journal(context.runtime.clock())),
            lambda: request,
            lambda received, request: decode_plainly(context.document, received, request, options),
        )
    )


def _live(
    life: Life,
    make: Callable[[], _http.Request],
    read: Callable[[Received, _http.Request], Reading],
) -> Generator[Step, Any, Response]:
    try:
        request = make()
        if life.options.hooks:
            request = yield from _asked_first(life, request)
        received = yield from _exchanged(life, request)
        noted = noted_headers(life.context.document, received.headers, received.fields)
        if noted.found and noted.ends and life.operation is not None:
            yield from _drifted(life, told_ends(life.operation, received.status, received.headers))
        request = life.journal.request or request
        if not 200 <= received.status < 300:
            raise read_error(life.context.document, life.operation, received, request, life.journal.redirect, life.options)
        try:
            reading = read(received, request)
        except ResponseError:
            reading = _read_concealed(life, read, received, request)
    except AerostackError as error:
        _describe(life, error)
        if life.use is not None:
            _seldom.note_failure(life.use, error)
        yield from _tell(life, "on_error", error)
        yield from _tell_exchange(life, error)
        raise
    if reading.drifts:
        yield from _drifted(life, reading.drifts)
    if life.options.hooks:
        yield from _tell_exchange(life, None)
    return Response(
        received,
        partial(_headers, life, received),
        partial(_carried, life, received, request),
        partial(_values, life, received.status),
        data=reading.data,
        elapsed=life.context.runtime.clock() - life.journal.started,
        attempts=life.journal.attempts,
        request_id=noted.request_id if noted.found else None,
        undocumented=reading.undocumented,
    )


def _read_concealed(
    life: Life, read: Callable[[Received, _http.Request], Reading], received: Received, request: _http.Request
) -> Reading:
    """Raises the error that an answer makes which breaks the document, with masks where it repeats a secret of the call."""
    read(concealed(received, _hidden(life)), request)
    raise ResponseError("the answer breaks the document where it repeats a secret of the call", status=received.status)


def _hidden(life: Life) -> Hidden:
    """The secrets that a call has sent: its credentials, and what the document calls secret among its arguments."""
    credentials = life.journal.sent or life.journal.credentials
    if credentials is not None:
        return Hidden(credential_texts(credentials))
    return Hidden(_secret_arguments(life.context.document, life.operation, life.options, life.arguments))


def _secret_arguments(
    document: Document, operation: Operation | None, options: Options, arguments: Mapping[str, Any]
) -> Iterator[str]:
    """The secret arguments of a call. It is asked for later, by what a `life` holds, and so is given none."""
    for _, value in secret_headers(options.headers):
        yield from {value, value.rpartition(" ")[2]}
    if operation is not None:
        layout = layout_of(document, operation, options.media_type, arguments)
        yield from secret_arguments(document, layout, arguments)


def _tell(life: Life, event: str, *arguments: Any) -> Generator[Step, Any, None]:
    """Call the method for `event` of every hook that has one, in order."""
    for hook in life.options.hooks:
        method = getattr(hook, event, None)
        if method is not None:
            yield Ask(method, (life.operation, *arguments))


def tell_retry(life: Life, attempt: int, reason: str, delay: float) -> Generator[Step, Any, None]:
    """Tell the log and the hooks that attempt number `attempt` failed, and in how many seconds the next is made."""
    reason = _hidden(life).text(reason)
    life.context.logger.info("%s attempt %d failed (%s), the next in %.3f s", name_of(life.operation), attempt, reason, delay)
    yield from _tell(life, "on_retry", attempt, reason, delay)


def _asked_first(life: Life, request: _http.Request) -> Generator[Step, Any, _http.Request]:
    request = _shown(life.context.document, life.operation, request)
    for hook in life.options.hooks:
        method = getattr(hook, "before_request", None)
        if method is not None:
            request = (yield Ask(method, (life.operation, request))) or request
    return request


def _exchanged(life: Life, request: _http.Request) -> Generator[Step, Any, Received]:
    context, options, operation, journal = life.context, life.options, life.operation, life.journal
    origin = origin_of(request)
    if origin != options.base.origin or origin.scheme == "http":
        check_origin(life, origin)
    uploads, runtime = isinstance(request.stream, ContentStream), context.runtime
    key = ("course", operation and operation.pointer, uploads, life.streamed)
    course: Course = options.memo.get(key) or options.once(key, partial(course_of, life, uploads))
    deadline = course.limits.deadline
    limits = Limits(None if deadline is None else journal.started + deadline, *course.limits[1:])
    choice = course.choice or choice_of(life)
    found = choice.fixed
    if found is None:
        found = yield from authorize(choice, Setting(options.base, context.origins, limits, runtime.clock, runtime.in_thread))
    also = partial(_secret_arguments, context.document, operation, options, life.arguments)
    plan = Plan(
        request,
        Credentials(*found[:5], also),
        limits,
        options.max_response_bytes,
        options.retry,
        context.budgets.get(origin) or context.budgets.setdefault(origin, Budget()),
        partial(idempotency_of, course.terms, options, request),
        runtime,
        partial(tell_retry, life),
        course.terms.attempt,
        life.streamed,
    )
    received = yield from exchange(plan, journal)
    if not 200 <= received.status < 300:
        received = concealed(received, _hidden(life))
    if context.logger.isEnabledFor(_INFO):
        identity = request_id(context.document, received.headers)
        log_answer(context.logger, context.document, operation, request, received, journal.attempts, identity, _hidden(life))
    if not 200 <= received.status < 600:
        raise _impossible(context, received)
    return (yield from _answered(life, received, request)) if options.hooks else received


def _answered(life: Life, received: Received, request: _http.Request) -> Generator[Step, Any, Received]:
    """An answer that the hooks are told of; the body of a stream is then read under the eyes of those that ask for exchanges."""
    if any(hasattr(hook, "after_response") for hook in life.options.hooks):
        yield from _tell(life, "after_response", _carried(life, received, life.journal.request or request))
    if not is_watched(life.options.hooks):
        return received
    life.journal.exchange = _exchange_of(life, received)
    return life.journal.exchange.watch(received)


def _exchange_of(life: Life, received: Received | None) -> Exchange:
    """What hooks are told of a call whose request was sent."""
    context, journal, operation = life.context, life.journal, life.operation
    assert journal.request is not None, "something was sent"
    elapsed, sent = context.runtime.clock() - journal.started, journal.sent or journal.credentials
    return _seldom.Exchange(
        context.document, operation, life.options, journal.request, received, lambda: _hidden(life), sent, elapsed
    )


def _tell_exchange(life: Life, error: AerostackError | None) -> Generator[Step, Any, None]:
    exchange = life.journal.exchange
    if exchange is None and life.journal.request is not None and is_watched(life.options.hooks):
        exchange = _exchange_of(life, None)
    if exchange is not None:
        life.journal.exchange = None  # one would hold the other
        exchange.error, exchange.use = error, life.use
        yield from _tell(life, "on_exchange", exchange)


def _impossible(context: Context, received: Received) -> NoResponseError:
    error = NoResponseError(f"the server sent the status {received.status}, which HTTP does not have", "response", "answered")
    error.request_id = request_id(context.document, received.headers)
    return error


def _carried(life: Life, received: Received, request: _http.Request) -> _http.Response:
    document = life.context.document
    received = received._replace(headers=_headers(life, received))
    return http_response(received, carried(document, life.operation, request), covered_headers(document))


def _headers(life: Life, received: Received) -> Headers:
    """An answer's headers, with masks where they repeat a secret of the call."""
    hidden = _hidden(life)
    return Headers([(name, hidden.data(text)) for name, text in received.headers.raw], covered_headers(life.context.document))


def _values(life: Life, status: int, headers: _http.Headers) -> HeaderValues:
    """The declared headers among those of an answer."""
    documented = pick_response(life.operation.responses, status) if life.operation else None
    return header_values(life.context.document, documented.headers if documented else {}, headers, decoding(life.options))


def _describe(life: Life, error: AerostackError) -> None:
    """Give an error what is known of its call, and the log a line."""
    error.operation = life.operation.dotted if life.operation else "send"
    error.attempts = life.journal.attempts
    error.retry_refused = life.journal.refused
    if life.journal.attempts:
        error.elapsed = life.context.runtime.clock() - life.journal.started
    if isinstance(error, NoResponseError):
        error.reason = _hidden(life).text(error.reason)
        error.args = (error.reason,)
    response = getattr(error, "response", None)
    if response is not None and error.request_id is None:
        error.request_id = request_id(life.context.document, response.headers)
    life.context.logger.info("%s failed: %s", name_of(life.operation), type(error).__name__)


def _drifted(life: Life, drifts: Iterable[Drift]) -> Generator[Step, Any, None]:
    seen = life.context.seen
    for drift in drifts:
        ends = drift.rule in (DEPRECATION, SUNSET)
        key = (drift.operation, ends or drift.status, "".join("*" if c.isdigit() else c for c in drift.pointer), drift.rule)
        if key not in seen and len(seen) < _SEEN_AT_MOST:
            seen.add(key)
            life.context.logger.warning("%s: %s", "an operation ends" if ends else "the answer departs from the document", drift)
        for hook in life.options.hooks:
            if hasattr(hook, "on_drift"):
                yield Ask(hook.on_drift, (drift,))


# ---- the log


def _log_arguments(context: Context, options: Options, operation: Operation, arguments: Mapping[str, Any]) -> None:
    layout = layout_of(context.document, operation, options.media_type, arguments)
    shown = told_arguments(context.document, layout, arguments)
    context.logger.debug("%s given %s", operation.dotted, shown)
