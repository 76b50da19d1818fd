"""What schemas declare, for names and Python types: the properties of an object with all that `$ref`, `allOf`, `anyOf` and `oneOf`
add to them. A shape says what is known of a value; whether the value is right is the business of `_schema`.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._names import assign_names
from ._values import MASK, as_array, as_object, as_string, is_array, is_object, is_tuple, json_pointer, kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ._reference import Document

# What a Record has of its own: the names of dict, which Python code expects to work.
RECORD_NAMES: Final = frozenset(name for name in dir(dict) if not name.startswith("_"))
_COMBINERS: Final = ("allOf", "anyOf", "oneOf")
_REFERENCES: Final = ("$ref", "$dynamicRef")
_BRANCHES: Final = ("if", "then", "else")
_SCALARS: Final = frozenset({"boolean", "integer", "null", "number", "string"})
# Keywords that speak of the members that no name or place is given for.
_OTHERS: Final = ("additionalProperties", "unevaluatedProperties")
_ENTRIES: Final = ("items", "unevaluatedItems", "contains")


class _Step(NamedTuple):
    """A Schema Object that speaks of a value, where it stands, and what led there."""

    place: str
    node: dict[str, Any]
    trail: tuple[str, ...]


class Shape:
    """What one or several schemas say together about a value. Its parts are found when asked for, and kept.

    `trails` are the places of schemas that led to each root by references, the outermost first: what dynamic references mean (JSON
    Schema 2020-12, section 7.1) depends on them.
    """

    def __init__(self, document: Document, roots: tuple[str, ...], trails: tuple[tuple[str, ...], ...] = ()) -> None:
        self._document = document
        self._roots = roots
        self._trails = trails

    def __reduce__(self) -> tuple[Any, ...]:
        return Shape, (self._document, self._roots, self._trails)

    def __deepcopy__(self, memo: dict[int, Any]) -> Shape:
        return self

    @property
    def document(self) -> Document:
        """The document that the schemas stand in."""
        return self._document

    @property
    def roots(self) -> tuple[str, ...]:
        """Where the schemas stand that this was made of: all that are declared for one name, which may be alternatives."""
        return self._roots

    @kept
    def nodes(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """The Schema Objects that speak of the value, each with its pointer, references followed."""
        return tuple((one.place, one.node) for one in self._walked)

    @kept
    def _walked(self) -> tuple[_Step, ...]:
        return tuple(self._walk(_COMBINERS))

    def within(self, path: Sequence[str | int]) -> Shape | None:
        """The shape of a member, by the names and indexes that lead to it; None where nothing is said of it."""
        inner: Shape | None = self
        for step in path:
            inner = inner and (inner.items if isinstance(step, int) else inner.properties.get(step) or inner.additional)
        return inner

    def after(self, place: str) -> Shape:
        """The shape of what the schema at a place says, and then this one."""
        trails = tuple(trail for _, trail in self._starts())
        roots = (place, *self._roots)
        return self._document.once(
            ("shape", roots, trails), lambda: Shape(self._document, roots, (trails[0] if trails else (), *trails))
        )

    @kept
    def properties(self) -> Mapping[str, Shape]:
        """The declared properties by wire name, in the document's order."""
        found: dict[str, list[tuple[str, _Step]]] = {}
        for one in self._walked:
            for name in as_object(one.node.get("properties")):
                found.setdefault(name, []).append((one.place + json_pointer("properties", name), one))
        return {name: self._inner(several) for name, several in found.items()}

    @kept
    def names(self) -> Mapping[str, str]:
        """Python name -> wire name of the declared properties, as a Record's attributes."""
        return assign_names(self.properties, RECORD_NAMES)

    @kept
    def attributes(self) -> Mapping[str, tuple[str, str]]:
        """Python name -> wire name and format of the declared properties: what the attributes of a Record read."""
        properties = self.properties
        return {name: (wire, properties[wire].format) for name, wire in self.names.items()}

    @kept
    def plain(self) -> frozenset[str]:
        """The declared properties that a caller may give and that hold no others: not `readOnly`, and neither array nor object."""
        if self.discriminated:
            return frozenset()  # what is chosen may say other things of them
        return frozenset(name for name, one in self.properties.items() if one.types and one.types <= _SCALARS and not one.read_only)

    @kept
    def items(self) -> Shape | None:
        """The shape of an array's items, or None when nothing is said of them."""
        return self._under("items")

    @kept
    def additional(self) -> Shape | None:
        """The shape of properties that are not declared, or None when nothing is said of them."""
        return self._under("additionalProperties")

    @kept
    def others(self) -> Shape:
        """All that is said of properties that are not declared, by patterns of their names as well."""
        return self._several(_OTHERS, "patternProperties")

    @kept
    def entries(self) -> Shape:
        """All that is said of an array's items, of single ones as well."""
        return self._several(_ENTRIES, "prefixItems")

    @kept
    def allows_undeclared(self) -> bool:
        """Whether the schema says that other properties may stand: by `additionalProperties`, or by saying nothing of any."""
        return not self.properties or self.explicitly_open

    @property
    def explicitly_open(self) -> bool:
        """Whether `additionalProperties` (or its `unevaluated` and `pattern` kin) lets other properties in by name."""
        return any(self._opens(node) for _, node in self.nodes)

    @kept
    def format(self) -> str:
        """The first `format` that is given, or an empty string."""
        return next((as_string(n["format"]) for _, n in self.nodes if "format" in n), "")

    @kept
    def types(self) -> frozenset[str]:
        """The JSON types that are named."""
        return frozenset(kind for _, node in self.nodes for kind in _types(node))

    @property
    def binary(self) -> bool:
        """Whether the value is bytes rather than text (OpenAPI 3.1, section 4.8.14.3)."""
        return any(
            (as_string(node.get("format")) == "binary" or "contentMediaType" in node) and "contentEncoding" not in node
            for _, node in self.nodes
        )

    @kept
    def secret(self) -> bool:
        """Whether the value is to be masked: by `x-aerostack-secret`, `format: password`, or `writeOnly`."""
        return any(says_secret(node) for _, node in self.nodes)

    @kept
    def read_only(self) -> bool:
        """Whether the value is the server's to give: `readOnly`."""
        return any(node.get("readOnly") is True for _, node in self.nodes)

    @kept
    def deprecated(self) -> bool:
        """Whether the schema or one of its `allOf` members says so; an alternative speaks for itself alone."""
        return any(node.get("deprecated") is True for node in self.conjunct())

    @property
    def description(self) -> str:
        """The first `description` that is given."""
        return next((as_string(node["description"]) for _, node in self.nodes if "description" in node), "")

    @kept
    def discriminated(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Those of `nodes` that have a discriminator."""
        return tuple(one for one in self.nodes if isinstance(one[1].get("discriminator"), (dict, str)))

    @kept
    def required(self) -> frozenset[str]:
        """The properties that every value must have: those of the schema and of its `allOf` members, not of alternatives."""
        return frozenset(name for node in self.conjunct() for name in as_array(node.get("required")) if isinstance(name, str))

    @kept
    def alternatives(self) -> tuple[Shape, ...]:
        """The shapes of the alternatives of `anyOf` and `oneOf`, each by itself."""
        return tuple(self._alternatives())

    @property
    def apart(self) -> tuple[Shape, ...]:
        """A shape for each of the schemas that this was made of, where it was made of several; else itself."""
        starts = [*self._starts()]
        return tuple(Shape(self._document, (place,), (trail,)) for place, trail in starts) if len(starts) > 1 else (self,)

    def conjunct(self) -> Iterator[dict[str, Any]]:
        """The Schema Objects that hold together: those that were named, what they refer to, and the members of `allOf`."""
        return (one.node for one in self._walk(("allOf",)))

    def _starts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return zip_longest(self._roots, self._trails, fillvalue=())  # type: ignore[arg-type]  # there are no more trails than roots

    def _walk(self, combiners: tuple[str, ...]) -> Iterator[_Step]:
        waiting = [*reversed([*self._starts()])]
        seen: set[str] = set()
        dynamic = self._document.dialect.json_schema
        while waiting:
            place, trail = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            node = self._document.at(place)
            if not is_object(node):
                continue
            # Where there are no dynamic references, nothing depends on the way.
            if dynamic and (not trail or "$id" in node) and place not in trail:
                trail = (*trail, place)
            step = _Step(place, node, trail)
            yield step
            waiting += reversed([*self._members(step, combiners)])

    def _members(self, step: _Step, combiners: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        place, node, trail = step
        for word in _REFERENCES:
            # A broken reference is reported where the schema is compiled; a name can't be had from it.
            with suppress(SpecError):
                if isinstance(node.get(word), str) and (target := self._target(step, word)) is not None:
                    yield target, trail if not trail or target in trail else (*trail, target)
        for word in combiners:
            for index in range(len(as_array(node.get(word)))):
                yield place + json_pointer(word, index), trail
        if combiners is _COMBINERS:
            yield from ((place + json_pointer(word), trail) for word in _BRANCHES if word in node)
            yield from ((place + json_pointer("dependentSchemas", name), trail) for name in as_object(node.get("dependentSchemas")))

    def _target(self, step: _Step, word: str) -> str | None:
        """Where a reference leads. A dynamic one that leads to a dynamic anchor means what the outermost schema means by that."""
        document, reference = self._document, step.node[word]
        if word != "$ref" and not document.dialect.json_schema:
            return None
        _, place = document.target(reference, step.place)
        if word == "$ref":
            return place
        name, dynamic = reference.rpartition("#")[2], document.identifiers.dynamic

        def borne(by: str) -> str | None:
            return dynamic.get(document.base_of(by).root, {}).get(name)

        return next((found for one in step.trail if (found := borne(one)) is not None), place) if borne(place) == place else place

    def _inner(self, several: list[tuple[str, _Step]]) -> Shape:
        return Shape(self._document, tuple(place for place, _ in several), tuple(one.trail for _, one in several))

    def _under(self, keyword: str) -> Shape | None:
        places = [(one.place + json_pointer(keyword), one) for one in self._walked if isinstance(one.node.get(keyword), dict)]
        return self._inner(places) if places else None

    def _alternatives(self) -> Iterator[Shape]:
        for step in self._walk(("allOf",)):
            for word in ("anyOf", "oneOf"):
                for index in range(len(as_array(step.node.get(word)))):
                    yield self._inner([(step.place + json_pointer(word, index), step)])

    def _several(self, keywords: tuple[str, ...], group: str) -> Shape:
        places = [
            (step.place + json_pointer(one), step) for step in self._walked for one in keywords if is_object(step.node.get(one))
        ]
        for step in self._walked:
            inner = step.node.get(group)
            keys = inner if is_object(inner) else range(len(as_array(inner)))
            places += [(step.place + json_pointer(group, key), step) for key in keys]
        return self._inner(places)

    @staticmethod
    def _opens(node: dict[str, Any]) -> bool:
        said = [node.get(word) for word in ("additionalProperties", "unevaluatedProperties")]
        return "patternProperties" in node or any(one is True or isinstance(one, dict) for one in said)


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("type")
    return [kind] if isinstance(kind, str) else [as_string(one) for one in as_array(kind)]


def shape_at(document: Document, pointer: str) -> Shape:
    """The shape of the Schema Object at `pointer`, one for a document and a pointer."""
    found: Shape | None = document.memo.get(("shape", pointer))
    return found or document.once(("shape", pointer), partial(Shape, document, (pointer,)))


def unknown_shape(document: Document) -> Shape:
    """The shape of a value that the document says nothing of."""
    return document.once(("shape", None), lambda: Shape(document, ()))


def says_secret(node: Mapping[str, Any]) -> bool:
    """Whether a Schema Object by itself calls its value secret. What is `writeOnly` must not be sent back, so it is not shown either."""
    return node.get("x-aerostack-secret") is True or node.get("writeOnly") is True or node.get("format") == "password"


def masked(value: Any, shape: Shape | None, names: Collection[str] = ()) -> Any:
    """`value` with everything that its schema calls secret replaced, and what stands under one of `names` where no schema speaks of it."""
    if shape is None and not names:
        return value
    if shape is not None and shape.secret and value is not None:
        return MASK
    if is_object(value):
        return {
            key: MASK if _named(key, item, shape, names) else masked(item, _inside(key, shape), names)
            for key, item in value.items()
        }
    if is_array(value) or is_tuple(value):
        return [masked(item, shape and shape.entries, names) for item in value]
    return value


def _inside(key: str, shape: Shape | None) -> Shape | None:
    return shape and (shape.properties.get(key) or shape.others)


def _named(key: str, item: Any, shape: Shape | None, names: Collection[str]) -> bool:
    return item is not None and key in names and (shape is None or key not in shape.properties)


def secret_texts(value: Any, shape: Shape | None, names: Collection[str] = ()) -> Iterator[str]:
    """The texts and numbers in `value` that `masked` would replace."""
    if shape is not None and shape.secret:
        yield from _texts(value)
    elif is_object(value):
        for key, item in value.items():
            yield from _texts(item) if _named(key, item, shape, names) else secret_texts(item, _inside(key, shape), names)
    elif is_array(value) or is_tuple(value):
        for item in value:
            yield from secret_texts(item, shape and shape.entries, names)


def _texts(value: Any) -> Iterator[str]:
    if is_object(value):
        value = [*value.values()]
    if is_array(value) or is_tuple(value):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield value if isinstance(value, str) else str(value)


def holds_secrets(shape: Shape) -> bool:
    """Whether anything that the shape declares, however deep, is secret."""
    waiting, seen = [shape], set[frozenset[str]]()
    while waiting:
        here = waiting.pop()
        if here.secret:
            return True
        places = frozenset(pointer for pointer, _ in here.nodes)
        if places not in seen:
            seen.add(places)
            waiting += [here.entries, here.others, *here.properties.values()]
    return False
