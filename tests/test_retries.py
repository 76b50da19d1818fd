"""Retries through the public face: headers that tell calls and attempts apart, the budget, and what a user decides."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, NoResponseError, RetryPolicy, RetryState, ServerError, StatusError

QUICK = RetryPolicy(first_delay=0.001, throttled_delay=0.001)
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def document(**more: Any) -> dict[str, Any]:
    operation = {"responses": {"200": {"description": "it"}}}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Again", "version": "1"},
        "paths": {
            "/read": {"get": {"operationId": "read", **operation}},
            "/act": {"post": {"operationId": "act", **operation}},
            "/pay": {"post": {"operationId": "pay", "x-aerostack-idempotency-key": "Idempotency-Key", **operation}},
            "/given": {
                "post": {"operationId": "given", "parameters": [key], "x-aerostack-idempotency-key": "Idempotency-Key", **operation}
            },
        },
        **more,
    }


def test_a_key_makes_an_unsafe_call_repeatable(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(500), reply(500), reply(body=b"1")])

    async def story(client: Any) -> None:
        assert (await settle(client.pay.raw())).attempts == 3

    both.run(story, spec=document(), server=server.url, retry=QUICK)
    (key,) = {one.header("idempotency-key") for one in server.seen}
    assert re.fullmatch(UUID, key)


def test_each_call_has_its_own_key(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(body=b"1")])

    async def story(client: Any) -> None:
        await settle(client.pay())
        await settle(client.pay())
        await settle(client.read())
        await settle(client.act())

    both.run(story, spec=document(), server=server.url)
    keys = [one.header("idempotency-key") for one in server.seen]
    assert len({*keys[:2]}) == 2
    assert keys[2:] == [None, None], "no header is sent that the document does not name"


@pytest.mark.parametrize("how", ["argument", "option"])
def test_a_key_of_the_callers_own(both: Any, settle: Any, wire: Any, reply: Any, how: str) -> None:
    server = wire([reply(500), reply(body=b"1")])

    async def story(client: Any) -> None:
        if how == "argument":
            await settle(client.given(idempotency_key="mine"))
        else:
            await settle(client.with_options(headers={"idempotency-key": "mine"}).pay())

    both.run(story, spec=document(), server=server.url, retry=QUICK)
    assert [one.header("idempotency-key") for one in server.seen] == ["mine", "mine"]


def test_the_document_may_ask_for_a_call_id_and_the_number_of_the_attempt(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(503), reply(503), reply(body=b"1")])
    named = {"x-aerostack-attempt": "X-Attempt", "x-aerostack-call-id": "X-Call"}

    async def story(client: Any) -> None:
        await settle(client.read())
        await settle(client.read())

    both.run(story, spec=document(**named), server=server.url, retry=QUICK)
    assert [one.header("x-attempt") for one in server.seen] == ["1", "2", "3", "1"]
    calls = [one.header("x-call") for one in server.seen]
    assert len({*calls[:3]}) == 1
    assert calls[3] not in calls[:3]


def test_a_user_decides(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    asked: list[RetryState] = []

    def decide(state: RetryState) -> Any:
        asked.append(state)
        return {409: 0.0, 500: False, 503: None}[state.outcome.status or 0]

    server = wire([reply(409), reply(503), reply(500)])

    async def story(client: Any) -> None:
        with pytest.raises(ServerError) as caught:
            await settle(client.read())
        assert caught.value.status == 500
        assert caught.value.attempts == 3
        assert caught.value.retry_refused == "the decide function of the retry policy says so"

    both.run(story, spec=document(), server=server.url, retry=RetryPolicy(attempts=5, first_delay=0.001, decide=decide))
    assert [(one.attempt, one.outcome.status, one.idempotency, one.refused is None) for one in asked] == [
        (1, 409, "safe", False),
        (2, 503, "safe", True),
        (3, 500, "safe", True),
    ]


def test_a_decision_is_bound_by_attempts_and_types(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(404)])

    async def story(client: Any) -> None:
        with pytest.raises(StatusError) as caught:
            await settle(client.with_options(retry=RetryPolicy(decide=lambda state: 0)).act())
        assert (caught.value.attempts, caught.value.retry_refused) == (3, None)
        with pytest.raises(ArgumentsError, match="decide gives None"):
            await settle(client.with_options(retry=RetryPolicy(decide=lambda state: "yes")).act())
        with pytest.raises(ZeroDivisionError):
            await settle(client.with_options(retry=RetryPolicy(decide=lambda state: 1 / 0)).act())

    both.run(story, spec=document(), server=server.url)


def test_an_outage_is_asked_about_as_often_as_the_budget_allows(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(503)])

    async def story(client: Any) -> None:
        refused = []
        for number in range(300):
            with pytest.raises(ServerError) as caught:
                await settle((client if number % 2 else client.with_options(headers={"X-Copy": "1"})).read())
            refused.append(caught.value.retry_refused)
        assert refused[0] == "all 3 attempts are used"
        assert refused[-1] == "the retry budget of this client is spent"

    both.run(story, spec=document(), server=server.url, retry=QUICK)
    assert len(server.seen) == 320, "1.07 requests a call"


def test_each_origin_and_each_client_has_its_own_budget(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    broken, fine = wire([reply(503)]), wire([reply(503), reply(body=b"1")])

    async def story(client: Any) -> None:
        for _ in range(30):
            with pytest.raises(ServerError):
                await settle(client.read())
        assert (await settle(client.with_options(server=fine.url).read.raw())).attempts == 2

    both.run(story, spec=document(), server=broken.url, retry=QUICK)
    again = len(broken.seen)

    async def another(client: Any) -> None:
        with pytest.raises(ServerError) as caught:
            await settle(client.read())
        assert caught.value.attempts == 3

    both.run(another, spec=document(), server=broken.url, retry=QUICK)
    assert len(broken.seen) == again + 3


def test_what_was_never_sent_costs_half(both: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        attempts = 0
        for _ in range(60):
            with pytest.raises(NoResponseError) as caught:
                await settle(client.act())
            attempts += caught.value.attempts
        assert attempts == 60 + 40

    both.run(story, spec=document(), server="http://127.0.0.1:9", retry=QUICK)
