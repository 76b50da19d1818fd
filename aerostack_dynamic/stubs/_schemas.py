"""Schemas as types: what a caller may give (`input`), and what a result is (`output`).

An object with declared properties is a class: for input a TypedDict of wire names, for output a record with attributes by Python names.
A type never refuses what the document allows; where Python has no type for what a schema says, it lets more in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from .._encoded import encoding_of
from .._errors import SpecError
from .._shape import Shape, shape_at
from .._values import as_array, as_object, as_string, is_object, json_pointer, pointer_tokens
from ._text import Names, class_name
from ._types import ANY, BOOL, BYTES, FLOAT, INT, NONE, STR, Applied, Choice, Named, Type, Values, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._reference import Document

Way: TypeAlias = Literal["input", "output"]
Key: TypeAlias = tuple[tuple[str, ...], Way]

# What a Record's attribute of a format is (`_formats.PYTHON_TYPES`), and what may be given for it beside its text.
PYTHON_TYPES: Final[Mapping[str, Type]] = MappingProxyType(
    {
        "base64url": BYTES,
        "byte": BYTES,
        "date": Named("date"),
        "date-time": Named("datetime"),
        "decimal": Named("Decimal"),
        "duration": Named("timedelta"),
        "time": Named("time"),
        "uuid": Named("UUID"),
    }
)
# What says nothing of a value's type.
_REMARKS: Final = frozenset(
    [
        *("$ref", "title", "description", "summary", "default", "example", "examples"),
        *("deprecated", "readOnly", "writeOnly", "nullable", "externalDocs", "xml"),
    ]
)
_SCALARS: Final[Mapping[str, Type]] = MappingProxyType({"integer": INT, "number": FLOAT, "boolean": BOOL, "null": NONE})
_OBJECT_WORDS: Final = ("properties", "additionalProperties", "patternProperties", "required", "propertyNames")
_ARRAY_WORDS: Final = ("items", "prefixItems", "contains")
_MOST_VALUES: Final = 300
_ALIASED: Final = 3


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a class: its name there, its type, whether it must be given, and what it means."""

    name: str
    type: Type
    required: bool
    description: str


@dataclass(slots=True)
class Declared:
    """A class or an alias that a file declares: a record (`output`), a TypedDict (`input`), or `alias`, another name for a type."""

    name: str
    way: Way
    description: str = ""
    fields: list[Field] = field(default_factory=list[Field])
    alias: Type | None = None


