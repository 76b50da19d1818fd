"""`--har`: what was sent and received, kept as a HAR file, secrets masked."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from .._har import har_log
from .._mask import telling_names, telling_of
from .._values import MASK
from .._version import __version__
from ..testing._keeping import kept_call
from ._show import partial_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import _http
    from .._model import Operation
    from .._recorded import RecordedCall, RecordedRequest
    from .._steps import Credentials
    from .._told import Exchange


class Kept:
    """A hook of a client, and a context manager that writes the file at its end, however that comes.

    Each attempt has an entry; of one that was followed by another, only the request and why it failed are known.
    """

    def __init__(self, path: str) -> None:
        self._file = partial_file(path)
        self._begun = 0.0
        self._failed: list[tuple[str, float, float]] = []
        self._exchanges: list[tuple[Exchange, list[tuple[str, float, float]], float]] = []

    def before_request(self, _operation: Operation | None, _request: _http.Request) -> None:
        """Note when the first attempt begins."""
        self._begun, self._failed = time.time(), []

    def on_retry(self, _operation: Operation | None, attempt: int, reason: str, delay: float) -> None:
        """Note how an attempt failed, and when the next begins."""
        now = time.time()
        self._failed.append((f"attempt {attempt} failed: {reason}", self._begun, now - self._begun))
        self._begun = now + delay

    def on_exchange(self, _operation: Operation | None, exchange: Exchange) -> None:
        """Take a call."""
        self._exchanges.append((exchange, self._failed, self._begun))
        self._failed = []

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: Any) -> None:
        try:
            text = json.dumps(har_log(self._calls(), "aerostack_dynamic", __version__), ensure_ascii=False, indent=2)
            self._file.write(text.encode(errors="backslashreplace"))
            self._file.keep()
        finally:
            self._file.drop()

    def _calls(self) -> Iterator[RecordedCall]:
        secrets = [exchange.hidden() for exchange, *_ in self._exchanges]
        for exchange, failed, at in self._exchanges:
            call = kept_call(exchange, _telling(exchange), secrets, at)
            call = replace(call, request=_with_keys(call.request, exchange.credentials))
            for reason, begun, elapsed in failed:
                yield replace(call, answer=None, error=reason, at=begun, elapsed=elapsed)
            yield replace(call, elapsed=max(0.0, call.elapsed - (at - failed[0][1]))) if failed else call


def _with_keys(request: RecordedRequest, credentials: Credentials | None) -> RecordedRequest:
    """The request with the credentials that it left with, masked."""
    if credentials is None:
        return request
    cookies = [("cookie", "; ".join(f"{name}={MASK}" for name in credentials.cookies))] if credentials.cookies else []
    headers = [*request.headers, *((name.lower(), MASK) for name in credentials.headers), *cookies]
    pairs = "&".join(f"{quote_plus(name)}={MASK}" for name in credentials.query)
    mark = "" if not pairs else "&" if "?" in request.url else "?"
    return replace(request, url=request.url + mark + pairs, headers=tuple(headers))


def _telling(exchange: Exchange) -> frozenset[str]:
    """The names in a call that tell of a secret whatever the document says."""
    received = exchange.received
    body = b"".join([received.body if received is not None else b"", *exchange.pieces]).decode("utf-8", "replace")
    return telling_of(exchange.request) | telling_names(body, *(received.headers if received is not None else ()))
