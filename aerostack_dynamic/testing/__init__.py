"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from .._usage import OperationUsage, UsageReport
from ._usage import Usage, track_usage

__all__ = ["OperationUsage", "Usage", "UsageReport", "track_usage"]
