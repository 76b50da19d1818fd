"""Classes as source code: the types of what operations take and give, the operations, their groups, and the clients over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ._docs import cut, operation_text, summary
from ._operations import A_STREAM, NO_STREAM, Face, Keyword
from ._text import bracketed, can_be_key, docstring, literal
from ._types import ANY, BYTES, NONE, STR, UNSET, Applied, Choice, Named, Scope, Type, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._schemas import Declared, Field

_INDENT: Final = " " * 4
_INNER: Final = " " * 8


class Member(NamedTuple):
    """An attribute of a group or a client: its name, the class of what it holds (None for an operation that can't be called), its text."""

    name: str
    type: Named | None
    text: str


class Kind(NamedTuple):
    """How a client waits: what its classes are called, and what its calls give."""

    prefix: str
    define: str
    stream: str
    listing: str


SYNC: Final = Kind("", "def", "Stream", "Listing")
ASYNC: Final = Kind("Async", "async def", "AsyncStream", "AsyncListing")


class Writer:
    """Writes classes, with the names that they use noted in `scope`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def _written(self, made: Type) -> str:
        return made.written(self.scope)

    def _name(self, name: str) -> str:
        return self.scope.name(name)

    # ---- what is taken and given

    def declared(self, one: Declared) -> Iterator[str]:
        """A record, a TypedDict, or another name for a type."""
        self.scope.shadowed = ()
        if one.alias is not None:
            yield f"{one.name}: {self._name('TypeAlias')} = {self._alias(one.alias)}"
            yield from docstring(cut(one.description), "")
        elif one.way == "output":
            yield from self._body(one, f"class {one.name}({self._name('TypedRecord')}):")
        elif all(can_be_key(field.name) for field in one.fields):
            yield from self._body(one, f"class {one.name}({self._name('TypedDict')}):")
        else:
            yield f"{one.name} = {self._name('TypedDict')}("
            yield f"{_INDENT}{literal(one.name)},"
            yield f"{_INDENT}{{"
            yield from (f"{_INNER}{literal(field.name)}: {self._quoted(self._given(field))}," for field in one.fields)
            yield f"{_INDENT}}},"
            yield ")"
            yield from docstring(cut(one.description), "")

    def _quoted(self, made: Type) -> str:
        """A type as a text, which is read by type checkers alone; they read no text with escapes in it."""
        written = literal(self._written(made))
        return written if "\\" not in written else literal(self._written(ANY))

    def _alias(self, made: Type) -> str:
        """A type as a value that `|` takes while the program runs, of which the classes may stand further below."""
        if isinstance(made, Applied):
            return f"{self._name(made.name)}[{', '.join(map(self._quoted, made.arguments))}]"
        members = made.members if isinstance(made, Choice) else (made,)
        return f"{self._name('Union')}[{', '.join(self._written(one) if one == NONE else self._quoted(one) for one in members)}]"

    def _given(self, field: Field) -> Type:
        return field.type if field.required else Applied("NotRequired", (field.type,))

    def _body(self, one: Declared, head: str) -> Iterator[str]:
        self.scope.shadowed = {field.name for field in one.fields}
        yield head
        text = docstring(cut(one.description), _INDENT)
        yield from [*text, ""] if text else ()
        for field in one.fields:
            yield f"{_INDENT}{field.name}: {self._written(self._given(field))}"
            yield from docstring(cut(field.description), _INDENT)
        self.scope.shadowed = ()

    # ---- operations

    def operation(self, face: Face, names: tuple[str, str, str]) -> Iterator[str]:
        """Three classes: what an operation has on every client, and that with its calls for each kind of client."""
        shared, *several = names
        protocol = self._name("Protocol")
        yield f"class {shared}({protocol}):"
        request, text = Named("Request"), "The request of the call, checked and not sent, without credentials."
        yield from self._method("def", "prepare", face, face.keywords, request, text)
        yield from self._method("def", "curl", face, face.keywords, STR, "The call as a shell command, without credentials.")
        for kind, name in zip((SYNC, ASYNC), several, strict=True):
            base = self._name(f"{kind.prefix}TypedOperation")
            yield from ("", "", f"class {name}({shared}, {base}, {protocol}):")
            yield from docstring(summary(face.operation), _INDENT)
            yield from self._calls(kind, face)

    def _calls(self, kind: Kind, face: Face) -> Iterator[str]:
        called = face.called(NO_STREAM)
        yield from self._method(kind.define, "__call__", face, called, face.result, operation_text(face.operation))
        answer = Applied("Response", (face.result,))
        yield from self._method(kind.define, "raw", face, called, answer, "The call, with the answer's status and headers.")
        stream = Applied(kind.stream, (face.item,))
        come = "bytes of the answer as they come" if face.item == BYTES else "answer as it comes"
        text = f"The {come}, within a `with` block."
        yield from self._method("def", "stream", face, face.called(A_STREAM), stream, text)
        if face.entry is not None:
            pages, items = (Applied(kind.listing, (one,)) for one in (face.result, face.entry))
            yield from self._method("def", "pages", face, called, pages, "The pages of the list, each asked for when it is needed.")
            yield from self._method("def", "items", face, called, items, "The items of all pages, one by one.")

    def _method(self, define: str, name: str, face: Face, keywords: Iterable[Keyword], result: Type, text: str) -> Iterator[str]:
        items = [self._keyword(one) for one in keywords]
        taken = {one.name for one in face.keywords}
        others = [f"**_others: {self._written(face.others)}"] if face.others is not None else []
        start = ["_self" if "self" in taken else "self", *(["*"] if items else [])]
        yield ""
        if face.deprecated:
            yield f"{_INDENT}@{self._name('deprecated')}({literal(face.deprecated)})"
        yield from bracketed(_INDENT, f"{define} {name}(", [*start, *items, *others], f") -> {self._written(result)}:")
        yield from (*docstring(text, _INNER), f"{_INNER}...")

    def _keyword(self, one: Keyword) -> str:
        if one.required:
            return f"{one.name}: {self._written(one.type)}"
        given = one.type if one.type == ANY else one_of([one.type, UNSET])
        return f"{one.name}: {self._written(given)} = ..."

    # ---- groups and clients

    def group(self, name: str, text: str, members: list[Member]) -> Iterator[str]:
        """A class with an attribute for each operation of a group."""
        yield f"class {name}({self._name('Protocol')}):"
        yield from docstring(cut(text), _INDENT)
        self.scope.shadowed = {one.name for one in members}
        for one in members:
            yield from ("", f"{_INDENT}@{self._name('property')}")
            yield f"{_INDENT}def {one.name}(self) -> {self._written(one.type or ANY)}:"
            yield from (*docstring(cut(one.text), _INNER), f"{_INNER}...")
        self.scope.shadowed = ()

    def client(self, name: str, base: str, text: str, made_for: str, members: list[Member]) -> Iterator[str]:
        """A client, with an attribute for each group and each operation that is in none."""
        yield f"class {name}({self._name(base)}):"
        yield from docstring(text, _INDENT)
        yield from ("", f"{_INDENT}_made_for = {made_for}")
        self.scope.shadowed = {one.name for one in members}
        for one in members:
            yield f"{_INDENT}{one.name}: {self._written(one.type or ANY)}"
            yield from docstring(cut(one.text), _INDENT)
        self.scope.shadowed = ()
