"""A program: makes calls while a signal's handler raises in the middle of them, and prints how many of ten calls succeed afterwards.

python interrupted.py ours|httpx URL
"""

from __future__ import annotations

import random
import signal
import sys
from collections.abc import Callable
from typing import Any

import httpx

from aerostack_dynamic import Client

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Interrupted", "version": "1"},
    "paths": {
        "/read": {"get": {"operationId": "read", "responses": {"200": {"description": "", "content": {"application/json": {}}}}}}
    },
}


class Interruption(Exception):
    """What the handler raises."""


def strike(*_: object) -> None:
    raise Interruption


def interrupt(call: Callable[[], Any]) -> int:
    """Calls that are struck at random moments while they wait, 60 times; gives how often they were."""
    signal.signal(signal.SIGALRM, strike)
    chance = random.Random(7)
    hit = 0
    for _ in range(60):
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.003 + chance.random() * 0.014)
            call()
        except Interruption:
            hit += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return hit


def succeeds(call: Callable[[], Any]) -> bool:
    try:
        return bool(call())
    except Exception:
        return False


def main() -> None:
    """See the module's docstring."""
    kind, url = sys.argv[1:]
    if kind == "ours":
        call: Callable[[], Any] = Client(spec=DOCUMENT, server=url, timeout=0.5, retry=1).read
    else:
        limits = httpx.Limits(max_connections=3)
        bare = httpx.Client(limits=limits, timeout=0.2, trust_env=False)

        def call() -> Any:
            return bare.get(url).json()

    call()
    try:
        hit = interrupt(call)
    except Exception as error:
        hit = f"an error that is no interruption: {type(error).__module__}.{type(error).__name__}"
    print(f"{sum(succeeds(call) for _ in range(10))} of 10 after {hit if isinstance(hit, str) else 'interruptions'}")


if __name__ == "__main__":
    main()
