"""Promises about trying again: what may be, how often, after how long, and what is sent each time."""

from __future__ import annotations

import re
from typing import Any

from aerostack_dynamic import AerostackError

from .answers import answer
from .checks import one_key, same
from .row import CALM, OK_DATA, QUICK, Outcome, Row, Scene, fails, gives
from .runner import settle, together
from .server import Script, close, hear, reset, silence

SLOW = {"first_delay": 60.0, "longest_delay": 60.0}
ONE = {"value": 1}


# ---- Retry-After


def _asked(name: str, promise: str, status: int, value: object, expect: Any, **more: Any) -> Row:
    script = Script((answer(status, retry_after=value), answer()))
    return Row(name, promise, script, expect, f"returns {status}", retry=more.pop("retry", CALM), **more)


WAITED = gives(OK_DATA, attempts=2, requests=2, at_least=1.0, within=1.8)
AT_ONCE = {"attempts": 1, "requests": 1, "within": 0.8}
ASKED_TO_WAIT = (
    _asked("R1-429-post", "a 429 is no execution: any call waits as long as asked, and tries again", 429, 1, WAITED, call="act"),
    _asked("R1-503-post", "so is a 503 that says when to come back", 503, 1, WAITED, call="act"),
    _asked("R1-503-get", "never less than asked, and little more", 503, 1, WAITED),
    _asked(
        "R1-too-long",
        "a wait of more than a minute is the caller's to decide",
        429,
        61,
        fails("RateLimitError", retry_after=61, retry_refused=re.compile("61"), **AT_ONCE),
        total=100.0,
    ),
    _asked(
        "R1-past-total",
        "and so is one that does not fit into the total",
        429,
        3,
        fails("RateLimitError", retry_after=3, retry_refused=re.compile("time"), **AT_ONCE),
    ),
    _asked("R1-zero", "no wait asked for is no wait owed", 429, 0, gives(OK_DATA, attempts=2, within=0.8), call="act"),
)

ODD = {
    "word": "soon",
    "negative": "-1",
    "nan": "nan",
    "infinite": "inf",
    "400-digits": "9" * 400,
    "year-9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "exponent": "1e3",
    "superscript": "\xb2",
    "empty": "",
}
ODD_VALUES = (
    *(
        _asked(
            f"R2-{name}",
            "a Retry-After that says nothing is as good as none, and no error of its own",
            503,
            value,
            gives(OK_DATA, attempts=2, requests=2, within=0.8),
            also=("H6",),
        )
        for name, value in ODD.items()
    ),
    _asked(
        "R2-99999",
        "a day is not waited for",
        503,
        99999,
        fails("ServerError", retry_after=99999, **AT_ONCE),
        total=200_000.0,
        also=("H6",),
    ),
)

# ---- statuses

TRANSIENT = tuple(
    Row(
        f"R3-{status}",
        "a safe read is tried again after a status that passes",
        Script((answer(status), answer())),
        gives(OK_DATA, attempts=2, requests=2, within=0.9),
        f"returns {status}",
        retry=QUICK,
    )
    for status in (408, 425, 502, 503, 504, 520, 524)
)
STATUSES = (
    Row(
        "R3-twice",
        "two failures and a success are a success within a second",
        Script((answer(500), answer(500), answer())),
        gives(OK_DATA, attempts=3, requests=3, within=1.0),
        "returns 500",
        retry={},
    ),
    Row(
        "R3-put",
        "so they are for a PUT, with the same body",
        Script((answer(500), answer(500), answer())),
        gives(OK_DATA, same(), attempts=3, requests=3),
        "returns 500",
        call="replace",
        arguments=ONE,
        retry=QUICK,
    ),
    Row(
        "R3-post",
        "and not for a POST that may act twice",
        Script((answer(500), answer())),
        fails("ServerError", attempts=1, requests=1, executions=1, retry_refused=re.compile("idempotent")),
        "returns 500",
        call="act",
        arguments=ONE,
        retry=QUICK,
        also=("H28",),
    ),
    Row(
        "R3-post-bare-503",
        "not even after a 503 that does not say when to come back",
        Script((answer(503), answer())),
        fails("ServerError", attempts=1, requests=1, retry_refused=re.compile("idempotent")),
        "returns 503",
        call="act",
        arguments=ONE,
        retry=QUICK,
        also=("H28",),
    ),
    Row(
        "R3-post-marked",
        "unless the document calls the operation idempotent",
        Script((answer(503), answer())),
        gives(OK_DATA, same(), attempts=2, requests=2),
        "returns 503",
        call="mark",
        arguments=ONE,
        retry=QUICK,
    ),
    Row(
        "R3-post-safe",
        "or safe",
        Script((answer(502), answer())),
        gives(OK_DATA, same(), attempts=2, requests=2),
        "returns 502",
        call="look",
        arguments=ONE,
        retry=QUICK,
    ),
    Row(
        "R3-post-429",
        "a 429 without a time is tried again for a POST as well",
        Script((answer(429), answer())),
        gives(OK_DATA, same(), attempts=2, requests=2),
        "returns 429",
        call="act",
        arguments=ONE,
        retry=CALM,
    ),
)

