"""What a process costs until it has something in hand: scripts, each run by a Python of its own, less what a bare Python costs."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from beside.sides import KEY, SIDES
from beside.world import MEMORY, MODELS, document, prepare

from benching.scene import TOOLS, steady

if TYPE_CHECKING:
    from pathlib import Path

    from benching.scene import Makers, Scene, Side

NO_CLICK = "import sys\nsys.modules['click'] = None\n"  # httpx imports it for a command of its own, where it is installed
OPERATION = "from aerostack_dynamic import Client\n\nClient('k').ai.ai_chat\n"
ENGINES = "import httpx, jsonschema_rs, orjson\n"
# What is timed within a process prints its seconds.
TIMED = """\
import time
import httpx
{before}
transport = httpx.MockTransport(lambda request: httpx.Response(200))
began = time.process_time()
{timed}
print(time.process_time() - began)
"""
READY = {
    "ours": TIMED.format(before="from aerostack_dynamic import Client", timed="Client('k', transport=transport).ai.ai_chat"),
    "base": TIMED.format(before="", timed="httpx.Client(transport=transport)"),
    "replaced": TIMED.format(before="from aerostack import SDK", timed="SDK('k', client=httpx.Client(transport=transport)).ai"),
}


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one kind of start."""
    if kind == "ready":
        return {name: partial(_telling, scene, f"ready-{name}", source) for name, source in READY.items()}
    if kind == "alone":
        scripts = {"ours": OPERATION, "base": f"{NO_CLICK}import httpx\n", "engines": NO_CLICK + ENGINES}
        return {name: partial(_process, scene, f"alone-{name}", source) for name, source in scripts.items()}
    makers: Makers = {name: partial(_peer, scene, name, called=kind == "answer") for name in SIDES}
    makers["base"] = partial(_process, scene, "httpx", "import httpx\n")
    if kind == "answer":
        return makers | {"base": makers["httpx"]}
    return makers | {"ours": partial(_process, scene, "ours", OPERATION)}


def source(name: str, work: Path, called: bool) -> str:
    """A script that makes a client, with what answers it in memory, and makes one call by it."""
    side = SIDES[name]
    described = work / "document.json"
    lines = [
        *("from __future__ import annotations", "import json", "import sys", f"sys.path.insert(0, {str(TOOLS)!r})"),
        "from beside.memory import in_memory",
        f"KEY, ADDRESS, MODELS = {KEY!r}, {MEMORY!r}, {str(MODELS)!r}",
        f"TRANSPORT = in_memory({side.family!r}, json.dumps({side.answer!r}).encode())",
    ]
    if "DOCUMENT" in side.make:
        lines += [f"with open({str(described)!r}, encoding='utf-8') as file:", "    DOCUMENT = file.read()"]
    return "\n".join([*lines, side.make, side.lend, side.call if called else ""])


def _peer(scene: Scene, name: str, called: bool) -> Side:
    prepare(name)
    (scene.work / "document.json").write_text(json.dumps(document(MEMORY)), encoding="utf-8")
    return _process(scene, f"{name}-{called}", source(name, scene.work, called))


def _process(scene: Scene, name: str, text: str) -> Side:
    """Seconds of the processor that a script takes, over those of one that does nothing.

    No script has a name that can be imported, since its folder is where Python looks first.
    """
    script, bare = (scene.work / f"start-{one}.py" for one in (name, "bare"))
    script.write_text(text, encoding="utf-8")
    bare.write_text("", encoding="utf-8")
    _run(script)  # once, so that all is compiled and read
    return lambda: _seconds(script) - _seconds(bare)


def _telling(scene: Scene, name: str, text: str) -> Side:
    """Seconds that a script tells."""
    script = scene.work / f"start-{name}.py"
    script.write_text(text, encoding="utf-8")
    _run(script)
    return lambda: float(_run(script))


def _run(script: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(script)], env=steady(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _seconds(script: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(script)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
