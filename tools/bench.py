"""What the client costs beside bare httpx, as ratios of CPU time. `make bench`

Each row runs both sides in turn, round by round, and shows the median, least and greatest ratio, and the medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import NamedTuple

import httpx

from aerostack_dynamic import AsyncClient, Client, Validation
from aerostack_dynamic.testing import track_usage

URL = "https://api.aerostack.ai/v1/ai/chat"
MESSAGES = [{"role": "user", "content": "Hello"}]
ANSWER = b'{"response":"Hello to you"}'
ROWS = json.dumps({"results": [{"id": number, "of": {"name": "n"}} for number in range(10_000)]}).encode()
HEADERS = {"X-Aerostack-Key": "ac_secret_x"}
Side = Callable[[], float]


class Row(NamedTuple):
    """Two sides that do the same, each giving the CPU seconds of one round."""

    name: str
    ours: Side
    theirs: Side


def process(code: str) -> Side:
    """CPU seconds of a Python process that runs `code`."""

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)

    return run


def repeated(call: Callable[[], object], times: int = 300) -> Side:
    """CPU seconds of one of many calls."""

    def run() -> float:
        began = time.process_time()
        for _ in range(times):
            call()
        return (time.process_time() - began) / times

    return run


class Memory(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every request at once, without a socket."""

    def __init__(self, answer: bytes = ANSWER) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(self._answer))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(self._answer))


def watched(call: Callable[[], object], times: int) -> Side:
    """The same while `track_usage` looks on."""
    side = repeated(call, times)

    def run() -> float:
        with track_usage():
            return side()

    return run


def usage_rows() -> list[Row]:
    """What it costs to see what is used."""
    chat, table = (Client("ac_secret_x", transport=Memory(answer)) for answer in (ANSWER, ROWS))

    def call() -> object:
        return chat.ai.ai_chat(messages=MESSAGES).response

    def read() -> object:
        return sum(len(row["of"]["name"]) for row in table.database.db_query(sql="select").results)

    return [
        Row("a chat call that track_usage sees / unseen", watched(call, 300), repeated(call)),
        Row("10,000 rows read that it sees / unseen", watched(read, 1), repeated(read, 1)),
    ]


def rows() -> list[Row]:
    """All that is measured."""
    ours, theirs = Client("ac_secret_x", transport=Memory()), httpx.Client(transport=Memory())
    by_hand = repeated(lambda: theirs.post(URL, json={"messages": MESSAGES}, headers=HEADERS).json())
    loop = asyncio.new_event_loop()
    ours_async, theirs_async = AsyncClient("ac_secret_x", transport=Memory()), httpx.AsyncClient(transport=Memory())

    async def call_ours() -> object:
        return await ours_async.ai.ai_chat(messages=MESSAGES)

    async def call_theirs() -> object:
        return (await theirs_async.post(URL, json={"messages": MESSAGES}, headers=HEADERS)).json()

    slow = ours.with_options(validation=Validation(engine="jsonschema"))
    lent = Client("ac_secret_x", http_client=theirs)
    return [
        Row("import, the document loaded / import httpx", process("import aerostack_dynamic"), process("import httpx")),
        Row(
            "import, client, first operation / import httpx",
            process("from aerostack_dynamic import Client; Client('k').ai.ai_chat"),
            process("import httpx"),
        ),
        Row("a chat call, both sides checked / httpx unchecked", repeated(lambda: ours.ai.ai_chat(messages=MESSAGES)), by_hand),
        Row("the same by a borrowed httpx.Client", repeated(lambda: lent.ai.ai_chat(messages=MESSAGES)), by_hand),
        Row("the same by the engine jsonschema", repeated(lambda: slow.ai.ai_chat(messages=MESSAGES)), by_hand),
        Row(
            "the same, asynchronous",
            repeated(lambda: loop.run_until_complete(call_ours())),
            repeated(lambda: loop.run_until_complete(call_theirs())),
        ),
        *usage_rows(),
    ]


def measured(row: Row, rounds: int) -> dict[str, object]:
    """The figures of one row, after a round that does not count."""
    row.ours(), row.theirs()
    pairs = [(row.ours(), row.theirs()) for _ in range(rounds)]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    return {
        "row": row.name,
        "ratio": statistics.median(ratios),
        "least": ratios[0],
        "greatest": ratios[-1],
        "ours_ms": statistics.median(ours for ours, _ in pairs) * 1000,
        "theirs_ms": statistics.median(theirs for _, theirs in pairs) * 1000,
    }


def main() -> None:
    """Print a table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = [measured(row, options.rounds) for row in rows()]
    versions = {name: version(name) for name in ("aerostack_dynamic", "httpx", "jsonschema", "jsonschema-rs", "orjson")}
    if options.json:
        print(
            json.dumps(
                {"python": platform.python_version(), "versions": versions, "rounds": options.rounds, "rows": found}, indent=1
            )
        )
        return
    print(
        f"Python {platform.python_version()}, {', '.join(' '.join(one) for one in versions.items())}; {options.rounds} rounds, CPU time"
    )
    print(f"{'':54}{'ratio':>7}{'least':>7}{'most':>7}{'ours':>11}{'httpx':>11}")
    for one in found:
        print("{row:54}{ratio:7.2f}{least:7.2f}{greatest:7.2f}{ours_ms:8.3f} ms{theirs_ms:8.3f} ms".format(**one))


if __name__ == "__main__":
    main()
