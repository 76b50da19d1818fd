"""What is known of the API, version by version, in a language of its own, and how a schema is said in it.

A schema is written as a shape: `{a!: string, b: [any]}` is an object whose `a` is required, `{*}` one with `additionalProperties: true`,
`string/uuid` a format, `string?` one that may be null, `>=8` and `<=25` limits, `=5` a default, `a|b` an enum, `bytes` what is
application/octet-stream. A body is a shape of JSON, or a media type and a shape; several are parted by `; `.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from aerostack_dynamic._yaml import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
ERROR = "ErrorResponse"


class Fact(NamedTuple):
    """An operation: what it is called by, and shapes. Each of `answers` is under its status."""

    call: str
    tag: str
    body: str
    answers: dict[str, str]
    parameters: str = ""
    security: str = "ApiKeyAuth"


class Known(NamedTuple):
    """A version: its root, operations in the order of the document, components, and what the overlay says of each operation."""

    host: str
    tags: list[str]
    schemes: dict[str, str]
    facts: dict[str, Fact]
    schemas: dict[str, str]
    idempotency: dict[str, str]
    more: dict[str, Any]


FACTS_1_0_0: dict[str, Fact] = {
    "dbQuery": Fact(
        "post /db/query",
        "Database",
        "{sql!: string, params: [any]}",
        {"200": "DbQueryResult", "400": ERROR, "401": ERROR, "500": ERROR},
    ),
    "authSignup": Fact(
        "post /auth/signup",
        "Authentication",
        "{email!: string/email, password!: string/password>=8, name: string, metadata: {*}}",
        {"201": "AuthResponse", "400": ERROR, "409": ERROR},
    ),
    "authSignin": Fact(
        "post /auth/signin",
        "Authentication",
        "{email!: string/email, password!: string/password}",
        {"200": "AuthResponse", "401": ERROR},
    ),
    "cacheGet": Fact("post /cache/get", "Cache", "{key!: string}", {"200": "{value: any, exists: boolean}"}),
    "cacheSet": Fact("post /cache/set", "Cache", "{key!: string, value!: any, ttl: integer}", {"200": "{success: boolean}"}),
    "queueEnqueue": Fact(
        "post /queue/enqueue", "Queue", "{type!: string, data!: {*}, delay: integer}", {"201": "{jobId: string, success: boolean}"}
    ),
    "storageUpload": Fact(
        "post /storage/upload",
        "Storage",
        "multipart/form-data {key!: string, contentType: string, file!: bytes}",
        {"200": "{url: string/uri}"},
    ),
    "aiChat": Fact(
        "post /ai/chat",
        "AI",
        "{model: string, messages!: [{role: system|user|assistant, content: string}]}",
        {"200": "{response: string}"},
    ),
    "servicesInvoke": Fact(
        "post /services/invoke", "Services", "{serviceName!: string, data!: {*}}", {"200": "{success: boolean, result: any}"}
    ),
}
SCHEMAS_1_0_0 = {
    "DbQueryResult": "{results: [{*}], count: integer}",
    "AuthResponse": "{token: string, user: User, expiresAt: string/date-time}",
    "User": "{id: string/uuid, email: string/email, name: string?, createdAt: string/date-time, metadata: {*}}",
    "ErrorResponse": "{code!: AUTH_INVALID_KEY|AUTH_INVALID_CREDENTIALS|DB_QUERY_FAILED|RATE_LIMIT_EXCEEDED|"
    "VALIDATION_ERROR|INTERNAL_ERROR, message!: string, details: {*}}",
}
FACTS_1_5_0: dict[str, Fact] = {
    "dbQuery": Fact(
        "post /db/query",
        "Database",
        "{sql!: string, params: [any]}",
        {"200": "DbQueryResult", "400": ERROR, "401": ERROR, "500": ERROR},
        parameters="header X-Request-ID: string/uuid; header X-SDK-Version: string",
    ),
    "dbBatch": Fact(
        "post /db/batch",
        "Database",
        "{queries!: [{sql!: string, params: [any]}]<=25}",
        {"200": "DbBatchResult", "400": ERROR, "401": ERROR, "500": ERROR},
    ),
    "authSignup": Fact(
        "post /auth/signup",
        "Authentication",
        "{email!: string/email, password!: string/password>=8, name: string, metadata: {*}}",
        {"201": "AuthResponse", "400": ERROR, "409": ERROR},
    ),
    "authSignin": Fact(
        "post /auth/signin",
        "Authentication",
        "{email!: string/email, password!: string/password}",
        {"200": "AuthResponse", "401": ERROR},
    ),
    "cacheGet": Fact("post /cache/get", "Cache", "{key!: string}", {"200": "{value: any, exists: boolean}"}),
    "cacheSet": Fact("post /cache/set", "Cache", "{key!: string, value!: any, ttl: integer}", {"200": "{success: boolean}"}),
    "cacheDelete": Fact("post /cache/delete", "Cache", "{key!: string}", {"200": "{success: boolean}"}),
    "cacheList": Fact(
        "post /cache/list", "Cache", "{prefix: string, limit: integer<=1000=100, cursor: string}", {"200": "CacheListResult"}
    ),
    "cacheKeys": Fact("post /cache/keys", "Cache", "{prefix: string}", {"200": "{keys: [string], truncated: boolean}"}),
    "cacheGetMany": Fact("post /cache/getMany", "Cache", "{keys!: [string]<=100}", {"200": "{results: [CacheGetManyEntry]}"}),
    "cacheSetMany": Fact(
        "post /cache/setMany", "Cache", "{entries!: [CacheSetEntry]<=100}", {"200": "{success: boolean, count: integer}"}
    ),
    "cacheDeleteMany": Fact(
        "post /cache/deleteMany", "Cache", "{keys!: [string]<=500}", {"200": "{success: boolean, count: integer, deleted: integer}"}
    ),
    "cacheFlush": Fact("post /cache/flush", "Cache", "{prefix: string}", {"200": "{success: boolean, deleted: integer}"}),
    "cacheExpire": Fact("post /cache/expire", "Cache", "{key!: string, ttl!: integer}", {"200": "{success: boolean}"}),
    "cacheIncrement": Fact(
        "post /cache/increment",
        "Cache",
        "{key!: string, amount: integer=1, initialValue: integer=0, ttl: integer}",
        {"200": "{value: integer}"},
    ),
    "queueEnqueue": Fact(
        "post /queue/enqueue", "Queue", "{type!: string, data!: {*}, delay: integer}", {"201": "{jobId: string, success: boolean}"}
    ),
    "queueGetJob": Fact("post /queue/job", "Queue", "{jobId!: string}", {"200": "{job: JobRecord?, exists: boolean}"}),
    "queueListJobs": Fact(
        "post /queue/jobs",
        "Queue",
        "{status: queued|processing|completed|failed|cancelled, type: string, limit: integer<=200=50, cursor: string}",
        {"200": "{jobs: [JobRecord], list_complete: boolean, cursor: string}"},
    ),
    "queueCancelJob": Fact("post /queue/cancel", "Queue", "{jobId!: string}", {"200": "{success: boolean, note: string}"}),
    "storageUpload": Fact(
        "post /storage/upload",
        "Storage",
        "multipart/form-data {key!: string, contentType: string, file!: bytes}",
        {"200": "{url: string/uri}"},
    ),
    "storageGet": Fact(
        "post /storage/get", "Storage", "{key!: string}", {"200": "application/octet-stream bytes; */* bytes", "404": ERROR}
    ),
    "storageGetUrl": Fact("post /storage/getUrl", "Storage", "{key!: string}", {"200": "{url: string/uri}"}),
    "storageList": Fact(
        "post /storage/list", "Storage", "{prefix: string, limit: integer<=1000=100, cursor: string}", {"200": "StorageListResult"}
    ),
    "storageDelete": Fact("post /storage/delete", "Storage", "{key!: string}", {"200": "{success: boolean}"}),
    "storageExists": Fact("post /storage/exists", "Storage", "{key!: string}", {"200": "{exists: boolean}"}),
    "storageGetMetadata": Fact("post /storage/getMetadata", "Storage", "{key!: string}", {"200": "StorageMetadata"}),
    "storageCopy": Fact(
        "post /storage/copy", "Storage", "{sourceKey!: string, destKey!: string}", {"200": "{success: boolean, url: string}"}
    ),
    "storageMove": Fact(
        "post /storage/move", "Storage", "{sourceKey!: string, destKey!: string}", {"200": "{success: boolean, url: string}"}
    ),
    "aiChat": Fact("post /ai/chat", "AI", "ChatCompletionRequest", {"200": "ChatCompletionResponse; text/event-stream any"}),
    "ingest": Fact(
        "post /ai/search/ingest",
        "AI",
        "{content!: string, id: string, type!: string, metadata: {*}}",
        {"200": "{success: boolean}"},
    ),
    "query": Fact(
        "post /ai/search/query",
        "AI",
        "{text!: string, topK: integer=5, types: [string], filter: {*}}",
        {"200": "{results: [SearchResult]}"},
    ),
    "delete": Fact("post /ai/search/delete", "AI", "{id!: string}", {"200": "{success: boolean}"}),
    "deleteByType": Fact("post /ai/search/deleteByType", "AI", "{type!: string}", {"200": "{success: boolean}"}),
    "listTypes": Fact("get /ai/search/listTypes", "AI", "", {"200": "{types: [TypeStats]}"}),
    "configure": Fact("post /ai/search/configure", "AI", "{embeddingModel!: english|multilingual}", {"200": "{success: boolean}"}),
    "searchUpdate": Fact(
        "post /ai/search/update",
        "AI",
        "{id!: string, content!: string, type: string, metadata: {*}}",
        {"200": "{success: boolean}"},
    ),
    "searchGet": Fact("post /ai/search/get", "AI", "{id!: string}", {"200": "{result: SearchResult?, exists: boolean}"}),
    "searchCount": Fact("post /ai/search/count", "AI", "{type: string}", {"200": "{count: integer}"}),
    "servicesInvoke": Fact(
        "post /services/invoke", "Services", "{serviceName!: string, data!: {*}}", {"200": "{success: boolean, result: any}"}
    ),
    "gatewayBillingLog": Fact(
        "post /gateway/billing/log",
        "Gateway",
        "{consumerId!: string, apiId!: string, metric: string, units!: integer}",
        {"200": "{success: boolean, loggedUnits: integer}", "400": ERROR, "401": ERROR},
    ),
    "gatewayChatCompletions": Fact(
        "post /ai/gateway/{apiSlug}/chat/completions",
        "Gateway",
        "ChatCompletionRequest",
        {"200": "ChatCompletionResponse; text/event-stream any", "401": ERROR, "429": ERROR},
        parameters="path apiSlug!: string",
        security="GatewayConsumerKey or BearerAuth",
    ),
    "gatewayGetWallet": Fact(
        "get /ai/gateway/me/wallet",
        "Gateway",
        "",
        {"200": "{wallet: TokenWallet}", "401": ERROR},
        parameters="query api_slug!: string",
        security="GatewayConsumerKey or BearerAuth",
    ),
}
SCHEMAS_1_5_0 = {
    "DbQueryResult": "{results: [{*}], count: integer}",
    "AuthResponse": "{token: string, user: User, expiresAt: string/date-time}",
    "User": "{id: string/uuid, email: string/email, name: string?, createdAt: string/date-time, metadata: {*}}",
    "ErrorResponse": "{code!: AUTH_INVALID_KEY|AUTH_INVALID_CREDENTIALS|DB_QUERY_FAILED|RATE_LIMIT_EXCEEDED|"
    "VALIDATION_ERROR|INTERNAL_ERROR|"
    "FORBIDDEN, message!: string, details: {*}}",
    "SearchResult": "{id: string, content: string, score: number, type: string, metadata: {*}}",
    "TypeStats": "{type: string, count: integer}",
    "DbBatchResult": "{results: [{results: [{*}], success: boolean, error: string}], success: boolean}",
    "CacheKeyEntry": "{key: string, expiration: integer?}",
    "CacheListResult": "{keys: [CacheKeyEntry], list_complete: boolean, cursor: string}",
    "CacheGetManyEntry": "{key: string, value: any, exists: boolean}",
    "CacheSetEntry": "{key!: string, value!: any, ttl: integer}",
    "JobRecord": "{id: string, type: string, data: {*}, status: queued|processing|completed|failed|cancelled, projectId: string, "
    "createdAt: string/date-time}",
    "StorageObject": "{key: string, size: integer, lastModified: string/date-time, contentType: string, etag: string}",
    "StorageListResult": "{objects: [StorageObject], truncated: boolean, cursor: string}",
    "StorageMetadata": "{exists: boolean, size: integer, contentType: string, lastModified: string/date-time, etag: string}",
    "ChatMessage": "{role!: system|user|assistant, content!: string}",
    "ChatCompletionRequest": "{model: string, messages!: [ChatMessage], stream: boolean=false, stream_options: "
    "{include_usage: boolean=false}, "
    "temperature: number>=0<=2, max_tokens: integer>=1, top_p: number>=0<=1}",
    "ChatCompletionResponse": "{id: string, object: chat.completion, created: integer, model: string, choices: [{index: integer, message: "
    "ChatMessage, finish_reason: stop|length|content_filter}], usage: TokenUsage}",
    "TokenUsage": "{prompt_tokens: integer, completion_tokens: integer, total_tokens: integer}",
    "TokenWallet": "{balance: number, total_consumed: number}",
}

IDEMPOTENCY_1_5_0 = {
    name: kind
    for kind, names in (
        (
            "unsafe",
            "dbQuery dbBatch authSignup cacheFlush cacheIncrement queueEnqueue storageMove aiChat ingest servicesInvoke "
            "gatewayBillingLog gatewayChatCompletions",
        ),
        (
            "safe",
            "authSignin cacheGet cacheList cacheKeys cacheGetMany queueGetJob queueListJobs storageGet storageGetUrl "
            "storageList storageExists storageGetMetadata query listTypes searchGet searchCount gatewayGetWallet",
        ),
        (
            "idempotent",
            "cacheSet cacheDelete cacheSetMany cacheDeleteMany cacheExpire queueCancelJob storageUpload storageDelete "
            "storageCopy delete deleteByType configure searchUpdate",
        ),
    )
    for name in names.split()
}
CHAT = {"x-aerostack-timeout": {"total": 300, "read": 300}}
STREAM = {"x-aerostack-stream": {"flag": "stream", "sentinel": "[DONE]"}}
CURSOR = {"input": "cursor", "output": "/cursor", "limit": "limit"}
API_KEY = {"ApiKeyAuth": "apiKey header X-Aerostack-Key"}
TAGS = ["Database", "Authentication", "Cache", "Queue", "Storage", "AI", "Services"]
KNOWN = {
    "1.0.0": Known(
        "api.aerostack.ai",
        TAGS,
        API_KEY,
        FACTS_1_0_0,
        SCHEMAS_1_0_0,
        {name: IDEMPOTENCY_1_5_0[name] for name in FACTS_1_0_0},
        {"aiChat": CHAT},
    ),
    "1.5.0": Known(
        "api.aerostack.dev",
        [*TAGS, "Gateway"],
        {**API_KEY, "GatewayConsumerKey": "http bearer", "BearerAuth": "http bearer"},
        FACTS_1_5_0,
        SCHEMAS_1_5_0,
        IDEMPOTENCY_1_5_0,
        {
            "aiChat": CHAT | STREAM,
            "gatewayChatCompletions": CHAT | STREAM,
            "cacheList": {"x-aerostack-pages": CURSOR | {"done": "/list_complete", "items": "/keys"}},
            "queueListJobs": {"x-aerostack-pages": CURSOR | {"done": "/list_complete", "items": "/jobs"}},
            "storageList": {"x-aerostack-pages": CURSOR | {"more": "/truncated", "items": "/objects"}},
            "cacheKeys": {"x-aerostack-pages": {"kind": "single", "more": "/truncated", "items": "/keys"}},
        },
    ),
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    version: parse_yaml((ROOT / "spec" / version / "openapi.yaml").read_bytes()) for version in KNOWN
}


def shape(schema: dict[str, Any]) -> str:
    """`schema` as a shape. A keyword that shapes do not know is an error: it would say more than is known."""
    facts = {name: value for name, value in schema.items() if name != "description"}
    text, used = _bare(facts)
    text += _limits(used)
    assert not used, f"{text} with {used}"
    return text


def _bare(facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A schema without its limits, and what is left to say of it."""
    match facts:
        case {"$ref": ref, **rest}:
            return ref.removeprefix("#/components/schemas/"), rest
        case {"anyOf": [{"$ref": ref}, {"type": "null"}], **rest}:
            return ref.removeprefix("#/components/schemas/") + "?", rest
        case {"type": "object", "properties": properties, **rest}:
            required = rest.pop("required", [])
            assert set(required) <= set(properties)
            members = (f"{name}{'!' * (name in required)}: {shape(one)}" for name, one in properties.items())
            return "{" + ", ".join(members) + "}", rest
        case {"type": "object", "additionalProperties": True, **rest}:
            return "{*}", rest
        case {"type": "array", "items": items, **rest}:
            return f"[{shape(items)}]", rest
        case {"type": "string", "enum": values, **rest}:
            return "|".join(values), rest
        case {"type": "string", "format": name, **rest}:
            return f"string/{name}", rest
        case {"type": [kind, "null"], **rest}:
            return f"{kind}?", rest
        case {"type": str(kind), **rest}:
            return kind, rest
        case {"contentMediaType": "application/octet-stream", **rest}:
            return "bytes", rest
        case rest:
            return "any", rest


LIMITS = {"minLength": ">=", "minimum": ">=", "maximum": "<=", "maxItems": "<="}


def _limits(facts: dict[str, Any]) -> str:
    """What bounds a schema, taken out of `facts`."""
    found = "".join(f"{sign}{facts.pop(name)}" for name, sign in LIMITS.items() if name in facts)
    return found + (f"={json.dumps(facts.pop('default'))}" if "default" in facts else "")


def content_of(content: dict[str, Any]) -> str:
    """The media types of a body, as `Fact` has them."""
    shapes = {name: shape(one.get("schema", {})) for name, one in content.items()}
    return "; ".join(text if name == "application/json" else f"{name} {text}" for name, text in shapes.items())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations by their operationId, each with its `path` and `method`."""
    return {
        operation["operationId"]: {"path": path, "method": method, **operation}
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
