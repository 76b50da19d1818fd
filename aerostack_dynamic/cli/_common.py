"""What several commands say alike: documents, ports, failures, and a wait that signals end.

Exit codes: 0, done; 1, done and what was looked for was found (or a server could not start); 2, the command line is wrong; 3, a file or a
document that was named can't be used.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .._errors import SpecError
from .._load import Spec, versions
from .._values import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Generator

    # argparse has no public name for what its commands are added to.
    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]

FOUND, UNUSABLE = 1, 3
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def port(text: str) -> int:
    """A port number, for argparse."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def fail(message: object, code: int = 1) -> int:
    """Says on stderr what went wrong; gives the exit code."""
    print(f"aerostack-dynamic: {message}", file=sys.stderr)
    return code


def read_spec(name: str) -> Spec:
    """The document that a command is given: a file, or a version that comes with the package. Raises SpecError."""
    known = versions()
    if Path(name).exists():
        try:
            return Spec.load(Path(name))
        except SpecError as error:
            raise SpecError(f"{printable(name)}: {error}") from None
    if name in known:
        return Spec.bundled(name)
    guess = did_you_mean(name, known, 0.5)
    raise SpecError(
        f"{printable(name)} is no file, and no version that comes with the package: those are {', '.join(known)}{guess}"
    )


def write(text: str, target: str | None) -> None:
    """Text in UTF-8 on stdout, or into the file that is named. Raises OSError."""
    if target is not None:
        Path(target).write_text(text, encoding="utf-8")
        return
    reconfigure: Any = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:  # what stands in for stdout may be no file
        reconfigure(encoding="utf-8")  # not all that a document may hold is in a code page of Windows
    sys.stdout.write(text)


def wait(stopping: threading.Event) -> None:
    """Until the event is set."""
    while not stopping.wait(0.2):  # on Windows a wait without a limit would not hear Ctrl-C
        pass


@contextmanager
def stop_signals() -> Generator[threading.Event, None, None]:
    """An event that SIGINT and SIGTERM set; the former handlers come back at the end."""
    stopping = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        stopping.set()

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
