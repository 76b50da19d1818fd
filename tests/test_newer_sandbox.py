"""Version 1.5.0 through both clients over real sockets: what each family keeps, lists, streams and charges."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from aerostack_dynamic import AuthenticationError, BadRequestError, NotFoundError
from aerostack_dynamic.sandbox import Sandbox

HELLO = [{"role": "user", "content": "Hello there"}]


@pytest.fixture
def told(both: Any, newer_box: Sandbox) -> Callable[[Any], Any]:
    """Runs a story with a client of version 1.5.0 that has every key."""
    keys = {"ApiKeyAuth": newer_box.api_key, "GatewayConsumerKey": newer_box.gateway_key}
    return lambda story: both.run(story, version="1.5.0", server=newer_box.url, credentials=keys)


@pytest.fixture
def name() -> str:
    """Nobody else's, since the sandbox is shared."""
    return f"n{uuid.uuid4().hex}"


async def every(items: Any) -> list[Any]:
    """All items of a list, for either client."""
    return list(items) if hasattr(items, "__iter__") else [item async for item in items]


async def heard(stream: Any) -> list[Any]:
    """The data of all events of a stream, for either client."""
    if hasattr(stream, "__enter__"):
        with stream as events:
            return [event.data for event in events]
    async with stream as events:
        return [event.data async for event in events]


