"""What a comparison says: changes, each with its rule, its places, a verdict, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .._values import UNSET, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._load import Spec
    from .._usage import UsageReport

Verdict: TypeAlias = Literal["breaking", "compatible", "unknown"]
Knowledge: TypeAlias = Literal["proved", "rule"]
Side: TypeAlias = Literal["request", "response"]
Holder: TypeAlias = Literal["body", "parameter", "header"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents, as it concerns code written for the old one and a server of the new one.

    `rule` is its stable id. `operation` is the key of the operation in the old document, or in the new one where it is added, None for
    what concerns no operation. `old_pointer` and `new_pointer` are JSON pointers into the documents, None on the side where there is
    nothing. `subject` is the place in a request (`body/messages/*/role`, `query/limit`) or an answer (`200/choices/*/message`,
    `200 header/Location`) that it is about, `""` for the whole operation. `witness` is a whole body, parameter or header that one
    document accepts and the other refuses (of a request the old one accepts it, of an answer the new one), `UNSET` without one.
    `by_name` says that nothing changes on the wire: what breaks is code that calls things by the document's names, once it moves to
    the new document. `also` are other places of the same body, answer, parameter or header at which it is: the nearest few of them, where
    it is part of what several ways lead to.
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
    by_name: bool = False
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.operation} ({self.method} {self.path})" if self.operation is not None else "the document"
        place = f" {self.subject}" if self.subject else ""
        return printable(f"{self.verdict}: {where}{place}: {self.message} [{self.rule}]", 1000)

    def to_json(self) -> dict[str, Any]:
        """The change as a JSON object, `witness` and `also` left out where there are none."""
        told: dict[str, Any] = {
            "rule": self.rule,
            "verdict": self.verdict,
            "known": self.known,
            "message": self.message,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "side": self.side,
            "old": self.old_pointer,
            "new": self.new_pointer,
            "subject": self.subject,
            "by_name": self.by_name,
        }
        if self.also:
            told["also"] = list(self.also)
        return told if self.witness is UNSET else {**told, "witness": self.witness}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change between two documents, in the order of the old one's operations.

    `used` is what some code uses of the API, where that was given, and `reasons` says of each change, by its position, how the code
    meets it; a change that it doesn't meet has none. `breaks_you`, `breaking_unused` and `compatible` are then all changes in three
    parts. Where nothing is known of the code, every breaking change may break it.
    """

    old: Spec
    new: Spec
    changes: Sequence[Change]
    used: UsageReport | None = None
    reasons: Sequence[str] = ()

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __repr__(self) -> str:
        told = f"{len(self.breaking)} of them breaking" + (f", {len(self.breaks_you)} of those met" if self.used else "")
        return f"<Comparison of {printable(self.old.version)} and {printable(self.new.version)}: {len(self)} changes, {told}>"

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break code written for the old document, and those of which that is not known."""
        return tuple(one for one in self.changes if one.verdict != "compatible")

    @property
    def compatible(self) -> tuple[Change, ...]:
        """The changes that break nobody."""
        return tuple(one for one in self.changes if one.verdict == "compatible")

    @property
    def unknown(self) -> tuple[Change, ...]:
        """The changes of which it can't be decided; they count as breaking."""
        return tuple(one for one in self.changes if one.verdict == "unknown")

    @property
    def breaks_you(self) -> tuple[Change, ...]:
        """The breaking changes that the code meets."""
        return tuple(one for one, reason in self._judged() if reason)

    @property
    def breaking_unused(self) -> tuple[Change, ...]:
        """The breaking changes that the code doesn't meet."""
        return tuple(one for one, reason in self._judged() if not reason)

    def _judged(self) -> list[tuple[Change, str]]:
        reasons = self.reasons if self.used is not None else ["nothing is known of the code"] * len(self.changes)
        return [(one, reason) for one, reason in zip(self.changes, reasons, strict=True) if one.verdict != "compatible"]

    def to_json(self) -> dict[str, Any]:
        """The comparison as a JSON object; each change has its `part`, and `reason` where the code meets it."""
        changes: list[dict[str, Any]] = []
        for index, one in enumerate(self.changes):
            told: Mapping[str, Any] = {}
            if self.used is not None and one.verdict != "compatible":
                reason = self.reasons[index]
                told = {"part": "breaks_you", "reason": reason} if reason else {"part": "breaking_unused"}
            changes.append({**one.to_json(), **told})
        documents = {
            name: {"title": spec.title, "version": spec.version, "sha256": spec.sha256}
            for name, spec in (("old", self.old), ("new", self.new))
        }
        return {"aerostack_comparison": 1, **documents, "changes": changes}
