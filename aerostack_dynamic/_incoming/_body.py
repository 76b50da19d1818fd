"""The body of a request read back: by the media type it was sent with, forms and parts by their Encoding Objects (OpenAPI 3.2, 4.15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from .._arguments import is_file, kind_of
from .._codec import UndecodableError
from .._codecs import BodyPart, Decoding, decode, split_parts
from .._media_type import Codec, essence, own_codec
from .._model import Encoding, Parameter
from .._shape import shape_at, unknown_shape
from .._typed import is_list
from .._unstyle import as_is, one_text, read_pairs, split_query
from .._values import as_object, is_array
from ._judging import is_description

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .. import _http
    from .._model import MediaType
    from .._reference import Document
    from .._shape import Shape
    from .._values import JSON

    Pairs = list[tuple[str, str]]

_PLAIN: Final = Encoding()
_STRING: Final = frozenset({"string"})
_DECODING: Final = Decoding()
_OPTION: Final = re.compile(r';\s*(name|filename)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.IGNORECASE)
_ENCODED_NAME: Final = re.compile(r";\s*filename\*=utf-8''([^;\s]*)", re.IGNORECASE)


def read_body(document: Document, media_type: MediaType | None, content_type: str, body: bytes, codecs: Sequence[Codec]) -> JSON:
    """The JSON value of a body, a description in the place of each file. Raises UndecodableError.

    `media_type` is what the document says of it, None where it says nothing; `content_type` is what it was sent with.
    """
    schema = media_type.schema if media_type else None
    shape = shape_at(document, schema.pointer) if schema else unknown_shape(document)
    own = own_codec(codecs, content_type)
    kind = kind_of(content_type)
    if own is None or own.decode is None:
        if kind == "form":
            return _form(media_type, body, shape)
        if kind == "multipart":
            return _multipart(media_type, content_type, body, shape)
    value = decode(body, content_type, shape, Decoding(own=codecs))
    return describe(None, essence(content_type) or None, len(body)) if isinstance(value, bytes) else value


def describe(filename: str | None, content_type: str | None, size: int) -> dict[str, JSON]:
    """What stands in the place of a file among arguments."""
    return {"filename": filename, "content_type": content_type, "size": size}


def _encoding(media_type: MediaType | None, name: str) -> Encoding:
    return media_type.encoding.get(name, _PLAIN) if media_type else _PLAIN


def _styled(encoding: Encoding) -> bool:
    return any(one is not None for one in (encoding.style, encoding.explode, encoding.allow_reserved))


# ---- application/x-www-form-urlencoded


def _form(media_type: MediaType | None, body: bytes, shape: Shape) -> JSON:
    """A form: each property by its Encoding Object, arrays as repeated pairs and objects as JSON where there is none."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UndecodableError("the form is not UTF-8") from None
    if shape.types == _STRING:
        # Such a document has no words for what is in the form.
        return text
    return _fields(media_type, split_query(text), shape, encoded=True)


def _fields(media_type: MediaType | None, pairs: Pairs, shape: Shape, *, encoded: bool) -> dict[str, JSON]:
    """The properties that pairs write, in the order in which they come; texts are percent-encoded where `encoded` says so."""
    read = _plus if encoded else as_is
    named = [(read(name), text) for name, text in pairs]
    made: dict[str, JSON] = {}
    for name, _ in named:
        owner = _owner(media_type, name, shape)
        if owner in made:
            continue
        inner = shape.properties.get(owner) or shape.additional or unknown_shape(shape.document)
        mine = [(key, text) for key, text in named if _owner(media_type, key, shape) == owner]
        encoding = _encoding(media_type, owner)
        if _styled(encoding):
            made[owner] = next(read_pairs(_as_parameter(owner, encoding), mine, inner, read))
        else:
            made[owner] = _repeated([read(text) for _, text in mine], inner)
    return made


def _plus(text: str) -> str:
    return unquote(text.replace("+", " "))


def _as_parameter(name: str, encoding: Encoding) -> Parameter:
    style = encoding.style or "form"
    explode = encoding.explode if encoding.explode is not None else style in ("form", "deepObject")
    return Parameter(name, "query", required=False, schema=None, style=style, explode=explode)


def _owner(media_type: MediaType | None, name: str, shape: Shape) -> str:
    """The property that a pair belongs to: one of its own name, or one whose style writes its members as pairs."""
    if media_type is None or name in shape.properties:
        return name
    for owner, encoding in media_type.encoding.items():
        inner = shape.properties.get(owner)
        if encoding.style == "deepObject" and name.startswith(f"{owner}["):
            return owner
        if _styled(encoding) and _as_parameter(owner, encoding).explode and inner is not None and name in inner.properties:
            return owner
    return name


