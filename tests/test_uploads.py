"""Files: from every kind of source, from its present position, streamed, with parts and headers that nothing can be injected into."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, AsyncClient, Client, NoResponseError, TimeoutError

CONTENT = bytes(range(256)) * 700


def upload(both: Any, box: Any, settle: Any, file: Any, **arguments: Any) -> bytes:
    """Store `file` in the sandbox and give what its url serves."""
    arguments = {"key": f"uploads/{os.urandom(6).hex()}.bin"} | arguments

    async def story(client: Any) -> Any:
        return await settle(client.storage.storage_upload(file=file, **arguments))

    return httpx.get(both.run(story, api_key=box.api_key, server=box.url).url).content


def pipe(content: bytes) -> Any:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            file.write(content)
        os._exit(0)
    os.close(writing)
    return os.fdopen(reading, "rb")


@pytest.mark.parametrize("position", [0, 1000])
@pytest.mark.parametrize(
    "kind", ["file", "unbuffered", "bytesio", "spooled", "spooled on disk", "named temporary", "read and write"]
)
def test_a_file_is_sent_from_its_position(both: Any, box: Any, settle: Any, tmp_path: Path, kind: str, position: int) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    match kind:
        case "file":
            file: Any = path.open("rb")
        case "unbuffered":
            file = path.open("rb", buffering=0)
        case "read and write":
            file = path.open("rb+")
        case "bytesio":
            file = io.BytesIO(CONTENT)
        case "named temporary":
            file = tempfile.NamedTemporaryFile()
            file.write(CONTENT)
        case _:
            file = tempfile.SpooledTemporaryFile(max_size=10**9 if kind == "spooled" else 10)
            file.write(CONTENT)
    with file:
        file.seek(position)
        assert upload(both, box, settle, file) == CONTENT[position:]
        assert not file.closed


@pytest.mark.parametrize("kind", ["bytes", "bytearray", "memoryview", "str", "path", "generator", "list", "pipe", "empty", "tuple"])
def test_other_sources(both: Any, box: Any, settle: Any, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    expected = CONTENT
    match kind:
        case "bytes":
            file: Any = CONTENT
        case "bytearray":
            file = bytearray(CONTENT)
        case "memoryview":
            file = memoryview(CONTENT)
        case "str":
            file, expected = str(path), str(path).encode()
        case "path":
            file = path
        case "generator":
            file = (CONTENT[start : start + 999] for start in range(0, len(CONTENT), 999))
        case "list":
            file = [CONTENT[:5], CONTENT[5:]]
        case "empty":
            file, expected = b"", b""
        case "tuple":
            file = ("n.png", io.BytesIO(CONTENT), "image/png")
        case _:
            with pipe(CONTENT) as reader:
                assert upload(both, box, settle, reader) == CONTENT
            os.wait()
            return
    assert upload(both, box, settle, file) == expected


def test_an_asynchronous_iterable_is_for_the_asynchronous_client(box: Any) -> None:
    async def chunks() -> Any:
        for start in range(0, len(CONTENT), 10_000):
            yield CONTENT[start : start + 10_000]

    async def story() -> Any:
        async with AsyncClient(box.api_key, server=box.url) as client:
            return await client.storage.storage_upload(key="async.bin", file=chunks())

    assert httpx.get(asyncio.run(story()).url).content == CONTENT
    with Client(box.api_key, server=box.url) as client, pytest.raises(ArgumentsError, match="is sent by AsyncClient only"):
        client.storage.storage_upload(key="async.bin", file=chunks())


def sent(both: Any, wire: Any, reply: Any, settle: Any, **arguments: Any) -> Any:
    server = wire([reply(body=b'{"url":"https://a.example/x"}')])

    async def story(client: Any) -> Any:
        return await settle(client.storage.storage_upload(**arguments))

    both.run(story, "ac_secret_x", server=server.url)
    return server.seen[0]


def test_parts_and_headers(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    seen = sent(both, wire, reply, settle, file=('ü ".txt', b"12", "text/x"), content_type="text/plain", key="k")
    boundary = seen.header("content-type").removeprefix("multipart/form-data; boundary=")
    assert seen.body.decode() == "\r\n".join(
        [
            f"--{boundary}",
            'Content-Disposition: form-data; name="key"',
            "",
            "k",
            f"--{boundary}",
            'Content-Disposition: form-data; name="contentType"',
            "",
            "text/plain",
            f"--{boundary}",
            'Content-Disposition: form-data; name="file"; filename="ü %22.txt"',
            "Content-Type: text/x",
            "",
            "12",
            f"--{boundary}--",
            "",
        ]
    )
    assert seen.header("content-length") == str(len(seen.body))
    assert seen.header("transfer-encoding") is None


@pytest.mark.parametrize(
    ("file", "key", "name", "kind"),
    [
        (b"x", "avatars/user.jpg", "user.jpg", "image/jpeg"),
        (b"x", "plain", "plain", "application/octet-stream"),
        (b"x", "/", "file", "application/octet-stream"),
        (("given.json", b"x"), "k.jpg", "given.json", "application/json"),
        ((None, b"x", "image/png"), "k.jpg", "k.jpg", "image/png"),
        (Path(__file__), "k", "test_uploads.py", None),
    ],
)
def test_the_file_name_and_type(both: Any, wire: Any, reply: Any, settle: Any, file: Any, key: str, name: str, kind: Any) -> None:
    body = sent(both, wire, reply, settle, file=file, key=key).body.decode("latin-1")
    assert f'name="file"; filename="{name}"' in body
    assert kind is None or f"Content-Type: {kind}\r\n" in body


def test_an_unknown_length_goes_chunked(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    seen = sent(both, wire, reply, settle, file=iter([b"ab", b"", b"cd"]), key="k")
    assert seen.header("transfer-encoding") == "chunked"
    assert seen.header("content-length") is None
    assert b"\r\n\r\nabcd\r\n--" in seen.body


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (("a\r\nX-Evil: 1", b""), "the file name or content type holds a control character"),
        (("a", b"", "text/plain\r\nX-Evil: 1"), "the file name or content type holds a control character"),
        (("a", b"", "nonsense"), "the content type 'nonsense' is no media type such as 'image/png'"),
        (("a",), "a tuple for a file is (filename, content), or more: (filename, content, content_type, headers)"),
        ((1, b""), "a tuple for a file is (filename, content), or more: (filename, content, content_type, headers)"),
        (None, "None can't be sent as a file"),
        (3, "a int can't be sent as a file; give a Path, bytes, an object with read(), or an iterable of bytes"),
        ({"a": 1}, "a dict can't be sent as a file; give a Path, bytes, an object with read(), or an iterable of bytes"),
        (io.StringIO("text"), "the file was opened as text; open it with mode 'rb'"),
        (Path("/nowhere/at/all"), "the file can't be read: [Errno 2] No such file or directory: '/nowhere/at/all'"),
    ],
    ids=lambda value: repr(value).split(" at 0x")[0],
)
def test_what_is_refused(file: Any, message: str) -> None:
    with Client() as client, pytest.raises(ArgumentsError) as caught:
        client.storage.storage_upload.prepare(key="k", file=file)
    assert [str(one) for one in caught.value.problems] == [f"body/file: {message}"]


def test_a_closed_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        pass
    with Client() as client, pytest.raises(ArgumentsError, match="the file is closed"):
        client.storage.storage_upload.prepare(key="k", file=file)


def test_chunks_are_bytes(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    with pytest.raises(ArgumentsError, match="the content gave a str where bytes are needed"):
        sent(both, wire, reply, settle, file=iter(["text"]), key="k")


class Shrinking(io.BytesIO):
    """A file that loses its end once it was measured."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(size)[:-1] if self.tell() == 0 else b""


