"""What operations need of the rooms that calls are made of. Those are imported with the first call, and a client is made without them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ._late import late

if TYPE_CHECKING:
    from ._curl import curl_command
    from ._links import Links, linked_operation, linked_server
    from ._perform import bound, perform, perform_request, perform_stream, shown_request
    from ._response import Response
    from ._result import pick_response
    from ._streams import AsyncStream, Stream

__all__ = [
    "AsyncStream",
    "Links",
    "Response",
    "Stream",
    "bound",
    "curl_command",
    "linked_operation",
    "linked_server",
    "perform",
    "perform_request",
    "perform_stream",
    "pick_response",
    "shown_request",
]

_ROOMS: Final = MappingProxyType(
    {
        "_curl": "curl_command",
        "_links": "Links linked_operation linked_server",
        "_perform": "bound perform perform_request perform_stream shown_request",
        "_response": "Response",
        "_result": "pick_response",
        "_streams": "AsyncStream Stream",
    }
)

if not TYPE_CHECKING:
    __getattr__ = late(globals(), {name: f".{room}" for room, names in _ROOMS.items() for name in names.split()})
