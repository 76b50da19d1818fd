"""A large schema of which no more is compiled than the values that come reach; what is told of a broken one is told by all of it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from ._model import Finding
from ._schema_common import Quick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jsonschema_rs import Draft202012Validator

    from ._model import Schema
    from ._reach import Reach

# What is found in a value that a part of a schema refuses: the whole of it may not.
_REFUSED: Final = (Finding((), "unsaid"),)

# How far the first values are followed, and those that were refused after: schemas applied, and members of each array.
_FIRST: Final = (2_000, 8)
_NEXT: Final = (20_000, 200)
_MOST_TIMES: Final = 4
# Of so many schemas the parts of a document may be made in all; in these there are the same ones again and again.
_MOST: Final = 6_000


class Parts:
    """How many schemas the parts of a document's large schemas are made of. Where that is much, all of them together are less."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0

    @property
    def suffice(self) -> bool:
        """Whether another part is no more than it saves."""
        return self.size <= _MOST


class Passing(Quick):
    """A validator's judgment of a value by a part of its schema, which is only ever that it passes."""

    __slots__ = ()

    def __init__(self, validator: Draft202012Validator) -> None:
        self.passes = validator.is_valid

    def findings(self, instance: object, /) -> Sequence[Finding]:
        """See `Schema`."""
        return () if self.passes(instance) else _REFUSED


class Partly(Quick):
    """The checker of a large schema: of what values have reached, until one is refused that went nowhere new, or it has grown often.

    `compile_part` gives the checker of a reach, and `compile_all` that of the whole schema. What is wrong with a part of the schema is
    raised when a value reaches it.
    """

    __slots__ = ("_all", "_compile_all", "_compile_part", "_lock", "_part", "_parts", "_reach", "_times")

    def __init__(
        self,
        reach: Reach,
        parts: Parts,
        compile_part: Callable[[Reach], Schema],
        compile_all: Callable[[], Schema],
    ) -> None:
        self._reach = reach
        self._parts = parts
        self._compile_part = compile_part
        self._compile_all = compile_all
        self._part: Schema | None = None
        self._all: Schema | None = None
        self._times = 0
        self._lock = Lock()
        self.passes = self._fits

    def _fits(self, instance: object) -> bool:
        checker: object = self._all or self._part
        return isinstance(checker, Quick) and checker.passes(instance)

    def findings(self, instance: object, /) -> Sequence[Finding]:
        """See `Schema`."""
        while self._all is None:
            part = self._part
            found = _REFUSED if part is None else part.findings(instance)
            if found is not _REFUSED:
                return found
            self._grow(part, instance)
        return self._all.findings(instance)

    def _grow(self, refused: Schema | None, instance: object) -> None:
        """Put another checker in the place of one that refused a value, unless another thread has."""
        with self._lock:
            if self._all is not None or self._part is not refused:
                return
            self._times += 1
            is_new = self._reach.follow(instance, *(_FIRST if refused is None else _NEXT))
            if self._parts.suffice and (refused is None or (is_new and self._times <= _MOST_TIMES)):
                if refused is not None:
                    self._reach.spread()
                self._parts.size += self._reach.size
                self._part = self._compile_part(self._reach)
            else:
                self._all, self._part = self._compile_all(), None
