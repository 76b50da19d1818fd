"""What few calls need of the rooms beside their path: streams, and what hooks are told. Those are imported when a call needs them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ._late import late

if TYPE_CHECKING:
    from ._stream import Items
    from ._told import Exchange
    from ._watched import filled_places, note_failure, watched_answer

__all__ = ["Exchange", "Items", "filled_places", "note_failure", "watched_answer"]

_ROOMS: Final = MappingProxyType(
    {
        "_stream": "Items",
        "_told": "Exchange",
        "_watched": "filled_places note_failure watched_answer",
    }
)

if not TYPE_CHECKING:
    __getattr__ = late(globals(), {name: f".{room}" for room, names in _ROOMS.items() for name in names.split()})
