"""An operation in words, as `help()` shows it, and its signature: made from the document when somebody asks.

What a document says is shown without control or bidirectional characters (they could rewrite the screen) and without the marks of HTML;
secrets are masked, and what is long is cut, with `...` where it was.
"""

from __future__ import annotations

import textwrap
from inspect import Parameter as Keyword
from inspect import Signature
from pathlib import Path
from types import GenericAlias, MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

from ._arguments import annotation_of, argument_shape, choose_media_type, lay_out
from ._errors import SpecError, StatusError, status_error
from ._media_type import family
from ._phrases import default_of, literal, members_of, phrase
from ._prose import LONGEST_NOTE, WIDTH, clean, entry, indented, prose, section
from ._record import Record
from ._shape import Shape, masked, shape_at
from ._stream_rules import marks_of
from ._typed import is_list
from ._values import MASK, UNSET, is_array, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._arguments import Layout
    from ._model import DocumentedResponse, MediaType, Operation
    from ._reference import Document

_MOST_ARGUMENT_MEMBERS: Final = 200
_MOST_RESULT_MEMBERS: Final = 120
_DEEPEST: Final = 3
_MOST_LITERALS: Final = 12
_REPEATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "safe": "It only reads, and is tried again when the network fails.",
        "idempotent": "Doing it twice is the same as once, and it is tried again when the network fails.",
        "unsafe": "It is not tried again when the server may have acted on it.",
    }
)


def describe(document: Document, operation: Operation, *, asynchronous: bool = False) -> str:
    """Summary, description, arguments, result, errors, an example call, and what follows from how the operation is declared."""
    try:
        return Page(document, operation, asynchronous).text()
    except SpecError as error:
        return f"{summary_of(operation)}\n\nIt can't be called: {clean(str(error))}"


def describe_arguments(document: Document, operation: Operation) -> str:
    """What an operation takes, as a section; empty for one that can't be called."""
    try:
        return Page(document, operation, asynchronous=False).arguments()
    except SpecError:
        return ""


def describe_document(
    title: str, text: str, groups: Mapping[str, Mapping[str, Operation]], untagged: Mapping[str, Operation]
) -> str:
    """What a document is of, and its operations, by groups, with a line each."""
    sections = [clean(title), prose(text), *_section_of("", untagged)]
    return "\n\n".join(filter(None, [*sections, *(part for name, inner in groups.items() for part in _section_of(name, inner))]))


def describe_group(name: str, text: str, operations: Mapping[str, Operation]) -> str:
    """What a tag is about, and its operations with a line each."""
    return "\n\n".join(filter(None, [prose(text), *_section_of(name, operations)]))


def _section_of(name: str, operations: Mapping[str, Operation]) -> Iterator[str]:
    """The operations of a group, their names in one column and what they do in the next."""
    column = min(32, max(map(len, operations), default=0))
    lines = [
        f"{one:<{column}}  {summary_of(operation)}" + " (deprecated)" * operation.deprecated
        for one, operation in operations.items()
    ]
    if lines:
        yield "\n".join([*([f"{name}:"] if name else ["Operations:"]), *indented(lines)])


def summary_of(operation: Operation) -> str:
    """What an operation does, in a line."""
    first = next((line for line in prose(operation.description, LONGEST_NOTE).splitlines() if line.strip()), "")
    text = clean(operation.summary) or first.partition(". ")[0] or f"{operation.method} {printable(operation.path, 100)}"
    return textwrap.shorten(text, WIDTH, placeholder="...")


def signature_of(document: Document, operation: Operation) -> Signature:
    """The keyword-only signature by Python names and types; what may be left out has the default `UNSET`.

    Lists tell the type of their items, values that are listed stand in a `Literal`. What is returned is what the call gives.
    """
    try:
        layout = layout_of_default(document, operation)
    except SpecError:  # such an operation can't be called, and says so when it is
        return Signature([Keyword("arguments", Keyword.VAR_KEYWORD)])
    keywords = [
        Keyword(
            one.name,
            Keyword.KEYWORD_ONLY,
            default=Keyword.empty if one.required else UNSET,
            annotation=Path | bytes | BinaryIO if one.binary else type_of(argument_shape(document, layout, one)),
        )
        for one in layout.arguments
    ]
    given = {result_type(document, one) for one in successes(operation.responses)}
    return Signature(keywords, return_annotation=given.pop() if len(given) == 1 else Signature.empty if not given else Any)


