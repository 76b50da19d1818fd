"""What code uses of an API, seen while it runs: arguments filled, fields read, and Records that are as they always are."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, AsyncClient, BadRequestError, Client, Record, ResponseError, testing
from aerostack_dynamic._record import RecordList
from aerostack_dynamic.sdk import SDK
from aerostack_dynamic.testing import OperationUsage, UsageReport, track_usage

NODE = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "a/b": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "inner": {"$ref": "#/components/schemas/Node"},
        "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Node"}},
        "open": {"type": "object"},
    },
}
ANSWER: dict[str, Any] = {
    "id": "n",
    "at": "2024-01-01T00:00:00Z",
    "a/b": 1,
    "tags": ["x", "y"],
    "inner": {"id": "i", "open": {"k": [{"z": 1}]}},
    "nodes": [{"id": "1", "tags": []}, {"id": "2", "inner": {"id": "3"}}],
    "map": {"one": {"id": "m"}, "two": {"id": "n"}},
    "extra": {"deep": True},
}


def operation(name: str, schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    failed = {"description": "no", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}
    content = {media_type: {"schema": schema}}
    return {"operationId": name, "responses": {"200": {"description": "ok", "content": content}, "400": failed}, **more}


LIST = {"type": "object", "properties": {"nodes": {"type": "array", "items": NODE}, "next": {"type": "string"}}}
LISTING = operation(
    "list",
    LIST,
    parameters=[{"name": "cursor", "in": "query", "schema": {"type": "string"}}],
    **{"x-aerostack-pages": {"input": "cursor", "output": "/next", "items": "/nodes"}},
)
SAVE = operation(
    "save",
    {"$ref": "#/components/schemas/Node"},
    parameters=[
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
    ],
    requestBody={"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
)
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://api.example"}],
    "components": {"schemas": {"Node": NODE}},
    "paths": {
        "/node": {"get": operation("node", {"$ref": "#/components/schemas/Node"})},
        "/nodes": {"get": LISTING},
        "/node/{id}": {"post": SAVE},
        "/text": {"get": operation("text", {"type": "string"}, "text/plain")},
        "/file": {"put": operation("file", {}, requestBody={"content": {"application/octet-stream": {}}})},
        "/events": {"get": operation("events", NODE, "text/event-stream")},
        "/lines": {"get": operation("lines", NODE, "application/x-ndjson")},
    },
}
EVENTS = b'data: {"id": "1", "inner": {"id": "i"}}\n\ndata: {"id": "2"}\n\n'
LINES = b'{"id": "1"}\n{"id": "2", "tags": ["x"]}\n'


def serve(request: httpx.Request) -> httpx.Response:
    match request.url.path:
        case "/nodes" if "cursor" in request.url.params:
            return httpx.Response(200, json={"nodes": [{"id": "last"}]})
        case "/nodes":
            return httpx.Response(200, json={"nodes": ANSWER["nodes"], "next": "more"})
        case "/text":
            return httpx.Response(200, text="said")
        case "/events":
            return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=EVENTS)
        case "/lines":
            return httpx.Response(200, headers={"Content-Type": "application/x-ndjson"}, content=LINES)
        case "/node/bad":
            return httpx.Response(400, json={"id": "why", "tags": ["no"]})
        case "/node/wrong":
            return httpx.Response(200, json={"id": 1, "tags": ["kept"]})
        case _:
            return httpx.Response(200, json=ANSWER)


def make() -> Client:
    return Client(spec=DOCUMENT, transport=httpx.MockTransport(serve))


def test_what_is_called_filled_and_read_is_noted_and_kept(both: Any, settle: Any, tmp_path: Path) -> None:
    async def story(client: Any) -> UsageReport:
        with track_usage() as usage:
            node = await settle(client.node())
            assert (node.at.year, node["inner"].id, node.get("none")) == (2024, "i", None)
            body = {"tags": ["x"], "inner": {"a/b": 2}, "nodes": [{"id": "1"}, {"map": {"k": {"id": "2"}}, "open": {}}]}
            response = await settle(client.save.raw(path_id="1", filter={"x": 1, "y": [2]}, **body))
            assert [one.inner for one in response.data.nodes] == [None, {"id": "3"}]
            await settle(client.file(body=b"content"))
            assert await settle(client.text()) == "said"
            assert [one.tags for one in await settle(client.lines())] == [None, ["x"]]
            with pytest.raises(BadRequestError) as bad:
                await settle(client.save(path_id="bad"))
            assert bad.value.data.tags[0] == "no"
            with pytest.raises(ResponseError) as wrong:
                await settle(client.save(path_id="wrong"))
            assert wrong.value.data["tags"] == ["kept"]
            with pytest.raises(ArgumentsError):
                await settle(client.save(path_id="1", tags=1))
        assert (await settle(client.node())).id == "n"  # nobody watches any more
        usage.save(tmp_path / "usage.json")
        return usage.report

    report = both.run(story, spec=DOCUMENT, transport=httpx.MockTransport(serve))
    assert report.operations["node"] == OperationUsage(
        "GET", "/node", 1, frozenset(), frozenset({"200/at", "200/inner/id", "200/none"})
    )
    save = report.operations["save"]
    filled = {"tags/*", "inner/a~1b", "nodes/*/id", "nodes/*/map/*/id", "nodes/*/open"}
    assert save.calls == 4
    assert save.arguments == {"path/id", "query/filter/x", "query/filter/y/*", *(f"body/{one}" for one in filled)}
    assert save.fields == {"200/nodes/*/inner", "400/tags/*", "200/tags"}
    assert report.operations["file"].arguments == {"body"}
    assert report.operations["text"].fields == {"200"}
    assert report.operations["lines"].fields == {"200/tags"}
    assert report.documents == {make().spec.sha256}
    assert UsageReport.load(tmp_path / "usage.json") == report
    assert report.merged(report).operations["save"].calls == 8
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(ValueError, match="other.json: this is no usage file"):
        UsageReport.load(tmp_path / "other.json")


def test_streams_and_lists_are_noted_item_by_item(both: Any) -> None:
    async def story(client: Any) -> UsageReport:
        with track_usage() as usage:
            if both.kind == "sync":
                with client.events.stream() as events:
                    assert [event.data.id for event in events] == ["1", "2"]
                assert [one.tags for one in client.list.items()] == [[], None, None]
                assert [len(page.nodes) for page in client.list.pages()] == [2, 1]
            else:
                async with client.events.stream() as events:
                    assert [event.data.id async for event in events] == ["1", "2"]
                assert [one.tags async for one in client.list.items()] == [[], None, None]
                assert [len(page.nodes) async for page in client.list.pages()] == [2, 1]
        return usage.report

    operations = both.run(story, spec=DOCUMENT, transport=httpx.MockTransport(serve)).operations
    assert operations["events"].fields == {"200/id"}
    # How a list goes on is read by the package, by the document's own word.
    assert operations["list"] == OperationUsage("GET", "/nodes", 4, frozenset({"query/cursor"}), frozenset({"200/nodes/*/tags"}))


def match_pattern(node: Any) -> None:
    match node:
        case {"inner": {"id": _}, "nodes": [{"id": _}, *_]}:
            return
        case Record(tags=_):
            raise AssertionError("the first fits")


READS: list[tuple[str, Any, str]] = [
    ("attribute", lambda node: node.a_b, "a~1b"),
    ("item", lambda node: node["extra"]["deep"], "extra/deep"),
    ("key of a map", lambda node: node.map["one"].id, "map/*/id"),
    ("absent, declared", lambda node: node.nodes[0].inner, "nodes/*/inner"),
    ("get", lambda node: node.get("id"), "id"),
    ("pop", lambda node: node.pop("inner").id, "inner/id"),
    ("popitem", lambda node: node.popitem(), "extra"),
    ("setdefault", lambda node: node.setdefault("id", 1), "id"),
    ("in", lambda node: "open" in node, "open"),
    ("del", lambda node: node.__delitem__("id"), "id"),
    ("pattern", match_pattern, "inner/id nodes/*/id"),
    ("handed on", lambda node: node.inner, "inner"),
    ("gone through", lambda node: (node.inner, node.inner.open, node.inner.id), "inner/open inner/id"),
    ("list items", lambda node: [one.id for one in node.nodes], "nodes/*/id"),
    ("reversed", lambda node: [one.id for one in reversed(node.nodes)], "nodes/*/id"),
    ("slice", lambda node: node.nodes[1:][0].inner.id, "nodes/*/inner/id"),
    ("list pop", lambda node: node.nodes.pop().id, "nodes/*/id"),
    ("list copy", lambda node: copy.copy(node.nodes)[0].id, "nodes/*/id"),
    ("list in", lambda node: ("x" in node.tags, node.nodes[0]), "tags nodes/*"),
    ("list index", lambda node: (node.tags.index("x"), node.tags[0]), "tags"),
    ("list count", lambda node: node.tags.count("x"), "tags"),
    ("list sort", lambda node: (node.tags.sort(reverse=True), node.tags[0]), "tags"),
    ("list sum", lambda node: (node.tags.__add__(["z"]), node.tags[0]), "tags"),
    ("list equality", lambda node: (node.tags == [], node.tags != []), "tags"),
    ("sorted", lambda node: sorted(node.tags), "tags/*"),
    ("list json", lambda node: json.dumps(node.tags), "tags/*"),
    ("list pickle", lambda node: pickle.dumps(node.tags), "tags"),
    ("keys", lambda node: node.inner.keys(), "inner"),
    ("iteration", lambda node: [*node.inner], "inner"),
    ("backwards", lambda node: [*reversed(node.inner)], "inner"),
    ("values", lambda node: node.inner.values(), "inner"),
    ("items", lambda node: [value for _, value in node.inner.items()], "inner"),
    ("equality", lambda node: (node.inner == {}, {} == node.inner, node.inner != {}), "inner"),
    ("or", lambda node: (node.inner | {}, {} | node.inner), "inner"),
    ("unpacked", lambda node: {**node.inner}, "inner"),
    ("dict", lambda node: dict(node.inner), "inner"),
    ("update", lambda node: {}.update(node.inner), "inner"),
    ("json", lambda node: json.dumps(node.inner), "inner"),
    ("pickle", lambda node: pickle.dumps(node.inner), "inner"),
    ("deepcopy", lambda node: copy.deepcopy(node.nodes[0]), "nodes/*"),
    ("copy", lambda node: node.copy().inner.id, "inner/id"),
    ("repr", lambda node: (repr(node), str(node), f"{node}", len(node), bool(node), dir(node)), ""),
    ("missing", lambda node: getattr(node, "nothing", None), ""),
    ("set", lambda node: node.__setitem__("id", "new"), ""),
]


@pytest.fixture(scope="module")
def client() -> Client:
    return make()


@pytest.mark.parametrize(("read", "fields"), [one[1:] for one in READS], ids=[one[0] for one in READS])
def test_what_counts_as_read(client: Client, read: Any, fields: str) -> None:
    with track_usage() as usage:
        read(client.node())
    found = {one.removeprefix("200/") for one in usage.report.operations["node"].fields}
    # What stands below a place that was read whole says nothing more.
    assert {one for one in found if not any(one.startswith(f"{other}/") for other in found)} == {*fields.split()}


def public(record: Record) -> set[str]:
    return {name for name in dir(record) if not name.startswith("_")}


def test_a_watched_record_is_as_any_other(client: Client) -> None:
    plain = client.node()
    assert type(plain) is Record
    with track_usage():
        watched = client.node()
        assert isinstance(watched, Record)
        assert isinstance(watched.nodes, RecordList)
        assert watched == plain == ANSWER
        assert not watched != plain
        assert (repr(watched), repr(watched.nodes), public(watched)) == (repr(plain), repr(plain.nodes), public(plain))
        assert json.dumps(watched) == json.dumps(plain) == json.dumps(ANSWER)
        assert (watched.at, watched.map["one"].id, watched.nodes[-1].inner.id) == (plain.at, "m", "3")
        for made in (pickle.loads(pickle.dumps(watched)), copy.deepcopy(watched)):
            assert type(made) is Record
            assert type(made.inner) is Record
            assert type(made.nodes) is RecordList
            assert made == plain
        assert type(pickle.loads(pickle.dumps(watched.nodes))) is RecordList
        assert copy.copy(watched) == plain
        assert watched.nodes.copy() == plain.nodes
        for holder in (plain, watched):
            with pytest.raises(AttributeError, match="the record has no 'tag', did you mean 'tags'"):
                holder.tag  # noqa: B018
            with pytest.raises(KeyError):
                holder["tag"]
            with pytest.raises(TypeError):
                hash(holder)
            with pytest.raises(TypeError):
                hash(holder.nodes)
            assert type(holder.pop("inner", None)) is type(holder)
            assert holder.pop("inner", "none") == "none"
            assert holder.popitem() == ("extra", {"deep": True})
        assert watched == plain


def test_blocks_nest_and_overlap_and_see_every_thread_and_task(client: Client) -> None:
    outer, inner, later = track_usage(), track_usage(), track_usage()
    with outer:
        node = client.node()
        with inner:
            thread = threading.Thread(target=lambda: client.node().get("id"))
            thread.start()
            thread.join()
            assert node.tags
            later.__enter__()
            assert node["a/b"] == 1
        assert node.at

        async def tasks() -> None:
            async with AsyncClient(spec=DOCUMENT, transport=httpx.MockTransport(serve)) as other:
                found = await asyncio.gather(*(asyncio.create_task(other.node()) for _ in range(2)))
                assert [one.inner.id for one in found] == ["i", "i"]

        asyncio.run(tasks())
    later.__exit__()
    assert node["extra"]  # seen by nobody
    seen = {name: usage.report.operations["node"] for name, usage in (("outer", outer), ("inner", inner), ("later", later))}
    assert {name: one.calls for name, one in seen.items()} == {"outer": 4, "inner": 1, "later": 2}
    assert seen["outer"].fields == {"200/id", "200/tags", "200/a~1b", "200/at", "200/inner/id"}
    assert seen["inner"].fields == {"200/id", "200/tags", "200/a~1b"}
    assert seen["later"].fields == {"200/a~1b", "200/at", "200/inner/id"}


def test_names_are_imported_when_they_are_named() -> None:
    assert {"MockTransport", "UsageReport", "track_usage"} <= {*dir(testing)}
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        testing.nothing  # noqa: B018


def test_a_model_of_the_replaced_sdk_has_read_all_of_it() -> None:
    transport = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={"response": "hi"})))
    with track_usage() as usage, SDK(api_key_auth="k", client=transport) as sdk:
        assert sdk.ai.ai_chat(request={"messages": [{"content": "x"}]}).response == "hi"
    one = usage.report.operations["aiChat"]
    assert (one.arguments, one.fields) == ({"body/messages/*/content"}, {"200"})
