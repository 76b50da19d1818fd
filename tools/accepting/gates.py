"""The gates: what each is about, its bar, the figure that a measurement gives, and whether ours meets the bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

SIDES = ("ours", "httpx", "replaced")
MEMORY = 2.5 * 8 + 16
Found = Mapping[str, Any]
_NONE: Mapping[str, str] = MappingProxyType({})


class Gate(NamedTuple):
    """One number. `figure` and `met` are given what `measure` found; `apart` names sides on which it makes no sense, and why.

    A gate without a bar is not counted: it is there to compare.
    """

    key: str
    about: str
    bar: str
    measure: str
    figure: Callable[[Found, str], str]
    met: Callable[[Found], bool] | None
    apart: Mapping[str, str] = _NONE


# ---- faults


def marked(found: Found, mark: str) -> list[str]:
    """The rows that have a mark, each with the kind of client."""
    return [f"{one['id']} ({one['kind']})" for one in found["played"] if one[mark]]


def _rows(key: str, about: str, mark: str) -> Gate:
    return Gate(
        key,
        about,
        "0",
        "rows",
        lambda found, _: f"{len(marked(found, mark))} of {len(found['played'])}",
        lambda found: bool(found["played"]) and not marked(found, mark),
    )


def leaks(found: Found) -> int:
    """In how many places the key was seen: rows, a client that was looked at, logs."""
    return len(marked(found, "leaks")) + len(found["client"]) + len(found["logs"])


def _leaked(found: Found, _: str) -> str:
    elsewhere = sum("another origin" in one["leaks"] for one in found["played"])
    return f"{leaks(found)} ({elsewhere} to an origin)" if leaks(found) else f"0 of {len(found['played'])}"


def executions(found: Found) -> int:
    """The most executions of the POST that timed out."""
    return max((one["executions"] for one in found["played"] if one["id"] == "R7-post"), default=0)


# ---- memory


def grown(found: Found) -> float:
    """The most that any body made a process grow, in MiB; without end where one could not be measured."""
    return max((float("inf") if one["mib"] is None else one["mib"] for one in found["bodies"]), default=float("inf"))


def _grown(found: Found, _: str) -> str:
    stopped = any(one["told"] == "MemoryError" for one in found["bodies"])
    return f"{grown(found):.0f} MiB{', stopped there' if stopped else ''}"


# ---- storms


def is_sound(storm: Found) -> bool:
    """Whether a storm ended and all its probes are right."""
    return "probes" in storm and storm["probes"] == storm["probes_made"]


def _probes(name: str, struck: str) -> Callable[[Found, str], str]:
    def figure(found: Found, _: str) -> str:
        storm = found[name]
        return f"{storm['probes']}/{storm['probes_made']} after {storm[struck]}" if "probes" in storm else _broken(storm)

    return figure


def _broken(storm: Found) -> str:
    return "hangs" if "hangs" in str(storm.get("broken")) else str(storm.get("broken") or storm.get("missing"))[:40]


def _forks(found: Found, _: str) -> str:
    storm = found["forks"]
    return f"{storm['done']}/{storm['forks']}" if "done" in storm else _broken(storm)


def _outage(found: Found, _: str) -> str:
    storm = found["outage"]
    return f"{storm['requests_each']:.2f} of {storm['calls']}" if "calls" in storm else _broken(storm)


# ---- what it costs


def _cost(way: str) -> Callable[[Found, str], str]:
    def figure(found: Found, side: str) -> str:
        more = f" ({found[way]['more']:+d})" if side == "ours" else ""
        return f"{found[way]['bare' if side == 'httpx' else side]} us{more}"

    return figure


def _guards(way: str) -> Callable[[Found, str], str]:
    return lambda found, _: f"{found[way]['guards']:+d} us"


NO_DOCUMENT = "it reads no document"
NO_GUARDS = "it has httpx's"
GATES = (
    _rows("hangs", "faults that hang past D + 0.5 s", "late"),
    _rows("foreign", "exceptions that are not its own", "foreign"),
    _rows("wrong", "wrong or partial data returned as success", "wrong"),
    Gate("key", "key seen at another origin, in a log, error, pickle, repr", "0", "rows", _leaked, lambda found: leaks(found) == 0),
    Gate(
        "memory", "peak memory on any body fault, cap 8 MiB", f"<= {MEMORY:.0f} MiB", "memory", _grown, lambda f: grown(f) <= MEMORY
    ),
    Gate(
        "cancels",
        "probes right after 10,000 cancels",
        "20/20",
        "storm",
        _probes("cancel", "cancelled"),
        lambda found: is_sound(found["cancel"]),
    ),
    Gate(
        "signals",
        "probes right after 1,000 signals",
        "10/10",
        "storm",
        _probes("signals", "struck"),
        lambda found: is_sound(found["signals"]),
    ),
    Gate(
        "forks",
        "forked children right, 8 busy threads",
        "60/60",
        "storm",
        _forks,
        lambda found: found["forks"].get("done", -1) == found["forks"].get("forks"),
    ),
    Gate(
        "outage",
        "requests per call in a 300-call outage",
        "<= 1.10",
        "storm",
        _outage,
        lambda found: 0 < found["outage"].get("requests_each", 9) <= 1.1,
    ),
    Gate(
        "executions",
        "executions of an unkeyed POST that timed out",
        "1",
        "rows",
        lambda found, _: str(executions(found)),
        lambda found: executions(found) == 1,
    ),
    Gate(
        "documents",
        "hostile documents that crash, hang > 1 s, or do I/O",
        "0",
        "documents",
        lambda found, _: f"{len(found['harm'])} of {found['rows']}",
        lambda found: found["rows"] > 0 and not found["harm"],
        {"httpx": NO_DOCUMENT, "replaced": NO_DOCUMENT},
    ),
    Gate(
        "paths",
        "path values that leave the template",
        "0",
        "paths",
        lambda found, _: f"{found['left']} of {found['values']}",
        lambda found: found["stayed"] > 0 and not found["left"],
        {"replaced": "its paths have no parameters"},
    ),
    Gate(
        "guards",
        "own transport beside httpx's, CPU of a sync call",
        "< 100 us",
        "guards",
        _guards("sync"),
        lambda found: found["sync"]["guards"] < 100,
        {"httpx": NO_GUARDS, "replaced": NO_GUARDS},
    ),
    Gate(
        "guards-async",
        "own transport beside httpx's, CPU of an async call",
        "",
        "guards",
        _guards("async"),
        None,
        {"httpx": NO_GUARDS, "replaced": NO_GUARDS},
    ),
    Gate("sync", "CPU of a sync call (beside httpx)", "", "guards", _cost("sync"), None),
    Gate("async", "CPU of an async call (beside httpx)", "", "guards", _cost("async"), None),
    Gate("crowd", "time of an async call, 50 at once", "", "guards", _cost("crowd"), None),
)
