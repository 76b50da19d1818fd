"""Recording: a line for each call, with what was read of its answer, written when nothing more is read; streams, files and failures too."""

from __future__ import annotations

import copy
import gc
import gzip
import json
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import (
    AerostackError,
    ArgumentsError,
    Client,
    NoResponseError,
    ResponseError,
    RetryPolicy,
    Spec,
    StatusError,
    StreamError,
)
from aerostack_dynamic.compare import replay_check
from aerostack_dynamic.testing import read_calls, record

CHAT = {"messages": [{"role": "user", "content": "Hello"}]}


def answering(*answers: Any) -> httpx.MockTransport:
    """A transport that gives these answers, the last again and again; an exception is raised."""
    left = [*answers]

    def answer(request: httpx.Request) -> httpx.Response:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        return one(request)  # type: ignore[no-any-return]  # what the test gives

    return httpx.MockTransport(answer)


def said(value: Any, status: int = 200, **headers: str) -> Any:
    return lambda _: httpx.Response(status, json=value, headers=headers)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


def test_a_call_is_a_line(both: Any, settle: Any, path: Path) -> None:
    async def story(client: Any) -> None:
        reply = await settle(client.ai.ai_chat(**CHAT))
        assert reply.response == "Hi"
        assert lines(path) == [], "more may be read of what is held"
        del reply
        [line] = lines(path)
        assert line["aerostack_call"] == 1
        assert (line["operation"], line["method"], line["path"]) == ("aiChat", "POST", "/ai/chat")
        assert line["arguments"] == {"body": CHAT}
        assert line["request"]["url"] == "https://api.aerostack.ai/v1/ai/chat"
        assert line["request"]["body"] == {"json": CHAT}
        assert line["answer"]["status"] == 200
        assert line["answer"]["body"] == {"json": {"response": "Hi", "usage": 7}}
        assert line["fields"] == ["200/response"]
        assert line["document"] == Spec.bundled("1.0.0").sha256
        assert line["elapsed"] >= 0
        assert line["at"] > 1_700_000_000

    with record(path) as recorder:
        both.run(story, "ac_secret_x", transport=answering(said({"response": "Hi", "usage": 7})), hooks=[recorder])
    [call] = read_calls(path)
    assert call.to_json() == lines(path)[0]
    assert "ac_secret_x" not in path.read_text()


def test_lines_are_written_by_flush_and_at_the_end(path: Path) -> None:
    with record(path) as recorder:
        client = Client("ac_secret_x", transport=answering(said({"response": "Hi"})), hooks=[recorder])
        first = client.ai.ai_chat(**CHAT)
        recorder.flush()
        assert [line["fields"] for line in lines(path)] == [[]]
        second = client.ai.ai_chat(**CHAT)
        assert second["response"] == first["response"]
    assert [line["fields"] for line in lines(path)] == [[], ["200/response"]]
    recorder.close()
    with pytest.raises(AerostackError, match=r"the recording .*calls\.jsonl is closed"):
        client.ai.ai_chat(**CHAT)
    assert repr(recorder) == f"<recorder of {path}>"
    # Another appends, and what is left open is closed when the last reference goes.
    another = record(str(path))
    client = Client("ac_secret_x", transport=answering(said({"response": "Hi"})), hooks=[another])
    third = client.ai.ai_chat(**CHAT)
    del another, client
    gc.collect()
    times = [line["at"] for line in lines(path)]
    assert len(times) == 3
    assert times == sorted(times)
    assert third.response == "Hi"


def test_a_line_that_was_cut_is_not_gone_on_with(path: Path) -> None:
    for _ in range(2):
        with path.open("ab") as file:
            file.write(b'{"aerostack_call":1,"oper')
        with record(path) as recorder, Client("k", transport=answering(said({"response": "Hi"})), hooks=[recorder]) as client:
            client.ai.ai_chat(**CHAT)
    told: list[str] = []
    assert len([*read_calls(path, on_skipped=told.append)]) == 2
    assert [one.rpartition(": ")[2] for one in told] == [f"line {n} was cut as it was written, and is left out" for n in (1, 3)]


