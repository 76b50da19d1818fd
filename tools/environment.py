"""Make the project's environment, keep the wheels it was made of, and run a program in it.

    python tools/environment.py [--folder .venv] [--extra dev] [--same-python] [-- program.py argument ...]

A bare Python 3.10 runs this file: it imports the standard library only. An environment is whole or it is made again: a
marker is written before the first package and replaced after the last. What is whole already needs neither an index nor
a second. The wheels of the first run stay in `.wheelhouse`, so that a removed environment comes back without an index.
Indexes, proxies and certificates are whatever pip's own configuration says.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
WHEELHOUSE = ROOT / ".wheelhouse"
MARKER = "aerostack-environment.json"
OLDEST = (3, 10)
# What installing the project itself without build isolation needs beforehand; pip, for environments that uv made.
BUILD = ("pip", "hatchling", "editables")
UNFINISHED = {"state": "unfinished"}


class SetupError(Exception):
    """The environment can't be made; the text says what to do."""


def python_of(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def installed_by(text: str) -> str:
    """Those tables of a pyproject.toml that say what is installed. (Python 3.10 has no `tomllib`.)"""
    kept, keep = [], False
    for line in text.splitlines():
        if line.startswith("["):
            keep = line.startswith(("[build-system]", "[project"))
        if keep:
            kept.append(line)
    return "\n".join(kept)


def requirements_hash(extra: str) -> str:
    """Changes when the requirements do."""
    tables = installed_by((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return hashlib.sha256(f"{extra}\n{BUILD}\n{tables}".encode()).hexdigest()


def wanted(folder: Path, extra: str) -> dict[str, str]:
    """The marker of a whole environment. A moved one is not whole: scripts in it name their interpreter by its path."""
    version = (ROOT / "aerostack_dynamic" / "_version.py").read_text(encoding="utf-8")
    return {"state": "whole", "folder": str(folder), "requirements": requirements_hash(extra), "version": version}


def read_json(path: Path) -> object:
    """The value in `path`; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: dict[str, str]) -> None:
    """Write all of it or nothing."""
    part = path.with_name(f"{path.name}.partial")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(path)


def settings() -> dict[str, str]:
    """The caller's variables. Indexes named for uv alone count for pip too, which fetches the wheels either way."""
    values = dict(os.environ)
    for theirs, ours in (
        ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"),
        ("UV_INDEX_URL", "PIP_INDEX_URL"),
        ("UV_INDEX", "PIP_EXTRA_INDEX_URL"),
        ("UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
    ):
        if theirs in values:
            values.setdefault(ours, values[theirs])
    # A `user = true` of the caller's would make pip refuse to install into an environment.
    return values | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def succeeds(command: list[str], *, quiet: bool = False) -> bool:
    """Run `command` in the project's folder; its output is shown unless `quiet`."""
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=settings(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def version_of(python: Path) -> tuple[int, ...] | None:
    """The version of the interpreter `python`, in three numbers; None where it doesn't run."""
    code = "import sys; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def say(text: str) -> None:
    """Tell the user, at once."""
    print(text, flush=True)


def check_venv() -> None:
    """Refuse with the remedy where this Python can make no environment: Debian packs `ensurepip` apart."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = ".".join(map(str, sys.version_info[:2]))
    raise SetupError(
        f"Python {version} ({sys.executable}) comes without its venv module, so no environment can be made.\n"
        f"On Debian and Ubuntu:  apt install python{version}-venv\n"
        "Elsewhere: install a complete Python, or uv. Then run the same command again."
    )


def create(folder: Path) -> None:
    """An environment with nothing in it but the marker of an unfinished one."""
    uv = shutil.which("uv")
    if uv is None:
        check_venv()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_json(folder / MARKER, UNFINISHED)
    if uv and succeeds([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)]):
        return
    if uv:
        say("uv could not make it; going on with venv and pip.")
    check_venv()
    if not succeeds([sys.executable, "-m", "venv", str(folder)]):
        raise SetupError(f"python -m venv {folder} failed; what it said stands above.")


def provide_pip(python: Path) -> None:
    """See to it that the environment has pip, which uv leaves out."""
    uv = shutil.which("uv")
    tries = [[str(python), "-m", "pip", "--version"], [str(python), "-m", "ensurepip"]]
    if uv:
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
        tries += [[*install, "--no-index", "--find-links", str(WHEELHOUSE), "pip"], [*install, "pip"]]
    if not any(succeeds(command, quiet=True) for command in tries):
        raise SetupError(f"No pip could be put into {python.parent.parent}. Remove that folder and run the same command again.")


def kept_marker(version: tuple[int, ...], extra: str) -> Path:
    """The file that says which requirements the wheelhouse holds; wheels differ per Python version."""
    return WHEELHOUSE / f"kept-{extra}-{'.'.join(map(str, version[:2]))}.json"


def fetch(python: Path, extra: str, kept: Path) -> bool:
    """Fill the wheelhouse from the index. Wheels arrive in a folder of their own, so that none is there by half."""
    part = WHEELHOUSE / ".partial"
    shutil.rmtree(part, ignore_errors=True)
    say(f"Fetching what the project needs into {WHEELHOUSE.name} (once; a minute or two) ...")
    command = [str(python), "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(part)]
    fetched = succeeds([*command, *BUILD, f".[{extra}]"])
    if fetched:
        for wheel in part.glob("*.whl"):
            if not wheel.name.startswith("aerostack_dynamic-"):
                wheel.replace(WHEELHOUSE / wheel.name)
        write_json(kept, {"requirements": requirements_hash(extra)})
    shutil.rmtree(part, ignore_errors=True)
    return fetched


def install(python: Path, extra: str, *, quiet: bool) -> bool:
    """Install the requirements and the project, editable, from the wheelhouse alone."""
    uv = shutil.which("uv")
    installers = [[str(python), "-m", "pip", "install", "--quiet"]]
    if uv:
        installers.insert(0, [uv, "pip", "install", "--quiet", "--python", str(python)])
    offline = ["--no-index", "--find-links", str(WHEELHOUSE)]
    project = ["--no-build-isolation", "--editable", f".[{extra}]"]
    return any(
        succeeds([*installer, *offline, *BUILD], quiet=quiet) and succeeds([*installer, *offline, *project], quiet=quiet)
        for installer in installers
    )


def fill(folder: Path, extra: str) -> None:
    """Bring an environment up to the requirements, and then mark it as whole."""
    python = python_of(folder)
    write_json(folder / MARKER, UNFINISHED)
    provide_pip(python)
    kept = kept_marker(version_of(python) or (), extra)
    is_kept = read_json(kept) == {"requirements": requirements_hash(extra)}
    if not (is_kept and install(python, extra, quiet=True)):
        fetched = fetch(python, extra, kept)
        if not install(python, extra, quiet=False):
            reason = "" if fetched else f"The package index could not be used, and {WHEELHOUSE.name} lacks something.\n"
            raise SetupError(f"{reason}Installing into {folder} failed; what was said stands above.")
    write_json(folder / MARKER, wanted(folder, extra))


def ensure(folder: Path, extra: str, *, same_python: bool) -> None:
    """Make or mend the environment in `folder` where it isn't whole."""
    marker = read_json(folder / MARKER)
    version = version_of(python_of(folder))
    if version and same_python and version != sys.version_info[:3]:
        version = None
    if version and version >= OLDEST and marker == wanted(folder, extra):
        return
    foreign = marker is None
    ours = isinstance(marker, dict) and marker.get("state") == "whole" and marker.get("folder") == str(folder)
    if version is None or version < OLDEST or not (foreign or ours):
        say(f"Making {folder.name} with Python {'.'.join(map(str, sys.version_info[:3]))} ...")
        create(folder)
    else:
        say(f"Bringing {folder.name} up to date ...")
    fill(folder, extra)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time in this checkout, where the system has locks for that."""
    WHEELHOUSE.mkdir(exist_ok=True)
    with (WHEELHOUSE / ".lock").open("w") as file:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another run that makes the environment ...")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_in(folder: Path, program: list[str]) -> NoReturn:
    """Become `program`, run by the environment's Python as if the environment were activated."""
    python = python_of(folder)
    os.environ["VIRTUAL_ENV"] = str(folder)
    os.environ["PATH"] = os.pathsep.join((str(python.parent), os.environ.get("PATH", os.defpath)))
    os.environ.pop("PYTHONHOME", None)
    os.chdir(ROOT)
    command = [str(python), *program]
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description="Make the project's environment, and run a program in it.")
    parser.add_argument("--folder", default=".venv", help="where the environment is (default: %(default)s)")
    parser.add_argument("--extra", default="dev", help="which extra of the project it has (default: %(default)s)")
    parser.add_argument("--same-python", action="store_true", help="make it again if another Python version made it")
    parser.add_argument("program", nargs="*", help="what to run in it: a file or -m module, with arguments")
    options = parser.parse_args()
    if sys.version_info < OLDEST:
        sys.exit("Python 3.10 or later is needed; this is " + sys.version.split()[0])
    folder = ROOT / options.folder
    try:
        with alone():
            ensure(folder, options.extra, same_python=options.same_python)
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted. The next run makes the environment again.")
    if options.program:
        run_in(folder, options.program)


if __name__ == "__main__":
    main()
