"""The names of operations and groups, as docs/naming.md has them: which ones, which ways lead there, and that they stay."""

from __future__ import annotations

import copy
import keyword
import pickle
from copy import deepcopy
from hashlib import sha256
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import ArgumentsError, AsyncClient, Client, Record, Spec
from aerostack_dynamic._group import Group
from aerostack_dynamic._names import python_name
from aerostack_dynamic._shape import RECORD_NAMES
from aerostack_dynamic._table import CLIENT_NAMES

SERVER = "https://a.example"
ANSWERS: dict[str, Any] = {"responses": {"204": {"description": "done"}}}


def operation(wire: Any = None, *tags: str) -> dict[str, Any]:
    return ANSWERS | ({} if wire is None else {"operationId": wire}) | ({"tags": [*tags]} if tags else {})


def spec_of(paths: dict[str, Any], openapi: str = "3.1.0", **fields: Any) -> Spec:
    return Spec.load({"openapi": openapi, "info": {"title": "T", "version": "1"}, "paths": paths, **fields})


def names_of(paths: dict[str, Any], openapi: str = "3.1.0", **fields: Any) -> dict[str, str]:
    """Method and path -> the dotted Python name."""
    return {f"{one.method} {one.path}": one.dotted for one in spec_of(paths, openapi, **fields).operations.values()}


def told(spec: Spec) -> list[tuple[str, str, str]]:
    """What is wrong with a document; variables of paths are no parameters here."""
    return [(one.severity, one.pointer, one.consequence) for one in spec.problems if "is no parameter" not in one.message]


def public(thing: Any) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


# ---- names that are taken


def test_what_a_client_a_group_and_a_record_have_of_their_own_is_reserved() -> None:
    assert public(Client) | public(AsyncClient) | {"options"} == CLIENT_NAMES
    assert public(Group) == set()
    assert public(Record) == RECORD_NAMES


@pytest.mark.parametrize("client_class", [Client, AsyncClient])
@pytest.mark.parametrize("name", sorted(CLIENT_NAMES))
def test_no_name_of_a_client_is_taken(name: str, client_class: Any) -> None:
    spec = spec_of({"/a": {"get": operation(name)}, "/b": {"get": operation("x", name)}})
    client = client_class(spec=spec, server=SERVER)
    assert name not in client.__dict__
    assert getattr(client, f"{name}_").operation.path == "/a"
    assert getattr(client, f"{name}__").x.operation.path == "/b"
    assert client.operations[name].operation.path == "/a"
    assert client.operations[f"{name}.x"].operation.path == "/b"


@pytest.mark.parametrize("wire", ["__class__", "__init__", "__dict__", "_caller", "_name", "_shown", "__getattr__", "__dir__"])
def test_no_name_of_the_package_is_taken(wire: str) -> None:
    spec = spec_of({"/a": {"get": operation(wire)}, "/b": {"get": operation(wire, wire)}})
    with Client(spec=spec, server=SERVER) as client:
        name = wire.strip("_")
        assert getattr(client, python_name(name)).operation.path == "/a"
        assert client.operations[wire].operation.path == "/a"
        group = getattr(client, f"{python_name(name)}_")
        assert client.operations[f"{wire}.{wire}"] == getattr(group, python_name(name))
        assert (type(client), type(group), dir(group)) == (Client, Group, [python_name(name)])


# ---- which names


def test_without_an_operation_id_the_name_is_made_of_method_and_path() -> None:
    paths = {
        "/users/{id}": {"get": operation(), "delete": operation("")},
        "/users/{userId}/sub-items/": {"post": operation(3)},
        "/": {"get": operation()},
        "/{a}.{b}/x-{y}": {"get": operation()},
        "/batch/$all/+1": {"get": operation()},
    }
    assert names_of(paths) == {
        "GET /users/{id}": "get_users_by_id",
        "DELETE /users/{id}": "delete_users_by_id",
        "POST /users/{userId}/sub-items/": "post_users_by_user_id_sub_items",
        "GET /": "get_root",
        "GET /{a}.{b}/x-{y}": "get_by_a_by_b_x_by_y",
        "GET /batch/$all/+1": "get_batch_all_plus_1",
    }
    spec = spec_of(paths)
    named = "the operation is named by its method and path"
    assert told(spec) == [
        ("warning", "/paths/~1users~1{id}/delete/operationId", named),
        ("warning", "/paths/~1users~1{userId}~1sub-items~1/post/operationId", named),
    ]
    assert "get_users_by_id" in spec.operations


