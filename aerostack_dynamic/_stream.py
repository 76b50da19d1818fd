"""From the pieces of a body to the items of a stream: decoding, parsing, checking, and how it may end. No I/O.

What asks for a stream, and how one ends, stands in the document's `x-aerostack-stream`; what an item is, in the media type's
`itemSchema` (OpenAPI 3.2, section 4.14.4) or `schema`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._bounded import Layer
from ._codec import UndecodableError, decode_json
from ._errors import ArgumentsError, NoResponseError, ResponseError, SpecError, StreamError, TimeoutError
from ._events import Event, EventParser, LineParser, PieceParser, TooLargeError
from ._media_type import best_match, essence, family, stream_form
from ._result import AnswerReader, code_and_message
from ._schema import compile_schema
from ._shape import shape_at
from ._values import UNSET, Problem, as_object, as_string, is_array, json_pointer, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from . import _http
    from ._arguments import Layout
    from ._call import Call
    from ._errors import AerostackError
    from ._hidden import Hidden
    from ._media_type import StreamForm
    from ._model import MediaType, Operation, SchemaObject
    from ._options import Options
    from ._reference import Document
    from ._steps import Received, Unread
    from ._values import Drift

_NO_BODY: Final = (204, 205)


class Marks(NamedTuple):
    """What `x-aerostack-stream` says.

    `flag` is the argument that asks for a stream, `sentinel` the data that closes it, `error` where in an item an error stands.
    """

    flag: str
    sentinel: str | None
    error: tuple[str, ...] | None


def marks_of(operation: Operation) -> Marks | None:
    """What the document says of an operation's streams, if anything. Raises SpecError when it can't be used."""
    raw = operation.details.extensions.get("x-aerostack-stream")
    if raw is None:
        return None
    said = as_object(raw)
    sentinel, error = said.get("sentinel"), said.get("error")
    try:
        tokens = None if error is None else tuple(pointer_tokens(str(error)))
    except ValueError:
        pointer = operation.pointer + json_pointer("x-aerostack-stream", "error")
        message = "is no JSON pointer, such as '/error'"
        raise SpecError("the document is malformed", [Problem("document", pointer, message, "document")]) from None
    return Marks(as_string(said.get("flag")), None if sentinel is None else str(sentinel), tokens)


# ---- asking


def asking(operation: Operation, layout: Layout, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the one that asks for a stream. Raises ArgumentsError when that was given, and is not True."""
    marks = marks_of(operation)
    if marks is None or not marks.flag:
        return {**arguments}
    flag = marks.flag
    argument = layout.accepted.get(flag)
    given = [name for name in arguments if name == flag or (argument is not None and layout.accepted.get(name) is argument)]
    if any(arguments[name] not in (True, UNSET) for name in given):
        raise _refused(layout, flag, ".stream(...) sets it to True; leave it out")
    return {**{name: value for name, value in arguments.items() if name not in given}, flag: True}


def refuse_asking(operation: Operation, layout: Layout, call: Call) -> None:
    """Raise ArgumentsError when a call that takes one answer asks for a stream."""
    marks = marks_of(operation)
    if marks is None or not marks.flag:
        return
    argument = layout.accepted.get(marks.flag)
    if argument is None or argument.parameter is None:
        value = as_object(call.body).get((argument and argument.wire) or marks.flag)
    else:
        value = next((value for parameter, value in call.parameters if parameter is argument.parameter), None)
    if value not in (None, False, "false"):
        raise _refused(layout, marks.flag, f"asks for a stream, which {operation.name}.stream(...) gives; leave it out there too")


def _refused(layout: Layout, flag: str, message: str) -> ArgumentsError:
    argument = layout.accepted.get(flag)
    place = json_pointer((argument and argument.wire) or flag)
    return ArgumentsError("", [Problem(argument.location if argument else "body", place, message, "stream")])


# ---- what an item is


class Item(NamedTuple):
    """How the items of a stream are read: as JSON or as they are, and the schema they are held against, by its pointer."""

    json: bool
    schema: str | None


