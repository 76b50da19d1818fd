"""A document and the references in it: immutable values, walked by places, never fetching anything.

A place is where a value stands: a JSON pointer (RFC 6901) within the document, or the name of another file that belongs to it, `#`,
and a pointer within that: `/paths/~1pets`, `schemas/pet.yaml#/properties/name`. So a step further is the place with a pointer after it.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ._errors import SpecError
from ._parts import Parts, member, whole
from ._values import Problem, as_object, as_string, is_array, is_object, pointer_token, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from ._dialect import Dialect

_Made = TypeVar("_Made")
_LONGEST_CHAIN: Final = 100
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
# Members that hold values, not schemas; and those whose members are named by the author, so that such a name says nothing.
VALUES: Final = frozenset({"const", "default", "enum", "example", "examples", "value"})
NAMED: Final = frozenset(
    {
        *(
            "$defs",
            "callbacks",
            "content",
            "definitions",
            "dependentSchemas",
            "encoding",
            "headers",
            "links",
            "mediaTypes",
            "parameters",
        ),
        *("pathItems", "paths", "patternProperties", "properties", "requestBodies", "responses", "schemas", "securitySchemes"),
        *("webhooks", "x-webhooks"),
    }
)


class Base(NamedTuple):
    """What references at a place are relative to: the URI or file name of a resource, and the place of its root (RFC 3986, section 5.1)."""

    uri: str
    root: str


def no_fact(name: str) -> None:
    """What a document knows of itself that nothing was derived of before."""


class Document:
    """An OpenAPI document as parsed JSON, with what has been derived from it so far.

    What needs a part of it asks by `at` or `field`, which read no more than that of a document that was given as Parts; `raw` reads all
    of it. It is never changed. `sha256` names the bytes it came from, `openapi` is the version of the standard that it was written in, and
    `written` what stood there, where `raw` says it in the words of another. `bundled` is the version of a document that came with the
    package, and `load` the function that gives it again: such a document is pickled by its version alone. `trusted` says that it is the
    caller's own; else `address` is where it was fetched from, if it was. `name` is its file's name, `files` are the others that belong to
    it by theirs, and `absent` says of names that are referred to why they can't be had. `facts` gives by a name what was
    derived before as a JSON value. What is derived is kept by `once` and made again after a pickle.
    """

    __slots__ = (
        "_load",
        "_written",
        "absent",
        "address",
        "bundled",
        "dialect",
        "facts",
        "files",
        "memo",
        "name",
        "openapi",
        "root",
        "sha256",
        "trusted",
    )

    def __init__(
        self,
        raw: dict[str, Any] | Parts,
        dialect: Dialect,
        *,
        sha256: str,
        bundled: str | None = None,
        load: Callable[[str], Document] | None = None,
        trusted: bool = True,
        address: str | None = None,
        name: str = "",
        files: Mapping[str, Any] = _NONE,
        absent: Mapping[str, str] = _NONE,
        openapi: str = "",
        facts: Callable[[str], Any] = no_fact,
        written: dict[str, Any] | None = None,
    ) -> None:
        self.root: dict[str, Any] | Parts = raw
        self.dialect = dialect
        self.sha256 = sha256
        self.bundled = bundled
        self.trusted = trusted
        self.address = address
        self.name = name
        self.files = files
        self.absent = absent
        self.facts = facts
        self.openapi = openapi or str(raw.get("openapi", ""))
        self._written = written
        self._load = load
        self.memo: dict[Hashable, Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        if self._load is not None:
            return self._load, (self.bundled,)
        names = ("sha256", "trusted", "address", "name", "openapi", "written")
        kept = {one: getattr(self, one) for one in names}
        return _restore, (self.raw, self.dialect, {**kept, "files": dict(self.files), "absent": dict(self.absent)})

    def __deepcopy__(self, memo: dict[int, Any]) -> Document:
        return self

    @property
    def raw(self) -> dict[str, Any]:
        """All of it, as a plain object."""
        if isinstance(self.root, Parts):
            self.root = self.root.whole()
        return self.root

    @property
    def written(self) -> dict[str, Any]:
        """What stood there, in the words of the version that it was written in."""
        return self.raw if self._written is None else self._written

    def field(self, *names: str) -> Any:
        """The value of a field of the root, or of one in it, and so on; None where there is none."""
        node: Any = self.root
        for name in names:
            node = member(node, name)
        return whole(node)

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """`make()`, called once for a key. Two threads may both make it; one result stands."""
        try:
            return self.memo[key]  # type: ignore[no-any-return]  # what the key stood for before
        except KeyError:
            return self.memo.setdefault(key, make())  # type: ignore[no-any-return]  # the same

    def at(self, place: str) -> Any:
        """The value at a place. Raises KeyError when there is none."""
        node, pointer = self._start(place)
        for token in pointer_tokens(pointer):
            node = _step(node, token, place)
        return whole(node)

    def _start(self, place: str) -> tuple[Any, str]:
        if not place or place.startswith("/"):
            return self.root, place
        name, _, pointer = place.partition("#")
        return self.files[name], pointer

    def follow(self, node: object, place: str) -> tuple[Any, str]:
        """`node`, which stands at `place`, behind its chain of `$ref`s, with the place where it ends (OpenAPI 3.1, section 4.8.23).

        Raises SpecError for a reference that leads nowhere, out of the document, or round in a circle.
        """
        seen = 0
        while is_object(node) and isinstance(reference := node.get("$ref"), str):
            seen += 1
            if seen > _LONGEST_CHAIN:
                raise broken(place, f"the references starting here go round in a circle or over {_LONGEST_CHAIN} steps")
            node, place = self.target(reference, place)
        return node, place

    def target(self, reference: str, place: str, base: Base | None = None) -> tuple[Any, str]:
        """What a reference found at `place` names, and its place. Raises SpecError as `follow` does.

        `base` is what the reference is relative to, for those who know it; else it is found.
        """
        try:
            found = self.place_of(reference, base or self.base_of(place))
            return self.at(found), found
        except KeyError as error:
            raise broken(place, error.args[0] if isinstance(error, _Absent) else _nowhere(reference)) from None
        except ValueError:
            raise broken(place, _nowhere(reference)) from None

    def base_of(self, place: str) -> Base:
        """What references at a place are relative to: its file's name, its `$self`, or the `$id` around it (RFC 3986, section 5.1)."""
        name, mark, pointer = ("", "", place) if not place or place.startswith("/") else place.partition("#")
        node: Any = self.files[name] if mark else self.root
        here = name + mark
        base = Base(urljoin(name or self.name, as_string(member(node, "$self"))), here)
        if not self.dialect.json_schema:
            return base
        base = within(base, node, here)
        for token in pointer_tokens(pointer):
            node, here = _step(node, token, place), here + pointer_token(token)
            base = within(base, node, here)
        return base

    def place_of(self, reference: str, base: Base) -> str:
        """The place that a reference names, which may hold nothing. Raises KeyError with a sentence when its resource is not here."""
        uri, fragment = urldefrag(reference)
        start = base.root if not uri else self._resource(uri, base)
        fragment = unquote(fragment)
        if not fragment or fragment.startswith("/"):
            return start + fragment
        found = self.identifiers.anchors.get((start, fragment)) if self.dialect.json_schema else None
        if found is None:
            raise _Absent(_nowhere(reference))
        return found

    def _resource(self, uri: str, base: Base) -> str:
        """The place of the root of a resource: of what calls itself so by `$self` or `$id`, or of a file by its name.

        Where the base is a file's name, files come first, as no walk through the document is needed to find them; where it is a name of
        its own, what that makes of the reference does.
        """
        here = base.root.partition("#")[0] if not base.root.startswith("/") else ""
        name = uri if urlsplit(uri).scheme else normpath(join(dirname(here or self.name), unquote(uri)))
        found = self._file(name) if base.uri == (here or self.name) else None
        if found is None:
            found = self.identifiers.resources.get(urljoin(base.uri, uri), self._file(name))
        if found is None:
            told = self.absent.get(name) or f"the reference {printable(uri)!r} leaves the document, and is not among its files"
            raise _Absent(told)
        return found

    def _file(self, name: str) -> str | None:
        """The place of the root of a file."""
        return "" if name == self.name else f"{name}#" if name in self.files else None

    @property
    def identifiers(self) -> Identifiers:
        """What the document and its files call by names of their own. One walk through all of it, when first asked."""
        return self.once("identifiers", lambda: _identifiers(self))


