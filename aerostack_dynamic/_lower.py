"""Schema Objects of every dialect as plain JSON Schema 2020-12 that stands alone, which is all that engines are given.

What a schema refers to, in whatever file and by whatever name, becomes a definition beside it; what only documents is left out; what
a dialect has words of its own for is said in those of 2020-12; and a keyword that is malformed is left out with a problem, so that one
mistake doesn't take the operation with it.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from ._errors import SpecError
from ._graph import circles
from ._keywords import IN_VALUE, LISTS, MAPS, RANGING, SINGLE, TELLING, checked_value, loosen, say_ranges, schema_places, words_of
from ._reference import Base, within
from ._schema_common import matcher
from ._values import as_array, as_object, doubtful, is_array, is_object, json_pointer, pointer_token, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import TypeAlias

    from ._reference import Document
    from ._values import Problem

Direction: TypeAlias = Literal["request", "response"]

DEFS: Final = "#/$defs/"
DISCRIMINATED: Final = "x-discriminated"
UNWANTED: Final = "x-unwanted"
# Nested deeper than this, a subschema becomes a definition: what follows may then recurse.
_NESTED: Final = 40
_MOST_UNTRUSTED: Final = 20_000
_TOO_MANY: Final = f"the schema leads to over {_MOST_UNTRUSTED} others, and the document is not trusted"
# Of schemas that hold together in a document that is not trusted, so many are looked into for what one direction lacks.
_MOST_CONJOINED: Final = 100
_NOT_NULL: Final = ("array", "boolean", "number", "object", "string")
_NO_NAMES: Final[frozenset[str]] = frozenset()
_REFERRING: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
_CONJOINING: Final = frozenset({"$dynamicRef", "$ref", "allOf", "anyOf", "oneOf", "required"})
# Schemas of more parts than this, in all that they lead to, are not looked through for what they may not have.
LARGE: Final = 500
_NOT_ENFORCED: Final = "the keyword is not enforced"
# By direction, the keyword of the properties that its values don't have (OpenAPI 3.2, section 4.24.2).
ONLY: Final = MappingProxyType({"request": "readOnly", "response": "writeOnly"})


class Lowered(NamedTuple):
    """One definition: its schema, the keys of those it refers to, how many schemas it is made of, and what was left out of it.

    `traits` are the words in it by which it may mean another thing elsewhere: in the other direction, or reached by another way.
    """

    schema: Any
    needs: tuple[str, ...]
    size: int
    problems: tuple[Problem, ...]
    traits: frozenset[str]


class _Here(NamedTuple):
    """Where a schema stands: its place, what references in it are relative to, and by what others it was reached.

    `only` is the keyword of properties that needn't be there, empty where none of them is near; `optional` those that needn't by what
    stands beside the schema. `scoped` says that dynamic references are near, and `scope` is what the anchors they lead to mean (JSON
    Schema 2020-12, section 7.1): for each the outermost schema on the way that bears it.
    """

    place: str
    base: Base = Base("", "")
    only: str = ""
    optional: frozenset[str] = _NO_NAMES
    scoped: bool = False
    scope: tuple[tuple[str, str], ...] = ()
    nested: int = 0

    @property
    def identity(self) -> tuple[object, ...]:
        """What another schema has to share to be lowered to the same."""
        return self.place, self.only, self.optional, self.scoped, self.scope

    def step(self, *tokens: str | int) -> _Here:
        """One of its members."""
        return self._at(tokens, _NO_NAMES)

    def beside(self, *tokens: str | int) -> _Here:
        """One of the schemas that apply to the same value."""
        return self._at(tokens, self.optional)

    def _at(self, tokens: tuple[str | int, ...], optional: frozenset[str]) -> _Here:
        # Not `_replace`, which takes as long as all else.
        place = self.place + json_pointer(*tokens)
        return _Here(place, self.base, self.only, optional, self.scoped, self.scope, self.nested + 1)


class _EnoughError(Exception):
    """That a schema leads to more than is looked through."""


class Lowering:
    """The schemas of a document, each made once. Two threads may both make one; the results are equal.

    A schema is made a second time, for a direction or for the way that leads to it, only where a word in it or below means something
    else there.

    What is `documented`, for what is to be made, keeps to the standard where else more passes, and has what judges nothing: `default`,
    `examples` as a list (also of Example Objects), `DISCRIMINATED`: where a discriminator stands, `UNWANTED`: that a direction lacks it.
    """

    def __init__(self, document: Document, documented: bool = False) -> None:
        self._document = document
        self.documented = documented
        self._numbers = count()
        self._passed = 0
        self._keys: dict[tuple[object, ...], str] = {}
        self._places: dict[str, _Here] = {}
        self._made: dict[str, Lowered] = {}
        self._conjuncts: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
        self._traits: dict[str, frozenset[str]] = {}
        self._words = words_of(document) & TELLING
        self._wide: set[str] = set()

    def key(self, place: str, direction: Direction) -> str:
        """The key of the schema at a place, as a definition.

        Raises SpecError for a reference that can't be followed.
        """
        asked = self._words & {ONLY[direction], "$dynamicRef"}
        traits = asked & self.traits(place) if asked else asked
        only = ONLY[direction] if ONLY[direction] in traits else ""
        return self._key(_Here(place, only=only, scoped="$dynamicRef" in traits))

    def traits(self, place: str) -> frozenset[str]:
        """Which keywords that ask for more than one making may be in what the schema at a place leads to. Raises as `key` does.

        Of one that leads to much these are those that the document has anywhere.
        """
        return self._traits_of(self._key(_Here(place)))

    def closure(self, key: str, known: Collection[str] = ()) -> dict[str, Lowered]:
        """A schema and all that it leads to, by key, but for those known and what only they lead to.

        Raises SpecError for a reference that can't be followed, or too many schemas.
        """
        found: dict[str, Lowered] = {}
        waiting, size = [key], 0
        while waiting:
            here = waiting.pop()
            if here in found or here in known:
                continue
            found[here] = made = self.definition(here)
            size += made.size
            if size > _MOST_UNTRUSTED and not self._document.trusted:
                raise SpecError(_TOO_MANY)
            waiting += made.needs
        return found

    def is_larger(self, key: str, most: int) -> bool:
        """Whether a schema is made of more parts than `most`, in all that it leads to. Raises as `key` does.

        Those that are near are looked at first, and none behind what is too much.
        """
        size, near = 0, [key]
        for here in near:  # it grows meanwhile
            made = self.definition(here)
            size += made.size
            if size > most:
                return True
            near += [one for one in made.needs if one not in near]
        return False

    def _traits_of(self, key: str) -> frozenset[str]:
        """The traits of a schema and of all that it leads to."""
        known = self._traits.get(key)
        if known is not None:
            return known
        if self._words:
            try:
                self._find_traits(key)
            except _EnoughError:
                self._wide.add(key)
        return self._traits.setdefault(key, self._words)

    def _find_traits(self, key: str) -> None:
        size = 0

        def needs(here: str) -> tuple[str, ...]:
            nonlocal size
            made = self.definition(here)
            size += made.size
            if size > LARGE or not self._wide.isdisjoint(made.needs):
                raise _EnoughError
            return made.needs

        for circle in circles(key, needs, self._traits):
            found = set[str]()
            for made in map(self.definition, circle):
                found |= made.traits.union(*(self._traits.get(one, ()) for one in made.needs))
            self._traits.update(dict.fromkeys(circle, frozenset(found)))

    def others(self, number: int) -> dict[str, Lowered]:
        """The next so many schemas that the document's operations name, and all that they lead to, by key. Broken ones are left out."""
        found: dict[str, Lowered] = {}
        # A document that is read by parts is not read as a whole for nothing.
        for place in islice(schema_places(self._document.raw), self._passed, self._passed + number) if number else ():
            with suppress(SpecError):
                found.update(self.closure(self.key(place, "response" if "/responses/" in place else "request"), found))
        self._passed += number
        return found

    def is_only(self, place: str, direction: Direction) -> bool:
        """Whether the schema at a place is of a property that the values of this direction don't have."""
        return self._is_only(self._document.at(place), place, ONLY[direction])

    def definition(self, key: str) -> Lowered:
        """The definition of a key."""
        made = self._made.get(key)
        return self._made.setdefault(key, self._make(key)) if made is None else made

    def place(self, key: str) -> str:
        """Where the schema stands that a definition was made of."""
        return self._places[key].place

    def raw(self, key: str) -> Any:
        """The schema that a definition is made of, which asking for it does not make."""
        return self._document.at(self._places[key].place)

    def _key(self, here: _Here) -> str:
        identity = here.identity
        if (known := self._keys.get(identity)) is not None:
            return known
        key = f"s{next(self._numbers)}"
        self._places[key] = here  # before another thread can know the key
        return self._keys.setdefault(identity, key)

    def _make(self, key: str) -> Lowered:
        here = self._places[key]
        base = self._document.base_of(here.place)
        work = _Work(self, self._document)
        schema = work.schema(self._document.at(here.place), self.within(here._replace(nested=0), base))
        return Lowered(schema, tuple(dict.fromkeys(work.needs)), work.size, tuple(work.problems), frozenset(work.traits))

    def within(self, here: _Here, base: Base) -> _Here:
        """The same within a resource: its dynamic anchors mean itself, unless one outside bears them."""
        if not here.scoped:
            return here._replace(base=base)
        own = self._document.identifiers.dynamic.get(base.root, {})
        return here._replace(base=base, scope=tuple(sorted({**own, **dict(here.scope)}.items())))

    def reference(self, target: str, here: _Here) -> str:
        """The key of what a reference leads to."""
        only, optional, scoped = here.only, here.optional, here.scoped
        if optional:
            flagged, required = self.conjunct(target, only)
            optional = (optional & required) - flagged
        if only or scoped:
            traits = self._traits_of(self._key(_Here(target)))
            only, scoped = only if only in traits else "", scoped and "$dynamicRef" in traits
        return self._key(_Here(target, only=only, optional=optional, scoped=scoped, scope=here.scope if scoped else ()))

    def conjunct(self, place: str, only: str) -> tuple[frozenset[str], frozenset[str]]:
        """Of all that holds together with the schema at a place: the properties that a direction lacks, and those required."""
        known = self._conjuncts.get((place, only))
        if known is None:
            known = self._conjuncts.setdefault((place, only), self._read_conjunct(place, only))
        return known

    def _read_conjunct(self, place: str, only: str) -> tuple[frozenset[str], frozenset[str]]:
        flagged, required, seen = set[str](), set[str](), set[str]()
        waiting = [place]
        while waiting:
            here = waiting.pop()
            if here in seen or (len(seen) >= _MOST_CONJOINED and not self._document.trusted):
                continue
            seen.add(here)
            node = as_object(self._document.at(here))
            required.update(name for name in as_array(node.get("required")) if isinstance(name, str))
            for name, inner in as_object(node.get("properties")).items():
                if self._is_only(inner, here + json_pointer("properties", name), only):
                    flagged.add(name)
            waiting += [here + json_pointer("allOf", index) for index in range(len(as_array(node.get("allOf"))))]
            if isinstance(node.get("$ref"), str):
                waiting.append(self._document.target(node["$ref"], here)[1])
        return frozenset(flagged), frozenset(required)

    def _is_only(self, node: Any, place: str, only: str) -> bool:
        """Whether a property is left out in this direction: by its schema, or what that refers to or conjoins."""
        waiting, seen = [(node, place)], set[str]()
        while waiting:
            inner, where = waiting.pop()
            if not is_object(inner) or where in seen:
                continue
            if inner.get(only) is True:
                return True
            seen.add(where)
            waiting += [(one, where + json_pointer("allOf", index)) for index, one in enumerate(as_array(inner.get("allOf")))]
            if isinstance(inner.get("$ref"), str):
                with suppress(SpecError):  # told where the reference is lowered
                    waiting.append(self._document.target(inner["$ref"], where))
        return False

    def __reduce__(self) -> str:
        raise TypeError("what is derived from a document is not pickled")


