"""Uploads: multipart/form-data (RFC 7578) parsed as it arrives, files to disk, texts to memory, within limits."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ._answer import invalid

if TYPE_CHECKING:
    from ._files import Files, Incoming

MAX_TEXT = 64 * 1024
MAX_PARTS = 100
_MAX_HEADERS = 16 * 1024
_PLACEHOLDER = b"the sandbox judges uploads without their bytes"


class Form:
    """One form on its way in: `feed` it chunks in any division, then `finish`; `discard` removes files nobody kept."""

    def __init__(self, content_type: str, file_parts: frozenset[str], files: Files) -> None:
        self.texts: dict[str, bytes] = {}
        self.incoming: dict[str, Incoming] = {}
        self._file_parts = file_parts
        self._files = files
        self._complete = False
        self._discarded = False
        self._feeding = threading.Lock()
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""
        self._text: bytearray | None = None
        self._name = ""
        media_type, options = parse_options_header(content_type)
        self._media_type = media_type.decode("latin-1")
        boundary = options.get(b"boundary")
        if not boundary:
            raise invalid("the content type of a form must name its boundary")
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError as error:
            raise invalid(f"the form cannot be read: {error}") from None

    def feed(self, chunk: bytes) -> None:
        """Parses a chunk and writes what it holds of files; a Refusal 400 when it cannot be part of a form."""
        try:
            with self._feeding:
                if not self._discarded:
                    self._parser.write(chunk)
        except FormParserError as error:
            raise invalid(f"the form cannot be read: {error}") from None

    def finish(self) -> None:
        """Closes the files; a Refusal 400 when the last boundary is missing."""
        for incoming in self.incoming.values():
            incoming.stream.close()
        if not self._complete:
            raise invalid("the form ends before its last boundary")

    def discard(self) -> None:
        """Closes the files and removes those that nobody has claimed; a `feed` that comes later does nothing."""
        with self._feeding:
            self._discarded = True
            for incoming in self.incoming.values():
                incoming.discard()

    def text(self, name: str) -> str:
        """A text part; a Refusal 400 when it is not UTF-8."""
        try:
            return self.texts[name].decode("utf-8")
        except UnicodeDecodeError:
            raise invalid(f"the part {name!r} is not UTF-8") from None

    def placeholder(self) -> tuple[str, bytes]:
        """Content type and body of the same form with a few fixed bytes in place of each file."""
        boundary = uuid.uuid4().hex
        parts = [*self.texts.items(), *((name, _PLACEHOLDER) for name in self.incoming)]
        body = b"".join(
            b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary.encode(), name.encode(), value)
            for name, value in parts
        )
        return f"{self._media_type}; boundary={boundary}", body + b"--%s--\r\n" % boundary.encode()

    def _callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._open_part,
            "on_part_data": self._add_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._parts += 1
        self._headers = {}
        self._field = self._value = b""
        if self._parts > MAX_PARTS:
            raise invalid(f"the form has more than {MAX_PARTS} parts")

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._limit_headers()

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._limit_headers()

    def _limit_headers(self) -> None:
        held = sum(len(n) + len(v) for n, v in self._headers.items())
        if held + len(self._field) + len(self._value) > _MAX_HEADERS:
            raise invalid("the headers of a part are too long")

    def _end_header(self) -> None:
        self._headers[self._field.strip().lower()] = self._value.strip()
        self._field = self._value = b""

    def _open_part(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        try:
            self._name = options.get(b"name", b"").decode("utf-8")
        except UnicodeDecodeError:
            raise invalid("the name of a part is not UTF-8") from None
        if kind != b"form-data" or not self._name or any(c in self._name for c in '"\r\n'):
            raise invalid("a part has no Content-Disposition with a plain name")
        if self._name in self.texts or self._name in self.incoming:
            raise invalid(f"the part {self._name!r} occurs twice")
        if self._name in self._file_parts:
            content_type = self._headers.get(b"content-type", b"").decode("latin-1")
            self.incoming[self._name] = self._files.begin(content_type or None)
        else:
            self._text = bytearray()

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self.incoming[self._name].stream.write(memoryview(data)[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > MAX_TEXT:
            raise invalid(f"the part {self._name!r} has more than {MAX_TEXT} bytes", status=413)

    def _end_part(self) -> None:
        if self._text is not None:
            self.texts[self._name] = bytes(self._text)
            self._text = None

    def _end(self) -> None:
        self._complete = True