class Identifiers(NamedTuple):
    """Places by the names that schemas and documents give themselves.

    `resources` by `$self` or `$id`; `anchors` by the place of their resource's root and `$anchor` or `$dynamicAnchor`; `dynamic` those
    of the latter alone, by the place of their resource's root.
    """

    resources: Mapping[str, str]
    anchors: Mapping[tuple[str, str], str]
    dynamic: Mapping[str, Mapping[str, str]]


def within(base: Base, node: object, place: str) -> Base:
    """The base within a schema at `place`: another one where it has an `$id`."""
    own = node.get("$id") if is_object(node) else None
    if not isinstance(own, str) or own.startswith("#"):
        return base
    return Base(urldefrag(urljoin(base.uri, own))[0], place)


def _identifiers(document: Document) -> Identifiers:
    resources: dict[str, str] = {}
    anchors: dict[tuple[str, str], str] = {}
    dynamic: dict[str, dict[str, str]] = {}
    starts = {document.name: "", **{name: f"{name}#" for name in document.files}}
    for start in starts.values():
        base = document.base_of(start)
        resources.setdefault(base.uri, base.root)
        for node, place, inner in _resources_within(document.at(start), start, base):
            if inner.root == place:
                resources.setdefault(inner.uri, place)
            for word in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := node.get(word), str):
                    anchors.setdefault((inner.root, name), place)
                    if word == "$dynamicAnchor":
                        dynamic.setdefault(inner.root, {}).setdefault(name, place)
    return Identifiers({**starts, **resources}, anchors, dynamic)


