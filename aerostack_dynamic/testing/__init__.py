"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from .._usage import OperationUsage, UsageReport

__all__ = ["OperationUsage", "UsageReport"]
