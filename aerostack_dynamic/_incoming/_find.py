"""Which operation a request is for: by its method and the path below a server's (OpenAPI 3.1, section 4.8.8.1)."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from .._errors import SpecError
from .._listed import read_servers
from .._template import read_template
from .._values import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._model import Operation, Server
    from .._spec import BaseSpec
    from .._template import Piece, Template

Below: TypeAlias = Literal["any", "servers", "base"]
# What stands before the path of a server's URL.
_ORIGIN: Final = re.compile(r"(?:[^/?#]*:)?//[^/?#]*")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
# A variable that may be written otherwise than it is called.
_SPELT: Final = re.compile(r"\{[^{}]*[^\w{}.-]")
_MOST_STEPS: Final = 10


class Found(NamedTuple):
    """The operation that a request is for.

    `variables` are the texts that stand for those of the template, as they were sent; `taken` the pairs of the query that the template
    itself has; `base` is the path of the server, without a slash at its end.
    """

    operation: Operation
    variables: dict[str, str]
    taken: tuple[str, ...]
    base: str


class _Leaf(NamedTuple):
    """An operation at the end of a path. `names` are the variables in the order in which the path has them, and then its `pairs`: those
    that the template has in the query.
    """

    operation: Operation
    names: tuple[str, ...]
    pairs: tuple[re.Pattern[str], ...]
    bases: tuple[re.Pattern[str], ...]

    def queried(self, given: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The pairs of a query that the template has, and the texts of the variables in them; None where one is missing."""
        taken: list[str] = []
        texts: list[str] = []
        for pattern in self.pairs:
            match = next((found for one in given if (found := pattern.fullmatch(one))), None)
            if match is None:
                return None
            taken.append(match[0])
            texts += match.groups()
        return tuple(taken), tuple(texts)


class _Node:
    """What may follow in a path: segments that are the same for all, segments with variables, and the operations that end here."""

    __slots__ = ("fixed", "leaves", "open")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.open: dict[re.Pattern[str], _Node] = {}
        self.leaves: dict[str, list[_Leaf]] = {}

    def found(
        self, segments: Sequence[str], index: int, method: str, given: tuple[str, ...]
    ) -> Iterator[tuple[_Leaf, tuple[str, ...]]]:
        """The operations that the segments from an index lead to, concrete paths before templated ones."""
        if index == len(segments):
            for leaf in self.leaves.get(method, ()):
                yield leaf, given
            return
        segment = segments[index]
        inner = self.fixed.get(unquote(segment) if "%" in segment else segment)
        if inner is not None:
            yield from inner.found(segments, index + 1, method, given)
        for pattern, inner in self.open.items():
            match = pattern.fullmatch(segment)
            if match is not None:
                yield from inner.found(segments, index + 1, method, given + match.groups())


class _Paths:
    """The paths of a document as a tree of segments, and those whose variables may hold slashes one by one."""

    def __init__(self, spec: BaseSpec) -> None:
        self.root = _Node()
        self.wide: list[tuple[re.Pattern[str], _Leaf]] = []
        self.bases: dict[str, re.Pattern[str]] = {}
        self._document = spec.document
        self.anywhere = not spec.servers
        self.shared = tuple(self._base(one) for one in spec.servers)
        for operation in spec.operations.values():
            self._add(operation)
        _sort(self.root)

    def _add(self, operation: Operation) -> None:
        template = read_template(operation.path, _names(operation, "path", "query") if _SPELT.search(operation.path) else ())
        pairs = template.query
        if any(piece.variable for pair in pairs for piece in pair):
            # What is a parameter of the query as well is sent as one.
            sent_anyway = {*_names(operation, "query")}.difference(_names(operation, "path"))
            pairs = tuple(pair for pair in pairs if not any(one.variable and one.text in sent_anyway for one in pair))
        names = tuple(one.text for group in (template.path, *pairs) for one in group if one.variable)
        leaf = _Leaf(operation, names, tuple(map(_pattern, pairs)), self._bases_of(operation))
        if any(piece.reserved for piece in template.path):
            self.wide.append((_pattern(template.path), leaf))
            return
        node = self.root
        for pieces in _segments(template):
            node = _step(node, pieces)
        node.leaves.setdefault(operation.method, []).append(leaf)

    def _bases_of(self, operation: Operation) -> tuple[re.Pattern[str], ...]:
        """The paths of the nearest servers that are listed, without reading the rest of the operation."""
        for place in (operation.pointer, operation.path_item):
            own = read_servers(as_object(self._document.at(place)).get("servers"))
            if own:
                return tuple(self._base(one) for one in own)
        return self.shared

    def _base(self, server: Server) -> re.Pattern[str]:
        known = self.bases.get(server.url)
        if known is None:
            known = self.bases[server.url] = _base_pattern(server)
        return known


def _names(operation: Operation, *locations: str) -> tuple[str, ...]:
    """The names of parameters in some locations, for templates that don't tell by themselves; reading them takes a while."""
    with suppress(SpecError):
        return tuple(one.name for one in operation.parameters if one.location in locations)
    return ()


def _pattern(pieces: Iterable[Piece]) -> re.Pattern[str]:
    return re.compile("".join("(.+)" if piece.variable else _literal(piece.text) for piece in pieces), re.DOTALL)


