"""Replaying: a transport that answers calls as a recording has it, without a server.

    with Client(api_key="any", transport=replay("calls.jsonl")) as client:
        client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}])

A call is answered as the recorded call of the same operation with the same arguments was; of several that are the same in the order in
which they were made. Answers have masks where the recording has them. Streams are streams again, failures fail again in the same words,
and nothing is waited for: an answer is that of the whole call, so another attempt would be given the same, and none is made.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from .. import _http
from .._call import call_of, document_of
from .._errors import ArgumentsError, NoResponseError, ResponseError, TimeoutError
from .._hidden import UNDER_WAY
from .._media_type import stream_form
from .._recorded import RecordedCall
from .._recordings import read_calls
from .._steps import FINAL
from .._values import printable
from ._likeness import Asked, Sent, asked, differences, has_same_target, is_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from .._call import Call
    from .._errors import AerostackError
    from .._spec import BaseSpec

_FRAMING: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_PIECE: Final = 64 * 1024
# What the events of a stream, and its lines, end with.
_ENDS: Final = re.compile(rb"(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r)")
# So many calls are remembered that may be sent again.
_REMEMBERED: Final = 64
_SHOWN: Final = 10


class ReplayError(AssertionError):
    """A call that the recording has no answer to. The text says what is nearest to it, and what differs."""


def replay(
    recording: str | os.PathLike[str] | Iterable[RecordedCall], spec: BaseSpec | None = None, *, repeat: bool = False
) -> Replay:
    """A transport that answers as `recording` has it: a file that `read_calls` reads, or calls.

    A call that is made more often than it was recorded is refused, or with `repeat` answered as the last of them was. `spec` is the
    document for recordings of other tools, whose calls are else compared by what was sent, and for requests that were not made by our
    client. Raises what `read_calls` does.
    """
    if isinstance(recording, (str, os.PathLike)):
        return Replay([*read_calls(recording, spec)], os.fspath(recording), spec, repeat)
    calls = [*recording]
    if not all(isinstance(one, RecordedCall) for one in calls):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise ArgumentsError("recording: give the path of a recording, or RecordedCalls")
    return Replay(calls, "the recording", spec, repeat)


class Replay(_http.BaseTransport, _http.AsyncBaseTransport):
    """What `replay` gives, for `Client(transport=...)` and `AsyncClient`, and for clients of httpx. Threads may share it."""

    def __init__(self, calls: list[RecordedCall], name: str, spec: BaseSpec | None, repeat: bool) -> None:
        self._calls = sorted(calls, key=lambda one: one.at)
        self._name = name
        self._spec = spec
        self._repeat = repeat
        self._used: set[int] = set()
        self._made: list[tuple[Call, RecordedCall]] = []
        self._lock = Lock()

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The recorded calls, in the order in which they were made."""
        return tuple(self._calls)

    @property
    def unused(self) -> tuple[RecordedCall, ...]:
        """The recorded calls that nothing has asked for yet."""
        with self._lock:
            return tuple(one for index, one in enumerate(self._calls) if index not in self._used)

    def handle_request(self, request: _http.Request) -> _http.Response:
        """The recorded answer. Raises ReplayError, and what is recorded as the failure of the call."""
        keeps, body = self._needs_body(request), b""
        stream: Any = request.stream
        for piece in stream:  # it is read as any transport would read it, and what is wrong with a file is found
            body += piece if keeps else b""
        return self._answer(request, body)

    async def handle_async_request(self, request: _http.Request) -> _http.Response:
        """The same for asyncio."""
        keeps, body = self._needs_body(request), b""
        stream: Any = request.stream
        async for piece in stream:
            body += piece if keeps else b""
        return self._answer(request, body)

    def _needs_body(self, request: _http.Request) -> bool:
        """Whether the request, or a recorded one, is known by what is sent alone: uploads are not held for nothing."""
        return call_of(request) is None or any(not one.operation for one in self._calls)

    def _answer(self, request: _http.Request, body: bytes) -> _http.Response:
        under_way = UNDER_WAY.get(None)
        credentials = under_way.credentials if under_way is not None else None
        headers = tuple(request.headers.multi_items())
        sent = Sent(request.method, str(request.url), headers, body, credentials.query if credentials else ())
        call = call_of(request)
        recorded = self._again(call) or self._find(asked(sent, call, document_of(request), self._spec), call)
        if recorded.answer is None:
            raise _failure(recorded)
        kept = [one for one in recorded.answer.headers if one[0].lower() not in _FRAMING]
        return _http.Response(
            recorded.answer.status, headers=kept, stream=_Body(recorded), request=request, extensions={FINAL: True}
        )

    def _again(self, call: Call | None) -> RecordedCall | None:
        """What another attempt of a call is answered: the same."""
        with self._lock:
            return next((recorded for one, recorded in self._made if one is call), None)

    def _find(self, one: Asked, call: Call | None) -> RecordedCall:
        with self._lock:
            near = [index for index, recorded in enumerate(self._calls) if is_of(recorded, one)]
            like = [index for index in near if next(differences(self._calls[index], one), None) is None]
            like = [index for index in like if has_same_target(self._calls[index], one)] or like
            free = [index for index in like if index not in self._used] or (like[-1:] if self._repeat else [])
            if not free:
                raise ReplayError(self._refusal(one, near, like))
            self._used.add(free[0])
            recorded = self._calls[free[0]]
            if call is not None:
                self._made = [*self._made[1 - _REMEMBERED :], (call, recorded)]
            return recorded

    def _refusal(self, one: Asked, near: list[int], like: list[int]) -> str:
        head = f"{self._name} has no answer to {printable(one.called)}"
        if like:
            times = "once, and it was" if len(like) == 1 else f"{len(like)} times, and they were"
            return f"{head}: the call is recorded {times} replayed already; replay(..., repeat=True) answers it again"
        if near:
            found = [(index, [*differences(self._calls[index], one)]) for index in near]
            index, told = min(found, key=lambda pair: (len(pair[1]), pair[0] in self._used))
            used = ", was replayed already" if index in self._used else ""
            lines = "".join(f"\n  {printable(text, 300)}" for text in told[:_SHOWN])
            more = f"\n  and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
            return f"{head}; call {index + 1} of {len(self._calls)} is the nearest{used}, and differs:{lines}{more}"
        counts = Counter(call.operation or f"{call.method} {call.request.url.partition('?')[0]}" for call in self._calls)
        known = ", ".join(f"{printable(name)} ({count})" for name, count in counts.most_common(_SHOWN))
        return f"{head}; it has {f'calls of {known}' if known else 'no calls'}"

    def __repr__(self) -> str:
        return f"<replay of {self._name}, {len(self._calls)} calls>"


