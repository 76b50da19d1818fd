"""`Sandbox` as an object: its life, its folder, its threads, many callers."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic.sandbox import DataInUseError, Sandbox, _document, _operations


def ask(box, path="cache/get", **arguments):
    headers = {"X-Aerostack-Key": box.api_key}
    return httpx.post(f"{box.url}/{path}", json=arguments or {"key": "k"}, headers=headers, trust_env=False)


def test_start_and_stop_leave_nothing_behind():
    before = set(threading.enumerate())
    box = Sandbox()
    for _ in range(2):
        assert box.start() is box
        data, url = box.data, box.url
        assert ask(box).status_code == 200
        assert data.is_dir()
        box.stop()
        box.stop()
        assert not data.exists()
        assert set(threading.enumerate()) == before
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)


@pytest.mark.parametrize("name", ["url", "api_key", "data"])
def test_nothing_to_tell_before_the_start(name):
    with pytest.raises(RuntimeError, match="not running"):
        getattr(Sandbox(), name)


def test_one_start_is_enough(box):
    with pytest.raises(RuntimeError, match="started already"):
        box.start()
    assert ask(box).status_code == 200


def test_several_at_once_are_apart():
    with Sandbox() as one, Sandbox() as other:
        assert one.url != other.url
        assert one.api_key != other.api_key
        assert one.api_key.startswith("ac_secret_")
        ask(one, "cache/set", key="k", value=1)
        assert ask(one).json()["exists"] is True
        assert ask(other).json()["exists"] is False


def test_beside_a_running_event_loop():
    async def main():
        with Sandbox() as box:
            async with httpx.AsyncClient(trust_env=False, headers={"X-Aerostack-Key": box.api_key}) as client:
                answers = await asyncio.gather(*(client.post(f"{box.url}/cache/get", json={"key": str(i)}) for i in range(20)))
        return {answer.status_code for answer in answers}

    assert asyncio.run(main()) == {200}


def test_everything_survives_a_restart(tmp_path):
    data = tmp_path / "deep" / "folder"
    with Sandbox(data=str(data)) as box:
        key = box.api_key
        ask(box, "db/query", sql="CREATE TABLE notes (text)")
        ask(box, "db/query", sql="INSERT INTO notes VALUES (?)", params=["kept"])
        ask(box, "auth/signup", email="a@example.com", password="12345678")
        ask(box, "cache/set", key="k", value={"kept": True}, ttl=1000)
        headers = {"X-Aerostack-Key": key}
        sent = {"files": {"file": b"kept"}, "data": {"key": "kept.txt"}, "headers": headers, "trust_env": False}
        httpx.post(f"{box.url}/storage/upload", **sent)
        assert (data / "sandbox.sqlite3-wal").exists()
    assert sorted(path.name for path in data.iterdir()) == [
        "api.key",
        "files",
        "in-use.lock",
        "jwt.secret",
        "sandbox.sqlite3",
    ]
    with Sandbox(data=data) as box:
        assert box.api_key == key
        assert box.data == data
        assert ask(box, "db/query", sql="SELECT text FROM notes").json()["results"] == [{"text": "kept"}]
        assert ask(box, "auth/signin", email="a@example.com", password="12345678").status_code == 200
        assert ask(box).json() == {"value": {"kept": True}, "exists": True}
        assert httpx.get(box.url.replace("/v1", "/files/kept.txt"), trust_env=False).content == b"kept"


def test_a_given_key_is_not_written_down(tmp_path):
    with Sandbox(data=tmp_path, api_key="ac_secret_given") as box:
        assert ask(box).status_code == 200
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"ac_secret_given" not in written


def test_one_folder_has_one_sandbox(tmp_path):
    with Sandbox(data=tmp_path) as box:
        with pytest.raises(DataInUseError, match="another sandbox is using"):
            Sandbox(data=tmp_path).start()
        assert ask(box).status_code == 200
    with Sandbox(data=tmp_path) as box:
        assert ask(box).status_code == 200


def test_a_start_that_fails_gives_everything_back(tmp_path, monkeypatch, box):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(threading.enumerate())
    taken = int(box.url.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match=rf"cannot serve on 127\.0\.0\.1:{taken}"):
        Sandbox(port=taken).start()
    with pytest.raises(OSError, match=r"cannot serve on no\.such\.host\.invalid:0"):
        Sandbox(host="no.such.host.invalid").start()
    with pytest.raises(ValueError, match="AI URL"):
        Sandbox(ai_url="nonsense").start()
    monkeypatch.setattr("aerostack_dynamic.sandbox._server.build_app", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Sandbox().start()
    assert list(tmp_path.iterdir()) == []
    assert set(threading.enumerate()) == before


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileExistsError):
        Sandbox(data=tmp_path / "file").start()


def test_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Sandbox(host="::1") as box:
        assert box.url.startswith("http://[::1]:")
        assert ask(box).status_code == 200


@pytest.mark.parametrize("what", ["statement", "service"])
def test_stopping_does_not_wait_for_long_work(what):
    go_on = threading.Event()
    box = Sandbox(services={"long": lambda _data: go_on.wait(30)}).start()
    work = {
        "statement": (
            "db/query",
            {"sql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n"},
        ),
        "service": ("services/invoke", {"serviceName": "long", "data": {}}),
    }[what]

    def call():
        with contextlib.suppress(httpx.HTTPError):
            ask(box, work[0], **work[1])

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.3)
    begun = time.monotonic()
    box.stop()
    assert time.monotonic() - begun < 2.5
    go_on.set()
    caller.join(5)
    assert not caller.is_alive()
    wait_for_no_thread("aerostack-sandbox-apart")


def wait_for_no_thread(name):
    deadline = time.monotonic() + 5
    while any(thread.name == name for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_idle_connections_do_not_delay_the_stop(open_api):
    box = Sandbox().start()
    api = open_api(box)
    assert api.post("cache/get", key="k").status_code == 200
    begun = time.monotonic()
    box.stop()
    assert time.monotonic() - begun < 1


def test_answers_are_not_held_back(api):
    api.post("cache/get", key="k")
    begun = time.monotonic()
    for _ in range(20):
        api.post("cache/get", key="k")
    assert time.monotonic() - begun < 20 * 0.03


@pytest.mark.parametrize(("version", "count"), [("1.0.0", 9), ("1.5.0", 42)])
def test_the_document_says_what_there_is(version, count):
    bundled = json.loads((files("aerostack_dynamic") / "_bundled" / f"{version}.json").read_text(encoding="utf-8"))
    ids = {node["operationId"] for item in bundled["paths"].values() for node in item.values()}
    document = _document.read_document(version)
    assert {operation.operation_id for operation in document.operations} == ids == set(_operations.OPERATIONS[version])
    assert len(ids) == count
    assert _operations.APART & ids
    assert (document.origin, document.prefix) == ("http://localhost:8787", "/v1")


def test_an_unknown_version_of_the_document():
    with pytest.raises(FileNotFoundError):
        _document.read_document("0.0.0")


OTHER = {
    "servers": [{"url": "https://api.example"}, {"url": "http://127.0.0.1:9/"}],
    "paths": {
        "/open": {
            "summary": "not an operation",
            "get": {"operationId": "a", "responses": {"204": {}, "200": {}}, "security": []},
            "post": {
                "operationId": "b",
                "responses": {"default": {}, "201": {}},
                "requestBody": {"$ref": "#/components/requestBodies/a~1b"},
                "security": [{"Header": [], "Bearer": []}, {"Query": []}],
            },
        }
    },
    "components": {
        "securitySchemes": {
            "Header": {"type": "apiKey", "in": "header", "name": "X"},
            "Query": {"type": "apiKey", "in": "query", "name": "q"},
            "Bearer": {"type": "http", "scheme": "Bearer"},
        },
        "requestBodies": {"a/b": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/F"}}}}},
        "schemas": {"F": {"properties": {"f": {"$ref": "#/components/schemas/B"}, "t": {}}}, "B": {"format": "binary"}},
    },
}


def test_another_document_is_read_by_its_references(tmp_path, monkeypatch):
    (tmp_path / "_bundled").mkdir()
    (tmp_path / "_bundled" / "2.json").write_text(json.dumps(OTHER))
    monkeypatch.setattr(_document, "files", lambda _package: tmp_path)
    document = _document.read_document("2")
    assert (document.origin, document.prefix) == ("http://127.0.0.1:9", "")
    first, second = document.operations
    assert (first.operation_id, first.method, first.status, first.media_type, first.security) == (
        "a",
        "GET",
        200,
        None,
        (),
    )
    assert (second.status, second.file_parts) == (201, {"f"})
    assert second.security == ((("Header", "header", "X"), ("Bearer", "bearer", "")), (("Query", "other", ""),))
    (tmp_path / "_bundled" / "3.json").write_text(json.dumps({**OTHER, "servers": OTHER["servers"][:1]}))
    with pytest.raises(LookupError, match="no server on this machine"):
        _document.read_document("3")


def test_nothing_of_the_client_is_imported():
    for path in Path(_document.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.level == 0 and "aerostack" not in node.module), (path.name, node.lineno)
            if isinstance(node, ast.Import):
                assert not any("aerostack" in name.name for name in node.names), (path.name, node.lineno)


CALLER = """
import sys, threading, httpx
url, key = sys.argv[1:]
wrong = []

