"""What streams and bodies cost, counted: calls of Python for an event, turns of a thread and bytes held for a file."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AsyncClient, Client, Spec
from aerostack_dynamic._content import as_source
from aerostack_dynamic._events import EventParser
from aerostack_dynamic._saving import PartialFile

MIB = 1024 * 1024
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://x.test"}],
    "paths": {
        "/chat": {
            "get": {
                "operationId": "chat",
                "responses": {
                    "200": {"description": "", "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/C"}}}}
                },
            }
        },
        "/file": {
            "get": {"operationId": "file", "responses": {"200": {"description": "", "content": {"application/octet-stream": {}}}}}
        },
    },
    "components": {"schemas": {"C": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}},
}
SPEC = Spec.load(DOCUMENT)


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks

    async def __aiter__(self) -> Any:
        for chunk in self.chunks:
            yield chunk


class Much(Chunks):
    def __iter__(self) -> Iterator[bytes]:
        yield from (bytes(65_536) for _ in range(256))

    async def __aiter__(self) -> Any:
        for chunk in self:
            yield chunk


class Answers(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, kind: str, chunks: list[bytes]) -> None:
        self.kind, self.chunks = kind, chunks

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": self.kind}, stream=Chunks(self.chunks))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def read(chunks: list[bytes]) -> int:
    with Client(spec=SPEC, transport=Answers("text/event-stream", chunks)) as client, client.chat.stream() as events:
        return sum(1 for _ in events)


def read_async(chunks: list[bytes]) -> int:
    async def reading() -> int:
        async with AsyncClient(spec=SPEC, transport=Answers("text/event-stream", chunks)) as client, client.chat.stream() as events:
            return len([event async for event in events])

    return asyncio.run(reading())


def calls_of(function: Callable[[], object]) -> int:
    """How often a function of Python is called, or a generator gone on with."""
    calls = 0

    def note(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return calls


def events(number: int) -> list[bytes]:
    return [b'data: {"n": %d}\n\n' % n for n in range(number)]


# Before Python 3.11 a time limit makes a task of what it bounds.
WITHIN = 58 if sys.version_info >= (3, 11) else 104


@pytest.mark.parametrize(("reader", "together", "alone"), [(read, 7, 38), (read_async, 6, WITHIN)])
def test_calls_for_an_event(reader: Callable[[list[bytes]], int], together: int, alone: int) -> None:
    assert reader(events(3)) == 3
    for most, chunks in ((together, lambda number: [b"".join(events(number))]), (alone, events)):
        few, many = (calls_of(lambda number=number, chunks=chunks: reader(chunks(number))) for number in (200, 400))
        assert (many - few) / 200 <= most


def test_calls_for_an_event_do_not_grow_with_it() -> None:
    def parsed(size: int) -> int:
        parser = EventParser(largest=16 * MIB)
        whole = b"data: " + b"x" * size + b"\n\n"
        pieces = [whole[at : at + 65_536] for at in range(0, len(whole), 65_536)]
        assert len(pieces) > 1
        return calls_of(lambda: [event for piece in pieces for event in parser.feed(piece)]) // len(pieces)

    assert parsed(8 * MIB) <= parsed(MIB) <= 5


def test_turns_of_a_thread_for_a_file(tmp_path: Path) -> None:
    path, turns = tmp_path / "file", 0
    path.write_bytes(b"x" * 8 * MIB)

    async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal turns
        turns += 1
        return function(*arguments)

    async def size() -> int:
        return sum([len(chunk) async for chunk in as_source(path).achunks(in_thread)])

    assert asyncio.run(size()) == 8 * MIB
    assert turns <= 8 * 2 + 1


@pytest.mark.parametrize("is_async", [False, True])
def test_a_file_that_is_saved_is_held_in_small_parts(is_async: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = 0
    write = PartialFile.write

    def noted(self: PartialFile, data: bytes) -> None:
        nonlocal writes
        writes += 1
        write(self, data)

    monkeypatch.setattr(PartialFile, "write", noted)
    monkeypatch.setattr(f"{__name__}.Chunks", Much)
    transport = Answers("application/octet-stream", [])

    async def saved() -> int:
        async with AsyncClient(spec=SPEC, transport=transport) as client, client.file.stream() as body:
            return int(await body.save(tmp_path / "file"))

    def run() -> int:
        if is_async:
            return asyncio.run(saved())
        with Client(spec=SPEC, transport=transport) as client, client.file.stream() as body:
            return int(body.save(tmp_path / "file"))

    run()
    writes = 0
    tracemalloc.start()
    try:
        assert run() == 16 * MIB
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * MIB
    assert writes <= (33 if is_async else 256)
    assert (tmp_path / "file").stat().st_size == 16 * MIB


def test_what_is_told_is_what_came() -> None:
    with Client(spec=SPEC, transport=Answers("text/event-stream", events(3))) as client, client.chat.stream() as found:
        assert json.dumps([event.data for event in found]) == '[{"n": 0}, {"n": 1}, {"n": 2}]'


@pytest.mark.parametrize("size", [1, 7, 19, 20, 21, 22, 64, 10_000])
def test_a_long_integer_is_exact_however_it_is_cut(size: int) -> None:
    numbers = [1, -(10**18) - 1, 10**18 + 1, 2**63, 2**64 + 1, -(2**64) - 1, 10**30 + 1, 2]
    body = b"".join(b'data: {"n":%d}\n\n' % n for n in numbers)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    with Client(spec=SPEC, transport=Answers("text/event-stream", pieces)) as client, client.chat.stream() as found:
        assert [event.data["n"] for event in found] == numbers


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"n": 1, "x": "\xff"}', {"n": 1, "x": "\ufffd"}),
        (b'{"n": 1, "x": "\xc3\xa9"}', {"n": 1, "x": "é"}),
        (b'\xef\xbb\xbf{"n": 1}', {"n": 1}),
        (b'{"n":\ndata: 1}', {"n": 1}),
        (b'{"n": 1, "x": [' + b"[" * 190 + b"]" * 190 + b"]}", None),
    ],
)
def test_unusual_data_is_read_as_usual_data_is(data: bytes, wanted: Any) -> None:
    body = b"data: " + data + b"\n\n" + b'data: {"n": 2}\n\n'
    with Client(spec=SPEC, transport=Answers("text/event-stream", [body])) as client, client.chat.stream() as found:
        first, second = (event.data for event in found)
    assert first == (wanted or json.loads(data))
    assert second == {"n": 2}


def test_few_items_are_made_before_one_is_delivered() -> None:
    with (
        Client(spec=SPEC, transport=Answers("text/event-stream", [b"".join(events(1000))])) as client,
        client.chat.stream() as found,
    ):
        assert next(found).data == {"n": 0}
        assert len(found._items().ready) < 100
        assert sum(1 for _ in found) == 999


def test_a_stream_that_was_left_is_gone_at_once() -> None:
    gc.collect()
    gc.disable()
    try:
        with Client(spec=SPEC, transport=Answers("text/event-stream", [b"".join(events(1000))])) as client:
            with client.chat.stream() as found:
                assert next(found).data == {"n": 0}
                items = weakref.ref(found._items())
            del found
            assert items() is None
    finally:
        gc.enable()
