"""Streams as users hold them: context managers over the items of one answer, for a thread that waits and for asyncio."""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from ._errors import AerostackError, ArgumentsError
from ._events import Delivered
from ._follow import Follower, can_be_sent, next_event
from ._frames import bare
from ._perform import next_item
from ._saving import PartialFile
from ._values import UNSET, Data, Unset

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator

    from . import _http
    from ._life import Opened
    from ._steps import Step
    from ._stream import Items

_Self = TypeVar("_Self", bound="_Stream")
_WRITTEN_AT_ONCE: Final = 1024 * 1024


class _Stream:
    """What both kinds share: the state, and what is known of the answer."""

    _with = "with"

    def __init__(self, name: str, driver: Any, begin: Callable[[Delivered | None], Generator[Step, Any, Opened]]) -> None:
        self._name = name
        self._driver = driver
        self._begin = begin
        self._delivered = Delivered()
        self._reconnects = False
        self._opened: Opened | None = None
        self._follower: Follower | None = None
        self._state = "not open"
        # Those of the stream that is open, for what came to be given at once.
        self._ready: deque[Any] = deque()
        self._forget: Callable[[], object] = _nothing

    def with_options(self: _Self, *, reconnect: bool | Unset = UNSET, last_event_id: str | Unset = UNSET) -> _Self:
        """The same stream, not open, with other options. Raises ArgumentsError for one that does not fit.

        `reconnect`: when the connection is lost, silent for too long, or closed without the data that closes a stream, another one is
        opened behind the last event, by its id in `Last-Event-ID`, after the time that the server asks for (`retry`); no event is
        delivered twice. That repeats the call. It is tried as often as the retry policy says, counted anew with each event.
        `last_event_id`: the stream begins behind that event. Only server-sent events go on so: with either option, an answer of another
        form raises StreamError as it is opened.
        """
        if not isinstance(reconnect, (bool, Unset)):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError("reconnect: give True or False")
        given = "" if isinstance(last_event_id, Unset) else last_event_id
        if not isinstance(given, str) or not can_be_sent(given):  # pyright: ignore[reportUnnecessaryIsInstance]  # the same
            raise ArgumentsError("last_event_id: give a str that a header can carry, such as the last_event_id of an error")
        made = type(self)(self._name, self._driver, self._begin)
        made._reconnects = self._reconnects if isinstance(reconnect, Unset) else reconnect
        before = self._delivered.last_event_id
        made._delivered = Delivered(before if isinstance(last_event_id, Unset) else last_event_id)
        return made

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._known().response.status

    @property
    def headers(self) -> _http.Headers:
        """The answer's headers as they were sent."""
        return self._known().response.headers

    @property
    def request_id(self) -> str | None:
        """The id that the server gave the request, if it gave one."""
        return self._known().response.request_id

    @property
    def response(self) -> _http.Response:
        """The answer as an `httpx.Response` without a body, its request without credentials."""
        return self._known().response.http

    @property
    def last_event_id(self) -> str:
        """The id of the last event that came whole, empty where none had one."""
        return self._known().items.last_event_id

    def _known(self) -> Opened:
        if self._opened is None:
            raise AerostackError(f"this stream is not open; it is opened by `{self._with} {self._name}.stream(...) as events:`")
        return self._opened

    def _start(self) -> Generator[Step, Any, Opened]:
        if self._state != "not open":
            raise AerostackError("a stream is opened once; call .stream(...) again for another one")
        self._state = "closed"
        return self._begin(self._delivered if self._reconnects or self._delivered.last_event_id else None)

    def _adopt(self: _Self, opened: Opened) -> _Self:
        self._opened = opened
        self._ready = opened.items.ready
        self._state = "open"
        self._forget()
        dropped = weakref.finalize(self, opened.items.unread.drop)
        dropped.atexit = False
        self._forget = dropped.detach
        return self

    def _following(self) -> Generator[Step, Any, Any]:
        """What gives the next item of a stream that is open."""
        if not self._reconnects:
            return next_item(self._known())
        if self._follower is None:
            self._follower = Follower(self._known(), self._delivered, lambda: self._begin(self._delivered))
        return next_event(self._follower)

    def _keep_up(self) -> None:
        """Hold the connection that is read now, if it is another one."""
        if self._follower is not None and self._follower.opened is not self._opened:
            self._adopt(self._follower.opened)

    def _items(self) -> Items:
        """The items of a stream that is open, or has come to its end within its block."""
        opened = self._known()
        if self._state == "closed":
            raise AerostackError(f"this stream of {self._name} is closed; it is read within its `with` block")
        return opened.items

    def _check_bytes(self) -> None:
        """Raise where the items are no bytes."""
        form = self._items().form
        if form != "bytes":
            raise AerostackError(
                f"this stream of {self._name} is one of {form}, whose items are read; save(...) writes bodies of bytes"
            )

    def _let_go(self, state: str) -> Any:
        """The body that is to be closed now, if any is open."""
        was, self._state = self._state, state
        self._ready = deque()
        self._forget()
        if self._opened is None:
            return None
        self._opened.items.leave()
        return self._opened.items.unread if was == "open" else None

    def __reduce__(self) -> str:
        raise TypeError("a stream can't be pickled or copied: it is a connection")

    def __repr__(self) -> str:
        return f"<stream of {self._name}, {self._state}>"


