"""The index of a document: its operations under all their names, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ._late import pattern
from ._listed import texts_of
from ._model import Operation
from ._table import CLIENT_NAMES, places_of, table_of
from ._telling import teller_of
from ._values import View, as_array, as_object, as_string, did_you_mean, doubtful, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._model import OperationDetails
    from ._reference import Document
    from ._table import Places, Table
    from ._values import JSON, Problem

_VARIABLE: Final = pattern(r"\{[^{}]*\}")


class _Made:
    """The operations of a document, each made once."""

    __slots__ = ("_document", "_example", "_kept", "_read", "places")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._read: Callable[[Operation], OperationDetails] = lambda one: _read_details(document, one)
        self._example: Callable[[Operation], dict[str, JSON]] = lambda one: _example_of(document, one)
        self._kept: dict[int, Operation] = {}
        self.places = places_of(document)

    def at(self, number: int) -> Operation:
        """The operation of a number. Two threads may both make it; one stands."""
        return self._kept.get(number) or self._kept.setdefault(number, self._make(number))

    def _make(self, number: int) -> Operation:
        places = self.places
        node = self._document.at(places.pointers[number])
        return Operation(
            read=self._read,
            teller=teller_of(self._document),
            example=self._example,
            named=lambda: self._named(number),
            operation_id=places.keys[number],
            wire_name=places.wire_names[number],
            method=places.methods[number],
            path=places.paths[number],
            path_item=places.path_items[number],
            pointer=places.pointers[number],
            summary=as_string(node.get("summary")),
            description=as_string(node.get("description")),
            deprecated=node.get("deprecated") is True,
            tags=texts_of(node.get("tags")),
        )

    def _named(self, number: int) -> tuple[str, str | None]:
        table = table_of(self._document)
        return table.names[number], next(iter(table.groups_of(number)), None)


class _Scope(View[Operation]):
    """Some of the operations by their Python names."""

    __slots__ = ("_made", "numbers")

    def __init__(self, made: _Made, numbers: dict[str, int]) -> None:
        super().__init__(numbers)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is in it is read below
        self._made = made
        self.numbers = numbers

    def __getitem__(self, name: str) -> Operation:
        return self._made.at(self.numbers[name])

    def __contains__(self, name: object) -> bool:
        return name in self.numbers

    def __repr__(self) -> str:
        return repr({name: self[name] for name in self})


class Operations(Mapping[str, Operation]):
    """The operations by operationId, in the document's order.

    Also found by `"POST /ai/chat"`, by `"ai.ai_chat"`, and by tag and operationId as written, `"AI.aiChat"`.
    """

    __slots__ = ("_by_path", "_by_wire_name", "_index", "_numbers")

    def __init__(self, index: Index) -> None:
        self._index = index
        self._numbers = {key: number for number, key in enumerate(index.made.places.keys)}
        self._by_path: dict[str, int] = {}
        self._by_wire_name: dict[str, dict[str, int]] = {}

    def _find(self, name: object) -> int | None:
        if not isinstance(name, str):
            return None
        for numbers in (self._numbers, self._paths):
            if (found := numbers.get(name)) is not None:
                return found
        found = self._index.untagged.numbers.get(name)
        return self._within(name) if found is None else found

    @property
    def _paths(self) -> dict[str, int]:
        if not self._by_path:
            places = self._index.made.places
            self._by_path = {f"{places.methods[number]} {path}": number for number, path in enumerate(places.paths)}
        return self._by_path

    def _within(self, name: str) -> int | None:
        """The operation that a group and a name say; either may have dots of its own as it is written in the document."""
        dot = name.find(".")
        while dot >= 0:
            group = name[:dot] if name[:dot] in self._index.groups else self._index.tags.get(name[:dot])
            if group is not None and (found := self._in_group(group, name[dot + 1 :])) is not None:
                return found
            dot = name.find(".", dot + 1)
        return None

    def _in_group(self, group: str, name: str) -> int | None:
        numbers = self._index.scopes[group].numbers
        if group not in self._by_wire_name:
            self._by_wire_name[group] = _by_wire_name(self._index.made.places, numbers.values())
        return numbers[name] if name in numbers else self._by_wire_name[group].get(name)

    def __getitem__(self, name: str) -> Operation:
        found = self._find(name)
        if found is None:
            shown_name = printable(name) if isinstance(name, str) else name  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            names = (*self._numbers, *self._paths, *map(self._index.table.dotted, self._numbers.values()))
            raise KeyError(f"no operation {shown_name!r}{did_you_mean(str(name), names)}")
        return self._index.made.at(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, name: object) -> bool:
        return self._find(name) is not None

    def _repr_html_(self) -> str:
        from ._panels import operations_panel  # noqa: PLC0415  # only for notebooks

        return operations_panel(dict(self))

    def _ipython_key_completions_(self) -> list[str]:
        return [*self]

    def __repr__(self) -> str:
        names = ", ".join(printable(name, 100) for name in list(self)[:10])
        return f"<{len(self)} operations: {names}{', ...' if len(self) > 10 else ''}>"


def _by_wire_name(places: Places, numbers: Iterable[int]) -> dict[str, int]:
    """The operations of one scope by their operationIds as written, the first of each."""
    found: dict[str, int] = {}
    for number in numbers:
        if wire := places.wire_names[number]:
            found.setdefault(wire, number)
    return found


class Tag(NamedTuple):
    """A Tag Object, or what is known of a tag that only operations name; `group` is the client's attribute, None without operations.

    `parent` is the name of another tag and `kind` says what the tag is for (OpenAPI 3.2, section 4.22).
    """

    name: str
    group: str | None
    summary: str = ""
    description: str = ""
    parent: str | None = None
    kind: str = ""


class Index:
    """The operations of a document under all their names, and the faults met on the way: each part is made when it is first asked for.

    `groups` holds those of each tag and `untagged` the others, by Python names; `tags` the group of each tag.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.made = _Made(document)
        self.operations = Operations(self)

    @property
    def table(self) -> Table:
        """What the operations go by in Python."""
        return table_of(self._document)

    @property
    def faults(self) -> Sequence[Problem]:
        """What is wrong with where they stand, and with their names."""
        return self.table.faults

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """The group of each tag."""
        return MappingProxyType(self.table.tags)

    @cached_property
    def scopes(self) -> Mapping[str, _Scope]:
        """The operations of each group."""
        found: dict[str, dict[str, int]] = {}
        for number, name in enumerate(self.table.names):
            for group in self.table.groups_of(number):
                found.setdefault(group, {})[name] = number
        return {name: _Scope(self.made, numbers) for name, numbers in found.items()}

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, Operation]]:
        """The same, for those who may not change it."""
        return View(self.scopes)

    @cached_property
    def untagged(self) -> _Scope:
        """The operations without a group."""
        names = self.table.names
        return _Scope(self.made, {name: number for number, name in enumerate(names) if not self.table.groups_of(number)})


