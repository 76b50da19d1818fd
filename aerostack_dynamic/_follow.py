"""A stream of events that is opened again when it is lost, behind the last event that came (WHATWG HTML, section 9.2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._errors import NoResponseError
from ._perform import await_item, next_item, tell_retry
from ._retry import Outcome
from ._steps import Ask, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ._events import Delivered
    from ._life import Opened
    from ._steps import Step
    from ._stream import Items


class Follower:
    """A stream that is `opened`, and may be opened `again`. `tries` counts how often it was since an event came."""

    def __init__(self, opened: Opened, delivered: Delivered, again: Callable[[], Generator[Step, Any, Opened]]) -> None:
        self.opened = opened
        self.delivered = delivered
        self.again = again
        self.tries = 0

    def waits(self, items: Items, reason: str) -> float | None:
        """Seconds until the stream is opened again; None where it is not."""
        policy, runtime = self.opened.life.options.retry, self.opened.life.context.runtime
        if self.tries >= policy.attempts - 1 or not self._can_go_on(items.last_event_id):
            return None
        asked = items.wait
        if asked is not None and asked > policy.longest_retry_after:
            return None
        self.tries += 1
        return max(asked or 0.0, policy.delay(self.tries, Outcome(None, "answered", reason), runtime.chance()))

    def _can_go_on(self, last_event_id: str) -> bool:
        """Whether a server can know where to go on: at an id that a header can carry, or at the beginning where nothing came yet."""
        return can_be_sent(last_event_id) if last_event_id else not self.delivered.any


def can_be_sent(last_event_id: str) -> bool:
    """Whether a header line can hold an id (RFC 9110, section 5.5), as UTF-8."""
    plain = all(char >= " " and char != "\x7f" for char in last_event_id) and last_event_id == last_event_id.strip(" ")
    return plain and not any("\ud800" <= char <= "\udfff" for char in last_event_id)


def next_event(follower: Follower) -> Generator[Step, Any, Any]:
    """The next item, of this connection or of another one; `UNSET` at the end. Raises as `next_item` does."""
    while True:
        opened = follower.opened
        items = opened.items
        yield from await_item(opened)
        if items.ready:
            follower.tries = 0
            return items.ready.popleft()
        reason = str(items.error.args[0]) if items.error is not None else "the stream ended"
        delay = follower.waits(items, reason) if items.lost else None
        if delay is None:
            return (yield from next_item(opened))
        yield Ask(items.unread.close)
        follower.delivered.open_again(items.last_event_id)
        yield from _reopened(follower, items, reason, delay)


def _reopened(follower: Follower, items: Items, reason: str, delay: float) -> Generator[Step, Any, None]:
    """Open the stream again, and once more where the network fails, as often as is left."""
    while True:
        yield from tell_retry(follower.opened.life, follower.tries, reason, delay)
        yield Sleep(delay)
        try:
            follower.opened = yield from follower.again()
        except NoResponseError as error:
            error.last_event_id = items.last_event_id
            following = None if error.permanent else follower.waits(items, error.reason)
            if following is None:
                raise
            reason, delay = error.reason, following
        else:
            return
