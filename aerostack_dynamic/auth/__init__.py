"""Credentials beyond a str: flows of OAuth 2.0, and functions that read a secret from where it is kept.

Each is given as `api_key` or in `credentials={scheme: ...}`. `authorization_code` and `device_code` ask a person, on the command line.
"""

from __future__ import annotations

from .._oauth import ClientCredentials, RefreshToken
from .._token import TokenRefusedError
from .._values import Secret
from ._person import authorization_code, device_code
from ._sources import command, environment, keyring

__all__ = [
    "ClientCredentials",
    "RefreshToken",
    "Secret",
    "TokenRefusedError",
    "authorization_code",
    "command",
    "device_code",
    "environment",
    "keyring",
]
