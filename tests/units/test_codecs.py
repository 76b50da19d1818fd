"""One place for all media types: which codec reads and writes what, typed texts, many texts in one body, and parts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import Spec
from aerostack_dynamic._codec import UndecodableError, UnencodableError, decode_lines, decode_sequence
from aerostack_dynamic._codecs import BodyPart, Decoding, as_json, decode, encode
from aerostack_dynamic._media_type import Codec
from aerostack_dynamic._shape import Shape, shape_at
from aerostack_dynamic._typed import simple, typed

PLAIN = Decoding()


def shape(schema: Any) -> Shape:
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": {"A": schema}}}
    return shape_at(Spec.load(document).document, "/components/schemas/A")


def of(kind: Any, **more: Any) -> Shape:
    return shape({"type": kind, **more})


INTEGERS = {"type": "array", "items": {"type": "integer"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "number"}}}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12", "integer", 12),
        (" -12 ", "integer", -12),
        ("+1", "integer", 1),
        ("1.0", "integer", 1.0),
        ("1.5", "number", 1.5),
        ("1e3", "number", 1000.0),
        (".5", "number", 0.5),
        ("1e999", "number", "1e999"),
        ("NaN", "number", "NaN"),
        ("0x1", "integer", "0x1"),
        ("1_000", "integer", "1_000"),
        ("١", "integer", "١"),
        ("", "integer", ""),
        ("1" * 5000, "integer", "1" * 5000),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("True", "boolean", "True"),
        ("1", ["boolean", "integer"], 1),
        ("true", ["boolean", "integer"], True),
        ("12", "string", "12"),
        ("12", ["string", "integer"], "12"),
        ("", ["integer", "null"], None),
        ("", ["string", "null"], ""),
        ("x", "object", "x"),
    ],
)
def test_a_text_as_its_schema_has_it(text: str, kind: Any, value: Any) -> None:
    found = typed(text, of(kind))
    assert (found, type(found)) == (value, type(value))


def test_a_text_that_no_type_is_known_of_stays_text() -> None:
    assert typed("12", None) == "12"
    assert typed("12", shape({})) == "12"


def test_nothing_is_null_where_that_may_stand() -> None:
    assert typed("", shape({"type": "integer", "nullable": True})) is None
    assert typed("", shape({"type": "integer", "nullable": False})) == ""


@pytest.mark.parametrize(
    ("text", "explode", "schema", "value"),
    [
        ("5", False, {"type": "integer"}, 5),
        ("1,2, 3", False, INTEGERS, [1, 2, 3]),
        ("1", True, INTEGERS, [1]),
        ("", False, INTEGERS, []),
        ("a,b", False, {"items": {"type": "string"}}, ["a", "b"]),
        ("x,1,y,2.5", False, POINT, {"x": 1, "y": 2.5}),
        ("x=1,y=2.5,z=3", True, POINT, {"x": 1, "y": 2.5, "z": "3"}),
        ("x,1,y", False, POINT, {"x": 1}),
        ("a, b", False, {"type": "string"}, "a, b"),
        (" a ", False, None, "a"),
    ],
)
def test_simple_style_read(text: str, explode: bool, schema: Any, value: Any) -> None:
    assert simple(text, explode, shape(schema) if schema else None) == value


def test_forms() -> None:
    schema = shape(
        {"type": "object", "properties": {"n": {"type": "integer"}, "many": INTEGERS, "one": {"type": "string"}, "it": POINT}}
    )
    assert decode(
        b"n=1&many=2&one=%C3%A9+x&other=&other=y&z=&it=%7B%22x%22:1%7D", "application/x-www-form-urlencoded", schema, PLAIN
    ) == {
        "n": 1,
        "many": [2],
        "one": "é x",
        "other": ["", "y"],
        "z": "",
        "it": {"x": 1},
    }
    assert decode(b"a=1&a=2&b=3", "application/x-www-form-urlencoded", None, PLAIN) == {"a": ["1", "2"], "b": "3"}
    assert decode(b"", "application/x-www-form-urlencoded", schema, PLAIN) == {}
    assert decode(b"\xff=%ff", "application/x-www-form-urlencoded", None, PLAIN) == {"\ufffd": "\ufffd"}


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (b"", []),
        (b"1\n2\n", [1, 2]),
        (b'{"a": 1}\r\n\r\n[2]', [{"a": 1}, [2]]),
        (b"\xef\xbb\xbf1\n", [1]),
    ],
)
def test_lines(body: bytes, values: Any) -> None:
    assert decode_lines(body) == values


def test_a_line_that_is_no_json_is_named() -> None:
    with pytest.raises(UndecodableError, match="^line 3: the body is not valid JSON"):
        decode_lines(b"1\n\nx\n")


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (b"", []),
        (b'\x1e{"a": 1}\n\x1e[2]\n', [{"a": 1}, [2]]),
        (b"\x1e1\n\x1e\x1e\n\x1etrue ", [1, True]),
        (b'\x1e{"a":\n1}', [{"a": 1}]),
    ],
)
def test_sequences(body: bytes, values: Any) -> None:
    assert decode_sequence(body) == values


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"1\n", "does not begin"), (b"\x1e1", "text 1 of the sequence is cut off"), (b'\x1e1\n\x1e{"a', "^text 2: ")],
)
def test_what_is_no_sequence(body: bytes, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        decode_sequence(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(st.characters(codec="utf-8")), st.lists, max_leaves=5
)


@given(st.lists(VALUES, max_size=4), st.sampled_from(["application/x-ndjson", "application/json-seq"]))
def test_many_texts_are_read_back(values: list[Any], name: str) -> None:
    body = encode(values, name, None)
    assert body is not None
    assert decode(body, name, None, PLAIN) == values


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        ("application/problem+json", b'{"a": 1}', {"a": 1}),
        ("application/jsonl", b"1\n2", [1, 2]),
        ("application/json-seq", b"\x1e1\n", [1]),
        ("application/atom+xml", b"<a>1</a>", {"a": "1"}),
        ("application/x-www-form-urlencoded", b"a=1", {"a": "1"}),
        ("text/csv; charset=latin-1", b"a,b", "a,b"),
        ("text/event-stream", b"data: 1\n\n", "data: 1\n\n"),
        ("image/png", b"\x89", b"\x89"),
        ("", b"x", b"x"),
        ("*/*", b"x", b"x"),
    ],
)
def test_each_family_has_its_codec(content_type: str, body: bytes, value: Any) -> None:
    assert decode(body, content_type, None, PLAIN) == value


def test_a_charset_that_is_not_known_is_named() -> None:
    assert decode("é".encode(), "text/plain; charset=klingon", None, PLAIN) == "é"
    with pytest.raises(UndecodableError, match="^the charset klingon is not known, and the text is not UTF-8$"):
        decode(b"\xe9", "text/plain; charset=klingon", None, PLAIN)


def test_json_in_another_charset_is_told_of() -> None:
    assert decode('"é"'.encode(), "application/json; charset=latin1", None, PLAIN) == "é"
    with pytest.raises(UndecodableError, match="not valid JSON.*names the charset latin1, and JSON is UTF-8"):
        decode(b'"\xe9"', "application/json; charset=latin1", None, PLAIN)
    for body, name in ((b'"\xe9"', "utf-8"), (b'"', "latin1")):
        with pytest.raises(UndecodableError) as caught:
            decode(body, f"application/json; charset={name}", None, PLAIN)
        assert "charset" not in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "body", "value"),
    [
        ({"type": "integer"}, b"12", 12),
        ({"type": "boolean"}, b"true\n", True),
        ({"type": "string"}, b"12", "12"),
        (POINT, b'{"x": 1}', {"x": 1}),
        (INTEGERS, b"[1]", [1]),
        (POINT, b"no JSON", "no JSON"),
    ],
)
def test_plain_text_is_read_by_its_schema(schema: Any, body: bytes, value: Any) -> None:
    assert decode(body, "text/plain", shape(schema), PLAIN) == value


@pytest.mark.parametrize(
    ("content_type", "value", "body"),
    [
        ("application/json", {"a": 1}, b'{"a":1}'),
        ("application/x-ndjson", [1, {"a": 2}], b'1\n{"a":2}\n'),
        ("application/x-ndjson", {"a": 2}, b'{"a":2}\n'),
        ("application/json-seq", [1], b"\x1e1\n"),
        ("application/xml", {"a": "x"}, b"<?xml version='1.0' encoding='UTF-8'?>\n<a>x</a>"),
        ("application/xml", "<a>x</a>", b"<a>x</a>"),
        ("text/plain", 1.5, b"1.5"),
        ("text/plain", "é", "é".encode()),
        ("multipart/form-data", {}, None),
        ("application/x-www-form-urlencoded", {}, None),
        ("image/png", "x", None),
    ],
)
def test_what_is_written(content_type: str, value: Any, body: bytes | None) -> None:
    assert encode(value, content_type, None) == body


# ---- parts


def multipart(*parts: bytes, boundary: bytes = b"b", end: bytes = b"\r\n--b--\r\nepilogue") -> bytes:
    return b"preamble\r\n" + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)[:-2] + end


def read(body: bytes, content_type: str = "multipart/mixed; boundary=b") -> list[BodyPart]:
    found: list[BodyPart] = decode(body, content_type, None, PLAIN)
    return found


def test_parts_have_headers_and_content() -> None:
    first, second, third, fourth = read(
        multipart(
            b'Content-Type: application/json\r\nX-Long: a\r\n b\r\n\r\n{"a": 1}',
            b"Content-Type: image/png\r\nContent-ID: <2>\r\n\r\n\x89\r\n\r\n--x",
            b"\r\nplain",
            b"no colon\r\nContent-Type: application/octet-stream\r\n\r\n",
        )
    )
    assert (first.content, first.headers["x-long"]) == ({"a": 1}, "a b")
    assert (second.content, second.headers["Content-ID"]) == (b"\x89\r\n\r\n--x", "<2>")
    assert (third.content, dict(third.headers)) == ("plain", {})
    assert fourth.content == b""


def test_parts_within_parts_to_a_depth() -> None:
    body, name = b"x", b"text/plain"
    for level in range(30):
        boundary = b"b%02d" % level
        body = multipart(b"Content-Type: " + name + b"\r\n\r\n" + body, boundary=boundary, end=b"\r\n--" + boundary + b"--")
        name = b"multipart/mixed; boundary=" + boundary
    found: Any = decode(body, name.decode(), None, PLAIN)
    depth = 0
    while isinstance(found, list):
        found, depth = found[0].content, depth + 1
    assert (depth, type(found)) == (10, bytes)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (multipart(b"\r\nx"), "multipart/mixed", "no boundary"),
        (multipart(b"\r\nx", end=b""), "multipart/mixed; boundary=b", "without its closing boundary"),
        (b"", "multipart/mixed; boundary=b", "without its closing boundary"),
        (multipart(b"Content-Type: application/json\r\n\r\n{"), "multipart/related; boundary=b", "not valid JSON"),
    ],
)
def test_what_is_no_multipart(body: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        read(body, content_type)


# ---- a user's own


def shout(value: Any) -> bytes:
    return str(value).upper().encode()


def broken(value: Any) -> Any:
    raise ValueError("s3cret")


def test_own_codecs_go_before_the_others() -> None:
    own = [Codec(("application/json",), len), Codec(("text/*",), None, shout)]
    rules = Decoding(own)
    assert decode(b"abc", "application/json", None, rules) == 3
    assert decode(b"abc", "text/plain", None, rules) == "abc"
    assert encode("abc", "text/plain", None, own) == b"ABC"
    assert encode("abc", "application/json", None, own) == b'"abc"'


def test_what_goes_wrong_in_an_own_codec_repeats_nothing() -> None:
    own = [Codec(("a/b",), broken, broken)]
    with pytest.raises(UndecodableError, match="the codec for a/b raised ValueError") as caught:
        decode(b"x", "a/b", None, Decoding(own))
    assert caught.value.__cause__ is None
    with pytest.raises(UnencodableError, match="the codec for a/b raised ValueError"):
        encode("x", "a/b", None, own)
    with pytest.raises(UnencodableError, match="gave a str where bytes are needed"):
        encode("x", "a/b", None, [Codec(("a/b",), None, str)])  # type: ignore[arg-type]


def test_what_an_own_codec_gives_is_judged_as_json() -> None:
    assert as_json({"a": date(2026, 1, 2), "b": (1,)}) == {"a": "2026-01-02", "b": [1]}
    with pytest.raises(UndecodableError, match="response/a is of type bytes"):
        as_json({"a": b"x"})
