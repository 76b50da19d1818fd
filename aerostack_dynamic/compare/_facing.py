"""Two positions face to face: the one whose values flow, and the one that takes them.

Of a request the old document's values flow and the new one takes them, of an answer the new one's flow and the old one takes them
(requests are contravariant, answers covariant). A schema is a conjunction of its keywords, so it takes all values that flow if each of
its keywords does, alone: that is how a change of one keyword has a verdict of its own, whatever else has changed beside it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._schema_sets import ValueSet
from ._declared import declared, named_besides
from ._positions import BRANCHES, Position

if TYPE_CHECKING:
    from ._changes import Knowledge, Verdict
    from ._positions import Part
    from ._same import Likeness

# What a message calls the subject, until that is known.
SUBJECT: Final = "\0"
# Alternatives within alternatives that are looked into for null.
_DEEPEST: Final = 4


class Target(NamedTuple):
    """The values at a position by which a change shows that it breaks: those of `flows` that `takes` hasn't, if there are any."""

    flows: ValueSet
    takes: ValueSet


class Ruling(NamedTuple):
    """A verdict, how it is known, and which values would show that it breaks."""

    verdict: Verdict
    known: Knowledge
    target: Target | None = None


COMPATIBLE: Final = Ruling("compatible", "rule")
BREAKING: Final = Ruling("breaking", "rule")
HOLDS: Final = Ruling("compatible", "proved")


class Difference(NamedTuple):
    """What changed at a position, or at a property of it (`tokens`), whatever operation leads there.

    `event` is the end of a rule's id, such as `max-length-decreased`. `message` has SUBJECT where the subject is named. `declared` says
    that the ruling is on what is declared, and doesn't follow from the values: no algebra overrides it; `residual` that it is told only
    where nothing else here or further down tells that something breaks.
    """

    event: str
    ruling: Ruling
    message: str
    old: str | None
    new: str | None
    tokens: tuple[str, ...] = ()
    declared: bool = False
    residual: bool = False


class Descent(NamedTuple):
    """The way from two positions to two that they are made of, by `tokens` of a subject.

    `only` is the keyword (`readOnly`, `writeOnly`) by which the values that flow don't have the property. `settled` says that all
    values that flow are taken, whatever differs further down.
    """

    flows: Position
    takes: Position
    tokens: tuple[str, ...] = ()
    only: str = ""
    settled: bool = False


