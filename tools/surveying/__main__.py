"""One document, in this process: `python -m surveying JOB`, a JSON object. Tells line by line, so that a kill loses little."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

from memory_use import resident, risen

from aerostack_dynamic import AerostackError, Spec
from surveying import cost
from surveying.calls import Caller, cause_of
from surveying.limits import bounded, tell
from surveying.loading import loaded

SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "small", "version": "1"},
    "paths": {
        "/a": {
            "post": {
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
                },
                "responses": {"204": {"description": "done"}},
            }
        }
    },
}
PLAN = {"params": [], "path": "/a", "query": [], "headers": {}, "cookies": {}, "unplannable": None, "body": None}


def warm() -> None:
    """Import what is imported on first use, so that no document pays for it."""
    caller = Caller(Spec.load(SMALL), ())
    body = {"required": True, "alts": {"application/json": {"a": "b"}}}
    cost.warm()
    caller.played({"path": "/a", "method": "post", "server": "", "modes": {"min": {**PLAN, "body": body}}}, "min")


def measured(document: Path, root: Path) -> None:
    """Tell the times of loading and parsing and the memory of what is parsed, before anything else fills this process.

    Nothing is told of a document that does not load.
    """
    times = cost.apart(
        lambda: {"load": cost.best(lambda: loaded(document, root)), "parse": cost.best(lambda: cost.parsed(document))}
    )
    if times:
        tell(time=times, parsed=cost.apart(lambda: cost.parse_rises(document)))


def survey(job: dict[str, Any]) -> None:
    """Load the document, make every planned call, and read every operation."""
    document, root = Path(job["document"]), Path(job["root"])
    plan = json.loads(Path(job["plan"]).read_text(encoding="utf-8"))
    if job["measure"]:
        tell(stage="measure")
        measured(document, root)
    tell(stage="load")
    before = resident()
    try:
        spec = loaded(document, root)
    except Exception as error:
        tell(refused=cause_of(error)._asdict())
        return
    tell(loaded=True, operations=len(spec.operations))
    tell(stage="calls")
    # Measured before every operation is read, which no caller needs.
    if called(spec, plan):
        tell(memory=risen(before))
    tell(stage="operations")
    for operation in spec.operations.values():
        try:
            _ = operation.details
        except Exception as error:
            tell(disabled=f"{operation.method} {operation.path}", **cause_of(error)._asdict())
    tell(stage="problems")
    tell(problems=len(spec.problems))


def called(spec: Spec, plan: dict[str, Any]) -> bool:
    """Make the planned calls; whether a client could be made."""
    try:
        caller = Caller(spec, plan["ops"])
    except Exception as error:
        tell(client=cause_of(error)._asdict())
        return False
    for fault in caller.faults:
        tell(client=fault._asdict())
    for planned in plan["ops"]:
        for mode in planned["modes"]:
            tell(path=planned["path"], method=planned["method"], mode=mode, **caller.played(planned, mode))
    return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    told = json.loads(sys.argv[1])
    bounded(told["memory"])
    warm()
    try:
        survey(told)
    except MemoryError:
        tell(killed="the memory limit")
    except AerostackError as error:
        tell(failed=cause_of(error)._asdict())
    tell(stage="end")
