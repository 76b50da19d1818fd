"""What changed between two Schema Objects that stand in the same place of two documents.

A request is compatible when the new document accepts everything the old one did; an answer when the old document allows everything the
new one may send. What is not declared counts for neither: an object that says nothing of other properties is compared by those it
declares, so that a removed property of an answer breaks and an added one doesn't; unless what changed speaks of the others itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._errors import SpecError
from .._schema import compile_schema
from .._values import UNSET, json_pointer
from ._changes import Change
from ._facing import SUBJECT, Difference, Ruling, Target, counted
from ._pair import Lead
from ._positions import NOWHERE
from ._tree import Met, Tree
from ._witness import Witnesses

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._lower import Direction
    from .._model import SchemaObject
    from .._reference import Document
    from ._changes import Knowledge, Verdict
    from ._pair import Pair, Where
    from ._positions import Position
    from ._reach import Node as Key


# Schemas of more values than these are not compared as a whole, but by those parts of them that differ.
_SMALL: Final = 200
_BREAKS: Final = Ruling("breaking", "proved")
_WHOLE: Final = f"The schema of {SUBJECT} as a whole takes other values than it did."


class _Told(NamedTuple):
    """A difference with what was found of it."""

    met: Met
    verdict: Verdict
    known: Knowledge
    witness: Any = UNSET


def schema_changes(pair: Pair, old: SchemaObject | None, new: SchemaObject | None, where: Where) -> list[Change]:
    """Every change between two schemas in one place, in the order of the old one; None is no schema, which allows any value.

    Each has its verdict, the pointers of what changed in both documents, and a subject below that of `where` (`body/messages/*/role`).
    A witness is a whole value of the body, parameter or header that `where` tells of, which one document accepts there and the other
    refuses: of a request the old one accepts it, of an answer the new one.
    """
    if old is None and new is None:
        return []
    places = (old.pointer if old else None, new.pointer if new else None)
    forward = where.side == "request"
    told = pair.once(("schemas", places, forward), lambda: _Comparing(pair, *places, forward).told())
    tree = pair.once(("tree", forward), lambda: Tree(pair, forward))
    return [_leading(pair, tree, one.met, _change(one, where), where) for one in told]


def _leading(pair: Pair, tree: Tree, met: Met, change: Change, where: Where) -> Change:
    return pair.lead(change, Lead(where.subject, partial(tree.meets, met))) if met.keys else change


class _Comparing:
    """The comparison of two schemas, given by their places."""

    def __init__(self, pair: Pair, old: str | None, new: str | None, forward: bool) -> None:
        self._pair = pair
        self._old = old
        self._new = new
        self._forward = forward
        self._tree = pair.once(("tree", forward), lambda: Tree(pair, forward))
        self._direction: Direction = "request" if forward else "response"

    def told(self) -> list[_Told]:
        """All differences, with their witnesses."""
        try:
            old = self._tree.old.anything() if self._old is None else self._tree.old.root(self._old)
            new = self._tree.new.anything() if self._new is None else self._tree.new.root(self._new)
        except SpecError as error:
            told = f"The schema of {SUBJECT} can't be used: {error}"
            unknown = Difference("unreadable", Ruling("unknown", "rule"), told.rstrip("."), self._old, self._new)
            return [_Told(Met(unknown), "unknown", "rule")]
        flows, takes = (old, new) if self._forward else (new, old)
        if self._old is None or self._new is None:
            return [self._presence(flows, takes)]
        return self._proved(self._tree.differences(flows, takes), flows, takes)

    def _judge(self, document: Document, place: str | None) -> Callable[[Any], bool]:
        return lambda value: place is None or not compile_schema(document, place, direction=self._direction).findings(value)

    def _witnesses(self, flows: Position) -> Witnesses:
        old, new = self._judge(self._pair.old, self._old), self._judge(self._pair.new, self._new)
        accepted, taken = (old, new) if self._forward else (new, old)
        return Witnesses(self._pair, flows, accepted, lambda value: not taken(value))

    def _presence(self, flows: Position, takes: Position) -> _Told:
        """A schema where none was, or none where one was."""
        event, told = ("schema-added", "was given a schema") if self._old is None else ("schema-removed", "no longer has a schema")
        one, other = flows.values(), takes.values()
        said = one.covered_by(other)
        ruling = Ruling(
            "compatible" if said == "yes" else "breaking", "rule" if said == "unknown" else "proved", Target(one, other)
        )
        met = Met(Difference(event, ruling, f"{SUBJECT} {told}.", self._old, self._new, declared=True))
        return self._prove(met, self._witnesses(flows))

    # ---- proofs

    def _proved(self, found: list[Met], flows: Position, takes: Position) -> list[_Told]:
        witnesses = self._witnesses(flows)
        told = [self._prove(one, witnesses) for one in found]
        if all(one.verdict == "compatible" for one in told) and (found or not self._tree.says_the_same(flows, takes)):
            told += self._whole(found, flows, takes, witnesses)
        return told

    def _prove(self, met: Met, witnesses: Witnesses) -> _Told:
        verdict, known, target = met.difference.ruling
        if verdict == "compatible":
            return _Told(met, verdict, known)
        witness = UNSET
        if target is not None:
            witness = witnesses.find(target, met.steps)
        if witness is not UNSET:
            return _Told(met, "breaking", "proved", witness)
        # What is impossible at a position may be so anyway, further up.
        return _Told(met, verdict, "rule" if met.steps else known)

    def _whole(self, found: list[Met], flows: Position, takes: Position, witnesses: Witnesses) -> list[_Told]:
        """That the whole breaks, where nothing that was told does; of what is large, each part that differs, which others share."""
        if not flows.exceeds(_SMALL) and not takes.exceeds(_SMALL):
            other = takes.values()
            one = counted(flows, other)
            said = one.covered_by(other)
            witness = witnesses.find(Target(one, other), ()) if said == "no" else UNSET
            if said == "unknown":
                witness = witnesses.blind()
            if said == "no" or witness is not UNSET:
                return [_Told(Met(Difference("changed", _BREAKS, _WHOLE, self._old, self._new)), "breaking", "proved", witness)]
            return []
        told: list[_Told] = []
        for key, met in {key: one for one in found for key in one.keys}.items():
            difference = self._pair.once(("whole", self._forward, key), partial(self._part, key))
            if difference is not None and difference.ruling.target is not None and not met.only:
                told.append(self._prove(met._replace(difference=difference), witnesses))
        return told

    def _part(self, key: Key) -> Difference | None:
        flows, takes = self._tree.positions(key)
        taken = takes.values()
        target = Target(counted(flows, taken), taken)
        if target.flows.covered_by(target.takes) != "no":
            return None
        old, new = (flows, takes) if self._forward else (takes, flows)
        return Difference("changed", _BREAKS._replace(target=target), _WHOLE, old.place(), new.place())


# ---- changes


def _change(told: _Told, where: Where) -> Change:
    met, verdict = told.met, told.verdict
    difference, subject = met.difference, where.subject + json_pointer(*met.tokens)
    if difference.event == "xml-changed" and "xml" not in where.media_type:
        verdict = "compatible"
    return Change(
        rule=rule_of(where, met),
        verdict=verdict,
        known=told.known,
        message=_sentence(difference.message.replace(SUBJECT, subject)),
        operation=where.operation,
        method=where.method,
        path=where.path,
        side=where.side,
        old_pointer=None if difference.old == NOWHERE else difference.old,
        new_pointer=None if difference.new == NOWHERE else difference.new,
        subject=subject,
        witness=told.witness,
        by_name=difference.event == "removed:" and verdict == "breaking" and difference.ruling.target is None,
        also=tuple(where.subject + json_pointer(*tokens) for tokens in met.others),
    )


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] if message.startswith(("the ", "what ")) else message


def rule_of(where: Where, met: Met) -> str:
    """The id of the rule for what was met in a place."""
    event, _, kind = met.difference.event.partition(":")
    if event in ("schema-added", "schema-removed") and where.holder == "body":
        return f"{where.side}-body-media-type-{event}"
    if event == "flag":
        return f"{where.side}-{kind}"
    if ":" in met.difference.event:
        return _property_rule(where, event, kind)
    of = f"{where.side}-{where.holder}"
    if not met.tokens:
        return f"{of}-{event}"
    only = {"readOnly": "read-only-", "writeOnly": "write-only-"}.get(met.only, "") if where.holder == "body" else ""
    return f"{where.side}-{only}property-{event}" if where.holder == "body" else f"{of}-property-{event}"


def _property_rule(where: Where, event: str, kind: str) -> str:
    """What became of a property as such, for which each side has an order of words of its own."""
    if where.side == "response":
        if where.holder == "header":
            return f"response-header-property-{event}"
        return (
            f"response-{kind}property-{event}"
            if event in ("added", "removed")
            else f"response-{kind}{'-' if kind else ''}property-{event}"
        )
    if where.holder == "body":
        return (
            f"new-{kind}-request-property".replace("-with-default-request-property", "-request-property-with-default")
            if (event == "added")
            else f"request-property-{event}"
        )
    in_header = where.subject.startswith("header")
    if event == "added":
        optional = kind == "optional"
        return f"new-{'optional' if optional else 'required'}-request-{'header' if in_header and not optional else 'parameter'}-property"
    plain = event.removesuffix("-with-default")
    return f"request-{'header' if in_header and plain == 'became-required' else 'parameter'}-property-{plain}"
