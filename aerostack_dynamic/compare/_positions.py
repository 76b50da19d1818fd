"""Positions: what one document says of one value, read through references and `allOf`, keyword by keyword.

A position is a conjunction of schemas, each with the place where it stands in the document. Its parts are those schemas and all that
they refer to or conjoin; a value must be valid by every part. So a keyword means the same wherever it is written: moved behind a
reference, or into an `allOf`, nothing has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._lower import DEFS
from .._schema import lowering_of
from .._values import as_array, as_object, is_array, is_object, json_pointer
from ._declared import Names, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._lower import Direction
    from .._reference import Document
    from .._schema_sets import ValueSet

# In-place applicators whose subschemas may or may not hold, so that what they declare is declared, but no conjunct.
BRANCHES: Final = ("anyOf", "oneOf")
# No place of any document, as a pointer's first token would be in its root.
NOWHERE: Final = "/-"
_NUMERIC: Final = frozenset({"integer", "number"})
_SAYING_NOTHING: Final = frozenset({"$ref", "description", "summary", "title"})


class Part(NamedTuple):
    """One schema: as plain JSON Schema, where it stands in the document, and a label that no other one of the document has."""

    node: Any
    place: str
    label: str

    @property
    def words(self) -> dict[str, Any]:
        """Its keywords; none of a boolean schema."""
        return as_object(self.node)


class Half:
    """One of the two documents, in one direction."""

    def __init__(self, document: Document, direction: Direction, mark: str) -> None:
        self.document = document
        self.direction: Direction = direction
        self.lowering = lowering_of(document)
        self.standing = Standing(document, self.lowering, direction, mark)

    def root(self, place: str) -> Position:
        """The position of a Schema Object. Raises SpecError where it can't be used."""
        key = self.lowering.key(place, self.direction)
        self.lowering.closure(key)
        return Position(self, (Part(self.lowering.definition(key).schema, place, key),))

    def anything(self) -> Position:
        """Where no schema is."""
        return Position(self, (Part(True, NOWHERE, "any"),))

    def follow(self, part: Part) -> Part | None:
        """What a part refers to."""
        reference = part.words.get("$ref")
        if reference is None:
            return None
        key = reference.removeprefix(DEFS)
        return Part(self.lowering.definition(key).schema, self.lowering.place(key), key)

    def plain(self, part: Part) -> Part:
        """What a part refers to, where it says nothing else: so that a schema is the same one wherever it is referred to."""
        seen = set[str]()
        while part.words.keys() == {"$ref"} and not self.raw(part).keys() - _SAYING_NOTHING and part.label not in seen:
            seen.add(part.label)
            part = self.follow(part) or part
        return part

    def raw(self, part: Part) -> dict[str, Any]:
        """A part as it is written; nothing of what stands beside a reference where that is ignored (OpenAPI 3.0, section 4.7.23)."""
        node = self.written(part)
        return {} if "$ref" in node and not self.document.dialect.json_schema else node

    def written(self, part: Part) -> dict[str, Any]:
        """A part as it is written, a reference too."""
        try:
            return as_object(self.document.at(part.place))
        except KeyError:
            return {}

    def inner(self, part: Part, word: str, *tokens: str | int) -> Part:
        """The subschema of a part at a keyword, and at a name or number there."""
        node = part.words[word]
        for token in tokens:
            node = node[token]
        place = self.standing.step(part.place, word, *tokens)
        return Part(node, place, part.label + json_pointer(word, *tokens))


