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
from ._reader import methods_of, texts_of
from ._values import Problem, as_string, doubtful, is_array, is_object, json_pointer, printable

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


class Table(NamedTuple):
    """The operations in the document's order, a list for each column, as lists of texts are all that is quick to make and to keep.

    `groups` are the combinations of groups that operations are in, and `within` the number of each one's; `tags` the group of each tag.
    """

    keys: list[str]
    wire_names: list[str]
    names: list[str]
    methods: list[str]
    paths: list[str]
    path_items: list[str]
    pointers: list[str]
    within: list[int]
    groups: list[tuple[str, ...]]
    tags: dict[str, str]
    faults: list[Problem]

    def row(self, number: int) -> Row:
        """The operation of a number."""
        return Row(
            self.keys[number],
            self.wire_names[number],
            self.names[number],
            self.groups[self.within[number]],
            self.methods[number],
            self.paths[number],
            self.path_items[number],
            self.pointers[number],
        )

    def dotted(self, number: int) -> str:
        """The Python way to an operation, as the Operation itself tells it."""
        return ".".join([*self.groups[self.within[number]][:1], self.names[number]])

    def plain(self) -> dict[str, Any]:
        """The same as a JSON value, which `again` takes."""
        return {**self._asdict(), "groups": [*map(list, self.groups)], "faults": [*map(list, self.faults)]}

    @classmethod
    def again(cls, plain: Mapping[str, Any]) -> Table:
        """The table that `plain` gave."""
        groups, faults = [*map(tuple, plain["groups"])], [Problem(*one) for one in plain["faults"]]
        columns: dict[str, Any] = {**plain, "groups": groups, "faults": faults}
        return cls(**columns)


def table_of(document: Document) -> Table:
    """The table of a document, made when first asked for. Raises SpecError for one that is not trusted and has over 10,000 operations."""
    return document.once("table", lambda: _known(document) or _Making(document).table)


def _known(document: Document) -> Table | None:
    """The table that an earlier process made of the document."""
    plain = document.facts("table")
    return None if plain is None else Table.again(plain)


