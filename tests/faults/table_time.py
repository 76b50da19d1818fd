"""Promises about time: nothing takes longer than the caller's total, whatever the network does."""

from __future__ import annotations

import asyncio
import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx

from .answers import OK, answer, chunk, head
from .row import QUICK, Outcome, Row, Scene, fails, gives
from .runner import settle, together
from .server import Script, drip, flood, half_close, never_read, pause, read_slowly, silence
from .world import names, old_server_hello

D = 0.25
STAGES = {"request", "response"}


def _is_counted(scene: Scene, outcome: Outcome) -> str | None:
    return "it is not the count that ended it" if isinstance(outcome.error, TimeoutError) else None


async def _after_a_timeout(client: Any, scene: Scene) -> Any:
    await together(scene, [client.read])
    return await settle(client.read.raw())


async def _crowd(client: Any, scene: Scene) -> Any:
    results = await together(scene, [client.read] * 120)
    return sorted({type(one).__name__ for one in results if one != {"ok": True}})


def _crowd_by_hand(client: Any, scene: Scene) -> Any:
    def one(_: int) -> Any:
        try:
            return client.get(scene.server.url).status_code
        except httpx.HTTPError as error:
            return type(error).__name__

    with ThreadPoolExecutor(120) as threads:
        return sorted({str(one) for one in threads.map(one, range(120))})


async def _one_too_many(client: Any, scene: Scene) -> Any:
    late = client.with_options(timeout=D)

    async def last() -> Any:
        await asyncio.sleep(0.3)
        return await late.read()

    def last_one() -> Any:
        time.sleep(0.3)
        return late.read()

    results = await together(scene, [client.read] * 100 + [last_one if scene.kind == "sync" else last])
    raise results[-1]


CONNECTING = (
    Row(
        "T1-refused",
        "a refused connection is told at once, after three attempts, as never sent",
        Script(listen="refuse"),
        fails("NoResponseError", stage="connect", sent="no", attempts=3, within=0.8),
        "raises ConnectError",
        retry=QUICK,
    ),
    Row(
        "T1-refused-post",
        "what was never sent is tried again for any method",
        Script(listen="refuse"),
        fails("NoResponseError", stage="connect", sent="no", attempts=3, within=0.8),
        "raises ConnectError",
        call="act",
        arguments={"value": 1},
        retry=QUICK,
    ),
    Row(
        "T2-unknown-name",
        "a name that nobody knows is told as never sent",
        Script((answer(),)),
        fails("NoResponseError", stage="connect", sent="no", requests=0, within=0.5),
        "raises ConnectError",
        options=lambda scene: {"server": f"https://unknown.test:{scene.server.port}"},
        by_hand=lambda client, scene: client.get(f"https://unknown.test:{scene.server.port}"),
        setup=lambda scene: names({"unknown.test": None}),
        alone=True,
    ),
    Row(
        "T2-slow-name",
        "a slow resolver can't hold a call past its total",
        Script((answer(),)),
        fails("TimeoutError", stage="connect", sent="no", requests=0, within=D + 0.5),
        "hangs past D",
        total=D,
        options=lambda scene: {"server": f"https://slow.test:{scene.server.port}"},
        by_hand=lambda client, scene: client.get(f"https://slow.test:{scene.server.port}"),
        setup=lambda scene: names({"slow.test": "127.0.0.1"}, 1),
        alone=True,
    ),
    Row(
        "T3-black-hole",
        "a SYN without an answer ends at the limit for connecting, each attempt",
        Script(listen="black hole"),
        fails("TimeoutError", stage="connect", sent="no", attempts=3, at_least=0.45, within=0.9),
        "raises ConnectTimeout",
        total=1.0,
        limits={"connect": 0.15},
        retry=QUICK,
        needs="linux",
    ),
    Row(
        "T3-black-hole-total",
        "and at the total where that is less",
        Script(listen="black hole"),
        fails("TimeoutError", stage="connect", sent="no", within=D + 0.5),
        "raises ConnectTimeout",
        total=D,
        needs="linux",
    ),
    Row(
        "T3-tls-silence",
        "a TLS handshake without an answer ends at the limit for connecting",
        Script(greetings=(silence(),), tls="good"),
        fails("TimeoutError", stage="connect", sent="no", at_least=0.15, within=0.6),
        "raises ConnectTimeout",
        total=1.0,
        limits={"connect": 0.2},
    ),
    Row(
        "T3-tls-drip",
        "a TLS handshake that drips ends at the total",
        Script(greetings=((drip(old_server_hello()), silence()),), tls="good"),
        fails("TimeoutError", stage="connect", sent="no", within=D + 0.5),
        "raises ConnectTimeout",
        total=D,
    ),
)

