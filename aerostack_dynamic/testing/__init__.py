"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._usage import OperationUsage, UsageReport
    from ._calls import MockCall
    from ._mock import MockTransport
    from ._mock_error import MockError
    from ._stubs import Stub
    from ._usage import Usage, track_usage

__all__ = ["MockCall", "MockError", "MockTransport", "OperationUsage", "Stub", "Usage", "UsageReport", "track_usage"]


def __getattr__(name: str) -> Any:
    """What is named is imported then: pytest imports this package wherever it is installed."""
    from importlib import import_module  # noqa: PLC0415

    if name in __all__:
        for module in ("_mock", "_usage", "_calls", "_mock_error", "_stubs"):
            found = getattr(import_module(f".{module}", __name__), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
