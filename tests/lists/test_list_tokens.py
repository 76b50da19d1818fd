"""Resume tokens: going on wherever a list stood, and what is refused. No token holds a secret."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, ServerError, Spec


def numbered(asked: Any) -> dict[str, Any]:
    """Five rows in pages of two; the cursor is the page's number."""
    page = int(asked.body.get("cursor", "0"))
    ids = [number for number in (2 * page, 2 * page + 1) if number < 5]
    return {"rows": [{"id": one} for one in ids], "cursor": str(page + 1), "list_complete": page == 2}


def again(read: Any, token: str | None, **more: Any) -> Any:
    return read("keys", numbered, chosen={"resume": token}, **more)


@pytest.mark.parametrize("way", ["items", "pages"])
def test_a_list_goes_on_from_wherever_it_stood(read: Any, way: str) -> None:
    whole = read("keys", numbered, way=way, prefix="x")
    assert whole.tokens[-1] is None
    for number, token in enumerate(whole.tokens[:-1]):
        rest = again(read, token, way=way, prefix="x")
        assert whole.found[: number + 1] + rest.found == whole.found
        assert rest.error is None
    assert all(token.isascii() and token.replace("-", "_").replace(".", "_").isidentifier() for token in whole.tokens[:-1])


def test_with_a_limit_of_items(read: Any) -> None:
    found: list[Any] = []
    told = read("keys", numbered, chosen={"max_items": 3})
    found += told.ids
    while told.token:
        told = again(read, told.token)
        found += told.ids
    assert found == [0, 1, 2, 3, 4]


def test_an_error_has_the_token(read: Any) -> None:
    def failing(asked: Any) -> Any:
        return ({}, {"status": 500}) if asked.body.get("cursor") == "1" else numbered(asked)

    told = read("keys", failing)
    assert type(told.error) is ServerError
    assert told.ids + again(read, told.error.resume_token).ids == [0, 1, 2, 3, 4]
    assert read("keys", [({}, {"status": 500})]).error.resume_token is None


def test_an_offset_and_a_link(read: Any, lists: Any) -> None:
    def offsets(asked: Any) -> Any:
        first = int(asked.query.get("offset", 0))
        return {"rows": [{"id": one} for one in range(first, min(first + 3, 7))], "total": 7}

    def links(asked: Any) -> Any:
        page = int(asked.query.get("p", 1))
        return (lists.rows(page, page), {"Link": f"<?prefix=x&p={page + 1}>; rel=next"} if page < 4 else {})

    for name, answers, arguments in (("offset", offsets, {}), ("linked", links, {"prefix": "x"})):
        whole = read(name, answers, **arguments)
        for number, token in enumerate(whole.tokens[:-1]):
            rest = read(name, answers, chosen={"resume": token}, **arguments)
            assert whole.found[: number + 1] + rest.found == whole.found


def test_the_cursor_of_a_token_counts_as_seen(read: Any) -> None:
    answers = [{"rows": [{"id": 1}], "cursor": "b"}]
    token = read("keys", answers, stop=1).token
    told = read("keys", answers, chosen={"resume": token})
    assert (told.ids, len(told.asked)) == ([1], 1)
    assert "followed before" in told.error.reason


def test_other_sizes_of_pages(read: Any) -> None:
    token = read("keys", numbered, stop=2, limit=2).token
    assert again(read, token, limit=7).ids == [2, 3, 4]
    assert again(read, token).ids == [2, 3, 4]
    assert read("keys", numbered, chosen={"resume": token, "page_size": 5}).ids == [2, 3, 4]


def test_a_page_that_has_become_shorter(read: Any) -> None:
    token = read("keys", [{"rows": [{"id": 1}, {"id": 2}, {"id": 3}], "cursor": "1"}], stop=2).token
    told = read("keys", [{"rows": [{"id": 1}], "cursor": "1"}, {"rows": [{"id": 9}]}], chosen={"resume": token})
    assert told.ids == [9]


# ---- what is refused


def made(content: bytes, version: str = "p1.") -> str:
    return version + urlsafe_b64encode(blake2b(content, digest_size=16).digest()[:8] + content).decode().rstrip("=")


def state_of(token: str) -> list[Any]:
    text = token.removeprefix("p1.")
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))[8:])


