"""Transports that wrap others: users' own, a cache, a rate limit; and what the client promises over all of them."""

from __future__ import annotations

import time
from typing import Any

import hishel.httpx
import httpx
import pytest
from pyrate_limiter import Duration, Limiter, Rate

from aerostack_dynamic import ArgumentsError, RetryPolicy, TimeoutError
from aerostack_dynamic.transports import AsyncRateLimitTransport, AsyncTransport, RateLimitTransport, Transport

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Wrapped", "version": "1"},
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "security": [{"Key": []}],
    "paths": {"/thing": {"get": {"operationId": "thing", "responses": {"200": {"description": "a thing"}}}}},
}
OK = b'{"ok":true}'


def own(both: Any, **settings: Any) -> Any:
    return Transport(**settings) if both.kind == "sync" else AsyncTransport(**settings)


def options(server: Any, transport: Any, **more: Any) -> dict[str, Any]:
    return {"spec": DOCUMENT, "server": server.url, "credentials": {"Key": "secret"}, "transport": transport, **more}


class Told(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A wrapper as a user writes it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.told: list[Any] = []
        self.closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = self.inner.handle_request(request)
        self.told.append((request.method, request.url.path, response.status_code))
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await self.inner.handle_async_request(request)
        self.told.append((request.method, request.url.path, response.status_code))
        return response

    def close(self) -> None:
        self.closed = True
        self.inner.close()

    async def aclose(self) -> None:
        self.closed = True
        await self.inner.aclose()


def test_a_wrapper_sees_every_attempt(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(503), reply(body=OK)])
    wrapper = Told(own(both))

    async def story(client: Any) -> None:
        assert (await settle(client.thing.raw())).attempts == 2

    both.run(story, **options(server, wrapper, retry=RetryPolicy(first_delay=0.01)))
    assert wrapper.told == [("GET", "/v1/thing", 503), ("GET", "/v1/thing", 200)]
    assert wrapper.closed
    assert server.connections == 1


def test_the_total_reaches_through_a_wrapper(both: Any, settle: Any, wire: Any) -> None:
    def drip(connection: Any) -> None:
        for one in b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" * 9:
            connection.sendall(bytes([one]))
            time.sleep(0.02)

    server = wire(lambda seen: drip)

    async def story(client: Any) -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError, match="the total time limit"):
            await settle(client.thing())
        assert 0.25 < time.monotonic() - began < 0.8

    both.run(story, **options(server, Told(own(both)), timeout=0.3))


def test_a_cache(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK, Cache_Control="max-age=60")])
    if both.kind == "sync":
        cache: Any = hishel.httpx.CacheTransport(own(both), storage=hishel.SqliteStorage(database_path=":memory:"), rfc=True)
    else:
        cache = hishel.httpx.AsyncCacheTransport(own(both), storage=hishel.AsyncSqliteStorage(database_path=":memory:"), rfc=True)

    async def story(client: Any) -> None:
        for _ in range(3):
            assert await settle(client.thing()) == {"ok": True}

    both.run(story, **options(server, cache))
    assert len(server.seen) == 1


def limited(both: Any, limiter: Any) -> Any:
    return (RateLimitTransport if both.kind == "sync" else AsyncRateLimitTransport)(limiter, own(both))


def test_a_rate_is_kept(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])

    async def story(client: Any) -> None:
        began = time.monotonic()
        for _ in range(5):
            await settle(client.thing())
        assert 0.35 < time.monotonic() - began < 3

    both.run(story, **options(server, limited(both, Limiter(Rate(2, 200)))))
    assert len(server.seen) == 5


def test_who_waits_for_a_rate_beyond_the_total_was_not_sent(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])

    async def story(client: Any) -> None:
        await settle(client.thing())
        began = time.monotonic()
        with pytest.raises(TimeoutError) as caught:
            await settle(client.thing())
        assert time.monotonic() - began < 1
        assert (caught.value.stage, caught.value.sent) == ("queue", "no")

    both.run(story, **options(server, limited(both, Limiter(Rate(1, Duration.MINUTE))), timeout=0.3))
    assert len(server.seen) == 1


def test_a_limiter_that_is_none(both: Any) -> None:
    with pytest.raises(ArgumentsError, match=r"limiter: .*aerostack_dynamic\[ratelimit\]"):
        limited(both, 5)
