"""From the value of a body to what is sent: one function for each kind of media type, and the parts of forms (OpenAPI 3.2, 4.14, 4.15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from ._arguments import kind_of
from ._codec import UnencodableError, encode_json, in_charset
from ._codecs import encode
from ._content import Content, Part, has_control, multipart
from ._errors import ArgumentsError
from ._given import UNKNOWN_TYPE, guess_type
from ._media_type import essence, is_content_type, own_codec, specificity
from ._model import Encoding, MediaType
from ._style import as_is, join_query, percent_encode, percent_encode_reserved, query_pairs, scalar
from ._values import Problem, as_string, is_array, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._call import Call
    from ._content import File
    from ._media_type import Codec
    from ._shape import Shape
    from ._values import JSON

    Pairs = list[tuple[str, str]]

_PLAIN: Final = Encoding()
# A space or anything beyond ASCII stands in no form that is written already.
_FORM: Final = re.compile(r"[!-~]*")


def content_of(call: Call, own: Sequence[Codec] = ()) -> Content | None:
    """The body of a call; None where there is none. Raises ArgumentsError for what its media type can't hold.

    `own` are the codecs that the user has given.
    """
    media_type = call.media_type
    if media_type is None:
        return None
    if call.whole_file is not None:
        return Content(media_type.name, [call.whole_file.source])
    shape = call.layout.body_shape
    if call.layout.kind == "multipart" and not (own and own_codec(own, media_type.name)):
        return multipart(parts_of(call, media_type, shape), uuid4().hex, media_type.name)
    return Content.held(media_type.name, encode_body(media_type, shape, call.body, own))


def encode_body(media_type: MediaType, shape: Shape | None, value: JSON, own: Sequence[Codec] = ()) -> bytes:
    """The bytes of a value under a media type; `shape` is what its schema says. Raises ArgumentsError for what it can't hold."""
    try:
        made = encode(value, media_type.name, shape, own)
        if made is None and kind_of(media_type.name) not in ("form", "multipart"):
            made = _unnamed(value, media_type.name, own)
    except UnencodableError as error:
        raise _refused(error.pointer, str(error), "type") from None
    if made is not None:
        return made
    if kind_of(media_type.name) == "form":
        return form_text(media_type, value).encode()
    return multipart([*_parts(value, media_type, shape, {}, {})], uuid4().hex, media_type.name).whole()


def _unnamed(value: JSON, name: str, own: Sequence[Codec]) -> bytes:
    """What is sent of a media type that says nothing else: text, or JSON, which a document with a schema for it means."""
    if isinstance(value, str):
        return in_charset(value, name)
    codec = own_codec(own, name)
    if codec is not None:
        raise UnencodableError(f"the codec for {', '.join(codec.media_types)} has no encode; give it one, or give bytes")
    return encode_json(value)


def _refused(pointer: str, message: str, rule: str) -> ArgumentsError:
    return ArgumentsError("", [Problem("body", pointer, message, rule)])


def _styled(encoding: Encoding) -> bool:
    """Whether an Encoding Object speaks of a style, be it by a default value; its contentType is ignored then (OpenAPI 3.2, section
    4.15.1.2).
    """
    return any(one is not None for one in (encoding.style, encoding.explode, encoding.allow_reserved))


def _in_style(name: str, value: JSON, encoding: Encoding, raw: bool) -> Pairs:
    style = encoding.style or "form"
    explode = encoding.explode if encoding.explode is not None else style in ("form", "deepObject")
    if raw:
        return query_pairs(name, value, style, explode, as_is, as_is)
    return query_pairs(name, value, style, explode, percent_encode_reserved if encoding.allow_reserved else percent_encode)


# ---- application/x-www-form-urlencoded


def form_text(media_type: MediaType, value: JSON) -> str:
    """A form: arrays as repeated pairs, objects as JSON, unless an Encoding Object says otherwise. Spaces are `%20`, which all read.

    Text is taken for a form that is written already. Raises ArgumentsError for what is no object.
    """
    if isinstance(value, str):
        if not _FORM.fullmatch(value):
            raise _refused("", "text is taken for a form already written, as in a=1&b=2, and this is none; give an object", "type")
        return value
    if not is_object(value):
        raise _refused("", "a form is given as an object", "type")
    pairs: Pairs = []
    for name, item in value.items():
        encoding = media_type.encoding.get(name, _PLAIN)
        if _styled(encoding):
            pairs += _in_style(name, item, encoding, raw=False)
        else:
            items = item if is_array(item) else [item]
            pairs += [
                (percent_encode(name), percent_encode(_within(one, _single_type(encoding.content_type)).decode()))
                for one in items
                if one is not None
            ]
    return join_query(pairs)


