"""Credentials for a mock, which takes any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._load import Spec


def made_up_credentials(spec: Spec) -> dict[str, Any]:
    """A credential for each of a document's schemes that a request can show, as `Client(credentials=...)` takes them."""
    schemes = {name: one for name, one in spec.security_schemes.items() if one.type != "mutualTLS"}
    return {name: ("user", "made-up") if one.scheme == "basic" else "made-up" for name, one in schemes.items()}