class Position:
    """What one document says of one value; see above. `nullable` says that null is allowed beside what the parts say, and `elsewhere` are
    properties that other alternatives than this one declare.
    """

    __slots__ = ("elsewhere", "half", "label", "nullable", "parts", "roots")

    def __init__(self, half: Half, roots: Iterable[Part], elsewhere: frozenset[str] = frozenset()) -> None:
        self.half = half
        self.roots = tuple(map(half.plain, roots))
        self.elsewhere = elsewhere
        self.label = " ".join((*(one.label for one in self.roots), *sorted(elsewhere)))
        self.nullable = False
        self.parts = tuple(self._flat())

    def _flat(self) -> Iterator[Part]:
        waiting = list(self._without_null())[::-1]
        seen: set[str] = set()
        while waiting:
            part = waiting.pop()
            if part.label in seen:
                continue
            seen.add(part.label)
            yield part
            several = [self.half.inner(part, "allOf", index) for index in range(len(as_array(part.words.get("allOf"))))]
            target = self.half.follow(part)
            waiting += ([target, *several] if target else several)[::-1]

    def _without_null(self) -> Iterator[Part]:
        """The roots; of one that says nothing but that null is allowed beside another schema, that other schema, and what led to it."""
        if len(self.roots) != 1:
            yield from self.roots
            return
        part, seen = self.roots[0], set[str]()
        while part.label not in seen:
            seen.add(part.label)
            words = part.words
            inner: Part | None = None
            if set(words) == {"$ref"}:
                inner = self.half.follow(part)
            elif set(words) == {"allOf"} and len(words["allOf"]) == 1:
                inner = self.half.inner(part, "allOf", 0)
            elif (found := self._beside_null(part)) is not None:
                self.nullable, inner = True, found
            if inner is None:
                break
            yield part._replace(node={})  # for what it says beside
            part = inner
        yield part

    def _beside_null(self, part: Part) -> Part | None:
        words = part.words
        if set(words) == {"if", "then"} and not self.half.document.dialect.json_schema:
            return Part(words["then"], part.place, part.label + "/then")
        for word in BRANCHES:
            several = as_array(words.get(word))
            empty = [index for index, one in enumerate(several) if one == {"type": "null"}]
            if set(words) == {word} and len(several) == 2 and empty:
                inner = self.half.inner(part, word, 1 - empty[0])
                if word == "anyOf" or not Position(self.half, (inner,)).may_be_null():
                    return inner
        return None

    # ---- what it says

    def said(self, word: str) -> list[tuple[Any, Part]]:
        """The values of a keyword, each with the part that has it."""
        return [(one.words[word], one) for one in self.parts if word in one.words]

    def chosen(self, word: str, part: Part, index: int) -> Position:
        """The same where of the alternatives of a part this one holds; what else says of a value is in its parts."""
        kept: list[Part] = []
        for one in self.parts:
            gone = {"$ref", "allOf", *([word] if one.label == part.label else ())}
            node = {key: value for key, value in one.words.items() if key not in gone} if is_object(one.node) else one.node
            kept.append(Part(node, one.place, f"{one.label}-{word if one.label == part.label else ''}"))
        return Position(self.half, (*kept, self.half.inner(part, word, index)), self.all_names())

    def with_alternative(self, word: str, part: Part, index: int) -> Position:
        """The values of the position that one of the alternatives of a part allows."""
        return Position(self.half, (*self.roots, self.half.inner(part, word, index)))

    def place(self, *words: str) -> str:
        """Where it stands: where one of these keywords is written, else where the value is first spoken of."""
        for part in self.parts:
            if any(word in part.words or word in self.half.raw(part) for word in words):
                return part.place
        return self.roots[0].place if self.roots else ""

    def note(self, word: str) -> Any:
        """The first value that is written of a word that judges nothing; None without one."""
        for part in self.parts:
            raw = self.half.raw(part)
            if word in raw:
                return raw[word]
        return None

    def child(self, parts: Iterable[Part]) -> Position:
        """Another position of the same document."""
        return Position(self.half, parts)

    def at_property(self, name: str) -> Position | None:
        """The position of a declared property; None where it is not declared here."""
        found = [self.half.inner(part, "properties", name) for value, part in self.said("properties") if name in value]
        return self.child(found) if found else None

    def at_word(self, word: str, *tokens: str | int) -> Position | None:
        """The position of the subschemas at a keyword in all parts that have it."""
        found: list[Part] = []
        for value, part in self.said(word):
            if not tokens or (tokens[0] in value if is_object(value) else is_array(value) and int(tokens[0]) < len(value)):
                found.append(self.half.inner(part, word, *tokens))
        return self.child(found) if found else None

    def properties(self) -> list[str]:
        """The names of the declared properties, in their order."""
        return list(dict.fromkeys(name for value, _ in self.said("properties") for name in value))

    def names(self) -> Names:
        """What is declared of properties, in alternatives and conditions too."""
        return self.half.standing.names((one.node, one.place) for one in self.roots)

    def all_names(self) -> frozenset[str]:
        """The names of the properties that are declared, in alternatives and conditions too."""
        return self.names().names | self.elsewhere

    def required(self) -> dict[str, Part]:
        """The names that are required, each with a part that says so."""
        return {name: part for value, part in self.said("required")[::-1] for name in value}

    def types(self, depth: int = 3) -> frozenset[str] | None:
        """The types but null that the keyword `type` leaves, here or in all alternatives; None where it leaves all."""
        kept: frozenset[str] | None = None
        for value, _ in self.said("type"):
            named = frozenset([value] if isinstance(value, str) else value)
            kept = named if kept is None else _both(kept, named)
        if kept is None and depth:
            for word in BRANCHES:
                for value, part in self.said(word):
                    several = [self.child([self.half.inner(part, word, index)]).types(depth - 1) for index in range(len(value))]
                    if None not in several:
                        kept = frozenset[str]().union(*(one for one in several if one is not None))
        return None if kept is None else kept - {"null"}

    def schema(self, closed: bool = False) -> dict[str, Any]:
        """The position as a schema that stands alone; `closed`, without what is not declared and what this direction lacks."""
        return self.half.standing.alone([(one.node, one.place) for one in self.roots], closed)

    def values(self, closed: bool = False, besides: frozenset[str] | None = None) -> ValueSet:
        """The values of that schema; of what is not declared nothing is left out but what is `besides`, where that is given."""
        standing = self.half.standing if besides is None else self.half.standing.besides(besides)
        return standing.values([(one.node, one.place) for one in self.roots], closed)

    def exceeds(self, most: int) -> bool:
        """Whether what is said here, with all that it leads to, is made of more values than these."""
        return self.half.standing.exceeds((one.node for one in self.roots), most)

    def may_be_null(self) -> bool:
        """Whether null is allowed as far as the keyword `type` tells."""
        return self.nullable or all("null" in ([one] if isinstance(one, str) else one) for one, _ in self.said("type"))


def _both(kinds: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The types that are in both lists."""
    numeric = not kinds.isdisjoint(_NUMERIC) and not others.isdisjoint(_NUMERIC)
    return (kinds & others) | (frozenset({"integer"}) if numeric and "integer" in kinds | others else frozenset[str]())
