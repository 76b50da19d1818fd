"""Schemas that stand alone, as they are or over what is declared.

Over what is declared: an object that names properties and says nothing of others has those alone, and none that its direction lacks
(`readOnly` in a request, `writeOnly` in an answer). What names them is the object's schema with all that it refers to, conjoins and
offers, so it is there that others are excluded, and not in each of them. Where a part says of other properties what they are, others
stay. Within `not` and conditions nothing is left out, as less there would be more of the whole.

What another schema says of undeclared properties is held against more: of them, only those are left out that it names (`besides`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from .._formats import STANDARD
from .._keywords import LISTS, MAPS, SINGLE
from .._lower import DEFS
from .._measure import children
from .._schema_sets import LARGEST, ValueSet
from .._values import as_array, as_object, is_array, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._lower import Direction, Lowering
    from .._reference import Document

# As it is; as one of several that apply to a value; as all that applies to it.
_Form: TypeAlias = Literal["", ".in", ".closed"]
_IN_PLACE: Final = frozenset({"allOf", "anyOf", "dependentSchemas", "else", "oneOf", "then"})
_JUDGING: Final = frozenset({"contains", "if", "not", "propertyNames"})
# Keywords by which a schema may refuse an object for a property that none declares.
_OF_OTHERS: Final = frozenset(
    {
        "additionalProperties",
        "dependentRequired",
        "dependentSchemas",
        "if",
        "maxProperties",
        "not",
        "patternProperties",
        "propertyNames",
        "unevaluatedProperties",
    }
)


class Names(NamedTuple):
    """The properties that an object declares: their names, those of which this direction lacks, and whether it may have others."""

    names: frozenset[str]
    lacking: frozenset[str]
    open: bool


class Standing:
    """The schemas of a document in one direction, as ones that stand alone; `mark` tells their definitions from another document's.

    Closed, they have none of the properties that they don't declare; or, where `others` are given, none that is one of those.
    """

    def __init__(
        self, document: Document, lowering: Lowering, direction: Direction, mark: str, others: frozenset[str] | None = None
    ) -> None:
        self._document = document
        self._lowering = lowering
        self._direction: Direction = direction
        self._mark = mark
        self._others = others
        self._besides: dict[frozenset[str], Standing] = {}
        self._made: dict[tuple[str, _Form], tuple[Any, tuple[tuple[str, _Form], ...]]] = {}

    def besides(self, names: frozenset[str]) -> Standing:
        """The same, in which closed schemas have all properties but those of these names that they don't declare."""
        if names not in self._besides:
            self._besides[names] = Standing(self._document, self._lowering, self._direction, self._mark, names)
        return self._besides[names]

    def step(self, place: str, word: str, *tokens: str | int) -> str:
        """Where a subschema stands; the schema around it where it isn't written so."""
        inner = place + json_pointer(word, *tokens)
        if self._is_written(inner):
            return inner
        if word == "prefixItems" and self._is_written(place + json_pointer("items", *tokens)):
            return place + json_pointer("items", *tokens)
        if word == "items" and self._is_written(place + "/additionalItems"):
            return place + "/additionalItems"
        return place

    def _is_written(self, place: str) -> bool:
        try:
            return isinstance(self._document.at(place), (dict, bool))
        except KeyError:
            return False

    # ---- names

    def names(self, schemas: Iterable[tuple[Any, str]]) -> Names:
        """What an object declares by all of these schemas, each given with its place."""
        names, lacking = set[str](), set[str]()
        is_open = False
        waiting, seen = [(node, place, False) for node, place in schemas], set[str]()
        while waiting:
            here, where, alternative = waiting.pop()
            if not is_object(here):
                continue
            for name in as_object(here.get("properties")):
                names.add(name)
                if self._lowering.is_only(self.step(where, "properties", name), self._direction):
                    lacking.add(name)
            is_open = is_open or _says_of_others(here) or (alternative and _is_free(here))
            reference = here.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                key = reference.removeprefix(DEFS)
                waiting.append((self._lowering.definition(key).schema, self._lowering.place(key), alternative))
            for word in _IN_PLACE.intersection(here):
                waiting += [
                    (inner, self.step(where, word, *tokens), word != "allOf") for tokens, inner in _members(word, here[word])
                ]
        return Names(frozenset(names), frozenset(lacking), is_open)

    # ---- forms

    def values(self, schemas: Iterable[tuple[Any, str]], closed: bool = False) -> ValueSet:
        """The values that all of these allow."""
        several = list(schemas)
        return ValueSet(lambda: self.alone(several, closed), large=self.exceeds((node for node, _ in several), LARGEST))

    def exceeds(self, nodes: Iterable[Any], most: int) -> bool:
        """Whether schemas, with all that they lead to, are made of more values than these."""
        waiting, seen, left = [*nodes], set[str](), most
        while waiting and left >= 0:
            here = waiting.pop()
            left -= 1
            waiting += children(here)
            reference = here.get("$ref") if is_object(here) else None
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(self._lowering.definition(reference.removeprefix(DEFS)).schema)
        return left < 0

    def alone(self, schemas: Iterable[tuple[Any, str]], closed: bool = False) -> dict[str, Any]:
        """A schema of what all of these allow, each given with its place, that stands alone."""
        several = list(schemas)
        needs: list[tuple[str, _Form]] = []
        made = self._several(several, closed, needs)
        definitions: dict[str, Any] = {}
        while needs:
            key, form = needs.pop()
            if key + self._mark + form not in definitions:
                definitions[key + self._mark + form], more = self._definition(key, form)
                needs += more
        return {**made, "$defs": definitions} if definitions else made

    def _several(self, several: list[tuple[Any, str]], closed: bool, needs: list[tuple[str, _Form]]) -> dict[str, Any]:
        if len(several) == 1:
            made = self._formed(*several[0], ".closed" if closed else "", needs)
            return made if is_object(made) else {} if made else {"not": {}}
        made = {"allOf": [self._formed(node, place, ".in" if closed else "", needs) for node, place in several]}
        if not closed:
            return made
        return self._closing(several, made)

    def _definition(self, key: str, form: _Form) -> tuple[Any, tuple[tuple[str, _Form], ...]]:
        if (key, form) not in self._made:
            needs: list[tuple[str, _Form]] = []
            made = self._formed(self._lowering.definition(key).schema, self._lowering.place(key), form, needs)
            self._made[key, form] = made, tuple(dict.fromkeys(needs))
        return self._made[key, form]

    def _formed(self, node: Any, place: str, form: _Form, needs: list[tuple[str, _Form]]) -> Any:
        if not is_object(node):
            return node
        made: dict[str, Any] = {}
        # A bare reference is closed where it leads to, which may recurse; bare alternatives are closed each by itself.
        bare = len(node.keys() - {"type"}) == 1 and not node.keys().isdisjoint(("$ref", "anyOf", "oneOf"))
        for word, value in node.items():
            if word == "$ref":
                key, inner = value.removeprefix(DEFS), form if bare or form != ".closed" else ".in"
                needs.append((key, inner))
                made[word] = DEFS + key + self._mark + inner
            elif word in SINGLE or word in LISTS or word in MAPS:
                made[word] = self._applied(word, value, place, form, needs, bare)
            elif word != "format" or value in STANDARD.checks:
                made[word] = value
        return self._closing([(node, place)], made) if form == ".closed" and not bare else made

    def _applied(self, word: str, value: Any, place: str, form: _Form, needs: list[tuple[str, _Form]], bare: bool) -> Any:
        within: _Form = form if bare else ".in"
        inner: _Form = "" if word in _JUDGING or not form else within if word in _IN_PLACE else ".closed"

        def formed(node: Any, *tokens: str | int) -> Any:
            return self._formed(node, self.step(place, word, *tokens), inner, needs)

        if word in LISTS:
            return [formed(one, index) for index, one in enumerate(value)]
        return {name: formed(one, name) for name, one in value.items()} if word in MAPS else formed(value)

    def _closing(self, schemas: list[tuple[Any, str]], made: dict[str, Any]) -> dict[str, Any]:
        found = self.names(schemas)
        said: dict[str, Any] = {}
        if self._others is not None:
            others = frozenset[str]() if found.open or not found.names else self._others - found.names
            if gone := others | found.lacking:
                said = {"properties": dict.fromkeys(sorted(gone), False)}
        elif found.names and not found.open:
            said = (
                {"propertyNames": {"enum": sorted(found.names - found.lacking)}}
                if found.names - found.lacking
                else {"maxProperties": 0}
            )
        elif found.lacking:
            said = {"properties": dict.fromkeys(sorted(found.lacking), False)}
        if not said:
            return made
        return {**made, "allOf": [*as_array(made.get("allOf")), said]}