# ---- storms


async def _outage(client: Any, scene: Scene) -> Any:
    errors: list[Any] = []
    for _ in range(300):
        errors += await together(scene, [client.read]) if scene.kind == "async" else [_tried(client.read)]
    scene.drawer["errors"] = errors
    return sum(isinstance(one, AerostackError) for one in errors)


def _tried(call: Any) -> Any:
    try:
        return call()
    except AerostackError as error:
        return error


def _says_why(scene: Scene, _: Outcome) -> str | None:
    last = scene.drawer["errors"][-1]
    return None if "budget" in str(getattr(last, "retry_refused", "")) else f"the last error says {last.retry_refused!r}"


async def _flaky(client: Any, scene: Scene) -> Any:
    return [(await settle(client.read.raw())).attempts for _ in range(40)]


BRISK = {"first_delay": 0.001, "longest_delay": 0.001}
STORMS = (
    Row(
        "R4-one-call",
        "a call is at most three requests",
        Script((answer(503),)),
        fails("ServerError", attempts=3, requests=3, retry_refused=re.compile("3 attempts")),
        "returns 503",
        retry=QUICK,
    ),
    Row(
        "R4-outage",
        "in an outage, 300 calls are at most 330 requests, and errors say that the budget for retries is spent",
        Script((answer(503),)),
        gives(300, _says_why, requests=lambda count: 300 < count <= 330),
        "returns 503",
        total=8.0,
        retry=BRISK,
        drive=_outage,
        also=("H29",),
    ),
    Row(
        "R4-outage-of-the-network",
        "so they are when connections are reset",
        Script((reset(),)),
        gives(300, _says_why, requests=lambda count: 300 < count <= 330),
        "raises ReadError|raises RemoteProtocolError",
        total=8.0,
        retry=BRISK,
        drive=_outage,
        also=("H29",),
    ),
    Row(
        "R4-refund",
        "retries that help cost nothing: every second request may fail for ever",
        Script((answer(503), answer()), cycle=True),
        gives([2] * 40, requests=80),
        "returns 503",
        total=4.0,
        retry=BRISK,
        drive=_flaky,
    ),
)

# ---- connections that end


def _cut(name: str, promise: str, steps: Any, expect: Any, call: str = "read", **more: Any) -> Row:
    more.setdefault("retry", QUICK)
    arguments = {} if call == "read" else ONE
    bare = more.pop("bare", "raises (ReadError|RemoteProtocolError)")
    return Row(name, promise, Script((steps, answer())), expect, bare, call=call, arguments=arguments, **more)


