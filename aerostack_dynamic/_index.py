"""The index of a document: its operations under all their names, and the faults met on the way.

An operation takes the first of its own names that none before it in the document has, so that nothing that comes after it, or that it
shares no name with, changes how it is called. docs/naming.md has the rules in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._media_type import TOKEN
from ._model import Operation
from ._names import python_name, snake_case, spelt_out, unreserved, words_of
from ._reader import methods_of, read_details, tags_of
from ._telling import teller_of
from ._values import Problem, View, as_array, as_object, as_string, did_you_mean, doubtful, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import ItemsView, ValuesView

    from ._model import OperationDetails
    from ._reference import Document
    from ._values import JSON

# What a client has of its own; a group or an untagged operation called so gets a trailing underscore.
CLIENT_NAMES: Final = frozenset({"aclose", "call", "close", "is_closed", "operations", "options", "send", "spec", "with_options"})

_MOST_OPERATIONS: Final = 10_000
_VARIABLE: Final = re.compile(r"\{[^{}]*\}")
_NAMED_BY_PATH: Final = "the operation is named by its method and path"


def by_wire_name(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """The operations of one scope by their operationIds as written, the first of each."""
    found: dict[str, Operation] = {}
    for operation in operations.values():
        if operation.wire_name:
            found.setdefault(operation.wire_name, operation)
    return found


class Operations(Mapping[str, Operation]):
    """The operations by operationId, in the document's order.

    Also found by `"POST /ai/chat"`, by `"ai.ai_chat"`, and by tag and operationId as written, `"AI.aiChat"`.
    """

    __slots__ = ("_by_id", "_by_path", "_by_wire_name", "_groups", "_tags", "_untagged")

    def __init__(
        self,
        by_id: dict[str, Operation],
        groups: Mapping[str, Mapping[str, Operation]],
        untagged: Mapping[str, Operation],
        tags: Mapping[str, str],
    ) -> None:
        self._by_id = by_id
        self._by_path: dict[str, Operation] = {}
        self._by_wire_name: dict[str, dict[str, Operation]] = {}
        self._groups = groups
        self._untagged = untagged
        self._tags = tags

    def _find(self, name: object) -> Operation | None:
        if not isinstance(name, str):
            return None
        return self._by_id.get(name) or self._paths.get(name) or self._untagged.get(name) or self._within(name)

    @property
    def _paths(self) -> dict[str, Operation]:
        if not self._by_path:
            self._by_path = {f"{one.method} {one.path}": one for one in self._by_id.values()}
        return self._by_path

    def _within(self, name: str) -> Operation | None:
        """The operation that a group and a name say; either may have dots of its own as it is written in the document."""
        dot = name.find(".")
        while dot >= 0:
            group = name[:dot] if name[:dot] in self._groups else self._tags.get(name[:dot])
            if group is not None and (found := self._in_group(group, name[dot + 1 :])):
                return found
            dot = name.find(".", dot + 1)
        return None

    def _in_group(self, group: str, name: str) -> Operation | None:
        operations = self._groups[group]
        if group not in self._by_wire_name:
            self._by_wire_name[group] = by_wire_name(operations)
        return operations.get(name) or self._by_wire_name[group].get(name)

    def __getitem__(self, name: str) -> Operation:
        found = self._find(name)
        if found is None:
            shown_name = printable(name) if isinstance(name, str) else name  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            names = (*self._by_id, *self._paths, *(one.dotted for one in self._by_id.values()))
            raise KeyError(f"no operation {shown_name!r}{did_you_mean(str(name), names)}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def items(self) -> ItemsView[str, Operation]:
        """Keys and operations, without looking each up."""
        return self._by_id.items()

    def values(self) -> ValuesView[Operation]:
        """The operations, without looking each up."""
        return self._by_id.values()

    def __contains__(self, name: object) -> bool:
        return self._find(name) is not None

    def _repr_html_(self) -> str:
        from ._panels import operations_panel  # noqa: PLC0415  # only for notebooks

        return operations_panel(self._by_id)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self]

    def __repr__(self) -> str:
        names = ", ".join(printable(name, 100) for name in list(self)[:10])
        return f"<{len(self)} operations: {names}{', ...' if len(self) > 10 else ''}>"


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


class _Found(NamedTuple):
    """An operation as it was met: its path, method and node, its place and that of its path item."""

    path: str
    method: str
    node: dict[str, Any]
    place: str
    path_item: str


class Index(NamedTuple):
    """The operations of a document under all their names, and the faults met on the way.

    `groups` holds those of each tag and `untagged` the others, by Python names; `tags` the group of each tag.
    """

    operations: Operations
    groups: Mapping[str, Mapping[str, Operation]]
    untagged: Mapping[str, Operation]
    tags: Mapping[str, str]
    faults: tuple[Problem, ...]


def index_of(document: Document) -> Index:
    """The index of a document, made when first asked for. Raises SpecError for one that is not trusted and has over 10,000 operations."""
    return document.once("index", lambda: _index_of(document))


def _index_of(document: Document) -> Index:
    made = _Indexing(document)
    groups = {name: View(one) for name, one in made.groups.items()}
    return Index(
        Operations(made.by_id, groups, made.untagged, made.tags),
        View(groups),
        View(made.untagged),
        MappingProxyType(made.tags),
        tuple(made.faults),
    )


class _Indexing:
    """The making of an index. `by_id` holds each operation once."""

    def __init__(self, document: Document) -> None:
        self.by_id: dict[str, Operation] = {}
        self.groups: dict[str, dict[str, Operation]] = {}
        self.untagged: dict[str, Operation] = {}
        self.tags: dict[str, str] = {}
        self.faults: list[Problem] = []
        self._document = document
        self._read: Callable[[Operation], OperationDetails] = lambda one: read_details(document, one)
        self._teller = teller_of(document)
        self._example: Callable[[Operation], dict[str, JSON]] = lambda one: _example_of(document, one)
        # Parts of paths come again and again.
        self._parts: dict[str, str] = {}
        # Group name before any underscore that another name cost it -> its first tag.
        self._first_tags: dict[str, str] = {}
        found = [*self._found()]
        # An operationId that is written comes before one that is made of a method and path, wherever they stand.
        self._written: dict[str, _Found] = {}
        for one in found:
            if written := as_string(one.node.get("operationId")):
                self._written.setdefault(written, one)
        for one in found:
            self._add(one)

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self.faults.append(doubtful(place, message, consequence))

    def _found(self) -> Iterator[_Found]:
        paths = self._document.raw.get("paths", {})
        if not is_object(paths):
            self.faults.append(
                Problem("document", "/paths", "paths is an object", "document", consequence="there are no operations")
            )
            return
        number = 0
        for key, item in paths.items():
            path, place = key, json_pointer("paths", key)
            if not key.startswith("/"):
                if key.startswith("x-"):
                    continue
                path = f"/{key}"
                if path in paths:
                    message = f"the path {printable(path)!r} is there as well"
                    self.faults.append(
                        Problem("document", place, message, "document", consequence="the one without a slash is left out")
                    )
                    continue
                self._doubt(place, "a path begins with a slash", f"it is read as {printable(path)}")
            for one in self._in_path(path, item, place):
                number += 1
                if number > _MOST_OPERATIONS and not self._document.trusted:
                    raise SpecError(f"the document has over {_MOST_OPERATIONS} operations, and is not trusted")
                yield one

    def _in_path(self, path: str, item: object, place: str) -> Iterator[_Found]:
        try:
            found, place = self._document.follow(item, place)
        except SpecError as error:
            self.faults += [one._replace(consequence="its operations are left out") for one in error.problems]
            return
        if not is_object(found):
            self._doubt(place, "a path item is an object", "it has no operations")
            return
        seen = set[str]()
        for method, step, node in methods_of(self._document, found):
            if TOKEN.fullmatch(method) is None:
                message = f"the method {printable(method, 40)!r} is no token (RFC 9110, section 9.1)"
                self.faults.append(Problem("document", place + step, message, "document", consequence="it can't be called"))
            elif not is_object(node):
                message = "an operation is an object"
                self.faults.append(Problem("document", place + step, message, "document", consequence="it is left out"))
            elif method in seen:
                message = f"{printable(method)} has a field of its own, and is there as well"
                self.faults.append(Problem("document", place + step, message, "document", consequence="this one is left out"))
            else:
                seen.add(method)
                yield _Found(path, method, node, place + step, place)

    def _add(self, found: _Found) -> None:
        path, method, node, pointer, path_item = found
        wire = as_string(node.get("operationId"))
        tags = self._tags_of(found)
        groups = tuple(dict.fromkeys([self._group(tag, pointer) for tag in tags]))
        name = self._name(wire, found, groups)
        operation = Operation(
            read=self._read,
            teller=self._teller,
            example=self._example,
            operation_id=self._key(wire, found),
            wire_name=wire,
            name=name,
            group=groups[0] if groups else None,
            method=method,
            path=path,
            path_item=path_item,
            pointer=pointer,
            summary=as_string(node.get("summary")),
            description=as_string(node.get("description")),
            deprecated=node.get("deprecated") is True,
            tags=tags,
        )
        self.by_id[operation.operation_id] = operation
        for group in groups:
            self.groups[group][name] = operation
        if not groups:
            self.untagged[name] = operation
        if operation.operation_id != wire and "operationId" in node:
            self._doubt_id(operation)

    def _doubt_id(self, operation: Operation) -> None:
        place, told = f"{operation.pointer}/operationId", printable(operation.wire_name, 100)
        if not operation.wire_name:
            self._doubt(place, "an operationId is a text that is not empty", _NAMED_BY_PATH)
            return
        first = self._written[operation.wire_name]
        message = f"the operationId {told!r} is used before, by {printable(first.method, 20)} {printable(first.path)}"
        called = f"'{printable(operation.method, 20)} {printable(operation.path)}' or client.{operation.dotted}"
        self._doubt(place, message, f"it means the other operation; this one is called by {called}")

    def _tags_of(self, found: _Found) -> tuple[str, ...]:
        given, tags = found.node.get("tags"), tags_of(found.node)
        if given is not None and len(tags) != (len(given) if isinstance(given, list) else -1):  # pyright: ignore[reportUnknownArgumentType]  # a list of anything
            self._doubt(f"{found.place}/tags", "tags are a list of texts", "what is none is left out")
        return tags

    def _group(self, tag: str, place: str) -> str:
        """The group of a tag. Tags with the same Python name share one, which is named after the first."""
        if (known := self.tags.get(tag)) is not None:
            return known
        name = python_name(tag, CLIENT_NAMES)
        first = self._first_tags.setdefault(name, tag)
        if first != tag:
            name = self.tags[first]
            message = f"the tags {printable(first, 100)!r} and {printable(tag, 100)!r} have the same name in Python"
            self._doubt(f"{place}/tags", message, f"the operations of both are in client.{name}")
        while name in self.untagged:
            name += "_"
        self.tags[tag] = name
        self.groups.setdefault(name, {})
        return name

    def _name(self, wire: str, found: _Found, groups: tuple[str, ...]) -> str:
        """The first of its own names that is free wherever the operation stands."""
        scopes: list[Mapping[str, object]] = [self.groups[group] for group in groups] or [self.untagged, self.groups]
        reserved = () if groups else CLIENT_NAMES
        names = chain([snake_case(wire)] if wire else (), self._path_names(found))
        free = (unreserved(name, reserved) for name in names)
        return next(name for name in free if not any(name in scope for scope in scopes))

    def _key(self, wire: str, found: _Found) -> str:
        """What the operation goes by among all: its operationId, or a name made of its method and path where that is another's."""
        if wire and self._written[wire] is found:
            return wire
        names = self._path_names(found)
        keys = chain([next(names), f"{found.method} {found.path}"], names)
        return next(key for key in keys if key not in self._written and key not in self.by_id)

    def _path_names(self, found: _Found) -> Iterator[str]:
        """Names made of method and path: `get_users_by_id`, the same with symbols spelt out, then with digits of a digest, without end."""
        method, path = snake_case(found.method), found.path
        parts = [self._part(part) for part in path.split("/") if part]
        yield (plain := "_".join([method, *(parts or ["root"])]))
        spelt = [spelt_out(_variables_by_name(part)) if part else "slash" for part in path[1:].split("/")]
        yield "_".join([method, *spelt])
        from hashlib import sha256  # noqa: PLC0415  # only for paths that hardly differ

        digest = sha256(f"{found.method} {path}".encode(errors="surrogatepass")).hexdigest()
        yield f"{plain}_{digest[:8]}"
        # A document may have taken any number of these on purpose.
        while True:
            yield f"{plain}_{digest}"
            digest = sha256(digest.encode()).hexdigest()

    def _part(self, part: str) -> str:
        name = self._parts.get(part)
        if name is None:
            name = self._parts[part] = words_of(_variables_by_name(part))
        return name


