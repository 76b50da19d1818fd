"""The targets. Each is a function of bytes that raises where a promise is broken; `SEEDS` has bytes for each that reach far into it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import importlib.util
import json
import time
import zlib
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from aerostack_dynamic import AerostackError, AsyncClient, Client, RetryPolicy, Spec, SpecError, Timeout
from aerostack_dynamic import _http as http
from aerostack_dynamic._bounded import BoundedBody, ErrorBody
from aerostack_dynamic._errors import ResponseError
from aerostack_dynamic._load import default_version
from aerostack_dynamic._redirect import redirected
from aerostack_dynamic._retry import parse_retry_after
from aerostack_dynamic._server import origin_of_url
from aerostack_dynamic._steps import Received

from .network import Answers

if TYPE_CHECKING:
    from collections.abc import Callable

TOTAL = 2.0
CAP = 100_000
SERVER = "http://127.0.0.1:9"
LONGEST = {"documents": 3.0}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Fuzz", "version": "1"},
    "servers": [{"url": SERVER}],
    "paths": {
        "/read": {
            "get": {
                "operationId": "read",
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}},
            }
        }
    },
}


# ---- answers


@cache
def _answers() -> Answers:
    answers = Answers()
    answers.install()
    return answers


def _options() -> dict[str, Any]:
    limits = Timeout(total=TOTAL)
    return {"spec": Spec.load(DOCUMENT), "timeout": limits, "retry": RetryPolicy.off(), "max_response_bytes": CAP}


@cache
def _client() -> Client:
    _answers()
    return Client(**_options())


@cache
def _loop() -> Any:
    _answers()
    loop = asyncio.new_event_loop()

    async def make() -> AsyncClient:
        return AsyncClient(**_options())

    return loop, loop.run_until_complete(make())


def _told(call: Callable[[], Any]) -> tuple[str, str]:
    """What came of a call: its data, or the kind of our error and what it says. Anything else goes up."""
    began = time.monotonic()
    try:
        told = "data", repr(call())
    except AerostackError as error:
        told = type(error).__name__, str(error)
    assert time.monotonic() - began < TOTAL + 0.5, "the call went on beyond its total"
    return told


def _read_sync() -> tuple[str, str]:
    told = _told(_client().read)
    transport = _client()._caller.session.open_channel().transport
    for lane in transport._lanes:
        assert lane.gate._free == lane.gate._limit, "somebody is in the gate"
    return told


def _read_async() -> tuple[str, str]:
    loop, client = _loop()
    return _told(lambda: loop.run_until_complete(client.read()))


def answer(data: bytes) -> None:
    """Any bytes are an answer: data or one of our errors, in time, on both clients, and the same on both."""
    answers = _answers()
    answers.data, answers.piece = data, 65536
    here, there = _read_sync(), _read_async()
    assert here == there, f"{here} and {there}"


def split(data: bytes) -> None:
    """An answer in pieces of one byte means what it means at once."""
    answers = _answers()
    answers.data = data[:5000]
    answers.piece = 65536
    whole = _read_sync()
    answers.piece = 1
    cut = _read_sync()
    assert whole[0] == cut[0], f"at once {whole}, in pieces {cut}"
    # What is wrong with bytes that are no HTTP may be told in other words.
    assert whole == cut or whole[0] == "NoResponseError", f"at once {whole}, in pieces {cut}"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ANSWERS = (
    HEAD + b"Content-Length: 7\r\n\r\n" + b'{"a":1}',
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\n" + b'{"a\r\n4\r\n":1}\r\n0\r\nT: v\r\n\r\n',
    HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b'{"a":"%s"}' % (b"x" * 200), mtime=0),
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: /read?x\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfea\x00",
    b"HTTP/1.1 400 Bad\r\nContent-Type: application/problem+json\r\nContent-Length: 15\r\n\r\n" + b'{"detail":"no"}',
)


# ---- bodies


def gzip_body(data: bytes) -> None:
    """A coded body gives its bytes or one of our errors, never more than the bound, however it is cut."""
    found = set()
    for size in (1, 7, 65536):
        body = BoundedBody(CAP, "gzip")
        try:
            for start in range(0, len(data), size):
                body.feed(data[start : start + size])
            told = body.finish()
        except ResponseError as error:
            told = str(error).encode()
        assert body.size <= CAP + 1
        found.add(told)
        partial = ErrorBody(CAP, "gzip")
        for start in range(0, len(data), size):
            if not partial.feed(data[start : start + size]):
                break
        assert len(partial.finish()) <= CAP
    assert len(found) == 1, f"it depends on how it is cut: {[one[:60] for one in found]}"
    if not next(iter(found)).startswith(b"the body is") and data:
        assert next(iter(found)) == _gunzipped(data)


def _gunzipped(data: bytes) -> bytes:
    whole = b""
    while data:
        member = zlib.decompressobj(31)
        whole += member.decompress(data)
        data = member.unused_data
    return whole


# ---- documents


def documents(data: bytes) -> None:
    """Any bytes are a document: a Spec that can be used, or SpecError, within seconds."""
    began = time.monotonic()
    try:
        spec = Spec.load(data, trusted=False)
    except SpecError:
        return
    finally:
        assert time.monotonic() - began < LONGEST["documents"], "loading took too long"
    _use(spec)
    assert time.monotonic() - began < 2 * LONGEST["documents"], "using it took too long"


def _use(spec: Spec) -> None:
    """Make a client, list the operations, and prepare a call of each of the first ones."""
    repr(spec.problems)
    try:
        client = Client(spec=spec, server="https://api.example/v1", credentials={})
        names = [*client.operations][:5]
    except AerostackError:
        return
    for name in names:
        operation = client.operations[name]
        for use in (
            lambda one: repr(one) + str(one.__doc__),
            lambda one: one.prepare(),
            lambda one: one.prepare(body={}),
            lambda one: one.prepare(key="k", body={"a": [1, "x", None]}),
        ):
            with contextlib.suppress(AerostackError):
                use(operation)


def mutated(data: bytes) -> None:
    """The bundled document with parts of it exchanged, as the bytes say."""
    tree = json.loads(_bundled())
    places = _places(tree)
    for start in range(0, min(len(data), 32) - 3, 4):
        one, two = int.from_bytes(data[start : start + 2], "big"), int.from_bytes(data[start + 2 : start + 4], "big")
        holder, key = places[one % len(places)]
        other_holder, other_key = places[two % len(places)]
        try:
            holder[key] = VALUES[two % len(VALUES)] if two % 3 else json.loads(json.dumps(other_holder[other_key]))
        except (KeyError, IndexError, ValueError, RecursionError):
            continue
    documents(json.dumps(tree).encode())


VALUES: tuple[Any, ...] = (
    None, True, -1, 1e308, "", "string", "array", [], {}, [[]], {"$ref": "#"}, {"$ref": "#/components"}, {"$ref": "x"}, "{", "{a}",
    {"type": "object"}, {"type": ["null", "integer"]}, {"allOf": [{}]}, {"pattern": "(a+)+$"}, {"enum": []}, {"const": None}, "ü\n",
)  # fmt: skip


@cache
def _bundled() -> bytes:
    data = get_data("aerostack_dynamic", f"_bundled/{default_version()}.json")
    assert data is not None
    return data


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every member of every object and array."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        for key in here if isinstance(here, dict) else range(len(here)):
            found.append((here, key))
            if isinstance(here[key], (dict, list)):
                waiting.append(here[key])
    return found


# ---- headers


def headers(data: bytes) -> None:
    """Any `Retry-After` gives None or a time that a clock can hold; any `Location` a request to the same origin, or a sentence."""
    value, _, date = data.decode("latin-1").partition("\n")
    seconds = parse_retry_after(value, date or "Thu, 01 Jan 2026 00:00:00 GMT")
    assert seconds is None or 0 <= seconds <= 999_999.999999999
    request = http.Request("GET", "https://api.example/v1/read")
    try:
        received = Received(302, http.Headers([(b"Location", data)]), b"", 0.0, {})
    except ValueError:
        return
    target = redirected(request, received, [])
    assert isinstance(target, (str, http.Request))
    if isinstance(target, http.Request):
        assert origin_of_url(target.url) == origin_of_url(request.url)
        assert not target.url.userinfo


# ---- event streams


def events(data: bytes) -> None:
    """Any bytes are a stream of events: the same events however they are cut, and nothing raised but that one is too large."""
    assert _events(data, 65536) == _events(data, 1) == _events(data, 3)


def _events(data: bytes, size: int) -> tuple[list[Any], str, Any]:
    module = importlib.import_module("aerostack_dynamic._events")
    parser = module.EventParser(1000)
    found: list[Any] = []
    told = ""
    try:
        for start in range(0, len(data), size):
            found.extend(parser.feed(data[start : start + size]))
        found.extend(parser.finish())
    except module.TooLargeError as error:
        told = str(error)
    return found, told, None if told else parser.last_event_id


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (answer, split, gzip_body, documents, mutated, headers, events)
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "answer": ANSWERS,
    "split": ANSWERS,
    "gzip_body": (gzip.compress(b"x" * 300, mtime=0), gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0), b""),
    "documents": (
        json.dumps(DOCUMENT).encode(),
        b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a/{b}:\n    get:\n      responses: {'200': {description: x}}\n",
        b"swagger: '2.0'\npaths: {}\n",
        b"a: &a [x]\nb: *a\n<<: {c: 1}\n? [k]\n: |\n  text\n",
    ),
    "mutated": (bytes(range(32)), bytes(range(200, 232)), b"\x00\x10\x00\x03" * 8),
    "headers": (
        b"120",
        b"Fri, 31 Dec 9999 23:59:59 GMT\nThu, 01 Jan 2026 00:00:00 GMT",
        b"/v1/x",
        b"https://api.example:443/a/../b#c",
        b"//u@h",
    ),
    "events": (b"\xef\xbb\xbfid: 1\r\nevent: e\rdata: a\ndata:b\n\n: c\nretry: 10\n\n", b"data\n\ndata: \xff\xc3\r\n\r\n"),
}


def missing(name: str) -> str | None:
    """Why a target can't be played here; None when it can."""
    if name == "events" and importlib.util.find_spec("aerostack_dynamic._events") is None:
        return "there is no parser of event streams in this version"
    return None
