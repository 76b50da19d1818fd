"""What a mock answers, made of the document: status, media type, a body from examples or generated, and the headers that it must have."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .. import _http
from .._arguments import kind_of
from .._body import encode_body
from .._codec import RS, UndecodableError, UnencodableError, decode_json, encode_json, encode_many
from .._codecs import encode
from .._content import Part, multipart
from .._errors import ArgumentsError, ResponseError, SpecError
from .._generate import NoInstanceError, as_sent, instance_of
from .._media_type import essence, family, specificity, stream_form
from .._options import Options, Validation, is_header_value
from .._result import pick_response, read_result
from .._retry import RetryPolicy
from .._schema import compile_schema
from .._server import Base, Origin
from .._shape import shape_at
from .._steps import Received
from .._stream_rules import item_of, marks_of
from .._style import header_text, scalar
from .._values import UNSET, Problem, as_object, is_array, is_object, json_pointer, pointer_tokens
from ._last_page import last_page
from ._mock_error import MockError
from ._played import Frame, as_data, holds_error, shown_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._model import DocumentedResponse, Header, MediaType, Operation, Schema, SchemaObject
    from .._reference import Document
    from .._shape import Shape
    from .._stream_rules import Item
    from .._values import JSON

    Pairs = tuple[tuple[str, str], ...]

_ITEMS: Final = 3
NO_CONTENT: Final = (204, 205, 304)
_DEEPEST_ECHO: Final = 3
# What is sent for a range of media types, by what its first part is.
_WITHIN: Final = (
    ("application/json", "json"),
    ("text/plain", "text"),
    ("image/png", "image"),
    ("audio/mpeg", "audio"),
    ("video/mp4", "video"),
)
_PROBLEM: Final = "application/problem+json"
_STRICT: Final = Options(
    base=Base("https://mock.invalid", Origin("https", "mock.invalid", 443)),
    retry=RetryPolicy.off(),
    validation=Validation(request="strict", response="strict"),
)


class Reply(NamedTuple):
    """What is answered: the head, and the body in pieces.

    It begins after `delay` seconds. `lost` is after how many bytes of the body the connection is lost, below zero before the head.
    """

    status: int
    headers: Pairs = ()
    chunks: tuple[bytes, ...] = ()
    delay: float = 0.0
    lost: int | None = None

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


class Chosen(NamedTuple):
    """What is answered with: a status, what the document says of it, and the media type with the name it is sent by."""

    status: int
    documented: DocumentedResponse | None
    media_type: MediaType | None
    name: str

    @property
    def streams(self) -> bool:
        """Whether the body is a stream of items."""
        return stream_form(self.name) != "bytes"


class Replies:
    """The answers of one document's operations. The same `seed` gives the same ones."""

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.seed = seed
        self._values: dict[tuple[str, str, str], Any] = {}
        self._chosen: dict[tuple[str, str, bool], Chosen] = {}

    # ---- what is answered with

    def choose(self, operation: Operation, accept: str = "", *, streamed: bool = False, status: int | None = None) -> Chosen:
        """The first status of 2xx, else `default`, else the first, unless one is given; and the media type that Accept prefers.

        Where Accept prefers none, a stream goes before all else if one is asked for, and behind all else if not.
        """
        if status is None:
            status = first_status(operation.responses)
        documented = pick_response(operation.responses, status)
        content: Mapping[str, MediaType] = documented.content if documented is not None and status not in NO_CONTENT else {}
        if not content or operation.method == "HEAD":
            return Chosen(status, documented, None, "")
        name = max(content, key=lambda one: (_quality(accept, one), (stream_form(one) != "bytes") is streamed, _readable(one)))
        return Chosen(status, documented, content[name], _concrete(name, accept))

    # ---- values

    def value(self, operation: Operation, chosen: Chosen) -> Any:
        """The document's example of a whole body that fits its schema, else a generated instance; made once, not to be changed."""
        key = (operation.pointer, str(chosen.status), chosen.name)
        if key not in self._values:
            self._values[key] = self._made(operation, chosen)
        return self._values[key]

    def _made(self, operation: Operation, chosen: Chosen) -> Any:
        media_type = chosen.media_type
        assert media_type is not None
        structured = family(chosen.name) in ("json", "xml", "form", "multipart")
        examples = [_parsed(one) if isinstance(one, str) and structured else one for one in media_type.examples]
        schema = media_type.schema
        if schema is None or (examples and self._checker(schema) is None):
            return examples[0] if examples else None
        return self.instance(schema.pointer, operation, examples=examples)

    def instance(self, place: str, operation: Operation, salt: str = "", examples: Sequence[JSON] = ()) -> Any:
        """A generated instance of the schema at a place, or one of the examples that fits. Raises MockError where there is none."""
        words = f"{operation.operation_id}{salt}"
        try:
            return instance_of(self.document, place, direction="response", seed=self.seed, salt=words, examples=examples)
        except (NoInstanceError, SpecError) as error:
            told = f"no answer of {operation.operation_id} can be made of the document: {error}"
            raise MockError(f"{told}; give one with mock.on({operation.operation_id!r}).respond(...)", status=500) from None

    def _checker(self, schema: SchemaObject) -> Schema | None:
        """What judges by a schema; None where it can't be used."""
        try:
            return compile_schema(self.document, schema.pointer, direction="response")
        except SpecError:
            return None

    def breaks(self, schema: SchemaObject | None, value: JSON) -> bool:
        """Whether a value breaks a schema; what can't be judged breaks nothing."""
        checker = self._checker(schema) if schema is not None else None
        return checker is not None and bool(checker.findings(value))

    def echoed(self, chosen: Chosen, value: Any, arguments: Mapping[str, Any]) -> Any:
        """The value with what was given in the place of what has the same name, as far as the schema lets it be."""
        schema = chosen.media_type.schema if chosen.media_type else None
        given = _given(arguments)
        if not given or not (is_object(value) or is_array(value)):
            return value
        changed = self._echoed(schema, value, given)
        if not self.breaks(schema, changed):
            return changed
        for name, one in given.items():
            changed = self._echoed(schema, value, {name: one})
            if changed != value and not self.breaks(schema, changed):
                value = changed
        return value

    def _echoed(self, schema: SchemaObject | None, value: Any, given: Mapping[str, Any]) -> Any:
        changed = _echo(value, given)
        return changed if schema is None or changed == value else as_sent(self.document, schema.pointer, changed)

    # ---- bodies and headers

    def reply(self, operation: Operation, chosen: Chosen, value: Any, headers: Iterable[tuple[str, str]] = ()) -> Reply:
        """An answer with a body of a value. Raises MockError for one that the media type can't hold."""
        given = tuple(headers)
        try:
            content_type, chunks = self._body(operation, chosen, value)
        except UnicodeEncodeError:
            told = f"the answer can't be written as {chosen.name}: it holds a lone surrogate, which UTF-8 can't carry"
            raise MockError(told, operation=operation.dotted) from None
        own = {name.lower() for name, _ in given}
        made = [("Content-Type", content_type)] if content_type and "content-type" not in own else []
        made += [(name, text) for name, text in self._required_headers(operation, chosen) if name.lower() not in own]
        return Reply(chosen.status, (*made, *given), chunks)

    def default(self, operation: Operation, chosen: Chosen, arguments: Mapping[str, Any], *, echo: bool) -> Reply:
        """The document's own answer."""
        if chosen.media_type is None:
            return self.reply(operation, chosen, None)
        if chosen.streams:
            return self.reply(operation, chosen, self.items(operation, chosen))
        value = self.value(operation, chosen)
        value = self.ended(operation, chosen, self.echoed(chosen, value, arguments) if echo else value, arguments)
        return self.reply(operation, chosen, value)

    def ended(self, operation: Operation, chosen: Chosen, value: Any, arguments: Mapping[str, Any]) -> Any:
        """A page of a list as its last one; an answer that is none, or an error, as it is."""
        schema = chosen.media_type.schema if chosen.media_type else None
        if chosen.status >= 300:
            return value
        return last_page(self.document, operation, value, arguments, lambda made: self.breaks(schema, made))

    def own(self, operation: Operation, accept: str, arguments: Mapping[str, Any], *, echo: bool) -> Reply:
        """The document's own answer to a call: a stream where one is asked for."""
        key = (operation.pointer, accept, _asks(operation, arguments))
        if key not in self._chosen:
            self._chosen[key] = self.choose(operation, accept, streamed=key[2])
        return self.default(operation, self._chosen[key], arguments, echo=echo)

    def may_stream(self, operation: Operation, accept: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call may be answered with a stream: not one that could ask for it, and asks for something else."""
        marks = marks_of(operation)
        if not (marks and marks.flag) or _asks(operation, arguments):
            return True
        return self.choose(operation, accept).streams

    def _body(self, operation: Operation, chosen: Chosen, value: Any) -> tuple[str, tuple[bytes, ...]]:
        media_type, name = chosen.media_type, chosen.name
        if media_type is None and not name:
            return "", ()
        if isinstance(value, bytes):
            return name, (value,)
        if chosen.streams:
            return name, tuple(self._streamed(operation, chosen, value if is_array(value) else [value]))
        shape = self._shape(media_type)
        kind = kind_of(name)
        if kind in ("binary", "missing"):
            return name, (self._binary(operation, media_type, value, shape),)
        if kind == "multipart":
            content = multipart([*_parts(value)], f"mock{self.seed}", name)
            return content.content_type, (content.whole(),)
        try:
            made = encode(value, name, shape)
            return name, (made if made is not None else encode_body(media_type, shape, value),)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a form has one
        except UnencodableError as error:
            # What has no place in XML is left out, as a server would have to.
            smaller = deepcopy(value)
            if _without(smaller, pointer_tokens(error.pointer)):
                return self._body(operation, chosen, smaller)
            raise MockError(f"the answer can't be written as {name}: {error}", operation=operation.dotted) from None
        except ArgumentsError as error:
            raise MockError(f"the answer can't be written as {name}: {error}", operation=operation.dotted) from None

    def _binary(self, operation: Operation, media_type: MediaType | None, value: Any, shape: Shape | None) -> bytes:
        """Content that tells where it is from; a value where the schema describes JSON all the same, or lets no other text be."""
        if value is not None and shape is not None and shape.types - {"string", "null"}:
            return encode_json(value)
        text = f"content of {operation.operation_id}, by a mock\n"
        if isinstance(value, str) and media_type is not None and self.breaks(media_type.schema, text):
            text = value
        return text.encode(errors="surrogatepass")

    def _shape(self, media_type: MediaType | None) -> Shape | None:
        return shape_at(self.document, media_type.schema.pointer) if media_type and media_type.schema else None

    def _required_headers(self, operation: Operation, chosen: Chosen) -> list[tuple[str, str]]:
        declared: Mapping[str, Header] = chosen.documented.headers if chosen.documented else {}
        needed = [one for name, one in declared.items() if one.required and name.lower() != "content-type"]
        return [(one.name, self._header(operation, one)) for one in needed]

    def _header(self, operation: Operation, header: Header) -> str:
        schema = header.content.schema if header.content else header.schema
        value = self.instance(schema.pointer, operation, header.name) if schema else "mock"
        text = encode_json(value).decode() if header.content else header_text(value, header.explode)
        return text if is_header_value(text) and text else "mock"

    # ---- streams

    def items(self, operation: Operation, chosen: Chosen) -> list[JSON]:
        """The items that the document shows, where they are valid, else a few made ones, without what it calls an error."""
        item = self._item(operation, chosen)
        marks = marks_of(operation)
        place = item.event or item.schema
        if chosen.media_type is not None:
            for shown in shown_items(chosen.media_type, stream_form(chosen.name), item, marks):
                if not self.item_problems(operation, chosen, shown):
                    return shown
        if place is None:
            numbers = range(1, _ITEMS + 1)
            return [{"item": number} for number in numbers] if item.json else [f"item {number}" for number in numbers]
        made = [self.instance(place, operation, f"item {number}") for number in range(1, _ITEMS + 1)]
        if marks and marks.error and item.event is None:
            for one in made:
                _without(one, marks.error)
        for one in made if item.variants else ():
            self._fill_data(operation, item, one)
        return made

    def item_problems(self, operation: Operation, chosen: Chosen, items: Sequence[Any]) -> list[Problem]:
        """What is wrong with the items of a stream. One that has an error where the document puts it may be anything else."""
        from .._judge import to_problems  # noqa: PLC0415

        item, marks = self._item(operation, chosen), marks_of(operation)
        place = item.event or item.schema
        checker = compile_schema(self.document, place, direction="response") if place is not None else None
        problems: list[Problem] = []
        for index, one in enumerate(items):
            value = one.fields.get("data") if isinstance(one, Frame) else one
            if item.json and item.event is None and stream_form(chosen.name) == "events":
                try:
                    value = as_data(value)
                except UndecodableError:
                    told = "is no JSON text, and the client reads JSON; text is given as JSON has it, in quotation marks"
                    problems.append(Problem("response", json_pointer(index), told, "content"))
                    continue
            if checker is not None and not holds_error(value, marks):
                problems += to_problems(checker.findings(value), "response", json_pointer(index))
        return problems

    def _item(self, operation: Operation, chosen: Chosen) -> Item:
        return item_of(self.document, chosen.media_type, stream_form(chosen.name), marks_of(operation))

    def _fill_data(self, operation: Operation, item: Item, event: Any) -> None:
        """Put JSON into the data of an event that says it is."""
        for variant in item.variants:
            if variant.schema is None or not compile_schema(self.document, variant.schema, direction="response").findings(event):
                event["data"] = encode_json(self.instance(variant.content, operation) if variant.content else {}).decode()
                return

    def _streamed(self, operation: Operation, chosen: Chosen, items: Sequence[Any]) -> list[bytes]:
        form = stream_form(chosen.name)
        item, marks = self._item(operation, chosen), marks_of(operation)
        closing = [marks.sentinel] if marks and marks.sentinel is not None else []
        if form == "events":
            made = [event_bytes(one.fields if isinstance(one, Frame) else one if item.event else {"data": one}) for one in items]
            return [*made, *(event_bytes({"data": one}) for one in closing)]
        before = RS if form == "sequence" else b""
        return [*(encode_many([one], before) for one in items), *(before + one.encode() + b"\n" for one in closing)]

    # ---- what is judged

    def answer_problems(self, operation: Operation, reply: Reply) -> list[Problem]:
        """What is wrong with an answer, by the document."""
        request = _http.Request(operation.method, "https://mock.invalid/")
        received = Received(reply.status, _http.Headers([*reply.headers]), reply.body, 0.0, {})
        documented = pick_response(operation.responses, reply.status)
        try:
            read_result(self.document, operation, documented, received, request, _STRICT)
        except ResponseError as error:
            return [*error.problems] or [Problem("response", "", error.reason, "response")]
        return []


def _asks(operation: Operation, arguments: Mapping[str, Any]) -> bool:
    """Whether a call asks for a stream by the argument for it."""
    marks = marks_of(operation)
    flag = marks.flag if marks else ""
    return bool(flag) and any(as_object(arguments.get(location)).get(flag) is True for location in ("query", "body"))


def event_bytes(event: Mapping[str, Any]) -> bytes:
    """One server-sent event (WHATWG HTML, section 9.2.5); data that is no text is JSON."""
    data = event.get("data")
    text = data if isinstance(data, str) else "" if data is None else encode_json(data).decode()
    lines = [f"{name}: {scalar(event[name])}" for name in ("event", "id", "retry") if event.get(name) is not None]
    lines += [f"data: {line}" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")] if "data" in event else []
    return ("\n".join(lines) + "\n\n").encode()


def first_status(responses: Mapping[str, DocumentedResponse]) -> int:
    """The status of a plain answer: the first of 2xx, else 200 by `default`, else the first there is."""
    for status in responses:
        if status.startswith("2"):
            return int(status[0] + "".join(digit if digit.isdigit() else "0" for digit in status[1:]))
    if "default" in responses or not responses:
        return 200
    first = next(iter(responses))
    return int("".join(digit if digit.isdigit() else "0" for digit in first)) if first[:1].isdigit() else 200


def problem_reply(status: int, title: str, problems: Iterable[Problem] = ()) -> Reply:
    """A problem document (RFC 9457), with `errors` as its section 3 has them."""
    body: dict[str, JSON] = {"type": "about:blank", "title": title, "status": status}
    found: list[JSON] = [{"detail": one.message, "pointer": f"#{one.pointer}", "location": one.location} for one in problems]
    if found:
        body["errors"] = found
    return Reply(status, (("Content-Type", _PROBLEM),), (encode_json(body),))


def _quality(accept: str, name: str) -> float:
    """How much a media type is wanted by an Accept header (RFC 9110, section 12.5.1)."""
    best, quality = 0, 0.0 if accept else 1.0
    for one in accept.split(","):
        media_range, _, rest = one.partition(";")
        fit = specificity(media_range.strip(), name) or specificity(name, media_range.strip())
        if fit > best:
            weight = next((part.strip()[2:] for part in rest.split(";") if part.strip().startswith("q=")), "1")
            best, quality = fit, float(weight) if weight.replace(".", "", 1).isdigit() else 1.0
    return quality


def _readable(name: str) -> int:
    """JSON is the likeliest to be meant, then other text."""
    order = ("json", "xml", "text", "lines", "sequence", "form", "multipart", "binary", "any", "missing")
    return -order.index(kind_of(name))


def _concrete(name: str, accept: str) -> str:
    """A media type that can be sent: for a range one within it, that is accepted if one is."""
    if "*" not in essence(name):
        return name
    for one in accept.split(","):
        wanted = essence(one)
        if "*" not in wanted and specificity(name, wanted):
            return wanted
    kind, _, subtype = essence(name).partition("/")
    if "+" in subtype:
        return f"{kind}/{subtype.rpartition('+')[2]}"
    return next(
        (one for one, _ in _WITHIN if specificity(name, one)), "application/octet-stream" if kind == "*" else f"{kind}/x-mock"
    )


def _parsed(example: str) -> JSON:
    try:
        return decode_json(example.encode(errors="surrogatepass"))
    except UndecodableError:
        return example


def _parts(value: Any) -> Iterable[Part]:
    for name, one in as_object(value).items() if is_object(value) else enumerate(value if is_array(value) else [value]):
        nested = is_object(one) or is_array(one)
        content = encode_json(one) if is_object(one) or is_array(one) else scalar(one).encode()
        yield Part(name if isinstance(name, str) else None, content, None, "application/json" if nested else "text/plain")


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, by name without regard to case and separators; parameters before the body's properties."""
    found: dict[str, Any] = {}
    for location in ("path", "query", "header", "cookie", "body"):
        for name, value in as_object(arguments.get(location)).items():
            if location != "header":
                found.setdefault(_folded(name), value)
    return found


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _echo(value: Any, given: Mapping[str, Any], depth: int = 0) -> Any:
    if not is_object(value) or depth > _DEEPEST_ECHO:
        return value
    return {name: given[_folded(name)] if _folded(name) in given else _echo(one, given, depth + 1) for name, one in value.items()}


def _without(value: Any, path: Sequence[str]) -> bool:
    """Take the member at the end of a path out; whether there was one."""
    for step in path[:-1]:
        value = value[int(step)] if is_array(value) and step.isdigit() else as_object(value).get(step)
    return is_object(value) and bool(path) and value.pop(path[-1], UNSET) is not UNSET
