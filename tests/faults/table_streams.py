"""Promises about streams and uploads: events as WHATWG says, bounded and told of when cut; files whole, or not at all."""

from __future__ import annotations

import io
import os
import re
import tracemalloc
from collections.abc import Iterator
from typing import Any

from aerostack_dynamic import AerostackError, Timeout

from .answers import answer, chunk, chunked, head
from .row import ANYTHING, OK_DATA, Outcome, Row, Scene, fails, gives
from .runner import call, settle, streamed, tell
from .server import Script, close, drain, drip, flood, half_close, pause, reset, silence

MEBIBYTE = 1024 * 1024
SSE = "text/event-stream"
EVENTS = head(200, SSE, transfer_encoding="chunked")
LINES = "returns .*"


def events(*expected: Any) -> Any:
    """A judge of events: what they carry, in order, each as it is or as (data, event, id)."""

    def check(found: Any) -> bool:
        seen = [(one.data, one.event or "message", one.id or "") for one in found]
        return len(seen) == len(expected) and all(
            one[: len(wanted)] == wanted if isinstance(wanted, tuple) else one[0] == wanted
            for one, wanted in zip(seen, expected, strict=True)
        )

    return check


def before(*expected: Any) -> Any:
    """A check that these events came before the error."""

    def check(scene: Scene, _: Outcome) -> str | None:
        return None if events(*expected)(scene.events) else f"events before the error: {scene.events!r:.200}"

    return check


def _stream(name: str, promise: str, reply: Any, expect: Any, bare: str = LINES, **more: Any) -> Row:
    call = more.pop("call", "events")
    return Row(name, promise, Script((reply,)), expect, bare, call=call, how="stream", **more)


def _sse(name: str, text: bytes, *expected: Any) -> Row:
    promise = "an event is what WHATWG says it is, and no text is an error"
    return _stream(f"S4-{name}", promise, chunked(text, content_type=SSE), gives(events(*expected)))


CUT = "an event without its end is not delivered, and the stream says that it was cut"
STREAMS = (
    _stream(
        "S1-endless-event",
        "an event has a bound of a mebibyte",
        (EVENTS, flood(chunk(b"data: " + b"a" * 4000 + b"\n"), 1024 * MEBIBYTE)),
        fails("StreamError", reason=re.compile("larger|large|long|MiB|bytes"), within=2.0),
        "hangs past D",
        total=2.0,
        limits={"read": 1.0},
    ),
    _stream(
        "S1-endless-line",
        "and so has a line",
        (EVENTS, flood(chunk(b"a" * 4096), 1024 * MEBIBYTE)),
        fails("StreamError", reason=re.compile("larger|large|long|MiB|bytes"), within=2.0),
        "hangs past D",
        total=1.0,
    ),
    _stream(
        "S1-many-pieces",
        "an event in many pieces takes time in proportion",
        (EVENTS, chunk(b"data: "), chunk(b"a" * 1000) * 500, chunk(b"\n\n"), b"0\r\n\r\n"),
        gives(events("a" * 500_000), within=1.0),
    ),
    _stream(
        "S2-cut",
        CUT,
        (EVENTS, chunk(b"id: 7\ndata: one\n\ndata: tw"), close()),
        fails("StreamError", before(("one", "message", "7")), sent="answered"),
        "raises RemoteProtocolError",
    ),
    _stream(
        "S2-reset",
        CUT,
        (EVENTS, chunk(b"data: one\n\ndata: tw"), pause(0.05), reset()),
        fails("StreamError", before("one"), sent="answered"),
        "raises (ReadError|RemoteProtocolError)",
    ),
    _stream(
        "S2-bad-chunk",
        CUT,
        (EVENTS, chunk(b"data: one\n\n"), b"zz\r\n"),
        fails("StreamError", before("one"), sent="answered"),
        "raises RemoteProtocolError",
    ),
    _stream(
        "S2-ended",
        "at a clean end, half an event is nothing",
        chunked(b"data: one\n\ndata: two\n", content_type=SSE),
        gives(events("one")),
    ),
    _stream(
        "S2-bytes",
        "a stream of bytes that is cut says so as well",
        (head(200, "application/octet-stream", content_length=100), b"x" * 10, close()),
        fails("StreamError", sent="answered"),
        "raises RemoteProtocolError",
        call="blob",
    ),
    _stream(
        "S2-error",
        "a stream that is refused is that status",
        answer(429, retry_after=100),
        fails("RateLimitError", retry_after=100),
    ),
    _stream(
        "S2-portal",
        "and one that is no stream is an error",
        answer(body=b"<html>", content_type="text/html"),
        fails("ResponseError"),
    ),
    _stream(
        "S3-silent",
        "silence in a stream ends at the limit for reading",
        (EVENTS, chunk(b"data: one\n\n"), silence()),
        fails("AerostackError", before("one"), sent="answered", at_least=0.15, within=0.7),
        "raises ReadTimeout",
        limits={"read": 0.2},
    ),
    _stream(
        "S3-comments",
        "a comment is a sign of life, and a stream has no total of its own",
        (EVENTS, drip(chunk(b":\n") * 12, size=7), chunk(b"data: one\n\n"), b"0\r\n\r\n"),
        gives(events("one"), at_least=0.5, within=2.0),
        options=lambda scene: {"timeout": Timeout(total=None, read=0.3)},
        limits={"read": 0.3},
        total=2.0,
    ),
)

