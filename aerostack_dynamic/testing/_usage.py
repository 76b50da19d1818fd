"""What code uses of an API, seen while it runs: the operations it calls, the places of requests it fills, the fields of answers it reads."""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from .._usage import OperationUsage, UsageReport
from .._watch import WATCHERS, Watcher, read_places

if TYPE_CHECKING:
    import os

    from typing_extensions import Self

    from .._watch import Use


class _Seen:
    """What was seen of one operation so far."""

    __slots__ = ("arguments", "calls", "method", "path", "touched", "whole")

    def __init__(self, use: Use) -> None:
        self.method = use.method
        self.path = use.path
        self.calls = 0
        self.arguments: set[str] = set()
        self.touched: set[str] = set()
        self.whole: set[str] = set()


class Usage(Watcher):
    """What is used of an API within a `with` block, in every thread and task.

    A call counts for its operation when it begins within the block, and a field when it is read there, also of an answer to an earlier
    call if that was watched too, by a block around this one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._operations: dict[str, _Seen] = {}
        self._documents: set[str] = set()

    def __enter__(self) -> Self:
        WATCHERS.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        WATCHERS.remove(self)

    def _seen(self, use: Use) -> _Seen:
        seen = self._operations.get(use.operation)
        if seen is None:
            seen = self._operations[use.operation] = _Seen(use)
        self._documents.add(use.document)
        return seen

    def begun(self, use: Use) -> None:
        """Count the call."""
        with self._lock:
            self._seen(use).calls += 1

    def filled(self, use: Use) -> None:
        """Note the places that its arguments fill."""
        with self._lock:
            self._seen(use).arguments.update(use.arguments)

    def read(self, use: Use, place: str, whole: bool) -> None:
        """Note a place that is read."""
        with self._lock:
            seen = self._seen(use)
            seen.touched.add(place)
            if whole:
                seen.whole.add(place)

    @property
    def report(self) -> UsageReport:
        """What was seen so far."""
        with self._lock:
            operations = {
                name: OperationUsage(one.method, one.path, one.calls, frozenset(one.arguments), read_places(one.touched, one.whole))
                for name, one in self._operations.items()
            }
            return UsageReport(MappingProxyType(operations), frozenset(self._documents))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was seen so far to the usage file `path`, in place of what is there. Raises OSError."""
        self.report.save(path)


def track_usage() -> Usage:
    """See what code uses of an API:

        with track_usage() as usage:
            reply = client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}])
            print(reply.response)
        usage.report.operations["aiChat"].fields  # {"200/response"}
        usage.save("usage.json")

    Blocks may nest and overlap; each sees what happens within it.
    """
    return Usage()
