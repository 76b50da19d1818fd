"""Which codec reads and writes a media type: a user's own where one fits, else by the family that it belongs to; unknown ones are bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

from ._codec import (
    RS,
    UndecodableError,
    UnencodableError,
    WireValues,
    charset_of,
    declared_charset,
    decode_json,
    decode_lines,
    decode_sequence,
    decode_text,
    encode_json,
    encode_many,
    in_charset,
)
from ._media_type import family, own_codec, parameters
from ._style import scalar
from ._typed import is_list, is_mapping, typed
from ._values import is_array, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from . import _http
    from ._media_type import Codec
    from ._shape import Shape
    from ._values import JSON

_MOST_PARTS: Final = 10_000
_MOST_LAYERS: Final = 10


class Decoding(NamedTuple):
    """How bodies are read: by which codecs of the user's, whether NaN is let in, and whether a key may stand twice in an object."""

    own: Sequence[Codec] = ()
    allow_nan: bool = False
    unique_keys: bool = False


class BodyPart(NamedTuple):
    """A part of a multipart answer: its headers, and its content read by its own media type."""

    headers: _http.Headers
    content: Any


def decode(body: bytes, content_type: str, shape: Shape | None, rules: Decoding, layers: int = 0) -> Any:
    """What a body says: a JSON value where its media type has one, text, parts, else the bytes. Raises UndecodableError.

    What has no types of its own (XML, forms) is read by its schema's.
    """
    own = own_codec(rules.own, content_type) if rules.own else None
    if own is not None and own.decode is not None:
        return _by_own(own, body)
    match family(content_type):
        case "json":
            return _json(body, content_type, rules)
        case "lines":
            return decode_lines(body, allow_nan=rules.allow_nan, unique_keys=rules.unique_keys)
        case "sequence":
            return decode_sequence(body, allow_nan=rules.allow_nan, unique_keys=rules.unique_keys)
        case "xml":
            from ._xml import decode_xml  # noqa: PLC0415  # few APIs speak it

            return decode_xml(body, content_type, shape)
        case "form":
            text = body.decode("utf-8", "replace")
            return read_form(parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace"), shape, rules)
        case "multipart" if layers < _MOST_LAYERS:
            return [*_parts(body, content_type, rules, layers)]
        case "text":
            return _text(_known_text(body, content_type), shape, rules)
        case _:
            return body


def read_form(pairs: Sequence[tuple[str, str]], shape: Shape | None, rules: Decoding) -> dict[str, JSON]:
    """The fields of a form (WHATWG URL, section 5.1), each read by its schema: a list where a name comes several times, or where its
    schema describes one.
    """
    found: dict[str, list[JSON]] = {}
    for name, text in pairs:
        inner = shape.properties.get(name) or shape.additional if shape is not None else None
        item = inner.items if inner is not None and is_list(inner) else inner
        found.setdefault(name, []).append(_text(text, item, rules))
    return {
        name: values if len(values) > 1 or (shape is not None and is_list(shape.properties.get(name))) else values[0]
        for name, values in found.items()
    }


def _json(body: bytes, content_type: str, rules: Decoding) -> JSON:
    """JSON, which is UTF-8 whatever its media type says (RFC 8259, section 8.1); what is none may be for the charset that it names."""
    try:
        return decode_json(body, allow_nan=rules.allow_nan, unique_keys=rules.unique_keys)
    except UndecodableError as error:
        charset = declared_charset(content_type)
        if not charset or charset.lower().startswith("utf") or _is_utf8(body):
            raise
        raise UndecodableError(f"{error}; its media type names the charset {charset}, and JSON is UTF-8", error.excerpt) from None


def _known_text(body: bytes, content_type: str) -> str:
    """Text in its charset. Raises UndecodableError for one that is not known, unless the text is UTF-8 all the same."""
    charset = declared_charset(content_type)
    if charset and charset_of(content_type) is None and not _is_utf8(body):
        raise UndecodableError(f"the charset {printable(charset, 40)} is not known, and the text is not UTF-8")
    return decode_text(body, content_type)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(text: str, shape: Shape | None, rules: Decoding) -> JSON:
    """Text, read as what its schema names: some servers call JSON plain text."""
    if is_mapping(shape) or is_list(shape):
        with suppress(UndecodableError):
            return decode_json(text.encode(), allow_nan=rules.allow_nan, unique_keys=rules.unique_keys)
    return typed(text, shape)


def _by_own(own: Codec, body: bytes) -> Any:
    assert own.decode is not None
    try:
        return own.decode(body)
    except Exception as error:
        # Its text may hold any part of the body.
        raise UndecodableError(f"the codec for {', '.join(own.media_types)} raised {type(error).__name__}") from None


def as_json(value: object) -> Any:
    """What a codec of the user's gave, as a JSON value to be judged. Raises UndecodableError where JSON can't hold it."""
    wire = WireValues(allow_nan=True)
    made = wire.convert(value, "response")
    if wire.problems:
        one = wire.problems[0]
        raise UndecodableError(f"the codec gave what can't be held against the document: response{one.pointer} {one.message}")
    return made


def _parts(body: bytes, content_type: str, rules: Decoding, layers: int) -> Iterator[BodyPart]:
    for headers, content in split_parts(body, content_type):
        yield BodyPart(headers, decode(content, headers.get("content-type", "text/plain"), None, rules, layers + 1))


def split_parts(body: bytes, content_type: str) -> Iterator[tuple[_http.Headers, bytes]]:
    """The parts of a multipart body (RFC 2046, section 5.1.1), whatever stands before the first and behind the last left out.

    Raises UndecodableError.
    """
    boundary = parameters(content_type).get("boundary", "")
    if not boundary:
        raise UndecodableError("the multipart body has no boundary in its media type")
    mark = b"\r\n--" + boundary.encode("latin-1", "replace")
    _, *pieces = (b"\r\n" + body).split(mark, _MOST_PARTS)
    ended = False
    for piece in pieces:
        if piece.startswith(b"--"):
            ended = True
            break
        head, blank, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        yield _heads(head if blank else b""), content
    if not ended:
        raise UndecodableError("the multipart body ends without its closing boundary, or has too many parts")


def _heads(text: bytes) -> _http.Headers:
    """The header lines of a part; what is none is left out."""
    from ._http import Headers  # noqa: PLC0415  # documents are read without the HTTP library

    pairs = (line.partition(b":") for line in text.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n"))
    return Headers([(name.strip(), value.strip()) for name, mark, value in pairs if mark and name.strip().isascii()])


def encode(value: Any, content_type: str, shape: Shape | None, own: Sequence[Codec] = ()) -> bytes | None:
    """The bytes of a JSON value in a media type; None for a family whose bodies are put together elsewhere (forms, parts, files).

    Raises UnencodableError with the place in the value.
    """
    codec = own_codec(own, content_type) if own else None
    if codec is not None and codec.encode is not None:
        return _to_own(codec, value)
    match family(content_type):
        case "json":
            return encode_json(value)
        case "lines" | "sequence" as kind:
            return encode_many(value if is_array(value) else [value], RS if kind == "sequence" else b"")
        case "xml" if not isinstance(value, str):
            from ._xml import encode_xml  # noqa: PLC0415  # few APIs speak it

            made = encode_xml(value, shape)
            if not declared_charset(content_type) or charset_of(content_type) == "utf_8":
                return made
            # The media type goes before what the document says of itself (RFC 7303, section 3).
            return in_charset(made.decode().replace(" encoding='UTF-8'", "", 1), content_type)
        case "xml" | "text":
            return in_charset(scalar(value), content_type)
        case _:
            return None


def _to_own(codec: Codec, value: JSON) -> bytes:
    assert codec.encode is not None
    names = ", ".join(codec.media_types)
    try:
        made = codec.encode(value)
    except Exception as error:
        raise UnencodableError(f"the codec for {names} raised {type(error).__name__}") from None
    if not isinstance(made, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise UnencodableError(f"the codec for {names} gave a {type(made).__name__} where bytes are needed")
    return made
