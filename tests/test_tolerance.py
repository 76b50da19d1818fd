"""A document with one fault loads; the fault is told with its place, severity and consequence; all that it does not touch works."""

from __future__ import annotations

import copy
import json
from typing import Any, NamedTuple

import httpx
import pytest

from aerostack_dynamic import Client, Spec, SpecError

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shelves", "version": "1"},
    "servers": [{"url": "https://api.example"}],
    "paths": {
        "/shelves": {"get": {"operationId": "listShelves", "responses": {"204": {"description": "none"}}}},
        "/books/{id}": {
            "put": {
                "operationId": "putBook",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "lang", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
                "responses": {
                    "200": {
                        "description": "kept",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}},
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Book": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "pages": {"type": "integer"},
                    "words": {"type": "array", "items": {"type": "string"}},
                },
            }
        }
    },
}
PUT = "/paths/~1books~1{id}/put"
LANG = f"{PUT}/parameters/1"
BOOK = "/components/schemas/Book"
TITLE = f"{BOOK}/properties/title"
NONE = {"$ref": "#/components/none/none"}
ABSENT = object()
LEFT_OUT = "the keyword is not enforced"


class Fault(NamedTuple):
    """What stands at `at` in place of what is sound, and what is told of it: at `place`, or at `at` where there is none."""

    at: str
    value: Any
    place: str = ""


def ident(fault: Fault) -> str:
    """A stable name for a fault."""
    return f"{fault.at} = {'absent' if fault.value is ABSENT else json.dumps(fault.value)}"


# The operation can't be called for these; the other can.
DISABLING = [
    Fault(LANG, NONE),
    Fault(LANG, 3),
    Fault(LANG, None),
    Fault(f"{LANG}/in", ABSENT, LANG),
    Fault(f"{LANG}/in", "nowhere", LANG),
    Fault(f"{LANG}/name", ABSENT, LANG),
    Fault(f"{LANG}/name", 3, LANG),
    Fault(f"{LANG}/schema", NONE),
    Fault(f"{PUT}/requestBody", NONE),
    Fault(TITLE, NONE),
    Fault(f"{PUT}/security", "key"),
    Fault(f"{PUT}/security", {"key": []}),
]

# Every operation can be called with these.
TOLD = [
    (Fault(f"{LANG}/style", "curly"), "it is written as form"),
    (Fault(f"{LANG}/schema", {"type": "string", "pattern": "("}, f"{LANG}/schema/pattern"), LEFT_OUT),
    (Fault(f"{PUT}/responses/200", NONE), "an answer with it is not checked"),
    (Fault(f"{PUT}/servers", "https://api.example"), "it counts as none"),
    (Fault(f"{PUT}/tags", "books"), "what is none is left out"),
    (Fault(f"{PUT}/tags", [1]), "what is none is left out"),
    (Fault(f"{PUT}/operationId", 3), "the operation is named by its method and path"),
    (Fault(f"{PUT}/operationId", ""), "the operation is named by its method and path"),
    (Fault(f"{PUT}/operationId", "listShelves"), "it means the other operation"),
    (Fault("/paths/~1more", "x"), "it has no operations"),
    (Fault("/paths/more", {"get": {}}), "it is read as /more"),
    (Fault("/paths/~1more~1{a}", {"get": {}}, "/paths/~1more~1{a}/get"), "it is a required one, and takes any text"),
    (Fault("/components/securitySchemes", {"key": {"type": "odd"}}, "/components/securitySchemes/key"), "only an httpx.Auth"),
    (Fault("/components/securitySchemes", {"key": 3}, "/components/securitySchemes/key"), "only an httpx.Auth"),
    (Fault(f"{BOOK}/required", True), LEFT_OUT),
    (Fault(f"{BOOK}/properties/words/properties", []), LEFT_OUT),
    (Fault(f"{BOOK}/additionalProperties", "no"), LEFT_OUT),
    (Fault(f"{BOOK}/allOf", {}), LEFT_OUT),
    (Fault(f"{BOOK}/oneOf", 3), LEFT_OUT),
    (Fault(TITLE, 3), LEFT_OUT),
    (Fault(f"{TITLE}/$ref", 3), LEFT_OUT),
    (Fault(f"{TITLE}/required", True), LEFT_OUT),
    (Fault(f"{TITLE}/pattern", "("), LEFT_OUT),
    (Fault(f"{TITLE}/enum", []), LEFT_OUT),
    (Fault(f"{TITLE}/type", "strnig"), LEFT_OUT),
    (Fault(f"{BOOK}/properties/pages/minimum", "1"), LEFT_OUT),
    (Fault(f"{BOOK}/properties/words/items", "x"), LEFT_OUT),
]

