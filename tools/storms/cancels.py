"""Tasks that are cancelled at random moments, about half of them before they are done."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from .measure import Aim, aprobes, open_files

if TYPE_CHECKING:
    from .sides import Side

CANCELS = 10_000


class _Storm:
    """Calls that are cancelled, until so many were."""

    def __init__(self, side: Side, client: Any, seed: int = 1) -> None:
        self._side = side
        self._client = client
        self._chance = random.Random(seed)
        self._aim = Aim()
        self._number = 0
        self.found = {"cancelled": 0, "done": 0, "wrong": 0, "own_errors": 0, "foreign_errors": 0}

    async def blow(self, cancels: int, together: int) -> None:
        """Keep `together` calls in the air until `cancels` were cancelled, or nothing is done any more."""

        async def one_after_another() -> None:
            while self.found["cancelled"] < cancels and not self._aim.hopeless and self._number < 10 * cancels:
                await self._one()

        await asyncio.gather(*(one_after_another() for _ in range(together)))

    async def _one(self) -> None:
        self._number += 1
        key = f"{self._number}.{self._chance.choice((0, 1, 3, 10))}"
        task = asyncio.ensure_future(self._side.acall(self._client, key))
        await asyncio.wait([task], timeout=self._chance.random() * self._aim.seconds * 2)
        task.cancel()
        try:
            self.found["done" if await task == key else "wrong"] += 1
            self._aim.note(False)
        except asyncio.CancelledError:
            self.found["cancelled"] += 1
            self._aim.note(True)
        except Exception as error:
            self.found["own_errors" if self._side.is_own(error) else "foreign_errors"] += 1


async def _cancelled(side: Side, url: str, scale: float, together: int, connections: int) -> dict[str, Any]:
    client = side.make_async(url, connections, timeout=2)
    await side.acall(client, "first.0")
    storm = _Storm(side, client)
    before = open_files()
    await storm.blow(int(CANCELS * scale), together)
    await asyncio.sleep(0.5)
    good = await aprobes(side, client, 20)
    tasks = len(asyncio.all_tasks()) - 1
    await side.aclose(client)
    await asyncio.sleep(0.1)
    return {**storm.found, "probes": good, "probes_made": 20, "tasks_left": tasks, "files_left": max(0, open_files() - before + 1)}


def cancel(side: Side, url: str, scale: float) -> dict[str, Any]:
    """10,000 cancels, ten calls at a time over ten connections where a side lets that be chosen."""
    return asyncio.run(_cancelled(side, url, scale, 10, 10))


def cancel_crowd(side: Side, url: str, scale: float) -> dict[str, Any]:
    """10,000 cancels, 150 calls at a time over 100 connections: some are cancelled while they wait for one."""
    return asyncio.run(_cancelled(side, url, scale, 150, 100))
