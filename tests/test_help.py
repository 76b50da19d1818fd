"""What `help()` says and what signatures tell: of the bundled documents, and of documents that are large, odd, hostile or broken."""

from __future__ import annotations

import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pytest

from aerostack_dynamic import AsyncClient, Client, Record, Spec
from aerostack_dynamic._record import as_record
from aerostack_dynamic._shape import shape_at

SECTIONS = ("Arguments:", "Returns:", "Raises:", "Example:", "See also:")


def told(thing: Any) -> str:
    """The page of `help(thing)`, its signature in one line and its empty lines empty, as Python 3.13 alone has either otherwise."""
    page = "\n".join(line.rstrip() for line in pydoc.render_doc(thing, renderer=pydoc.plaintext).splitlines())
    return (
        re.sub(r"\(\n    (\*,\n.*?)\n\) ->", lambda found: f"({' '.join(found[1].split())}) ->", page, count=1, flags=re.DOTALL)
        + "\n"
    )


def document(operation: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    responses = {"200": {"description": ""}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1", "description": "what it is"},
        "servers": [{"url": "https://a.example"}],
        "tags": [{"name": "Some Things", "description": "All of `them`."}],
        "paths": {"/x/{p}": {"post": {"operationId": "x", "responses": responses} | operation}},
        "components": {"schemas": schemas},
    }


def help_of(operation: dict[str, Any], **schemas: Any) -> str:
    with Client(spec=document(operation, **schemas)) as client:
        return told(client.operations["x"])


def test_an_operation_reads_like_documentation() -> None:
    with Client(version="1.5.0") as client:
        page = told(client.ai.ai_chat)
        assert [page.index(one) for one in SECTIONS] == sorted(page.index(one) for one in SECTIONS)
        for line in (
            "ai_chat(*, messages: list[dict], model: str = UNSET, stream: bool = UNSET",
            "    Ask a language model\n",
            "        messages: list of objects\n            What was said, the oldest first.\n",
            "            role: one of 'system', 'user', 'assistant'\n                Who says it.\n",
            "        stream: boolean, optional, default False\n",
            "        temperature: number, 0 to 2, optional\n",
            "        a Record (application/json, text/event-stream)\n",
            "                finish_reason: one of 'stop', 'length', 'content_filter', may be absent\n",
            "            model='@cf/meta/llama-3-8b-instruct',\n        )\n",
            "        .stream(...): the answer as it comes\n",
            "    POST /ai/chat (operationId aiChat)\n    It is not tried again when the server may have acted on it.",
        ):
            assert line in page
        assert "BadRequestError (400): The request is not valid." in told(client.database.db_batch)
        assert "{'sql': 'SELECT COUNT(*) AS total FROM notes'}," in told(client.database.db_batch)
        upload = told(client.storage.storage_upload)
        assert "file: a file: a Path, bytes, or what can be read\n" in upload
        assert "The body is sent as multipart/form-data." in upload
        assert ".items(...), .pages(...): the whole list" in told(client.cache.cache_list)
        assert "bytes (application/octet-stream, */*)" in told(client.storage.storage_get)
        assert "password='***'" in told(client.authentication.auth_signup)
        assert "created_at ('createdAt'): string (date-time)" in told(client.authentication.auth_signup)
        for operation in client.operations.values():
            page = told(operation)
            assert max(map(len, page.split("\n    ", 1)[1].splitlines())) <= 100
            assert all(not one.required or f"{one.name}=" in page for one in operation.operation.arguments)


def test_a_call_is_awaited_where_it_is() -> None:
    assert "await client.ai.ai_chat(\n" in AsyncClient().ai.ai_chat.__doc__


def test_groups_clients_documents_and_operations_have_pages() -> None:
    with Client() as client:
        assert "<group ai: ai_chat>\n    Language models.\n\n    ai:\n        ai_chat  Ask a language model\n" in told(client.ai)
        page = told(client)
        assert "A client that waits." in page
        assert "Its own methods: help(Client)." in page
        assert "Every operation is a POST request" in page
        assert "    cache:\n        cache_get  Read a cached value\n        cache_set  Cache a value\n" in page
        assert "queue_enqueue  Queue a job" in told(client.spec)
        assert "messages: list of objects" in told(client.spec.operations["aiChat"])
        assert "class Client(" in told(Client)
        assert "A client that waits." in (Client.__doc__ or "")
        assert "Queue a job" not in (Client.__doc__ or "")
    assert "Its own methods" in (Client.__new__(Client).__doc__ or "")


def test_a_record_tells_what_it_may_have() -> None:
    spec = Spec.bundled()
    schema = spec.operations["authSignin"].responses["200"].content["application/json"].schema
    assert schema
    record = as_record({"token": "t", "more": 1}, shape_at(spec.document, schema.pointer))
    page = told(record)
    assert "{'token': ***, 'more': 1}" in page
    assert "        expires_at ('expiresAt'): string (date-time)\n" in page
    assert "    Undeclared, by keys alone: 'more'" in page
    plain = Spec.load(document({}, Bare={"properties": {"a": {"type": "string"}}}))
    bare = as_record({}, shape_at(plain.document, "/components/schemas/Bare"))
    assert "    Attributes:\n        a: string\n" in told(bare)
    many = Record(dict.fromkeys(map(str, range(20))))
    assert many.__doc__ == "Undeclared, by keys alone: " + ", ".join(repr(str(one)) for one in range(12)) + " and 8 more"


PARAMETERS = [
    {"name": "p", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
    {"name": "old", "in": "query", "deprecated": True, "schema": {"type": "string"}, "description": "an old\x1b[2J \u202eone"},
    {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["a", "b"]}},
    {"name": "key", "in": "query", "required": True, "schema": {"type": "string", "format": "password", "example": "hunter2"}},
]


def test_what_a_document_does_not_say_well_is_told_all_the_same() -> None:
    text = "<p>First</p>\n\n- one\n- two\n  on\n\n```\nkept   as it is\n```\n| a | b |\n" + "word " * 900
    page = help_of(
        {"deprecated": True, "parameters": PARAMETERS, "summary": "Do \x1b[2J it", "description": text, "security": [{}]}
    )
    for part in (
        "    Do  [2J it\n",
        "    Deprecated: it may go in a later version.\n",
        "    First\n",
        "    - one\n    - two\n",
        "    ```\n    kept   as it is\n    ```\n",
        "...\n",
        "        p: integer, at least 1\n",
        "        old: string, optional, deprecated\n            an old [2J  one\n",
        "Credentials: none.",
        "    Returns:\n        None\n",
    ):
        assert part in page
    assert not {"\x1b", "\u202e"} & {*page}
    assert "hunter2" not in page
    assert re.search(r"client\.x\(p=\d+, kind='[ab]', key='\*\*\*'\)", page)
    nothing = {"name": "p", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 2, "maximum": 1}}
    assert "Example:\n        client.x(p=...)" in help_of({"parameters": [nothing]})


