"""Flows driven by hand: the steps they ask for, what they make of each answer, when a token is renewed. No transport, no loop."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from aerostack_dynamic._auth import authorize, choose
from aerostack_dynamic._credential import Setting
from aerostack_dynamic._errors import CredentialsError, ResponseError
from aerostack_dynamic._model import SecurityScheme
from aerostack_dynamic._server import read_base
from aerostack_dynamic._steps import Acquire, Ask, Limits, Received, Send
from aerostack_dynamic.auth import ClientCredentials, RefreshToken

URL = "https://api.example/token"
SCHEME = SecurityScheme("O", "oauth2")
CANARIES = ("s3cret/canary", "s3cret%2Fcanary")


class Hand:
    """Drives conversations; `now` is its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.steps: list[Any] = []
        limits = Limits(None, None, None, None, False)
        self.setting = Setting(read_base("https://api.example/v1"), frozenset(), limits, lambda: self.now)

    def run(self, conversation: Any, *answers: Any) -> Any:
        """What the conversation gives, when its steps but `Acquire` are answered in turn."""
        left = [*answers]
        answer: Any = None
        try:
            while True:
                step = conversation.throw(answer) if isinstance(answer, Exception) else conversation.send(answer)
                self.steps.append(step)
                answer = None if isinstance(step, Acquire) else left.pop(0)
        except StopIteration as stop:
            assert not left
            return stop.value

    def token(self, flow: Any, *answers: Any) -> str:
        issued = self.run(flow.issue(SCHEME, (), self.setting), *answers)
        return str(issued.token.reveal())


def answered(data: Any, status: int = 200) -> Received:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Received(status, httpx.Headers(), body, 0.1, {})


def made(**more: Any) -> ClientCredentials:
    return ClientCredentials("me", "s3cret/canary", token_url=URL, **more)


def test_the_steps_of_a_token() -> None:
    hand, flow = Hand(), made()
    assert hand.token(flow, answered({"access_token": "t", "token_type": "BEARER"})) == "t"
    gate, send = hand.steps
    assert isinstance(gate, Acquire)
    assert isinstance(send, Send)
    assert (send.max_bytes, send.alone) == (1024 * 1024, True)
    assert send.request.method == "POST"
    assert "canary" not in repr(send.credentials) + repr(send.request.headers)
    assert hand.token(flow) == "t", "a token without an end is kept"


@pytest.mark.parametrize(
    ("expires_in", "kept", "renewed"),
    [
        (3600, 3539.9, 3540.1),
        ("3600", 3539.9, 3540.1),
        (600.0, 539.9, 540.1),
        (100, 89.9, 90.1),
        (1, 0.89, 0.91),
        (0, None, 0),
        (-5, None, 0),
        (None, 1e12, None),
        (1e308, 1e12, None),
        ("inf", 1e12, None),
    ],
)
def test_when_a_token_is_renewed(expires_in: Any, kept: float | None, renewed: float | None) -> None:
    hand, flow = Hand(), made()
    data = {"access_token": "first", "expires_in": expires_in}
    assert hand.token(flow, answered(data)) == "first"
    if kept is not None:
        hand.now = 1000 + kept
        assert hand.token(flow) == "first"
    if renewed is not None:
        hand.now = 1000 + renewed
        assert hand.token(flow, answered({"access_token": "second"})) == "second"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (answered({}), "its answer holds no access_token"),
        (answered([]), "its answer is no JSON object"),
        (answered(b"<html>"), "its answer is no JSON object"),
        (answered(b'{"access_token": NaN}'), "its answer is no JSON object"),
        (answered({"access_token": 3}), "access_token: the credential is a int, not a str"),
        (answered({"access_token": "a\nb"}), "access_token: the credential holds a space, a line break"),
        (answered({"access_token": ""}), "access_token: the credential is empty"),
        (answered({"access_token": "t", "token_type": "mac"}), "it gave a token of type 'mac'; only bearer tokens can be used"),
        (answered({"access_token": "t", "token_type": 3}), "it gave a token of type '3'"),
        (answered({"access_token": "t", "expires_in": "soon"}), "expires_in is no number of seconds"),
        (answered({"access_token": "t", "expires_in": True}), "expires_in is no number of seconds"),
        (answered({"access_token": "t", "expires_in": "nan"}), "expires_in is no number of seconds"),
        (answered({"access_token": "t", "expires_in": [1]}), "expires_in is no number of seconds"),
        (answered({"access_token": "t", "refresh_token": 3}), "refresh_token is a int, not a str"),
        (answered({"error": "invalid_client"}, 401), "https://api.example: invalid_client"),
        (answered({"error": "invalid_scope", "error_description": "no \x1b[31m b"}, 400), r"invalid_scope: no \x1b[31m b"),
        (answered({"error": "x", "error_description": "you sent s3cret/canary"}, 400), "x: you sent ***"),
        (answered({"error": "x", "error_description": "client_secret=s3cret%2Fcanary&a"}, 400), "x: client_secret=***&a"),
        (answered({"error": "x", "error_description": "Basic bWU6czNjcmV0JTJGY2FuYXJ5"}, 400), "x: Basic ***"),
        (answered({"error": "bad"}), "https://api.example: bad"),
        (answered({"error": "x", "error_description": "y" * 999}, 400), "y..."),
        (answered({"error": 3}, 400), "it answered with status 400"),
        (answered(b"s3cret/canary", 500), "it answered with status 500"),
        (answered({"access_token": "t"}, 302), "it answered with status 302"),
        (answered({"access_token": "t"}, 206), "it answered with status 206"),
        (ResponseError("the answer is larger than 1048576 bytes"), "the answer is larger than 1048576 bytes"),
    ],
    ids=repr,
)
def test_an_answer_that_gives_no_token(answer: Any, message: str) -> None:
    hand, flow = Hand(), made()
    with pytest.raises(CredentialsError) as caught:
        hand.token(flow, answer)
    text = str(caught.value)
    assert text.startswith("the token endpoint https://api.example: ")
    assert message in text
    assert not any(one in text for one in CANARIES)
    assert text.isprintable()
    assert hand.token(flow, answered({"access_token": "later"})) == "later", "the gate is open again"


