"""Promises about what is sent again: the same bytes under the same key, a body whole or not at all, and nothing that can't help."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from .answers import OK, answer, gzipped, head, redirect
from .checks import bodies, new_keys, nothing_undeclared, one_key, same
from .row import CALM, OK_DATA, QUICK, Outcome, Row, Scene, fails, gives
from .runner import tell
from .server import Script, reset

ONE = {"value": 1}
MEBIBYTE = 1024 * 1024


# ---- what is the same each time


def _stays(name: str, promise: str, script: Script, expect: Any, bare: str, **more: Any) -> Row:
    return Row(name, promise, script, expect, bare, arguments=more.pop("arguments", ONE), retry=more.pop("retry", QUICK), **more)


def _tells_key(scene: Scene, outcome: Outcome) -> str:
    sent = scene.server.seen[-1].header("idempotency-key") if scene.server.seen else None
    return f"{tell(scene, outcome)} and sends {'a' if sent else 'no'} key"


IDENTITY = (
    _stays(
        "R9-one-key",
        "all attempts of a call have one key and the same bytes",
        Script((answer(503), reset(), answer())),
        gives(OK_DATA, same("idempotency-key", "content-length"), one_key, attempts=3, requests=3, executions=1),
        "returns 503 and sends no key",
        call="pay",
        tell=_tells_key,
        also=("H28",),
    ),
    _stays(
        "R9-new-key",
        "and two calls have two keys",
        Script((answer(),)),
        gives(OK_DATA, new_keys, requests=2, executions=2),
        "returns {'ok': True} and sends no key",
        call="pay",
        times=2,
        tell=_tells_key,
    ),
    _stays(
        "R9-nothing-undeclared",
        "no header that the document does not name is ever sent",
        Script((answer(503), answer(503), answer())),
        gives(OK_DATA, nothing_undeclared, same(), requests=3),
        "returns 503",
        call="mark",
    ),
    _stays(
        "R9-same-form",
        "a form is the same bytes again, its boundary too",
        Script((answer(429, retry_after=0), answer())),
        gives(OK_DATA, same("content-type"), requests=2),
        "returns 429",
        call="upload",
        arguments={"note": "n", "file": b"content"},
        retry=CALM,
    ),
)


def _final(name: str, promise: str, reply: Any, error: str, bare: str, call: str = "read", **more: Any) -> Row:
    expect = fails(error, attempts=1, requests=1, connections=1, **more)
    return Row(f"R10-{name}", promise, Script((reply, answer())), expect, bare, call=call, retry=QUICK)


NEVER = "what trying again can't help is told at once"
FINAL = (
    *(_final(str(status), NEVER, answer(status), "StatusError", f"returns {status}") for status in (400, 401, 403, 404, 409, 422)),
    _final("redirect", NEVER, redirect(302, "http://{sink}/"), "StatusError", "follows to the other origin with the key"),
    _final("bad-gzip", NEVER, gzipped(OK)[:-8] + bytes(8), "ResponseError", "raises DecodingError"),
    _final("bad-json", NEVER, answer(body=b"{"), "ResponseError", "raises JSONDecodeError"),
    _final("schema", NEVER, answer(body=b'{"ok":"yes"}'), "ResponseError", "returns {'ok': 'yes'}", "typed", data={"ok": "yes"}),
    _final("coding", NEVER, head(content_encoding="br", content_length=1) + b"x", "ResponseError", "raises (DecodingError|JSON.*)"),
)
UNTRUSTED = tuple(
    Row(
        f"R10-{kind.replace(' ', '-')}-certificate",
        "a certificate that is refused is told at once, as something that stays so",
        Script((answer(),), tls=kind),
        fails("NoResponseError", stage="connect", sent="no", attempts=1, requests=0, permanent=True, connections=1),
        "raises ConnectError",
        call="act",
        retry=QUICK,
        also=("H25",),
    )
    for kind in ("untrusted", "expired", "wrong host")
)

# ---- bodies that can or can't be sent again


def once(size: int) -> Any:
    """Arguments with a body that can be read once: `size` bytes, of unknown length."""

    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 65536):
            yield bytes(min(65536, size - start))

    return lambda scene: {"body": pieces()}


def _file_at_three(scene: Scene) -> dict[str, Any]:
    file = io.BytesIO(b"abcdefgh")
    file.seek(3)
    return {"body": file}


def _body(name: str, promise: str, expect: Any, arguments: Any, bare: str = "returns 503", **more: Any) -> Row:
    script = Script((more.pop("first", answer(503)), answer()))
    return Row(name, promise, script, expect, bare, call=more.pop("call", "store"), arguments=arguments, retry=CALM, **more)


NOT_AGAIN = "body not replayable"
BODIES = (
    _body(
        "R11-too-big",
        "a body that can be read once is not sent by halves: the first error is told",
        fails("ServerError", bodies(2 * MEBIBYTE), attempts=1, requests=1, retry_refused=NOT_AGAIN),
        once(2 * MEBIBYTE),
    ),
    _body(
        "R11-too-big-reset",
        "after a reset as well",
        fails("NoResponseError", attempts=1, requests=1, retry_refused=NOT_AGAIN),
        once(2 * MEBIBYTE),
        "raises (ReadError|WriteError|RemoteProtocolError)",
        first=reset(),
    ),
    _body(
        "R11-too-big-429",
        "and after a 429",
        fails("RateLimitError", bodies(2 * MEBIBYTE), attempts=1, requests=1, retry_refused=NOT_AGAIN),
        once(2 * MEBIBYTE),
        "returns 429",
        first=answer(429, retry_after=0),
        call="push",
    ),
    _body(
        "R11-kept",
        "one of up to a mebibyte is kept, and sent again whole",
        gives(OK_DATA, same(), bodies(100_000, 100_000), attempts=2),
        once(100_000),
    ),
    _body(
        "R11-file",
        "a file is sent again from where it was given",
        gives(OK_DATA, same(), bodies(5, 5), attempts=2),
        _file_at_three,
        "raises LocalProtocolError",
    ),
)

ROWS = (*IDENTITY, *FINAL, *UNTRUSTED, *BODIES)