def item_of(document: Document, media_type: MediaType | None, form: StreamForm, marks: Marks | None) -> Item:
    """How items of a media type are read: as JSON where the schema describes no text, or where only JSON can hold the error."""
    if form == "bytes":
        return Item(False, None)
    json = form == "lines" or (marks is not None and marks.error is not None)
    schema = (media_type.item_schema or media_type.schema) if media_type is not None else None
    if media_type is None or schema is None:
        return Item(json or marks is not None, None)
    if media_type.item_schema is not None and form == "events":
        within = _data_of_event(document, schema)
        if within is not None:
            return Item(json or within.json, within.schema)
    pointer = schema.pointer if media_type.item_schema is not None else _each(document, schema)
    shape = shape_at(document, pointer)
    if form == "events" and shape.types == frozenset({"string"}):
        return Item(json, None)
    json = json or ("string" not in shape.types and bool(shape.types or shape.properties or marks))
    return Item(json, pointer if json else None)


def _each(document: Document, schema: SchemaObject) -> str:
    """Where the schema of each item stands: a `schema` that is an array describes the stream as a whole (OpenAPI 3.2)."""
    node, place = document.follow(schema.raw, schema.pointer)
    node = as_object(node)
    return f"{place}/items" if node.get("type") == "array" and isinstance(node.get("items"), (dict, bool)) else schema.pointer


def _data_of_event(document: Document, schema: SchemaObject) -> Item | None:
    """What an `itemSchema` says of `data`, where it describes the event around it as the standard has it; None where it does not."""
    node, place = document.follow(schema.raw, schema.pointer)
    data, place = document.follow(as_object(as_object(node).get("properties")).get("data"), f"{place}/properties/data")
    data = as_object(data)
    if data.get("type") != "string" and "contentMediaType" not in data:
        return None
    json = family(as_string(data.get("contentMediaType"))) == "json"
    return Item(json, f"{place}/contentSchema" if json and "contentSchema" in data else None)


# ---- reading


