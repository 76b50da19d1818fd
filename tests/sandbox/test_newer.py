"""Version 1.5.0 on the wire: keys, cursors, limits, files; and folders that both versions and earlier releases have written."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid

import httpx
import jwt
import pytest

from aerostack_dynamic.sandbox import Sandbox, _cache, _gateway, _store
from aerostack_dynamic.sandbox._judge import Judge
from aerostack_dynamic.sandbox._store import Store

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def name():
    return f"n{uuid.uuid4().hex}"


def gateway(box, key, **parameters):
    headers = [("authorization", value) for value in ([key] if isinstance(key, str) else key)]
    url = f"{box.url}/ai/gateway/me/wallet"
    return httpx.get(url, params=parameters or {"api_slug": "a"}, headers=headers, trust_env=False)


def test_the_keys_of_the_gateway(newer):
    box = newer.box
    token = newer.post("auth/signup", email=f"{uuid.uuid4().hex}@example.com", password="12345678").json()["token"]
    for good in (f"Bearer {box.gateway_key}", f"bearer  {box.gateway_key}", f"Bearer {token}"):
        assert gateway(box, good).status_code == 200
    secret = (box.data / "jwt.secret").read_bytes()
    claims = {"sub": "x", "exp": time.time() + 60, "iss": "aerostack-sandbox"}
    forged = [
        jwt.encode(claims, "another secret that is as long as it should be", algorithm="HS256"),
        jwt.encode({**claims, "exp": time.time() - 1}, secret, algorithm="HS256"),
        jwt.encode({**claims, "iss": "another"}, secret, algorithm="HS256"),
        jwt.encode({"sub": "x", "iss": "aerostack-sandbox"}, secret, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
    ]
    bad = [[], "", "Bearer", f"Basic {box.gateway_key}", f"Bearer {box.api_key}", f"Bearer {box.gateway_key}x"]
    bad += ["Bearer k\u00e9y".encode(), [f"Bearer {box.gateway_key}"] * 2, *(f"Bearer {one}" for one in forged)]
    for key in bad:
        answer = gateway(box, key if isinstance(key, (str, list)) else [key])
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_INVALID_KEY"), key
        assert box.gateway_key not in answer.text
    assert (
        httpx.post(f"{box.url}/cache/get", json={"key": "k"}, headers={"authorization": f"Bearer {box.gateway_key}"}).status_code
        == 401
    )


def test_a_parameter_of_the_gateway_is_judged(newer):
    answer = gateway(newer.box, f"Bearer {newer.box.gateway_key}", other="x")
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert "api_slug" in answer.json()["message"]


def test_an_empty_wallet(newer, name, monkeypatch):
    monkeypatch.setattr(_gateway, "GRANT", 5)
    asked = {"headers": {"authorization": f"Bearer {newer.box.gateway_key}"}}
    path = f"ai/gateway/{name}/chat/completions"
    assert newer.http.post(path, json={"messages": HELLO}, **asked).status_code == 200
    assert gateway(newer.box, asked["headers"]["authorization"], api_slug=name).json()["wallet"]["balance"] < 0
    for stream in (False, True):
        answer = newer.http.post(path, json={"messages": HELLO, "stream": stream}, **asked)
        assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert newer.http.post("ai/gateway/other/chat/completions", json={"messages": HELLO}, **asked).status_code == 200


@pytest.mark.parametrize("path", ["cache/list", "storage/list", "queue/jobs"])
def test_cursors_and_limits_that_are_none(newer, path):
    other = {"queue/jobs": '"a"'}.get(path, "1")
    number = "MQ" if path == "queue/jobs" else "ImEi"
    for cursor in ("", "x", "\u00e9", "e30", "IV9", "a" * 5, {"1": "MQ", '"a"': "ImEi"}[other]):
        answer = newer.post(path, cursor=cursor)
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), cursor
    assert newer.post(path, cursor=number).status_code == 200
    for limit in (0, -1, 1001):
        assert newer.post(path, limit=limit).status_code == 400


def test_prefixes_are_plain_text(newer, name):
    keys = [name, name + "%", name + "%a", name + "A", name + "\x00", name + "\x00b", name + "\U0001f600"]
    newer.post("cache/setMany", entries=[{"key": key, "value": 1} for key in keys])
    for prefix in (name, name + "%", name + "a", name + "\x00", name + "\U0001f600", name[:-1] + "\x7f"):
        found = [key for key in newer.post("cache/keys", prefix=prefix).json()["keys"] if key.startswith(name[:-1])]
        assert found == sorted(key for key in keys if key.startswith(prefix))
    pages, cursor = [], {}
    while True:
        page = newer.post("cache/list", prefix=name, limit=3, **cursor).json()
        pages.append(len(page["keys"]))
        if page["list_complete"]:
            break
        cursor = {"cursor": page["cursor"]}
        newer.post("cache/delete", key=page["keys"][-1]["key"])
    assert pages == [3, 3, 1]


def test_at_most_so_many_keys_at_once(newer, name, monkeypatch):
    monkeypatch.setattr(_cache, "MOST_KEYS", 2)
    newer.post("cache/setMany", entries=[{"key": f"{name}{n}", "value": 1} for n in range(3)])
    assert newer.post("cache/keys", prefix=name).json() == {"keys": [f"{name}0", f"{name}1"], "truncated": True}
    assert [newer.post("cache/flush", prefix=name).json()["deleted"] for _ in range(3)] == [2, 1, 0]


def test_a_batch_has_one_call_s_limits(newer, monkeypatch):
    monkeypatch.setattr("aerostack_dynamic.sandbox._sql.MAX_ROWS", 3)
    two = {"sql": "SELECT 1 AS n UNION ALL SELECT 2"}
    results = newer.post("db/batch", queries=[two, two]).json()["results"]
    assert [result["success"] for result in results] == [True, False]
    assert "more than 3 rows" in results[1]["error"]
    monkeypatch.setattr("aerostack_dynamic.sandbox._sql.SECONDS", 0.05)
    endless = {"sql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n"}
    results = newer.post("db/batch", queries=[endless, endless, {"sql": "SELECT 1 AS n"}]).json()["results"]
    assert [result.get("results") for result in results] == [None, None, [{"n": 1}]]
    assert newer.post("db/batch", queries=[{"sql": "SELECT 1"}] * 26).status_code == 400


@pytest.mark.parametrize("content_type", ["application/json", "application/xml", "text/html; charset=utf-8", "multipart/form-data"])
def test_a_file_of_any_type_comes_as_it_is(newer, name, content_type):
    newer.upload(name, b"\xff not what it says", contentType=content_type)
    answer = newer.post("storage/get", key=name)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"\xff not what it says", content_type)
    assert answer.headers["content-disposition"] == "attachment"


def test_a_file_or_stream_that_breaks_the_document_is_loud(newer, name, monkeypatch, caplog):
    newer.upload(name)
    monkeypatch.setattr(Judge, "answer", lambda *_: [{"pointer": "", "rule": "r", "message": "broken"}])
    for path, body in (("storage/get", {"key": name}), ("ai/chat", {"messages": HELLO, "stream": True})):
        answer = newer.post(path, **body)
        assert (answer.status_code, answer.json()["details"]["problems"][0]["message"]) == (500, "broken")
    assert caplog.text.count("BREAKS THE DOCUMENT") == 2


def test_no_bytes_are_left_of_what_is_gone(newer, name):
    folder = newer.box.data / "files"
    before = len(list(folder.iterdir()))
    for key in "abc":
        newer.upload(name + key)
    newer.post("storage/copy", sourceKey=name + "a", destKey=name + "b")
    newer.post("storage/move", sourceKey=name + "a", destKey=name + "c")
    assert len(list(folder.iterdir())) == before + 2
    newer.post("storage/delete", key=name + "b")
    newer.post("storage/delete", key=name + "c")
    assert len(list(folder.iterdir())) == before


def test_the_index_is_out_of_the_project_s_reach(newer, name):
    newer.post("ai/search/ingest", content="hidden", type=name)
    assert "not allowed" in newer.refused("SELECT * FROM _sandbox_texts_index")
    assert "not allowed" in newer.refused("SELECT * FROM _sandbox_texts_index_data")
    assert not [row for row in newer.rows("SELECT name FROM sqlite_master") if "_sandbox" in row["name"]]
    assert newer.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    newer.query("ANALYZE")
    newer.query("REINDEX")
    assert newer.post("ai/search/query", text="hidden", types=[name]).json()["results"][0]["content"] == "hidden"


def test_a_job_that_is_cancelled_at_the_last_moment_does_not_run(newer, monkeypatch):
    queue = newer.box._running.platform.queue
    job = newer.post("queue/enqueue", type="add", data={"a": 1, "b": 2}, delay=3600).json()["jobId"]
    assert newer.post("queue/cancel", jobId=job).json()["success"] is True
    queue._run(job, "add", '{"a": 1, "b": 2}')
    assert newer.box.job(job)["status"] == "cancelled"


def test_jobs_are_known_for_seven_days(newer):
    job, waiting = (newer.post("queue/enqueue", type="add", data={}, delay=60).json()["jobId"] for _ in range(2))
    newer.post("queue/cancel", jobId=job)
    with newer.box._running.platform.store.write() as connection:
        connection.execute("UPDATE _sandbox_jobs SET due = due - 8 * 86400 WHERE id = ?", (job,))
        connection.execute("UPDATE _sandbox_jobs SET due = 0, type = 'nobody' WHERE id = ?", (waiting,))
    newer.post("queue/enqueue", type="nobody", data={})
    assert newer.post("queue/job", jobId=job).json()["exists"] is False
    assert newer.post("queue/job", jobId=waiting).json()["exists"] is True


def test_both_versions_open_each_other_s_folder(tmp_path, open_api):
    with Sandbox(version="1.5.0", data=tmp_path) as box:
        api, api_key, gateway_key = open_api(box), box.api_key, box.gateway_key
        api.post("cache/increment", key="count", amount=41)
        api.post("ai/search/ingest", content="kept", type="t", id="1")
        api.post("db/batch", queries=[{"sql": "CREATE TABLE notes (text)"}])
        api.upload("a/b.txt", b"kept", contentType="text/plain")
        cancelled = api.post("queue/enqueue", type="add", data={}).json()["jobId"]
        api.post("queue/cancel", jobId=cancelled)
        spent = api.http.post(
            "ai/gateway/s/chat/completions", json={"messages": HELLO}, headers={"authorization": f"Bearer {gateway_key}"}
        ).json()["usage"]["total_tokens"]
    with Sandbox(data=tmp_path) as box:
        api = open_api(box)
        assert (box.version, box.api_key, box.gateway_key) == ("1.0.0", api_key, None)
        assert api.post("cache/get", key="count").json()["value"] == 41
        api.post("cache/set", key="count", value=42)
        assert api.rows("SELECT * FROM notes") == []
        assert box.job(cancelled)["status"] == "cancelled"
        waiting = api.post("queue/enqueue", type="add", data={}).json()["jobId"]
        assert httpx.get(box.url.replace("/v1", "/files/a/b.txt"), trust_env=False).content == b"kept"
    with Sandbox(version="1.5.0", data=tmp_path) as box:
        api = open_api(box)
        assert (box.version, box.api_key, box.gateway_key) == ("1.5.0", api_key, gateway_key)
        assert api.post("cache/get", key="count").json()["value"] == 42
        assert [job["id"] for job in api.post("queue/jobs").json()["jobs"]] == [waiting, cancelled]
        assert api.post("ai/search/get", id="1").json()["result"]["content"] == "kept"
        assert gateway(box, f"Bearer {gateway_key}", api_slug="s").json()["wallet"]["total_consumed"] == spent
        assert api.post("storage/getMetadata", key="a/b.txt").json()["size"] == 4


def test_a_folder_of_an_earlier_release_is_brought_up_to_date(tmp_path):
    path = tmp_path / "sandbox.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE _sandbox_jobs (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, data TEXT NOT NULL,"
        "status TEXT NOT NULL, due REAL NOT NULL, result TEXT, error TEXT);"
        "INSERT INTO _sandbox_jobs VALUES (1, 'j', 't', '{}', 'completed', 86400.0, NULL, NULL);"
        "CREATE TABLE _sandbox_files (key TEXT PRIMARY KEY, blob TEXT NOT NULL UNIQUE, content_type TEXT NOT NULL,"
        "size INTEGER NOT NULL) WITHOUT ROWID;"
        "INSERT INTO _sandbox_files VALUES ('k', 'b', 'text/plain', 3);"
    )
    connection.close()
    for _ in range(2):
        store = Store(path)
        with store.read() as connection:
            assert connection.execute("SELECT id, created FROM _sandbox_jobs").fetchall() == [("j", 86400.0)]
            ((key, modified),) = connection.execute("SELECT key, modified FROM _sandbox_files").fetchall()
        store.close()
        assert key == "k"
        assert abs(modified - time.time()) < 60
    assert {table for table, _, _ in _store._ADDED} == {"jobs", "files"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"version": "2.0.0"}, "version: the sandbox serves 1.0.0 and 1.5.0, not '2.0.0'"),
        ({"gateway_key": "x"}, "gateway_key: version 1.0.0 has no gateway"),
        ({"gateway_key": "a b", "version": "1.5.0"}, "gateway_key: a key is visible ASCII"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        Sandbox(**arguments)


def test_a_given_gateway_key_is_not_written_down(tmp_path):
    with Sandbox(version="1.5.0", data=tmp_path, gateway_key="given_key") as box:
        assert box.gateway_key == "given_key"
        assert gateway(box, "Bearer given_key").json() == {"wallet": {"balance": 1_000_000, "total_consumed": 0}}
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"given_key" not in written
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())).count("gateway") == 0
