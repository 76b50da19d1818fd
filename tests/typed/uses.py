"""Correct uses of typed clients. It is checked by mypy and pyright in `test_checkers.py`, and never run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
from typing_extensions import assert_type

from aerostack_dynamic import UNSET, AsyncClient, Client, Record, Response, Spec, Stream, Validation, v1_0_0, v1_5_0
from aerostack_dynamic.testing import MockTransport
from aerostack_dynamic.typed import AnyClient, Event, Listing, RecordList, Request


def takes_record(record: Record) -> None: ...


def takes_any(client: AnyClient) -> object:
    return client.whatever.there_is(x=1)


def takes_default(client: Client) -> int:
    rows = client.database.db_query(sql="SELECT 1", params=[1, None, "x"])
    return rows.count or 0


class Mine(Client):
    def hello(self) -> str | None:
        return self.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}]).response


class Tenant(Client):
    def __init__(self, tenant: str, region: str = "eu") -> None:
        super().__init__("k", timeout=3)
        self.tenant = tenant


class WaitingTenant(AsyncClient):
    def __init__(self, tenant: str) -> None:
        super().__init__("k")


class NewerTenant(v1_5_0.Client):
    def __init__(self, tenant: str) -> None:
        super().__init__("k", spec=Spec.bundled("1.5.0"))


class Watches:
    def before_request(self, request: Request) -> None: ...


def subclasses() -> None:
    assert_type(Tenant(tenant="t").tenant, str)
    assert_type(Tenant("t", "us").with_options(timeout=3), Tenant)
    assert_type(WaitingTenant("t"), WaitingTenant)
    assert_type(NewerTenant(tenant="t"), NewerTenant)


def options() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    Client(lambda: "k", transport=transport, hooks=[Watches()], validation="strict")
    AsyncClient(transport=transport, hooks=(Watches(),), validation=Validation(request="off"))
    AsyncClient(AnyAuth(), transport="aiohttp")
    Client(transport=MockTransport(Spec.bundled()), retry=2)


class AnyAuth(httpx.Auth): ...


def default_version() -> None:
    with Client() as client:
        assert_type(client.authentication.auth_signup(email="a", password="b", metadata={"a": 1}).user, v1_0_0.User | None)
        assert_type(client.with_options(timeout=3), Client)
        assert_type(client.ai.ai_chat.raw(messages=[], model=UNSET), Response[v1_0_0.AiChatResult])
        client.ai.ai_chat.with_options(retry=2, headers={"X-A": "b"})(messages=())
        client.ai.ai_chat.with_options(media_type="application/json")(whatever=1)
        client.call("aiChat", messages=[]).anything
        client.operations["aiChat"](messages=[])
        client.ai.ai_chat.prepare(messages=[]).url.copy_with(path="/")
        client.ai.ai_chat.curl(messages=[]).upper()
        client.ai.ai_chat.operation.method.upper()
        with client.ai.ai_chat.stream(messages=[]) as pieces:
            pieces.save("answer.json")
        assert_type(client.cache.cache_get.stream(key="x"), Stream[bytes])
        for content in (Path("x"), b"x", "x", ("name", b"x", "text/plain"), ("name", Path("x"))):
            client.storage.storage_upload(key="k", file=content)
        with Path("x").open("rb") as opened:
            client.storage.storage_upload(key="k", file=opened, content_type="text/plain")
        client.storage.storage_upload(key="k", file=(b"%d" % number for number in range(3)))
        takes_any(client)
    takes_default(Mine())
    Mine("k").hello()


def other_documents() -> None:
    client = Client(spec=Path("other.yaml"))
    client.anything.at_all(x=1).whatever["it"].is_
    client.ai.other(y=2)
    takes_default(client)
    Client(version="1.5.0").gateway.gateway_get_wallet(api_slug="x").balance
    assert_type(Client(version="1.0.0"), Client)
    with Client(spec=b"") as other:
        other.foo.bar()


def newer_version() -> None:
    client = v1_5_0.Client("key", timeout=5)
    takes_any(client)
    answer = client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}], temperature=1)
    takes_record(answer)
    for choice in answer.choices or []:
        if choice.finish_reason == "stop" and choice.message:
            client.ai.ai_chat(messages=[{"role": "user", "content": "Again"}, choice.message])
    stream = client.ai.ai_chat.stream(messages=[], stream_options={"include_usage": True})
    with stream as events:
        for event in events:
            assert_type(event.id, str)
    assert_type(client.cache.cache_list.items(prefix="x"), Listing[v1_5_0.CacheKeyEntry])
    for page in client.cache.cache_list.pages(prefix="x").with_options(max_items=3):
        assert_type(page.keys_, RecordList[v1_5_0.CacheKeyEntry] | None)
    assert_type(client.storage.storage_get(key="x"), bytes)
    body = client.storage.storage_get.stream(key="x")
    assert_type(body, Stream[bytes])
    messages: list[v1_5_0.ChatMessageInput] = [{"role": "system", "content": "Be brief"}]
    client.ai.ai_chat(messages=messages)
    job = client.queue.queue_get_job(job_id="x").job
    assert job is not None
    assert_type(job.created_at, datetime | None)


def takes_untyped(response: Response, stream: Stream, event: Event) -> object:
    return response.data.whatever, [one.data for one in stream], event.data.whatever


async def asynchronous() -> None:
    async with AsyncClient() as client:
        answer = await client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}])
        (answer.response or "").upper()
        (await client.ai.ai_chat.raw(messages=[])).data.response
        await AsyncClient(spec=Spec.bundled("1.5.0")).foo.bar()
    async with v1_5_0.AsyncClient() as newer:
        async for entry in newer.cache.cache_list.items():
            assert_type(entry.key, str | None)
        async with newer.ai.ai_chat.stream(messages=[]) as events:
            async for event in events:
                event.data
        async with newer.storage.storage_get.stream(key="x") as body:
            await body.save("x")
