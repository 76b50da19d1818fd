"""Long tests: the soak, the storms, the fuzzing. `make soak`, `make soak ARGUMENTS="--quick"`

    python tools/soak.py [--minutes 10] [--seed N] [--quick] [part ...]

Parts: `soak` (random calls and faults, and a checker over the whole history), `storms` (ours), `beside` (the same storms, smaller, on
bare httpx, to compare), `fuzz` (Hypothesis), and in environments of their own, which are made on first use, `replaced` (the storms on
the SDK that this package replaces) and `atheris` (fuzzing that follows coverage). All together take about 20 minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fuzzing.run import fuzz
from soaking.run import soak
from storms import SIDES, STORMS, in_process
from storms.run import faults

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


class Plan(NamedTuple):
    """How long everything takes."""

    minutes: float
    seed: int
    scale: float
    beside: float
    patience: float
    fuzzing: float


class Found(NamedTuple):
    """What a part came to: how many calls, where they are counted, and how many faults."""

    calls: int
    faults: int


def storms(plan: Plan, side: str) -> Found:
    """All storms on one side, a line each. Only ours has to stand them."""
    ours = side == "ours"
    if SIDES[side].missing:
        print(f"{side}: left out, since {SIDES[side].missing}.")
        return Found(0, 0)
    wrong = 0
    for name in STORMS:
        began = time.monotonic()
        found = in_process(name, side, plan.scale if ours else plan.beside, 180 if ours else plan.patience)
        told = ", ".join(f"{key} {value}" for key, value in found.items())
        bad = faults(found) if ours else []
        wrong += len(bad)
        print(f"{name:<17}{side:<9}{time.monotonic() - began:>6.1f} s  {told}", flush=True)
        for one in bad:
            print(f"    FAULT {one}")
    return Found(0, wrong)


def elsewhere(extra: str, arguments: list[str]) -> Found:
    """Run parts in an environment of their own, which has the extra; a sentence where it can't be made."""
    make = [sys.executable, str(ROOT / "tools" / "environment.py"), "--folder", f".venv-{extra}", "--extra", extra]
    if subprocess.run(make, cwd=ROOT, check=False).returncode:
        print(f"The environment .venv-{extra} can't be made here, so this part is left out.")
        return Found(0, 0)
    done = subprocess.run([*make, "--", "tools/soak.py", *arguments], cwd=ROOT, check=False)
    return Found(0, int(done.returncode != 0))


def parts(plan: Plan, again: list[str]) -> dict[str, Callable[[], Found]]:
    """What each part does. `again` are the arguments that say how long things take, for a process of its own."""
    return {
        "soak": lambda: Found(*soak(plan.minutes, plan.seed)),
        "storms": lambda: storms(plan, "ours"),
        "fuzz": lambda: Found(0, fuzz("hypothesis", plan.fuzzing, plan.seed)),
        "atheris": lambda: elsewhere("fuzz", ["atheris-here", *again]),
        "beside": lambda: storms(plan, "httpx"),
        "replaced": lambda: elsewhere("replaced", ["replaced-here", *again]),
        "atheris-here": lambda: Found(0, fuzz("atheris", plan.fuzzing, plan.seed)),
        "replaced-here": lambda: storms(plan, "replaced"),
    }


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, help="how long the soak lasts (default: 10)")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="which random faults (default: by the clock)")
    parser.add_argument("--quick", action="store_true", help="everything, for seconds")
    parser.add_argument("--full", action="store_true", help="other sides as long as ours; they may hang for minutes")
    parser.add_argument("parts", nargs="*", metavar="part", help="of soak, storms, fuzz, atheris, beside, replaced (default: all)")
    options = parser.parse_args()
    plan = Plan(10, options.seed, 1.0, 1.0 if options.full else 0.1, 150 if options.full else 20, 20)
    if options.quick:
        plan = Plan(0.1, options.seed, 0.03, 0.01, 10, 2)
    if options.minutes:
        plan = plan._replace(minutes=options.minutes)
    again = ["--seed", str(plan.seed), *(["--quick"] * options.quick), *(["--full"] * options.full)]
    known = parts(plan, again)
    if unknown := set(options.parts) - set(known):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    found: list[Found] = []
    for name in options.parts or [name for name in known if not name.endswith("-here")]:
        print(f"\n=== {name}", flush=True)
        found.append(known[name]())
    wrong = sum(one.faults for one in found)
    print(f"\nsoak: {sum(one.calls for one in found)} calls, {wrong} faults found", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
