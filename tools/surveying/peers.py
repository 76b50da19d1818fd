"""Others on the same document: `python -m surveying.peers NAME JOB`. Tells lines as the survey of the package does.

aiopenapi3 loads the document and makes the planned calls, given as it takes them: parameters by name, a body as its value. openapi-core
makes no requests; it loads the document and judges those that the package sends.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveying.bodies import body_faults, given, preferred
from surveying.limits import bounded, tell
from surveying.wire import DUMMY, LOOPBACK, Sent, head_faults, pairs_of, server_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Play = Callable[[Mapping[str, Any], Mapping[str, Any]], str | None]
    Loaded = tuple[float, Callable[[], Play]]

NAMES = ("aiopenapi3", "openapi-core")


def aiopenapi3(document: Path, root: Path, plan: Mapping[str, Any]) -> Loaded:
    """How aiopenapi3 makes a call: None where the request is right, else why not. With the seconds that loading took."""
    import httpx2
    from aiopenapi3 import FileSystemLoader, OpenAPI

    sent: list[Sent] = []

    def answer(request: Any) -> Any:
        sent.append(Sent.of(request))
        return httpx2.Response(204)

    def session(*arguments: Any, **more: Any) -> Any:
        return httpx2.Client(*arguments, **more | {"transport": httpx2.MockTransport(answer)})

    # By which the library tells a client that waits from one that awaits.
    session.__annotations__["return"] = httpx2.Client
    inside = document.relative_to(root)
    began = time.process_time()
    api = OpenAPI.load_file(f"{LOOPBACK}/", inside, session_factory=session, loader=FileSystemLoader(root))
    took = time.process_time() - began

    def begin() -> Play:
        basic = {name for name, one in plan["security"].items() if (one["type"], one["scheme"]) == ("http", "basic")}
        api.authenticate(**{name: ("user", DUMMY) if name in basic else DUMMY for name in plan["security"]})
        return play

    def play(planned: Mapping[str, Any], mode: Mapping[str, Any]) -> str | None:
        sent.clear()
        alternatives = preferred(mode["body"]["alts"]) if mode["body"] else []
        body = {"data": given(alternatives[0], mode["body"]["alts"][alternatives[0]])} if alternatives else {}
        try:
            request = api.createRequest((planned["path"], planned["method"]))
            request(parameters={one["name"]: one["value"] for one in mode["params"]}, **body)
        except Exception as error:
            if not sent:
                return f"{type(error).__name__}"
        faults = [*head_faults(sent[0], planned["method"], server_url(planned["server"]), mode)]
        faults += body_faults(sent[0], mode["body"], None)
        return faults[0].cause if faults else None

    return took, begin


def openapi_core(document: Path, root: Path, plan: Mapping[str, Any]) -> Loaded:
    """How openapi-core judges the request that the package sends: None where it agrees, else what it says.

    With the seconds that loading took, to which the package's own do not count.
    """
    from openapi_core import OpenAPI
    from openapi_core.datatypes import RequestParameters
    from werkzeug.datastructures import Headers, ImmutableMultiDict

    from surveying.calls import Caller
    from surveying.loading import loaded

    began = time.process_time()
    judge = OpenAPI.from_path(document)
    took = time.process_time() - began

    class Judged:
        """A request as openapi-core takes one."""

        def __init__(self, sent: Sent) -> None:
            cookies = [part.partition("=")[::2] for value in sent.values("cookie") for part in value.split("; ")]
            query, headers = ImmutableMultiDict(pairs_of(sent.query)), Headers([*sent.headers])
            self.parameters = RequestParameters(query=query, header=headers, cookie=ImmutableMultiDict(cookies))
            self.host_url, self.path, self.method = sent.origin, sent.path, sent.method.lower()
            self.content_type = next(iter(sent.values("content-type")), "")
            self.body = sent.content or None

    def judged(caller: Caller, planned: Mapping[str, Any], mode: Mapping[str, Any]) -> str | None:
        name = next(name for name, one in planned["modes"].items() if one is mode)
        if not caller.played(planned, name)["prepared"] or caller.recorder.sent is None:
            return "the package sends nothing"
        try:
            judge.validate_request(Judged(caller.recorder.sent))  # type: ignore[arg-type]
        except Exception as error:
            return f"{type(error).__name__} by {type(error.__cause__).__name__}" if error.__cause__ else type(error).__name__
        return None

    return took, lambda: partial(judged, Caller(loaded(document, root), plan["ops"]))


def survey(name: str, job: Mapping[str, Any]) -> None:
    """Load the document with a peer, and play every planned call."""
    document, root = Path(job["document"]), Path(job["root"])
    plan = json.loads(Path(job["plan"]).read_text(encoding="utf-8"))
    tell(stage="load")
    try:
        took, begin = {"aiopenapi3": aiopenapi3, "openapi-core": openapi_core}[name](document, root, plan)
    except Exception as error:
        tell(refused={"cause": type(error).__name__, "detail": str(error)[:300]})
        return
    tell(loaded=True, operations=plan["total"], time={"load": took, "parse": 0})
    tell(stage="calls")
    try:
        play = begin()
    except Exception as error:
        tell(client={"cause": type(error).__name__, "detail": str(error)[:300]})
        return
    for planned in plan["ops"]:
        for mode, one in planned["modes"].items():
            if not one["unplannable"]:
                cause = play(planned, one)
                tell(path=planned["path"], method=planned["method"], mode=mode, outcome="wrong" if cause else "right", cause=cause)


if __name__ == "__main__":
    told = json.loads(sys.argv[2])
    bounded(told["memory"])
    try:
        survey(sys.argv[1], told)
    except MemoryError:
        tell(killed="the memory limit")
    tell(stage="end")
