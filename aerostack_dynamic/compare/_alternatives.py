"""What is said of a value by alternatives and conditions: `anyOf`, `oneOf`, `not`, `if`.

Alternatives of both documents are paired, each with the one that is the same, or is called the same, or is most like it. What flows is
taken if each of its alternatives is taken by the one that it is paired with; of `oneOf` only where no other one takes it as well.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._facing import HOLDS, SUBJECT, Descent, Ruling, Target, counted
from ._positions import BRANCHES, Part
from ._same import equal

if TYPE_CHECKING:
    from .._schema_sets import ValueSet
    from ._facing import Facing
    from ._positions import Position

_CALLED: Final = MappingProxyType({"anyOf": "any-of", "oneOf": "one-of"})
_CONDITION: Final = ("if", "then", "else")
# Of more alternatives than these it isn't found out whether any two have a value in common: that takes all pairs.
_MOST_PAIRED: Final = 40


def compare_alternatives(facing: Facing) -> None:
    """Tell what differs of these."""
    for word in BRANCHES:
        flows, takes = facing.flows.said(word), facing.takes.said(word)
        if len(flows) == len(takes) == 1:
            _Matching(facing, word, flows[0][1], takes[0][1]).compare()
        elif not facing.likeness.same([value for value, _ in flows], [value for value, _ in takes]):
            _several(facing, word)
    _negations(facing)
    _conditions(facing)


def distributes(facing: Facing) -> bool:
    """Tell the differences alternative by alternative, where only what flows has any; whether that was done.

    Each of them must then be taken by all that the other side says.
    """
    for word in BRANCHES:
        flows = facing.flows.said(word)
        unevaluated = any(facing.flows.said(one) for one in ("unevaluatedProperties", "unevaluatedItems"))
        if len(flows) != 1 or unevaluated or any(facing.takes.said(one) for one in BRANCHES):
            continue
        value, part = flows[0]
        fragment = {"allOf": [one.node for one in facing.takes.roots]}
        ruling = facing.rule(fragment, "unknown", facing.takes.place())
        for index in range(len(value)):
            inner = facing.flows.chosen(word, part, index)
            facing.descents.append(Descent(inner, facing.takes, settled=ruling.verdict == "compatible"))
        event = f"{_CALLED[word]}-removed" if facing.forward else "wrapped-in-one-of" if word == "oneOf" else "any-of-added"
        told = f"{SUBJECT} was one of several alternatives." if facing.forward else f"{SUBJECT} is now one of several alternatives."
        compatible = ruling.verdict == "compatible"
        facing.say(event, ruling, told, word, residual=not compatible)
        return True
    return False


def _several(facing: Facing, word: str) -> None:
    """Lists of alternatives that can't be paired, as one side has more of them."""
    flows, takes = facing.flows.said(word), facing.takes.said(word)
    ruling: Ruling = HOLDS
    for value, part in takes:
        if ruling.verdict == "compatible":
            ruling = facing.rule({word: value}, "unknown", part.place)
    old, new = facing.turned(len(flows), len(takes))
    event = f"{_CALLED[word]}-{'added' if new > old else 'removed' if new < old else 'changed'}"
    if word == "oneOf" and not old and new:
        event = "wrapped-in-one-of"
    facing.say(event, ruling, f"The alternatives of {SUBJECT} were changed.", word)


class _Matching:
    """The alternatives of one keyword on both sides."""

    def __init__(self, facing: Facing, word: str, flows: Part, takes: Part) -> None:
        self._facing = facing
        self._word = word
        self._flowing = flows
        self._flows = [facing.flows.half.inner(flows, word, index) for index in range(len(flows.words[word]))]
        self._takes = [facing.takes.half.inner(takes, word, index) for index in range(len(takes.words[word]))]
        self._place = takes.place
        self._fragment = {word: takes.words[word]}

    def compare(self) -> None:
        """Tell what differs."""
        facing = self._facing
        same = facing.likeness.same([one.node for one in self._flows], [one.node for one in self._takes])
        pairs = [*zip(range(len(self._flows)), range(len(self._takes)), strict=True)] if same else self._pairs()
        ruling = HOLDS if same else facing.rule(self._fragment, "unknown", self._place)
        settled = ruling.verdict == "compatible"
        for one, other in sorted(pairs):
            flows, takes = facing.flows.child([self._flows[one]]), facing.takes.child([self._takes[other]])
            facing.descents.append(Descent(flows, takes, settled=settled))
        paired, others = {one for one, _ in pairs}, {other for _, other in pairs}
        for index, part in enumerate(self._flows):
            if index not in paired:
                self._tell(part, "removed" if facing.forward else "added", self._alone(index))
        for index, part in enumerate(self._takes):
            if index not in others:
                self._tell(part, "added" if facing.forward else "removed", HOLDS if settled or self._is_apart(part) else ruling)
        if not settled and (ruling.known == "proved" or not self._all_apart()):
            facing.say(
                f"{_CALLED[self._word]}-changed", ruling, f"The alternatives of {SUBJECT} were changed.", self._word, residual=True
            )

    def _tell(self, part: Part, event: str, ruling: Ruling) -> None:
        half = self._facing.flows.half if part in self._flows else self._facing.takes.half
        target = half.follow(part)
        called = (target or part).place.rpartition("/")[2]
        told = f"The alternative {called!r} was {event} {'to' if event == 'added' else 'from'} {SUBJECT}."
        facing = self._facing
        facing.say(f"{_CALLED[self._word]}-{event}", ruling, told, self._word)
        old_side = half is facing.old.half
        last = facing.differences[-1]
        facing.differences[-1] = last._replace(old=part.place if old_side else last.old, new=last.new if old_side else part.place)

    def _alone(self, index: int) -> Ruling:
        """Whether an alternative that is paired with none is taken all the same."""
        facing = self._facing
        takes = facing.takes.half.standing.values([(self._fragment, self._place)])
        flows = counted(facing.flows.with_alternative(self._word, self._flowing, index), takes)
        said = flows.covered_by(takes)
        if said == "yes":
            return HOLDS
        return Ruling("breaking", "proved" if said == "no" else "rule", Target(flows, takes))

    # ---- values in several alternatives

    def _is_apart(self, part: Part) -> bool:
        """Whether an alternative takes nothing that flows, so that it can be no second one; of `anyOf` there may be several."""
        if self._word == "anyOf":
            return True
        takes = _values(self._facing.takes, part)
        return self._facing.counted(takes).apart(takes)

    def _all_apart(self) -> bool:
        if self._word == "anyOf":
            return True
        if len(self._takes) > _MOST_PAIRED:
            return False
        several = [_values(self._facing.takes, one) for one in self._takes]
        return all(one.apart(other) for index, one in enumerate(several) for other in several[:index])

    # ---- pairs

    def _pairs(self) -> list[tuple[int, int]]:
        scored = [
            (score, -one, -other)
            for one, flows in enumerate(self._flows)
            for other, takes in enumerate(self._takes)
            if (score := self._score(flows, takes)) > 0
        ]
        pairs: list[tuple[int, int]] = []
        for _, one, other in sorted(scored, reverse=True):
            if all(-one != first and -other != second for first, second in pairs):
                pairs.append((-one, -other))
        return pairs

    def _score(self, flows: Part, takes: Part) -> float:
        """How like each other two alternatives are, 0 for not at all."""
        facing = self._facing
        if facing.likeness.same(flows.node, takes.node):
            return 10.0
        one, other = facing.flows.child([flows]), facing.takes.child([takes])
        if _is_other(one, other):
            return 0.0
        named = _name(one, flows), _name(other, takes)
        if named[0] and named[0] == named[1]:
            return 5.0
        names, others = set(one.properties()), set(other.properties())
        if names or others:
            return len(names & others) / len(names | others) if len(names & others) * 2 >= len(names | others) else 0.0
        return 0.5 if one.types() == other.types() and one.types() is not None else 0.0


