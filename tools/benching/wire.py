"""The chat call over sockets of this machine, to a server in a process of its own: one after the other, and 50 at once."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from beside.sides import KEY
from beside.world import caller, made
from turns import CALLS, crowded, repeated

from benching.server import serving
from benching.small import BODY, HEADERS, MESSAGES, by_hand_async, replaced_async

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from benching.scene import Makers, Scene


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one way to make calls."""
    url = scene.stack.enter_context(serving())
    calls = scene.size(CALLS, 100)
    if kind == "sequential":
        makers: dict[str, Callable[[], Any]] = {
            "ours": partial(_ours, url),
            "base": partial(_by_hand, url),
            "replaced": lambda: caller("replaced", made("replaced", url)),
        }
        return {name: lambda make=make: repeated(make(), calls) for name, make in makers.items()}  # type: ignore[misc]
    transport, clock = kind.split()
    loop = scene.loop()
    awaited = {name: partial(make, url) for name, make in CROWDS.items()} | {"ours": partial(_ours_async, url, transport)}
    ticks = time.perf_counter if clock == "wall" else time.process_time
    return {
        name: lambda make=make: crowded(loop, within(loop, make), calls, ticks)  # type: ignore[misc]
        for name, make in awaited.items()
    }


def within(loop: asyncio.AbstractEventLoop, make: Callable[[], Any]) -> Any:
    """What `make` gives, made while the loop runs, as some sessions ask for."""

    async def made() -> Any:
        return make()

    return loop.run_until_complete(made())


def _by_hand(url: str) -> Callable[[], object]:
    import httpx

    client = httpx.Client()
    return lambda: client.post(f"{url}/ai/chat", json=BODY, headers=HEADERS).json()


def _ours(url: str) -> Callable[[], object]:
    from aerostack_dynamic import Client

    client = Client(KEY, server=url)
    return lambda: client.ai.ai_chat(messages=MESSAGES)


def _ours_async(url: str, transport: Any) -> Callable[[], Any]:
    from aerostack_dynamic import AsyncClient

    client = AsyncClient(KEY, server=url, transport=transport)
    return lambda: client.ai.ai_chat(messages=MESSAGES)


def _limited() -> Any:
    """httpx's transport, which keeps all 50 connections: by default it would keep 20 and make the others anew."""
    import httpx

    return httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=100, max_keepalive_connections=100))


def _httpx2(url: str) -> Callable[[], Any]:
    import httpx2

    client = httpx2.AsyncClient(limits=httpx2.Limits(max_connections=100, max_keepalive_connections=100))

    async def call() -> object:
        return (await client.post(f"{url}/ai/chat", json=BODY, headers=HEADERS)).json()

    return call


def _httpx_aiohttp(url: str) -> Callable[[], Any]:
    from httpx_aiohttp import AiohttpTransport

    return by_hand_async(AiohttpTransport(), f"{url}/ai/chat")


def _aiohttp(url: str) -> Callable[[], Any]:
    import aiohttp

    session = aiohttp.ClientSession()

    async def call() -> object:
        async with session.post(f"{url}/ai/chat", json=BODY, headers=HEADERS) as response:
            return await response.json()

    return call


CROWDS: dict[str, Callable[[str], Callable[[], Any]]] = {
    "base": lambda url: by_hand_async(_limited(), f"{url}/ai/chat"),
    "httpx2": _httpx2,
    "httpx-aiohttp": _httpx_aiohttp,
    "aiohttp": _aiohttp,
    "replaced": lambda url: replaced_async(_limited(), url),
}
