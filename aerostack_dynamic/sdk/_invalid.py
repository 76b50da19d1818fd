"""Input that can't be used, told the way the replaced SDK's users catch it: as a ValueError, and as the package's own error."""

from __future__ import annotations

from .._errors import ArgumentsError, CredentialsError


class InvalidArgumentsError(ArgumentsError, ValueError):
    """An argument of the SDK, a call or a model can't be used; nothing was sent. `problems` lists all of them at once."""


class InvalidCredentialsError(CredentialsError, ValueError):
    """The key can't be used, or there is none; nothing was sent. The message never holds the key."""
