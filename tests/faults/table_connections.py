"""Promises about connections: they are shared, dropped when dirty, and outlive threads, forks, loops, signals and cancelled calls."""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from aerostack_dynamic import AerostackError

from .answers import OK, answer, chunk, head
from .document import KEY, KEY_HEADER, spec
from .row import OK_DATA, Outcome, Row, Scene, fails, gives
from .runner import settle, together
from .server import Script, close, echo, flood, pause
from .world import trusting

RETURNS = "returns {'ok': True}"
PROBES = 10


async def probe(client: Any) -> int:
    """How many of ten calls succeed."""
    good = 0
    for _ in range(PROBES):
        try:
            good += (await settle(client.with_options(timeout=0.5).read())) == OK_DATA
        except AerostackError:
            pass
    return good


# ---- many at once


async def _hundred(client: Any, scene: Scene) -> Any:
    results = await together(scene, [client.read] * 100)
    return sum(one == OK_DATA for one in results)


async def _each_its_own(client: Any, scene: Scene) -> Any:
    def one(number: int) -> Callable[[], Any]:
        async def several() -> bool:
            answers = [(await settle(client.find(name=f"{number}-{turn}")))["target"] for turn in range(25)]
            return answers == [f"/v1/things/{number}-{turn}" for turn in range(25)]

        if scene.kind == "async":
            return several
        return lambda: asyncio.run(several())

    return await together(scene, [one(number) for number in range(16)])


# Of five hundred cancels for bare httpx, until one of them hits, in the time that so many calls take on this machine.
_ROUNDS, _BURST = 12, 10


async def _cancelled(client: Any, scene: Scene) -> Any:
    assert await _cancel(client.read) > 50
    return await probe(client)


async def _cancel(call: Callable[[], Any], within: float = 0.04) -> int:
    """Cancel 500 calls at random moments `within` so many seconds; gives how many were cancelled in time."""
    chance = random.Random(7)
    ended: list[Any] = []
    for _ in range(10):
        tasks = [asyncio.create_task(call()) for _ in range(50)]
        for task in tasks:
            asyncio.get_running_loop().call_later(chance.random() * within, task.cancel)
        ended += await asyncio.gather(*tasks, return_exceptions=True)
    return sum(isinstance(one, asyncio.CancelledError) for one in ended)


def _cancelled_by_hand(_: Any, scene: Scene) -> str:
    async def main() -> int:
        limits = httpx.Limits(max_connections=5)
        async with httpx.AsyncClient(limits=limits, timeout=0.5, verify=trusting()) as client:
            answers: list[Any] = []
            for _ in range(_ROUNDS):
                began = time.monotonic()
                await asyncio.gather(*(client.get(scene.server.url) for _ in range(_BURST)), return_exceptions=True)
                await _cancel(lambda: client.get(scene.server.url), time.monotonic() - began)
                answers = await asyncio.gather(*(client.get(scene.server.url) for _ in range(PROBES)), return_exceptions=True)
                if not all(isinstance(one, httpx.Response) for one in answers):
                    break
            return sum(isinstance(one, httpx.Response) for one in answers)

    return "as good as new" if asyncio.run(main()) == PROBES else "out of connections"


async def _interrupted(client: Any, scene: Scene) -> str:
    return _in_a_process("ours", scene)


def _in_a_process(kind: str, scene: Scene) -> str:
    """What the program `interrupted.py` prints. It has a process of its own, since it may hang or leave sockets open."""
    command = [sys.executable, str(Path(__file__).with_name("interrupted.py")), kind, scene.server.url]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=8, check=False)
    except subprocess.TimeoutExpired:
        return "hangs"
    return done.stdout.strip() or done.stderr[-300:]


def _interrupted_by_hand(client: Any, scene: Scene) -> str:
    return _in_a_process("httpx", scene)


CROWDS = (
    Row(
        "C1-hundred",
        "a hundred calls at once take as long as one",
        Script(((pause(0.2), answer()),)),
        gives(100, requests=100, within=1.5),
        RETURNS,
        total=3.0,
        drive=_hundred,
        alone=True,
    ),
    Row(
        "C2-cancelled",
        "after five hundred cancelled calls the client is as good as new",
        Script(((pause(0.005), answer()),)),
        gives(PROBES),
        "returns 'out of connections'",
        total=11.0,
        drive=_cancelled,
        by_hand=_cancelled_by_hand,
        kinds=("async",),
        alone=True,
    ),
    Row(
        "C3-interrupted",
        "so it is after exceptions that a signal raised in the middle of calls",
        Script(((pause(0.02), answer()),)),
        gives("10 of 10 after interruptions"),
        "returns .*",
        total=9.0,
        drive=_interrupted,
        by_hand=_interrupted_by_hand,
        kinds=("sync",),
        needs="linux darwin",
        alone=True,
    ),
    Row(
        "C4-threads",
        "sixteen threads or tasks share a client, and each gets its own answers",
        Script((echo(),)),
        gives([True] * 16, requests=400),
        r"returns \{'target': '/v1/read'\}",
        total=8.0,
        drive=_each_its_own,
        alone=True,
    ),
)

# ---- other processes and loops

