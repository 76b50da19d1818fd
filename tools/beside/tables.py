"""The tables of docs/comparison.md, written from what was measured: docs/comparison.json."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING, Any

from beside.sides import MISTAKES, SIDES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Found = Mapping[str, Any]

LOADED = {
    **{name: side.title for name, side in SIDES.items()},
    "fastmcp": "fastmcp (a server of tools, not a client)",
    "judged": "openapi-core",
}
_PLACE = re.compile(r"(<!-- table: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    titles = [*titles]
    lines = [titles, ["---"] * len(titles), *([*row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def share(told: Iterable[bool]) -> str:
    """How many of several."""
    told = [*told]
    return f"{sum(told)} of {len(told)}"


def checks(found: Found) -> str:
    """What is found before sending, in answers, and by type checkers."""
    titles = ("client", "mistakes told before sending", "broken answers told", "mistakes seen by mypy", "by pyright")
    rows = [
        (
            side.title,
            share(one["checks"]["told"]),
            share(one["answers"]["told"].values()),
            share(one["types"]["mypy"]),
            share(one["types"]["pyright"]),
        )
        for side, one in _sides(found)
    ]
    return table(titles, rows)


def mistakes(found: Found) -> str:
    """Each mistake, and who tells of it when the program runs."""
    rows: list[tuple[str, str]] = []
    for number, what in enumerate(MISTAKES):
        told = [side.title.partition(" (")[0] for side, one in _sides(found) if one["checks"]["told"][number]]
        rows.append((what, ", ".join(told) or "none"))
    kinds = next(iter(found["sides"].values()))["answers"]["told"]
    for what in kinds:
        told = [side.title.partition(" (")[0] for side, one in _sides(found) if one["answers"]["told"][what]]
        rows.append((f"an answer: {what}", ", ".join(told) or "none"))
    return table(("mistake", "told by"), rows)


def cost(found: Found) -> str:
    """What a call and a start cost, as ratios to httpx by hand."""
    base = found["sides"]["httpx"]["start"]
    titles = ("client", "a small call", "the first answer of a process", "memory then", "packages installed", "on disk")
    rows = [
        (
            side.title,
            f"{one['cost']['ratio']:.1f} ({one['cost']['us']:.0f} µs)",
            f"{one['start']['seconds'] / base['seconds']:.1f} ({one['start']['seconds'] * 1000:.0f} ms)",
            f"{one['start']['mib'] / base['mib']:.1f} ({one['start']['mib']:.0f} MiB)",
            str(one["size"]["packages"]),
            f"{one['size']['mib']:.0f} MiB",
        )
        for side, one in _sides(found)
    ]
    return table(titles, rows)


def trouble(found: Found) -> str:
    """What becomes of calls and keys when something goes wrong."""
    titles = (
        "client",
        "a POST whose connection is lost is sent",
        "503 with Retry-After is tried again",
        "the key goes along to another host",
        "the key can be read in",
    )
    rows = [
        (
            side.title,
            "once" if one["trouble"]["sent"] == 1 else f"{one['trouble']['sent']} times",
            "yes" if one["trouble"]["tried_again"] else "no",
            "yes" if one["trouble"]["key_elsewhere"] else "no",
            ", ".join(f"the {place}" if place == "log" else f"repr of the {place}" for place in one["trouble"]["key_shown"])
            or "none",
        )
        for side, one in _sides(found)
    ]
    return table(titles, rows)


def versions(found: Found) -> str:
    """What was measured, where and how often."""
    pairs = sorted(found["versions"].items())
    told = [("Python", f"{found['python']}, {found['system']}"), *pairs]
    return table(("what", "version"), told)


def documents(found: Found) -> str:
    """How many documents are taken, and how long the loading takes."""
    rows = [
        (
            LOADED[name],
            share("seconds" in one for one in loaded),
            f"{median(seconds):.2g} s" if (seconds := [one["seconds"] for one in loaded if "seconds" in one]) else "-",
            f"{max(seconds):.2g} s" if seconds else "-",
        )
        for name, loaded in found["documents"].items()
    ]
    return table(("client", "documents taken", "CPU, median", "at most"), rows)


def _sides(found: Found) -> list[tuple[Any, Found]]:
    return [(SIDES[name], one) for name, one in found["sides"].items()]


TABLES = {"checks": checks, "mistakes": mistakes, "cost": cost, "trouble": trouble, "documents": documents, "versions": versions}


def filled(page: str, found: Found) -> str:
    """The page with its tables written anew."""
    return _PLACE.sub(lambda place: f"{place[1]}\n{TABLES[place['name']](found)}\n{place[3]}", page)
