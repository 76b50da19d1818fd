"""Masks in place of secrets, in all that a recording keeps of a call: by what the document says, by names, and by value.

What the document calls secret is masked where it stands: parameters, headers, cookies and properties by their schemas, and properties of
those names where no schema speaks of them. Every secret that was sent or came is then looked for in all the rest, in each form that texts
are repeated in. A body that can't be looked into, and may hold a secret, is masked whole.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from .._codec import UndecodableError, decode_json
from .._codecs import BodyPart, Decoding, decode
from .._hidden import Hidden
from .._mask import covered_headers, secret_places, shown_headers, shown_pairs, shown_url
from .._media_type import family, stream_form
from .._options import secret_headers
from .._redirect import linked
from .._shape import holds_secrets, masked, secret_texts, shape_at
from .._stream_rules import item_of, marks_of
from .._values import MASK, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .. import _http
    from .._model import Header, MediaType, Operation
    from .._reference import Document
    from .._shape import Shape

    Headers = Iterable[tuple[str, str]]

_LINES: Final = re.compile(r"(\r\n|\n|\r)")
_NAME: Final = re.compile(r';\s*name="?([^";]*)', re.IGNORECASE)
# A shorter text can't be told from others, and is not looked for.
_SHORTEST: Final = 4
_BLANKS: Final = ((bool, False), ((int, float), 0), (list, ()), (dict, None))


class Masks:
    """The masks of one call. `also` are names that are secret whatever the document says, `hidden` the secrets that are known already."""

    def __init__(self, document: Document, operation: Operation | None, also: frozenset[str], hidden: Iterable[Hidden]) -> None:
        self._document = document
        self._operation = operation
        self._also = also
        self._names = secret_places(document).properties
        self._hidden = [*hidden]
        self._known = {MASK, ""}

    def hide(self, texts: Iterable[str]) -> None:
        """Look for these texts as well from now on."""
        new = {*texts} - self._known
        if new:
            self._known |= new
            self._hidden.append(Hidden(new))

    def text(self, text: str) -> str:
        """A text with masks for what it repeats."""
        for one in self._hidden:
            text = one.text(text)
        return text

    def everywhere(self, value: Any) -> Any:
        """The same for a JSON value."""
        for one in self._hidden:
            value = one.value(value)
        return value

    def value(self, value: Any, shape: Shape | None) -> Any:
        """A JSON value with masks by its schema and by names."""
        return masked(masked(value, shape, self._names), None, self._also)

    def texts(self, value: Any, shape: Shape | None) -> Iterator[str]:
        """The texts that `value` masks."""
        yield from secret_texts(value, shape, self._names)
        yield from secret_texts(value, None, self._also)

    # ---- heads

    def url(self, url: _http.URL) -> str:
        """The URL of a request."""
        return self.text(str(shown_url(self._document, self._operation, url, self._also)))

    def request_headers(self, headers: _http.Headers) -> tuple[tuple[str, str], ...]:
        """The headers of a request."""
        pairs = shown_headers(self._document, self._operation, headers.raw)
        secret = {name.lower() for name, _ in secret_headers(pairs)} | self._lowered
        return tuple((name, self._header(name, text, secret)) for name, text in pairs)

    @property
    def _lowered(self) -> set[str]:
        return {name.lower() for name in self._also}

    def _header(self, name: str, text: str, secret: set[str]) -> str:
        if name.lower() in secret:
            return MASK
        return self.text(shown_pairs(text, self._also, ";") if name.lower() == "cookie" else text)

    def answer_headers(self, headers: Headers, declared: Mapping[str, Header], here: _http.URL) -> tuple[tuple[str, str], ...]:
        """The headers of an answer to a request of `here`; the cookies that they set are looked for everywhere."""
        secret = {*covered_headers(self._document), *self._lowered}
        secret |= {name.lower() for name, one in declared.items() if self._is_secret(one)}
        found = [(name, self._cookie(text) if name.lower() == "set-cookie" else text) for name, text in headers]
        return tuple((name, self._answer_header(name, text, secret, here)) for name, text in found)

    def _answer_header(self, name: str, text: str, secret: set[str], here: _http.URL) -> str:
        key = name.lower()
        if key in ("location", "content-location"):
            target = linked(here, text)
            return MASK if isinstance(target, str) else self.url(target)
        return MASK if key in secret and key != "set-cookie" else self.text(text)

    def _is_secret(self, header: Header) -> bool:
        schema = header.content.schema if header.content else header.schema
        return schema is not None and holds_secrets(shape_at(self._document, schema.pointer))

    def _cookie(self, text: str) -> str:
        pair, mark, rest = text.partition(";")
        name, _, value = pair.partition("=")
        self.hide([value])
        return f"{name}={MASK}{mark}{rest}"

    # ---- bodies

    def request_body(self, content: bytes, content_type: str, media_type: MediaType | None) -> bytes:
        """The body of a request, held in memory."""
        return self._body(content, content_type, media_type, lambda value, shape: self.everywhere(self.value(value, shape)))

    def answer_body(self, content: bytes, content_type: str, media_type: MediaType | None) -> bytes:
        """The body of an answer. What is masked keeps its type, so that it can be read as it was: a number is 0, a text the mask."""

        def shown(value: Any, shape: Shape | None) -> Any:
            self.hide(self.texts(value, shape))
            return _typed(value, self.everywhere(self.value(value, shape)))

        return self._body(content, content_type, media_type, shown)

    def _body(
        self, content: bytes, content_type: str, media_type: MediaType | None, shown: Callable[[Any, Shape | None], Any]
    ) -> bytes:
        schema = media_type.schema if media_type else None
        shape = shape_at(self._document, schema.pointer) if schema else None
        match family(content_type):
            case "json" | "missing":
                made = self._json(content, shape, shown)
            case "lines" | "sequence":
                made = self._items(content, content_type, media_type, shown)
            case "form":
                names = self._names | self._also | {name for name, one in (shape.properties if shape else {}).items() if one.secret}
                made = shown_pairs(content.decode("utf-8", "surrogateescape"), names, "&").encode("utf-8", "surrogateescape")
            case "xml" | "multipart":
                made = self._by_value(content, content_type, shape)
            case _ if stream_form(content_type) == "events":
                made = self._items(content, content_type, media_type, shown)
            case "text" if content.lstrip()[:1] in (b"{", b"["):
                made = self._json(content, shape, shown)
            case _:
                made = MASK.encode() if shape is not None and shape.secret else content
        for one in self._hidden:
            made = one.data(made)
        return made

    def _json(self, content: bytes, shape: Shape | None, shown: Callable[[Any, Shape | None], Any]) -> bytes:
        try:
            value = decode_json(content, allow_nan=True, unique_keys=True)
        except UndecodableError:
            try:
                value, whole = decode_json(content, allow_nan=True), False
            except UndecodableError:
                return self._unread(content, shape)
        else:
            whole = True
        made = shown(value, shape)
        if whole and made == value:
            return content
        return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def _unread(self, content: bytes, shape: Shape | None) -> bytes:
        """What can't be looked into: masked whole where it may hold a secret."""
        named = any(name.encode() in content for name in self._names | self._also)
        return MASK.encode() if named or (shape is not None and holds_secrets(shape)) else content

    def _by_value(self, content: bytes, content_type: str, shape: Shape | None) -> bytes:
        """What is masked by looking for the secrets that it is read to hold, and whole where they are found no other way."""
        try:
            texts = {*self.texts(_fields(decode(content, content_type, shape, Decoding())), shape)} - {""}
            made = Hidden(texts).data(content)
            left = {*self.texts(_fields(decode(made, content_type, shape, Decoding())), shape)}
        except UndecodableError:
            return self._unread(content, shape)
        if any(len(one) < _SHORTEST for one in texts) or any(one in rest for one in texts for rest in left):
            return MASK.encode()
        self.hide(texts)
        return made

    def _items(
        self, content: bytes, content_type: str, media_type: MediaType | None, shown: Callable[[Any, Shape | None], Any]
    ) -> bytes:
        form = stream_form(content_type)
        item = item_of(self._document, media_type, form, marks_of(self._operation) if self._operation else None)
        shapes = [shape_at(self._document, one) for one in (item.schema, *(one.content for one in item.variants)) if one]
        if item.event is not None and (data := shape_at(self._document, item.event).properties.get("data")):
            shapes.append(data)

        unknown: list[Shape | None] = [None]

        def masked_text(text: str) -> str:
            for shape in shapes or unknown:
                text = self._json(text.encode("utf-8", "surrogateescape"), shape, shown).decode("utf-8", "surrogateescape")
            return text

        text = content.decode("utf-8", "surrogateescape")
        if form == "events":
            text = "".join(_events(text, masked_text))
        else:
            pieces = re.split(r"([\n\x1e])", text)
            text = "".join(one if not one.strip("\x1e \r\n\t") else masked_text(one) for one in pieces)
        return text.encode("utf-8", "surrogateescape")


