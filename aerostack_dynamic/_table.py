"""The table of a document's operations: where each stands and what it goes by, as plain values, with the faults met on the way.

An operation takes the first of its own names that none before it in the document has, so that nothing that comes after it, or that it
shares no name with, changes how it is called. docs/naming.md has the rules in words. The rest of an operation is read when it is asked
for: the table is all that finding one takes, and nothing that a document of a thousand operations is slow to give.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._media_type import TOKEN
from ._names import python_name, snake_case, spelt_out, unreserved, words_of
from ._reader import methods_of, tags_of
from ._values import Problem, as_string, doubtful, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ._reference import Document

_MOST_OPERATIONS: Final = 10_000
_NAMED_BY_PATH: Final = "the operation is named by its method and path"
# What a client has of its own; a group or an untagged operation called so gets a trailing underscore.
CLIENT_NAMES: Final = frozenset({"aclose", "call", "close", "is_closed", "operations", "options", "send", "spec", "with_options"})


class Row(NamedTuple):
    """One operation: its key among all, its operationId as written (empty where it has none), its Python name and its groups.

    `pointer` is its place, and `path_item` that of the Path Item Object with it.
    """

    key: str
    wire_name: str
    name: str
    groups: tuple[str, ...]
    method: str
    path: str
    path_item: str
    pointer: str

    @property
    def dotted(self) -> str:
        """The Python way to it, as its Operation tells it."""
        return ".".join([*self.groups[:1], self.name])


class Table(NamedTuple):
    """The operations in the document's order, the group of each tag, and the faults met on the way."""

    rows: tuple[Row, ...]
    tags: Mapping[str, str]
    faults: tuple[Problem, ...]

    def plain(self) -> dict[str, Any]:
        """The same as a JSON value, which `again` takes."""
        rows = [[*row[:3], [*row.groups], *row[4:]] for row in self.rows]
        return {"rows": rows, "tags": dict(self.tags), "faults": [[*fault] for fault in self.faults]}

    @classmethod
    def again(cls, plain: Mapping[str, Any]) -> Table:
        """The table that `plain` gave."""
        rows = tuple(Row(*row[:3], tuple(row[3]), *row[4:]) for row in plain["rows"])
        return cls(rows, dict(plain["tags"]), tuple(Problem(*fault) for fault in plain["faults"]))


def table_of(document: Document) -> Table:
    """The table of a document, made when first asked for. Raises SpecError for one that is not trusted and has over 10,000 operations."""
    return document.once("table", lambda: _known(document) or _Making(document).table)


def _known(document: Document) -> Table | None:
    """The table that an earlier process made of the document."""
    plain = document.facts("table")
    return None if plain is None else Table.again(plain)


class _Found(NamedTuple):
    """An operation as it was met: its path, method and node, its place and that of its path item."""

    path: str
    method: str
    node: dict[str, Any]
    place: str
    path_item: str


class _Making:
    """The making of a table."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rows: list[Row] = []
        self._keys: set[str] = set()
        self._groups: dict[str, set[str]] = {}
        self._untagged: set[str] = set()
        self._tags: dict[str, str] = {}
        self._faults: list[Problem] = []
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
        self.table = Table(tuple(self._rows), self._tags, tuple(self._faults))

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self._faults.append(doubtful(place, message, consequence))

    def _found(self) -> Iterator[_Found]:
        paths = self._document.raw.get("paths", {})
        if not is_object(paths):
            self._faults.append(
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
                    self._faults.append(
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
            self._faults += [one._replace(consequence="its operations are left out") for one in error.problems]
            return
        if not is_object(found):
            self._doubt(place, "a path item is an object", "it has no operations")
            return
        seen = set[str]()
        for method, step, node in methods_of(self._document, found):
            if TOKEN.fullmatch(method) is None:
                message = f"the method {printable(method, 40)!r} is no token (RFC 9110, section 9.1)"
                self._faults.append(Problem("document", place + step, message, "document", consequence="it can't be called"))
            elif not is_object(node):
                message = "an operation is an object"
                self._faults.append(Problem("document", place + step, message, "document", consequence="it is left out"))
            elif method in seen:
                message = f"{printable(method)} has a field of its own, and is there as well"
                self._faults.append(Problem("document", place + step, message, "document", consequence="this one is left out"))
            else:
                seen.add(method)
                yield _Found(path, method, node, place + step, place)

    def _add(self, found: _Found) -> None:
        path, method, node, pointer, path_item = found
        wire = as_string(node.get("operationId"))
        groups = tuple(dict.fromkeys([self._group(tag, pointer) for tag in self._tags_of(found)]))
        row = Row(self._key(wire, found), wire, self._name(wire, found, groups), groups, method, path, path_item, pointer)
        self._rows.append(row)
        self._keys.add(row.key)
        for scope in [self._groups[group] for group in groups] or [self._untagged]:
            scope.add(row.name)
        if row.key != wire and "operationId" in node:
            self._doubt_id(row)

    def _doubt_id(self, row: Row) -> None:
        place, told = f"{row.pointer}/operationId", printable(row.wire_name, 100)
        if not row.wire_name:
            self._doubt(place, "an operationId is a text that is not empty", _NAMED_BY_PATH)
            return
        first = self._written[row.wire_name]
        message = f"the operationId {told!r} is used before, by {printable(first.method, 20)} {printable(first.path)}"
        called = f"'{printable(row.method, 20)} {printable(row.path)}' or client.{row.dotted}"
        self._doubt(place, message, f"it means the other operation; this one is called by {called}")

    def _tags_of(self, found: _Found) -> tuple[str, ...]:
        given, tags = found.node.get("tags"), tags_of(found.node)
        if given is not None and len(tags) != (len(given) if isinstance(given, list) else -1):  # pyright: ignore[reportUnknownArgumentType]  # a list of anything
            self._doubt(f"{found.place}/tags", "tags are a list of texts", "what is none is left out")
        return tags

    def _group(self, tag: str, place: str) -> str:
        """The group of a tag. Tags with the same Python name share one, which is named after the first."""
        if (known := self._tags.get(tag)) is not None:
            return known
        name = python_name(tag, CLIENT_NAMES)
        first = self._first_tags.setdefault(name, tag)
        if first != tag:
            name = self._tags[first]
            message = f"the tags {printable(first, 100)!r} and {printable(tag, 100)!r} have the same name in Python"
            self._doubt(f"{place}/tags", message, f"the operations of both are in client.{name}")
        while name in self._untagged:
            name += "_"
        self._tags[tag] = name
        self._groups.setdefault(name, set())
        return name

    def _name(self, wire: str, found: _Found, groups: tuple[str, ...]) -> str:
        """The first of its own names that is free wherever the operation stands."""
        scopes: list[Collection[str]] = [self._groups[group] for group in groups] or [self._untagged, self._groups]
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
        return next(key for key in keys if key not in self._written and key not in self._keys)

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
