"""What an example says where a mock has nothing better: the frames of a stream that the document only shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._codec import UndecodableError, decode_json
from .._events import EventParser, LineParser, SequenceParser, TooLargeError
from .._values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._events import Event
    from .._media_type import StreamForm
    from .._model import MediaType
    from .._stream_rules import Item, Marks
    from .._values import JSON


class Frame(NamedTuple):
    """An event as an example shows it: its fields as they were written."""

    fields: dict[str, Any]


def shown_items(media_type: MediaType, form: StreamForm, item: Item, marks: Marks | None) -> Iterator[list[Any]]:
    """The items of each example of a stream: of the text of its frames, of an array of items, or of one. What closes it is left out.

    An example that the client could not read, or that shows an error, is none.
    """
    for example in media_type.examples:
        made = [*_frames(example, form)] if isinstance(example, str) else [*example] if is_array(example) else [example]
        made = [one for one in made if not (marks and marks.sentinel is not None and _data(one) == marks.sentinel)]
        if form != "events":
            made = [_decoded(one) for one in made] if isinstance(example, str) else made
        elif item.event is not None:
            made = [_whole(one, item) for one in made]
        if made and not any(_is_wrong(one, item, marks) for one in made):
            yield made


def holds_error(value: Any, marks: Marks | None) -> bool:
    """Whether an item has an error where the document puts one."""
    if marks is None or marks.error is None:
        return False
    for token in marks.error:
        inner = as_array(value)
        value = inner[int(token)] if token.isdecimal() and int(token) < len(inner) else as_object(value).get(token)
    return value is not None and value is not False


def as_data(value: Any) -> Any:
    """The data of an event: the JSON value that a text holds, else the text. Raises UndecodableError for one that holds none."""
    return decode_json(value.encode(errors="surrogatepass")) if isinstance(value, str) else value


def _frames(example: str, form: StreamForm) -> Iterator[Any]:
    """The events, lines or JSON texts of an example; the last may lack its end."""
    parser = EventParser() if form == "events" else LineParser() if form == "lines" else SequenceParser()
    try:
        for piece in (example.encode(errors="surrogatepass"), b"\n\n" if form == "events" else b"\n"):
            found: Iterator[Event] | Iterator[bytes] = parser.feed(piece)
            for one in found:
                yield one.decode() if isinstance(one, bytes) else Frame(parser.fields if isinstance(parser, EventParser) else {})
        for one in parser.finish():
            yield one.decode() if isinstance(one, bytes) else one
    except TooLargeError:
        return


def _data(one: Any) -> Any:
    text = one.fields.get("data") if isinstance(one, Frame) else one
    return text.strip() if isinstance(text, str) else text


def _decoded(text: Any) -> JSON:
    try:
        return decode_json(text.encode())
    except UndecodableError:
        return str(text)


def _whole(one: Any, item: Item) -> Any:
    """An event as a schema of whole events has it."""
    fields = dict(one.fields) if isinstance(one, Frame) else one
    if item.typed and is_object(fields) and isinstance(fields.get("data"), str):
        fields["data"] = _decoded(fields["data"])
    return fields


def _is_wrong(one: Any, item: Item, marks: Marks | None) -> bool:
    data = one.fields.get("data") if isinstance(one, Frame) else one
    if item.event is not None:
        return not is_object(one) or "data" not in one
    if not item.json:
        return False
    try:
        return holds_error(as_data(data) if isinstance(one, Frame) else data, marks)
    except UndecodableError:
        return True
