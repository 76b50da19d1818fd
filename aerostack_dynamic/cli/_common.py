"""What several commands say alike: exit codes, documents, ports, failures, and a wait that signals end."""

from __future__ import annotations

import re
import shutil
import signal
import sys
import textwrap
import threading
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from .._errors import (
    AerostackError,
    ArgumentsError,
    CredentialsError,
    NoResponseError,
    ResponseError,
    ServerError,
    SpecError,
    StatusError,
)
from .._load import Spec, versions
from .._values import did_you_mean, printable, shown
from ._terminal import has_colours, is_terminal
from ._worded import usage_text, worded

if TYPE_CHECKING:
    from collections.abc import Generator


class Number(click.FloatRange):
    """A number within limits, which is called that in messages."""

    name = "number"


class Whole(click.IntRange):
    """A whole number within limits, which is called that in messages."""

    name = "whole number"


LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
PORT: Final = Whole(0, 2**16 - 1)
# How it is said where a YAML text is wrong: the last place is that of the fault, the others of what it stands in.
_PLACE: Final = re.compile(r" at line (\d+), column (\d+)")

# What results are written as.
OUTPUTS: Final = ("json", "yaml", "table", "csv", "ndjson", "text")
# The names that the command is installed under, and the variable that shells ask for completions by.
PROGRAMS: Final = ("aerostack", "aerostack-dynamic")
COMPLETE: Final = "_AEROSTACK_COMPLETE"


class SettingsError(AerostackError):
    """The configuration, or what it says, can't be used."""


class Exit(IntEnum):
    """The exit codes, which scripts read."""

    OK = 0  # done; a server that Ctrl-C or SIGTERM ended as well
    FOUND = 1  # faults or differences were found, nothing fits a search, a server could not start
    USAGE = 2  # the command line is wrong: words, or the value of an option
    UNUSABLE = 3  # a file that was named, a variable, the configuration or the document can't be used
    ARGUMENTS = 4  # the arguments do not fit the document; nothing was sent
    CREDENTIALS = 5  # there are none, or they may not be used; nothing was sent
    NETWORK = 6  # no answer, or not in time
    REFUSED = 7  # the server answered 4xx, or redirected elsewhere
    FAILED = 8  # the server answered 5xx
    CONTRACT = 9  # the answer breaks the document
    INTERRUPTED = 130  # Ctrl-C
    UNREAD = 141  # nobody reads the output any more


# The rule of a problem with an argument whose file can't be read.
UNREADABLE: Final = "file"
# The nearest class of an error counts.
_CODES: Final = (
    (SpecError, Exit.UNUSABLE),
    (SettingsError, Exit.UNUSABLE),
    (ArgumentsError, Exit.ARGUMENTS),
    (CredentialsError, Exit.CREDENTIALS),
    (NoResponseError, Exit.NETWORK),
    (ServerError, Exit.FAILED),
    (StatusError, Exit.REFUSED),
    (ResponseError, Exit.CONTRACT),
)


def said(error: Exception) -> str:
    """What an error says; of one of the command line without how it is used."""
    return usage_text(error.format_message()) if isinstance(error, click.ClickException) else str(error)


def exit_of(error: AerostackError) -> Exit:
    """The exit code that tells of an error. Of arguments one counts whose file can't be read."""
    if isinstance(error, ArgumentsError) and any(one.rule == UNREADABLE for one in error.problems):
        return Exit.UNUSABLE
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FOUND)


def program() -> str:
    """The name that the command was called by."""
    name = Path(sys.argv[0]).stem
    return name if name == "aerostack" else "aerostack-dynamic"


def say(text: str, *, error: bool = False) -> None:
    """A note on stderr, or what went wrong; on a terminal it is wrapped between words."""
    name = f"{program()}:"
    first, *rest = text.split("\n")
    told = "\n".join([wrapped(f"{name} {shown(first)}", sys.stderr, 2), *map(shown, rest)]).removeprefix(name)
    print(f"{click.style(name, fg='red', bold=True) if error and has_colours(sys.stderr) else name}{told}", file=sys.stderr)


def wrapped(text: str, stream: Any, indent: int = 0) -> str:
    """A line for a stream: on a terminal parted between words, the following lines indented; no word is broken, so all can be copied."""
    if not is_terminal(stream):
        return text
    width = max(40, shutil.get_terminal_size().columns)
    if len(text) <= width:
        return text
    parted = textwrap.wrap(
        text, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\n".join(parted)


def fail(message: object, code: int = Exit.FOUND) -> int:
    """Says on stderr what went wrong, in the command line's words; gives the exit code."""
    say(worded(str(message)), error=True)
    return code


def read_spec(name: str) -> Spec:
    """The document that a command is given: a file, or a version that comes with the package. Raises SpecError."""
    known = versions()
    if Path(name).exists():
        return load_file(Path(name))
    if name in known:
        return Spec.bundled(name)
    guess = did_you_mean(name, known, 0.5)
    raise SpecError(
        f"{printable(name)} is no file, and no version that comes with the package: those are {', '.join(known)}{guess}"
    )


def load_file(path: Path) -> Spec:
    """The document in a file. Raises SpecError with the name, and the line where one is known."""
    name = printable(str(path))
    try:
        path.open("rb").close()
        return Spec.load(path)
    except OSError as error:
        raise SpecError(f"{name}: the document can't be read: {error.strerror}") from None
    except SpecError as error:
        raise SpecError(placed(name, str(error))) from None


def placed(name: str, text: str) -> str:
    """What is wrong with a file, behind its name, and the line and the column where the text has them."""
    places = _PLACE.findall(text)
    return f"{name}{''.join(f':{number}' for number in places[-1])}: {_PLACE.sub('', text)}" if places else f"{name}: {text}"


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
    if is_terminal(sys.stderr):
        print(file=sys.stderr)  # the terminal writes ^C, and no end of the line


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
