"""What all resources of the SDK share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ._face import Ask, Chosen, Face, Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models._base import Answer
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_Result = TypeVar("_Result", bound="Answer")


class Resource:
    """The operations of one tag, each as a method that waits and an `_async` twin that is awaited.

    All take the body of the request, a model or a dict, as `request`. Per call: `retries` in place of the SDK's (None for none),
    `server_url`, `timeout_ms` (milliseconds for each step of an attempt), and `http_headers`, which replace those of the same name.

    Raises the errors of `aerostack_dynamic.sdk.errors`, and `httpx.RequestError`s that are `AerostackError`s too.
    """

    def __init__(self, face: Face) -> None:
        self._face = face

    def _ask(
        self,
        method: Method[_Result],
        request: object,
        retries: OptionalNullable[RetryConfig],
        server_url: str | None,
        timeout_ms: int | None,
        http_headers: Mapping[str, str] | None,
    ) -> Ask[_Result]:
        return Ask(self._face, method, request, Chosen(retries, server_url, timeout_ms, http_headers))
