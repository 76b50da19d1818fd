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
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from .._errors import AerostackError, ArgumentsError
from .._hidden import Hidden, credential_texts
from .._watch import read_places
from ._keeping import kept_call

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from .._model import Operation
    from .._recorded import RecordedCall
    from .._steps import Credentials
    from .._told import Exchange
    from .._watch import Use

# So many lines are held at most: a result that is never let go would hold its own for ever.
_HELD: Final = 1000
# What the times of two calls differ by at least, in seconds: their lines may stand in another order.
_TICK: Final = 1e-6
_DIGITS: Final = 6
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
            raise AerostackError(
                f"the recording {self._lines.path} is closed; close the client first, or make the call by another one"
            )

    def on_exchange(self, operation: Operation | None, exchange: Exchange) -> None:
        """Take a call."""
        self._lines.add(exchange)

    def flush(self) -> None:
        """Write the lines that are held, with what was read of their answers until now; not those of streams that are still read."""
        self._lines.flush()

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
    """A line that waits: for the end of its stream while there is no `call`, and until nobody holds the result, which `result` tells.

    `touched` and `whole` are what is noted of the result as it is read, None where nothing is.
    """

    __slots__ = ("at", "call", "exchange", "hidden", "result", "touched", "whole")

    def __init__(self, exchange: Exchange, at: float, hidden: Hidden) -> None:
        self.at = at
        self.hidden = hidden
        self.exchange: Exchange | None = exchange
        self.call: RecordedCall | None = None
        self.result: weakref.ref[Use] | None = None
        self.touched: set[str] | None = None
        self.whole: set[str] = set()

    def keep(self, names: frozenset[str]) -> RecordedCall:
        """The call, made of its exchange, which is let go."""
        exchange = self.exchange
        if exchange is not None:
            self.call = kept_call(exchange, names, [self.hidden], self.at)
            exchange.on_end = self.exchange = None
        assert self.call is not None, "it was kept"
        return self.call

    def line(self, names: frozenset[str]) -> bytes:
        """The line, with what was read until now."""
        call = self.keep(names)
        fields = None if self.touched is None else read_places(self.touched, self.whole)
        return replace(call, fields=fields).line()


def _is_cut(path: str) -> bool:
    """Whether a file ends within a line, as one does whose process was killed as it wrote."""
    with suppress(OSError):  # of what can't be read, or has no end to go to, no more can be known
        if os.path.isfile(path) and os.path.getsize(path):
            with open(path, "rb") as file:
                file.seek(-1, os.SEEK_END)
                return file.read() != b"\n"
    return False


class _Lines:
    """The file, and the lines that wait. What tells that a result is gone may be called anywhere, so it never waits for the lock."""

    def __init__(self, path: str, names: frozenset[str]) -> None:
        self.path = path
        self.names = names
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  # closed by `close`
        if _is_cut(path):
            self._file.write(b"\n")
        self._process = os.getpid()
        self._lock = Lock()
        self._held: dict[int, _Held] = {}
        self._gone: deque[int] = deque()
        self._credentials: dict[str, None] = {}
        self._hidden = Hidden(())
        self._number = 0
        self._last = 0.0

    @contextmanager
    def _locked(self) -> Generator[None]:
        """With the lock. A forked process starts with a lock of its own, and leaves what was held to its parent."""
        if os.getpid() != self._process:
            self._process, self._lock = os.getpid(), Lock()
            self._held.clear()
        with self._lock:
            yield

    def add(self, exchange: Exchange) -> None:
        """Take a call, and write those that wait no more."""
        use, exchange.use = exchange.use, None
        with self._locked():
            self._number += 1
            number = self._number
            self._last = at = round(max(time.time() - exchange.elapsed, self._last + _TICK), _DIGITS)
            held = _Held(exchange, at, self._known(exchange.credentials))
        if use is not None:
            held.touched, held.whole = use.touched, use.whole
            held.result = weakref.ref(use, lambda _: self._let_go(number))
        if exchange.ended:
            held.keep(self.names)
        else:
            exchange.on_end = lambda _: self._ended(held)
        with self._locked():
            self._held[number] = held
            if use is None:
                self._gone.append(number)
            self._gone.extend(one for one, other in self._held.items() if other.exchange is not None and other.exchange.ended)
            self._gone.extend([*self._held][: max(0, len(self._held) - _HELD)])
            self._settle()

    def _ended(self, held: _Held) -> None:
        held.keep(self.names)

    def _known(self, credentials: Credentials | None) -> Hidden:
        """The credentials that calls have sent so far, which the answer to another may hold."""
        texts = () if credentials is None else credential_texts(credentials._replace(also=None))
        new = {one: None for one in texts if one and one not in self._credentials}
        if new:
            kept = [*self._credentials, *new][-_CREDENTIALS:]
            self._credentials, self._hidden = dict.fromkeys(kept), Hidden(kept)
        return self._hidden

    def _let_go(self, number: int) -> None:
        """Nobody holds a result any more: told wherever that happens, within this class too."""
        self._gone.append(number)
        if os.getpid() == self._process and self._lock.acquire(blocking=False):
            try:
                self._settle()
            finally:
                self._lock.release()

    def _settle(self) -> None:
        """Write the lines that wait no more."""
        while self._gone:
            held = self._held.pop(self._gone.popleft(), None)
            if held is not None:
                self._write(held.line(self.names))

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[self._file.write(left) :]

    def flush(self) -> None:
        """Write the lines that wait for nothing but their results."""
        with self._locked():
            self._gone.extend(number for number, held in self._held.items() if held.exchange is None)
            self._settle()

    def close(self) -> None:
        """Write every line, and close the file."""
        with self._locked():
            self._gone.extend(self._held)
            self._settle()
            self._file.close()
