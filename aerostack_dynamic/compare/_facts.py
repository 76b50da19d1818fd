"""What changed of the facts that OpenAPI has no words for and a client acts by: `x-aerostack-*`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._values import as_object, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._changes import Change, Verdict
    from ._matched import Matched

_CLASSES: Final = ("unsafe", "idempotent", "safe")
IDEMPOTENCY_KEY: Final = "x-aerostack-idempotency-key"


def fact_changes(matched: Matched) -> Iterator[Change]:
    """The changes of an operation's facts."""
    yield from _idempotency(matched)
    yield from _idempotency_key(matched)
    yield from _extension(matched, "x-aerostack-stream", "stream")
    yield from _extension(matched, "x-aerostack-pages", "pages")
    word = "x-aerostack-timeout"
    before, after = (one.details.extensions.get(word) for one in (matched.old, matched.new))
    if before != after:
        yield _change(matched, "api-timeout-changed", "compatible", "another time is waited for an answer", word)


def _change(matched: Matched, rule: str, verdict: Verdict, told: str, word: str) -> Change:
    old, new = (f"{one.pointer}/{word}" if word in one.details.extensions else None for one in (matched.old, matched.new))
    return matched.change(rule, verdict, told, old=old, new=new)


def _idempotency(matched: Matched) -> Iterator[Change]:
    """A client of the old document repeats calls that went wrong by what that says."""
    old, new = matched.old.idempotency, matched.new.idempotency
    if old != new:
        weaker = _CLASSES.index(new) < _CLASSES.index(old)
        rule = f"api-idempotency-{'weakened' if weaker else 'strengthened'}"
        told = f"calls are {new} instead of {old}: they {'may no longer' if weaker else 'may'} be repeated"
        yield _change(matched, rule, "breaking" if weaker else "compatible", told, "x-aerostack-idempotency")


def _idempotency_key(matched: Matched) -> Iterator[Change]:
    """The header counts that is named nearest: by the operation, else by the document."""
    before, after = (
        as_string(one.details.extensions.get(IDEMPOTENCY_KEY, document.field(IDEMPOTENCY_KEY))).lower()
        for one, document in ((matched.old, matched.pair.old), (matched.new, matched.pair.new))
    )
    if before != after and before:
        told = f"the header {before} no longer makes calls safe to repeat"
        yield _change(matched, "api-idempotency-key-removed", "breaking", told, IDEMPOTENCY_KEY)
    if before != after and after:
        told = f"the header {after} makes calls safe to repeat"
        yield _change(matched, "api-idempotency-key-added", "compatible", told, IDEMPOTENCY_KEY)


def _extension(matched: Matched, word: str, what: str) -> Iterator[Change]:
    """A stream or pages: what asks for them is a method of its own, so that to have it is more, and to lose it breaks."""
    before, after = (one.details.extensions.get(word) for one in (matched.old, matched.new))
    if before == after:
        return
    became = "changed" if before is not None and after is not None else "removed" if after is None else "added"
    asked = "a stream is" if what == "stream" else "pages are"
    told = {
        "added": f"the document says how {asked} asked for",
        "removed": f"the document no longer says how {asked} asked for",
        "changed": f"{asked} asked for or followed another way",
    }[became]
    breaks = became != "added" or (what == "stream" and _is_taken(matched, after))
    yield _change(matched, f"api-{what}-{became}", "breaking" if breaks else "compatible", told, word)


def _is_taken(matched: Matched, said: Any) -> bool:
    """Whether the argument that asks for a stream was one of the plain call, which refuses it from then on."""
    flag = as_string(as_object(said).get("flag"))
    return any(flag in (one.wire, one.name) for one in matched.old.arguments)
