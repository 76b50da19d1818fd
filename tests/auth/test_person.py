"""Flows that ask a person: authorization code with PKCE in a browser on this machine, and device code."""

from __future__ import annotations

import base64
import hashlib
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from aerostack_dynamic import Client, CredentialsError
from aerostack_dynamic._credential import Setting
from aerostack_dynamic._server import read_base
from aerostack_dynamic._steps import Ask, Limits, Received, Send, Sleep
from aerostack_dynamic._token import Facts, endpoint_in_code
from aerostack_dynamic.auth import RefreshToken, Secret, authorization_code, device_code
from aerostack_dynamic.auth._person import device_conversation

BEARER = {"S": {"type": "http", "scheme": "bearer"}}


class Browser:
    """A browser whose person agrees at once; `change` may alter what it comes back with."""

    def __init__(self, change: Callable[[dict[str, str]], Any] = dict) -> None:
        self.asked: dict[str, str] = {}
        self.statuses: list[int] = []
        self._change = change
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> None:
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answers = self._change({"code": "c0de", "state": self.asked["state"]})
        self._threads = [threading.Thread(target=self._come_back, args=(answers if isinstance(answers, list) else [answers],))]
        self._threads[0].start()

    def _come_back(self, answers: list[Any]) -> None:
        with httpx.Client(trust_env=False) as client:
            for answer in answers:
                url = answer if isinstance(answer, str) else f"{self.asked['redirect_uri']}?{urlencode(answer)}"
                self.statuses.append(client.get(url).status_code)

    def join(self) -> None:
        for one in self._threads:
            one.join()


def agree(issuer: Any, browser: Browser, **more: Any) -> Any:
    try:
        return authorization_code(
            "me",
            **{
                "authorization_url": "https://id.example/authorize?x=1",
                "token_url": issuer.token_url,
                "open_browser": browser,
                "timeout": 5,
            }
            | more,
        )
    finally:
        browser.join()


def test_a_person_agrees_in_the_browser(issuer: Any, document: Any) -> None:
    kept: list[str] = []
    issuer.answer = lambda form: (200, issuer.token(refresh_token="r1"))
    browser = Browser()
    credential = agree(issuer, browser, scopes=["a", "b"], parameters={"prompt": "consent"}, on_rotate=kept.append)
    assert browser.statuses == [200]
    asked, form = browser.asked, issuer.forms[0]
    assert (asked["x"], asked["prompt"], asked["scope"]) == ("1", "consent", "a b")
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "me", "S256")
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert len(form["code_verifier"]) >= 43
    assert urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
    assert {**form, "code_verifier": ""} == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": asked["redirect_uri"],
        "code_verifier": "",
        "client_id": "me",
    }
    assert isinstance(credential, RefreshToken)
    assert kept == ["r1"]
    issuer.refused = {"Bearer tok-1"}
    with Client(spec=document(BEARER), server=issuer.url, credentials={"S": credential}) as client:
        client.get_x()
    assert issuer.calls == ["Bearer tok-1", "Bearer tok-2"]
    assert issuer.forms[1] == {"grant_type": "refresh_token", "refresh_token": "r1", "client_id": "me"}


def test_a_token_that_cannot_be_renewed(issuer: Any, document: Any) -> None:
    credential = agree(issuer, Browser(), client_secret="s")
    assert isinstance(credential, Secret)
    assert issuer.heads[0].header("authorization") == "Basic " + base64.b64encode(b"me:s").decode()
    with Client(spec=document(BEARER), server=issuer.url, credentials={"S": credential}) as client:
        client.get_x()
    assert issuer.calls == ["Bearer tok-1"]


def test_what_else_comes_to_the_port_is_turned_away(issuer: Any) -> None:
    def change(good: dict[str, str]) -> list[Any]:
        other = f"http://127.0.0.1:{urlsplit(browser.asked['redirect_uri']).port}"
        return [
            f"{other}/favicon.ico",
            {**good, "state": "x"},
            {"code": "evil"},
            {"error": "evil", "state": "x"},
            {"state": good["state"]},
            good,
        ]

    browser = Browser(change)
    agree(issuer, browser)
    assert browser.statuses == [400] * 5 + [200]
    assert issuer.forms[0]["code"] == "c0de"


def test_a_connection_left_open_holds_nothing_up(issuer: Any) -> None:
    idle: list[socket.socket] = []

    def change(good: dict[str, str]) -> dict[str, str]:
        idle.append(socket.create_connection(("127.0.0.1", urlsplit(browser.asked["redirect_uri"]).port or 0)))
        return good

    browser = Browser(change)
    agree(issuer, browser)
    idle[0].close()


def test_a_person_who_refuses_or_stays_away(issuer: Any) -> None:
    refusing = Browser(lambda good: {"error": "access_denied", "error_description": "no\x1b", "state": good["state"]})
    with pytest.raises(CredentialsError, match=r"the authorization was refused: access_denied: no\\x1b"):
        agree(issuer, refusing)
    with pytest.raises(CredentialsError, match=r"no answer from the browser within 0\.3 s; 1 came with another state"):
        agree(issuer, Browser(lambda good: {**good, "state": "x"}), timeout=0.3)
    with pytest.raises(CredentialsError, match=r"no answer from the browser within 0\.1 s$"):
        agree(issuer, Browser(lambda good: []), timeout=0.1)
    assert not issuer.forms


