"""Every code example of the replaced SDK's README, run as it stands there but for its imports.

Repaired is only what could never run there: the RetryConfig of one call is given as `retries=`, empty functions have bodies, typing
names are imported, and where an example has no key it comes from the environment. A transport answers for the addresses in them.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pytest

from aerostack_dynamic._transport import AsyncTransport, Transport
from aerostack_dynamic.sandbox import Sandbox
from aerostack_dynamic.sdk import models

EXAMPLES = Path(__file__).parent / "examples"
PLACEHOLDER = "<YOUR_API_KEY_HERE>"
ADDRESSES = ("https://api.aerostack.ai", "http://localhost:8787")


@pytest.fixture(scope="module")
def platform() -> Iterator[Sandbox]:
    with Sandbox(api_key=PLACEHOLDER) as box:
        yield box


@pytest.fixture(autouse=True)
def sent(platform: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[httpx.Request]:
    """The requests that were sent to the addresses of the examples, where the sandbox answers."""
    seen: list[httpx.Request] = []
    there = httpx.URL(platform.url)

    def rerouted(request: httpx.Request) -> httpx.Request:
        assert f"{request.url.scheme}://{request.url.netloc.decode()}" in ADDRESSES
        seen.append(request)
        url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        made = httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        made.headers["Host"] = there.netloc.decode()
        made.extensions = request.extensions
        return made

    for kind in (Transport, httpx.HTTPTransport):
        send = kind.handle_request
        monkeypatch.setattr(kind, "handle_request", lambda self, one, send=send: send(self, rerouted(one)))
    for kind in (AsyncTransport, httpx.AsyncHTTPTransport):
        send = kind.handle_async_request
        monkeypatch.setattr(kind, "handle_async_request", lambda self, one, send=send: send(self, rerouted(one)))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AEROSTACK_API_KEY", PLACEHOLDER)
    monkeypatch.chdir(tmp_path)
    return seen


def run(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def only(sent: list[httpx.Request]) -> httpx.Request:
    assert len(sent) == 1
    assert sent[0].headers.get_list("X-Aerostack-Key") == [PLACEHOLDER]
    return sent[0]


@pytest.mark.parametrize(
    "name",
    ["usage", "usage_async", "authentication", "retries_per_call", "retries_per_client", "server_by_index"],
)
def test_chat(name: str, sent: list[httpx.Request], capsys: pytest.CaptureFixture[str]) -> None:
    run(name)
    assert "response='[aerostack sandbox]" in capsys.readouterr().out
    assert str(only(sent).url) == "https://api.aerostack.ai/v1/ai/chat"


def test_server_by_url(sent: list[httpx.Request], capsys: pytest.CaptureFixture[str]) -> None:
    run("server_by_url")
    assert "response='[aerostack sandbox]" in capsys.readouterr().out
    assert str(only(sent).url) == "http://localhost:8787/v1/ai/chat"


# The example leaves its file to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_upload(platform: Sandbox, sent: list[httpx.Request], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "example.file").write_bytes(b"\xff\xd8 an image")
    run("upload")
    sent.clear()  # the requests hold their bodies
    gc.collect()
    url = capsys.readouterr().out.partition("url='")[2].partition("'")[0]
    with urlopen(url) as stored:
        assert stored.read() == b"\xff\xd8 an image"
        assert stored.headers["content-type"] == "image/jpeg"


def test_errors(sent: list[httpx.Request], capsys: pytest.CaptureFixture[str]) -> None:
    run("errors")
    message, status, body, headers, response, code, details, again = capsys.readouterr().out.splitlines()
    assert status == "401"
    assert message == again == "the email or the password is wrong"
    assert '"AUTH_INVALID_CREDENTIALS"' in body
    assert headers.startswith("Headers(")
    assert response.startswith("<Response [401")
    assert code == "Code.AUTH_INVALID_CREDENTIALS"
    assert details == "None"
    assert str(only(sent).url).endswith("/auth/signin")


def test_custom_client(sent: list[httpx.Request]) -> None:
    example = run("custom_client")
    with example["http_client"], example["s"] as sdk:
        assert isinstance(sdk.ai.ai_chat(request={"messages": []}), models.AiChatResponseBody)
    assert only(sent).headers["x-custom-header"] == "someValue"


def test_wrapped_async_client(sent: list[httpx.Request]) -> None:
    example = run("wrapped_async_client")

    async def main() -> Any:
        async with example["s"] as sdk:
            answer = await sdk.ai.ai_chat_async(request={"messages": []})
        await sdk.sdk_configuration.async_client.client.aclose()
        return answer

    assert isinstance(asyncio.run(main()), models.AiChatResponseBody)
    assert only(sent).headers["client-level-header"] == "added by client"


def test_resources(sent: list[httpx.Request]) -> None:
    example = run("resources")
    absent = models.CacheGetResponseBody(value=None, exists=False)
    assert example["main"]() == absent
    assert asyncio.run(example["amain"]()) == absent
    assert len(sent) == 2


def test_debug(sent: list[httpx.Request], caplog: pytest.LogCaptureFixture) -> None:
    example = run("debug")
    caplog.set_level(logging.DEBUG)
    with example["s"] as sdk:
        sdk.cache.cache_get(request={"key": "nothing"})
    told = [record.getMessage() for record in caplog.records if record.name == "aerostack"]
    assert any("POST /cache/get -> 200 in" in line for line in told)
    assert any("{'key': 'nothing'}" in line for line in told)
    assert any("'exists': False" in line for line in told)
    assert PLACEHOLDER not in caplog.text
    only(sent)


def test_no_example_is_forgotten() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    missing = [path.stem for path in EXAMPLES.glob("*.py") if f'"{path.stem}"' not in source]
    assert not missing
