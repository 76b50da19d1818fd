"""The face itself: one `Client` and one `AsyncClient`, and how a call of the SDK becomes a call of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .._auth import as_credential
from .._call import undeclared
from .._client import AsyncClient, Client
from .._errors import AerostackError, ResponseError
from .._log import LOGGER, warn_caller
from .._media_type import family
from .._operation import ApiOperation, Caller, own_headers
from .._options import Timeout, Validation, timeout_for
from .._retry import RetryPolicy
from .._shape import shape_at
from .._values import UNSET, Unset, printable
from ._document import OPENAPI_DOC_VERSION, document
from ._invalid import InvalidArgumentsError
from .errors._told import told
from .httpclient import AsyncHttpClient, HttpClient
from .models._base import Answer, Model, arguments_of, is_empty, problems_of, schema_of, unchecked, wire_of
from .utils.logger import DebugLogger
from .utils.retries import RetryConfig, policy_of

if TYPE_CHECKING:
    from logging import Logger as StandardLogger

    from .._http import Request
    from .._model import Operation
    from .._result import Response
    from .types import OptionalNullable
    from .utils.logger import Logger

_Result = TypeVar("_Result", bound=Answer)
# What the server judges of a request is left to it; answers are read as tolerantly as the package reads them by default.
_VALIDATION: Final = Validation(request="off", response="tolerant")


@dataclass(frozen=True)
class Method(Generic[_Result]):
    """A method of the SDK: the operation it calls, the model it takes and the model it gives."""

    operation: str
    takes: type[Model]
    gives: type[_Result]


class Chosen(NamedTuple):
    """The options of one call, as users give them."""

    retries: OptionalNullable[RetryConfig] = UNSET
    server_url: str | None = None
    timeout_ms: int | None = None
    http_headers: Mapping[str, str] | None = None


class Face:
    """What an SDK and its resources share. `retry_config` and `timeout_ms` hold for calls that choose none."""

    def __init__(
        self,
        api_key: Any,
        server: int | str,
        server_variables: Mapping[str, str] | None,
        client: Any,
        async_client: Any,
        retry_config: RetryConfig | None,
        timeout_ms: int | None,
        logger: Logger | None,
        allow_insecure_http: bool,
    ) -> None:
        _check_lent("client", client, HttpClient)
        _check_lent("async_client", async_client, AsyncHttpClient)
        policy_of(retry_config)
        _seconds(timeout_ms)
        adapter: Any = LOGGER if logger is None else DebugLogger(logger)
        shared: dict[str, Any] = {
            "version": OPENAPI_DOC_VERSION,
            "server": server,
            "server_variables": server_variables,
            "allow_insecure_http": allow_insecure_http,
            "retry": RetryPolicy.off(),
            "validation": _VALIDATION,
            "logger": adapter,
        }
        self.client = Client(api_key, http_client=client, **shared)
        self.async_client = AsyncClient(api_key, http_client=async_client, **shared)
        self.retry_config = retry_config
        self.timeout_ms = timeout_ms

    def close(self) -> None:
        """Close the connections of calls that wait, and let the asynchronous client make no new ones."""
        self.client.close()
        self.async_client._caller.session.take()  # pyright: ignore[reportPrivateUsage]  # closing without an event loop

    async def aclose(self) -> None:
        """Close all connections."""
        self.client.close()
        await self.async_client.aclose()