class _Making:
    """The making of a table: where operations stand first, then what they go by."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.table = Table([], [], [], [], [], [], [], [], [], {}, [])
        self._listed: list[Any] = []  # what stands for the tags of each
        self._has_id: list[bool] = []
        self._keys: set[str] = set()
        self._groups: dict[str, set[str]] = {}
        self._untagged: set[str] = set()
        # Those of tags that were met: most operations have what others have.
        self._within: dict[tuple[str, ...], int] = {}
        # Parts of paths come again and again.
        self._parts: dict[str, str] = {}
        # Group name before any underscore that another name cost it -> its first tag.
        self._first_tags: dict[str, str] = {}
        self._find()
        # An operationId that is written comes before one that is made of a method and path, wherever they stand.
        self._written: dict[str, int] = {}
        for number, wire in enumerate(self.table.wire_names):
            if wire:
                self._written.setdefault(wire, number)
        for number in range(len(self._listed)):
            self._name(number)

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self.table.faults.append(doubtful(place, message, consequence))

    def _find(self) -> None:
        paths = self._document.raw.get("paths", {})
        if not is_object(paths):
            self.table.faults.append(
                Problem("document", "/paths", "paths is an object", "document", consequence="there are no operations")
            )
            return
        for key, item in paths.items():
            path, place = key, json_pointer("paths", key)
            if not key.startswith("/"):
                if key.startswith("x-"):
                    continue
                path = f"/{key}"
                if path in paths:
                    message = f"the path {printable(path)!r} is there as well"
                    self.table.faults.append(
                        Problem("document", place, message, "document", consequence="the one without a slash is left out")
                    )
                    continue
                self._doubt(place, "a path begins with a slash", f"it is read as {printable(path)}")
            self._find_in(path, item, place)

    def _find_in(self, path: str, item: object, place: str) -> None:
        try:
            found, place = self._document.follow(item, place)
        except SpecError as error:
            self.table.faults.extend(one._replace(consequence="its operations are left out") for one in error.problems)
            return
        if not is_object(found):
            self._doubt(place, "a path item is an object", "it has no operations")
            return
        seen = set[str]()
        for method, step, node in methods_of(self._document, found):
            if TOKEN.fullmatch(method) is None:
                message = f"the method {printable(method, 40)!r} is no token (RFC 9110, section 9.1)"
                self.table.faults.append(Problem("document", place + step, message, "document", consequence="it can't be called"))
            elif not is_object(node):
                message = "an operation is an object"
                self.table.faults.append(Problem("document", place + step, message, "document", consequence="it is left out"))
            elif method in seen:
                message = f"{printable(method)} has a field of its own, and is there as well"
                self.table.faults.append(Problem("document", place + step, message, "document", consequence="this one is left out"))
            else:
                seen.add(method)
                self._place(path, method, node, place, step)

    def _place(self, path: str, method: str, node: dict[str, Any], path_item: str, step: str) -> None:
        table = self.table
        if len(table.paths) == _MOST_OPERATIONS and not self._document.trusted:
            raise SpecError(f"the document has over {_MOST_OPERATIONS} operations, and is not trusted")
        table.paths.append(path)
        table.methods.append(method)
        table.path_items.append(path_item)
        table.pointers.append(path_item + step)
        table.wire_names.append(as_string(node.get("operationId")))
        self._has_id.append("operationId" in node)
        self._listed.append(node.get("tags"))

    def _name(self, number: int) -> None:
        table, wire = self.table, self.table.wire_names[number]
        within = self._within_of(number)
        key = wire if wire and self._written[wire] == number else self._other_key(number)
        name = self._free_name(number, table.groups[within])
        table.within.append(within)
        table.keys.append(key)
        table.names.append(name)
        self._keys.add(key)
        for scope in [self._groups[group] for group in table.groups[within]] or [self._untagged]:
            scope.add(name)
        if key != wire and self._has_id[number]:
            self._doubt_id(number)

    def _doubt_id(self, number: int) -> None:
        table, wire = self.table, self.table.wire_names[number]
        place, told = f"{table.pointers[number]}/operationId", printable(wire, 100)
        if not wire:
            self._doubt(place, "an operationId is a text that is not empty", _NAMED_BY_PATH)
            return
        first = self._written[wire]
        before = f"{printable(table.methods[first], 20)} {printable(table.paths[first])}"
        called = f"'{printable(table.methods[number], 20)} {printable(table.paths[number])}' or client.{table.dotted(number)}"
        message = f"the operationId {told!r} is used before, by {before}"
        self._doubt(place, message, f"it means the other operation; this one is called by {called}")

    def _within_of(self, number: int) -> int:
        """The number of the combination of groups that an operation is in."""
        listed, place = self._listed[number], f"{self.table.pointers[number]}/tags"
        tags = texts_of(listed)
        if listed is not None and len(tags) != (len(listed) if is_array(listed) else -1):
            self._doubt(place, "tags are a list of texts", "what is none is left out")
        known = self._within.get(tags)
        if known is None:
            known = self._within[tags] = len(self.table.groups)
            self.table.groups.append(tuple(dict.fromkeys([self._group(tag, place) for tag in tags])))
        return known

    def _group(self, tag: str, place: str) -> str:
        """The group of a tag. Tags with the same Python name share one, which is named after the first."""
        if (known := self.table.tags.get(tag)) is not None:
            return known
        name = python_name(tag, CLIENT_NAMES)
        first = self._first_tags.setdefault(name, tag)
        if first != tag:
            name = self.table.tags[first]
            message = f"the tags {printable(first, 100)!r} and {printable(tag, 100)!r} have the same name in Python"
            self._doubt(place, message, f"the operations of both are in client.{name}")
        while name in self._untagged:
            name += "_"
        self.table.tags[tag] = name
        self._groups.setdefault(name, set())
        return name

    def _free_name(self, number: int, groups: tuple[str, ...]) -> str:
        """The first of its own names that is free wherever the operation stands."""
        scopes: list[Collection[str]] = [self._groups[group] for group in groups] or [self._untagged, self._groups]
        reserved = () if groups else CLIENT_NAMES
        for name in self._own_names(number):
            free = unreserved(name, reserved)
            for scope in scopes:
                if free in scope:
                    break
            else:
                return free
        raise AssertionError("there is always one more")

    def _own_names(self, number: int) -> Iterator[str]:
        if wire := self.table.wire_names[number]:
            yield snake_case(wire)
        yield from self._path_names(number)

    def _other_key(self, number: int) -> str:
        """What an operation goes by among all whose operationId is another's, or that has none: a name made of its method and path."""
        names = self._path_names(number)
        keys = chain([next(names), f"{self.table.methods[number]} {self.table.paths[number]}"], names)
        return next(key for key in keys if key not in self._written and key not in self._keys)

    def _path_names(self, number: int) -> Iterator[str]:
        """Names made of method and path: `get_users_by_id`, the same with symbols spelt out, then with digits of a digest, without end."""
        written, path = self.table.methods[number], self.table.paths[number]
        method = snake_case(written)
        parts = [self._part(part) for part in path.split("/") if part]
        yield (plain := "_".join([method, *(parts or ["root"])]))
        spelt = [spelt_out(_variables_by_name(part)) if part else "slash" for part in path[1:].split("/")]
        yield "_".join([method, *spelt])
        from hashlib import sha256  # noqa: PLC0415  # only for paths that hardly differ

        digest = sha256(f"{written} {path}".encode(errors="surrogatepass")).hexdigest()
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
