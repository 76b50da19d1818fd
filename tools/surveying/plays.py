"""The rows of documents that a mock played as text: how many answers were right, who judged, and why others were not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from surveying.tables import causes, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from surveying.tables import Cause

    Row = dict[str, Any]

MOST_CAUSES = 40


def play_line(row: Row) -> str:
    """A document in a line."""
    right = sum(call["outcome"] == "right" for call in row["calls"])
    end = row["ended"] or (f"refused: {row['refused']['detail'][:100]}" if row["refused"] else "")
    return f"{row['id']} {row['family']} {share(right, len(row['calls']))} {end}".rstrip()


def plays_failed(rows: Sequence[Row]) -> bool:
    """Whether a process had to be ended, or an answer was wrong that nothing explains."""
    return any(row["ended"] or any(call["outcome"] == "wrong" for call in row["calls"]) for row in rows)


def plays(rows: Sequence[Row]) -> str:
    """What became of the documents, in text."""
    calls = [call for row in rows for call in row["calls"]]
    unloaded = [row for row in rows if row.get("unloaded")]
    lines = [
        f"{len(rows)} documents: {sum(row['loaded'] for row in rows)} played, {sum(bool(row['refused']) for row in rows)} refused, "
        f"{sum(bool(row['ended']) for row in rows)} not to the end; openapi-core can't load {len(unloaded)}",
    ]
    for mode in ("min", "full"):
        counts = Counter(call["outcome"] for call in calls if call["mode"] == mode)
        told = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()) if name != "right")
        judged = counts.total() - counts["unjudged"] - counts["faulty"]
        lines.append(f"{mode}: {share(counts['right'], judged)} right of {counts.total()}{f' ({told})' if told else ''}")
    judges = Counter((call["judge"] or "nobody", call["outcome"]) for call in calls)
    lines += [f"  {number:>6} {outcome} by {judge}" for (judge, outcome), number in judges.most_common()]
    found = {
        "not right": _of("wrong", rows),
        "faults of documents": _of("faulty", rows),
        "operations not read": causes((one["cause"], row["id"]) for row in rows for one in row["disabled"]),
        "documents refused, or not run to the end": causes(_ends(rows)),
        "not loaded by openapi-core": causes((row["unloaded"]["cause"], row["id"]) for row in unloaded),
    }
    for title, several in found.items():
        lines += [f"\n{title}"] if several else []
        lines += [f"  {one.times:>6} {one.documents:>4}  {one.cause}   [{' '.join(one.examples)}]" for one in several[:MOST_CAUSES]]
    return "\n".join(lines)


def _of(outcome: str, rows: Sequence[Row]) -> list[Cause]:
    return causes((call["cause"], row["id"]) for row in rows for call in row["calls"] if call["outcome"] == outcome)


def _ends(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row["ended"] or row["refused"]:
            yield row["ended"] or row["refused"]["cause"], row["id"]
