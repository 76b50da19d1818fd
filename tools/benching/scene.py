"""Where a row is measured: how large things are, where what is made is kept, and what ends with it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    Side = Callable[[], float]
    Makers = dict[str, Callable[[], Side]]

T = TypeVar("T")
TOOLS = Path(__file__).resolve().parent.parent


class Scene(NamedTuple):
    """The settings of a run. `work` is a folder for what is made; `documents` has the big ones, or they are made up."""

    quick: bool
    work: Path
    documents: Path | None
    stack: ExitStack

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop that is closed at the end."""
        loop = asyncio.new_event_loop()
        self.stack.callback(loop.close)
        return loop

    def size(self, full: T, quick: T) -> T:
        """What is of two sizes."""
        return quick if self.quick else full


def steady(**more: str) -> dict[str, str]:
    """The caller's variables, without those that change what is measured."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("AEROSTACK_")
    }
    # Nothing is kept for other processes, and so none finds what was kept, unless a row is about that.
    return kept | {"AEROSTACK_CACHE": "off"} | more


class Refused(Exception):
    """A side can't do what a row asks for; the text is the name of its error, as what it said may name folders of this machine."""


def last_of(text: str) -> str:
    """The last line of what a process complained of, which names its error."""
    return (text.strip().splitlines() or ["no word"])[-1]


def named(line: str) -> str:
    """The name of the error of such a line, without its modules."""
    return line.partition(":")[0].rpartition(".")[2]


def child(*arguments: str, **variables: str) -> dict[str, Any]:
    """What `python -m benching.MODULE ...` tells on its last line. Raises Refused where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=TOOLS,
        env=steady(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(last_of(done.stderr), file=sys.stderr)
        raise Refused(named(last_of(done.stderr)))
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
