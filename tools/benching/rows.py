"""The rows, as data: what is measured of ours and beside what, and what is to be reached."""

from __future__ import annotations

import math
from typing import NamedTuple


class Reach(NamedTuple):
    """What a row is to reach: a ratio to the other side, or, `by` the figure itself, so much in the row's unit."""

    limit: float
    most: bool = True
    by: str = "ratio"

    def is_met(self, value: float) -> bool:
        """Whether a median is within it."""
        return value <= self.limit if self.most else value >= self.limit


class Row(NamedTuple):
    """One line of the table. Its sides are made by `sides(scene, kind)` of a module of `benching`: "ours", "base" and peers by name."""

    key: str
    what: str
    beside: str
    module: str
    kind: str
    unit: str = "µs"
    reach: Reach | None = None
    peers: tuple[str, ...] = ()
    # Processes of their own start afresh each time; what they read from the disk has been read before.
    unheard: int = 1
    rounds: float = math.inf


# Unit -> how many of it are one second, one byte, or one a second.
UNITS = {"µs": 1e6, "ms": 1e3, "MiB": 2.0**-20, "MiB/s": 2.0**-20, "events/s": 1.0, "times": 1.0}
GENERATED, RUNTIME, JUDGED = "replaced", ("aiopenapi3", "runtime"), "judged"
CLIENTS = (GENERATED, JUDGED, *RUNTIME, "botocore", "openai")
LOADING = ("runtime", JUDGED, "aiopenapi3", "fastmcp")
PARSING = "orjson.loads of the file"
YAML = "yaml.load(CSafeLoader)"

ROWS = (
    *(
        Row("start", "import, document, first operation", "import httpx", "starting", "operation", "ms", Reach(1.15), CLIENTS, 0),
        Row("start-alone", "the same beside httpx without click", "import httpx", "starting", "alone", "ms", None, ("engines",), 0),
        Row("ready", "Client() after import", "httpx.Client()", "starting", "ready", "ms", Reach(1, by="figure"), (GENERATED,), 0),
        Row("answer", "the first answer of a process", "httpx by hand", "starting", "answer", "ms", None, CLIENTS, 0),
    ),
    *(
        Row("call", "a small chat call in memory", "httpx unchecked", "small", "sync", "µs", Reach(0.35), CLIENTS),
        Row("call-async", "the same, asynchronous", "httpx unchecked", "small", "async", "µs", Reach(0.45), (GENERATED, "openai")),
        Row("call-borrowed", "the same by a borrowed httpx.Client", "httpx unchecked", "small", "borrowed", "µs", Reach(0.75)),
        Row("call-jsonschema", "the same by the engine jsonschema", "httpx unchecked", "small", "jsonschema"),
        Row("call-tracked", "the same seen by track_usage", "unseen", "small", "tracked"),
    ),
    *(
        Row("loopback", "the same over loopback, CPU", "httpx unchecked", "wire", "sequential", "µs", Reach(0.65), (GENERATED,)),
        Row(
            *("crowd", "50 at once over loopback, by the clock", "httpx unchecked", "wire", "httpx wall", "µs", Reach(0.9)),
            peers=("httpx2", "httpx-aiohttp", "aiohttp", GENERATED),
        ),
        Row("crowd-cpu", "50 at once over loopback, CPU", "httpx unchecked", "wire", "httpx cpu"),
        Row("crowd-httpx2", 'the same by transport="httpx2", by the clock', "httpx unchecked", "wire", "httpx2 wall"),
        Row("crowd-httpx2-cpu", 'by transport="httpx2", CPU', "httpx unchecked", "wire", "httpx2 cpu"),
        Row(
            *("crowd-aiohttp", 'the same by transport="aiohttp", by the clock', "httpx unchecked", "wire"),
            *("aiohttp wall", "µs", Reach(0.25)),
        ),
        Row("crowd-aiohttp-cpu", 'by transport="aiohttp", CPU', "httpx unchecked", "wire", "aiohttp cpu"),
    ),
    *(
        Row(
            *("rows-typed", "10,000 rows x 8 columns, fully typed", "orjson.loads", "lists", "typed", "ms", Reach(1.7)),
            peers=("pydantic", JUDGED),
        ),
        Row(
            *("rows-loose", "10,000 rows x 8 columns, loose", "orjson.loads", "lists", "loose", "ms", Reach(1.2)),
            peers=(GENERATED, JUDGED),
        ),
        Row("row-attribute", "an attribute of one of them", "a key of a dict", "lists", "attribute", "µs", Reach(2, by="figure")),
        Row("rows-tracked", "the rows read while track_usage looks on", "unseen", "lists", "tracked", "ms"),
    ),
    *(
        row
        for name in ("github", "stripe")
        for row in (
            Row(
                *(f"{name}-cold", f"{name}'s document to the first checked call", PARSING, "big", f"{name} cold", "ms", Reach(2)),
                peers=LOADING,
                unheard=0,
            ),
            Row(
                *(f"{name}-cached", f"{name}'s, with the cache of a process before", PARSING, "big", f"{name} cached", "ms"),
                reach=Reach(0.3),
                unheard=0,
            ),
            Row(
                *(f"{name}-memory", f"{name}'s: memory after the first call", "the parsed JSON", "big", f"{name} memory", "MiB"),
                reach=Reach(1.3),
                peers=LOADING[:2],
                unheard=0,
            ),
            Row(*(f"{name}-next", f"{name}'s: a further operation's first call", PARSING, "big", f"{name} next", "ms"), unheard=0),
        )
    ),
    *(
        Row("yaml-cold", "3 MB of YAML to the first checked call, by PyYAML", YAML, "big", "yaml cold", "ms", Reach(1.1), (), 0, 5),
        Row(
            *("yaml-yaml12", "the same with the extra yaml12", YAML, "big", "yaml yaml12", "ms", Reach(0.1)),
            peers=("py-yaml12",),
            unheard=0,
            rounds=5,
        ),
        Row("yaml-cached", "the same with the cache", YAML, "big", "yaml cached", "ms", Reach(0.05), (), 0, 5),
    ),
    *(
        row
        for what, verb in (("upload", "a file of 2 GiB uploaded"), ("download", "2 GiB downloaded to a file"))
        for row in (
            Row(
                *(f"{what}-memory", f"{verb}: growth of the peak", "httpx streaming", "transfer", f"{what} memory", "MiB"),
                *(Reach(16, by="figure"), (), 0, 3),
            ),
            Row(
                *(f"{what}-speed", f"{verb}: throughput", "httpx streaming", "transfer", f"{what} speed", "MiB/s"),
                *(Reach(0.9, most=False), (), 0, 5),
            ),
        )
    ),
    *(
        Row(
            *("events", "events of a stream", "httpx-sse + json.loads", "events", "many", "events/s", Reach(2, most=False)),
            peers=(GENERATED, "openai"),
        ),
        Row(
            *("event-size", "an event of 8 times the size takes so many times as long", "httpx-sse + json.loads", "events"),
            *("size", "times", Reach(12, by="figure"), (GENERATED,)),
            rounds=5,
        ),
    ),
)
