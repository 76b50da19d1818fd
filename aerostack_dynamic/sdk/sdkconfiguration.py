"""How an SDK was set up, for reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .utils.logger import Logger
    from .utils.retries import RetryConfig


@dataclass(frozen=True)
class SDKConfiguration:
    """The choices of an SDK and the versions it speaks. The key is not among them; changing anything has no effect."""

    server_url: str
    server_idx: int | None
    client: Any
    async_client: Any
    retry_config: RetryConfig | None
    timeout_ms: int | None
    debug_logger: Logger | None
    openapi_doc_version: str
    sdk_version: str
    user_agent: str
    language: str = "python"

    def get_server_details(self) -> tuple[str, dict[str, str]]:
        """The URL that calls go to, and no variables: they are filled in already."""
        return self.server_url, {}
