"""From a request to a whole answer: attempts, waits between them, and what is told of each. Yields steps; does no I/O itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._errors import AerostackError, NoResponseError, TimeoutError
from ._request import ContentStream
from ._retry import Outcome, parse_retry_after
from ._steps import Send, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from . import _http
    from ._options import Runtime
    from ._retry import RetryPolicy
    from ._steps import Conversation, Credentials, Limits, Received, Step
    from ._values import Idempotency


class Plan(NamedTuple):
    """All that the attempts of one call share."""

    request: _http.Request
    credentials: Credentials
    limits: Limits
    max_bytes: int
    policy: RetryPolicy
    idempotency: Idempotency
    runtime: Runtime
    on_retry: Callable[[int, str, float], Conversation]


class Journal:
    """What has happened in a call so far, for its result or its error."""

    __slots__ = ("attempts", "refused", "started")

    def __init__(self, started: float) -> None:
        self.started = started
        self.attempts = 0
        self.refused: str | None = None


def exchange(plan: Plan, journal: Journal) -> Generator[Step, Any, Received]:
    """The last attempt's answer, of whatever status. Raises NoResponseError when the last attempt had none."""
    credentials = plan.credentials
    while True:
        journal.attempts += 1
        received: Received | None = None
        failure: AerostackError | None = None
        try:
            received = yield Send(plan.request, credentials, plan.limits, plan.max_bytes)
        except NoResponseError as error:
            failure = error
        if received is not None and received.status == 401 and credentials.renew is not None and _replayable(plan.request):
            credentials = yield from _renewed(credentials)
            continue
        outcome, reason = _outcome(received, failure)
        delay = _delay(plan, journal, outcome)
        if delay is None:
            if failure is not None:
                raise failure
            assert received is not None
            return received
        yield from plan.on_retry(journal.attempts, reason, delay)
        yield Sleep(delay)


def _outcome(received: Received | None, failure: AerostackError | None) -> tuple[Outcome, str]:
    if received is None:
        assert isinstance(failure, NoResponseError)
        return Outcome(None, failure.sent, timed_out=isinstance(failure, TimeoutError)), failure.reason
    retry_after = parse_retry_after(received.headers.get("retry-after"), received.headers.get("date"))
    return Outcome(received.status, "answered", retry_after), f"status {received.status}"


def _renewed(credentials: Credentials) -> Generator[Step, Any, Credentials]:
    assert credentials.renew is not None
    return (yield from credentials.renew())


def _replayable(request: _http.Request) -> bool:
    return not isinstance(request.stream, ContentStream) or request.stream.content.ready


def _delay(plan: Plan, journal: Journal, outcome: Outcome) -> float | None:
    """Seconds until the next attempt, or None when there is none; why there is none goes into the journal."""
    journal.refused = None
    if not plan.policy.wants_retry(outcome):
        return None
    journal.refused = plan.policy.refusal(journal.attempts, outcome, plan.idempotency)
    if journal.refused is None and not _replayable(plan.request):
        journal.refused = "body not replayable"
    delay = plan.policy.delay(journal.attempts, outcome, plan.runtime.chance())
    deadline = plan.limits.deadline
    if journal.refused is None and deadline is not None and plan.runtime.clock() + delay >= deadline:
        journal.refused = "the total time limit would pass before the next attempt"
    return delay if journal.refused is None and plan.policy.attempts > 1 else None
