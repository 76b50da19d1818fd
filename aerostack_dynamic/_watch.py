"""Who watches the calls that are made, and what one watched call has filled and read so far.

Places are those of `_usage`. While nobody watches, a call asks `WATCHERS.active` once and nothing else here is run.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from ._errors import AerostackError
    from ._model import Operation


class Watcher:
    """What is told of calls while it is one of `WATCHERS`. It may be told by several threads at once, and raises nothing."""

    def begun(self, use: Use) -> None:
        """A call begins."""

    def filled(self, use: Use) -> None:
        """The arguments of a call are bound: `use.arguments`."""

    def read(self, use: Use, place: str, whole: bool) -> None:
        """A place of an answer is read, `whole` with all below it."""

    def missed(self, use: Use, place: str, reason: str) -> None:
        """A property is asked for that the document does not declare and the answer does not have."""

    def failed(self, use: Use, error: AerostackError) -> None:
        """A call ends with an error."""


class Watchers:
    """Those who watch. `active` is a tuple, replaced and never changed, so that it is read without the lock."""

    __slots__ = ("_lock", "active")

    def __init__(self) -> None:
        self._lock = Lock()
        self.active: tuple[Watcher, ...] = ()

    def begin(self, document: str, operation: str, method: str, path: str) -> Use:
        """A call that begins, told to those who watch."""
        use = Use(document, operation, method, path)
        for one in self.active:
            one.begun(use)
        return use

    def add(self, watcher: Watcher) -> None:
        """Tell `watcher` from now on."""
        with self._lock:
            self.active = (*self.active, watcher)

    def remove(self, watcher: Watcher) -> None:
        """Tell `watcher` no more."""
        with self._lock:
            self.active = tuple(one for one in self.active if one is not watcher)


# One for the process. A ContextVar would not do: a thread starts with a context of its own, and the calls of a thread pool that is older
# than the watcher, or of a test's server, are calls that the code under watch has made.
WATCHERS: Final = Watchers()


def is_watched(hooks: Iterable[Any]) -> bool:
    """Whether any hook asks for whole exchanges."""
    return any(hasattr(hook, "on_exchange") for hook in hooks)


def use_of(document: str, operation: Operation, hooks: Collection[Any]) -> Use | None:
    """What a call that begins is to note, where somebody watches, or a hook asks for whole exchanges; `document` is its SHA-256."""
    if not WATCHERS.active and not (hooks and is_watched(hooks)):
        return None
    return WATCHERS.begin(document, operation.operation_id, operation.method, operation.path)


class Use:
    """One watched call: its operation by its key in the document of that SHA-256, and the places that were filled and read so far.

    `touched` are the places of the answer that were come by, `whole` those of them that were used with all below them. What is made of
    the answer holds it: when it is gone, no more is read.
    """

    __slots__ = ("__weakref__", "arguments", "document", "method", "operation", "path", "touched", "whole")

    def __init__(self, document: str, operation: str, method: str, path: str) -> None:
        self.document = document
        self.operation = operation
        self.method = method
        self.path = path
        self.arguments: set[str] = set()
        self.touched: set[str] = set()
        self.whole: set[str] = set()

    @property
    def fields(self) -> frozenset[str]:
        """The places of the answer that were read so far, as a usage file has them."""
        return read_places(self.touched, self.whole)

    def fill(self, places: Iterable[str]) -> None:
        """Note the places that the arguments fill."""
        self.arguments.update(places)
        for one in WATCHERS.active:
            one.filled(self)

    def read(self, place: str, whole: bool = False) -> None:
        """Note that a place of the answer is read."""
        self.touched.add(place)
        if whole:
            self.whole.add(place)
        for one in WATCHERS.active:
            one.read(self, place, whole)

    def miss(self, place: str, reason: str) -> None:
        """Note that the answer lacks what is asked for, and the document does not know it."""
        for one in WATCHERS.active:
            one.missed(self, place, reason)

    def fail(self, error: AerostackError) -> None:
        """Note that the call ends with an error."""
        for one in WATCHERS.active:
            one.failed(self, error)


def read_places(touched: Iterable[str], whole: Iterable[str]) -> frozenset[str]:
    """The places that were read, without those that were only gone through.

    What was come by, and nothing below it, is in the hands of code that is not seen here, and counts as read with all below it.
    """
    all_touched = [*touched]
    passed = {one[:index] for one in all_touched for index, letter in enumerate(one) if letter == "/"}
    return frozenset(all_touched) - passed | frozenset(whole)
