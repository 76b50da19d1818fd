"""What the SDK raises: section 6 of what users know, and the package's own errors at once."""

from __future__ import annotations

import builtins
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import aerostack_dynamic
from aerostack_dynamic import AerostackError, NoResponseError, ResponseError, StatusError
from aerostack_dynamic.sdk import SDK, errors
from aerostack_dynamic.sdk.errors import _network
from aerostack_dynamic.sdk.utils import BackoffStrategy, RetryConfig
from aerostack_dynamic.sdk.utils.retries import policy_of

KEY = "ac_secret_for_tests"


def test_the_tree() -> None:
    assert issubclass(errors.SDKBaseError, AerostackError)
    for kind in (errors.ErrorResponse, errors.SDKError):
        assert issubclass(kind, (errors.SDKBaseError))
        assert issubclass(kind, StatusError)
    assert not issubclass(errors.ErrorResponse, errors.SDKError)
    assert issubclass(errors.ResponseValidationError, errors.SDKBaseError)
    assert issubclass(errors.ResponseValidationError, ResponseError)
    assert issubclass(errors.NoResponseError, NoResponseError)
    assert not issubclass(errors.NoResponseError, errors.SDKBaseError)
    assert errors.Code("DB_QUERY_FAILED") == "DB_QUERY_FAILED"


def test_they_can_be_made_by_hand() -> None:
    response = httpx.Response(404, text="gone", headers={"Content-Type": "text/plain", "Retry-After": "3"})
    base = errors.SDKBaseError("m", response)
    assert (str(base), base.message, base.status_code, base.body, base.data) == ("m", "m", 404, "gone", None)
    assert base.headers is response.headers
    assert base.raw_response is response
    assert errors.SDKBaseError("m", response, "other").body == "other"
    error = errors.SDKError("API error occurred", response)
    assert str(error) == error.message == "API error occurred: Status 404 Content-Type text/plain. Body: gone"
    assert error.retry_after == 3
    empty = httpx.Response(500, headers={"Content-Type": "application/json"})
    assert str(errors.SDKError("API error occurred", empty)) == 'API error occurred: Status 500. Body: ""'
    data = errors.ErrorResponseData(code="AUTH_INVALID_KEY", message="no")
    refused = errors.ErrorResponse(data, response)
    assert (str(refused), refused.code, refused.data) == ("no", "AUTH_INVALID_KEY", data)
    assert str(errors.ErrorResponse(errors.ErrorResponseData(code="X", message=""), response)) == "gone"
    cause = ValueError("bad")
    invalid = errors.ResponseValidationError("Response validation failed", response, cause)
    assert str(invalid) == "Response validation failed: bad"
    assert invalid.cause is invalid.__cause__ is cause
    assert str(errors.NoResponseError()) == errors.NoResponseError().message == "No response received"


def test_a_long_body_is_cut() -> None:
    error = errors.SDKError("API error occurred", httpx.Response(500, text="x" * 10_007))
    assert str(error).endswith("x...and 7 more chars")
    assert len(error.body) == 10_007


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"", "application/json"),
        (200, b"{", "application/json"),
        (200, b"null", "application/json"),
        (200, b"[]", "application/json; charset=utf-8"),
        (200, b'{"count":"many"}', "Application/JSON"),
        (202, b'{"count":"many"}', "application/json"),
        (202, b"[]", "application/json"),
        (202, b"null", "application/json"),
    ],
)
def test_an_answer_that_breaks_the_document(
    twins: Any, wire: Callable[[Any], Any], reply: Any, status: int, body: bytes, content_type: str
) -> None:
    with pytest.raises(errors.ResponseValidationError, match="^Response validation failed: ") as caught:
        twins(wire([reply(status, body, content_type)]).url, "database.db_query", {"sql": "x"})
    error = caught.value
    assert error.status_code == error.status == status
    assert isinstance(error.cause, ResponseError)
    assert error.__cause__ is error.cause
    assert error.operation == "database.db_query"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.body, str(again.cause)) == (str(error), error.body, str(error.cause))


@pytest.mark.parametrize(("status", "content_type"), [(200, "text/html"), (200, "image/png"), (304, None)])
def test_an_answer_nobody_asked_for(twins: Any, wire: Any, reply: Any, status: int, content_type: Any) -> None:
    with pytest.raises(errors.SDKError, match="Unexpected response received") as caught:
        twins(wire([reply(status, b"<p>Hi" if status == 200 else b"", content_type)]).url, "database.db_query", {"sql": "x"})
    assert caught.value.status_code == status
    assert "<p>" not in str(caught.value)


