"""Bodies within a bound: what is on the wire and what it decodes to."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._bounded import BoundedBody
from aerostack_dynamic._errors import ResponseError


def collect(data: bytes, encoding: str = "gzip", cap: int = 10**6, size: int = 7) -> bytes:
    body = BoundedBody(cap, encoding)
    for start in range(0, len(data), size):
        body.feed(data[start : start + size])
    return body.finish()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50))
def test_every_gzip_is_read_however_it_is_cut(members: list[bytes], size: int) -> None:
    assert collect(b"".join(map(gzip.compress, members)), size=size) == b"".join(members)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_without_a_coding_all_is_as_it_came(data: bytes, size: int) -> None:
    assert collect(data, "", size=size) == data
    assert collect(data, " Identity ", size=size) == data


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", " gzip "])
def test_names_of_gzip(encoding: str) -> None:
    assert collect(gzip.compress(b"text"), encoding) == b"text"


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip, br", "identity, gzip", "xgzip", "gzipx"]
)
def test_other_codings_are_refused(encoding: str) -> None:
    with pytest.raises(ResponseError, match="content encoding"):
        BoundedBody(10, encoding)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_truncated_gzip_is_never_data(content: bytes, data: st.DataObject) -> None:
    whole = gzip.compress(content)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(ResponseError, match="truncated gzip"):
        collect(whole[:cut])


def test_a_second_member_may_not_be_cut_either() -> None:
    whole = gzip.compress(b"a") + gzip.compress(b"b")
    with pytest.raises(ResponseError, match="truncated"):
        collect(whole[:-3])


@pytest.mark.parametrize("data", [b"plain text", b"\x1f\x8b\x08\xff" + b"\xff" * 20, zlib.compress(b"text")])
def test_what_is_no_gzip(data: bytes) -> None:
    with pytest.raises(ResponseError, match="gzip"):
        collect(data)


def test_a_wrong_checksum_is_refused() -> None:
    whole = bytearray(gzip.compress(b"some text"))
    whole[-6] ^= 1
    with pytest.raises(ResponseError, match="not valid gzip"):
        collect(bytes(whole))


def test_bytes_after_the_last_member_are_refused() -> None:
    with pytest.raises(ResponseError, match="gzip"):
        collect(gzip.compress(b"text") + b"and more, of another kind")


def test_an_empty_body_is_empty_in_any_coding() -> None:
    assert collect(b"", "gzip") == b""
    assert collect(b"", "") == b""


@pytest.mark.parametrize("size", [1, 64, 10_000])
def test_the_cap(size: int) -> None:
    assert collect(b"x" * 100, "", cap=100, size=size) == b"x" * 100
    with pytest.raises(ResponseError, match="larger than max_response_bytes, 100 bytes"):
        collect(b"x" * 101, "", cap=100, size=size)
    assert len(collect(gzip.compress(b"x" * 100), cap=100, size=size)) == 100
    with pytest.raises(ResponseError, match="larger than max_response_bytes"):
        collect(gzip.compress(b"x" * 101), cap=100, size=size)


def test_the_wire_counts_as_well() -> None:
    empty = gzip.compress(b"")
    with pytest.raises(ResponseError, match="larger than max_response_bytes"):
        collect(empty * 100, cap=len(empty) * 50)


def test_a_bomb_costs_no_more_than_the_cap() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    body = BoundedBody(1_000_000, "gzip")
    tracemalloc.start()
    try:
        with pytest.raises(ResponseError, match="larger"):
            body.feed(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
