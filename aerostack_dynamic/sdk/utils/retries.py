"""`RetryConfig`: the replaced SDK's way of asking for retries, carried out by the package's own rules for when to stop."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..._retry import RetryPolicy
from .._invalid import InvalidArgumentsError

if TYPE_CHECKING:
    from ..._retry import Outcome
    from ..._values import Idempotency

_LARGEST: Final = 1e12


@dataclass
class BackoffStrategy:
    """How long to wait between attempts, in milliseconds; `exponent` is the factor by which each wait exceeds the one before.

    `max_interval` bounds one wait that the SDK chooses. `max_elapsed_time` bounds them all: no wait begins that would end later.
    """

    initial_interval: int
    max_interval: int
    exponent: float
    max_elapsed_time: int


@dataclass
class RetryConfig:
    """Consent to retry every operation, those that write included, on 429, 500, 502, 503 and 504.

    `strategy` is `"backoff"`; any other means one attempt. `retry_connection_errors` adds connections that could not be made and
    time limits that passed, also after the request was sent.
    """

    strategy: str
    backoff: BackoffStrategy
    retry_connection_errors: bool


@dataclass(frozen=True, slots=True)
class BackoffPolicy(RetryPolicy):
    """A RetryConfig as a policy of one call, which began at `started` on the monotonic clock. All times are in seconds."""

    attempts: int = sys.maxsize
    statuses: frozenset[int] = frozenset({429, 500, 502, 503, 504})
    exponent: float = 1.0
    within: float = 0.0
    connection_errors: bool = False
    started: float = 0.0

    def __post_init__(self) -> None:
        """The bounds of a RetryPolicy do not hold here: a longest delay below the first simply bounds it."""

    @property
    def budgeted(self) -> bool:
        """Giving the config is consent to all its attempts."""
        return False

    @property
    def allowance(self) -> float:
        """The time limit of a call is for its last attempt; the schedule has its own."""
        return self.within

    def wants_retry(self, outcome: Outcome) -> bool:
        """Whether the config names such an outcome."""
        if outcome.status is None:
            return self.connection_errors and (outcome.sent == "no" or outcome.timed_out)
        return outcome.status in self.statuses

    def refusal(self, attempt: int, outcome: Outcome, idempotency: Idempotency) -> str | None:
        """Why there is no other attempt: the cap on `Retry-After`, or `max_elapsed_time`. The config is consent to repeat."""
        refused = RetryPolicy.refusal(self, attempt, outcome, "idempotent")
        if refused is None and time.monotonic() - self.started + self.delay(attempt, outcome, 0.0) > self.within:
            refused = "max_elapsed_time would pass before the next attempt"
        return refused

    def delay(self, attempt: int, outcome: Outcome, chance: float) -> float:
        """`Retry-After` if the server asked for a wait, else the schedule's, made up to a quarter shorter by `chance`."""
        return outcome.retry_after or self._scheduled(attempt) * (1.0 - chance / 4)

    def _scheduled(self, attempt: int) -> float:
        try:
            grown = self.first_delay * self.exponent ** (attempt - 1)
        except OverflowError:
            return self.longest_delay
        return min(grown, self.longest_delay)


def policy_of(config: RetryConfig | None) -> RetryPolicy:
    """The policy of a call that begins now. Raises InvalidArgumentsError for what is no RetryConfig, or has impossible numbers."""
    if config is None:
        return RetryPolicy.off()
    if not isinstance(config, RetryConfig):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not all typed
        raise InvalidArgumentsError(f"retries: give a RetryConfig or None, not a {type(config).__name__}")
    if config.strategy != "backoff":
        return RetryPolicy.off()
    backoff = config.backoff
    for name in ("initial_interval", "max_interval", "exponent", "max_elapsed_time"):
        _must_be_a_number(name, getattr(backoff, name, None))
    return BackoffPolicy(
        # A wait of nothing would ask a struggling server again at once, and without an end.
        first_delay=max(backoff.initial_interval, 1) / 1000,
        longest_delay=max(backoff.max_interval, 1) / 1000,
        exponent=backoff.exponent,
        within=backoff.max_elapsed_time / 1000,
        connection_errors=bool(config.retry_connection_errors),
        started=time.monotonic(),
    )


def _must_be_a_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LARGEST:
        raise InvalidArgumentsError(f"retries: {name} is a number from 0 to 1e12, in milliseconds (exponent: a factor)")
