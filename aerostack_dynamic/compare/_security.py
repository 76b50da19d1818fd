"""What changed about who is let in: the alternatives of each operation, and the security schemes that they name.

Alternatives are a choice of one, the members of one are all needed (OpenAPI 3.2, section 4.30). Whoever met an alternative of the old
document has to meet one of the new: with the same credentials, sent the same way, and with no scope more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from .._values import json_pointer
from ._changes import Change
from ._matched import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._load import Spec
    from .._model import OAuthFlow, Operation, SecurityScheme
    from .._reference import Document
    from ._changes import Verdict
    from ._matched import Matched

_Alternative: TypeAlias = Mapping[str, tuple[str, ...]]
_Schemes: TypeAlias = "Mapping[str, SecurityScheme]"
_COMPONENT: Final = "api-security-component"
_ADDRESSES: Final = (
    ("authorization_url", f"{_COMPONENT}-oauth-url-changed"),
    ("device_authorization_url", f"{_COMPONENT}-oauth-url-changed"),
    ("token_url", f"{_COMPONENT}-oauth-token-url-changed"),
    ("refresh_url", f"{_COMPONENT}-oauth-token-url-changed"),
)


class Schemes(NamedTuple):
    """The security schemes of both documents by name."""

    old: _Schemes
    new: _Schemes

    def is_same(self, name: str, other: str | None = None) -> bool:
        """Whether a scheme of the old document takes the same credentials the same way as one of the new."""
        return _wire(self.old.get(name)) == _wire(self.new.get(name if other is None else other))


def _wire(scheme: SecurityScheme | None) -> tuple[str, ...]:
    """What a scheme has a client send (OpenAPI 3.2, section 4.27)."""
    if scheme is None:
        return ()
    name = scheme.parameter_name.lower() if scheme.location == "header" else scheme.parameter_name
    return (scheme.type, scheme.location, name, scheme.scheme)


# ---- the alternatives of an operation


def security_changes(matched: Matched, schemes: Schemes) -> Iterator[Change]:
    """The changes of an operation's alternatives."""
    old, new = _alternatives(matched.old), _alternatives(matched.new)
    open_before, open_after = (not all(one) for one in (old, new))
    if open_before and not open_after:
        yield _change(matched, "api-security-became-required", "breaking", f"credentials are needed: {_named(*new)}")
    elif open_after and not open_before:
        yield _change(matched, "api-security-became-optional", "compatible", "no credentials are needed any longer")
    for one in filter(None, old):
        yield from _alternative(matched, one, new, schemes)
    for one in filter(None, new):
        if not any(one.keys() == other.keys() for other in old):
            yield _change(matched, "api-security-added", "compatible", f"whoever has {_named(one)} is let in")


def _alternatives(operation: Operation) -> Sequence[_Alternative]:
    """The alternatives; none at all means that nothing is needed."""
    return operation.security or ({},)


def _alternative(matched: Matched, one: _Alternative, new: Sequence[_Alternative], schemes: Schemes) -> Iterator[Change]:
    """What became of an alternative, the best that the new document offers to those who met it."""
    same = [other for other in new if other.keys() == one.keys()]
    changed = [name for name in one if not schemes.is_same(name)] if same else []
    if same and not changed:
        yield from _scopes(matched, one, same)
    elif not all(new):
        yield _change(matched, "api-security-removed", "compatible", f"the credentials of {_named(one)} are not needed any longer")
    elif any(_is_met(one, other, schemes, renamed=False) for other in new):
        yield _change(matched, "api-security-removed", "compatible", f"the credentials of {_named(one)} are more than is needed")
    elif renamed := next((other for other in new if _is_met(one, other, schemes, renamed=True)), None):
        told = f"the credentials of {_named(one)} are now those of {_named(renamed)}"
        yield _change(matched, "api-security-scheme-renamed", "breaking", told, by_name=True)
    elif changed:
        for name in changed:
            told = f"the credentials of {name} are of another kind, or are sent another way"
            yield _change(matched, f"{_COMPONENT}-type-changed", "breaking", told)
    else:
        yield _change(matched, "api-security-removed", "breaking", f"whoever has {_named(one)} is no longer let in")


def _is_met(one: _Alternative, other: _Alternative, schemes: Schemes, renamed: bool) -> bool:
    """Whether the credentials of an alternative of the old document meet one of the new."""

    def meets(wanted: str, scopes: tuple[str, ...]) -> bool:
        return any(
            schemes.is_same(name, wanted)
            and (renamed or name == wanted)
            and set(scopes) <= set(had)
            and _wire(schemes.old.get(name))
            for name, had in one.items()
        )

    return all(meets(name, scopes) for name, scopes in other.items())


