"""Defects B2, B10 to B22 and B33 of the replaced SDK: none of them is here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aerostack_dynamic import NoResponseError, Timeout, TimeoutError
from aerostack_dynamic._retry import Outcome
from aerostack_dynamic.sdk import SDK, errors, models
from aerostack_dynamic.sdk._face import _timeout
from aerostack_dynamic.sdk.utils import BackoffStrategy, RetryConfig
from aerostack_dynamic.sdk.utils.retries import policy_of

KEY = "ac_secret_for_tests"


def slow(answer: bytes, seconds: float) -> Callable[[Any], None]:
    def wait_and_send(connection: Any) -> None:
        time.sleep(seconds)
        connection.sendall(answer)

    return wait_and_send


def test_b02_a_lent_client_keeps_its_own_time_limit(wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([slow(ok, 0.6)])
    with httpx.Client(timeout=0.15) as client, SDK(KEY, server_url=server.url, client=client) as sdk:
        with pytest.raises(httpx.ReadTimeout) as caught:
            sdk.cache.cache_get(request={"key": "k"})
    assert isinstance(caught.value, TimeoutError)


def test_b02_there_is_a_time_limit_without_one_given(
    wire: Callable[[Any], Any], ok: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    from aerostack_dynamic._transport import Transport

    send = Transport.handle_request
    monkeypatch.setattr(Transport, "handle_request", lambda self, one: (seen.append(one.extensions["timeout"]), send(self, one))[1])
    with SDK(KEY, server_url=wire([ok]).url) as sdk:
        sdk.cache.cache_get(request={"key": "k"})
        sdk.ai.ai_chat(request={"messages": []})
        sdk.cache.cache_get(request={"key": "k"}, timeout_ms=1500)
    assert [(one["connect"], one["read"]) for one in seen] == [(5.0, 30.0), (5.0, pytest.approx(300, abs=2)), (1.5, 1.5)]


def test_b02_time_limits_are_for_each_step(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    def drip(connection: Any) -> None:
        for start in range(0, len(ok), 10):
            connection.sendall(ok[start : start + 10])
            time.sleep(0.06)

    assert twins(wire([drip]).url, "cache.cache_get", {"key": "k"}, timeout_ms=250) == models.CacheGetResponseBody()
    with pytest.raises(httpx.ReadTimeout):
        twins(wire([slow(ok, 0.6)]).url, "cache.cache_get", {"key": "k"}, timeout_ms=100)


def test_b02_the_whole_call_has_a_limit_too() -> None:
    operations = SDK(KEY)._face.client.spec.operations
    takes = models.CacheGetRequestBody
    assert _timeout(0.3, operations["cacheGet"], takes) == Timeout(60, 0.3, 0.3, 0.3)
    assert _timeout(90, operations["cacheGet"], takes) == Timeout(90, 90, 90, 90)
    assert _timeout(1, operations["aiChat"], models.AiChatRequestBody).total == 300
    assert _timeout(1, operations["storageUpload"], models.StorageUploadRequestBody).total == 600


@pytest.mark.parametrize("value", [0, -1, True, "100", math.nan, math.inf])
def test_b02_a_time_limit_is_a_number_above_zero(twins: Any, value: Any) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match="timeout_ms"):
        SDK(KEY, timeout_ms=value)
    with pytest.raises(errors.InvalidArgumentsError, match="timeout_ms"):
        twins("http://127.0.0.1:9", "cache.cache_get", {"key": "k"}, timeout_ms=value)


def test_b10_model_dump_loses_nothing(twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]) -> None:
    server = wire([reply(201, b'{"jobId":"j1","success":true,"position":3}')])
    job = twins(server.url, "queue.queue_enqueue", {"type": "t", "data": {}})
    assert job.model_dump() == {"job_id": "j1", "success": True, "position": 3}
    assert job.model_dump(by_alias=True) == {"jobId": "j1", "success": True, "position": 3}
    assert job.model_dump_json() == '{"job_id":"j1","success":true,"position":3}'
    upload = models.StorageUploadRequestBody(key="k", content_type="t/x", file={"content": b"x", "file_name": "a"})
    file = {"content": b"x", "file_name": "a"}
    assert upload.model_dump() == {"key": "k", "content_type": "t/x", "file": file}
    wires = {"content": b"x", "fileName": "a"}
    assert upload.model_dump(by_alias=True) == {"key": "k", "contentType": "t/x", "file": wires}


@pytest.mark.parametrize(
    ("body", "code", "message", "details"),
    [
        (b'{"code":"FORBIDDEN","message":"no"}', "FORBIDDEN", "no", None),
        (b'{"code":"AUTH_INVALID_KEY","message":"no"}', errors.Code.AUTH_INVALID_KEY, "no", None),
        (b'{"error":{"code":"X","message":"wrapped"}}', "X", "wrapped", None),
        (b'{"error":"just text"}', None, "just text", None),
        (b'{"code":"X","message":"m","details":[1,2]}', "X", "m", [1, 2]),
        (b'{"code":7,"message":"m"}', "7", "m", None),
    ],
)
@pytest.mark.parametrize("method", ["database.db_query", "cache.cache_get"])
def test_b11_b12_every_json_error_is_an_error_response(
    twins: Any, wire: Callable[[Any], Any], reply: Any, method: str, body: bytes, code: Any, message: str, details: Any
) -> None:
    request = {"sql": "SELECT 1"} if method == "database.db_query" else {"key": "k"}
    with pytest.raises(errors.ErrorResponse) as caught:
        twins(wire([reply(401, body)]).url, method, request)
    error = caught.value
    assert (error.data.code, error.data.message, error.data.details) == (code, message, details)
    assert (str(error), error.status_code, error.body) == (message, 401, body.decode())
    assert type(error.data.code) in (errors.Code, str, type(None))


@pytest.mark.parametrize(("body", "content_type"), [(b"", "application/json"), (b"<p>no", "text/html"), (b"[]", None)])
@pytest.mark.parametrize("method", ["database.db_query", "cache.cache_get"])
def test_b11_b12_any_other_error_is_an_sdk_error(
    twins: Any, wire: Callable[[Any], Any], reply: Any, method: str, body: bytes, content_type: str | None
) -> None:
    request = {"sql": "SELECT 1"} if method == "database.db_query" else {"key": "k"}
    with pytest.raises(errors.SDKError, match="^API error occurred: Status 401") as caught:
        twins(wire([reply(401, body, content_type)]).url, method, request)
    assert caught.value.body == body.decode()
    assert caught.value.code is None


@pytest.mark.parametrize(
    ("status", "content_type", "method", "request_", "body", "expected"),
    [
        (200, "application/json", "queue.queue_enqueue", {"type": "t", "data": {}}, b'{"jobId":"j"}', {"job_id": "j"}),
        (201, "application/json", "database.db_query", {"sql": "x"}, b'{"count":1}', {"count": 1}),
        (202, "application/vnd.a+json", "database.db_query", {"sql": "x"}, b'{"count":1}', {"count": 1}),
        (200, None, "database.db_query", {"sql": "x"}, b'{"count":1}', {"count": 1}),
        (200, "text/plain", "database.db_query", {"sql": "x"}, b'{"count":1}', {"count": 1}),
        (204, None, "cache.cache_set", {"key": "k", "value": 1}, b"", {}),
        (202, None, "cache.cache_set", {"key": "k", "value": 1}, b"", {}),
    ],
)
def test_b13_any_2xx_is_a_success(
    twins: Any, wire: Any, reply: Any, status: int, content_type: Any, method: str, request_: Any, body: bytes, expected: Any
) -> None:
    result = twins(wire([reply(status, body, content_type)]).url, method, request_)
    assert result.model_dump() == expected


def config(*numbers: Any, connection_errors: bool = False) -> RetryConfig:
    return RetryConfig("backoff", BackoffStrategy(*numbers), connection_errors)


def test_b14_a_long_retry_after_is_not_waited_for(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    for seconds, limit, reason in ((86400, 10**9, "longer than 60 s"), (2, 100, "max_elapsed_time")):
        server = wire([reply(503, b"", Retry_After=str(seconds)), reply()])
        started = time.monotonic()
        with pytest.raises(errors.SDKError) as caught:
            twins(server.url, "cache.cache_get", {"key": "k"}, retries=config(1, 1, 1.5, limit))
        assert time.monotonic() - started < 1
        assert len(server.seen) == 1
        assert reason in str(caught.value.retry_refused)
        assert caught.value.retry_after == seconds


@pytest.mark.parametrize("header", ["inf", "1e400", "nan", "-1", "0", "soon", "9" * 400, "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_b15_an_odd_retry_after_is_ignored(twins: Any, wire: Callable[[Any], Any], reply: Any, header: str) -> None:
    server = wire([reply(503, b"", Retry_After=header, Date="Wed, 21 Oct 2015 07:28:00 GMT"), reply()])
    twins(server.url, "cache.cache_get", {"key": "k"}, retries=config(1, 1, 1.5, 5000))
    assert len(server.seen) == 2


def test_b16_the_schedule_does_not_overflow() -> None:
    policy = policy_of(config(500, 60_000, 10.0, 3_600_000))
    failed = Outcome(503, "answered")
    assert policy.delay(100_000, failed, 0.0) == 60.0
    assert policy_of(config(500, 60_000, 10, 3_600_000)).delay(100_000, failed, 0.0) == 60.0


def test_b17_waits_vary_in_proportion() -> None:
    policy = policy_of(config(500, 60_000, 1.5, 3_600_000))
    failed = Outcome(503, "answered")
    assert [policy.delay(attempt, failed, 0.0) for attempt in range(1, 6)] == [0.5, 0.75, 1.125, 1.6875, 2.53125]
    for attempt in range(1, 30):
        longest = policy.delay(attempt, failed, 0.0)
        assert policy.delay(attempt, failed, 1.0) == pytest.approx(longest * 0.75)
        assert longest <= 60


def test_b17_the_readmes_schedule_makes_many_attempts(wire: Callable[[Any], Any], reply: Any) -> None:
    server = wire([reply(503, b"")])
    with SDK(KEY, server_url=server.url, retry_config=config(1, 50, 1.1, 100)) as sdk:
        with pytest.raises(errors.SDKError) as caught:
            sdk.cache.cache_get(request={"key": "k"})
    assert caught.value.attempts == len(server.seen) > 5
    assert "max_elapsed_time" in str(caught.value.retry_refused)


@pytest.mark.parametrize("value", [math.nan, math.inf, b"bytes", b"\xff"])
def test_b18_what_json_cannot_hold_is_refused(twins: Any, wire: Callable[[Any], Any], ok: bytes, value: Any) -> None:
    server = wire([ok])
    for method, request in (
        ("database.db_query", {"sql": "x", "params": [1, value]}),
        ("cache.cache_set", {"key": "k", "value": {"deep": value}}),
    ):
        with pytest.raises(ValueError, match="body/"):
            twins(server.url, method, request)
    assert server.seen == []


def test_b19_no_text_means_absent(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    twins(server.url, "cache.cache_set", {"key": "~?~unset~?~sentinel~?~", "value": "~?~unset~?~sentinel~?~"})
    assert server.seen[0].body == b'{"key":"~?~unset~?~sentinel~?~","value":"~?~unset~?~sentinel~?~"}'


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"messages": [], "stream": True}, "body/stream: unknown name"),
        ({"messages": [], "modle": "x"}, "did you mean 'model'"),
        ({"messages": [], "bogus": 1, "TTL": 2}, "2 problems"),
    ],
)
def test_b20_an_unknown_key_is_refused(twins: Any, wire: Any, ok: bytes, request_: Any, says: str) -> None:
    server = wire([ok])
    with pytest.raises(errors.InvalidArgumentsError, match=says):
        twins(server.url, "ai.ai_chat", request_)
    assert server.seen == []


def test_b20_an_unknown_key_within_a_value_is_told_and_sent(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    from aerostack_dynamic import ArgumentsWarning

    server = wire([ok])
    with pytest.warns(ArgumentsWarning, match=r"/messages/0/contents.*did you mean 'content'") as warned:
        twins(server.url, "ai.ai_chat", {"messages": [{"role": "user", "contents": "Hi"}]})
    assert warned[0].filename.endswith("conftest.py")
    assert server.seen[0].body == b'{"messages":[{"role":"user","contents":"Hi"}]}'


def test_b21_an_answer_of_another_version_is_no_empty_result(
    twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]
) -> None:
    body = b'{"choices":[{"message":{"content":"Hi"}}],"usage":{}}'
    with pytest.raises(errors.ResponseValidationError, match="it has choices, usage") as caught:
        twins(wire([reply(200, body)]).url, "ai.ai_chat", {"messages": []})
    assert caught.value.data["choices"][0]["message"]["content"] == "Hi"
    assert caught.value.body == body.decode()


def test_b21_what_is_not_declared_is_delivered_beside_the_rest(
    twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]
) -> None:
    answer = twins(wire([reply(200, b'{"response":"Hi","usage":{"n":1}}')]).url, "ai.ai_chat", {"messages": []})
    assert (answer.response, answer.usage, answer.model_extra) == ("Hi", {"n": 1}, {"usage": {"n": 1}})


def test_b22_what_is_absent_is_none(twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]) -> None:
    assert twins(wire([reply(200, b'{"exists":false}')]).url, "cache.cache_get", {"key": "k"}).value is None
    request = {"email": "a@b.co", "password": "p"}
    answer = twins(wire([reply(200, b'{"user":{"id":"1"}}')]).url, "authentication.auth_signin", request)
    assert answer.user.name is None
    assert answer.user.model_dump() == {"id": "1"}
    assert answer.token is None


def test_b33_a_byte_order_mark_is_no_fault(twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]) -> None:
    server = wire([reply(200, b'\xef\xbb\xbf{"count":1}')])
    assert twins(server.url, "database.db_query", {"sql": "x"}).count == 1


def test_connection_errors_are_retried_when_asked(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([slow(ok, 0.5), ok])
    options = {"timeout_ms": 120, "retries": config(1, 1, 1.0, 5000, connection_errors=True)}
    twins(server.url, "queue.queue_enqueue", {"type": "t", "data": {}}, **options)
    assert len(server.seen) == 2
    with pytest.raises(NoResponseError) as caught:
        twins("http://127.0.0.1:9", "cache.cache_get", {"key": "k"}, retries=config(10, 10, 1.0, 60, connection_errors=True))
    assert caught.value.attempts > 2
