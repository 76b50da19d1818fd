"""Parameter styles (OpenAPI 3.2, section 4.12; RFC 6570, section 3.2; RFC 3986, section 2)."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._style import (
    as_is,
    header_text,
    join_query,
    joined_within,
    path_text,
    percent_encode,
    percent_encode_path,
    percent_encode_reserved,
    percent_encode_segment,
    query_pairs,
    scalar,
)

ARRAY: list[Any] = ["blue", "black", "brown"]
OBJECT: dict[str, Any] = {"R": 100, "G": 200, "B": 150}
UNRESERVED = set(string.ascii_letters + string.digits + "-._~")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Any] = (
    TEXT | st.lists(TEXT) | st.dictionaries(TEXT, TEXT) | st.integers() | st.floats() | st.booleans() | st.none()
)


@pytest.mark.parametrize(
    ("style", "explode", "empty", "text", "array", "an_object"),
    [
        ("matrix", False, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("matrix", True, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ("label", False, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)
def test_the_rows_of_a_path(style: str, explode: bool, empty: str, text: str, array: str, an_object: str) -> None:
    found = [path_text("color", value, style, explode) for value in ("", "blue", ARRAY, OBJECT)]
    assert found == [empty, text, array, an_object]


@pytest.mark.parametrize(
    ("value", "explode", "text"),
    [
        ("a b", False, "a b"),
        ("", False, ""),
        (ARRAY, False, "blue,black,brown"),
        (OBJECT, False, "R,100,G,200,B,150"),
        (OBJECT, True, "R=100,G=200,B=150"),
        (True, False, "true"),
    ],
)
def test_the_rows_of_a_header(value: Any, explode: bool, text: str) -> None:
    assert header_text(value, explode) == text


@pytest.mark.parametrize(
    ("template", "name", "value", "style", "explode"),
    [
        (";v=6", "v", "6", "matrix", False),
        (";hello=Hello%20World%21", "hello", "Hello World!", "matrix", False),
        (";half=50%25", "half", "50%", "matrix", False),
        (";list=red,green,blue", "list", ["red", "green", "blue"], "matrix", False),
        (";semi=%3B;dot=.;comma=%2C", "x", {"semi": ";", "dot": ".", "comma": ","}, "matrix", True),
        (".fred", "who", "fred", "label", False),
        (".semi=%3B.dot=..comma=%2C", "x", {"semi": ";", "dot": ".", "comma": ","}, "label", True),
        ("semi,%3B,dot,.,comma,%2C", "keys", {"semi": ";", "dot": ".", "comma": ","}, "simple", False),
        ("semi=%3B,dot=.,comma=%2C", "keys", {"semi": ";", "dot": ".", "comma": ","}, "simple", True),
        ("%2Ffoo%2Fbar", "path", "/foo/bar", "simple", False),
    ],
)
def test_the_examples_of_rfc_6570(template: str, name: str, value: Any, style: str, explode: bool) -> None:
    assert path_text(name, value, style, explode) == template


@pytest.mark.parametrize("value", [None, [], {}, [None], {"a": None}])
@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
def test_what_is_undefined_has_no_pairs(value: Any, explode: bool, style: str) -> None:
    assert query_pairs("color", value, style, explode) == []


@pytest.mark.parametrize(("style", "text"), [("simple", ""), ("label", "."), ("matrix", ";color")])
@pytest.mark.parametrize("value", [None, [], {}, [None], {"a": None}])
@pytest.mark.parametrize("explode", [False, True])
def test_what_is_undefined_in_a_path(value: Any, style: str, text: str, explode: bool) -> None:
    assert path_text("color", value, style, explode) == text


def test_null_within_a_value_is_left_out() -> None:
    assert query_pairs("a", [1, None, 2], "form", False) == [("a", "1,2")]
    assert query_pairs("a", {"b": None, "c": 1}, "form", True) == [("c", "1")]
    assert path_text("a", {"b": None, "c": 1}, "simple", True) == "c=1"
    assert query_pairs("a", {"b": {"c": None}}, "form", False) == [("a", "b,%7B%22c%22%3Anull%7D")]


def test_deep_objects_nest_and_count() -> None:
    value: dict[str, Any] = {"a": {"b": 1, "c": [1, "x&y"]}, "d e": None, "f": True, "g": [{"h": 1, "i": [2]}, {"h": 3}]}
    assert [f"{unquote(name)}={text}" for name, text in query_pairs("filter", value, "deepObject", True)] == [
        "filter[a][b]=1",
        "filter[a][c][0]=1",
        "filter[a][c][1]=x%26y",
        "filter[f]=true",
        "filter[g][0][h]=1",
        "filter[g][0][i][0]=2",
        "filter[g][1][h]=3",
    ]
    assert query_pairs("a", {"b": 1}, "deepObject", False) == [("a%5Bb%5D", "1")]
    assert query_pairs("a", [1, "x"], "deepObject", True, as_is, as_is) == [("a", "1"), ("a", "x")]
    assert query_pairs("a", [{"b": 1}, {"b": 2}], "deepObject", True, as_is, as_is) == [("a[0][b]", "1"), ("a[1][b]", "2")]


def test_names_and_values_may_stay_as_they_are() -> None:
    assert query_pairs("a b", {"c d": ["e f"]}, "deepObject", True, as_is, as_is) == [("a b[c d][0]", "e f")]
    assert query_pairs("a b", ["c", "d"], "pipeDelimited", False, as_is, as_is) == [("a b", "c|d")]
    assert query_pairs("a b", ["c", "d"], "spaceDelimited", False, as_is, as_is) == [("a b", "c d")]


@pytest.mark.parametrize(
    ("encode", "text"),
    [
        (percent_encode, "%20%25%2Fa%20b%25zz%3F%23%26%2B%5B%5D%3D%3A%40"),
        (percent_encode_reserved, "%20%25/a%20b%25zz?%23%26%2B%5B%5D=:@"),
        (percent_encode_segment, "%20%25%2Fa%20b%25zz%3F%23&+%5B%5D=:@"),
        (percent_encode_path, "%20%25/a%20b%25zz%3F%23&+%5B%5D=:@"),
    ],
)
def test_which_reserved_characters_stay_where(encode: Callable[[str], str], text: str) -> None:
    given = " %/a b%zz?#&+[]=:@"
    assert encode(given) == text


def test_triples_stay_where_reserved_characters_do() -> None:
    assert percent_encode("50%25") == "50%2525"
    assert percent_encode_reserved("50%25 %C3%bc") == "50%25%20%C3%bc"
    assert percent_encode_segment("a%2Fb") == "a%2Fb"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (0, "0"),
        (10**30, "1" + "0" * 30),
        (1.0, "1"),
        (1e300, "1e+300"),
        (1.5, "1.5"),
        ([1, "é"], '[1,"é"]'),
        ({"a": [None]}, '{"a":[null]}'),
    ],
)
def test_scalars(value: Any, text: str) -> None:
    assert scalar(value) == text


@given(TEXT)
def test_percent_encoding_comes_back(text: str) -> None:
    encoded = percent_encode(text)
    assert unquote(encoded, errors="strict") == text
    assert set(encoded) <= UNRESERVED | {"%"}


@given(TEXT)
def test_reserved_characters_may_stay_but_none_that_ends_a_query(text: str) -> None:
    encoded = percent_encode_reserved(text)
    assert unquote(encoded) == unquote(text)
    assert not set(encoded) & set("#&+[] ")
    assert all(char in encoded for char in text if char in ":/?@!$'()*,;=")


@given(TEXT, VALUES, st.sampled_from(["simple", "label", "matrix"]), st.booleans())
def test_no_value_leaves_its_path_segment(name: str, value: Any, style: str, explode: bool) -> None:
    text = path_text(name, value, style, explode)
    assert not set(text) & set("/?#\\ \r\n\t")
    assert text.isascii()


@given(TEXT, VALUES, st.sampled_from(["form", "spaceDelimited", "pipeDelimited", "deepObject"]), st.booleans())
def test_no_value_leaves_its_query(name: str, value: Any, style: str, explode: bool) -> None:
    pairs = query_pairs(name, value, style, explode)
    assert not set("".join(part for pair in pairs for part in pair)) & set("#&= \r\n")
    assert join_query(pairs).isascii()
    assert len(parse_qsl(join_query(pairs), keep_blank_values=True)) == len(pairs) or any(not any(pair) for pair in pairs)


@given(st.dictionaries(TEXT, TEXT))
def test_a_form_is_read_back_as_it_was(fields: dict[str, str]) -> None:
    pairs = query_pairs("x", fields, "form", True)
    read = [(unquote(name), unquote(text)) for name, _, text in (pair.partition("=") for pair in join_query(pairs).split("&"))]
    assert read == (list(fields.items()) or [("", "")])


@pytest.mark.parametrize(
    ("style", "in_path", "in_header"),
    [
        ("spaceDelimited", "blue%20black%20brown", "blue black brown"),
        ("pipeDelimited", "blue%7Cblack%7Cbrown", "blue|black|brown"),
        ("tabDelimited", "blue%09black%09brown", "blue\tblack\tbrown"),
    ],
)
def test_delimited_styles_outside_of_queries(style: str, in_path: str, in_header: str) -> None:
    assert path_text("color", ARRAY, style, False) == in_path
    assert header_text(ARRAY, False, style) == in_header
    assert header_text("blue", False, style) == path_text("color", "blue", style, False) == "blue"


@pytest.mark.parametrize(
    ("value", "separators", "joined"),
    [
        ([[1, 2], [3]], (), [[1, 2], [3]]),
        ([[1, 2], [3], 4], ("|",), ["1|2", "3", 4]),
        ([[[1, 2], [3]], [[4]]], ("|", ","), ["1,2|3", "4"]),
        ("text", ("|",), "text"),
        ({"a": [[1]]}, ("|",), {"a": [[1]]}),
    ],
)
def test_arrays_within_arrays_are_joined_first(value: Any, separators: tuple[str, ...], joined: Any) -> None:
    assert joined_within(value, separators) == joined
