"""The whole file: a client and an asynchronous one over classes of groups and operations, and the types of what they take and give.

All that stands for an operation, a group or a result is a name to annotate with. What runs is the client's own: its operations come
from the document, whose SHA-256 the file carries.
"""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from typing import TYPE_CHECKING, Final

from .._errors import ArgumentsError
from .._values import as_object, as_string, printable
from ._classes import ASYNC, SYNC, Kind, Member, Writer
from ._docs import prose, summary
from ._operations import Face, Faces
from ._schemas import Schemas
from ._text import Names, bracketed, class_name, docstring, literal
from ._types import Named, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._load import Spec
    from .._model import Operation

# Module -> the names that annotations may use of it; others are builtins.
_HOMES: Final = (
    ("collections.abc", "Mapping"),
    ("datetime", "date datetime time timedelta"),
    ("decimal", "Decimal"),
    ("pathlib", "Path"),
    ("typing", "Any Literal Protocol TypeAlias Union"),
    ("uuid", "UUID"),
    ("typing_extensions", "NotRequired TypedDict deprecated"),
    (
        "aerostack_dynamic.typed",
        "Array AsyncListing AsyncStream AsyncTypedClient AsyncTypedOperation BodyPart Event File Listing MadeFor RecordList Request "
        "Response Stream TypedClient TypedOperation TypedRecord Unset",
    ),
)
_BUILTINS: Final = "None bool bytes dict float int list object property str"
_RESERVED: Final = frozenset(" ".join([_BUILTINS, *(names for _, names in _HOMES)]).split())
_BUILT_IN: Final = frozenset(dir(builtins))
_MARKS: Final = ("# fmt: off", "# ruff: noqa")


def write_stub(spec: Spec, class_name: str = "Client", *, file: str | None = None, made_by: str = "aerostack-dynamic stubs") -> str:
    """A Python file with a typed client of a document, `class_name`, and the asynchronous one, with `Async` before it.

    The client loads the bundled document that `spec` is, or the document at `file`, a path that is relative to the folder of the file
    that is written; with neither it must be given one. `made_by` is named in the first line. Raises ArgumentsError for a name that no
    class may have.
    """
    check_class_name(class_name)
    return "\n".join(_File(spec, class_name, file).lines(made_by)) + "\n"


def check_class_name(name: str) -> None:
    """Raises ArgumentsError for what can't be the name of a client's class in a file that is written."""
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        raise ArgumentsError(f"class_name: {printable(name)!r} is no identifier; give one such as 'ShopClient'")
    if keyword.iskeyword(name):
        raise ArgumentsError(f"class_name: {name!r} is a keyword of Python; give a name such as 'ShopClient'")
    if name.startswith("_"):
        raise ArgumentsError(f"class_name: {name!r} begins with an underscore; give a name such as 'ShopClient'")
    taken = next((one for one in (name, f"Async{name}") if one in _RESERVED or one in _BUILT_IN), None)
    if taken is not None:
        raise ArgumentsError(f"class_name: {taken!r} has a meaning of its own in the file; give another name, such as 'ShopClient'")


class _File:
    def __init__(self, spec: Spec, name: str, file: str | None) -> None:
        self._spec = spec
        self._name = name
        self._file = file
        self._names = Names([*_RESERVED, name, f"Async{name}"])
        self._scope = Scope()
        self._writer = Writer(self._scope)
        self._schemas = Schemas(spec.document, self._names)
        self._faces: dict[str, Face] = {}
        self._classes: dict[str, tuple[str, str, str]] = {}

    def lines(self, made_by: str) -> Iterator[str]:
        """The lines of the file."""
        self._read()
        body = [*self._types(), *self._operations()]
        for kind in (SYNC, ASYNC):
            body += self._client(kind)
        renamed = [f"_{name} = {name}" for name in sorted(self._scope.renamed)]
        yield f"# Written by `{made_by}`, for the document with SHA-256 {self._spec.sha256}. Changes are lost when it is written anew."
        yield from _MARKS
        yield from (*docstring(f"{self._title()}, as type checkers and editors see it.", ""), "")
        yield from ("from __future__ import annotations", "", *self._imports(), *([""] if renamed else []))
        builtin = [one for one in renamed if one.rpartition(" ")[2] in _RESERVED]
        yield from (*builtin, *body, *(["", ""] if len(renamed) > len(builtin) else []))
        yield from (one for one in renamed if one not in builtin)

    def _read(self) -> None:
        faces = Faces(self._spec.document, self._schemas)
        for key, operation in self._spec.operations.items():
            base = class_name(key)
            face = faces.results(operation, base)
            if face is not None:
                self._faces[key] = face
                names = (f"_{base}Operation", f"{base}Operation", f"Async{base}Operation")
                self._classes[key] = tuple(map(self._names.new, names))  # type: ignore[assignment]  # three of three
        self._schemas.finish()
        self._faces = {key: faces.arguments(face) for key, face in self._faces.items()}
        self._schemas.finish()

    def _types(self) -> Iterator[str]:
        for one in self._schemas.declared:
            yield from ("", "", *self._writer.declared(one))

    def _operations(self) -> Iterator[str]:
        for key, face in self._faces.items():
            yield from ("", "", *self._writer.operation(face, self._classes[key]))

    def _client(self, kind: Kind) -> Iterator[str]:
        members: list[Member] = []
        tags = {one.group: one.description or one.summary for one in reversed([*self._spec.tags.values()])}
        for group, operations in self._spec.groups.items():
            name = self._names.new(f"{kind.prefix}{class_name(group)}Group")
            text = tags.get(group) or f"The operations of {group}."
            yield from ("", "", *self._writer.group(name, text, [*self._members(kind, operations)]))
            members.append(Member(group, Named(name), text))
        members += self._members(kind, self._spec.untagged)
        base = f"{kind.prefix}TypedClient"
        yield from ("", "", *self._writer.client(kind.prefix + self._name, base, self._about(), self._made_for(), members))

    def _members(self, kind: Kind, operations: Mapping[str, Operation]) -> Iterator[Member]:
        for name, operation in operations.items():
            classes = self._classes.get(operation.operation_id)
            known = Named(classes[2 if kind is ASYNC else 1]) if classes else None
            yield Member(name, known, summary(operation))

    def _title(self) -> str:
        return f"{self._spec.title or 'A client'} {self._spec.version}".strip()

    def _about(self) -> str:
        info = as_object(self._spec.document.field("info"))
        return "\n\n".join(filter(None, [f"A client of {self._title()}.", prose(as_string(info.get("description")))]))

    def _made_for(self) -> str:
        made, bundled = self._scope.name("MadeFor"), self._spec.document.bundled
        place = f", bundled={literal(bundled)}" if bundled else ""
        if not bundled and self._file is not None:
            place = f", file={self._scope.name('Path')}(__file__).parent / {literal(self._file)}"
        return f"{made}({literal(self._spec.sha256)}{place})"

    def _imports(self) -> Iterator[str]:
        for home, names in _HOMES:
            used = [name for name in names.split() if name in self._scope.used]
            if used:
                yield from (
                    bracketed("", f"from {home} import (", used, ")")
                    if len(used) > 6
                    else [f"from {home} import {', '.join(used)}"]
                )
