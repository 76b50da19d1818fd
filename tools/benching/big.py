"""Big documents, each time in a process of its own: cold, with the cache that a process before has left, and what they hold in memory."""

from __future__ import annotations

import json
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

from benching.documents import PLANS, path_of, yaml_of
from benching.loading import credentials
from benching.rows import LOADING
from benching.scene import child

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benching.scene import Makers, Scene, Side

FIELDS = {"memory": "bytes", "next": "further"}


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one document, by what is told of it."""
    name, _, what = kind.partition(" ")
    is_yaml = name == "yaml"
    path = yaml_of(scene) if is_yaml else path_of(scene, name)
    plan = planned(scene, "stripe" if is_yaml else name)
    field = FIELDS.get(what, "seconds")
    ours = partial(_ours, scene.work / "cache", what, partial(_side, "ours", path, plan, field))
    base = partial(_side, "yaml" if is_yaml else "base", path, plan, "seconds" if what == "next" else field)
    peers = ("py-yaml12",) if is_yaml else LOADING
    return {"ours": ours, "base": base, **{one: partial(_side, one, path, plan, field) for one in peers}}


def planned(scene: Scene, name: str) -> Path:
    """The calls, and an answer that the document has for each of them, written for the processes to read."""
    found = scene.work / f"{name}-plan.json"
    if not found.exists():
        plan = PLANS[name]
        told = {"operation": plan.operation, "arguments": plan.arguments, "further": plan.further, "others": plan.others}
        path = path_of(scene, name)
        answers = {"answer": answer_of(path, plan.operation, plan.arguments), "next": answer_of(path, plan.further, plan.others)}
        found.write_text(json.dumps(told | answers), encoding="utf-8")
    return found


def answer_of(path: Path, operation: str, arguments: dict[str, Any]) -> str:
    """What a mock of the document answers to a call."""
    from aerostack_dynamic import Client, Spec
    from aerostack_dynamic.testing import MockTransport

    spec = Spec.load(path)
    with Client(spec=spec, transport=MockTransport(spec), credentials=credentials(spec)) as client:
        text: str = client.operations[operation].raw(**arguments).http.text
    return text


def _side(name: str, path: Path, plan: Path, field: str, **variables: str) -> Side:
    return lambda: _told(child("benching.loading", name, str(path), str(plan), **variables), field)


def _told(found: dict[str, Any], field: str) -> float:
    if found[field] is None:
        raise RuntimeError("this system does not tell how much memory is in use")
    return float(found[field])


def _ours(folder: Path, what: str, made: Callable[..., Side]) -> Side:
    """Our side: with a cache that is empty each time, with one that a process before has filled, or, in all other rows, without."""
    without = {} if what == "yaml12" else {"BENCHING_WITHOUT": "yaml12"}
    kept = {"AEROSTACK_CACHE": str(folder)} if what in {"kept", "cached"} else {}
    side = made(**kept, **without)

    def emptied() -> float:
        shutil.rmtree(folder, ignore_errors=True)
        return side()

    if what == "cached":
        emptied()
    return emptied if what == "kept" else side
