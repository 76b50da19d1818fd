"""What a call costs, counted: steps through this package's code, requests whose headers are made. `make bench` measures times."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, Spec

MESSAGES = [{"role": "user", "content": "Hello"}]


class Memory(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every request at once, and looks at nothing but its body."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        stream = httpx.ByteStream(b'{"response":"Hello"}')
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=stream)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How often each function of the package is entered meanwhile; a generator each time that it goes on."""
    found: Counter[str] = Counter()

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("aerostack_dynamic"):
            found[f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"] += 1

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize(("mode", "most"), [("strict", 113), ("tolerant", 112), ("off", 97)])
def test_a_small_call_takes_few_steps(both: Any, settle: Any, mode: str, most: int) -> None:
    """To bind and check, to build and send, to read and check again. httpx by hand takes some 350 of its own for the same."""

    async def story(client: Any) -> Counter[str]:
        await settle(client.ai.ai_chat(messages=MESSAGES))  # what is made once is made here
        with counted() as found:
            await settle(client.ai.ai_chat(messages=MESSAGES))
        return found

    found = both.run(story, "k", transport=Memory(), validation=mode)
    assert 0 < found.total() <= most, found


def test_more_messages_take_two_steps_each(both: Any, settle: Any) -> None:
    async def story(client: Any) -> list[int]:
        totals = []
        for number in (1, 1, 101):
            with counted() as found:
                await settle(client.ai.ai_chat(messages=MESSAGES * number))
            totals.append(found.total())
        return totals[1:]

    few, many = both.run(story, "k", transport=Memory())
    assert many - few <= 2 * 100


def test_headers_that_nobody_looks_at_are_not_made() -> None:
    transport = Memory()
    with Client("k", transport=transport) as client, counted() as found:
        client.ai.ai_chat(messages=MESSAGES)
    assert "aerostack_dynamic._hidden.headers" not in found
    assert transport.requests[0].headers["x-aerostack-key"] == "k"
    assert transport.requests[0].headers["content-type"] == "application/json"


# What the first call of an operation works out: where it is called, how it is sent, what its schemas are.
ONCE = {"_chosen", "_made", "_named_layout", "_rules", "_terms", "_walk", "choose", "course_of", "lay_out"}


def test_what_an_operation_has_in_common_is_worked_out_once(both: Any, settle: Any) -> None:
    async def story(client: Any) -> list[set[str]]:
        entered = []
        for _ in range(2):
            with counted() as found:
                await settle(client.ai.ai_chat(messages=MESSAGES))
            entered.append({name.rpartition(".")[2] for name in found})
        return entered

    anew = Spec.load(json.dumps(Spec.bundled().document.raw).encode())
    first, second = both.run(story, "k", spec=anew, transport=Memory())
    assert first >= ONCE
    assert second.isdisjoint(ONCE)


def test_what_a_transport_changes_stays_with_its_request() -> None:
    class Changing(Memory):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.headers["x-own"] = str(len(self.requests))
            request.headers.pop("accept")
            return super().handle_request(request)

    transport = Changing()
    with Client("k", transport=transport) as client:
        prepared = client.ai.ai_chat.prepare(messages=MESSAGES)
        for _ in range(2):
            client.ai.ai_chat(messages=MESSAGES)
        assert client.ai.ai_chat.prepare(messages=MESSAGES).headers == prepared.headers
    assert [one.headers.get_list("x-own") for one in transport.requests] == [["0"], ["1"]]


class BuildingSync(httpx.Client):
    """A client whose `build_request` is its own, so that it is asked for each request."""

    def build_request(self, *args: Any, **options: Any) -> httpx.Request:
        return super().build_request(*args, **options)


class BuildingAsync(httpx.AsyncClient):
    def build_request(self, *args: Any, **options: Any) -> httpx.Request:
        return super().build_request(*args, **options)


@pytest.mark.parametrize(
    "more", [{}, {"timeout": 7}, {"headers": {"User-Agent": "mine", "X-Own": "1"}}, {"headers": {"Accept": "a/b"}}]
)
def test_a_lent_client_sends_what_it_would_build(both: Any, settle: Any, more: dict[str, Any]) -> None:
    """httpx's own clients are asked for their headers and limits alone, which takes a third of the time."""

    async def sent(kind: Any, **options: Any) -> httpx.Request:
        transport = Memory()
        lent = kind(transport=transport, **more)
        client = both.client_class("k", http_client=lent, **options)
        await settle(client.ai.ai_chat(messages=MESSAGES))
        return transport.requests[0]

    async def story(_: Any) -> None:
        quick, own = (httpx.Client, BuildingSync) if both.kind == "sync" else (httpx.AsyncClient, BuildingAsync)
        for options in ({}, {"timeout": 3}, {"headers": {"X-Own": "2"}}):
            one, two = await sent(quick, **options), await sent(own, **options)
            assert one.headers.multi_items() == two.headers.multi_items()
            assert (one.url, one.content, one.method) == (two.url, two.content, two.method)
            limits, same = ([value or 0 for value in each.extensions["timeout"].values()] for each in (one, two))
            assert limits == pytest.approx(same, abs=1)

    both.run(story, "k", transport=Memory())
