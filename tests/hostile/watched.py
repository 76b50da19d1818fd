"""Does with a document all that can be done without a call, in a process that records what it opens, connects to and runs.

`watched.py canary target [folder]` reads the document from the standard input, and writes what it did on the standard output. Its
files may be read from within the folder.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import openapi_core.validation.schemas
import openapi_schema_validator.validators

from aerostack_dynamic import AerostackError, Client, Spec
from aerostack_dynamic._schema import ENGINES, compile_schema

_ = jsonschema, jsonschema_rs, openapi_core, openapi_schema_validator
EVENTS = ("open", "socket.", "subprocess.", "os.", "urllib.", "ftplib.", "http.", "ctypes.", "shutil.")
# Python and libraries make code of their own by these when they are first used; a document's text must not be in it.
MAKERS = ("compile", "exec", "import")
CANARY, TARGET, *MORE = sys.argv[1:]
ROOT = Path(MORE[0]) if MORE and MORE[0] != "open" else None
OWN = (sys.prefix, sys.base_prefix, *([ROOT] if ROOT else []))
seen: list[str] = []
watching = False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not watching or not event.startswith((*EVENTS, *MAKERS)):
        return
    told = f"{event} {arguments!r}"
    own = event in MAKERS or any(str(folder) in told for folder in OWN)
    if CANARY in told or TARGET in told or not own:
        seen.append(told[:300])


def use(raw: dict[str, Any]) -> int:
    """Load the document, look at all of it, and check by every schema with every engine; what was found wrong is of no interest."""
    spec = Spec.load(raw, root=ROOT, trusted=False)
    pointers = [*raw.get("components", {}).get("schemas", {})]
    done = 0
    for engine in ENGINES:
        for name in pointers:
            with contextlib.suppress(AerostackError):
                pointer = "/components/schemas/" + name
                compile_schema(spec.document, pointer, engine).findings({"a": "x"})
                done += 1
    _ = spec.problems, spec.servers, spec.security_schemes
    with Client(spec=spec, server="https://a.example") as client:
        for operation in client.operations.values():
            for look in (
                lambda one=operation: one.__doc__,
                operation.prepare,
                operation.curl,
                lambda one=operation: repr(one.__signature__),
            ):
                with contextlib.suppress(AerostackError):
                    look()
                    done += 1
    return done


if __name__ == "__main__":
    document = json.load(sys.stdin)
    harmless = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "a"}}},
        "webhooks": {"b": {"post": {}}},
        "components": {"schemas": {"A": {"type": "string"}}},
    }
    use(harmless)  # whatever is imported on first use
    sys.addaudithook(watch)
    watching = True
    count = use(document)
    if MORE == ["open"]:
        open(CANARY).close()  # to show that it would be noticed
    watching = False
    print(json.dumps({"done": count, "seen": seen}))
