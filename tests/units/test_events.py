"""Server-sent events, lines and sequences of JSON: the standards' own examples, every way to cut a stream, any bytes, and the bounds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aerostack_dynamic._events import (
    LARGEST,
    Event,
    EventParser,
    LineParser,
    PieceParser,
    SequenceParser,
    TooLargeError,
    may_be_cut,
)

BOM = b"\xef\xbb\xbf"


def read(make: Callable[[], Any], *pieces: bytes) -> tuple[list[Any], str, Any]:
    """The items of a stream that comes in these pieces, what was wrong, and where the parser stands at the end."""
    parser = make()
    found: list[Any] = []
    wrong = ""
    try:
        for piece in pieces:
            for item in parser.feed(piece):
                found.append(item)
        found += parser.finish()
    except TooLargeError as error:
        wrong = str(error)
    return found, wrong, (parser.last_event_id, getattr(parser, "retry", None))


def events(*pieces: bytes) -> list[tuple[str, str, str]]:
    found, wrong, _ = read(EventParser, *pieces)
    assert not wrong
    return [tuple(event) for event in found]


TABLE: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "one line": (b"data: YHOO\n\n", [("YHOO", "message", "")]),
    "lines of data are joined": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("YHOO\n+2\n10", "message", "")]),
    "comments, ids, a reset id, a space that is kept": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
        [("first event", "message", "1"), ("second event", "message", "")],
    ),
    "empty data is data; an event without end is none": (
        b"data\n\ndata\ndata\n\ndata:",
        [("", "message", ""), ("\n", "message", "")],
    ),
    "one space after the colon makes no difference": (b"data:test\n\ndata: test\n\n", [("test", "message", "")] * 2),
    "types": (
        b"event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\ndata: x\n\n",
        [("73857293", "add", ""), ("2153", "remove", ""), ("x", "message", "")],
    ),
    "no data, no event, and its type is forgotten": (b"event: add\n\ndata: x\n\n", [("x", "message", "")]),
    "an id alone counts for later events": (b"id: 7\n\ndata: x\n\n", [("x", "message", "7")]),
    "an id stays": (b"id: 7\ndata: x\n\ndata: y\n\n", [("x", "message", "7"), ("y", "message", "7")]),
    "an id with NUL is ignored": (b"id: 7\n\nid: 8\0\ndata: x\n\n", [("x", "message", "7")]),
    "the last type counts": (b"event: a\nevent: b\ndata: x\n\n", [("x", "b", "")]),
    "an empty type is none": (b"event: a\nevent:\ndata: x\n\n", [("x", "message", "")]),
    "names are told by case": (b"Data: x\nDATA: y\n data: z\ndata : w\n\n", []),
    "colons in data": (b"data: a:b: c\n\n", [("a:b: c", "message", "")]),
    "fields that nobody knows": (b"unknown: x\nnothing\ndata: y\n\n", [("y", "message", "")]),
    "blank lines alone": (b"\n\n\r\n\r\r", []),
    "CR": (b"data: a\rdata: b\r\rdata: c\r\r", [("a\nb", "message", ""), ("c", "message", "")]),
    "CRLF": (b"data: a\r\ndata: b\r\n\r\n", [("a\nb", "message", "")]),
    "ends of all kinds": (b"data: a\r\n\ndata: b\n\rdata: c\r\r\n", [(one, "message", "") for one in "abc"]),
    "no other line ends": ("data: a\x0b\x0c\x1c\x85\u2028b\n\n".encode(), [("a\x0b\x0c\x1c\x85\u2028b", "message", "")]),
    "a byte order mark at the start": (BOM + b"data: a\n\n", [("a", "message", "")]),
    "two of them": (BOM * 2 + b"data: a\n\ndata: b\n\n", [("b", "message", "")]),
    "one further on": (
        b"data: a\n\n" + BOM + b"data: b\n\ndata: " + BOM + b"\n\n",
        [("a", "message", ""), ("\ufeff", "message", "")],
    ),
    "bytes that are no UTF-8": (b"data: \xff\xc3\nid: \xf0\x9f\n\n", [("\ufffd\ufffd", "message", "\ufffd")]),
    "NUL in data": (b"data: a\0b\n\n", [("a\0b", "message", "")]),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_rules_of_the_standard(name: str) -> None:
    stream, wanted = TABLE[name]
    assert events(stream) == wanted


@pytest.mark.parametrize("name", TABLE)
def test_byte_by_byte_is_the_same(name: str) -> None:
    stream, wanted = TABLE[name]
    assert events(*(bytes([one]) for one in stream)) == wanted
    assert events(*(one for byte in stream for one in (b"", bytes([byte]), b""))) == wanted


@pytest.mark.parametrize(
    ("value", "retry"),
    [
        (b"1000", 1000),
        (b" 007", 7),
        (b"12345678901234567890", 12345678901234567890),
        (b"1" * 5000, None),
        (b"", None),
        (b"-1", None),
        (b"+1", None),
        (b"1.5", None),
        (b"1 ", None),
        ("²".encode(), None),
        ("٣".encode(), None),
        (b"1_000", None),
    ],
)
def test_retry_is_digits(value: bytes, retry: int | None) -> None:
    assert read(EventParser, b"retry:" + value + b"\n\n")[2] == ("", retry)


def test_an_end_by_cr_is_not_waited_for() -> None:
    parser = EventParser()
    assert [*parser.feed(b"data: a\r\r")] == [Event("a")]
    assert [*parser.feed(b"\ndata: b\r\n\r")] == [Event("b")]
    assert [*parser.feed(b"\n")] == []


def test_the_id_is_that_of_the_last_whole_event() -> None:
    assert read(EventParser, b"id: 1\ndata: x\n\nid: 2\ndata: y\n")[2][0] == "1"


# ---- any bytes, any cut

_TOKENS = [
    b"data",
    b"event",
    b"id",
    b"retry",
    b":",
    b" ",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    BOM,
    b"\0",
    b"\xff",
    "é".encode(),
    b"x",
    b"1",
]
STREAMS = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(_TOKENS), max_size=60).map(b"".join),
    st.lists(st.sampled_from([b"data: x\n", b"id: 1\r\n", b"\n", b"\r", b'{"a":1}\n', b" "]), max_size=30).map(b"".join),
)


def pieces_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("kind", [EventParser, LineParser])
@given(stream=STREAMS, cuts=st.lists(st.integers(0, 300), max_size=20), largest=st.sampled_from([5, 20, LARGEST]))
@example(stream=b"data: a\r\n\r\n", cuts=[8, 10], largest=LARGEST)
@example(stream=b"data\n\ndata: long\n\n", cuts=[6], largest=5)
@example(stream=b"data\n\n" + b"data:x\n" * 3, cuts=[13], largest=6)
def test_all_at_once_is_the_same_as_in_any_pieces(kind: Any, stream: bytes, cuts: list[int], largest: int) -> None:
    def make() -> Any:
        return kind(largest)

    assert read(make, stream)[:2] == read(make, *pieces_of(stream, cuts))[:2]


def by_the_letter(stream: bytes) -> list[tuple[str, str, str]]:
    """The standard's algorithm as it is written there, on the whole text."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = []
    data, kind, new_id = "", "", ""
    for line in text.split("\n")[:-1]:
        if line == "":
            if data != "":
                found.append((data.removesuffix("\n"), kind or "message", new_id))
            data, kind = "", ""
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                kind = value
            elif name == "data":
                data += value + "\n"
            elif name == "id" and "\0" not in value:
                new_id = value
    return found


