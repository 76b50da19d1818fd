"""What to do about credentials that are missing or refused, told by what is the case: which were given, and which the operation takes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import click

from .._errors import AerostackError, AuthenticationError
from .._values import printable
from ._common import program
from ._keys import where
from ._settings import KEY_VARIABLE, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._load import Spec
    from .._model import Operation, SecurityRequirement

_REFUSED: Final = "is that of this server, and does it still count? `doctor` does not try it"


def credential_hints(error: AerostackError, spec: Spec) -> Iterator[str]:
    """Lines on a CredentialsError or an AuthenticationError of an operation; none where the error says all there is."""
    operation = _operation(spec, error.operation)
    security = operation.security if operation is not None else ()
    refused = isinstance(error, AuthenticationError)
    if operation is None or not any(security):
        if refused and operation is not None:
            yield "the operation takes no credential, so it is the arguments that the server refuses"
        return
    given = _given()
    met = next((one for one in security if one and given.keys() >= {*one}), None)
    if met is None:
        yield from _lacking(security, spec) if refused else [f"`{program()} doctor` tells what is missing"]
    elif refused:
        told = " and ".join(f"{printable(name)} from {given[name]}" for name in met)
        secrets = [one.name for one in operation.details.arguments if one.secret]
        besides = f", or it is the {' or the '.join(map(printable, secrets))} that the server refuses" if secrets else ""
        yield f"what was sent is {told}: {_REFUSED}{besides}"


def _operation(spec: Spec, name: str | None) -> Operation | None:
    with suppress(KeyError, AerostackError):
        return spec.operations[name] if name else None
    return None


def _given() -> dict[str, str]:
    """The schemes that have a credential, and where each is from, by the settings of the command that runs."""
    ctx = click.get_current_context(silent=True)
    settings = ctx.find_object(Settings) if ctx is not None else None
    with suppress(AerostackError, click.UsageError):
        if settings is not None:
            found = {name: where(one.value) for name, one in settings.chosen_credentials.items()}
            key = settings.key_scheme
            return {**({key: f"the variable {KEY_VARIABLE}"} if key and settings.reads_key_variable else {}), **found}
    return {}


def _lacking(security: Sequence[SecurityRequirement], spec: Spec) -> Iterator[str]:
    """That nothing was sent, and how what is missing is given."""
    names = [*dict.fromkeys(name for one in security for name in one)]
    keys = [name for name, scheme in spec.security_schemes.items() if scheme.type == "apiKey"]
    ways = ["--api-key SOURCE" if keys == [name] else f"--credential {printable(name)}=SOURCE" for name in names]
    variable = f"set {KEY_VARIABLE}, or " if spec.document.bundled is not None and set(keys) & {*names} and len(keys) == 1 else ""
    yield f"no credential was sent: {variable}give {' or '.join(ways)} before the command"