def test_a_token_is_dropped_only_while_it_is_the_present_one() -> None:
    hand, flow = Hand(), made()
    first = hand.run(flow.issue(SCHEME, (), hand.setting), answered({"access_token": "first"}))
    flow.drop(first)
    assert hand.token(flow, answered({"access_token": "second"})) == "second"
    flow.drop(first)
    assert hand.token(flow) == "second"


def test_renewing_asks_for_tokens_alone() -> None:
    hand, flow = Hand(), made()
    schemes = {"O": SCHEME, "K": SecurityScheme("K", "apiKey", "header", "X-Key")}
    keys = iter("ab")
    needed = [{"O": (), "K": ()}]
    choice = choose(needed, schemes, {"O": flow, "K": lambda: next(keys)}, certificate=False)  # type: ignore[arg-type]
    conversation = authorize(choice, hand.setting)
    credentials = hand.run(conversation, answered({"access_token": "first"}), "a")
    assert credentials.renew is not None
    again = hand.run(credentials.renew(), answered({"access_token": "second"}))
    assert again.renew is None
    assert {name: one.reveal() for name, one in again.headers.items()} == {"Authorization": "Bearer second", "X-Key": "a"}
    assert [type(step) for step in hand.steps] == [Acquire, Send, Ask, Acquire, Send]


def test_a_conversation_that_is_given_up_opens_the_gate() -> None:
    hand, flow = Hand(), made()
    conversation = flow.issue(SCHEME, (), hand.setting)
    gate = next(conversation)
    assert isinstance(gate, Acquire)
    assert gate.gate.enter(bool, 0) is None
    assert isinstance(conversation.send(None), Send)
    conversation.close()
    assert gate.gate.enter(bool, 0) is None


def test_functions_are_asked_at_every_token() -> None:
    secrets = iter(["one", "two"])
    flow = ClientCredentials("me", lambda: next(secrets), token_url=URL, client_auth="post")
    hand = Hand()
    hand.token(flow, "one", answered({"access_token": "a", "expires_in": 0}))
    hand.token(flow, "two", answered({"access_token": "b"}))
    sent = [step.request.content.decode() for step in hand.steps if isinstance(step, Send)]
    assert [text.rpartition("=")[2] for text in sent] == ["one", "two"]
    with pytest.raises(CredentialsError, match="client_secret holds a line break"):
        Hand().token(ClientCredentials("me", lambda: "x\n", token_url=URL), "x\n")
    with pytest.raises(CredentialsError, match="refresh_token is a int, not a str"):
        Hand().token(RefreshToken(lambda: 3, "me", token_url=URL), 3)
