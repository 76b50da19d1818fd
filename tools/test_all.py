"""Run the tests on every CPython from 3.10 on that this machine has: on the PATH, from pyenv, from uv. `make test-all`

Each minor version gets an environment of its own, `.venv-3.X`, with what the tests need and no more. All share the
wheelhouse.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)
ASK = """
import importlib.util, json, platform, sys, sysconfig
print(json.dumps({
    "implementation": platform.python_implementation(),
    "version": sys.version_info[:3],
    "release": sys.version_info.releaselevel,
    "threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "venv": bool(importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")),
    "base": sys.prefix == sys.base_prefix,
}))
"""


class Python(NamedTuple):
    """An interpreter. They compare so that the greatest of a minor version is the one to use."""

    complete: bool
    base: bool
    version: tuple[int, ...]
    path: Path

    @property
    def minor(self) -> tuple[int, ...]:
        """Major and minor version."""
        return self.version[:2]


def candidates() -> list[Path]:
    """Files that may be interpreters."""
    folders = [Path(name) for name in os.environ.get("PATH", os.defpath).split(os.pathsep) if name]
    names = ["python", "python3", *(f"python3.{minor}" for minor in range(OLDEST[1], 100))]
    found = [folder / name for folder in folders for name in names]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found += sorted(pyenv.glob("versions/*/bin/python"))
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    found += sorted([*uv.glob("*/bin/python3"), *uv.glob("*/python.exe")])
    return [path for path in found if path.is_file() and os.access(path, os.X_OK)]


def ask(path: Path) -> Python | None:
    """What `path` is, if it is a CPython to test on: no pre-release, no free-threaded build, which few wheels fit."""
    try:
        done = subprocess.run([str(path), "-I", "-c", ASK], capture_output=True, text=True, timeout=30, check=False)
        facts = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    version = tuple(facts["version"])
    fits = facts["implementation"] == "CPython" and facts["release"] == "final" and not facts["threaded"]
    complete = bool(facts["venv"] or shutil.which("uv"))
    return Python(complete, facts["base"], version, path) if fits and version >= OLDEST else None


def choose(pythons: Iterable[Python | None]) -> list[Python]:
    """One for each minor version, oldest first: able to make environments, not itself in one, of the latest patch."""
    best: dict[tuple[int, ...], Python] = {}
    for python in pythons:
        if python and (python.minor not in best or python > best[python.minor]):
            best[python.minor] = python
    return [best[minor] for minor in sorted(best)]


def run_tests(python: Python, arguments: list[str]) -> bool:
    """Make the environment for `python` and run the tests in it."""
    name = ".".join(map(str, python.minor))
    command = [
        str(python.path),
        "tools/environment.py",
        "--folder",
        f".venv-{name}",
        "--extra",
        "frames",
        "--same-python",
    ]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AEROSTACK_")}
    done = subprocess.run(
        [*command, "--", "-m", "pytest", "-W", "error", *arguments],
        cwd=ROOT,
        env=kept,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def main() -> int:
    """See the module's docstring. Arguments are pytest's."""
    pythons = choose(map(ask, dict.fromkeys(candidates())))
    lines = [f"{'Python':<10}{'seconds':>8}  result"]
    passed = bool(pythons)
    for python in pythons:
        version = ".".join(map(str, python.version))
        print(f"\n=== Python {version} ({python.path})", flush=True)
        begin = time.monotonic()
        good = run_tests(python, sys.argv[1:])
        passed = passed and good
        lines.append(f"{version:<10}{time.monotonic() - begin:>8.1f}  {'ok' if good else 'FAILED'}")
    print("\n" + "\n".join(lines), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
