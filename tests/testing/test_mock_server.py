"""A mock over HTTP, and the command that starts one."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client
from aerostack_dynamic.cli import main
from aerostack_dynamic.testing import MockError, MockServer, MockTransport

from .shop import SHOP


def test_it_serves_and_tells_what_is_wrong() -> None:
    with MockServer(SHOP, stateful=True) as server:
        server.mock.on("text").delay(0.001).respond("hi").drop_connection().drop_connection(after=2).times(1)
        assert server.url.endswith("/v1")
        with Client(spec=SHOP, server=server.url, credentials={"Key": "k"}, retry=1) as client:
            thing = client.call("addThing", name="x")
            assert client.call("getThing", thing_id=thing.id) == thing
            assert client.call("hasThing", thing_id=thing.id) is None
            with client.operations["talk"].stream() as events:
                assert len([*events]) == 3
        with httpx.Client(base_url=server.url) as plain:
            assert plain.get("/text").text == "hi"
            for told in ("without sending a response", "received 2 bytes"):
                with pytest.raises(httpx.RemoteProtocolError, match=told):
                    plain.get("/text")
            wrong = plain.post("/echo?x=1", json={"kind": "c"})
            assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")
            assert wrong.json()["title"] == "the request POST /echo (echo) breaks the document in 3 places"
            assert [one["pointer"] for one in wrong.json()["errors"]] == ["#/x", "#/kind", "#/X-Key"]
            assert plain.post("/echo", json={"kind": "a"}).status_code == 401
            assert plain.get("/nowhere").json()["title"].endswith(f"? the mock listens on {server.url}")
            assert [one.operation.operation_id for one in server.mock.calls[:2]] == ["addThing", "getThing"]
            with pytest.raises(MockError) as caught:
                server.mock.assert_all_used()
            told = str(caught.value).splitlines()
            assert told[:2] == [
                "3 requests failed, and the code that is tested went on:",
                "- the request POST /echo (echo) breaks the document in 3 places:",
            ]
            assert (told[5][:2], told[7][:2], len(caught.value.problems)) == ("- ", "- ", 4)
            server.mock.reset()
        with pytest.raises(RuntimeError, match="started already"):
            server.start()
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.url
    server.stop()


def test_what_a_server_must_bear() -> None:
    """What no client of ours sends: URLs that are none, bodies in pieces, a HEAD of what has a body."""
    names = [f"x{number}" for number in range(60)]
    with MockServer(SHOP, credentials=False) as server, httpx.Client(base_url=server.url) as plain:
        assert plain.post("/echo", content=iter([b'{"kind":', b' "a"}']), headers={"Content-Type": "application/json"}).is_success
        refused = plain.get("/text", params=dict.fromkeys(names, "1"))
        assert len(refused.json()["errors"]) == len(names)
        host, port = server.url.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(b"GET /v1/text HTTP/1.1\r\nHost: a:b\r\nConnection: close\r\n\r\n")
            assert raw.recv(1000).split()[1] == b"400"
        server.mock.reset()
    with pytest.raises(MockError, match="and 10 more"), MockTransport(SHOP, credentials=False) as mock:
        httpx.Client(transport=mock).get("https://shop.example/v1/text", params=dict.fromkeys(names, "1"))


def test_the_command_tells_where_others_reach_it_and_what_it_lacks(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerostack_dynamic.cli._mock.wait", lambda stopping: None)
    assert main(["mock", str(shop), "--port", "0", "--host", "0.0.0.0"]) == 0
    assert "other machines can reach this mock" in capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "aerostack_dynamic._serving", raising=False)
    assert main(["mock", str(shop), "--port", "0"]) == 1
    assert "pip install" in capsys.readouterr().err


def test_what_was_not_used_is_told_of_at_the_end() -> None:
    def story(document: dict[str, Any], then: Any) -> None:
        with MockServer(document) as server:
            assert httpx.get(f"{server.url}/text").text == "hello"
            server.mock.on("text").respond("never")
            then()

    variables = {"base": {"default": "v2"}, "host": {"default": "h"}}
    for server in ({"url": "https://{host}/{base}", "variables": variables}, {"url": "/{gone}"}):
        with pytest.raises(MockError, match="text"):
            story({**SHOP, "servers": [server]}, lambda: None)
    with MockServer(SHOP, server="https://mine.example/api") as server:
        assert server.url.endswith("/api")
        assert httpx.get(f"{server.url}/text").text == "hello"
        told = httpx.get(server.url.replace("/api", "/v1/text")).json()["title"]
        assert told.endswith(f"/v1/text is at no server that is played; the mock listens on {server.url}")
        server.mock.reset()
    with pytest.raises(ZeroDivisionError):
        story(SHOP, lambda: 1 / 0)


def test_a_stub_that_breaks_is_told_of_at_the_end() -> None:
    def story() -> None:
        with MockServer(SHOP) as server:
            server.mock.on("sample").respond(lambda call: {"id": "x"}).respond(lambda call: 1 / 0)
            answers = [httpx.get(f"{server.url}/sample") for _ in range(2)]
            assert [one.status_code for one in answers] == [500, 500]
            assert answers[0].json()["errors"]
            title = "the function that answers GET /v1/sample failed: ZeroDivisionError: division by zero"
            assert answers[1].json()["title"] == title

    with pytest.raises(MockError, match=r"(?s)2 requests failed.*response/name: required.*ZeroDivisionError"):
        story()


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aerostack_dynamic._serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ImportError, match=r"pip install 'aerostack_dynamic\[mock\]'"):
        MockServer(SHOP).start()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    return path


def test_the_command_serves_until_it_is_stopped(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    overlay = shop.with_name("overlay.json")
    overlay.write_text(
        json.dumps(
            {
                "overlay": "1.0.0",
                "info": {"title": "o", "version": "1"},
                "actions": [{"target": "$.info", "update": {"title": "Other\nshop"}}],
            }
        )
    )
    answers: list[Any] = []

    def wait(stopping: threading.Event) -> None:
        url = capsys.readouterr().out.split(" on ")[1].split()[0]
        answers.append(url)
        answers.append(httpx.post(f"{url}/echo", json={"kind": "a"}).status_code)
        signal.raise_signal(signal.SIGTERM)
        assert stopping.wait(5)

    monkeypatch.setattr("aerostack_dynamic.cli._mock.wait", wait)
    options = ["--port", "0", "--seed", "3", "--stateful", "--no-credentials", "--overlay", str(overlay)]
    assert main(["mock", str(shop), *options]) == 0
    assert answers[1] == 200


def test_what_the_command_can_not_do(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["mock", str(shop), "--port", str(port)]) == 1
    assert f"cannot serve on 127.0.0.1:{port}" in capsys.readouterr().err
    for arguments in ([str(shop.with_name("none.yaml"))], [str(shop), "--overlay", str(shop)], ["9.9.9"]):
        assert main(["mock", *arguments]) == 3
        assert "aerostack-dynamic: " in (told := capsys.readouterr().err)
    assert "9.9.9 is no file, and no version that comes with the package: those are 1.0.0, 1.5.0" in told
    assert main(["mock", "1.50"]) == 3
    assert "did you mean '1.5.0'" in capsys.readouterr().err


def test_what_the_document_itself_is_to_blame_for_is_500_with_the_whole_cause() -> None:
    name = "thing" * 30
    dead = {"$ref": f"#/components/schemas/{name}"}
    content = {
        "application/json": {"schema": {"properties": {"a": dead}, "required": ["a"]}},
        "application/jsonl": {"schema": dead},
    }
    answers = {"200": {"description": "", "content": content}}
    document = {"openapi": "3.1.0", "info": {"title": "D", "version": "1"}, "paths": {"/a": {"get": {"responses": answers}}}}
    server = MockServer(document).start()
    try:
        for accept in content:
            answer = httpx.get(f"{server.url}/a", headers={"accept": accept})
            assert answer.status_code == 500
            assert f"{name}' leads nowhere" in answer.json()["title"]
    finally:
        server.stop()