def index_of(document: Document) -> Index:
    """The index of a document, made when first asked for. Raises SpecError for one that is not trusted and has over 10,000 operations."""
    return document.once("index", lambda: Index(document))


class Attributes(NamedTuple):
    """The names that lead from a client to its operations, Python's and the document's, each with the key of its operation.

    `groups` by the name of the group, `untagged` those on the client itself; `tags` are the groups' other names.
    """

    groups: Mapping[str, Mapping[str, str]]
    untagged: Mapping[str, str]
    tags: Mapping[str, str]


class _GroupAttributes(View[Mapping[str, str]]):
    """The attributes of the groups, of each worked out when it is asked for."""

    __slots__ = ("_kept", "_places", "_scopes")

    def __init__(self, places: Places, scopes: Mapping[str, _Scope]) -> None:
        super().__init__(scopes)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is in it is made below
        self._places = places
        self._scopes = scopes
        self._kept: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, group: str) -> Mapping[str, str]:
        found = self._kept.get(group)
        if found is None:
            found = self._kept[group] = _attributes(self._places, self._scopes[group].numbers, ())
        return found

    def __contains__(self, group: object) -> bool:
        return group in self._scopes


def attributes_of(index: Index) -> Attributes:
    """Python names come first, then tags, then operationIds; save those that a client has of its own, or that begin with an underscore."""
    shown, places = {*index.groups, *index.untagged, *CLIENT_NAMES}, index.made.places
    others = {tag: group for tag, group in index.tags.items() if tag not in shown and _is_free(tag)}
    untagged = _attributes(places, index.untagged.numbers, {*shown, *others})
    return Attributes(_GroupAttributes(places, index.scopes), untagged, MappingProxyType(others))


def _attributes(places: Places, numbers: Mapping[str, int], taken: Collection[str]) -> Mapping[str, str]:
    names = {name: places.keys[number] for name, number in numbers.items()}
    for wire, number in _by_wire_name(places, numbers.values()).items():
        if wire not in taken and _is_free(wire):
            names.setdefault(wire, places.keys[number])
    return MappingProxyType(names)


def _is_free(name: str) -> bool:
    return name[:1] not in ("", "_")


def read_tags(document: Document, groups: Mapping[str, str]) -> dict[str, Tag]:
    """The tags by name: those that the document lists, then those that only operations name. `groups` are their groups."""
    found: dict[str, Tag] = {}
    for one in map(as_object, as_array(document.field("tags"))):
        if isinstance(name := one.get("name"), str):
            texts = as_string(one.get("summary")), as_string(one.get("description"))
            found.setdefault(
                name, Tag(name, groups.get(name), *texts, as_string(one.get("parent")) or None, as_string(one.get("kind")))
            )
    for name, group in groups.items():
        found.setdefault(name, Tag(name, group))
    return found


def similar_paths(document: Document) -> Iterator[Problem]:
    """A warning for each path that differs from one before it by the names of its variables alone (OpenAPI 3.1, section 4.8.8.1)."""
    seen: dict[str, str] = {}
    for path in as_object(document.field("paths")):
        first = seen.setdefault(_VARIABLE.sub("{}", path), path) if "{" in path else path
        if first != path:
            message = f"the path {printable(path)!r} differs from {printable(first)!r} by the names of its variables alone"
            yield doubtful(json_pointer("paths", path), message, "both are there, and a server can't tell their requests apart")


def _read_details(document: Document, operation: Operation) -> OperationDetails:
    from ._reader import read_details  # noqa: PLC0415  # documents are read when they are asked for

    return read_details(document, operation)


def _example_of(document: Document, operation: Operation) -> dict[str, JSON]:
    from ._example import example_of  # noqa: PLC0415  # only for those who ask for examples

    return example_of(document, operation)
