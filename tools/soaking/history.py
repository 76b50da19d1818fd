"""What the two ends of the soak write down: a `Call` is what a client saw, an `Entry` a request as the server had it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Call:
    """One call. `told` is `data`, `ours` (one of our errors), `foreign` (any other), `cancelled`; `wrong` says what is wrong with data.

    `delayed` is by how many seconds the machine was late to do anything else at that time.
    """

    id: str
    op: str
    total: float
    seconds: float = 0.0
    delayed: float = 0.0
    told: str = ""
    effect: int | None = None
    digest: str | None = None
    wrong: str | None = None
    error: str | None = None
    sent: str | None = None
    status: int | None = None
    attempts: int = 0

    @property
    def client(self) -> str:
        """Which client made it: ids begin with its name."""
        return self.id.partition("-")[0]


@dataclass(slots=True)
class Entry:
    """One request. `effect` is the number of what the server did for it, `acted` whether it did so now or had done it before (False)."""

    id: str
    op: str
    key: str | None
    hop: bool
    fault: str
    whole: bool = False
    digest: str = ""
    acted: bool = False
    effect: int | None = None
    status: int = 0
    answered: bool = False


def keep(entries: list[Entry], path: Path) -> None:
    """Write a history to a file."""
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(dataclasses.astuple(entry)) + "\n")


def kept(path: Path) -> list[Entry]:
    """The history in a file."""
    with path.open(encoding="utf-8") as file:
        return [Entry(*json.loads(line)) for line in file]