SILENT = (
    Row(
        "T4-silence",
        "a server that accepts and stays silent ends at the limit for reading",
        Script((silence(),)),
        fails("TimeoutError", stage=STAGES, sent="maybe", attempts=1, at_least=0.15, within=0.6, requests=1),
        "raises ReadTimeout",
        limits={"read": 0.2},
    ),
    Row(
        "T4-silence-thrice",
        "and a safe read is tried again, within the total",
        Script((silence(),)),
        fails("TimeoutError", sent="maybe", attempts=3, at_least=0.3, requests=3, within=1.0),
        "raises ReadTimeout",
        limits={"read": 0.1},
        retry=QUICK,
    ),
    Row(
        "T4-silence-total",
        "all attempts together end at the total",
        Script((silence(),)),
        fails("TimeoutError", sent="maybe", within=D + 0.5),
        "raises ReadTimeout",
        total=D,
        limits={"read": 0.2},
        retry=QUICK,
    ),
)

NOISE = gzip.compress(Random(1).randbytes(1000), mtime=0)
CHUNKED = head(200, transfer_encoding="chunked")
SLOW: dict[str, Any] = {
    "status-line": drip(head()),
    "headers": (b"HTTP/1.1 200 OK\r\n", drip(b"X-Slow: " + b"x" * 400)),
    "header-lines": (b"HTTP/1.1 200 OK\r\n", drip(b"X-A: b\r\n" * 100, size=8)),
    "body": (head(content_length=1000), drip(b" " * 1000)),
    "last-byte": (answer()[:-1], drip(b"", 0), silence()),
    "chunks": (CHUNKED, drip(chunk(b" ") * 100, size=6)),
    "chunk-size": (CHUNKED, drip(b"0" * 15 + b"1")),
    "chunk-extension": (CHUNKED, b"1;", drip(b"x" * 400)),
    "trailers": (CHUNKED, chunk(OK), b"0\r\n", drip(b"X-A: b\r\n" * 100, size=8)),
    "until-close": (head(), drip(b" " * 400)),
    "gzip": (head(content_encoding="gzip", content_length=len(NOISE)), drip(NOISE)),
    "informational": drip(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, size=28),
    "pauses": (pause(0.1), head(content_length=1000), pause(0.1), b" " * 10, pause(0.1), drip(b" " * 900)),
}

DRIPS = tuple(
    Row(
        f"T5-drip-{name}",
        "an answer that trickles in ends at the total, and its connection is dropped",
        Script((steps, answer())),
        fails("TimeoutError", stage=STAGES, sent={"maybe", "answered"}, requests=1, at_least=D - 0.05, within=D + 0.5),
        "raises ReadTimeout" if name == "last-byte" else "hangs past D",
        total=D,
        also=("H2",),
    )
    for name, steps in SLOW.items()
)

TRICKLES = (
    Row(
        "T5-drip-tls",
        "the same under TLS",
        Script(((head(content_length=1000), drip(b" " * 1000)),), tls="good"),
        fails("TimeoutError", sent="answered", requests=1, at_least=D - 0.05, within=D + 0.5),
        "hangs past D",
        total=D,
        also=("H2",),
    ),
    Row(
        "T5-informational-flood",
        "endless informational answers are counted: more than 16 are no answer",
        Script((flood(b"HTTP/1.1 103 Early Hints\r\n\r\n"),)),
        fails("NoResponseError", _is_counted, requests=1, within=D + 0.5, sent="maybe"),
        "hangs past D",
        total=D,
        also=("H4",),
    ),
    Row(
        "T5-next-call",
        "a connection that a total ended is not used again",
        Script(((head(content_length=20), pause(0.6), b"0" * 20), answer())),
        gives({"ok": True}, requests=2, connections=2),
        "raises ReadTimeout",
        total=D,
        drive=_after_a_timeout,
    ),
)