class Growing(io.BytesIO):
    """A file that gains content once it was measured."""

    def read(self, size: int | None = -1) -> bytes:
        self.getbuffer()
        return super().read(size) or b"more"


def test_a_file_that_shrinks_is_never_sent_short(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    with pytest.raises(ArgumentsError, match="the content ended 1 bytes early") as caught:
        sent(both, wire, reply, settle, file=Shrinking(b"12345"), key="k")
    assert caught.value.sent == "maybe"


def test_a_file_that_grows_is_sent_as_measured(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    assert b"\r\n\r\n12345\r\n--" in sent(both, wire, reply, settle, file=Growing(b"12345"), key="k").body


def test_a_seekable_body_is_sent_again_from_its_start(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(503), reply(body=b"{}")])
    file = io.BytesIO(b"0123456789")
    file.seek(4)

    async def story(client: Any) -> Any:
        return await settle(client.storage.storage_upload.raw(key="k", file=file))

    assert both.run(story, "ac_secret_x", server=server.url).attempts == 2
    assert [b"\r\n\r\n456789\r\n--" in one.body for one in server.seen] == [True, True]


def test_a_short_body_that_can_be_had_once_is_kept(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(503), reply(503), reply(body=b'{"success":true}')])

    async def story(client: Any) -> None:
        await settle(client.storage.storage_upload(key="k", file=iter([b"first ", b"second"])))

    both.run(story, "ac_secret_x", server=server.url, validation="observe")
    assert len({one.body for one in server.seen}) == 1
    assert b"first second" in server.seen[2].body


