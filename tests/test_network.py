"""Time limits, first retries, transports that are lent, and closing."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import (
    AerostackError,
    ArgumentsError,
    AsyncClient,
    Client,
    CredentialsError,
    NoResponseError,
    RetryPolicy,
    Timeout,
    TimeoutError,
)

OK = b'{"exists":true}'


def get(client: Any) -> Any:
    return client.cache.cache_get(key="k")


# ---- time


def drip(chunks: list[bytes], pause: float) -> Any:
    def answer(connection: Any) -> None:
        for chunk in chunks:
            connection.sendall(chunk)
            time.sleep(pause)

    return lambda seen: answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
SLOW = {
    "silence": ([b""] * 20, 0.1),
    "headers a byte at a time": ([bytes([one]) for one in HEAD], 0.05),
    "a body a byte at a time": ([HEAD] + [b" "] * 100, 0.05),
    "endless informational answers": ([b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 100, 0.05),
    "chunks a byte at a time": ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"1\r\n \r\n"] * 100, 0.05),
}


@pytest.mark.parametrize("kind", SLOW)
def test_the_total_is_a_true_total(both: Any, wire: Any, settle: Any, kind: str) -> None:
    server = wire(drip(*SLOW[kind]))

    async def story(client: Any) -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError, match="the total time limit of the call passed") as caught:
            await settle(get(client))
        assert 0.35 < time.monotonic() - began < 1
        assert isinstance(
            caught.value, __builtins__["TimeoutError"] if isinstance(__builtins__, dict) else __builtins__.TimeoutError
        )
        assert caught.value.stage in ("request", "response")
        assert caught.value.sent in ("maybe", "answered")
        assert caught.value.attempts == 1

    both.run(story, "ac_secret_x", server=server.url, timeout=Timeout(total=0.4))


def test_one_step_has_its_own_limit(both: Any, wire: Any, settle: Any) -> None:
    server = wire(drip([b""] * 10, 0.1))

    async def story(client: Any) -> None:
        with pytest.raises(TimeoutError, match="the time limit to read or write passed"):
            await settle(get(client.with_options(timeout=Timeout(total=10, read=0.2))))

    both.run(story, "ac_secret_x", server=server.url)


def test_waits_count_against_the_total(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(503, Retry_After="5")])

    async def story(client: Any) -> None:
        began = time.monotonic()
        with pytest.raises(package.ServerError) as caught:
            await settle(get(client))
        assert time.monotonic() - began < 0.5
        assert caught.value.retry_refused == "the total time limit would pass before the next attempt"
        assert caught.value.retry_after == 5

    both.run(story, "ac_secret_x", server=server.url, timeout=1)


def test_the_limits_of_a_call(wire: Any, reply: Any) -> None:
    seen: list[dict[str, float]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, json={})

    with Client("ac_secret_x", transport=httpx.MockTransport(handler)) as client:
        client.cache.cache_get(key="k")
        client.ai.ai_chat(messages=[])
        client.storage.storage_upload(key="k", file=b"")
        client.with_options(timeout=2).ai.ai_chat(messages=[])
        client.with_options(timeout=None).ai.ai_chat(messages=[])
    assert [one["read"] for one in seen] == [30, pytest.approx(300, abs=1), 30, pytest.approx(2, abs=0.1), None]
    assert [one["connect"] for one in seen] == [5, 5, 5, pytest.approx(2, abs=0.1), None]


def test_wrong_limits_are_refused() -> None:
    for wrong in (0, -1, float("nan"), True, "5"):
        with pytest.raises(ArgumentsError, match="timeout"):
            Client(timeout=wrong)  # type: ignore[arg-type]
    with pytest.raises(ArgumentsError, match="timeout: read is a number"):
        Timeout(read=0)
    with pytest.raises(ArgumentsError, match="timeout: total is a number"):
        Timeout(total="5")  # type: ignore[arg-type]


# ---- the first retries


def test_nothing_listens(both: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError, match="Connection refused|refused|failed") as caught:
            await settle(client.database.db_query(sql="select 1"))
        error = caught.value
        assert (error.stage, error.sent, error.attempts) == ("connect", "no", 3)
        assert error.reason.endswith(" (http://127.0.0.1:9)")
        assert error.retry_refused == "all 3 attempts are used"
        assert error.operation == "database.db_query"

    both.run(story, "ac_secret_x", server="http://127.0.0.1:9/v1")


QUICK = RetryPolicy(throttled_delay=0.1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 524])
def test_a_safe_operation_is_tried_again(both: Any, wire: Any, reply: Any, settle: Any, status: int) -> None:
    server = wire([reply(status), reply(status), reply(body=OK)])
    told: list[Any] = []

    class Hook:
        def on_retry(self, operation: Any, attempt: int, reason: str, delay: float) -> None:
            told.append((operation.dotted, attempt, reason, delay < 1))

    async def story(client: Any) -> None:
        response = await settle(client.cache.cache_get.raw(key="k"))
        assert response.attempts == 3

    both.run(story, "ac_secret_x", server=server.url, hooks=[Hook()], retry=QUICK)
    assert told == [("cache.cache_get", number, f"status {status}", True) for number in (1, 2)]
    assert len({one.body for one in server.seen}) == 1


def test_what_is_not_tried_again(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        with pytest.raises(AerostackError) as caught:
            await settle(client.database.db_query(sql="insert"))
        assert (caught.value.attempts, caught.value.retry_refused) == (1, "the operation is not known to be safe or idempotent")
        with pytest.raises(AerostackError) as caught:
            await settle(client.with_options(idempotent=True).database.db_query(sql="insert"))
        assert caught.value.attempts == 3
        with pytest.raises(AerostackError) as caught:
            await settle(client.cache.cache_get.with_options(retry=RetryPolicy.off())(key="k"))
        assert (caught.value.attempts, caught.value.retry_refused) == (1, None)
        with pytest.raises(AerostackError) as caught:
            await settle(client.cache.cache_get.with_options(idempotent=False)(key="k"))
        assert caught.value.attempts == 1

    both.run(story, "ac_secret_x", server=wire([reply(503)]).url)


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", b"nonsense\r\n\r\n"])
def test_a_broken_answer_is_never_data(both: Any, wire: Any, settle: Any, answer: Any) -> None:
    server = wire(lambda seen: lambda connection: connection.sendall(answer) if answer else None)

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as caught:
            await settle(get(client))
        assert caught.value.sent == ("answered" if answer and answer.startswith(b"HTTP") else "maybe")
        assert caught.value.permanent is (answer == b"nonsense\r\n\r\n")
        assert caught.value.attempts == (1 if caught.value.permanent else 3)

    both.run(story, "ac_secret_x", server=server.url)


def test_a_redirect_is_refused_and_keeps_the_key(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    sink = wire([reply()])
    server = wire([reply(307, Location=sink.url)])

    async def story(client: Any) -> None:
        with pytest.raises(package.StatusError, match="redirect refused: a POST is not repeated elsewhere") as caught:
            await settle(get(client))
        assert caught.value.status == 307

    both.run(story, "ac_secret_x", server=server.url)
    assert sink.connections == 0


def test_policies_are_checked() -> None:
    for wrong in (0, 6, True, "3", 1.5):
        with pytest.raises(ArgumentsError, match="retry|attempts"):
            Client(retry=wrong)  # type: ignore[arg-type]
    with pytest.raises(ArgumentsError, match="first_delay"):
        RetryPolicy(first_delay=-1)
    assert Client(retry=2)._caller.options.retry == RetryPolicy(attempts=2)


# ---- transports and clients that are lent


def mock(both: Any, handler: Any) -> Any:
    return httpx.MockTransport(handler)


def test_any_httpx_transport_can_be_given(both: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        assert (await settle(get(client))).exists is True

    both.run(story, "ac_secret_x", transport=httpx.MockTransport(lambda request: httpx.Response(200, content=OK)))
    real = httpx.HTTPTransport() if both.kind == "sync" else httpx.AsyncHTTPTransport()
    with pytest.raises(NoResponseError):
        both.run(story, "ac_secret_x", transport=real, server="http://127.0.0.1:9", retry=1)


def test_the_wrong_kind_is_told(both: Any) -> None:
    other = httpx.AsyncHTTPTransport() if both.kind == "sync" else httpx.HTTPTransport()
    for wrong, message in ((other, "this one is for"), (3, "needs an httpx transport with"), ("htpx", "did you mean 'httpx'")):
        with pytest.raises(ArgumentsError, match=message):
            both.client_class(transport=wrong)
    lent = httpx.AsyncClient() if both.kind == "sync" else httpx.Client()
    for wrong in (lent, 3):
        with pytest.raises(ArgumentsError, match="http_client: .* borrows an"):
            both.client_class(http_client=wrong)
    with pytest.raises(ArgumentsError, match="give one of them"):
        both.client_class(http_client=3, transport=3)
    assert both.client_class(transport="httpx")


def test_a_lent_client_keeps_its_ways_and_stays_open(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=OK)])
    settings: Any = {"headers": {"x-own": "1"}, "cookies": {"c": "2"}, "timeout": 5, "follow_redirects": True}
    lent = httpx.Client(**settings) if both.kind == "sync" else httpx.AsyncClient(**settings)

    async def story(client: Any) -> None:
        response = await settle(client.cache.cache_get.raw(key="k"))
        assert "x-aerostack-key" not in response.http.request.headers
        await settle(client.storage.storage_upload(key="k", file=iter([b"ab"])))
        await settle(client.close() if both.kind == "sync" else client.aclose())
        assert not lent.is_closed
        await settle(lent.close() if both.kind == "sync" else lent.aclose())
        other = both.client_class("ac_secret_x", http_client=lent, server=server.url)
        with pytest.raises(AerostackError, match="the http_client that was lent is closed"):
            await settle(get(other))

    both.run(story, "ac_secret_x", http_client=lent, server=server.url)
    for seen in server.seen:
        assert (seen.header("x-own"), seen.header("cookie")) == ("1", "c=2")
        assert seen.header("x-aerostack-key") == "ac_secret_x"
        assert seen.header("user-agent") == f"aerostack_dynamic/{package.__version__}"
    assert b"\r\n\r\nab\r\n" in server.seen[1].body


def test_a_lent_client_has_its_own_time_limit(both: Any, wire: Any, settle: Any) -> None:
    server = wire(drip([b""] * 10, 0.1))

    async def story(client: Any) -> None:
        for chosen in ({}, {"timeout": Timeout(read=0.1)}):
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await settle(get(client.with_options(**chosen)))
            assert time.monotonic() - began < 0.8

    lent = httpx.Client(timeout=0.3) if both.kind == "sync" else httpx.AsyncClient(timeout=0.3)
    both.run(story, "ac_secret_x", http_client=lent, server=server.url, retry=RetryPolicy.off())
    if both.kind == "sync":
        lent.close()  # type: ignore[union-attr]


def test_the_total_bounds_foreign_transports_too(both: Any, wire: Any, settle: Any) -> None:
    server = wire(drip([HEAD] + [b" "] * 100, 0.05))

    async def story(client: Any) -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError, match="total"):
            await settle(get(client))
        assert time.monotonic() - began < 1

    transport = httpx.HTTPTransport() if both.kind == "sync" else httpx.AsyncHTTPTransport()
    both.run(story, "ac_secret_x", transport=transport, server=server.url, timeout=Timeout(total=0.4))


# ---- closing, loops, threads, processes


def test_use_after_close_is_told(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        copy = client.with_options(timeout=1)
        await settle(get(client))
        for _ in range(2):
            await settle(client.close() if both.kind == "sync" else client.aclose())
        assert client.is_closed
        assert copy.is_closed
        assert repr(client).endswith(", closed>")
        for one in (client, copy):
            with pytest.raises(AerostackError, match="this client is closed"):
                await settle(get(one))

    both.run(story, "ac_secret_x", server=wire([reply(body=OK)]).url)


def test_closing_closes_connections(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=OK)])

    async def story(client: Any) -> None:
        await settle(get(client))
        await settle(get(client))

    both.run(story, "ac_secret_x", server=server.url)
    assert server.connections == 1
    for thread in server._threads[1:]:
        thread.join(2)
        assert not thread.is_alive()


def test_a_dropped_client_releases_its_sockets(wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])
    client = Client("ac_secret_x", server=server.url)
    get(client)
    group = client.cache
    del client
    assert group.cache_get(key="k").exists
    del group
    for thread in server._threads[1:]:
        thread.join(2)
        assert not thread.is_alive()


def test_a_dropped_asynchronous_client_releases_its_sockets(wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])

    async def story() -> None:
        await get(AsyncClient("ac_secret_x", server=server.url))
        gc.collect()
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not any(thread.is_alive() for thread in server._threads[1:]):
                return
        raise AssertionError("the connection is still open")

    asyncio.run(story())


def test_one_client_serves_one_event_loop_after_another(wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])
    client = AsyncClient("ac_secret_x", server=server.url)

    async def story() -> bool:
        return bool((await get(client)).exists)

    assert [asyncio.run(story()) for _ in range(3)] == [True] * 3


def test_threads_share_a_client(box: Any) -> None:
    with Client(box.api_key, server=box.url) as client:
        crossed: list[Any] = []

        def work(number: int) -> None:
            for turn in range(10):
                value = f"{number}-{turn}"
                if client.services.services_invoke(service_name="echo", data={"v": value}).result != {"v": value}:
                    crossed.append(value)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert crossed == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is POSIX")
def test_a_client_works_after_a_fork(wire: Any, reply: Any) -> None:
    server = wire([reply(body=OK)])
    with Client("ac_secret_x", server=server.url) as client:
        get(client)
        child = os.fork()
        if child == 0:
            os._exit(0 if get(client).exists else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert get(client).exists
    assert server.connections == 2


def test_hooks_see_requests_without_credentials_and_may_change_them(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=OK)])
    seen: list[Any] = []

    class Hook:
        def before_request(self, operation: Any, request: Any) -> Any:
            seen.append((operation.dotted, dict(request.headers)))
            request.headers["x-hook"] = "1"
            return request if len(seen) > 1 else None

    class AsyncHook(Hook):
        async def before_request(self, operation: Any, request: Any) -> Any:
            return super().before_request(operation, request)

    class Failing:
        def before_request(self, operation: Any, request: Any) -> None:
            raise LookupError("the caller's own")

    class Elsewhere:
        def before_request(self, operation: Any, request: Any) -> Any:
            return httpx.Request("GET", "https://elsewhere.example/")

    async def story(client: Any) -> None:
        await settle(get(client))

    both.run(story, "ac_secret_x", server=server.url, hooks=[Hook(), (AsyncHook if both.kind == "async" else Hook)()])
    assert all("x-aerostack-key" not in headers for _, headers in seen)
    assert server.seen[0].header("x-hook") == "1"
    with pytest.raises(LookupError, match="the caller's own"):
        both.run(story, "ac_secret_x", server=server.url, hooks=[Failing()])
    with pytest.raises(CredentialsError, match=r"elsewhere\.example is not the server's origin"):
        both.run(story, "ac_secret_x", server=server.url, hooks=[Elsewhere()])
