"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from .._usage import OperationUsage, UsageReport
from ._calls import MockCall
from ._mock import MockTransport
from ._mock_error import MockError
from ._stubs import Stub

__all__ = ["MockCall", "MockError", "MockTransport", "OperationUsage", "Stub", "UsageReport"]
