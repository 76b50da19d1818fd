"""From the pieces of a body to the items of a stream: decoding, parsing, checking, and how it may end. No I/O."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ._bounded import Layer
from ._codec import SHORT, UndecodableError, decode_json, has_long_integer, short_decoder
from ._errors import NoResponseError, ResponseError, StreamError, TimeoutError
from ._events import Event, EventParser, LineParser, PieceParser, SequenceParser, TooLargeError, may_be_cut
from ._media_type import best_match, essence, stream_form
from ._record import as_record
from ._result import AnswerReader, code_and_message, pick_response
from ._schema import passing
from ._shape import shape_at, unknown_shape
from ._stream_rules import item_of, marks_of
from ._typed import is_any_file
from ._values import UNSET, Problem, as_object, is_array, printable
from ._watched import watched_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from . import _http
    from ._errors import AerostackError
    from ._events import Delivered
    from ._hidden import Hidden
    from ._media_type import StreamForm
    from ._model import MediaType, Operation, Schema
    from ._options import Options
    from ._reference import Document
    from ._shape import Shape
    from ._steps import Received, Unread
    from ._stream_rules import Variant
    from ._values import Drift
    from ._watch import Use

_NO_BODY: Final = (204, 205)
# How much of a long integer, its sign or what else is before it among that, may have come without being taken for one.
_OVERLAP: Final = 20
# So many items are made before any is delivered. Of thousands, each would be looked at by the garbage collector before it is dropped.
_AT_ONCE: Final = 64


_new: Final = tuple[Any, ...].__new__  # makes an Event as its class does, in half the time


class _Way:
    """How JSON is read that is held against a schema, if any: the shape of it, and what tells of a small value that it is right."""

    __slots__ = ("passes", "schema", "shape")

    def __init__(self, schema: str | None, shape: Shape, passes: Callable[[object], bool]) -> None:
        self.schema = schema
        self.shape = shape
        self.passes = passes


class Items(AnswerReader):
    """The items of one stream, from the pieces of its body.

    `form` says what they are, `ready` are those that came, `ended` says that no more will, `error` why it ended otherwise than it
    should; what came before an error is delivered before it. `lost` says that it ended by no word of the server: what follows may be
    had from another one. `unread` is the body, for the driver. `hidden` gives what the call has sent as a secret, which no error
    repeats; `delivered` is what came of the same stream before. Raises StreamError for an answer that is no such stream.
    """

    def __init__(
        self,
        document: Document,
        operation: Operation,
        received: Received,
        request: _http.Request,
        options: Options,
        hidden: Callable[[], Hidden],
        delivered: Delivered | None = None,
        use: Use | None = None,
    ) -> None:
        super().__init__(document, operation, received, request, options)
        self._hidden = hidden
        self._delivered = delivered
        self._use = use
        self.lost = False
        assert received.unread is not None
        self.unread: Unread = received.unread
        self.ready: deque[Any] = deque()
        self.error: AerostackError | None = None
        self.ended = received.status in _NO_BODY
        self.undocumented = False
        self._marks = marks_of(operation)
        self._count = 0
        self._checkers: dict[str, Schema | None] = {}
        self._pieces: Iterator[bytes] = iter(())
        self._coming: Iterator[Any] | None = None  # what a piece completes, as far as it was not gone through
        self._parser: EventParser | LineParser | SequenceParser | PieceParser = PieceParser()
        # Whether no long integer came so far, and the end of what came.
        self._short, self._end = False, b""
        try:
            self._layer = Layer(self.unread.coding)
        except ResponseError as error:
            raise self._error(error.reason) from None
        form, media_type = self._form()
        self.form: StreamForm = form
        self._item = item_of(document, media_type, form, self._marks)
        self._short = form in ("events", "lines") and (self._item.json or bool(self._item.variants))
        schema = self._item.schema or self._item.event
        if schema is not None:
            self._checker(schema)  # once, and before anything is delivered
        if form == "events":
            self._parser = EventParser(last_event_id=delivered.last_event_id if delivered else "")
        elif form != "bytes":
            self._parser = LineParser() if form == "lines" else SequenceParser()
        self._prepare()

    def _prepare(self) -> None:
        """Find what is the same for all items."""
        sentinel = None if self._marks is None else self._marks.sentinel
        self._closing = None if sentinel is None else sentinel.encode("utf-8", "surrogatepass")
        self._refuses = self._marks is not None and self._marks.error is not None
        self._formats = self._options.formats
        self._quickly = short_decoder(self._mode == "strict")
        self._ways: dict[str | None, _Way] = {}
        self._usual = self._way_to(self._item.schema)
        self._read = self._reading()

    @property
    def last_event_id(self) -> str:
        """The id of the last event that came whole, empty where none had one."""
        return self._parser.last_event_id

    @property
    def wait(self) -> float | None:
        """How many seconds the server asks to wait before it is connected to again, if it does."""
        retry = self._parser.retry if isinstance(self._parser, EventParser) else None
        return None if retry is None else retry / 1000

    def _checker(self, pointer: str, data: Any = None) -> Schema | None:
        try:
            return self._checkers[pointer]
        except KeyError:
            return self._checkers.setdefault(pointer, super()._checker(pointer, data))

    def take_drifts(self) -> Sequence[Drift]:
        """The drifts since this was last asked."""
        if not self._drifts:
            return ()
        drifts, self._drifts = self._drifts, []
        return drifts

    def _form(self) -> tuple[StreamForm, MediaType | None]:
        """What the stream is of, by the answer's own media type, or by the declared one where it has none."""
        documented = pick_response(self._operation.responses, self._received.status)
        if documented is None:
            self._undocumented()
        self.undocumented = documented is None
        content: Mapping[str, MediaType] = documented.content if documented else {}
        self._judge_headers(documented, None)
        streams = [name for name in content if stream_form(name) != "bytes"]
        content_type = self._received.headers.get("content-type", "") or next(iter([*streams, *content]), "")
        media_type = best_match(content, content_type)
        form = "bytes" if is_any_file(self._document, media_type) else stream_form(content_type)
        shown = printable(essence(content_type), 60)
        if self._delivered is not None and form != "events" and not self.ended:
            reason = f"the answer is {shown or 'of no media type'}, and only server-sent events go on behind what came before"
            raise self._error(f"{reason}; leave reconnect and last_event_id out")
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
            if self._coming is None:
                piece = next(self._pieces, None)
                if piece is None:
                    return False
                if self._short:
                    seen = self._end + piece
                    self._short, self._end = not has_long_integer(seen), seen[-_OVERLAP:]
                self._coming = self._found(piece)
            if self._add(self._coming):
                self._coming = None
        except ResponseError as error:
            self._fail(error)
        return True

    def leave(self) -> None:
        """No more is read."""
        self._coming = None

    def lose(self, error: NoResponseError) -> None:
        """The connection is lost, or was silent for too long."""
        self.lost = True
        if isinstance(error, TimeoutError):
            error.last_event_id = self.last_event_id
            self._fail(error)
        else:
            self._fail(self._error(f"the stream was cut: {error.reason}"))

    def _fail(self, error: AerostackError) -> None:
        if isinstance(error, ResponseError) and not isinstance(error, StreamError):
            error = self._error(error.reason)
        self.ended = True
        self.error = error
        self._coming = None

    def _finish(self) -> None:
        try:
            self._layer.finish()
            self._add(self._found(None))
        except ResponseError as error:
            self._fail(error)
            return
        self.lost = not self.ended
        if not self.ended and self._marks is not None and self._marks.sentinel is not None:
            self._fail(self._error(f"the stream ended without {printable(repr(self._marks.sentinel), 40)}, which closes it"))
        self.ended = True

    def _add(self, found: Iterator[Any]) -> bool:
        """Make ready what is delivered of what was found, so much of it at a time; whether that was all."""
        ready, use, before = self.ready, self._use, self._count
        try:
            for item in islice(found, _AT_ONCE):
                self._count += 1
                if item is not UNSET:
                    ready.append(item if use is None else watched_answer(item, use, self._received.status))
                elif self.ended:
                    return True
        except TooLargeError as error:
            raise self._error(str(error)) from None
        return self._count - before < _AT_ONCE

    def _found(self, piece: bytes | None) -> Iterator[Any]:
        """What is delivered of what a piece, or the end, completes; UNSET for what is not."""
        if isinstance(self._parser, EventParser):
            return iter(()) if piece is None else self._parser.feed(piece, self._event_of)
        return map(self._item_of, self._parser.finish() if piece is None else self._parser.feed(piece))

    def _event_of(self, data: bytes, kind: str, last_event_id: str) -> Any:
        if data == self._closing:
            self.ended = True
            return UNSET
        if self._delivered is not None and self._repeated(data, kind):
            return UNSET
        return _new(Event, (self._read(self, data), kind, last_event_id))

    def _repeated(self, data: bytes, kind: str) -> bool:
        assert self._delivered is not None
        return self._delivered.repeats(Event(data.decode(), kind), str(self._fields().get("id", "")))

    def _item_of(self, found: bytes) -> Any:
        if self._closing is not None and self.form != "bytes" and _stripped(found) == self._closing:
            self.ended = True
            return UNSET
        return self._read(self, found)

    def _reading(self) -> Callable[[Items, bytes], Any]:
        """What reads an item, the same for the whole stream. It holds no stream, which is so gone as soon as nobody has it."""
        if self.form == "sequence":
            return Items._of_sequence
        if self._item.event is not None:
            return Items._within if self._item.typed else Items._of_variant
        if self._item.json:
            return Items._json
        return _as_text if self.form == "events" else _as_it_is

    def _json(self, text: bytes, way: _Way | None = None) -> Any:
        """The JSON of an item, held against its schema."""
        way = way or self._usual
        short = len(text) <= SHORT  # and no value of it is large
        try:
            data = self._quickly(text) if short and self._short else self._decoded_item(text, way.schema)
        except ValueError:
            data = self._decoded_item(text, way.schema)
        if self._refuses:
            self._refuse_error(data)
        if way.schema is None or (short and way.passes(data)):
            return as_record(data, way.shape, self._formats)
        record = self._judged(way.schema, data)
        way.passes = self._passing(way.schema)
        return record

    def _way_to(self, schema: str | None) -> _Way:
        """How JSON of a schema is read: what is the same for all of a stream is found once."""
        try:
            return self._ways[schema]
        except KeyError:
            shape = unknown_shape(self._document) if schema is None else shape_at(self._document, schema)
            return self._ways.setdefault(schema, _Way(schema, shape, self._passing(schema)))

    def _passing(self, schema: str | None) -> Callable[[object], bool]:
        """What tells of a small value that it is right, if a checker was made."""
        return passing(None if schema is None else self._checkers.get(schema))

    def _of_sequence(self, text: bytes) -> Any:
        """The value of a text; one that is no whole JSON is left out, and the ones after it are read (RFC 7464, section 2.3)."""
        data: Any = UNSET
        with suppress(UndecodableError):
            data = UNSET if may_be_cut(text) else self._decoded(text)
        if data is UNSET:
            self._depart("item", f"item {self._count + 1} of the sequence is no whole JSON text, and is left out")
            return UNSET
        self._refuse_error(data)
        return self._named(data) if self._item.schema is None else self._judged(self._item.schema, data)

    def _of_variant(self, text: bytes) -> Any:
        """The data of an event whose schema describes it as a whole."""
        event, fields = self._item.event, self._fields()
        assert event is not None
        right = self._way_to(event).passes(fields)
        if not right:
            self._judged(event, fields)
        variant = next((one for one in self._item.variants if self._is_of(one, event, fields, right)), None)
        if variant is None and not self._item.json:
            return fields["data"]
        return self._json(text, self._way_to(None if variant is None else variant.content))

    def _fields(self) -> dict[str, Any]:
        assert isinstance(self._parser, EventParser)
        return self._parser.fields

    def _is_of(self, variant: Variant, event: str, fields: dict[str, Any], right: bool) -> bool:
        """Whether an event is of a variant. One that breaks its schema, or can't be held against it, may seem to be of any."""
        if variant.schema is None:
            return True
        if self._findings(variant.schema, fields):
            return False
        return right or not (self._findings(event, fields) or event in self._unusable)

    def _within(self, text: bytes) -> Any:
        """The data of an event whose schema describes it as JSON: the JSON value, or the text where that alone fits or it is none."""
        event, fields = self._item.event, self._fields()
        assert event is not None
        try:
            data = self._decoded(text)
        except UndecodableError:
            return self._judged(event, fields)["data"]
        self._refuse_error(data)
        decoded = {**fields, "data": data}
        fits = self._mode == "off" or not self._findings(event, decoded) or self._findings(event, fields)
        return self._judged(event, decoded if fits else fields)["data"]

    def _decoded(self, text: bytes) -> Any:
        return decode_json(text, allow_nan=self._options.allow_nan, unique_keys=self._mode == "strict")

    def _decoded_item(self, text: bytes, schema: str | None) -> Any:
        try:
            return self._decoded(text)
        except UndecodableError as error:
            reason = self._undecodable(error, schema)
            raise self._error(f"item {self._count + 1} of the stream can't be read: {reason}") from None

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


def _as_text(_: Items, data: bytes) -> str:
    return data.decode()


def _as_it_is(_: Items, found: bytes) -> bytes:
    return found


def _stripped(found: bytes) -> bytes:
    """A line or a text as the data that may close a stream is written."""
    return found.decode("utf-8", "replace").strip().encode()
