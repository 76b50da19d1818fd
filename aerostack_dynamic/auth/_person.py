"""Flows that ask a person, for the command line: authorization code with PKCE, and device code. They need the extra `oauth`.

Authlib makes the requests' parameters and checks what comes back from the browser; everything that is sent goes the way of every
other question for a token: bounded, TLS verified, no redirect followed, no netrc read.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .._auth import NOTHING
from .._credential import Setting, as_given
from .._errors import AerostackError, CredentialsError, NoResponseError
from .._frames import bare
from .._http import URL
from .._oauth import ClientAuth, RefreshToken, as_scopes, checked_facts
from .._options import TransportSettings
from .._server import Base
from .._steps import Ask, Channel, Limits, Sleep
from .._token import Facts, TokenRefusedError, ask_endpoint, endpoint_in_code, fetch_tokens, form_request, read_object, refusal
from .._values import Secret, as_string, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from .._steps import Step
    from .._token import Endpoint, Form, Tokens

_Result = TypeVar("_Result")
_STEP: Final = 30.0  # seconds for one question to a token endpoint
_INTERVAL: Final = 5.0  # between two polls, unless the server says otherwise (RFC 8628, section 3.2)
_SLOWER: Final = 5.0
_OWN: Final = frozenset(
    {"client_id", "client_secret", "scope", "state", "redirect_uri", "response_type", "code_challenge", "code_challenge_method"}
    | {"uri", "url", "code_verifier"}  # arguments of Authlib's functions
)


def authorization_code(
    client_id: str,
    client_secret: str | Secret | Callable[[], Any] | None = None,
    *,
    authorization_url: str,
    token_url: str,
    scopes: str | Iterable[str] | None = None,
    parameters: Mapping[str, str] | None = None,
    client_auth: ClientAuth = "basic",
    port: int = 0,
    timeout: float = 300.0,
    open_browser: Callable[[str], Any] | None = None,
    on_rotate: Callable[[str], Any] | None = None,
    verify: Any = True,
) -> RefreshToken | Secret:
    """Have a person agree in the browser, and give a credential (RFC 6749, section 4.1; PKCE, RFC 7636; loopback, RFC 8252).

    The browser comes back to `http://127.0.0.1:<port>/callback`, a free port unless one is given, within `timeout` seconds.
    `open_browser` is given the address to open, the system's browser unless given; `parameters` go along in it. Gives a
    `RefreshToken`, or the access token as a `Secret` where the server gives no other; `on_rotate` is given each refresh token, the
    first one too. `verify` is as in httpx. Raises CredentialsError, NoResponseError, and ImportError without Authlib.
    """
    from ._loopback import Loopback  # noqa: PLC0415  # only who asks a person needs a server

    try:
        secret = None if client_secret is None else as_given("client_secret", client_secret)
        client_secret = None
        oauth = _authlib()
        facts = checked_facts(Facts(client_id, secret, None, as_scopes(scopes), token_url, (), client_auth, on_rotate))
        endpoint_in_code("authorization_url", authorization_url)
        _check_parameters(parameters)
        verifier = Secret(oauth.security.generate_token(64))
        with Loopback(port) as loopback:
            address, state = oauth.client.OAuth2Client(
                None, client_id, scope=list(facts.scopes or ()), redirect_uri=loopback.url, code_challenge_method="S256"
            ).create_authorization_url(authorization_url, code_verifier=verifier.reveal(), **(parameters or {}))
            (open_browser or _browser)(address)
            code = loopback.code(oauth.parameters.parse_authorization_code_response, Secret(state), timeout)
        grant: Form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", loopback.url),
            ("code_verifier", verifier),
        ]
        return _run(lambda setting: _tokens(grant, facts, setting), facts, verify)
    except AerostackError as error:
        client_secret = None
        raise bare(error) from None


def device_code(
    client_id: str,
    client_secret: str | Secret | Callable[[], Any] | None = None,
    *,
    device_url: str,
    token_url: str,
    scopes: str | Iterable[str] | None = None,
    parameters: Mapping[str, str] | None = None,
    client_auth: ClientAuth = "basic",
    show: Callable[[str], Any] | None = None,
    on_rotate: Callable[[str], Any] | None = None,
    verify: Any = True,
) -> RefreshToken | Secret:
    """Have a person agree on another device, and give a credential (RFC 8628).

    `show` is given the sentence that says where to go and what to enter; unless given, it is written to standard error. The server
    says how often it is asked, and for how long. The rest is as in `authorization_code`.
    """
    try:
        secret = None if client_secret is None else as_given("client_secret", client_secret)
        client_secret = None
        oauth = _authlib()
        facts = checked_facts(Facts(client_id, secret, None, as_scopes(scopes), token_url, (), client_auth, on_rotate))
        device = endpoint_in_code("device_url", device_url)
        _check_parameters(parameters)
        form: Form = [("client_id", client_id), *_scope(facts), *(parameters or {}).items()]
        grant = oauth.device.DEVICE_CODE_GRANT_TYPE
        return _run(lambda setting: device_conversation(device, form, grant, facts, show or _tell, setting), facts, verify)
    except AerostackError as error:
        client_secret = None
        raise bare(error) from None


def _check_parameters(parameters: Mapping[str, str] | None) -> None:
    for name, value in (parameters or {}).items():
        if name in _OWN or not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise CredentialsError(f"parameters: {name} is {'set by the flow itself' if name in _OWN else 'not a str'}")


def _browser(address: str) -> None:
    import webbrowser  # noqa: PLC0415  # slow to import

    if not webbrowser.open(address):
        _tell(f"Open {address}")


class _Authlib:
    def __init__(self) -> None:
        self.client: Any = import_module("authlib.oauth2.client")
        self.parameters: Any = import_module("authlib.oauth2.rfc6749.parameters")
        self.security: Any = import_module("authlib.common.security")
        self.device: Any = import_module("authlib.oauth2.rfc8628")


def _authlib() -> _Authlib:
    try:
        return _Authlib()
    except ImportError:
        raise ImportError(
            "this flow needs Authlib, which is not installed: pip install 'aerostack_dynamic[oauth]'", name="authlib"
        ) from None


def _scope(facts: Facts) -> list[tuple[str, str]]:
    return [("scope", " ".join(facts.scopes))] if facts.scopes else []


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _run(converse: Callable[[Setting], Generator[Step, Any, _Result]], facts: Facts, verify: Any) -> _Result:
    """Carry out a conversation with a token endpoint on connections of its own."""
    from .._driver import Driver  # noqa: PLC0415  # slow to import, and needed here alone
    from .._transport import Transport  # noqa: PLC0415

    assert facts.token_url is not None, "it is an argument of every flow here"
    endpoint = endpoint_in_code("token_url", facts.token_url)
    limits = Limits(None, 5.0, _STEP, _STEP, chosen=True)
    setting = Setting(Base(endpoint.url, endpoint.origin), frozenset(), limits, time.monotonic)
    transport = Transport(TransportSettings(verify))
    try:
        return Driver(lambda: Channel(transport=transport)).run(converse(setting))
    finally:
        transport.close()


def _tokens(grant: Form, facts: Facts, setting: Setting) -> Generator[Step, Any, RefreshToken | Secret]:
    assert facts.token_url is not None, "it is an argument of every flow here"
    limits = setting.limits._replace(deadline=setting.clock() + _STEP)
    endpoint = endpoint_in_code("token_url", facts.token_url)
    tokens = yield from fetch_tokens(endpoint, grant, facts, setting._replace(limits=limits))
    return (yield from _credential(tokens, facts))


def _credential(tokens: Tokens, facts: Facts) -> Generator[Step, Any, RefreshToken | Secret]:
    if tokens.refresh is None:
        return tokens.issued.token
    if facts.on_rotate is not None:
        yield Ask(facts.on_rotate, (tokens.refresh.reveal(),))
    # Scopes are not asked for again: a refresh token is for those that were agreed to (RFC 6749, section 6).
    return RefreshToken.seeded(facts._replace(refresh_token=tokens.refresh, scopes=None), tokens.issued)


class _Device:
    """What a device endpoint answered (RFC 8628, section 3.2). Raises CredentialsError for an answer that lacks a part."""

    def __init__(self, data: dict[str, Any], what: str) -> None:
        self.code = Secret(as_string(data.get("device_code")))
        self.interval = _seconds(data.get("interval")) or _INTERVAL
        self.lasts = _seconds(data.get("expires_in"))
        address, entered = as_string(data.get("verification_uri")), as_string(data.get("user_code"))
        if not (self.code.reveal() and entered and self.lasts and URL(address).scheme in ("https", "http")):
            raise CredentialsError(f"{what}: its answer lacks a code, an address or a time")
        self.sentence = f"Open {printable(address)} and enter the code {printable(entered)}"


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else 0.0


def device_conversation(
    device: Endpoint, form: Form, grant_type: str, facts: Facts, show: Callable[[str], Any], setting: Setting
) -> Generator[Step, Any, RefreshToken | Secret]:
    """Ask for a code, show it, and poll until the person has agreed (RFC 8628, sections 3.1 to 3.5). Raises CredentialsError."""
    what = f"the device endpoint {device.origin}"
    limits = setting.limits._replace(deadline=setting.clock() + _STEP)
    received = yield from ask_endpoint(form_request(device.url, form), NOTHING, setting._replace(limits=limits), what)
    data = read_object(received)
    if received.status != 200 or data is None or "error" in data:
        raise refusal(received.status, data or {}, what, ())
    answer = _Device(data, what)
    until = setting.clock() + answer.lasts
    yield Ask(show, (answer.sentence,))
    poll: Form = [("grant_type", grant_type), ("device_code", answer.code)]
    wait = answer.interval
    while setting.clock() + wait < until:
        yield Sleep(wait)
        try:
            return (yield from _tokens(poll, facts, setting))
        except TokenRefusedError as error:
            if error.code not in ("authorization_pending", "slow_down"):
                raise
            wait += _SLOWER if error.code == "slow_down" else 0
        except NoResponseError:
            wait *= 2  # RFC 8628, section 3.5: back off when a poll got no answer
    raise CredentialsError("nobody entered the code before it expired")