def layout_of_default(document: Document, operation: Operation) -> Layout:
    """The keywords of a call for the media type that its body has unless another is asked for."""
    body = operation.request_body
    return lay_out(document, operation.parameters, body, choose_media_type(body))


def type_of(shape: Shape | None, depth: int = 0) -> Any:
    """The Python type of what a schema describes, with the types of items and the values that are listed."""
    plain = _plain_type(shape)
    if shape is None or shape.secret or depth > 1:
        return plain
    listed = _listed(shape)
    if listed and len(listed) < _MOST_LITERALS:
        return Literal[tuple(listed)]
    if plain is list and shape.items is not None:
        inner = type_of(shape.items, depth + 1)
        # What is within another type is written with its module's name: `typing.Literal[...]` reads badly.
        inner = _plain_type(shape.items) if getattr(inner, "__module__", "") == "typing" else inner
        return list if inner is Any else GenericAlias(list, (inner,))
    return plain


def _plain_type(shape: Shape | None) -> Any:
    """The Python type of what a schema describes; of one that names none, and lists values of one type, that type."""
    plain = annotation_of(shape)
    kinds: list[Any] = [*dict.fromkeys(map(type, _listed(shape)))] if plain is Any and shape is not None else []
    return kinds[0] if len(kinds) == 1 and kinds[0] is not type(None) else plain


def _listed(shape: Shape) -> list[Any]:
    for node in shape.conjunct():
        values = node.get("enum")
        if isinstance(values, list) and all(isinstance(one, (str, int, type(None))) and len(str(one)) < 40 for one in values[:50]):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # a list of anything
            return [*dict.fromkeys(values)]  # pyright: ignore[reportUnknownArgumentType]  # the same
    return []


def result_type(document: Document, response: DocumentedResponse) -> Any:
    """The Python type of the data of an answer: `Record`, `list`, `str`, `bytes`, None."""
    media_type = _first_content(response)
    if media_type is None:
        return None if not response.content else Any
    shape = shape_at(document, media_type.schema.pointer) if media_type.schema else None
    match family(media_type.name):
        case "json" | "xml" | "form" | "multipart":
            found = type_of(shape)
            if found is dict:
                return Record
            return list[Record] if found == GenericAlias(list, (dict,)) else found
        case "text":
            return str
        case "binary":
            return bytes
        case _:
            return Any


def _first_content(response: DocumentedResponse) -> MediaType | None:
    """The media type whose data is told of: JSON where there is any."""
    several = [*response.content.values()]
    return next((one for one in several if family(one.name) == "json"), several[0] if several else None)


def successes(responses: Mapping[str, DocumentedResponse]) -> list[DocumentedResponse]:
    """The answers that give a result; where none is declared, the one for any status."""
    found = [one for status, one in responses.items() if status.startswith("2")]
    return found or [one for status, one in responses.items() if status == "default"]


def error_of(status: str) -> type[StatusError]:
    """The class of the error that an answer with a declared status, range or `default` raises."""
    if status.isdigit() and len(status) == 3:
        return status_error(int(status))
    return status_error(599) if status.upper() == "5XX" else StatusError


