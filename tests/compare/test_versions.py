"""What changed between the two documents of the platform, held against what is known of it; and between edited copies of them."""

from __future__ import annotations

import functools
from typing import Any, Final

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._values import UNSET
from aerostack_dynamic.compare import Comparison, compare

from .documents import GONE, edited

CHAT: Final = "/paths/~1ai~1chat/post"
MESSAGE: Final = "/components/schemas/ChatMessage"
ANSWER: Final = "/components/schemas/ChatCompletionResponse"
ADDED: Final = (
    *("dbBatch", "cacheDelete", "cacheList", "cacheKeys", "cacheGetMany", "cacheSetMany", "cacheDeleteMany", "cacheFlush"),
    *("cacheExpire", "cacheIncrement", "queueGetJob", "queueListJobs", "queueCancelJob", "storageGet", "storageGetUrl"),
    *("storageList", "storageDelete", "storageExists", "storageGetMetadata", "storageCopy", "storageMove"),
    *("searchUpdate", "searchGet", "searchCount", "gatewayChatCompletions", "gatewayGetWallet"),
    # These came between the two documents.
    *("ingest", "query", "delete", "deleteByType", "listTypes", "configure", "gatewayBillingLog"),
)
# One row of what is known: operation, place, rule, verdict. `*` is each operation that has the place.
KNOWN: Final = (
    *((name, "", "endpoint-added", "compatible") for name in ADDED),
    ("dbQuery", "header/X-Request-ID", "new-optional-request-parameter", "compatible"),
    ("dbQuery", "header/X-SDK-Version", "new-optional-request-parameter", "compatible"),
    ("aiChat", "200/response", "response-optional-property-removed", "breaking"),
    *(
        ("aiChat", f"200/{name}", "response-optional-property-added", "compatible")
        for name in ("id", "object", "created", "model", "choices", "usage")
    ),
    ("aiChat", "body/messages/*/role", "request-property-became-required", "breaking"),
    ("aiChat", "body/messages/*/content", "request-property-became-required", "breaking"),
    *(
        ("aiChat", f"body/{name}", "new-optional-request-property", "compatible")
        for name in ("stream", "stream_options", "temperature", "max_tokens", "top_p")
    ),
    ("aiChat", "200", "response-media-type-added", "compatible"),
    ("aiChat", "", "api-stream-added", "compatible"),
    *(
        (name, f"{status}/code", "response-property-enum-value-added", "breaking")
        for name, status in (
            *(("dbQuery", 400), ("dbQuery", 401), ("dbQuery", 500)),
            *(("authSignup", 400), ("authSignup", 409), ("authSignin", 401)),
        )
    ),
    (None, "", "api-security-component-added", "compatible"),
    (None, "", "api-server-removed", "unknown"),
    (None, "", "api-server-added", "compatible"),
    (None, "", "api-version-changed", "compatible"),
)
# Operations of the old document that nothing became of, but for the codes of their errors.
UNCHANGED: Final = ("cacheGet", "cacheSet", "queueEnqueue", "storageUpload", "servicesInvoke")


@functools.cache
def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    return Spec.bundled("1.0.0").document.raw, Spec.bundled("1.5.0").document.raw


@functools.cache
def whole() -> Comparison:
    return compare("1.0.0", "1.5.0")


def rows(comparison: Comparison) -> set[tuple[str | None, str, str, str]]:
    return {(one.operation, one.subject, one.rule, one.verdict) for one in comparison}


def test_each_known_change_has_its_verdict_and_there_is_no_other() -> None:
    assert rows(whole()) == set(KNOWN)
    assert not {one.operation for one in whole()} & set(UNCHANGED)


