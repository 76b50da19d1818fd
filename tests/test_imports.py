"""What is imported when: the document with the package, the HTTP library with the first call, the network with the first of our own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

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
        ("from aerostack_dynamic import Client; Client('k').ai.ai_chat", set()),
        ("from aerostack_dynamic import AsyncClient; AsyncClient('k').ai.ai_chat", set()),
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


# Rooms of the package, by what is done; each line comes on top of those before it. A new one has to be needed.
LOADED = "_dialect _errors _late _load _parts _reference _spec _values _version"
MADE = """_access _caller _calling _client _credential _formats _frames _group _http _index _listed _media_type _missing _model _names
    _operation _options _retry _server _session _steps _table _telling _warn _ways"""
CALLED = """_arguments _asking _attempt _auth _body _bounded _call _carried _choice _codec _codecs _content _course _deprecated _driver
    _encoded _exchange _flight _given _graph _heads _hidden _judge _keywords _life _log _lower _mask _measure _narrow
    _perform _reader _reach _record _redirect _request _response _result _schema _schema_common _schema_fast _schema_part _seldom _shape
    _stream_rules _style _template _typed _unread _waiting _watch _web_link _weight"""
STAGES = """
import sys

already = {*sys.modules}  # what measures coverage brings its own

def rooms():
    return sorted(name.partition(".")[2] for name in sys.modules if name.startswith("aerostack_dynamic."))

import aerostack_dynamic
told = [rooms()]
from aerostack_dynamic import AsyncClient, Client
before = {*sys.modules}
for client in (Client("k"), AsyncClient("k")):
    client.ai.ai_chat
assert {*sys.modules} == before, "what a client is made of is imported with its class"
told.append(rooms())
others = sorted({*sys.modules} - already)
import httpx
client = Client("k", transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"response": "Hi"})))
assert client.ai.ai_chat(model="m", messages=[{"role": "user", "content": "Hello"}]).response == "Hi"
told.append(rooms())
import json
print(json.dumps([told, others, sorted({*sys.modules} - already)]))
"""
# What takes long to import of the standard library, for a client that has sent nothing.
SLOW = "asyncio decimal email logging pathlib pkgutil random ssl tempfile uuid"
# The rooms of the network, of an event loop, and of a second engine, where a caller's own transport answers.
NETWORK = "anyio asyncio h11 httpcore jsonschema lxml openapi_core yaml"


@pytest.fixture(scope="module")
def stages() -> tuple[list[list[str]], list[str], list[str]]:
    done = subprocess.run([sys.executable, "-c", STAGES], capture_output=True, text=True, check=True)
    rooms, others, last = json.loads(done.stdout)
    return rooms, others, last


def test_a_document_is_loaded_without_what_reads_it(stages: Any) -> None:
    """Its index, its schemas, files beside it and codecs wait until they are asked for; `import httpx` is the measure of all of it."""
    assert set(stages[0][0]) == {*LOADED.split()}


def test_a_client_and_its_operations_are_made_without_what_calls_are_made_of(stages: Any) -> None:
    assert set(stages[0][1]) == {*LOADED.split(), *MADE.split()}
    assert not {*stages[1]} & {*SLOW.split(), *HEAVY, "orjson"}


def test_a_small_call_imports_what_it_needs(stages: Any) -> None:
    assert set(stages[0][2]) == {*LOADED.split(), *MADE.split(), *CALLED.split()}
    assert not {*stages[2]} & {*NETWORK.split()}
