"""`sdk.database`: SQL on the project's database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import DbQueryRequestBody, DbQueryResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import DbQueryRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_DB_QUERY: Final = Method("dbQuery", DbQueryRequestBody, DbQueryResult)


class Database(Resource):
    """SQL on the project's database. For the options of a call see `Resource`."""

    def db_query(
        self,
        *,
        request: DbQueryRequestBody | DbQueryRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> DbQueryResult:
        """Run an SQL statement; values belong in `params`."""
        ask = self._ask(_DB_QUERY, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def db_query_async(
        self,
        *,
        request: DbQueryRequestBody | DbQueryRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> DbQueryResult:
        """`db_query` for asyncio."""
        ask = self._ask(_DB_QUERY, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