def _repeated(texts: list[str], shape: Shape) -> JSON:
    if is_list(shape):
        return [one_text(one, shape.items) for one in texts]
    return one_text(texts[0], shape) if len(texts) == 1 else [one_text(one, shape.items) for one in texts]


# ---- multipart


def _multipart(media_type: MediaType | None, content_type: str, body: bytes, shape: Shape) -> JSON:
    """An object by the names of the parts; an array where they have none."""
    parts = [(_disposition(headers), headers, content) for headers, content in split_parts(body, content_type)]
    if parts and all(name is None for (name, _), _, _ in parts):
        return [_part(None, filename, headers, content, shape.items, media_type) for (_, filename), headers, content in parts]
    found: dict[str, list[JSON]] = {}
    styled: Pairs = []
    for (name, filename), headers, content in parts:
        if name is None:
            raise UndecodableError("a part has no name")
        owner = _owner(media_type, name, shape)
        if filename is None and _styled(_encoding(media_type, owner)):
            styled.append((name, content.decode("utf-8", "replace")))
            continue
        inner = shape.properties.get(name) or shape.additional
        item = inner.items if inner is not None and is_list(inner) else inner
        found.setdefault(name, []).append(_part(name, filename, headers, content, item, media_type))
    made = {name: values if len(values) > 1 or is_list(shape.properties.get(name)) else values[0] for name, values in found.items()}
    return {**made, **_fields(media_type, styled, shape, encoded=False)}


def _part(
    name: str | None,
    filename: str | None,
    headers: _http.Headers,
    content: bytes,
    shape: Shape | None,
    media_type: MediaType | None,
) -> JSON:
    declared = headers.get("content-type")
    binary = shape is not None and media_type is not None and is_file(shape, media_type, name or "")
    if filename is not None or binary:
        return describe(filename, declared and essence(declared), len(content))
    # A text is what its media type says, as it stands, save that JSON has its own way to write one.
    as_text = shape is not None and shape.types == _STRING and kind_of(declared or "") != "json"
    if declared is None or kind_of(declared) == "text" or as_text:
        return one_text(content.decode("utf-8", "replace"), shape)
    return _told(decode(content, declared, shape, _DECODING), declared, len(content))


def _told(value: Any, content_type: str, size: int) -> JSON:
    """The content of a part as JSON has it: bytes are described, and parts within it by what each holds."""
    if isinstance(value, bytes):
        return describe(None, essence(content_type), size)
    if is_array(value) and value and all(isinstance(one, BodyPart) for one in value):
        return [_told(one.content, one.headers.get("content-type", "text/plain"), len(one.content or "")) for one in value]
    return cast("JSON", value)


def sent_file(content_type: str, body: bytes, value: JSON) -> bytes | None:
    """The content of the one file that a body is, or has as a part of its own; None where it has none, or several."""
    if is_description(value):
        return body
    names = [name for name, one in as_object(value).items() if is_description(one)]
    if len(names) != 1 or kind_of(content_type) != "multipart":
        return None
    return next((content for headers, content in split_parts(body, content_type) if _disposition(headers)[0] == names[0]), None)


def with_files(content_type: str, body: bytes, value: JSON) -> Any:
    """The value of a body with files as a call takes them in the place of their descriptions: bytes, or name, content and media type."""
    kind = kind_of(content_type)
    if kind != "multipart":
        return body if kind != "json" and is_description(value) else value
    parts: dict[str, list[tuple[_http.Headers, bytes]]] = {}
    for headers, content in split_parts(body, content_type):
        parts.setdefault(_disposition(headers)[0] or "", []).append((headers, content))
    return {name: _with_file(one, parts.get(name, [])) for name, one in as_object(value).items()}


def _with_file(value: JSON, parts: Sequence[tuple[_http.Headers, bytes]]) -> Any:
    """A member of a form of parts: the file in its place, where it has one, of several each in its turn."""
    if is_array(value):
        return [_with_file(one, [part]) for one, part in zip(value, parts, strict=True)] if len(value) == len(parts) else value
    if not (is_description(value) and parts):
        return value
    headers, content = parts[0]
    filename = _disposition(headers)[1]
    return content if filename is None else (filename, content, headers.get("content-type"))


def _disposition(headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The name of a part and its file's, None for none (RFC 7578, section 4.2; a name in UTF-8 by RFC 8187)."""
    text = headers.get("content-disposition", "")
    found = {name.lower(): quoted or plain for name, quoted, plain in _OPTION.findall(text)}
    extended = _ENCODED_NAME.search(text)
    filename = unquote(extended[1]) if extended else found.get("filename")
    return _unescaped(found.get("name")), _unescaped(filename)


def _unescaped(name: str | None) -> str | None:
    if name is None:
        return None
    plain = re.sub(r"\\(.)", r"\1", name)
    return plain.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