def test_the_first_keeps_its_name_and_the_others_are_named_by_method_and_path() -> None:
    paths = {
        "/a": {"get": operation("fooBar", "T")},
        "/b": {"get": operation("foo_bar", "T"), "put": operation("get_c", "T")},
        "/c/": {"get": operation("foo.bar", "T")},
        "/c": {"get": operation("FooBar", "T")},
        "/C": {"get": operation("foo-bar", "T")},
    }
    assert names_of(paths) == {
        "GET /a": "t.foo_bar",
        "GET /b": "t.get_b",
        "PUT /b": "t.get_c",
        "GET /c/": "t.get_c_slash",
        "GET /c": f"t.get_c_{sha256(b'GET /c').hexdigest()[:8]}",
        "GET /C": f"t.get_c_{sha256(b'GET /C').hexdigest()[:8]}",
    }


def test_paths_with_a_query_or_a_fragment_are_different_operations() -> None:
    names = names_of({path: {"get": operation()} for path in ("/a?x=1", "/a?x=2", "/a/x/1", "/a#b", "/a/b", "/a?x&1")})
    assert names == {
        "GET /a?x=1": "get_a_x_1",
        "GET /a?x=2": "get_a_x_2",
        "GET /a/x/1": f"get_a_x_1_{sha256(b'GET /a/x/1').hexdigest()[:8]}",
        "GET /a#b": "get_a_b",
        "GET /a/b": f"get_a_b_{sha256(b'GET /a/b').hexdigest()[:8]}",
        "GET /a?x&1": "get_a_question_x_ampersand_1",
    }


def test_a_document_can_take_no_names_until_none_are_left() -> None:
    digest = sha256(b"GET /a").hexdigest()
    again = sha256(digest.encode()).hexdigest()
    taken = ["get_a", f"get_a_{digest[:8]}", f"get_a_{digest}", "GET /a"]
    paths = {f"/{number}": {"get": operation(wire)} for number, wire in enumerate(taken)}
    spec = spec_of(paths | {"/a": {"get": operation()}})
    [*_, (key, last)] = spec.operations.items()
    assert (key, last.name) == (f"get_a_{again}", f"get_a_{again}")


def test_methods_of_openapi_3_2() -> None:
    more = {"COPY": operation(), "copy": operation(), "GET": operation(), "X-Y": operation("close")}
    paths = {"/x": {"get": operation(), "query": operation(), "additionalOperations": more}}
    spec = spec_of(paths, "3.2.0")
    assert {f"{one.method} {one.path}": one.dotted for one in spec.operations.values()} == {
        "GET /x": "get_x",
        "QUERY /x": "query_x",
        "COPY /x": "copy_x",
        "copy /x": spec.operations["copy /x"].name,
        "X-Y /x": "close_",
    }
    assert spec.operations["copy /x"].name.startswith("copy_x_")
    assert told(spec) == [("error", "/paths/~1x/additionalOperations/GET", "this one is left out")]
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(204)

    with Client(spec=spec, server=SERVER, transport=httpx.MockTransport(answer)) as client:
        for name in ("COPY /x", "QUERY /x", "X-Y /x"):
            client.call(name)
    assert seen == ["COPY", "QUERY", "X-Y"]
    assert names_of(paths | {"/y": {"": {"get": operation()}}}) == {"GET /x": "get_x"}


# ---- paths that are not as they should be


def test_a_path_without_a_slash_is_read_as_if_it_had_one() -> None:
    spec = spec_of({"users": {"get": operation()}, "a": {"get": operation("x")}, "/a": {"get": operation("y")}, "/n": None})
    assert [f"{one.method} {one.path}" for one in spec.operations.values()] == ["GET /users", "GET /a"]
    assert told(spec) == [
        ("warning", "/paths/users", "it is read as /users"),
        ("error", "/paths/a", "the one without a slash is left out"),
        ("warning", "/paths/~1n", "it has no operations"),
    ]
    with Client(spec=spec, server=SERVER) as client:
        assert client.get_users.prepare().url == f"{SERVER}/users"
        assert client.y.prepare().url == f"{SERVER}/a"