def test_a_long_body_that_can_be_had_once_is_sent_once(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(503)])

    async def story(client: Any) -> None:
        with pytest.raises(Exception, match="status 503") as caught:
            await settle(client.storage.storage_upload(key="k", file=iter([b"x"] + [bytes(1024)] * 1024)))
        assert caught.value.retry_refused == "body not replayable"  # type: ignore[attr-defined]

    both.run(story, "ac_secret_x", server=server.url)
    assert len(server.seen) == 1


def test_a_body_never_begun_is_sent_again(both: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as caught:
            await settle(client.storage.storage_upload(key="k", file=iter([b"x"])))
        assert (caught.value.attempts, caught.value.sent) == (3, "no")

    both.run(story, "ac_secret_x", server="http://127.0.0.1:9/v1")


def test_a_server_that_stops_reading_is_given_up(both: Any, wire: Any, settle: Any) -> None:
    import time

    server = wire(lambda seen: lambda connection: None)
    server._listener.settimeout(None)

    async def story(client: Any) -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await settle(client.storage.storage_upload(key="k", file=_endless()))
        assert time.monotonic() - began < 3

    both.run(story, "ac_secret_x", server=server.url, timeout=0.5)


def _endless() -> Any:
    while True:
        yield b"x" * 100_000


SINK = """
import socket, sys, threading
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
head = b""
while b"\\r\\n\\r\\n" not in head:
    head += connection.recv(65536)
head, _, body = head.partition(b"\\r\\n\\r\\n")
left = int([line for line in head.split(b"\\r\\n") if line.lower().startswith(b"content-length")][0].split(b":")[1]) - len(body)
buffer = bytearray(1 << 20)
while left:
    left -= connection.recv_into(buffer)
connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
"""
UPLOADER = """
import asyncio, resource, sys
from pathlib import Path
from aerostack_dynamic import AsyncClient, Client
url, small, large, kind = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def sync():
    with Client("ac_secret_x", server=url) as client:
        client.storage.storage_upload.prepare(key="k", file=small).read()
        before = peak()
        client.storage.storage_upload(key="k", file=large)
        return peak() - before

async def asynchronous():
    async with AsyncClient("ac_secret_x", server=url) as client:
        await asyncio.to_thread(sum, [])
        client.storage.storage_upload.prepare(key="k", file=small)
        before = peak()
        await client.storage.storage_upload(key="k", file=large)
        return peak() - before

print(sync() if kind == "sync" else asyncio.run(asynchronous()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux counts it")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_upload_of_half_a_gib_takes_no_memory(tmp_path: Path, kind: str) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x" * 1000)
    with large.open("wb") as file:
        file.truncate(1024**3 // 2)  # sparse: it takes no room on the disk
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(SINK)], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        url = f"http://127.0.0.1:{sink.stdout.readline().strip()}/v1"
        done = subprocess.run(
            [sys.executable, "-c", UPLOADER, url, small, large, kind], capture_output=True, text=True, check=False, timeout=120
        )
        sink.kill()
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 16, f"peak memory grew by {done.stdout} MiB"
