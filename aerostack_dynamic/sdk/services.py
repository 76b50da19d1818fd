"""`sdk.services`: services that the project itself has deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import ServicesInvokeRequestBody, ServicesInvokeResponseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import ServicesInvokeRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_SERVICES_INVOKE: Final = Method("servicesInvoke", ServicesInvokeRequestBody, ServicesInvokeResponseBody)


class Services(Resource):
    """Services that the project itself has deployed. For the options of a call see `Resource`."""

    def services_invoke(
        self,
        *,
        request: ServicesInvokeRequestBody | ServicesInvokeRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> ServicesInvokeResponseBody:
        """Run a service of the project by its name."""
        ask = self._ask(_SERVICES_INVOKE, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def services_invoke_async(
        self,
        *,
        request: ServicesInvokeRequestBody | ServicesInvokeRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> ServicesInvokeResponseBody:
        """`services_invoke` for asyncio."""
        ask = self._ask(_SERVICES_INVOKE, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
