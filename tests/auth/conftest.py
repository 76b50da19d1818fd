"""What tests of credentials share: documents with security schemes, and a token server with a script."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest


def _document(schemes: dict[str, Any], security: Any = None, **operation: Any) -> dict[str, Any]:
    wanted = [{name: []} for name in schemes] if security is None else security
    get = {"operationId": "getX", "responses": {"200": {"description": ""}}, **operation}
    put = {"operationId": "putX", "security": [], "responses": {"200": {"description": ""}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "security": wanted,
        "components": {"securitySchemes": schemes},
        "paths": {"/x": {"get": get, "put": put}},
    }


@pytest.fixture
def document() -> Callable[..., dict[str, Any]]:
    """A document with these security schemes, `getX` that needs one of them, and `putX` that needs none."""
    return _document


class Issuer:
    """A token server: `answer(form)` gives status and JSON; by default tokens `tok-1`, `tok-2` and so on, each for an hour.

    The same server is the API, at `/v1/x`: it answers 401 for tokens in `refused`.
    """

    def __init__(self, wire: Any, reply: Any) -> None:
        self.forms: list[dict[str, str]] = []
        self.heads: list[Any] = []
        self.calls: list[str | None] = []
        self.refused: set[str | None] = set()
        self.delay = 0.0
        self.answer: Callable[[dict[str, str]], Any] = lambda form: (200, self.token())
        self.configuration: Any = None
        self._reply = reply
        self.server = wire(self._serve)

    def token(self, **more: Any) -> dict[str, Any]:
        return {"access_token": f"tok-{len(self.forms)}", "token_type": "Bearer", "expires_in": 3600, **more}

    @property
    def url(self) -> str:
        return str(self.server.url)

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    def _serve(self, seen: Any) -> Any:
        path = seen.target.partition("?")[0]
        if path == "/v1/token":
            time.sleep(self.delay)
            self.forms.append({name: values[0] for name, values in parse_qs(seen.body.decode()).items()})
            self.heads.append(seen)
            status, data = self.answer(self.forms[-1])
            return self._reply(status, data if isinstance(data, bytes) else json.dumps(data).encode())
        if path.endswith("/.well-known/openid-configuration"):
            self.heads.append(seen)
            return self._reply(body=json.dumps(self.configuration).encode())
        self.calls.append(seen.header("authorization"))
        return self._reply(401 if self.calls[-1] in self.refused else 200)


@pytest.fixture
def issuer(wire: Any, reply: Any) -> Issuer:
    return Issuer(wire, reply)
