"""Reading recordings: the lines of our own, cassettes of vcrpy in the shapes of its versions, and HAR files."""

from __future__ import annotations

import base64
import gzip
import json
import warnings
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import httpx
import pytest
import vcr  # type: ignore[import-untyped]  # it has no types

from aerostack_dynamic import Client, Spec
from aerostack_dynamic.testing import RecordedAnswer, RecordedCall, RecordedFailure, RecordedRequest, read_calls, replay

SPEC = Spec.bundled("1.0.0")
URL = "https://api.aerostack.ai/v1/ai/chat"
BODY = {"messages": [{"role": "user", "content": "Hello"}]}
ANSWER = b'{"response": "Hi"}'
JSON = "application/json"


def call(content: bytes = b"", kind: str = JSON, **changes: Any) -> RecordedCall:
    request = RecordedRequest("POST", URL, (("content-type", kind),), content)
    answer = RecordedAnswer(200, (("content-type", kind),), content)
    return replace(RecordedCall("aiChat", "POST", "/ai/chat", {"body": BODY}, request, answer), **changes)


@pytest.mark.parametrize(
    ("content", "kind", "body"),
    [
        (b'{"a":[1,2.5,null,"\xc3\xa9"]}', JSON, {"json": {"a": [1, 2.5, None, "é"]}}),
        (b"17", "application/problem+json", {"json": 17}),
        (b'{"a": 1, "a": 2}', JSON, {"text": '{"a": 1, "a": 2}'}),
        (b'{"a": 0.12345678901234567890123}', JSON, {"text": '{"a": 0.12345678901234567890123}'}),
        (b"NaN", JSON, {"text": "NaN"}),
        (b"[" * 100_000, JSON, {"text": "[" * 100_000}),
        (b'{"a": 1}\n', "text/plain", {"text": '{"a": 1}\n'}),
        (b"\xff\x00", "image/png", {"base64": "/wA="}),
    ],
)
def test_bodies_are_written_as_what_they_are(content: bytes, kind: str, body: Any) -> None:
    one = call(content, kind)
    assert one.to_json()["request"]["body"] == body
    again = RecordedCall.from_json(json.loads(one.line()))
    assert again.request == one.request or json.loads(again.request.body) == json.loads(one.request.body)
    assert again.to_json() == one.to_json()


def test_lines_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    failed = call(
        *(b"", ""),
        answer=None,
        error="gone",
        failure=RecordedFailure("connect", "no", timed_out=True, kind="ConnectError"),
        fields=frozenset({"200/b", "200/a"}),
        document="abc",
        media_type=JSON,
        elapsed=0.25,
        at=1.5,
        extra={"later": {"x": 1}},
    )
    odd = call(json.dumps("\ud800").encode(), at=2.0)
    path.write_bytes(failed.line() + b"\n" + odd.line() + b'{"aerostack_call": 1, "requ')
    told: list[str] = []
    assert [*read_calls(path, on_skipped=told.append)] == [failed, odd]
    with pytest.warns(UserWarning, match=r"calls.jsonl: line 4 was cut as it was written, and is left out"):
        assert [*read_calls(str(path), SPEC)] == [failed, odd]
    assert told == [f"{path}: line 4 was cut as it was written, and is left out"]
    assert failed.to_json()["fields"] == ["200/a", "200/b"]
    path.write_bytes(b"")
    assert [*read_calls(path)] == []


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("joint", [b"", b"\n"])
def test_a_cut_line_spoils_no_other(tmp_path: Path, at: float, joint: bytes) -> None:
    path, told = tmp_path / "calls.jsonl", list[str]()
    first, cut, last = call(b"{}", at=1.0), call('"ä}"'.encode(), at=2.0), call(b"[]", at=3.0)
    line = cut.line()
    path.write_bytes(first.line() + line[: int(len(line) * at)] + joint + last.line() + last.line())
    assert [*read_calls(path, on_skipped=told.append)] == [first, last, last]
    assert len(told) == 1
    assert ": line 2 " in told[0]