def test_an_answer_that_is_too_long_to_read(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    with pytest.raises(errors.ResponseValidationError, match="gzip") as caught:
        twins(wire([reply(200, b"{}", Content_Encoding="gzip")]).url, "database.db_query", {"sql": "x"})
    assert (caught.value.raw_response, caught.value.body) == (None, "")


def test_an_error_tells_of_its_call(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    answer = reply(429, b'{"code":"RATE_LIMIT_EXCEEDED","message":"slow"}', X_Request_Id="r1", Retry_After="7")
    with pytest.raises(StatusError) as caught:
        twins(wire([answer]).url, "database.db_query", {"sql": "x"})
    error: Any = caught.value
    assert (error.operation, error.attempts, error.sent, error.request_id) == ("database.db_query", 1, "answered", "r1")
    assert (error.status, error.retry_after, error.code) == (429, 7, "RATE_LIMIT_EXCEEDED")
    assert error.elapsed >= 0
    assert error.raw_response.request.url.path == "/v1/db/query"
    assert "x-aerostack-key" not in error.raw_response.request.headers
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is errors.ErrorResponse
    assert (again.data, again.status_code, again.operation) == (error.data, 429, "database.db_query")


def test_problem_details_are_an_error_response_when_they_have_a_code(twins: Any, wire: Any, reply: Any) -> None:
    for body, kind in ((b'{"code":"X","detail":"d"}', errors.ErrorResponse), (b'{"title":"t"}', errors.SDKError)):
        with pytest.raises(kind) as caught:
            twins(wire([reply(400, body, "application/problem+json")]).url, "database.db_query", {"sql": "x"})
        assert caught.value.data is not None


# ---- the network


@pytest.mark.parametrize(
    ("answer", "kind", "ours"),
    [
        (None, httpx.RemoteProtocolError, NoResponseError),
        (b"nonsense\r\n\r\n", httpx.RemoteProtocolError, NoResponseError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", httpx.RemoteProtocolError, NoResponseError),
        (lambda connection: connection.recv(1), httpx.ReadTimeout, aerostack_dynamic.TimeoutError),
    ],
)
def test_network_errors_are_of_both_kinds(twins: Any, wire: Any, answer: Any, kind: Any, ours: Any) -> None:
    def answering(connection: Any) -> None:
        connection.sendall(answer)

    server = wire([answering if isinstance(answer, bytes) else answer])
    with pytest.raises(httpx.RequestError) as caught:
        twins(server.url, "authentication.auth_signin", {"email": "a@b.co", "password": "hunter2-and-more"}, timeout_ms=150)
    error: Any = caught.value
    assert isinstance(error, kind)
    assert isinstance(error, ours)
    assert isinstance(error, errors.NoResponseError)
    assert error.request.url == f"{server.url}/auth/signin"
    assert error.request.method == "POST"
    assert error.operation == "authentication.auth_signin"
    assert error.message == error.reason
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.sent) == (type(error), str(error), error.sent)
    assert b"hunter2" not in error.request.content


def test_a_connection_that_cannot_be_made(twins: Any) -> None:
    with pytest.raises(httpx.ConnectError) as caught:
        twins("http://127.0.0.1:9/v1", "cache.cache_get", {"key": "k"})
    assert isinstance(caught.value, NoResponseError)
    assert caught.value.sent == "no"
    assert caught.value.request.content == b'{"key":"k"}'


def raising(kind: Any) -> httpx.MockTransport:
    def handler(request: httpx.Request) -> httpx.Response:
        raise kind("as told", request=request)

    return httpx.MockTransport(handler)


@pytest.mark.parametrize("name", [name for name in vars(_network) if isinstance(getattr(httpx, name, None), type)])
def test_every_httpx_error_has_its_own(name: str) -> None:
    kind = getattr(httpx, name)
    with httpx.Client(transport=raising(kind)) as client, SDK(KEY, client=client) as sdk:
        with pytest.raises(kind) as caught:
            sdk.cache.cache_get(request={"key": "k"})
    assert type(caught.value).__name__ == name
    assert isinstance(caught.value, builtins.TimeoutError) is name.endswith("Timeout")
    assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)


def test_an_error_of_no_known_kind_is_a_transport_error() -> None:
    class Mine(httpx.ConnectError):
        pass

    with httpx.Client(transport=raising(Mine)) as client, SDK(KEY, client=client) as sdk:
        with pytest.raises(httpx.ConnectError):
            sdk.cache.cache_get(request={"key": "k"})
    with httpx.Client(transport=raising(httpx.RequestError)) as client, SDK(KEY, client=client) as sdk:
        with pytest.raises(httpx.TransportError):
            sdk.cache.cache_get(request={"key": "k"})


def test_what_the_lent_client_raises_of_its_own_is_not_touched() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise LookupError("mine")

    with httpx.Client(transport=httpx.MockTransport(handler)) as client, SDK(KEY, client=client) as sdk:
        with pytest.raises(LookupError, match="mine"):
            sdk.cache.cache_get(request={"key": "k"})


# ---- retries


def config(strategy: str = "backoff", *, errors_too: bool = False, within: int = 5000) -> RetryConfig:
    return RetryConfig(strategy, BackoffStrategy(1, 2, 1.0, within), errors_too)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["database.db_query", "cache.cache_get"])
