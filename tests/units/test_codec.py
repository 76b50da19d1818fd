"""JSON by RFC 8259 and nothing looser, with and without the fast codec; text by a short list of charsets."""

from __future__ import annotations

import codecs
import json
import math
from collections import OrderedDict
from datetime import date, datetime, time, timezone
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerostack_dynamic import _codec
from aerostack_dynamic._codec import UndecodableError, WireValues, decode_json, decode_text, encode_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@pytest.fixture(params=["fast", "slow"], autouse=True)
def codec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "slow":
        monkeypatch.setattr(_codec, "_fast", None)
    elif _codec._fast is None:
        pytest.skip("the fast codec is not installed")
    return str(request.param)


def hypothesised(test: Any) -> Any:
    return settings(suppress_health_check=[HealthCheck.function_scoped_fixture])(test)


def refused(body: bytes, **options: bool) -> str:
    with pytest.raises(UndecodableError) as caught:
        decode_json(body, **options)
    return str(caught.value)


# ---- from the wire


@hypothesised
@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    encoded = encode_json(value)
    assert decode_json(encoded) == value
    assert json.loads(encoded) == value
    assert decode_json(encoded, unique_keys=True) == value
    assert decode_json(encoded, allow_nan=True) == value


@hypothesised
@given(VALUES, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_byte_order_mark_tells_the_encoding(value: Any, encoding: str) -> None:
    assert decode_json(json.dumps(value).encode(encoding)) == value


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_every_mark(mark: bytes, encoding: str) -> None:
    assert decode_json(mark + '{"é": "\U0001f600"}'.encode(encoding)) == {"é": "\U0001f600"}
    assert encoding in refused(mark + b"\xff\xff\xff\xfe\x80") or encoding == "utf-16-le"
    assert refused(mark)


@hypothesised
@given(
    st.binary() | st.text('[]{}",:0123456789eE+-.truefalsn \\u\ud800NaIity').map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_a_value_or_refused(body: bytes) -> None:
    for options in ({}, {"unique_keys": True}):
        try:
            value = decode_json(body, **options)
        except UndecodableError:
            continue
        json.dumps(value, allow_nan=False).encode()


@hypothesised
@given(st.text('[]{}",:0123456789eE+-.truefalsn \\ud8').map(str.encode))
def test_both_codecs_read_the_same(body: bytes) -> None:
    here = _codec._fast
    found = []
    for fast in (here, None):
        _codec._fast = fast  # type: ignore[assignment]
        try:
            found.append(json.dumps(decode_json(body)))
        except UndecodableError:
            found.append("refused")
        finally:
            _codec._fast = here
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b" ",
            b"\n\t",
            b"{",
            b"[",
            b"[1",
            b"[1,]",
            b'{"a"}',
            b'{"a":}',
            b'{"a":1,}',
            b"{1:2}",
            b"{'a':1}",
            b"tru",
            b"True",
            b"None",
        ),
        *(
            b"[1] x",
            b"1 2",
            b"{}{}",
            b"[]\0",
            b"// c\n1",
            b"/**/1",
            b"01",
            b"+1",
            b".5",
            b"1.",
            b"1e",
            b"0x10",
            b"- 1",
            b"1_000",
            b"--1",
        ),
        *(
            b'"a',
            b'"\n"',
            b'"\t"',
            b'"\\x41"',
            b'"\\u00g0"',
            b'"\\u12"',
            b"\xff",
            b'"\xff"',
            b'"\xc0\x80"',
            b'"\xed\xa0\x80"',
            b"\0",
            b"undefined",
        ),
        *(b"<html>Sign in</html>", b"\xa0[]", "\u3000[]".encode(), b"[\x0b1]", b"'a'"),
    ],
)
def test_what_is_no_json(body: bytes) -> None:
    assert "JSON" in refused(body)
    assert refused(body, unique_keys=True)


def test_an_empty_body_is_named_so() -> None:
    assert refused(b"") == "the body is empty where JSON is expected"
    assert refused(b" \r\n") == "the body is empty where JSON is expected"


def test_the_excerpt_has_at_most_200_bytes_and_nothing_that_a_terminal_acts_on() -> None:
    with pytest.raises(UndecodableError) as caught:
        decode_json(b"<html>\x1b[31m" + b"x" * 5000)
    assert caught.value.excerpt.startswith("<html>\\x1b[31mxxx")
    assert len(caught.value.excerpt) < 210
    assert "<html>" not in str(caught.value)


