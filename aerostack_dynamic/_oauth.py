"""Flows of OAuth 2.0 that need no person: client credentials and refresh tokens (RFC 6749, sections 4.4 and 6).

A flow is asked for a token by every call. It keeps one until shortly before it expires; one call at a time fetches another, and the
rest wait for it. It does no I/O itself: it yields steps, as every conversation here.
"""

from __future__ import annotations

from abc import abstractmethod
from copy import copy
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

from ._credential import Flow, Issued, as_given, as_secret, ask
from ._errors import CredentialsError
from ._gate import Gate
from ._steps import Acquire, Ask
from ._token import Facts, discover, discovery_url, endpoint_in_code, endpoint_of_document, fetch_tokens
from ._values import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from ._credential import Setting
    from ._model import SecurityScheme
    from ._steps import Step
    from ._token import Endpoint, Form, Tokens

ClientAuth: TypeAlias = Literal["basic", "post"]
_Self = TypeVar("_Self", bound="TokenFlow")
_Key: TypeAlias = "tuple[str, tuple[str, ...]]"
_OWN: Final = frozenset(
    {"grant_type", "client_id", "client_secret", "refresh_token", "scope", "code", "code_verifier", "device_code"}
)
# The flows whose tokens can be refreshed, in the order in which a document's are looked at.
_REFRESHED: Final = ("authorizationCode", "deviceAuthorization", "password", "clientCredentials", "implicit")


class _Where(NamedTuple):
    """The URL from which a token endpoint is known: its own, or that of an OpenID configuration. `told` says who named it."""

    url: str
    told: str
    discovered: bool = False


class TokenFlow(Flow):
    """What flows share: the tokens they hold, by endpoint and scopes, and the gate that lets one call at a time fetch one."""

    __slots__ = ("_discovered", "_facts", "_failure", "_gate", "_held", "_lost", "_round")

    def _begin(self, facts: Facts, lost: tuple[str, ...] = ()) -> None:
        self._facts = facts
        self._lost = lost
        self._gate = Gate(1)
        self._held: dict[_Key, Issued] = {}
        self._discovered: dict[str, str] = {}
        self._round = 0
        self._failure: tuple[_Key, CredentialsError] | None = None

    # ---- for the rules of credentials

    def check(self, scheme: SecurityScheme) -> None:
        """Raises CredentialsError when the scheme has no use for a token, or nobody says where it comes from."""
        if scheme.type not in ("oauth2", "openIdConnect") and (scheme.type, scheme.scheme) != ("http", "bearer"):
            raise CredentialsError(f"{scheme.name}: {type(self).__name__} is for oauth2, openIdConnect and http bearer")
        self._where(scheme)

    def issue(self, scheme: SecurityScheme, scopes: tuple[str, ...], setting: Setting) -> Generator[Step, Any, Issued]:
        """A token that is not stale; one call at a time fetches one. Raises CredentialsError and NoResponseError."""
        where = self._where(scheme)
        url = endpoint_of_document(scheme.name, where.told, where.url, setting).url if where.told else where.url
        where, scopes = where._replace(url=url), self._scopes(scopes)
        held = self._fresh((url, scopes), setting)
        if held is not None:
            return held
        begun = self._round
        yield Acquire(self._gate, setting.limits.deadline)
        try:
            return self._fresh((url, scopes), setting) or (yield from self._fetch(scheme, where, scopes, setting, begun))
        finally:
            self._gate.leave()

    def drop(self, issued: Issued) -> None:
        """Forget a token that a server refused, unless it was replaced already."""
        for key, held in [*self._held.items()]:
            if held is issued:
                self._held.pop(key, None)

    # ---- its parts

    def _fresh(self, key: _Key, setting: Setting) -> Issued | None:
        held = self._held.get(key)
        return held if held is not None and (held.stale_from is None or setting.clock() < held.stale_from) else None

    def _fetch(
        self, scheme: SecurityScheme, where: _Where, scopes: tuple[str, ...], setting: Setting, begun: int
    ) -> Generator[Step, Any, Issued]:
        """A new token. Who waited while another call was refused is refused alike, so that a wrong secret is tried once."""
        key = where.url, scopes
        if self._failure is not None and self._failure[0] == key and self._round != begun:
            raise copy(self._failure[1])
        if self._lost:
            self._raise_lost()
        self._failure = None
        try:
            endpoint = yield from self._endpoint(scheme, where, setting)
            grant = yield from self._grant(scopes, setting)
            tokens = yield from fetch_tokens(endpoint, grant, self._facts, setting)
            yield from self._keep(tokens)
        except CredentialsError as error:
            self._failure = key, copy(error)
            raise
        finally:
            self._round += 1
        self._held[key] = tokens.issued
        return tokens.issued

    def _endpoint(self, scheme: SecurityScheme, where: _Where, setting: Setting) -> Generator[Step, Any, Endpoint]:
        if not where.told:
            return endpoint_in_code("token_url", where.url)
        known = endpoint_of_document(scheme.name, where.told, where.url, setting)
        if not where.discovered:
            return known
        if where.url not in self._discovered:
            self._discovered[where.url] = yield from discover(scheme.name, known, setting)
        return endpoint_of_document(scheme.name, "the discovered token endpoint", self._discovered[where.url], setting)

    def _where(self, scheme: SecurityScheme) -> _Where:
        if self._facts.token_url is not None:
            return _Where(self._facts.token_url, "")
        if scheme.type == "openIdConnect" and scheme.openid_url:
            return _Where(discovery_url(scheme.openid_url), "the document's openIdConnectUrl", discovered=True)
        url = self._declared(scheme)
        if not url:
            raise CredentialsError(
                f"{scheme.name}: the document names no token URL for {type(self).__name__}; give it token_url=..."
            )
        return _Where(url, "the document's token URL")

    def _raise_lost(self) -> NoReturn:
        raise CredentialsError(
            f"the {type(self).__name__} came from a pickle, which holds no secrets; give it a function as {' and '.join(self._lost)}, "
            "such as environment('NAME')"
        )

    def _scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        given = self._facts.scopes
        return tuple(sorted({*needed})) if given is None else given

    @abstractmethod
    def _declared(self, scheme: SecurityScheme) -> str:
        """The token URL that the document declares for this flow, or an empty string."""

    @abstractmethod
    def _grant(self, scopes: tuple[str, ...], setting: Setting) -> Generator[Step, Any, Form]:
        """The parameters of the token request that say what is asked for."""

    def _keep(self, tokens: Tokens) -> Generator[Step, Any, None]:
        """Take from an answer what the next request needs."""
        yield from ()

    # ---- as objects

    def __repr__(self) -> str:
        made = getattr(self, "_facts", None)  # a traceback may show one that was never made
        return f"{type(self).__name__}({made.client_id!r}, ...)" if made else f"<{type(self).__name__}, not made>"

    def __copy__(self: _Self) -> _Self:
        return self

    def __deepcopy__(self: _Self, memo: dict[int, Any]) -> _Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        facts = self._facts
        secrets = {"client_secret": facts.client_secret, "refresh_token": facts.refresh_token}
        lost = tuple(name for name, value in secrets.items() if isinstance(value, Secret))
        kept: dict[str, Any] = {name: None if name in lost else value for name, value in secrets.items()}
        return _again, (type(self), facts._replace(**kept), self._lost + lost)