def _failure(recorded: RecordedCall) -> AerostackError:
    """The error that a call ended with, or in which its stream was cut."""
    failure, reason = recorded.failure, recorded.error or "the call has no answer in the recording"
    if failure is not None and failure.kind == ResponseError.__name__:
        return ResponseError(reason, status=recorded.answer.status if recorded.answer else 0)
    kind = TimeoutError if failure is not None and failure.timed_out else NoResponseError
    error = kind(reason, failure.stage, failure.sent) if failure is not None else kind(reason)
    error.kind = failure.kind if failure is not None else ""
    error.permanent = True
    return error


class _Body(_http.SyncByteStream, _http.AsyncByteStream):
    """The content of a recorded answer in pieces: events one by one; and how it was cut, if it was."""

    def __init__(self, recorded: RecordedCall) -> None:
        self._recorded = recorded

    def __iter__(self) -> Iterator[bytes]:
        answer = self._recorded.answer
        assert answer is not None, "there is a body"
        kind = next((text for name, text in answer.headers if name.lower() == "content-type"), "")
        pieces = _ENDS.split(answer.body) if stream_form(kind) == "events" else [answer.body]
        for piece in pieces:
            yield from (piece[start : start + _PIECE] for start in range(0, len(piece), _PIECE))
        if self._recorded.failure is not None:
            raise _failure(self._recorded)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