TEXTS = (
    _sse("bad-utf8", b"data: \xff\n\n", "\ufffd"),
    _sse("retry-superscript", b"retry: \xc2\xb2\ndata: a\n\n", "a"),
    _sse("retry-20-digits", b"retry: 99999999999999999999\ndata: a\n\n", "a"),
    _sse("nul-in-id", b"id: a\0b\ndata: a\n\n", ("a", "message", "")),
    _sse("line-ends", b"data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\r", "a\nb\nc", "d"),
    _sse("byte-order-mark", b"\xef\xbb\xbfdata: a\n\ndata: \xef\xbb\xbfb\n\n", "a", "\ufeffb"),
    _sse("no-colon", b"data\n\ndata\ndata\n\ndata:\n\n", "", "\n", ""),
    _sse("names", b"event: x\nid: 1\ndata: a\n\ndata: b\n\nevent: y\n\n", ("a", "x", "1"), ("b", "message", "1")),
    _stream(
        "S4-split-line-end",
        "pieces may end anywhere, between CR and LF too",
        (EVENTS, drip(b"".join(chunk(bytes([one])) for one in b"data: a\r\n\r\ndata: b\r\n\r\n"), 0.001, 6), b"0\r\n\r\n"),
        gives(events("a", "b")),
    ),
)


async def _stop_early(client: Any, scene: Scene) -> Any:
    await streamed(client.events.stream(), scene.events, most=1)
    for _ in range(50):
        await settle(client.read())
        if scene.server.open_connections <= 1:
            break
    return [one.data for one in scene.events], scene.server.open_connections


EARLY = (
    Row(
        "S5-stop-early",
        "whoever stops reading closes the connection",
        Script(((EVENTS, chunk(b"data: one\n\n"), silence()), answer())),
        gives((["one"], 1), requests=lambda count: count >= 2),
        "raises ReadTimeout",
        call="events",
        how="stream",
        total=1.0,
        drive=_stop_early,
    ),
)

# ---- uploads


def content(expected: bytes) -> Any:
    """A check that one whole request came with this body."""

    def check(scene: Scene, _: Outcome) -> str | None:
        seen = [one.body for one in scene.server.seen if one.whole]
        return None if seen == [expected] else f"bodies: {seen!r:.200}"

    return check


def nothing_whole(scene: Scene, _: Outcome) -> str | None:
    """A check that the server never took a body for whole."""
    return "the server took a wrong body for a whole one" if any(one.whole for one in scene.server.seen) else None


class Liar(io.BytesIO):
    """A file that says it has 100 bytes, and has another number of them by the time it is read."""

    def __init__(self, really: int) -> None:
        super().__init__(bytes(100))
        self._really = really
        self._changed = False

    def read(self, size: int | None = -1) -> bytes:
        if not self._changed:
            self._changed = True
            at = self.tell()
            self.seek(0)
            self.truncate()
            self.write(bytes(self._really))
            self.seek(at)
        return super().read(size)


def _changing(scene: Scene, size: int) -> dict[str, Any]:
    return {"body": Liar(size)}


def as_announced(scene: Scene, _: Outcome) -> str | None:
    """A check that a whole body has the length that the file had."""
    sizes = [one.size for one in scene.server.seen if one.whole]
    return None if sizes in ([], [100]) else f"whole bodies of {sizes} bytes"


async def _grown(client: Any, scene: Scene) -> Any:
    try:
        return await call(client, scene)
    except AerostackError as error:
        return type(error).__name__


def _pipe(scene: Scene) -> dict[str, Any]:
    reading, writing = os.pipe()
    os.write(writing, b"abc" * 1000)
    os.close(writing)
    scene.drawer["pipe"] = os.fdopen(reading, "rb")
    return {"body": scene.drawer["pipe"]}


async def _from_pipe(client: Any, scene: Scene) -> Any:
    arguments = _pipe(scene)
    with scene.drawer["pipe"]:
        return await settle(client.store(**arguments))


def _pipe_by_hand(client: Any, scene: Scene) -> Any:
    arguments = _pipe(scene)
    with scene.drawer["pipe"]:
        return client.put(scene.server.url, content=arguments["body"]).json()


