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
    from pathlib import Path

    from benching.documents import Plan
    from benching.scene import Makers, Scene, Side

FIELDS = {"memory": "bytes", "next": "further"}


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one document, by what is told of it."""
    name, _, what = kind.partition(" ")
    is_yaml = name == "yaml"
    path = yaml_of(scene) if is_yaml else path_of(scene, name)
    plan = planned(scene, "stripe" if is_yaml else name)
    field = FIELDS.get(what, "seconds")
    base, cold = ("yaml" if is_yaml else "base"), what not in {"cached"}
    ours = partial(_ours, scene, path, plan, field, cold, is_yaml and what != "yaml12")
    makers: Makers = {"ours": ours, "base": lambda: _side(base, path, plan, "seconds" if what == "next" else field)}
    peers = ("py-yaml12",) if is_yaml else LOADING
    return makers | {one: partial(_side, one, path, plan, field) for one in peers}


def planned(scene: Scene, name: str) -> Path:
    """The calls, and an answer that the document has for the first of them, written for the processes to read."""
    found = scene.work / f"{name}-plan.json"
    if not found.exists():
        plan = PLANS[name]
        told = {"operation": plan.operation, "arguments": plan.arguments, "further": plan.further, "others": plan.others}
        found.write_text(json.dumps(told | {"answer": answer_of(path_of(scene, name), plan)}), encoding="utf-8")
    return found


def answer_of(path: Path, plan: Plan) -> str:
    """What a mock of the document answers to the first call."""
    from aerostack_dynamic import Client, Spec
    from aerostack_dynamic.testing import MockTransport

    spec = Spec.load(path)
    with Client(spec=spec, transport=MockTransport(spec), credentials=credentials(spec)) as client:
        text: str = client.operations[plan.operation].raw(**plan.arguments).http.text
    return text


def _side(name: str, path: Path, plan: Path, field: str, **variables: str) -> Side:
    return lambda: _told(child("benching.loading", name, str(path), str(plan), **variables), field)


def _told(found: dict[str, Any], field: str) -> float:
    if found[field] is None:
        raise RuntimeError("this system does not tell how much memory is in use")
    return float(found[field])


def _ours(scene: Scene, path: Path, plan: Path, field: str, cold: bool, no_yaml12: bool) -> Side:
    """Our side with a folder for its cache that is empty each time, or, if not `cold`, that a process before has filled."""
    folder = scene.work / "cache"
    variables = {"XDG_CACHE_HOME": str(folder)} | ({"BENCHING_WITHOUT": "yaml12"} if no_yaml12 else {})
    side = _side("ours", path, plan, field, **variables)

    def run() -> float:
        if cold:
            shutil.rmtree(folder, ignore_errors=True)
        return side()

    if not cold:
        shutil.rmtree(folder, ignore_errors=True)
        run()
    return run
