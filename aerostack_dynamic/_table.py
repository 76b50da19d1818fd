"""The table of a document's operations: where each stands and what it goes by, as plain values, with the faults met on the way.

An operation takes the first of its own names that none before it in the document has, so that nothing that comes after it, or that it
shares no name with, changes how it is called. docs/naming.md has the rules in words. The rest of an operation is read when it is asked
for: the table is all that finding one takes, and nothing that a document of a thousand operations is slow to give.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._listed import methods_of, texts_of
from ._media_type import TOKEN
from ._names import python_name, snake_case, spelt_out, unreserved, words_of
from ._values import Problem, as_string, doubtful, is_array, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ._reference import Document

_MOST_OPERATIONS: Final = 10_000
_NAMED_BY_PATH: Final = "the operation is named by its method and path"
# What a client has of its own; a group or an untagged operation called so gets a trailing underscore.
CLIENT_NAMES: Final = frozenset({"aclose", "call", "close", "is_closed", "operations", "options", "send", "spec", "with_options"})


class Places(NamedTuple):
    """Where operations stand, in the document's order: a list for each column, as lists of texts are all that is quick to make.

    `keys` are what they go by among all, and `wire_names` their operationIds as written, empty where they have none. `pointers` are their
    places, and `path_items` those of the Path Item Objects with them.
    """

    keys: list[str]
    wire_names: list[str]
    methods: list[str]
    paths: list[str]
    path_items: list[str]
    pointers: list[str]
    faults: list[Problem]

    def plain(self) -> list[Any]:
        """The same as a JSON value, which `again` takes."""
        return [*self[:-1], [*map(list, self.faults)]]

    @classmethod
    def again(cls, plain: list[Any]) -> Places:
        """The places that `plain` gave."""
        return cls._make([*plain[:-1], [Problem(*one) for one in plain[-1]]])


class Table(NamedTuple):
    """What operations go by in Python, besides, and all the faults met on the way.

    `groups` are the combinations of groups that operations are in, and `within` the number of each one's; `tags` the group of each tag.
    """

    places: Places
    names: list[str]
    within: list[int]
    groups: list[tuple[str, ...]]
    tags: dict[str, str]
    faults: list[Problem]

    def groups_of(self, number: int) -> tuple[str, ...]:
        """The groups of an operation."""
        return self.groups[self.within[number]]

    def dotted(self, number: int) -> str:
        """The Python way to an operation, as the Operation itself tells it."""
        return ".".join([*self.groups_of(number)[:1], self.names[number]])

    def plain(self) -> dict[str, Any]:
        """All but the places as a JSON value, which `again` takes."""
        groups, faults = [*map(list, self.groups)], [*map(list, self.faults)]
        return {"names": self.names, "within": self.within, "groups": groups, "tags": self.tags, "faults": faults}

    @classmethod
    def again(cls, plain: Mapping[str, Any], places: Places) -> Table:
        """The table that `plain` gave."""
        groups, faults = [*map(tuple, plain["groups"])], [Problem(*one) for one in plain["faults"]]
        return cls(places, plain["names"], plain["within"], groups, plain["tags"], faults)


def places_of(document: Document) -> Places:
    """Where the operations stand, found when first asked for. Raises SpecError for a document that is not trusted and has over 10,000."""

    def find() -> Places:
        plain = document.facts("places")
        return _finding(document).places if plain is None else Places.again(plain)

    return document.once("places", find)


def table_of(document: Document) -> Table:
    """The whole table of a document, made when first asked for. Raises as `places_of` does."""

    def make() -> Table:
        plain = document.facts("table")
        return _Naming(_finding(document)).table if plain is None else Table.again(plain, places_of(document))

    return document.once("table", make)


def facts_of(document: Document) -> dict[str, Any]:
    """What the two of a document are made of again, as JSON values by name."""
    return {"places": places_of(document).plain(), "table": table_of(document).plain()}


def _finding(document: Document) -> _Finding:
    return document.once("finding", lambda: _Finding(document))


class _Finding:
    """The finding of operations, and of what each goes by among all. `listed` is what stands for the tags of each."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.places = Places([], [], [], [], [], [], [])
        self.listed: list[Any] = []
        self.has_id: list[bool] = []
        # Parts of paths come again and again.
        self._parts: dict[str, str] = {}
        self._find()
        # An operationId that is written comes before one that is made of a method and path, wherever they stand.
        self.written: dict[str, int] = {}
        for number, wire in enumerate(self.places.wire_names):
            if wire:
                self.written.setdefault(wire, number)
        self._find_keys()

    def _find_keys(self) -> None:
        keys, written, known = self.places.keys, self.written, set[str]()
        for number, wire in enumerate(self.places.wire_names):
            key = wire if wire and written[wire] == number else self._other_key(number, known)
            keys.append(key)
            known.add(key)

    def _other_key(self, number: int, known: Collection[str]) -> str:
        """What an operation goes by whose operationId is another's, or that has none: a name made of its method and path."""
        names = self.path_names(number)
        keys = chain([next(names), f"{self.places.methods[number]} {self.places.paths[number]}"], names)
        return next(key for key in keys if key not in self.written and key not in known)

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self.places.faults.append(doubtful(place, message, consequence))

    def _find(self) -> None:
        paths = self._document.raw.get("paths", {})
        if not is_object(paths):
            self.places.faults.append(
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
                    self.places.faults.append(
                        Problem("document", place, message, "document", consequence="the one without a slash is left out")
                    )
                    continue
                self._doubt(place, "a path begins with a slash", f"it is read as {printable(path)}")
            self._find_in(path, item, place)

    def _find_in(self, path: str, item: object, place: str) -> None:
        try:
            found, place = self._document.follow(item, place)
        except SpecError as error:
            self.places.faults.extend(one._replace(consequence="its operations are left out") for one in error.problems)
            return
        if not is_object(found):
            self._doubt(place, "a path item is an object", "it has no operations")
            return
        seen = set[str]()
        for method, step, node in methods_of(self._document, found):
            if TOKEN.fullmatch(method) is None:
                message = f"the method {printable(method, 40)!r} is no token (RFC 9110, section 9.1)"
                self.places.faults.append(Problem("document", place + step, message, "document", consequence="it can't be called"))
            elif not is_object(node):
                message = "an operation is an object"
                self.places.faults.append(Problem("document", place + step, message, "document", consequence="it is left out"))
            elif method in seen:
                message = f"{printable(method)} has a field of its own, and is there as well"
                self.places.faults.append(
                    Problem("document", place + step, message, "document", consequence="this one is left out")
                )
            else:
                seen.add(method)
                self._place(path, method, node, place, step)

    def _place(self, path: str, method: str, node: dict[str, Any], path_item: str, step: str) -> None:
        places = self.places
        if len(places.paths) == _MOST_OPERATIONS and not self._document.trusted:
            raise SpecError(f"the document has over {_MOST_OPERATIONS} operations, and is not trusted")
        places.paths.append(path)
        places.methods.append(method)
        places.path_items.append(path_item)
        places.pointers.append(path_item + step)
        places.wire_names.append(as_string(node.get("operationId")))
        self.has_id.append("operationId" in node)
        self.listed.append(node.get("tags"))

    def path_names(self, number: int) -> Iterator[str]:
        """Names made of method and path: `get_users_by_id`, the same with symbols spelt out, then with digits of a digest, without end."""
        written, path = self.places.methods[number], self.places.paths[number]
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


class _Naming:
    """The naming of operations that were found."""

    def __init__(self, found: _Finding) -> None:
        self._found = found
        self._places = found.places
        self.table = Table(found.places, [], [], [], {}, [*found.places.faults])
        self._groups: dict[str, set[str]] = {}
        self._untagged: set[str] = set()
        # Those of tags that were met: most operations have what others have.
        self._within: dict[tuple[str, ...], int] = {}
        # Group name before any underscore that another name cost it -> its first tag.
        self._first_tags: dict[str, str] = {}
        self._name_all()

    def _name_all(self) -> None:
        table, keys, wires = self.table, self._places.keys, self._places.wire_names
        for number, listed in enumerate(self._found.listed):
            combination = self._within_of(number, listed)
            groups = table.groups[combination]
            name = self._free_name(number, groups)
            table.within.append(combination)
            table.names.append(name)
            for group in groups:
                self._groups[group].add(name)
            if not groups:
                self._untagged.add(name)
            if keys[number] != wires[number] and self._found.has_id[number]:
                self._doubt_id(number)

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self.table.faults.append(doubtful(place, message, consequence))

    def _doubt_id(self, number: int) -> None:
        places, wire = self._places, self._places.wire_names[number]
        place, told = f"{places.pointers[number]}/operationId", printable(wire, 100)
        if not wire:
            self._doubt(place, "an operationId is a text that is not empty", _NAMED_BY_PATH)
            return
        first = self._found.written[wire]
        before = f"{printable(places.methods[first], 20)} {printable(places.paths[first])}"
        called = (
            f"'{printable(places.methods[number], 20)} {printable(places.paths[number])}' or client.{self.table.dotted(number)}"
        )
        message = f"the operationId {told!r} is used before, by {before}"
        self._doubt(place, message, f"it means the other operation; this one is called by {called}")

    def _within_of(self, number: int, listed: Any) -> int:
        """The number of the combination of groups that an operation with these tags is in."""
        tags = texts_of(listed) if listed is not None else ()
        if listed is not None and not (is_array(listed) and len(tags) == len(listed)):
            self._doubt(f"{self._places.pointers[number]}/tags", "tags are a list of texts", "what is none is left out")
        known = self._within.get(tags)
        if known is None:
            known = self._within[tags] = len(self.table.groups)
            place = f"{self._places.pointers[number]}/tags"
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
        scopes: list[Collection[str]] = [self._groups[group] for group in groups] if groups else [self._untagged, self._groups]
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
        if wire := self._places.wire_names[number]:
            yield snake_case(wire)
        yield from self._found.path_names(number)


def _variables_by_name(part: str) -> str:
    return part.replace("{", "by_").replace("}", "")