def test_a_config_is_consent_to_retry_anything(twins: Any, wire: Any, reply: Any, status: int, method: str) -> None:
    server = wire([reply(status, b""), reply(status, b""), reply()])
    request = {"sql": "x"} if method == "database.db_query" else {"key": "k"}
    twins(server.url, method, request, retry_config=config())
    assert len(server.seen) == 3
    assert len({seen.body for seen in server.seen}) == 1


@pytest.mark.parametrize("status", [400, 408, 409, 425, 501])
def test_other_statuses_are_not_retried(twins: Any, wire: Any, reply: Any, status: int) -> None:
    server = wire([reply(status, b"")])
    with pytest.raises(errors.SDKError):
        twins(server.url, "cache.cache_get", {"key": "k"}, retries=config())
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("client", "call"),
    [
        ({}, {}),
        ({"retry_config": config()}, {"retries": None}),
        ({"retry_config": config("none")}, {}),
        ({"retry_config": None}, {}),
    ],
)
def test_without_a_config_nothing_is_retried(twins: Any, wire: Any, reply: Any, client: Any, call: Any) -> None:
    server = wire([reply(503, b"")])
    with pytest.raises(errors.SDKError):
        twins(server.url, "cache.cache_get", {"key": "k"}, **client, **call)
    assert len(server.seen) == 1


def test_the_configs_of_a_call_and_of_the_sdk(twins: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(503, b""), reply()])
    twins(server.url, "cache.cache_get", {"key": "k"}, retry_config=None, retries=config())
    assert len(server.seen) == 2


def test_connection_errors_are_not_retried_unless_asked(twins: Any, wire: Any) -> None:
    with pytest.raises(httpx.ConnectError) as caught:
        twins("http://127.0.0.1:9", "cache.cache_get", {"key": "k"}, retries=config())
    assert caught.value.attempts == 1
    with pytest.raises(httpx.RemoteProtocolError):
        twins(wire([None]).url, "cache.cache_get", {"key": "k"}, retries=config(errors_too=True))


def test_retry_after_replaces_the_wait(twins: Any, wire: Any, reply: Any) -> None:
    answers = [
        reply(503, b"", Retry_After="0.2"),
        reply(503, b"", Retry_After="Wed, 21 Oct 2015 07:28:01 GMT", Date="Wed, 21 Oct 2015 07:28:00 GMT"),
        reply(),
    ]
    server = wire(answers)
    import time

    started = time.monotonic()
    twins(server.url, "cache.cache_get", {"key": "k"}, retries=config())
    assert 1.2 <= time.monotonic() - started < 2
    assert len(server.seen) == 3


def test_the_total_time_limit_is_for_the_last_attempt() -> None:
    assert policy_of(config(within=7000)).allowance == 7
    assert policy_of(None).allowance == 0


@pytest.mark.parametrize("numbers", [(-1, 1, 1, 1), (1, "2", 1, 1), (1, 1, float("nan"), 1), (1, 1, 1, True), (1, 1, 1, 10**400)])
def test_impossible_numbers_are_refused(twins: Any, numbers: Any) -> None:
    wrong = RetryConfig("backoff", BackoffStrategy(*numbers), False)
    with pytest.raises(errors.InvalidArgumentsError, match="retries"):
        SDK(KEY, retry_config=wrong)
    with pytest.raises(errors.InvalidArgumentsError, match="give a RetryConfig or None"):
        twins("http://127.0.0.1:9", "cache.cache_get", {"key": "k"}, retries=3)
