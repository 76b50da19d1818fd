"""From wire names to Python names."""

from __future__ import annotations

import builtins
import keyword
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._names import BUILTINS, assign_names, python_name, snake_case

NAMES = {
    # Words.
    "aiChat": "ai_chat",
    "GetUser": "get_user",
    "jobId": "job_id",
    "content-type": "content_type",
    "X-Request-Id": "x_request_id",
    "a.b/c d": "a_b_c_d",
    "actions/get-run": "actions_get_run",
    "a__b": "a_b",
    "v2Thing": "v2_thing",
    "__private": "private",
    "$ref": "ref",
    "class": "class",
    # Acronyms.
    "getHTTPStatus": "get_http_status",
    "HTTPStatus": "http_status",
    "HTTP2Server": "http2_server",
    "URL": "url",
    "userID": "user_id",
    "isAUser": "is_a_user",
    "listVPCsByID": "list_vpcs_by_id",
    "userIDs": "user_ids",
    "AsJSON": "as_json",
    "IPv4": "ipv4",
    "getIPv6Address": "get_ipv6_address",
    "OAuth2Token": "oauth2_token",
    "getOAuthToken": "get_oauth_token",
    "iOSDevice": "ios_device",
    "list-iOS": "list_ios",
    "mTLSAuth": "mtls_auth",
    "xAxis": "x_axis",
    "S3Bucket": "s3_bucket",
    # What begins as no name does.
    "3d": "x3d",
    "404": "x404",
    "1.5": "x1_dot_5",
    "\u0663": "x\u0663",
    # Letters of all languages.
    "été": "été",
    "getÉtat": "get_état",
    "получитьСтатус": "получить_статус",
    "हिन्दी": "हिन्दी",
    "日本": "日本",
    "a\u0301": "á",
    "\ufb01le": "file",
    "\uff21b": "ab",
    "a²": "a2",
    "İ": "i̇",
    # Nothing but symbols.
    "+1": "plus_1",
    "-1": "minus_1",
    "-": "dash",
    "$": "dollar",
    "@": "at",
    "[]": "open_bracket_close_bracket",
    "_": "underscore",
    "__": "underscore_underscore",
    "": "empty",
    " ": "space",
    "\n": "u000a",
    "\ud7ff": "ud7ff",
    "\U0001f44d": "thumbs_up_sign",
    "\u2764\ufe0f": "heavy_black_heart",
    "\u202e": "right_to_left_override",
    "¨A": "\u1e8da",
    "௰": "tamil_number_ten",
}


@pytest.mark.parametrize("wire", NAMES, ids=ascii)
def test_snake_case(wire: str) -> None:
    assert snake_case(wire) == NAMES[wire]
    assert NAMES[wire].isidentifier()


def test_long_names_stay_whole() -> None:
    assert snake_case("GetThing" * 20) == "_".join(["get_thing"] * 20)
    assert len(snake_case("x" * 10_000)) == 10_000
    assert snake_case("+" * 10_000) == "_".join(["plus"] * 40)


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


@given(st.lists(st.sampled_from(["id", "Id", "ID", "i-d", "id_", "_id", "a", "A", "b"]), unique=True), st.data())
def test_what_comes_after_changes_no_name_but_one_that_is_written_like_it(wires: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(wires)))
    before, after = assign_names(wires[:cut]), assign_names(wires)
    spelt = {*wires[cut:]}
    assert all(after[name] == wire for name, wire in before.items() if name not in spelt and not {*before} & spelt)


@given(st.permutations(["user-id", "userId", "name", "class", "x.y"]))
def test_what_a_name_shares_nothing_with_does_not_matter(wires: list[str]) -> None:
    names = {wire: name for name, wire in assign_names(wires).items()}
    assert (names["name"], names["class"], names["x.y"]) == ("name", "class_", "x_y")


@pytest.mark.parametrize(
    ("wires", "names"),
    [
        (["id", "ID"], {"id": "id", "ID": "ID"}),
        (["ID", "id"], {"id": "id", "ID": "ID"}),
        (["Id", "ID", "iD"], {"id": "Id", "ID": "ID", "i_d": "iD"}),
        (
            ["user-id", "userId", "user_id", "user.id"],
            {"user_id": "user_id", "user_dash_id": "user-id", "userId": "userId", "user_dot_id": "user.id"},
        ),
        (["Start<", "Start", "Start>"], {"start": "Start<", "Start": "Start", "start_greater": "Start>"}),
        (["orderer_id", "orderer__id"], {"orderer_id": "orderer_id", "orderer__id": "orderer__id"}),
        (["_id", "id", "id_"], {"id": "id", "underscore_id": "_id", "id_": "id_"}),
        (["_keys", "keys"], {"keys_": "keys", "underscore_keys": "_keys"}),
        (["+", "plus"], {"plus": "plus", "plus_2": "+"}),
        (["\ufb01le", "file"], {"file": "file", "file_2": "\ufb01le"}),
        (["class", "class_"], {"class_": "class_", "class_2": "class"}),
        (["a", "a"], {"a": "a"}),
        (["A-", "a_dash", "a"], {"a": "a", "a_dash": "a_dash", "a_2": "A-"}),
        (["keys"], {"keys_": "keys"}),
    ],
)
def test_who_keeps_a_name(wires: list[str], names: dict[str, str]) -> None:
    found = assign_names(wires, {"keys"})
    assert {name: found[name] for name in names} == names


@pytest.mark.parametrize("word", keyword.kwlist)
def test_keywords_get_an_underscore(word: str) -> None:
    assert python_name(word) == (f"{word}_" if keyword.iskeyword(word.lower()) else word.lower())


@pytest.mark.parametrize("word", ["match", "case", "type", "_"])
def test_soft_keywords_are_names_like_others(word: str) -> None:
    assert python_name(word) == NAMES.get(word, word)


def test_reserved_names_get_an_underscore() -> None:
    assert python_name("Type", BUILTINS) == "type_"
    assert python_name("type") == "type"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="later versions may have more builtins")
def test_the_builtins_are_those_of_python() -> None:
    here = {name for name in dir(builtins) if name.islower() and not name.startswith("_")}
    assert here <= BUILTINS
    assert BUILTINS - here <= {"copyright", "credits", "exit", "license", "quit", "help"}
