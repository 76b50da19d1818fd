"""`SDK`: the constructor and the resources of the replaced SDK, over this package's `Client` and `AsyncClient`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from .._errors import AerostackError
from .._request import USER_AGENT
from .._values import UNSET, Unset
from .._version import __version__ as VERSION
from ._document import OPENAPI_DOC_VERSION, servers
from ._face import Face
from .ai import Ai
from .authentication import Authentication
from .cache import Cache
from .database import Database
from .errors._told import told
from .queue import Queue
from .sdkconfiguration import SDKConfiguration
from .services import Services
from .storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .httpclient import AsyncHttpClient, HttpClient
    from .types import OptionalNullable
    from .utils.logger import Logger
    from .utils.retries import RetryConfig

__all__ = ["OPENAPI_DOC_VERSION", "SDK", "SERVERS", "USER_AGENT", "VERSION"]

SERVERS: Final = servers()
_Self = TypeVar("_Self", bound="SDK")


class SDK:
    """A client of the Aerostack API with the methods of `aerostack` 0.1.2: `sdk.ai.ai_chat(request={...})`.

    `api_key_auth` is a str, or a callable that gives one, asked once for each call; without it the environment variable
    AEROSTACK_API_KEY is used. `server_idx` picks one of `SERVERS`; `server_url` wins over it, its `{name}`s filled from
    `url_params`. `client` and `async_client` are borrowed, never closed. `timeout_ms` bounds each step of an attempt; by default
    the time limits are those of `Client`, or of the client that was lent. Without a `retry_config` nothing is tried twice.
    `debug_logger` is told of calls and answers, without secrets. Plain http to another machine needs `allow_insecure_http`.

    Raises InvalidArgumentsError and InvalidCredentialsError, both ValueErrors. As a context manager it closes its connections,
    those of both kinds; without one they go with the object.
    """

    ai: Ai
    authentication: Authentication
    cache: Cache
    database: Database
    queue: Queue
    services: Services
    storage: Storage

    def __init__(
        self,
        api_key_auth: str | Callable[[], str] | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        url_params: Mapping[str, str] | None = None,
        client: HttpClient | None = None,
        async_client: AsyncHttpClient | None = None,
        retry_config: OptionalNullable[RetryConfig] = UNSET,
        timeout_ms: int | None = None,
        debug_logger: Logger | None = None,
        *,
        allow_insecure_http: bool = False,
    ) -> None:
        retries = None if isinstance(retry_config, Unset) else retry_config
        variables = url_params if server_url else None
        server = server_url or server_idx or 0
        failure: AerostackError | None = None
        try:
            self._face = Face(
                api_key_auth, server, variables, client, async_client, retries, timeout_ms, debug_logger, allow_insecure_http
            )
        except AerostackError as error:
            failure = told(error)
        api_key_auth = None
        if failure is not None:
            raise failure
        for name, resource in _RESOURCES:
            setattr(self, name, resource(self._face))
        self.sdk_configuration = SDKConfiguration(
            self._face.url,
            server_idx,
            client,
            async_client,
            retries,
            timeout_ms,
            debug_logger,
            OPENAPI_DOC_VERSION,
            VERSION,
            USER_AGENT,
        )

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._face.close()

    async def __aenter__(self: _Self) -> _Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._face.aclose()

    def __repr__(self) -> str:
        made = "sdk_configuration" in self.__dict__
        return f"<SDK at {self.sdk_configuration.server_url}>" if made else "<SDK, not made yet>"


_RESOURCES: Final = (
    ("ai", Ai),
    ("authentication", Authentication),
    ("cache", Cache),
    ("database", Database),
    ("queue", Queue),
    ("services", Services),
    ("storage", Storage),
)
