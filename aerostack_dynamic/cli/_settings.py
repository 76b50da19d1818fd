"""What a command is told before its own arguments: which document, which server, whose key; and which of the sources says so.

Default, configuration, environment, option: the later wins, setting by setting. What would give a key to somebody else's document is not
done: the variables of a server and a key are for the platform's documents, as in Python, and the server and the credentials of a profile
are for the document of that profile, unless `--profile` itself stands beside another one. Nothing is read before it is asked for, so
that `--help` and `doctor` work with a configuration, or a document, that is broken.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, get_args

import click

from .._errors import AerostackError, ArgumentsError, SpecError
from .._load import Spec, chosen_spec, versions
from .._values import Mode, did_you_mean, printable
from ._common import SettingsError, load_file, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._client import Client
    from .._server import Base
    from ._keys import Place
    from ._profiles import Config, Profile

KEY_VARIABLE: Final = "AEROSTACK_API_KEY"
SERVER_VARIABLE: Final = "AEROSTACK_SERVER"
VERSION_VARIABLE: Final = "AEROSTACK_SPEC_VERSION"
VALIDATION_VARIABLE: Final = "AEROSTACK_VALIDATION"
# All that are read, by the client and by the command line.
VARIABLES: Final = (
    KEY_VARIABLE,
    SERVER_VARIABLE,
    VERSION_VARIABLE,
    VALIDATION_VARIABLE,
    "AEROSTACK_LOG",
    "AEROSTACK_CACHE",
    "AEROSTACK_CONFIG",
    "AEROSTACK_PROFILE",
)


class Chosen(NamedTuple):
    """The value of a setting, None for the client's own default, and where it comes from, for a person."""

    value: Any
    origin: str


_DEFAULT: Final = Chosen(None, "the default")


