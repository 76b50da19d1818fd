"""YAML is read by the core schema of version 1.2, into what JSON can hold, within bounds, and written so that it comes back.

All of it by PyYAML alone, and beside the extra `yaml12`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Spec, _yaml_fast, _yaml_slow
from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._values import UNSET
from aerostack_dynamic._yaml import parse_yaml, write_yaml


@pytest.fixture(params=["yaml12", "PyYAML"], autouse=True, scope="module")
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "PyYAML":
            patch.setitem(sys.modules, "yaml12", None)
        yield request.param


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


def test_nesting_by_aliases_is_bounded_too() -> None:
    lines = [f"a: &a {'[' * 150}{']' * 150}", f"b: {'[' * 49}*a{']' * 49}"]
    assert read("\n".join(lines))["b"]
    with pytest.raises(SpecError, match="nests deeper than 200"):
        read("\n".join([lines[0], f"b: {'[' * 50}*a{']' * 50}"]))


# By which reader: each of these is one that both read alike, or one that is left to PyYAML, since the other would read it otherwise.

HEAD = "openapi: 3.1.0\ninfo:\n  title: '{a}: b'\n  version: \"1\"\npaths: {}\n"
ALIKE = {
    "plain": "",
    "keys that are numbers": "a:\n  200: x\n  -1: y\n  'b': z\n",
    "braces and colons in texts": 'a: |\n  {x, y}: z\nb: "{c: d}"\nc: /pets/{id}\n',
    "breaks of other systems": "a: >\r\n  x\r\n  y\r\nb: 1\r\n",
    "arrays on a line": "a: [x, [1, 2.5], null]\nb: [c: d]\n",
    "anchors that nothing names": "a: &x 1\nb: AT&T\nc: '*bold*'\n",
    "byte order mark": "\ufeffa: 1\n",
    "indentation": "".join(" " * depth + "a:\n" for depth in range(190)),
}
LEFT = {
    "aliases": "a: &x {b: 1}\nc: *x\n",
    "anchors that are none": "a: &x; 1\n",
    "tags": "a: !!str 1\n",
    "own tags": "a: ! 1\n",
    "the same key": "a: 1\na: 2\n",
    "the same key as a number": "a:\n  200: 1\n  '200': 2\n",
    "the same key in braces": "a: {b, b: 1, b: 2}\n",
    "the same key, hidden": 'a: 1\na: "\\x3a"\n',
    "keys written otherwise": "a:\n  0x10: 1\n  +7: 2\n  007: 3\n",
    "keys that are no integers": "a:\n  1.50: 1\n  ~: 2\n  True: 3\n",
    "explicit keys": "? a\n: b\n",
    "explicit keys alone": "a:\n  ? b\n  ? c\n",
    "integers of any length": "a: 123456789012345678901234567890\nb: 0xFFFFFFFFFFFFFFFFFFFF\nc: -9223372036854775809\n",
    "floats that are integers there": "a: 1e300\n",
    "signs": "a: ++1\nb: 0x-1\n",
    "directives": "%YAML 1.2\n---\na: no\n",
    "no value": "a: .inf\n",
    "several documents": "a: 1\n---\nb: 2\n",
    "an end before the beginning": "# x\n...\na: 1\n",
    "tabs": "a: 'x\ty'\n",
    "controls": "a: \x01\n",
    "other breaks of lines": "a: x\u2028  y\n",
    "other spaces": "a: \xa0\nb: 1\n",
    "no end": "a: |\n  x",
    "an empty block": "a: |\n\nb: 1\n",
    "a block said to be indented": "a: |2\n    x\n",
    "a block in brackets": "a: [>+\n]\n",
    "a key in brackets": "a: [?b]\n",
    "a colon in brackets": "a: [b:]\nc: [d:, e]\n",
    "deep": "- " * 101 + "\n",
    "nested too deep": "a: " + "[" * 200 + "]" * 200 + "\n",
    "a text": "x\n",
    "no document": "# x\n",
    "comments with colons": "a: 1  # b: 2\n",
}


def outcome(content: bytes, most: int = 1000) -> str:
    try:
        return json.dumps(parse_yaml(content, most_nodes=most))
    except SpecError as error:
        return str(error)


def slowly(content: bytes) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "yaml12", None)
        return outcome(content)


@pytest.mark.parametrize("name", ALIKE)
def test_what_both_read_alike_is_read_by_the_faster(name: str, way: str) -> None:
    content = ALIKE[name].encode() if name == "byte order mark" else (HEAD + ALIKE[name]).encode()
    assert (_yaml_fast.read_quickly(content, 1000) is UNSET) is (way == "PyYAML")
    assert outcome(content) == slowly(content)
    # In bounds that only PyYAML counts to, it is asked.
    assert outcome(content, 5) == (
        outcome(content) if name == "byte order mark" else "the document has more than 5 nodes once its aliases are written out"
    )


@pytest.mark.parametrize("name", LEFT)
def test_what_the_faster_would_read_otherwise_is_left(name: str) -> None:
    content = LEFT[name].encode()
    assert _yaml_fast.read_quickly(content, 1000) is UNSET
    assert outcome(content) == slowly(content)


def test_a_document_is_read_by_one_of_them(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    slow = _yaml_slow.read
    monkeypatch.setattr(_yaml_slow, "read", lambda content, most: asked.append(content) or slow(content, most))
    for content in (HEAD, HEAD + "x-a: !!str 1\n"):
        assert Spec.load(content.encode()).version == "1"
    assert len(asked) == (1 if way == "yaml12" else 2)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from([*"ab:-#&*?!|>[]{}',\"\n 1.~", ": ", "- ", "\n  ", "\na: ", "\n- ", "|\n  ", "200", "0x", "é", "\xa0"]),
        max_size=10,
    )
)
def test_whatever_it_is_both_read_alike(parts: list[str]) -> None:
    content = "a: {}\n".format("".join(parts)).encode()
    assert outcome(content) == slowly(content)


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