def _within(value: JSON, content_type: str | None) -> bytes:
    """A value in a field or part, by the content type that its Encoding Object names: without one, JSON for an array or object."""
    nested = isinstance(value, (dict, list))
    kind = kind_of(content_type) if content_type else "json" if nested else "text"
    if kind == "json":
        return encode_json(value)
    return encode_body(MediaType(content_type or "text/plain", None, {}), None, value if nested else scalar(value))


# ---- multipart


def parts_of(call: Call, media_type: MediaType, shape: Shape | None) -> list[Part]:
    """The parts of a multipart body: of an object in the order in which the document declares its properties, undeclared ones last."""
    return [*_parts(call.body, media_type, shape, call.files, call.heads)]


def _parts(
    body: Any, media_type: MediaType, shape: Shape | None, files: Mapping[str, File], heads: Mapping[str, Any]
) -> Iterator[Part]:
    if is_array(body):
        yield from _by_position(body, media_type, files, heads)
        return
    if not is_object(body):
        raise _refused("", "a multipart body is an object or an array of parts", "type")
    declared = [name for name in shape.properties if name in body] if shape else []
    for name in dict.fromkeys([*declared, *body]):
        if has_control(name):
            raise _refused(json_pointer(name), "has a line break or control character", "name")
        value, encoding = body[name], media_type.encoding.get(name, _PLAIN)
        here = json_pointer(name)
        if _styled(encoding) and not any(place == here or place.startswith(f"{here}/") for place in files):
            yield from (Part(key, text.encode()) for key, text in _in_style(name, value, encoding, raw=True))
            continue
        inner = shape.properties.get(name) if shape else None
        # An array whose Encoding Object calls it multipart is one part, made of parts.
        several = is_array(value) and kind_of(encoding.content_type or "") != "multipart"
        for index, item in enumerate(value if several else [value]):
            place = json_pointer(name, index) if several else here
            if place in files:
                yield _file_part(name, files[place], body, encoding, inner and (inner.items if several else inner))
            elif item is not None:
                yield _value_part(name, item, encoding, heads.get(place))


def _by_position(body: list[Any], media_type: MediaType, files: Mapping[str, File], heads: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of an array, which have no names."""
    prefix = media_type.prefix_encoding
    for index, item in enumerate(body):
        encoding = prefix[index] if index < len(prefix) else media_type.item_encoding or _PLAIN
        place = json_pointer(index)
        if place in files:
            file = files[place]
            yield Part(None, file.source, file.filename, _file_type(file, file.filename, encoding, None), file.headers)
        else:
            yield _value_part(None, item, encoding, heads.get(place))


def _value_part(name: str | None, value: JSON, encoding: Encoding, head: Any) -> Part:
    headers = head.headers if head else ()
    wanted = (head and head.content_type) or _single_type(encoding.content_type)
    if wanted is not None and kind_of(wanted) == "multipart" and isinstance(value, (dict, list)):
        inner = MediaType(wanted, None, encoding.encoding, (), None, encoding.prefix, encoding.item)
        return Part(name, multipart([*_parts(value, inner, None, {}, {})], uuid4().hex, wanted), headers=headers)
    content = _within(value, wanted)
    if wanted is None and isinstance(value, (dict, list)):
        wanted = "application/json"
    # A part of plain text needs no type (RFC 7578, section 4.4).
    return Part(name, content, None, wanted, headers)


def _single_type(content_type: str | None) -> str | None:
    """The first of the types that an Encoding Object lists that is no range, and that a header can hold."""
    names = [one.strip() for one in (content_type or "").split(",")]
    return next((one for one in names if is_content_type(one) and "*" not in one), None)


def _file_part(name: str, file: File, body: Mapping[str, JSON], encoding: Encoding, shape: Shape | None) -> Part:
    key = body.get("key")
    filename = file.filename or (key.rstrip("/").rpartition("/")[2] if isinstance(key, str) else "") or "file"
    return Part(name, file.source, filename, _file_type(file, filename, encoding, shape), file.headers)


def _file_type(file: File, filename: str | None, encoding: Encoding, shape: Shape | None) -> str:
    """The type of a file's part: the one given with it, else the one its name says, as far as the document lets it, else the document's."""
    if file.content_type is not None:
        return file.content_type
    declared = encoding.content_type or _media_type_of(shape)
    guessed = guess_type(filename)
    allowed = [one.strip() for one in declared.split(",") if one.strip()]
    # What is declared as nothing but bytes may be of any type.
    if not allowed or any(specificity(one, guessed) or essence(one) == UNKNOWN_TYPE for one in allowed):
        return guessed
    return _single_type(declared) or UNKNOWN_TYPE


def _media_type_of(shape: Shape | None) -> str:
    """What a schema says that the content of a file is (`contentMediaType`)."""
    return next((as_string(node["contentMediaType"]) for _, node in shape.nodes if "contentMediaType" in node), "") if shape else ""
