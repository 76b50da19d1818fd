"""The configuration: one TOML file with profiles, each of which says what document is spoken, where, and with whose key.

It is the user's own: none is looked for in the folder that one happens to stand in, since it may name commands to run. Nothing in it is
ignored: what is not known is an error with the file and the line.
"""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, get_args

from .._values import Mode, did_you_mean, is_array, is_object, printable
from ._common import OUTPUTS, SettingsError
from ._keys import Place, command_place, place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Credential: TypeAlias = "Place | tuple[str, Place]"

_ROOT: Final = ("default_profile", "profile")
CONFIG_VARIABLE: Final = "AEROSTACK_CONFIG"
PROFILE_VARIABLE: Final = "AEROSTACK_PROFILE"


class Profile(NamedTuple):
    """A profile as the file has it; None, or nothing, for what it does not say. Relative paths are the file's own."""

    name: str
    file: Path
    server: str | int | None = None
    server_variables: Mapping[str, str] = MappingProxyType({})
    spec: Path | None = None
    version: str | None = None
    overlays: tuple[Path, ...] = ()
    api_key: Credential | None = None
    credentials: Mapping[str, Credential] = MappingProxyType({})
    timeout: float | None = None
    validation: str | None = None
    output: str | None = None
    allow_insecure_http: bool = False


class Config(NamedTuple):
    """A configuration that was read: where it is, its text, and the tables in it."""

    file: Path
    text: str
    tables: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the profiles, in the file's order."""
        return tuple(self.tables.get("profile", {}))

    def profile(self, name: str) -> Profile:
        """The profile of a name. Raises SettingsError with those that come near."""
        if name not in self.names:
            known = f"; there is {', '.join(map(printable, self.names[:20]))}" if self.names else "; it has none"
            guess = did_you_mean(name, self.names) or known
            raise SettingsError(f"{printable(str(self.file))}: there is no profile {printable(name)!r}{guess}")
        return _profile(_At(self, ("profile", name)), name)

    def refuse(self, profile: str, keys: tuple[str, ...], message: str) -> NoReturn:
        """Raises SettingsError that says where in a profile what can't be used is set."""
        _At(self, ("profile", profile)).refuse(message, *keys)


class _At(NamedTuple):
    """A value in the file, by the keys that lead to it."""

    config: Config
    keys: tuple[str, ...]

    def refuse(self, message: str, *more: str) -> NoReturn:
        """Raises SettingsError that says where."""
        keys = (*self.keys, *more)
        line = line_of(self.config.text, keys)
        raise SettingsError(f"{printable(str(self.config.file))}:{line}: {printable('.'.join(keys))}: {message}")

    def at(self, key: str) -> _At:
        """The value of a key within."""
        return _At(self.config, (*self.keys, key))


def config_file(given: str | None) -> tuple[Path, bool]:
    """Where the configuration is, and whether it was named, by `--config` or AEROSTACK_CONFIG: then it must be there."""
    named = given or os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser(), True
    from platformdirs import user_config_path  # noqa: PLC0415  # only where no file is named

    return user_config_path("aerostack", appauthor=False) / "config.toml", False