def test_paths_that_differ_by_the_names_of_variables_are_both_there() -> None:
    named = {name: [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}] for name in "xy"}
    paths = {f"/a/{{{name}}}": {"get": operation() | {"parameters": found}} for name, found in named.items()}
    spec = spec_of(paths)
    assert [*spec.operations] == ["get_a_by_x", "get_a_by_y"]
    assert told(spec) == [("warning", "/paths/~1a~1{y}", "both are there, and a server can't tell their requests apart")]
    with Client(spec=spec, server=SERVER) as client:
        assert client.get_a_by_x.prepare(x="1").url == client.get_a_by_y.prepare(y="1").url


# ---- ids that are there twice


def test_an_id_is_the_first_operation_that_has_it() -> None:
    spec = spec_of(
        {
            "/users": {"get": operation("list", "Users")},
            "/pets": {"get": operation("list", "Pets")},
            "/cats": {"get": operation("list", "Pets"), "put": operation()},
            "/last": {"get": operation("put_cats")},
        }
    )
    assert {key: one.dotted for key, one in spec.operations.items()} == {
        "list": "users.list",
        "get_pets": "pets.list",
        "get_cats": "pets.get_cats",
        "PUT /cats": "put_cats",
        "put_cats": "get_last",
    }
    assert [one.wire_name for one in spec.operations.values()] == ["list", "list", "list", "", "put_cats"]
    assert [(one.severity, one.pointer) for one in spec.problems] == [
        ("warning", "/paths/~1pets/get/operationId"),
        ("warning", "/paths/~1cats/get/operationId"),
    ]
    assert spec.problems[0].consequence == "it means the other operation; this one is called by 'GET /pets' or client.pets.list"
    with Client(spec=spec, server=SERVER) as client:
        assert client.operations["Pets.list"] == client.pets.list
        for one in client.operations.values():
            assert pickle.loads(pickle.dumps(one)).operation.path == one.operation.path


# ---- tags


def test_an_operation_of_several_tags_is_one_object() -> None:
    spec = spec_of({"/a": {"get": operation("getIt", "One", "Two", "One")}, "/b": {"get": operation("getIt2", "Two")}})
    with Client(spec=spec, server=SERVER) as client:
        for one in (client, deepcopy(client), pickle.loads(pickle.dumps(client)), client.with_options(timeout=1)):
            assert one.one.get_it is one.two.get_it
            assert one.two.getIt is one.one.get_it
        assert len(client.operations) == 2
        assert client.operations["one.get_it"] == client.operations["two.get_it"] == client.operations["Two.getIt"]


def test_a_name_is_free_in_all_groups_of_an_operation() -> None:
    names = names_of({"/a": {"get": operation("x", "Two")}, "/b": {"get": operation("X", "One", "Two")}})
    assert names == {"GET /a": "two.x", "GET /b": "one.get_b"}


def test_tags_of_the_same_name_are_one_group() -> None:
    spec = spec_of(
        {"/a": {"get": operation("a", "Pets")}, "/b": {"get": operation("b", "pets")}, "/c": {"get": operation("c", "pets")}}
    )
    assert {name: [*group] for name, group in spec.groups.items()} == {"pets": ["a", "b", "c"]}
    assert told(spec) == [("warning", "/paths/~1b/get/tags", "the operations of both are in client.pets")]
    with Client(spec=spec, server=SERVER) as client:
        assert client.Pets is client.pets


def test_tags_that_are_none_are_left_out() -> None:
    paths = {"/a": {"get": ANSWERS | {"tags": ["A", 1]}}, "/b": {"get": ANSWERS | {"tags": "B"}}, "/c": {"get": operation("c", "")}}
    spec = spec_of(paths)
    assert [one.dotted for one in spec.operations.values()] == ["a.get_a", "get_b", "empty.c"]
    assert told(spec) == [
        ("warning", "/paths/~1a/get/tags", "what is none is left out"),
        ("warning", "/paths/~1b/get/tags", "what is none is left out"),
    ]


