"""One script, written for version 1.0.0, drives a sandbox of either version: it meets the two documented breaks, and nothing else."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from aerostack_dynamic import BadRequestError


async def script(client: Any, settle: Any) -> dict[str, Any]:
    """Every operation of 1.0.0 once, and what each answer tells, but for what is never the same twice."""
    name = f"n{uuid.uuid4().hex}"
    signed_up = await settle(client.authentication.auth_signup(email=f"{name}@example.com", password="12345678", name="Ann"))
    signed_in = await settle(client.authentication.auth_signin(email=f"{name}@example.com", password="12345678"))
    await settle(client.database.db_query(sql=f"CREATE TABLE {name} (n)"))
    stored = await settle(client.storage.storage_upload(file=b"content", key=f"{name}.txt"))
    return {
        "same user": signed_up.user == signed_in.user,
        "rows": await settle(client.database.db_query(sql=f"INSERT INTO {name} VALUES (?) RETURNING n", params=[1])),
        "set": await settle(client.cache.cache_set(key=name, value={"a": [1, None]}, ttl=60)),
        "get": await settle(client.cache.cache_get(key=name)),
        "enqueued": (await settle(client.queue.queue_enqueue(type=name, data={}))).success,
        "stored": stored.url.endswith(f"/files/{name}.txt"),
        "invoked": await settle(client.services.services_invoke(service_name="echo", data={"a": 1})),
        "chat": await settle(client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}])),
        "bare message": await bare_message(client, settle),
    }


async def bare_message(client: Any, settle: Any) -> str:
    """What comes of a message without role and content."""
    try:
        await settle(client.ai.ai_chat(messages=[{}]))
    except BadRequestError as error:
        return f"{error.status} {error.code}: {error.message}"
    return "accepted"


def test_the_same_script_drives_both_versions(both: Any, box: Any, newer_box: Any, settle: Any) -> None:
    async def story(client: Any) -> dict[str, Any]:
        return await script(client, settle)

    older = both.run(story, box.api_key, version="1.0.0", server=box.url)
    newer = both.run(story, newer_box.api_key, version="1.0.0", server=newer_box.url)
    chat, completion = older.pop("chat"), newer.pop("chat")
    accepted, refused = older.pop("bare message"), newer.pop("bare message")
    assert older == newer
    assert older["get"] == {"value": {"a": [1, None]}, "exists": True}
    assert older["rows"] == {"results": [{"n": 1}], "count": 1}

    assert "Hello" in chat.response
    assert completion.response is None
    assert completion["choices"][0]["message"]["content"] == chat.response

    assert accepted == "accepted"
    assert refused.startswith("400 VALIDATION_ERROR: ")
    assert "/messages/0 'role' is a required property" in refused
    assert "/messages/0 'content' is a required property" in refused


def test_the_newer_document_knows_both_breaks_beforehand(both: Any, newer_box: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        answer = await settle(client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}]))
        with pytest.raises(AttributeError, match="response"):
            _ = answer.response
        with pytest.raises(TypeError, match="role"):
            await settle(client.ai.ai_chat(messages=[{}]))

    both.run(story, newer_box.api_key, version="1.5.0", server=newer_box.url)
