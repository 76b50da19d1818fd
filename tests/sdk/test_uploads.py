"""Uploads, and defects B5, B23, B24 and B25 of the replaced SDK."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic.sdk import SDK, errors, models
from aerostack_dynamic.sdk.utils import BackoffStrategy, RetryConfig

KEY = "ac_secret_for_tests"
CONTENT = b"\x00\x01 the content of a file \xff"
RETRIES = RetryConfig("backoff", BackoffStrategy(1, 1, 1.0, 5000), False)


def upload(content: Any, **more: Any) -> dict[str, Any]:
    return {"key": "a/b.bin", "file": {"content": content, "file_name": "b.bin", **more}}


def parts(seen: Any) -> list[tuple[str, bytes]]:
    """Head and content of each part of a multipart body."""
    boundary = seen.header("content-type").partition("boundary=")[2].encode()
    pieces = seen.body.split(b"--" + boundary)
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    heads = [piece.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n") for piece in pieces[1:-1]]
    return [(head.decode(), content) for head, _, content in heads]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "b.bin"
    path.write_bytes(CONTENT)
    return path


def temporary(kind: Callable[..., Any]) -> Any:
    made = kind()
    made.write(CONTENT)
    made.seek(0)
    return made


def pieces() -> Iterator[bytes]:
    yield from (CONTENT[:4], CONTENT[4:])


def opened(kind: str, path: Path) -> Any:
    made: dict[str, Callable[[], Any]] = {
        "bytes": lambda: CONTENT,
        "bytearray": lambda: bytearray(CONTENT),
        "memoryview": lambda: memoryview(CONTENT),
        "rb": lambda: path.open("rb"),
        "rb+": lambda: path.open("rb+"),
        "unbuffered": lambda: path.open("rb", buffering=0),
        "BytesIO": lambda: io.BytesIO(CONTENT),
        "named": lambda: temporary(tempfile.NamedTemporaryFile),
        "spooled": lambda: temporary(tempfile.SpooledTemporaryFile),
        "Path": lambda: path,
        "generator": pieces,
        "list": lambda: [*pieces()],
    }
    return made[kind]()


KINDS = ["bytes", "bytearray", "memoryview", "rb", "rb+", "unbuffered", "BytesIO", "named", "spooled", "Path", "generator", "list"]


@pytest.mark.parametrize("kind", KINDS)
def test_b05_whatever_gives_bytes_is_sent(twins: Any, wire: Callable[[Any], Any], ok: bytes, kind: str, file: Path) -> None:
    server = wire([ok])
    content = opened(kind, file)
    try:
        twins(server.url, "storage.storage_upload", upload(content))
        assert getattr(content, "closed", False) is False
    finally:
        getattr(content, "close", bool)()
    assert [content for _, content in parts(server.seen[0])] == [b"a/b.bin", CONTENT]


async def later() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


def test_b05_an_asynchronous_iterable_is_for_the_twin(wire: Callable[[Any], Any], ok: bytes, twins: Any) -> None:
    server = wire([ok])
    if twins.kind == "sync":
        with pytest.raises(errors.InvalidArgumentsError, match="asynchronous iterable"):
            twins(server.url, "storage.storage_upload", upload(later()))
    else:
        twins(server.url, "storage.storage_upload", upload(later()))
        assert parts(server.seen[0])[-1][1] == CONTENT


def test_a_text_is_content(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    twins(server.url, "storage.storage_upload", upload("größer"))
    assert parts(server.seen[0])[-1][1] == "größer".encode()


def test_b23_a_pipe_is_sent(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    read, write = os.pipe()

    def fill() -> None:
        with open(write, "wb") as end:
            end.write(CONTENT * 1000)

    thread = threading.Thread(target=fill)
    thread.start()
    with open(read, "rb") as end:
        twins(server.url, "storage.storage_upload", upload(end))
    thread.join()
    assert parts(server.seen[0])[-1][1] == CONTENT * 1000
    assert server.seen[0].header("transfer-encoding") == "chunked"


def test_b24_a_file_is_sent_from_where_it_stands(twins: Any, wire: Callable[[Any], Any], reply: Any, ok: bytes, file: Path) -> None:
    server = wire([reply(503, b""), ok])
    with file.open("rb") as content:
        content.read(4)
        twins(server.url, "storage.storage_upload", upload(content), retries=RETRIES)
    assert [parts(seen)[-1][1] for seen in server.seen] == [CONTENT[4:]] * 2


def test_what_can_be_read_once_is_not_sent_twice(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    server = wire([reply(503, b"")])
    with pytest.raises(errors.SDKError) as caught:
        twins(server.url, "storage.storage_upload", upload(bytes(1024) for _ in range(1025)), retries=RETRIES)
    assert len(server.seen) == 1
    assert caught.value.retry_refused == "body not replayable"


@pytest.mark.parametrize("spelling", ["content_type", "contentType", "Content-Type", "content-type"])
def test_b25_every_spelling_of_the_content_type_counts(twins: Any, wire: Callable[[Any], Any], ok: bytes, spelling: str) -> None:
    server = wire([ok])
    twins(server.url, "storage.storage_upload", upload(CONTENT, **{spelling: "image/x-mine"}))
    assert "Content-Type: image/x-mine" in parts(server.seen[0])[-1][0].splitlines()


@pytest.mark.parametrize("spelling", ["content_type", "contentType"])
def test_the_parts_are_the_documents(twins: Any, wire: Callable[[Any], Any], ok: bytes, spelling: str) -> None:
    server = wire([ok])
    request = {"file": {"content": CONTENT, "fileName": 'a "b"/ü.jpg'}, spelling: "image/x-mine", "key": "k"}
    twins(server.url, "storage.storage_upload", request)
    (key, _), (content_type, mine), (head, content) = parts(server.seen[0])
    assert key == 'Content-Disposition: form-data; name="key"'
    assert (content_type, mine) == ('Content-Disposition: form-data; name="contentType"', b"image/x-mine")
    assert head.splitlines() == [
        'Content-Disposition: form-data; name="file"; filename="a %22b%22/ü.jpg"',
        "Content-Type: image/jpeg",
    ]
    assert content == CONTENT
    assert server.seen[0].header("content-length") == str(len(server.seen[0].body))


def test_a_model_is_taken_as_well(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    file = models.File(content=CONTENT, file_name="b.bin")
    twins(server.url, "storage.storage_upload", models.StorageUploadRequestBody(key="k", file=file, content_type=None))
    assert [head.splitlines()[-1] for head, _ in parts(server.seen[0])] == [
        'Content-Disposition: form-data; name="key"',
        "Content-Type: application/octet-stream",
    ]


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"key": "k"}, "body/file: required, missing"),
        ({"key": "k", "file": None}, "body/file: expected an object with content and file_name"),
        ({"key": "k", "file": CONTENT}, "body/file: expected an object with content and file_name"),
        ({"file": {"content": b"", "file_name": "a"}}, "body/key: required, missing"),
        (upload(None), "body/file/content: required, missing"),
        (upload(b"", file_name=""), "body/file/fileName: required"),
        (upload(b"", file_name=Path("x")), "body/file/fileName: required"),
        (upload(b"", content_type=3), "body/file/Content-Type: expected string"),
        (upload(b"", content_type="png"), "is no media type"),
        (upload(b"", contnt="x"), "body/file/contnt: unknown name, did you mean 'content'"),
        (upload(3), "a int can't be sent as a file"),
    ],
)
def test_what_is_no_upload_is_refused(twins: Any, wire: Any, ok: bytes, request_: Any, says: str) -> None:
    server = wire([ok])
    with pytest.raises(errors.InvalidArgumentsError) as caught:
        twins(server.url, "storage.storage_upload", request_)
    assert says in str(caught.value)
    assert server.seen == []


def test_a_file_is_checked_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="2 problems"):
        models.File()
    with pytest.raises(ValueError, match="did you mean 'file_name'"):
        models.File(content=b"", file_name="a", filename="b")
    assert models.File(content=b"x", fileName="a") == models.File(content=b"x", file_name="a")


def test_an_upload_reaches_the_sandbox(box: Any) -> None:
    with SDK(box.api_key, server_url=box.url) as sdk:
        stored = sdk.storage.storage_upload(request=upload(CONTENT, content_type="text/plain"))
    assert stored.url.startswith("http")
