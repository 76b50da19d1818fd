"""What is imported when: the document with the package, the HTTP library with a client, the network with the first call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("httpx", "httpcore", "asyncio", "jsonschema", "jsonschema_rs", "openapi_core", "yaml", "importlib.resources", "starlette")


def imported(code: str) -> set[str]:
    program = f"import sys, json\n{code}\nprint(json.dumps([one for one in {HEAVY!r} if one in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import aerostack_dynamic; assert len(aerostack_dynamic.Spec.bundled().operations) == 9", set()),
        ("from aerostack_dynamic import Client; Client('k').ai.ai_chat", {"httpx"}),
        # pytest does so wherever the package is installed.
        ("from aerostack_dynamic.testing import _plugin", {"importlib.resources"}),  # by pytest itself
        # A module that names another before anything else is imported.
        ("from aerostack_dynamic.testing import MockCall", {"httpx", "jsonschema_rs"}),
        ("from aerostack_dynamic import Client; Client('k').ai.ai_chat.prepare(messages=[])", {"httpx", "jsonschema_rs"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(code: str, allowed: set[str]) -> None:
    assert imported(code) <= allowed


@pytest.mark.parametrize(
    "name", ["_carried", "cli", "compare", "explore", "sandbox", "sdk", "stubs", "testing", "transports", "typed", "v1_5_0"]
)
def test_each_room_may_be_the_first(name: str) -> None:
    assert imported(f"import aerostack_dynamic.{name}") is not None


def test_a_document_is_loaded_without_what_reads_it() -> None:
    """Its index, its schemas, files beside it and codecs wait until they are asked for; `import httpx` is the measure of all of it."""
    code = "import sys, aerostack_dynamic as a; a.Spec.bundled(); print(*(n for n in sys.modules if n.startswith('aerostack_dynamic._')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert rooms == {"_dialect", "_errors", "_load", "_measure", "_parts", "_reference", "_spec", "_values", "_version"}
