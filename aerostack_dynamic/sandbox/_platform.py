"""The platform behind the operations: the data folder, what lives in it, and the threads that work for it.

It is the same for every version of the document, and so a folder that one version has written is open to the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from ._accounts import Accounts
from ._cache import Cache
from ._chat import Chat
from ._files import Files
from ._gateway import Gateway
from ._queue import Queue
from ._search import Search
from ._services import Service, Services
from ._sql import Project
from ._store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_THREADS = 16
T = TypeVar("T")


class DataInUseError(RuntimeError):
    """Another sandbox has this data folder open."""


class Platform:
    """Opens the folder `data`, made when missing.

    Raises DataInUseError when another sandbox has it, OSError when it cannot be written.
    """

    def __init__(self, data: Path, services: Mapping[str, Service], ai_url: str | None) -> None:
        self.chat = Chat(ai_url)
        self.services = Services(services)
        data.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            opened.enter_context(contextlib.closing(_take(data / "in-use.lock")))
            self.store = opened.enter_context(contextlib.closing(Store(data / "sandbox.sqlite3")))
            self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"aerostack-sandbox {data.name}")
            opened.callback(self._executor.shutdown, wait=True, cancel_futures=True)
            self.project = opened.enter_context(contextlib.closing(Project(self.store)))
            secret = keep_secret(data / "jwt.secret", lambda: secrets.token_hex(32))
            self.accounts = Accounts(self.store, secret.encode())
            self.cache = Cache(self.store)
            self.gateway = Gateway(self.store, self.chat)
            self.files = Files(data / "files", self.store)
            self.queue = Queue(self.store, self.services)
            self.queue.start()
            opened.callback(self.queue.stop)
            self._opened = opened.pop_all()

    @cached_property
    def search(self) -> Search:
        """Made when first asked for, since only it needs FTS5, which not every SQLite has."""
        return Search(self.store)

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """`work(*arguments)` in one of the sandbox's threads; for short work only."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    def close(self) -> None:
        """Ends the threads, closes the files; a user's function that never returns stays behind in a daemon thread."""
        self._opened.close()


async def run_apart(work: Callable[..., T], *arguments: Any) -> T:
    """`work(*arguments)` in a daemon thread of its own: for work of unknown length, which no shutdown waits for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: object) -> None:
        if not future.done():
            set_outcome(outcome)

    def thread() -> None:
        try:
            outcome: tuple[Callable[[Any], None], object] = future.set_result, work(*arguments)
        except BaseException as error:
            outcome = future.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=thread, name="aerostack-sandbox-apart", daemon=True).start()
    return await future


def keep_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file, which is made, readable by its owner only, when there is none."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    secret = make()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def _take(path: Path) -> sqlite3.Connection:
    """Holds the folder by an exclusive SQLite transaction: works on every system and ends with the process."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise DataInUseError(f"another sandbox is using {path.parent}") from None
    return connection
