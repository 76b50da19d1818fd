"""What a promise owes to our own sockets, and so can't be kept over those of another family: the transport, the kind, the rows, why."""

from __future__ import annotations

from fnmatch import fnmatchcase

_STEPS = "its steps take as long as they take; the total is looked at between them"
_STAGE = "how far a call had come when its total passed is known to the sockets alone"
_KEPT = "which connection was kept is known to its pool alone"
_LEFT_OVER = "its pool uses a connection again on which more came than was announced"
_PARSER = "its parser takes this for HTTP"
_EARLY = "its parser meets the fault together with what came before, and gives neither"

OFF = (
    ("httpx2", "sync", "T2-slow-name T5-drip-* T6-read-slowly", _STEPS),
    ("httpx2", "async", "T2-slow-name T3-black-hole-total T3-tls-drip T7-queue-deadline", _STAGE),
    ("httpx2", "", "T5-informational-flood", "informational answers are not counted"),
    ("httpx2", "", "R6-stale R6-stale-*", _KEPT),
    ("httpx2", "", "C7-second-answer C7-junk C7-204-with-body C7-head-with-body C7-after-chunks", _LEFT_OVER),
    ("httpx2", "", "C10-length-and-chunks C10-bare-line-feeds", _PARSER),
    ("httpx2", "async", "S9-early-413-unread", "asyncio loses what was not read when a write fails"),
    ("aiohttp", "", "T2-slow-name T3-black-hole-total T3-tls-drip T7-queue-deadline", _STAGE),
    ("aiohttp", "", "T5-informational-flood", "informational answers are not counted"),
    ("aiohttp", "", "T6-never-read", "it has no limit for writing; the total ends the call"),
    ("aiohttp", "", "R6-stale R6-stale-*", _KEPT),
    ("aiohttp", "", "K3-head", "it reads the body that this server sends after a HEAD"),
    ("aiohttp", "", "D1-bad-chunk D1-negative-chunk D1-huge-chunk S2-cut S2-bad-chunk", _EARLY),
    ("aiohttp", "", "C7-junk C7-head-with-body", _EARLY),
    ("aiohttp", "", "C7-late-answer", _LEFT_OVER),
    ("aiohttp", "", "C10-bare-line-feeds C10-space-before-colon C10-unknown-transfer", _PARSER),
)


def why_off(transport: str, kind: str, row: str) -> str | None:
    """Why a row is not played over another family's transport; None when it is."""
    for family, only, patterns, reason in OFF:
        if family == transport and only in ("", kind) and any(fnmatchcase(row, one) for one in patterns.split()):
            return reason
    return None