@dataclass(frozen=True)
class Settings:
    """The options before the command, as they were given; None, or nothing, where one was not. What follows of them is found once."""

    profile: str | None = None
    config: str | None = None
    spec: str | None = None
    spec_version: str | None = None
    overlays: tuple[str, ...] = ()
    server: str | None = None
    api_key: str | None = None
    credentials: tuple[str, ...] = ()
    timeout: float | None = None
    validation: str | None = None
    allow_insecure_http: bool = False

    @classmethod
    def given(cls, options: Mapping[str, Any]) -> Settings:
        """Those of the command line's options that are settings, as they were read from its words, before they are checked."""
        found = {name: options[name] for name in cls.__dataclass_fields__ if options.get(name) is not None}
        found |= {name: tuple(found[name]) for name in ("overlays", "credentials") if name in found}
        with suppress(ValueError):  # of which click tells
            found |= {"timeout": float(found.pop("timeout"))} if "timeout" in found else {}
        return cls(**found)

    # ---- what commands ask for

    def document(self) -> Spec:
        """The document that is named, or the platform's, with the overlays. Raises AerostackError where it can't be had."""
        return self._document

    def fallback(self) -> Spec | None:
        """The platform's document for help alone, where what should say which one is spoken is broken, and no option names another."""
        try:
            return None if self.spec is not None else chosen_spec(None, self.spec_version)
        except AerostackError:  # the version that is named
            return None if self.spec_version is not None else Spec.bundled()

    def client(self, *, quiet: bool = False, **options: Any) -> Client:
        """A client by the settings; `options` are its own, and win. Notes are told on stderr, unless `quiet`. Raises AerostackError."""
        from .._client import Client  # noqa: PLC0415  # most commands call nothing

        for note in [] if quiet else self.notes:
            say(note)
        return Client(**{**self.client_options, **options})

    @cached_property
    def client_options(self) -> Mapping[str, Any]:
        """The arguments of a client, but for those left at their defaults. Raises AerostackError."""
        spec = self.document()
        self._check()
        found: dict[str, Any] = {
            "server": self.chosen_server.value,
            "validation": self.chosen_validation.value,
            "credentials": {name: one.value for name, one in self.chosen_credentials.items()} or None,
        }
        if self.chosen_timeout.value is not None:
            found["timeout"] = self.chosen_timeout.value
        found["server_variables"] = self._server_variables or None
        found["allow_insecure_http"] = self.allows_insecure_http or None
        return {"spec": spec, **{name: value for name, value in found.items() if value is not None}}

    @property
    def notes(self) -> list[str]:
        """What may surprise whoever named a profile: variables that win over what it says. Raises AerostackError."""
        profile = self._of_document
        if profile is None or self.profile is None:
            return []
        key = self.key_scheme
        has_key = profile.api_key is not None or key in profile.credentials
        by_variable = self.chosen_document.origin.endswith(VERSION_VARIABLE) and self.chosen_document.value != profile.version
        won = [VERSION_VARIABLE] if by_variable and profile.version is not None else []
        won += [SERVER_VARIABLE] if profile.server is not None and self.chosen_server.origin.endswith(SERVER_VARIABLE) else []
        won += [KEY_VARIABLE] if has_key and key is not None and key not in self.chosen_credentials else []
        return [f"the variable {name} wins over what the profile {printable(profile.name)} says" for name in won]

    @property
    def output(self) -> str | None:
        """How results are written, where the profile says so."""
        return self.chosen_profile.output if self.chosen_profile else None

    # ---- the configuration

    @cached_property
    def configuration(self) -> Config | None:
        """The configuration, where there is one. Raises SettingsError."""
        from ._profiles import read_config  # noqa: PLC0415  # `--help` of a command needs none

        return read_config(self.config)

    @cached_property
    def profile_name(self) -> Chosen:
        """The name of the profile that counts. Raises SettingsError for a configuration that can't be read."""
        if self.profile is not None:
            return Chosen(self.profile, "the option --profile")
        if named := os.environ.get("AEROSTACK_PROFILE"):
            return Chosen(named, "the variable AEROSTACK_PROFILE")
        default = self.configuration.tables.get("default_profile") if self.configuration else None
        return _DEFAULT if default is None else Chosen(default, "default_profile in the configuration")

    @cached_property
    def chosen_profile(self) -> Profile | None:
        """The profile that counts, if any. Raises SettingsError."""
        name, origin = self.profile_name
        if name is None:
            return None
        if self.configuration is None:
            from ._profiles import config_file  # noqa: PLC0415  # as above

            path = printable(str(config_file(self.config)[0]))
            raise SettingsError(f"{origin} names the profile {printable(name)!r}, and there is no configuration {path}")
        return self.configuration.profile(name)

    @cached_property
    def _of_document(self) -> Profile | None:
        """The profile, where its server and credentials are meant for the document that is spoken."""
        profile = self.chosen_profile
        if profile is None or self.profile is not None:
            return profile
        if self.spec is not None:
            same = profile.spec is not None and profile.spec.resolve() == Path(self.spec).resolve()
            return profile if same else None
        return None if self.spec_version is not None and profile.spec is not None else profile

    def _in_profile(self, name: str, profile: Profile | None) -> Chosen:
        value = getattr(profile, name) if profile is not None else None
        return _DEFAULT if value is None or profile is None else Chosen(value, f"the profile {printable(profile.name)}")

    # ---- the document

    @cached_property
    def chosen_document(self) -> Chosen:
        """A Path of a document, a version of the platform's, or None for its default version. Raises SettingsError, UsageError."""
        if self.spec is not None and self.spec_version is not None:
            raise click.UsageError("give --spec or --spec-version, not both; --spec-version is of the platform's document")
        if self.spec is not None:
            return Chosen(Path(self.spec), "the option --spec")
        if self.spec_version is not None:
            return Chosen(self.spec_version, "the option --spec-version")
        profile = self.chosen_profile
        if profile is not None and profile.spec is not None:
            return self._in_profile("spec", profile)
        if named := os.environ.get(VERSION_VARIABLE):
            return Chosen(named, f"the variable {VERSION_VARIABLE}")
        return self._in_profile("version", profile)

    @cached_property
    def chosen_overlays(self) -> Chosen:
        """The overlays, a tuple of Paths."""
        if self.overlays:
            return Chosen(tuple(map(Path, self.overlays)), "the option --overlay")
        found = self._in_profile("overlays", self._of_document)
        return found if found.value else Chosen((), "the default")

    @cached_property
    def _document(self) -> Spec:
        value, origin = self.chosen_document
        version = None if origin.endswith(VERSION_VARIABLE) else value  # of the variable it tells itself
        try:
            spec = _load(value) if isinstance(value, Path) else chosen_spec(None, version)
        except SpecError as error:
            # A file that an option names is none of the command line's faults.
            if value is None or origin.endswith(VERSION_VARIABLE) or (isinstance(value, Path) and self.spec is not None):
                raise
            if isinstance(value, Path):
                self._refuse(self.chosen_document, str(error), "spec")
            known = (
                f"there is no version {printable(str(value), 40)!r} of the platform's document; there is {', '.join(versions())}"
            )
            self._refuse(self.chosen_document, known, "version")
        return spec.with_overlay(*self.chosen_overlays.value) if self.chosen_overlays.value else spec

    @property
    def is_platform(self) -> bool:
        """Whether the document is one of the platform's, as the package has it: the variables of a server and a key are for those."""
        return not isinstance(self.chosen_document.value, Path) and not self.chosen_overlays.value

    # ---- the server, and how it is called

    @cached_property
    def chosen_server(self) -> Chosen:
        """A URL or an index, None for the document's first server."""
        if self.server is not None:
            return Chosen(int(self.server) if self.server.isdigit() else self.server, "the option --server")
        if self.is_platform and (named := os.environ.get(SERVER_VARIABLE, "").strip()):
            return Chosen(int(named) if named.isdigit() else named, f"the variable {SERVER_VARIABLE}")
        return self._in_profile("server", self._of_document)

    @property
    def _server_variables(self) -> Mapping[str, str]:
        """Those of the profile, where its server is the one that counts."""
        profile = self._of_document
        return profile.server_variables if profile is not None and self.chosen_server.value == profile.server else {}

    @property
    def allows_insecure_http(self) -> bool:
        """Whether the option, or the profile, says that keys may go out without TLS."""
        profile = self._of_document
        return self.allow_insecure_http or (profile is not None and profile.allow_insecure_http)

    def base(self) -> Base:
        """The server, as it is called. Raises AerostackError, and UsageError where an option is wrong."""
        from .._server import choose_server  # noqa: PLC0415  # `--help` calls nothing

        spec, chosen, variables = self.document(), self.chosen_server, self._server_variables
        try:
            return choose_server(spec.servers, chosen.value, variables, spec.advice)
        except ArgumentsError as error:
            key, _, message = str(error).partition(": ")
            if key == "server_variables" and variables:
                self._refuse(self._in_profile("server_variables", self._of_document), message, key)
            if chosen is _DEFAULT:
                raise
            self._refuse(chosen, message, "server")

    # ---- what can't be used, said of where it is set

    def _check(self) -> None:
        """Raises SettingsError, or UsageError where an option is wrong."""
        if self.chosen_server is not _DEFAULT or self._server_variables:
            self.base()
        mode = self.chosen_validation
        if mode.value is not None and mode.value not in get_args(Mode):
            self._refuse(
                mode, f"there is no mode {printable(mode.value, 40)!r}; there is {', '.join(get_args(Mode))}", "validation"
            )
        schemes = self.document().security_schemes
        for name, chosen in self.chosen_credentials.items():
            if name not in schemes:
                known = did_you_mean(name, schemes) or f"; it has: {', '.join(map(printable, schemes)) or 'none'}"
                self._refuse(chosen, f"the document has no security scheme {printable(name)!r}{known}", "credentials", name)

    def _refuse(self, chosen: Chosen, message: str, *keys: str) -> NoReturn:
        """Raises what tells of a setting: UsageError for an option, SettingsError for a variable or, with the line, a profile."""
        kind, _, name = chosen.origin.removeprefix("the ").partition(" ")
        if kind == "option":
            raise click.BadParameter(message, param_hint=name)
        if kind == "profile" and self.configuration is not None and self.chosen_profile is not None:
            self.configuration.refuse(self.chosen_profile.name, keys, message)
        raise SettingsError(f"{chosen.origin}: {message}")

    @cached_property
    def chosen_timeout(self) -> Chosen:
        """Seconds."""
        return (
            Chosen(self.timeout, "the option --timeout")
            if self.timeout is not None
            else self._in_profile("timeout", self.chosen_profile)
        )

    @cached_property
    def chosen_validation(self) -> Chosen:
        """One of the modes."""
        if self.validation is not None:
            return Chosen(self.validation, "the option --validation")
        if named := os.environ.get(VALIDATION_VARIABLE):
            return Chosen(named, f"the variable {VALIDATION_VARIABLE}")
        return self._in_profile("validation", self.chosen_profile)

    # ---- credentials

    @cached_property
    def chosen_credentials(self) -> Mapping[str, Chosen]:
        """Credentials by the schemes of the document; their values are asked for when a call needs them. Raises AerostackError.

        The variable's key is not among them: the client reads that itself, where no other is given.
        """
        from ._keys import place_of, split_scheme  # noqa: PLC0415  # as above

        profile, key = self._of_document, self.key_scheme
        found: dict[str, Chosen] = {}
        if profile is not None:
            found = {name: self._in_file(name, given) for name, given in profile.credentials.items()}
        if profile is not None and profile.api_key is not None:
            scheme = self._scheme_of_key(f"the profile {printable(profile.name)}")
            found[scheme] = self._in_file(scheme, profile.api_key)
        if key is not None and self.reads_key_variable:
            found.pop(key, None)
        if self.api_key is not None:
            scheme = self._scheme_of_key("the option --api-key")
            found[scheme] = Chosen(self._as_pair(scheme, place_of(self.api_key)), "the option --api-key")
        for name, place in map(split_scheme, self.credentials):
            found[name] = Chosen(self._as_pair(name, place), "the option --credential")
        return found

    @property
    def reads_key_variable(self) -> bool:
        """Whether the client has a key from the variable, unless an option gives another: it is for the platform's documents alone."""
        return self.is_platform and bool(os.environ.get(KEY_VARIABLE))

    @property
    def given_schemes(self) -> frozenset[str]:
        """The security schemes that there is a credential for. Raises AerostackError."""
        key = self.key_scheme if self.reads_key_variable else None
        return frozenset(self.chosen_credentials) | ({key} if key is not None else set[str]())

    def _in_file(self, scheme: str, given: Place | tuple[str, Place]) -> Chosen:
        profile = self.chosen_profile
        value: object = given if isinstance(given, tuple) else self._as_pair(scheme, given)
        return Chosen(value, f"the profile {printable(profile.name) if profile else ''}")

    @cached_property
    def key_scheme(self) -> str | None:
        """The one scheme that `api_key` fills; None where there is none, or several."""
        names = [name for name, scheme in self.document().security_schemes.items() if scheme.type == "apiKey"]
        return names[0] if len(names) == 1 else None

    def _scheme_of_key(self, origin: str) -> str:
        if self.key_scheme is not None:
            return self.key_scheme
        known = ", ".join(map(printable, self.document().security_schemes)) or "none"
        self._refuse(
            Chosen(None, origin),
            "an API key fills the document's one apiKey scheme, and it has none, or several; its security schemes are: "
            f"{known}. Name one: --credential SCHEME=SOURCE, or a table [profile.NAME.credentials]",
            "api_key",
        )

    def _as_pair(self, scheme: str, place: Place) -> Any:
        """What gives a credential: for http basic a source of `user:password` (RFC 7617, section 2) gives both."""
        found = self.document().security_schemes.get(scheme)
        if found is None or (found.type, found.scheme) != ("http", "basic"):
            return place
        from ._keys import Pair  # noqa: PLC0415  # as above

        return Pair(place)


def _load(path: Path) -> Spec:
    """The document in a file. Raises SpecError that names it."""
    name = printable(str(path))
    if str(path).startswith(("http:/", "https:/")):
        raise SpecError(f"{name}: a document is not fetched from the network here; save it to a file, and give that")
    return load_file(path)
