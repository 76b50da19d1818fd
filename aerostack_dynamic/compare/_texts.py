"""Whether values that are sent as text are taken as such, whatever their types: the text of 5 is that of "5".

A parameter or a field of a form has no types on the wire (OpenAPI 3.2, section 4.12.4), so that a server which reads another type may
read the same text. That is told of what has one value alone, and where it is certain.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .._errors import SpecError
from .._schema_sets import ValueSet
from .._values import UNSET, as_object
from ._tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._changes import Change
    from ._pair import Pair
    from ._positions import Position

# Patterns that every text of a type matches.
_TEXTS: Final = MappingProxyType({"boolean": "^(true|false)$", "integer": "^-?[0-9]+$", "number": "^[-+.0-9eE]+$"})


class Texts:
    """Two schemas of values that are sent as text. `listed` says that one value is the same text as a list of it alone."""

    def __init__(self, flows: Position, takes: Position, listed: bool) -> None:
        self._flows = flows
        self._takes = takes.values()
        self._listed = listed

    @staticmethod
    def of(pair: Pair, old: str, new: str, listed: bool = False, name: str | None = None) -> Texts | None:
        """Those of the schemas at two places, or of a property of them; None where there are none."""
        tree = pair.once(("tree", True), lambda: Tree(pair, True))
        flows: Position | None = None
        takes: Position | None = None
        with suppress(SpecError):
            flows, takes = tree.old.root(old), tree.new.root(new)
        if name is not None and flows is not None and takes is not None:
            flows, takes = flows.at_property(name), takes.at_property(name)
        return Texts(flows, takes, listed) if flows is not None and takes is not None else None

    def taken(self) -> bool:
        """Whether the text of every value that flows is certain to be taken."""
        several = [value for value, _ in self._flows.said("enum")] + [[value] for value, _ in self._flows.said("const")]
        if several:
            flowing = self._flows.values()
            return all(self._reads(one) for one in several[0] if flowing.holds(one) is not False)
        kinds = self._flows.types()
        return bool(kinds) and not self._flows.may_be_null() and all(map(self._takes_all, kinds or ()))

    def same_as_json(self) -> bool:
        """Whether the text of every value that flows is the same as JSON, and taken as such."""
        kinds = self._flows.types()
        plain = bool(kinds) and not self._flows.may_be_null() and set(kinds or ()) <= set(_TEXTS)
        return plain and self._flows.values().covered_by(self._takes) == "yes"

    def _takes_all(self, kind: str) -> bool:
        """Whether all values of one type are taken."""
        if kind == "boolean" and all(map(self._reads, (True, False))):
            return True
        schema = self._flows.schema()
        bare = {word: value for word, value in schema.items() if word != "$defs"}
        definitions = {"$defs": as_object(schema.get("$defs"))}
        part = {"allOf": [bare, {"type": kind}]}
        readings: list[dict[str, Any]] = [{**part, **definitions}]
        if kind in _TEXTS:
            readings.append({"type": "string", "pattern": _TEXTS[kind]})
            if self._listed:
                readings.append({"type": "array", "items": part, "minItems": 1, "maxItems": 1, **definitions})
        return any(ValueSet(one).covered_by(self._takes) == "yes" for one in readings)

    def _reads(self, value: Any) -> bool:
        return any(self._takes.holds(one) for one in self._readings(value))

    def _readings(self, value: Any) -> Iterator[Any]:
        """What the text of a value may be read as; nothing of what has no plain text."""
        if isinstance(value, (bool, int)) or (isinstance(value, str) and value and "," not in value):
            text = value if isinstance(value, str) else json.dumps(value)
            single: list[Any] = [text]
            with suppress(ValueError):
                read: object = json.loads(text)
                if isinstance(read, (bool, int, float)):
                    single.append(read)
            yield from single
            if self._listed:
                yield from ([one] for one in single)


def by_text(changes: list[Change], texts: Texts | None, whole: str) -> list[Change]:
    """Changes of what is sent as text, which is at one subject; there, what changes no text breaks by name alone."""
    met = any(one.verdict != "compatible" and one.subject == whole for one in changes)
    if not met or texts is None or not texts.taken():
        return changes
    return [
        replace(one, verdict="breaking", known="rule", witness=UNSET, by_name=True)
        if one.verdict != "compatible" and one.subject == whole
        else one
        for one in changes
    ]