def test_tag_objects_are_read() -> None:
    tags = [
        {"name": "Shop", "summary": "The shop", "kind": "nav"},
        {"name": "Cart", "description": "What is bought", "parent": "Shop"},
        {"name": "Cart", "description": "again"},
        {"summary": "nameless"},
        3,
    ]
    spec = spec_of({"/a": {"get": operation("a", "Cart", "More")}}, "3.2.0", tags=tags)
    assert [*spec.tags] == ["Shop", "Cart", "More"]
    shop, cart, more = spec.tags.values()
    assert (shop.group, shop.summary, shop.kind, shop.parent) == (None, "The shop", "nav", None)
    assert (cart.group, cart.description, cart.parent) == ("cart", "What is bought", "Shop")
    assert more == ("More", "more", "", "", None, "")
    assert [*spec.groups] == ["cart", "more"]


# ---- every way


def test_the_names_of_the_document_work_as_well_and_are_not_listed(both: Any, settle: Any) -> None:
    spec = spec_of(
        {
            "/status": {"get": operation("getHTTPStatus", "Tag Name", "v1.0")},
            "/free": {"get": operation("get-free")},
            "/x.y": {"get": operation("a.b", "v1.0")},
        }
    )

    async def story(client: Any) -> None:
        status = client.tag_name.get_http_status
        assert getattr(client.tag_name, "getHTTPStatus") is status  # noqa: B009  # as a user has it
        assert getattr(client, "Tag Name") is client.tag_name
        assert getattr(client, "get-free") is client.get_free
        assert dir(client.tag_name) == ["get_http_status"]
        assert not {"Tag Name", "get-free", "v1.0"} & {*dir(client)}
        assert {"tag_name", "v1_0", "get_free", "close", "call"} - {*dir(client)} <= {"close"}
        ways = ("getHTTPStatus", "tag_name.get_http_status", "Tag Name.getHTTPStatus", "tag_name.getHTTPStatus")
        for name in (*ways, "v1.0.getHTTPStatus", "v1_0.get_http_status", "GET /status"):
            assert name in client.operations
            assert client.operations[name] == status
            assert await settle(client.call(name)) is None
        assert client.operations["v1.0.a.b"] == client.operations["a.b"] == client.v1_0.a_b
        assert 3 not in client.operations
        for name in ("getHTTPStatu", "Tag Name.nothing", "no.getHTTPStatus", "."):
            assert name not in client.operations
            with pytest.raises(ArgumentsError, match="no operation"):
                client.call(name)
        with pytest.raises(AttributeError):
            client.tag_name.get_http_statu  # noqa: B018

    transport = httpx.MockTransport(lambda request: httpx.Response(204))
    both.run(story, spec=spec, server=SERVER, transport=transport)


def test_a_name_of_python_comes_before_one_of_the_document() -> None:
    spec = spec_of(
        {"/a": {"get": operation("fooBar")}, "/b": {"get": operation("foo_bar")}, "/c": {"get": operation("x", "get_b")}}
    )
    with Client(spec=spec, server=SERVER) as client:
        assert client.foo_bar.operation.path == "/a"
        assert client.get_b.operation.path == "/b"
        assert client.get_b_.x.operation.path == "/c"
        assert client.operations["foo_bar"].operation.path == "/b"


# ---- names stay

WORDS = st.sampled_from(["getIt", "get_it", "GetIt", "x", "close", "", "list", "get_a", "a", "T"])
TAGS = st.lists(st.sampled_from(["T", "t", "U", "x", "get_it", "call"]), max_size=2)
PATHS = st.sampled_from(["/a", "/a/", "/b", "/A", "/a?x", "/a/x", "/{x}", "/by_x", "/t"])
ENTRIES = st.lists(st.tuples(PATHS, st.sampled_from(["get", "put"]), WORDS, TAGS), max_size=8, unique_by=lambda one: one[:2])


def as_paths(entries: Any) -> dict[str, Any]:
    """Entries as paths, each with its operations in order; entries of one path stand together."""
    paths: dict[str, Any] = {}
    for path, method, wire, tags in entries:
        paths.setdefault(path, {})[method] = operation(wire, *tags)
    return paths


@given(ENTRIES, ENTRIES)
def test_what_is_added_after_changes_no_name(first: Any, then: Any) -> None:
    before = names_of(as_paths(first))
    there = {entry[0] for entry in first}
    after = names_of(as_paths([*first, *(entry for entry in then if entry[0] not in there)]))
    assert {one: after[one] for one in before} == before
    assert len({*after.values()}) == len(after)
    for dotted in after.values():
        for name in dotted.split("."):
            assert name.isidentifier()
            assert not keyword.iskeyword(name)
            assert not name.startswith("_")