def _at_two(scene: Scene) -> dict[str, Any]:
    file = io.BytesIO(b"abcdef")
    file.seek(2)
    return {"body": file}


def _upload(name: str, promise: str, expect: Any, bare: str, call: str = "store", **more: Any) -> Row:
    return Row(name, promise, Script((answer(),)), expect, bare, call=call, **more)


async def _large(client: Any, scene: Scene) -> Any:
    def pieces() -> Iterator[bytes]:
        for _ in range(256):
            yield bytes(65536)

    tracemalloc.start()
    try:
        await settle(client.push(body=pieces()))
        return tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


UPLOADS = (
    _upload(
        "S6-large",
        "an upload of unknown length is sent as it is read, not gathered",
        gives(True, lambda scene, _: None if scene.server.seen[0].size == 16 * MEBIBYTE else "bytes are missing", within=9.0),
        "returns {'ok': True}",
        "push",
        drive=_large,
        total=10.0,
        alone=True,
        arguments={"body": b""},
    ),
    _upload(
        "S7-shrinks",
        "a file that became shorter is an error, and no short body",
        fails("AerostackError", nothing_whole, within=1.5),
        "raises LocalProtocolError",
        arguments=lambda scene: _changing(scene, 50),
    ),
    _upload(
        "S7-grows",
        "one that became longer is sent at the length announced, or refused",
        gives(ANYTHING, as_announced),
        "raises LocalProtocolError",
        drive=_grown,
        arguments=lambda scene: _changing(scene, 150),
    ),
    _upload(
        "S7-pipe",
        "a pipe, which has no length, is sent whole",
        gives(OK_DATA, content(b"abc" * 1000)),
        "raises .*",
        drive=_from_pipe,
        by_hand=_pipe_by_hand,
    ),
    _upload(
        "S7-offset",
        "a file is sent from where it is",
        gives(OK_DATA, content(b"cdef")),
        "raises LocalProtocolError",
        arguments=_at_two,
    ),
    _upload(
        "S7-memory",
        "a file in memory is a file",
        gives(OK_DATA, content(b"abc")),
        "returns {'ok': True}",
        arguments=lambda scene: {"body": io.BytesIO(b"abc")},
    ),
)

INJECTED = 'a.txt"\r\nX-Injected: 1\r\n\r\nbody'


def _part(name: str, file: Any, bare: str) -> Row:
    return Row(
        f"S8-{name}",
        "line breaks in a file's name or type are refused, and nothing is sent",
        Script((answer(),)),
        fails("ArgumentsError", requests=0, connections=0),
        bare,
        call="upload",
        arguments={"file": file},
        tell=_tell_injected,
        also=("H21",),
    )


def _tell_injected(scene: Scene, outcome: Outcome) -> str:
    body = scene.server.seen[-1].body if scene.server.seen else b""
    return "injects a header" if b"\r\nX-Injected: 1\r\n" in body else f"{tell(scene, outcome)}, escaped"


async def _field_name(client: Any, scene: Scene) -> Any:
    return await settle(client.upload(file=b"x", **{'a"\r\nX-Injected: 1': "y"}))


FORMS = (
    _part("file-name", (INJECTED, b"x", "text/plain"), "returns {'ok': True}, escaped"),
    _part("type", ("a.txt", b"x", "text/plain\r\nX-Injected: 1"), "injects a header"),
    Row(
        "S8-field-name",
        "nor are they let into a field's name",
        Script((answer(),)),
        fails("ArgumentsError", requests=0, connections=0),
        "returns {'ok': True}, escaped",
        call="upload",
        arguments={"file": b"x", 'a"\r\nX-Injected: 1': "y"},
        drive=_field_name,
        tell=_tell_injected,
        also=("H21",),
    ),
)

TOO_LARGE = answer(413, b"", None, connection="close")
EARLY_ANSWERS = (
    Row(
        "S9-early-413",
        "an answer that comes while a body is still sent is that answer",
        Script(((TOO_LARGE, half_close(), drain(), close()),), early=True),
        fails("StatusError", status=413, sent="answered", within=1.5),
        "returns 413",
        call="push",
        arguments={"body": bytes(8 * MEBIBYTE)},
    ),
    Row(
        "S9-early-413-unread",
        "though the server reads no more of it",
        Script(((TOO_LARGE, half_close(), pause(0.5), close()),), early=True),
        fails("StatusError", status=413, sent="answered", within=1.5),
        "returns 413|raises (ReadError|WriteError)",
        call="push",
        arguments={"body": bytes(16 * MEBIBYTE)},
    ),
)

ROWS = (*STREAMS, *TEXTS, *EARLY, *UPLOADS, *FORMS, *EARLY_ANSWERS)
