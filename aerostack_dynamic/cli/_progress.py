"""Progress bars, on a terminal alone."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from ._terminal import console_on, is_smart

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

# Less than this is sent before a bar could be seen.
_LEAST: Final = 1024 * 1024


def _nothing(_: int) -> None: ...


def _bar() -> Any:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console_on(sys.stderr), transient=True, redirect_stdout=False)


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool) -> Generator[Callable[[int], None]]:
    """Gives what is told of each so many bytes."""
    if quiet or not is_smart(sys.stderr):
        yield _nothing
        return
    with _bar() as bar:
        task = bar.add_task(what, total=total)
        yield lambda size: bar.advance(task, size)


@contextmanager
def watched_files(paths: list[Path], *, quiet: bool) -> Generator[dict[Path, Any]]:
    """The files of an upload, those that take a while opened so that a bar shows how they are read."""
    large = [] if quiet or not is_smart(sys.stderr) else [one for one in paths if one.stat().st_size >= _LEAST]
    if not large:
        yield {}
        return
    with ExitStack() as stack:
        bar = stack.enter_context(_bar())
        yield {one: stack.enter_context(bar.open(one, "rb", description=f"sending {one.name}")) for one in large}
