"""Functions that give a secret from where it is kept: the environment, the system's keyring, a command's output.

Each is asked when a call needs the secret, so that it may change; each can be pickled, and shows only where it looks.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .._credential import Source
from .._errors import CredentialsError
from .._values import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 64 * 1024


def environment(name: str) -> Callable[[], str]:
    """The value of an environment variable. Its call raises CredentialsError when the variable is not set or empty."""
    return _Environment(name)


def keyring(service: str, username: str) -> Callable[[], str]:
    """A password of the system's keyring (extra `keyring`). Its call raises CredentialsError when the keyring has none.

    Raises ImportError when the package keyring is not installed.
    """
    _keyring()
    return _Keyring(service, username)


def command(*argv: str, timeout: float = 30.0) -> Callable[[], str]:
    """What a command writes to its standard output, without the line's end: `command("pass", "show", "api")`. No shell is involved.

    `timeout` is in seconds. Its call raises CredentialsError when the command can't be run, fails, or does not end in time. Its
    standard error is the caller's, and its standard input is empty.
    """
    if not argv or not all(isinstance(word, str) for word in argv):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise CredentialsError("command: give the program and its arguments, each a str")
    return _Command(argv, timeout)


@dataclass(frozen=True, slots=True)
class _Environment(Source):
    name: str

    def __call__(self) -> str:
        value = os.environ.get(self.name)
        if value:
            return value
        raise CredentialsError(f"the variable {printable(self.name)} is {'not set' if value is None else 'empty'}")

    def __repr__(self) -> str:
        return f"environment({self.name!r})"


@dataclass(frozen=True, slots=True)
class _Keyring(Source):
    service: str
    username: str

    def __call__(self) -> str:
        found: str | None = None
        failure = "has no password"
        try:
            found = _keyring().get_password(self.service, self.username)
        except ImportError:
            raise
        except Exception as error:  # its backends raise errors of many packages
            failure = f"can't be read ({type(error).__name__})"
        if found:
            return found
        raise CredentialsError(f"the keyring {failure} for {self.username!r} at {self.service!r}")

    def __repr__(self) -> str:
        return f"keyring({self.service!r}, {self.username!r})"


def _keyring() -> Any:
    try:
        return import_module("keyring")
    except ImportError:
        raise ImportError(
            "keyring(...) needs the package keyring, which is not installed: pip install 'aerostack_dynamic[keyring]'",
            name="keyring",
        ) from None


@dataclass(frozen=True, slots=True)
class _Command(Source):
    argv: tuple[str, ...]
    timeout: float

    def __call__(self) -> str:
        secret, failure = self._run()
        if failure is None:
            return secret
        raise CredentialsError(f"the command {printable(self.argv[0])} {failure}")

    def _run(self) -> tuple[str, str | None]:
        """The output, or why there is none. It raises nothing, since its frames and what it catches hold the output."""
        try:
            done = subprocess.run(  # noqa: S603  # the caller's own command, without a shell
                self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=self.timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return "", f"did not end within {self.timeout:g} s"
        except (OSError, ValueError) as error:
            return "", f"can't be run ({type(error).__name__})"
        if done.returncode:
            return "", f"failed with status {done.returncode}"
        if len(done.stdout) > _LONGEST:
            return "", "wrote more than 64 KiB"
        try:
            return done.stdout.decode().removesuffix("\n").removesuffix("\r"), None
        except UnicodeDecodeError:
            return "", "wrote something that is not UTF-8"

    def __repr__(self) -> str:
        return f"command({self.argv[0]!r}, ...)"
