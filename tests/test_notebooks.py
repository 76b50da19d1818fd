"""What notebooks show: whole pages of HTML, escaped, masked and bounded, of whatever a document and a server say."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import AsyncClient, Client, Record, Spec
from aerostack_dynamic._html import value_html
from aerostack_dynamic._record import RecordList, as_record
from aerostack_dynamic._shape import Shape, shape_at

VOID = {"br", "hr", "img"}
ALLOWED = {"div", "style", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "span", "pre", "details", "summary"}


class Page(HTMLParser):
    """The tags and the texts of a page; every tag is one of ours, and closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= {"class", "open"}
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page(thing: Any) -> Page:
    return Page(thing._repr_html_())


ROW = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "pin": {"type": "string", "x-aerostack-secret": True},
        "inner": {"$ref": "#/components/schemas/S"},
        "list": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
    },
}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> & \x1b[2J \u202e"


def shape(schema: Any = ROW) -> Shape:
    spec = Spec.load(
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": {"S": schema}}}
    )
    return shape_at(spec.document, "/components/schemas/S")


def rows(*items: Any) -> RecordList:
    return RecordList(items, shape())


def test_clients_groups_operations_and_documents(box: Any) -> None:
    with Client(box.api_key, server=box.url) as client:
        for text in ("Aerostack API", box.url, "1.0.0", "ai_chat Ask a language model POST /ai/chat", "X-Aerostack-Key"):
            assert text in page(client).text
        assert box.api_key not in client._repr_html_()
        assert "details" in page(client).tags
        assert page(client.ai).text == "ai Language models. ai_chat Ask a language model POST /ai/chat"
        told = page(client.ai.ai_chat).text
        for text in (
            "messages list of objects required What was said",
            "model string optional",
            "Gives Record",
            "client.ai.ai_chat(",
        ):
            assert text in told
        assert "409 ConflictError" in page(client.authentication.auth_signup).text
        assert "password='***'" in page(client.authentication.auth_signup).text
        assert "9 operations dbQuery Run an SQL statement" in page(client.operations).text
        assert page(client.spec.operations).text == page(client.operations).text
        assert "OpenAPI" in page(client.spec).text
        assert "a file required" in page(client.spec.operations["storageUpload"]).text
        client.close()
        assert "state closed" in page(client).text
    assert "await client.ai.ai_chat(" in page(AsyncClient().ai.ai_chat).text
    assert Client.__new__(Client)._repr_html_() is None


def test_answers(box: Any) -> None:
    with Client(box.api_key, server=box.url) as client:
        answer = client.authentication.auth_signup.raw(email="notebook@example.com", password="long enough 1")
        told = page(answer)
        assert "Response 201" in told.text or "Response 200" in told.text
        assert "in 1 attempt" in told.text
        assert "content-type application/json" in told.text
        assert "token ***" in told.text
        assert answer.data["token"] not in answer._repr_html_()
        client.database.db_query(sql="CREATE TABLE notebook (a INT)")
        assert page(client.database.db_query(sql="SELECT * FROM notebook")).text.startswith("results []")


def test_records_are_tables() -> None:
    record = as_record(
        {"id": 1, "name": None, "inner": {"id": 2, "pin": "1234"}, "pin": "1234", "more": [1, "a"], "on": True}, shape()
    )
    assert page(record).text == "id 1 name None inner 2 properties id 2 pin *** pin *** more [1, 'a'] on True"
    assert page(Record({})).text == "an empty object"
    assert page(Record({"a": "", "b": b"123", "c": object(), "d": [], "e": {}})).text == (
        "a an empty text b 3 bytes c a object d [] e an empty object"
    )
    assert "... 5 more properties" in page(Record({str(one): one for one in range(55)})).text


def test_lists_of_objects_are_tables_with_the_columns_of_the_schema() -> None:
    told = page(rows({"id": 1, "pin": "1234", "extra": "x"}, {"name": "b", "inner": {"id": 3}}))
    assert told.text == "2 items id name pin inner list extra 0 1 *** x 1 b 1 property id 3"
    assert told.tags.count("tr") == 4
    assert "1234" not in told.text
    assert page(rows()).text == "[]"
    assert page(RecordList([1, 2, "x"], None)).text == "[1, 2, 'x']"
    assert page(RecordList(["s"], shape({"type": "string", "format": "password"}))).text == "***"
    assert page(RecordList([{"a": 1}], shape({"x-aerostack-secret": True}))).text == "1 item ***"
    assert page(rows({"list": [{"id": 1}, {"id": 2}]}, 7)).text.startswith("2 items id name pin inner list value 0 2 items")


def test_what_is_hostile_is_text() -> None:
    record = as_record({HOSTILE: HOSTILE, "list": [{HOSTILE: HOSTILE}], "texts": [HOSTILE]}, shape())
    for thing in (record, rows({HOSTILE: HOSTILE}), Record({"a": HOSTILE})):
        told = page(thing)
        assert "<script>" in told.text
        assert not {"\x1b", "\u202e"} & {*thing._repr_html_()}
    operation = {
        "operationId": HOSTILE,
        "tags": [HOSTILE],
        "summary": HOSTILE,
        "description": f"`{HOSTILE}` `x`",
        "parameters": [{"name": HOSTILE, "in": "query", "description": HOSTILE, "schema": {"enum": [HOSTILE], "format": HOSTILE}}],
        "responses": {"200": {"description": HOSTILE}, "4<b>": {"description": HOSTILE}},
    }
    made = {"openapi": "3.1.0", "info": {"title": HOSTILE, "version": HOSTILE, "description": HOSTILE}}
    made |= {"paths": {f"/{HOSTILE}": {"get": operation}}, "servers": [{"url": "https://a.example"}], "tags": [{"name": HOSTILE}]}
    with Client(spec=made) as client:
        [group] = client.spec.groups
        [one] = client.operations.values()
        for thing in (client, client.spec, client.operations, getattr(client, group), one):
            assert "alert(1)" in page(thing).text
            assert not {"\x1b", "\u202e"} & {*thing._repr_html_()}


def test_what_is_large_is_cut_and_takes_no_time() -> None:
    wide = {str(one): "x" * 1000 for one in range(1000)}
    nested: Any = {"id": 1}
    for _ in range(100):
        nested = {"inner": nested, "list": [nested, nested]}
    begun = time.process_time()
    for thing, text in (
        (RecordList([{"id": one} for one in range(1_000_000)], shape()), "... 999,980 more rows"),
        (RecordList([*range(1_000_000)], None), "... 999,980 more items"),
        (rows(wide, wide), "... 989 more columns"),
        (Record({"a": "x" * 10_000_000}), "... 9,999,000 more characters"),
        (as_record(nested, shape()), "2 properties"),
        (Record({"a": [{"b": [{"c": [{"d": [{"e": [{"f": 1}]}]}]}]}]}), "1 item"),
    ):
        assert text in page(thing).text
        assert len(thing._repr_html_()) < 200_000
    assert time.process_time() - begun < 3


def test_many_operations_are_folded_and_cut() -> None:
    paths = {
        f"/{one}": {"get": {"operationId": f"op{one}", "tags": ["a"], "deprecated": one == 0, "responses": {}}}
        for one in range(400)
    }
    spec = Spec.load({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})
    told = page(spec)
    assert "... 100 more operations" in told.text
    assert "deprecated" in told.text
    assert "<details>" in spec._repr_html_()


NAMES = st.sampled_from(["id", "name", "pin", "inner", "list", "<b>"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
ANYTHING = st.recursive(LEAVES, lambda one: st.lists(one, max_size=4) | st.dictionaries(NAMES, one, max_size=4), max_leaves=12)


@given(ANYTHING)
def test_any_value_at_all_is_shown(value: Any) -> None:
    told = Page(f"<div>{value_html(value, shape())}</div>")
    assert told.texts


@pytest.mark.parametrize("thing", [Record({"a": 1}), rows({"id": 1})])
def test_showing_changes_nothing(thing: Any) -> None:
    before = repr(thing)
    assert page(thing).text
    assert repr(thing) == before
    assert "Any" not in before


def test_short_cells_are_never_broken_and_long_ones_never_squeezed() -> None:
    identity, note = "3fa85f64-5717-4562-b3fc-2c963f66afa6", "word " * 20
    told = rows({"id": identity, "note": note, "lines": "a\nb"})._repr_html_()
    assert f'<td><span class="short"><span class="wrapped">{identity}</span></span></td>' in told
    assert f'<td><span class="long"><span class="wrapped">{note}' in told
    assert '<td><span class="long"><span class="wrapped">a\nb' in told
    for rule in (".short { white-space: nowrap; }", ".short .wrapped { white-space: pre; }", "min-width: 18em", "overflow-x: auto"):
        assert rule in told
    operation = {
        "operationId": "a",
        "parameters": [{"name": "p", "in": "query", "required": True, "description": "A **bold** one."}],
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}}
    panel = Client(spec=document, server="https://h.example").a._repr_html_()
    assert '<span class="short">required</span>' in panel
    assert "A <strong>bold</strong> one." in panel