def test_a_port_of_ones_own(issuer: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CredentialsError, match="port: can't listen on 127.0.0.1"):
        agree(issuer, Browser(), port=taken.getsockname()[1])
    with pytest.raises(CredentialsError, match="port: can't listen"):
        agree(issuer, Browser(), port=99999)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"authorization_url": "http://id.example/a"}, "authorization_url: http://id.example is plain http"),
        ({"token_url": "http://id.example/a"}, "token_url: http://id.example is plain http"),
        ({"client_secret": "canary\n"}, "client_secret holds a line break"),
        ({"parameters": {"state": "canary"}}, "parameters: state is set by the flow itself"),
        ({"parameters": {"x": 1}}, "parameters: x is not a str"),
        ({"verify": "/no/such/file"}, "no TLS context"),
    ],
    ids=repr,
)
def test_what_cannot_be(issuer: Any, more: Any, message: str) -> None:
    if "verify" in more:
        more = {**more, "token_url": issuer.token_url.replace("http:", "https:")}
    with pytest.raises(Exception, match=message):
        agree(issuer, Browser(), **more)


def test_without_the_extra(issuer: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "authlib.oauth2.client", None)
    with pytest.raises(ImportError, match=r"pip install 'aerostack_dynamic\[oauth\]'") as caught:
        agree(issuer, Browser(), client_secret="canary")
    assert caught.value.__traceback__ is not None
    frames = [one for one in traceback.walk_tb(caught.value.__traceback__) if one[0].f_code.co_filename != __file__]
    assert "canary" not in "".join(traceback.StackSummary.extract(iter(frames), capture_locals=True).format())


# ---- device code


def test_a_device(issuer: Any, wire: Any, reply: Any, document: Any) -> None:
    device = wire(
        [
            reply(
                body=b'{"device_code":"d","user_code":"AB-1","verification_uri":"https://id.example","expires_in":9,"interval":0.05}'
            )
        ]
    )
    answers = iter([(400, {"error": "authorization_pending"}), (400, {"error": "authorization_pending"})])
    issuer.answer = lambda form: next(answers, (200, issuer.token(refresh_token="r1")))
    shown: list[str] = []
    credential = device_code("me", device_url=f"{device.url}/device", token_url=issuer.token_url, scopes="a", show=shown.append)
    assert isinstance(credential, RefreshToken)
    assert shown == ["Open https://id.example and enter the code AB-1"]
    assert device.seen[0].body == b"client_id=me&scope=a"
    assert len(issuer.forms) == 3
    assert issuer.forms[0] == {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "d", "client_id": "me"}
    with Client(spec=document(BEARER), server=issuer.url, credentials={"S": credential}) as client:
        client.get_x()
    assert issuer.calls == ["Bearer tok-3"]


def converse(*polls: Any, answer: Any = None, now: list[float] | None = None) -> tuple[Any, list[float]]:
    """Drives the conversation by hand; gives its result and the waits between polls."""
    import json

    clock = now or [0.0]
    limits = Limits(None, None, None, None, True)
    setting = Setting(read_base("https://id.example"), frozenset(), limits, lambda: clock[0])
    first = answer or {"device_code": "d", "user_code": "u", "verification_uri": "https://id.example", "expires_in": 60}
    facts = Facts("me", token_url="https://id.example/token")
    endpoint = endpoint_in_code("device_url", "https://id.example/device")
    conversation = device_conversation(endpoint, [], "device", facts, bool, setting)
    left, waits, given = [(200, first), *polls], [], None
    try:
        while True:
            step = conversation.throw(given) if isinstance(given, Exception) else conversation.send(given)
            given = None
            if isinstance(step, Sleep):
                waits.append(step.seconds)
                clock[0] += step.seconds
            elif isinstance(step, Send):
                got = left.pop(0)
                given = (
                    got if isinstance(got, Exception) else Received(got[0], httpx.Headers(), json.dumps(got[1]).encode(), 0.1, {})
                )
            else:
                assert isinstance(step, Ask)
    except StopIteration as stop:
        return stop.value, waits


def test_the_server_says_how_often(both: Any) -> None:
    from aerostack_dynamic import NoResponseError

    pending, slow = (400, {"error": "authorization_pending"}), (400, {"error": "slow_down"})
    result, waits = converse(pending, slow, pending, NoResponseError("lost"), (200, {"access_token": "t"}))
    assert isinstance(result, Secret)
    assert waits == [5, 5, 10, 10, 20]


@pytest.mark.parametrize(
    ("polls", "answer", "message"),
    [
        ([(400, {"error": "expired_token"})], None, "expired_token"),
        ([(400, {"error": "access_denied"})], None, "access_denied"),
        ([(400, {"error": "authorization_pending"})] * 20, None, "nobody entered the code before it expired"),
        ([], {"error": "invalid_client"}, "the device endpoint https://id.example: invalid_client"),
        ([], {"device_code": "d"}, "its answer lacks a code, an address or a time"),
        (
            [],
            {"device_code": "d", "user_code": "u", "verification_uri": "javascript:x", "expires_in": 9},
            "its answer lacks a code, an address",
        ),
    ],
)
def test_a_device_that_gets_nothing(polls: Any, answer: Any, message: str) -> None:
    with pytest.raises(CredentialsError, match=message):
        converse(*polls, answer=answer)


def test_a_device_tells_on_standard_error(issuer: Any, wire: Any, reply: Any, capsys: Any) -> None:
    device = wire(
        [
            reply(
                body=b'{"device_code":"d","user_code":"u\\u001b","verification_uri":"https://id.example","expires_in":9,"interval":0.05}'
            )
        ]
    )
    credential = device_code("me", "s", device_url=f"{device.url}/device", token_url=issuer.token_url)
    assert isinstance(credential, Secret)
    assert capsys.readouterr().err == "Open https://id.example and enter the code u\\x1b\n"
