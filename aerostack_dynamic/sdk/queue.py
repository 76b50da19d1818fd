"""`sdk.queue`: work to be done later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import QueueEnqueueRequestBody, QueueEnqueueResponseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import QueueEnqueueRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_QUEUE_ENQUEUE: Final = Method("queueEnqueue", QueueEnqueueRequestBody, QueueEnqueueResponseBody)


class Queue(Resource):
    """Work to be done later. For the options of a call see `Resource`."""

    def queue_enqueue(
        self,
        *,
        request: QueueEnqueueRequestBody | QueueEnqueueRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> QueueEnqueueResponseBody:
        """Add a job to the queue, after `delay` seconds if given."""
        ask = self._ask(_QUEUE_ENQUEUE, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def queue_enqueue_async(
        self,
        *,
        request: QueueEnqueueRequestBody | QueueEnqueueRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> QueueEnqueueResponseBody:
        """`queue_enqueue` for asyncio."""
        ask = self._ask(_QUEUE_ENQUEUE, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