class _Work:
    """The making of one definition."""

    def __init__(self, lowering: Lowering, document: Document) -> None:
        self._lowering = lowering
        self._document = document
        self.traits: set[str] = set()
        self.needs: list[str] = []
        self.problems: list[Problem] = []
        self.size = 0
        # How often something that would refuse values was left out.
        self._let_go = 0

    def schema(self, node: Any, here: _Here) -> Any:
        """One schema; what is nested in it too."""
        if isinstance(node, bool):
            return node
        if not is_object(node):
            self._doubt(here.place, "a schema is an object or a boolean")
            return True
        if not node:
            return {}
        self.size += 1
        if not TELLING.isdisjoint(node):
            self.traits.update(word for word in TELLING if word in node)
        if here.nested > _NESTED:
            return self._to(self._lowering.reference(here.place, here))
        if self._document.dialect.json_schema and "$id" in node and here.base.root != here.place:
            base = within(here.base, node, here.place)
            if base != here.base:
                here = self._lowering.within(here, base)
        here = self._around(node, here)
        made = {} if _REFERRING.isdisjoint(node) else self._references(node, here)
        if made and not self._document.dialect.json_schema:
            return made  # what stands beside a reference is ignored (OpenAPI 3.0, section 4.7.23)
        self._keywords(node, here, made)
        if not RANGING.isdisjoint(node):
            say_ranges(node, made)
        made = self._with_null(node, made)
        return {**made, **_documenting(node, here)} if self._lowering.documented else made

    def _to(self, key: str) -> dict[str, Any]:
        self.needs.append(key)
        return {"$ref": DEFS + key}

    def _doubt(self, place: str, message: str, rule: str = "schema") -> None:
        self._let_go += 1
        self.problems.append(doubtful(place, message, _NOT_ENFORCED, rule))

    # ---- references

    def _references(self, node: dict[str, Any], here: _Here) -> dict[str, Any]:
        places = [*self._targets(node, here)]
        keys = [self._lowering.reference(place, here) for place in places]
        if len(keys) < 2:
            return self._to(keys[0]) if keys else {}
        return {"allOf": [self._to(key) for key in keys]}

    def _targets(self, node: dict[str, Any], here: _Here) -> Iterator[str]:
        for word in ("$ref", "$dynamicRef", "$recursiveRef"):
            reference = node.get(word)
            if reference is None or (word != "$ref" and not self._document.dialect.json_schema):
                continue
            if not isinstance(reference, str):
                self._doubt(f"{here.place}/{word}", "a reference is a string")
                continue
            _, place = self._document.target(reference, here.place, here.base)
            yield self._dynamic(reference, place, here) if word == "$dynamicRef" else place

    def _dynamic(self, reference: str, place: str, here: _Here) -> str:
        """What a dynamic reference means here: where it leads to a dynamic anchor, what the outermost schema means by that."""
        name = reference.rpartition("#")[2]
        anchors = self._document.identifiers.dynamic.get(self._document.base_of(place).root, {})
        return dict(here.scope).get(name, place) if anchors.get(name) == place else place

    # ---- keywords

    def _around(self, node: dict[str, Any], here: _Here) -> _Here:
        """What the schemas that apply beside each other know of one another: the properties that this direction lacks."""
        if not here.only or _CONJOINING.isdisjoint(node):
            return here
        flagged, _ = self._lowering.conjunct(here.place, here.only)
        return here._replace(optional=here.optional | flagged) if flagged else here

    def _keywords(self, node: dict[str, Any], here: _Here, made: dict[str, Any]) -> None:
        loose = set[str]()
        for word, value in node.items():
            before = self._let_go
            if word in IN_VALUE:
                self._value(word, value, here, made)
            elif word in SINGLE:
                self._single(word, value, here, made)
            elif word in MAPS:
                self._map(word, value, here, made)
            elif word in LISTS:
                self._list(word, value, here, made)
            if self._let_go > before:
                loose.add(word)
        if loose:
            loosen(made, loose)
        if is_array(node.get("items")):
            self._tuple(node, here, made)
        if "patternProperties" in node and len(as_object(node.get("patternProperties"))) > len(made.get("patternProperties", ())):
            made.pop("unevaluatedProperties", None)
            made["additionalProperties"] = True  # what is additional can't be told from what a lost pattern speaks of
        # JSON Schema has no such exception (2020-12 validation, section 9.4): an answer that is made has what is required.
        strict = self._lowering.documented and self._document.dialect.json_schema and here.only == "writeOnly"
        if here.optional and not strict and not here.optional.isdisjoint(made.get("required", ())):
            self._let_go += 1
            made["required"] = [name for name in made["required"] if name not in here.optional]

    def _value(self, word: str, value: Any, here: _Here, made: dict[str, Any]) -> None:
        kept = checked_value(word, value)
        if kept is None and word != "const":
            if value is not False:  # `exclusiveMinimum: false`, as it was up to draft 4
                self._doubt(f"{here.place}/{word}", f"{word} can't be {printable(repr(value), 60)}")
        elif word == "pattern" and matcher(str(kept)) is None:
            self._unmatched(f"{here.place}/pattern", str(kept))
            if self._lowering.documented:  # what is made may match it all the same
                made[word] = kept
        else:
            made[word] = kept

    def _single(self, word: str, value: Any, here: _Here, made: dict[str, Any]) -> None:
        if is_object(value) or isinstance(value, bool):
            # What is not required counts for what must hold, not for what must not, or may.
            made[word] = self.schema(value, here.beside(word) if word in ("then", "else") else here.step(word))
        elif word != "items" or not is_array(value):
            self._doubt(f"{here.place}/{word}", f"{word} is a schema, which is an object or a boolean")

    def _unmatched(self, place: str, pattern: str) -> None:
        told = printable(pattern, 60)
        self._doubt(place, f"the pattern {told!r} is not enforced: no engine of linear time can express it", "pattern")

    def _map(self, word: str, value: Any, here: _Here, made: dict[str, Any]) -> None:
        if not is_object(value):
            self._doubt(f"{here.place}/{word}", f"{word} is an object of schemas")
            return
        inner: dict[str, Any] = {}
        for name, one in value.items():
            if word == "patternProperties" and matcher(name) is None:
                self._unmatched(f"{here.place}/{word}{pointer_token(name)}", name)
            else:
                inner[name] = self.schema(one, here.beside(word, name) if word == "dependentSchemas" else here.step(word, name))
        made[word] = inner

    def _list(self, word: str, value: Any, here: _Here, made: dict[str, Any]) -> None:
        if not is_array(value) or not value:
            self._doubt(f"{here.place}/{word}", f"{word} is a list of schemas")
            return
        step = here.step if word == "prefixItems" else here.beside
        several = [self.schema(one, step(word, index)) for index, one in enumerate(value)]
        made[word] = several + made.get(word, []) if word == "allOf" else several

    def _tuple(self, node: dict[str, Any], here: _Here, made: dict[str, Any]) -> None:
        """`items` as a list, which is `prefixItems` since 2020-12."""
        several = node["items"]
        if several and "prefixItems" not in made:
            made["prefixItems"] = [self.schema(one, here.step("items", index)) for index, one in enumerate(several)]
        if "additionalItems" in node:
            made["items"] = self.schema(node["additionalItems"], here.step("additionalItems"))

    def _with_null(self, node: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        """`nullable`: null beside all else that is said (OpenAPI 3.0, section 4.7.24.1). What documents of 2.0 say is `x-nullable`.

        The standard has it so beside `type`, and wants null in `enum`; where another schema is named instead, or the values lack it,
        documents mean the same by it. What is `documented` is to be made, and keeps to the standard.
        """
        if self._document.dialect.json_schema or (node.get("nullable") is not True and node.get("x-nullable") is not True):
            return made
        applied = not self._lowering.documented and [word for word in ("$ref", "allOf", "anyOf", "oneOf", "not") if word in made]
        if not applied:
            if "type" in made:
                made["type"] = [*dict.fromkeys([*([made["type"]] if isinstance(made["type"], str) else made["type"]), "null"])]
            if "enum" in made and None not in made["enum"] and not self._lowering.documented:
                made["enum"] = [*made["enum"], None]
            return made
        return {"if": {"type": [*_NOT_NULL]}, "then": made}


def _documenting(node: Mapping[str, Any], here: _Here) -> dict[str, Any]:
    """What a schema says beside what it judges by."""
    made: dict[str, Any] = {"default": node["default"]} if "default" in node else {}
    several = node.get("examples")
    told = [as_object(one).get("value", one) for one in several.values()] if is_object(several) else as_array(several)
    if examples := [*([node["example"]] if "example" in node else []), *told]:
        made["examples"] = examples
    if isinstance(node.get("discriminator"), (dict, str)):
        made[DISCRIMINATED] = here.place
    if here.only and node.get(here.only) is True:
        made[UNWANTED] = True
    return made