def _variables_by_name(part: str) -> str:
    return part.replace("{", "by_").replace("}", "")


class Attributes(NamedTuple):
    """The names that lead from a client to its operations, Python's and the document's, each with the key of its operation.

    `groups` by the name of the group, `untagged` those on the client itself; `tags` are the groups' other names.
    """

    groups: Mapping[str, Mapping[str, str]]
    untagged: Mapping[str, str]
    tags: Mapping[str, str]


def attributes_of(index: Index) -> Attributes:
    """Python names come first, then tags, then operationIds; save those that a client has of its own, or that begin with an underscore."""
    shown = {*index.groups, *index.untagged, *CLIENT_NAMES}
    others = {tag: group for tag, group in index.tags.items() if tag not in shown and _is_free(tag)}
    return Attributes(
        MappingProxyType({group: _attributes(operations, ()) for group, operations in index.groups.items()}),
        _attributes(index.untagged, {*shown, *others}),
        MappingProxyType(others),
    )


def _attributes(operations: Mapping[str, Operation], taken: Collection[str]) -> Mapping[str, str]:
    names = {name: one.operation_id for name, one in operations.items()}
    for wire, one in by_wire_name(operations).items():
        if wire not in taken and _is_free(wire):
            names.setdefault(wire, one.operation_id)
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


def _example_of(document: Document, operation: Operation) -> dict[str, JSON]:
    from ._example import example_of  # noqa: PLC0415  # only for those who ask for examples

    return example_of(document, operation)
