"""Names and texts of a document are data: none becomes code, a shell word, a place of our own, or a command to a terminal."""

from __future__ import annotations

import copy
import io
import logging
import os
import pickle
import pydoc
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AerostackError, Client, Spec, SpecError
from aerostack_dynamic._values import shown

ESCAPES = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\u202eevil\u2066\x00\x7f\x85\u2028"
NAMES = (
    *("__class__", "__init__", "__dict__", "__getattr__", "__reduce__", "__get__", "mro", "_caller", "_name", "self", "/name"),
    *("close", "spec", "operations", "call", "send", "with_options", "raw", "prepare", "curl", "operation", "body", "UNSET"),
    *("import os", "'; import os; '", '"', "'", "\n", "\r\nX-Evil: y", "\0", "x" * 10_000, "", "  ", "lambda", "None", "print"),
    *("\U0001f600", "\u202eevil\u202c", ESCAPES, "é", "İ", "ﬁ", "\u2028", "\ud7ff", "<script>alert(1)</script>", "](javascript:1)"),
    *("$(touch canary)", "`touch canary`", "; touch canary", "'$(touch canary)'", "\\", "../../etc/passwd", "@/etc/passwd", "a=b"),
    *("{0.__class__}", "{self}", "%s%n", "%(message)s", "-o canary", "--help", "~", "*", "#", "?", "[1-9]", "{a,b}"),
)
SERVER = "https://a.example"


def document(name: str, /, **scheme: Any) -> dict[str, Any]:
    """A document that puts `name` wherever one may stand."""
    text = {"description": name, "title": name, "summary": name}
    schema = {"type": "string", "enum": [name, "b"], "default": name, "title": name, "description": name, "examples": [name]}
    body = {"schema": {"$ref": "#/components/schemas/S"}, "example": {name: name}, "examples": {name: {"value": {name: name}}}}
    answer = {
        "description": name,
        "content": {"application/json": body},
        "headers": {name: {"schema": schema}},
        "links": {name: {}},
    }
    parameter = {"name": name, "in": "query", "schema": schema, "example": name, **text}
    post = {"operationId": name, "tags": [name, "other"], "parameters": [parameter], "security": [{name: []}], **text}
    post |= {"requestBody": {**text, "content": {"application/json": body}}, "responses": {"200": answer, name: answer}}
    given = {"type": "apiKey", "in": "header", "name": "X-Key", **scheme}
    return {
        "openapi": "3.1.0",
        "info": {**text, "version": name},
        "tags": [{"name": name, **text}],
        "servers": [{"url": SERVER, **text}],
        "paths": {
            "/x": {"post": post, "get": {"operationId": name, "responses": {}}},
            f"/y{name}": {"get": {"operationId": f"{name}2", "responses": {name: {"description": name}}, **text}},
        },
        "components": {
            "schemas": {"S": {"properties": {name: schema}}, name: schema},
            "securitySchemes": {name: {**given, **text}},
        },
    }


def client_of(name: str, /, **scheme: Any) -> Client:
    return Client(spec=Spec.load(document(name, **scheme), trusted=False), server=SERVER)


def arguments_of(operation: Any, name: str) -> dict[str, Any]:
    return {one.name: name for one in operation.arguments}


def tried(call: Callable[..., Any], /, **arguments: Any) -> str:
    """What a call gave, or the error of ours that it raised."""
    try:
        return str(call(**arguments))
    except AerostackError as error:
        return f"{type(error).__name__}: {error}"


def harmless(text: str) -> bool:
    return all(char.isprintable() or char in "\n\t" for char in text)


@pytest.mark.parametrize("name", NAMES, ids=lambda one: repr(one)[:40])
def test_a_name_is_a_key_and_nothing_else(name: str) -> None:
    with client_of(name) as client:
        own = {one for one in dir(Client) if not one.startswith("__")}
        assert not own & client.__dict__.keys()
        assert not any(one.startswith("__") or (one.startswith("_") and one not in ("_caller", "_held")) for one in client.__dict__)
        assert len(client.operations) == 3
        reached = [*client.operations.values()]
        for group in client.spec.groups:
            reached += [getattr(getattr(client, group), one) for one in client.spec.groups[group]]
        assert {one.operation.operation_id for one in reached} == set(client.operations)
        for operation in reached:
            tried(operation.prepare, **arguments_of(operation.operation, name))
            assert operation.__signature__.parameters.keys() == arguments_of(operation.operation, name).keys()
            assert dir(operation)
        assert client.spec.groups.keys() <= set(dir(client))


