"""storageUpload: bytes to disk and back, keys that stay keys, and no page of an uploaded file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from aerostack_dynamic.sandbox import Sandbox
from aerostack_dynamic.sandbox._multipart import Form


def fetch(url, method="GET", **headers):
    return httpx.request(method, url, trust_env=False, headers=headers)


def blobs(box):
    return blobs_in(box.data)


def blobs_in(data):
    return sorted(path.name for path in (data / "files").iterdir())


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_what_goes_up_comes_down(box, api, size):
    content = os.urandom(size)
    answer = api.upload(f"sizes/{size}.bin", content)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"url": f"{box.url.removesuffix('/v1')}/files/sizes/{size}.bin"}
    got = fetch(answer.json()["url"])
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-length"] == str(size)
    head = fetch(answer.json()["url"], "HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))


def test_bytes_that_look_like_the_form(api):
    content = b'\r\n--\r\n--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n--x--\r\n\r\n-' * 1000
    assert fetch(api.upload("tricky.bin", content).json()["url"]).content == content


@pytest.mark.parametrize("key", ["a b/c?d#e%2e.txt", "\u00e9/\u6f22\U0001f600.txt", "a/..b/c..", "...", "C:x", "-rf *", "a" * 1024])
def test_any_plain_key(api, key):
    answer = api.upload(key, key.encode())
    assert answer.status_code == 200, answer.text
    assert fetch(answer.json()["url"]).content == key.encode()


BAD_KEYS = [
    *("", "/", "/etc/passwd", "..", "../x", "a/../x", "a/..", "./x", "a/./b", "a//b", "a/", "//x", "..\\x", "a\\b"),
    *("a\x00b", "a\nb", "\x7f", "a" * 1025, "\u00e9" * 513),
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_key_is_a_way_out(box, api, key):
    before = blobs(box)
    answer = api.upload(key)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert blobs(box) == before


@pytest.mark.parametrize("path", ["../sandbox.sqlite3", "..%2fsandbox.sqlite3", "%2e%2e/jwt.secret", "/etc/passwd", "", "%00"])
def test_no_path_is_a_way_out(box, path):
    host, port = box.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(f"GET /files/{path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"VALIDATION_ERROR" in answer


def test_stored_names_are_not_keys(box, api):
    api.upload("../../x")
    name = f"{uuid.uuid4().hex}.html"
    api.upload(name)
    assert not any(name in stored for stored in blobs(box))
    assert fetch(f"{box.url.removesuffix('/v1')}/files/{blobs(box)[0]}").status_code == 404


def form(*parts):
    """A multipart body by hand: (name, content) or (name, content, more header lines)."""
    body = b"".join(
        b'--edge\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (name, more[0] if more else b"", content)
        for name, content, *more in parts
    )
    return {"content": body + b"--edge--\r\n", "headers": {"content-type": "multipart/form-data; boundary=edge"}}


FILE = (b"file", b"the bytes", b'; filename="x.txt"\r\nContent-Type: text/plain')
KEY = (b"key", b"by/hand.txt")


@pytest.mark.parametrize(
    "parts",
    [
        [FILE, KEY],
        [KEY, FILE],
        [KEY, (b"more", b"ignored"), FILE],
        [(b"file", b"the bytes"), KEY],
        [(b"key", b"by/hand.txt", b'; filename="k"'), FILE],
    ],
)
def test_parts_in_any_order(api, parts):
    answer = api.http.post("storage/upload", **form(*parts))
    assert answer.status_code == 200, answer.text
    assert fetch(answer.json()["url"]).content == b"the bytes"


def test_a_body_in_chunks_of_one_byte(api):
    made = form(KEY, FILE)
    chunks = (made["content"][i : i + 1] for i in range(len(made["content"])))
    answer = api.http.post("storage/upload", content=chunks, headers=made["headers"])
    assert fetch(answer.json()["url"]).content == b"the bytes"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([KEY], "'file' is a required property"),
        ([FILE], "'key' is a required property"),
        ([KEY, KEY, FILE], "'key' occurs twice"),
        ([KEY, FILE, FILE], "'file' occurs twice"),
        ([(b"key", b"\xff\xfe"), FILE], "'key' is not UTF-8"),
        ([(b"\xff", b"x"), KEY, FILE], "name of a part is not UTF-8"),
        ([(b"", b"x"), KEY, FILE], "plain name"),
        ([(b"other", b"x")] * 2, "occurs twice"),
        ([(b"p%d" % i, b"x") for i in range(101)], "more than 100 parts"),
        ([(b"key", b"k", b"\r\nX-Long: " + b"x" * 20_000), FILE], "can|too long|size"),
        ([(b"key", b"k", b"".join(b"\r\nX-%d: %s" % (i, b"x" * 3900) for i in range(5))), FILE], "too long"),
        ([KEY, FILE, (b"contentType", b"text/html\r\nX: y")], "type/subtype"),
        ([KEY, FILE, (b"contentType", b"nonsense")], "type/subtype"),
        ([KEY, (b"file", b"x", b'; filename="x"\r\nContent-Type: non sense')], "type/subtype"),
    ],
)
def test_forms_that_do_not_fit(box, api, parts, said):
    before = blobs(box)
    answer = api.http.post("storage/upload", **form(*parts))
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), answer.text
    assert any(word in answer.json()["message"] for word in said.split("|")), answer.text
    assert blobs(box) == before


@pytest.mark.parametrize(
    ("content_type", "content", "said"),
    [
        ("multipart/form-data", b"--edge--", "boundary"),
        ("application/json", b'{"key": "k", "file": "f"}', "boundary"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x", "form"),
        ("multipart/form-data; boundary=edge", b"", "last boundary"),
        ("multipart/form-data; boundary=edge", b"no form at all", "cannot be read"),
        ("multipart/form-data; boundary=edge", b"--edge\r\nno header\r\n\r\nx\r\n--edge--\r\n", "cannot be read"),
        ("multipart/form-data; boundary=edge", b"--edge\r\n\r\nx\r\n--edge--\r\n", "Content-Disposition"),
        ("multipart/form-data; boundary=edge", form(KEY, FILE)["content"][:-12], "last boundary"),
        ("multipart/mixed; boundary=edge", form(KEY, FILE)["content"], "mimetype"),
    ],
)
def test_bodies_that_are_no_form(box, api, content_type, content, said):
    before = blobs(box)
    answer = api.http.post("storage/upload", content=content, headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), answer.text
    assert said in answer.json()["message"]
    assert blobs(box) == before


def test_a_long_text_part(api):
    answer = api.http.post("storage/upload", **form((b"key", b"k" * 70_000), FILE))
    assert (answer.status_code, answer.json()["code"]) == (413, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("given", "of_part", "served", "shown"),
    [
        ("image/png", "text/html", "image/png", "inline"),
        (None, "image/jpeg", "image/jpeg", "inline"),
        (None, None, "application/octet-stream", "attachment"),
        ("text/plain; charset=utf-8", None, "text/plain; charset=utf-8", "inline"),
        ("text/html", None, "text/html", "attachment"),
        ("IMAGE/SVG+XML", None, "IMAGE/SVG+XML", "attachment"),
        ("application/pdf", None, "application/pdf", "attachment"),
    ],
)
def test_content_types(api, given, of_part, served, shown):
    header = b"\r\nContent-Type: " + of_part.encode() if of_part else b""
    parts = [KEY, (b"file", b"x", header), *([(b"contentType", given.encode())] if given else [])]
    answer = fetch(api.http.post("storage/upload", **form(*parts)).json()["url"])
    assert answer.headers["content-type"] == served
    assert answer.headers["content-disposition"] == shown
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_a_newer_file_takes_the_key_and_the_place(box, api):
    url = api.upload("again.txt", b"old", contentType="text/plain").json()["url"]
    count = len(blobs(box))
    assert api.upload("again.txt", b"newer", contentType="text/css").json()["url"] == url
    assert len(blobs(box)) == count
    assert (fetch(url).content, fetch(url).headers["content-type"]) == (b"newer", "text/css")


def test_reading_while_it_is_replaced(api):
    contents = {bytes([65 + i]) * 300_000 for i in range(8)}
    url = api.upload("race.bin", min(contents)).json()["url"]
    with ThreadPoolExecutor(8) as threads:
        uploads = threads.map(lambda content: api.upload("race.bin", content).status_code, sorted(contents) * 3)
        reads = threads.map(lambda _: fetch(url), range(40))
        assert set(uploads) == {200}
        assert all(answer.content in contents for answer in reads)


def test_a_client_that_goes_away_leaves_nothing(box):
    before = blobs(box)
    host, port = box.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(
            f"POST /v1/storage/upload HTTP/1.1\r\nHost: {host}:{port}\r\nX-Aerostack-Key: {box.api_key}\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 90000000\r\n\r\n".encode()
        )
        client.sendall(form(FILE)["content"][:-10] + b"x" * 2_000_000)
        wait_for(lambda: len(blobs(box)) == len(before) + 1)
    wait_for(lambda: blobs(box) == before)


def test_a_reader_that_goes_away():
    with Sandbox() as box, httpx.Client(trust_env=False, headers={"X-Aerostack-Key": box.api_key}) as client:
        sent = {"files": {"file": b"x" * 30_000_000}, "data": {"key": "large"}}
        url = client.post(f"{box.url}/storage/upload", **sent).json()["url"]
        for _ in range(3):
            with client.stream("GET", url) as answer:
                assert next(answer.iter_bytes(1000)) == b"x" * 1000
        assert len(client.get(url).content) == 30_000_000


def test_stopping_during_an_upload(tmp_path):
    with Sandbox(data=tmp_path) as box:
        host, port = box.url.split("/")[2].split(":")
        client = socket.create_connection((host, int(port)), timeout=5)
        client.sendall(
            f"POST /v1/storage/upload HTTP/1.1\r\nHost: {host}:{port}\r\nX-Aerostack-Key: {box.api_key}\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 90000000\r\n\r\n".encode()
        )
        client.sendall(form(FILE)["content"][:-10] + b"x" * 2_000_000)
        wait_for(lambda: blobs(box))
    client.close()
    assert blobs_in(tmp_path) == []
    with Sandbox(data=tmp_path) as box:
        assert blobs(box) == []


def test_leftovers_of_a_crash_are_removed(tmp_path, open_api):
    with Sandbox(data=tmp_path) as box:
        kept = open_api(box).upload("kept").json()["url"]
        (tmp_path / "files" / "leftover").write_bytes(b"x")
    with Sandbox(data=tmp_path) as box:
        assert len(blobs(box)) == 1
        assert fetch(box.url.removesuffix("/v1") + kept[kept.index("/files/") :]).content == b"content"


def test_a_file_removed_by_hand_is_not_there(box, api):
    before = set(blobs(box))
    url = api.upload("by-hand").json()["url"]
    (new,) = set(blobs(box)) - before
    (box.data / "files" / new).unlink()
    assert fetch(url).status_code == 404
    assert api.upload("by-hand", b"again").status_code == 200
    assert fetch(url).content == b"again"


def test_an_upload_that_cannot_be_recorded_leaves_nothing(box, api, monkeypatch):
    before = blobs(box)
    monkeypatch.setattr(box._running.platform.files, "_record", lambda *_: 1 / 0)
    assert api.upload("unrecorded").status_code == 500
    assert blobs(box) == before


def test_a_discarded_form_takes_no_more(box):
    files = box._running.platform.files
    half = Form("multipart/form-data; boundary=edge", frozenset({"file"}), files)
    half.feed(form(FILE)["content"][:-10])
    half.discard()
    before = blobs(box)
    half.feed(b"\r\n--edge\r\n" + form(FILE)["content"])
    assert blobs(box) == before
    with pytest.raises(FileNotFoundError):
        files.keep(half.incoming["file"], "k", "text/plain")


def wait_for(true):
    gate = threading.Event()
    for _ in range(500):
        if true():
            return
        gate.wait(0.01)
    raise AssertionError("it did not happen within 5 seconds")


UPLOAD_300_MB = """
import resource, httpx
from aerostack_dynamic.sandbox import Sandbox

def body():
    yield b'--edge\\r\\nContent-Disposition: form-data; name="file"; filename="f"\\r\\n\\r\\n'
    for _ in range(300):
        yield b"x" * 2**20
    yield b'\\r\\n--edge\\r\\nContent-Disposition: form-data; name="key"\\r\\n\\r\\nbig.bin\\r\\n--edge--\\r\\n'

with Sandbox() as box, httpx.Client(trust_env=False, timeout=60) as client:
    headers = {"X-Aerostack-Key": box.api_key, "content-type": "multipart/form-data; boundary=edge"}
    client.post(box.url + "/cache/get", json={"key": "k"}, headers={"X-Aerostack-Key": box.api_key})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = client.post(box.url + "/storage/upload", content=body(), headers=headers)
    assert answer.status_code == 200, answer.text
    size = 0
    with client.stream("GET", answer.json()["url"]) as got:
        for chunk in got.iter_bytes():
            size += len(chunk)
    assert size == 300 * 2**20, size
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="getrusage")
def test_300_mb_go_through_in_little_memory():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(UPLOAD_300_MB)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    growth = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert growth < 40 * 2**20, f"{growth / 2**20:.0f} MiB"
