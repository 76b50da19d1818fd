"""A row of the table: a fault, the promise in words, how it is driven, what must come out, and what bare httpx does with it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aerostack_dynamic as package

from .document import KEY
from .server import Script, Server

ANYTHING = object()
OK_DATA = {"ok": True}
# Waits that a test can afford; the second for servers that ask for time as well.
QUICK = {"first_delay": 0.01, "longest_delay": 0.02}
CALM = {**QUICK, "throttled_delay": 0.02, "longest_throttled_delay": 0.04}
Check = Callable[["Scene", "Outcome"], "str | None"]


@dataclass
class Scene:
    """A row while it is played: its servers, what a stream has given so far, and a drawer for the row's own things."""

    row: Row
    kind: str
    server: Server
    sink: Server
    lines: Any
    began: float = 0.0
    events: list[Any] = field(default_factory=list)
    drawer: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """A folder that goes away with the scene."""
        if "folder" not in self.drawer:
            self.drawer["folder"] = tempfile.TemporaryDirectory()
        return Path(self.drawer["folder"].name)

    def close(self) -> None:
        """End the servers and remove what was made."""
        self.server.close()
        self.sink.close()
        if "folder" in self.drawer:
            self.drawer["folder"].cleanup()


@dataclass
class Outcome:
    """What came out: a value or an error, after how many seconds; `hangs` when nothing did in time."""

    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0
    hangs: bool = False

    @property
    def data(self) -> Any:
        """The data of a Response, or the value itself."""
        return self.value.data if isinstance(self.value, package.Response) else self.value


@dataclass(frozen=True)
class Expect:
    """What must come out of a row.

    `error` is the name of one of the package's classes, or None where `data` is expected. `facts` are attributes of the error or of
    the Response, `wire` attributes of the server. A wanted value may be a pattern, a set of values or a function that judges.
    """

    error: str | None = None
    data: Any = ANYTHING
    facts: Mapping[str, Any] = field(default_factory=dict)
    wire: Mapping[str, Any] = field(default_factory=dict)
    sink: int = 0
    within: float | None = None
    at_least: float = 0.0
    checks: tuple[Check, ...] = ()

    def faults(self, scene: Scene, outcome: Outcome) -> list[str]:
        """What is not as promised; nothing when the promise is kept."""
        if outcome.hangs:
            return ["hangs"]
        found = [*self._result(outcome), *self._time(scene, outcome), *self._wire(scene)]
        found += [told for check in self.checks if (told := check(scene, outcome))]
        return found

    def _result(self, outcome: Outcome) -> list[str]:
        error = outcome.error
        if error is not None and KEY in f"{error!s} {error!r}":
            return ["the error tells the key"]
        if self.error is None:
            if error is not None:
                return [f"raises {type(error).__name__}: {str(error)[:200]}"]
            wrong = self.data is not ANYTHING and not matches(self.data, outcome.data)
            return [f"gives {outcome.data!r:.80}"] * wrong + self._facts(outcome.value)
        if error is None:
            return [f"gives {outcome.data!r:.80}, no error"]
        if not isinstance(error, getattr(package, self.error)):
            return [f"raises {type(error).__name__}: {str(error)[:200]}"]
        return self._facts(error)

    def _facts(self, holder: Any) -> list[str]:
        missing = "missing"
        pairs = ((name, wanted, getattr(holder, name, missing)) for name, wanted in self.facts.items())
        return [f"{name} is {actual!r:.90}" for name, wanted, actual in pairs if not matches(wanted, actual)]

    def _time(self, scene: Scene, outcome: Outcome) -> list[str]:
        latest = scene.row.total + 0.5 if self.within is None else self.within
        return [f"takes {outcome.seconds:.2f} s"] * (not self.at_least <= outcome.seconds <= latest)

    def _wire(self, scene: Scene) -> list[str]:
        pairs = ((name, wanted, getattr(scene.server, name)) for name, wanted in self.wire.items())
        told = [f"{actual} {name}" for name, wanted, actual in pairs if not matches(wanted, actual)]
        if self.sink != scene.sink.requests or (self.sink == 0 and scene.sink.connections):
            told.append(f"{scene.sink.requests} requests and {scene.sink.connections} connections at the other origin")
        return told


def matches(wanted: Any, actual: Any) -> bool:
    """Whether a value is the wanted one, fits the wanted pattern, is in the wanted set, or passes the wanted function."""
    if isinstance(wanted, re.Pattern):
        return wanted.search(str(actual)) is not None
    if isinstance(wanted, (set, frozenset)):
        return actual in wanted
    return bool(wanted(actual)) if callable(wanted) else bool(wanted == actual)


WIRE = ("requests", "connections", "executions", "handshakes_failed", "bytes_sent", "protocols")


def fails(error: str, *checks: Check, sink: int = 0, within: float | None = None, at_least: float = 0.0, **wanted: Any) -> Expect:
    """An error of the package with these facts, and these counts on the wire."""
    wire = {name: wanted.pop(name) for name in WIRE if name in wanted}
    return Expect(error, ANYTHING, wanted, wire, sink, within, at_least, checks)


def gives(
    data: Any = ANYTHING, *checks: Check, sink: int = 0, within: float | None = None, at_least: float = 0.0, **wanted: Any
) -> Expect:
    """Data, from a Response with these facts, and these counts on the wire."""
    wire = {name: wanted.pop(name) for name in WIRE if name in wanted}
    return Expect(None, data, wanted, wire, sink, within, at_least, checks)


Drive = Callable[[Any, Scene], Awaitable[Any]]


@dataclass(frozen=True)
class Row:
    """One fault.

    `call` names an operation of the document, which is called `times` times, `between` seconds apart, by `how` (`raw` or `stream`)
    with `arguments`; or `drive` calls the client in its own way. `total` and `limits` are the time limits of ours and of httpx. `retry`
    are the arguments of the policy, None for one attempt. `options` are those of the client, `bare_options` of `httpx.Client`.
    `bare` is a pattern for what bare httpx does; `by_hand` drives it where the usual call is not what is meant, and `tell` says in
    words what came of it. `setup` surrounds everything. A row that changes what a process shares is played `alone`.
    """

    id: str
    promise: str
    script: Script
    expect: Expect
    bare: str
    call: str = "read"
    arguments: Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]] = field(default_factory=dict)
    how: str = "raw"
    times: int = 1
    between: float = 0.0
    total: float = 2.0
    limits: Mapping[str, Any] = field(default_factory=dict)
    retry: Mapping[str, Any] | None = None
    options: Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]] = field(default_factory=dict)
    bare_options: Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]] = field(default_factory=dict)
    drive: Drive | None = None
    by_hand: Callable[[Any, Scene], Any] | None = None
    tell: Callable[[Scene, Outcome], str] | None = None
    setup: Callable[[Scene], Any] | None = None
    sink: Script = field(default_factory=Script)
    kinds: tuple[str, ...] = ("sync", "async")
    also: tuple[str, ...] = ()
    needs: str = ""
    alone: bool = False


def resolved(part: Any, scene: Scene) -> dict[str, Any]:
    """A mapping of a row, or what its function makes for the scene."""
    return dict(part(scene) if callable(part) else part)