class Facing:
    """Two positions, `flows` and `takes`; `forward` says that what flows is the old document's."""

    def __init__(self, flows: Position, takes: Position, forward: bool, likeness: Likeness) -> None:
        self.flows = flows
        self.takes = takes
        self.forward = forward
        self.likeness = likeness
        self.differences: list[Difference] = []
        self.descents: list[Descent] = []
        self._counted: dict[frozenset[str], ValueSet] = {}

    @property
    def old(self) -> Position:
        """The position of the old document."""
        return self.flows if self.forward else self.takes

    @property
    def new(self) -> Position:
        """The position of the new document."""
        return self.takes if self.forward else self.flows

    # ---- null, which is spoken of by itself

    @cached_property
    def null_flows(self) -> bool:
        """Whether null flows."""
        return _has_null(self.flows)

    @cached_property
    def null_taken(self) -> bool:
        """Whether null is taken."""
        return _has_null(self.takes)

    @cached_property
    def null_apart(self) -> bool:
        """Whether what becomes of null is told by itself, and not with the types."""
        typed = all(one.types() is not None for one in (self.flows, self.takes))
        # Lists of values are compared without null.
        listed = all(one.said("enum") or one.said("const") for one in (self.flows, self.takes))
        return self.flows.nullable or self.takes.nullable or typed or listed

    # ---- verdicts

    @cached_property
    def values(self) -> ValueSet:
        """The values that flow, of those declared; without null where that is spoken of by itself."""
        return self._values(closed=True)

    @cached_property
    def everything(self) -> ValueSet:
        """The same with properties that are not declared, where nothing forbids them."""
        return self._values(closed=False)

    def counted(self, takes: ValueSet) -> ValueSet:
        """The values that flow, of those that count for what takes them; see `counted`."""
        names = besides(takes)
        if names is None:
            return self.values
        if names not in self._counted:
            self._counted[names] = self._values(closed=True, names=names)
        return self._counted[names]

    def _values(self, closed: bool, names: frozenset[str] | None = None) -> ValueSet:
        values = self.flows.values(closed, names)
        if not self.null_flows or not (self.null_apart or self.null_taken):
            return values
        return ValueSet(lambda: _without_null(values.schema), values.large)

    def rule(self, fragment: dict[str, Any], otherwise: Verdict, place: str = "", *, everything: bool = False) -> Ruling:
        """The ruling on a part of what takes: by algebra, else `otherwise`, which must be right whatever else either side says.

        `everything` counts properties that are not declared, too.
        """
        takes = self.takes.half.standing.values([(fragment, place or self.takes.place())])
        flows = self.everything if everything else self.counted(takes)
        said = flows.covered_by(takes)
        if said == "yes":
            return HOLDS
        if said == "unknown" and otherwise == "compatible":
            return COMPATIBLE
        return Ruling("breaking" if said == "no" else otherwise, "proved" if said == "no" else "rule", Target(flows, takes))

    def only(self, value: Any) -> Target:
        """One value, as what would show that a change breaks."""
        return Target(ValueSet({"const": value}), ValueSet({"not": {"const": value}}))

    def nothing(self) -> Target:
        """All values that flow, where none is taken."""
        return Target(self.values, ValueSet({"not": {}}))

    def say(
        self,
        event: str,
        ruling: Ruling,
        message: str,
        *words: str,
        tokens: tuple[str, ...] = (),
        declared: bool = False,
        residual: bool = False,
    ) -> None:
        """Tell a difference that stands where one of these keywords does."""
        old, new = self.old.place(*words), self.new.place(*words)
        self.differences.append(Difference(event, ruling, message, old, new, tokens, declared, residual))

    def descend_settled(self, flows: Part, takes: Part) -> None:
        """Go on to what conditions say of the same value, which is known to be taken, where the old one declares what the new one lacks."""
        old, new = self.turned(flows, takes)[0], self.new.schema()
        if declared(self.old.half.standing.alone([(old.node, old.place)])) <= declared(new):
            return
        one = Position(self.flows.half, (flows,), self.flows.all_names())
        other = Position(self.takes.half, (takes,), self.takes.all_names())
        self.descents.append(Descent(one, other, settled=True))

    def turned(self, old: Any, new: Any) -> tuple[Any, Any]:
        """What flows and what takes, of what is said in the old and the new document; and the other way round."""
        return (old, new) if self.forward else (new, old)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    bare = {key: one for key, one in schema.items() if key != "$defs"}
    definitions = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    return {"allOf": [bare, {"not": {"type": "null"}}]} | definitions


def counted(flows: Position, takes: ValueSet) -> ValueSet:
    """The values at a position, of those that count for what takes them.

    Those are the ones declared, unless it says something of properties that are not: then all that neither declares count as well.
    """
    return flows.values(closed=True, besides=besides(takes))


def besides(takes: ValueSet) -> frozenset[str] | None:
    """The names by which what takes tells other properties from those it declares; None where it says nothing of others."""
    return None if takes.large else named_besides(takes.schema)


def _has_null(position: Position, depth: int = _DEEPEST) -> bool:
    """Whether null is allowed; by a check of it only where conditions are to be followed."""
    if position.nullable or not position.may_be_null():
        return position.nullable
    if any(None not in value for value, _ in position.said("enum")) or any(
        value is not None for value, _ in position.said("const")
    ):
        return False
    if not depth or position.said("if") or position.said("not"):
        return position.values().holds(None) is not False
    for word in BRANCHES:
        for value, part in position.said(word):
            inner = (position.child([position.half.inner(part, word, index)]) for index in range(len(value)))
            held = sum(_has_null(one, depth - 1) for one in inner)
            if not held or (held > 1 and word == "oneOf"):
                return False
    return not any(part.node is False for part in position.parts)
