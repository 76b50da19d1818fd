"""2 GiB up and down over loopback, each time in a process of its own: `python -m benching.transfer SIDE WAY URL FOLDER SIZE`.

It prints by how many bytes its peak grew over a small transfer, and how many seconds passed.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beside.sides import KEY
from memory_use import peak

from benching.scene import child
from benching.server import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from benching.scene import Makers, Scene, Side

SMALL = 1 << 20


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one way."""
    way, what = kind.split()
    url = scene.stack.enter_context(serving())
    size = scene.size(2 << 30, 64 << 20)
    return {name: partial(_side, name, way, url, scene.work, size, what) for name in ("ours", "base")}


def _side(name: str, way: str, url: str, folder: Path, size: int, what: str) -> Side:
    def run() -> float:
        found = child("benching.transfer", name, way, url, str(folder), str(size))
        return float(found["bytes"] if what == "memory" else size / found["seconds"])

    return run


def source(folder: Path, size: int) -> Path:
    """A file of that size, which takes no room on most disks."""
    found = folder / f"{size}.bin"
    if not found.exists():
        with found.open("wb") as file:
            file.truncate(size)
    return found


def _ours(url: str, folder: Path) -> dict[str, Callable[[int], object]]:
    from aerostack_dynamic import Client, Timeout

    client = Client(KEY, version="1.5.0", server=url, timeout=Timeout(total=600))

    def upload(size: int) -> object:
        return client.storage.storage_upload(key="a", file=source(folder, size))

    def download(size: int) -> object:
        with client.storage.storage_get.stream(key=str(size)) as stream:
            return stream.save(folder / "ours.part")

    return {"upload": upload, "download": download}


def _by_hand(url: str, folder: Path) -> dict[str, Callable[[int], object]]:
    import httpx

    client = httpx.Client(headers={"X-Aerostack-Key": KEY}, timeout=None)

    def upload(size: int) -> object:
        with source(folder, size).open("rb") as file:
            return client.post(f"{url}/storage/upload", data={"key": "a"}, files={"file": file}).json()

    def download(size: int) -> object:
        asked = client.stream("POST", f"{url}/storage/get", json={"key": str(size)})
        with asked as response, (folder / "base.part").open("wb") as file:
            return sum(file.write(part) for part in response.iter_bytes())

    return {"upload": upload, "download": download}


def measured(side: str, way: str, url: str, folder: Path, size: int) -> dict[str, Any]:
    """A small transfer, and then the one that counts."""
    transfer = {"ours": _ours, "base": _by_hand}[side](url, folder)[way]
    transfer(SMALL)
    before, began = peak(), time.perf_counter()
    found = transfer(size)
    seconds = time.perf_counter() - began
    if way == "download" and found != size:
        raise RuntimeError(f"{found} bytes came of {size}")
    return {"bytes": peak() - before, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))))
