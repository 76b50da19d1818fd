"""Which frames an error shows when it leaves the package: none that hold arguments, or requests with credentials."""

from __future__ import annotations

from types import TracebackType
from typing import Final, TypeVar

from ._errors import AerostackError

_Error = TypeVar("_Error", bound=Exception)
# Whose frames see requests as they leave.
_INNER: Final = frozenset({__package__, "httpcore", "httpx", "h11"})


def bare(error: _Error) -> _Error:
    """The error without the frames below, which hold arguments and requests with credentials.

    One of ours is left without its causes too, since those hold the same. One of the caller's (of a hook, a generator, a transport)
    keeps its own frames.
    """
    if isinstance(error, AerostackError):
        error.__context__ = error.__cause__ = None
        return error.with_traceback(None)
    frames: list[TracebackType] = []
    here = error.__traceback__
    while here is not None:
        if here.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _INNER:
            frames.append(here)
        here = here.tb_next
    kept: TracebackType | None = None
    for one in reversed(frames):
        kept = TracebackType(kept, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return error.with_traceback(kept)
