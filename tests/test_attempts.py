"""What an error tells of the attempts before the last one, and of the answer it was made of."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, NoResponseError, ResponseError, RetryPolicy

QUICK = RetryPolicy(attempts=2, first_delay=0.001, longest_delay=0.001, throttled_delay=0.001)


def client(*outcomes: Any) -> Client:
    """A client whose requests end so, one after another: by an answer or an exception."""
    waiting = list(outcomes)

    def handler(_: httpx.Request) -> httpx.Response:
        outcome = waiting.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome) if isinstance(outcome, int) else outcome

    return Client("ac_secret_x", transport=httpx.MockTransport(handler), retry=QUICK)


@pytest.mark.parametrize(
    ("first", "sent"),
    [
        (httpx.ReadError("lost"), "maybe"),
        (500, "maybe"),
        (429, "no"),
        (httpx.ConnectError("refused"), "no"),
    ],
)
def test_that_a_request_arrived_once_is_not_forgotten(first: Any, sent: str) -> None:
    with pytest.raises(NoResponseError, match="refused") as caught:
        client(first, httpx.ConnectError("refused")).cache.cache_get(key="k")
    assert (caught.value.stage, caught.value.attempts, caught.value.sent) == ("connect", 2, sent)


def test_a_body_that_can_not_be_read_has_a_status() -> None:
    answer = httpx.Response(201, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(b"{}")[:-4]))
    with pytest.raises(ResponseError, match="truncated gzip") as caught:
        client(answer).cache.cache_get(key="k")
    assert (caught.value.status, caught.value.sent) == (201, "answered")


def test_a_document_may_say_that_nonsense_is_required() -> None:
    schema = {"type": "object", "required": ["a", {}, 1], "properties": {"a": {}}}
    operation = {"operationId": "x", "requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": {}}
    loaded = Client(
        server="https://a.example",
        spec={"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"post": operation}}},
    )
    assert "a" in loaded.x.__doc__
