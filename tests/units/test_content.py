"""Request bodies as they are sent: sources of bytes, and multipart framing that a real parser reads back (RFC 7578)."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import MultipartParser, parse_options_header

from aerostack_dynamic._content import CHUNK, FILE_CHUNK, Content, Part, Source, UnusableSourceError, as_source, multipart, name_of
from aerostack_dynamic._errors import ArgumentsError

DATA = bytes(range(256)) * 3000
assert len(DATA) > FILE_CHUNK > 3 * CHUNK


def read(source: Source | Content) -> bytes:
    chunks = [*source.chunks()]
    assert all(len(chunk) <= FILE_CHUNK for chunk in chunks)
    return b"".join(chunks)


async def aread(source: Source | Content) -> bytes:
    return b"".join([bytes(chunk) async for chunk in source.achunks(asyncio.to_thread)])


def spooled(data: bytes) -> Any:
    file = tempfile.SpooledTemporaryFile(max_size=10)  # closed by the fixture
    file.write(data)
    file.seek(0)
    return file


def named(data: bytes) -> Any:
    file = tempfile.NamedTemporaryFile()  # closed by the fixture
    file.write(data)
    file.seek(0)
    return file


class Reader:
    """An object with `read` alone."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1000))


class Broken(Reader):
    """One that has a position but can't seek."""

    def tell(self) -> int:
        raise OSError("no position")

    def seekable(self) -> bool:
        return True


# Kind -> what makes one of bytes, whether its length is known, whether it can be had twice.
SOURCES: dict[str, tuple[Callable[[bytes], Any], bool, bool]] = {
    "bytes": (bytes, True, True),
    "bytearray": (bytearray, True, True),
    "memoryview": (memoryview, True, True),
    "every other byte": (lambda data: memoryview(b"".join(bytes([one, 0]) for one in data))[::2], True, True),
    "BytesIO": (io.BytesIO, True, True),
    "BufferedReader": (lambda data: io.BufferedReader(io.BytesIO(data)), True, True),  # type: ignore[arg-type]
    "SpooledTemporaryFile": (spooled, True, True),
    "NamedTemporaryFile": (named, True, True),
    "read alone": (Reader, False, False),
    "no position": (Broken, False, False),
    "generator": (lambda data: (data[start : start + 1000] for start in range(0, len(data), 1000)), False, False),
    "list": (lambda data: [data[:10], b"", data[10:]], False, True),
    "tuple": (lambda data: (data[:10], bytearray(data[10:20]), memoryview(data[20:])), False, True),
}


@pytest.fixture(params=SOURCES)
def made(request: pytest.FixtureRequest) -> Iterator[tuple[Any, bool, bool]]:
    make, known, twice = SOURCES[request.param]
    value = make(DATA)
    yield value, known, twice
    if hasattr(value, "close"):
        value.close()


def test_every_source_gives_its_bytes(made: tuple[Any, bool, bool]) -> None:
    value, known, twice = made
    source = as_source(value)
    assert source.length == (len(DATA) if known else None)
    assert source.replayable is twice
    assert not source.asynchronous
    assert source.ready
    assert b"".join(source.chunks()) == DATA
    assert source.ready, "what can be had once is kept while it is short"
    assert b"".join(source.chunks()) == DATA


LONG = [bytes([number]) * 100_000 for number in range(12)]


def test_what_can_be_had_once_is_kept_up_to_a_mebibyte() -> None:
    source = as_source(iter(LONG))
    assert b"".join(source.chunks()) == b"".join(LONG)
    assert not source.ready
    with pytest.raises(ArgumentsError, match="sent once and can't be read again"):
        next(iter(source.chunks()))


def test_what_was_begun_is_had_again_from_the_start() -> None:
    source = as_source(iter(LONG))
    begun = source.chunks()
    assert [next(begun) for _ in range(3)] == LONG[:3]
    begun.close()  # type: ignore[attr-defined]
    assert b"".join(source.chunks()) == b"".join(LONG)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in LONG:
            yield piece

    async def twice() -> bytes:
        source = as_source(pieces())
        begun = source.achunks(asyncio.to_thread)
        assert [await anext(begun) for _ in range(3)] == LONG[:3]
        await begun.aclose()  # type: ignore[attr-defined]
        return b"".join([chunk async for chunk in source.achunks(asyncio.to_thread)])

    assert asyncio.run(twice()) == b"".join(LONG)


def test_every_source_gives_its_bytes_to_asynchronous_code(made: tuple[Any, bool, bool]) -> None:
    value, _, twice = made
    source = as_source(value)
    assert asyncio.run(aread(source)) == DATA
    if twice:
        assert asyncio.run(aread(source)) == DATA


def test_a_str_is_content() -> None:
    source = as_source("é/etc/passwd")
    assert read(source) == "é/etc/passwd".encode()
    assert source.length == 13