@pytest.mark.parametrize(
    "body", [b"NaN", b"[NaN]", b"Infinity", b'{"a": -Infinity}', b"1e999", b"-1e999", b"[1, 1e400]", b"1" + b"0" * 400 + b".0"]
)
def test_numbers_that_json_has_not(body: bytes) -> None:
    assert refused(body)
    assert refused(body, unique_keys=True)
    value = decode_json(body, allow_nan=True)
    flat = value if isinstance(value, float) else [*(value.values() if isinstance(value, dict) else value)][-1]  # type: ignore[arg-type]
    assert not math.isfinite(flat)  # type: ignore[arg-type]


def test_nan_within_a_string_is_a_string() -> None:
    assert decode_json(b'["NaN", "Infinity"]') == ["NaN", "Infinity"]
    assert decode_json(b'["NaN", "Infinity"]', allow_nan=True) == ["NaN", "Infinity"]


def test_of_duplicate_keys_the_last_wins_unless_they_are_refused() -> None:
    assert decode_json(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}') == {"a": 3, "b": {"c": 2}}
    assert "same key twice" in refused(b'{"a": 1, "a": 3}', unique_keys=True)
    assert "same key twice" in refused(b'[{"b": {"c": 1, "\\u0063": 2}}]', unique_keys=True)
    assert decode_json(b'[{"a": 1}, {"a": 2}]', unique_keys=True) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(opening: bytes, closing: bytes) -> None:
    inner = b"1"
    decode_json(opening * 200 + inner + closing * 200)
    for depth in (201, 500, 100_000):
        for options in ({}, {"unique_keys": True}, {"allow_nan": True}):
            assert "deeper than 200" in refused(opening * depth + inner + closing * depth, **options) or depth > 500
    assert refused(opening * 100_000)


def test_many_brackets_are_not_depth() -> None:
    assert len(decode_json(b"[" + b",".join([b"[{}]"] * 1000) + b"]")) == 1000  # type: ignore[arg-type]
    assert decode_json(b'"' + b"[" * 1000 + b'"') == "[" * 1000


@pytest.mark.parametrize(
    "number", [2**53, 2**53 + 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1, -(2**63) - 1, 10**18, 10**19, 10**40, -(10**4000)]
)
def test_integers_are_exact(number: int) -> None:
    body = b'{"n": [%d]}' % number if abs(number) < 10**100 else f'{{"n": [{number}]}}'.encode()
    value: Any = decode_json(body)
    assert value == {"n": [number]}
    assert type(value["n"][0]) is int
    if abs(number) < 10**300:
        assert decode_json(encode_json(value)) == value


@pytest.mark.parametrize("before", [0, 1, 30, 65_500, 65_515, 65_516, 65_517, 65_535, 65_536, 131_070])
@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, -(10**20), 10**40])
def test_an_integer_is_exact_wherever_it_stands_in_a_long_text(number: int, before: int) -> None:
    text = f"[{' ' * before}{number},{' ' * 70_000}1]"
    assert decode_json(text.encode()) == [number, 1]


@pytest.mark.parametrize(
    ("written", "long"),
    [
        ("9999999999999999999", False),
        ("18446744073709551616", True),
        ("-9223372036854775808", True),
        ("0.12345678901234567890123", False),
        ("12345678901234567890.5", False),
        ("12345678901234567890e2", False),
        ("1e0000000000000000000002", False),
        ('"12345678901234567890"', False),
        ('"number 12345678901234567890, or so"', True),
        (", ".join(["0.0000012345678901234567"] * 5000), False),
        (", ".join([*["0.0000012345678901234567"] * 5000, "12345678901234567890"]), True),
    ],
)
def test_what_is_no_integer_beyond_64_bits_is_not_taken_for_one(written: str, long: bool) -> None:
    for text in (written, f"[{written}]", f"[1, {written} ]", f"[{' ' * 65_530}{written}]"):
        assert _codec.has_long_integer(text.encode()) is long
        assert decode_json(f"[{text}]".encode()) == json.loads(f"[{text}]")


