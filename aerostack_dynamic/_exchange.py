"""From a request to a whole answer: attempts, waits between them, and what is told of each. Yields steps; does no I/O itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from . import _http
from ._errors import NoResponseError, TimeoutError
from ._redirect import redirected
from ._request import ContentStream
from ._retry import Outcome, RetryState, parse_retry_after
from ._steps import FINAL, Send, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ._options import Runtime
    from ._retry import Budget, RetryPolicy
    from ._steps import Conversation, Credentials, Limits, Received, Step
    from ._told import Exchange
    from ._values import Idempotency


_NOT_WANTED: Final = "such an outcome is not tried again"


class Plan(NamedTuple):
    """All that the attempts of one call share. `attempt_header` names a header that says the number of the attempt, if any does.

    A `streamed` call ends with the head of its answer.
    """

    request: _http.Request
    credentials: Credentials
    limits: Limits
    max_bytes: int
    policy: RetryPolicy
    budget: Budget
    idempotency: Callable[[], Idempotency]
    runtime: Runtime
    on_retry: Callable[[int, str, float], Conversation]
    attempt_header: str | None = None
    streamed: bool = False


class Journal:
    """What has happened in a call so far, for its result or its error.

    `request` is the one that was answered last, `refused` why there was no other attempt, `redirect` why a redirect was not followed.
    `arrived` is whether an attempt that was made again may have been acted on.
    `attempts` counts those made with renewed credentials too, which `renewals` counts alone and a policy does not. `exchange` is what
    hooks are told of an answer, where one asks for that. `sent` are the secrets that were sent last, where they are more than the
    `credentials`.
    """

    __slots__ = (
        *("arrived", "attempts", "credentials", "exchange", "redirect", "refused", "renewals", "request", "sent", "started"),
        "taken",
    )

    def __init__(self, started: float) -> None:
        self.started = started
        self.arrived = False
        self.attempts = 0
        self.renewals = 0
        self.refused: str | None = None
        self.redirect: str | None = None
        self.request: _http.Request | None = None
        self.credentials: Credentials | None = None
        self.exchange: Exchange | None = None
        self.sent: Credentials | None = None
        self.taken = 0.0


def exchange(plan: Plan, journal: Journal) -> Generator[Step, Any, Received]:
    """The last attempt's answer, of whatever status. Raises NoResponseError when the last attempt had none."""
    journal.credentials = plan.credentials
    stale = False
    while True:
        journal.attempts += 1
        received: Received | None = None
        failure: NoResponseError | None = None
        try:
            received = yield from _attempt(plan, journal, fresh=stale)
        except NoResponseError as error:
            failure = error
        if received is not None and received.status < 400 and received.status not in plan.policy.statuses:
            plan.budget.succeeded(journal.taken)
            return received
        outcome = _outcome(received, failure)
        wanted = plan.policy.wants_retry(outcome)
        delay = _delay(plan, journal, outcome, wanted)
        if delay is None:
            return _ended(plan, journal, wanted, received, failure)
        yield from plan.on_retry(journal.attempts, outcome.reason, delay)
        if delay:
            yield Sleep(delay)
        stale = outcome.stale
        journal.arrived = journal.arrived or not (outcome.sent == "no" or outcome.throttled)


def _ended(plan: Plan, journal: Journal, wanted: bool, received: Received | None, failure: NoResponseError | None) -> Received:
    if failure is not None:
        if failure.sent == "no" and journal.arrived:
            failure.sent = "maybe"
        raise failure
    assert received is not None, "an attempt has an answer or a failure"
    if not wanted:
        plan.budget.succeeded(journal.taken)
    return received