def test_bodies_and_answers_of_other_kinds() -> None:
    body = {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "id": {"type": "integer", "readOnly": True},
                    },
                }
            },
            "text/csv": {"schema": {"type": "string"}},
        },
    }
    answers = {
        "200": {"description": "rows", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}},
        "201": {"description": "text", "content": {"text/plain": {}}},
        "202": {"description": "lines", "content": {"application/jsonl": {}}},
        "203": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}}},
        "4XX": {"description": ""},
        "5XX": {"description": "down"},
        "default": {"description": "else"},
    }
    page = help_of({"requestBody": body, "responses": answers, "x-aerostack-stream": {"flag": "f", "error": "bad"}})
    for part in (
        "files: a file: a Path, bytes, or what can be read, or a list of such\n",
        "200: a list of Records\n            rows\n        201: str (text/plain)\n",
        "        203: list of integers\n",
        "StatusError (4XX)\n        ServerError (5XX): down\n        StatusError (default): else\n",
        'files=Path("./file")',
        ".stream(...): the answer as it comes",
    ):
        assert part in page
    assert "sent as multipart/form-data, or, by with_options(media_type=...), as text/csv." in " ".join(page.split())
    assert "id:" not in page


def test_examples_fit_their_types() -> None:
    """No mask of a text for a number, no empty list where there may be items, and a Path for a file."""
    properties = {
        "upload": {"type": "string", "format": "binary"},
        "cvc": {"type": "integer", "x-aerostack-secret": True},
        "codes": {"type": "array", "items": {"type": "integer", "x-aerostack-secret": True}},
        "many": {"type": "array", "items": {"type": "string"}},
    }
    form = {"schema": {"type": "object", "required": [*properties], "properties": properties}}
    form["example"] = {"upload": "apples, pears", "cvc": 123, "codes": [1], "many": ["a"]}
    status = {"name": "status", "in": "query", "required": True, "schema": {"type": "array", "items": {"enum": ["sold"]}}}
    none = {"name": "none", "in": "query", "required": True, "schema": {"type": "array", "maxItems": 0}}
    answer = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    page = help_of(
        {
            "parameters": [status, none],
            "requestBody": {"required": True, "content": {"multipart/form-data": form}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": answer}}}},
        }
    )
    for part in ("status=['sold']", "none=[]", 'upload=Path("./file")', "cvc=...", "codes=[...]", "many=['a']"):
        assert part in page
    assert "a: string\n" in page
    assert "b: integer, may be absent\n" in page
    made = {"schema": {"type": "object", "required": ["many"], "properties": {"many": properties["many"]}}}
    assert "many=[]" not in help_of({"requestBody": {"required": True, "content": {"application/json": made}}})


def test_what_refers_to_itself_ends() -> None:
    node = {"type": "object", "properties": {str(one): {"$ref": "#/components/schemas/Node"} for one in range(9)}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}}
    page = help_of({"responses": answer}, Node=node)
    assert "... and " in page
    assert len(page) < 20_000