def read_config(given: str | None) -> Config | None:
    """The configuration; None where none is named and there is none in the usual place. Raises SettingsError."""
    path, named = config_file(given)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if not named:
            return None
        raise SettingsError(f"there is no configuration {printable(str(path))}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"the configuration {printable(str(path))} can't be read: {reason}") from None
    found = Config(path, text, _parsed(path, text))
    _check_root(_At(found, ()))
    return found


def _parsed(path: Path, text: str) -> dict[str, Any]:
    toml = _toml()
    try:
        parsed: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = found[1] if found else max(1, len(text.splitlines()))
        raise SettingsError(f"{printable(str(path))}:{line}: this is no TOML: {error}") from None
    return parsed


def _toml() -> Any:
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


def _check_root(at: _At) -> None:
    tables = at.config.tables
    for key in tables:
        if key not in _ROOT:
            at.refuse(f"there is no such key{did_you_mean(key, _ROOT) or '; there is default_profile, and [profile.NAME]'}", key)
    profiles = tables.get("profile", {})
    if not is_object(profiles) or not all(map(is_object, profiles.values())):
        at.refuse("profiles are tables: [profile.NAME]", "profile")
    default = tables.get("default_profile")
    if default is not None and default not in profiles:
        guess = did_you_mean(default, profiles) if isinstance(default, str) else "; give the name of one"
        at.refuse(f"there is no such profile{guess}", "default_profile")


def _profile(at: _At, name: str) -> Profile:
    table: dict[str, Any] = at.config.tables["profile"][name]
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _READERS:
            guess = did_you_mean(key, _READERS) or f"; there is {', '.join(_READERS)}"
            at.refuse(f"there is no such key{guess}", key)
        field = "api_key" if key == "api_key_command" else key
        if field in found:
            at.refuse("give api_key or api_key_command, not both", key)
        found[field] = _READERS[key](at.at(key), value)
    if "spec" in found and "version" in found:
        at.refuse("give spec or version, not both; version is of the platform's document", "version")
    return Profile(name, at.config.file, **found)


# ---- one key


def _text(what: str, at: _At, value: Any) -> str:
    if not isinstance(value, str) or not value:
        at.refuse(f"give {what}")
    return value


def _one_of(known: tuple[str, ...], at: _At, value: Any) -> str:
    if value not in known:
        guess = did_you_mean(value, known) if isinstance(value, str) else ""
        at.refuse(f"give one of {', '.join(known)}{guess}")
    return str(value)


def _server(at: _At, value: Any) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _text("a URL, or an index of the document's servers", at, value)


def _path(at: _At, value: Any) -> Path:
    return at.config.file.parent / Path(_text("the name of a file", at, value)).expanduser()


def _paths(at: _At, value: Any) -> tuple[Path, ...]:
    if not is_array(value):
        at.refuse("give a list of files")
    return tuple(_path(at, one) for one in value)


def _texts(at: _At, value: Any) -> Mapping[str, str]:
    if not is_object(value) or not all(isinstance(one, str) for one in value.values()):
        at.refuse("give a table of texts")
    return MappingProxyType(value)


def _seconds(at: _At, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 10_000_000:
        at.refuse("give a number of seconds above 0")
    return float(value)


def _switch(at: _At, value: Any) -> bool:
    if not isinstance(value, bool):
        at.refuse("give true or false")
    return value


def _api_key(at: _At, value: Any) -> Credential:
    hint = "; api_key_command = [PROGRAM, ARGUMENTS...] is the same as api_key = { command = [...] }"
    try:
        return place_in(value, at.config.file.parent)
    except ValueError as error:
        at.refuse(f"{error}{hint}")


def _command(at: _At, value: Any) -> Credential:
    try:
        return command_place(value)
    except ValueError as error:
        at.refuse(str(error))


def _credentials(at: _At, value: Any) -> Mapping[str, Credential]:
    if not is_object(value):
        at.refuse("give a table: the name of a security scheme = where its credential is")
    found: dict[str, Credential] = {}
    for scheme, given in value.items():
        try:
            found[scheme] = place_in(given, at.config.file.parent)
        except ValueError as error:
            at.refuse(str(error), scheme)
    return MappingProxyType(found)


_READERS: Final[Mapping[str, Callable[[_At, Any], Any]]] = MappingProxyType(
    {
        "server": _server,
        "server_variables": _texts,
        "spec": _path,
        "version": partial(_text, "a version of the platform's document, such as '1.5.0'"),
        "overlays": _paths,
        "api_key": _api_key,
        "api_key_command": _command,
        "credentials": _credentials,
        "timeout": _seconds,
        "validation": partial(_one_of, get_args(Mode)),
        "output": partial(_one_of, OUTPUTS),
        "allow_insecure_http": _switch,
    }
)


# ---- lines


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """The line, from 1, where a key of a TOML text is set, or the nearest that is above it: the standard reader tells none."""
    set_at: list[tuple[tuple[str, ...], int]] = []
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            named = _keys(line)
            table = named or table
            set_at.append((named, number))
        elif "=" in line and (named := _keys(f"{line.partition('=')[0]} = 0")):
            set_at.append(((*table, *named), number))
    for length in range(len(keys), 0, -1):
        for named, number in set_at:
            if named[:length] == keys[:length]:
                return number
    return 1


def _keys(line: str) -> tuple[str, ...]:
    """The keys that a line of TOML sets, from the outermost; none where it is no line of its own."""
    toml = _toml()
    try:
        found: Any = toml.loads(line)
    except toml.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while is_object(found) and found:
        key = next(iter(found))
        keys.append(key)
        found = found[key]
    return tuple(keys)
