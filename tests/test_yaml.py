"""YAML is read by the core schema of version 1.2, into what JSON can hold, within bounds, and written so that it comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._yaml import parse_yaml, write_yaml


def read(text: str) -> Any:
    return parse_yaml(text.encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200", 200),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-10-01", "2024-10-01"),
        ("2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z"),
        ("yes", "yes"),
        ("no", "no"),
        ("off", "off"),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("Null", None),
        ("", None),
        ("'null'", "null"),
        ("'200'", "200"),
        ("=", "="),
        ("1.0.0", "1.0.0"),
        ("3.1", 3.1),
    ],
)
def test_values_are_read_by_the_core_schema_of_yaml_1_2(text: str, value: Any) -> None:
    found = read(f"a: {text}\nb: [{text}]\n")["a"]
    assert (found, type(found)) == (value, type(value))


def test_keys_are_strings_whatever_they_look_like() -> None:
    found = read("200: a\nno: b\nnull: c\n1.0: d\n2024-10-01: e\n<<: f\n")
    assert found == {"200": "a", "no": "b", "null": "c", "1.0": "d", "2024-10-01": "e", "<<": "f"}


def test_an_alias_is_the_value_it_names() -> None:
    assert read("a: &x {b: [1]}\nc: *x\n") == {"a": {"b": [1]}, "c": {"b": [1]}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "the key 'a' occurs twice"),
        ("'200': 1\n200: 2\n", "the key '200' occurs twice"),
        ("? [a]\n: 1\n", "a key must be a string"),
        ("a: .inf\n", "JSON has no number .inf"),
        ("a: -.INF\n", "JSON has no number -.INF"),
        ("a: .nan\n", "JSON has no number .nan"),
        ("a: 1e999\n", "JSON has no number 1e999"),
        ("a: !!binary aGk=\n", "is not of the core schema"),
        ("a: !!python/object/apply:os.getcwd []\n", "is not of the core schema"),
        ("a: &x [*x]\n", "the YAML alias *x stands within its own anchor"),
        ("a: 1\n---\nb: 2\n", "another document"),
    ],
)
def test_what_json_cannot_hold_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message.replace(".", r"\.").replace("*", r"\*")):
        read(text)


def test_what_is_wrong_is_said_with_its_line() -> None:
    with pytest.raises(SpecError, match="line 2, column 1"):
        read("a: 1\na: 2\n")


def test_nesting_is_bounded_before_anything_is_built() -> None:
    assert read("[" * 200 + "]" * 200)
    with pytest.raises(SpecError, match="nests deeper than 200"):
        read("[" * 201 + "]" * 201)
    with pytest.raises(SpecError, match=r"nests deeper|nesting depth"):
        read("[" * 1_000_000)


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert len(read("\n".join(lines[:4]))) == 4
    with pytest.raises(SpecError, match="more than 2000000 nodes"):
        read("\n".join(lines))


# Written

texts = (
    st.text(max_size=8)
    | st.from_regex(r"[-+.0-9eExo_:~nulltrueyo# ]{0,8}", fullmatch=True)
    | st.text(alphabet=" \t\n\r\x85\u2028ab:#-'\"|>\x00\x1b\ufeff", max_size=8)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    text = write_yaml(value)
    # As text: keys keep their order, and 1 is not 1.0 or true.
    assert json.dumps(parse_yaml(text.encode())) == json.dumps(value)
    assert json.dumps(yaml.safe_load(text)) == json.dumps(value)


def test_how_it_is_written() -> None:
    inner = {"b": "first\nsecond\n", "a": ["no", "0o7", "1e3", "2024-10-01", "é", "null", "200"], "200": 1e20, "empty": [{}, []]}
    assert write_yaml({"x": inner, "y": inner["a"]}) == (
        "x:\n  b: |\n    first\n    second\n  a:\n"
        "  - 'no'\n  - '0o7'\n  - '1e3'\n  - '2024-10-01'\n  - é\n  - 'null'\n  - '200'\n"
        "  '200': 1.0e+20\n  empty:\n  - {}\n  - []\n"
        "y:\n- 'no'\n- '0o7'\n- '1e3'\n- '2024-10-01'\n- é\n- 'null'\n- '200'\n"
    )