def _segments(template: Template) -> Iterator[list[Piece]]:
    """The pieces of each segment of a path, what stands before its first slash left out."""
    segment: list[Piece] = []
    for piece in template.path:
        if piece.variable:
            segment.append(piece)
            continue
        first, *rest = piece.text.split("/")
        segment.append(piece._replace(text=first))
        for text in rest:
            yield segment
            segment = [piece._replace(text=text)]
    yield segment


def _step(node: _Node, pieces: list[Piece]) -> _Node:
    if not any(one.variable for one in pieces):
        return node.fixed.setdefault(unquote("".join(one.text for one in pieces)), _Node())
    # The last variable takes what is left, the others as little as they can.
    pattern = "".join("(.+?)" if one.variable else _literal(one.text) for one in pieces)
    return node.open.setdefault(re.compile(pattern, re.DOTALL), _Node())


def _literal(text: str) -> str:
    """A pattern for a template's own text, as it is written or percent-encoded."""
    encoded = quote(text, safe="/:@!$&'()*+,;=%")
    return re.escape(text) if encoded == text else f"(?:{re.escape(text)}|{re.escape(encoded)})"


def _sort(node: _Node) -> None:
    """Put the more concrete before the less, all the way down: longer patterns have more text of their own."""
    node.open = dict(sorted(node.open.items(), key=lambda one: -len(one[0].pattern)))
    for leaves in node.leaves.values():
        leaves.sort(key=lambda one: -len(one.pairs))
    for inner in (*node.fixed.values(), *node.open.values()):
        _sort(inner)


def _base_pattern(server: Server) -> re.Pattern[str]:
    """What the path of a server's URL looks like; a variable in it may be any of its values, or a segment where it has none."""
    url = server.url
    if url.startswith("{"):
        first = url[1:].partition("}")[0]
        variable = server.variables.get(first)
        url = (variable.default or "" if variable else "") + url[len(first) + 2 :]
    path = _ORIGIN.sub("", url, count=1).partition("?")[0].partition("#")[0].rstrip("/")
    if path and not path.startswith("/"):
        path = f"/{path}"
    parts = _VARIABLE.split(path)
    pattern = "".join(_values(server, part) if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(f"{pattern}(?=/|$)")


def _values(server: Server, name: str) -> str:
    variable = server.variables.get(name)
    values: set[str] = {*variable.enum, *([variable.default] if variable.default else [])} if variable else set()
    return f"(?:{'|'.join([*(re.escape(one.strip('/')) for one in sorted(values)), '[^/]+'])})"


def find_operation(spec: BaseSpec, method: str, url: str, *, base: str | None = None) -> Found | None:
    """The operation that a request is for; None where the document has none.

    The path counts below a server that is the operation's (by its path item's or the document's), and as it is; `base` is the path of
    another server. Below which path the operations of a document are that lists no server is not known, so it may be any. Concrete
    segments come before templated ones (OpenAPI 3.1, section 4.8.8.1), and of templates those with more text of their own.
    """
    return next(find_operations(spec, method, url, base=base), None)


def find_operations(spec: BaseSpec, method: str, url: str, *, base: str | None = None, below: Below = "any") -> Iterator[Found]:
    """The operations that a request may be for: one, but for documents that tell several apart by other things than path and query.

    `below` says what the path counts below: `"any"` is what `find_operation` says; `"servers"` is `base` and the servers, the path as it
    is only where one of these has none; `"base"` is `base` alone, but for operations that have servers of their own.
    """
    paths = spec.document.once("paths", lambda: _Paths(spec))
    parts = urlsplit(url)
    path, pairs = parts.path or "/", parts.query.split("&")
    own = None if base is None else base.rstrip("/")
    for start in _starts(paths, path, own, below):
        any_server = start == own or (start == "" and below == "any") or (paths.anywhere and below != "base")
        found: tuple[str, ...] | None = None
        for leaf, given in _leaves(paths, method, path[len(start) :] or "/"):
            listed = below != "base" or leaf.bases is not paths.shared
            here = any_server or (listed and any(one.fullmatch(start) for one in leaf.bases))
            queried = leaf.queried(pairs) if here and found in (None, given) else None
            if queried is not None:
                found = given
                yield Found(leaf.operation, dict(zip(leaf.names, given + queried[1], strict=True)), queried[0], start)
        if found is not None:
            return


def _starts(paths: _Paths, path: str, own: str | None, below: Below) -> list[str]:
    """The paths of servers that a path may begin with, the longest first; of those that nobody has named the shortest."""
    found = {own} if own is not None and f"{path}/".startswith(f"{own}/") else set[str]()
    if below == "any" or (below == "servers" and paths.anywhere):
        found.add("")
    for pattern in paths.bases.values():
        match = pattern.match(path)
        if match is not None:
            found.add(match[0])
    known = sorted(found, key=len, reverse=True)
    steps = path.split("/")[:_MOST_STEPS] if paths.anywhere and below != "base" else []
    return [*known, *(one for index in range(2, len(steps)) if (one := "/".join(steps[:index])) not in found)]


def _leaves(paths: _Paths, method: str, below: str) -> Iterator[tuple[_Leaf, tuple[str, ...]]]:
    yield from paths.root.found(below.split("/"), 0, method, ())
    for pattern, leaf in paths.wide:
        match = pattern.fullmatch(below) if leaf.operation.method == method else None
        if match is not None:
            yield leaf, match.groups()
