"""Cassettes of vcrpy, in YAML and JSON, in the shapes that its versions and its stubs for requests, urllib3 and httpx have written.

No object is made of what a cassette says but the text and the bytes that it holds.
"""

from __future__ import annotations

import zlib
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

import yaml

from ._recorded import RecordedAnswer, RecordedCall, RecordedRequest
from ._values import as_array, as_object, as_string, is_array, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    Headers = tuple[tuple[str, str], ...]

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST: Final = 64 * 1024 * 1024
# The formats of zlib by content coding (RFC 9110, section 8.4.1); what is called deflate comes without a header as well.
_CODINGS: Final = (("gzip", (31,)), ("x-gzip", (31,)), ("deflate", (15, -15)))
_FRAMING: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class _Loader(_Parser):  # type: ignore[misc]  # pyright: ignore[reportUntypedBaseClass]  # which of the two, is known when it runs
    """The safe loader, which knows text of Python 2 as well."""


for _tag in ("unicode", "str"):
    _Loader.add_constructor(f"tag:yaml.org,2002:python/{_tag}", _Parser.construct_yaml_str)


def load_cassette(content: bytes) -> Any:
    """What a cassette in YAML says. Raises ValueError for what is no YAML, or asks for objects."""
    loader = _Loader(content)
    try:
        return loader.get_single_data()
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        raise ValueError(f"the file is neither JSON nor YAML that can be read: {printable(' '.join(str(error).split()))}") from None
    finally:
        loader.dispose()


def cassette_calls(root: object) -> Iterator[RecordedCall]:
    """The calls of a cassette. Raises ValueError that says which interaction is none."""
    for number, one in enumerate(as_array(as_object(root).get("interactions")), 1):
        request, response = as_object(as_object(one).get("request")), as_object(as_object(one).get("response"))
        method, uri = as_string(request.get("method")), as_string(request.get("uri"))
        if not method or not uri:
            raise ValueError(f"interaction {number} of the cassette has no request with a method and a uri")
        sent = RecordedRequest(method, uri, _headers(request.get("headers")), _bytes(request.get("body")))
        try:
            yield RecordedCall("", method, "", {}, sent, _answer(response))
        except ValueError as error:
            raise ValueError(f"interaction {number} of the cassette: {error}") from None


def _answer(response: dict[str, Any]) -> RecordedAnswer:
    status = as_object(response.get("status")).get("code", response.get("status_code"))
    if not isinstance(status, int):
        raise ValueError("its response has no status")
    body = response.get("body", response.get("content"))
    return RecordedAnswer(status, *decoded(_headers(response.get("headers")), _bytes(body)))


def _headers(value: object) -> Headers:
    """Headers as a mapping to texts or to lists of them, or as pairs."""
    pairs: list[tuple[Any, Any]]
    if is_object(value):
        pairs = [(name, text) for name, texts in value.items() for text in (texts if is_array(texts) else [texts])]
    else:
        pairs = [(one[0], one[1]) for one in as_array(value) if is_array(one) and len(one) == 2]
    return tuple((_text(name), _text(text)) for name, text in pairs if text is not None)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bytes(value: object) -> bytes:
    """A body: text, bytes, or an object that holds one of these, or base64."""
    if is_object(value):
        if isinstance(value.get("base64_string"), str):
            return b64decode(value["base64_string"])
        value = value.get("string")
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape") if isinstance(value, str) else b""


def decoded(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Headers and content without the content coding, where that is one that is known."""
    coding = next((text.strip().lower() for name, text in headers if name.lower() == "content-encoding"), "")
    formats = dict(_CODINGS).get(coding)
    if formats is None:
        return headers, body
    return tuple(one for one in headers if one[0].lower() not in _FRAMING), _unpacked(body, formats)


def _unpacked(body: bytes, formats: tuple[int, ...]) -> bytes:
    """A content without its coding; one that does not have it was decoded as it was recorded."""
    for form in formats:
        decoder = zlib.decompressobj(form)
        try:
            made = decoder.decompress(body, _LARGEST)
        except zlib.error:
            continue
        if decoder.unconsumed_tail:
            raise ValueError(f"its content is larger than {_LARGEST} bytes once it is decoded")
        return made
    return body
