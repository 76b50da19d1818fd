"""Which frames an error shows when it leaves the package: none that hold arguments, or requests with credentials."""

from __future__ import annotations

from types import TracebackType
from typing import Final, TypeVar

from ._errors import AerostackError

_Error = TypeVar("_Error", bound=BaseException)
# Whose frames see requests as they leave.
_INNER: Final = frozenset(
    {
        __package__,
        "anyio",
        "asyncio",
        "h11",
        "h2",
        "hpack",
        "httpcore",
        "httpx",
        "selectors",
        "sniffio",
        "socket",
        "ssl",
        "threading",
    }
)


def bare(error: _Error) -> _Error:
    """The error without the frames below, which hold arguments and requests with credentials.

    One of ours is left without its causes too, since those hold the same. One of the caller's (of a hook, a generator, a transport), or
    one that struck from outside (a signal, a cancelled task), keeps the caller's own frames, and its causes theirs.
    """
    if isinstance(error, AerostackError):
        error.__context__ = error.__cause__ = None
        return error.with_traceback(None)
    todo: list[BaseException | None] = [error]
    seen = set[int]()
    while todo:
        one = todo.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = _outer(one.__traceback__)
            todo += [one.__cause__, one.__context__]
    return error


def _outer(here: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames that see requests as they leave."""
    frames: list[TracebackType] = []
    while here is not None:
        if here.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _INNER:
            frames.append(here)
        here = here.tb_next
    kept: TracebackType | None = None
    for one in reversed(frames):
        kept = TracebackType(kept, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return kept
