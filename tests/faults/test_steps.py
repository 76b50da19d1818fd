"""What the client's own transport does on a connection: how much for one call, and what it says to proxies. All is counted, not timed."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import suppress
from typing import Any

import httpcore
import httpx
import pytest

from aerostack_dynamic import transports

from .brittle import AsyncNetwork, Plan, SyncNetwork

URL = "http://127.0.0.1:9/v1/x"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"  # which one read gives
CONTINUE = b"HTTP/1.1 103 Early Hints\r\n\r\n"
TWICE = OK + OK
LIMITS = {"timeout": {"connect": 5, "read": 5, "write": 5, "pool": None}}
KINDS = ["sync", "async"]


class Counted(Plan):
    """A network that notes each step."""

    def __init__(self, *replies: bytes) -> None:
        super().__init__(replies, 0, lambda _: None)
        self.steps: list[str] = []

    def step(self, kind: str) -> None:
        self.steps.append(kind)


@pytest.fixture(params=KINDS)
def send(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sends requests one after the other over a plan's network by one transport; gives the bodies, and closes the transport."""

    def run(plan: Plan, *requests: httpx.Request, **options: Any) -> list[bytes]:
        monkeypatch.setattr(httpcore, "SyncBackend", lambda: SyncNetwork(plan))
        monkeypatch.setattr(httpcore, "AnyIOBackend", lambda: AsyncNetwork(plan))
        if request.param == "async":
            return asyncio.run(_sent(requests, options))
        with transports.Transport(**options) as transport:
            got: list[bytes] = []
            for one in requests:
                response = transport.handle_request(one)
                got.append(response.read())
            return got

    return run


async def _sent(requests: Any, options: dict[str, Any]) -> list[bytes]:
    async with transports.AsyncTransport(**options) as transport:
        return [await (await transport.handle_async_request(one)).aread() for one in requests]


def post(content: Any = b"[]", **extensions: Any) -> httpx.Request:
    return httpx.Request("POST", URL, content=content, extensions={**LIMITS, **extensions})


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in three pieces, of unknown length."""

    def __iter__(self) -> Any:
        return iter([b"a", b"b", b"c"])

    async def __aiter__(self) -> Any:
        for piece in self:
            yield piece


def test_a_request_is_written_at_once_and_its_answer_read_at_once(send: Any) -> None:
    plan = Counted(OK)
    assert send(plan, post(), post(), post()) == [b"true"] * 3
    assert plan.steps == ["connect", *["write", "read"] * 3]


def test_the_pieces_of_a_body_are_written_as_they_come_the_head_with_the_first(send: Any) -> None:
    plan = Counted(OK)
    pieces = httpx.Request("POST", URL, stream=Pieces(), headers={"Host": "a", "Transfer-Encoding": "chunked"}, extensions=LIMITS)
    assert send(plan, pieces) == [b"true"]
    assert plan.steps == ["connect", "write", "write", "write", "write", "read"]


def test_a_connection_with_something_left_over_is_not_used_again(send: Any) -> None:
    plan = Counted(TWICE)
    assert send(plan, post(), post()) == [b"true"] * 2
    assert plan.steps == ["connect", "write", "read"] * 2
    assert plan.open_streams == 0


def test_informational_answers_are_passed_over(send: Any) -> None:
    plan = Counted(CONTINUE + CONTINUE + OK)
    assert send(plan, post()) == [b"true"]


def test_a_target_may_be_given(send: Any) -> None:
    plan = Counted(OK)
    send(plan, post(target=b"*"))
    assert plan.streams[0].heard.startswith(b"POST * HTTP/1.1\r\n")


def test_a_request_that_is_no_http_is_not_sent(send: Any) -> None:
    plan = Counted(OK)
    with pytest.raises(httpx.LocalProtocolError):
        send(plan, httpx.Request("GET", URL, headers={"x": "a\nb"}, extensions=LIMITS))
    assert plan.steps == ["connect"]
    assert plan.open_streams == 0


@pytest.mark.parametrize(
    ("url", "asked"),
    [("https://[::1]:9/v1", b"CONNECT [::1]:9 HTTP/1.1"), ("http://[::1]:9/v1", b"POST http://[::1]:9/v1 HTTP/1.1")],
)
def test_a_proxy_is_told_an_address_as_a_url_has_it(send: Any, url: str, asked: bytes) -> None:
    plan = Counted(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
    with suppress(httpx.ProxyError):
        send(plan, httpx.Request("POST", url, extensions=LIMITS), proxy="http://user:word@127.0.0.1:9")
    assert plan.streams[0].heard.startswith(asked + b"\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in plan.streams[0].heard


# ---- what a call on a kept connection costs: whoever makes it cheaper lowers these

FUNCTIONS_OF_OURS = 68
OF_THE_LOOP = {"create_task": 1, "create_future": 4, "call_at": 2}


def test_how_many_functions_of_ours_a_call_takes(wire: Any, reply: Any) -> None:
    calls: list[str] = []

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("aerostack_dynamic"):
            calls.append(frame.f_code.co_name)

    server = wire([reply()])
    with transports.Transport() as own:
        for turn in range(3):
            request = httpx.Request("POST", server.url, content=b"[]", extensions=LIMITS)
            sys.setprofile(note if turn == 2 else None)
            try:
                body = own.handle_request(request).read()
            finally:
                sys.setprofile(None)
            assert body == b"{}"
    assert server.connections == 1
    assert 0 < len(calls) <= FUNCTIONS_OF_OURS, calls


def test_what_a_call_asks_of_the_event_loop(wire: Any, reply: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, asked = wire([reply()]), Counter[str]()

    def note(loop: Any, name: str) -> None:
        inner = getattr(loop, name)

        def noted(*arguments: Any, **named: Any) -> Any:
            asked[name] += 1
            return inner(*arguments, **named)

        monkeypatch.setattr(loop, name, noted)

    async def story() -> None:
        async with transports.AsyncTransport() as own:
            for turn in range(3):
                request = httpx.Request("POST", server.url, content=b"[]", extensions=LIMITS)
                if turn == 2:
                    for name in OF_THE_LOOP:
                        note(asyncio.get_running_loop(), name)
                await (await own.handle_async_request(request)).aread()
            monkeypatch.undo()

    asyncio.run(story())
    assert server.connections == 1
    assert asked == OF_THE_LOOP
