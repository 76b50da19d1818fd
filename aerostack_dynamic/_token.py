"""What is said to a token endpoint, and what its answers mean (RFC 6749, sections 2.3, 4.4, 5 and 6; OpenID Connect Discovery 1.0).

Every question goes through `ask_endpoint`: no redirect is followed, no header or cookie of the caller's goes along, and an answer has
at most 1 MiB. No message holds a secret.
"""

from __future__ import annotations

from base64 import b64encode
from math import isnan
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote_plus, urlencode, urljoin

from . import _http
from ._auth import NOTHING
from ._codec import UndecodableError, decode_json
from ._credential import Issued, as_secret, ask, usable
from ._errors import ArgumentsError, CredentialsError, NoResponseError, ResponseError
from ._request import USER_AGENT
from ._server import is_loopback, read_address
from ._steps import Send
from ._values import MASK, Secret, as_string, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from ._credential import Given, Setting
    from ._server import Origin
    from ._steps import Credentials, Received, Step

    Form = Sequence[tuple[str, "str | Secret"]]

MAX_BYTES: Final = 1024 * 1024
# A token is renewed when less than this is left of its life: 60 seconds, or a tenth of a life that is shorter than ten minutes.
_LEEWAY: Final = 60.0
_SHARE: Final = 10
# Words of RFC 6749, section 5.2, and RFC 8628, section 3.5, which no secret is looked for in.
_CODES: Final = frozenset(
    {
        "access_denied",
        "authorization_pending",
        "expired_token",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "slow_down",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_DISCOVERY: Final = "/.well-known/openid-configuration"


class Endpoint(NamedTuple):
    """A URL that tokens are asked of, and its origin."""

    url: str
    origin: Origin


class Facts(NamedTuple):
    """What a flow was told. A `client_secret` of None is a public client; `scopes` of None are those that the operation needs."""

    client_id: str
    client_secret: Given | None = None
    refresh_token: Given | None = None
    scopes: tuple[str, ...] | None = None
    token_url: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    client_auth: str = "basic"
    on_rotate: Callable[[str], Any] | None = None


class Tokens(NamedTuple):
    """A successful answer: the access token, and the refresh token where there is one."""

    issued: Issued
    refresh: Secret | None


class TokenRefusedError(CredentialsError):
    """A token endpoint refused. `code` is its `error`, such as `invalid_grant` (RFC 6749, section 5.2), or empty."""

    code: str = ""


# ---- where


def endpoint_in_code(option: str, url: str) -> Endpoint:
    """An endpoint that the caller named: https, or http to this machine. Raises CredentialsError that names the option."""
    return _endpoint(option, url)


def endpoint_of_document(scheme: str, what: str, url: str, setting: Setting) -> Endpoint:
    """An endpoint that a document or a discovery names, relative to the server. Its origin must be one that may get credentials."""
    endpoint = _endpoint(f"{scheme}: {what}", url, setting.base.url + "/")
    if endpoint.origin != setting.base.origin and endpoint.origin not in setting.origins:
        raise CredentialsError(
            f"{scheme}: {what} is on {endpoint.origin}, which is not the server's origin, {setting.base.origin}; give the flow "
            f"token_url=..., or the client allow_origins=[{str(endpoint.origin)!r}]"
        )
    return endpoint


def _endpoint(what: str, url: str, base: str = "") -> Endpoint:
    try:
        url = urljoin(base, url)
        parts, origin = read_address(url, what)
    except ArgumentsError as error:
        sentence = str(error.args[0])
    except ValueError:
        sentence = f"{what}: {printable(url)!r} is no address"
    else:
        if parts.fragment:
            sentence = f"{what}: the URL has a fragment"
        elif origin.scheme != "https" and not is_loopback(origin.host):
            sentence = (
                f"{what}: {origin} is plain http to another machine, which would show secrets to everyone on the way; use https"
            )
        else:
            return Endpoint(url, origin)
    raise CredentialsError(sentence)


def discovery_url(url: str) -> str:
    """Where the configuration of an OpenID provider is, from its own URL or from that of the issuer (Discovery 1.0, section 4)."""
    return url if url.endswith(_DISCOVERY) else url.rstrip("/") + _DISCOVERY


def discover(scheme: str, endpoint: Endpoint, setting: Setting) -> Generator[Step, Any, str]:
    """The token endpoint that an OpenID provider's configuration names. Raises CredentialsError when it is another issuer's."""
    what = f"{scheme}: the OpenID configuration at {printable(endpoint.url)}"
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
    received = yield from ask_endpoint(_http.Request("GET", endpoint.url, headers=headers), NOTHING, setting, what)
    data = read_object(received)
    if received.status != 200 or data is None:
        why = f"it answered with status {received.status}" if received.status != 200 else "it is no JSON object"
        raise CredentialsError(f"{what}: {why}")
    issuer, expected = as_string(data.get("issuer")), endpoint.url.removesuffix(_DISCOVERY)
    if issuer.rstrip("/") != expected.rstrip("/"):
        raise CredentialsError(f"{what} is of another issuer, {printable(issuer)!r}")
    url = as_string(data.get("token_endpoint"))
    if not url:
        raise CredentialsError(f"{what} names no token_endpoint")
    return url


# ---- what is asked


def ask_endpoint(request: _http.Request, credentials: Credentials, setting: Setting, what: str) -> Generator[Step, Any, Received]:
    """The answer to a question that is no call of the document's. Raises NoResponseError and CredentialsError that begin with `what`.

    Their `sent` is `"no"`, since the call itself was not sent.
    """
    failure: NoResponseError | CredentialsError
    try:
        received: Received = yield Send(request, credentials, setting.limits, MAX_BYTES, alone=True)
    except NoResponseError as error:
        failure = type(error)(f"{what}: {error.reason}", error.stage, "no")
        failure.kind = error.kind
    except ResponseError as error:
        failure = CredentialsError(f"{what}: {error.reason}")
    else:
        return received
    raise failure


def form_request(url: str, form: Form) -> _http.Request:
    """A POST of a form."""
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": USER_AGENT,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    pairs = [(name, value.reveal() if isinstance(value, Secret) else value) for name, value in form]
    return _http.Request("POST", url, headers=headers, content=urlencode(pairs).encode())


def fetch_tokens(endpoint: Endpoint, grant: Form, facts: Facts, setting: Setting) -> Generator[Step, Any, Tokens]:
    """Ask for tokens with a grant, as the client that `facts` describe. Raises TokenRefusedError, CredentialsError, NoResponseError."""
    what = f"the token endpoint {endpoint.origin}"
    form: list[tuple[str, str | Secret]] = [*grant, *facts.parameters]
    credentials = NOTHING
    secret = facts.client_secret
    if callable(secret):
        secret = as_secret("client_secret", (yield ask(secret, setting)))
    if secret is not None and facts.client_auth == "basic":
        credentials = NOTHING._replace(headers={"Authorization": _basic(facts.client_id, secret)})
    else:
        form.append(("client_id", facts.client_id))
        if secret is not None:
            form.append(("client_secret", secret))
    hidden = [value for _, value in form if isinstance(value, Secret)] + ([secret] if secret is not None else [])
    hidden += [Secret(value.reveal().partition(" ")[2]) for value in credentials.headers.values()]
    asked_at = setting.clock()
    received = yield from ask_endpoint(form_request(endpoint.url, form), credentials, setting, what)
    return read_tokens(received, asked_at, what, hidden)


def _basic(client_id: str, secret: Secret) -> Secret:
    """HTTP basic as RFC 6749, section 2.3.1 has it: both parts are encoded as in a form first."""
    return Secret("Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret.reveal())}".encode()).decode())


# ---- what is answered


def read_object(received: Received) -> dict[str, Any] | None:
    """The JSON object of an answer, None when it is none."""
    try:
        data = decode_json(received.body)
    except UndecodableError:
        return None
    return data if is_object(data) else None


def read_tokens(received: Received, asked_at: float, what: str, hidden: Iterable[Secret]) -> Tokens:
    """The tokens of an answer (RFC 6749, section 5). Raises TokenRefusedError, or CredentialsError for an answer that is none."""
    data = read_object(received)
    if received.status != 200 or (data is not None and "error" in data):
        raise refusal(received.status, data or {}, what, hidden)
    if data is None:
        raise CredentialsError(f"{what}: its answer is no JSON object")
    if "access_token" not in data:
        raise CredentialsError(f"{what}: its answer holds no access_token")
    # A token without a type is taken for a bearer's: not all servers keep to the word REQUIRED.
    kind = data.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise CredentialsError(f"{what}: it gave a token of type {_masked(str(kind), hidden)!r}; only bearer tokens can be used")
    token = usable(f"{what}: access_token", data["access_token"])
    refresh = data.get("refresh_token")
    kept = None if refresh is None else as_secret(f"{what}: refresh_token", refresh)
    return Tokens(Issued(token, _stale_from(data.get("expires_in"), asked_at, what)), kept)


def _stale_from(expires_in: object, asked_at: float, what: str) -> float | None:
    """When a token is to be renewed: somewhat before it expires, counted from before it was asked for."""
    if expires_in is None:
        return None
    try:
        if isinstance(expires_in, bool) or not isinstance(expires_in, (int, float, str)):
            raise ValueError
        seconds = float(expires_in)
        if isnan(seconds):
            raise ValueError
    except (ValueError, OverflowError):
        raise CredentialsError(f"{what}: expires_in is no number of seconds") from None
    return asked_at + seconds - min(_LEEWAY, seconds / _SHARE)


def refusal(status: int, data: dict[str, Any], what: str, hidden: Iterable[Secret]) -> CredentialsError:
    """The error for a refusal, with what the server says of it; secrets that it repeats are masked. A server that fails refuses nothing."""
    given = as_string(data.get("error"))
    code = given if given in _CODES else _masked(given, hidden)
    said = ": ".join(filter(None, (code, _masked(as_string(data.get("error_description")), hidden))))
    text = f"{what}: {said or f'it answered with status {status}'}"
    if not code and (status == 429 or status >= 500):
        return CredentialsError(f"{text}; it may be able to later")
    error = TokenRefusedError(text)
    error.code = code
    return error


def _masked(text: str, hidden: Iterable[Secret]) -> str:
    for secret in hidden:
        for form in (secret.reveal(), quote_plus(secret.reveal())):
            text = text.replace(form, MASK)
    return printable(text)
