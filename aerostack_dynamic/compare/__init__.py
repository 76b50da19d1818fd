"""Two documents compared: what changed, whether it breaks code written for the old one, and recorded calls held against the new one."""

from __future__ import annotations

from ._changes import Change, Comparison
from ._compare import compare
from ._lines import lines_of
from ._replayed import OUTCOMES, CheckedCall, Departure, ReplayCheck, replay_check
from ._report import Report, comparison_report, replay_report

__all__ = [
    "Change",
    "CheckedCall",
    "Comparison",
    "Departure",
    "OUTCOMES",
    "ReplayCheck",
    "Report",
    "compare",
    "comparison_report",
    "lines_of",
    "replay_check",
    "replay_report",
]