@pytest.mark.parametrize("leaf", ["1", "{}", '{"a": 1}', "[]", '[{"a": 1}]'])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a": 1}, {"a":', "}]")])
@pytest.mark.parametrize("behind", [0, 70_000])
def test_the_deepest_that_is_read_is_two_hundred(leaf: str, opening: str, closing: str, behind: int) -> None:
    def nested(depth: int) -> bytes:
        around = depth - leaf.count("{") - leaf.count("[")
        times = around // len(closing)
        text = opening * times + leaf + closing * times
        return ("[" * (around - times * len(closing)) + text + "]" * (around - times * len(closing)) + " " * behind).encode()

    assert decode_json(nested(200))
    assert "nests deeper than 200" in refused(nested(201))


def test_an_integer_of_ten_thousand_digits_is_refused() -> None:
    assert refused(b"1" * 10_000)
    assert refused(b"[" + b"1" * 10_000 + b"]", unique_keys=True)


@pytest.mark.parametrize(
    "body",
    [
        b'"\\ud800"',
        b'"\\udfff"',
        b'{"\\ud800": 1}',
        b'["\\ude00\\ud83d"]',
        b'"\\ud83d\\u0041"',
        b'[1234567890123456789012, "\\ud800"]',
    ],
)
def test_lone_surrogates_are_refused(body: bytes) -> None:
    assert refused(body)
    assert refused(body, unique_keys=True)


def test_pairs_of_surrogates_and_nul_are_text() -> None:
    assert decode_json(b'"\\ud83d\\ude00\\u0000"') == "\U0001f600\0"


# ---- to the wire


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Word(str):
    __slots__ = ()


def converted(value: object, allow_nan: bool = False) -> tuple[Any, list[tuple[str, str]]]:
    wire = WireValues(allow_nan)
    made = wire.convert(value, "body", "a")
    return made, [(problem.pointer, problem.message) for problem in wire.problems]


@hypothesised
@given(VALUES)
def test_json_values_stay_as_they_are(value: Any) -> None:
    assert converted(value) == (value, [])


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3, 4, timezone.utc), "2024-02-29T01:02:03.000004+00:00"),
        (time(1, 2, 3), "01:02:03"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Word("text"), "text"),
        ((1, (2, [3])), [1, [2, [3]]]),
        (OrderedDict(b=1, a=(2,)), {"b": 1, "a": [2]}),
        ({"a": {"b": Colour.RED}}, {"a": {"b": "red"}}),
        (True, True),
        (-0.0, -0.0),
        (10**40, 10**40),
    ],
)
def test_values_of_python_become_those_of_json(value: Any, wire: Any) -> None:
    made, problems = converted(value)
    assert (made, problems) == (wire, [])
    assert json.loads(encode_json(made)) == wire
    assert type(made) in (str, int, float, bool, list, dict)


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        (math.nan, "/a", "no finite number"),
        ([1, -math.inf], "/a/1", "no finite number"),
        ({"b": b"bytes"}, "/a/b", "is of type bytes"),
        ({"b": {1, 2}}, "/a/b", "is of type set"),
        ([object()], "/a/0", "is of type object"),
        ("\ud800", "/a", "lone surrogate"),
        ([10**4400], "/a/0", "more than 4,300 digits"),
        ([-(10**4400)], "/a/0", "more than 4,300 digits"),
        ({"b/c": ["x\udfff"]}, "/a/b~1c/0", "lone surrogate"),
        ({1: 2}, "/a", "a key of type int"),
        ({"b": {None: 2}}, "/a/b", "a key of type NoneType"),
        (1j, "/a", "is of type complex"),
        (range(3), "/a", "is of type range"),
    ],
)
def test_what_json_cannot_hold_is_told_with_its_place(value: Any, pointer: str, words: str) -> None:
    _, problems = converted(value)
    ((place, message),) = problems
    assert place == pointer
    assert words in message


def test_a_key_with_a_lone_surrogate_is_refused() -> None:
    _, problems = converted({"\ud800": 1})
    assert len(problems) == 1
    assert "lone surrogate" in problems[0][1]


def test_all_problems_at_once() -> None:
    _, problems = converted([math.nan, 1j, "fine", {"x": b""}])
    assert [pointer for pointer, _ in problems] == ["/a/0", "/a/1", "/a/3/x"]