def test_an_operation_that_is_broken_says_so() -> None:
    with Client(spec=document({"parameters": [{"$ref": "#/nowhere"}], "tags": ["Some Things"]})) as client:
        assert "It can't be called: " in client.some_things.x.__doc__
        assert str(inspect.signature(client.some_things.x)) == "(**arguments)"
        assert "All of `them`." in client.some_things.__doc__
        assert "It can't be called: " in client.some_things.x._repr_html_()


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        ({"type": "string"}, str),
        ({"type": ["integer", "null"]}, int | None),
        ({"type": "array", "items": {"type": "integer"}}, list[int]),
        ({"type": "array", "items": {"enum": ["a"], "type": "string"}}, list[str]),
        ({"type": "array", "items": {"type": "array", "items": {"type": "array"}}}, list[list[list]]),
        ({"enum": ["a", "b"]}, Literal["a", "b"]),
        ({"type": "string", "enum": [*map(str, range(20))]}, str),
        ({"enum": [*map(str, range(20))]}, str),
        ({"enum": [1, "a"] * 9}, Literal[1, "a"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, list[str]),
        ({"enum": [1.5]}, Any),
        ({"enum": [None]}, Literal[None]),
        ({}, Any),
    ],
)
def test_annotations_are_python_types(schema: Any, annotation: Any) -> None:
    parameter = {"name": "p", "in": "path", "required": True, "schema": schema}
    operation = Spec.load(document({"parameters": [parameter]})).operations["x"]
    assert operation.signature.parameters["p"].annotation == annotation
    assert operation.signature.return_annotation is None


def test_signatures_tell_what_is_returned() -> None:
    spec = Spec.bundled("1.5.0")
    given = {name: one.signature.return_annotation for name, one in spec.operations.items()}
    assert given["aiChat"] is Record
    assert given["storageGet"] is bytes
    assert spec.operations["storageUpload"].signature.parameters["file"].annotation == Path | bytes | BinaryIO
    assert Spec.load(document({"responses": {}})).operations["x"].signature.return_annotation is inspect.Signature.empty


def test_nothing_is_rendered_before_somebody_asks() -> None:
    code = "import sys; from aerostack_dynamic import Client; c = Client('k'); c.ai.ai_chat.prepare(messages=[]); repr(c.ai)"
    code += "\nrooms = '_describe _html _panels _phrases _prose'.split()"
    code += "\nprint(*(one for one in rooms if f'aerostack_dynamic.{one}' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