def work(number):
    with httpx.Client(trust_env=False, headers={"X-Aerostack-Key": key}, timeout=60) as client:
        for i in range(63):
            path, body = [
                ("db/query", {"sql": "INSERT INTO load (a) VALUES (?)", "params": [i]}),
                ("cache/set", {"key": f"{number}-{i % 7}", "value": i, "ttl": 100}),
                ("cache/get", {"key": f"{number}-{i % 7}"}),
                ("queue/enqueue", {"type": "add", "data": {"a": i, "b": number}}),
                ("services/invoke", {"serviceName": "add", "data": {"a": i, "b": number}}),
                ("db/query", {"sql": "SELECT count(*) AS n FROM load"}),
            ][i % 6]
            answer = client.post(f"{url}/{path}", json=body)
            if not answer.is_success:
                wrong.append(answer.text)

threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not wrong, wrong[:3]
"""


def test_two_programs_of_sixteen_threads_make_two_thousand_calls(box, caplog):
    ask(box, "db/query", sql="CREATE TABLE load (a)")
    callers = [
        subprocess.Popen([sys.executable, "-c", CALLER, box.url, box.api_key], stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for caller in callers:
        _, errors = caller.communicate(timeout=120)
        assert caller.returncode == 0, errors
    # 63 calls a thread, of which 11 insert a row (i % 6 == 0).
    assert ask(box, "db/query", sql="SELECT count(*) AS n FROM load").json()["results"] == [{"n": 2 * 16 * 11}]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"port": 99999}, "port: 99999 is not from 0 to 65535"),
        ({"port": -1}, "port: -1 is not from 0 to 65535"),
        ({"api_key": "a b"}, "api_key: a key is visible ASCII"),
        ({"api_key": ""}, "api_key: a key is visible ASCII"),
        ({"api_key": 5}, "api_key: a key is visible ASCII"),
        ({"services": {"a": 5}}, "services: 'a' is no function but a int"),
    ],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        Sandbox(**arguments)
