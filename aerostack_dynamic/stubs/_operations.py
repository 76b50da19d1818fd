"""Operations as types: what each takes and what it gives, as an answer, as a stream and as a list over pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .._arguments import kind_of
from .._call import layout_of
from .._deprecated import said
from .._errors import AerostackError
from .._media_type import family, stream_form
from .._paging import page_rules
from .._shape import shape_at
from .._stream_rules import item_of, marks_of
from .._typed import is_any_file, schema_of_each
from ._schemas import items_of
from ._text import class_name
from ._types import ANY, BOOL, BYTES, NONE, STR, Applied, Named, Type, Values, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._arguments import Layout
    from .._model import Argument, DocumentedResponse, MediaType, Operation
    from .._reference import Document
    from .._shape import Shape
    from ._schemas import Schemas

FILE: Final = Named("File")
_NO_BODY: Final = ("204", "205")
# Of these media types a body is written from values; of others it may be given as it is sent as well.
_BY_SCHEMA: Final = ("json", "form")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of a call."""

    name: str
    type: Type
    required: bool


@dataclass(frozen=True, slots=True)
class Face:
    """What type checkers see of an operation. `others` is the type of arguments that are not declared, None where there may be none.

    `flag` is the keyword that asks for a stream, and `item` what a stream is of; `entry` is what a list over pages is of, None where the
    document does not say how its pages follow each other. `deprecated` is what is said of a deprecated one.
    """

    operation: Operation
    name: str
    result: Type
    item: Type
    entry: Type | None
    flag: str | None
    deprecated: str = ""
    keywords: tuple[Keyword, ...] = ()
    others: Type | None = None

    def called(self, flag: Type) -> tuple[Keyword, ...]:
        """The keywords of a call that asks for a stream, or does not: as `flag` says."""
        return tuple(replace(one, type=flag) if one.name == self.flag else one for one in self.keywords)


class Faces:
    """Reads the operations of a document: first what all of them give, then what each takes, which may be what another gave."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    def results(self, operation: Operation, name: str) -> Face | None:
        """What an operation gives; None for one that can't be called."""
        try:
            marks = marks_of(operation)
            layout = layout_of(self._document, operation, None)
            result = one_of(self._results(operation, name)) if operation.method != "HEAD" else NONE
            flag = layout.accepted.get(marks.flag) if marks else None
            return Face(
                operation,
                name,
                result,
                one_of(self._items(operation, name)),
                self._entry(operation, name, result),
                flag.name if flag is not None and self._input(layout, flag, name) == BOOL else None,
                said(self._document, operation) if operation.deprecated else "",
            )
        except AerostackError:
            return None

    def arguments(self, face: Face) -> Face:
        """The face with what the operation takes."""
        layout = layout_of(self._document, face.operation, None)
        keywords = tuple(Keyword(one.name, self._input(layout, one, face.name), one.required) for one in layout.arguments)
        others = layout.body_shape.additional if layout.open_body and layout.body_shape else None
        extra = self._schemas.of_shape(others, f"{face.name}Value", "input") if layout.open_body else None
        return replace(face, keywords=keywords, others=extra)

    # ---- what an operation takes

    def _input(self, layout: Layout, argument: Argument, name: str) -> Type:
        hint = name + class_name(argument.name)
        if argument.parameter is not None:
            one = argument.parameter
            schema = one.content.schema if one.content else one.schema
            return self._schemas.type_of(schema.pointer, hint, "input") if schema else ANY
        if argument.wire is None:
            return self._body(layout.media_type, layout.body_shape, f"{name}Body", argument.binary)
        shape = layout.body_shape.properties[argument.wire] if layout.body_shape else None
        if argument.binary:
            return Applied("Array", (FILE,)) if shape and "array" in shape.types else FILE
        made = self._schemas.of_shape(shape, hint, "input")
        multipart = layout.media_type is not None and kind_of(layout.media_type.name) == "multipart"
        return one_of([made, FILE]) if multipart and made == STR else made

    def _body(self, media_type: MediaType | None, shape: Shape | None, hint: str, binary: bool) -> Type:
        """A body as a whole. What may be sent as it is may be a file."""
        kind = kind_of(media_type.name) if media_type else "missing"
        if binary:
            return FILE
        if kind in _BY_SCHEMA:
            return self._schemas.of_shape(shape, hint, "input")
        return one_of([STR, FILE]) if kind == "text" else ANY

    # ---- what it gives

    def _successes(self, operation: Operation) -> list[DocumentedResponse]:
        """The responses that a result is read by: those of 2xx, else the default."""
        found = [one for status, one in operation.responses.items() if status.startswith("2")]
        return found or [one for status, one in operation.responses.items() if status == "default"]

    def _results(self, operation: Operation, name: str) -> Iterator[Type]:
        for response in self._successes(operation):
            content = [one for one in response.content.values() if stream_form(one.name) != "events"]
            if response.status in _NO_BODY or not response.content:
                yield NONE
            elif not content:
                yield STR
            for media_type in content if response.status not in _NO_BODY else ():
                yield self._decoded(media_type, f"{name}Result")

    def _decoded(self, media_type: MediaType, hint: str) -> Type:
        kind = family(media_type.name)
        if is_any_file(self._document, media_type):
            return BYTES
        if "*" in media_type.name.partition("/")[2] or kind == "missing":
            return ANY
        if kind == "multipart":
            return Applied("list", (Named("BodyPart"),))
        if kind in ("lines", "sequence"):
            schema = schema_of_each(self._document, media_type)
            return Applied("list", (self._schemas.type_of(schema.pointer, f"{hint}Item", "output") if schema else ANY,))
        if kind == "binary":
            return BYTES
        plain = STR if kind == "text" else ANY
        return self._schemas.type_of(media_type.schema.pointer, hint, "output") if media_type.schema else plain

    def _items(self, operation: Operation, name: str) -> Iterator[Type]:
        """What a stream is of: events, lines, or bytes where the document has neither."""
        content = [one for response in self._successes(operation) for one in response.content.values()]
        streams = [one for one in content if stream_form(one.name) != "bytes"]
        if not streams:
            yield BYTES
        marks = marks_of(operation)
        for media_type in streams:
            form = stream_form(media_type.name)
            item = item_of(self._document, media_type, form, marks)
            if item.typed and item.event is not None:
                data = self._schemas.of_shape(shape_at(self._document, item.event).properties.get("data"), f"{name}Event", "output")
            elif item.variants:
                several = [self._output(one.content, f"{name}Event") for one in item.variants]
                data = one_of([STR, *several])
            else:
                data = self._output(item.schema, f"{name}Event") if item.json else STR
            yield Applied("Event", (data,)) if form == "events" else data

    def _output(self, place: str | None, hint: str) -> Type:
        return ANY if place is None else self._schemas.type_of(place, hint, "output")

    def _entry(self, operation: Operation, name: str, result: Type) -> Type | None:
        """What a list over pages is of; None where it can't be followed."""
        if "x-aerostack-pages" not in operation.details.extensions:
            return None
        try:
            rules = page_rules(self._document, operation)
        except AerostackError:
            return None
        if rules.items is None or not rules.items.tokens:
            return items_of(result)
        for response in self._successes(operation):
            for media_type in response.content.values():
                if media_type.schema is not None and family(media_type.name) == "json":
                    shape = shape_at(self._document, media_type.schema.pointer).within(rules.items.tokens)
                    return items_of(self._schemas.of_shape(shape, f"{name}Page", "output"))
        return ANY


NO_STREAM: Final = Values((False,))
A_STREAM: Final = Values((True,))
