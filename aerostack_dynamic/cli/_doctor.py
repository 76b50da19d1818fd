"""`doctor`: why calls fail, or whether they would: each part of what a call needs, how it is, and what to do."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import click

from .._credential import as_credential
from .._errors import AerostackError
from .._server import check_transport_security, read_base
from .._values import Mode, did_you_mean, printable, shown
from .._version import __version__
from ._common import Exit, Number, program, said, wrapped, write
from ._keys import place_within, where
from ._operations import commands_of
from ._print import form_option, painted, write_value
from ._probes import Finding, probe, skipped
from ._settings import KEY_VARIABLE, VALIDATION_VARIABLE, VARIABLES
from ._worded import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._load import Spec
    from .._server import Base
    from ._settings import Chosen, Settings

_COLOURS: Final = (("ok", "green"), ("warn", "yellow"), ("fail", "red"), ("skip", "bright_black"))
_PREFIX: Final = "AEROSTACK_"
_INDENT: Final = 18
_OTHERS_WRITE, _OTHERS_READ = stat.S_IWGRP | stat.S_IWOTH, stat.S_IRGRP | stat.S_IROTH
_CODES: Final = """\
\b
exit codes: 0, nothing failed (there may be warnings); 1, something did; 2, the
command line is wrong"""


@click.command("doctor", epilog=_CODES)
@click.option("--wait", type=Number(0.1, 60), default=5.0, show_default=True, metavar="SECONDS", help="Limit of each step.")
@click.option("--offline", is_flag=True, help="Do not try the network.")
@form_option(("text", "json", "yaml"), "text")
@click.pass_obj
def command(settings: Settings, wait: float, offline: bool, form: str | None) -> int:
    """Find out why calls fail.

    Looks at the configuration, the document, the key, the server, and the way there: proxy, name, connection, TLS, an answer, the clock.
    Keys are looked for, and neither shown nor tried. The server is sent one HEAD request, without a key.
    """
    findings: list[Finding] = []
    for one in examine(settings, wait, offline):
        findings.append(one)
        if form not in ("json", "yaml"):
            write(_line(one), None)
    if form in ("json", "yaml"):
        write_value([one._asdict() for one in findings], form)
    return Exit.FOUND if any(one.status == "fail" for one in findings) else Exit.OK


def _line(one: Finding) -> str:
    status = f"{one.status:<4}"
    text = wrapped(f"{status}  {one.name:<10}  {shown(worded(one.message))}", sys.stdout, _INDENT).removeprefix(status)
    advice = wrapped(f"{' ' * _INDENT}{shown(worded(one.advice))}", sys.stdout, _INDENT)
    dimmed = f"{painted(advice, dim=True)}\n" if one.advice else ""
    return f"{painted(status, fg=dict(_COLOURS)[one.status], bold=True)}{text}\n{dimmed}"


def examine(settings: Settings, wait: float, offline: bool) -> Iterator[Finding]:
    """All findings, in the order of what needs what. A part that fails is told, and what needs it is skipped."""
    yield Finding("package", "ok", f"aerostack_dynamic {__version__}; `versions` tells of the rest")
    yield from _variables()
    broken = False
    for one in _configuration(settings):
        broken = broken or one.status == "fail"
        yield one
    if broken:
        yield from (Finding(name, "skip", "not tried: the configuration may name it") for name in ("document", "key", "server"))
        return
    spec: Spec | None = None
    try:
        spec = settings.document()
        yield _document(settings, spec)
    except (AerostackError, click.UsageError) as error:
        yield Finding("document", "fail", said(error), "`spec check FILE` tells what is wrong with a document")
    yield from [Finding("key", "skip", "not tried: the document says what is needed")] if spec is None else _keys(settings, spec)
    base: Base | None = None
    try:
        base = _base(settings, spec)
        yield Finding("server", "skip", "not tried: the document names it") if base is None else _server(settings, base)
    except (AerostackError, click.UsageError) as error:
        yield Finding("server", "fail", said(error), "`--server URL` names one")
    if base is not None:
        yield from skipped() if offline else probe(base, wait)


def _variables() -> Iterator[Finding]:
    """What the environment says that is read by nobody, or can't be meant."""
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in VARIABLES:
            # Without what all begin with, which would make each like every other.
            near = did_you_mean(name.removeprefix(_PREFIX), [one.removeprefix(_PREFIX) for one in VARIABLES])
            guess = near.replace(" '", f" '{_PREFIX}").lstrip(", ") or f"there is {', '.join(VARIABLES)}"
            yield Finding("variables", "warn", f"nothing reads the variable {printable(name)}", guess)
    mode = os.environ.get(VALIDATION_VARIABLE)
    if mode and mode not in get_args(Mode):
        advice = f"there is {', '.join(get_args(Mode))}"
        yield Finding("variables", "fail", f"{VALIDATION_VARIABLE}: there is no mode {printable(mode, 40)!r}", advice)


# ---- the configuration


def _configuration(settings: Settings) -> Iterator[Finding]:
    from ._profiles import config_file  # noqa: PLC0415  # as elsewhere

    path = config_file(settings.config)[0]
    name = printable(str(path))
    try:
        profile = settings.chosen_profile
        found = settings.configuration
    except AerostackError as error:
        yield Finding("config", "fail", str(error), "put it right, or name another file with --config")
        return
    if found is None:
        yield Finding("config", "ok", f"none, which would be {name}")
        return
    told = f"the profile {printable(profile.name)!r}, by {settings.profile_name.origin}" if profile else "no profile is chosen"
    if _is_open(path, _OTHERS_WRITE):
        yield Finding("config", "warn", f"{name}: other users may change it, and so what commands it runs", f"chmod go-w {name}")
    yield Finding("config", "ok", f"{name}; {told}")


