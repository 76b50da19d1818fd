"""The two drivers: they carry out the steps a call asks for, one with threads that wait, one with `await`. All rules are elsewhere."""

from __future__ import annotations

import asyncio
import builtins
import inspect
import time
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from . import _http
from ._attempt import Attempt
from ._errors import ArgumentsError, TimeoutError
from ._steps import Acquire, Ask, Channel, Read, Received, Send, Sleep
from ._unread import AsyncUnreadBody, UnreadBody
from ._waiting import await_turn, wait_for_turn, within

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ._steps import Step, Unread

_Result = TypeVar("_Result")


class Driver:
    """Carries out a conversation's steps, blocking. `open_channel` gives the channel, or raises when the client is closed."""

    def __init__(self, open_channel: Callable[[], Channel]) -> None:
        self._open_channel = open_channel

    def run(self, conversation: Generator[Step, Any, _Result]) -> _Result:
        """Carry out every step; gives what the conversation gives, and raises what it raises."""
        channel = self._open_channel()
        answer: Any = None
        error: Exception | None = None
        unread: Unread | None = None
        try:
            while True:
                step = conversation.send(answer) if error is None else conversation.throw(error)
                if unread is not None and isinstance(step, Send):  # which nobody will read, since the request is sent again
                    unread.close()
                    unread = None
                answer = error = None
                try:
                    answer = self._carry_out(channel, step)
                except Exception as raised:
                    error = raised
                if isinstance(answer, Received):
                    unread = answer.unread
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # what the conversation gives
        except BaseException:
            conversation.close()
            if unread is not None:
                unread.close()
            raise

    def _carry_out(self, channel: Channel, step: Step) -> Any:
        if isinstance(step, Send):
            with Attempt(step, channel) as attempt:
                return self._send(channel, attempt)
        if isinstance(step, Read):
            return step.unread.read()
        if isinstance(step, Sleep):
            return time.sleep(step.seconds)
        if isinstance(step, Acquire):
            with _queued():
                return wait_for_turn(step.gate, step.deadline)
        answer = step.function(*step.arguments)
        if inspect.isawaitable(answer):
            getattr(answer, "close", bool)()
            raise ArgumentsError(f"{_name(step)} is asynchronous, and only AsyncClient awaits it")
        return answer

    def _send(self, channel: Channel, attempt: Attempt) -> Received:
        while True:
            if channel.client is not None:
                response = channel.client.send(attempt.lent_request(iter), **_LENT)
            else:
                response = channel.transport.handle_request(attempt.request)
            try:
                if not attempt.goes_on(response):
                    if attempt.streams:
                        return attempt.opened(response, UnreadBody(response, attempt.later))
                    try:
                        for chunk in () if response.is_stream_consumed else response.stream:
                            if not attempt.feed(chunk):
                                break
                    except _http.TransportError as error:
                        if not attempt.endures(error):
                            raise
                    return attempt.received(response)
            finally:
                if attempt.unread is None:
                    (response if channel.client is not None else response.stream).close()


class AsyncDriver:
    """The same for asyncio."""

    def __init__(self, open_channel: Callable[[], Channel]) -> None:
        self._open_channel = open_channel

    async def run(self, conversation: Generator[Step, Any, _Result]) -> _Result:
        """Carry out every step; gives what the conversation gives, and raises what it raises."""
        channel = self._open_channel()
        answer: Any = None
        error: Exception | None = None
        unread: Unread | None = None
        try:
            while True:
                step = conversation.send(answer) if error is None else conversation.throw(error)
                if unread is not None and isinstance(step, Send):  # which nobody will read, since the request is sent again
                    await unread.close()
                    unread = None
                answer = error = None
                try:
                    answer = await self._carry_out(channel, step)
                except Exception as raised:
                    error = raised
                if isinstance(answer, Received):
                    unread = answer.unread
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # what the conversation gives
        except BaseException:
            conversation.close()
            if unread is not None:
                await unread.close()
            raise

    async def _carry_out(self, channel: Channel, step: Step) -> Any:
        if isinstance(step, Send):
            with Attempt(step, channel) as attempt:
                sending = self._send(channel, attempt)
                return await (within(attempt.left(), sending) if channel.foreign else sending)
        if isinstance(step, Read):
            return await step.unread.read()
        if isinstance(step, Sleep):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Acquire):
            with _queued():
                return await await_turn(step.gate, step.deadline)
        answer = step.function(*step.arguments)
        return await answer if inspect.isawaitable(answer) else answer

    async def _send(self, channel: Channel, attempt: Attempt) -> Received:
        while True:
            if channel.client is not None:
                response = await channel.client.send(attempt.lent_request(aiter), **_LENT)
            else:
                response = await channel.transport.handle_async_request(attempt.request)
            try:
                if not attempt.goes_on(response):
                    if attempt.streams:
                        return attempt.opened(
                            response, AsyncUnreadBody(response, attempt.later, attempt.idle if channel.foreign else None)
                        )
                    try:
                        if not response.is_stream_consumed:
                            async for chunk in response.stream:
                                if not attempt.feed(chunk):
                                    break
                    except _http.TransportError as error:
                        if not attempt.endures(error):
                            raise
                    return attempt.received(response)
            finally:
                if attempt.unread is None:
                    await (response if channel.client is not None else response.stream).aclose()


@contextmanager
def _queued() -> Generator[None]:
    try:
        yield
    except builtins.TimeoutError:
        raise TimeoutError("the total time limit of the call passed", "queue", "no") from None


_LENT: Final = MappingProxyType({"stream": True, "auth": None, "follow_redirects": False})


def _name(step: Ask) -> str:
    return getattr(step.function, "__qualname__", type(step.function).__name__)
