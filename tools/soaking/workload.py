"""The calls of the soak: 20 threads on one client and 200 tasks on another, each call written down as the client saw it."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import random
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from aerostack_dynamic import AerostackError, AsyncClient, Client, Spec, Timeout

from .document import KINDS, document
from .history import Call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

THREADS, TASKS = 20, 200
TOTALS = (0.3, 0.6, 1.2, 2.5, 5.0)
READ = 0.8
SIZES = (0, 1, 1000, 70_000, 300_000)
CANCELLED = 0.08


class Drawn:
    """A call to make: its record, its arguments, and which of the clients' time limits it has."""

    def __init__(self, chance: random.Random, name: str, number: int, folder: Path, asynchronous: bool) -> None:
        self.limit = chance.randrange(len(TOTALS))
        op = chance.choice((*KINDS, "read", "text", "act", "push"))
        self.call = Call(f"{name}-{number}", op, TOTALS[self.limit])
        self.arguments: dict[str, Any] = {"id": self.call.id}
        self.cancel_after = chance.random() * 0.4 if asynchronous and chance.random() < CANCELLED else None
        if KINDS[op].uploads:
            data = chance.randbytes(chance.choice(SIZES))
            self.call.digest = hashlib.sha256(data).hexdigest()
            how = chance.choice(("bytes", "file", "generator", "asynchronous generator" if asynchronous else "open file"))
            self.arguments["file" if op == "form" else "body"] = _source(data, how, folder / name)
        elif KINDS[op].method in ("POST", "PUT"):
            self.arguments["value"] = self.call.id


def _source(data: bytes, how: str, path: Path) -> Any:
    if how == "bytes":
        return data
    if how == "generator":
        return _pieces(data)
    if how == "asynchronous generator":
        return _apieces(data)
    path.write_bytes(data)
    return path if how == "file" else path.open("rb")


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 50_000):
        yield data[start : start + 50_000]


async def _apieces(data: bytes) -> AsyncIterator[bytes]:
    for piece in _pieces(data):
        await asyncio.sleep(0)
        yield piece


def _succeeded(call: Call, data: Any) -> None:
    """Write down what came as success, and what is wrong with it to the eye of the client alone."""
    call.told = "data"
    if call.op == "drop":
        call.wrong = None if data is None else f"gives {data!r:.80}"
        return
    call.effect = data["effect"]
    if data["id"] != call.id or data["op"] != call.op:
        call.wrong = f"has the answer of {data['op']} {data['id']}"
    elif call.op == "text" and (len(data["text"]) == 0 or data["text"].replace(f"{call.id} ", "")):
        call.wrong = "has a part of its text only"


def _failed(call: Call, error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        call.told = "cancelled"
        return
    call.error = f"{type(error).__name__}: {error}"[:200]
    call.told = "ours" if isinstance(error, AerostackError) else "foreign"
    call.sent = getattr(error, "sent", None)
    call.status = getattr(error, "status", None)
    call.attempts = getattr(error, "attempts", 0)


class Heart:
    """Beats beside the calls: how late its beats come is how late the machine is for anybody in that loop, or in threads."""

    PAUSE = 0.05
    LATE = 0.01

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=500)
        self._due = float("inf")
        self.worst = 0.0

    def _beat(self) -> None:
        now = time.monotonic()
        self.worst = max(self.worst, now - self._due)
        if now - self._due > self.LATE:
            self._late.append((now, now - self._due))

    async def beat_in_loop(self) -> None:
        """Beat until cancelled."""
        while True:
            self._due = time.monotonic() + self.PAUSE
            await asyncio.sleep(self.PAUSE)
            self._beat()

    def beat_in_thread(self, ends: float) -> None:
        """Beat until a time."""
        while time.monotonic() < ends:
            self._due = time.monotonic() + self.PAUSE
            time.sleep(self.PAUSE)
            self._beat()

    def lateness(self, began: float) -> float:
        """How late the beats since then came, in all, and how late the next one is by now."""
        overdue = max(0.0, time.monotonic() - self._due)
        return overdue + sum(late for at, late in tuple(self._late) if at >= began)


class Workload:
    """All threads and tasks, until the time is over."""

    def __init__(self, url: str, seed: int, seconds: float, folder: Path) -> None:
        self._seed = seed
        self._folder = folder
        self._ends = time.monotonic() + seconds
        self._options: dict[str, Any] = {"spec": Spec.load(document()), "server": url}
        self.calls: list[Call] = []
        self.loop_heart, self.thread_heart = Heart(), Heart()
        self.found: dict[str, int] = {}

    def _clients(self, client: Any) -> list[Any]:
        return [client.with_options(timeout=Timeout(total=total, read=READ)) for total in TOTALS]

    def _draws(self, name: str, asynchronous: bool) -> Iterator[Drawn]:
        chance = random.Random(f"{self._seed} {name}")
        number = 0
        while time.monotonic() < self._ends:
            yield Drawn(chance, name, number, self._folder, asynchronous)
            number += 1

    def _thread(self, clients: list[Any], name: str) -> None:
        chance = random.Random(name)
        for drawn in self._draws(name, False):
            call, began = drawn.call, time.monotonic()
            try:
                _succeeded(call, getattr(clients[drawn.limit], call.op)(**drawn.arguments))
            except Exception as error:
                _failed(call, error)
            self._note(call, began, self.thread_heart)
            _close(drawn)
            time.sleep(chance.random() * 0.2)

    async def _task(self, clients: list[Any], name: str) -> None:
        chance = random.Random(name)
        for drawn in self._draws(name, True):
            call, began = drawn.call, time.monotonic()
            task = asyncio.ensure_future(getattr(clients[drawn.limit], call.op)(**drawn.arguments))
            if drawn.cancel_after is not None:
                await asyncio.wait([task], timeout=drawn.cancel_after)
                task.cancel()
            try:
                _succeeded(call, await task)
            except (Exception, asyncio.CancelledError) as error:
                _failed(call, error)
            self._note(call, began, self.loop_heart)
            _close(drawn)
            await asyncio.sleep(chance.random() * 2.0)

    def _note(self, call: Call, began: float, heart: Heart) -> None:
        call.seconds = time.monotonic() - began
        self.calls.append(call)
        if call.seconds > call.total:
            call.delayed = heart.lateness(began)

    async def _tasks(self) -> None:
        async with AsyncClient(**self._options) as client:
            clients = self._clients(client)
            beating = asyncio.ensure_future(self.loop_heart.beat_in_loop())
            await asyncio.gather(*(self._task(clients, f"a{number}") for number in range(TASKS)))
            beating.cancel()
            await asyncio.sleep(0.5)
            self.found["tasks left"] = len(asyncio.all_tasks()) - 1

    def run(self) -> None:
        """Make calls until the time is over; `calls` then has them all."""
        with Client(**self._options) as client:
            clients = self._clients(client)
            threads = [
                threading.Thread(target=self._thread, args=(clients, f"s{number}"), daemon=True) for number in range(THREADS)
            ]
            threads.append(threading.Thread(target=self.thread_heart.beat_in_thread, args=(self._ends,), daemon=True))
            for thread in threads:
                thread.start()
            asyncio.run(self._tasks())
            for thread in threads:
                thread.join(max(TOTALS) + 5)
            self.found["threads stuck"] = sum(thread.is_alive() for thread in threads)


def _close(drawn: Drawn) -> None:
    body = drawn.arguments.get("body", drawn.arguments.get("file"))
    if hasattr(body, "close") and not inspect.isgenerator(body):
        body.close()
