"""Two documents side by side, and what has been derived from both together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from .._reference import Document
    from ._changes import Change, Holder, Side

_Made = TypeVar("_Made")
# Values that are made in all searches: a few seconds.
_MOST_WORK: Final = 20_000


class Where(NamedTuple):
    """Where two schemas stand that are compared: in which operation, on which side, and in what.

    `operation`, `method` and `path` are those that a Change has. `holder` is what has the schema: a body, a parameter (a header of a
    request is one), or a header of a response; `name` is that of the parameter or header, and `media_type` that of the body or of the
    content that the parameter has. `subject` is what subjects begin with: `body`, `query/limit`, `200`.
    """

    operation: str | None
    method: str
    path: str
    side: Side
    holder: Holder
    subject: str
    name: str = ""
    media_type: str = ""


class Lead(NamedTuple):
    """What a change of a schema was told from: the subject that the schema has, and whether a place below it is met (see Tree)."""

    subject: str
    meets: Callable[[tuple[str, ...], bool], bool]


class Pair:
    """The old document and the new one. What is derived from both is kept by `once`, as a Document keeps what is its own."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self._memo: dict[Hashable, object] = {}
        self._left = _MOST_WORK
        self._leads: dict[int, tuple[Change, Lead]] = {}

    def lead(self, change: Change, lead: Lead) -> Change:
        """Keep what a change of a schema was told from."""
        self._leads[id(change)] = change, lead
        return change

    def lead_of(self, change: Change) -> Lead | None:
        """What a change of a schema was told from; None of another one."""
        known = self._leads.get(id(change))
        return known[1] if known is not None and known[0] is change else None

    def allowed(self, most: int) -> int:
        """How many values may be made in one search: at most so many, and less where others have made many."""
        return min(most, self._left)

    def spend(self, made: int) -> None:
        """Count values that were made."""
        self._left = max(self._left - made, 0)

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """`make()`, called once for a key."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]  # type: ignore[return-value]  # what the key stood for before