def test_a_batch_fails_query_by_query(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        batch = client.database.db_batch
        done = await settle(
            batch(
                queries=[
                    {"sql": f"CREATE TABLE {name} (n INTEGER PRIMARY KEY)"},
                    {"sql": f"INSERT INTO {name} VALUES (?), (?)", "params": [1, 2]},
                    {"sql": f"INSERT INTO {name} VALUES (3), (2)"},
                    {"sql": "DROP TABLE _sandbox_users"},
                    {"sql": "SELEKT"},
                    {"sql": f"SELECT n FROM {name} ORDER BY n"},
                ]
            )
        )
        assert [result.success for result in done.results] == [True, True, False, False, False, True]
        assert done.success is False
        assert [result.get("results") for result in done.results] == [[], [], None, None, None, [{"n": 1}, {"n": 2}]]
        assert "UNIQUE" in done.results[2].error
        assert "not allowed" in done.results[3].error
        good = await settle(batch(queries=[{"sql": f"DELETE FROM {name} WHERE n = ?1", "params": [1]}, {"sql": "SELECT 1 AS one"}]))
        assert good == {"results": [{"success": True, "results": []}, {"success": True, "results": [{"one": 1}]}], "success": True}
        assert await settle(batch(queries=[])) == {"results": [], "success": True}

    told(story)


def test_the_cache_family(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        cache = client.cache
        entries = [{"key": f"{name}:{n}", "value": {"n": n}} for n in range(5)]
        entries[4] |= {"ttl": 100}
        assert await settle(cache.cache_set_many(entries=entries)) == {"success": True, "count": 5}
        keys = [entry["key"] for entry in entries]
        found = await settle(cache.cache_get_many(keys=[keys[3], f"{name}:none", keys[0]]))
        assert [(one.key, one.value, one.exists) for one in found.results] == [
            (keys[3], {"n": 3}, True),
            (f"{name}:none", None, False),
            (keys[0], {"n": 0}, True),
        ]
        listed = await every(cache.cache_list.items(prefix=f"{name}:", limit=2))
        assert [one["key"] for one in listed] == keys
        assert [one["expiration"] for one in listed[:4]] == [None] * 4
        ends = datetime.fromtimestamp(listed[4]["expiration"], timezone.utc) - datetime.now(timezone.utc)
        assert timedelta(seconds=90) < ends < timedelta(seconds=101)
        assert await settle(cache.cache_keys(prefix=f"{name}:")) == {"keys": keys, "truncated": False}
        assert await settle(cache.cache_delete(key=keys[0])) == {"success": True}
        assert await settle(cache.cache_delete_many(keys=keys[:2])) == {"success": True, "count": 2, "deleted": 1}
        assert (await settle(cache.cache_expire(key=keys[2], ttl=0))).success is True
        assert (await settle(cache.cache_expire(key=keys[2], ttl=50))).success is False
        assert (await settle(cache.cache_expire(key=keys[3], ttl=50))).success is True
        assert (await settle(cache.cache_get(key=keys[2]))).exists is False
        assert (await settle(cache.cache_flush(prefix=f"{name}:"))) == {"success": True, "deleted": 2}
        assert (await settle(cache.cache_list(prefix=f"{name}:"))) == {"keys": [], "list_complete": True}

    told(story)


def test_counters(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        cache = client.cache
        count = cache.cache_increment
        assert [(await settle(count(key=name))).value for _ in range(3)] == [1, 2, 3]
        assert (await settle(count(key=name, amount=-5, initial_value=100, ttl=1))).value == -2
        assert (await settle(cache.cache_list(prefix=name))).keys_[0].expiration is None  # ttl is for new keys only
        assert (await settle(count(key=name + "b", amount=2, initial_value=40, ttl=60))).value == 42
        assert (await settle(cache.cache_list(prefix=name + "b"))).keys_[0].expiration is not None
        await settle(cache.cache_set(key=name, value=2**63 - 1))
        with pytest.raises(BadRequestError, match="64 bits"):
            await settle(count(key=name))
        for value in ("1", 1.5, True, None):
            await settle(cache.cache_set(key=name, value=value))
            with pytest.raises(BadRequestError, match="no integer"):
                await settle(count(key=name))

    told(story)


def test_jobs_are_listed_and_cancelled(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        queue = client.queue
        made = [(await settle(queue.queue_enqueue(type=name, data={"n": n}))).job_id for n in range(5)]
        listed = await every(queue.queue_list_jobs.items(type=name, limit=2))
        assert [job["id"] for job in listed] == made[::-1]
        assert await settle(queue.queue_cancel_job(job_id=made[1])) == {"success": True, "note": "the job will not run"}
        again = await settle(queue.queue_cancel_job(job_id=made[1]))
        assert (again.success, again.note) == (False, "the job is cancelled already")
        assert (await settle(queue.queue_cancel_job(job_id="none"))).note == "there is no such job"
        gone = await settle(queue.queue_list_jobs(type=name, status="cancelled"))
        assert [job.id for job in gone.jobs] == [made[1]]
        assert "cursor" not in gone
        assert gone.list_complete is True
        job = (await settle(queue.queue_get_job(job_id=made[0]))).job
        assert (job.id, job.type, job.data, job.status, job.project_id) == (made[0], name, {"n": 0}, "queued", "sandbox")
        assert abs(datetime.now(timezone.utc) - job.created_at) < timedelta(minutes=1)
        assert await settle(queue.queue_get_job(job_id="none")) == {"job": None, "exists": False}

    told(story)


def test_what_has_run_is_not_cancelled(told: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        job = (await settle(client.queue.queue_enqueue(type="echo", data={}))).job_id
        for _ in range(500):
            found = await settle(client.queue.queue_get_job(job_id=job))
            if found.job.status == "completed":
                break
        assert (await settle(client.queue.queue_cancel_job(job_id=job))).note == "the job is completed already"

    told(story)


def test_files_are_kept_listed_copied_and_moved(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        storage = client.storage
        for n in range(3):
            await settle(storage.storage_upload(file=b"\x00\xff%d" % n, key=f"{name}/{n}.png", content_type="image/png"))
        got = await settle(storage.storage_get.raw(key=f"{name}/1.png"))
        assert (got.data, got.headers["content-type"]) == (b"\x00\xff1", "image/png")
        listed = await every(storage.storage_list.items(prefix=name + "/", limit=2))
        assert [(one["key"], one["size"], one["contentType"]) for one in listed] == [
            (f"{name}/{n}.png", 3, "image/png") for n in range(3)
        ]
        known = await settle(storage.storage_get_metadata(key=f"{name}/1.png"))
        assert (known.exists, known.size, known.content_type, known.etag) == (True, 3, "image/png", listed[1]["etag"])
        assert abs(datetime.now(timezone.utc) - known.last_modified) < timedelta(minutes=1)
        assert await settle(storage.storage_get_metadata(key=name)) == {"exists": False}
        url = (await settle(storage.storage_get_url(key=f"{name}/1.png"))).url
        copied = await settle(storage.storage_copy(source_key=f"{name}/1.png", dest_key=f"{name}/2.png"))
        assert (copied.success, copied.url) == (True, url.replace("1.png", "2.png"))
        moved = await settle(storage.storage_move(source_key=f"{name}/1.png", dest_key=f"{name}/0.png"))
        assert (moved.success, moved.url) == (True, url.replace("1.png", "0.png"))
        for key in (f"{name}/0.png", f"{name}/2.png"):
            assert await settle(storage.storage_get(key=key)) == b"\x00\xff1"
            await settle(storage.storage_move(source_key=key, dest_key=key))
            await settle(storage.storage_copy(source_key=key, dest_key=key))
            assert (await settle(storage.storage_exists(key=key))).exists is True
        for _ in range(2):
            assert (await settle(storage.storage_delete(key=f"{name}/0.png"))).success is True
        assert (await settle(storage.storage_exists(key=f"{name}/0.png"))).exists is False
        assert [one["key"] for one in await every(storage.storage_list.items(prefix=name))] == [f"{name}/2.png"]

    told(story)


def test_files_that_are_none(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        storage = client.storage
        for call in (
            lambda: storage.storage_get(key=name),
            lambda: storage.storage_get_url(key=name),
            lambda: storage.storage_copy(source_key=name, dest_key="b"),
            lambda: storage.storage_move(source_key=name, dest_key="b"),
        ):
            with pytest.raises(NotFoundError, match="no file"):
                await settle(call())
        for call in (storage.storage_copy, storage.storage_move):
            with pytest.raises(BadRequestError, match="no plain path"):
                await settle(call(source_key=name, dest_key="../b"))

    told(story)


def test_texts_are_found_by_their_words(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        ai = client.ai
        texts = {"a": "Foxes run through the wood", "b": "A fox, a fox and the wood", "c": "Caf\u00e9s close on Mondays"}
        for key, content in texts.items():
            await settle(ai.ingest(id=name + key, content=content, type=name, metadata={"key": key, "all": [1]}))
        asked = {"types": [name], "top_k": 10}
        found = (await settle(ai.query(text='the "fox" AND NOT wood*', **asked))).results
        assert [one.id for one in found] == [name + "b", name + "a"]
        assert 1 > found[0].score > found[1].score > 0
        assert [one.id for one in (await settle(ai.query(text="CAFE", **asked))).results] == [name + "c"]
        assert (await settle(ai.query(text="fox", types=[name], top_k=1))).results[0].id == name + "b"
        kept = await settle(ai.query(text="wood", filter={"key": "a", "all": [1]}, **asked))
        assert [one.metadata for one in kept.results] == [{"key": "a", "all": [1]}]
        for text, more in (("zebra", {}), ("?!", {}), ("wood", {"filter": {"other": 1}}), ("wood", {"types": []})):
            assert (await settle(ai.query(**{"text": text, **asked, **more}))).results == []
        with pytest.raises(BadRequestError, match="topK"):
            await settle(ai.query(text="wood", top_k=0))

    told(story)


def test_texts_are_replaced_counted_and_deleted(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        ai = client.ai
        await settle(ai.ingest(content="one", type=name))
        await settle(ai.ingest(content="two words", type=name, id=name, metadata={"a": 1}))
        await settle(ai.search_update(id=name, content="three words now"))
        found = await settle(ai.search_get(id=name))
        assert found.result == {"id": name, "content": "three words now", "type": name, "metadata": {"a": 1}}
        await settle(ai.search_update(id=name, content="four", type=name + "b", metadata={}))
        assert (await settle(ai.search_get(id=name))).result == {"id": name, "content": "four", "type": name + "b", "metadata": {}}
        assert (await settle(ai.query(text="words", types=[name, name + "b"]))).results == []
        with pytest.raises(NotFoundError):
            await settle(ai.search_update(id=name + "c", content="none"))
        assert [(await settle(ai.search_count(type=kind))).count for kind in (name, name + "b", "none")] == [1, 1, 0]
        assert (await settle(ai.search_count())).count >= 2
        counts = {one.type: one.count for one in (await settle(ai.list_types())).types}
        assert (counts[name], counts[name + "b"]) == (1, 1)
        assert await settle(ai.delete(id=name)) == {"success": True}
        assert await settle(ai.search_get(id=name)) == {"result": None, "exists": False}
        assert await settle(ai.delete_by_type(type=name)) == {"success": True}
        assert (await settle(ai.search_count(type=name))).count == 0

    told(story)


def test_the_model_of_the_index(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        ai = client.ai
        await settle(ai.ingest(content="Foxes", type=name))
        for model, count in (("multilingual", 0), ("english", 1)):
            assert (await settle(ai.configure(embedding_model=model))).success is True
            assert len((await settle(ai.query(text="fox", types=[name]))).results) == count
            assert len((await settle(ai.query(text="foxes", types=[name]))).results) == 1

    told(story)


def test_chat(told: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        chat = client.ai.ai_chat
        answer = await settle(chat(messages=HELLO, model="m-1", temperature=0.5))
        text = answer.choices[0].message.content
        assert (answer.object, answer.model, answer.choices[0].finish_reason) == ("chat.completion", "m-1", "stop")
        assert 'You said: "Hello there"' in text
        assert answer.usage == {"prompt_tokens": 2, "completion_tokens": 21, "total_tokens": 23}
        frames = await heard(chat.stream(messages=HELLO, model="m-1"))
        assert "".join(frame["choices"][0]["delta"].get("content", "") for frame in frames) == text
        assert not any("usage" in frame for frame in frames)
        counted = await heard(chat.stream(messages=HELLO, model="m-1", stream_options={"include_usage": True}))
        assert counted[-1]["usage"] == answer.usage
        assert counted[-1]["choices"][0]["finish_reason"] == "stop"
        short = await settle(chat(messages=HELLO, max_tokens=2))
        assert (short.choices[0].message.content, short.choices[0].finish_reason) == ("[aerostack sandbox]", "length")
        assert [frame["choices"][0] for frame in await heard(chat.stream(messages=HELLO, max_tokens=1))] == [
            {"index": 0, "delta": {"role": "assistant", "content": "[aerostack"}},
            {"index": 0, "delta": {}, "finish_reason": "length"},
        ]

    told(story)


def test_the_gateway_takes_tokens_from_the_wallet(told: Any, settle: Any, name: str) -> None:
    async def story(client: Any) -> None:
        gateway = client.gateway
        answer = await settle(gateway.gateway_chat_completions(api_slug=name, messages=HELLO))
        spent = answer.usage.total_tokens
        assert await settle(gateway.gateway_get_wallet(api_slug=name)) == {
            "wallet": {"balance": 1_000_000 - spent, "total_consumed": spent}
        }
        frames = await heard(gateway.gateway_chat_completions.stream(api_slug=name, messages=HELLO))
        assert not any("usage" in frame for frame in frames)
        assert (await settle(gateway.gateway_get_wallet(api_slug=name))).wallet.total_consumed == 2 * spent
        options = {"stream_options": {"include_usage": True}}
        frames = await heard(gateway.gateway_chat_completions.stream(api_slug=name, messages=HELLO, **options))
        assert frames[-1]["usage"]["total_tokens"] == spent
        assert (await settle(gateway.gateway_get_wallet(api_slug=name + "b"))).wallet.total_consumed == 0

    told(story)


def test_a_user_has_a_wallet_too(both: Any, settle: Any, newer_box: Sandbox, name: str) -> None:
    async def sign_up(client: Any) -> Any:
        return await settle(client.authentication.auth_signup(email=f"{name}@example.com", password="12345678"))

    async def story(client: Any) -> None:
        await settle(client.gateway.gateway_chat_completions(api_slug="shared", messages=HELLO, max_tokens=3))
        assert (await settle(client.gateway.gateway_get_wallet(api_slug="shared"))).wallet.total_consumed == 5

    async def refused(client: Any) -> None:
        with pytest.raises(AuthenticationError, match="GatewayConsumerKey: the gateway key is wrong; BearerAuth: no token"):
            await settle(client.gateway.gateway_get_wallet(api_slug="shared"))

    where = {"version": "1.5.0", "server": newer_box.url}
    session = both.run(sign_up, newer_box.api_key, **where)
    both.run(story, credentials={"BearerAuth": session.token}, **where)
    both.run(refused, credentials={"BearerAuth": session.token + "x"}, **where)


def test_the_billing_log(told: Any, settle: Any, newer_box: Sandbox, name: str) -> None:
    async def story(client: Any) -> None:
        log = client.gateway.gateway_billing_log
        assert await settle(log(consumer_id=name, api_id="a", units=3)) == {"success": True, "loggedUnits": 3}
        await settle(log(consumer_id=name, api_id="a", units=10**30, metric="pages"))

    told(story)
    logged = [entry for entry in newer_box.billing_log() if entry["consumerId"] == name]
    assert [(entry["apiId"], entry["metric"], entry["units"]) for entry in logged] == [("a", "units", 3), ("a", "pages", 10**30)]
    assert logged[0]["loggedAt"] <= logged[1]["loggedAt"]
