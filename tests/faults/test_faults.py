"""Every fault on both clients, and on bare httpx, which shows that the fault occurs.

FAULTS_TRANSPORT=httpx2 or aiohttp plays the rows over that library's transport, where it is installed.
"""

from __future__ import annotations

import os

import pytest

from .row import Row
from .runner import play, why_not
from .tables import ROWS

TRANSPORT = os.environ.get("FAULTS_TRANSPORT") or None


@pytest.mark.parametrize("kind", ["sync", "async", "httpx"])
@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_the_promise_is_kept(row: Row, kind: str) -> None:
    transport = None if kind == "httpx" else TRANSPORT
    reason = why_not(row, kind, transport)
    if reason is not None:
        pytest.skip(reason)
    verdict = play(row, kind, transport)
    assert not verdict.faults, f"{row.promise}: {'; '.join(verdict.faults)}"