class Items(AnswerReader):
    """The items of one stream, from the pieces of its body.

    `form` says what they are, `ready` are those that came, `ended` says that no more will, `error` why it ended otherwise than it
    should; what came before an error is delivered before it. `unread` is the body, for the driver. `hidden` gives what the call has
    sent as a secret, which no error repeats. Raises StreamError for an answer that is no such stream.
    """

    def __init__(
        self,
        document: Document,
        operation: Operation,
        received: Received,
        request: _http.Request,
        options: Options,
        hidden: Callable[[], Hidden],
    ) -> None:
        super().__init__(document, operation, received, request, options)
        self._hidden = hidden
        assert received.unread is not None
        self.unread: Unread = received.unread
        self.ready: deque[Any] = deque()
        self.error: AerostackError | None = None
        self.ended = received.status in _NO_BODY
        self.undocumented = False
        self._marks = marks_of(operation)
        self._count = 0
        self._pieces: Iterator[bytes] = iter(())
        self._parser: EventParser | LineParser | PieceParser = PieceParser()
        try:
            self._layer = Layer(self.unread.coding)
        except ResponseError as error:
            raise self._error(error.reason) from None
        form, media_type = self._form()
        self.form: StreamForm = form
        self._parser = EventParser() if form == "events" else LineParser() if form == "lines" else PieceParser()
        self._item = item_of(document, media_type, form, self._marks)
        if self._item.schema is not None and self._mode != "off":
            compile_schema(document, self._item.schema, options.validation.engine, formats=options.formats)

    @property
    def last_event_id(self) -> str:
        """The id of the last event that came whole, empty where none had one."""
        return self._parser.last_event_id

    def take_drifts(self) -> Sequence[Drift]:
        """The drifts since this was last asked."""
        drifts, self._drifts = self._drifts, []
        return drifts

    def _form(self) -> tuple[StreamForm, MediaType | None]:
        """What the stream is of, by the answer's own media type, or by the declared one where it has none."""
        documented = self._documented()
        self.undocumented = documented is None
        content: Mapping[str, MediaType] = documented.content if documented else {}
        self._judge_headers(documented, None)
        streams = [name for name in content if stream_form(name) != "bytes"]
        content_type = self._received.headers.get("content-type", "") or next(iter([*streams, *content]), "")
        media_type = best_match(content, content_type)
        form = stream_form(content_type)
        shown = printable(essence(content_type), 60)
        if streams and form == "bytes" and not self.ended:
            self._no_stream(f"the answer is {shown}, and no stream of {' or '.join(streams)}")
        elif media_type is None and content_type and not self.ended:
            self._depart("content-type", f"the document has {', '.join(content) or 'no body here'}, not {shown}")
        return form, media_type

    def _no_stream(self, message: str) -> None:
        """One whole answer where items were asked for: what was to read them could not."""
        if self._mode in ("strict", "tolerant"):
            raise self._error(message)
        self._depart("content-type", message)

    def take(self, chunk: bytes | None) -> None:
        """What was read: a piece of the body, or None at its end. `advance` then goes through it."""
        self._pieces = iter(()) if chunk is None else self._layer.pieces(chunk)
        if chunk is None:
            self._finish()

    def advance(self) -> bool:
        """Go through a bounded part of what was taken; False when that is used up."""
        try:
            piece = next(self._pieces, None)
            if piece is not None:
                self._add(self._parser.feed(piece))
        except ResponseError as error:
            self._fail(error)
            return True
        return piece is not None

    def lose(self, error: NoResponseError) -> None:
        """The connection is lost, or was silent for too long."""
        if isinstance(error, TimeoutError):
            self._fail(error)
        else:
            self._fail(self._error(f"the stream was cut: {error.reason}"))

    def _fail(self, error: AerostackError) -> None:
        if isinstance(error, ResponseError) and not isinstance(error, StreamError):
            error = self._error(error.reason)
        self.ended = True
        self.error = error

    def _finish(self) -> None:
        try:
            self._layer.finish()
            self._add(self._parser.finish())
        except ResponseError as error:
            self._fail(error)
            return
        if not self.ended and self._marks is not None and self._marks.sentinel is not None:
            self._fail(self._error(f"the stream ended without {printable(repr(self._marks.sentinel), 40)}, which closes it"))
        self.ended = True

    def _add(self, found: Iterator[Event] | Iterator[bytes]) -> None:
        try:
            for one in found:
                self._count += 1
                if self._closes(one):
                    self.ended = True
                    return
                self.ready.append(self._made(one))
        except TooLargeError as error:
            raise self._error(str(error)) from None

    def _closes(self, found: Event | bytes) -> bool:
        if self._marks is None or self._marks.sentinel is None or isinstance(self._parser, PieceParser):
            return False
        return (found.data if isinstance(found, Event) else found.decode("utf-8", "replace")) == self._marks.sentinel

    def _made(self, found: Event | bytes) -> Any:
        if not self._item.json:
            return found
        if isinstance(found, Event):
            return found._replace(data=self._read(found.data.encode()))
        return self._read(found)

    def _read(self, text: bytes) -> Any:
        try:
            data = decode_json(text, allow_nan=self._options.allow_nan, unique_keys=self._mode == "strict")
        except UndecodableError as error:
            reason = self._undecodable(error, self._item.schema)
            raise self._error(f"item {self._count} of the stream can't be read: {reason}") from None
        self._refuse_error(data)
        return self._named(data) if self._item.schema is None else self._judged(self._item.schema, data)

    def _refuse_error(self, data: Any) -> None:
        """Raise StreamError for an item that says that the server failed."""
        if self._marks is None or self._marks.error is None:
            return
        found = data
        for token in self._marks.error:
            if is_array(found):
                found = found[int(token)] if token.isascii() and token.isdigit() and int(token) < len(found) else None
            else:
                found = as_object(found).get(token)
        if found is None or found is False:
            return
        hidden = self._hidden()
        data, found = hidden.value(data), hidden.value(found)
        said = ": ".join(printable(one) for one in code_and_message({"error": found}) if one)
        raise self._error(f"the stream carried an error{f': {said}' if said else ''}", data=self._named(data))

    def _error(self, reason: str, *, data: Any = None, problems: Sequence[Problem] = ()) -> StreamError:
        hidden = self._hidden()
        concealed = hidden.value(data)
        return StreamError(
            hidden.text(reason),
            status=self._received.status,
            data=data if concealed == data else concealed,
            problems=problems,
            response=self._response(),
            last_event_id=self.last_event_id,
        )
