"""The retry policy: pure, so every row of it is a table."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import ArgumentsError
from aerostack_dynamic._retry import LONGEST_RETRY_AFTER, Outcome, RetryPolicy, parse_retry_after


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_statuses_that_are_worth_another_attempt(status: int) -> None:
    assert RetryPolicy().wants_retry(Outcome(status, "answered"))


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 408, 409, 422, 500, 501, 505, 599])
def test_statuses_that_are_not(status: int) -> None:
    assert not RetryPolicy().wants_retry(Outcome(status, "answered"))


def test_without_an_answer_only_what_was_never_sent() -> None:
    policy = RetryPolicy()
    assert policy.wants_retry(Outcome(None, "no"))
    assert not policy.wants_retry(Outcome(None, "maybe"))
    assert not policy.wants_retry(Outcome(None, "answered"))


def test_other_statuses_by_choice() -> None:
    assert RetryPolicy(statuses=frozenset({500})).wants_retry(Outcome(500, "answered"))
    assert not RetryPolicy(statuses=frozenset()).wants_retry(Outcome(503, "answered"))


def test_the_last_attempt() -> None:
    policy, outcome = RetryPolicy(attempts=2), Outcome(503, "answered")
    assert policy.refusal(1, outcome, "safe") is None
    assert policy.refusal(2, outcome, "safe") == "all 2 attempts are used"
    assert RetryPolicy.off().refusal(1, outcome, "safe") is None, "nothing was refused: none was wanted"


@pytest.mark.parametrize(("idempotency", "retried"), [("safe", True), ("idempotent", True), ("unsafe", False)])
def test_a_bare_503_needs_an_operation_that_may_be_repeated(idempotency: str, retried: bool) -> None:
    refusal = RetryPolicy().refusal(1, Outcome(503, "answered"), idempotency)  # type: ignore[arg-type]
    assert (refusal is None) is retried
    assert retried or "safe or idempotent" in str(refusal)


def test_what_was_never_sent_is_retried_for_all() -> None:
    assert RetryPolicy().refusal(1, Outcome(None, "no"), "unsafe") is None


@pytest.mark.parametrize(("seconds", "retried"), [(0.0, True), (60.0, True), (60.5, False), (86400.0, False)])
def test_how_long_a_server_may_ask_to_wait(seconds: float, retried: bool) -> None:
    refusal = RetryPolicy().refusal(1, Outcome(503, "answered", seconds), "safe")
    assert (refusal is None) is retried
    assert retried or f"{seconds:g} s" in str(refusal)


@given(st.integers(1, 40), st.floats(0, 1), st.none() | st.floats(0, LONGEST_RETRY_AFTER))
def test_a_delay_is_within_its_bounds(attempt: int, chance: float, retry_after: float | None) -> None:
    policy = RetryPolicy(attempts=5, first_delay=0.5, longest_delay=4)
    delay = policy.delay(attempt, Outcome(503, "answered", retry_after), chance)
    assert delay >= (retry_after or 0)
    assert delay <= max(4.0, retry_after or 0)


def test_delays_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first_delay=1, longest_delay=5)
    outcome = Outcome(503, "answered")
    assert [policy.delay(attempt, outcome, 1) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 5]
    assert policy.delay(3, outcome, 0) == 0


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"attempts": 6}, {"attempts": True}, {"first_delay": -1}, {"first_delay": 9}])
def test_what_a_policy_may_not_be(wrong: dict[str, float]) -> None:
    with pytest.raises(ArgumentsError, match=next(iter(wrong))):
        RetryPolicy(**wrong)  # type: ignore[arg-type]


def test_a_policy_is_a_value() -> None:
    policy = RetryPolicy(attempts=2)
    assert pickle.loads(pickle.dumps(policy)) == policy
    with pytest.raises(FrozenInstanceError):
        policy.attempts = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 30 ", 30.0),
        ("999999", 999999.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", 1.5),
        ("1.", None),
        (".5", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("9999999", None),
        ("1" * 400, None),
        ("٣", None),
        ("²", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("soon", None),
        ("5, 6", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value) == seconds


DATE = "Fri, 31 Dec 1999 23:59:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("Fri, 31 Dec 1999 23:59:59 GMT", DATE, 59.0),
        ("Sat, 01 Jan 2000 00:00:00 GMT", DATE, 60.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, 252455616059.0),
        (DATE, DATE, None),
        ("Fri, 31 Dec 1999 23:58:00 GMT", DATE, None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None, None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "yesterday", None),
        ("Fri, 31 Dec 1999 23:59:59", DATE, None),
        ("Fri, 31 Dec 1999 23:59:59 -0000", DATE, None),
        ("Fri, 32 Dec 1999 23:59:59 GMT", DATE, None),
        ("5", "yesterday", 5.0),
    ],
)
def test_a_date_is_compared_with_the_date_of_the_answer(value: str, date: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, date) == seconds


@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,9} [0-9:]{0,9} [A-Z+0-9-]{0,6}"),
    st.sampled_from(["", DATE]),
)
def test_retry_after_never_fails(value: str, date: str) -> None:
    seconds = parse_retry_after(value, date)
    assert seconds is None or seconds >= 0
