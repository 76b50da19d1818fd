"""Which fault befalls a request: seldom one in calm weather, every second request in a storm. The weather changes every few seconds."""

from __future__ import annotations

import random
import time

from .document import KINDS

SHARES = {"calm": 0.03, "fair": 0.12, "rough": 0.25, "storm": 0.55}
CHANGES = 4.0  # seconds
ALWAYS = (
    "latency",
    "slices",
    "bandwidth",
    "slow close",
    "silence",
    "reset before the head",
    "reset in the body",
    "cut in the body",
    "cut between chunks",
    "dirty connection",
    "stale connection",
    "stale and reset",
    "429",
    "503 with Retry-After",
    "503",
    "500",
    "redirect",
    "garbage",
    "informational answers",
)
UPLOADS = ("early 413", "reset while uploading", "reads slowly")
TEXT = ("truncated gzip", "truncated gzip", "bandwidth")
RETRY_AFTER = (None, "0", "0.1", "0.3", "1", "120", "soon", "-1", "Thu, 01 Jan 1970 00:00:00 GMT")


class Weather:
    """Draws faults. The same seed gives the same faults in the same order of requests."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._share = SHARES["calm"]
        self._until = 0.0

    def fault(self, operation: str) -> str:
        """The fault of the next request; `none` is one of them."""
        if time.monotonic() > self._until:
            self._share = self.chance.choice([*SHARES.values()])
            self._until = time.monotonic() + CHANGES
        if self.chance.random() >= self._share:
            return "none"
        kind = KINDS[operation]
        more = UPLOADS * 2 if kind.uploads else TEXT if operation == "text" else ()
        return self.chance.choice(ALWAYS + more)
