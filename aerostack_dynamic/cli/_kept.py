"""`--har`: what was sent and received, kept as a HAR file, secrets masked."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from .._har import har_log
from .._mask import telling_names, telling_of
from .._version import __version__
from ..testing._keeping import kept_call
from ._show import partial_file

if TYPE_CHECKING:
    from .._model import Operation
    from .._told import Exchange


class Kept:
    """A hook of a client, and a context manager that writes the file at its end, however that comes."""

    def __init__(self, path: str) -> None:
        self._file = partial_file(path)
        self._exchanges: list[tuple[Exchange, float]] = []

    def on_exchange(self, operation: Operation | None, exchange: Exchange) -> None:
        """Take a call."""
        self._exchanges.append((exchange, time.time() - exchange.elapsed))

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: Any) -> None:
        try:
            secrets = [exchange.hidden() for exchange, _ in self._exchanges]
            calls = [kept_call(exchange, _telling(exchange), secrets, at) for exchange, at in self._exchanges]
            text = json.dumps(har_log(calls, "aerostack_dynamic", __version__), ensure_ascii=False, indent=2)
            self._file.write(text.encode(errors="backslashreplace"))
            self._file.keep()
        finally:
            self._file.drop()


def _telling(exchange: Exchange) -> frozenset[str]:
    """The names in a call that tell of a secret whatever the document says."""
    received = exchange.received
    body = b"".join([received.body if received is not None else b"", *exchange.pieces]).decode("utf-8", "replace")
    return telling_of(exchange.request) | telling_names(body, *(received.headers if received is not None else ()))