@given(STREAMS)
def test_the_same_as_the_standard_by_the_letter(stream: bytes) -> None:
    assert events(stream) == by_the_letter(stream)


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_no_bytes_are_an_error(pieces: list[bytes]) -> None:
    for kind in (EventParser, LineParser, PieceParser):
        assert not read(kind, *pieces)[1]


# ---- lines, and pieces


@pytest.mark.parametrize(
    ("stream", "lines"),
    [
        (b'{"a":1}\n{"a":2}\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\r\n\r\n \t\n{"a":2}', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":\r1}\n', [b'{"a":\r1}']),
        (b"", []),
        (b"\n\n", []),
        (b"1", [b"1"]),
    ],
)
def test_lines(stream: bytes, lines: list[bytes]) -> None:
    assert read(LineParser, stream)[0] == lines
    assert read(LineParser, *(bytes([one]) for one in stream))[0] == lines


def test_pieces_come_as_they_are() -> None:
    assert read(PieceParser, b"a", b"", b"b\n")[0] == [b"a", b"b\n"]


# ---- bounds


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_an_event_and_a_line_have_a_bound(size: int) -> None:
    def cut(stream: bytes) -> list[bytes]:
        return [stream[start : start + size] for start in range(0, len(stream), size)]

    largest = 2000

    def small() -> EventParser:
        return EventParser(largest)

    assert len(read(small, *cut(b"data:" + b"x" * (largest - 5) + b"\n\n"))[0]) == 1
    assert read(small, *cut(b"data: a\n\n" + b"x" * (largest + 1)))[:2] == ([Event("a")], "a line is longer than 2000 bytes")
    assert read(small, *cut(b"data: a\n\n" + b"x" * (largest + 1) + b"\n\n"))[:2] == (
        [Event("a")],
        "a line is longer than 2000 bytes",
    )
    many = b"data: a\n\n" + b"data: xxxxxxxxx\n" * 201
    assert read(small, *cut(many))[:2] == ([Event("a")], "an event is larger than 2000 bytes")
    assert len(read(small, *cut((b"data: xxxxxxxxx\n" * 199 + b"\n") * 5))[0]) == 5
    assert not read(small, *cut(b": a comment\nevent: x\n" * 1000))[1]
    assert read(lambda: LineParser(largest), *cut(b"1\n" + b"2" * 2001))[:2] == ([b"1"], "a line is longer than 2000 bytes")


def test_the_bound_is_a_mebibyte() -> None:
    assert LARGEST == 1 << 20
    found, wrong, _ = read(EventParser, b"data:" + b"x" * (LARGEST - 5), b"\n\n", b"y" * LARGEST, b"y")
    assert len(found[0].data) == LARGEST - 5
    assert "longer than 1048576" in wrong


def test_a_long_line_in_small_pieces_costs_its_length() -> None:
    for start, end in ((b"data:", b"\n\n"), (b"", b"\n\n")):
        pieces = [start, *[b"x" * 1024] * 512, end]
        for make in (EventParser, LineParser):
            began = time.process_time()
            read(make, *pieces)
            assert time.process_time() - began < 0.5  # some milliseconds; what looks at each byte again takes 45 s


def test_many_events_in_one_piece() -> None:
    stream = b"".join(b'event: delta\nid: %d\ndata: {"text": "token %d"}\n\n' % (number, number) for number in range(10_000))
    began = time.process_time()
    assert len(events(stream)) == 10_000
    assert time.process_time() - began < 1


# ---- sequences of JSON (RFC 7464)

RS = b"\x1e"
SEQUENCES: dict[str, tuple[bytes, list[bytes]]] = {
    "texts": (RS + b'{"a": 1}\n' + RS + b"[1,\n 2]\n" + RS + b'"x\\""\n', [b'{"a": 1}\n', b"[1,\n 2]\n", b'"x\\""\n']),
    "scalars": (RS + b"1\n" + RS + b"true \n" + RS + b"null\r\n", [b"1\n", b"true \n", b"null\r\n"]),
    "separators in a row": (RS * 3 + b"1\n" + RS + RS + b"\n" + RS, [b"1\n"]),
    "the last has no end": (RS + b"{}\n" + RS + b"[1", [b"{}\n", b"[1"]),
    "one that is cut": (RS + b'{"a": "b' + RS + b"{}\n", [b'{"a": "b', b"{}\n"]),
    "one that is cut behind a backslash": (RS + b'{"a": "\\' + RS + b"{}\n", [b'{"a": "\\', b"{}\n"]),
    "no line feed": (RS + b"{}" + RS + b"12" + RS + b"3\n", [b"{}", b"12", b"3\n"]),
    "marks within strings": (RS + b'["]}{", "\\\\", "\\"]"]\n', [b'["]}{", "\\\\", "\\"]"]\n']),
    "closed too often": (RS + b"]]{}\n" + RS + b"1\n", [b"]]{}\n", b"1\n"]),
    "white space alone": (b" \n\t\r\n", []),
    "none": (b"", []),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences(name: str) -> None:
    stream, wanted = SEQUENCES[name]
    assert read(SequenceParser, stream)[0] == wanted
    assert [one.rstrip() for one in read(SequenceParser, *(bytes([one]) for one in stream))[0]] == [one.rstrip() for one in wanted]


def test_a_text_is_given_when_it_is_there() -> None:
    parser = SequenceParser()
    assert [*parser.feed(RS + b'{"a": [1,\n')] == []
    assert [*parser.feed(b"2]}")] == []
    assert [*parser.feed(b"\n")] == [b'{"a": [1,\n2]}\n']
    assert [*parser.feed(RS + b"12")] == []
    assert [*parser.feed(b"3\n")] == [b"123\n"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [(b"1", True), (b"true", True), (b"1\n", False), (b"null ", False), (b"{}", False), (b"[]", False), (b'""', False)],
)
def test_what_may_be_cut(text: bytes, cut: bool) -> None:
    assert may_be_cut(text) is cut


@given(
    st.lists(
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=5)
    ),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_any_texts_in_any_pieces(values: list[Any], cuts: list[int]) -> None:
    stream = b"".join(RS + json.dumps(one, indent=1).encode() + b"\n" for one in values)
    places = sorted({0, *(one for one in cuts if one < len(stream)), len(stream)})
    found, wrong, _ = read(SequenceParser, *(stream[a:b] for a, b in pairwise(places)))
    assert not wrong
    assert [json.loads(one) for one in found] == values


@given(
    st.one_of(
        st.binary(max_size=80),
        st.lists(st.sampled_from([RS, b"{", b"}", b'"', b"\\", b"1", b"\n", b" "]), max_size=40).map(b"".join),
    )
)
def test_any_sequence_is_read_the_same_in_bytes(stream: bytes) -> None:
    by_byte = read(SequenceParser, *(bytes([one]) for one in stream))[0]
    assert [one.rstrip() for one in read(SequenceParser, stream)[0]] == [one.rstrip() for one in by_byte]


@pytest.mark.parametrize("part", [b"[", b'"', b"\\", b" ", b"[ ", RS, b'{"a":', b'"\\', b"x "])
def test_a_sequence_takes_the_time_of_its_length(part: bytes) -> None:
    stream = part * (100_000 // len(part))
    began = time.perf_counter()
    read(SequenceParser, stream)
    read(SequenceParser, *(stream[at : at + 7] for at in range(0, len(stream), 7)))
    assert time.perf_counter() - began < 10


def test_a_text_is_bounded() -> None:
    found, wrong, _ = read(lambda: SequenceParser(100), RS + b"1\n" + RS + b"[" + b"1," * 60)
    assert found == [b"1\n"]
    assert wrong
