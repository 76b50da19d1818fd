"""Where the command line finds secrets: a file, a variable, the keyring, a command's output, or a person who is asked.

A secret itself is never an argument or a line of the configuration: other processes see the one, backups and screens the other. Each
source is asked once, when a call needs it, and shows only where it looks.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from .._credential import Source
from .._errors import CredentialsError
from .._values import Secret, is_array, is_object, is_tuple, printable
from ._terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST: Final = 64 * 1024
_SECONDS: Final = 30.0
FORMS: Final = "@FILE, env:NAME, keyring:SERVICE/USER, 'command:PROGRAM ARGUMENTS', - for standard input, or ask"
TABLES: Final = "{ command = [...] }, { env = NAME }, { file = NAME } or { keyring = [SERVICE, USER] }"


@dataclass(frozen=True, slots=True, eq=False)
class Place(Source):
    """A source, with what it is in words for a person: `the variable STAGING_KEY`. It is asked once, by whichever thread is first.

    `file` is the file that it is in, if it is in one; `asks` whether somebody, or standard input, is waited for.
    """

    words: str
    source: Callable[[], str]
    file: Path | None
    asks: bool
    _lock: Any
    _kept: list[Secret]

    @classmethod
    def of(cls, words: str, source: Callable[[], str], file: Path | None = None, *, asks: bool = False) -> Place:
        """A place that was not asked yet."""
        return cls(words, source, file, asks, Lock(), [])

    def __call__(self) -> str:
        with self._lock:
            if not self._kept:
                self._kept.append(Secret(self.source()))
            return self._kept[0].reveal()

    def __repr__(self) -> str:
        return f"<{self.words}>"


@dataclass(frozen=True, slots=True)
class Pair(Source):
    """A source of `user:password`, as the two."""

    place: Place

    def __call__(self) -> Any:
        """The user and the password. Raises CredentialsError."""
        user, colon, password = self.place().partition(":")
        if not colon:
            user = password = ""
            raise CredentialsError(f"{self.place.words}: http basic takes user:password")
        return user, password

    def __repr__(self) -> str:
        return repr(self.place)


def place_within(value: Any) -> Place | None:
    """The source in a credential as the settings have it: itself, or with a user."""
    if isinstance(value, Pair):
        return value.place
    found = value[1] if is_tuple(value) else value
    return found if isinstance(found, Place) else None


def where(value: Any) -> str:
    """Where a credential is from, in words."""
    place = place_within(value)
    return place.words if place else "given"


def place_of(text: str) -> Place:
    """The source that an option names, in one of the FORMS. Raises ValueError, which does not repeat the text: it may be a secret."""
    kind, colon, rest = text.partition(":")
    if text.startswith("@") and len(text) > 1:
        return _in_file(Path(text[1:]))
    if text == "-":
        return Place.of("standard input", _from_input, asks=True)
    if text == "ask":
        return Place.of("a person, who is asked", _from_person, asks=True)
    make = _KINDS.get(kind) if colon and rest else None
    if make is not None:
        return make(rest)
    raise ValueError(f"a secret is not given itself, since other processes can read it there; give {FORMS}")


def place_in(value: object, folder: Path) -> Place | tuple[str, Place]:
    """The source that a configuration names, in one of the TABLES; with `user` beside it, a pair. Raises ValueError as `place_of` does."""
    if not is_object(value):
        raise ValueError(f"a secret does not stand in this file; give {TABLES}")
    rest = dict(value)
    user, timeout = rest.pop("user", None), rest.pop("timeout", _SECONDS)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= 3600:
        raise ValueError("timeout is a number of seconds, above 0 and at most 3600")
    if len(rest) != 1 or not (user is None or isinstance(user, str)):
        raise ValueError(f"give one of {TABLES}; beside it there may be user (a text) and timeout (seconds)")
    place = _in_table(*rest.popitem(), folder, float(timeout))
    return place if user is None else (user, place)


def command_place(value: object, timeout: float = _SECONDS) -> Place:
    """The output of a command, given as a list of words or as one text that is split as a shell would. Raises ValueError."""
    from ..auth import command  # noqa: PLC0415  # most configurations have none

    if isinstance(value, str):
        try:
            words: list[Any] = shlex.split(value)
        except ValueError as error:
            raise ValueError(f"the command can't be split into words: {error}") from None
    else:
        words = value if is_array(value) else []
    if not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError('give the program and its arguments: ["pass", "show", "api"], or one text; no shell is involved')
    return Place.of(f"the command {printable(words[0], 80)}", command(*words, timeout=timeout))


def _in_table(kind: str, value: Any, folder: Path, timeout: float) -> Place:
    if kind == "command":
        return command_place(value, timeout)
    if kind == "keyring" and is_array(value) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return _in_keyring("/".join(value), *value)
    if kind in ("env", "file") and isinstance(value, str) and value:
        return _in_variable(value) if kind == "env" else _in_file(folder / Path(value).expanduser())
    raise ValueError(f"give {TABLES}")


def _in_variable(name: str) -> Place:
    from ..auth import environment  # noqa: PLC0415  # as above

    return Place.of(f"the variable {printable(name, 80)}", environment(name))


def _in_keyring(words: str, service: str = "", username: str = "") -> Place:
    from ..auth import keyring  # noqa: PLC0415  # as above

    if not service:
        service, _, username = words.rpartition("/")
    if not service or not username:
        raise ValueError("name the service and the user in the keyring: keyring:SERVICE/USER")

    def ask() -> str:
        try:
            return keyring(service, username)()
        except ImportError as error:
            raise CredentialsError(str(error)) from None

    return Place.of(f"the keyring, {printable(words, 80)}", ask)


def _in_file(path: Path) -> Place:
    return Place.of(f"the file {printable(str(path))}", partial(_from_file, path), path)


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except OSError as error:
        raise CredentialsError(f"the file {printable(str(path))} can't be read: {error.strerror}") from None
    return _text(content, f"the file {printable(str(path))}")


def _from_input() -> str:
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is where the process was started without one
        raise CredentialsError("standard input is closed")
    return _text(sys.stdin.buffer.read(_LONGEST + 1), "standard input")


def _from_person() -> str:
    from getpass import getpass  # noqa: PLC0415  # as above

    if not is_terminal(sys.stdin):
        raise CredentialsError("there is no terminal to ask for the secret on")
    return getpass("Secret: ", sys.stderr)


def _text(content: bytes, what: str) -> str:
    """A secret as it stands in a file, without the line's end. Raises CredentialsError, whose frames hold nothing of it."""
    try:
        found = content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        found = ""
    size, content = len(content), b""
    if found and size <= _LONGEST:
        return found
    found = ""
    raise CredentialsError(f"{what} holds no secret: {'nothing' if not size else 'too much, or what is not UTF-8'}")


_KINDS: Final[Mapping[str, Callable[[str], Place]]] = MappingProxyType(
    {"env": _in_variable, "keyring": _in_keyring, "command": command_place}
)


def check_place(_ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """What an option, or each of several, says, once it is known to name a source. Raises BadParameter, which does not repeat it."""
    try:
        for one in value or () if param.multiple else [value] if value is not None else ():
            split_scheme(one) if param.multiple else place_of(one)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


def split_scheme(text: str) -> tuple[str, Place]:
    """A security scheme's name and the source of its credential, of `SCHEME=SOURCE`. Raises ValueError."""
    name, mark, source = text.partition("=")
    if not mark or not name:
        raise ValueError(f"give SCHEME=SOURCE, where SOURCE is {FORMS}")
    return name, place_of(source)
