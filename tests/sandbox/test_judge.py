"""The judge and the wire: what a request must be, what an answer is, and that a wrong answer never leaves as a right one."""

from __future__ import annotations

import json
import logging
import socket

import httpx
import pytest

from aerostack_dynamic.sandbox._answer import Refusal
from aerostack_dynamic.sandbox._store import Pool


def refused(answer: httpx.Response, status: int = 400, code: str = "VALIDATION_ERROR") -> dict:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["code"] == code
    assert body["message"]
    return body


def test_all_problems_of_a_request_at_once_with_their_places(api):
    body = refused(api.post("db/query", sql=1, params={"a": 1}))
    assert {(p["pointer"], p["rule"]) for p in body["details"]["problems"]} == {("/sql", "type"), ("/params", "type")}


def test_a_missing_property_is_named(api):
    body = refused(api.post("cache/set", key="k"))
    assert body["details"]["problems"] == [{"pointer": "", "rule": "required", "message": "'value' is a required property"}]


def test_pointers_lead_into_arrays(api):
    body = refused(api.post("ai/chat", messages=[{"role": "user"}, {"role": "robot"}]))
    assert [(p["pointer"], p["rule"]) for p in body["details"]["problems"]] == [("/messages/1/role", "enum")]


@pytest.mark.parametrize("email", ["nobody", "a b@c", "@", "a@", "@b"])
def test_signup_checks_the_email_and_never_repeats_the_password(api, email):
    answer = api.post("auth/signup", email=email, password="hunter2")
    body = refused(answer)
    assert {p["rule"] for p in body["details"]["problems"]} == {"format", "minLength"}
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Missing required request body"),
        (b"{", "JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"key": "\\ud800"}', "surrogate"),
        (b'{"key": "k", "value": NaN}', "NaN"),
        (b'{"key": "k", "value": -Infinity}', "Infinity"),
        (b'{"key": "a", "key": "b"}', "twice"),
        (b'{"key": "k", "value": ' + b"[" * 201 + b"]" * 201 + b"}", "deeper than 200"),
        (b'{"key": "k", "value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeper than 200"),
        (b'{"key": "k", "value": ' + b"1" * 5000 + b"}", "digits"),
        (b"[]", "type"),
        (b'\xef\xbb\xbf{"key": "k", "value": 1}', "JSON"),
    ],
)
def test_bodies_that_are_not_strict_json(api, content, said):
    answer = api.http.post("cache/set", content=content, headers={"content-type": "application/json"})
    assert said in refused(answer)["message"]


def test_values_at_the_limits_are_taken(api):
    nested: object = "bottom"
    for _ in range(198):
        nested = [nested]
    for value in [nested, 2**64, -(2**70), 1.5e300, "\U0001f600", {"": None}]:
        assert api.post("cache/set", key="limits", value=value).status_code == 200
        assert api.post("cache/get", key="limits").json() == {"value": value, "exists": True}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "nonsense"])
def test_other_media_types(api, content_type):
    answer = api.http.post("cache/get", content=b'{"key":"k"}', headers={"content-type": content_type})
    assert "mimetype" in refused(answer)["message"]