def _events(text: str, masked_text: Callable[[str], str]) -> Iterator[str]:
    """A stream of events with the data of each masked; one that is changed has its data in one line."""
    waiting: list[tuple[str, str]] = []
    pieces = _LINES.split(text)
    for line, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if line:
            waiting.append((line, end))
        else:
            yield from _event(waiting, masked_text)
            waiting = []
            yield end
    yield from _event(waiting, masked_text)


def _event(lines: list[tuple[str, str]], masked_text: Callable[[str], str]) -> Iterator[str]:
    data = [line[5:].removeprefix(" ") for line, _ in lines if line.startswith("data:")]
    before = "\n".join(data)
    after = masked_text(before) if before.strip()[:1] in ("{", "[", '"') else before
    if after == before:
        yield from (line + end for line, end in lines)
        return
    told = False
    for line, end in lines:
        if not line.startswith("data:"):
            yield line + end
        elif not told:
            told = True
            yield f"data: {after}{end}"


def _fields(value: Any) -> Any:
    """What was read of a body, parts by their names."""
    if is_array(value) and any(isinstance(one, BodyPart) for one in value):
        made: dict[str, list[Any]] = {}
        for one in value:
            named = _NAME.search(one.headers.get("content-disposition", ""))
            content = one.content.decode("utf-8", "replace") if isinstance(one.content, bytes) else _fields(one.content)
            made.setdefault(named[1] if named else "", []).append(content)
        return made
    return value


def _typed(before: Any, after: Any) -> Any:
    """`after` with masks of the types that stood in `before`."""
    if after == MASK and not isinstance(before, str):
        for kind, blank in _BLANKS:
            if isinstance(before, kind):
                return [] if blank == () else {} if blank is None else blank
    if is_object(before) and is_object(after) and len(before) == len(after):
        return {key: _typed(one, after[key]) for one, key in zip(before.values(), after, strict=True)}
    if is_array(before) and is_array(after):
        return [_typed(one, other) for one, other in zip(before, after, strict=True)]
    return after
