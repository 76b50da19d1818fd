"""What calls are tuned with: `RetryConfig` and `BackoffStrategy`, and the port of a debug logger."""

from __future__ import annotations

from .logger import Logger, get_default_logger
from .retries import BackoffStrategy, RetryConfig

__all__ = ["BackoffStrategy", "Logger", "RetryConfig", "get_default_logger"]
