"""Promises about what is read: whole, unpacked within a bound, decoded strictly and checked, or an error that says why."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from decimal import Decimal
from typing import Any

from .answers import OK, answer, bomb, chunk, coded, head, unfinished
from .row import OK_DATA, QUICK, Outcome, Row, Scene, fails, gives
from .runner import tell
from .server import Script, close, flood, pause, reset

MEBIBYTE = 1024 * 1024
SMALL = {"max_response_bytes": MEBIBYTE}
UTF16 = '{"ok":true}'.encode("utf-16")


def _row(name: str, promise: str, reply: Any, expect: Any, bare: str, call: str = "read", **more: Any) -> Row:
    return Row(name, promise, Script((reply,)), expect, bare, call=call, **more)


def sent_less_than(most: int) -> Any:
    """A check that the server could not get rid of more than so many bytes; what buffers on the way take is in it."""

    def check(scene: Scene, _: Outcome) -> str | None:
        sent = scene.server.bytes_sent
        return None if sent < most else f"{sent} bytes were taken"

    return check


def tell_size(scene: Scene, outcome: Outcome) -> str:
    """What bare httpx did, with the size of a long text."""
    text = outcome.value if isinstance(outcome.value, (str, bytes)) else ""
    return f"returns {len(text) // MEBIBYTE} MiB" if len(text) >= MEBIBYTE else tell(scene, outcome)


# ---- bodies that end too soon

CUT = fails("NoResponseError", sent="answered", stage="response", attempts=1, requests=1)
LOST = "raises (RemoteProtocolError|ReadError)"
WHOLE = "a body that ends too soon is never data, whatever its beginning says"
CHUNKED = head(200, transfer_encoding="chunked")
CUTS = (
    _row("D1-length", WHOLE, (head(content_length=20) + OK, close()), CUT, LOST),
    _row("D1-chunks", WHOLE, (CHUNKED + chunk(OK), close()), CUT, LOST),
    _row("D1-chunk", WHOLE, (CHUNKED + b"20\r\n" + OK, close()), CUT, LOST),
    _row("D1-bad-chunk", WHOLE, (CHUNKED + chunk(OK) + b"zz\r\n", close()), CUT, LOST),
    _row("D1-negative-chunk", WHOLE, (CHUNKED + chunk(OK) + b"-1\r\n", close()), CUT, LOST),
    _row("D1-huge-chunk", WHOLE, (CHUNKED + chunk(OK) + b"f" * 40 + b"\r\n", close()), CUT, LOST),
    _row("D1-reset", WHOLE, (head(content_length=20) + OK, pause(0.05), reset()), CUT, LOST),
    Row(
        "D1-post",
        "and a POST whose answer was lost is not sent again",
        Script(((head(content_length=20) + OK, close()), answer())),
        fails("NoResponseError", sent="answered", attempts=1, requests=1, executions=1),
        LOST,
        call="act",
        arguments={"value": 1},
        retry=QUICK,
        also=("H28",),
    ),
    _row(
        "D2-gzip",
        "gzip that stops in the middle is no data, though the length is right",
        coded(unfinished(OK), "gzip"),
        fails("ResponseError", reason=re.compile("gzip"), attempts=1),
        "returns {'ok': True}",
        also=("H3",),
    ),
)

# ---- compressed and large ones

REFUSED = fails("ResponseError", sent="answered", attempts=1, requests=1)
LARGER = fails("ResponseError", sent_less_than(24 * MEBIBYTE), reason=re.compile("larger"), attempts=1, requests=1)


def _coding(name: str, coding: str, body: bytes, bare: str) -> Row:
    promise = "a coding that was not asked for is refused unread: it may be a bomb in a bomb"
    return _row(
        f"D3-{name}", promise, coded(body, coding), REFUSED, bare, options=SMALL, tell=tell_size, total=4.0, also=("H3", "R10")
    )


BOMBS = (
    _row(
        "D3-bomb",
        "gzip is unpacked up to the bound and no further",
        coded(bomb(), "gzip"),
        LARGER,
        "returns 16 MiB",
        options=SMALL,
        tell=tell_size,
        total=4.0,
        also=("H3", "R10"),
    ),
    _coding("nested", "gzip, gzip", bomb(2), "returns 16 MiB"),
    _coding("layers", ", ".join(["gzip"] * 200), bomb(200, 10), "returns 'aaaaaaaaaa'"),
    _coding("deflate", "deflate", zlib.compress(b'"' + b"a" * 2 * MEBIBYTE + b'"'), "returns 2 MiB"),
    _coding("br", "br", b'\x0b\x05\x80{"ok":true}\x03', "raises .*|returns {'ok': True}"),
    _coding("zstd", "zstd", b"(\xb5/\xfd\x04\x00Y\x00\x00", "raises .*"),
    _coding("unknown", "x-ours", OK, "returns {'ok': True}"),
    _row(
        "D3-asked",
        "only gzip is asked for",
        answer(),
        gives(OK_DATA, lambda scene, _: None if scene.server.seen[0].header("accept-encoding") == "gzip" else "it asks for more"),
        "asks for gzip, deflate.*",
        tell=lambda scene, _: f"asks for {scene.server.seen[0].header('accept-encoding')}",
        also=("H3",),
    ),
    _row(
        "D3-members",
        "gzip of several members is all of them",
        coded(gzip.compress(b"[1,2", mtime=0) + gzip.compress(b",3]", mtime=0), "gzip"),
        gives([1, 2, 3]),
        "raises JSONDecodeError",
        also=("H3",),
    ),
)
LARGE = (
    _row(
        "D4-announced",
        "more than the bound is not read, though it is announced",
        (head(content_length=64 * MEBIBYTE), flood(b" ")),
        LARGER,
        "raises JSONDecodeError|hangs past D",
        options=SMALL,
        total=4.0,
        also=("H4", "R10"),
    ),
    _row(
        "D4-endless",
        "nor when it has no end",
        (CHUNKED, flood(chunk(b" " * 4096), 1024 * MEBIBYTE)),
        LARGER,
        "hangs past D",
        options=SMALL,
        total=0.5,
        also=("H4",),
    ),
    _row(
        "D4-until-close",
        "nor when it ends with the connection",
        (head(), flood(b" ", 1024 * MEBIBYTE)),
        LARGER,
        "hangs past D",
        options=SMALL,
        total=0.5,
        also=("H4",),
    ),
    _row(
        "D4-trailers",
        "nor are trailers without end",
        (CHUNKED, chunk(OK), b"0\r\n", flood(b"X-Trailer: x\r\n", 1024 * MEBIBYTE)),
        fails("NoResponseError", sent_less_than(24 * MEBIBYTE), requests=1, within=1.0),
        "raises RemoteProtocolError",
        total=2.0,
        also=("H4",),
    ),
    _row(
        "D5-error",
        "of an error's body a mebibyte is read and 64 KiB kept, and it stays that error",
        (head(500, "text/plain", content_length=64 * MEBIBYTE), flood(b"e")),
        fails("ServerError", sent_less_than(24 * MEBIBYTE), data=lambda data: len(data) <= 65536, within=1.0),
        "returns 500",
        total=4.0,
        also=("H4",),
    ),
    _row(
        "D5-bomb",
        "so with one that is packed",
        coded(bomb(), "gzip").replace(b"200 Status", b"500 Status"),
        fails("ServerError", data=lambda data: data is None or len(data) <= 65536),
        "returns 500",
        total=4.0,
        also=("H3",),
    ),
    _row(
        "D5-bad-gzip",
        "and with one that can't be unpacked",
        coded(b"nonsense", "gzip").replace(b"200 Status", b"502 Status"),
        fails("ServerError", status=502),
        "raises DecodingError",
    ),
)

# ---- JSON

EMOJI = b'"\xf0\x9f\x98'


def _json(name: str, promise: str, body: bytes, expect: Any, bare: str, **more: Any) -> Row:
    return _row(name, promise, answer(body=body), expect, bare, **more)


def _wrong(reason: str) -> Any:
    return fails("ResponseError", reason=re.compile(reason), status=200, sent="answered", attempts=1)


STRICT = "what is not JSON is an error that shows how it begins"
JSON = (
    _json("D6-invalid", STRICT, b'{"ok":tru}', _wrong("starts with .*tru"), "raises JSONDecodeError", also=("H5",)),
    _json("D6-empty", STRICT, b"", _wrong("empty"), "raises JSONDecodeError", also=("H5",)),
    _json("D6-junk", STRICT, OK + b"<html>", _wrong("html"), "raises JSONDecodeError", also=("H5",)),
    _json("D6-utf8", STRICT, b'{"ok":"\xff"}', _wrong("."), "raises UnicodeDecodeError", also=("H5",)),
    _json("D6-half-a-letter", STRICT, EMOJI, _wrong("."), "raises UnicodeDecodeError", also=("H5",)),
    _json("D6-bom", "a byte order mark is allowed", b"\xef\xbb\xbf" + OK, gives(OK_DATA), "returns {'ok': True}"),
    *(
        _json(f"D7-{name}", "JSON has finite numbers only", text, _wrong("."), bare, also=("H5",))
        for name, text, bare in (
            ("nan", b'{"x":NaN}', "returns {'x': nan}"),
            ("infinity", b'{"x":-Infinity}', "returns {'x': -inf}"),
            ("1e999", b'{"x":1e999}', "returns {'x': inf}"),
        )
    ),
    _json(
        "D7-allowed",
        "unless the caller wants others",
        b'{"x":Infinity}',
        gives({"x": math.inf}),
        "returns {'x': inf}",
        options={"allow_nan": True},
    ),
    _json("D8-twice", "of a key that is there twice, the last counts", b'{"a":1,"a":2}', gives({"a": 2}), "returns {'a': 2}"),
    _json(
        "D8-strict",
        "and strictly it is an error",
        b'{"a":1,"a":2}',
        _wrong("twice"),
        "returns {'a': 2}",
        options={"validation": "strict"},
    ),
    _json("D9-depth", "depth has a limit", b"[" * 100_000 + b"]" * 100_000, _wrong("."), "raises RecursionError", also=("H5",)),
    _json("D9-digits", "so have integers", b"9" * 10_000, _wrong("."), "raises ValueError", also=("H5",)),
    _json("D9-surrogate", "half a character is none", b'"\\ud800"', _wrong("."), r"returns '\\ud800'", also=("H5",)),
    _json("D9-nul", "a NUL is none", b'"a\0b"', _wrong("."), "raises JSONDecodeError", also=("H5",)),
)

# ---- charsets


def _charset(name: str, body: bytes, expected: Any, bare: str, call: str = "text") -> Row:
    promise = "a charset is one of a few, or UTF-8: no codec is looked up for a server"
    media = "text/plain" if call == "text" else "application/json"
    reply = answer(body=body, content_type=f"{media}; charset={name}")
    return _row(f"D10-{name}{'-json' if call != 'text' else ''}", promise, reply, gives(expected), bare, call, also=("H5",))


CHARSETS = (
    *(
        _charset(name, b"caf\xc3\xa9", "caf\xe9", bare)
        for name, bare in (
            ("rot13", "raises TypeError"),
            ("zlib", "raises AssertionError"),
            ("hex", "raises AssertionError"),
            ("idna", "raises UnicodeError"),
            ("punycode", "raises Unicode.*|returns .*"),
            ("no-such-charset", "returns 'caf\xe9'"),
        )
    ),
    _charset("iso-8859-1", b"caf\xe9", "caf\xe9", "returns 'caf\xe9'"),
    _charset("utf-16", "caf\xe9".encode("utf-16"), "caf\xe9", "returns 'caf\xe9'"),
    _charset("rot13", OK, OK_DATA, "returns {'ok': True}", "read"),
    _charset("utf-16", UTF16, OK_DATA, "returns {'ok': True}", "read"),
)

# ---- types, statuses, schemas

PORTAL = b"<!DOCTYPE html><title>Please log in</title>"
KINDS = (
    _row(
        "D11-portal",
        "a log-in page in place of JSON is an error that shows how it begins",
        answer(body=PORTAL, content_type="text/html"),
        _wrong("log in"),
        "raises JSONDecodeError",
    ),
    *(
        _row(
            f"D11-{name}",
            "JSON by another name, or by none, is JSON",
            answer(content_type=media),
            gives(OK_DATA),
            "returns {'ok': True}",
        )
        for name, media in (("json-suffix", "application/problem+json"), ("no-type", None), ("text-json", "text/json"))
    ),
    *(
        _row(
            f"D12-{status}",
            "no content is None",
            head(status, None, **({"content_length": 0} if status == 205 else {})),
            gives(None, status=status, undocumented=True),
            "raises JSONDecodeError",
        )
        for status in (204, 205)
    ),
    _row(
        "D12-strict",
        "and strictly an error where content is promised",
        head(204, None),
        fails("ResponseError", status=204),
        "raises JSONDecodeError",
        options={"validation": "strict"},
    ),
    _row("D12-304", "not modified is no data", head(304, None), fails("StatusError", status=304), "returns 304"),
    _row("D13-299", "an unknown success is data", answer(299), gives(OK_DATA, undocumented=True), "returns {'ok': True}"),
    _row("D13-418", "an unknown failure is that status", answer(418), fails("StatusError", status=418), "returns 418"),
    *(
        _row(
            f"D13-{status}",
            "a status that HTTP does not have is no answer, and not tried again",
            answer(status),
            fails("NoResponseError", sent="answered", attempts=1, requests=1),
            f"returns {status}",
            retry=QUICK,
        )
        for status in (600, 999)
    ),
    _row(
        "D13-101",
        "nor is a change of protocol that nobody asked for",
        (head(101, None, upgrade="x", connection="upgrade"), b"x" * 100),
        fails("NoResponseError", attempts=1, within=0.5),
        "raises RemoteProtocolError",
    ),
)


def _checked(name: str, promise: str, body: bytes, expect: Any, bare: str, mode: str) -> Row:
    return _row(f"D14-{name}", promise, answer(body=body), expect, bare, "typed", options={"validation": mode})


TYPED = (
    _checked(
        "type",
        "what breaks the document is an error that has the data",
        b'{"ok":1}',
        fails("ResponseError", data={"ok": 1}, problems=lambda found: found[0].pointer == "/ok"),
        "returns {'ok': 1}",
        "tolerant",
    ),
    _checked(
        "enum",
        "a new word in a list of words is data",
        b'{"ok":true,"kind":"c"}',
        gives({"ok": True, "kind": "c"}),
        "returns {'ok': True, 'kind': 'c'}",
        "tolerant",
    ),
    _checked(
        "enum-strict",
        "and strictly an error",
        b'{"ok":true,"kind":"c"}',
        fails("ResponseError", problems=lambda found: found[0].pointer == "/kind"),
        "returns {'ok': True, 'kind': 'c'}",
        "strict",
    ),
    _checked("observe", "or only told of", b'{"ok":1}', gives({"ok": 1}), "returns {'ok': 1}", "observe"),
)

# ---- what is sent


def _unsendable(name: str, value: Any, bare: str) -> Row:
    return Row(
        f"D15-{name}",
        "a value that JSON does not have is refused, and nothing is sent",
        Script((answer(),)),
        fails("ArgumentsError", sent="no", requests=0, connections=0),
        bare,
        call="act",
        arguments={"value": value},
    )


SENT = (
    _unsendable("nan", math.nan, "raises ValueError"),
    _unsendable("infinity", [math.inf], "raises ValueError"),
    _unsendable("decimal", Decimal("1.1"), "raises TypeError"),
    _unsendable("bytes", b"x", "raises TypeError"),
    _unsendable("surrogate", "\ud800", "raises UnicodeEncodeError"),
    _unsendable("set", {1}, "raises TypeError"),
)

ROWS = (*CUTS, *BOMBS, *LARGE, *JSON, *CHARSETS, *KINDS, *TYPED, *SENT)
