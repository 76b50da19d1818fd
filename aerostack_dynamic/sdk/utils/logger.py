"""The debug logger: any object with `debug`, told what the client logs: never a key, a password, a token or a cookie."""

from __future__ import annotations

from typing import Any, Protocol

from ..._log import LOGGER


class Logger(Protocol):
    """Anything that takes debug messages the way `logging.Logger` does."""

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Note a message, to be made by `msg % args`."""
        ...


class DebugLogger:
    """A logger of the user's in the place of the package's own: every record reaches its `debug`, whatever the level."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger

    def isEnabledFor(self, level: int) -> bool:  # the name is logging's
        """Always: the logger that was given decides by itself."""
        return True

    def debug(self, msg: str, *args: Any) -> None:
        """Pass a record on."""
        self._logger.debug(msg, *args)

    info = warning = debug


def get_default_logger() -> Logger:
    """The logger of an SDK that was given none: the standard logger `aerostack_dynamic`."""
    return LOGGER
