"""Build the sdist and from it the wheel, and use the wheel as a stranger would: alone, in an empty environment.

What a working tree hides is shown there: data left out of the wheel, a dependency that only the tests declare, a file
that only the checkout has. The README's first example is run against a sandbox, which stays in the development
environment, since it needs an extra.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from readme_examples import first_example

ROOT = Path(__file__).resolve().parent.parent
WHEELHOUSE = ROOT / ".wheelhouse"
PACKAGE = "aerostack_dynamic"
SDIST_NEEDS = (
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Makefile",
    "pyproject.toml",
    "zensical.toml",
    "docs/",
    "tests/",
    "tools/",
    "spec/",
    ".ci/run",
)
# Packages of the extras: none may come with the wheel alone.
EXTRAS = ("starlette", "uvicorn", "jwt", "jsonpath_rfc9535", "authlib", "keyring", "pytest")
PROBE = """
import importlib.metadata, importlib.resources, importlib.util, sys
import aerostack_dynamic
version, *extras = sys.argv[1:]
assert aerostack_dynamic.__file__.startswith(sys.prefix), aerostack_dynamic.__file__
assert importlib.metadata.version("aerostack_dynamic") == version == aerostack_dynamic.__version__
assert importlib.resources.files("aerostack_dynamic").joinpath("py.typed").is_file()
present = [name for name in extras if importlib.util.find_spec(name)]
assert not present, f"the wheel alone brought {present}"
"""


class WheelError(Exception):
    """The wheel isn't fit to publish."""


def run(command: list[str], **options: object) -> None:
    """Run `command`; a failure is a WheelError with its output."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        raise WheelError(f"{' '.join(command)}\nexited with {done.returncode}\n{done.stdout}{done.stderr}")


def source_version() -> str:
    """The version that the source states."""
    text = (ROOT / PACKAGE / "_version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None:
        raise WheelError("_version.py states no version")
    return found[1]


def source_files() -> set[str]:
    """The package's files as a wheel names them."""
    paths = (path for path in (ROOT / PACKAGE).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def wheel_faults(names: set[str], wanted: set[str], version: str) -> list[str]:
    """What is wrong with the list of files in a wheel, given the package's files in the source."""
    info = f"{PACKAGE}-{version}.dist-info"
    wanted = wanted | {f"{info}/METADATA", f"{info}/entry_points.txt", f"{info}/licenses/LICENSE"}
    faults = [f"missing: {name}" for name in sorted(wanted - names)]
    faults += [f"should not be there: {name}" for name in sorted(names - wanted) if PurePosixPath(name).parts[0] != info]
    must = {f"{PACKAGE}/py.typed", f"{PACKAGE}/__init__.py"}
    faults += [f"not in the source: {name}" for name in sorted(must - wanted)]
    if not any(name.startswith(f"{PACKAGE}/_bundled/") and name.endswith(".json") for name in names):
        faults.append("no bundled document")
    return faults


def sdist_faults(names: set[str], version: str) -> list[str]:
    """What is wrong with the list of files in an sdist."""
    top = f"{PACKAGE}-{version}/"
    inside = {name.removeprefix(top) for name in names}
    faults = [f"missing: {need}" for need in SDIST_NEEDS if not any(name.startswith(need) for name in inside)]
    stray = (".venv", ".wheelhouse", "dist/", ".coverage")
    return faults + [f"should not be there: {name}" for name in sorted(inside) if name.startswith(stray) or ".pyc" in name]


def build(folder: Path, version: str) -> Path:
    """Build both into `folder`, look at what they hold, and give the wheel."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    wheel = folder / f"{PACKAGE}-{version}-py3-none-any.whl"
    sdist = folder / f"{PACKAGE}-{version}.tar.gz"
    for path in (wheel, sdist):
        if not path.is_file():
            raise WheelError(f"no {path.name}, but {sorted(other.name for other in folder.iterdir())}")
    with zipfile.ZipFile(wheel) as archive:
        faults = wheel_faults(set(archive.namelist()), source_files(), version)
    with tarfile.open(sdist) as packed:
        faults += sdist_faults(set(packed.getnames()), version)
    if faults:
        raise WheelError("\n".join(faults))
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install `wheel` with nothing but its dependencies into a new environment; gives that environment's Python."""
    environment = folder / "environment"
    run([sys.executable, "-m", "venv", "--without-pip", str(environment)])
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-input",
        "--find-links",
        str(WHEELHOUSE),
    ]
    try:
        run([*pip, "--no-index", str(wheel)])
    except WheelError:
        # A hand-made development environment has no wheelhouse.
        run([*pip, str(wheel)])
    return python


def use(python: Path, folder: Path, version: str) -> None:
    """Run a probe, the installed command and the README's first example, each from `folder`, warnings as errors."""
    from aerostack_dynamic.sandbox import Sandbox

    example = folder / "example.py"
    example.write_text(first_example((ROOT / "README.md").read_text(encoding="utf-8")), encoding="utf-8")
    isolated = [str(python), "-I", "-W", "error"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AEROSTACK_"))}
    run([*isolated, "-c", PROBE, version, *EXTRAS], cwd=folder, env=kept)
    run([str(python.with_name("aerostack-dynamic")), "--help"], cwd=folder, env=kept)
    with Sandbox() as box:
        address = {"AEROSTACK_SERVER": box.url, "AEROSTACK_API_KEY": box.api_key}
        run([*isolated, str(example)], cwd=folder, env=kept | address, timeout=60)


def main() -> int:
    """See the module's docstring."""
    version = source_version()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            wheel = build(folder / "dist", version)
            use(install(wheel, folder), folder, version)
    except WheelError as error:
        print(error)
        return 1
    print(f"The wheel of {version} is complete, and runs alone elsewhere.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