class Page:
    """The making of one description."""

    def __init__(self, document: Document, operation: Operation, asynchronous: bool) -> None:
        self._document = document
        self._operation = operation
        self._wait = "await " if asynchronous else ""
        self._layout = layout_of_default(document, operation)
        self._left = _MOST_ARGUMENT_MEMBERS

    def text(self) -> str:
        """All sections that have anything to say, an empty line between them."""
        operation = self._operation
        sections = [
            clean(operation.summary) or summary_of(operation),
            "Deprecated: it may go in a later version." if operation.deprecated else "",
            ""
            if clean(operation.description) in (clean(operation.summary), summary_of(operation))
            else prose(operation.description),
            self.arguments(),
            section("Returns", self._results()),
            section("Raises", self._errors()),
            section("Example", self.example()),
            section("See also", self._others()),
            "\n".join(self._facts()),
        ]
        return "\n\n".join(filter(None, sections))

    # ---- arguments

    def arguments(self) -> str:
        """The section of what it takes."""
        return section("Arguments", self._arguments())

    def _arguments(self) -> Iterator[str]:
        for one in self._layout.arguments:
            shape = argument_shape(self._document, self._layout, one)
            words = self._file_words(shape) if one.binary else _with_default(shape, required=one.required)
            notes = ["optional"] if one.binary and not one.required else []
            yield from entry(one.name, ", ".join([words, *notes]), one.description, one.deprecated)
            if not one.binary:
                yield from indented(self._members(shape, 1, request=True))
        yield from self._encoding()

    @staticmethod
    def _file_words(shape: Shape | None) -> str:
        return "a file: a Path, bytes, or what can be read" + (", or a list of such" if is_list(shape) else "")

    def _members(self, shape: Shape | None, depth: int, *, request: bool) -> Iterator[str]:
        """The properties of an object, or of the objects in a list, each with its own a step further in."""
        within = members_of(shape)
        if within is None or depth > _DEEPEST or within.secret:
            return
        attributes = {wire: python for python, wire in within.names.items()}
        shown = {name: one for name, one in within.properties.items() if not (request and one.read_only)}
        for index, (name, one) in enumerate(shown.items()):
            if self._left <= 0:
                yield f"... and {len(shown) - index} more"
                return
            self._left -= 1
            required = name in within.required
            words = _with_default(one, required=required) if request else _of_answer(one, required=required)
            # What is given is named as it is sent; of an answer, attributes are read.
            shown_name = printable(name, 80) if request else attributes[name] + f" ({literal(name)})" * (attributes[name] != name)
            yield from entry(shown_name, words, one.description, one.deprecated, depth)
            yield from indented(self._members(one, depth + 1, request=request))

    def _encoding(self) -> Iterator[str]:
        """How the body is sent, where that is not by JSON alone."""
        body = self._operation.request_body
        chosen = self._layout.media_type
        if body is None or chosen is None or (len(body.content) == 1 and family(chosen.name) == "json"):
            return
        others = [printable(name, 80) for name in body.content if name != chosen.name][:6]
        yield ""
        told = f"The body is sent as {printable(chosen.name, 80)}"
        or_else = f", or, by with_options(media_type=...), as {' or '.join(others)}" if others else ""
        yield from textwrap.wrap(f"{told}{or_else}.", WIDTH - 4)

    # ---- results

    def _results(self) -> Iterator[str]:
        self._left = _MOST_RESULT_MEMBERS
        found = successes(self._operation.responses)
        for one in found:
            media_type = _first_content(one)
            shape = shape_at(self._document, media_type.schema.pointer) if media_type and media_type.schema else None
            name = one.status if len(found) > 1 else ""
            yield from entry(name, _result_words(self._document, one, media_type, shape), one.description, False)
            if media_type is not None:
                yield from indented(self._members(shape, 1, request=False))

    def _errors(self) -> Iterator[str]:
        done = {one.status for one in successes(self._operation.responses)}
        for status, one in self._operation.responses.items():
            if status not in done:
                told = f": {clean(one.description)}" if one.description.strip() else ""
                text = f"{error_of(status).__name__} ({printable(status, 20)}){told}"
                yield from textwrap.wrap(
                    textwrap.shorten(text, LONGEST_NOTE, placeholder="..."), WIDTH - 4, subsequent_indent="    "
                )
        yield "ArgumentsError: the arguments do not fit; nothing was sent"
        yield "AerostackError: anything else that goes wrong; its subclasses say what"

    # ---- an example

    def example(self) -> Iterator[str]:
        """The lines of a call with the operation's example, and `...` for what nothing is shown of; a file is named."""
        given = self._operation.example()
        written: list[str] = []
        for one in self._layout.arguments:
            shape = argument_shape(self._document, self._layout, one)
            value = given.get(one.name, UNSET)
            if one.binary and (one.required or value is not UNSET):
                written.append(f'{one.name}=Path("./file")')
            elif value is not UNSET:
                value = _fitting(MASK if one.secret else masked(value, shape), value)
                written.append(f"{one.name}={_written(value, len(one.name) + 9)}")
            elif one.required:
                written.append(f"{one.name}=...")
        call = f"{self._wait}client.{self._operation.dotted}("
        row = f"{call}{', '.join(written)})"
        short = len(row) <= WIDTH - 4 and "\n" not in row
        yield from [row] if short else [call, *indented(line for one in written for line in f"{one},".split("\n")), ")"]

    # ---- what follows

    def _facts(self) -> Iterator[str]:
        operation = self._operation
        named = f" (operationId {printable(operation.wire_name, 100)})" if operation.wire_name else ""
        yield f"{operation.method} {printable(operation.path, 200)}{named}"
        several = [" and ".join(printable(name, 60) for name in one) or "none" for one in operation.security[:6]]
        credentials = f" Credentials: {' or '.join(several)}." if several else ""
        yield from textwrap.wrap(f"{_REPEATS[operation.idempotency]}{credentials}", WIDTH)

    def _others(self) -> Iterator[str]:
        """What else the operation can be asked for."""
        if self._streams():
            yield ".stream(...): the answer as it comes"
        if "x-aerostack-pages" in self._operation.details.extensions:
            yield ".items(...), .pages(...): the whole list, item by item or page by page"
        yield ".raw(...): the data with status and headers; .prepare(...), .curl(...): the request alone"

    def _streams(self) -> bool:
        names = {name for one in successes(self._operation.responses) for name in one.content}
        try:
            marked = marks_of(self._operation) is not None
        except SpecError:
            marked = False
        return marked or any(family(name) in ("events", "lines", "sequence") for name in names)


