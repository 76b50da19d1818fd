"""Lists of every kind through the public face: what is asked for, what comes, when it ends, and what never does."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, AsyncListing, Listing, Record, ResponseError, ServerError, SpecError
from aerostack_dynamic._record import RecordList, table_of

# ---- the three ways of one API


def test_a_cursor_and_a_flag_of_the_end(read: Any, lists: Any) -> None:
    answers = [
        {"rows": lists.rows(1, 2), "cursor": "b", "list_complete": False},
        {"rows": [], "cursor": "c", "list_complete": False},
        {"rows": lists.rows(3, 3), "cursor": "d", "list_complete": True},
    ]
    told = read("keys", answers, prefix="x")
    assert told.ids == [1, 2, 3]
    assert [one.body for one in told.asked] == [{"prefix": "x"}, {"prefix": "x", "cursor": "b"}, {"prefix": "x", "cursor": "c"}]
    assert isinstance(told.found[0], Record)
    assert told.found[0].id == 1
    assert (told.token, told.error, told.hooks) == (None, None, [])


def test_a_cursor_and_a_flag_of_more(read: Any, lists: Any) -> None:
    answers = [{"rows": lists.rows(1, 1), "cursor": "b", "truncated": True}, {"rows": lists.rows(2, 2), "truncated": False}]
    assert read("objects", answers).ids == [1, 2]
    told = read("objects", answers, way="pages")
    assert told.found == answers
    assert told.found[0].rows[0].id == 1


def test_a_list_that_is_cut(read: Any) -> None:
    assert read("names", [{"names": ["a", "b"], "truncated": False}]).found == ["a", "b"]
    told = read("names", [{"names": ["a", "b"], "truncated": True}])
    assert told.found == ["a", "b"]
    assert type(told.error) is ResponseError
    assert told.error.reason.startswith("the answer says that there is more, and the document knows no way")
    assert told.hooks == [told.error]
    assert (told.error.operation, told.error.attempts, told.error.sent, told.error.resume_token) == ("names", 1, "answered", None)
    assert told.error.elapsed is not None
    told = read("names", [{"names": ["a", "b"], "truncated": True}], chosen={"max_items": 2})
    assert (told.found, told.error) == (["a", "b"], None)


# ---- the other ways


def test_a_cursor_within_the_body(read: Any, lists: Any) -> None:
    answers = [{"rows": lists.rows(1, 1), "meta": {"next": "b"}}, {"rows": lists.rows(2, 2), "meta": {}}]
    page = {"size": 1}
    told = read("deep", answers, page=page, prefix="x")
    assert told.ids == [1, 2]
    assert [one.body for one in told.asked] == [
        {"page": {"size": 1}, "prefix": "x"},
        {"page": {"size": 1, "after": "b"}, "prefix": "x"},
    ]
    assert page == {"size": 1}
    told = read("deep", answers, body={"prefix": "x"})
    assert [one.body for one in told.asked] == [{"prefix": "x"}, {"prefix": "x", "page": {"after": "b"}}]
    told = read("deep", answers, page="text", options={"validation": "off"})
    assert told.ids == [1]
    assert isinstance(told.error, ArgumentsError)


def test_the_cursor_is_the_last_item(read: Any, lists: Any) -> None:
    answers = [{"rows": lists.rows(1, 2), "more": True}, {"rows": lists.rows(3, 3), "more": False}]
    told = read("last", answers, options={"validation": "off"})
    assert told.ids == [1, 2, 3]
    assert [one.query for one in told.asked] == [{}, {"cursor": "2"}]


def offsets(asked: Any, count: int = 5) -> Any:
    first = int(asked.query.get("offset", 0))
    size = int(asked.query.get("limit", 2))
    return {"rows": [{"id": number} for number in range(first, min(first + size, count))]}


def test_an_offset(read: Any) -> None:
    told = read("offset", offsets)
    assert told.ids == [0, 1, 2, 3, 4]
    assert [one.query for one in told.asked] == [{}, {"offset": "2"}, {"offset": "4"}, {"offset": "5"}]
    told = read("offset", offsets, offset=3, limit=1)
    assert told.ids == [3, 4]
    assert [one.query["offset"] for one in told.asked] == ["3", "4", "5"]
    assert {one.query["limit"] for one in told.asked} == {"1"}


def test_a_total_spares_the_last_request(read: Any) -> None:
    told = read("offset", lambda asked: {**offsets(asked), "total": 5})
    assert told.ids == [0, 1, 2, 3, 4]
    assert len(told.asked) == 3
    assert len(read("offset", lambda asked: {**offsets(asked), "total": 5}, offset=4).asked) == 1


def test_page_numbers(read: Any, lists: Any) -> None:
    answers = [
        (lists.rows(1, 2), {"X-More": "1"}),
        ([], {"X-More": "true"}),
        (lists.rows(3, 3), {"X-More": "false"}),
    ]
    told = read("numbered", answers)
    assert told.ids == [1, 2, 3]
    assert [one.query for one in told.asked] == [{}, {"page": "2"}, {"page": "3"}]
    told = read("numbered", [lists.rows(1, 1), lists.rows(2, 2), []], page=4)
    assert told.ids == [1, 2]
    assert [one.query["page"] for one in told.asked] == ["4", "5", "6"]


@pytest.mark.parametrize("given", ["x", True, 1.5])
def test_pages_are_counted_from_a_number(read: Any, given: Any) -> None:
    told = read("numbered", [[]], page=given)
    assert isinstance(told.error, ArgumentsError)
    assert told.asked == []


def test_a_link_header(read: Any, lists: Any) -> None:
    answers = [
        (lists.rows(1, 1), {"Link": '</v1/linked?prefix=x&p=1>; rel="prev", </v1/elsewhere/7?p=2>; title="a,b"; rel="last NEXT"'}),
        (lists.rows(2, 2), {"Link": "<?p=3>; rel=next"}),
        (lists.rows(3, 3), {"Link": '<?p=1>; rel="first"'}),
    ]
    told = read("linked", answers, prefix="x")
    assert told.ids == [1, 2, 3]
    assert [one.target for one in told.asked] == ["/v1/linked?prefix=x", "/v1/elsewhere/7?p=2", "/v1/elsewhere/7?p=3"]


def test_a_link_in_the_body_gets_the_key_once(read: Any, lists: Any) -> None:
    answers = [
        {"rows": lists.rows(1, 1), "next": "within?api_key=other&after=1&x"},
        {"rows": lists.rows(2, 2), "next": None},
    ]
    told = read("within", answers, options={"api_key": "ac_secret_1", "validation": "off"})
    assert told.ids == [1, 2]
    assert told.asked[1].target == "/v1/within?after=1&x&api_key=ac_secret_1"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://evil.example/v1/linked?p=2", "leads to another origin, https://evil.example, and is not followed"),
        ("//evil.example/", "leads to another origin, http://evil.example"),
        ("http://127.0.0.1:1/v1", "leads to another origin"),
        ("javascript:alert(1)", "is no plain address"),
        ("http://user@127.0.0.1/", "is no plain address"),
        ("/a\\b", "is no URL"),
    ],
)
def test_where_a_link_does_not_lead(read: Any, lists: Any, link: str, why: str) -> None:
    told = read("linked", [(lists.rows(1, 2), {"Link": f"<{link}>; rel=next"})])
    assert told.ids == [1, 2]
    assert f"the link to the next page {why}" in told.error.reason
    assert len(told.asked) == 1
    told = read("within", [{"rows": [], "next": link}], options={"api_key": "ac_secret_1"})
    assert why in told.error.reason
    assert "ac_secret_1" not in str(told.error)


def test_a_link_that_is_no_text(read: Any) -> None:
    told = read("within", [{"rows": [], "next": {"a": 1}}], options={"api_key": "k" * 9, "validation": "off"})
    assert told.error.reason == "the link to the next page is no URL"


# ---- what would never end


@pytest.mark.parametrize(
    ("name", "answers", "count", "reason"),
    [
        ("keys", [{"rows": [{"id": 1}], "cursor": "b", "list_complete": False}], 2, "followed before"),
        ("objects", [{"rows": [{"id": 1}], "truncated": True}], 1, "and has no cursor at /cursor"),
        ("objects", [{"rows": [{"id": 1}], "cursor": "", "truncated": True}], 1, "and has no cursor at /cursor"),
        ("last", [{"rows": [], "more": True}], 0, "and has no cursor at /rows/-1/id"),
        ("offset", lambda asked: {"rows": [{"id": 1}]}, 2, "the same items as the one before, as if offset were ignored"),
        ("offset", [{"rows": [], "total": 3}], 0, None),
        ("numbered", [([{"id": 1}], {"X-More": "1"})], 2, "the same items as the one before, as if page were ignored"),
        ("numbered", [([], {"X-More": "1"})], 0, "the same items as the one before"),
        ("linked", [([{"id": 1}], {"Link": "<?p=2>; rel=next"})], 2, "a link to the next page that was followed before"),
        ("linked", [([{"id": 1}], {"Link": "</v1/linked>; rel=next"})], 1, "a link to the next page that was followed before"),
    ],
)
def test_what_does_not_advance(read: Any, name: str, answers: Any, count: int, reason: str | None) -> None:
    told = read(name, answers)
    assert len(told.found) == count
    if reason is None:
        assert told.error is None
    else:
        assert type(told.error) is ResponseError
        assert reason in told.error.reason
        assert told.error.resume_token is None
        assert len(told.asked) <= 3
        assert told.hooks == [told.error]


def test_cursors_in_a_circle(read: Any) -> None:
    following = {"": "a", "a": "b", "b": "c", "c": "a"}
    told = read("objects", lambda asked: {"rows": [], "cursor": following[asked.body.get("cursor", "")], "truncated": True})
    assert "followed before" in told.error.reason
    assert [one.body.get("cursor") for one in told.asked] == [None, "a", "b", "c"]


def test_an_offset_that_says_more(read: Any, lists: Any) -> None:
    spec = lists.variant("offset", {"kind": "offset", "input": "offset", "items": "/rows", "more": "/more"})
    told = read("offset", [{"rows": [], "more": True}], options={"spec": spec})
    assert "has no items, so that the same would be asked again" in told.error.reason


# ---- items that are not where they should be


@pytest.mark.parametrize("answer", [{"rows": {}}, {"rows": "x"}, {"rows": 3}])
def test_no_list_of_items(read: Any, answer: Any) -> None:
    told = read("keys", [answer], options={"validation": "off"})
    assert told.error.reason == "the answer has no list at /rows, where the document says that the items are"
    assert (told.error.operation, told.error.attempts) == ("keys", 1)
    assert told.hooks == [told.error]


@pytest.mark.parametrize("answer", [{"rows": None, "list_complete": True}, {"list_complete": True}, {}])
def test_a_list_may_be_left_out(read: Any, answer: Any) -> None:
    told = read("keys", [answer], options={"validation": "off"})
    assert (told.found, told.error) == ([], None)


def test_a_pointer_that_nothing_declares(read: Any, lists: Any) -> None:
    spec = lists.variant("keys", {"input": "cursor", "output": "/cursor", "items": "/rowz"})
    told = read("keys", [{"rows": []}], options={"spec": spec})
    assert told.error.reason.startswith("the answer has no list at /rowz")


def test_pages_of_which_nobody_counts_items(read: Any, lists: Any) -> None:
    spec = lists.variant("objects", {"input": "cursor", "output": "/cursor"})
    answers = [{"rows": lists.rows(1, 2), "cursor": "b"}, {"rows": []}]
    options = {"spec": spec}
    assert read("objects", answers, way="pages", options=options).found == answers
    assert "does not say where in it the items are" in read("objects", answers, options=options).error.reason
    told = read("objects", answers, way="pages", options=options, chosen={"max_items": 3})
    assert "does not say where in it the items are" in told.error.reason


def test_an_answer_without_a_body(read: Any, reply: Any) -> None:
    told = read("keys", [reply(204, b"", None)], options={"validation": "off"})
    assert (told.found, told.error) == ([], None)


# ---- each page is a call


def test_pages_are_asked_for_when_they_are_needed(read: Any, lists: Any) -> None:
    answers = [{"rows": lists.rows(1, 2), "cursor": "b"}, {"rows": lists.rows(3, 4)}]
    assert len(read("keys", answers, stop=2).asked) == 1
    assert len(read("keys", answers, stop=3).asked) == 2
    assert len(read("keys", answers, way="pages", stop=1).asked) == 1


def test_a_page_is_tried_again(read: Any, lists: Any) -> None:
    answers = [({}, {"status": 503, "Retry-After": "0"}), {"rows": lists.rows(1, 2), "list_complete": True}]
    told = read("keys", answers, options={"retry": 2})
    assert told.ids == [1, 2]


def test_a_page_is_checked(read: Any) -> None:
    answers = [{"rows": [{"id": 1}], "cursor": "b"}, {"rows": [{"id": "x"}]}]
    told = read("keys", answers)
    assert told.ids == [1]
    assert [one.pointer for one in told.error.problems] == ["/rows/0/id"]
    assert told.error.resume_token
    told = read("keys", [{}], prefix=3)
    assert isinstance(told.error, ArgumentsError)
    assert told.asked == []


def test_after_an_error_the_same_page_is_asked_for_again(both: Any, wire: Any, reply: Any, lists: Any) -> None:
    answers = [reply(body=b'{"rows": [{"id": 1}], "cursor": "b"}'), reply(500), reply(body=b'{"rows": [{"id": 2}]}')]
    server = wire(answers)

    async def story(client: Any) -> None:
        listing = client.keys.items()
        kind, following = (Listing, "__next__") if both.kind == "sync" else (AsyncListing, "__anext__")
        assert type(listing) is kind

        async def take() -> Any:
            found = getattr(listing, following)()
            return found if both.kind == "sync" else await found

        assert listing.response is None
        assert (await take()).id == 1
        assert listing.response.status == 200
        with pytest.raises(ServerError) as caught:
            await take()
        assert caught.value.resume_token == listing.resume_token
        assert pickle.loads(pickle.dumps(caught.value)).resume_token == listing.resume_token
        assert (await take()).id == 2
        assert repr(listing) == "<items of keys, 2 asked for>"
        with pytest.raises(TypeError, match="resume_token"):
            copy.copy(listing)

    both.run(story, spec=lists.spec, server=server.url, retry=1)


# ---- options


@pytest.mark.parametrize(("most", "asked"), [(0, 0), (1, 1), (2, 1), (3, 2), (9, 3)])
def test_at_most_so_many(read: Any, most: int, asked: int) -> None:
    told = read("offset", lambda asked: {**offsets(asked), "total": 5}, chosen={"max_items": most})
    assert told.ids == [0, 1, 2, 3, 4][:most]
    assert len(told.asked) == asked
    told = read("offset", lambda asked: {**offsets(asked), "total": 5}, way="pages", chosen={"max_items": most})
    assert len(told.asked) == asked
    assert [one["rows"][0]["id"] for one in told.found] == [0, 2, 4][:asked]


def test_the_size_of_a_page(read: Any) -> None:
    told = read("offset", offsets, chosen={"page_size": 4})
    assert [one.query.get("limit") for one in told.asked] == ["4"] * 3
    told = read("offset", offsets, chosen={"max_items": 1})
    assert [one.query.get("limit") for one in told.asked] == [None]


@pytest.mark.parametrize(
    ("name", "arguments", "chosen", "message"),
    [
        ("keys", {}, {"max_items": -1}, "max_items: give a whole number, 0 or above"),
        ("keys", {}, {"max_items": True}, "max_items"),
        ("keys", {}, {"page_size": 0}, "page_size: give a whole number, 1 or above"),
        ("keys", {}, {"page_size": "3"}, "page_size"),
        ("objects", {}, {"page_size": 3}, "page_size: the document does not say which argument it is"),
        ("keys", {"limit": 3}, {"page_size": 3}, "page_size: given as an argument too"),
    ],
)
def test_options_that_do_not_fit(read: Any, name: str, arguments: Any, chosen: Any, message: str) -> None:
    told = read(name, [{}], chosen=chosen, **arguments)
    assert type(told.error) is ArgumentsError
    assert message in str(told.error)
    assert told.asked == []


def test_a_list_that_nobody_declared(read: Any) -> None:
    told = read("plain", [{}])
    assert type(told.error) is SpecError
    assert told.error.problems[0].pointer == "/paths/~1plain/get/x-aerostack-pages"
    assert "an overlay, or the document, says there how the list goes on" in str(told.error)
    assert told.asked == []


def test_no_positional(both: Any, lists: Any) -> None:
    async def story(client: Any) -> None:
        for way in (client.keys.pages, client.keys.items):
            with pytest.raises(ArgumentsError, match="by keyword"):
                way(1)

    both.run(story, spec=lists.spec)


def test_all_that_is_still_to_come_as_one_list(both: Any, wire: Any, reply: Any, lists: Any, settle: Any) -> None:
    def answered(seen: Any) -> Any:
        more = b"cursor" not in seen.body
        rows = [{"id": 1}, {"id": 2}] if more else [{"id": 3, "extra": "x"}]
        return reply(200, json.dumps({"rows": rows, "cursor": "b", "list_complete": not more}).encode())

    async def story(client: Any) -> None:
        found = await settle(client.keys.items().to_list())
        assert type(found) is RecordList
        assert [one.id for one in found] == [1, 2, 3]
        assert [(one.name, one.kind, one.declared) for one in table_of(found).columns] == [
            ("id", "integer", True),
            ("extra", "string", False),
        ]
        assert await settle(client.keys.items().with_options(max_items=1).to_list()) == [{"id": 1}]
        assert await settle(client.keys.items().with_options(max_items=0).to_list()) == []
        assert len(await settle(client.keys.pages().to_list())) == 2

    both.run(story, spec=lists.spec, server=wire(answered).url)
