"""From an answer to a result: which Response Object speaks of it, decoding, checking, and what each validation mode makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._carried import carried, http_response
from ._choice import with_choices
from ._codec import UndecodableError, decode_json, decode_text
from ._codecs import BodyPart, Decoding, as_json, decode
from ._errors import ResponseError, SpecError, StatusError, status_error
from ._heads import header_findings, header_values
from ._judge import is_refused, to_problems
from ._mask import covered_headers
from ._media_type import best_match, essence, family, own_codec
from ._record import as_record
from ._retry import parse_retry_after
from ._schema import compile_schema
from ._shape import holds_secrets, shape_at, unknown_shape
from ._typed import is_any_file, schema_of_each
from ._values import Drift, as_array, as_object, as_string, is_array, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from . import _http
    from ._model import DocumentedResponse, Finding, MediaType, Operation, Schema, SchemaObject
    from ._options import Options
    from ._reference import Document
    from ._shape import Shape
    from ._steps import Received
    from ._values import Mode, Problem

_NO_BODY: Final = (204, 205)


class Reading(NamedTuple):
    """What an answer says: its data, whether its status is in the document, and each drift."""

    data: Any
    undocumented: bool
    drifts: tuple[Drift, ...]


def pick_response(responses: Mapping[str, DocumentedResponse], status: int) -> DocumentedResponse | None:
    """The Response Object for a status: its code, else its range, else `default` (OpenAPI 3.1, section 4.8.16)."""
    return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


def read_result(document: Document, operation: Operation, received: Received, request: _http.Request, options: Options) -> Reading:
    """The data of a 2xx answer. Raises ResponseError by the table of modes."""
    return _WholeReader(document, operation, received, request, options).read()


def decode_plainly(document: Document, received: Received, request: _http.Request, options: Options) -> Reading:
    """The data of an answer that no operation speaks of, by its own media type. Raises ResponseError when it can't be decoded."""
    content_type = received.headers.get("content-type", "")
    if not received.body:
        return Reading(None, False, ())
    try:
        data = decode(received.body, content_type, None, decoding(options))
    except UndecodableError as error:
        response = http_response(received, carried(document, None, request), covered_headers(document))
        raise ResponseError(_quoted(error), status=received.status, response=response) from None
    return Reading(as_record(data, unknown_shape(document), options.formats), False, ())


def read_error(
    document: Document,
    operation: Operation | None,
    received: Received,
    request: _http.Request,
    reason: str | None,
    options: Options,
) -> StatusError:
    """The error for an answer outside 2xx, whatever its body looks like. `reason` is why a redirect was not followed."""
    content_type = received.headers.get("content-type", "")
    documented = pick_response(operation.responses, received.status) if operation else None
    media_type = best_match(documented.content, content_type) if documented else None
    schema = media_type.schema if media_type else None
    data: Any = None
    if received.body:
        kind = content_type if family(content_type) != "missing" else "application/json"
        try:
            data = decode(received.body, kind, shape_at(document, schema.pointer) if schema else None, Decoding(options.codecs))
        except UndecodableError:
            data = decode_text(received.body, content_type)
    code, message = code_and_message(data)
    return status_error(received.status)(
        received.status,
        reason=reason,
        code=code,
        message=message,
        data=as_record(data, shape_at(document, schema.pointer) if schema else unknown_shape(document), options.formats),
        response=http_response(received, carried(document, operation, request), covered_headers(document)),
        retry_after=parse_retry_after(received.headers.get("retry-after"), received.headers.get("date")),
    )


def decoding(options: Options) -> Decoding:
    """How the answers of a call are decoded."""
    return Decoding(options.codecs, options.allow_nan, options.validation.response == "strict")


def code_and_message(data: object) -> tuple[str | None, str | None]:
    """The code and message of an error body, from the usual places (RFC 9457 among them), names compared without regard to case.

    An object that holds one other alone, as the root of an XML document does, stands for that.
    """
    outer = _folded(data)
    if len(outer) == 1 and "error" not in outer:
        outer = _folded(next(iter(outer.values()))) or outer
    errors = as_array(outer.get("errors"))
    inner = _folded(outer.get("error")) or (_folded(errors[0]) if errors else {})
    code = next((str(one["code"]) for one in (outer, inner) if isinstance(one.get("code"), (str, int))), None)
    texts = [one.get(name) for one in (outer, inner) for name in ("message", "detail", "title", "error_description")]
    texts.append(outer.get("error"))
    return code, next((text for text in map(as_string, texts) if text), None)


def _folded(value: object) -> dict[str, Any]:
    """An object with its names in lower case, those that were so before the others."""
    members = as_object(value)
    return {
        **{name.lower(): one for name, one in reversed(members.items())},
        **{n: one for n, one in members.items() if n.islower()},
    }


