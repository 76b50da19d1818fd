"""What a document costs: processor time of loading beside parsing, and how far the memory in use rises. Linux tells the latter."""

from __future__ import annotations

import gc
import json
import os
import time
from typing import TYPE_CHECKING, Any

from memory_use import resident, risen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAST, RUNS, ENOUGH = 3, 5, 1.0


def parsed(path: Path) -> Any:
    """The file by what anyone would parse it with: the standard library's JSON, and libyaml under PyYAML's own loader.

    The package reads YAML by events of the same libyaml, so that both sides have the same scanner; a file that PyYAML's loader
    refuses (a date that is none, a tab) is parsed by the package's reader alone.
    """
    content = path.read_bytes()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        try:
            return json.loads(content)
        except ValueError:
            pass
    import yaml

    from aerostack_dynamic._yaml import parse_yaml

    try:
        return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError):
        return parse_yaml(content)


def warm() -> None:
    """Import what reads YAML, which would be counted as a part of the first document."""
    import yaml

    from aerostack_dynamic._yaml import parse_yaml

    yaml.load("a: [1, b]", Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    parse_yaml(b"a: [1, b]")


def best(work: Callable[[], object]) -> float:
    """Seconds of the processor for the best of three runs, or of up to five while they together take less than a second."""
    runs: list[float] = []
    while len(runs) < LEAST or (len(runs) < RUNS and sum(runs) < ENOUGH):
        gc.collect()
        began = time.process_time()
        kept = work()
        runs.append(time.process_time() - began)
        del kept
    return min(runs)


def apart(work: Callable[[], Any]) -> Any:
    """What `work` finds in a copy of this process, so that it leaves nothing here; None where it failed, or copies can't be made."""
    if not hasattr(os, "fork"):
        return None
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def parse_rises(path: Path) -> int | None:
    """Bytes that the parsed document takes at its peak."""
    before = resident()
    kept = parsed(path)
    rise = risen(before)
    del kept
    return rise
