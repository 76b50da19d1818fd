"""Whether to try again, and after how long: a frozen policy, pure functions, no clock and no random source of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ._errors import ArgumentsError

if TYPE_CHECKING:
    from ._values import Idempotency, Sent

CEILING: Final = 5
LONGEST_RETRY_AFTER: Final = 60.0
_SECONDS: Final = re.compile(r"\d{1,6}(?:\.\d{1,9})?", re.ASCII)


class Outcome(NamedTuple):
    """How one attempt ended: with a `status`, or without one (None); `sent` says whether the server may have acted."""

    status: int | None
    sent: Sent
    retry_after: float | None = None
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a call is attempted again.

    `attempts` counts the first one and is at most 5. `statuses` are retried for safe and idempotent operations; a connection that
    was never established is retried for all. The delay before attempt n + 1 is drawn evenly from 0 to
    `min(longest_delay, first_delay * 2 ** (n - 1))` seconds, and is never less than the server's `Retry-After` (up to 60 s; a longer
    one is not waited for).
    """

    attempts: int = 3
    first_delay: float = 0.1
    longest_delay: float = 8.0
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})

    def __post_init__(self) -> None:
        if isinstance(self.attempts, bool) or not 1 <= self.attempts <= CEILING:
            raise ArgumentsError(f"retry: attempts: {self.attempts!r} is not a number from 1 to {CEILING}")
        if not 0 <= self.first_delay <= self.longest_delay:
            raise ArgumentsError("retry: first_delay and longest_delay: 0 <= first_delay <= longest_delay, in seconds")

    @classmethod
    def off(cls) -> RetryPolicy:
        """A policy of one attempt."""
        return cls(attempts=1)

    @property
    def allowance(self) -> float:
        """Seconds that attempts after the first may take beyond the total time limit of the call."""
        return 0.0

    def wants_retry(self, outcome: Outcome) -> bool:
        """Whether such an outcome is worth another attempt at all, of any operation."""
        return outcome.status in self.statuses if outcome.status is not None else outcome.sent == "no"

    def refusal(self, attempt: int, outcome: Outcome, idempotency: Idempotency) -> str | None:
        """Why attempt number `attempt`, which ended in a retryable outcome, is the last one; None when it is not."""
        if attempt >= self.attempts:
            return None if self.attempts == 1 else f"all {self.attempts} attempts are used"
        if outcome.status is not None and idempotency == "unsafe":
            return "the operation is not known to be safe or idempotent"
        if outcome.retry_after is not None and outcome.retry_after > LONGEST_RETRY_AFTER:
            return f"the server asks for a wait of {outcome.retry_after:g} s, longer than {LONGEST_RETRY_AFTER:g} s"
        return None

    def delay(self, attempt: int, outcome: Outcome, chance: float) -> float:
        """Seconds to wait after attempt number `attempt`; `chance` is a random number from 0 to 1."""
        backoff = chance * min(self.longest_delay, self.first_delay * 2.0 ** (attempt - 1))
        return max(backoff, outcome.retry_after or 0.0)


def parse_retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3); None for what is neither a number nor a date.

    Numbers have at most six digits before the point. A date is compared with the same answer's `Date` header, never with a clock
    of ours, which may be wrong; without a `Date`, or in the past, it counts as None.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(date or "")).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None