@pytest.mark.parametrize("name", NAMES, ids=lambda one: repr(one)[:40])
def test_a_name_shows_as_text(name: str) -> None:
    with client_of(name) as client:
        texts = [repr(client), repr(client.spec), repr(client.operations), *map(str, client.spec.problems)]
        for operation in client.operations.values():
            texts += [repr(operation), repr(operation.operation), str(operation.__signature__), operation.__doc__]
            texts += [pydoc.plain(pydoc.render_doc(operation))]
        texts += [repr(getattr(client, group)) for group in client.spec.groups]
        assert [text for text in texts if not harmless(text)] == []


@pytest.mark.parametrize("name", NAMES, ids=lambda one: repr(one)[:40])
def test_a_client_of_such_a_document_is_copied_and_pickled(name: str) -> None:
    with client_of(name) as client:
        again = pickle.loads(pickle.dumps(client))
        assert [*again.operations] == [*copy.deepcopy(client).operations] == [*client.operations]
        assert not again.spec.document.trusted


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Any]:
    """Runs a command line in a POSIX shell with a `curl` that gives its arguments; nothing else may come of it."""
    stub = tmp_path / "bin" / "curl"
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    stub.chmod(0o755)
    place = tmp_path / "place"
    place.mkdir()
    environment = {"PATH": f"{stub.parent}:{os.environ['PATH']}", "AWS_SECRET": "leaked"}

    def run(line: str) -> list[str]:
        assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0
        done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, cwd=place, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode().split("\0")[:-1]

    yield run
    assert [*place.iterdir()] == []


@pytest.mark.parametrize("name", NAMES, ids=lambda one: repr(one)[:40])
def test_a_name_is_no_word_of_the_shell(name: str, shell: Any) -> None:
    with client_of(name) as client:
        for operation in client.operations.values():
            line = tried(operation.curl, **arguments_of(operation.operation, name))
            if not line.startswith("curl "):  # a path that no URL can have, or a variable in it that is no parameter
                assert operation.operation.path != "/x", line
                continue
            words = shell(line)
            assert words[:2] == ["--request", operation.operation.method]
            assert words[2].startswith(SERVER)
            assert not any(word.startswith("@") for word in words)


@pytest.mark.parametrize("location", ["header", "query", "cookie"])
@pytest.mark.parametrize("name", ["X$(touch${IFS}canary)", "X`touch`", 'a"b', "a b", "a;b", "a\nb", "a\\b", "$HOME", "a!b", "X-K"])
def test_a_key_is_named_without_the_shell(name: str, location: str, shell: Any) -> None:
    with client_of("key", **{"in": location, "name": name}) as client:
        line = tried(client.operations["post_x"].curl)
    if not line.startswith("curl "):
        assert "no name that a key can have" in line
        return
    assert any(word.startswith(name) for word in shell(line))


def test_no_variable_of_the_caller_is_sent_by_the_name_of_a_scheme(shell: Any) -> None:
    with client_of("AWS_SECRET") as client:
        lines = [tried(one.curl) for one in client.operations.values()]
    assert any("$CREDENTIAL_AWS_SECRET" in line for line in lines)
    assert not any("leaked" in word for line in lines for word in shell(line))


@pytest.mark.parametrize("field", ["a=@/etc/passwd;b", "", "a=b"])
def test_a_field_cannot_name_another_file(field: str) -> None:
    schema = {"properties": {field: {"type": "string", "format": "binary"}, "b": {"type": "string"}}}
    content = {"multipart/form-data": {"schema": schema}}
    made = document("x")
    made["paths"]["/x"]["post"] = {"operationId": "up", "requestBody": {"content": content}, "responses": {}}
    with Client(spec=made, server=SERVER) as client:
        with pytest.raises(AerostackError, match="curl can't name a field"):
            client.operations["up"].curl(
                **{next(one.name for one in client.operations["up"].operation.arguments if one.binary): b"x"}
            )


@pytest.mark.parametrize("text", ["@/etc/passwd", "@-"])
def test_a_text_that_begins_as_a_file_does_is_a_text(text: str, shell: Any) -> None:
    made = document("x")
    made["paths"]["/x"]["post"] = {"operationId": "up", "requestBody": {"content": {"text/plain": {}}}, "responses": {}}
    with Client(spec=made, server=SERVER) as client:
        words = shell(client.operations["up"].curl(body=text))
    assert words[-2:] == ["--data-raw", text]


