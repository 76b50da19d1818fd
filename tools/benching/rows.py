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
    kind: str
    what: str
    reach: Reach | None
    peers: tuple[str, ...]
    module: str
    beside: str
    unit: str
    # Rounds that do not count. Processes of their own start afresh each time, and what they read has been read before.
    unheard: int = 1
    rounds: float = math.inf


Line = tuple[str, str, str, "Reach | None", tuple[str, ...]]


def most(limit: float, by: str = "ratio") -> Reach:
    """At most so much."""
    return Reach(limit, True, by)


def least(limit: float) -> Reach:
    """At least so much, as a ratio."""
    return Reach(limit, False)


def group(module: str, beside: str, unit: str, *lines: Line, unheard: int = 1, rounds: float = math.inf) -> tuple[Row, ...]:
    """Rows of one module beside the same, as `key, kind, what, reach, peers`."""
    return tuple(Row(*line, module, beside, unit, unheard, rounds) for line in lines)


# Unit -> how many of it are one second, one byte, or one a second.
UNITS = {"µs": 1e6, "ms": 1e3, "MiB": 2.0**-20, "MiB/s": 2.0**-20, "events/s": 1.0, "times": 1.0}
CLIENTS = ("replaced", "judged", "aiopenapi3", "runtime", "botocore", "openai")
LOADING = ("runtime", "judged", "aiopenapi3", "fastmcp")
WIRES = ("httpx2", "httpx-aiohttp", "aiohttp", "replaced")


def documents(name: str) -> tuple[Row, ...]:
    """The rows of a big document."""
    its = f"{name}'s"
    return (
        *group(
            *("big", "orjson.loads of the file", "ms"),
            (f"{name}-cold", f"{name} cold", f"{its} document to the first checked call", most(2), LOADING),
            (f"{name}-kept", f"{name} kept", f"{its}, which is kept for the next process", most(2), ()),
            (f"{name}-cached", f"{name} cached", f"{its}, with the cache of a process before", most(0.3), ()),
            (f"{name}-next", f"{name} next", f"{its}: a further operation's first call", None, ()),
            unheard=0,
        ),
        *group(
            *("big", "the parsed JSON", "MiB"),
            (f"{name}-memory", f"{name} memory", f"{its}: memory after the first call", most(1.3), LOADING[:2]),
            unheard=0,
        ),
    )


def transfers(way: str, what: str) -> tuple[Row, ...]:
    """The rows of 2 GiB one way."""
    growth = (f"{way}-memory", f"{way} memory", f"{what}: growth of the peak", most(16, "figure"), ())
    speed = (f"{way}-speed", f"{way} speed", f"{what}: throughput", least(0.9), ())
    return (
        *group("transfer", "httpx streaming", "MiB", growth, unheard=0, rounds=3),
        *group("transfer", "httpx streaming", "MiB/s", speed, unheard=0, rounds=5),
    )


ROWS = (
    *group(
        *("starting", "import httpx", "ms"),
        ("start", "operation", "import, document, first operation", most(1.15), CLIENTS),
        ("start-alone", "alone", "the first operation beside httpx without click", None, ("engines",)),
        unheard=0,
    ),
    *group(
        *("starting", "httpx.Client()", "ms"),
        ("ready", "ready", "Client() after import", most(1, "figure"), ("replaced",)),
        unheard=0,
    ),
    *group(
        *("starting", "httpx by hand", "ms"),
        ("answer", "answer", "the first answer of a process", None, CLIENTS),
        unheard=0,
    ),
    *group(
        *("small", "httpx unchecked", "µs"),
        ("call", "sync", "a small chat call in memory", most(0.35), CLIENTS),
        ("call-async", "async", "a chat call, asynchronous", most(0.45), ("replaced", "openai")),
        ("call-borrowed", "borrowed", "a chat call by a borrowed httpx.Client", most(0.75), ()),
        ("call-prepared", "prepared", "of a chat call: arguments checked, request made", None, ()),
        ("call-unchecked", "unchecked", "a chat call without checks", None, ()),
        ("call-floor", "floor", "a Request of httpx's straight to the transport, and orjson", None, ()),
        ("call-jsonschema", "jsonschema", "a chat call by the engine jsonschema", None, ()),
    ),
    *group("small", "unseen", "µs", ("call-tracked", "tracked", "a chat call seen by track_usage", None, ())),
    *group(
        *("wire", "httpx unchecked", "µs"),
        ("loopback", "sequential", "a chat call over loopback, CPU", most(0.65), ("replaced",)),
        ("crowd", "httpx wall", "50 at once over loopback, by the clock", most(0.9), WIRES),
        ("crowd-cpu", "httpx cpu", "50 at once over loopback, CPU", None, WIRES),
        ("crowd-httpx2", "httpx2 wall", '50 at once by transport="httpx2", by the clock', None, ()),
        ("crowd-httpx2-cpu", "httpx2 cpu", '50 at once by transport="httpx2", CPU', None, ()),
        ("crowd-aiohttp", "aiohttp wall", '50 at once by transport="aiohttp", by the clock', most(0.25), ()),
        ("crowd-aiohttp-cpu", "aiohttp cpu", '50 at once by transport="aiohttp", CPU', None, ()),
    ),
    *group(
        *("lists", "orjson.loads", "ms"),
        ("rows-typed", "typed", "10,000 rows x 8 columns, fully typed", most(1.7), ("pydantic", "judged")),
        ("rows-loose", "loose", "10,000 rows x 8 columns, loose", most(1.2), ("replaced", "judged")),
    ),
    *group("lists", "a key of a dict", "µs", ("row-attribute", "attribute", "an attribute of one of them", most(2, "figure"), ())),
    *group("lists", "unseen", "ms", ("rows-tracked", "tracked", "the rows read while track_usage looks on", None, ())),
    *documents("github"),
    *documents("stripe"),
    *group(
        *("big", "yaml.load(CSafeLoader)", "ms"),
        ("yaml-cold", "yaml cold", "3 MB of YAML to the first checked call, by PyYAML", most(1.1), ()),
        ("yaml-yaml12", "yaml yaml12", "the same with the extra yaml12", most(0.1), ("py-yaml12",)),
        ("yaml-cached", "yaml cached", "the same with the cache", most(0.05), ()),
        unheard=0,
        rounds=5,
    ),
    *transfers("upload", "a file of 2 GiB uploaded"),
    *transfers("download", "2 GiB downloaded to a file"),
    *group(
        *("events", "httpx-sse + json.loads", "events/s"),
        ("events", "many", "events of a stream", least(2), ("replaced", "openai")),
    ),
    *group(
        *("events", "httpx-sse + json.loads", "times"),
        ("event-size", "size", "an event of 8 times the size takes so many times as long", most(12, "figure"), ("replaced",)),
        rounds=5,
    ),
)
