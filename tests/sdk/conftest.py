"""What the tests of the SDK share: one way to make a call with either twin of a method."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic.sdk import SDK


class Twins:
    """Calls a method such as `ai.ai_chat`, or its `_async` twin, on an SDK made for the call or, by `run`, on one that is given."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self._key = key

    def __call__(self, server: str, method: str, request: Any, **options: Any) -> Any:
        made = {name: options.pop(name) for name in [*options] if name in ("retry_config", "debug_logger")}
        return self.run(SDK(self._key, server_url=server, **made), method, request, **options)

    def run(self, sdk: SDK, method: str, request: Any, **options: Any) -> Any:
        resource, name = method.split(".")
        if self.kind == "sync":
            with sdk:
                return getattr(getattr(sdk, resource), name)(request=request, **options)

        async def main() -> Any:
            async with sdk:
                return await getattr(getattr(sdk, resource), f"{name}_async")(request=request, **options)

        return asyncio.run(main())


@pytest.fixture(params=["sync", "async"])
def twins(request: pytest.FixtureRequest, key: str) -> Twins:
    return Twins(request.param, key)


@pytest.fixture
def ok(reply: Callable[..., bytes]) -> bytes:
    """An answer that every operation's model takes."""
    return reply(200, b"{}")
