"""Which documents a client takes: each is loaded in a process of its own, `python -m beside.loading NAME PATH`."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _ours(path: Path) -> object:
    from aerostack_dynamic import Client, Spec

    return Client(spec=Spec.load(path), server="https://api.example")


def _generated(path: Path) -> object:
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--overwrite", "--meta", "none"]
        done = subprocess.run(
            [*command, "--path", str(path), "--output-path", f"{folder}/made"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ValueError(done.stdout.strip()[:200] or done.stderr.strip()[-200:])
        return [*Path(folder, "made").iterdir()]


def _aiopenapi3(path: Path) -> object:
    from aiopenapi3 import FileSystemLoader, OpenAPI

    return OpenAPI.load_file("https://api.example/", Path(path.name), loader=FileSystemLoader(path.parent))


def _runtime(path: Path) -> object:
    from openapiclient import OpenAPIClient

    return OpenAPIClient(definition=_value(path)).Client().__enter__()


def _judged(path: Path) -> object:
    from openapi_core import OpenAPI

    return OpenAPI.from_path(path)


def _fastmcp(path: Path) -> object:
    import httpx
    from fastmcp import FastMCP

    return FastMCP.from_openapi(_value(path), client=httpx.AsyncClient(base_url="https://api.example"))


def _value(path: Path) -> Any:
    import yaml

    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)


LOADERS: dict[str, Callable[[Path], object]] = {
    "ours": _ours,
    "generated": _generated,
    "aiopenapi3": _aiopenapi3,
    "runtime": _runtime,
    "judged": _judged,
    "fastmcp": _fastmcp,
}


def load(name: str, path: Path) -> dict[str, Any]:
    """How long the loading took, in seconds of CPU, its children's as well; or why it failed."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            LOADERS[name](path)
        except BaseException as error:
            return {"failed": f"{type(error).__name__}: {error}"[:200]}
    times = time.process_time()
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": times + children.ru_utime + children.ru_stime}


if __name__ == "__main__":
    print(json.dumps(load(sys.argv[1], Path(sys.argv[2]))))
