"""Whether a schema says that a field is there: what an answer may leave out, read from plain JSON Schema 2020-12 as `_lower` makes it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from .._lower import DEFS, Lowering
from .._schema_common import matcher
from .._values import as_array, as_object, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._reference import Document

_EACH: Final = "*"
_MOST: Final = 2000


class Presence(IntEnum):
    """What is known of a field: nothing, that it may be there, that it is."""

    UNDECLARED = 0
    OPTIONAL = 1
    REQUIRED = 2


def presence(document: Document, place: str, tokens: Sequence[str]) -> Presence:
    """Whether values of the Schema Object at a place, as answers, have the field that the names lead to; `*` is any item or free key.

    What is required within something optional is optional, and so is what null may stand for. Raises SpecError for a reference that
    can't be followed.
    """
    lowering = document.once("lowering", lambda: Lowering(document))
    key = lowering.key(place, "response")
    return document.once(("presence", key, tuple(tokens)), lambda: _Look(lowering).at({"$ref": DEFS + key}, tuple(tokens)))


class _Look:
    """One look. `left` bounds it where schemas lead to each other in many ways."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._left = _MOST

    def at(self, schema: Any, tokens: tuple[str, ...], required: bool | None = None, trail: tuple[str, ...] = ()) -> Presence:
        """The presence of a field; `required` says whether what stands beside the schema requires its first token."""
        if not tokens:
            return Presence.REQUIRED
        self._left -= 1
        if not is_object(schema) or self._left < 0:
            return Presence.UNDECLARED
        if required is None:
            required = tokens[0] == _EACH or self._requires(schema, tokens[0], ())
        found = self._own(schema, tokens, required)
        for inner, further in self._beside(schema, trail):
            found = max(found, self.at(inner, tokens, required, further))
        for several in self._choices(schema):
            levels = [self.at(inner, tokens, required or self._requires(inner, tokens[0], ()), trail) for inner in several]
            found = max(found, min(levels) or min(max(levels), Presence.OPTIONAL))
        return found

    def _own(self, schema: dict[str, Any], tokens: tuple[str, ...], required: bool) -> Presence:
        """What the schema's own keywords say."""
        found = Presence.UNDECLARED
        for inner, free in self._members(schema, tokens[0]):
            level = Presence.REQUIRED if required and not free else Presence.OPTIONAL
            if len(tokens) > 1:
                deeper = self.at(inner, tokens[1:])
                level = min(level, deeper, Presence.OPTIONAL if self._may_be_null(inner, ()) else deeper)
            found = max(found, level)
        return found

    def _members(self, schema: dict[str, Any], token: str) -> Iterator[tuple[Any, bool]]:
        """The schemas of a member, and whether it is there only where somebody put it."""
        properties = as_object(schema.get("properties"))
        if token == _EACH:
            items = [schema.get("items"), *as_array(schema.get("prefixItems"))]
            free = [schema.get("additionalProperties"), *as_object(schema.get("patternProperties")).values()]
            yield from ((one, False) for one in [*items, *free] if is_object(one))
        elif token in properties:
            yield properties[token], False
        else:
            patterns = as_object(schema.get("patternProperties"))
            fits = [one for pattern, one in patterns.items() if (matches := matcher(pattern)) and matches(token)]
            additional = schema.get("additionalProperties")
            yield from ((one, True) for one in fits or ([additional] if is_object(additional) and additional else []))

    def _beside(self, schema: dict[str, Any], trail: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """The schemas that hold together with one."""
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in trail:
            yield self._lowering.definition(reference.removeprefix(DEFS)).schema, (*trail, reference)
        yield from ((one, trail) for one in as_array(schema.get("allOf")))

    def _choices(self, schema: dict[str, Any]) -> Iterator[list[Any]]:
        """The lists of schemas of which one holds."""
        for word in ("anyOf", "oneOf"):
            if schema.get(word):
                yield as_array(schema.get(word))
        if "if" in schema:
            yield [schema.get("then", True), schema.get("else", True)]

    def _requires(self, schema: Any, token: str, trail: tuple[str, ...]) -> bool:
        self._left -= 1
        if not is_object(schema) or self._left < 0:
            return False
        if token in as_array(schema.get("required")):
            return True
        return any(self._requires(inner, token, further) for inner, further in self._beside(schema, trail)) or any(
            all(self._requires(inner, token, trail) for inner in several) for several in self._choices(schema)
        )

    def _may_be_null(self, schema: Any, trail: tuple[str, ...]) -> bool:
        """Whether the schema names null beside other types, itself or by one of its alternatives."""
        self._left -= 1
        if not is_object(schema) or self._left < 0:
            return False
        kinds = schema.get("type")
        if kinds is not None:
            return "null" in ([kinds] if isinstance(kinds, str) else as_array(kinds))
        beside = [self._may_be_null(inner, further) for inner, further in self._beside(schema, trail)]
        chosen = [any(self._may_be_null(inner, trail) for inner in several) for several in self._choices(schema)]
        # `nullable` beside a reference is lowered to a condition that null passes by.
        passes = "null" not in as_array(as_object(schema.get("if")).get("type")) and "if" in schema and "else" not in schema
        return passes or (any(chosen) or any(beside))
