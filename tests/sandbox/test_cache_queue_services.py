"""The cache with its times, the queue with its worker, and the registered functions."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
import time

import pytest

from aerostack_dynamic.sandbox import Sandbox
from aerostack_dynamic.sandbox._services import find_service


@pytest.mark.parametrize("value", [None, False, 0, "", [], {"a": {"b": [1.5, None]}}, "\u00e9"])
def test_any_json_value_is_kept(api, value):
    assert api.post("cache/set", key="any", value=value).json() == {"success": True}
    assert api.post("cache/get", key="any").json() == {"value": value, "exists": True}


def test_an_absent_key(api):
    assert api.post("cache/get", key="absent").json() == {"value": None, "exists": False}


def test_a_value_ends_with_its_ttl(box, api):
    api.post("cache/set", key="short", value=1, ttl=1)
    api.post("cache/set", key="long", value=1, ttl=100)
    assert api.post("cache/get", key="short").json()["exists"] is True
    time.sleep(1.05)
    assert api.post("cache/get", key="short").json() == {"value": None, "exists": False}
    assert api.post("cache/get", key="long").json()["exists"] is True
    api.post("cache/set", key="other", value=1)
    with sqlite3.connect(box.data / "sandbox.sqlite3") as connection:
        keys = {row[0] for row in connection.execute("SELECT key FROM _sandbox_cache")}
    connection.close()
    assert "long" in keys
    assert "short" not in keys


@pytest.mark.parametrize(("ttl", "exists"), [(0, False), (-1, False), (-(10**400), False), (10**400, True)])
def test_ttls_at_the_edges(api, ttl, exists):
    api.post("cache/set", key="edge", value=1, ttl=100)
    assert api.post("cache/set", key="edge", value=2, ttl=ttl).json() == {"success": True}
    assert api.post("cache/get", key="edge").json()["exists"] is exists


def test_setting_again_without_ttl_is_for_ever(api):
    api.post("cache/set", key="again", value=1, ttl=1)
    api.post("cache/set", key="again", value=2)
    time.sleep(1.05)
    assert api.post("cache/get", key="again").json() == {"value": 2, "exists": True}


def enqueue(api, job_type, **more):
    answer = api.post("queue/enqueue", type=job_type, **{"data": {"a": 1, "b": 2}, **more})
    assert answer.status_code == 201, answer.text
    assert answer.json()["success"] is True
    return answer.json()["jobId"]


@pytest.mark.parametrize(
    ("job_type", "status", "result", "error"),
    [
        ("add", "completed", 3, None),
        ("later", "completed", "later 1", None),
        ("fail", "failed", None, "LookupError: no luck with 1"),
        ("leave", "failed", None, "SystemExit: 3"),
        ("not_json", "failed", None, "TypeError: Object of type set is not JSON serializable"),
        ("nan", "failed", None, "ValueError"),
    ],
)
def test_a_job_runs_and_its_end_is_kept(api, job_type, status, result, error):
    job = api.finished(enqueue(api, job_type))
    assert (job["type"], job["status"], job["result"]) == (job_type, status, result)
    assert (job["error"] or "").startswith(error or "")


@pytest.mark.parametrize("delay", [0, -5, -(10**400)])
def test_no_delay(api, delay):
    assert api.finished(enqueue(api, "add", delay=delay))["result"] == 3


def test_a_delayed_job_waits_and_others_do_not_wait_for_it(box, api):
    begun = time.monotonic()
    delayed = enqueue(api, "add", delay=1)
    never = enqueue(api, "add", delay=10**400)
    at_once = enqueue(api, "add")
    assert api.finished(at_once)["result"] == 3
    assert time.monotonic() - begun < 0.9
    assert api.finished(delayed)["status"] == "completed"
    assert 0.95 < time.monotonic() - begun < 3
    assert box.job(never)["status"] == "queued"


def test_a_job_without_its_function_waits(box, api):
    job = enqueue(api, "nobody's")
    api.finished(enqueue(api, "add"))
    assert box.job(job) == {"id": job, "type": "nobody's", "status": "queued", "result": None, "error": None}


def test_an_unknown_job(box):
    with pytest.raises(KeyError):
        box.job("no-such-job")


def test_the_worker_outlives_an_error_of_the_store(box, api, monkeypatch, caplog):
    monkeypatch.setattr("aerostack_dynamic.sandbox._queue._NAP_AFTER_ERROR", 0.01)
    queue = box._running.platform.queue
    step, failed = queue._step, threading.Event()

    def broken():
        failed.set()
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(queue, "_step", broken)
    enqueue(api, "add")
    assert failed.wait(5)
    monkeypatch.setattr(queue, "_step", step)
    assert api.finished(enqueue(api, "add"))["status"] == "completed"
    assert "the queue cannot reach its table" in caplog.text


def test_jobs_survive_a_restart(tmp_path, open_api):
    before = set(threading.enumerate())
    begun, go_on = threading.Event(), threading.Event()

    def slow(_data):
        begun.set()
        go_on.wait(10)
        return "first run"

    with Sandbox(data=tmp_path, services={"slow": slow}) as box:
        api = open_api(box)
        running, waiting, late = enqueue(api, "slow"), enqueue(api, "later"), enqueue(api, "slow", delay=3600)
        assert begun.wait(5)
        assert box.job(running)["status"] == "processing"
    left = set(threading.enumerate()) - before
    assert [thread.name for thread in left] == ["aerostack-sandbox-queue"]
    go_on.set()
    left.pop().join(5)
    with Sandbox(data=tmp_path, services={"slow": lambda _data: "second run", "later": lambda data: data}) as box:
        api = open_api(box)
        assert api.finished(running)["result"] == "second run"
        assert api.finished(waiting)["result"] == {"a": 1, "b": 2}
        assert box.job(late)["status"] == "queued"


@pytest.mark.parametrize(("service", "result"), [("add", 3), ("echo", {"a": 1, "b": 2}), ("later", "later 1")])
def test_a_service_is_called(api, service, result):
    answer = api.post("services/invoke", serviceName=service, data={"a": 1, "b": 2})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "result": result})


def test_an_unknown_service(api):
    answer = api.post("services/invoke", serviceName="nobody", data={})
    assert (answer.status_code, answer.json()["code"]) == (404, "VALIDATION_ERROR")
    assert "add" in answer.json()["details"]["services"]


@pytest.mark.parametrize("service", ["fail", "leave", "not_json", "nan", "deep"])
def test_a_service_that_raises_tells_the_log_only(api, caplog, service):
    answer = api.post("services/invoke", serviceName=service, data={"a": "the reason"})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    for inside in ("Traceback", "Error:", "the reason", ".py"):
        assert inside not in answer.text
    assert [r for r in caplog.records if r.levelno == logging.ERROR and r.exc_info]


def test_find_service_looks_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "module_of_the_folder.py").write_text("def f(data):\n    return 'found'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    try:
        assert find_service("f=module_of_the_folder:f")[1]({}) == "found"
    finally:
        sys.modules.pop("module_of_the_folder", None)


def test_find_service_takes_nested_names():
    assert find_service("path=os:path.join")[1]("a", "b").endswith("b")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "form name=module:function"),
        ("x", "form name=module:function"),
        ("x=os", "form name=module:function"),
        ("=os:getcwd", "form name=module:function"),
        ("x=nowhere_at_all:f", "No module named 'nowhere_at_all'"),
        ("x=os:nothing", "no attribute 'nothing'"),
        ("x=os:sep", "sep is not callable"),
        ("x=.os:sep", "TypeError"),
    ],
)
def test_find_service_says_what_is_wrong(setting, said):
    with pytest.raises(ValueError, match=said) as caught:
        find_service(setting)
    assert repr(setting) in str(caught.value)