@given(ENTRIES, st.data())
def test_what_is_unrelated_changes_no_name(entries: Any, data: st.DataObject) -> None:
    others = [(f"/other{number}/{{id}}", "get", f"otherThing{number}", [f"Other {number}"]) for number in range(4)]
    alone = names_of(as_paths(entries))
    order = data.draw(st.permutations(range(len(entries) + len(others))))
    ours, theirs = iter(entries), iter(others)
    paths = as_paths([next(ours) if number < len(entries) else next(theirs) for number in order])
    found = names_of({path: paths[path] for path in paths})
    kept = names_of({path: item for path, item in paths.items() if not path.startswith("/other")})
    assert {one: found[one] for one in kept} == kept == alone
    assert {f"other_{number}.other_thing{number}" for number in range(4)} <= {*found.values()}


@given(ENTRIES)
def test_every_way_leads_to_every_operation(entries: Any) -> None:
    spec = spec_of(as_paths(entries))
    with Client(spec=spec, server=SERVER) as client:
        assert not public(Client) & client.__dict__.keys()
        for key, one in spec.operations.items():
            assert spec.operations[f"{one.method} {one.path}"] is one
            assert spec.operations[key] is one
            scope = getattr(client, one.group) if one.group else client
            assert getattr(scope, one.name).operation is one
            for tag in one.tags:
                assert spec.operations[f"{tag}.{one.name}"] is one


@pytest.mark.parametrize("method", ["We rd", "", "A\r\nX: y", "\u00c9"])
def test_a_method_that_is_no_token_is_left_out(method: str) -> None:
    paths = {"/x": {"get": operation(), "additionalOperations": {method: operation("odd"), "COPY": operation()}}}
    spec = spec_of(paths, "3.2.0")
    assert {f"{one.method} {one.path}" for one in spec.operations.values()} == {"GET /x", "COPY /x"}
    assert [(level, told_of) for level, _, told_of in told(spec)] == [("error", "it can't be called")]


def test_a_name_that_is_not_there_says_what_is() -> None:
    old, new = Client("k", version="1.0.0"), Client("k", version="1.5.0")
    own = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "7"},
        "servers": [{"url": "https://x.test"}],
        "paths": {"/ping": {"get": {"operationId": "ping", "responses": {}}}},
    }
    with Client(spec=own) as other:
        for holder, name, told in (
            (
                old.cache,
                "cache_incremen",
                "no operation 'cache_incremen' in the group 'cache', did you mean 'cache_increment' or 'cache_expire' of 1.5.0?",
            ),
            (
                new.cache,
                "cache_incremen",
                "no operation 'cache_incremen' in the group 'cache', did you mean 'cache_increment' or 'cache_expire'?",
            ),
            (old.cache, "cache_increment", "no operation 'cache_increment' in the group 'cache'; it is in 1.5.0"),
            (old.cache, "cacheIncrement", "no operation 'cacheIncrement' in the group 'cache'; it is in 1.5.0"),
            (old, "gateway", "neither a group nor an operation 'gateway'; it is in 1.5.0"),
            (old, "gatewai", "neither a group nor an operation 'gatewai', did you mean 'gateway' of 1.5.0?"),
            (new, "cach", "neither a group nor an operation 'cach', did you mean 'cache'?"),
            (other, "pin", "neither a group nor an operation 'pin', did you mean 'ping'?"),
            (other, "storage", "neither a group nor an operation 'storage'"),
        ):
            with pytest.raises(AttributeError) as caught:
                getattr(holder, name)
            client = holder if isinstance(holder, Client) else {old.cache: old, new.cache: new}[holder]
            assert str(caught.value) == f"{client.spec.title} {client.spec.version} has {told}"
            assert (caught.value.name, caught.value.obj) == (name, holder)
    with pytest.raises(AttributeError, match="^'Group' object has no attribute '_ipython_display_'$"):
        _ = old.cache._ipython_display_
    for copied in (copy.copy(old.cache), copy.deepcopy(old.cache), pickle.loads(pickle.dumps(old.cache))):
        assert dir(copied) == dir(old.cache)
        assert not hasattr(copied, "cache_incremen")
    with pytest.raises(AttributeError, match="'Client' object has no attribute 'cache'"):
        _ = Client.__new__(Client).cache
