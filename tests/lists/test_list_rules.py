"""What a document may say of its lists, and what is wrong with the rest: told with its place, when the list is first used."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic import Client, SpecError
from aerostack_dynamic._paging import page_problems, page_rules

CURSOR = {"input": "cursor", "output": "/cursor"}


@pytest.mark.parametrize(
    ("pages", "word", "message"),
    [
        ("x", "", "is no object"),
        ([], "", "is no object"),
        ({}, "", "says nothing"),
        ({"input": "cursor"}, "/kind", "input alone is of kind offset or page"),
        ({"output": "/cursor"}, "/kind", "output alone of kind link"),
        ({"kind": "cursors"}, "/kind", "is one of cursor, offset, page, link, single, not 'cursors'"),
        ({"kind": 1}, "/kind", "is one of"),
        ({"kind": "cursor", "output": "/a"}, "/input", "pages of kind cursor need it"),
        ({"kind": "page"}, "/input", "pages of kind page need it"),
        ({"kind": "page", "input": "limit", "output": "/a"}, "/output", "pages of kind page have no output"),
        ({"kind": "link", "input": "cursor"}, "/input", "pages of kind link have no input"),
        ({**CURSOR, "total": "/n"}, "/total", "pages of kind cursor have no total"),
        ({**CURSOR, "start": 1}, "/start", "have no start"),
        ({**CURSOR, "item": "/rows"}, "/item", "unknown, did you mean 'items'?"),
        ({**CURSOR, "zzz": "/rows"}, "/zzz", "unknown; the words are kind, input"),
        ({**CURSOR, "more": "/a", "done": "/b"}, "/done", "given beside more"),
        ({**CURSOR, "items": "rows"}, "/items", "is no JSON pointer into the answer, such as '/data'"),
        ({**CURSOR, "items": 3}, "/items", "is no JSON pointer"),
        ({**CURSOR, "more": "a b"}, "/more", "is no JSON pointer into the answer, such as '/data' or the name of a header"),
        ({**CURSOR, "more": None}, "/more", "is no JSON pointer"),
        ({**CURSOR, "input": "cursr"}, "/input", "names no argument of the operation, did you mean 'cursor'?"),
        ({**CURSOR, "input": "zzz"}, "/input", "names no argument of the operation; it has prefix, limit, cursor"),
        ({**CURSOR, "input": ""}, "/input", "names no argument"),
        ({**CURSOR, "input": ["cursor"]}, "/input", "names no argument"),
        ({**CURSOR, "input": "/nothing/here"}, "/input", "names no argument"),
        ({**CURSOR, "input": "nothing.here"}, "/input", "names no argument"),
        ({**CURSOR, "limit": "size"}, "/limit", "names no argument"),
        ({"kind": "page", "input": "limit", "start": "1"}, "/start", "is a whole number"),
        ({"kind": "page", "input": "limit", "start": True}, "/start", "is a whole number"),
    ],
)
def test_what_can_not_be_followed(lists: Any, pages: Any, word: str, message: str) -> None:
    spec = lists.variant("keys", pages)
    with Client(spec=spec) as client:
        assert client.keys.curl(prefix="x")
        with pytest.raises(SpecError) as caught:
            client.keys.pages()
    assert caught.value.operation == "keys"
    assert caught.value.problems[0].pointer == f"/paths/~1keys/post/x-aerostack-pages{word}"
    assert message in caught.value.problems[0].message
    found = [*page_problems(spec.document, spec.operations["keys"])]
    assert [one._replace(severity="error", consequence="") for one in found] == [*caught.value.problems]
    assert {(one.severity, one.consequence) for one in found} == {("warning", "its pages can't be asked for; all else works")}


def test_all_problems_at_once(lists: Any) -> None:
    spec = lists.variant("keys", {"kind": "cursor", "input": "zzz", "items": "x", "limit": 3, "what": 1})
    assert len([*page_problems(spec.document, spec.operations["keys"])]) == 5


@pytest.mark.parametrize("name", ["keys", "objects", "names", "deep", "offset", "numbered", "linked", "within", "plain"])
def test_what_can(lists: Any, name: str) -> None:
    assert [*page_problems(lists.spec.document, lists.spec.operations[name])] == []


def test_what_no_answer_declares(lists: Any) -> None:
    pages = {**CURSOR, "items": "/rowz", "more": "/rows/0/more", "output": "/cursor/next"}
    spec = lists.variant("keys", pages)
    found = [*page_problems(spec.document, spec.operations["keys"])]
    assert [(one.pointer.rpartition("/")[2], one.severity) for one in found] == [("items", "warning"), ("more", "warning")]
    assert found[0].message == "no answer of 2xx declares /rowz"


@pytest.mark.parametrize(
    ("said", "name", "tokens"),
    [
        ("page", "page", ()),
        ("body_page", "body_page", ()),
        ("/page/after", "body_page", ("after",)),
        ("page.after", "page", ("after",)),
        ("/page", "body_page", ()),
    ],
)
def test_ways_to_name_an_argument(lists: Any, said: str, name: str, tokens: Any) -> None:
    spec = lists.variant("deep", {"input": said, "output": "/meta/next", "items": "/rows"})
    target = page_rules(spec.document, spec.operations["deep"]).input
    assert target is not None
    assert target[:2] == (name, tokens)


def test_a_body_that_is_one_argument(lists: Any) -> None:
    paths = {"/x": {"post": {**lists.document["paths"]["/deep"]["post"]}}}
    paths["/x"]["post"]["requestBody"] = {"content": {"application/json": {"schema": {}}}}
    spec = type(lists.spec).load({**lists.document, "paths": paths})
    target = page_rules(spec.document, spec.operations["deep"]).input
    assert target is not None
    assert target[:2] == ("body", ("page", "after"))


def test_no_body_to_point_into(lists: Any) -> None:
    spec = lists.variant("offset", {"kind": "offset", "input": "/offset", "items": "/rows"})
    assert "names no argument" in next(page_problems(spec.document, spec.operations["offset"])).message
