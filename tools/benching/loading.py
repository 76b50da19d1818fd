"""A big document met by a process that has made one small call before, so that imports do not count.

`python -m benching.loading SIDE DOCUMENT PLAN`, where the plan says which calls and what answers them. Prints the seconds of the processor
and the bytes of memory, None where the system does not tell. Modules that the variable
`BENCHING_WITHOUT` names are as if they were not installed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory_use import resident

if TYPE_CHECKING:
    from collections.abc import Callable

    Plan = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = ROOT / "aerostack_dynamic" / "_bundled" / "1.0.0.json"


def client_of(spec: Any, answer: bytes) -> Any:
    """A client of ours for a document, answered in memory."""
    from beside.memory import in_memory

    from aerostack_dynamic import Client

    return Client(spec=spec, transport=in_memory("httpx", answer), credentials=credentials(spec))


def credentials(spec: Any) -> dict[str, Any]:
    """One for every scheme that a document has."""
    return {name: ("k", "") if scheme.scheme == "basic" else "k" for name, scheme in spec.security_schemes.items()}


def _ours(path: Path, plan: Plan) -> Any:
    from aerostack_dynamic import Spec

    client = client_of(Spec.load(path), plan["answer"].encode())
    return client, client.call(plan["operation"], **plan["arguments"])


def _parsed(path: Path, plan: Plan) -> Any:
    import orjson

    return orjson.loads(path.read_bytes())


def _yaml(path: Path, plan: Plan) -> Any:
    import yaml

    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _yaml12(path: Path, plan: Plan) -> Any:
    import yaml12

    return yaml12.parse_yaml(path.read_text(encoding="utf-8"))


def loader(name: str) -> Callable[[Path, Plan], Any]:
    """What a side does with a document. A peer loads it, and no more."""
    mine = {"ours": _ours, "base": _parsed, "yaml": _yaml, "py-yaml12": _yaml12}
    if name in mine:
        return mine[name]
    from beside.loading import LOADERS

    return lambda path, plan: LOADERS[name](path)


def warm(name: str, load: Callable[[Path, Plan], Any]) -> None:
    """Do the same with the small document, and its small call."""
    chat = {"messages": [{"role": "user", "content": "Hello"}]}
    load(SMALL, {"operation": "aiChat", "arguments": chat, "answer": '{"response": "Hello"}'})


def measured(name: str, path: Path, plan: Plan) -> dict[str, Any]:
    """Seconds and bytes of the first call, and seconds of a further operation's."""
    load = loader(name)
    warm(name, load)
    before = resident()
    began = time.process_time()
    kept = load(path, plan)
    seconds = time.process_time() - began
    after = resident()
    found = {"seconds": seconds, "bytes": None if before is None or after is None else after - before}
    if name == "ours" and "further" in plan:
        found["further"] = further(plan, kept[0].spec)
    return found


def further(plan: Plan, spec: Any) -> float:
    """Seconds of another operation's first call by the same document, by a client that gets an answer of it."""
    client = client_of(spec, plan["next"].encode())
    began = time.process_time()
    client.call(plan["further"], **plan["others"])
    return time.process_time() - began


if __name__ == "__main__":
    for name in os.environ.get("BENCHING_WITHOUT", "").split():
        sys.modules[name] = None  # type: ignore[assignment]
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = measured(sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
    print(json.dumps(told))
