"""`sdk.cache`: values kept for a while under a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import CacheGetRequestBody, CacheGetResponseBody, CacheSetRequestBody, CacheSetResponseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import CacheGetRequestBodyTypedDict, CacheSetRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_CACHE_GET: Final = Method("cacheGet", CacheGetRequestBody, CacheGetResponseBody)
_CACHE_SET: Final = Method("cacheSet", CacheSetRequestBody, CacheSetResponseBody)


class Cache(Resource):
    """Values kept for a while under a key. For the options of a call see `Resource`."""

    def cache_get(
        self,
        *,
        request: CacheGetRequestBody | CacheGetRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> CacheGetResponseBody:
        """Give the value kept under a key."""
        ask = self._ask(_CACHE_GET, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def cache_get_async(
        self,
        *,
        request: CacheGetRequestBody | CacheGetRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> CacheGetResponseBody:
        """`cache_get` for asyncio."""
        ask = self._ask(_CACHE_GET, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()

    def cache_set(
        self,
        *,
        request: CacheSetRequestBody | CacheSetRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> CacheSetResponseBody:
        """Keep a value under a key, for `ttl` seconds if given."""
        ask = self._ask(_CACHE_SET, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def cache_set_async(
        self,
        *,
        request: CacheSetRequestBody | CacheSetRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> CacheSetResponseBody:
        """`cache_set` for asyncio."""
        ask = self._ask(_CACHE_SET, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
