"""What a hook's `on_exchange` is told of: a call as it went over the network, with its answer or its failure, secrets and all.

It is for what keeps calls, such as a recording, which masks them itself: the other hooks are told the masked request and answer. A call
of which nothing was sent is not told of. Nothing here does any work unless a hook asks for it.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast

from ._call import call_of
from ._errors import NoResponseError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from . import _http
    from ._errors import AerostackError
    from ._hidden import Hidden
    from ._model import Operation
    from ._options import Options
    from ._reference import Document
    from ._steps import Credentials, Received, Unread
    from ._watch import Use


class Exchange:
    """One call: `request` without credentials, the answer as it was `received`, or the `error` why there is none.

    `use` knows what the caller has read of its result so far; `hidden` gives the secrets it has sent, of which `credentials` are one
    part; `elapsed` is in seconds. Of a stream, it is told when the head is there: `pieces` grow as they are read, in their content
    coding, until it has `ended`, and then `on_end` is called, unless nobody holds the stream any more. No more of them are kept than
    `max_response_bytes` of the client; `cut` says that there were. `operation` and `call` are None for a request that the caller made.
    """

    __slots__ = (
        "_room",
        "call",
        "credentials",
        "cut",
        "document",
        "elapsed",
        "ended",
        "error",
        "hidden",
        "on_end",
        "operation",
        "options",
        "pieces",
        "received",
        "request",
        "use",
    )

    def __init__(
        self,
        document: Document,
        operation: Operation | None,
        options: Options,
        request: _http.Request,
        received: Received | None,
        hidden: Callable[[], Hidden],
        credentials: Credentials | None,
        elapsed: float,
    ) -> None:
        self.document = document
        self.operation = operation
        self.options = options
        self.call = call_of(request)
        self.request = request
        self.received = received
        self.hidden = hidden
        self.credentials = credentials
        self.elapsed = elapsed
        self.cut = False
        self._room = options.max_response_bytes
        self.error: AerostackError | None = None
        self.pieces: list[bytes] = []
        self.ended = received is None or received.unread is None
        self.on_end: Callable[[Exchange], None] | None = None
        self.use: Use | None = None

    def watch(self, received: Received) -> Received:
        """The answer, of a stream with a body that this is told of."""
        if received.unread is not None:
            received = received._replace(unread=ToldBody(received.unread, self))
        return received

    def piece(self, piece: bytes | None) -> None:
        """A piece of a stream was read, or None at its end."""
        if piece is None:
            self.end()
        elif not self.ended and not self.cut:
            self._room -= len(piece)
            self.cut = self._room < 0
            self.pieces += () if self.cut else (piece,)

    def end(self, error: AerostackError | None = None) -> None:
        """The stream has ended: as it should, by `error`, or because its reader wants no more."""
        if not self.ended:
            self.ended, self.error = True, error
            if self.on_end is not None:
                self.on_end(self)


class ToldBody:
    """The body of a stream, of whose pieces an exchange is told as they are read."""

    def __init__(self, unread: Unread, exchange: Exchange) -> None:
        self.coding = unread.coding
        self._unread = unread
        self._exchange = exchange

    def read(self) -> Any:
        """The next piece, None at the end; awaited on an asynchronous client."""
        try:
            piece = self._unread.read()
        except NoResponseError as error:
            self._exchange.end(error)
            raise
        if isawaitable(piece):
            return self._awaited(cast("Awaitable[bytes | None]", piece))
        self._exchange.piece(piece)
        return piece

    async def _awaited(self, following: Awaitable[bytes | None]) -> bytes | None:
        try:
            piece = await following
        except NoResponseError as error:
            self._exchange.end(error)
            raise
        self._exchange.piece(piece)
        return piece

    def close(self) -> Any:
        """Close the body; awaited on an asynchronous client."""
        self._exchange.end()
        return self._unread.close()

    def drop(self) -> None:
        """Close it from wherever the last reference went away, where nothing else may be done."""
        self._exchange.ended = True
        self._unread.drop()