def _fitting(shown: Any, value: Any) -> Any:
    """A masked value with `...` for the masks of what is no text: a mask there would show a text where none may be."""
    if is_object(shown) and is_object(value):
        return {name: _fitting(one, value[name]) for name, one in shown.items()}
    if is_array(shown) and is_array(value):
        return [_fitting(one, two) for one, two in zip(shown, value, strict=True)]
    return ... if shown == MASK and not isinstance(value, str) else shown


def _written(value: Any, used: int, depth: int = 0) -> str:
    """A value as it stands in code, over several lines where one is too short; `used` is what stands before it in its line."""
    row = literal(value, LONGEST_NOTE)
    if len(row) + used <= WIDTH or depth > _DEEPEST or not value or not (is_array(value) or is_object(value)):
        return row
    pairs: list[tuple[str, Any]] = (
        [(f"{literal(name)}: ", one) for name, one in value.items()] if is_object(value) else [("", one) for one in value]
    )
    lines = [f"{name}{_written(one, len(name) + 4 * depth + 13, depth + 1)}," for name, one in pairs[:_MOST_LITERALS]]
    lines += ["..."] if len(pairs) > _MOST_LITERALS else []
    inner = textwrap.indent("\n".join(lines), "    ")
    return f"{{\n{inner}\n}}" if is_object(value) else f"[\n{inner}\n]"


def _result_words(document: Document, response: DocumentedResponse, media_type: MediaType | None, shape: Shape | None) -> str:
    if media_type is None:
        return "None"
    names = {"Record": "a Record", "NoneType": "None", "Any": ""}
    kind = result_type(document, response)
    if kind == list[Record]:
        return "a list of Records"
    words = names.get(getattr(kind, "__name__", ""))
    if words is None and kind in (str, bytes):
        words = str(kind.__name__)
    words = words or phrase(shape, default=False)
    plain = family(media_type.name) == "json" and len(response.content) == 1
    return words if plain else f"{words} ({', '.join(printable(name, 60) for name in [*response.content][:5])})"


def _of_answer(shape: Shape, *, required: bool) -> str:
    """What a property of an answer may be, and whether it may be missing there."""
    return phrase(shape, default=False) + ("" if required else ", may be absent")


def _with_default(shape: Shape | None, *, required: bool) -> str:
    """What a value that is given may be, and whether it may be left out."""
    default = UNSET if shape is None else default_of(shape)
    notes = [*([] if required else ["optional"]), *([] if default is UNSET else [f"default {literal(default)}"])]
    return ", ".join([phrase(shape, default=False), *notes])
