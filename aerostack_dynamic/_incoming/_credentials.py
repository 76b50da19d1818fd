"""Which credentials a request lacks, by the security requirements of its operation (OpenAPI 3.1, section 4.8.30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus, urlsplit

from .._received import by_name, cookie_pairs
from .._unstyle import split_query
from .._values import Problem, json_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model import Operation, SecurityScheme
    from .._received import Headers
    from .._spec import BaseSpec
    from .._values import Location


def credential_names(spec: BaseSpec, operation: Operation, location: str) -> set[str]:
    """The names by which the operation's API keys go in a location."""
    schemes = (spec.security_schemes.get(name) for requirement in operation.security for name in requirement)
    return {one.parameter_name for one in schemes if one is not None and one.type == "apiKey" and one.location == location}


# The types of schemes whose credentials a request shows.
_TOLD: Final = frozenset({"apiKey", "http", "oauth2", "openIdConnect"})


def missing_credentials(spec: BaseSpec, operation: Operation, headers: Headers, url: str) -> list[Problem]:
    """What the request lacks to meet one of the operation's security requirements, by the one that it comes nearest to; none is empty.

    Whether a credential is right is not looked at. Mutual TLS counts as met, since no request shows it, and so does a scheme of a
    type that is none of the standard's.
    """
    given = by_name(headers)
    lacking: list[list[Problem]] = []
    ways = " or ".join(" and ".join(one) or "nothing" for one in operation.security)
    for requirement in operation.security:
        absent = [found for name in requirement if (found := _lacking(name, spec.security_schemes.get(name), given, url, ways))]
        if not absent:
            return []
        lacking.append(absent)
    return min(lacking, key=len) if lacking else []


def _lacking(name: str, scheme: SecurityScheme | None, headers: Mapping[str, str], url: str, ways: str) -> Problem | None:
    told = f"no credential; the operation needs {ways}"
    if scheme is None:
        return Problem("header", "", f"{told}, and the document has no security scheme {name!r}", "security")
    if scheme.type not in _TOLD:
        return None
    if scheme.type != "apiKey":
        word = scheme.scheme if scheme.type == "http" and scheme.scheme else "bearer"
        kind, _, text = headers.get("authorization", "").partition(" ")
        return None if kind.lower() == word and text.strip() else Problem("header", "/Authorization", told, "security")
    location: Location = "query" if scheme.location == "query" else "cookie" if scheme.location == "cookie" else "header"
    return (
        None
        if _has_key(scheme, location, headers, url)
        else Problem(location, json_pointer(scheme.parameter_name), told, "security")
    )


def _has_key(scheme: SecurityScheme, location: Location, headers: Mapping[str, str], url: str) -> bool:
    if location == "header":
        return bool(headers.get(scheme.parameter_name.lower()))
    if location == "query":
        pairs = [(unquote_plus(name), text) for name, text in split_query(urlsplit(url).query)]
    else:
        pairs = cookie_pairs(headers)
    return any(name == scheme.parameter_name and text for name, text in pairs)
