"""The methods of an operation know its arguments: help(), signatures and completion of `raw`, `stream` and the others."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, AsyncClient, Client, Response
from aerostack_dynamic._lists import AsyncListing, Listing
from aerostack_dynamic._streams import AsyncStream, Stream

WAYS = ("raw", "stream", "pages", "items", "prepare", "curl")
BROKEN = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/a": {"post": {"operationId": "broken", "requestBody": {"$ref": "#/nowhere"}, "responses": {}}},
        "/b": {"get": {"operationId": "marked", "x-aerostack-stream": {"error": "no pointer"}, "responses": {}}},
        "/c": {"get": {"operationId": "flagged", "x-aerostack-stream": {"flag": "absent"}, "responses": {}}},
    },
}


@pytest.fixture(scope="module")
def chat() -> Any:
    return Client("k", version="1.5.0").ai.ai_chat


def test_signatures_have_the_arguments_of_the_operation(chat: Any) -> None:
    wanted = [*inspect.signature(chat).parameters.values()]
    for name in WAYS:
        found = [*inspect.signature(getattr(chat, name)).parameters.values()]
        assert found == [one for one in wanted if name != "stream" or one.name != "stream"]
    given = {name: inspect.signature(getattr(chat, name)).return_annotation for name in WAYS}
    assert given == dict(zip(WAYS, (Response, Stream, Listing, Listing, httpx.Request, str), strict=True))
    later = AsyncClient("k").ai.ai_chat
    given = {name: inspect.signature(getattr(later, name)).return_annotation for name in WAYS}
    assert given == dict(zip(WAYS, (Response, AsyncStream, AsyncListing, AsyncListing, httpx.Request, str), strict=True))


@pytest.mark.parametrize("name", WAYS)
def test_help(chat: Any, name: str) -> None:
    told = pydoc.render_doc(getattr(chat, name), renderer=pydoc.plaintext)
    method = getattr(type(chat), name)
    # Python 3.13 writes a long signature over several lines.
    assert f"\n{name}(*,messages:list[dict],model:str=UNSET," in told.replace(" ", "").replace("(\n", "(").replace(",\n", ",")
    assert "    messages: list of objects\n" in told
    assert inspect.isfunction(method)
    for line in inspect.cleandoc(method.__doc__).splitlines():
        assert line in told


def test_what_can_not_be_called_says_so_when_it_is() -> None:
    with Client(spec=BROKEN, server="https://a.example") as client:
        assert str(inspect.signature(client.broken.curl)) == "(**arguments) -> str"
        assert str(inspect.signature(client.broken.stream)).startswith("(**arguments)")
        assert pydoc.getdoc(client.broken.prepare).endswith("what the document calls secret.")
        for operation in (client.marked, client.flagged):
            assert str(inspect.signature(operation.stream)).startswith("()")


def test_they_are_methods(chat: Any) -> None:
    raw = chat.raw
    assert raw == chat.raw
    assert hash(raw) == hash(chat.raw)
    assert raw not in (chat.stream, chat, chat.with_options(timeout=5).raw)
    assert inspect.isroutine(raw)
    assert raw.__get__(chat) is raw
    assert raw.__self__ is chat
    assert raw.__name__ == "raw"
    assert repr(raw) == f"<raw of {chat!r}>"
    assert all(name.startswith("__") for name in dir(raw))
    assert copy.copy(raw) == raw
    with Client("k", version="1.5.0") as client:
        assert copy.deepcopy(client.ai.ai_chat.prepare)(messages=[]).method == "POST"
    with pytest.raises(ArgumentsError, match="arguments are given by keyword: ai_chat"):
        chat.prepare([])


def test_pickled_with_its_client(monkeypatch: Any) -> None:
    monkeypatch.setenv("AEROSTACK_API_KEY", "k")
    with Client(version="1.5.0") as client:
        assert pickle.loads(pickle.dumps(client.ai.ai_chat.curl))(messages=[]).startswith("curl")
