"""aiChat: the sandbox's own answer, and forwarding to an OpenAI-compatible server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aerostack_dynamic.sandbox import Sandbox


class Upstream(ThreadingHTTPServer):
    """A small OpenAI-compatible server that answers what `says` holds and remembers what it was asked."""

    daemon_threads = False

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


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://x", "http://", "http://x:port/", "http://x:99999"])
def test_an_ai_url_that_is_none(url):
    with pytest.raises(ValueError, match="not an http or https URL"):
        Sandbox(ai_url=url).start()
