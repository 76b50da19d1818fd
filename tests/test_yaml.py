"""YAML is read by the core schema of version 1.2, into what JSON can hold, within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._yaml import parse_yaml


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
