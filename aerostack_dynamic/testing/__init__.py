"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .._usage import OperationUsage, UsageReport
    from ._calls import MockCall
    from ._mock import MockTransport
    from ._mock_error import MockError
    from ._server import MockServer
    from ._stubs import Stub
    from ._usage import Usage, track_usage

__all__ = ["MockCall", "MockError", "MockServer", "MockTransport", "OperationUsage", "Stub", "Usage", "UsageReport", "track_usage"]

_MODULES: Final = MappingProxyType(
    {
        "MockCall": "_calls",
        "MockError": "_mock_error",
        "MockServer": "_server",
        "MockTransport": "_mock",
        "OperationUsage": ".._usage",
        "Stub": "_stubs",
        "Usage": "_usage",
        "UsageReport": ".._usage",
        "track_usage": "_usage",
    }
)


def __getattr__(name: str) -> Any:
    """What is named is imported then: pytest imports this package wherever it is installed."""
    from importlib import import_module  # noqa: PLC0415

    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(module if module.startswith(".") else f".{module}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