def test_nan_is_sent_where_it_is_let_in() -> None:
    made, problems = converted([math.nan, math.inf, {"a": -math.inf}], allow_nan=True)
    assert problems == []
    assert encode_json(made) == b'[NaN,Infinity,{"a":-Infinity}]'


def round_list() -> list[Any]:
    made: list[Any] = []
    made += [made, made]
    return made


def round_dict() -> dict[str, Any]:
    made: dict[str, Any] = {}
    made["a"] = made["b"] = [made]
    return made


def nested(depth: int, kind: type) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = {"a": made} if kind is dict else kind([made])
    return made


@pytest.mark.parametrize(
    "value",
    [round_list(), round_dict(), nested(201, list), nested(201, tuple), nested(201, dict), nested(100_000, list)],
    ids=lambda _: "",
)
def test_values_that_nest_too_deep_or_hold_themselves(value: Any) -> None:
    made, problems = converted(value)
    assert made is None
    assert [pointer for pointer, _ in problems] == ["/a"]
    assert "deeper than 200" in problems[0][1]
    del value


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_200_levels_are_sent(kind: type) -> None:
    made, problems = converted(nested(200, kind))
    assert problems == []
    assert decode_json(encode_json(made)) == made


def test_what_comes_out_is_a_copy() -> None:
    value: dict[str, Any] = {"a": [1]}
    made, _ = converted(value)
    value["a"].append(2)
    assert made == {"a": [1]}


def test_encoding_is_compact_utf_8() -> None:
    assert encode_json({"é": [1, 2.5, None, True, "\U0001f600\u2028"]}) == '{"é":[1,2.5,null,true,"\U0001f600\u2028"]}'.encode()
    assert encode_json([2**70, "é"]) == f'[{2**70},"é"]'.encode()


# ---- text


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/plain", "é"),
        ("é".encode(), "text/plain; charset=utf-8", "é"),
        ("é".encode(), 'text/plain; charset="UTF-8"', "é"),
        ("é".encode("latin-1"), "text/plain; charset=ISO-8859-1", "é"),
        ("€".encode("cp1252"), "text/html; a=b; charset=windows-1252", "€"),
        ("é".encode("utf-16"), "text/plain; charset=utf-16", "é"),
        *(
            ("é".encode("latin-1"), f"text/plain; charset={name}", "é")
            for name in ("latin1", "latin-1", "ISO8859-1", "ISO_8859-1:1987")
        ),
        ("€".encode("cp1252"), "text/plain; charset=cp1252", "€"),
        *(
            ("日".encode("shift_jis"), f"text/plain; charset={name}", "日")
            for name in ("shift_jis", "Shift-JIS", "x-sjis", "windows-31j")
        ),
        ("日".encode("euc_jp"), "text/plain; charset='x-euc-jp'", "日"),
        ("я".encode("cp866"), "text/plain; charset=IBM866", "я"),
        ("ก".encode("cp874"), "text/plain; charset=windows-874", "ก"),
        ("א".encode("iso8859_8"), "text/plain; charset=iso-8859-8-i", "א"),
        (b"\\u0041", "text/plain; charset=unicode_escape", "\\u0041"),
        (b"+AGE-", "text/plain; charset=utf-7", "+AGE-"),
        (b"abc\xff", "text/plain; charset=us-ascii", "abc\ufffd"),
        (b"abc\xff", "text/plain", "abc\ufffd"),
        (b"abc\xff", "", "abc\ufffd"),
        (b"nop", "text/plain; charset=rot13", "nop"),
        (b"6162", "text/plain; charset=hex", "6162"),
        (b"abc", "text/plain; charset=zlib", "abc"),
        (b"abc", "text/plain; charset=idna", "abc"),
        (b"abc", "text/plain; charset=punycode", "abc"),
        (b"abc", "text/plain; charset=no-such-charset", "abc"),
        (b"abc", "text/plain; charset=", "abc"),
        ("é".encode(), "text/plain; xcharset=iso-8859-1", "é"),
    ],
)
def test_text(body: bytes, content_type: str, text: str) -> None:
    assert decode_text(body, content_type) == text


@hypothesised
@given(st.binary(), st.text())
def test_any_bytes_are_text_in_any_charset(body: bytes, charset: str) -> None:
    assert isinstance(decode_text(body, f"text/plain; charset={charset}"), str)