def test_what_send_has_sent_is_read_by_a_document(path: Path) -> None:
    spec, newer = Spec.bundled("1.0.0"), Spec.bundled("1.5.0")
    answers = said({"value": 1, "exists": True})
    with record(path) as recorder, Client("k", transport=answering(answers), hooks=[recorder]) as client:
        client.send(httpx.Request("POST", "/cache/get", json={"key": "k"}))
        client.send(httpx.Request("POST", "/ai/chat", json={"messages": [{}]}))
        client.send(httpx.Request("POST", "/else/where", json={"key": "k"}))
        client.send(httpx.Request("POST", "https://api.aerostack.ai/v1/storage/upload", files={"file": b"x"}))
    assert [one.operation for one in read_calls(path)] == [""] * 4
    found = [*read_calls(path, spec)]
    assert [one.operation for one in found] == ["cacheGet", "aiChat", "", ""]
    assert found[0].arguments == {"body": {"key": "k"}}
    for calls in (found, [*read_calls(path)]):
        check = replay_check(calls, spec)
        assert check.ok
        assert [one.message for checked in [*check][2:] for one in checked.departures] == [
            "was sent by itself, and is not judged: it fits no operation of the document",
            "was sent by itself, and is not judged: what it uploaded is not recorded",
        ]
        assert [one.outcome for one in replay_check(calls, newer)] == ["ok", "argument-invalid", "ok", "ok"]


def test_the_end_of_the_process_is_an_end(path: Path) -> None:
    code = f"""
import os, httpx
from aerostack_dynamic import Client
from aerostack_dynamic.testing import record
made = lambda _: httpx.Response(200, json={{"response": "Hi"}})
client = Client("ac_secret_x", transport=httpx.MockTransport(made), hooks=[record({str(path)!r})])
reply = client.ai.ai_chat(messages=[])
if hasattr(os, "fork"):
    child = os.fork()
    if child == 0:
        other = client.ai.ai_chat(messages=[])  # what the parent holds is the parent's
        raise SystemExit
    os.waitpid(child, 0)
reply.response
"""
    subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", "-c", code], check=True)
    assert [line["fields"] for line in lines(path)][-2:] == [*([[]] if sys.platform != "win32" else []), ["200/response"]]


def test_retries_are_one_line_and_errors_are_lines(both: Any, settle: Any, path: Path) -> None:
    async def story(client: Any) -> None:
        await settle(client.cache.cache_get(key="k"))
        with pytest.raises(StatusError):
            await settle(client.cache.cache_get(key="gone"))
        for _ in range(2):
            with pytest.raises(NoResponseError):
                await settle(client.cache.cache_get(key="lost"))
        with pytest.raises(ArgumentsError):
            await settle(client.cache.cache_get(keys="k"))

    transport = answering(
        *(said({}, 503), said({"value": 1, "exists": True}), said({"code": "NO", "message": "no"}, 404)),
        *(httpx.ConnectError("refused"), httpx.ReadTimeout("slow")),
    )
    retry = RetryPolicy(attempts=2, first_delay=0, decide=lambda state: state.outcome.status == 503)
    with record(path) as recorder:
        both.run(story, "ac_secret_x", transport=transport, retry=retry, hooks=[recorder])
    first, second, third, fourth = read_calls(path)
    assert first.answer is not None
    assert first.answer.status == 200
    assert second.answer is not None
    assert (second.answer.status, second.error, second.failure) == (404, "", None)
    assert third.answer is None
    assert third.error == "ConnectError: refused (https://api.aerostack.ai)"
    assert third.failure is not None
    assert (third.failure.stage, third.failure.sent, third.failure.kind) == ("connect", "no", "ConnectError")
    assert fourth.failure is not None
    assert fourth.failure.timed_out
    assert fourth.arguments == {"body": {"key": "lost"}}


