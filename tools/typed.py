"""Make the typed clients of the package from its documents: a module for each version, and the face of `aerostack_dynamic.Client`.

Without an option it writes what is new or changed and removes what no document stands behind. With `--check` it writes
nothing, names what is missing, stale or extra, and exits with status 1 if anything is. Run it after `tools/bundle.py`.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aerostack_dynamic import Client, Spec, versions
from aerostack_dynamic._load import default_version
from aerostack_dynamic.stubs import write_stub

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).resolve().parent.parent / "aerostack_dynamic"
NAME = "tools/typed.py"
FACE = "_face.py"
GIVEN = "Spec | Path | bytes | Mapping[str, Any]"
# What every generated module begins with. `tests/test_house.py` lets those be long.
MARK = f"# Written by `{NAME}`"
HEAD = f'''\
{MARK}. Changes are lost when it is written anew.
# fmt: off
# ruff: noqa
"""What type checkers and editors see of `aerostack_dynamic.Client`: a client of the default document unless it is told of another.

While the program runs, that is the one class of `_client`, and nothing here is imported. The overloads are of `__new__`, since only that
may say that another class is made; with another document it is a client whose groups and operations are anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from typing_extensions import Self

from . import {{module}} as _default
from ._asked import ApiKey, AsyncTransport, Checks, Hook, Transport
from ._formats import Format
from ._load import Spec
from ._media_type import Codec
from ._options import Timeout
from ._retry import RetryPolicy
from ._values import UNSET, Unset

# mypy takes this to be true, and reads the nearer of two constructors. pyright reads both, so that `__new__` must let pass there what the
# `__init__` of a subclass takes.
MYPY = False
'''
DYNAMIC = '''

class {dynamic}({name}):
    """A client of a document that type checkers don't know: whatever it is asked for, they let pass."""

{groups}

    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
'''


def module_of(version: str) -> str:
    """The name of the module of a version: `1.5.0` -> `v1_5_0`."""
    return "v" + re.sub(r"[^0-9A-Za-z]", "_", version)


def options(prefix: str, version: str, spec: str) -> list[str]:
    """The parameters of the constructor, as they are written, with narrower annotations of some of them."""
    told = {"version": version, "spec": spec, "api_key": "ApiKey | None = None", "validation": "Checks | None = None"}
    told |= {"transport": f"{prefix}Transport | None = None", "hooks": "Iterable[Hook] = ()"}
    lines: list[str] = []
    for one in [*inspect.signature(Client.__init__).parameters.values()][1:]:
        annotation, _, default = told.get(one.name, str(one.annotation)).partition(" = ")
        if one.name not in told:
            default = repr(one.default)
        if one.kind is one.KEYWORD_ONLY and "*," not in lines:
            lines.append("*,")
        lines.append(f"{one.name}: {annotation}{f' = {default}' if default else ''},")
    return lines


def made(prefix: str) -> Iterator[str]:
    """The class with the constructor as it is where a subclass has none of its own."""
    known = ", ".join(f'"{one}"' for one in versions())
    yield f"\n\nclass _{prefix}Made(_default.{prefix}Client):"
    yield "    if TYPE_CHECKING:"
    yield "        def __init__("
    yield "            self,"
    yield from (f"            {line}" for line in options(prefix, f"Literal[{known}] | None = None", f"{GIVEN} | None = None"))
    yield "        ) -> None: ..."


def overloads(prefix: str, name: str, dynamic: str) -> Iterator[str]:
    """The class with its constructor's overloads: of the default document, of a given one, and of another version."""
    default = default_version()
    others = ", ".join(f'"{one}"' for one in versions() if one != default)
    forms = (
        (f'Literal["{default}"] | None = None', "None = None", "Self"),
        ("None = None", GIVEN, dynamic),
        (f"Literal[{others}]", "None = None", dynamic),
    )
    yield from made(prefix)
    yield f"\n\nclass {name}(_{prefix}Made):"
    yield f'    """A client: of the document {default}, or of another, which it is told of by `spec` or `version`."""\n'
    yield "    if TYPE_CHECKING:"
    for version, spec, result in forms:
        yield "        @overload"
        yield "        def __new__("
        yield "            cls,"
        yield from (f"            {line}" for line in options(prefix, version, spec))
        yield f"        ) -> {result}: ...\n"
    yield "        if not MYPY:"
    yield "            @overload"
    yield "            def __new__(cls, *_: Any, **__: Any) -> Self: ...\n"
    yield "        def __new__(cls, *_: Any, **__: Any) -> Any: ..."


def face() -> str:
    """The module of the default version's face."""
    spec = Spec.bundled()
    groups = "\n".join(f"    {name}: Any" for name in (*spec.groups, *spec.untagged))
    text = HEAD.format(module=module_of(default_version()))
    for prefix in ("", "Async"):
        name, dynamic = f"{prefix}Client", f"{prefix}DynamicClient"
        text += "\n".join(overloads(prefix, name, dynamic)) + "\n" + DYNAMIC.format(name=name, dynamic=dynamic, groups=groups)
    return text


def wanted() -> dict[str, str]:
    """Every module by file name."""
    modules = {f"{module_of(version)}.py": write_stub(Spec.bundled(version), made_by=NAME) for version in versions()}
    return modules | {FACE: face()}


def differences(target: Path, contents: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong with the folder: (`missing`, `stale` or `extra`, file name)."""
    present = {path.name: path.read_text(encoding="utf-8") for path in sorted(target.glob("*.py"))}
    changed = [name for name in contents if present.get(name) != contents[name]]
    found = [("stale" if name in present else "missing", name) for name in changed]
    return found + [("extra", name) for name, text in present.items() if text.startswith(MARK) and name not in contents]


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0, or 1 with `--check` when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if something differs")
    parser.add_argument("--target", type=Path, default=TARGET, help="the folder to write")
    given = parser.parse_args(arguments)
    contents = wanted()
    found = differences(given.target, contents)
    for state, name in found:
        print(f"{state}{'' if given.check else ', now done'}: {given.target / name}")
        if not given.check and state == "extra":
            (given.target / name).unlink()
        elif not given.check:
            (given.target / name).write_text(contents[name], encoding="utf-8")
    return int(given.check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