def _values(position: Position, part: Part) -> ValueSet:
    return position.child([part]).values()


def _name(position: Position, part: Part) -> str:
    """What an alternative is called: what it refers to, or its title."""
    title = position.note("title")
    follows = position.half.follow(part)
    return follows.place.rpartition("/")[2] if follows else title if isinstance(title, str) else ""


def _is_other(one: Position, other: Position) -> bool:
    """Whether a property with one value tells two alternatives apart, or their types do."""
    kinds, others = one.types(), other.types()
    if kinds is not None and others is not None and not kinds & others and not {"integer", "number"} <= kinds | others:
        return True
    for name in one.properties():
        here, there = one.at_property(name), other.at_property(name)
        if here is not None and there is not None:
            values, more = _listed(here), _listed(there)
            if values and more and not any(equal(value, second) for value in values for second in more):
                return True
    return False


def _listed(position: Position) -> list[Any]:
    found = [[value] for value, _ in position.said("const")] + [value for value, _ in position.said("enum")]
    return found[0] if found else []


# ---- not, if


def _negations(facing: Facing) -> None:
    flows, takes = ([value for value, _ in one.said("not")] for one in (facing.flows, facing.takes))
    if facing.likeness.same(flows, takes):
        return
    ruling: Ruling = HOLDS
    for value, part in facing.takes.said("not"):
        if ruling.verdict == "compatible":
            ruling = facing.rule({"not": value}, "unknown", part.place)
    _say_keyword(facing, "not", flows, takes, ruling)


def _conditions(facing: Facing) -> None:
    flows, takes = ([_condition(part) for _, part in one.said("if")] for one in (facing.flows, facing.takes))
    if facing.likeness.same(flows, takes):
        return
    ruling: Ruling = HOLDS
    for _, part in facing.takes.said("if"):
        if ruling.verdict == "compatible":
            ruling = facing.rule(_condition(part), "unknown", part.place)
    for word in _CONDITION:
        one, other = ([fragment[word] for fragment in several if word in fragment] for several in (flows, takes))
        if not facing.likeness.same(one, other):
            _say_keyword(facing, word, one, other, ruling)
            break
    if ruling.verdict == "compatible":
        _descend(facing)


def _descend(facing: Facing) -> None:
    """What one condition declares may be gone, though all values are taken."""
    one, other = ([part for _, part in position.said("if")] for position in (facing.flows, facing.takes))
    if len(one) > 1 or len(other) > 1:
        return
    for word in ("then", "else"):
        if any(word in part.words for part in (*one, *other)):
            facing.descend_settled(_inner(facing.flows, one, word), _inner(facing.takes, other, word))


def _inner(position: Position, conditions: list[Part], word: str) -> Part:
    """The subschema of a condition; any value where there is none."""
    part = conditions[0] if conditions else position.roots[0]
    return position.half.inner(part, word) if word in part.words else Part(True, part.place, f"{part.label}/{word}?")


def _condition(part: Part) -> dict[str, Any]:
    return {word: part.words[word] for word in _CONDITION if word in part.words}


def _say_keyword(facing: Facing, word: str, flows: list[Any], takes: list[Any], ruling: Ruling) -> None:
    old, new = facing.turned(flows, takes)
    event = "added" if len(new) > len(old) else "removed" if len(new) < len(old) else "changed"
    facing.say(f"{word}-{event}", ruling, f"What {word} says of {SUBJECT} was {event}.", word)
