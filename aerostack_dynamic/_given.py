"""What a caller gives for a body: JSON values, and the files and parts among them. All problems are noted, nothing is read or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._arguments import is_file, takes_as_it_is
from ._codec import RS, UnencodableError, encode_many, in_charset
from ._content import File, Head, Source, UnusableSourceError, as_file, as_head, has_control, is_file_like, is_part
from ._encoded import as_text, encoding_of
from ._errors import ArgumentsError
from ._media_type import essence, is_content_type
from ._values import UNSET, Problem, is_array, is_bytes, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from ._arguments import Layout
    from ._codec import WireValues
    from ._model import MediaType
    from ._shape import Shape
    from ._values import JSON

UNKNOWN_TYPE: Final = "application/octet-stream"
_STRING: Final = frozenset({"string"})


class GivenBody:
    """The body of one call, as far as it is given. `value` is its JSON value, or `UNSET`.

    `files` and `heads` (what was given with the values of parts) stand in it by JSON pointer, each file with an empty string in the
    place of its value; `whole` is a body that is itself a file. `check` tells what is wrong with an item of a stream that is sent.
    """

    def __init__(self, layout: Layout, wire: WireValues, asynchronous: bool, check: Callable[[JSON], list[Problem]]) -> None:
        self._layout = layout
        self._wire = wire
        self._asynchronous = asynchronous
        self._check = check
        self._kind = layout.kind
        self.problems: list[Problem] = []
        self.value: Any = UNSET
        self.files: dict[str, File] = {}
        self.heads: dict[str, Head] = {}
        self.whole: File | None = None

    @property
    def given(self) -> bool:
        """Whether there is a body."""
        return self.value is not UNSET or self.whole is not None

    def take(self, value: object, as_content: bool) -> None:
        """Take the whole body. `as_content` says that whatever is given is content, text and iterables too."""
        media_type, shape = self._layout.media_type, self._layout.body_shape
        if is_bytes(value) and encoding_of(shape) and self._kind not in ("binary", "any"):
            value = as_text(value, shape)
        if self._kind == "multipart":
            self._take_parts(value)
        elif as_content or (media_type and takes_as_it_is(media_type) and (is_file_like(value) or self._is_text(value))):
            self._take_content(value)
        elif self._kind in ("lines", "sequence") and not is_object(value) and not isinstance(value, str):
            self._take_items(value)
        elif is_part(value) and media_type and takes_as_it_is(media_type):
            self.whole = self._file(value, "")
        else:
            self.value = self._wire.convert(value, "body", shape=shape)

    def _take_content(self, value: object) -> None:
        media_type = self._layout.media_type
        try:
            self.whole = self._file(in_charset(value, media_type.name) if isinstance(value, str) and media_type else value, "")
        except UnencodableError as error:
            self._problem("", str(error), "type")

    def _is_text(self, value: object) -> bool:
        """Text that is sent as it is: of a media type that no schema looks into."""
        return isinstance(value, str) and self._kind in ("xml", "lines", "sequence")

    def put(self, wire: str, value: object, declared: Shape | None = None) -> None:
        """Take one property of an object body, `declared` where the body's schema is not what declares it."""
        if self.value is UNSET and self.whole is None:
            self.value = {}
        if not isinstance(self.value, dict):
            self._problem(json_pointer(wire), "given beside body=, which is the whole body", "name")
            return
        if wire in self.value:
            self._problem(json_pointer(wire), "given twice, in body= and beside it", "name")
            return
        shape = self._layout.body_shape
        inner = declared or ((shape.properties.get(wire) or shape.additional) if shape else None)
        if self._kind == "multipart":
            self.value[wire] = self._part(wire, value, inner)
        else:
            self.value[wire] = self._wire.convert(value, "body", wire, shape=inner)

    # ---- multipart

    def _take_parts(self, value: object) -> None:
        shape = self._layout.body_shape
        if shape is not None and shape.types == _STRING and (is_file_like(value) or is_part(value)):
            # Such a document means one file, and has no name for it.
            value = {"file": value}
        if is_object(value):
            self.value = {}
            members: dict[Any, Any] = value
            for name, item in members.items():
                if isinstance(name, str):
                    self.put(name, item)
                else:
                    self._problem("", f"has a key of type {type(name).__name__}; the keys of an object are strings", "type")
        elif isinstance(value, (list, tuple)):
            self.value = [self._single(item, None, False, index) for index, item in enumerate(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # judged one by one
        else:
            self._problem("", "a multipart body is given as a mapping of names to parts, or as a list of parts", "type")

    def _part(self, name: str, value: object, shape: Shape | None) -> JSON:
        media_type = self._layout.media_type
        binary = bool(shape and media_type and is_file(shape, media_type, name))
        several = bool(shape and "array" in shape.types)
        if is_array(value) and (several or (not binary and any(is_file_like(one) or is_part(one) for one in value))):
            items = shape.items if shape else None
            return [self._single(one, items, binary, name, index) for index, one in enumerate(value)]
        return self._single(value, shape, binary, name)

    def _single(self, value: Any, shape: Shape | None, binary: bool, *place: str | int) -> JSON:
        pointer = json_pointer(*place)
        text = as_text(value, shape)
        if text is not None:
            return text
        part = is_part(value)
        if binary or is_file_like(value) or (part and is_file_like(value[1])):
            file = self._file(value, pointer)
            if file is not None:
                self.files[pointer] = file
            return ""
        head = self._head(value, pointer) if part else None
        if head is not None:
            self.heads[pointer] = head
        return self._wire.convert(value[1] if part else value, "body", *place, shape=shape)

    def _head(self, value: tuple[Any, ...], pointer: str) -> Head | None:
        try:
            head = as_head(value)
        except UnusableSourceError as error:
            self._problem(pointer, str(error), "type")
            return None
        self._check_type(head.content_type, pointer)
        return head

    def _file(self, value: object, pointer: str) -> File | None:
        try:
            file = as_file(value)
        except UnusableSourceError as error:
            self._problem(pointer, str(error), "type")
            return None
        if file.source.asynchronous and not self._asynchronous:
            self._problem(pointer, "an asynchronous iterable is sent by AsyncClient only", "type")
        if has_control(file.filename or "") or has_control(file.content_type or ""):
            self._problem(pointer, "the file name or content type holds a control character", "format")
        else:
            self._check_type(file.content_type, pointer)
        return file

    def _check_type(self, content_type: str | None, pointer: str) -> None:
        if content_type is not None and not is_content_type(content_type):
            message = f"the content type {printable(content_type, 60)!r} is no media type such as 'image/png'"
            self._problem(pointer, message, "format")

    # ---- streams of JSON texts

    def _take_items(self, value: Any) -> None:
        if isinstance(value, (list, tuple)):
            self.value = self._wire.convert(value, "body")  # pyright: ignore[reportUnknownArgumentType]  # judged one by one
            return
        used_up = any(getattr(value, frame, True) is None for frame in ("gi_frame", "ag_frame"))
        if hasattr(value, "__iter__") and not used_up:
            self.whole = File(Source(self._items(value), None, False), None, None)
        elif hasattr(value, "__aiter__") and self._asynchronous and not used_up:
            self.whole = File(Source(self._async_items(value), None, False), None, None)
        else:
            message = (
                "the generator is used up" if used_up else "give a list, or an iterable, of the values that are sent one by one"
            )
            self._problem("", message, "type")

    def _items(self, values: Any) -> Iterator[bytes]:
        for index, value in enumerate(values):
            yield self._item(value, index)

    async def _async_items(self, values: Any) -> AsyncIterator[bytes]:
        index = 0
        async for value in values:
            yield self._item(value, index)
            index += 1

    def _item(self, value: object, index: int) -> bytes:
        before = len(self._wire.problems)
        wire = self._wire.convert(value, "body", index)
        problems = self._wire.problems[before:] or [
            one._replace(pointer=json_pointer(index) + one.pointer) for one in self._check(wire)
        ]
        if problems:
            error = ArgumentsError("", problems)
            error.sent = "maybe"
            raise error
        return encode_item(self._kind, wire)

    def _problem(self, pointer: str, message: str, rule: str) -> None:
        self.problems.append(Problem("body", pointer, message, rule))


def encode_item(kind: str, value: JSON) -> bytes:
    """One JSON text of a stream of them: a line, or as RFC 7464 (section 2.2) begins and ends it."""
    return encode_many([value], RS if kind == "sequence" else b"")


def guess_type(filename: str | None) -> str:
    """The media type that a file name ends in, else `application/octet-stream`."""
    from mimetypes import guess_type as guess  # noqa: PLC0415  # reads the system's tables on first use

    return essence(guess(filename or "")[0] or UNKNOWN_TYPE)


def part_problems(media_type: MediaType, body: Any, files: Mapping[str, File], heads: Mapping[str, Head]) -> list[Problem]:
    """The parts of a multipart body without a header that their Encoding Object requires (OpenAPI 3.2, section 4.15)."""
    found: list[Problem] = []
    for name, encoding in media_type.encoding.items() if is_object(body) else ():
        needed = [one.name for one in encoding.headers.values() if one.required and one.name.lower() != "content-type"]
        if not needed or name not in body:
            continue
        value = body[name]
        places = [json_pointer(name, index) for index in range(len(value))] if is_array(value) else [json_pointer(name)]
        for place in places:
            head = files.get(place) or heads.get(place)
            given = {header.lower() for header, _ in head.headers} if head else set[str]()
            found += [
                Problem(
                    "body",
                    place,
                    f"the part needs the header {one}: (filename, content, content_type, {{{one!r}: ...}})",
                    "required",
                )
                for one in needed
                if one.lower() not in given
            ]
    return found
