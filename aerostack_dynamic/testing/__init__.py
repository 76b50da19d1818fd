"""What tests of code that calls an API need: a mock of any document, recordings, what was used of an answer, and fixtures."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .._recorded import RecordedAnswer, RecordedCall, RecordedFailure, RecordedRequest
    from .._recordings import read_calls
    from .._usage import OperationUsage, UsageReport
    from ._calls import MockCall
    from ._mock import MockTransport
    from ._mock_error import MockError
    from ._record import Recorder, record
    from ._replay import Replay, ReplayError, replay
    from ._server import MockServer
    from ._stubs import Stub
    from ._usage import Usage, track_usage

__all__ = [
    "MockCall",
    "MockError",
    "MockServer",
    "MockTransport",
    "OperationUsage",
    "RecordedAnswer",
    "RecordedCall",
    "RecordedFailure",
    "RecordedRequest",
    "Recorder",
    "Replay",
    "ReplayError",
    "Stub",
    "Usage",
    "UsageReport",
    "read_calls",
    "record",
    "replay",
    "track_usage",
]

# The module that each name is in.
_PLACES: Final = MappingProxyType(
    {
        **dict.fromkeys(("RecordedAnswer", "RecordedCall", "RecordedFailure", "RecordedRequest"), ".._recorded"),
        **dict.fromkeys(("OperationUsage", "UsageReport"), ".._usage"),
        **dict.fromkeys(("Recorder", "record"), "._record"),
        **dict.fromkeys(("Replay", "ReplayError", "replay"), "._replay"),
        **dict.fromkeys(("Usage", "track_usage"), "._usage"),
        "MockCall": "._calls",
        "MockError": "._mock_error",
        "MockServer": "._server",
        "MockTransport": "._mock",
        "Stub": "._stubs",
        "read_calls": ".._recordings",
    }
)


def __getattr__(name: str) -> Any:
    """What is named is imported then: pytest imports this package wherever it is installed."""
    from importlib import import_module  # noqa: PLC0415  # as said above

    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PLACES[name], __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
