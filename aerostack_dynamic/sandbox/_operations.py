"""The one table of operations: operationId to what the platform does. All else is read from the document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from ._files import Incoming, check_content_type, check_key, file_path
from ._platform import Platform, run_apart

Arguments = Mapping[str, Any]
"""The judged body by wire name; file parts are `Incoming`."""

Perform = Callable[[Platform, Arguments, str], Awaitable[object]]
"""Takes platform, arguments, and the origin by which the caller named the server; returns the answer's JSON value."""


async def _db_query(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await platform.run(platform.project.query, arguments["sql"], arguments.get("params", []))


async def _auth_signup(platform: Platform, arguments: Arguments, _origin: str) -> object:
    name, metadata = arguments.get("name"), arguments.get("metadata", {})
    return await platform.run(platform.accounts.signup, arguments["email"], arguments["password"], name, metadata)


async def _auth_signin(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await platform.run(platform.accounts.signin, arguments["email"], arguments["password"])


async def _cache_get(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await platform.run(platform.cache.get, arguments["key"])


async def _cache_set(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await platform.run(platform.cache.set, arguments["key"], arguments["value"], arguments.get("ttl"))


async def _queue_enqueue(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await platform.run(platform.queue.enqueue, arguments["type"], arguments["data"], arguments.get("delay", 0))


async def _storage_upload(platform: Platform, arguments: Arguments, origin: str) -> object:
    key, incoming = arguments["key"], arguments["file"]
    assert isinstance(incoming, Incoming)
    check_key(key)
    given = arguments.get("contentType") or incoming.content_type or "application/octet-stream"
    await platform.run(platform.files.keep, incoming, key, check_content_type(given))
    return {"url": origin + file_path(key)}


async def _ai_chat(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await run_apart(platform.chat.answer, arguments)


async def _services_invoke(platform: Platform, arguments: Arguments, _origin: str) -> object:
    return await run_apart(platform.services.invoke, arguments["serviceName"], arguments["data"])


OPERATIONS: Mapping[str, Perform] = MappingProxyType(
    {
        "dbQuery": _db_query,
        "authSignup": _auth_signup,
        "authSignin": _auth_signin,
        "cacheGet": _cache_get,
        "cacheSet": _cache_set,
        "queueEnqueue": _queue_enqueue,
        "storageUpload": _storage_upload,
        "aiChat": _ai_chat,
        "servicesInvoke": _services_invoke,
    }
)
