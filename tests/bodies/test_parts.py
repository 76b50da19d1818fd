"""Forms and multipart bodies: Encoding Objects, files, headers of parts, and what other libraries read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart import FormParser
from werkzeug.formparser import parse_form_data
from werkzeug.test import EnvironBuilder

from aerostack_dynamic import ArgumentsError, ArgumentsWarning, Client

from .sending import BINARY, FORM, MULTIPART, ROWS, TEXT, Parts, Sent, body, obj, refused, sent

# ---- forms


@pytest.mark.parametrize(
    ("encoding", "value", "content"),
    [
        ({}, {"a": "b c", "d": [1, True], "e": {"f": None}}, "a=b%20c&d=1&d=true&e=%7B%22f%22%3Anull%7D"),
        ({}, {"a": None, "b": [{"c": 1}, None, "x"]}, "b=%7B%22c%22%3A1%7D&b=x"),
        ({}, {"é&=": "+"}, "%C3%A9%26%3D=%2B"),
        ({"a": {"style": "form", "explode": False}}, {"a": [1, 2]}, "a=1,2"),
        ({"a": {"explode": False}}, {"a": {"b": 1}}, "a=b,1"),
        (
            {"a": {"style": "deepObject"}},
            {"a": {"b": {"c": 1}, "d": [1, 2]}},
            "a%5Bb%5D%5Bc%5D=1&a%5Bd%5D%5B0%5D=1&a%5Bd%5D%5B1%5D=2",
        ),
        ({"a": {"style": "deepObject", "explode": True}}, {"a": ["x", "y"]}, "a=x&a=y"),
        ({"a": {"style": "spaceDelimited"}}, {"a": [1, 2]}, "a=1%202"),
        ({"a": {"style": "pipeDelimited"}}, {"a": [1, 2]}, "a=1%7C2"),
        ({"a": {"allowReserved": True}}, {"a": "/?:@+&"}, "a=/?:@%2B%26"),
        ({"a": {"contentType": "application/json"}}, {"a": {"b": 1}}, "a=%7B%22b%22%3A1%7D"),
        ({"a": {"contentType": "application/json"}}, {"a": [1, "x", {"b": 1}]}, "a=1&a=%22x%22&a=%7B%22b%22%3A1%7D"),
        ({"a": {"contentType": "application/json", "explode": True}}, {"a": {"b": 1}}, "b=1"),
        ({"a": {"allowReserved": False}}, {"a": {"b": "/"}}, "b=%2F"),
        ({"a": {"contentType": "application/x-www-form-urlencoded"}}, {"a": {"b": 1}}, "a=b%3D1"),
    ],
)
def test_forms(encoding: Parts, value: Any, content: str) -> None:
    assert sent(body(FORM, encoding=encoding), body=value).pair == (FORM, content.encode())


def test_a_form_is_an_object() -> None:
    assert refused(body(FORM), body=[1]) == ["body: a form is given as an object"]


# ---- multipart


def described(found: Sent) -> list[tuple[str | None, str | None, str | None, bytes]]:
    """Name, file name, content type and content of each part."""
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part["content-type"],
            content,
        )  # type: ignore[misc]
        for part, content in found.parts()
    ]


def test_parts_of_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(b"path")
    schema = obj(
        text=TEXT, number={"type": "number"}, many={"type": "array", "items": TEXT}, data=obj(a=TEXT), list=ROWS, file=BINARY
    )
    found = sent(body(MULTIPART, schema), text="é", number=1.0, many=["a", "b"], data={"a": "b"}, list=[{"c": 1}], file=path)
    assert described(found) == [
        ("text", None, None, "é".encode()),
        ("number", None, None, b"1"),
        ("many", None, None, b"a"),
        ("many", None, None, b"b"),
        ("data", None, "application/json", b'{"a":"b"}'),
        ("list", None, "application/json", b'{"c":1}'),
        ("file", "p.txt", "text/plain", b"path"),
    ]


def test_files_wherever_they_are_given() -> None:
    schema = obj(one=BINARY, more={"type": "array", "items": BINARY}, any={})
    spec = body(MULTIPART, schema)
    expected = [
        ("one", "file", "application/octet-stream", b"1"),
        ("more", "file", "application/octet-stream", b"2"),
        ("more", "b.png", "image/png", b"3"),
        ("any", "c.json", "text/x-own", b"4"),
        ("loose", "file", "application/octet-stream", b"5"),
    ]

    def given() -> Parts:
        return {"one": b"1", "more": [io.BytesIO(b"2"), ("b.png", b"3")], "any": ("c.json", b"4", "text/x-own"), "loose": [b"5"]}

    with pytest.warns(ArgumentsWarning, match="body/loose"):
        assert described(sent(spec, body=given())) == expected
    assert described(sent(body(MULTIPART), body=given())) == expected
    assert described(sent(spec, one="text")) == [("one", "file", "application/octet-stream", b"text")]


@pytest.mark.parametrize(
    ("content_type", "filename", "sent_type"),
    [
        ("image/png, image/jpeg", "a.jpg", "image/jpeg"),
        ("image/png, image/jpeg", "a.gif", "image/png"),
        ("image/*", "a.gif", "image/gif"),
        ("image/*", "a.txt", "application/octet-stream"),
        ("application/octet-stream", "a.gif", "image/gif"),
        ("image/png\r\nX-Evil: 1", "a.txt", "application/octet-stream"),
    ],
)
def test_the_type_of_a_file(content_type: str, filename: str, sent_type: str) -> None:
    spec = body(MULTIPART, obj(f=TEXT), encoding={"f": {"contentType": content_type}})
    assert described(sent(spec, f=(filename, b"x"))) == [("f", filename, sent_type, b"x")]
    assert described(sent(spec, f=(filename, b"x", "a/b"))) == [("f", filename, "a/b", b"x")]


def test_the_type_that_a_schema_names() -> None:
    spec = body(MULTIPART, obj(f={"type": "string", "contentMediaType": "image/png"}))
    assert described(sent(spec, f=b"x")) == [("f", "file", "image/png", b"x")]
    encoded = body(MULTIPART, obj(f={"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}))
    assert described(sent(encoded, f=b"x")) == [("f", None, None, b"eA==")]


def test_parts_in_a_style() -> None:
    encoding = {"a": {"style": "deepObject"}, "b": {"explode": False}, "c": {"style": "pipeDelimited"}, "d": {"explode": True}}
    value = {"a": {"x y": {"z": "é&"}}, "b": ["1", "2"], "c": [1, 2], "d": {"e": 1}}
    assert [one[::3] for one in described(sent(body(MULTIPART, encoding=encoding), body=value))] == [
        ("a[x y][z]", "é&".encode()),
        ("b", b"1,2"),
        ("c", b"1|2"),
        ("e", b"1"),
    ]


def test_parts_of_a_content_type_hold_their_values_as_it_has_them() -> None:
    encoding = {"a": {"contentType": "application/json"}, "b": {"contentType": "application/vnd.b+json, text/plain"}}
    value = {"a": [1, True, "x", [2]], "b": 1.5}
    assert described(sent(body(MULTIPART, encoding=encoding), body=value)) == [
        *(("a", None, "application/json", text) for text in (b"1", b"true", b'"x"', b"[2]")),
        ("b", None, "application/vnd.b+json", b"1.5"),
    ]


def test_the_headers_of_a_part() -> None:
    encoding = {"f": {"headers": {"X-Id": {"required": True, "schema": {}}, "Content-Type": {"required": True}}}}
    spec = body(MULTIPART, obj(f=BINARY, data=obj(a=TEXT)), encoding=encoding)
    found = sent(spec, f=("n", b"x", None, {"X-Id": 7}), data=(None, {"a": "b"}, "application/vnd.a+json", {"X-B": "c"}))
    assert [(part["x-id"], part["x-b"], part["content-type"], content) for part, content in found.parts()] == [
        ("7", None, "application/octet-stream", b"x"),
        (None, "c", "application/vnd.a+json", b'{"a":"b"}'),
    ]
    assert refused(spec, f=b"x") == ["body/f: the part needs the header X-Id: (filename, content, content_type, {'X-Id': ...})"]
    for headers in ({"X-Id\r\n": 1}, {"X-Id": "a\r\nb"}, {"Content-Type": "a/b"}, {"X-Id": []}, []):
        assert refused(spec, f=("n", b"x", None, headers))
    assert refused(spec, f=("n", b"x", "a/b\r\nc", {"X-Id": 1}))
    assert refused(spec, f=("n", b"x", None, {"X-Id": 1}), data=(None, {}, "nonsense"))


def test_mixed_parts_with_names_and_without() -> None:
    named = sent(body("multipart/mixed", obj(a=TEXT, b=obj())), a="x", b={"c": 1})
    assert str(named.content_type).startswith("multipart/mixed; boundary=")
    assert described(named) == [("a", None, None, b"x"), ("b", None, "application/json", b'{"c":1}')]
    positional = {"prefixEncoding": [{"contentType": "text/html"}], "itemEncoding": {"contentType": "image/png, image/gif"}}
    listed = sent(body({"multipart/mixed": {"itemSchema": {}, **positional}}), body=["<p>", ("a.gif", b"x"), b"y"])
    assert described(listed) == [
        (None, None, "text/html", b"<p>"),
        (None, "a.gif", "image/gif", b"x"),
        (None, None, "image/png", b"y"),
    ]


def test_related_parts_name_the_type_of_their_root() -> None:
    found = sent(body("multipart/related", {"type": "array"}), body=[{"a": 1}, ("m.png", b"x")])
    assert str(found.content_type).endswith('; type="application/json"')
    assert [one[2:] for one in described(found)] == [("application/json", b'{"a":1}'), ("image/png", b"x")]


def test_parts_within_a_part() -> None:
    encoding = {"inner": {"contentType": "multipart/mixed", "itemEncoding": {"contentType": "text/html"}}}
    ((part, _),) = sent(body(MULTIPART, encoding=encoding), body={"inner": ["<p>", {"a": 1}]}).parts()
    assert part.get_content_type() == "multipart/mixed"
    inner = [(one["content-type"], one.get_payload(decode=True)) for one in part.get_payload()]  # type: ignore[union-attr]
    assert inner == [("text/html", b"<p>"), ("text/html", b'{"a":1}')]


def test_what_is_no_multipart_body_is_refused() -> None:
    assert refused(body(MULTIPART), body="x") == [
        "body: a multipart body is given as a mapping of names to parts, or as a list of parts"
    ]
    assert refused(body(MULTIPART), body={1: "x"}) == ["body: has a key of type int; the keys of an object are strings"]
    assert refused(body(MULTIPART), body={"a\r\nb": "x"}) == ["body/a\\r\\nb: has a line break or control character"]
    assert refused(body(MULTIPART), body={"a": {"b": b"x"}}) == [
        "body/a/b: is of type bytes, which JSON can't hold; give a dict, list, str, number, bool or None"
    ]


def test_a_nameless_file_gets_a_name() -> None:
    assert described(sent(body(MULTIPART, BINARY), body=b"x")) == [("file", "file", "application/octet-stream", b"x")]


def test_files_are_streamed_once_and_in_order() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    found = sent(body(MULTIPART, obj(t=TEXT, f=BINARY)), f=pieces(), t="x")
    assert (found.length, [one[::3] for one in described(found)]) == (None, [("t", b"x"), ("f", b"ab")])


# ---- as others read them

NAMES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8)
VALUES = st.text(st.characters(exclude_categories=["Cs"]))
# Both readers of multipart bodies take what stands before a backslash in a name for an escape.
FIELDS = st.dictionaries(
    NAMES.filter(lambda name: not set(name) & set('"\\%')), VALUES | st.lists(VALUES, min_size=1, max_size=3), max_size=4
)


def flattened(fields: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]


def as_werkzeug_reads(request: httpx.Request) -> tuple[list[tuple[str, str]], list[tuple[str, str | None, bytes]]]:
    builder = EnvironBuilder(method="POST", input_stream=io.BytesIO(request.read()), content_type=request.headers["content-type"])
    _, form, files = parse_form_data(builder.get_environ())
    read = [(name, one.filename, one.read()) for name, one in files.items(multi=True)]
    for _, one in files.items(multi=True):
        one.close()
    return list(form.items(multi=True)), read


def as_python_multipart_reads(request: httpx.Request) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []

    def on_field(field: Any) -> None:
        found.append((field.field_name.decode(), field.value or b""))

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        found.append((file.field_name.decode(), file.file_object.read()))

    content_type, _, boundary = request.headers["content-type"].partition("; boundary=")
    parser = FormParser(content_type, on_field, on_file, boundary=boundary or None)
    parser.write(request.read())
    parser.finalize()
    return found


CLIENTS = {media_type: Client(spec=body(media_type)) for media_type in (FORM, MULTIPART)}


@given(FIELDS, st.sampled_from([FORM, MULTIPART]))
def test_werkzeug_reads_forms(fields: dict[str, Any], media_type: str) -> None:
    request = CLIENTS[media_type].x.prepare(body=fields)
    read, files = as_werkzeug_reads(request)
    assert (sorted(read), files) == (sorted(flattened(fields)), [])


@given(FIELDS.filter(bool))
def test_python_multipart_reads_parts(fields: dict[str, Any]) -> None:
    request = CLIENTS[MULTIPART].x.prepare(body=fields)
    assert as_python_multipart_reads(request) == [(name, text.encode()) for name, text in flattened(fields)]


@given(FIELDS.filter(bool))
def test_python_multipart_reads_forms(fields: dict[str, Any]) -> None:
    request = CLIENTS[FORM].x.prepare(body=fields)
    read = [(unquote_to_bytes(name), unquote_to_bytes(text)) for name, text in as_python_multipart_reads(request)]
    assert read == [(name.encode(), text.encode()) for name, text in flattened(fields)]


@given(st.binary(), st.text("abc. é", min_size=1).map(str.strip).filter(bool))
def test_both_read_files(content: bytes, filename: str) -> None:
    call = CLIENTS[MULTIPART].x
    _, files = as_werkzeug_reads(call.prepare(body={"f": (filename, content), "g": [content]}))
    assert files == [("f", filename, content), ("g", "file", content)]
    assert as_python_multipart_reads(call.prepare(body={"f": (filename, content)})) == [("f", content)]


# ---- shown


def test_curl_sends_the_same_kinds(tmp_path: Path) -> None:
    path = tmp_path / "p.bin"
    path.write_bytes(b"x")
    with Client(spec=body(MULTIPART, obj(a=TEXT, b=obj(c=TEXT), f=BINARY))) as client:
        command = client.x.curl(a="t", b={"c": "d"}, f=path)
        assert command.endswith(
            f'--form-string a=t --form \'b="{{\\"c\\":\\"d\\"}}";type=application/json\' --form \'f=@"{path}";filename="p.bin"\''
        )
        headed = client.x.curl(f=("n", b"x", "a/b", {"X-A": "b"}))
        assert "type=a/b" in headed
        assert 'headers="X-A: b"' in headed
    with Client(spec=body("multipart/mixed", {"type": "array"})) as client:
        assert "--data-binary" in client.x.curl(body=["a", {"b": 1}])
        with pytest.raises(ArgumentsError, match="curl can't send files in a body of multipart/mixed"):
            client.x.curl(body=[path])


def test_json_of_a_form_is_json() -> None:
    content = sent(body(FORM), body={"a": {"b": [1.5, None, "é"]}}).content
    assert json.loads(dict(httpx.QueryParams(content.decode()))["a"]) == {"b": [1.5, None, "é"]}
