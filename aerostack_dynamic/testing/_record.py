"""Recording: a hook of a client that writes a line for each call, secrets masked.

    with record("calls.jsonl") as recorder, Client(hooks=[recorder]) as client:
        client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}])

A line says as well which fields of the answer were read. It is therefore held until nobody holds the result any more, and written then;
`flush()`, `close()`, leaving the block and the end of the process write all lines that are held, with what was read until then. What
ends without that, as by a signal, loses those alone. A stream is held until it has ended.
"""

from __future__ import annotations

import os
import time
import weakref
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from .._errors import AerostackError, ArgumentsError
from .._hidden import Hidden, credential_texts
from ._keeping import kept_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._model import Operation
    from .._recorded import RecordedCall
    from .._told import Exchange

# So many lines are held at most: a result that is never let go would hold its own for ever.
_HELD: Final = 1000
# So many texts of credentials are looked for in the answers to other calls.
_CREDENTIALS: Final = 64


def record(path: str | os.PathLike[str], mask: Iterable[str] = ()) -> Recorder:
    """A hook that adds a line to the file at `path` for each call of the clients it is given to. Threads and processes may share a file.

    Besides what the document calls secret, what stands under the names in `mask` is masked: of parameters, headers, cookies, and
    properties at any depth. Raises OSError where the file can't be written, ArgumentsError for names that are none.
    """
    names: Any = (mask,) if isinstance(mask, str) else tuple(mask)
    if not all(isinstance(one, str) and one for one in names):
        raise ArgumentsError("mask: give names of parameters, headers or properties, as in mask=['iban']")
    return Recorder(path, names)


class Recorder:
    """What `record` gives: a hook, and a context manager that closes it. Nothing is recorded of calls that sent nothing."""

    def __init__(self, path: str | os.PathLike[str], names: tuple[str, ...]) -> None:
        self._lines = _Lines(os.fspath(path), frozenset(names))
        self._close = weakref.finalize(self, self._lines.close)  # and so at the end of the process

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def before_request(self, operation: Operation | None, request: object) -> None:
        """Refuse a call that would not be recorded. Raises AerostackError."""
        if not self._close.alive:
            raise AerostackError(f"the recording {self._lines.path} is closed; close the client first, or make the call by another one")

    def on_exchange(self, operation: Operation | None, exchange: Exchange) -> None:
        """Take a call."""
        self._lines.add(exchange)

    def flush(self) -> None:
        """Write the lines that are held, with what was read of their answers until now; not those of streams that are still read."""
        self._lines.flush(all_of_them=False)

    def close(self) -> None:
        """Write all lines that are held, and close the file. Closing twice does nothing."""
        self._close()

    def __copy__(self) -> Recorder:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Recorder:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Recorder, (os.path.abspath(self._lines.path), tuple(self._lines.names))

    def __repr__(self) -> str:
        return f"<recorder of {self._lines.path}>"


class _Held:
    """A line that waits: for the end of its stream while there is no `call`, and until nobody holds the result."""

    __slots__ = ("at", "call", "exchange", "watched")

    def __init__(self, exchange: Exchange, at: float) -> None:
        self.exchange: Exchange | None = exchange
        self.at = at
        self.call: RecordedCall | None = None
        self.watched: Any = None


class _Lines:
    """The file, and the lines that wait. What tells that a result is gone may be called anywhere, so it never waits for the lock."""

    def __init__(self, path: str, names: frozenset[str]) -> None:
        self.path = path
        self.names = names
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  # closed by `close`
        self._process = os.getpid()
        self._lock = Lock()
        self._held: dict[int, _Held] = {}
        self._ready: deque[int] = deque()
        self._credentials: dict[str, None] = {}
        self._hidden = Hidden(())
        self._number = 0
        self._last = 0.0
