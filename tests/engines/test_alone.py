"""Each engine without the other two, the package without its fast parts, and no engine that fetches; each in its own process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._schema import ENGINES, compile_schema

# What a process of a test starts with: `forbid_here` for imports by the package, `forbid` for imports by anyone.
PRELUDE = """
import builtins
import sys

real_import = builtins.__import__

def forbid(*names):
    for name in names:
        sys.modules[name] = None

def forbid_here(*names):
    def guarded(name, globals=None, locals=None, fromlist=(), level=0):
        here = str((globals or {}).get("__name__", ""))
        if here.partition(".")[0] == "aerostack_dynamic" and not level and name.partition(".")[0] in names:
            raise ImportError(f"{name} is forbidden in {here}")
        return real_import(name, globals, locals, fromlist, level)
    builtins.__import__ = guarded

def judge(engine):
    from aerostack_dynamic import Spec
    from aerostack_dynamic._schema import compile_schema
    spec = Spec.bundled()
    told = {}
    for operation in spec.operations.values():
        for media in operation.request_body.content.values():
            checker = compile_schema(spec.document, media.schema.pointer, engine)
            told[operation.operation_id] = sorted((one.rule, one.names) for one in checker.findings({"email": "x", "password": "12345678"}))
    assert told["authSignup"] == [("format", ())], told["authSignup"]
    assert told["authSignin"] == [("format", ())], told["authSignin"]
    assert told["dbQuery"] == [("required", ("sql",))], told["dbQuery"]
    assert len(told) == 9
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("AEROSTACK_")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_guard_guards() -> None:
    run(
        """
        forbid_here("jsonschema_rs", "jsonschema", "openapi_core")
        from aerostack_dynamic import SpecError
        for engine in ("compiled", "jsonschema", "openapi-core"):
            try:
                judge(engine)
            except SpecError as error:
                assert "forbidden in aerostack_dynamic._schema" in str(error), error
            else:
                raise AssertionError(engine)
        """
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_the_only_one_that_the_package_imports(engine: str) -> None:
    names = {"compiled": "jsonschema_rs", "jsonschema": "jsonschema", "openapi-core": "openapi_core"}
    others = [name for one, name in names.items() if one != engine]
    run(f"forbid_here(*{others!r})\njudge(sys.argv[1])\nassert {names[engine]!r} in sys.modules", engine)


@pytest.mark.parametrize(
    ("engine", "others"),
    [
        ("compiled", ("jsonschema", "openapi_core")),
        ("jsonschema", ("jsonschema_rs", "openapi_core")),
        ("openapi-core", ("jsonschema_rs",)),  # it stands on jsonschema itself
    ],
)
def test_an_engine_works_where_the_others_are_not_installed(engine: str, others: tuple[str, ...]) -> None:
    run("forbid(*sys.argv[2:])\njudge(sys.argv[1])", engine, *others)


def test_compiled_falls_back() -> None:
    run(
        """
        forbid("jsonschema_rs", "openapi_core")
        judge("compiled")
        assert "jsonschema" in sys.modules
        """
    )


def test_without_the_compiled_engine_patterns_are_not_enforced() -> None:
    run(
        """
        forbid("jsonschema_rs")
        from aerostack_dynamic import Spec
        from aerostack_dynamic._schema import compile_schema
        schema = {"properties": {"a": {"pattern": "^b$", "minLength": 1}}, "patternProperties": {"^x": False},
                  "additionalProperties": False}
        spec = Spec.load({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"row": schema}}})
        checker = compile_schema(spec.document, "/components/schemas/row")
        assert [*checker.findings({"a": "z", "x": 1})] == []
        assert [one.rule for one in checker.findings({"a": ""})] == ["minLength"]
        """
    )


def test_a_call_imports_neither_of_the_slow_engines() -> None:
    run(
        """
        import httpx
        from aerostack_dynamic import Client
        answer = {"results": [{"id": 1}], "count": 1}
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
        with Client(api_key="k" * 20, transport=transport) as client:
            assert client.database.db_query(sql="SELECT 1") == answer
        assert "jsonschema_rs" in sys.modules
        assert "openapi_core" not in sys.modules
        assert "jsonschema" not in sys.modules
        """
    )


def test_the_package_works_without_the_fast_codec() -> None:
    run(
        """
        forbid("orjson")
        import httpx
        from aerostack_dynamic import ArgumentsError, Client, ResponseError
        from aerostack_dynamic._codec import UndecodableError, decode_json, encode_json

        values = [None, True, 0, -1, 1.5, 2**64, -(10**40), "", "\\0\\u2028\\U0001f600", [], {}, [{"é": [1.0]}], "\\"\\\\/"]
        for value in values:
            assert decode_json(encode_json(value)) == value
        for text in (b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"", b"[1] x", b'"\\\\ud800"', b"\\xff", b"[" * 100_000):
            try:
                decode_json(text)
            except UndecodableError:
                continue
            raise AssertionError(text[:20])

        def server(request):
            assert request.content == b'{"key":"k","value":%d}' % 2**70, request.content
            return httpx.Response(200, content=b'{"success": NaN}')

        with Client(api_key="k" * 20, transport=httpx.MockTransport(server)) as client:
            try:
                client.cache.cache_set(key="k", value=float("nan"))
            except ArgumentsError:
                pass
            else:
                raise AssertionError("NaN was sent")
            try:
                client.cache.cache_set(key="k", value=2**70)
            except ResponseError as error:
                assert "NaN" in str(error), error
            else:
                raise AssertionError("NaN was accepted")
        """
    )


@pytest.fixture
def sink() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("place", ["root", "items", "anyOf", "if", "properties"])
def test_no_engine_fetches(engine: Any, place: str, sink: socket.socket, engines: Any) -> None:
    target = f"http://127.0.0.1:{sink.getsockname()[1]}/schema.json"
    for reference in (target, f"{target}#/a", "file:///etc/hostname", "other.json", f"//127.0.0.1:{sink.getsockname()[1]}/a"):
        inner: Any = {"$ref": reference}
        wrapped = {"items": inner, "anyOf": [inner], "if": inner, "then": True, "properties": {"a": inner}}
        schema = inner if place == "root" else {place: wrapped[place], "then": True}
        document = engines.document_of({"row": schema})
        with pytest.raises(SpecError):
            compile_schema(document, "/components/schemas/row", engine)
    with pytest.raises(TimeoutError):
        sink.accept()


def test_the_sink_would_see_a_connection(sink: socket.socket) -> None:
    with socket.create_connection(sink.getsockname()[:2]):
        connection, _ = sink.accept()
        connection.close()
