"""The retry policy: pure, so every row of it is a table."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from random import Random
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import ArgumentsError
from aerostack_dynamic._retry import Budget, Outcome, RetryPolicy, RetryState, parse_retry_after


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_statuses_that_are_worth_another_attempt(status: int) -> None:
    assert RetryPolicy().wants_retry(Outcome(status, "answered"))


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 409, 422, 501, 505, 525, 599])
def test_statuses_that_are_not(status: int) -> None:
    assert not RetryPolicy().wants_retry(Outcome(status, "answered"))


def test_without_an_answer_all_but_what_would_end_the_same_way() -> None:
    policy = RetryPolicy()
    for sent in ("no", "maybe", "answered"):
        assert policy.wants_retry(Outcome(None, sent))  # type: ignore[arg-type]
        assert not policy.wants_retry(Outcome(None, sent, permanent=True))  # type: ignore[arg-type]


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
    assert RetryPolicy().refusal(1, Outcome(None, "maybe"), "unsafe") is not None
    assert RetryPolicy().refusal(1, Outcome(None, "maybe"), "idempotent") is None


@pytest.mark.parametrize("outcome", [Outcome(429, "answered"), Outcome(503, "answered", retry_after=0.0)])
def test_what_the_server_turned_away_is_retried_for_all(outcome: Outcome) -> None:
    assert outcome.throttled
    assert RetryPolicy().refusal(1, outcome, "unsafe") is None


@pytest.mark.parametrize("outcome", [Outcome(503, "answered"), Outcome(500, "answered", retry_after=1.0), Outcome(None, "maybe")])
def test_what_it_may_have_acted_on_is_not(outcome: Outcome) -> None:
    assert not outcome.throttled
    assert RetryPolicy().refusal(1, outcome, "unsafe") is not None


@pytest.mark.parametrize(("seconds", "retried"), [(0.0, True), (60.0, True), (60.5, False), (86400.0, False)])
def test_how_long_a_server_may_ask_to_wait(seconds: float, retried: bool) -> None:
    refusal = RetryPolicy().refusal(1, Outcome(503, "answered", retry_after=seconds), "safe")
    assert (refusal is None) is retried
    assert retried or f"{seconds:g} s" in str(refusal)


@given(st.integers(1, 40), st.floats(0, 1), st.none() | st.floats(0, 60), st.sampled_from([429, 500, 503]))
def test_a_delay_is_within_its_bounds(attempt: int, chance: float, retry_after: float | None, status: int) -> None:
    policy = RetryPolicy(attempts=5, first_delay=0.5, longest_delay=4, throttled_delay=1, longest_throttled_delay=6)
    outcome = Outcome(status, "answered", retry_after=retry_after)
    delay = policy.delay(attempt, outcome, chance)
    if retry_after is not None:
        assert retry_after <= delay <= retry_after + min(1, retry_after / 10)
    elif status == 429:
        whole = min(6, 2 ** (attempt - 1))
        assert whole / 2 <= delay <= whole
    else:
        assert 0 <= delay <= min(4, 0.5 * 2 ** (attempt - 1))


def test_delays_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first_delay=1, longest_delay=5, throttled_delay=2, longest_throttled_delay=6)
    outcome, throttled = Outcome(500, "answered"), Outcome(429, "answered")
    assert [policy.delay(attempt, outcome, 1) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 5]
    assert policy.delay(3, outcome, 0) == 0
    assert [policy.delay(attempt, throttled, 1) for attempt in (1, 2, 3)] == [2, 4, 6]
    assert [policy.delay(attempt, throttled, 0) for attempt in (1, 2, 3)] == [1, 2, 3]


def test_a_stale_connection_is_replaced_at_once() -> None:
    outcome = Outcome(None, "maybe", stale=True)
    assert RetryPolicy().delay(1, outcome, 1.0) == 0
    assert RetryPolicy().refusal(1, outcome, "unsafe") is not None
    assert (outcome.cost, Outcome(None, "no").cost, Outcome(None, "maybe").cost) == (0.5, 0.5, 1.0)


def test_samples_of_a_jitter_are_spread_evenly() -> None:
    random = Random(7)
    policy, outcome = RetryPolicy(first_delay=1), Outcome(500, "answered")
    tenths = [0] * 10
    for _ in range(10_000):
        tenths[int(policy.delay(1, outcome, random.random()) * 10)] += 1
    assert all(800 < count < 1200 for count in tenths)


# ---- what a user decides


def decided(answer: object, refused: str | None = "no") -> tuple[str | None, float]:
    seen: list[RetryState] = []
    policy = RetryPolicy(decide=lambda state: (seen.append(state), answer)[1])
    state = RetryState(1, Outcome(409, "answered"), "unsafe", 0.5, refused)
    found = policy.decided(state)
    assert seen == [state]
    return found


def test_what_decide_may_say() -> None:
    assert decided(None) == ("no", 0.5)
    assert decided(None, None) == (None, 0.5)
    assert decided(True) == (None, 0.5)
    assert decided(3) == (None, 3.0)
    assert decided(0.0) == (None, 0.0)
    assert "says so" in str(decided(False, None)[0])


@pytest.mark.parametrize("answer", ["yes", -1, float("nan"), object()])
def test_what_decide_may_not_say(answer: object) -> None:
    with pytest.raises(ArgumentsError, match="decide gives"):
        decided(answer)


# ---- the budget


def test_a_budget_is_spent_by_an_outage_and_earned_back() -> None:
    budget = Budget()
    assert [budget.take(1.0) for _ in range(21)] == [True] * 20 + [False]
    assert not budget.take(0.5)
    for _ in range(5):
        budget.succeeded(0.0)
    assert budget.take(0.5), "five first tries that succeed earn a half"
    budget.succeeded(2.0)
    assert budget.take(2.0), "a call that succeeds gives its retries back"
    for _ in range(1000):
        budget.succeeded(5.0)
    assert [budget.take(1.0) for _ in range(21)].count(True) == 20, "and never more than it began with"


def test_threads_share_a_budget() -> None:
    budget, taken = Budget(), []
    threads = [Thread(target=lambda: taken.extend(budget.take(0.5) for _ in range(20))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 40


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"attempts": 6},
        {"attempts": True},
        {"first_delay": -1},
        {"first_delay": 9},
        {"throttled_delay": 21},
        {"longest_retry_after": -1},
        {"longest_retry_after": "1"},
        {"statuses": 503},
        {"decide": 1},
    ],
)
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
        ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, None),
        ("Tue, 11 Jan 2000 00:00:00 GMT", DATE, 864060.0),
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