def test_a_path(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    source = as_source(path)
    assert (source.length, source.replayable) == (len(DATA), True)
    assert read(source) == DATA
    assert read(source) == DATA
    assert asyncio.run(aread(source)) == DATA
    path.write_bytes(b"")
    assert read(as_source(path)) == b""


def test_a_file_is_closed_when_its_reader_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    source = as_source(path)

    async def stop_early() -> None:
        chunks = source.achunks(asyncio.to_thread)
        async for _ in chunks:
            break
        await chunks.aclose()  # type: ignore[attr-defined]

    asyncio.run(stop_early())  # an open file would be a ResourceWarning, and so an error
    path.unlink()


@pytest.mark.parametrize("what", ["missing", "directory", "pure"])
def test_a_path_that_cannot_be_read(what: str, tmp_path: Path) -> None:
    path = {"missing": tmp_path / "missing", "directory": tmp_path, "pure": PurePosixPath("file")}[what]
    with pytest.raises(UnusableSourceError, match="the file can't be read"):
        as_source(path)


def test_an_open_file_is_sent_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    with path.open("rb") as file:
        file.seek(100)
        source = as_source(file)
        assert file.tell() == 100
        assert source.length == len(DATA) - 100
        assert read(source) == DATA[100:]
        assert read(source) == DATA[100:]
        file.seek(len(DATA) + 50)
        assert as_source(file).length == 0
        assert read(as_source(file)) == b""


def test_a_pipe_is_sent_once_and_of_unknown_length() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source_file, os.fdopen(writing, "wb") as sink:
        sink.write(b"through a pipe")
        sink.close()
        source = as_source(source_file)
        assert (source.length, source.replayable) == (None, False)
        assert read(source) == read(source) == b"through a pipe"


def test_an_asynchronous_iterable() -> None:
    async def pieces() -> AsyncIterator[Any]:
        yield b"one "
        yield bytearray(b"two")

    source = as_source(pieces())
    assert source.asynchronous
    assert (source.length, source.replayable) == (None, False)
    assert asyncio.run(aread(source)) == asyncio.run(aread(source)) == b"one two"


@pytest.mark.parametrize(
    "value", [5, None, 1.5, {"a": 1}, {b"a"}, object(), True, Source], ids=lambda value: repr(value).split(" at 0x")[0]
)
def test_what_is_no_source(value: object) -> None:
    with pytest.raises(UnusableSourceError, match="can't be sent as a file"):
        as_source(value)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("text", encoding="utf-8")
    with path.open(encoding="utf-8") as file, pytest.raises(UnusableSourceError, match="mode 'rb'"):
        as_source(file)
    with pytest.raises(UnusableSourceError, match="opened as text"):
        as_source(io.StringIO("text"))


def test_a_closed_file_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO(b"x")
    file.close()
    with pytest.raises(UnusableSourceError, match="closed"):
        as_source(file)


@pytest.mark.parametrize("chunk", ["text", 5, None, [b"x"]], ids=str)
def test_pieces_that_are_no_bytes(chunk: Any) -> None:
    with pytest.raises(ArgumentsError, match="where bytes are needed") as caught:
        read(as_source([b"fine", chunk]))
    assert caught.value.sent == "maybe"

    async def pieces() -> AsyncIterator[Any]:
        yield chunk

    with pytest.raises(ArgumentsError, match="where bytes are needed"):
        asyncio.run(aread(as_source(pieces())))


def test_a_reader_of_text_is_found_out_when_it_is_read() -> None:
    class TextReader:
        def read(self, size: int) -> str:
            return "text"

    with pytest.raises(ArgumentsError, match="gave a str where bytes are needed"):
        read(as_source(TextReader()))


@pytest.mark.parametrize("kind", ["path", "open", "BytesIO"])
@pytest.mark.parametrize("size", [0, 10, len(DATA) - 1, len(DATA) + 1, len(DATA) * 2])
def test_exactly_the_announced_length_is_sent_or_an_error(kind: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    with path.open("rb") as file:
        memory = io.BytesIO(DATA)
        source = as_source({"path": path, "open": file, "BytesIO": memory}[kind])
        assert source.length == len(DATA)
        changed = (DATA * 2)[:size]
        path.write_bytes(changed)
        memory.seek(0)
        memory.truncate()
        memory.write(changed)
        if size > len(DATA):
            assert b"".join(source.chunks()) == DATA
            assert asyncio.run(aread(source)) == DATA
        else:
            with pytest.raises(ArgumentsError, match=f"ended {len(DATA) - size} bytes early") as caught:
                read(source)
            assert caught.value.sent == "maybe"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Path("a/b/photo.jpg"), "photo.jpg"),
        (PurePosixPath("/"), None),
        (b"bytes", None),
        (io.BytesIO(b""), None),
        (type("F", (), {"name": "C:\\dir\\x.txt"})(), "x.txt"),
        (type("F", (), {"name": "/tmp/y.txt"})(), "y.txt"),
        (type("F", (), {"name": 3})(), None),
        (type("F", (), {"name": ""})(), None),
    ],
    ids=lambda value: repr(value).split(" at 0x")[0],
)
def test_the_name_of_a_source(value: object, name: str | None) -> None:
    assert name_of(value) == name