LOST = {"sent": "maybe", "attempts": 1, "requests": 1, "executions": 1}
UNSAFE = re.compile("idempotent")
CUTS = (
    _cut("R5-close", "a close before the answer is tried again for a safe read", close(), gives(OK_DATA, attempts=2)),
    _cut("R5-reset", "so is a reset", reset(), gives(OK_DATA, attempts=2, requests=2)),
    _cut("R5-half-a-line", "and half a status line", (b"HTTP/1.1 20", close()), gives(OK_DATA, attempts=2, requests=2)),
    _cut(
        "R5-close-post",
        "a POST is told of as perhaps sent, and is not sent twice",
        close(),
        fails("NoResponseError", retry_refused=UNSAFE, **LOST),
        "act",
        also=("H28",),
    ),
    _cut(
        "R5-reset-post",
        "after a reset as well",
        reset(),
        fails("NoResponseError", retry_refused=UNSAFE, **LOST),
        "act",
        also=("H28",),
    ),
    _cut("R5-reset-marked", "unless it is marked", reset(), gives(OK_DATA, same(), attempts=2, requests=2), "mark"),
    _cut(
        "R5-reset-keyed",
        "or has a key, by which the server knows it again",
        reset(),
        gives(OK_DATA, same("idempotency-key"), one_key, attempts=2, requests=2, executions=1),
        "pay",
    ),
    Row(
        "R5-handshake-cut",
        "a handshake of TLS that is cut off was never sent: tried again for a POST",
        Script((answer(),), greetings=((hear(), reset()), ()), tls="good"),
        gives(OK_DATA, attempts=2, requests=1, connections=2),
        "raises ConnectError|raises ReadError",
        call="act",
        arguments=ONE,
        retry=QUICK,
    ),
)


def _stale(name: str, promise: str, expect: Any, call: str, **more: Any) -> Row:
    script = Script((answer(), close(), answer()))
    arguments = {} if call == "read" else ONE
    return Row(
        name, promise, script, expect, "raises RemoteProtocolError", call=call, arguments=arguments, times=2, retry=SLOW, **more
    )


STALE = (
    _stale(
        "R6-stale",
        "a kept connection that the server closed as we sent: at once again on a new one",
        gives(OK_DATA, requests=3, connections=2, within=1.0),
        "read",
    ),
    _stale(
        "R6-stale-keyed",
        "so for a call with a key, which stays the same",
        gives(OK_DATA, requests=3, connections=2, executions=2, within=1.0),
        "pay",
    ),
    _stale(
        "R6-stale-post",
        "and a POST is told of, with the reason",
        fails("NoResponseError", sent="maybe", stale=True, attempts=1, requests=2, executions=2),
        "act",
        also=("H28",),
    ),
    Row(
        "R6-closed-while-idle",
        "a connection that was closed while nobody used it is not used, whatever the method",
        Script(((answer(), close()),)),
        gives(OK_DATA, attempts=1, requests=2, connections=2),
        "returns {'ok': True}",
        call="act",
        arguments=ONE,
        times=2,
        between=0.1,
    ),
)


def _timed_out(name: str, promise: str, expect: Any, call: str, **more: Any) -> Row:
    script = Script((silence(), answer()))
    return Row(
        name, promise, script, expect, "raises ReadTimeout", call=call, arguments=ONE, limits={"read": 0.15}, retry=QUICK, **more
    )


TIMED_OUT = (
    _timed_out(
        "R7-post",
        "a POST that got no answer in time is not sent twice",
        fails("TimeoutError", retry_refused=UNSAFE, **LOST),
        "act",
        also=("H28",),
    ),
    _timed_out("R7-marked", "unless it is marked", gives(OK_DATA, same(), attempts=2, requests=2), "mark"),
    _timed_out(
        "R7-keyed",
        "or has a key: the server acts once",
        gives(OK_DATA, same("idempotency-key"), one_key, attempts=2, requests=2, executions=1),
        "pay",
        also=("H28",),
    ),
    Row(
        "R8-no-http2",
        "HTTP/2 and its refused streams are not spoken, even where a server offers it first",
        Script((answer(),), tls="h2"),
        gives(OK_DATA, protocols=lambda found: "h2" not in found),
        "returns {'ok': True}",
        also=("H30",),
    ),
)

ROWS = (
    *ASKED_TO_WAIT,
    *ODD_VALUES,
    *TRANSIENT,
    *STATUSES,
    *STORMS,
    *CUTS,
    *STALE,
    *TIMED_OUT,
)
