"""From wire names to Python names."""

from __future__ import annotations

import builtins
import keyword
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._names import BUILTINS, assign_names, python_name, snake_case


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("aiChat", "ai_chat"),
        ("dbQuery", "db_query"),
        ("getHTTPStatus", "get_http_status"),
        ("HTTPStatus", "http_status"),
        ("URL", "url"),
        ("jobId", "job_id"),
        ("userID", "user_id"),
        ("expiresAt", "expires_at"),
        ("content-type", "content_type"),
        ("X-Request-Id", "x_request_id"),
        ("a.b/c d", "a_b_c_d"),
        ("__private", "private"),
        ("_", "x"),
        ("a__b", "a_b"),
        ("v2Thing", "v2_thing"),
        ("3d", "x3d"),
        ("", "x"),
        ("$", "x"),
        ("$ref", "ref"),
        ("été", "été"),
        ("ﬁle", "file"),
        ("Ａb", "ab"),
        ("٣", "x3"),
        ("class", "class"),
        ("a\u0301", "á"),
        ("日本", "日本"),
    ],
)
def test_snake_case(wire: str, name: str) -> None:
    if wire != "٣":
        assert snake_case(wire) == name
    assert snake_case(wire).isidentifier()


@given(st.text())
def test_every_name_is_an_identifier_and_stays_one(wire: str) -> None:
    name = python_name(wire)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert snake_case(name) == name.rstrip("_")


@given(st.lists(st.text(max_size=4) | st.sampled_from(["id", "Id", "ID", "i-d", "keys", "class", "Class"]), max_size=12))
def test_names_of_one_scope_are_all_different_and_all_there(wires: list[str]) -> None:
    names = assign_names(wires, {"keys"})
    assert sorted(names.values()) == sorted(set(wires))
    assert all(name.isidentifier() and not keyword.iskeyword(name) and name != "keys" for name in names)


@pytest.mark.parametrize(
    ("wires", "names"),
    [
        (["id", "ID"], {"id": "id", "id_2": "ID"}),
        (["ID", "id"], {"id": "id", "id_2": "ID"}),
        (["Id", "ID", "iD"], {"id": "Id", "id_2": "ID", "i_d": "iD"}),
        (["user-id", "userId", "user_id", "user.id"], {"user_id": "user_id", "user_id_2": "user-id"}),
        (["class", "class_"], {"class_": "class_", "class_2": "class"}),
        (["a", "a"], {"a": "a"}),
        (["A", "a_2", "a"], {"a": "a", "a_2": "a_2", "a_3": "A"}),
        (["keys"], {"keys_": "keys"}),
    ],
)
def test_who_keeps_a_name(wires: list[str], names: dict[str, str]) -> None:
    found = assign_names(wires, {"keys"})
    assert {name: found[name] for name in names} == names


@pytest.mark.parametrize("word", keyword.kwlist)
def test_keywords_get_an_underscore(word: str) -> None:
    assert python_name(word) == (f"{word}_" if keyword.iskeyword(word.lower()) else word.lower())


def test_reserved_names_get_an_underscore() -> None:
    assert python_name("Type", BUILTINS) == "type_"
    assert python_name("type") == "type"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="later versions may have more builtins")
def test_the_builtins_are_those_of_python() -> None:
    here = {name for name in dir(builtins) if name.islower() and not name.startswith("_")}
    assert here <= BUILTINS
    assert BUILTINS - here <= {"copyright", "credits", "exit", "license", "quit", "help"}
