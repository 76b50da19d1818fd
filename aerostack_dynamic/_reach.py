"""How far into a schema values reach, so that of a large one no more is made than they need.

What is not reached is as good as `false`. That refuses more than the schema does, never less, where a schema holds if those that it
applies do; where it may hold because another one does not (`not`, `oneOf`, `if`, `contains`), all that this one leads to is taken along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._keywords import APPLYING, LISTS, MAPS, SINGLE
from ._lower import DEFS, Lowered
from ._values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._lower import Lowering

# What a definition is taken for that no value has reached.
UNREACHED: Final = Lowered(False, (), 0, (), frozenset())
_EXACT: Final = frozenset({"contains", "if", "not", "oneOf"})
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
_MEMBERS: Final = ("additionalProperties", "unevaluatedProperties")
_ITEMS: Final = ("items", "contains", "unevaluatedItems")


class Reach:
    """The definitions that values have reached, by key; `size` is how many schemas they are made of."""

    def __init__(self, lowering: Lowering, key: str) -> None:
        self.found: dict[str, Lowered] = {}
        self.size = 0
        self._lowering = lowering
        self._whole: set[str] = set()
        self._key = key
        self._add(key)

    def definition(self, key: str) -> Lowered:
        """A definition, `UNREACHED` for one that no value has reached."""
        return self.found.get(key, UNREACHED)

    @property
    def schema(self) -> Any:
        """The schema itself."""
        return self.found[self._key].schema

    def alone(self) -> dict[str, Any]:
        """The schema with all that was reached, which stands alone."""
        made = {key: one.schema for key, one in self.found.items()}
        unreached = {need: False for one in self.found.values() for need in one.needs if need not in made}
        return {"$ref": DEFS + self._key, "$defs": {**made, **unreached}}

    def follow(self, value: object, steps: int, members: int) -> bool:
        """Go where a value leads, in no more than so many steps and so many members of each array; whether that is somewhere new."""
        before, seen = len(self.found), set[tuple[str, int]]()
        waiting: list[tuple[Any, Any]] = [(self.schema, value)]
        while waiting and steps > 0:
            steps -= 1
            schema, here = waiting.pop()
            if is_object(schema) and not APPLYING.isdisjoint(schema):
                waiting += self._below(schema, here, members)
                key = schema["$ref"].removeprefix(DEFS) if "$ref" in schema else ""
                if key and (key, id(here)) not in seen and (key in self.found or _may_take(self._lowering.raw(key), here)):
                    seen.add((key, id(here)))
                    self._add(key)
                    waiting.append((self.found[key].schema, here))
        return len(self.found) > before

    def spread(self) -> bool:
        """Take along what is near until there is twice as much, so that there is no end of small steps; whether that is anything."""
        before, size = len(self.found), self.size
        near = [*self.found]
        for key in near:  # it grows meanwhile
            for need in self.found[key].needs:
                if need not in self.found and self.size < 2 * size:
                    self._add(need)
                    near.append(need)
        return len(self.found) > before

    def _add(self, key: str) -> None:
        if key in self.found:
            return
        made = self._lowering.definition(key)
        self.found[key] = made
        self.size += made.size
        for one in _exact(made.schema) if made.needs else ():
            for name, inner in self._lowering.closure(one, self._whole).items():
                self._whole.add(name)
                if name not in self.found:
                    self.found[name] = inner
                    self.size += inner.size

    def _below(self, schema: dict[str, Any], value: Any, members: int) -> Iterator[tuple[Any, Any]]:
        """The schemas that one applies to a value and to its members, each with what it is applied to."""
        for word in _IN_PLACE:
            if word in schema:
                for one in as_array(schema[word]):
                    yield one, value
        if "then" in schema and value is not None:  # what null is let by is said so
            yield schema["then"], value
        if "else" in schema:
            yield schema["else"], value
        if is_object(value):
            yield from _of_object(schema, value)
        elif is_array(value):
            several = [schema[word] for word in _ITEMS if word in schema]
            for index, one in enumerate(as_array(schema.get("prefixItems"))[: len(value)]):
                yield one, value[index]
            for item in value[:members]:
                for one in several:
                    yield one, item


def _of_object(schema: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    named = as_object(schema.get("properties"))
    for name in named if len(named) < len(value) else value:
        if name in named and name in value:
            yield named[name], value[name]
    if "dependentSchemas" in schema:
        for one in as_object(schema["dependentSchemas"]).values():
            yield one, value
    several = [*as_object(schema.get("patternProperties")).values(), *(schema[word] for word in _MEMBERS if word in schema)]
    for one in several:
        for name, member in value.items():
            if name not in named:
                yield one, member


def _may_take(raw: Any, value: object) -> bool:
    """Whether a schema, as it is written, may say anything of a value other than that it is of another type."""
    if not is_object(raw) or "type" not in raw:
        return True
    kinds = raw["type"] if is_array(raw["type"]) else [raw["type"]]
    if value is None:
        return "null" in kinds or raw.get("nullable") is True or raw.get("x-nullable") is True
    if is_object(value) or is_array(value):
        return ("object" if is_object(value) else "array") in kinds
    if isinstance(value, (str, bool)):
        return ("string" if isinstance(value, str) else "boolean") in kinds
    return "number" in kinds or "integer" in kinds


def _exact(schema: Any) -> Iterator[str]:
    """The definitions that a schema refers to where it may hold because they do not."""
    waiting: list[tuple[Any, bool]] = [(schema, False)]
    while waiting:
        node, exact = waiting.pop()
        if not is_object(node):
            continue
        if exact and "$ref" in node:
            yield node["$ref"].removeprefix(DEFS)
        for word, inner in node.items():
            if word in MAPS:
                waiting += [(one, exact) for one in as_object(inner).values()]
            elif word in LISTS:
                waiting += [(one, exact or word in _EXACT) for one in as_array(inner)]
            elif word in SINGLE:
                waiting.append((inner, exact or word in _EXACT))
