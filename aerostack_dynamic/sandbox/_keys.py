"""The keys: which of them a request must carry, as the document's security says, and whose they are.

Alternatives are OR, the schemes of one are AND (OpenAPI 3.1.0, 4.8.30).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from ._answer import Refusal

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from ._accounts import Accounts
    from ._document import Operation, Scheme

CONSUMER = "sandbox-consumer"
"""Whose the gateway key is."""


class Keys:
    """Takes the API key in the header of the apiKey scheme; as a bearer key the gateway key and users' tokens, each by its scheme."""

    def __init__(self, api_key: str, gateway_key: str | None, accounts: Accounts) -> None:
        self._api_key = api_key.encode()
        self._gateway_key = gateway_key.encode() if gateway_key else None
        self._accounts = accounts

    def check(self, headers: Headers, operation: Operation) -> str:
        """Whose bearer key met the operation's security, empty without one; a Refusal 401 says what was wrong with each alternative."""
        if not operation.security:
            return ""
        wrong: list[str] = []
        for alternative in operation.security:
            try:
                return "".join([self._holder(headers, scheme) for scheme in alternative])
            except Refusal as refusal:
                wrong.append(refusal.message)
        raise _wrong("; ".join(dict.fromkeys(wrong)))

    def _holder(self, headers: Headers, scheme: Scheme) -> str:
        if scheme.kind == "bearer":
            return self._bearer(headers, scheme.name)
        if scheme.kind != "header":
            raise _wrong(f"the sandbox takes no key by {scheme.name}")
        given = headers.getlist(scheme.header)
        if len(given) != 1:
            raise _wrong(f"the API key is given {len(given)} times, not once")
        if not hmac.compare_digest(given[0].encode("latin-1"), self._api_key):
            raise _wrong("the API key is wrong")
        return ""

    def _bearer(self, headers: Headers, name: str) -> str:
        given = headers.getlist("authorization")
        if len(given) != 1:
            raise _wrong(f"the Authorization header is given {len(given)} times, not once")
        kind, _, key = given[0].partition(" ")
        if kind.lower() != "bearer" or not key.strip():
            raise _wrong("the Authorization header is not of the form Bearer KEY")
        if name == "GatewayConsumerKey":
            return self._gateway_consumer(key.strip().encode("latin-1"))
        user = self._accounts.holder(key.strip())
        if user is None:
            raise _wrong(f"{name}: no token of authSignin, or one that is over")
        return user

    def _gateway_consumer(self, key: bytes) -> str:
        if self._gateway_key is None or not hmac.compare_digest(key, self._gateway_key):
            raise _wrong("GatewayConsumerKey: the gateway key is wrong")
        return CONSUMER


def _wrong(message: str) -> Refusal:
    return Refusal(401, "AUTH_INVALID_KEY", message)
