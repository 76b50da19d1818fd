"""Plays one row on one kind of client and judges what came out. `kind` is `sync`, `async` or `httpx`."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import inspect
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx

from aerostack_dynamic import AsyncClient, Client, Response, RetryPolicy, Timeout

from .answers import answer
from .document import KEY, KEY_HEADER, by_hand, place, spec
from .families import why_off
from .row import Outcome, Row, Scene, resolved
from .server import Script, Server
from .world import all_logs, certificate, trusting

PATIENCE = 0.35
LONGEST = 12.0


class Verdict(NamedTuple):
    """What came of a row in words, and what is wrong with that; nothing when the promise is kept."""

    told: str
    faults: tuple[str, ...]


def why_not(row: Row, kind: str, transport: str | None = None) -> str | None:
    """Why a row is not played so; None when it is."""
    if kind != "httpx" and kind not in row.kinds:
        return f"this promise is about {' and '.join(row.kinds)} alone"
    if row.needs and not sys.platform.startswith(tuple(row.needs.split())):
        return f"this fault needs {row.needs}"
    if transport is not None:
        if importlib.util.find_spec(transport) is None:
            return f"{transport} is not installed"
        if transport == "aiohttp" and kind == "sync":
            return "aiohttp is asynchronous only"
        return why_off(transport, kind, row.id)
    return None


def play(row: Row, kind: str, transport: str | None = None) -> Verdict:
    """Play a row and judge it. A check that can't be made, since nothing came, is one that is not passed."""
    with staged(row, kind) as scene:
        try:
            return _played_bare(scene) if kind == "httpx" else _played(scene, transport)
        except (LookupError, AttributeError, AssertionError) as error:
            return Verdict("", (f"{type(error).__name__}: {error}",))


def _played(scene: Scene, transport: str | None) -> Verdict:
    row = scene.row
    outcome = in_time(lambda: run_ours(scene, transport), scene, min(row.total + 3, LONGEST))
    return Verdict(told_ours(scene, outcome), tuple(row.expect.faults(scene, outcome)))


def _played_bare(scene: Scene) -> Verdict:
    row = scene.row
    outcome = in_time(lambda: run_bare(scene), scene, min(row.total + PATIENCE, LONGEST))
    told = (row.tell or tell)(scene, outcome)
    known = re.fullmatch(row.bare, told, re.DOTALL)
    return Verdict(told, () if known else (f"it {told}; expected: {row.bare}",))


@contextlib.contextmanager
def staged(row: Row, kind: str) -> Iterator[Scene]:
    """A row with its servers running, and what surrounds it, until the end of the block."""
    with contextlib.ExitStack() as stack:
        sink = Server(row.sink if row.sink.replies else Script((answer(),)), certificate)
        scene = Scene(row, kind, Server(row.script, certificate, sink), sink, None)
        stack.callback(scene.close)
        if row.alone:
            scene.lines = stack.enter_context(all_logs())
        if row.setup is not None:
            stack.enter_context(row.setup(scene))
        yield scene


def in_time(run: Callable[[], Outcome], scene: Scene, limit: float) -> Outcome:
    """What a run gives; or that it hangs, in which case the server ends it."""
    found: list[Outcome] = []
    thread = threading.Thread(target=lambda: found.append(run()), daemon=True)
    thread.start()
    thread.join(limit)
    if found:
        return found[0]
    scene.server.close()
    thread.join(5)
    return Outcome(hangs=True)


def outcome_of(scene: Scene, run: Callable[[], Any]) -> Outcome:
    """The value or the error of a run, and the seconds since its last call began."""
    scene.began = time.monotonic()
    try:
        value = run()
    except Exception as error:
        return Outcome(None, error, time.monotonic() - scene.began)
    return Outcome(value, None, time.monotonic() - scene.began)


# ---- ours


def client_of(scene: Scene, transport: str | None = None) -> Any:
    """The client that the row asks for."""
    row = scene.row
    options: dict[str, Any] = {
        "spec": spec(),
        "server": scene.server.url,
        "credentials": {"ApiKey": KEY},
        "timeout": Timeout(total=row.total, **row.limits),
        "retry": RetryPolicy.off() if row.retry is None else RetryPolicy(**row.retry),
        "verify": trusting(),
    }
    if transport is not None:
        options["transport"] = transport
    return (Client if scene.kind == "sync" else AsyncClient)(**options | resolved(row.options, scene))


async def settle(value: Any) -> Any:
    """What a call gave: at once, or awaited."""
    return await value if inspect.isawaitable(value) else value


async def finish(client: Any) -> None:
    """Close either kind of client."""
    await settle(client.close() if isinstance(client, Client) else client.aclose())