FORK = """
import os, sys
from aerostack_dynamic import Client, Spec
document = {"openapi": "3.1.0", "info": {"title": "F", "version": "1"}, "paths": {"/read": {"get": {
    "operationId": "read", "responses": {"200": {"description": "", "content": {"application/json": {}}}}}}}}
client = Client(spec=document, server=sys.argv[1], retry=1)
client.read()
child = os.fork()
results = [client.read()["target"] for _ in range(20)]
if child == 0:
    os._exit(0 if results == ["/v1/read"] * 20 else 1)
_, status = os.waitpid(child, 0)
print(results == ["/v1/read"] * 20 and status == 0)
"""


async def _forked(client: Any, scene: Scene) -> Any:
    done = subprocess.run([sys.executable, "-c", FORK, scene.server.url], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.strip() or done.stderr[-300:]


def _two_loops(client: Any, scene: Scene) -> Awaitable[Any]:
    """The second loop runs in a thread, since the first is still there."""

    async def story() -> Any:
        found = [await client.read()]

        def again() -> None:
            found.extend(asyncio.run(several()) for _ in range(2))

        async def several() -> Any:
            return await client.read()

        thread = threading.Thread(target=again)
        thread.start()
        await asyncio.get_running_loop().run_in_executor(None, thread.join)
        return [*found, await client.read()]

    return story()


PLACES = (
    Row(
        "C5-fork",
        "a process and its fork use the same client, and neither reads the other's answers",
        Script((echo(),)),
        gives("True", requests=41, connections=2, within=15.0),
        r"returns \{'target': '/v1/read'\}",
        total=12.0,
        drive=_forked,
        kinds=("sync",),
        needs="linux darwin",
        alone=True,
    ),
    Row(
        "C6-loops",
        "one client serves one event loop after another",
        Script((answer(),)),
        gives([OK_DATA] * 4, requests=4),
        RETURNS,
        drive=_two_loops,
        kinds=("async",),
    ),
)

# ---- connections that are not clean

POISON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n" + b'{"poison":true}'


def _dirty(name: str, promise: str, first: Any, bare: str, call: str = "read") -> Row:
    async def twice(client: Any, scene: Scene) -> Any:
        await settle(getattr(client, call).raw())
        await asyncio.sleep(0.1)
        return await settle(client.read.raw())

    def by_hand(client: Any, scene: Scene) -> Any:
        method = {"peek": "HEAD", "nothing": "DELETE"}.get(call, "GET")
        client.request(method, scene.server.url, headers={KEY_HEADER: KEY})
        return client.get(scene.server.url, headers={KEY_HEADER: KEY}).json()

    return Row(
        f"C7-{name}",
        promise,
        Script((first, answer())),
        gives(OK_DATA, requests=2, connections=2),
        bare,
        drive=twice,
        by_hand=by_hand,
        also=("H7",),
    )


CLEAN = "bytes that belong to no answer are never the next one: their connection is dropped"
POISONED = r"returns \{'poison': True\}"
DIRTY = (
    _dirty("second-answer", CLEAN, answer() + POISON, POISONED),
    _dirty("junk", CLEAN, answer() + b"junk", "raises RemoteProtocolError"),
    _dirty("204-with-body", CLEAN, head(204, None, content_length=len(POISON)) + POISON, POISONED, "nothing"),
    _dirty("head-with-body", CLEAN, head(200, content_length=len(POISON)) + POISON, POISONED, "peek"),
    _dirty("after-chunks", CLEAN, head(200, transfer_encoding="chunked") + chunk(OK) + b"0\r\n\r\n" + POISON, POISONED),
    _dirty("late-answer", CLEAN, (answer(), pause(0.03), POISON), f"{RETURNS}|{POISONED}|raises .*"),
)

# ---- cookies, clients


def _no_cookie(scene: Scene, _: Outcome) -> str | None:
    sent = [one.header("cookie") for one in scene.server.seen]
    return f"cookies: {sent}" if any(sent) else None


def _tell_cookie(scene: Scene, outcome: Outcome) -> str:
    return f"sends back {scene.server.seen[-1].header('cookie')}"


async def _short_lives(client: Any, scene: Scene) -> Any:
    threads = threading.active_count()
    options = {"spec": spec(), "server": scene.server.url, "credentials": {"ApiKey": KEY}}
    made = [type(client)(**options) for _ in range(200)]
    seconds = time.monotonic() - scene.began
    for one in made[:20]:
        await settle(one.read())
    del made, one
    gc.collect()
    for _ in range(50):
        await asyncio.sleep(0.02)
        if not scene.server.open_connections:
            break
    grown = max(0, threading.active_count() - threads)
    return {"quick": seconds < 1.0, "open": scene.server.open_connections, "threads": grown}


def _many_by_hand(client: Any, scene: Scene) -> Any:
    began = time.monotonic()
    for _ in range(10):
        httpx.Client().close()
    return "quick" if time.monotonic() - began < 0.05 else "slow"


COOKIES = (
    Row(
        "C8-cookie",
        "a cookie is not kept, and never sent back",
        Script((answer(set_cookie="sid=tenantA"),)),
        gives(OK_DATA, _no_cookie, requests=2),
        "sends back sid=tenantA",
        times=2,
        tell=_tell_cookie,
        also=("H8",),
    ),
    Row(
        "C8-redirect",
        "nor on the way of a redirect",
        Script((head(302, None, location="/v1/other", set_cookie="sid=tenantA", content_length=0), answer())),
        gives(OK_DATA, _no_cookie, requests=2),
        "sends back sid=tenantA",
        tell=_tell_cookie,
        also=("H8", "K3"),
    ),
    Row(
        "C9-short-lives",
        "clients cost little to make, and leave no thread and no connection when they are dropped",
        Script((answer(),)),
        gives({"quick": True, "open": 0, "threads": 0}, within=6.0),
        "returns 'slow'",
        total=8.0,
        drive=_short_lives,
        by_hand=_many_by_hand,
        alone=True,
    ),
)

# ---- answers that are not HTTP


async def _error_then_data(client: Any, _: Scene) -> Any:
    found: list[Any] = []
    for _ in range(2):
        try:
            found.append(await settle(client.read()))
        except AerostackError as error:
            found.append(type(error).__name__)
    return found


BROKEN: dict[str, tuple[Any, str]] = {
    "two-lengths": (head(content_length="11\r\nContent-Length: 12") + OK + b" ", "raises RemoteProtocolError"),
    "length-and-chunks": (head(content_length=11, transfer_encoding="chunked") + chunk(OK) + b"0\r\n\r\n", RETURNS),
    "nul-in-header": (head(content_length=11, x_a="a\0b") + OK, "raises RemoteProtocolError"),
    "bare-line-feeds": (head(content_length=11).replace(b"\r\n", b"\n") + OK, RETURNS),
    "space-before-colon": (head(content_length=11).replace(b"Length:", b"Length :") + OK, "raises RemoteProtocolError"),
    "long-header": (head(content_length=11, x_a="a" * 1024 * 1024) + OK, "raises RemoteProtocolError"),
    "negative-length": (head(content_length=-1) + OK, "raises RemoteProtocolError"),
    "word-for-length": (head(content_length="eleven") + OK, "raises RemoteProtocolError"),
    "unknown-transfer": (head(transfer_encoding="gzip, chunked") + chunk(OK) + b"0\r\n\r\n", "raises RemoteProtocolError"),
    "status-of-two-digits": (b"HTTP/1.1 20 OK\r\nContent-Length: 11\r\n\r\n" + OK, "raises RemoteProtocolError"),
    "other-protocol": ((b"SSH-2.0-OpenSSH_9.6\r\n", close()), "raises RemoteProtocolError"),
    "http2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "raises RemoteProtocolError"),
}
PROTOCOL = (
    *(
        Row(
            f"C10-{name}",
            "what is not HTTP is no answer, and its connection is dropped",
            Script((reply, answer())),
            gives(["NoResponseError", OK_DATA], requests=2, connections=2),
            bare,
            drive=_error_then_data,
            also=("H5",),
        )
        for name, (reply, bare) in BROKEN.items()
    ),
    Row(
        "C10-endless-headers",
        "headers have an end, or the connection has",
        Script(((b"HTTP/1.1 200 OK\r\n", flood(b"X-Header: value\r\n", 1024 * 1024 * 1024)),)),
        fails("NoResponseError", within=1.0, requests=1, sent="maybe", bytes_sent=lambda count: count < 24 * 1024 * 1024),
        "raises RemoteProtocolError",
        also=("H4",),
    ),
)


# ---- any bytes at all


def _mutations() -> tuple[bytes, ...]:
    chance = random.Random(11)
    made = []
    for _ in range(120):
        data = bytearray(
            answer(x_a="b") if chance.random() < 0.5 else head(200, transfer_encoding="chunked") + chunk(OK) + b"0\r\n\r\n"
        )
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.choice(b'\r\n\0 :;0123456789abcxyz\xff{}[]"')
        made.append(bytes(data))
    return tuple(made)


async def _any_bytes(client: Any, scene: Scene) -> Any:
    strange = []
    for _ in range(len(MUTATIONS)):
        try:
            await settle(client.read())
        except AerostackError:
            pass
        except Exception as error:
            strange.append(repr(error))
    return strange


def _any_by_hand(client: Any, scene: Scene) -> Any:
    kinds = set()
    for _ in range(len(MUTATIONS)):
        try:
            client.get(scene.server.url).json()
        except Exception as error:
            kinds.add("httpx" if isinstance(error, httpx.HTTPError) else "others")
    return sorted(kinds)


MUTATIONS = _mutations()
ANY = (
    Row(
        "H5-any-bytes",
        "whatever a server sends is data, or one of our errors",
        Script(tuple((one, close()) for one in MUTATIONS)),
        gives([], requests=lambda count: count > 60, within=4.0),
        r"returns \['httpx', 'others'\]",
        total=5.0,
        limits={"read": 1.0},
        drive=_any_bytes,
        by_hand=_any_by_hand,
    ),
)

ROWS = (*CROWDS, *PLACES, *DIRTY, *COOKIES, *PROTOCOL, *ANY)