def _quoted(error: UndecodableError) -> str:
    return f"{error}; it starts with {error.excerpt!r}" if error.excerpt else str(error)


class AnswerReader:
    """What reading any answer needs: what a validation mode makes of each departure from the document."""

    def __init__(
        self, document: Document, operation: Operation, received: Received, request: _http.Request, options: Options
    ) -> None:
        self._document = document
        self._operation = operation
        self._received = received
        self._request = request
        self._options = options
        self._mode: Mode = options.validation.response
        self._drifts: list[Drift] = []
        self._unusable: set[str] = set()

    def _documented(self) -> DocumentedResponse | None:
        documented = pick_response(self._operation.responses, self._received.status)
        if documented is None:
            known = ", ".join(self._operation.responses)
            self._depart("status", f"the document has no status {self._received.status}, only {known or 'none at all'}")
        return documented

    def _judged(self, pointer: str, data: Any, plain: Any = None, base: str = "") -> Any:
        """`data` with names, held against the schema at `pointer`; `plain` is the same for an engine, where that is another value.

        `base` is where it stands in the body.
        """
        record = as_record(data, shape_at(self._document, pointer), self._options.formats)
        if self._mode != "off":
            self._sort(self._findings(pointer, data if plain is None else plain, record), record, base)
        return record

    def _findings(self, pointer: str, value: Any, data: Any = None) -> Sequence[Finding]:
        """What is wrong with a value by the schema at `pointer`; nothing where the document has none there that can be used.

        `strict` refuses such an answer, whose data is `data`: the request is sent, and a fault of the document loses no answer else.
        """
        checker = self._checker(pointer, data)
        try:
            return with_choices(self._document, pointer, checker.findings(value)) if checker else ()
        except SpecError as error:  # of a part of the schema that no value has reached before
            self._give_up(pointer, data, error)
            return ()

    def _checker(self, pointer: str, data: Any = None) -> Schema | None:
        if pointer in self._unusable:
            return None
        chosen = self._options.validation.engine
        try:
            return compile_schema(self._document, pointer, chosen, formats=self._options.formats, as_needed=True)
        except SpecError as error:
            self._give_up(pointer, data, error)
            return None

    def _give_up(self, pointer: str, data: Any, error: SpecError) -> None:
        self._unusable.add(pointer)
        if self._mode == "strict":
            raise self._error("the answer can't be checked", data=data, problems=error.problems) from None
        if self._mode != "off":
            for one in error.problems:
                self._drift("", "document", f"is not checked: {one}")

    def _sort(self, findings: Sequence[Finding], record: Any, base: str) -> None:
        """Raise what the mode refuses, and note the rest as drifts."""
        refused = [one for one in findings if is_refused(one, self._mode)]
        if refused:
            problems = to_problems(findings if self._mode == "strict" else refused, "response", base)
            raise self._error("the answer breaks the document", data=record, problems=problems)
        for problem in to_problems(findings, "response", base):
            self._drift(problem.pointer, problem.rule, problem.message)

    def _judge_headers(self, documented: DocumentedResponse | None, data: Any) -> None:
        """Hold the declared headers of the answer against their schemas, by the same table."""
        if documented is None or not documented.headers or self._mode == "off":
            return
        values = header_values(self._document, documented.headers, self._received.headers, decoding(self._options))
        found = [*header_findings(documented.headers, values, lambda pointer, value: self._findings(pointer, value, data))]
        refused = [problem for finding, problem in found if is_refused(finding, self._mode)]
        if refused:
            raise self._error("the headers of the answer break the document", data=data, problems=refused)
        for _, problem in found:
            self._drift("", problem.rule, f"header {printable(problem.pointer)}: {problem.message}")

    def _named(self, data: Any) -> Any:
        """`data` as it is delivered where no schema speaks of it."""
        return as_record(data, unknown_shape(self._document), self._options.formats)

    def _depart(self, rule: str, message: str) -> None:
        """An undeclared status or media type: refused by `strict`, a drift in the modes between, nothing when off."""
        if self._mode == "strict":
            raise self._error(message)
        if self._mode != "off":
            self._drift("", rule, message)

    def _drift(self, pointer: str, rule: str, message: str) -> None:
        self._drifts.append(Drift(self._operation.dotted, self._received.status, pointer, rule, message))

    def _undecodable(self, error: UndecodableError, schema: str | None) -> str:
        """Why, with how it begins where that tells nothing secret."""
        secret = schema is not None and holds_secrets(shape_at(self._document, schema))
        return str(error) if secret else _quoted(error)

    def _response(self) -> _http.Response:
        request = carried(self._document, self._operation, self._request)
        return http_response(self._received, request, covered_headers(self._document))

    def _error(self, reason: str, *, data: Any = None, problems: Sequence[Problem] = ()) -> ResponseError:
        return ResponseError(reason, status=self._received.status, data=data, problems=problems, response=self._response())


