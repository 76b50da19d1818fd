"""aiChat: the sandbox's own answer, and forwarding to an OpenAI-compatible server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from aerostack_dynamic.sandbox import Sandbox

FRAMES = [
    {"choices": [{"delta": {"role": "assistant", "content": ""}, "finish_reason": None}], "usage": None},
    {"choices": [{"delta": {"content": "from "}}]},
    {"choices": []},
    {"choices": [{"delta": {"content": "upstream"}, "finish_reason": "tool_calls"}]},
    {"choices": [{"delta": {}, "finish_reason": "length"}]},
    {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9, "cached": 1}},
]


class Upstream(ThreadingHTTPServer):
    """A small OpenAI-compatible server that answers what `says` holds and remembers what it was asked."""

    daemon_threads = False

    @property
    def streams(self):
        return b"".join(b"data: %s\n\n" % json.dumps(frame).encode() for frame in FRAMES)

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.says = (200, {"choices": [{"message": {"role": "assistant", "content": "from upstream"}}]})
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, says = self.server.says
        content = says if isinstance(says, bytes) else json.dumps(says).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def upstream():
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def connected(upstream):
    with Sandbox(ai_url=upstream.url + "/") as box:
        yield box


MESSAGES = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hello \u00e9"}]


def test_the_own_answer_says_whose_it_is_and_is_the_same_each_time(api):
    answers = {api.post("ai/chat", model="m-1", messages=MESSAGES).json()["response"] for _ in range(3)}
    assert len(answers) == 1
    answer = answers.pop()
    for part in ("sandbox", "m-1", "Hello \u00e9"):
        assert part in answer


@pytest.mark.parametrize("messages", [[], [{}], [{"role": "assistant"}], [{"content": "x"}]])
def test_the_own_answer_to_unusual_messages(api, messages):
    answer = api.post("ai/chat", messages=messages)
    assert answer.status_code == 200
    assert "sandbox" in answer.json()["response"]


def test_the_question_is_forwarded_without_the_key(connected, upstream, open_api):
    answer = open_api(connected).post("ai/chat", model="m-1", messages=MESSAGES)
    assert answer.json() == {"response": "from upstream"}
    path, headers, body = upstream.asked[-1]
    assert path == "/v1/chat/completions"
    assert body == {"model": "m-1", "messages": MESSAGES, "stream": False}
    assert connected.api_key not in str(headers)


def test_no_model_is_made_up(connected, upstream, open_api):
    open_api(connected).post("ai/chat", messages=MESSAGES)
    assert "model" not in upstream.asked[-1][2]


@pytest.mark.parametrize(
    ("says", "status", "code"),
    [
        ((200, b"not json"), 502, "INTERNAL_ERROR"),
        ((200, {"choices": []}), 502, "INTERNAL_ERROR"),
        ((200, {"choices": None}), 502, "INTERNAL_ERROR"),
        ((200, {"choices": [{"message": {"content": None}}]}), 502, "INTERNAL_ERROR"),
        ((200, []), 502, "INTERNAL_ERROR"),
        ((401, {"error": "the upstream's key"}), 502, "INTERNAL_ERROR"),
        ((307, b""), 502, "INTERNAL_ERROR"),
        ((429, b""), 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
def test_what_upstream_may_say_instead(connected, upstream, open_api, monkeypatch, says, status, code):
    monkeypatch.setattr(upstream, "says", says)
    answer = open_api(connected).post("ai/chat", messages=MESSAGES)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "upstream's key" not in answer.text


def test_upstream_is_away(open_api):
    with Upstream() as gone:
        url = gone.url + "/chat/completions"
    with Sandbox(ai_url=url) as box:
        answer = open_api(box).post("ai/chat", messages=MESSAGES)
    assert (answer.status_code, answer.json()["code"]) == (502, "INTERNAL_ERROR")
    assert "cannot be reached" in answer.json()["message"]


def test_the_whole_address_may_be_given(upstream, open_api):
    with Sandbox(ai_url=upstream.url + "/chat/completions") as box:
        assert open_api(box).post("ai/chat", messages=MESSAGES).json() == {"response": "from upstream"}
    assert upstream.asked[-1][0] == "/v1/chat/completions"


@pytest.fixture(scope="module")
def newer_connected(upstream):
    with Sandbox(version="1.5.0", ai_url=upstream.url) as box:
        yield box


def frames(answer):
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.content.endswith(b"\n\n")
    return [line.removeprefix("data: ") for line in answer.text.split("\n\n")[:-1]]


def test_the_own_stream_on_the_wire(newer):
    answer = newer.post("ai/chat", messages=[{"role": "user", "content": ""}], max_tokens=1, stream=True)
    *told, done = frames(answer)
    first, last = map(json.loads, told)
    assert done == "[DONE]"
    assert first["choices"] == [{"index": 0, "delta": {"role": "assistant", "content": "[aerostack"}}]
    assert last["choices"] == [{"index": 0, "delta": {}, "finish_reason": "length"}]
    assert (first["object"], first["id"], first["created"]) == ("chat.completion.chunk", last["id"], last["created"])


def test_a_forwarded_question_has_its_answer_in_the_new_shape(newer_connected, upstream, open_api, monkeypatch):
    message = {"role": "assistant", "content": "from upstream", "tool_calls": []}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    told = {"id": 5, "choices": [{"message": message, "finish_reason": "content_filter"}], "usage": {**usage, "cached": 1}}
    monkeypatch.setattr(upstream, "says", (200, told))
    asked = {"model": "m-1", "messages": MESSAGES, "temperature": 0.5, "max_tokens": 9, "top_p": 1}
    answer = open_api(newer_connected).post("ai/chat", **asked, other=1).json()
    assert upstream.asked[-1][2] == {**asked, "stream": False}
    assert answer["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "from upstream"}, "finish_reason": "content_filter"}
    ]
    assert (answer["usage"], answer["model"]) == (usage, "m-1")
    monkeypatch.setattr(upstream, "says", (200, {"choices": [{"message": message}], "usage": {"prompt_tokens": "7"}}))
    answer = open_api(newer_connected).post("ai/chat", messages=MESSAGES).json()
    assert (answer["usage"]["total_tokens"], answer["choices"][0]["finish_reason"]) == (6, "stop")


def test_a_stream_is_forwarded(newer_connected, upstream, open_api, monkeypatch):
    monkeypatch.setattr(upstream, "says", (200, b": a comment\nevent: x\n" + upstream.streams + b"data: [DONE]\n\ndata: {}\n"))
    asked = {"messages": MESSAGES, "stream": True, "stream_options": {"include_usage": True}}
    *told, done = frames(open_api(newer_connected).post("ai/chat", **asked))
    told = [json.loads(frame) for frame in told]
    assert upstream.asked[-1][2] == asked
    assert [frame["choices"][0]["delta"] for frame in told] == [
        {"role": "assistant", "content": "from "},
        {"content": "upstream"},
        {},
    ]
    assert told[-1]["choices"][0]["finish_reason"] == "length"
    assert told[-1]["usage"] == {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    assert done == "[DONE]"


@pytest.mark.parametrize(
    ("says", "status", "code"),
    [
        ((200, b"not a stream"), 502, "INTERNAL_ERROR"),
        ((200, b"data: {\n\n"), 502, "INTERNAL_ERROR"),
        ((429, b""), 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
def test_a_stream_that_never_begins_is_an_answer_of_its_own(newer_connected, upstream, open_api, monkeypatch, says, status, code):
    monkeypatch.setattr(upstream, "says", says)
    answer = open_api(newer_connected).post("ai/chat", messages=MESSAGES, stream=True)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("rest", [b"", b"data: {\n\n"])
def test_a_stream_that_breaks_off_upstream_breaks_off_here(newer_connected, upstream, open_api, monkeypatch, caplog, rest):
    monkeypatch.setattr(upstream, "says", (200, upstream.streams + rest))
    api = open_api(newer_connected)
    with api.http.stream("POST", "ai/chat", json={"messages": MESSAGES, "stream": True}) as answer:
        assert answer.status_code == 200
        heard = []
        with pytest.raises(httpx.RemoteProtocolError):
            heard.extend(answer.iter_lines())
    assert "the stream of aiChat breaks off" in caplog.text
    assert api.post("cache/get", key="k").status_code == 200


def test_a_reader_who_leaves_has_paid_for_what_was_told(newer_connected, upstream, open_api, monkeypatch):
    monkeypatch.setattr(upstream, "says", (200, upstream.streams + b"data: [DONE]\n\n"))
    gateway = newer_connected._running.platform.gateway
    told = gateway.frames("someone", "an-api", {"messages": MESSAGES, "stream": True})
    next(told)
    told.close()
    assert gateway.wallet("someone", "an-api")["wallet"]["total_consumed"] == 5
    assert len(list(gateway.frames("someone", "an-api", {"messages": MESSAGES}))) == 3
    assert gateway.wallet("someone", "an-api")["wallet"]["total_consumed"] == 14


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://x", "http://", "http://x:port/", "http://x:99999"])
def test_an_ai_url_that_is_none(url):
    with pytest.raises(ValueError, match="not an http or https URL"):
        Sandbox(ai_url=url).start()