EVENT = {"type": "object", "properties": {"text": {"type": "string"}}}
PARTS = {"type": "object", "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}}}
SPEC = Spec.load(
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.test/v1"}],
        "paths": {
            "/events": {
                "get": {
                    "operationId": "follow",
                    "x-aerostack-stream": {"sentinel": "[DONE]"},
                    "responses": {"200": {"description": "", "content": {"text/event-stream": {"schema": EVENT}}}},
                }
            },
            "/files/{name}": {
                "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": {
                    "operationId": "fetch",
                    "responses": {"200": {"description": "", "content": {"application/octet-stream": {}}}},
                },
                "post": {
                    "operationId": "give",
                    "requestBody": {
                        "content": {
                            "multipart/form-data": {"schema": PARTS},
                            "application/x-www-form-urlencoded": {"schema": EVENT},
                        }
                    },
                    "responses": {"204": {"description": ""}},
                },
                "put": {
                    "operationId": "store",
                    "requestBody": {"content": {"application/octet-stream": {}}},
                    "responses": {"204": {"description": ""}},
                },
            },
        },
    }
)
EVENTS = b'data: {"text": "a"}\n\ndata: {"text": "b"}\n\ndata: [DONE]\n\n'


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces, and what is raised after them."""

    def __init__(self, pieces: list[bytes], error: Exception | None = None) -> None:
        self.pieces, self.error = pieces, error

    def __iter__(self) -> Any:
        yield from self.pieces
        if self.error is not None:
            raise self.error

    async def __aiter__(self) -> Any:
        for piece in self:
            yield piece


def streamed(pieces: list[bytes], kind: str = "text/event-stream", error: Exception | None = None) -> Any:
    return lambda _: httpx.Response(200, headers={"content-type": kind}, stream=Pieces(pieces, error))


async def read(stream: Any, most: int = 100) -> list[Any]:
    found: list[Any] = []
    if hasattr(stream, "__enter__"):
        with stream as items:
            found += [item for _, item in zip(range(most), items, strict=False)]
    else:
        async with stream as items:
            async for item in items:
                found.append(item)
                if len(found) == most:
                    break
    return found


def test_streams_are_recorded_as_they_are_read(both: Any, path: Path) -> None:
    async def story(client: Any) -> None:
        events = await read(client.follow.stream())
        assert [event.data.text for event in events] == ["a", "b"]
        del events
        assert len(lines(path)) == 1
        assert len(await read(client.follow.stream(), 1)) == 1
        with pytest.raises(AerostackError, match="the stream was cut"):
            await read(client.follow.stream())

    parts = [EVENTS[:25], EVENTS[25:]]
    with record(path) as recorder:
        transport = answering(streamed(parts), streamed(parts), streamed(parts[:1], error=httpx.ReadError("gone")))
        both.run(story, spec=SPEC, transport=transport, hooks=[recorder])
    whole, left, cut = read_calls(path)
    assert whole.answer is not None
    assert whole.answer.body == EVENTS
    assert whole.fields == {"200/text"}
    assert left.answer is not None
    assert left.answer.body == parts[0]
    assert left.failure is None
    assert cut.answer is not None
    assert cut.answer.body == parts[0]
    assert cut.error == "ReadError: gone"
    assert cut.failure is not None
    assert cut.failure.sent == "answered"


def test_a_stream_that_nobody_closes_or_that_is_too_long(path: Path) -> None:
    half = b"x" * 60
    with record(path) as recorder:
        client = Client(spec=SPEC, transport=answering(streamed([half] * 2, "application/octet-stream")), hooks=[recorder])
        dropped = client.fetch.stream(name="a").__enter__()
        assert next(dropped) == half
        del dropped
        gc.collect()
        with client.fetch.stream(name="b") as stream:
            assert len(lines(path)) == 1, "the next call writes what is there"
            recorder.flush()
            assert len(lines(path)) == 1, "what is read still is not written by a flush"
            assert next(stream) == half
        client = Client(
            spec=SPEC,
            transport=answering(streamed([half] * 2, "application/octet-stream")),
            hooks=[recorder],
            max_response_bytes=100,
        )
        with client.fetch.stream(name="c") as stream:
            assert b"".join(stream) == half * 2
    first, second, third = read_calls(path)
    assert [one.answer and one.answer.body for one in (first, second, third)] == [half] * 3
    assert third.error == "the stream was longer than the 100 bytes that are kept"


def test_files_are_described(both: Any, settle: Any, path: Path, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"a cat")

    async def story(client: Any) -> None:
        await settle(client.storage.storage_upload(key="a", file=("dog.txt", b"a dog", "text/plain")))
        await settle(client.storage.storage_upload(key="b", file=tmp_path / "cat.png"))

    async def other(client: Any) -> None:
        await settle(client.store(name="x", body=b"raw"))
        await settle(client.give(name="x", files=[b"one", b"other"]))
        await settle(client.with_options(media_type="application/x-www-form-urlencoded").give(name="x", body="a=written"))

    with record(path) as recorder:
        both.run(story, "ac_secret_x", transport=answering(said({"url": "https://x.test/y"})), hooks=[recorder])
        both.run(other, spec=SPEC, transport=answering(lambda _: httpx.Response(204)), hooks=[recorder])
    first, second, third, fourth, fifth = read_calls(path)
    described: Any = first.arguments["body"]
    digest = described["file"].pop("sha256")
    assert len(digest) == 64
    assert described == {"key": "a", "file": {"filename": "dog.txt", "content_type": "text/plain", "size": 5}}
    assert second.arguments == {"body": {"key": "b", "file": {"filename": "cat.png", "content_type": None, "size": 5}}}
    assert first.request.body == b""
    assert third.arguments["path"] == {"name": "x"}
    several: Any = fourth.arguments["body"]
    assert [one["size"] for one in several["files"]] == [3, 5]
    assert fifth.arguments["body"] == "a=written"
    assert fifth.request.body == b"a=written"
    assert "raw" not in path.read_text()


def test_a_stream_is_recorded_without_its_coding(path: Path) -> None:
    def packed(pieces: list[bytes]) -> Any:
        headers = {"content-type": "application/octet-stream", "content-encoding": "gzip"}
        return lambda _: httpx.Response(200, headers=headers, stream=Pieces(pieces))

    content = gzip.compress(b"content of it")
    with record(path) as recorder:
        client = Client(spec=SPEC, transport=answering(packed([content[:9], content[9:]]), packed([b"no gzip"])), hooks=[recorder])
        with client.fetch.stream(name="a") as stream:
            assert b"".join(stream) == b"content of it"
        with client.fetch.stream(name="a") as stream, pytest.raises(StreamError, match="not valid gzip"):
            list(stream)
    whole, broken = read_calls(path)
    assert whole.answer is not None
    assert (whole.answer.body, whole.error) == (b"content of it", "")
    assert "content-encoding" not in dict(whole.answer.headers)
    assert broken.error == "the body is not valid gzip"


def test_an_answer_that_is_too_large_is_a_failure(path: Path) -> None:
    with record(path) as recorder:
        client = Client(spec=SPEC, transport=answering(said("x" * 200)), hooks=[recorder], max_response_bytes=100)
        with pytest.raises(ResponseError):
            client.fetch(name="a")
    [call] = read_calls(path)
    assert call.answer is None
    assert call.failure is not None
    assert (call.failure.kind, call.failure.sent) == ("ResponseError", "answered")
    assert "max_response_bytes" in call.error


def test_requests_of_the_callers_own(both: Any, settle: Any, path: Path) -> None:
    async def story(client: Any) -> None:
        request = httpx.Request("GET", "https://api.aerostack.ai/v1/health?api_key=12345678", headers={"Cookie": "a=b"})
        assert (await settle(client.send(request))).status == 200

    with record(path, mask="api_key") as recorder:
        both.run(story, "ac_secret_x", transport=answering(said({"ok": True})), hooks=[recorder])
    [call] = read_calls(path)
    assert (call.operation, call.method, call.path, call.arguments, call.fields) == ("", "GET", "/v1/health", {}, None)
    assert call.request.url == "https://api.aerostack.ai/v1/health?api_key=***"


def test_threads_share_a_recorder(path: Path) -> None:
    with record(path) as recorder:
        client = Client("ac_secret_x", transport=answering(said({"value": 1, "exists": True})), hooks=[recorder])

        def work(name: int) -> None:
            for number in range(10):
                assert client.cache.cache_get(key=f"{name}/{number}")["value"] == 1

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = lines(path)
    assert sorted(one["arguments"]["body"]["key"] for one in found) == sorted(f"{a}/{b}" for a in range(4) for b in range(10))
    assert {(*one["fields"],) for one in found} == {("200/value",)}
    assert len({one["at"] for one in found}) == 40


def test_only_so_many_lines_are_held(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aerostack_dynamic.testing._record._HELD", 3)
    with record(path) as recorder:
        client = Client("ac_secret_x", transport=answering(said({"value": 1, "exists": True})), hooks=[recorder])
        held = [client.cache.cache_get(key=str(number)) for number in range(5)]
        assert [line["arguments"]["body"]["key"] for line in lines(path)] == ["0", "1"]
    assert len(lines(path)) == len(held)


def test_copies_share_a_recorder_and_pickles_append_to_its_file(path: Path) -> None:
    recorder = record(path, mask=["iban"])
    assert copy.copy(recorder) is copy.deepcopy(recorder) is recorder
    other = pickle.loads(pickle.dumps(recorder))
    assert repr(other) == repr(recorder)
    other.close()
    recorder.close()
    for wrong in ([""], [3]):
        with pytest.raises(ArgumentsError, match="mask: give names"):
            record(path, mask=wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is refused
    with pytest.raises(FileNotFoundError):
        record(path.parent / "no" / "calls.jsonl")


def test_nothing_is_noted_of_answers_without_a_recorder() -> None:
    client = Client("ac_secret_x", transport=answering(said({"response": "Hi"})))
    assert type(client.ai.ai_chat(**CHAT)).__name__ == "Record"