def _is_open(path: Path, bits: int) -> bool:
    """Whether others may do with a file what `bits` say; what Windows says of that is not asked."""
    with suppress(OSError):
        return os.name == "posix" and bool(path.stat().st_mode & bits)
    return False


# ---- the document


def _document(settings: Settings, spec: Spec) -> Finding:
    value, origin = settings.chosen_document
    which = printable(str(value)) if isinstance(value, Path) else "the platform's"
    by = "" if origin == "the default" else f", by {origin}"
    told = f"{printable(spec.title)} {printable(spec.version)} ({which}{by}), {len(spec.operations)} operations"
    lost = sum(one.severity == "error" for one in spec.problems)
    if not spec.operations or lost:
        advice = "`spec check` tells where"
        return Finding("document", "warn", f"{told}; {lost} faults for which operations can't be called", advice)
    return Finding("document", "ok", told)


# ---- credentials


def _keys(settings: Settings, spec: Spec) -> Iterator[Finding]:
    """A line for each credential that was given, and one for what is missing."""
    try:
        given = settings.chosen_credentials
    except (AerostackError, click.UsageError) as error:
        yield Finding("key", "fail", said(error), "")
        return
    for name, chosen in given.items():
        yield _key(spec, name, chosen)
    for note in settings.notes:
        yield Finding("key", "warn", note, "unset the variable if that is not meant")
    names = {*given}
    if settings.reads_key_variable and not given:
        names |= {settings.key_scheme or ""}
        yield _variable(spec, settings.key_scheme)
    if os.environ.get(KEY_VARIABLE) and not settings.is_platform and not given:
        yield Finding(
            "key", "warn", f"{KEY_VARIABLE} is not used: it is for the platform's documents alone", "`--api-key env:NAME` uses one"
        )
    yield from _missing(spec, names)


def _key(spec: Spec, name: str, chosen: Chosen) -> Finding:
    scheme = spec.security_schemes.get(name)
    told = f"{printable(name)}: {where(chosen.value)}, by {chosen.origin}"
    if scheme is None:
        known = ", ".join(map(printable, spec.security_schemes)) or "none"
        return Finding("key", "fail", f"{told}: the document has no such security scheme", f"it has: {known}")
    place = place_within(chosen.value)
    if place is not None and place.asks:
        return Finding("key", "skip", f"{told}; asked for when a call needs it")
    try:
        value = chosen.value() if callable(chosen.value) else (chosen.value[0], chosen.value[1]())
        as_credential(name, value, scheme)
    except AerostackError as error:
        return Finding("key", "fail", f"{told}: {error}", "a call that needs it would fail the same way")
    if place is not None and place.file is not None and _is_open(place.file, _OTHERS_READ):
        return Finding("key", "warn", f"{told}: other users may read it", f"chmod go-r {printable(str(place.file))}")
    return Finding("key", "ok", told, _trial(spec, name))


def _variable(spec: Spec, name: str | None) -> Finding:
    try:
        as_credential(KEY_VARIABLE, os.environ[KEY_VARIABLE], spec.security_schemes.get(name or ""))
    except AerostackError as error:
        return Finding("key", "fail", str(error), "set it anew")
    return Finding("key", "ok", f"{name}: the variable {KEY_VARIABLE}", _trial(spec, name or ""))


def _trial(spec: Spec, name: str) -> str:
    """That a key is not tried here, and the call that tries it: one that changes nothing, with as few arguments as there is."""
    calls: list[tuple[int, str]] = []
    for key, words in commands_of(spec).items():
        with suppress(AerostackError):
            one = spec.operations[key]
            if one.idempotency == "safe" and any({*wanted} == {name} for wanted in one.security):
                calls.append((sum(argument.required for argument in one.details.arguments), words))
    if not calls:
        return "the server is not asked whether it takes it: a call tells"
    needed, words = min(calls)
    told = f"{program()} {words} --example` writes a call that tells" if needed else f"{program()} {words}` tells"
    return f"the server is not asked whether it takes it: `{told}"


def _missing(spec: Spec, given: set[str]) -> Iterator[Finding]:
    """What operations need and was not given."""
    needy = 0
    wanted: dict[str, None] = {}
    for operation in spec.operations.values():
        with suppress(AerostackError):
            security = operation.security
            if security and not any(given >= {*one} for one in security):
                needy += 1
                wanted |= dict.fromkeys(name for one in security for name in one if name not in given)
    if needy:
        count = f"{needy} of {len(spec.operations)} operations need a credential that was not found"
        keys = [name for name, one in spec.security_schemes.items() if one.type == "apiKey"]
        by_key = len(keys) == 1 and keys[0] in wanted
        how = f"set {KEY_VARIABLE}, or give " if by_key and spec.document.bundled else "give "
        how += "--api-key SOURCE or " if by_key else ""
        advice = f"{how}--credential SCHEME=SOURCE; the security schemes are: {', '.join(map(printable, wanted))}"
        yield Finding("key", "fail" if not given and needy == len(spec.operations) else "warn", count, advice)
    elif not given:
        yield Finding("key", "ok", "none is needed")


# ---- the server


def _base(settings: Settings, spec: Spec | None) -> Base | None:
    """The server; None where only a document that can't be used could name it."""
    chosen = settings.chosen_server
    if spec is None:
        return read_base(chosen.value) if isinstance(chosen.value, str) else None
    base = settings.base()
    if spec.security_schemes:
        check_transport_security(base, settings.allows_insecure_http)
    return base


def _server(settings: Settings, base: Base) -> Finding:
    origin = settings.chosen_server.origin
    return Finding(
        "server", "ok", f"{printable(base.url)}, {'the first of the document' if origin == 'the default' else f'by {origin}'}"
    )