class Schemas:
    """The types of one document's schemas, and in `declared` the classes and aliases that they need."""

    def __init__(self, document: Document, names: Names) -> None:
        self.declared: list[Declared] = []
        self._document = document
        self._names = names
        self._made: dict[Key, Type] = {}
        self._classes: dict[Key, Named] = {}
        self._open: dict[Key, Named | None] = {}
        # Classes whose fields are still to be read: schemas refer to one another in chains longer than Python's stack.
        self._waiting: list[tuple[Declared, Shape, str]] = []
        self._heirs: dict[str, list[str]] | None = None

    def finish(self) -> None:
        """Read the fields of all the classes that there are."""
        while self._waiting:
            declared, shape, hint = self._waiting.pop(0)
            read = self._attributes if declared.way == "output" else self._keys
            declared.fields = [*read(shape, hint)]

    def type_of(self, place: str, hint: str, way: Way) -> Type:
        """The type of what the schema at a place describes; `hint` names what has no name of its own."""
        key: Key = ((place,), way)
        if key in self._made:
            return self._made[key]
        if key in self._open:
            self._open[key] = alias = self._open[key] or Named(self._names.new(_name(self._hint(place, hint), way)))
            return alias
        self._open[key] = None
        made = self._read(place, self._hint(place, hint), way)
        made = self._aliased(key, made, self._hint(place, hint))
        self._made.setdefault(key, made)
        return self._made[key]

    def of_shape(self, shape: Shape | None, hint: str, way: Way) -> Type:
        """The type of what several schemas say together."""
        if shape is None or not shape.roots:
            return ANY
        if len(shape.roots) == 1:
            return self.type_of(shape.roots[0], hint, way)
        if shape.properties and shape.types <= {"object", "null"}:
            return one_of([self._class(shape, hint, way), *([NONE] if _is_nullable(shape) else [])])
        types = [self.type_of(root, hint, way) for root in shape.roots]
        told = [one for one in types if one != ANY]
        return self._common(shape, told, hint, way) or one_of(told)

    def _common(self, shape: Shape, types: list[Type], hint: str, way: Way) -> Type | None:
        """The array of what several arrays have in common, whose items are of all their schemas; None where not all are arrays."""
        name = "Array" if way == "input" else "RecordList"
        arrays = [one for one in types if isinstance(one, Applied) and one.name == name]
        if len(types) < 2 or len(arrays) < len(types) or shape.items is None:
            return None
        return Applied(name, (self.of_shape(shape.items, f"{hint}Item", way),))

    def _hint(self, place: str, hint: str) -> str:
        """The name of a component; the hint for any other schema."""
        above, _, last = place.rpartition("/")
        return class_name(pointer_tokens(f"/{last}")[0]) if above.endswith(("/schemas", "/definitions")) else hint

    def _aliased(self, key: Key, made: Type, hint: str) -> Type:
        """The type under a name of its own, where it is made of itself, or is a component with many members."""
        alias = self._open.pop(key)
        component = key[0][0].rpartition("/")[0].endswith(("/schemas", "/definitions"))
        if alias is None and not (component and isinstance(made, Choice) and len(made.members) >= _ALIASED):
            return made
        if alias is None:
            alias = Named(self._names.new(_name(hint, key[1])))
        shape = shape_at(self._document, key[0][0])
        self.declared.append(Declared(alias.name, key[1], shape.description, alias=ANY if made == alias else made))
        return alias

    # ---- one schema

    def _read(self, place: str, hint: str, way: Way) -> Type:
        node: Any = self._document.at(place)
        if not is_object(node):
            return ANY
        types = [self._plain(node, place, hint, way)]
        if node.get("nullable") is True or "null" in as_array(node.get("type")):
            types.append(NONE)
        return one_of(types)

    def _plain(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Type:
        """The type without what `nullable` adds."""
        only = self._only(node, place)
        if only is not None:
            return self.type_of(only, hint, way)
        values = [node["const"]] if "const" in node else as_array(node.get("enum"))
        if values and len(values) <= _MOST_VALUES and all(one is None or isinstance(one, (str, int)) for one in values):
            return one_of([NONE if one is None else Values((one,)) for one in values])
        alternatives = self._alternatives(node, place, hint, way)
        if alternatives is not None:
            return alternatives
        if "allOf" in node or "$ref" in node:
            return self._all_of(node, place, hint, way)
        return one_of(self._kinds(node, place, hint, way))

    def _only(self, node: dict[str, Any], place: str) -> str | None:
        """Where the schema stands that a schema says nothing beside: the target of its `$ref`, or the only one in its `allOf`."""
        says = {word for word in node if word not in _REMARKS and not word.startswith("x-")}
        if isinstance(node.get("$ref"), str) and not says:
            try:
                return self._document.target(node["$ref"], place)[1]
            except SpecError:
                return None
        alone = says == {"allOf"} and "$ref" not in node and len(as_array(node["allOf"])) == 1
        return place + json_pointer("allOf", 0) if alone else None

    def _alternatives(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Type | None:
        """The choice of `oneOf` and `anyOf`, where they tell of types and the schema itself of no properties."""
        if "properties" in node or "allOf" in node:
            return None
        places = [
            place + json_pointer(word, index) for word in ("oneOf", "anyOf") for index in range(len(as_array(node.get(word))))
        ]
        types = [self.type_of(one, f"{hint}{number}", way) for number, one in enumerate(places, 1)]
        return None if not types or all(one == ANY for one in types) else one_of(types)

    def _all_of(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Type:
        """An object of all that its parts declare; else what the first part says that says anything."""
        if shape_at(self._document, place).properties:
            return self._object(node, place, hint, way)
        parts = [place + json_pointer("allOf", index) for index in range(len(as_array(node.get("allOf"))))]
        if "$ref" in node:
            try:
                parts.insert(0, self._document.target(as_string(node["$ref"]), place)[1])
            except SpecError:
                return ANY
        types = [one_of(self._kinds(node, place, hint, way)), *(self.type_of(part, hint, way) for part in parts)]
        told = [one for one in types if one != ANY]
        array = self._common(shape_at(self._document, place), told, hint, way)
        return array or next((one for one in told if isinstance(one, Values)), told[0] if told else ANY)

    def _kinds(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Iterator[Type]:
        """The type of each JSON type that a schema names, or means by its keywords."""
        said = node.get("type")
        kinds = [said] if isinstance(said, str) else [one for one in as_array(said) if isinstance(one, str)]
        if not kinds:
            kinds += ["object"] if any(word in node for word in _OBJECT_WORDS) else []
            kinds += ["array"] if any(word in node for word in _ARRAY_WORDS) else []
        for kind in kinds:
            if kind == "object":
                yield self._object(node, place, hint, way)
            elif kind == "array":
                yield self._array(node, place, hint, way)
            elif kind == "string":
                yield self._string(node, place, way)
            else:
                yield _SCALARS.get(kind, ANY)

    def _string(self, node: dict[str, Any], place: str, way: Way) -> Type:
        if way == "output":
            return STR
        name = as_string(node.get("format"))
        also = PYTHON_TYPES.get(name) or (BYTES if name == "binary" or encoding_of(shape_at(self._document, place)) else STR)
        return one_of([STR, also])

    def _array(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Type:
        whole = is_object(node.get("items")) and not node.get("prefixItems")
        item = self.type_of(place + json_pointer("items"), f"{hint}Item", way) if whole else ANY
        return Applied("Array" if way == "input" else "RecordList", (item,))

    def _object(self, node: dict[str, Any], place: str, hint: str, way: Way) -> Type:
        shape = shape_at(self._document, place)
        if not shape.properties:
            others = shape.additional if "patternProperties" not in node else None
            value = self.of_shape(others, f"{hint}Value", way)
            return Applied("Mapping" if way == "input" else "dict", (STR, value))
        heirs = self._heirs_of(place) if "discriminator" in node else ()
        return one_of([self._class(shape, hint, way), *(self.type_of(heir, hint, way) for heir in heirs)])

    def _heirs_of(self, place: str) -> Sequence[str]:
        """The components that inherit from one by `allOf`, which its discriminator may choose (OpenAPI 3.1, section 4.8.25)."""
        if self._heirs is None:
            self._heirs = {}
            base = json_pointer("components", "schemas")
            schemas = as_object(self._document.field("components", "schemas"))
            for name, node in schemas.items():
                here = base + json_pointer(name)
                for parent in self._parents(as_object(node), here):
                    self._heirs.setdefault(parent, []).append(here)
        return self._heirs.get(place, ())

    def _parents(self, node: dict[str, Any], place: str) -> Iterator[str]:
        for index, part in enumerate(as_array(node.get("allOf"))):
            target = self._only(as_object(part), place + json_pointer("allOf", index)) if "$ref" in as_object(part) else None
            if target is not None:
                yield target

    # ---- classes

    def _class(self, shape: Shape, hint: str, way: Way) -> Type:
        """The class of an object's properties; a record may be given where a TypedDict of the same schema is asked for."""
        key: Key = (shape.roots, way)
        known = self._classes.get(key)
        if known is None:
            declared = Declared(self._names.new(_name(hint, way)), way, shape.description)
            self.declared.append(declared)
            self._waiting.append((declared, shape, hint))
            known = self._classes[key] = Named(declared.name)
        if way == "output":
            return known
        record = self._classes.get((shape.roots, "output"))
        others = [Applied("Mapping", (STR, ANY))] if shape.explicitly_open else []
        return one_of([known, *([record] if record else []), *others])

    def _attributes(self, shape: Shape, hint: str) -> Iterator[Field]:
        for name, wire in shape.names.items():
            inner = shape.properties[wire]
            made = _converted(self.of_shape(inner, hint + class_name(name), "output"), inner.format)
            sure = _is_sure(shape, wire) and not any(node.get("writeOnly") is True for _, node in inner.nodes)
            yield Field(name, made if sure else one_of([made, NONE]), True, inner.description)

    def _keys(self, shape: Shape, hint: str) -> Iterator[Field]:
        for wire, inner in shape.properties.items():
            made = self.of_shape(inner, hint + class_name(wire), "input")
            yield Field(wire, made, _is_sure(shape, wire) and not inner.read_only, inner.description)
        for wire in sorted(shape.required - {*shape.properties}):
            yield Field(wire, ANY, _is_sure(shape, wire), "")


def _name(hint: str, way: Way) -> str:
    return f"{hint}Input" if way == "input" else hint


def _is_sure(shape: Shape, wire: str) -> bool:
    """Whether a property is always there. Of schemas that may be alternatives, each may have others that must be."""
    return len(shape.roots) == 1 and wire in shape.required


def _is_nullable(shape: Shape) -> bool:
    return "null" in shape.types or any(node.get("nullable") is True for _, node in shape.nodes)


def _converted(made: Type, name: str) -> Type:
    """The type of an attribute whose texts have a format."""
    python = PYTHON_TYPES.get(name)
    if python is None:
        return made
    members: Iterable[Type] = made.members if isinstance(made, Choice) else (made,)
    return one_of([python if one == STR or (isinstance(one, Values) and _texts(one)) else one for one in members])


def _texts(values: Values) -> bool:
    return all(isinstance(one, str) for one in values.values)


def items_of(made: Type) -> Type:
    """The type of what is in an array; anything where the type is none of arrays."""
    return made.arguments[0] if isinstance(made, Applied) and made.name in ("Array", "RecordList") else ANY