@pytest.fixture
def token(read: Any) -> str:
    return read("keys", numbered, stop=3, prefix="x").token


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("keys", {}), ("keys", {"prefix": "y"}), ("objects", {"prefix": "x"}), ("names", {"prefix": "x"})],
)
def test_tokens_of_other_lists(read: Any, token: str, name: str, arguments: Any) -> None:
    told = read(name, [{}], chosen={"resume": token}, **arguments)
    assert type(told.error) is ArgumentsError
    assert "belongs to another operation, or to a call with other arguments" in str(told.error)
    assert told.asked == []


@pytest.mark.parametrize("text", ["", "x", "p1.", "p1.AAAA", "p1.????", "p1.é", b"p1.", 3, "p2.AAAA", "px", "p1." + "A" * 100])
def test_what_is_no_token(read: Any, text: Any) -> None:
    told = read("keys", [{}], chosen={"resume": text}, prefix="x")
    assert type(told.error) is ArgumentsError
    assert "resume: this" in str(told.error)
    assert told.asked == []


@pytest.mark.parametrize("place", [3, 8, 14, 20, 40, -1])
def test_a_token_that_was_cut_or_changed(read: Any, token: str, place: int) -> None:
    changed = "A" if token[place] != "A" else "Q"
    for text in (token[:place], f"{token[:place]}{changed}{token[place:][1:]}"):
        told = read("keys", [{}], chosen={"resume": text}, prefix="x")
        assert type(told.error) is ArgumentsError
        assert told.asked == []


@pytest.mark.parametrize(
    "change",
    [{1: "/x"}, {2: "1"}, {2: -1}, {2: True}, {3: None}, {1: 3}],
)
def test_a_token_that_somebody_made(read: Any, token: str, change: dict[int, Any]) -> None:
    state = state_of(token)
    for place, value in change.items():
        state[place] = value
    told = read("keys", [{}], chosen={"resume": made(json.dumps(state).encode())}, prefix="x")
    assert "no resume token" in str(told.error)
    assert made(json.dumps(state_of(token), separators=(",", ":")).encode()) == token


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "x", "/a b", "/a\r\nHost: x", "/é", 3])
def test_an_address_that_somebody_made(read: Any, lists: Any, address: Any) -> None:
    first = read("linked", [(lists.rows(1, 1), {"Link": "<?p=2>; rel=next"})], stop=1)
    state = state_of(first.token)
    assert state[1] == "/v1/linked?p=2"
    state[1] = address
    told = read("linked", [[]], chosen={"resume": made(json.dumps(state).encode())})
    if address == "//evil.example/":
        assert told.asked[0].target == address  # a path, on the same server
    else:
        assert type(told.error) is ArgumentsError
        assert told.asked == []


def test_an_offset_that_somebody_made(read: Any) -> None:
    first = read("offset", [{"rows": [{"id": 1}]}], stop=1)
    state = state_of(first.token)
    state[0] = "x"
    assert "no resume token" in str(read("offset", [{}], chosen={"resume": made(json.dumps(state).encode())}).error)


# ---- secrets


def test_no_token_holds_a_secret(read: Any, lists: Any) -> None:
    key = "ac_secret_1"
    answers = [{"rows": [{"id": 1}], "next": f"?x={key}"}, {"rows": []}]
    told = read("within", answers, options={"api_key": key})
    assert told.tokens == [None]
    assert told.error is None
    plain = read("within", [{"rows": [{"id": 1}], "next": f"?api_key={key}&after=1"}], options={"api_key": key}, stop=1)
    assert state_of(plain.token)[1] == "/v1/within?after=1"


def test_a_cursor_that_is_a_secret_makes_no_token(read: Any, lists: Any) -> None:
    document = json.loads(json.dumps(lists.document))
    schema = document["paths"]["/keys"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema["properties"]["cursor"]["x-aerostack-secret"] = True
    told = read("keys", numbered, options={"spec": Spec.load(document)})
    assert told.ids == [0, 1, 2, 3, 4]
    assert set(told.tokens) == {None}


def test_a_secret_argument_is_not_in_the_token_either(read: Any, lists: Any) -> None:
    document = json.loads(json.dumps(lists.document))
    schema = document["paths"]["/keys"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema["properties"]["prefix"]["x-aerostack-secret"] = True
    spec = Spec.load(document)
    one, other = (read("keys", numbered, options={"spec": spec}, prefix=word, stop=1).token for word in ("first-one", "another"))
    assert one == other
