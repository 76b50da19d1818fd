"""`sdk.authentication`: accounts of the project's own users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import AuthResponse, AuthSigninRequestBody, AuthSignupRequestBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import AuthSigninRequestBodyTypedDict, AuthSignupRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_AUTH_SIGNIN: Final = Method("authSignin", AuthSigninRequestBody, AuthResponse)
_AUTH_SIGNUP: Final = Method("authSignup", AuthSignupRequestBody, AuthResponse)


class Authentication(Resource):
    """Accounts of the project's own users. For the options of a call see `Resource`."""

    def auth_signin(
        self,
        *,
        request: AuthSigninRequestBody | AuthSigninRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AuthResponse:
        """Sign a user in."""
        ask = self._ask(_AUTH_SIGNIN, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def auth_signin_async(
        self,
        *,
        request: AuthSigninRequestBody | AuthSigninRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AuthResponse:
        """`auth_signin` for asyncio."""
        ask = self._ask(_AUTH_SIGNIN, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()

    def auth_signup(
        self,
        *,
        request: AuthSignupRequestBody | AuthSignupRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AuthResponse:
        """Register a user, who is signed in at once."""
        ask = self._ask(_AUTH_SIGNUP, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def auth_signup_async(
        self,
        *,
        request: AuthSignupRequestBody | AuthSignupRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AuthResponse:
        """`auth_signup` for asyncio."""
        ask = self._ask(_AUTH_SIGNUP, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