def test_lines_of_a_later_version_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    path, told = tmp_path / "calls.jsonl", list[str]()
    later = call(b"{}", extra={"mood": "fine"}).line().replace(b'{"aerostack_call":1', b'{"aerostack_call":2')
    path.write_bytes(later * 2)
    assert [one.extra for one in read_calls(path, on_skipped=told.append)] == [{"mood": "fine"}] * 2
    assert told == [f"{path}: line 1 is of version 2 of the format, and read as far as version 1 goes"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"aerostack_call": 1, "request": {}}\n{"aerostack_call": 1 "request": {}}\n', "line 2 is no JSON"),
        (b'{"aerostack_call": 1, "request": {}}\n{"a": 1}\n', "line 2: this is no recorded call"),
        (b'{"aerostack_call": 1, "request": {}}\n{"a": \n{}', "line 2 is no JSON"),
        (b'{"aerostack_call": 1, "request": {}, "answer": {"status": "x"}}', "line 1: the answer of a recorded call has a status"),
        (b'{"aerostack_call": 1, "request": {"body": {"base64": "?"}}}', "line 1: "),
        (b'{"a": 1}', "this is no recording: neither lines"),
        (b"a: [", "neither JSON nor YAML"),
        (b"interactions:\n- request: !!python/object/apply:os.system ['echo']\n", "neither JSON nor YAML that can be read"),
        (b"interactions:\n- request: {method: GET}\n", "interaction 1 of the cassette has no request"),
        (
            b"interactions:\n- request: {method: GET, uri: 'http://x.test'}\n",
            "interaction 1 of the cassette: its response has no status",
        ),
        (b'{"log": {"entries": [{"request": {}}]}}', "entry 1 of the HAR file has no request"),
        (
            b'{"log": {"entries": [{"request": {"method": "GET", "url": "http://x.test", '
            b'"postData": {"text": "A", "encoding": "base64"}}}]}}',
            "entry 1 of the HAR file: ",
        ),
    ],
)
def test_what_is_no_recording_says_so(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "calls"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        list(read_calls(path))
    assert str(caught.value).startswith(str(path))


def check(calls: list[RecordedCall]) -> None:
    """Each is the chat of these tests, found by the document."""
    assert calls
    for one in calls:
        assert (one.operation, one.method, one.path, one.media_type) == ("aiChat", "POST", "/ai/chat", JSON)
        assert one.arguments == {"body": BODY}
        assert one.answer is not None
        assert (one.answer.status, one.answer.body) == (200, ANSWER)
        assert "content-encoding" not in {name.lower() for name, _ in one.answer.headers}
        assert one.document == ""


# ---- vcrpy


@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_cassettes_that_vcrpy_writes(wire: Any, reply: Any, tmp_path: Path, serializer: str) -> None:
    packed = serializer == "yaml"
    body = gzip.compress(ANSWER) if packed else ANSWER
    server = wire([reply(body=body, **({"Content_Encoding": "gzip"} if packed else {}))])
    path = tmp_path / f"cassette.{serializer}"
    with warnings.catch_warnings(), vcr.VCR(serializer=serializer).use_cassette(str(path)):
        warnings.simplefilter("ignore")
        asked = Request(f"{server.url}/ai/chat", json.dumps(BODY).encode(), {"Content-Type": JSON})
        with urlopen(asked) as answer:
            assert answer.read() == body
        httpx.post(f"{server.url}/ai/chat", json=BODY)
        httpx.get(f"{server.url}/nothing/of/this")
    told: list[str] = []
    calls = [*read_calls(path, SPEC, on_skipped=told.append)]
    assert len(calls) == 2
    check(calls)
    assert [text.endswith("/nothing/of/this, fits no operation of the document") for text in told] == [True]
    with pytest.warns(UserWarning, match="call 3, GET .*/nothing/of/this, fits no operation"):
        list(read_calls(path, SPEC))
    plain = [*read_calls(path)]
    assert [one.operation for one in plain] == [""] * 3
    with Client("any", transport=replay(path)) as client:
        assert client.ai.ai_chat(**BODY).response == "Hi"


REQUEST = f"""
- request:
    body: '{json.dumps(BODY)}'
    headers: {{Content-Type: [application/json], X-Two: [a, b]}}
    method: POST
    uri: {URL}
  response:"""
SHAPES = [
    # urllib3 and requests: headers as lists, a body within an object; text of Python 2.
    f"""{REQUEST}
    body: {{string: !!python/unicode '{ANSWER.decode()}'}}
    headers: {{content-type: [application/json], content-encoding: [gzip]}}
    status: {{code: 200, message: OK}}""",
    # httpx before version 6: the content itself, headers as texts.
    f"""{REQUEST}
    content: '{ANSWER.decode()}'
    headers: {{content-type: application/json}}
    http_version: HTTP/1.1
    status_code: 200""",
    # Headers as pairs, a body in base64.
    f"""{REQUEST}
    body: {{base64_string: {base64.b64encode(zlib.compress(ANSWER)).decode()}, encoding: utf-8}}
    headers: [[content-type, application/json], [Content-Encoding, deflate]]
    status: {{code: 200}}""",
    f"""{REQUEST}
    body: {{string: !!binary {base64.b64encode(zlib.compress(ANSWER)[2:-4]).decode()}}}
    headers: {{content-type: !!binary YXBwbGljYXRpb24vanNvbg==, Content-Encoding: deflate, gone: null}}
    status: {{code: 200}}""",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_cassettes_of_other_versions(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "cassette.yaml"
    path.write_text(f"interactions:{shape}\nversion: 1\n")
    calls = [*read_calls(path, SPEC)]
    check(calls)
    assert [text for name, text in calls[0].request.headers if name == "X-Two"] == ["a", "b"]


def test_a_content_that_would_be_too_large(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    packed = base64.b64encode(gzip.compress(b"\0" * (64 * 1024 * 1024 + 1), 1)).decode()
    path.write_text(
        f"interactions:{REQUEST}\n    body: {{string: !!binary {packed}}}\n"
        "    headers: {Content-Encoding: gzip}\n    status: {code: 200}\n"
    )
    with pytest.raises(ValueError, match="interaction 1 of the cassette: its content is larger than"):
        list(read_calls(path))


# ---- HAR


def entry(request: dict[str, Any], response: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    answer = {"status": 200, "headers": [], "cookies": [], "content": {"size": 18, "mimeType": JSON, "text": ANSWER.decode()}}
    asked = {"method": "POST", "url": f"{URL}#part", "headers": [], "queryString": [], "cookies": []}
    return {
        "startedDateTime": "2026-01-02T03:04:05.123Z",
        "time": 250,
        "request": asked | request,
        "response": answer | (response or {}),
        **rest,
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1).encode())
    return path


def test_har_files(tmp_path: Path) -> None:
    posted = {"mimeType": JSON, "text": json.dumps(BODY)}
    coded = {"mimeType": JSON, "text": base64.b64encode(json.dumps(BODY).encode()).decode(), "encoding": "base64"}
    headers = [
        {"name": name, "value": text} for name, text in ((":method", "POST"), ("content-type", JSON), ("content-length", "1"))
    ]
    packed = {"size": 18, "mimeType": JSON, "text": base64.b64encode(ANSWER).decode(), "encoding": "base64"}
    path = har(
        tmp_path / "log.har",
        entry({"postData": posted, "cookies": [{"name": "a", "value": "b"}]}),
        entry(
            {"postData": coded, "headers": headers}, {"content": packed, "headers": [{"name": "Content-Encoding", "value": "gzip"}]}
        ),
        entry({"url": "wss://api.aerostack.ai/v1/x"}, _webSocketMessages=[{"type": "send", "data": "x"}]),
    )
    calls = [*read_calls(path, SPEC)]
    check(calls)
    first, second = calls
    assert (first.at, first.elapsed) == (1767323045.123, 0.25)
    assert first.request.url == URL
    assert first.request.headers == (("content-type", JSON), ("cookie", "a=b"))
    assert second.request.headers == (("content-type", JSON),)


def test_har_files_without_answers_and_with_forms(tmp_path: Path) -> None:
    form = "application/x-www-form-urlencoded"
    fields = [{"name": "a", "value": "1 2"}, {"name": "b", "value": "é"}]
    parts = [{"name": "key", "value": "k"}, {"name": "file", "fileName": "a.txt", "contentType": "text/plain", "value": "content"}]
    upload = {"url": "https://api.aerostack.ai/v1/storage/upload", "postData": {"mimeType": "multipart/form-data", "params": parts}}
    sent = [{"name": "Content-Type", "value": "multipart/form-data"}]
    path = har(
        tmp_path / "log.har",
        entry({}, {"status": 0, "_error": "net::ERR_FAILED"}, startedDateTime="?"),
        entry({}, {"content": {"size": 18, "mimeType": JSON}}, startedDateTime="2026-01-02T03:04:05"),
        entry({}, {"status": 204, "content": {"size": 18, "mimeType": "x-unknown"}}),
        entry({}, {"status": -1}),
        entry({"postData": {"mimeType": form, "params": fields}}),
        entry({**upload, "headers": sent}),
    )
    blocked, dropped, empty, none, posted, uploaded = read_calls(path)
    assert (blocked.answer, blocked.error, blocked.at) == (None, "net::ERR_FAILED", 0.0)
    assert (dropped.answer, dropped.error) == (None, "the file has no content of the answer")
    assert dropped.at == blocked.at + 1767323045
    assert empty.answer == RecordedAnswer(204, (), b"")
    assert none.error == "the file has no answer"
    assert posted.request.body == b"a=1+2&b=%C3%A9"
    assert posted.request.headers == (("content-type", form),)
    assert uploaded.request.body.endswith(b"--\r\n")
    [found] = [one for one in read_calls(path, SPEC, on_skipped=lambda _: None) if one.operation == "storageUpload"]
    assert found.arguments == {"body": {"key": "k", "file": {"filename": "a.txt", "content_type": "text/plain", "size": 7}}}
