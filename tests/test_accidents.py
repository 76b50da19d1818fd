"""What people do by accident: each has a sentence, and nothing is sent, lost or taken for something else."""

from __future__ import annotations

import copy
import datetime
import io
import pickle
from pathlib import Path
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import ArgumentsError, ArgumentsWarning, Client, ResponseError, Spec, SpecError

RESPONSES: dict[str, Any] = {"200": {"description": ""}}


def spec(paths: dict[str, Any], **rest: Any) -> dict[str, Any]:
    head = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "https://a.example"}]}
    return head | {"paths": paths} | rest


def operation(**parts: Any) -> Any:
    return Client(spec=spec({"/x": {"post": {"operationId": "x", "responses": RESPONSES} | parts}})).x


def query(**schema: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "q", "in": "query", "schema": schema}]}


def body(schema: Any, content_type: str = "application/json", required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"required": required, "content": {content_type: {"schema": schema}}}}


def told(call: Any, **arguments: Any) -> list[str]:
    with pytest.raises(ArgumentsError) as caught:
        call(**arguments)
    return [str(one) for one in caught.value.problems] or [str(caught.value)]


def test_a_path_item_by_reference_is_read() -> None:
    item = {"get": {"operationId": "z", "responses": RESPONSES}}
    loaded = Spec.load(spec({"/a": {"$ref": "#/components/pathItems/P"}}, components={"pathItems": {"P": item}}))
    assert Client(spec=loaded).z.prepare().url == "https://a.example/a"
    for reference in ("#/components/nothing", "other.yaml"):
        [problem] = Spec.load(spec({"/a": {"$ref": reference}})).problems
        assert problem.pointer == "/paths/~1a"


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_required_body_is_always_sent(content_type: str) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    request = operation(**body(schema, content_type)).prepare()
    assert request.headers["content-type"] == content_type
    assert request.content == (b"{}" if "json" in content_type else b"")
    assert "content-type" not in operation(**body(schema, content_type, required=False)).prepare().headers


def test_an_argument_may_be_called_anything() -> None:
    parameters = [{"name": name, "in": "query", "schema": {}} for name in ("self", "positional", "name", "arguments")]
    call = operation(parameters=parameters)
    given = {"self": 1, "positional": 2, "name": 3, "arguments": 4}
    assert call.prepare(**given).url.query == b"self=1&positional=2&name=3&arguments=4"
    assert call.curl(**given).count("arguments=4") == 1


@pytest.mark.parametrize("method", ["prepare", "curl", "raw", "__call__"])
def test_arguments_are_never_positional(method: str) -> None:
    with pytest.raises(ArgumentsError, match=r"given by keyword: x\(q=\.\.\.\)"):
        getattr(operation(**query(type="string")), method)({"q": 1})


def test_a_url_has_an_end() -> None:
    assert "make no usable URL" in told(operation(**query(type="string")).prepare, q="x" * 100_000)[0]


def test_a_header_of_the_connection_is_no_argument() -> None:
    parameters = [{"name": "Content-Length", "in": "header", "schema": {"type": "integer"}}]
    call = operation(parameters=parameters)
    assert "content_length" not in str(call.__signature__)
    with pytest.warns(
        ArgumentsWarning, match="header/Content-Length: follows from the rest of the request; it is not sent as given"
    ):
        assert call.prepare(content_length=5).headers["content-length"] == "0"
    strict = call.with_options(validation="strict")
    assert told(strict.prepare, content_length=5) == ["header/Content-Length: follows from the rest of the request"]


def test_a_whole_number_is_written_as_one() -> None:
    call = operation(**query(type="integer"))
    assert call.prepare(q=3.0).url.query == b"q=3"
    assert call.prepare(q=-(2.0**60)).url.query == b"q=-1.152921504606847e%2B18"


def test_a_naive_datetime_lacks_its_offset() -> None:
    [problem] = told(operation(**query(type="string", format="date-time")).prepare, q=datetime.datetime(2026, 1, 1))
    assert "with a UTC offset" in problem


def test_one_warning_for_one_mistake() -> None:
    with Client() as client, pytest.warns(ArgumentsWarning) as caught:
        client.ai.ai_chat.prepare(messages=[{"role": "user", "content": "x", "zz": 1}] * 500)
    assert len(caught) == 1
    assert "body/messages/0/zz" in str(caught[0].message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"nam": 1}, "the nearest says: /name: required, missing"),
        ({"name": 1}, "the nearest says: /name: expected string, got integer"),
        (3, "the nearest says: expected null, got integer"),
    ],
)
def test_the_nearest_alternative_speaks(value: Any, message: str) -> None:
    other = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    call = operation(**body({"oneOf": [{"type": "null"}, other]}))
    assert message in told(call.prepare, body=value)[0]


def test_a_discriminating_constant_tells_which_is_nearest() -> None:
    def animal(kind: str) -> dict[str, Any]:
        return {"type": "object", "required": ["kind", kind], "properties": {"kind": {"const": kind}, kind: {"type": "integer"}}}

    call = operation(**body({"oneOf": [animal("dog"), animal("cat")]}))
    assert "the nearest says: /cat: required, missing" in told(call.prepare, body={"kind": "cat"})[0]


