"""The AI: an OpenAI-compatible server when one is given, else an answer that says whose it is."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ._answer import Refusal, encode, internal

SECONDS = 290.0
MAX_ANSWER = 16 * 1024 * 1024


class Chat:
    """`url` is the server's base, for example `http://localhost:11434/v1`; ValueError when it is no http(s) URL.

    The request goes straight there: no proxy, no redirect, no credentials.
    """

    def __init__(self, url: str | None) -> None:
        self._parts = urlsplit(url.rstrip("/")) if url else None
        if self._parts and not _is_web(self._parts):
            raise ValueError(f"the AI URL {url!r} is not an http or https URL")

    def answer(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer of aiChat; a Refusal 502, or 429, when the server gives none."""
        if self._parts is None:
            return {"response": _own_answer(arguments)}
        try:
            status, content = self._ask(arguments)
        except (OSError, http.client.HTTPException) as error:
            raise internal(f"the AI server cannot be reached: {error}", status=502) from None
        if status == http.client.TOO_MANY_REQUESTS:
            raise Refusal(429, "RATE_LIMIT_EXCEEDED", "the AI server has too many requests")
        if status != http.client.OK:
            raise internal(f"the AI server answered {status}", status=502)
        try:
            text = json.loads(content)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            text = None
        if not isinstance(text, str):
            raise internal("the AI server's answer is not a chat completion", status=502)
        return {"response": text}

    def _ask(self, arguments: dict[str, Any]) -> tuple[int, bytes]:
        parts = self._parts
        assert parts is not None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        path = parts.path if parts.path.endswith("/chat/completions") else f"{parts.path}/chat/completions"
        asked: dict[str, Any] = {name: arguments[name] for name in ("model", "messages") if name in arguments}
        try:
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request("POST", path, encode({**asked, "stream": False}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER)
        finally:
            connection.close()


def _is_web(parts: SplitResult) -> bool:
    try:
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        return False


def _own_answer(arguments: dict[str, Any]) -> str:
    said = [m.get("content", "") for m in arguments["messages"] if m.get("role", "user") == "user"]
    model = f" for model {arguments['model']}" if "model" in arguments else ""
    heard = f'You said: "{said[-1]}"' if said else "There was no user message."
    return f"[aerostack sandbox] This is the sandbox's own fixed answer{model}; no AI server is connected. {heard}"