UPLOADS = (
    Row(
        "T6-never-read",
        "an upload that nobody reads ends at the limit for writing",
        Script((never_read(),), early=True),
        fails("TimeoutError", stage="request", sent="maybe", at_least=0.15, within=0.9, requests=1),
        "raises WriteTimeout",
        call="push",
        arguments={"body": bytes(32 * 1024 * 1024)},
        limits={"write": 0.2},
    ),
    Row(
        "T6-read-slowly",
        "an upload that is read slowly ends at the total",
        Script((read_slowly(262144, 0.02),), early=True),
        fails("TimeoutError", stage="request", sent="maybe", within=D + 0.5),
        "hangs past D",
        call="push",
        arguments={"body": bytes(64 * 1024 * 1024)},
        total=D,
    ),
    Row(
        "T6-half-closed",
        "a server that says no more and reads on has not answered",
        Script(((half_close(), silence()),)),
        fails("NoResponseError", sent="maybe", requests=1, within=0.5),
        "raises RemoteProtocolError",
        call="act",
    ),
)


QUEUES = (
    Row(
        "T7-crowd",
        "more calls than connections wait their turn, and none is told that the pool is busy",
        Script(((pause(0.4), answer()),)),
        gives([], requests=120, connections=100, within=3.0),
        r"returns \['200', 'PoolTimeout'\]",
        total=4.0,
        drive=_crowd,
        by_hand=_crowd_by_hand,
        bare_options={"timeout": httpx.Timeout(4, pool=0.05)},
        alone=True,
    ),
    Row(
        "T7-queue-deadline",
        "whoever waits for a connection past the total was never sent",
        Script((silence(),)),
        fails("TimeoutError", stage="queue", sent="no", requests=100),
        r"returns \['PoolTimeout', 'ReadTimeout'\]",
        total=1.2,
        drive=_one_too_many,
        by_hand=_crowd_by_hand,
        bare_options={"timeout": httpx.Timeout(0.6, pool=0.2)},
        alone=True,
    ),
)

WAITS = (
    Row(
        "T8-wait-past-total",
        "a wait that can't end before the total is not begun",
        Script((answer(503, retry_after=2),)),
        fails("ServerError", attempts=1, retry_after=2, retry_refused=lambda why: "time" in str(why), within=0.8, requests=1),
        "returns 503",
        total=1.0,
        retry={},
    ),
    Row(
        "T8-backoff-past-total",
        "the client's own waits count against the total as well",
        Script((answer(500),)),
        fails("ServerError", within=1.0),
        "returns 500",
        total=1.0,
        retry={"first_delay": 600.0, "longest_delay": 600.0},
    ),
    Row(
        "T9-clock-behind",
        "a date to come back at is read by the server's own clock, not by ours",
        Script(
            (
                answer(503, date="Mon, 01 Jan 2001 00:00:00 GMT", retry_after="Mon, 01 Jan 2001 00:00:01 GMT"),
                answer(),
            )
        ),
        gives({"ok": True}, attempts=2, requests=2, at_least=1.0, within=1.6),
        "returns 503",
        total=3.0,
        retry={},
        also=("H6",),
    ),
    Row(
        "T9-clock-ahead",
        "a date before the server's own is none",
        Script(
            (
                answer(503, date="Thu, 01 Jan 2099 00:00:05 GMT", retry_after="Thu, 01 Jan 2099 00:00:00 GMT"),
                answer(),
            )
        ),
        gives({"ok": True}, attempts=2, requests=2, within=0.5),
        "returns 503",
        retry={},
        also=("H6",),
    ),
)

ROWS = (*CONNECTING, *SILENT, *DRIPS, *TRICKLES, *UPLOADS, *QUEUES, *WAITS)
