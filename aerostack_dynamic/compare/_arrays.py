"""What is said of arrays: their items, by position and all others, and what they must contain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._facing import HOLDS, SUBJECT, Descent, Ruling
from ._objects import compare_keyword, conjoined

if TYPE_CHECKING:
    from ._facing import Facing
    from ._positions import Position

_CONTAINS: Final = ("contains", "minContains", "maxContains")


def compare_arrays(facing: Facing) -> None:
    """Tell what differs of these."""
    flows, takes = _lengths(facing.flows), _lengths(facing.takes)
    if not flows and not takes:
        _items(facing)
    else:
        _by_position(facing, flows, takes)
    _contains(facing)
    compare_keyword(facing, "unevaluatedItems", "unevaluated-items")


def _lengths(position: Position) -> list[int]:
    return [len(value) for value, _ in position.said("prefixItems")]


def _items(facing: Facing) -> None:
    flows, takes = facing.flows.at_word("items"), facing.takes.at_word("items")
    if flows is not None and takes is not None:
        facing.descents.append(Descent(flows, takes, ("*",)))
    elif flows is not None or takes is not None:
        ruling = HOLDS if takes is None else facing.rule({"items": conjoined(takes)}, "breaking", takes.place())
        added = (takes is not None) == facing.forward
        told = f"The items of {SUBJECT} are {'now' if added else 'no longer'} described."
        facing.say("items-added" if added else "items-removed", ruling, told, "items")


def _by_position(facing: Facing, flows: list[int], takes: list[int]) -> None:
    """Tuples: compared item by item where both have as many places, and say it in one part each."""
    if flows == takes and len(flows) == 1 and _in_one_part(facing.flows) and _in_one_part(facing.takes):
        for index in range(flows[0]):
            _descend(facing, "prefixItems", index)
        one, other = facing.flows.at_word("items"), facing.takes.at_word("items")
        if one is not None or other is not None:
            _items(facing)
        return
    parts = [{word: one.words[word] for word in ("prefixItems", "items") if word in one.words} for one in facing.takes.parts]
    if facing.likeness.same([_tuple(one.words) for one in facing.flows.parts if _tuple(one.words)], [one for one in parts if one]):
        return
    ruling = HOLDS
    for part in facing.takes.parts:
        if _tuple(part.words) and ruling.verdict == "compatible":
            ruling = facing.rule(_tuple(part.words), "unknown" if flows else "breaking", part.place)
    old, new = facing.turned(sum(flows), sum(takes))
    event = "prefix-items-added" if new >= old else "prefix-items-removed"
    facing.say(event, ruling, f"Of the items of {SUBJECT}, {new} are described by their position, where {old} were.", "prefixItems")


def _tuple(words: dict[str, Any]) -> dict[str, Any]:
    return {word: words[word] for word in ("prefixItems", "items") if word in words}


def _in_one_part(position: Position) -> bool:
    return sum("prefixItems" in one.words or "items" in one.words for one in position.parts) == 1


def _descend(facing: Facing, word: str, *tokens: int) -> None:
    flows, takes = facing.flows.at_word(word, *tokens), facing.takes.at_word(word, *tokens)
    if flows is not None and takes is not None:
        facing.descents.append(Descent(flows, takes, ("*",)))


def _contains(facing: Facing) -> None:
    flows, takes = (_contained(one) for one in (facing.flows, facing.takes))
    if facing.likeness.same([one for one, _ in flows], [one for one, _ in takes]):
        return
    ruling: Ruling = HOLDS
    for fragment, place in takes:
        if ruling.verdict == "compatible":
            ruling = facing.rule(fragment, "unknown" if flows else "breaking", place)
    old, new = facing.turned([one for one, _ in flows], [one for one, _ in takes])
    event, told = _contains_event(facing, old, new)
    facing.say(event, ruling, told, *_CONTAINS)


def _contains_event(facing: Facing, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[str, str]:
    if len(old) == len(new) == 1:
        flows, takes = facing.turned(old[0], new[0])
        for word, called in (("minContains", "min-contains"), ("maxContains", "max-contains")):
            if facing.likeness.same({**flows, word: 0}, {**takes, word: 0}):
                before, after = old[0].get(word), new[0].get(word)
                became = "set" if before is None else "unset" if after is None else "increased" if after > before else "decreased"
                return f"{called}-{became}", f"The {word} of {SUBJECT} was changed from {before} to {after}.".replace(
                    "None", "none"
                )
    event = "added" if not old else "removed" if not new else "changed"
    return f"contains-{event}", f"What {SUBJECT} must contain was {event}."


def _contained(position: Position) -> list[tuple[dict[str, Any], str]]:
    return [
        ({word: part.words[word] for word in _CONTAINS if word in part.words}, part.place) for _, part in position.said("contains")
    ]