def _resources_within(node: Any, place: str, base: Base) -> Iterator[tuple[dict[str, Any], str, Base]]:
    """Every object that may be a schema, with its place and base, in the order of the document: the first to bear a name has it."""
    waiting: list[tuple[Any, str, Base, bool]] = [(node, place, base, False)]
    while waiting:
        here, where, around, named = waiting.pop()
        inner: list[tuple[Any, str, Base, bool]] = []
        if is_array(here):
            inner = [(one, where + pointer_token(index), around, False) for index, one in enumerate(here)]
        elif is_object(here):
            if not named:
                around = within(around, here, where)
                yield here, where, around
            inner = [
                (one, where + pointer_token(key), around, not named and key in NAMED)
                for key, one in here.items()
                if named or key not in VALUES
            ]
        waiting += reversed(inner)


class _Absent(KeyError):
    """That a resource is not here; its argument is the sentence that says why."""


def _nowhere(reference: str) -> str:
    return f"the reference {printable(reference)!r} leads nowhere"


def _step(node: Any, token: str, place: str) -> Any:
    if not is_array(node):
        return node[token] if type(node) is Parts else as_object(node)[token]
    if not (token.isascii() and token.isdigit() and str(int(token)) == token and int(token) < len(node)):
        raise KeyError(place)
    return node[int(token)]


def broken(place: str, message: str) -> SpecError:
    """The error for a reference at `place` that can't be followed."""
    return SpecError("a reference can't be followed", [Problem("document", place, message, "$ref")])


def _restore(raw: dict[str, Any], dialect: Dialect, kept: dict[str, Any]) -> Document:
    return Document(raw, dialect, **kept)


def digest(content: bytes) -> str:
    """The SHA-256 of a document's bytes, in hexadecimal."""
    from hashlib import sha256  # noqa: PLC0415  # bundled documents bring theirs along

    return sha256(content).hexdigest()
