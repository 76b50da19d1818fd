"""Whether to try again, and after how long: a frozen policy of pure functions, without a clock or a random source of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import ArgumentsError
from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._values import Idempotency, Sent

CEILING: Final = 5
STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_SECONDS: Final = pattern(r"\d{1,6}(?:\.\d{1,9})?", re.ASCII)
_LONGEST_READ: Final = 999_999.0
_TOKENS: Final = 20.0
_EARNED: Final = 0.1


class Outcome(NamedTuple):
    """How one attempt ended: with a `status`, or without one (None).

    `sent` says whether the server may have acted, `reason` the same in words. `stale` is a kept connection that the server had closed;
    what is `permanent` ends the same way however often it is tried.
    """

    status: int | None
    sent: Sent
    reason: str = ""
    retry_after: float | None = None
    timed_out: bool = False
    stale: bool = False
    permanent: bool = False

    @property
    def throttled(self) -> bool:
        """Whether the server said that it did not act: 429, or 503 with a `Retry-After` (RFC 6585, section 4; RFC 9110, section 15.6.4)."""
        return self.status == 429 or (self.status == 503 and self.retry_after is not None)

    @property
    def cost(self) -> float:
        """What a retry after it takes from a budget: less where the server cannot have been loaded by the attempt."""
        return 0.5 if self.stale or self.sent == "no" else 1.0


class RetryState(NamedTuple):
    """What a `decide` function is asked about: attempt number `attempt` of an operation ended in `outcome`.

    `refused` says why the policy itself makes no other attempt, or is None; `delay` is how many seconds it waits before one.
    """

    attempt: int
    outcome: Outcome
    idempotency: Idempotency
    delay: float
    refused: str | None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a call is attempted again. All times are in seconds.

    `attempts` counts the first one and is at most 5. What never reached the server is tried again for every operation, and so is what
    the server turned away: 429, and 503 with `Retry-After`. All else (a lost connection, a time limit, one of `statuses`) is tried
    again for operations that are safe, idempotent or sent with an idempotency key.

    The wait before attempt n + 1 is drawn evenly from 0 to `min(longest_delay, first_delay * 2 ** (n - 1))`; after 429 from the upper
    half of `min(longest_throttled_delay, throttled_delay * 2 ** (n - 1))`. A `Retry-After` up to `longest_retry_after` is waited for,
    and up to a tenth more; a longer one is not. No wait begins that would end after the total time limit of the call.

    `decide` is asked before each retry with a `RetryState`: None leaves the decision as it is, False makes no other attempt, True makes
    one, a number makes one after so many seconds. Attempts, the total, the budget and bodies that can't be sent twice bound it still.
    """

    attempts: int = 3
    first_delay: float = 0.1
    longest_delay: float = 8.0
    throttled_delay: float = 1.0
    longest_throttled_delay: float = 20.0
    longest_retry_after: float = 60.0
    statuses: frozenset[int] = STATUSES
    decide: Callable[[RetryState], Any] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.attempts, bool) or not isinstance(self.attempts, int) or not 1 <= self.attempts <= CEILING:  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError(f"retry: attempts: {self.attempts!r} is not a number from 1 to {CEILING}")
        for first, longest in (("first_delay", "longest_delay"), ("throttled_delay", "longest_throttled_delay")):
            if not 0 <= _number(first, getattr(self, first)) <= _number(longest, getattr(self, longest)):
                raise ArgumentsError(f"retry: {first} and {longest}: 0 <= {first} <= {longest}, in seconds")
        if not _number("longest_retry_after", self.longest_retry_after) >= 0:
            raise ArgumentsError("retry: longest_retry_after is a number of seconds, not below 0")
        if self.decide is not None and not callable(self.decide):
            raise ArgumentsError("retry: decide is a function of a RetryState, or None")
        try:
            object.__setattr__(self, "statuses", frozenset(self.statuses))
        except TypeError:
            raise ArgumentsError("retry: statuses is a set of HTTP statuses, such as {502, 503}") from None
        if any(isinstance(one, bool) or not isinstance(one, int) for one in self.statuses):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError("retry: statuses is a set of numbers, such as {502, 503}")

    @classmethod
    def off(cls) -> RetryPolicy:
        """A policy of one attempt."""
        return cls(attempts=1)

    @property
    def allowance(self) -> float:
        """Seconds that attempts after the first may take beyond the total time limit of the call."""
        return 0.0

    @property
    def budgeted(self) -> bool:
        """Whether retries are taken from the budget of the client."""
        return True

    def wants_retry(self, outcome: Outcome) -> bool:
        """Whether such an outcome is worth another attempt at all, of any operation."""
        return not outcome.permanent and (outcome.status is None or outcome.status in self.statuses)

    def refusal(self, attempt: int, outcome: Outcome, idempotency: Idempotency) -> str | None:
        """Why attempt number `attempt`, which ended in a retryable outcome, is the last one; None when it is not."""
        if attempt >= self.attempts:
            return None if self.attempts == 1 else f"all {self.attempts} attempts are used"
        if idempotency == "unsafe" and outcome.sent != "no" and not outcome.throttled:
            return "the operation is not known to be safe or idempotent"
        if outcome.retry_after is not None and outcome.retry_after > self.longest_retry_after:
            return f"the server asks for a wait of {outcome.retry_after:g} s, longer than {self.longest_retry_after:g} s"
        return None

    def delay(self, attempt: int, outcome: Outcome, chance: float) -> float:
        """Seconds to wait after attempt number `attempt`; `chance` is a random number from 0 to 1."""
        if outcome.stale:
            return 0.0
        if outcome.retry_after is not None:
            return outcome.retry_after + chance * min(1.0, outcome.retry_after / 10)
        doubled = 2.0 ** (attempt - 1)
        if outcome.throttled:
            return (0.5 + chance / 2) * min(self.longest_throttled_delay, self.throttled_delay * doubled)
        return chance * min(self.longest_delay, self.first_delay * doubled)

    def decided(self, state: RetryState) -> tuple[str | None, float]:
        """Why there is no other attempt, or None, and the wait before it, after the user's function was asked.

        Raises ArgumentsError when that gives something else than it may.
        """
        answer = None if self.decide is None else self.decide(state)
        if answer is None:
            return state.refused, state.delay
        if isinstance(answer, bool):
            return None if answer else "the decide function of the retry policy says so", state.delay
        if isinstance(answer, (int, float)) and answer >= 0:
            return None, float(answer)
        raise ArgumentsError("retry: decide gives None, True, False or a number of seconds")


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ArgumentsError(f"retry: {name} is a number of seconds")
    return value


class Budget:
    """How many retries a client may still make at an origin, so that a server in trouble is not asked three times as often.

    A retry takes its cost, and gets it back when its call succeeds; a call that succeeds at once adds a tenth, up to 20 in all.
    """

    __slots__ = ("_left", "_lock")

    def __init__(self) -> None:
        self._left = _TOKENS
        self._lock = Lock()

    def take(self, cost: float) -> bool:
        """Whether there was enough left, which is then less by `cost`."""
        with self._lock:
            if self._left < cost:
                return False
            self._left -= cost
            return True

    def succeeded(self, taken: float) -> None:
        """A call succeeded, for whose retries `taken` was taken."""
        if self._left == _TOKENS:
            return
        with self._lock:
            self._left = min(_TOKENS, self._left + (taken or _EARNED))


def parse_retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3); None for what is neither a number nor a date.

    Numbers have at most six digits before the point. A date is compared with the same answer's `Date` header, never with a clock
    of ours, which may be wrong; without a `Date`, in the past, or further off than six digits can say, it counts as None.
    """
    text = (value or "").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # slow to import, and few answers have a date

    try:
        seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(date or "")).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 < seconds <= _LONGEST_READ else None