def _again(kind: type[TokenFlow], facts: Facts, lost: tuple[str, ...]) -> TokenFlow:
    flow = kind.__new__(kind)
    flow._begin(facts, lost)  # pyright: ignore[reportPrivateUsage]  # this module's own
    return flow


class ClientCredentials(TokenFlow):
    """Tokens for a program that acts for itself (RFC 6749, section 4.4): a credential for oauth2, openIdConnect and http bearer.

    `client_secret` is a str or a function that gives one. `scopes` are those of each operation unless given; tokens are kept for each
    set of them. `token_url` is the document's unless given. `audience` and `parameters` go along in the token request.
    `client_auth` sends the secret as HTTP `"basic"` or in the body, `"post"`. Raises CredentialsError.
    """

    __slots__ = ()

    def __init__(
        self,
        client_id: str,
        client_secret: str | Secret | Callable[[], Any],
        *,
        scopes: str | Iterable[str] | None = None,
        token_url: str | None = None,
        audience: str | None = None,
        parameters: Mapping[str, str] | None = None,
        client_auth: ClientAuth = "basic",
    ) -> None:
        extra = dict(parameters or {}) | ({} if audience is None else {"audience": audience})
        try:
            secret = as_given("client_secret", client_secret)
            self._begin(checked_facts(Facts(client_id, secret, None, as_scopes(scopes), token_url, (*extra.items(),), client_auth)))
        except CredentialsError as error:
            client_secret = ""
            raise error.with_traceback(None) from None

    def _declared(self, scheme: SecurityScheme) -> str:
        flow = scheme.flows.get("clientCredentials")
        return flow.token_url if flow else ""

    def _grant(self, scopes: tuple[str, ...], setting: Setting) -> Generator[Step, Any, Form]:
        yield from ()
        return [("grant_type", "client_credentials"), *_scope(scopes)]