def named_besides(schema: dict[str, Any]) -> frozenset[str] | None:
    """The names that a schema that stands alone declares, where it says something of properties that are not; None where it doesn't."""
    for here in schemas_within(schema):
        if any(here[word] is not True and here[word] != {} for word in _OF_OTHERS.intersection(here)):
            return declared(schema)
    return None


def declared(schema: dict[str, Any]) -> frozenset[str]:
    """The names of all properties that a schema that stands alone declares, however deep in it."""
    return frozenset(name for here in schemas_within(schema) for name in as_object(here.get("properties")))


def schemas_within(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema that stands alone and all in it, but for those that are booleans."""
    waiting: list[Any] = [schema, *as_object(schema.get("$defs")).values()]
    while waiting:
        here = waiting.pop()
        if not is_object(here):
            continue
        yield here
        for word, value in here.items():
            if word in SINGLE:
                waiting.append(value)
            elif word in LISTS or word in MAPS:
                waiting += value if word in LISTS else value.values()


def _members(word: str, value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if is_array(value):
        yield from (((index,), one) for index, one in enumerate(value))
    elif word in MAPS:
        yield from (((name,), one) for name, one in as_object(value).items())
    else:
        yield (), value


def _says_of_others(node: dict[str, Any]) -> bool:
    """Whether a schema says of properties it doesn't name what they are."""
    said = [node[word] for word in ("additionalProperties", "unevaluatedProperties") if word in node]
    return any(one is not False for one in said) or bool(node.get("patternProperties"))


def _is_free(node: dict[str, Any]) -> bool:
    """Whether an alternative is any object."""
    kinds = node.get("type")
    said = set(node) - {"type"}
    return ("object" in kinds if is_array(kinds) else kinds == "object") and not said
