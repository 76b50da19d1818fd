"""Plays the rows of the fault table on one side, and judges each by the rules that hold for every side."""

from __future__ import annotations

import logging
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from faults.document import KEY, KEY_HEADER, spec
from faults.row import ANYTHING, Outcome, Row, Scene, matches
from faults.runner import in_time, run_bare, run_ours, staged
from faults.runner import why_not as why_not_ours
from faults.server import Script, Server
from faults.tables import ROWS

from . import judge
from .replaced import run_replaced
from .replaced import why_not as why_not_replaced

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 4
LONGEST = 15.0
KINDS = {"ours": ("sync", "async"), "httpx": ("httpx",), "replaced": ("replaced",)}
# The classes that a side's errors are derived from.
OWN = {
    "ours": ("aerostack_dynamic*.AerostackError",),
    "httpx": ("httpx.HTTPError", "httpx.InvalidURL", "httpx.StreamError", "httpx.CookieConflict", "json.decoder.JSONDecodeError"),
    "replaced": ("aerostack.*", "httpx.*"),
}


class Leaks(logging.Handler):
    """Counts the log records that show the key, whatever logs them. It keeps no others, since there are many."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if KEY in f"{record.msg} {record.args!r} {record.exc_info!r}":
            self.kept.append(record.name)


class Played(NamedTuple):
    """A row as it was played and judged."""

    id: str
    kind: str
    told: str
    late: bool
    foreign: bool
    wrong: bool
    leaks: list[str]
    broken: list[str]
    executions: int
    again: bool = False


def _run(kind: str) -> Callable[[Scene], Outcome]:
    return {"httpx": run_bare, "replaced": run_replaced}.get(kind, run_ours)


def play(row: Row, kind: str) -> Played:
    """Play a row and judge it."""
    most = judge.allowed(row.total, row.expect.within)
    with staged(row, "sync" if kind == "replaced" else kind) as scene:
        outcome = in_time(lambda: _run(kind)(scene), scene, min(most + 1.0, LONGEST))
        return _judged(scene, kind, outcome, most)


def _judged(scene: Scene, kind: str, outcome: Outcome, most: float) -> Played:
    side = kind if kind in KINDS else "ours"
    told = "hangs" if outcome.hangs else repr(outcome.value if outcome.error is None else outcome.error)[:120]
    return Played(
        scene.row.id,
        kind,
        told.replace(KEY, "(the key)"),
        not _is_story(scene.row, side) and judge.is_late(outcome.hangs, outcome.seconds, most),
        judge.is_foreign(outcome.error, OWN[side]),
        outcome.error is None and not outcome.hangs and _is_wrong(scene.row, side, outcome),
        _elsewhere(scene, kind) + judge.places_of(KEY, outcome.error, outcome.value),
        _broken(scene, outcome) if side == "ours" else [],
        scene.server.executions,
    )


def _is_story(row: Row, side: str) -> bool:
    """Whether a row's promise is about many calls of ours together, of which others made one, or some of their own."""
    return side != "ours" and row.drive is not None and not row.id.startswith("C7-")


def _is_wrong(row: Row, side: str, outcome: Outcome) -> bool:
    """Whether data is wrong. Ours is held to all that its row says; others to what is true."""
    expect = row.expect
    if side == "ours":
        return expect.error is not None or (expect.data is not ANYTHING and not matches(expect.data, outcome.data))
    return not _is_story(row, side) and judge.is_untrue(row.id, expect.error is not None, expect.data, outcome.value)


def _elsewhere(scene: Scene, kind: str) -> list[str]:
    """Whether the key came to another origin, unless the row allows that one, or the call by hand itself puts it there."""
    row = scene.row
    if row.expect.sink or (kind == "httpx" and row.by_hand is not None):
        return []
    others = [*scene.sink.seen]
    if row.id.startswith("K1-"):
        others += [one for one in scene.server.seen if (one.header("host") or "") != f"127.0.0.1:{scene.server.port}"]
    return ["another origin"] * any(KEY in (one.header(KEY_HEADER) or "") for one in others)


def _broken(scene: Scene, outcome: Outcome) -> list[str]:
    try:
        return scene.row.expect.faults(scene, outcome)
    except (LookupError, AttributeError, AssertionError) as error:  # a check that can't be made, since nothing came
        return [repr(error)]


def play_all(rows: list[Row], side: str) -> list[Played]:
    """Play rows on a side, several at a time; those that change what a process shares alone, and so those again that were late."""
    found: list[Played] = []
    for kind in KINDS[side]:
        chosen = [row for row in rows if _why_not(row, kind) is None]
        with ThreadPoolExecutor(THREADS) as threads:
            made = list(threads.map(partial(play, kind=kind), [row for row in chosen if not row.alone]))
        known = {row.id: row for row in rows}
        made += [play(row, kind) for row in chosen if row.alone]
        found += [play(known[one.id], kind)._replace(again=True) if side == "ours" and _only_slow(one) else one for one in made]
    return found


def _only_slow(one: Played) -> bool:
    """Whether nothing but company may be to blame for what a row missed: true data doesn't come of quiet, nor an error of one's own."""
    return (one.late or bool(one.broken)) and not (one.foreign or one.wrong or one.leaks)


def _why_not(row: Row, kind: str) -> str | None:
    return why_not_replaced(row) if kind == "replaced" else why_not_ours(row, kind)


def _client(side: str, url: str) -> Any:
    if side == "ours":
        from aerostack_dynamic import Client

        return Client(spec=spec(), server=url, credentials={"ApiKey": KEY})
    if side == "replaced":
        from aerostack import SDK

        return SDK(KEY, server_url=url)
    import httpx

    return httpx.Client(base_url=url, headers={KEY_HEADER: KEY})


def measure(side: str, scale: float) -> dict[str, Any]:
    """Play all rows, or a part of them, spread over all; and look at a client that holds the key."""
    warnings.simplefilter("ignore" if side != "ours" else "error")
    every = max(1, round(1 / scale))
    rows = [row for number, row in enumerate(ROWS) if number % every == 0 or row.id == "R7-post"]
    leaks = Leaks()
    logging.getLogger().addHandler(leaks)
    logging.getLogger().setLevel(logging.DEBUG)
    threading.excepthook = lambda _: None  # a thread that hangs is ended by its server, and complains
    played = play_all(rows, side)
    server = Server(Script())
    shown = judge.places_in_client(KEY, _client(side, server.url))
    server.close()
    return {"rows": len(rows), "played": [one._asdict() for one in played], "client": shown, "logs": sorted(set(leaks.kept))}