class RefreshToken(TokenFlow):
    """Tokens for a person who agreed once (RFC 6749, section 6): a credential for oauth2, openIdConnect and http bearer.

    `refresh_token` and `client_secret` are a str or a function that gives one; a public client has no secret. A server may replace the
    refresh token: the newest is used from then on, and given to `on_rotate`, a function that may keep it (and may be asynchronous on
    an `AsyncClient`). `scopes` are those the person agreed to, unless fewer are given. Raises CredentialsError.
    """

    __slots__ = ("_newest",)

    def __init__(
        self,
        refresh_token: str | Secret | Callable[[], Any],
        client_id: str,
        client_secret: str | Secret | Callable[[], Any] | None = None,
        *,
        token_url: str | None = None,
        scopes: str | Iterable[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        client_auth: ClientAuth = "basic",
        on_rotate: Callable[[str], Any] | None = None,
    ) -> None:
        try:
            token = as_given("refresh_token", refresh_token)
            secret = None if client_secret is None else as_given("client_secret", client_secret)
            extra = (*(parameters or {}).items(),)
            facts = Facts(client_id, secret, token, as_scopes(scopes), token_url, extra, client_auth, on_rotate)
            self._begin(checked_facts(facts))
        except CredentialsError as error:
            refresh_token = client_secret = ""
            raise error.with_traceback(None) from None

    @classmethod
    def seeded(cls, facts: Facts, issued: Issued) -> RefreshToken:
        """A flow whose first access token is there already; `facts` have a `token_url`."""
        flow = cls.__new__(cls)
        flow._begin(facts)
        assert facts.token_url is not None, "the token is kept under it"
        flow._held[facts.token_url, flow._scopes(())] = issued
        return flow

    def _begin(self, facts: Facts, lost: tuple[str, ...] = ()) -> None:
        super()._begin(facts, lost)
        self._newest: Secret | None = None

    def _scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        return self._facts.scopes or ()

    def _declared(self, scheme: SecurityScheme) -> str:
        flows = [scheme.flows[kind] for kind in _REFRESHED if kind in scheme.flows]
        return next((flow.refresh_url or flow.token_url for flow in flows if flow.refresh_url or flow.token_url), "")

    def _grant(self, scopes: tuple[str, ...], setting: Setting) -> Generator[Step, Any, Form]:
        given = self._newest or self._facts.refresh_token
        token = as_secret("refresh_token", (yield ask(given, setting))) if callable(given) else given
        assert token is not None, "a flow that lost it has raised"
        return [("grant_type", "refresh_token"), ("refresh_token", token), *_scope(scopes)]

    def _keep(self, tokens: Tokens) -> Generator[Step, Any, None]:
        if tokens.refresh is not None and tokens.refresh != self._newest:
            self._newest = tokens.refresh
            if self._facts.on_rotate is not None:
                yield Ask(self._facts.on_rotate, (tokens.refresh.reveal(),))


def _scope(scopes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("scope", " ".join(scopes))] if scopes else []


def as_scopes(scopes: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Scopes as they are kept: a str holds several with spaces between. Raises CredentialsError for one that no request can carry."""
    if scopes is None:
        return None
    several = tuple(dict.fromkeys(scopes.split() if isinstance(scopes, str) else scopes))
    # RFC 6749, appendix A.4
    if any(not isinstance(one, str) or not one or any(not "!" <= char <= "~" or char in '"\\' for char in one) for one in several):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise CredentialsError("scopes: a scope is a word of visible ASCII characters, without quotes and backslashes")
    return several


def checked_facts(facts: Facts) -> Facts:
    """The facts as they are, when a token request can be made of them. Raises CredentialsError."""
    if not isinstance(facts.client_id, str) or not facts.client_id or not facts.client_id.isprintable():  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise CredentialsError("client_id: give the client's identifier, a str")
    if facts.client_auth not in ("basic", "post"):
        raise CredentialsError("client_auth: give 'basic' or 'post'")
    for name, value in facts.parameters:
        if name in _OWN:
            raise CredentialsError(f"parameters: {name} is set by the flow itself")
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise CredentialsError(f"parameters: {name} is a {type(value).__name__}, not a str")
    if facts.on_rotate is not None and not callable(facts.on_rotate):  # pyright: ignore[reportUnnecessaryComparison]  # callers may be untyped
        raise CredentialsError("on_rotate: give a function of one argument, the new refresh token")
    if facts.token_url is not None:
        endpoint_in_code("token_url", facts.token_url)
    return facts
