"""`versions`: what is installed, for a report of a fault."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import click

from .._load import Spec, default_version, versions
from .._version import __version__
from ._common import Exit, wrapped, write
from ._print import form_option, write_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INDENT: Final = 26
_PACKAGE: Final = "aerostack_dynamic"
_NEEDED: Final = re.compile(r"([\w.-]+)")
_EXTRA: Final = re.compile(r"""extra\s*==\s*['"]([\w-]+)['"]""")


@click.command("versions")
@form_option(("text", "json", "yaml"), "text")
def command(form: str | None) -> int:
    """Show what is installed.

    This package, Python, the libraries that are used, the documents that come with the package, and its extras: which are there, and
    what the others lack.
    """
    found = installed()
    if form in ("json", "yaml"):
        write_value(found, form)
    else:
        write("".join(f"{wrapped(line, sys.stdout, _INDENT)}\n" for line in _lines(found)), None)
    return Exit.OK


def installed() -> dict[str, Any]:
    """All of it, as a JSON value."""
    needed = requirements(metadata.requires(_PACKAGE) or [])
    return {
        _PACKAGE: __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()}, {platform.system()} {platform.machine()})",
        "libraries": {name: _version(name) for name in needed.pop("", ())},
        "documents": {
            name: {
                "openapi": spec.openapi,
                "sha256": spec.sha256,
                "operations": len(spec.operations),
                "default": name == default_version(),
            }
            for name, spec in ((name, Spec.bundled(name)) for name in versions())
        },
        "extras": {name: {one: _version(one) for one in several} for name, several in needed.items()},
    }


def requirements(lines: Iterable[str]) -> dict[str, list[str]]:
    """The packages that each extra needs, and under an empty name those that are always needed, of a wheel's `Requires-Dist` lines.

    What other versions of Python need is left out, and the extras that are for the development of the package: those have pytest.
    """
    found: dict[str, list[str]] = {"": []}
    for line in lines:
        name, extra = _NEEDED.match(line), _EXTRA.search(line)
        if name is not None and ("python_version" not in line or _version(name[1]) is not None):
            found.setdefault(extra[1] if extra else "", []).append(name[1])
    return {key: several for key, several in found.items() if "pytest" not in several}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _lines(found: Mapping[str, Any]) -> Iterable[str]:
    yield f"{_PACKAGE} {found[_PACKAGE]}"
    yield f"Python {found['python']}"
    yield "\nLibraries"
    yield from (f"  {name:<24}{version or 'not installed'}" for name, version in found["libraries"].items())
    yield "\nDocuments in the package"
    for name, one in found["documents"].items():
        default = ", the default" if one["default"] else ""
        yield f"  {name:<24}OpenAPI {one['openapi']}, {one['operations']} operations{default}, sha256 {one['sha256'][:12]}"
    yield "\nExtras"
    for name, several in found["extras"].items():
        lacking = [one for one, version in several.items() if version is None]
        there = ", ".join(f"{one} {version}" for one, version in several.items() if version is not None)
        yield f"  {name:<24}" + (there if not lacking else f"lacks {', '.join(lacking)}: pip install '{_PACKAGE}[{name}]'")
