"""A body saved to a file: whole or not at all, over real sockets and on both clients."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import AerostackError, ArgumentsError, AsyncClient, StreamError, TimeoutError
from aerostack_dynamic._saving import PartialFile

PIECE = os.urandom(64 * 1024)
OLD = b"what was there before"


@pytest.fixture
def save(both: Any, wire: Any, streams: Any, settle: Any) -> Any:
    """Save the answer of an operation to a file; gives what `save` gave."""

    def run(answer: Any, path: Any, name: str = "file", **options: Any) -> Any:
        server = wire(answer)

        async def story(client: Any) -> Any:
            async with streams.opened(client.operations[name].stream()) as stream:
                return await settle(stream.save(path))

        return both.run(story, spec=streams.spec, server=server.url, retry=1, **options)

    return run


def body(streams: Any, count: int, **headers: str) -> list[bytes]:
    return [streams.head("application/octet-stream", **headers), *[PIECE] * count]


@pytest.mark.parametrize("there", [False, True])
def test_a_body_is_saved_whole(save: Any, streams: Any, tmp_path: Path, there: bool) -> None:
    place = tmp_path / "file.bin"
    if there:
        place.write_bytes(OLD)
    length = str(40 * len(PIECE))
    assert save(streams.drip(body(streams, 40, Content_Length=length)), place) == 40 * len(PIECE)
    assert place.read_bytes() == PIECE * 40
    assert [one.name for one in tmp_path.iterdir()] == ["file.bin"]


def test_a_path_may_be_a_str_and_a_body_empty(save: Any, streams: Any, tmp_path: Path) -> None:
    assert save(streams.drip(body(streams, 0, Content_Length="0")), str(tmp_path / "empty")) == 0
    assert (tmp_path / "empty").read_bytes() == b""


@pytest.mark.parametrize(
    ("headers", "hold", "error"),
    [
        ({"Content_Length": "1000000000"}, 0.0, StreamError),
        ({"Transfer_Encoding": "chunked"}, 0.0, StreamError),
        ({"Content_Length": "1000000000"}, 1.0, TimeoutError),
    ],
)
def test_a_cut_body_leaves_nothing(save: Any, streams: Any, tmp_path: Path, headers: Any, hold: float, error: Any) -> None:
    place = tmp_path / "file.bin"
    place.write_bytes(OLD)
    answer = streams.drip(body(streams, 20, **headers), chunked="Transfer_Encoding" in headers, hold=hold)
    with pytest.raises(error):
        save(answer, place, timeout=0.5 if hold else 5)
    assert place.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["file.bin"]


def test_an_error_status_writes_nothing(save: Any, reply: Any, tmp_path: Path) -> None:
    with pytest.raises(AerostackError):
        save([reply(404, b"no")], tmp_path / "file.bin")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["rows", "ticks"])
def test_items_are_not_saved(save: Any, streams: Any, tmp_path: Path, name: str) -> None:
    kind = {"rows": "application/x-ndjson", "ticks": "text/event-stream"}[name]
    with pytest.raises(AerostackError, match="whose items are read"):
        save(streams.drip([streams.head(kind), b"{}\n"]), tmp_path / "file.bin", name)
    assert not [*tmp_path.iterdir()]


def test_what_is_no_place_for_a_file(save: Any, streams: Any, tmp_path: Path) -> None:
    answer = streams.drip(body(streams, 1))
    with pytest.raises(ArgumentsError, match="is no file"):
        save(answer, tmp_path)
    with pytest.raises(ArgumentsError, match="give the path of a file, not a int"):
        save(answer, 3)
    with pytest.raises(FileNotFoundError):
        save(answer, tmp_path / "nowhere" / "file.bin")
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_followed(tmp_path: Path) -> None:
    place, link = tmp_path / "file.bin", tmp_path / "link"
    place.write_bytes(OLD)
    link.symlink_to(place)
    file = PartialFile(link)
    file.write(b"new")
    file.keep()
    file.drop()
    assert (link.is_symlink(), place.read_bytes()) == (True, b"new")


def test_the_rest_of_a_body_is_saved(both: Any, wire: Any, streams: Any, settle: Any, tmp_path: Path) -> None:
    server = wire(streams.drip([streams.head("application/octet-stream"), b"first", b"second"], 0.1))

    async def story(client: Any) -> None:
        async with streams.opened(client.file.stream()) as stream:
            async for piece in streams.each(stream):
                assert piece == b"first"
                break
            assert await settle(stream.save(tmp_path / "rest")) == 6
            assert await settle(stream.save(tmp_path / "none")) == 0

    both.run(story, spec=streams.spec, server=server.url)
    assert (tmp_path / "rest").read_bytes() == b"second"


def test_a_cancelled_save_leaves_nothing(wire: Any, streams: Any, tmp_path: Path) -> None:
    server = wire(streams.drip(body(streams, 20, Content_Length="1000000000"), hold=1))

    async def main() -> None:
        async with AsyncClient(spec=streams.spec, server=server.url) as client, client.file.stream() as stream:
            await asyncio.wait_for(stream.save(tmp_path / "file.bin"), 0.5)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())
    assert not [*tmp_path.iterdir()]


def test_a_full_disk_leaves_nothing(save: Any, streams: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Any, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartialFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        save(streams.drip(body(streams, 20)), tmp_path / "file.bin")
    assert not [*tmp_path.iterdir()]
