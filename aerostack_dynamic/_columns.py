"""A list of objects as columns: the declared properties in the document's order, and then what the data has besides, as it appears.

What a column holds is said by its schema; the data is asked only for properties that no schema declares. Of schemas and rows no more
is read than is asked for, and a secret is a value like another here: whoever shows one masks it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from ._choice import chooses, chosen_shape
from ._mask import secret_places
from ._typed import named_types
from ._values import UNSET, as_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._shape import Shape

Kind: TypeAlias = Literal[
    "array",
    "binary",
    "boolean",
    "date",
    "date-time",
    "decimal",
    "duration",
    "integer",
    "mixed",
    "number",
    "object",
    "string",
    "time",
    "unknown",
    "uuid",
]

# The column of the rows that are no objects.
VALUE: Final = "value"
# Formats of texts that mean more than a text (OpenAPI Format Registry).
_TEXTS: Final[tuple[tuple[str, Kind], ...]] = (
    ("base64url", "binary"),
    ("byte", "binary"),
    ("date", "date"),
    ("date-time", "date-time"),
    ("decimal", "decimal"),
    ("duration", "duration"),
    ("time", "time"),
    ("uuid", "uuid"),
)
_JSON_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (bool, "boolean"),  # before int, which it is too
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (dict, "object"),
    (list, "array"),
    (bytes, "binary"),
)
# A dict's own, so that a Record makes nothing of its members, and one that notes what is read of it notes nothing.
_members: Final = dict[str, Any].items
_member: Final = dict[str, Any].get
_names: Final = dict[str, Any].keys


class Column(NamedTuple):
    """One column: its wire name and what kind of values it has.

    `mixed` is several kinds at once, `unknown` a kind that nothing tells. `nullable`: a row may lack it, or have null there.
    `declared`: the document has the property; `shape` is what it says of it. `secret`: what shows the values masks them. `whole`: it
    holds the rows that are no objects.
    """

    name: str
    kind: Kind
    nullable: bool = True
    declared: bool = False
    shape: Shape | None = None
    secret: bool = False
    whole: bool = False

    @property
    def members(self) -> tuple[Column, ...]:
        """Of a column of objects, the declared properties."""
        return _declared(self.shape) if self.kind == "object" and self.shape is not None else ()

    @property
    def item(self) -> Column | None:
        """Of a column of arrays, what they have for items; None where the document says nothing of them."""
        inner = self.shape.items if self.kind == "array" and self.shape is not None else None
        return None if inner is None else _of_shape("item", inner, required=True)


def columns(rows: Iterable[Any], shape: Shape | None = None, first: int | None = None) -> tuple[Column, ...]:
    """The columns of `rows`, JSON objects of which `shape` tells; of the rows the `first` alone are looked at, or all.

    What a discriminator chooses for a row is declared as well, behind what all rows have. Rows that are neither objects nor null have
    one column for themselves, the last, called `value` (with underscores, where there is one of that name).
    """
    found = list(_declared(shape)) if shape is not None else []
    known = {one.name for one in found}
    others: dict[str, set[Kind]] = {}
    whole: set[Kind] = set()
    for row in islice(rows, first):
        if not is_object(row):
            whole |= set() if row is None else {kind_of(row)}
        elif not _names(row) <= known:
            chosen = _chosen(shape, row, known)
            found += chosen
            known |= {one.name for one in chosen}
            for name, value in _members(row):
                if name not in known:
                    others.setdefault(name, set()).add(kind_of(value))
    found += [_besides(name, _one_kind(kinds), shape) for name, kinds in others.items() if name not in known]
    plain = shape if shape is not None and not found and _is_plain(shape) else None
    if plain is not None or whole:
        found.append(_whole(_one_kind(whole), plain, {one.name for one in found}))
    return tuple(found)


def _chosen(shape: Shape | None, row: dict[str, Any], known: set[str]) -> list[Column]:
    """The columns of a row that the schema declares which a discriminator chooses for it."""
    if shape is None or not chooses(shape):
        return []
    declared = chosen_shape(shape, dict(_members(row))).properties
    return [_of_shape(name, declared[name], required=False) for name in _names(row) if name in declared and name not in known]


def _besides(name: str, kind: Kind, shape: Shape | None) -> Column:
    """A column that no schema declares, of the kind that the data is of where none is said of such (`additionalProperties`)."""
    if shape is None:
        return Column(name, kind)
    inner = shape.others if shape.others.nodes else None
    said = "unknown" if inner is None else _kind(inner)
    secret = name in secret_places(shape.document).properties or (inner is not None and inner.secret)
    return Column(name, kind if said in ("unknown", "mixed") else said, True, False, inner, secret)


def _is_plain(shape: Shape) -> bool:
    """Whether schemas describe values that are no objects."""
    return _kind(shape) != "unknown" and "object" not in shape.types and not shape.properties


def cell(row: Any, column: Column) -> Any:
    """The wire value of a row in a column; `UNSET` where it has none. Objects within are as they are kept, and nothing is noted as read."""
    if is_object(row):
        return UNSET if column.whole else _member(row, column.name, UNSET)
    return row if column.whole and row is not None else UNSET


def cells(rows: Iterable[Any], column: Column) -> list[Any]:
    """The wire values of all rows in a column; None where one has none."""
    if column.whole:
        return [None if is_object(row) else row for row in rows]
    name = column.name
    return [_member(row, name, None) if is_object(row) else None for row in rows]


def kind_of(value: Any) -> Kind:
    """What kind of value a JSON value is; `unknown` for null."""
    for kind_type, kind in _JSON_KINDS:
        if isinstance(value, kind_type):
            return kind
    return "unknown"


def common_kind(values: Iterable[Any]) -> Kind:
    """What kind of values all of these are."""
    return _one_kind({kind_of(one) for one in values})


def _whole(kind: Kind, shape: Shape | None, taken: set[str]) -> Column:
    name = VALUE
    while name in taken:
        name += "_"
    return Column(name, kind, whole=True) if shape is None else _of_shape(name, shape, required=True)._replace(whole=True)


def _declared(shape: Shape) -> tuple[Column, ...]:
    required = shape.required
    return tuple(_of_shape(name, inner, required=name in required) for name, inner in shape.properties.items())


def _of_shape(name: str, shape: Shape, *, required: bool) -> Column:
    return Column(name, _kind(shape), not required or "null" in _json_types(shape), True, shape, shape.secret)


def _kind(shape: Shape) -> Kind:
    """What kind of value schemas describe: by `type`, else by `enum` and `const`, else by the keywords of objects and arrays."""
    kinds: set[Kind] = {_by_type(name) for name in _json_types(shape) - {"null"}}
    kind = _one_kind(kinds) if kinds else common_kind(_listed(shape))
    if kind == "unknown":
        return "object" if shape.properties else "array" if shape.items is not None else kind
    return _text_kind(shape) if kind == "string" else kind


def _by_type(name: str) -> Kind:
    for _, kind in _JSON_KINDS:
        if kind == name:
            return kind
    return "unknown"


def _json_types(shape: Shape) -> frozenset[str]:
    """The types that are named, and `null` where a listed value is null."""
    return named_types(shape) | {"null"} if any(value is None for value in _listed(shape)) else named_types(shape)


def _listed(shape: Shape) -> Iterator[Any]:
    for _, node in shape.nodes:
        yield from as_array(node.get("enum"))
        yield from (node["const"],) if "const" in node else ()


def _one_kind(kinds: set[Kind]) -> Kind:
    """The kind of a column whose values have several: integers are numbers, and what tells nothing adds nothing."""
    several: list[Kind] = [kind for kind in kinds if kind != "unknown"]
    if {*several} == {"integer", "number"}:
        return "number"
    if len(several) == 1:
        return several[0]
    return "mixed" if several else "unknown"


def _text_kind(shape: Shape) -> Kind:
    """What a text means by its one format; a text where schemas name several."""
    formats = {node["format"] for _, node in shape.nodes if isinstance(node.get("format"), str)}
    for name, kind in _TEXTS:
        if formats == {name}:
            return kind
    return "string"
