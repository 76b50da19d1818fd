"""The tables of operations: operationId to what the platform does, for each version. All else is read from the document.

In the tables `p` is the platform and `c` the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ._call import Call
from ._files import Incoming, Stored, check_content_type, check_key, file_path, no_file
from ._platform import Platform

Work = Callable[[Platform, Call], object]
"""Gives the JSON value of the answer, a `Stored` file, or a generator of the JSON values of an event stream."""


APART = frozenset({"aiChat", "gatewayChatCompletions", "servicesInvoke"})
"""The operations that may take any time, and so have a thread of their own."""


def _upload(platform: Platform, call: Call) -> object:
    key, incoming = call["key"], call["file"]
    assert isinstance(incoming, Incoming)
    check_key(key)
    given = call.get("contentType") or incoming.content_type or "application/octet-stream"
    platform.files.keep(incoming, key, check_content_type(given))
    return {"url": call.origin + file_path(key)}


def _stored(platform: Platform, call: Call) -> Stored:
    stored = platform.files.open(call["key"])
    if stored is None:
        raise no_file()
    return stored


def _url(platform: Platform, call: Call) -> object:
    if not platform.files.exists(call["key"]):
        raise no_file()
    return {"url": call.origin + file_path(call["key"])}


def _copy(platform: Platform, call: Call) -> object:
    platform.files.copy(call["sourceKey"], call["destKey"])
    return {"success": True, "url": call.origin + file_path(call["destKey"])}


def _move(platform: Platform, call: Call) -> object:
    platform.files.move(call["sourceKey"], call["destKey"])
    return {"success": True, "url": call.origin + file_path(call["destKey"])}


def _chat(platform: Platform, call: Call) -> object:
    return platform.chat.frames(call.body) if call.get("stream", False) else platform.chat.completion(call.body)


def _gateway_chat(platform: Platform, call: Call) -> object:
    perform = platform.gateway.frames if call.get("stream", False) else platform.gateway.completion
    return perform(call.consumer, call.path["apiSlug"], call.body)


_ALWAYS: Mapping[str, Work] = MappingProxyType[str, Work](
    {
        "dbQuery": lambda p, c: p.project.query(c["sql"], c.get("params", [])),
        "authSignup": lambda p, c: p.accounts.signup(c["email"], c["password"], c.get("name"), c.get("metadata", {})),
        "authSignin": lambda p, c: p.accounts.signin(c["email"], c["password"]),
        "cacheGet": lambda p, c: p.cache.get(c["key"]),
        "cacheSet": lambda p, c: p.cache.set(c["key"], c["value"], c.get("ttl")),
        "queueEnqueue": lambda p, c: p.queue.enqueue(c["type"], c["data"], c.get("delay", 0)),
        "storageUpload": _upload,
        "servicesInvoke": lambda p, c: p.services.invoke(c["serviceName"], c["data"]),
    }
)

_SINCE_1_5_0: Mapping[str, Work] = MappingProxyType[str, Work](
    {
        "dbBatch": lambda p, c: p.project.batch(c["queries"]),
        "cacheDelete": lambda p, c: p.cache.delete(c["key"]),
        "cacheList": lambda p, c: p.cache.listing(c.get("prefix", ""), c.get("limit", 100), c.get("cursor")),
        "cacheKeys": lambda p, c: p.cache.keys(c.get("prefix", "")),
        "cacheGetMany": lambda p, c: p.cache.get_many(c["keys"]),
        "cacheSetMany": lambda p, c: p.cache.set_many(c["entries"]),
        "cacheDeleteMany": lambda p, c: p.cache.delete_many(c["keys"]),
        "cacheFlush": lambda p, c: p.cache.flush(c.get("prefix", "")),
        "cacheExpire": lambda p, c: p.cache.expire(c["key"], c["ttl"]),
        "cacheIncrement": lambda p, c: p.cache.increment(c["key"], c.get("amount", 1), c.get("initialValue", 0), c.get("ttl")),
        "queueGetJob": lambda p, c: p.queue.record(c["jobId"]),
        "queueListJobs": lambda p, c: p.queue.jobs(c.get("status"), c.get("type"), c.get("limit", 50), c.get("cursor")),
        "queueCancelJob": lambda p, c: p.queue.cancel(c["jobId"]),
        "storageGet": _stored,
        "storageGetUrl": _url,
        "storageList": lambda p, c: p.files.listing(c.get("prefix", ""), c.get("limit", 100), c.get("cursor")),
        "storageDelete": lambda p, c: p.files.delete(c["key"]),
        "storageExists": lambda p, c: {"exists": p.files.exists(c["key"])},
        "storageGetMetadata": lambda p, c: p.files.metadata(c["key"]),
        "storageCopy": _copy,
        "storageMove": _move,
        "aiChat": _chat,
        "ingest": lambda p, c: p.search.ingest(c["content"], c["type"], c.get("id"), c.get("metadata")),
        "query": lambda p, c: p.search.query(c["text"], c.get("topK", 5), c.get("types"), c.get("filter", {})),
        "delete": lambda p, c: p.search.delete(c["id"]),
        "deleteByType": lambda p, c: p.search.delete_type(c["type"]),
        "listTypes": lambda p, _: p.search.types(),
        "configure": lambda p, c: p.search.configure(c["embeddingModel"]),
        "searchUpdate": lambda p, c: p.search.update(c["id"], c["content"], c.get("type"), c.get("metadata")),
        "searchGet": lambda p, c: p.search.get(c["id"]),
        "searchCount": lambda p, c: p.search.count(c.get("type")),
        "gatewayChatCompletions": _gateway_chat,
        "gatewayGetWallet": lambda p, c: p.gateway.wallet(c.consumer, c.query["api_slug"]),
        "gatewayBillingLog": lambda p, c: p.gateway.log(c["consumerId"], c["apiId"], c.get("metric", "units"), c["units"]),
    }
)

OPERATIONS: Mapping[str, Mapping[str, Work]] = MappingProxyType(
    {
        "1.0.0": MappingProxyType[str, Work]({**_ALWAYS, "aiChat": lambda p, c: {"response": p.chat.text(c.body)}}),
        "1.5.0": MappingProxyType({**_ALWAYS, **_SINCE_1_5_0}),
    }
)
"""By the version of the document: each has exactly its operations."""
