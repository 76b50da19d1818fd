"""Plays a row of the fault table on the SDK that is replaced: `aerostack` 0.1.2.

It speaks the nine operations of one document and no others. A row is played by `cache.cache_get`, which sends JSON and gets JSON, or by
`storage.storage_upload` where a large body is sent; so only those rows are, whose fault is in an answer or in a connection.
"""

from __future__ import annotations

import contextlib
import json
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import httpx
from faults.document import KEY
from faults.runner import outcome_of
from faults.world import trusting

if TYPE_CHECKING:
    from faults.row import Outcome, Row, Scene

TWICE = "C7-*"  # the second call is the one that counts
_JSON = ("read", "typed", "replace", "act", "mark", "look", "pay", "text")
_NO = (
    ("D15-* H1* H2* K5-* K6-* K7-* R11-* S6-* S7-* S8-*", "its fault is in the arguments or the set-up"),
    ("C1-* C2-* C3-* C4-* C5-* C6-* C9-*", "the storms show that"),
)


def why_not(row: Row) -> str | None:
    """Why a row is not played on it; None when it is."""
    for patterns, reason in _NO:
        if any(fnmatchcase(row.id, one) for one in patterns.split()) and not row.id.startswith("H25-"):
            return reason
    if row.total > 60:
        return "it would wait for a minute, as the server asks it to"
    if row.needs and not sys.platform.startswith(tuple(row.needs.split())):
        return f"this fault needs {row.needs}"
    if row.setup or (row.by_hand and not fnmatchcase(row.id, TWICE)):
        return "its fault is in the set-up"
    if row.drive and not row.id.startswith(("C7-", "C10-")):
        return "it is a story of many calls"
    if row.how != "raw":
        return "it has no streams"
    if row.call not in (*_JSON, "push") and not row.id.startswith("C7-"):
        return "it has no such operation"
    return None


def run_replaced(scene: Scene) -> Outcome:
    """What the SDK makes of a row. The value is what stood in the answer that it accepted."""
    return outcome_of(scene, lambda: _run(scene))


def _run(scene: Scene) -> Any:
    from aerostack import SDK
    from aerostack.utils import BackoffStrategy, RetryConfig

    row = scene.row
    answers: list[httpx.Response] = []
    seconds = min([row.total, *(one for one in row.limits.values() if one)])
    retries = None if row.retry is None else RetryConfig("backoff", BackoffStrategy(10, 20, 1.5, int(row.total * 1000)), True)
    # As the SDK makes it for itself, but for the certificates; the hook keeps what the answers were.
    with httpx.Client(follow_redirects=True, verify=trusting(), event_hooks={"response": [answers.append]}) as client:
        kit = SDK(KEY, server_url=scene.server.url, client=client, retry_config=retries, timeout_ms=int(seconds * 1000))
        if fnmatchcase(row.id, TWICE):
            with contextlib.suppress(Exception):
                _call(kit, scene)
        for _ in range(row.times):
            _call(kit, scene)
    return _content(answers[-1].text)


def _call(kit: Any, scene: Scene) -> Any:
    if scene.row.call == "push":
        file = {"fileName": "f", "content": dict(scene.row.arguments)["body"]}  # type: ignore[arg-type]
        return kit.storage.storage_upload(request={"file": file, "key": "k"})
    return kit.cache.cache_get(request={"key": "k"})


def _content(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