def test_each_break_is_proved_or_has_its_rule() -> None:
    for one in whole().breaking:
        if one.rule in ("request-property-became-required", "response-property-enum-value-added"):
            assert one.known == "proved"
            assert one.witness is not UNSET
    broken = {one.operation: one for one in whole().breaking if one.subject == "body/messages/*/role"}["aiChat"]
    assert "role" not in broken.witness["messages"][0]
    assert repr(whole()) == f"<Comparison of 1.0.0 and 1.5.0: {len(whole())} changes, {len(whole().breaking)} of them breaking>"


OLD, NEW = 0, 1


@pytest.mark.parametrize(
    ("which", "edits", "gone", "come"),
    [
        (
            NEW,
            [(f"{MESSAGE}/required", ["content"])],
            [("aiChat", "body/messages/*/role", "request-property-became-required", "breaking")],
            [],
        ),
        (
            NEW,
            [(f"{MESSAGE}/required", GONE)],
            [
                ("aiChat", "body/messages/*/role", "request-property-became-required", "breaking"),
                ("aiChat", "body/messages/*/content", "request-property-became-required", "breaking"),
            ],
            [],
        ),
        (
            NEW,
            [(f"{ANSWER}/properties/response", {"type": "string"})],
            [("aiChat", "200/response", "response-optional-property-removed", "breaking")],
            [],
        ),
        (
            NEW,
            [("/components/schemas/ErrorResponse/properties/code/enum", GONE)],
            [],
            [("dbQuery", "400/code", "response-property-became-any-value", "breaking")],
        ),
        (NEW, [("/paths/~1cache~1set", GONE)], [], [("cacheSet", "", "api-path-removed-without-deprecation", "breaking")]),
        (
            NEW,
            [("/paths/~1cache~1get/post/requestBody/content/application~1json/schema/additionalProperties", False)],
            [],
            [("cacheGet", "body", "request-body-additional-properties-forbidden", "breaking")],
        ),
        (
            NEW,
            [("/paths/~1cache~1get/post/operationId", "cacheRead")],
            [],
            [("cacheGet", "", "api-operation-id-removed", "breaking")],
        ),
        (NEW, [("/paths/~1cache~1get/post/security", [])], [], [("cacheGet", "", "api-security-became-optional", "compatible")]),
        (
            NEW,
            [("/paths/~1cache~1get/post/security", [{"BearerAuth": []}])],
            [],
            [("cacheGet", "", "api-security-removed", "breaking"), ("cacheGet", "", "api-security-added", "compatible")],
        ),
        (NEW, [("/servers", [{"url": "https://api.aerostack.ai/v1"}, {"url": "http://localhost:8787/v1"}])], None, []),
        (
            NEW,
            [("/paths/~1cache~1get/post/x-aerostack-idempotency", "unsafe")],
            [],
            [("cacheGet", "", "api-idempotency-weakened", "breaking")],
        ),
        (OLD, [("/paths/~1cache~1set", GONE)], [], [("cacheSet", "", "endpoint-added", "compatible")]),
        (
            OLD,
            [(f"{CHAT}/requestBody/content/application~1json/schema/properties/messages/items/required", ["role", "content"])],
            [
                ("aiChat", "body/messages/*/role", "request-property-became-required", "breaking"),
                ("aiChat", "body/messages/*/content", "request-property-became-required", "breaking"),
            ],
            [],
        ),
    ],
    ids=lambda value: value[0][0][-40:] if isinstance(value, list) and value and isinstance(value[0][0], str) else None,
)
def test_edited_copies_have_the_right_verdicts(which: int, edits: Any, gone: Any, come: Any) -> None:
    pair = [*documents()]
    pair[which] = edited(pair[which], *edits)
    found = rows(compare(*pair))
    if gone is None:  # the servers are those of the old document again
        gone = [(None, "", "api-server-removed", "unknown"), (None, "", "api-server-added", "compatible")]
    assert set(KNOWN) - set(gone) <= found | {row for row in KNOWN if row[2] == "response-property-enum-value-added"}
    assert not found & set(gone)
    assert set(come) <= found
