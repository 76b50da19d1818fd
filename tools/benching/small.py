"""The small chat call in memory: nothing of it is the network's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from beside.sides import KEY, SIDES
from beside.world import MEMORY, answering, caller, made
from turns import CALLS, repeated, repeated_async

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from benching.scene import Makers, Scene, Side

URL = f"{MEMORY}/ai/chat"
MESSAGES: list[Any] = [{"role": "user", "content": "Hello"}]
BODY = {"messages": MESSAGES}
HEADERS = {"X-Aerostack-Key": KEY}


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one way to make the call."""
    calls = scene.size(CALLS, 60)
    if kind == "async":
        return asynchronous(scene.loop(), calls)
    makers: Makers = {"base": lambda: repeated(by_hand(), calls), "ours": lambda: repeated(OURS[kind](), calls)}
    if kind == "tracked":
        return {"base": makers["ours"], "ours": lambda: seen(makers["ours"]())}
    return {name: partial(_peer, name, calls) for name in SIDES} | makers


def _peer(name: str, calls: int) -> Side:
    return repeated(caller(name, made(name)), calls)


def by_hand() -> Callable[[], object]:
    """The call as it is written with httpx, checked by nothing."""
    import httpx

    client = httpx.Client(transport=answering("httpx"))
    return lambda: client.post(URL, json=BODY, headers=HEADERS).json()


def _ours(**options: Any) -> Callable[[], object]:
    from aerostack_dynamic import Client

    client = Client(KEY, **options)
    return lambda: client.ai.ai_chat(messages=MESSAGES)


def _borrowed() -> Callable[[], object]:
    import httpx

    return _ours(http_client=httpx.Client(transport=answering("httpx")))


def _slow() -> Callable[[], object]:
    from aerostack_dynamic import Validation

    return _ours(transport=answering("httpx"), validation=Validation(engine="jsonschema"))


def _plain() -> Callable[[], object]:
    return _ours(transport=answering("httpx"))


def _unchecked() -> Callable[[], object]:
    return _ours(transport=answering("httpx"), validation="off")


def _prepared() -> Callable[[], object]:
    from aerostack_dynamic import Client

    client = Client(KEY)
    return lambda: client.ai.ai_chat.prepare(messages=MESSAGES)


def _floor() -> Callable[[], object]:
    """What is left when nothing is bound, checked, authorized, timed or retried, and no httpx.Client is asked."""
    import httpx
    import orjson

    transport = answering("httpx")
    headers = {"Content-Type": "application/json", "Accept": "application/json", **HEADERS}

    def call() -> object:
        response = transport.handle_request(httpx.Request("POST", URL, headers=headers, content=orjson.dumps(BODY)))
        return orjson.loads(response.read())

    return call


OURS = {
    "sync": _plain,
    "borrowed": _borrowed,
    "jsonschema": _slow,
    "tracked": _plain,
    "unchecked": _unchecked,
    "prepared": _prepared,
    "floor": _floor,
}


def seen(side: Side) -> Side:
    """The same while `track_usage` looks on."""
    from aerostack_dynamic.testing import track_usage

    def run() -> float:
        with track_usage():
            return side()

    return run


def asynchronous(loop: asyncio.AbstractEventLoop, calls: int) -> Makers:
    """The call awaited, one after the other."""
    return {name: lambda make=make: repeated_async(loop, make(), calls) for name, make in AWAITED.items()}  # type: ignore[misc]


def _ours_async() -> Callable[[], Any]:
    from aerostack_dynamic import AsyncClient

    client = AsyncClient(KEY, transport=answering("httpx"))
    return lambda: client.ai.ai_chat(messages=MESSAGES)


def by_hand_async(transport: Any = None, url: str = URL) -> Callable[[], Any]:
    """The same with httpx, awaited."""
    import httpx

    client = httpx.AsyncClient(transport=transport or answering("httpx"))

    async def call() -> object:
        return (await client.post(url, json=BODY, headers=HEADERS)).json()

    return call


def replaced_async(transport: Any = None, server: str = MEMORY) -> Callable[[], Any]:
    """The same with the replaced SDK."""
    import httpx
    from aerostack import SDK
    from aerostack.models import AiChatRequestBody, Messages, Role

    sdk = SDK(KEY, server_url=server, async_client=httpx.AsyncClient(transport=transport or answering("replaced")))
    return lambda: sdk.ai.ai_chat_async(request=AiChatRequestBody(messages=[Messages(role=Role.USER, content="Hello")]))


def _openai_async() -> Callable[[], Any]:
    import httpx
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key=KEY, base_url=MEMORY, http_client=httpx.AsyncClient(transport=answering("openai")))
    return lambda: client.chat.completions.create(model="m", messages=MESSAGES)


AWAITED = {"ours": _ours_async, "base": by_hand_async, "replaced": replaced_async, "openai": _openai_async}
