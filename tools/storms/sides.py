"""The clients that storms are let loose on, behind one port: ours, bare httpx, and the SDK that ours replaces, where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Protocol

KEY = "ac_secret_of_the_storms"


class Side(Protocol):
    """A client as the storms know it. A call asks for the value of a key, which is the key itself."""

    name: str

    @property
    def missing(self) -> str | None:
        """What has to be installed first; None when all is there."""

    def make(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        """A client for threads. Where a side can't bound its connections, or does so itself, `connections` is not used."""

    def make_async(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        """A client for asyncio."""

    def call(self, client: Any, key: str) -> str:
        """The value of a key."""

    async def acall(self, client: Any, key: str) -> str:
        """The same for asyncio."""

    def close(self, client: Any) -> None:
        """Close a client for threads."""

    async def aclose(self, client: Any) -> None:
        """Close one for asyncio."""

    def is_own(self, error: BaseException) -> bool:
        """Whether an exception is one that this side promises."""


class _Installed:
    """What sides share that need a module."""

    module: str

    @property
    def missing(self) -> str | None:
        """The module, unless it is there."""
        return None if importlib.util.find_spec(self.module) else f"{self.module} is not installed"


class Ours(_Installed):
    """This package."""

    name, module = "ours", "aerostack_dynamic"

    def make(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        from aerostack_dynamic import Client

        return Client(KEY, server=url, timeout=timeout, retry=3 if retries else 1)

    def make_async(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        from aerostack_dynamic import AsyncClient

        return AsyncClient(KEY, server=url, timeout=timeout, retry=3 if retries else 1)

    def call(self, client: Any, key: str) -> str:
        return str(client.cache.cache_get(key=key)["value"])

    async def acall(self, client: Any, key: str) -> str:
        return str((await client.cache.cache_get(key=key))["value"])

    def close(self, client: Any) -> None:
        client.close()

    async def aclose(self, client: Any) -> None:
        await client.aclose()

    def is_own(self, error: BaseException) -> bool:
        from aerostack_dynamic import AerostackError

        return isinstance(error, AerostackError)


class Httpx(_Installed):
    """Bare httpx, used as its manual says: one client, its limits and timeouts set."""

    name, module = "httpx", "httpx"

    def _options(self, url: str, connections: int, timeout: float) -> dict[str, Any]:
        import httpx

        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        return {"base_url": url, "limits": limits, "timeout": timeout, "headers": {"X-Aerostack-Key": KEY}, "trust_env": False}

    def make(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        import httpx

        return httpx.Client(**self._options(url, connections, timeout))

    def make_async(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        import httpx

        return httpx.AsyncClient(**self._options(url, connections, timeout))

    def call(self, client: Any, key: str) -> str:
        return str(client.post("/cache/get", json={"key": key}).raise_for_status().json()["value"])

    async def acall(self, client: Any, key: str) -> str:
        return str((await client.post("/cache/get", json={"key": key})).raise_for_status().json()["value"])

    def close(self, client: Any) -> None:
        client.close()

    async def aclose(self, client: Any) -> None:
        await client.aclose()

    def is_own(self, error: BaseException) -> bool:
        import httpx

        return isinstance(error, httpx.HTTPError)


class Sdk(_Installed):
    """A generated SDK: the one that is replaced, or the face of ours that looks like it. It retries for two seconds and no longer."""

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        self.module = module

    def make(self, url: str, connections: int = 100, timeout: float = 10, retries: bool = False) -> Any:
        kit = importlib.import_module(self.module)
        patience = importlib.import_module(f"{self.module}.utils")
        config = patience.RetryConfig("backoff", patience.BackoffStrategy(100, 1000, 1.5, 2000), True) if retries else None
        return kit.SDK(api_key_auth=KEY, server_url=url, retry_config=config, timeout_ms=int(timeout * 1000))

    make_async = make

    def call(self, client: Any, key: str) -> str:
        return str(client.cache.cache_get(request={"key": key}).value)

    async def acall(self, client: Any, key: str) -> str:
        return str((await client.cache.cache_get_async(request={"key": key})).value)

    def close(self, client: Any) -> None:
        client.__exit__(None, None, None)

    async def aclose(self, client: Any) -> None:
        await client.__aexit__(None, None, None)

    def is_own(self, error: BaseException) -> bool:
        return type(error).__module__.startswith((self.module, "httpx"))


SIDES: dict[str, Side] = {
    side.name: side for side in (Ours(), Httpx(), Sdk("replaced", "aerostack"), Sdk("face", "aerostack_dynamic.sdk"))
}