# Nothing is lost by these, whether they are told or not.
HARMLESS = [
    Fault("/openapi", "3.1"),
    Fault("/openapi", 3.1),
    Fault("/info", ABSENT),
    Fault("/info", None),
    Fault("/info/version", 1.0),
    Fault("/tags", "x"),
    Fault("/webhooks", 3),
    Fault(f"{LANG}/schema", None),
    Fault(f"{PUT}/responses", "x"),
    Fault(f"{PUT}/responses/200/headers", {"X-Seen": 3}),
    Fault(f"{PUT}/responses/200/links", "x"),
    Fault(f"{PUT}/callbacks", "x"),
]


def broken(fault: Fault) -> dict[str, Any]:
    """The document with one fault in it."""
    document = copy.deepcopy(DOCUMENT)
    *above, last = [word.replace("~1", "/").replace("~0", "~") for word in fault.at.split("/")[1:]]
    node: Any = document
    for word in above:
        node = node[int(word)] if isinstance(node, list) else node[word]
    if fault.value is ABSENT:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = fault.value
    return document


def sent_by(spec: Spec, name: str, **arguments: Any) -> list[tuple[str, str, bytes]]:
    """What a call sends: the method, the URL and the content of each request."""
    sent: list[tuple[str, str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, str(request.url), request.read()))
        return httpx.Response(204)

    with Client(spec=spec, transport=httpx.MockTransport(answer), validation="observe") as client:
        try:
            client.operations[name](**arguments)
        except SpecError:
            assert not sent
            raise
    return sent


def list_works(spec: Spec) -> bool:
    return sent_by(spec, "GET /shelves") == [("GET", "https://api.example/shelves", b"")]


def put_works(spec: Spec) -> bool:
    sent = sent_by(spec, "PUT /books/{id}", id="1", lang="en", title="a")
    return sent == [("PUT", "https://api.example/books/1?lang=en", b'{"title":"a"}')]


def test_the_sound_document_has_no_problems() -> None:
    spec = Spec.load(DOCUMENT)
    assert not spec.problems
    assert list_works(spec)
    assert put_works(spec)


@pytest.mark.parametrize("fault", DISABLING, ids=ident)
def test_one_operation_is_disabled_and_says_why(fault: Fault) -> None:
    spec = Spec.load(broken(fault))
    place = fault.place or fault.at
    assert {(one.location, one.severity, one.pointer) for one in spec.problems} == {("document", "error", place)}
    assert list_works(spec)
    with pytest.raises(SpecError) as caught:
        put_works(spec)
    assert [one.pointer for one in caught.value.problems] == [place]
    assert place in str(caught.value)


@pytest.mark.parametrize(("fault", "consequence"), TOLD, ids=[ident(fault) for fault, _ in TOLD])
def test_a_fault_that_no_request_needs_is_told_and_every_operation_works(fault: Fault, consequence: str) -> None:
    spec = Spec.load(broken(fault))
    assert {(one.location, one.severity, one.pointer) for one in spec.problems} == {
        ("document", "warning", fault.place or fault.at)
    }
    assert all(consequence in one.consequence for one in spec.problems)
    assert list_works(spec)
    assert put_works(spec)


@pytest.mark.parametrize("fault", HARMLESS, ids=ident)
def test_what_stands_where_nothing_depends_on_it_loses_nothing(fault: Fault) -> None:
    spec = Spec.load(broken(fault))
    assert list_works(spec)
    assert put_works(spec)


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ('version: "1"', "version: 2024-01-31"),
        ('version: "1"', "version: 2024-13-45"),
        ('version: "1"', "version: 1.0"),
        ('"204":', "204:"),
        ("paths:", "paths:\t"),
        ("openapi: 3.1.0", "openapi: 3.1"),
        ("paths:", "x-one: &a {b: 1}\nx-two: {<<: *a, yes: no, ~: 1, 2: 3}\npaths:"),
        ("\n", "\r\n"),
        ("openapi", "\ufeffopenapi"),
    ],
    ids=["a date", "a date that is none", "a number", "a number as key", "a tab", "no patch", "a merge", "CRLF", "BOM"],
)
def test_yaml_is_read_as_it_is_meant(text: str, now: str) -> None:
    lines = ["openapi: 3.1.0", 'info: {title: t, version: "1"}', "servers: [{url: https://api.example}]", "paths:", "  /shelves:"]
    lines += ["    get:", "      responses:", '        "204": {description: none}', ""]
    source = "\n".join(lines)
    assert text in source
    spec = Spec.load(source.replace(text, now).encode())
    assert not spec.problems
    assert list_works(spec)
    assert [*spec.operations["GET /shelves"].responses] == ["204"]
