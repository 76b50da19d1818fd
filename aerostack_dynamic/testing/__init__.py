"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from .._recorded import RecordedAnswer, RecordedCall, RecordedFailure, RecordedRequest
from .._recordings import read_calls
from .._usage import OperationUsage, UsageReport
from ._record import Recorder, record
from ._replay import Replay, ReplayError, replay

__all__ = [
    "OperationUsage",
    "RecordedAnswer",
    "RecordedCall",
    "RecordedFailure",
    "RecordedRequest",
    "Recorder",
    "Replay",
    "ReplayError",
    "UsageReport",
    "read_calls",
    "record",
    "replay",
]
