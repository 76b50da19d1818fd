"""What tests of lists share: a document of lists of every kind, a server that plays them, and one way to read on both clients."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from aerostack_dynamic import AerostackError, Spec

ROW = {"type": "object", "properties": {"id": {"type": "integer"}}}
ROWS = {"type": "array", "items": ROW}
MOST = 30  # requests of one list: what never ends is to fail
FAILURE = {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}}


def answer(**properties: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object", "properties": properties}}}
    return {"200": {"description": "", "content": content}, "default": {"description": "", "content": FAILURE}}


def query(*names: str) -> list[dict[str, Any]]:
    kinds = {"cursor": "string", "prefix": "string", "tenant": "string"}
    return [{"name": name, "in": "query", "schema": {"type": kinds.get(name, "integer")}} for name in names]


def body(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def operation(name: str, pages: Any, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {} if pages is None else {"x-aerostack-pages": pages}
    return {"operationId": name, "responses": responses, **said, **more}


TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
PATHS: dict[str, Any] = {
    "/keys": {
        "post": operation(
            "keys",
            {"input": "cursor", "output": "/cursor", "done": "/list_complete", "items": "/rows", "limit": "limit"},
            answer(rows=ROWS, cursor=TEXT, list_complete=FLAG),
            requestBody=body(prefix=TEXT, limit=NUMBER, cursor=TEXT),
        )
    },
    "/objects": {
        "post": operation(
            "objects",
            {"input": "cursor", "output": "/cursor", "more": "/truncated", "items": "/rows"},
            answer(rows=ROWS, cursor=TEXT, truncated=FLAG),
            requestBody=body(prefix=TEXT, cursor=TEXT),
        )
    },
    "/names": {
        "post": operation(
            "names",
            {"more": "/truncated", "items": "/names"},
            answer(names={"type": "array", "items": TEXT}, truncated=FLAG),
            requestBody=body(prefix=TEXT),
        )
    },
    "/deep": {
        "post": operation(
            "deep",
            {"input": "/page/after", "output": "/meta/next", "items": "/rows"},
            answer(rows=ROWS, meta={"type": "object", "properties": {"next": TEXT}}),
            requestBody=body(page={"type": "object", "properties": {"after": TEXT, "size": NUMBER}}, prefix=TEXT),
        )
    },
    "/last": {
        "get": operation(
            "last",
            {"input": "cursor", "output": "/rows/-1/id", "more": "/more", "items": "/rows"},
            answer(rows=ROWS, more=FLAG),
            parameters=query("cursor"),
        )
    },
    "/offset": {
        "get": operation(
            "offset",
            {"kind": "offset", "input": "offset", "items": "/rows", "limit": "limit", "total": "/total"},
            answer(rows=ROWS, total=NUMBER, more=FLAG),
            parameters=query("offset", "limit", "tenant"),
        )
    },
    "/numbered": {
        "get": operation(
            "numbered",
            {"kind": "page", "input": "page", "items": "", "more": "X-More"},
            {"200": {"description": "", "content": {"application/json": {"schema": ROWS}}}},
            parameters=query("page"),
        )
    },
    "/linked": {
        "get": operation(
            "linked",
            {"kind": "link", "items": ""},
            {"200": {"description": "", "content": {"application/json": {"schema": ROWS}}}},
            parameters=query("prefix"),
        )
    },
    "/within": {
        "get": operation(
            "within",
            {"kind": "link", "output": "/next", "items": "/rows"},
            answer(rows=ROWS, next=TEXT),
            security=[{"Key": []}],
        )
    },
    "/plain": {"get": operation("plain", None, answer(rows=ROWS))},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Lists", "version": "1"},
    "servers": [{"url": "https://lists.example"}],
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "query", "name": "api_key"}}},
    "paths": PATHS,
}


class Asked(NamedTuple):
    """A request as the server of a list saw it: the values of its query and of its JSON body."""

    query: dict[str, str]
    body: Any
    target: str


def asked(seen: Any) -> Asked:
    found = parse_qs(urlsplit(seen.target).query, keep_blank_values=True)
    return Asked({name: values[0] for name, values in found.items()}, json.loads(seen.body) if seen.body else None, seen.target)


class Lists(NamedTuple):
    """The document, and how its tests make others of it."""

    document: dict[str, Any]
    spec: Spec
    variant: Callable[..., Spec]
    rows: Callable[..., list[dict[str, int]]]


def variant(name: str, pages: Any) -> Spec:
    """The document, in which the list `name` says something else."""
    paths = {
        path: {method: {**one, "x-aerostack-pages": pages} if one["operationId"] == name else one for method, one in item.items()}
        for path, item in PATHS.items()
    }
    return Spec.load({**DOCUMENT, "paths": paths})


def rows(first: int, last: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(first, last + 1)]


@pytest.fixture(scope="session")
def lists() -> Lists:
    return Lists(DOCUMENT, Spec.load(DOCUMENT), variant, rows)


class Told:
    """What came of a list: what it gave, the error it ended by, where it stands, and what the server saw."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.error: Any = None
        self.token: str | None = None
        self.tokens: list[str | None] = []
        self.asked: list[Asked] = []
        self.hooks: list[Any] = []

    def on_error(self, operation: Any, error: Any) -> None:
        self.hooks.append(error)

    @property
    def ids(self) -> list[int]:
        return [one["id"] for one in self.found]


@pytest.fixture
def read(both: Any, wire: Any, reply: Any, lists: Lists) -> Callable[..., Told]:
    """Read a list of the document from a server whose answers are values, or what a function of the request gives."""

    def run(name: str, answers: Any, *, way: str = "items", stop: int | None = None, **more: Any) -> Told:
        told = Told()

        def answered(seen: Any) -> Any:
            told.asked.append(asked(seen))
            if len(told.asked) > MOST:
                return None
            value = answers(told.asked[-1]) if callable(answers) else answers[min(len(told.asked), len(answers)) - 1]
            value, headers = value if isinstance(value, tuple) else (value, {})
            if isinstance(value, bytes) or value is None:
                return value
            return reply(headers.pop("status", 200), json.dumps(value).encode(), **headers)

        server = wire(answered)
        options = {"retry": 1, "spec": lists.spec, "server": server.url, "hooks": [told], **more.pop("options", {})}
        chosen = more.pop("chosen", {})

        async def story(client: Any) -> None:
            try:
                listing = getattr(client.operations[name], way)(**more)
                listing = listing.with_options(**chosen) if chosen else listing
                await gather(listing, told, stop)
            except AerostackError as error:
                told.error = error

        both.run(story, **options)
        return told

    return run


async def gather(listing: Any, told: Told, stop: int | None) -> None:
    """Read a list into `told`, as far as `stop` where there is one."""
    try:
        if hasattr(listing, "__aiter__"):
            async for one in listing:
                told.found.append(one)
                told.tokens.append(listing.resume_token)
                if len(told.found) == stop:
                    break
        else:
            for one in listing:
                told.found.append(one)
                told.tokens.append(listing.resume_token)
                if len(told.found) == stop:
                    break
    finally:
        told.token = listing.resume_token
