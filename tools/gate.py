"""The one gate: every check, each as a step that is shown, timed and judged; a failed one doesn't hide the next.

make test                                     the environment, then all steps
python tools/gate.py [step ...]               some of them, by name, in an environment that exists
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CODE = ("aerostack_dynamic", "tests", "tools")
LEAST_COVERAGE = 95.0
TESTS = ("-m", "pytest", "-W", "error")
MEASURED = ("-m", "coverage", "run", *TESTS)
SHARED = ("-n", "auto", "--dist", "worksteal")
# What runs in processes of its own, or judges texts: to measure what it covers would tell nothing more, and slow it by half. Each file
# makes a costly thing once, and so is the business of one worker.
APART = (
    *("tests/hostile", "tests/canary", "tests/test_house.py", "tests/test_corpus_tool.py", "tests/test_corpus_mock.py"),
    *("tests/typed/test_checkers.py", "tests/typed/test_editor.py"),
    *("tests/test_pages.py", "tests/test_readme.py", "tests/test_acceptance.py", "tests/test_soak.py", "tests/test_tools.py"),
    "tests/test_bench.py",
)


class Step(NamedTuple):
    """A check and its commands, run in order until one fails, or all at once; what they need that isn't installed is a failure too."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    at_once: bool = False


STEPS = (
    Step("documents", (("tools/bundle.py", "--check"), ("tools/typed.py", "--check"))),
    Step("format", (("-m", "ruff", "format", "--check", *CODE),)),
    Step("lint", (("-m", "ruff", "check", *CODE),)),
    Step("types", (("-m", "mypy"), ("-m", "pyright", "--warnings")), at_once=True),
    Step(
        "tests",
        (
            ("-m", "coverage", "erase"),
            (*MEASURED, *SHARED, *(word for path in ("tests/faults", *APART) for word in ("--ignore", path))),
        ),
    ),
    Step("apart", ((*TESTS, "-n", "auto", "--dist", "loadfile", *APART),)),
    # One after another and not slowed, since their promises are about time. What bare httpx does is told by `make faults`.
    Step("faults", ((*TESTS, "tests/faults", "-k", "not httpx or other_families"),)),
    Step("coverage", (("-m", "coverage", "combine", "--quiet"), ("tools/gate.py", "--judge-coverage"))),
    Step("wheel", (("tools/wheel_check.py",),)),
)


class Outcome(NamedTuple):
    """How a step ended, and how long it took."""

    name: str
    seconds: float
    passed: bool


def environment() -> dict[str, str]:
    """The caller's variables, less those that would change what is checked.

    pyright asks an index for its newest version unless told not to, and fetches another one where a variable says so.
    """
    steer = ("AEROSTACK_", "PYRIGHT_PYTHON_", "COVERAGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steer)}
    return kept | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def run(command: tuple[str, ...], quiet: bool = False) -> tuple[bool, str]:
    """Whether a command passes, and what it says: shown as it comes, or, if it is `quiet`, given back."""
    kept = subprocess.PIPE if quiet else None
    merged = subprocess.STDOUT if quiet else None
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=kept,
        stderr=merged,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout or ""


def run_step(step: Step) -> Outcome:
    """Run one step, its output shown as it comes, or one command's after the other's where they run at once."""
    print(f"\n=== {step.name}", flush=True)
    begin = time.monotonic()
    if step.at_once:
        with ThreadPoolExecutor() as threads:
            ended = [*threads.map(lambda command: run(command, quiet=True), step.commands)]
        print("".join(said for _, said in ended), end="", flush=True)
        passed = all(well for well, _ in ended)
    else:
        passed = all(run(command)[0] for command in step.commands)
    return Outcome(step.name, time.monotonic() - begin, passed)


def table(outcomes: list[Outcome]) -> str:
    """The steps, one a line."""
    lines = [f"{'check':<12}{'seconds':>8}  result"]
    lines += [f"{name:<12}{seconds:>8.1f}  {'ok' if passed else 'FAILED'}" for name, seconds, passed in outcomes]
    lines += [f"{'all':<12}{sum(outcome.seconds for outcome in outcomes):>8.1f}"]
    return "\n".join(lines)


def run_steps(steps: tuple[Step, ...]) -> int:
    """Run `steps` and print what became of them; gives the exit status."""
    outcomes = [run_step(step) for step in steps]
    print(f"\n{table(outcomes)}", flush=True)
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    print(f"failed: {', '.join(failed)}" if failed else "The gate is passed.", flush=True)
    return 1 if failed or not outcomes else 0


def coverage_faults(totals: dict[str, float]) -> list[str]:
    """What falls short in the totals of a coverage report: of lines and branches together, and of branches alone."""
    branches = totals["num_branches"]
    shares = {
        "lines and branches": totals["percent_covered"],
        "branches": 100 * totals["covered_branches"] / branches if branches else 100.0,
    }
    return [
        f"{share:.2f} % of {what} covered, {LEAST_COVERAGE:g} % needed" for what, share in shares.items() if share < LEAST_COVERAGE
    ]


def judge_coverage() -> int:
    """Print the report and judge it; gives the exit status."""
    coverage = [sys.executable, "-m", "coverage"]
    reported = subprocess.run([*coverage, "report"], cwd=ROOT, check=False).returncode
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "coverage.json")
        subprocess.run([*coverage, "json", "--quiet", "--fail-under=0", "-o", str(path)], cwd=ROOT, check=True)
        totals = json.loads(path.read_text(encoding="utf-8"))["totals"]
    faults = coverage_faults(totals)
    print("\n".join(faults) or f"{100 * totals['covered_branches'] / (totals['num_branches'] or 1):.2f} % of branches covered")
    return 1 if faults or reported else 0


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description="Run the project's checks.")
    names = [step.name for step in STEPS]
    parser.add_argument("steps", nargs="*", metavar="step", help=f"of {', '.join(names)} (default: all)")
    parser.add_argument("--judge-coverage", action="store_true", help="only judge the data that a run of the tests left")
    options = parser.parse_args()
    if options.judge_coverage:
        return judge_coverage()
    if unknown := set(options.steps) - set(names):
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    return run_steps(tuple(step for step in STEPS if not options.steps or step.name in options.steps))


if __name__ == "__main__":
    sys.exit(main())