def run_ours(scene: Scene, transport: str | None = None) -> Outcome:
    """What this package's client makes of a row."""

    async def main() -> Any:
        scene.began = time.monotonic()
        client = client_of(scene, transport)
        try:
            return await (scene.row.drive or drive)(client, scene)
        finally:
            scene.drawer["seconds"] = time.monotonic() - scene.began
            await finish(client)

    outcome = outcome_of(scene, lambda: asyncio.run(main()))
    outcome.seconds = scene.drawer.get("seconds", outcome.seconds)
    return outcome


async def drive(client: Any, scene: Scene) -> Any:
    """The row's call, as often as it says; gives what the last one gave."""
    value: Any = None
    for number in range(scene.row.times):
        await asyncio.sleep(scene.row.between if number else 0)
        scene.began = time.monotonic()
        value = await call(client, scene)
    return value


async def call(client: Any, scene: Scene) -> Any:
    """The row's call, once."""
    row = scene.row
    operation, arguments = getattr(client, row.call), resolved(row.arguments, scene)
    if row.how == "stream":
        return await streamed(operation.stream(**arguments), scene.events)
    return await settle(getattr(operation, row.how)(**arguments))


async def streamed(stream: Any, into: list[Any], most: int | None = None) -> list[Any]:
    """Read a stream to its end or until there are `most` events; what came stays in `into`."""
    if hasattr(stream, "__aenter__"):
        async with stream as events:
            async for event in events:
                into.append(event)
                if len(into) == most:
                    break
    else:
        with stream as events:
            for event in events:
                into.append(event)
                if len(into) == most:
                    break
    return into


async def together(scene: Scene, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make calls at the same time, in threads or in tasks; gives results and errors in order."""
    if scene.kind == "async":
        return await asyncio.gather(*(one() for one in calls), return_exceptions=True)

    def tried(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(tried, calls))


def told_ours(scene: Scene, outcome: Outcome) -> str:
    """What ours did, in a few words."""
    if outcome.hangs:
        return "hangs"
    error, server = outcome.error, scene.server
    counts = f"in {outcome.seconds:.2f} s, {server.requests} sent"
    if error is None:
        data = outcome.data if not isinstance(outcome.value, Response) else outcome.value.data
        return f"gives {data!r:.40} {counts}"
    facts = " ".join(f"{name}={getattr(error, name)}" for name in ("stage", "sent", "status") if getattr(error, name, None))
    return f"{type(error).__name__} {facts} {counts}"


# ---- bare httpx


def run_bare(scene: Scene) -> Outcome:
    """What bare httpx makes of a row."""
    row = scene.row
    limits = {name: row.limits.get(name, row.total) for name in ("connect", "read", "write", "pool")}
    options: dict[str, Any] = {
        "timeout": httpx.Timeout(**limits),
        "follow_redirects": True,
        "trust_env": False,
        "verify": trusting(),
    }

    def run() -> Any:
        with httpx.Client(**options | resolved(row.bare_options, scene)) as client:
            return (row.by_hand or _usual)(client, scene)

    return outcome_of(scene, run)


def _usual(client: httpx.Client, scene: Scene) -> Any:
    value = None
    for number in range(scene.row.times):
        time.sleep(scene.row.between if number else 0)
        scene.began = time.monotonic()
        value = _usual_call(client, scene)
    return value


def _usual_call(client: httpx.Client, scene: Scene) -> Any:
    row = scene.row
    if row.how == "stream":
        method, path = place(row.call)
        with client.stream(method, scene.server.url + path, headers={KEY_HEADER: KEY}) as response:
            for line in response.iter_lines():
                scene.events.append(line)
        return scene.events
    response = by_hand(client, scene.server.url, row.call, resolved(row.arguments, scene))
    if response.status_code >= 300:
        return response.status_code
    if row.call in ("read", "typed", "replace", "act", "mark", "look", "pay", "upload", "store", "push", "find"):
        return response.json()
    return response.text if row.call == "text" else response.content


def tell(scene: Scene, outcome: Outcome) -> str:
    """What bare httpx did, in a few words."""
    if outcome.hangs:
        return "hangs past D"
    if scene.sink.requests:
        keys = any(one.header(KEY_HEADER) for one in scene.sink.seen)
        return f"follows to the other origin{' with the key' if keys else ''}"
    if outcome.error is not None:
        return f"raises {type(outcome.error).__name__}"
    return f"returns {outcome.value!r:.60}"


def tell_request(scene: Scene, outcome: Outcome) -> str:
    """What bare httpx sent: the request line, or its refusal to send one."""
    if not scene.server.seen:
        return tell(scene, outcome)
    last = scene.server.seen[-1]
    return f"sends {last.method} {last.target}"
