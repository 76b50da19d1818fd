"""What was measured, as text for a terminal and as the tables of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beside.sides import SIDES
from beside.tables import table, versions

from benching.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benching.rows import Reach, Row

    Found = Mapping[str, Any]

NO_END = "no end"
_PLACE = re.compile(r"(<!-- table: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_KNOWN = {row.key: row for row in ROWS}
# Where a page has one table for several modules' rows.
GROUPS = {
    "starts": ("starting",),
    "calls": ("small", "wire"),
    "lists": ("lists",),
    "documents": ("big",),
    "bodies": ("transfer", "events"),
}


def number(value: float) -> str:
    """A figure with as many digits as are worth reading."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def value_of(row: Row, side: Found) -> Found:
    """What a row's reach is about: the ratios of a side, or its figures."""
    found: Found = side["figure" if row.reach and row.reach.by == "figure" else "ratio"]
    return found


def met(row: Row, side: Found) -> bool | None:
    """Whether a row reaches what it is to; None of one that has nothing to reach. What failed has reached nothing."""
    if row.reach is None:
        return None
    return "refused" not in side and row.reach.is_met(value_of(row, side)["median"])


def reach(row: Row) -> str:
    """What is to be reached, in words."""
    if row.reach is None:
        return ""
    most: Reach = row.reach
    return f"{'at most' if most.most else 'at least'} {most.limit:g}{f' {row.unit}' if most.by == 'figure' else ''}"


def title(name: str) -> str:
    """A peer's name, short."""
    return SIDES[name].title.partition(" (")[0] if name in SIDES else name


def peers(row: Row, sides: Found) -> str:
    """The medians of the peers' ratios, or that they refuse."""
    found = {title(name): sides[name] for name in row.peers if name in sides}
    return ", ".join(f"{name} {refusal(one) or ratio(one)}" for name, one in found.items())


def refusal(side: Found) -> str:
    """In a word, why a side has no figures."""
    return "" if "refused" not in side else NO_END if side["refused"] == NO_END else "refuses"


def short(row: Row, side: Found) -> str:
    """A side's ratio and figure, as medians."""
    if "refused" in side:
        return str(side["refused"])
    return f"{ratio(side)} ({number(side['figure']['median'])} {row.unit})"


def ratio(side: Found) -> str:
    """The median of a side's ratios; a dash where there are none."""
    return number(side["ratio"]["median"]) if side["ratio"] else "-"


def cells(row: Row, sides: Found) -> tuple[str, ...]:
    """One line: what, rounds, median, least, greatest, what is to be reached, whether it is, both sides' figures, peers."""
    ours = sides["ours"]
    if "refused" in ours:
        return (row.what, "", "", "", "", reach(row), "failed", "", "", peers(row, sides))
    shown = value_of(row, ours)
    said = {True: "yes", False: "no", None: ""}[met(row, ours)]
    figures = (f"{number(ours[one]['median'])} {row.unit}" for one in ("figure", "base"))
    spread = (number(shown[one]) for one in ("median", "least", "greatest"))
    return (row.what, str(ours["rounds"]), *spread, reach(row), said, *figures, peers(row, sides))


NUMBERS = {2, 3, 4, 5, 8, 9}
HEADS = ("what", "rounds", "median", "min", "max", "reach", "met", "ours", "beside", "others")


def printed(found: Found) -> str:
    """The table for a terminal; what others take stands below a row."""
    rows = [(_KNOWN[key], sides) for key, sides in found["rows"].items()]
    lines = [("row", *HEADS), *((row.key, *cells(row, sides)) for row, sides in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    shown: list[str] = []
    for line in lines:
        padded = (
            cell.rjust(width) if column in NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=False))
        )
        shown.append("  ".join(padded).rstrip())
        if line[-1] and line[-1] != HEADS[-1]:
            shown.append(f"{'':{widths[0]}}  others: {line[-1]}")
    return "\n".join(shown)


def grouped(found: Found, modules: tuple[str, ...]) -> str:
    """A page's table of the rows of some modules."""
    lines: list[tuple[str, ...]] = []
    for key, sides in found["rows"].items():
        row = _KNOWN[key]
        if row.module in modules:
            what, rounds, median, least, greatest, wanted, said, ours, base, others = cells(row, sides)
            between = f"{median} ({least} to {greatest}, {rounds} rounds)" if rounds else ""
            lines.append((what, between, wanted, said, ours, f"{row.beside}: {base}" if base else row.beside, others))
    return table(("what", "median (from, to)", "to reach", "reached", "this package", "beside", "others, as ratios"), lines)


def run_of(found: Found) -> str:
    """What kind of a run it was."""
    size = "a quick run, of 1,000 rows for 10,000 and 64 MiB for 2 GiB" if found["quick"] else "a whole run"
    documents = ", ".join(f"{name}'s document {what}" for name, what in found["documents"].items())
    return f"{size}; {documents}"


def tables(found: Found) -> dict[str, str]:
    """All tables of the page, by name."""
    return {
        **{name: grouped(found, modules) for name, modules in GROUPS.items()},
        "versions": versions(found),
        "run": f"The figures are of {run_of(found)}.\n",
    }


def filled(page: str, found: Found) -> str:
    """The page with its tables written anew."""
    made = tables(found)
    return _PLACE.sub(lambda place: f"{place[1]}\n{made[place['name']]}\n{place[3]}", page)
