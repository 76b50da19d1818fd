"""Clients of both documents: every operation, credentials of consumers and users, streams, lists, downloads, and how one is chosen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import (
    ArgumentsError,
    AsyncClient,
    Client,
    CredentialsError,
    NotFoundError,
    RateLimitError,
    Record,
    ResponseError,
    SpecError,
    StreamError,
    versions,
)

from .facts import DOCUMENTS, KNOWN, operations

HELLO = [{"role": "user", "content": "Hello"}]
PIECES = operations(DOCUMENTS["1.5.0"])["aiChat"]["responses"]["200"]["content"]["text/event-stream"]["examples"]["pieces"]["value"]
EVENT_STREAM = "text/event-stream"


def keys(seen: Any) -> tuple[str | None, str | None]:
    return seen.header("X-Aerostack-Key"), seen.header("Authorization")


@pytest.fixture
def served(both: Any, wire: Any, reply: Any, key: str) -> Any:
    """Runs a story on a client of 1.5.0, strict, against a server of these answers: what it gave, and what was seen."""

    def run(story: Any, *answers: Any, **options: Any) -> tuple[Any, list[Any]]:
        ready = [one if isinstance(one, bytes) else reply(body=json.dumps(one).encode()) for one in answers]
        server = wire(ready)
        settings = {"api_key": key, "version": "1.5.0", "server": server.url, "validation": "strict", "retry": 1, **options}
        return both.run(story, **settings), server.seen

    return run


async def listed(found: Any, into: list[Any] | None = None) -> list[Any]:
    """All of a list or an open stream; in `into` what came before an error as well."""
    into = [] if into is None else into
    if hasattr(found, "__aiter__"):
        async for one in found:
            into.append(one)
    else:
        into.extend(found)
    return into


async def streamed(stream: Any, take: Any = listed) -> Any:
    """What `take` makes of a stream, which is opened for it."""
    if hasattr(stream, "__aenter__"):
        async with stream as opened:
            return await take(opened)
    with stream as opened:
        return await take(opened)


# Every operation


@pytest.mark.parametrize("version", KNOWN)
def test_every_operation_is_prepared_from_its_example(version: str, key: str) -> None:
    with Client(key, version=version) as client:
        assert client.spec.version == version
        for name, fact in KNOWN[version].facts.items():
            operation = client.operations[name]
            request = operation.prepare(**client.spec.operations[name].example())
            method, _, path = fact.call.partition(" ")
            assert request.method == method.upper()
            assert request.url.host == KNOWN[version].host
            assert request.url.path == "/v1" + path.format(apiSlug="garden-helper")
            assert not {"x-aerostack-key", "authorization"} & request.headers.keys()
            assert client.spec.operations[name].idempotency == KNOWN[version].idempotency[name]


def test_parameters_of_every_location(key: str) -> None:
    with Client(key, version="1.5.0") as client:
        wallet = client.gateway.gateway_get_wallet.prepare(api_slug="a b&c")
        assert wallet.url.raw_path == b"/v1/ai/gateway/me/wallet?api_slug=a%20b%26c"
        chat = client.gateway.gateway_chat_completions.prepare(api_slug="a/b", messages=HELLO)
        assert chat.url.raw_path == b"/v1/ai/gateway/a%2Fb/chat/completions"
        query = client.database.db_query.prepare(sql="SELECT 1", x_sdk_version="1.4.2")
        assert query.headers["X-SDK-Version"] == "1.4.2"
        assert "X-Request-ID" not in query.headers
        with pytest.raises(ArgumentsError, match="header/X-Request-ID: is not a valid uuid"):
            client.database.db_query.prepare(sql="SELECT 1", x_request_id="no uuid")


def test_a_body_without_required_properties_is_sent_empty(key: str) -> None:
    with Client(key, version="1.5.0") as client:
        for operation in (client.cache.cache_list, client.cache.cache_keys, client.queue.queue_list_jobs, client.ai.search_count):
            assert operation.prepare().content == b"{}"


def test_limits_of_the_document_are_kept(key: str) -> None:
    with Client(key, version="1.5.0") as client:
        for call, arguments in (
            (client.database.db_batch, {"queries": [{"sql": "SELECT 1"}] * 26}),
            (client.cache.cache_get_many, {"keys": ["k"] * 101}),
            (client.cache.cache_delete_many, {"keys": ["k"] * 501}),
            (client.queue.queue_list_jobs, {"limit": 201}),
            (client.ai.ai_chat, {"messages": HELLO, "temperature": 2.5}),
        ):
            with pytest.raises(ArgumentsError):
                call.prepare(**arguments)


def test_what_a_conversation_needs_depends_on_the_version(key: str) -> None:
    with Client(key) as old, Client(key, version="1.5.0") as new:
        assert json.loads(old.ai.ai_chat.prepare(messages=[{}]).content) == {"messages": [{}]}
        with pytest.raises(ArgumentsError, match="role: required, missing; body/messages/0/content"):
            new.ai.ai_chat.prepare(messages=[{}])


# How a version is chosen


def test_a_version_is_chosen_by_argument_then_environment(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions() == ("1.0.0", "1.5.0")
    for chosen, expected in ((None, "1.0.0"), ("1.5.0", "1.5.0")):
        if chosen:
            monkeypatch.setenv("AEROSTACK_SPEC_VERSION", chosen)
        with Client(key) as client, Client(key, version="1.0.0") as told:
            assert client.spec.version == expected
            assert (len(client.operations), len(told.operations)) == (len(KNOWN[expected].facts), 9)
    assert AsyncClient(key).spec.version == "1.5.0"
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.5.1")
    with pytest.raises(SpecError, match=r"'1\.5\.1', did you mean '1\.5\.0'"):
        Client(key)


def test_only_the_default_document_is_parsed_at_import() -> None:
    code = (
        "import aerostack_dynamic as a; from aerostack_dynamic._load import bundled_document as b; print(b.cache_info().currsize)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "1\n"


# Credentials


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        ({"GatewayConsumerKey": "consumer"}, "Bearer consumer"),
        ({"BearerAuth": "user"}, "Bearer user"),
        ({"BearerAuth": "user", "GatewayConsumerKey": "consumer"}, "Bearer consumer"),
    ],
)
def test_consumers_and_users_call_the_gateway(served: Any, settle: Any, key: str, credentials: dict[str, str], sent: str) -> None:
    async def story(client: Any) -> Any:
        wallet = await settle(client.gateway.gateway_get_wallet(api_slug="garden"))
        await settle(client.gateway.gateway_billing_log(consumer_id="c", api_id="a", units=1))
        return wallet

    answers = {"wallet": {"balance": 5, "total_consumed": 1.5}}, {"success": True, "loggedUnits": 1}
    wallet, seen = served(story, *answers, credentials=credentials)
    assert (wallet.wallet.balance, wallet.wallet.total_consumed) == (5, 1.5)
    # Each operation gets what it asks for and nothing else: a consumer's request never carries the project's key.
    assert [keys(one) for one in seen] == [(None, sent), (key, None)]


def test_the_project_key_does_not_open_the_gateway(served: Any, settle: Any) -> None:
    async def story(client: Any) -> Any:
        with pytest.raises(CredentialsError, match="GatewayConsumerKey") as caught:
            await settle(client.gateway.gateway_get_wallet(api_slug="garden"))
        return caught.value.sent

    assert served(story, {}) == ("no", [])


# Streams


@pytest.mark.parametrize("dotted", ["ai.ai_chat", "gateway.gateway_chat_completions"])
def test_a_conversation_streams(served: Any, settle: Any, reply: Any, dotted: str) -> None:
    arguments = {"messages": HELLO, **({"api_slug": "garden"} if dotted.startswith("gateway") else {})}

    async def story(client: Any) -> Any:
        operation = client.operations[dotted]
        with pytest.raises(ArgumentsError, match="stream"):
            await settle(operation(stream=True, **arguments))
        return await streamed(operation.stream(stream_options={"include_usage": True}, **arguments))

    answer = reply(body=PIECES.encode(), content_type=EVENT_STREAM)
    events, (seen,) = served(story, answer, credentials={"BearerAuth": "user"})
    assert "".join(one.data["choices"][0]["delta"]["content"] for one in events) == "Hello! How can I help you today?"
    assert events[-1].data["usage"]["total_tokens"] == 19
    assert json.loads(seen.body) == {"messages": HELLO, "stream": True, "stream_options": {"include_usage": True}}
    assert seen.header("Accept").startswith(EVENT_STREAM)


def test_a_stream_that_ends_early_is_an_error(served: Any, reply: Any) -> None:
    async def story(client: Any) -> Any:
        found: list[Any] = []
        with pytest.raises(StreamError):
            await streamed(client.ai.ai_chat.stream(messages=HELLO), lambda events: listed(events, found))
        return len(found)

    cut = PIECES.removesuffix("data: [DONE]\n\n").encode()
    assert served(story, reply(body=cut, content_type=EVENT_STREAM))[0] == 2


def test_a_whole_answer(served: Any, settle: Any) -> None:
    answer = operations(DOCUMENTS["1.5.0"])["aiChat"]["responses"]["200"]["content"]["application/json"]["examples"]["answer"][
        "value"
    ]

    async def story(client: Any) -> Any:
        return await settle(client.ai.ai_chat(messages=HELLO, stream=False))

    said, (seen,) = served(story, answer)
    assert said.choices[0].message.content == "Hello! How can I help you today?"
    assert said.usage.total_tokens == 19
    assert seen.header("Accept") == "application/json"


# Lists


LISTS = {
    "cache.cache_list": ("keys", [{"key": "a", "expiration": None}, {"key": "b"}], "list_complete", True),
    "queue.queue_list_jobs": ("jobs", [{"id": "a", "status": "queued"}, {"id": "b"}], "list_complete", True),
    "storage.storage_list": ("objects", [{"key": "a", "size": 1}, {"key": "b"}], "truncated", False),
}


@pytest.mark.parametrize("dotted", LISTS)
def test_a_list_is_followed(served: Any, dotted: str) -> None:
    name, (first, second), flag, end = LISTS[dotted]
    pages = [{name: [first], flag: not end, "cursor": "c1"}, {name: [second], flag: end, "cursor": "c2"}]

    async def story(client: Any) -> Any:
        operation = client.operations[dotted]
        found = await listed(operation.pages())
        return found, await listed(operation.items(limit=1))

    (whole, items), seen = served(story, *pages, *pages)
    assert whole == pages
    assert items == [first, second]
    assert type(items[0]) is Record
    assert [json.loads(one.body) for one in seen] == [{}, {"cursor": "c1"}, {"limit": 1}, {"limit": 1, "cursor": "c1"}]


def test_a_list_without_a_cursor_tells_that_it_is_cut(served: Any) -> None:
    async def story(client: Any) -> Any:
        whole = await listed(client.cache.cache_keys.items(prefix="a"))
        found: list[Any] = []
        with pytest.raises(ResponseError, match="the document knows no way to ask for it"):
            await listed(client.cache.cache_keys.items(), found)
        assert found == ["a", "b"]
        return whole, await listed(client.cache.cache_keys.items().with_options(max_items=2))

    cut = {"keys": ["a", "b"], "truncated": True}
    assert served(story, {"keys": ["a"], "truncated": False}, cut, cut)[0] == (["a"], ["a", "b"])


# Files and answers


@pytest.mark.parametrize(("content_type", "content"), [("application/json", b'{"a": 1}'), ("text/plain", b"\xff"), (None, b"")])
def test_a_download_is_what_was_stored(served: Any, settle: Any, reply: Any, content_type: str | None, content: bytes) -> None:
    async def story(client: Any) -> Any:
        whole = await settle(client.storage.storage_get(key="a"))
        return whole, b"".join(await streamed(client.storage.storage_get.stream(key="a")))

    assert served(story, reply(body=content, content_type=content_type))[0] == (content, content)


def test_a_file_of_lines_or_events_is_saved_as_it_is(served: Any, settle: Any, reply: Any, tmp_path: Path) -> None:
    async def story(client: Any) -> Any:
        place = tmp_path / "file"
        await streamed(client.storage.storage_get.stream(key="a"), lambda stream: settle(stream.save(place)))
        content = place.read_bytes()
        place.unlink()
        return content

    for content_type in ("application/x-ndjson", EVENT_STREAM):
        assert served(story, reply(body=b'{"a": 1}\n', content_type=content_type))[0] == b'{"a": 1}\n'


def test_errors_of_the_new_operations(served: Any, settle: Any, reply: Any) -> None:
    async def story(client: Any) -> Any:
        with pytest.raises(NotFoundError) as missing:
            await settle(client.storage.storage_get(key="a"))
        with pytest.raises(RateLimitError) as limited:
            await settle(client.gateway.gateway_chat_completions(api_slug="a", messages=HELLO))
        return missing.value.code, limited.value.code

    answers = [
        reply(404, json.dumps({"code": "VALIDATION_ERROR", "message": "none"}).encode()),
        reply(429, json.dumps({"code": "RATE_LIMIT_EXCEEDED", "message": "slowly"}).encode()),
    ]
    assert served(story, *answers, credentials={"BearerAuth": "u"})[0] == ("VALIDATION_ERROR", "RATE_LIMIT_EXCEEDED")


def test_null_where_there_is_nothing(served: Any, settle: Any) -> None:
    async def story(client: Any) -> Any:
        job = await settle(client.queue.queue_get_job(job_id="j"))
        return (
            job.job,
            (await settle(client.queue.queue_get_job(job_id="j"))).job.created_at.year,
            await settle(client.cache.cache_get(key="k")),
        )

    answers = [
        {"job": None, "exists": False},
        {"job": {"id": "j", "createdAt": "2025-03-14T09:26:53Z"}, "exists": True},
        {"value": {"any": [1, None]}},
    ]
    none, year, value = served(story, *answers)[0]
    assert (none, year, value) == (None, 2025, {"value": {"any": [1, None]}})