def _attempt(plan: Plan, journal: Journal, *, fresh: bool) -> Generator[Step, Any, Received]:
    """One attempt: its redirects followed, and sent once more with renewed credentials where the first were refused."""
    request = plan.request
    if plan.attempt_header is not None:
        request = _with_header(request, plan.attempt_header, str(journal.attempts))
    seen: list[str] = []
    while True:
        journal.request = request
        assert journal.credentials is not None
        received: Received = yield Send(request, journal.credentials, plan.limits, plan.max_bytes, fresh, plan.streamed)
        if received.status == 401:
            received = yield from _renewed(plan, journal, request, received, fresh)
        journal.sent = received.sent
        target = redirected(request, received, seen) if 300 <= received.status < 400 else None
        journal.redirect = target if isinstance(target, str) else None
        if not isinstance(target, _http.Request):
            return received
        request = target


def _renewed(
    plan: Plan, journal: Journal, request: _http.Request, received: Received, fresh: bool
) -> Generator[Step, Any, Received]:
    """The answer to a request with credentials in place of those that were refused; the same one where there are no others."""
    credentials = journal.credentials
    assert credentials is not None
    if credentials.renew is None or received.final or not _replayable(request):
        return received
    renewed = yield from credentials.renew()
    journal.credentials = renewed._replace(also=credentials.also)
    journal.attempts += 1
    journal.renewals += 1
    received = yield Send(request, journal.credentials, plan.limits, plan.max_bytes, fresh, plan.streamed)
    return received


def _with_header(request: _http.Request, name: str, value: str) -> _http.Request:
    headers = [(one, text) for one, text in request.headers.raw if one.lower() != name.lower().encode()]
    headers.append((name.encode(), value.encode()))
    return _http.request_of(request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions)


def _replayable(request: _http.Request) -> bool:
    return not isinstance(request.stream, ContentStream) or request.stream.content.ready


def _outcome(received: Received | None, failure: NoResponseError | None) -> Outcome:
    if received is None:
        assert failure is not None
        timed_out = isinstance(failure, TimeoutError)
        return Outcome(None, failure.sent, failure.reason, None, timed_out, failure.stale, failure.permanent)
    asked = received.header(b"retry-after")
    retry_after = parse_retry_after(asked, received.header(b"date")) if asked else None
    return Outcome(received.status, "answered", f"status {received.status}", retry_after, permanent=FINAL in received.extensions)


def _delay(plan: Plan, journal: Journal, outcome: Outcome, wanted: bool) -> float | None:
    """Seconds until the next attempt after a failure, or None when there is none; why there is none goes into the journal."""
    policy, made = plan.policy, journal.attempts - journal.renewals
    journal.refused = _unrenewed(plan, journal) if outcome.status == 401 else None
    if not wanted and not policy.decide:
        return None
    refused = policy.refusal(made, outcome, plan.idempotency()) if wanted else _NOT_WANTED
    delay = policy.delay(made, outcome, plan.runtime.chance())
    if made < policy.attempts:
        refused, delay = policy.decided(RetryState(made, outcome, plan.idempotency(), delay, refused))
        refused = refused or _bound(plan, journal, outcome, delay)
    elif not wanted or policy.attempts == 1:
        return None
    journal.refused = None if refused == _NOT_WANTED else refused
    return None if refused else delay


def _unrenewed(plan: Plan, journal: Journal) -> str | None:
    """Why credentials that were refused, and could have been renewed, were not."""
    renewable = journal.credentials is not None and journal.credentials.renew is not None
    return "body not replayable" if renewable and not _replayable(plan.request) else None


def _bound(plan: Plan, journal: Journal, outcome: Outcome, delay: float) -> str | None:
    """What else keeps an attempt from being made, or None, and then the budget has paid for it."""
    if not _replayable(plan.request):
        return "body not replayable"
    deadline = plan.limits.deadline
    if deadline is not None and plan.runtime.clock() + delay >= deadline:
        return "the total time limit would pass before the next attempt"
    if plan.policy.budgeted:
        if not plan.budget.take(outcome.cost):
            return "the retry budget of this client is spent"
        journal.taken += outcome.cost
    return None