# ---- multipart


class Read(NamedTuple):
    """A part as a real parser read it."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


class Collector:
    """Takes what a real parser calls out, and keeps the parts."""

    def __init__(self) -> None:
        self.parts: list[Read] = []
        self.whole = False
        self._begin()

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._append("name"),
            "on_header_value": self._append("value"),
            "on_header_end": self._header_end,
            "on_part_data": self._append("data"),
            "on_part_end": self._end,
            "on_end": self._all,
        }

    def _begin(self) -> None:
        self._now = {"name": b"", "value": b"", "data": b""}
        self._headers: dict[bytes, bytes] = {}

    def _append(self, to: str) -> Callable[[bytes, int, int], None]:
        def on_data(data: bytes, start: int, end: int) -> None:
            self._now[to] += data[start:end]

        return on_data

    def _header_end(self) -> None:
        self._headers[self._now["name"].lower()] = self._now["value"]
        self._now.update(name=b"", value=b"")

    def _end(self) -> None:
        disposition, fields = parse_options_header(self._headers.pop(b"content-disposition"))
        assert disposition == b"form-data"
        filename, kind = fields.get(b"filename"), self._headers.pop(b"content-type", None)
        assert not self._headers, "no other header"
        texts = [None if one is None else one.decode() for one in (filename, kind)]
        self.parts.append(Read(fields[b"name"].decode(), texts[0], texts[1], self._now["data"]))

    def _all(self) -> None:
        self.whole = True


def parsed(body: bytes, content_type: str) -> list[Read]:
    kind, options = parse_options_header(content_type)
    assert kind == b"multipart/form-data"
    collector = Collector()
    parser = MultipartParser(options[b"boundary"], collector.callbacks())  # type: ignore[arg-type]
    parser.write(body)
    parser.finalize()
    assert collector.whole, "the closing boundary"
    return collector.parts


def test_parts_are_framed() -> None:
    content = multipart(
        [
            Part("key", b"a/b.txt"),
            Part("file", as_source([b"some ", b"text"]), "b.txt", "text/plain"),
            Part("empty", b"", "e"),
        ],
        "limit",
    )
    assert content.content_type == "multipart/form-data; boundary=limit"
    assert read(content).decode() == (
        '--limit\r\nContent-Disposition: form-data; name="key"\r\n\r\na/b.txt\r\n'
        '--limit\r\nContent-Disposition: form-data; name="file"; filename="b.txt"\r\nContent-Type: text/plain\r\n\r\nsome text\r\n'
        '--limit\r\nContent-Disposition: form-data; name="empty"; filename="e"\r\n\r\n\r\n'
        "--limit--\r\n"
    )
    assert content.length is None
    assert content.streamed


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), min_size=1, max_size=20)
PARTS = st.lists(
    st.tuples(NAMES, st.binary(max_size=300), st.none() | NAMES, st.sampled_from([None, "text/plain", "image/png; a=b"])),
    max_size=4,
)


@given(PARTS)
def test_a_real_parser_reads_back_what_was_sent(given_parts: list[tuple[str, bytes, str | None, str | None]]) -> None:
    parts = [Part(name, as_source(data), filename, kind) for name, data, filename, kind in given_parts]
    content = multipart(parts, "0123456789abcdef")
    body = read(content)
    assert content.length == len(body)
    assert asyncio.run(aread(content)) == body
    if parts:
        assert parsed(body, content.content_type) == [
            Read(name, filename, kind, data) for name, data, filename, kind in given_parts
        ]


@pytest.mark.parametrize("name", ['a"b', 'a"; filename="evil', "a\r\nX-Evil: 1", "a\r\n\r\nbody\r\n--limit", "\n", "\r", 'é"'])
@pytest.mark.parametrize("place", ["name", "filename"])
def test_no_name_breaks_out_of_its_header(name: str, place: str) -> None:
    escaped = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    part = Part("file", b"data", name) if place == "filename" else Part(name, b"data", "file")
    content = multipart([part], "limit")
    ((found),) = parsed(read(content), content.content_type)
    assert found == (Read("file", escaped, None, b"data") if place == "filename" else Read(escaped, "file", None, b"data"))


def test_a_body_of_bytes_is_whole_and_always_ready() -> None:
    content = Content("application/json", [b"{", b"}"])
    assert (content.length, content.streamed, content.ready, content.whole()) == (2, False, True, b"{}")
    assert read(content) == read(content) == b"{}"


def test_a_body_is_ready_as_long_as_its_sources_are() -> None:
    content = multipart([Part("a", as_source(b"x")), Part("b", as_source(iter(LONG)))], "limit")
    assert content.ready
    assert content.length is None
    read(content)
    assert not content.ready
    again = multipart([Part("a", as_source(b"x"))], "limit")
    assert again.length == len(read(again)) == len(read(again))
    assert again.ready
