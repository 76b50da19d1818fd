"""What goes wrong, told on stderr: what, where, and what to do about it; problems a line each; and notes, unless they are not wanted.

Whoever asks for results in JSON gets errors in JSON too: an object in a line, `{"error": {"kind": ..., "exit_code": ..., "message": ...}}`.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from .._errors import (
    ArgumentsError,
    AuthenticationError,
    CredentialsError,
    NoResponseError,
    ResponseError,
    SpecError,
    StatusError,
)
from .._values import printable, shown
from ._common import Exit, exit_of, program, say, wrapped
from ._hints import credential_hints
from ._terminal import has_colours
from ._worded import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from .._errors import AerostackError
    from .._load import Spec
    from .._values import Problem

_MOST: Final = 20
_TOLD: Final = (UserWarning, FutureWarning)
# As in `_log`, which is imported for calls alone.
LOGGER: Final = logging.getLogger("aerostack_dynamic")


class Teller:
    """Tells of one command's call. `place` says in the command's words where a problem is."""

    def __init__(self, place: Callable[[Problem], str], spec: Spec, *, as_json: bool, quiet: bool) -> None:
        self._place = place
        self._spec = spec
        self._as_json = as_json
        self._quiet = quiet

    def note(self, text: str) -> None:
        """Tell what is no error."""
        if not self._quiet:
            say(text)

    def failed(self, text: str, code: int, kind: str = "Error") -> int:
        """Tell of an end in these words alone, by default one that is no error of the package; gives the exit code."""
        self._end({"kind": kind, "exit_code": int(code), "message": text}, [text])
        return code

    def unusable(self, error: OSError, then: str) -> int:
        """Tell of a file that can't be used, and `then` what became of the call; gives the exit code."""
        where = f"{printable(str(error.filename))}: " if error.filename else ""
        return self.failed(f"{where}{error.strerror or error}; {then}", Exit.UNUSABLE)

    def error(self, error: AerostackError) -> int:
        """Tell of an error; gives its exit code."""
        code = exit_of(error)
        problems: tuple[Problem, ...] = getattr(error, "problems", ())
        facts: dict[str, Any] = {"kind": type(error).__name__, "exit_code": int(code), "message": self._headline(error)}
        facts |= {"operation": error.operation} if error.operation else {}
        for name in ("status", "code", "request_id", "sent", "retry_after", "retry_refused", "resume_token"):
            value = getattr(error, name, None)
            facts |= {} if value is None or value == 0 else {name: value}
        if problems:
            facts["problems"] = [
                {"where": self._where(error, one), "rule": one.rule, "message": worded(one.message)} for one in problems
            ]
        self._end(facts, [self._headline(error), *self._details(error, problems)])
        return code

    def _end(self, facts: dict[str, Any], lines: list[str]) -> None:
        if self._as_json:
            print(json.dumps({"error": facts}, ensure_ascii=False), file=sys.stderr)
            return
        say(lines[0], error=True)
        for line in lines[1:]:
            print(wrapped(f"  {shown(line)}", sys.stderr, 4), file=sys.stderr)

    def _headline(self, error: AerostackError) -> str:
        """What went wrong, without the problems, which get lines of their own."""
        problems: tuple[Problem, ...] = getattr(error, "problems", ())
        name = f"{error.operation}: " if error.operation else ""
        if not problems:
            return worded(str(error))
        count = len(problems)
        if isinstance(error, ArgumentsError):
            fit = "argument does not fit" if count == 1 else "arguments do not fit"
            sent = "" if error.sent == "maybe" else "; nothing was sent"
            return f"{name}{count} {fit}{sent}"
        if isinstance(error, ResponseError):
            return shown(f"{name}{error.reason}")
        return shown(f"{name}{str(error.args[0]).partition(': ')[0]}")

    def _where(self, error: AerostackError, problem: Problem) -> str:
        return self._place(problem) if isinstance(error, ArgumentsError) else f"{problem.location}{printable(problem.pointer)}"

    def _details(self, error: AerostackError, problems: tuple[Problem, ...]) -> Iterator[str]:
        for one in problems[:_MOST]:
            yield f"{self._where(error, one)}: {worded(one.message)}"
        if len(problems) > _MOST:
            yield f"... and {len(problems) - _MOST} more"
        if error.request_id:
            yield f"request id: {printable(error.request_id)}"
        if error.retry_refused:
            yield f"not tried again: {error.retry_refused}"
        if isinstance(error, NoResponseError) and error.sent == "maybe":
            yield "the server may have acted on it"
        if error.resume_token:
            yield f"go on with --resume {error.resume_token}"
        yield from self._hints(error)

    def _hints(self, error: AerostackError) -> Iterator[str]:
        if isinstance(error, (CredentialsError, AuthenticationError)):
            yield from credential_hints(error, self._spec)
        elif isinstance(error, NoResponseError):
            yield f"`{program()} doctor` finds out why"
        elif isinstance(error, StatusError) and error.retry_after is not None:
            yield f"the server says: again in {error.retry_after:g} s"
        elif isinstance(error, ResponseError) and error.problems:
            yield "--validation observe before the command delivers what breaks the document"
        elif isinstance(error, SpecError):
            yield f"`{program()} spec check FILE` tells all that is wrong with a document"


def warning(text: str) -> None:
    """Tell of what may be wrong."""
    name = f"{program()}: warning:"
    print(f"{click.style(name, fg='yellow') if has_colours(sys.stderr) else name} {shown(text)}", file=sys.stderr)


class _Told(logging.Handler):
    """Tells of what the package logs as a warning, such as an answer that departs from the document."""

    def emit(self, record: logging.LogRecord) -> None:
        warning(record.getMessage())


@contextmanager
def warnings_told() -> Generator[None]:
    """Have warnings told as what the command says, each once; the lines of code that they point at are the command's own."""

    def told(message: Warning | str, category: type[Warning], *_: Any, **_more: Any) -> None:
        if issubclass(category, _TOLD):
            warning(str(message))

    handler = _Told(logging.WARNING)
    alone = not LOGGER.handlers  # who has asked for the log gets it as it is
    if alone:
        LOGGER.addHandler(handler)
    try:
        with warnings.catch_warnings():
            for category in _TOLD:
                warnings.simplefilter("once", category)
            warnings.showwarning = told
            yield
    finally:
        LOGGER.removeHandler(handler)


@contextmanager
def silence() -> Generator[None]:
    """Have nothing told but errors."""
    was, LOGGER.disabled = LOGGER.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        LOGGER.disabled = was