class Stream(_Stream, Generic[Data]):
    """The items of an answer as they come: `with client.ai.ai_chat.stream(...) as events: for event in events: ...`.

    Items are `Event`s, Records or bytes, by the answer's media type. Leaving the block closes the connection, wherever the stream was.
    Raises StreamError when it ends early or carries an error, TimeoutError when it is silent for too long.
    """

    __module__ = "aerostack_dynamic"  # where it is exported, for signatures to say

    def __enter__(self: _Self) -> _Self:
        try:
            return self._adopt(self._driver.run(self._start()))
        except BaseException as error:
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, or give it back if the stream was read to its end. Closing twice does nothing."""
        unread = self._let_go("closed")
        if unread is not None:
            unread.close()

    def __iter__(self: _Self) -> _Self:
        self._items()
        return self

    def __next__(self) -> Data:
        if self._ready:
            return self._ready.popleft()  # type: ignore[no-any-return]  # what the document says of an item
        self._items()
        try:
            item: Any = UNSET if self._state == "ended" else self._driver.run(self._following())
            self._keep_up()
        except BaseException as error:
            self._keep_up()
            self.close()
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own
        if item is UNSET:
            unread = self._let_go("ended")
            if unread is not None:
                unread.close()
            raise StopIteration
        return item  # type: ignore[no-any-return]  # the same

    def save(self: Stream[bytes], path: str | os.PathLike[str]) -> int:
        """Write the rest of the body to a file, which is never held whole, and give the number of bytes.

        The file is in its place, and what stood there is replaced, when all of it is there; whatever goes wrong leaves nothing.
        Raises what reading raises, ArgumentsError for what is no place for a file, AerostackError for a stream of items, and OSError.
        """
        self._check_bytes()
        file, size = PartialFile(path), 0
        try:
            for piece in self:
                file.write(piece)
                size += len(piece)
            file.keep()
        finally:
            file.drop()
        return size


class AsyncStream(_Stream, Generic[Data]):
    """The same for asyncio: `async with client.ai.ai_chat.stream(...) as events: async for event in events: ...`."""

    __module__ = "aerostack_dynamic"  # where it is exported, for signatures to say

    _with = "async with"

    async def __aenter__(self: _Self) -> _Self:
        try:
            return self._adopt(await self._driver.run(self._start()))
        except BaseException as error:
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection, or give it back if the stream was read to its end. Closing twice does nothing."""
        unread = self._let_go("closed")
        if unread is not None:
            await unread.close()

    def __aiter__(self: _Self) -> _Self:
        self._items()
        return self

    async def __anext__(self) -> Data:
        if self._ready:
            return self._ready.popleft()  # type: ignore[no-any-return]  # the same
        self._items()
        try:
            item: Any = UNSET if self._state == "ended" else await self._driver.run(self._following())
            self._keep_up()
        except BaseException as error:
            self._keep_up()
            await self.aclose()
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own
        if item is UNSET:
            unread = self._let_go("ended")
            if unread is not None:
                await unread.close()
            raise StopAsyncIteration
        return item  # type: ignore[no-any-return]  # the same

    async def save(self: AsyncStream[bytes], path: str | os.PathLike[str]) -> int:
        """The same as `Stream.save`, awaited; the file is written in a thread, from one mebibyte that the pieces are put in."""
        from asyncio import to_thread  # noqa: PLC0415  # a client that waits needs no event loop

        self._check_bytes()
        file, size, held = await to_thread(PartialFile, path), 0, 0
        room = memoryview(bytearray(_WRITTEN_AT_ONCE))
        try:
            async for piece in self:
                if held + len(piece) > len(room):
                    await to_thread(file.write, room[:held])
                    held = 0
                room[held : held + len(piece)] = piece
                held += len(piece)
                size += len(piece)
            await to_thread(file.write, room[:held])
            await to_thread(file.keep)
        finally:
            file.drop()
        return size


def _nothing() -> None: ...
