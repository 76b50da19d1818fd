"""`python -m benching ROW SIDE SETTINGS`: one side of a row beside the row's base, in this process. Prints what was found, as JSON."""

from __future__ import annotations

import json
import sys
import warnings
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from turns import Spread, spread, turns

from benching.rows import ROWS, UNITS
from benching.scene import Refused, Scene

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benching.rows import Row


def scaled(figures: Iterable[float], unit: str) -> dict[str, float]:
    """A spread in a unit."""
    return _rounded(spread(one * UNITS[unit] for one in figures))


def _rounded(found: Spread) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in found._asdict().items()}


def measured(row: Row, side: str, scene: Scene, rounds: int, patience: float) -> dict[str, Any]:
    """The side's figures and the base's, and the ratios round by round."""
    makers = import_module(f"benching.{row.module}").sides(scene, row.kind)
    sides = {name: makers[name]() for name in dict.fromkeys((side, "base"))}
    found = turns(sides, int(min(rounds, row.rounds)), unheard=row.unheard, patience=patience)
    pairs = [*zip(found[side], found["base"], strict=True)]
    return {
        "rounds": len(pairs),
        # A process that doesn't grow at all is no measure for another.
        "ratio": _rounded(spread(one / other for one, other in pairs)) if all(found["base"]) else None,
        "figure": scaled(found[side], row.unit),
        "base": scaled(found["base"], row.unit),
    }


def main() -> None:
    """See the module's docstring."""
    settings = json.loads(sys.argv[3])
    row = next(one for one in ROWS if one.key == sys.argv[1])
    documents = Path(settings["documents"]) if settings["documents"] else None
    warnings.simplefilter("ignore")
    with ExitStack() as stack:
        scene = Scene(settings["quick"], Path(settings["work"]), documents, stack)
        try:
            told = measured(row, sys.argv[2], scene, settings["rounds"], settings["patience"])
        except Refused as error:
            told = {"refused": str(error)}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
