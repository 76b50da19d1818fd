"""What a comparison says: changes, each with its rule, its places, a verdict, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .._values import UNSET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._load import Spec

Verdict: TypeAlias = Literal["breaking", "compatible", "unknown"]
Knowledge: TypeAlias = Literal["proved", "rule"]
Side: TypeAlias = Literal["request", "response"]
Holder: TypeAlias = Literal["body", "parameter", "header"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents, as it concerns code written for the old one and a server of the new one.

    `rule` is its stable id. `operation` is the key of the operation in the old document, or in the new one where it is added, None for
    what concerns no operation. `old_pointer` and `new_pointer` are JSON pointers into the documents, None on the side where there is
    nothing. `subject` is the place in a request (`body/messages/*/role`, `query/limit`) or an answer (`200/choices/*/message`) that it
    is about, `""` for the whole operation. `witness` is a whole body, parameter or header that one document accepts and the other refuses (of a
    request the old one accepts it, of an answer the new one), `UNSET` without one.
    """

    rule: str
    verdict: Verdict
    known: Knowledge
    message: str
    operation: str | None = None
    method: str = ""
    path: str = ""
    side: Side | None = None
    old_pointer: str | None = None
    new_pointer: str | None = None
    subject: str = ""
    witness: Any = UNSET


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change between two documents, in the order of the old one's operations."""

    old: Spec
    new: Spec
    changes: Sequence[Change]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break code written for the old document, and those of which that is not known."""
        return tuple(one for one in self.changes if one.verdict != "compatible")

    @property
    def compatible(self) -> tuple[Change, ...]:
        """The changes that break nobody."""
        return tuple(one for one in self.changes if one.verdict == "compatible")
