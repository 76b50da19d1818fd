"""The checker: whether what the clients saw and what the server did fit together. Pure functions over the two histories."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from .document import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .history import Call, Entry

GRACE = 0.5  # seconds that a call may take beyond its total
ATTEMPTS = 3
TOKENS, EARNED, CHEAPEST = 20.0, 0.1, 0.5
# After these the server says that it did not act, and what is sent again may be said not to have been sent.
TURNED_AWAY = ("429", "503 with Retry-After", "redirect")
Entries = dict[str, list["Entry"]]


def by_call(history: Iterable[Entry]) -> Entries:
    """The requests of each call, in order."""
    found: Entries = defaultdict(list)
    for entry in history:
        found[entry.id].append(entry)
    return found


def success_was_answered(call: Call, entries: list[Entry]) -> str | None:
    """What a client got as success, the server did and answered so."""
    if call.told != "data":
        return None
    answered = [entry for entry in entries if entry.answered and 200 <= entry.status < 300]
    if call.op != "drop":
        answered = [entry for entry in answered if entry.effect == call.effect]
    return None if answered else f"has success (effect {call.effect}) that the server never answered"


def data_is_right(call: Call, _: list[Entry]) -> str | None:
    """Each answer carries its own question, and all of its text."""
    return call.wrong


def acted_once(call: Call, entries: list[Entry]) -> str | None:
    """The server never acted twice on what must not be repeated; for a key, not on two keys either."""
    kind = KINDS[call.op]
    times = sum(entry.acted for entry in entries)
    if not kind.repeatable and times > 1:
        return f"was acted on {times} times"
    if kind.keyed and len({entry.key for entry in entries}) > 1:
        return f"was sent with several keys: { ({entry.key for entry in entries}) }"
    return "was sent without a key" if kind.keyed and any(entry.key is None for entry in entries) else None


def body_was_whole(call: Call, entries: list[Entry]) -> str | None:
    """The server never acted on a body that is not the caller's."""
    if call.digest is None:
        return None
    wrong = [entry for entry in entries if entry.whole and entry.digest != call.digest]
    return f"reached the server as another body ({len(wrong)} times)" if wrong else None


def in_time(call: Call, _: list[Entry]) -> str | None:
    """No call goes on beyond its total; where everything in the process was late, it may be as late."""
    late = call.seconds > call.total + GRACE + call.delayed
    return f"took {call.seconds:.2f} s, its total is {call.total:g} s (all was {call.delayed:.2f} s late)" if late else None


def error_is_ours(call: Call, _: list[Entry]) -> str | None:
    """Only exceptions of the package come out."""
    return f"raised {call.error}" if call.told == "foreign" else None


def word_is_true(call: Call, entries: list[Entry]) -> str | None:
    """An error that says that nothing was sent, or that there was an answer, is right."""
    if call.sent == "no" and any(entry.whole and entry.fault not in TURNED_AWAY for entry in entries):
        return f"says that nothing was sent, and the server has it: {call.error}"
    if call.sent == "answered" and call.status is not None and all(entry.status != call.status for entry in entries):
        return f"has status {call.status}, which the server never gave"
    return None


def few_attempts(call: Call, entries: list[Entry]) -> str | None:
    """No call is attempted more than three times; a redirect that is followed is no attempt."""
    made = sum(not entry.hop for entry in entries)
    return f"was sent {made} times" if made > ATTEMPTS else None


RULES: tuple[Callable[[Call, list[Entry]], str | None], ...] = (
    success_was_answered,
    data_is_right,
    acted_once,
    body_was_whole,
    in_time,
    error_is_ours,
    word_is_true,
    few_attempts,
)


def keys_are_new(history: Iterable[Entry]) -> Iterator[str]:
    """No two calls have one key."""
    calls: dict[str, set[str]] = defaultdict(set)
    for entry in history:
        if entry.key is not None:
            calls[entry.key].add(entry.id)
    yield from (f"one key for {sorted(ids)[:5]}" for ids in calls.values() if len(ids) > 1)


def within_budget(calls: Iterable[Call], entries: Entries, client: str) -> Iterator[str]:
    """The retries of calls that failed all the same were paid for by the budget: 20, and a tenth for each call that succeeded at once.

    A retry costs one, or half where the server can't have been loaded by it. Those of calls that succeeded were given back.
    """
    spent, earned = 0.0, TOKENS
    for call in calls:
        if not call.id.startswith(client):
            continue
        retries = sum(not entry.hop for entry in entries.get(call.id, ())) - 1
        answered = call.told == "data" or (call.status is not None and call.status < 429)
        if answered and retries <= 0:
            earned += EARNED
        elif not answered:
            spent += max(0, retries) * CHEAPEST
    if spent > earned:
        yield f"the retries of client {client} cost {spent:g} at least, and the budget was {earned:g} at most"


def faults(calls: list[Call], history: list[Entry]) -> list[str]:
    """All that does not fit."""
    entries = by_call(history)
    found: list[str] = []
    for call in calls:
        for rule in RULES:
            told = rule(call, entries.get(call.id, []))
            if told is not None:
                found.append(f"{rule.__name__}: {call.op} {call.id} {told}; {_story(entries.get(call.id, []))}")
    known = {call.id for call in calls}
    found += [f"nobody made: {entry.op} {entry.id}" for entry in history if entry.id not in known]
    found += keys_are_new(history)
    for client in ("s", "a"):
        found += within_budget(calls, entries, client)
    return found


def _story(entries: list[Entry]) -> str:
    return ", ".join(f"{entry.fault} ({entry.status}{' acted' if entry.acted else ''})" for entry in entries) or "never arrived"


def table(calls: list[Call], history: list[Entry]) -> str:
    """How often each thing happened."""
    entries = by_call(history)
    retried = {call.id for call in calls if sum(not entry.hop for entry in entries.get(call.id, ())) > 1}
    lines = [f"{'operation':<12}{'calls':>9}{'data':>9}{'errors':>9}{'cancelled':>11}{'retried':>9}{'saved by it':>13}"]
    for op in (*KINDS, "all"):
        these = [call for call in calls if op in (call.op, "all")]
        told = Counter(call.told for call in these)
        saved = sum(call.told == "data" and call.id in retried for call in these)
        lines.append(
            f"{op:<12}{len(these):>9}{told['data']:>9}{told['ours'] + told['foreign']:>9}{told['cancelled']:>11}"
            f"{sum(call.id in retried for call in these):>9}{saved:>13}"
        )
    lines += ["", f"{'fault':<26}{'requests':>10}"]
    lines += [f"{fault:<26}{count:>10}" for fault, count in Counter(entry.fault for entry in history).most_common()]
    return "\n".join(lines)