def _scopes(matched: Matched, one: _Alternative, same: Sequence[_Alternative]) -> Iterator[Change]:
    fewest = min(same, key=lambda other: sum(len(set(other[name]) - set(one[name])) for name in one))
    for name, had in one.items():
        for scope in dict.fromkeys(fewest[name]):
            if scope not in had:
                yield _change(matched, "api-security-scope-added", "breaking", f"the scope {scope} of {name} is needed")
        for scope in dict.fromkeys(had):
            if scope not in fewest[name]:
                told = f"the scope {scope} of {name} is not needed any longer"
                yield _change(matched, "api-security-scope-removed", "compatible", told)


def _named(*security: _Alternative) -> str:
    return " or ".join(" and ".join(one) for one in security if one)


def _change(matched: Matched, rule: str, verdict: Verdict, told: str, by_name: bool = False) -> Change:
    old, new = _place(matched.pair.old, matched.old), _place(matched.pair.new, matched.new)
    return matched.change(rule, verdict, told, side="request", old=old, new=new, by_name=by_name)


def _place(document: Document, operation: Operation) -> str | None:
    """Where the alternatives of an operation are listed."""
    if "security" in document.at(operation.pointer):
        return f"{operation.pointer}/security"
    return "/security" if "security" in document.raw else None


# ---- the schemes


def scheme_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """The changes of the components' security schemes, as far as operations don't tell them."""
    before, after = old.security_schemes, new.security_schemes
    for name in dict.fromkeys([*before, *after]):
        places = [json_pointer("components", "securitySchemes", name) if name in one else None for one in (before, after)]
        if name not in before:
            yield _whole(f"{_COMPONENT}-added", "compatible", f"the security scheme {name} was added", places)
        elif name not in after:
            yield _whole(f"{_COMPONENT}-removed", "compatible", f"the security scheme {name} was removed", places)
        else:
            yield from _scheme(before[name], after[name], places)
    keys = [sum(one.type == "apiKey" for one in schemes.values()) for schemes in (before, after)]
    if keys[0] == 1 and keys[1] != 1:
        told = f"the document has {keys[1]} schemes of apiKey: their values are given as credentials, not as api_key"
        yield _whole("api-key-argument-changed", "breaking", told, [None, None], by_name=True)


def _whole(rule: str, verdict: Verdict, told: str, places: Sequence[str | None], by_name: bool = False) -> Change:
    return Change(
        rule, verdict, "rule", sentence(told), side="request", old_pointer=places[0], new_pointer=places[1], by_name=by_name
    )


def _scheme(old: SecurityScheme, new: SecurityScheme, places: Sequence[str | None]) -> Iterator[Change]:
    """What an operation doesn't tell: where tokens come from. Whether the old address still gives any is not in a document."""
    if old.openid_url != new.openid_url or old.metadata_url != new.metadata_url:
        told = f"the security scheme {old.name} is described at another address"
        yield _whole(f"{_COMPONENT}-oauth-url-changed", "unknown", told, places)
    for kind in dict.fromkeys([*old.flows, *new.flows]):
        before, after = old.flows.get(kind), new.flows.get(kind)
        if before is None or after is None:
            became = "removed" if after is None else "added"
            verdict: Verdict = "breaking" if after is None else "compatible"
            yield _whole(f"{_COMPONENT}-oauth-flow-{became}", verdict, f"the flow {kind} of {old.name} was {became}", places)
        else:
            yield from _flow(old.name, before, after, places)


def _flow(name: str, old: OAuthFlow, new: OAuthFlow, places: Sequence[str | None]) -> Iterator[Change]:
    for field, rule in _ADDRESSES:
        before, after = (str(getattr(one, field)) for one in (old, new))
        if before != after:
            told = f"the flow {old.kind} of {name} uses {after or 'no address'} instead of {before or 'none'}"
            yield _whole(rule, "unknown" if before else "compatible", told, places)
    for scope in dict.fromkeys([*old.scopes, *new.scopes]):
        if scope not in new.scopes:
            told = f"the scope {scope} of {name} was removed"
            yield _whole(f"{_COMPONENT}-oauth-scope-removed", "unknown", told, places)
        elif scope not in old.scopes:
            told = f"the scope {scope} of {name} was added"
            yield _whole(f"{_COMPONENT}-oauth-scope-added", "compatible", told, places)
