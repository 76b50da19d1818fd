"""Media types (RFC 9110, section 8.3) and media ranges (section 12.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._media_type import (
    Codec,
    accept,
    best_match,
    essence,
    family,
    is_content_type,
    own_codec,
    parameters,
    specificity,
    stream_form,
)


@pytest.mark.parametrize(
    ("content_type", "name", "kind"),
    [
        ("application/json", "application/json", "json"),
        ("Application/JSON; charset=utf-8", "application/json", "json"),
        (" application/json ;x=y", "application/json", "json"),
        ("application/problem+json", "application/problem+json", "json"),
        ("text/json", "text/json", "json"),
        ("application/jsonlines", "application/jsonlines", "lines"),
        ("application/json-seq", "application/json-seq", "sequence"),
        ("application/x-ndjson", "application/x-ndjson", "lines"),
        ("application/geo+json-seq", "application/geo+json-seq", "sequence"),
        ("application/xml", "application/xml", "xml"),
        ("text/xml; charset=utf-8", "text/xml", "xml"),
        ("image/svg+xml", "image/svg+xml", "xml"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "form"),
        ("multipart/form-data; boundary=x", "multipart/form-data", "multipart"),
        ("multipart/mixed", "multipart/mixed", "multipart"),
        ("text/html; charset=utf-8", "text/html", "text"),
        ("text/event-stream", "text/event-stream", "text"),
        ("application/octet-stream", "application/octet-stream", "binary"),
        ("image/png", "image/png", "binary"),
        ("json", "json", "binary"),
        ("", "", "missing"),
        (" ; charset=utf-8", "", "missing"),
    ],
)
def test_families(content_type: str, name: str, kind: str) -> None:
    assert essence(content_type) == name
    assert family(content_type) == kind


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("image/png", True),
        ("text/plain; charset=utf-8", True),
        ("text/plain;charset=utf-8", True),
        ('text/plain ; name="a b"', True),
        ("application/vnd.api+json", True),
        ("image", False),
        ("image/", False),
        ("/png", False),
        ("image/png/x", False),
        ("im age/png", False),
        ("image/png\r\nX-Evil: 1", False),
        ("image/png; a=\r\n", False),
        ("image/png\n", False),
        ("image/é", False),
        ("image/png; a=é", False),
        ("", False),
    ],
)
def test_what_a_header_can_hold(text: str, valid: bool) -> None:
    assert is_content_type(text) is valid


@given(st.text())
def test_what_is_a_content_type_is_printable_ascii(text: str) -> None:
    if is_content_type(text):
        assert text.isascii()
        assert not {"\r", "\n", "\0"} & set(text)


@pytest.mark.parametrize(
    ("media_range", "content_type", "fit"),
    [
        ("application/json", "application/json; charset=utf-8", 30),
        ("Application/JSON", "application/json", 30),
        ("application/json; q=1", "application/json", 30),
        ("application/json; version=2", "application/json;version=2", 31),
        ('application/json; version="2"; a=b', "application/json; A=B; Version=2", 32),
        ("application/json; version=2", "application/json; version=1", 29),
        ("application/*", "application/json", 20),
        ("*/*", "application/json", 10),
        ("text/*", "application/json", 0),
        ("application/xml", "application/json", 0),
        ("*", "application/json", 0),
        ("*/*", "", 10),
        ("app/*", "application/json", 0),
    ],
)
def test_how_well_a_range_fits(media_range: str, content_type: str, fit: int) -> None:
    assert specificity(media_range, content_type) == fit


def test_the_most_specific_range_wins_wherever_it_stands() -> None:
    content = {"*/*": 1, "application/*": 2, "application/json": 3, "text/plain": 4}
    assert best_match(content, "application/json") == 3
    assert best_match(dict(reversed(content.items())), "application/json") == 3
    assert best_match(content, "application/xml") == 2
    assert best_match(content, "image/png") == 1
    assert best_match({"text/plain": 4}, "image/png") is None
    assert best_match({}, "image/png") is None


def test_of_several_of_one_type_the_parameters_decide() -> None:
    content = {"application/json": 1, "application/json; version=1": 2, "application/json;version=2": 3}
    assert best_match(content, "application/json; version=2; charset=utf-8") == 3
    assert best_match(content, "application/json") == 1
    assert best_match(content, "application/json; version=3") == 1
    assert best_match({"application/json; version=1": 1}, "application/json") == 1


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        ("a/b", {}),
        ("a/b; x=1;Y=2 ; z", {"x": "1", "y": "2"}),
        ('a/b; x="a;b\\"c"', {"x": 'a;b"c'}),
        ('a/b; x=""', {"x": ""}),
    ],
)
def test_parameters(content_type: str, found: dict[str, str]) -> None:
    assert parameters(content_type) == found


def test_codecs_of_ones_own_are_found_by_name_range_and_suffix() -> None:
    names = {one: Codec((one,)) for one in ("application/x", "image/*", "+cbor", "*/*")}
    codecs = list(names.values())
    for content_type, name in (
        ("Application/X; a=b", "application/x"),
        ("image/png", "image/*"),
        ("application/vnd.a+CBOR", "+cbor"),
        ("image/a+cbor", "+cbor"),
        ("text/plain", "*/*"),
    ):
        assert own_codec(codecs, content_type) is names[name]
    assert own_codec(codecs[:3], "text/plain") is None
    assert own_codec([], "text/plain") is None


def test_accept() -> None:
    assert accept(["application/json", "text/plain", "application/json"]) == "application/json, text/plain"
    assert accept([]) == "*/*"


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("text/event-stream; charset=utf-8", "events"),
        ("application/x-ndjson", "lines"),
        ("application/jsonl", "lines"),
        ("application/json-seq", "sequence"),
        ("application/geo+json-seq; x=y", "sequence"),
        ("application/json", "bytes"),
        ("", "bytes"),
    ],
)
def test_what_a_stream_is_of(content_type: str, form: str) -> None:
    assert stream_form(content_type) == form