def test_two_content_types(api):
    headers = [("content-type", "application/json"), ("content-type", "text/plain")]
    assert "twice" in refused(api.http.post("cache/get", content=b'{"key":"k"}', headers=headers))["message"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_same_media_type_written_otherwise(api, content_type):
    answer = api.http.post("cache/get", content=b'{"key":"k"}', headers={"content-type": content_type})
    assert answer.status_code == 200, answer.text


def test_a_chunked_body(api):
    chunks = iter([b'{"key":', b'"chunked",', b'"value":1}'])
    answer = api.http.post("cache/set", content=chunks, headers={"content-type": "application/json"})
    assert answer.json() == {"success": True}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_json_body_may_have_16_mib(api, chunked):
    body = json.dumps({"key": "big", "value": "x" * (17 * 2**20)}).encode()
    pieces = (body[i : i + 2**20] for i in range(0, len(body), 2**20))
    headers = {"content-type": "application/json"}
    answer = api.http.post("cache/set", content=pieces if chunked else body, headers=headers)
    assert "16 MiB" in refused(answer, 413)["message"]
    assert api.post("cache/get", key="big").json()["exists"] is False


@pytest.mark.parametrize("path", ["nowhere", "db/query/", "db", "../v1x", "db//query"])
def test_unknown_paths(api, path):
    refused(api.http.post(f"http://{api.http.base_url.host}:{api.http.base_url.port}/v1/{path}"), 404)


def test_what_is_lost_is_told_the_way(api):
    server = api.box.url.removesuffix("/v1")
    newer = "1.5.0 has it: start the sandbox with --spec-version 1.5.0, or Sandbox(version='1.5.0')"
    for path, told in (
        ("/cache/get", "/cache/get; operations are under /v1: give clients the address with it"),
        ("/v1/cache/increment", f"/v1/cache/increment; {newer}"),
        ("/cache/increment", f"/cache/increment; {newer}"),
        ("/v1/ai/gateway/shop/chat/completions", "/v1/ai/gateway/shop/chat/completions; " + newer),
        ("/v1/nowhere", "/v1/nowhere"),
        (f"/{'x' * 500}", f"/{'x' * 199}"),
    ):
        body = refused(api.http.post(server + path), 404)
        assert body["message"] == f"Not Found in the sandbox: POST {told}"
    assert refused(api.http.get("cache/get"), 405)["message"] == "Method Not Allowed in the sandbox: GET /v1/cache/get"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_wrong_methods_say_the_right_one(api, method):
    answer = api.http.request(method, "db/query")
    refused(answer, 405)
    assert answer.headers["allow"] == "POST"


OPERATIONS = [
    *("db/query", "auth/signup", "auth/signin", "cache/get", "cache/set"),
    *("queue/enqueue", "storage/upload", "ai/chat", "services/invoke"),
]


@pytest.mark.parametrize("path", OPERATIONS)
@pytest.mark.parametrize("key", [None, "", "ac_secret_wrong", "kéy".encode()])
def test_a_wrong_key(box, path, key):
    headers = {} if key is None else {"X-Aerostack-Key": key}
    answer = httpx.post(f"{box.url}/{path}", headers=headers, trust_env=False)
    refused(answer, 401, "AUTH_INVALID_KEY")


def test_two_keys_are_one_too_many(box):
    headers = [("X-Aerostack-Key", box.api_key), ("x-aerostack-key", box.api_key)]
    answer = httpx.post(f"{box.url}/cache/get", headers=headers, json={"key": "k"}, trust_env=False)
    assert "2 times" in refused(answer, 401, "AUTH_INVALID_KEY")["message"]


def test_a_wrong_key_is_told_after_the_whole_body(box):
    host, port = box.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        head = f"POST /v1/storage/upload HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {40 * 2**20}\r\n"
        client.sendall(f"{head}Connection: close\r\n\r\n".encode())
        client.sendall(b"x" * 40 * 2**20)
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_client_that_never_ends_its_body_is_not_waited_for(box, monkeypatch):
    monkeypatch.setattr("aerostack_dynamic.sandbox._door.DRAIN_SECONDS", 0.1)
    host, port = box.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(f"POST /v1/cache/get HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 9\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_client_that_asks_first_is_refused_before_it_sends(box):
    host, port = box.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(
            f"POST /v1/storage/upload HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 5000000000\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_every_answer_has_its_own_request_id(api):
    answers = [api.post("cache/get", key="k"), api.post("cache/get"), api.http.get("nowhere")]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 3
    assert all(len(request_id) == 32 for request_id in ids)


@pytest.mark.parametrize(
    "wrong",
    [{"value": 1, "exists": "yes"}, {"value": {1, 2}}, {"value": float("inf")}, []],
)
def test_a_wrong_answer_leaves_as_a_500_and_is_loud(box, api, monkeypatch, caplog, wrong):
    monkeypatch.setattr(box._running.platform.cache, "get", lambda _key: wrong)
    body = refused(api.post("cache/get", key="k"), 500, "INTERNAL_ERROR")
    assert body["details"]["problems"]
    loud = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "cacheGet" in loud[0].getMessage()
    assert "BREAKS THE DOCUMENT" in loud[0].getMessage()


def test_an_error_answer_is_judged_too(box, api, monkeypatch):
    def outside_the_enum(_key: str) -> None:
        raise Refusal(418, "NOT_A_CODE", "a teapot")

    monkeypatch.setattr(box._running.platform.cache, "get", outside_the_enum)
    refused(api.post("cache/get", key="k"), 500, "INTERNAL_ERROR")


def test_a_failure_of_the_sandbox_is_a_500_without_its_reason(box, api, monkeypatch, caplog):
    def broken(_key: str) -> None:
        raise OSError("the disk of /home/secret is full")

    monkeypatch.setattr(box._running.platform.cache, "get", broken)
    answer = api.post("cache/get", key="k")
    refused(answer, 500, "INTERNAL_ERROR")
    assert "disk" not in answer.text
    assert "the disk of /home/secret is full" in caplog.text


def test_secrets_stay_out_of_the_log(box, api, caplog):
    caplog.set_level(logging.DEBUG)
    api.post("auth/signup", email="log@example.com", password="in the log?")
    token = api.post("auth/signin", email="log@example.com", password="in the log?").json()["token"]
    api.post("auth/signin", email="log@example.com", password="in the log!")
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith(("aerostack", "uvicorn")))
    assert "/v1/auth/signin" in ours
    for secret in ("in the log", token, box.api_key):
        assert secret not in ours


def test_a_path_cannot_write_a_log_line_of_its_own(api, caplog):
    caplog.set_level(logging.INFO)
    api.http.get("x%0aERROR%20forged")
    assert "/v1/x%0aERROR%20forged" in caplog.text
    assert "\nERROR forged" not in caplog.text


def test_the_pool_of_a_stopped_sandbox_lends_nothing():
    class Thing:
        closed = 0

        def close(self) -> None:
            self.closed += 1

    pool = Pool(Thing)
    with pool.lend() as kept:
        pass
    with pool.lend() as again:
        assert again is kept
        pool.close()
        assert kept.closed == 0
    assert kept.closed == 1
    with pytest.raises(RuntimeError, match="stopped"), pool.lend():
        pass