def test_texts_of_a_document_are_no_commands_to_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    made = document(ESCAPES)
    made["paths"]["/z"] = {"get": {"operationId": ESCAPES, "parameters": [{"$ref": f"#/{ESCAPES}"}], "tags": [ESCAPES]}}
    made["paths"][f"/{ESCAPES}"] = {"get": ESCAPES}
    made["components"]["schemas"][ESCAPES] = {"type": "string", "pattern": f"(?={ESCAPES})"}
    spec = Spec.load(made, trusted=False)
    assert spec.problems
    assert all(harmless(str(one)) for one in spec.problems)
    assert harmless(str(SpecError("a problem", spec.problems)))
    answer = httpx.Response(200, json={ESCAPES: "c"})
    transport = httpx.MockTransport(lambda request: answer)
    told: list[str] = []
    caplog.set_level(logging.DEBUG, "aerostack_dynamic")
    with warnings.catch_warnings(record=True) as caught, Client(spec=spec, server=SERVER, transport=transport) as client:
        warnings.simplefilter("always")
        for operation in client.operations.values():
            told.append(tried(operation, **{f"no{ESCAPES}": 1}))
            told.append(tried(lambda: operation.curl(**arguments_of(operation.operation, "c"))))  # noqa: B023  # called at once
            told.append(tried(lambda: operation(**arguments_of(operation.operation, "c"))))  # noqa: B023
    told += [str(one.message) for one in caught] + [record.getMessage() for record in caplog.records]
    assert len(told) > 5
    assert [text for text in told if not harmless(text)] == []


def test_a_document_that_is_no_document_tells_of_it_harmlessly() -> None:
    sources = (
        {"openapi": ESCAPES},
        f"a: !{ESCAPES.encode().hex()} x\nb: [".encode(),
        f'"{ESCAPES}": [\n'.encode(),
        b"a: 1\na\x1b]52;: 1",
        "k\u202e: 1\nk\u202e: 2".encode(),
    )
    for source in sources:
        with pytest.raises(SpecError) as caught:
            Spec.load(source, trusted=False)
        assert harmless(str(caught.value))


def test_what_is_shown() -> None:
    assert shown("a\tb\nc") == "a\tb\nc"
    assert shown("\x1b[1m\x9b\u202e\r\0") == "\\x1b[1m\\x9b\\u202e\\r\\x00"


@pytest.mark.parametrize("scheme", ["x\r\nEvil: 1", "x\0", "\u202e", "bearer x"])
def test_an_authorization_holds_no_line_of_the_document(scheme: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    made = Spec.load(document("key", type="http", scheme=scheme), trusted=False)
    with Client(spec=made, server=SERVER, credentials={"key": "canary"}, transport=httpx.MockTransport(answer)) as client:
        for operation in client.operations.values():
            assert "canary" not in tried(operation)
    assert not any("Evil" in request.headers for request in sent)


def test_long_names_take_no_longer_than_their_length() -> None:
    began = time.process_time()
    long = "aB" * 5000
    paths = {f"/{long}{n}": {"get": {"operationId": f"{long}{n}", "tags": [f"{long}{n}"], "responses": {}}} for n in range(50)}
    spec = Spec.load({"openapi": "3.1.0", "info": {}, "paths": paths}, trusted=False)
    with Client(spec=spec, server=SERVER) as client:
        assert len(dir(client)) > 50
        with pytest.raises(AerostackError):
            client.call(long)
        with pytest.raises(AerostackError):
            client.call("x" * 100)
    assert time.process_time() - began < 1


def test_path_templates_of_braces_take_linear_time() -> None:
    for path in ("/" + "{" * 50_000, "/" + "{}" * 25_000, "/" + "{a" * 25_000, "/" + "}" * 50_000, "/" * 50_000):
        began = time.process_time()
        spec = Spec.load({"openapi": "3.1.0", "paths": {path: {"get": {"operationId": "x", "responses": {}}}}}, trusted=False)
        with Client(spec=spec, server=SERVER) as client:
            tried(client.operations["x"].prepare)
        assert time.process_time() - began < 3, path[:5]


def test_an_operation_without_a_tag_and_a_group_stand_side_by_side() -> None:
    paths: dict[str, Any] = {
        "/a": {"get": {"operationId": "shared", "responses": {}}},
        "/b": {"get": {"operationId": "x", "tags": ["shared"], "responses": {}}},
        "/c": {"get": {"operationId": "a-b", "responses": {}}},
        "/d": {"get": {"operationId": "a_b", "responses": {}}},
        "/c/": {"get": {"operationId": "a.b", "responses": {}}},
        "/e": {"get": {"operationId": "get_c", "responses": {}}},
    }
    spec = Spec.load({"openapi": "3.1.0", "info": {}, "paths": paths})
    assert len(spec.operations) == 6
    assert len({one.dotted for one in spec.operations.values()}) == 6
    with Client(spec=spec, server=SERVER) as client:
        assert client.shared.operation.path == "/a"
        assert client.shared_.x.operation.path == "/b"


def test_the_terminal_of_help_is_as_plain() -> None:
    with client_of(ESCAPES) as client:
        out = io.StringIO()
        pydoc.Helper(output=out).help(client)
        for group in client.spec.groups:
            pydoc.Helper(output=out).help(getattr(client, group))
    assert harmless(pydoc.plain(out.getvalue()))
