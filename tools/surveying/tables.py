"""The rows of a survey as tables: what loaded, which requests were right, why others were not, and what it cost."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Row = dict[str, Any]

MODES = ("min", "full")
EXAMPLES = 3
MOST_CAUSES = 40


class Cause(NamedTuple):
    """Why something did not work: how often, in how many documents, and the ids of the first few."""

    cause: str
    times: int
    documents: int
    examples: tuple[str, ...]


def causes(found: Iterable[tuple[str, str]]) -> list[Cause]:
    """The causes by frequency, of (cause, document id) pairs."""
    ids: dict[str, list[str]] = {}
    for cause, identifier in found:
        ids.setdefault(cause, []).append(identifier)
    counted = [Cause(cause, len(names), len({*names}), tuple(dict.fromkeys(names))[:EXAMPLES]) for cause, names in ids.items()]
    return sorted(counted, key=lambda one: (-one.times, one.cause))


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum; empty for no values."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {"median": median(ordered), "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], "max": ordered[-1]}


def outcomes(row: Row, mode: str) -> Counter[str]:
    """How many calls of a mode ended how; those that were never made are `unreached`."""
    counts = Counter(call["outcome"] for call in row["calls"] if call["mode"] == mode)
    counts.pop("unplannable", None)
    missing = row["planned"].get(mode, 0) - sum(counts.values())
    return counts + Counter({"unreached": missing})


def all_causes(rows: Sequence[Row]) -> dict[str, list[Cause]]:
    """Why documents did not load, operations could not be read, clients and calls did not work."""
    return {
        "documents not loaded": causes((why(row), row["id"]) for row in rows if not row["loaded"]),
        "documents not run to the end": causes((f"{row['ended']} at {row['stage']}", row["id"]) for row in rows if row["ended"]),
        "operations disabled": causes((one["cause"], row["id"]) for row in rows for one in row["disabled"]),
        "clients": causes((one["client"]["cause"], row["id"]) for row in rows for one in row["client"]),
        **{
            f"requests wrong, {mode}": causes(
                (call["cause"], row["id"])
                for row in rows
                for call in row["calls"]
                if (call["mode"], call["outcome"]) == (mode, "wrong")
            )
            for mode in MODES
        },
        "requests right, though not with the first media type": causes(
            (call["other"], row["id"]) for row in rows for call in row["calls"] if call.get("other")
        ),
        "requests explained": causes(
            (call["reason"], row["id"]) for row in rows for call in row["calls"] if call["outcome"] == "explained"
        ),
    }


def why(row: Row) -> str:
    """Why a document did not load."""
    return str(row["refused"]["cause"] if row["refused"] else row["ended"] or "unknown")


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """All figures of a survey."""
    return {
        "documents": _documents(rows),
        "operations": _operations(rows),
        "requests": {mode: _requests(rows, mode) for mode in MODES},
        "faulty": _faulty(rows),
        "uncredited": causes((row["id"], row["id"]) for row in rows for call in row["calls"] if call.get("credential") is False),
        "causes": all_causes(rows),
        "cost": _cost(rows),
    }


def _documents(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    kinds = sorted({(str(row["family"]), str(row["expected"])) for row in rows})
    found = {
        f"{family} {expected}": [row for row in rows if (row["family"], row["expected"]) == (family, expected)]
        for family, expected in kinds
    }
    return {
        name: {
            "documents": len(of),
            "loaded": sum(row["loaded"] for row in of),
            "not run to the end": sum(bool(row["ended"]) for row in of),
        }
        for name, of in {**found, "all": [*rows]}.items()
    }


def _operations(rows: Sequence[Row]) -> dict[str, int]:
    loaded = [row for row in rows if row["loaded"]]
    disabled = sum(len(row["disabled"]) for row in loaded)
    return {
        "declared": sum(row["declared"] or 0 for row in rows),
        "declared in loaded documents": sum(row["declared"] or 0 for row in loaded),
        "found": sum(row["operations"] for row in loaded),
        "callable": sum(row["operations"] for row in loaded) - disabled,
    }


def _requests(rows: Sequence[Row], mode: str) -> dict[str, int]:
    counts: Counter[str] = sum((outcomes(row, mode) for row in rows), Counter())
    loaded: Counter[str] = sum((outcomes(row, mode) for row in rows if row["loaded"]), Counter())
    calls = [call for row in rows for call in row["calls"] if call["mode"] == mode]
    return {
        "planned": counts.total(),
        "planned in loaded documents": loaded.total(),
        **{name: counts[name] for name in ("right", "explained", "wrong", "unreached")},
        "prepared": sum(bool(call.get("prepared")) for call in calls),
        "right unchecked": sum(call.get("unchecked") == "right" for call in calls),
        "unplannable": sum(call["outcome"] == "unplannable" for call in calls),
    }


def _faulty(rows: Sequence[Row]) -> dict[str, int]:
    faulty = [row for row in rows if row["loaded"] and (row["problems"] or row["disabled"])]
    right = [row for row in faulty if any(call["outcome"] == "right" for call in row["calls"])]
    whole = [row for row in right if all(call["outcome"] != "wrong" for call in row["calls"])]
    return {"loaded with faults": len(faulty), "of these, some requests right": len(right), "of these, none wrong": len(whole)}


def _cost(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    timed = [row["time"] for row in rows if row["time"] and row["loaded"]]
    weighed = [row for row in rows if row["memory"] is not None and row["parsed"]]
    large = sorted((row for row in weighed if row["bytes"] >= 2**20), key=lambda row: int(row["bytes"]))
    return {
        "load, s": quantiles([one["load"] for one in timed]),
        "parse, s": quantiles([one["parse"] for one in timed]),
        "load / parse": quantiles([one["load"] / one["parse"] for one in timed if one["parse"]]),
        "load / parse, where parsing takes 10 ms or more": quantiles(
            [one["load"] / one["parse"] for one in timed if one["parse"] >= 0.01]
        ),
        "memory of load and calls, MiB": quantiles([row["memory"] / 2**20 for row in weighed]),
        "memory of the parsed document, MiB": quantiles([row["parsed"] / 2**20 for row in weighed]),
        "memory / parsed, of documents of 1 MiB or more": quantiles([row["memory"] / row["parsed"] for row in large]),
        "memory / parsed, of the largest document": quantiles([row["memory"] / row["parsed"] for row in large[-1:]]),
    }


# ---- telling


def told(found: dict[str, Any]) -> str:
    """The figures as text."""
    return "\n".join(line for part in (_told_counts, _told_costs, _told_causes) for line in part(found))


def _told_counts(found: dict[str, Any]) -> Iterator[str]:
    yield "documents                loaded"
    for name, one in found["documents"].items():
        ended = f"   {one['not run to the end']} not run to the end" if one["not run to the end"] else ""
        yield f"  {name:<20} {share(one['loaded'], one['documents'])}{ended}"
    yield "\noperations"
    yield from (f"  {name:<30} {count}" for name, count in found["operations"].items())
    yield "\nrequests"
    for mode, one in found["requests"].items():
        for name, good in (("right", one["right"]), ("right or explained", one["right"] + one["explained"])):
            loaded = share(good, one["planned in loaded documents"])
            yield f"  {mode:<5} {name:<20} {share(good, one['planned'])}   in loaded documents {loaded}"
        yield "        " + ", ".join(
            f"{one[name]} {name}" for name in ("wrong", "right unchecked", "explained", "unreached", "prepared", "unplannable")
        )
    yield "\ndocuments with faults"
    yield from (f"  {name:<30} {count}" for name, count in found["faulty"].items())
    bare = sum(one.times for one in found["uncredited"])
    yield f"\nrequests without a credential where one is required: {bare}" + _ids(found["uncredited"])


def _told_costs(found: dict[str, Any]) -> Iterator[str]:
    yield f"\n{'cost':<52} {'median':>9} {'p95':>9} {'max':>9}"
    for name, one in found["cost"].items():
        yield f"  {name:<50} " + " ".join(f"{one[key]:>9.4g}" if one else f"{'-':>9}" for key in ("median", "p95", "max"))


def _told_causes(found: dict[str, Any]) -> Iterator[str]:
    for name, several in found["causes"].items():
        if several:
            yield f"\n{name}: times, documents, cause, examples"
            yield from (
                f"  {one.times:>6} {one.documents:>4}  {one.cause}   [{' '.join(one.examples)}]" for one in several[:MOST_CAUSES]
            )
            rest = several[MOST_CAUSES:]
            if rest:
                yield f"  {sum(one.times for one in rest):>6}       {len(rest)} other causes"


def _ids(several: Sequence[Cause]) -> str:
    return f"   [{' '.join(one.cause for one in several[:10])}]" if several else ""


def share(part: int, whole: int) -> str:
    """A part of a whole, in per cent."""
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "0 of 0"