class _WholeReader(AnswerReader):
    def read(self) -> Reading:
        documented = self._documented()
        media_type, content_type, data = self._data(documented)
        if data is not None or self._received.body:
            data = self._checked(media_type, content_type, data)
        self._judge_headers(documented, data)
        return Reading(data, documented is None, tuple(self._drifts))

    def _data(self, documented: DocumentedResponse | None) -> tuple[MediaType | None, str, Any]:
        """The Media Type Object that speaks of the body, what it was read as, and its value."""
        received = self._received
        content: Mapping[str, MediaType] = documented.content if documented else {}
        no_body = received.status in _NO_BODY or self._operation.method == "HEAD"
        if no_body or (not received.body and not content):
            return None, "", None
        content_type = received.headers.get("content-type", "")
        media_type = best_match(content, content_type) if content_type else None
        if media_type is None:
            media_type, content_type = self._undeclared(content, content_type)
        if is_any_file(self._document, media_type) and own_codec(self._options.codecs, content_type) is None:
            return media_type, content_type, received.body
        schema = media_type.schema if media_type else None
        try:
            return media_type, content_type, decode(received.body, content_type, self._shape(schema), decoding(self._options))
        except UndecodableError as error:
            raise self._error(self._undecodable(error, schema.pointer if schema else None)) from None

    def _shape(self, schema: SchemaObject | None) -> Shape | None:
        return shape_at(self._document, schema.pointer) if schema else None

    def _undeclared(self, content: Mapping[str, MediaType], content_type: str) -> tuple[MediaType | None, str]:
        """What to read a body as whose media type is missing or not declared: JSON, where that is declared and it parses.

        XML of another name is that which is declared.
        """
        json_type = next((one for one in content.values() if family(one.name) == "json"), None)
        if content_type and content:
            message = f"the document has {', '.join(content)}, not {printable(essence(content_type), 60)}"
            xml_type = next((one for one in content.values() if family(one.name) == "xml"), None)
            if xml_type is not None and family(content_type) == "xml":
                self._depart("content-type", message)
                return xml_type, content_type
            parses = json_type is not None and self._parses_as_json(message)
            self._depart("content-type", message)
            if not parses:
                return None, content_type
        elif content_type and self._operation.responses:
            self._depart(
                "content-type",
                f"the document has no body here, and the answer has {printable(essence(content_type), 60)}",
            )
        if json_type is not None and (not content_type or family(content_type) != "json"):
            return json_type, json_type.name
        return json_type or next(iter(content.values()), None), content_type or next(iter(content), "")

    def _parses_as_json(self, message: str) -> bool:
        """Whether the body is JSON all the same. Where it is not, `strict` and `tolerant` refuse it: a log-in page, it may be."""
        try:
            decode_json(self._received.body, allow_nan=self._options.allow_nan)
        except UndecodableError as error:
            if self._mode in ("strict", "tolerant"):
                raise self._error(f"{message}; and {_quoted(error)}") from None
            return False
        return True

    def _checked(self, media_type: MediaType | None, content_type: str, data: Any) -> Any:
        own = own_codec(self._options.codecs, content_type)
        if own is None and family(content_type) == "multipart":
            return [_named_part(part, self._named) for part in data] if is_array(data) else data
        if media_type is None or (media_type.schema is None and media_type.item_schema is None) or isinstance(data, bytes):
            return self._named(data)
        if own is None and family(content_type) in ("lines", "sequence"):
            return self._each(media_type, data)
        if media_type.schema is None:
            return self._named(data)
        return self._judged(media_type.schema.pointer, data, self._plain(data) if own is not None else None)

    def _plain(self, data: Any) -> Any:
        """What a codec of the user's gave, as an engine can judge it."""
        try:
            return as_json(data)
        except UndecodableError as error:
            raise self._error(str(error), data=data) from None

    def _each(self, media_type: MediaType, data: list[Any]) -> Any:
        """The texts of a body of several, each held against its schema, or all against one."""
        schema = schema_of_each(self._document, media_type)
        if schema is None:
            assert media_type.schema is not None
            return self._judged(media_type.schema.pointer, data)
        self._checker(schema.pointer, self._named(data))  # what refuses all of them has all for its data
        return [self._judged(schema.pointer, one, base=json_pointer(index)) for index, one in enumerate(data)]


def _named_part(part: BodyPart, named: Callable[[Any], Any]) -> BodyPart:
    return part._replace(content=named(part.content))
