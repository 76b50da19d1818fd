"""`sdk.ai`: language models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import AiChatRequestBody, AiChatResponseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import AiChatRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_AI_CHAT: Final = Method("aiChat", AiChatRequestBody, AiChatResponseBody)


class Ai(Resource):
    """Language models. For the options of a call see `Resource`."""

    def ai_chat(
        self,
        *,
        request: AiChatRequestBody | AiChatRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AiChatResponseBody:
        """Ask a language model what comes next in a conversation."""
        ask = self._ask(_AI_CHAT, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def ai_chat_async(
        self,
        *,
        request: AiChatRequestBody | AiChatRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AiChatResponseBody:
        """`ai_chat` for asyncio."""
        ask = self._ask(_AI_CHAT, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