class Endless(io.RawIOBase):
    """Something with an asynchronous read()."""

    async def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        return b""


def test_files_that_give_nothing(tmp_path: Path) -> None:
    used = (one for one in [b"x"])
    list(used)
    with Client() as client, (tmp_path / "w").open("wb") as writing:
        upload = client.storage.storage_upload.prepare
        assert told(upload, key="k", file=used) == ["body/file: the generator is used up; make a new one for each call"]
        assert told(upload, key="k", file=writing) == ["body/file: the file was opened for writing only; open it with mode 'rb'"]
    reader = Endless()
    reader.readable = lambda: True  # type: ignore[method-assign]
    with Client() as client:
        assert "its read() is asynchronous" in told(client.storage.storage_upload.prepare, key="k", file=reader)[0]


def test_curl_names_the_file_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / 'a;b,"c.txt'
    path.write_text("x")
    with Client() as client, path.open("rb") as file:
        for given in (path, file):
            command = client.storage.storage_upload.curl(key="k", file=given)
            assert '@"' + str(path).replace('"', '\\"') + '"' in command
        assert '@"file"' in client.storage.storage_upload.curl(key="k", file=b"x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"server": ""}, "server: '' is no address"),
        ({"timeout": float("inf")}, "timeout: total is a number of seconds above 0 and at most"),
        ({"verify": 5}, "verify: give an ssl.SSLContext"),
        ({"validation": False}, "validation: give a Validation or one of 'strict'"),
        ({"validation": ""}, "validation: give a Validation or one of 'strict'"),
        ({"validation": "strcit"}, "not 'strcit', did you mean 'strict'?"),
    ],
    ids=repr,
)
def test_wrong_options(options: Any, message: str) -> None:
    with pytest.raises(ArgumentsError) as caught:
        Client(**options)
    assert message in str(caught.value)


def test_an_empty_variable_is_none(monkeypatch: Any) -> None:
    monkeypatch.setenv("AEROSTACK_SERVER", "")
    assert Client().cache.cache_get.prepare(key="k").url.host == "api.aerostack.ai"


def test_a_client_has_no_options_to_set() -> None:
    client = Client()
    with pytest.raises(AttributeError, match=r"timeout can't be set on a client; options are chosen .* with_options"):
        client.timeout = 5


@pytest.mark.parametrize("mode", ["observe", "off"])
def test_a_body_of_another_kind_is_delivered_where_nothing_is_refused(mode: str) -> None:
    answers = {"text/csv": b"a,b", "image/png": b"\x89PNG", "text/html": b'{"exists": true}'}
    for kind, content in answers.items():
        transport = httpx.MockTransport(
            lambda request, k=kind, c=content: httpx.Response(200, headers={"content-type": k}, content=c)
        )
        with Client("k", transport=transport, validation=mode) as client:
            data = client.cache.cache_get(key="k")
        assert data == {"text/csv": "a,b", "image/png": b"\x89PNG", "text/html": {"exists": True}}[kind]
        with Client("k", transport=transport, validation="tolerant") as client:
            if kind == "text/html":
                assert client.cache.cache_get(key="k") == {"exists": True}
            else:
                with pytest.raises(ResponseError, match=f"not {kind}; and the body is not valid JSON"):
                    client.cache.cache_get(key="k")


def test_optional_credentials_are_sent_where_there_are_some() -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "X-K"}
    paths = {"/x": {"get": {"operationId": "x", "security": [{}, {"K": []}], "responses": RESPONSES}}}
    seen: list[Any] = []
    transport = httpx.MockTransport(lambda request: seen.append(request.headers.get("x-k")) or httpx.Response(200))  # type: ignore[func-returns-value]
    for key in ("k", None):
        Client(key, spec=spec(paths, components={"securitySchemes": {"K": scheme}}), transport=transport).x()
    assert seen == ["k", None]


def test_formats_that_no_engine_judges() -> None:
    for engine in ("compiled", "jsonschema", "openapi-core"):
        call = operation(**query(type="string", format="regex"))
        chosen = call.with_options(validation=package.Validation(engine=engine))  # type: ignore[arg-type]
        assert chosen.prepare(q="(").url.query == b"q=%28"


def test_an_operation_is_copied_and_not_pickled_alone() -> None:
    one = Spec.bundled().operations["aiChat"]
    assert copy.copy(one) is copy.deepcopy(one) is one
    with pytest.raises(TypeError, match="pickle its Spec"):
        pickle.dumps(one)


def test_odd_ways_to_ask() -> None:
    client = Client()
    with pytest.raises(ArgumentsError, match="no operation 3"):
        client.call(3)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        client.operations[5]  # type: ignore[index]
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(SpecError, match="nests deeper"):
        Spec.load(spec({}) | {"x-deep": deep})
    with pytest.raises(SpecError, match="give the address as a str"):
        Spec.from_url(5)  # type: ignore[arg-type]
