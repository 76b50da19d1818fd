"""An OpenAI-compatible server that answers for the sandbox, asked over plain http.client.

The request goes straight there: no proxy, no redirect, no credentials.
"""

from __future__ import annotations

import contextlib
import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from ._answer import Refusal, encode, internal

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

SECONDS = 290.0
MAX_ANSWER = 16 * 1024 * 1024
_FORWARDED = ("model", "messages", "temperature", "max_tokens", "top_p")
_DONE = b"[DONE]"


class Upstream:
    """`url` is the server's base, for example `http://localhost:11434/v1`; ValueError when it is no http(s) URL."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url.rstrip("/"))
        if not _is_web(self._parts):
            raise ValueError(f"the AI URL {url!r} is not an http or https URL")

    def completion(self, arguments: Mapping[str, Any]) -> Any:
        """The server's answer; a Refusal 502, or 429, when it gives none."""
        with self._ask({**_forwarded(arguments), "stream": False}) as answer:
            try:
                return json.loads(answer.read(MAX_ANSWER))
            except ValueError:
                raise _no_completion() from None

    def frames(self, arguments: Mapping[str, Any]) -> Generator[Any, None, None]:
        """The data of each event up to `[DONE]`; a Refusal as above, also for a stream that ends without it."""
        asked = {**_forwarded(arguments), "stream": True, "stream_options": {"include_usage": True}}
        with self._ask(asked) as answer:
            while line := answer.readline(MAX_ANSWER):
                name, _, data = line.partition(b":")
                if name.strip() != b"data":
                    continue
                if data.strip() == _DONE:
                    return
                try:
                    yield json.loads(data)
                except ValueError:
                    raise _no_completion() from None
        raise internal("the AI server's stream ended early", status=502)

    @contextlib.contextmanager
    def _ask(self, asked: Mapping[str, Any]) -> Generator[http.client.HTTPResponse, None, None]:
        parts = self._parts
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        path = parts.path if parts.path.endswith("/chat/completions") else f"{parts.path}/chat/completions"
        accepted = "text/event-stream" if asked["stream"] else "application/json"
        try:
            connection.request("POST", path, encode(asked), {"Content-Type": "application/json", "Accept": accepted})
            with connection.getresponse() as answer:
                _refuse_status(answer.status)
                yield answer
        except (OSError, http.client.HTTPException) as error:
            raise internal(f"the AI server cannot be reached: {error}", status=502) from None
        finally:
            connection.close()


def _forwarded(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in _FORWARDED if name in arguments}


def _refuse_status(status: int) -> None:
    if status == http.client.TOO_MANY_REQUESTS:
        raise Refusal(429, "RATE_LIMIT_EXCEEDED", "the AI server has too many requests")
    if status != http.client.OK:
        raise internal(f"the AI server answered {status}", status=502)


def _no_completion() -> Refusal:
    return internal("the AI server's answer is not a chat completion", status=502)


def _is_web(parts: SplitResult) -> bool:
    try:
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        return False
