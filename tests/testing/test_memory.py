"""A mock that remembers: what is created is found, listed, changed and gone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, NotFoundError, Spec
from aerostack_dynamic.testing import MockTransport

from .shop import SHOP, answer, body, parameter


def test_things_are_created_found_listed_changed_and_gone(both: Any, settle: Any) -> None:
    mock = MockTransport(Spec.load(SHOP), stateful=True)

    async def story(client: Any) -> None:
        call = lambda operation, /, **arguments: settle(client.call(operation, **arguments))  # noqa: E731
        assert (await call("listThings"))["items"] == []
        first = await call("addThing", name="one", tags=["a"])
        second = await call("addThing", name="two")
        assert (first.name, first.tags, first.id != second.id) == ("one", ["a"], True)
        assert (await call("getThing", thing_id=first.id)) == first
        assert (await settle(client.operations["hasThing"].raw(thing_id=first.id))).status == 200
        await call("changeThing", thing_id=first.id, body={"name": "uno", "tags": None, "more": {"x": 1}})
        await call("changeThing", thing_id=first.id, body={"more": {"x": 2}})
        assert (await call("getThing", thing_id=first.id)).name == "uno"
        raw = await settle(client.operations["putThing"].raw(thing_id=99, name="put"))
        assert (raw.status, raw.data.id, raw.data.name) == (201, 99, "put")
        assert (await settle(client.operations["putThing"].raw(thing_id=99, name="again"))).status == 200
        listed = await call("listThings")
        assert ([one.name for one in listed["items"]], listed.total) == (["uno", "two", "again"], 3)
        assert await call("dropThing", thing_id=second.id) is None
        for name in ("getThing", "dropThing"):
            with pytest.raises(NotFoundError):
                await call(name, thing_id=second.id)
        assert [one.id for one in (await call("listThings"))["items"]] == [first.id, 99]
        # What is no part of it is answered as ever.
        assert (await call("sample")).name == "sample"
        mock.reset()
        assert (await call("listThings")).total == 0

    both.run(story, spec=mock.spec, transport=mock, validation="strict")


ITEM = {
    "type": "object",
    "required": ["userId"],
    "properties": {"userId": {"type": "string", "format": "uuid"}, "mail": {"type": "string"}},
}
WRAPPED = {"type": "object", "required": ["data"], "properties": {"data": ITEM, "ok": {"type": "boolean"}}}
KEY = {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}}


def post(name: str, request: Any, response: Any) -> dict[str, Any]:
    return {"post": {"operationId": name, "requestBody": body(request), "responses": response}}


OTHERS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Others", "version": "1"},
    "paths": {
        "/teams/{team}/users": {
            "parameters": [parameter("team", "path")],
            "get": {"operationId": "users", "responses": answer({"type": "array", "items": ITEM})},
            "post": {
                "operationId": "addUser",
                "requestBody": body({"type": "object", "properties": {"mail": {"type": "string"}}}),
                "responses": answer(WRAPPED),
            },
        },
        "/teams/{team}/users/{userId}": {
            "parameters": [parameter("team", "path"), parameter("userId", "path")],
            "get": {"operationId": "user", "responses": answer(WRAPPED)},
        },
        "/tags": {
            "post": {"operationId": "addTag", "requestBody": body(KEY), "responses": {"204": {"description": "made"}}},
            "get": {"operationId": "tags", "responses": answer({"type": "object", "properties": {"n": {"type": "integer"}}})},
        },
        "/tags/{key}": {
            "parameters": [parameter("key", "path")],
            "get": {"operationId": "tag", "responses": {**answer(KEY), "4XX": answer(KEY)["200"]}},
        },
        "/store/set": post(
            "set",
            {**KEY, "properties": {**KEY["properties"], "value": {}}},
            answer({"type": "object", "properties": {"success": {"type": "boolean"}}}),
        ),
        "/store/get": post(
            "get",
            KEY,
            answer({"type": "object", "properties": {"value": {}, "exists": {"type": "boolean"}, "n": {"type": "integer"}}}),
        ),
        "/store/keys": post(
            "keys",
            {"type": "object"},
            answer(
                {
                    "type": "object",
                    "required": ["keys", "count"],
                    "properties": {"keys": {"type": "array", "items": {"type": "string"}}, "count": {"type": "integer"}},
                }
            ),
        ),
        "/store/delete": post(
            "delete", KEY, {**answer({"type": "object", "properties": {"deleted": {"type": "boolean"}}}), "404": answer(KEY)["200"]}
        ),
        "/store/flush": post("flush", KEY, answer({"type": "object"})),
        "/jobs/enqueue": post(
            "enqueue",
            {"type": "object", "properties": {"data": {}}},
            answer({"type": "object", "required": ["jobId"], "properties": {"jobId": {"type": "string"}}}),
        ),
        "/jobs/status": post(
            "status",
            {"type": "object", "required": ["jobId"], "properties": {"jobId": {"type": "string"}}},
            answer({"type": "object", "properties": {"jobId": {"type": "string"}, "data": {}}}),
        ),
    },
}


def test_other_ways_to_say_it() -> None:
    mock = MockTransport(OTHERS, stateful=True)
    with Client(spec=OTHERS, server="https://others.example/api", transport=mock, validation="strict", retry=1) as client:
        # Objects within others, and one collection for each parent.
        made = client.call("addUser", team="a", mail="m")
        assert (made.data.mail, client.call("user", team="a", user_id=made.data.user_id)["data"]) == ("m", made.data)
        assert client.call("addUser", team="a").data.user_id != made.data.user_id
        assert (len(client.call("users", team="a")), client.call("users", team="b")) == (2, [])
        with pytest.raises(NotFoundError):
            client.call("user", team="b", user_id="nobody")
        # Made without an answer; a list that holds none of them.
        client.call("addTag", key="red")
        assert client.call("tag", key="red").key == "red"
        assert isinstance(client.call("tags"), dict)
        with pytest.raises(NotFoundError) as caught:
            client.call("tag", key="blue")
        assert caught.value.data.key is not None
        # By words.
        assert (client.call("get", key="a").value, client.call("get", key="a").exists) == (None, False)
        client.call("set", key="a", value={"x": 1})
        client.call("set", key="b", value=2)
        assert client.call("get", key="a").value == {"x": 1}
        assert client.call("keys", body={}) == {"keys": ["a", "b"], "count": 2}
        client.call("delete", key="a")
        with pytest.raises(NotFoundError):
            client.call("delete", key="a")
        assert client.call("keys", body={})["keys"] == ["b"]
        client.call("flush", key="b")
        assert client.call("keys", body={})["count"] == 1
        job = client.call("enqueue", data={"n": 1})
        assert client.call("status", job_id=job.job_id).data == {"n": 1}


ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "enum": [7]},
        "word": {"type": "string", "maxLength": 3},
        "kind": {"enum": ["a", "b"]},
        "secret": {"type": "string", "writeOnly": True},
    },
}
WORD = {"type": "object", "properties": {"key": {"type": "string"}, "on": {"type": "boolean"}, "n": {"type": "integer"}}}
ODD: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Odd", "version": "1"},
    "paths": {
        "/rows": {
            "post": {
                "operationId": "add",
                "requestBody": body({}),
                "responses": answer({"type": "object", "required": ["id"], "properties": {"id": ROW["properties"]["id"]}}),
            },
            "get": {"operationId": "rows", "responses": answer({"type": "array", "maxItems": 1, "items": ROW})},
        },
        "/rows/{id}": {
            "parameters": [parameter("id", "path", type="integer")],
            "get": {"operationId": "row", "responses": answer(ROW)},
            "delete": {"operationId": "drop", "responses": answer({"type": "object"})},
            "post": {"operationId": "touch", "responses": answer(ROW)},
        },
        "/files": {
            "get": {
                "operationId": "files",
                "responses": answer({"type": "array", "maxItems": 1, "items": {"type": "object", "properties": {"a": {}}}}),
            }
        },
        "/files/{name}": {
            "parameters": [parameter("name", "path")],
            "put": {"operationId": "keep", "requestBody": body({}), "responses": answer({"type": "object"})},
        },
        "/{any}": {"get": {"operationId": "any", "parameters": [parameter("any", "path")], "responses": answer({})}},
        "/w/set": {"get": {"operationId": "setWord", "parameters": [parameter("key")], "responses": answer({})}},
        "/w/get": {
            "get": {
                "operationId": "getWord",
                "parameters": [{**parameter("key"), "required": True}],
                "responses": answer(WORD),
            }
        },
        "/w/remove": {"get": {"operationId": "removeAll", "responses": answer({})}},
        "/w/status": {"get": {"operationId": "lost", "parameters": [{"$ref": "#/no"}], "responses": answer({})}},
        "/v/set": {"get": {"operationId": "setNone", "responses": {"odd": {"$ref": "#/no"}}}},
        "/v/get": {"get": {"operationId": "getNone", "parameters": [parameter("key")], "responses": {}}},
    },
}


def test_what_was_given_is_answered_as_far_as_the_schema_lets_it() -> None:
    mock = MockTransport(ODD, stateful=True)
    with Client(spec=ODD, server="https://odd.example", transport=mock, validation="strict", retry=1) as client:
        for _ in range(2):
            assert client.call("add", body={"word": "long", "kind": "b", "secret": "s", "none": 1}).id == 7
        row = client.call("row", id=7)
        assert (row["kind"], len(row["word"]) <= 3, "secret" in row, "none" in row) == ("b", True, False, False)
        listed = client.call("rows")
        assert len(listed) == 1
        assert "secret" not in listed[0]
        client.call("keep", name="f", body={"a": 1})
        assert client.call("touch", id=8).id == 7
        # Two do not fit the list, which is then the document's own.
        client.call("keep", name="g", body={"a": 2})
        assert len(client.call("files")) == 1
        client.call("drop", id=7)
        with pytest.raises(NotFoundError):
            client.call("row", id=7)
        # By words: what there is not is null or false where that may be, else left out.
        client.call("any", any="x")
        client.call("removeAll")
        word = client.call("getWord", key="a")
        assert (word["key"], word["on"], "n" in word) == ("a", False, False)
        client.call("setWord", key="a")
        assert client.call("getWord", key="a")["key"] == "a"


def test_both_bundled_documents_remember() -> None:
    for version in ("1.0.0", "1.5.0"):
        with Client("key", version=version, transport=MockTransport(version=version, stateful=True)) as client:
            client.cache.cache_set(key="k", value=[1])
            assert client.cache.cache_get(key="k").value == [1]


def test_files_and_jobs_of_the_bundled_document_are_remembered() -> None:
    mock = MockTransport(version="1.5.0", stateful=True)
    with Client("key", version="1.5.0", transport=mock, validation="strict") as client:
        storage, queue = client.storage, client.queue
        assert storage.storage_exists(key="a").exists is False
        assert dict(storage.storage_get_metadata(key="a")) == {"exists": False}
        with pytest.raises(NotFoundError):
            storage.storage_get(key="a")
        storage.storage_upload(key="a", file=b"content", content_type="text/x")
        assert storage.storage_exists(key="a").exists is True
        found = storage.storage_get_metadata(key="a")
        assert (found.exists, found.size, found.content_type) == (True, 7, "text/x")
        assert storage.storage_get(key="a") == b"content"
        assert [one.size for one in storage.storage_list.items()] == [7]
        storage.storage_delete(key="a")
        assert storage.storage_exists(key="a").exists is False
        first, second = (queue.queue_enqueue(type="t", data={"n": number}).job_id for number in (1, 2))
        assert first != second
        assert queue.queue_get_job(job_id=second).job.data == {"n": 2}
        assert len([*queue.queue_list_jobs.items()]) == 2
        queue.queue_cancel_job(job_id=first)
        assert len([*queue.queue_list_jobs.items()]) == 1


def test_a_plain_mock_does_not() -> None:
    plain = httpx.Client(transport=MockTransport(SHOP), base_url="https://shop.example/v1")
    plain.post("/things", json={"name": "x"})
    assert plain.get("/things/12345").status_code == 200
