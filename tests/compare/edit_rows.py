"""One edit each, with the verdict that it must have on each side, and the same undone."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from .documents import GONE

B, C, N = "breaking", "compatible", "none"
ITEM: Final = "/paths/~1items~1{id}"
GET: Final = f"{ITEM}/get"
PUT: Final = f"{ITEM}/put"
DELETE: Final = f"{ITEM}/delete"
ANSWER: Final = f"{GET}/responses/200"
PARAMETERS: Final = f"{GET}/parameters"


class SchemaRow(NamedTuple):
    """An edit of the schema that a body and an answer share: what it is where it is sent, and where it is answered, done and undone."""

    at: str
    value: Any
    sent: tuple[str, str]
    answered: tuple[str, str]


# What takes values away, and what puts others in their place.
NARROWS: Final = ((B, C), (C, B))
CHANGES: Final = ((B, B), (B, B))


def narrows(at: str, value: Any) -> SchemaRow:
    return SchemaRow(at, value, *NARROWS)


def changes(at: str, value: Any) -> SchemaRow:
    return SchemaRow(at, value, *CHANGES)


SCHEMA_ROWS: Final = (
    narrows("/required/-", "note"),
    narrows("/properties/inner/required/-", "more"),
    narrows("/properties/remark/type", "string"),
    narrows("/properties/kind/enum", ["a", "b"]),
    narrows("/properties/free/enum", ["x", "y"]),
    narrows("/properties/free/const", "x"),
    narrows("/properties/size/maximum", 50),
    narrows("/properties/size/minimum", 2),
    narrows("/properties/size/exclusiveMaximum", 100),
    narrows("/properties/weight/minimum", 0),
    narrows("/properties/weight/multipleOf", 0.5),
    narrows("/properties/weight/type", "integer"),
    narrows("/properties/note/maxLength", 10),
    narrows("/properties/note/minLength", 1),
    narrows("/properties/free/pattern", "^x"),
    narrows("/properties/free/format", "uuid"),
    narrows("/properties/list/minItems", 2),
    narrows("/properties/list/maxItems", 5),
    narrows("/properties/list/uniqueItems", True),
    narrows("/properties/list/items/maxLength", 3),
    narrows("/properties/list/contains", {"const": "x"}),
    narrows("/properties/rows/items/required", ["cell"]),
    narrows("/properties/map/additionalProperties", {"type": "integer"}),
    narrows("/properties/map/additionalProperties", False),
    narrows("/properties/map/minProperties", 1),
    narrows("/properties/map/propertyNames", {"maxLength": 3}),
    narrows("/properties/open/additionalProperties", False),
    narrows("/properties/either/oneOf/2", GONE),
    narrows("/properties/any/anyOf/1", GONE),
    narrows("/properties/all/allOf/-", {"minLength": 2}),
    narrows("/properties/free/not", {"const": "no"}),
    narrows("/dependentRequired", {"note": ["free"]}),
    changes("/properties/free/type", "integer"),
    changes("/properties/list/items/type", "integer"),
    changes("/properties/rows/items/properties/cell/type", "number"),
    changes("/properties/day/format", "date-time"),
    changes("/properties/code/pattern", "^[A-Z]+$"),
    changes("/properties/kind/enum", ["a", "b", "d"]),
    changes("/properties/inner/type", "array"),
    SchemaRow("/properties/note", GONE, (B, C), (B, C)),
    SchemaRow("/properties/inner/properties/deep", GONE, (B, B), (B, C)),
    SchemaRow("/properties/new", {"type": "string"}, (C, B), (C, B)),
    SchemaRow("/properties/note/description", "told", (N, N), (N, N)),
    SchemaRow("/properties/note/title", "Note", (N, N), (N, N)),
)


class Row(NamedTuple):
    """An edit of the document: rule and verdict, done and undone."""

    at: str
    value: Any
    done: tuple[str, str]
    undone: tuple[str, str]


def parameter(name: str, place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": {"type": "string"}, **more}


DOCUMENT_ROWS: Final = (
    # Operations.
    Row(f"{GET}", GONE, ("api-removed-without-deprecation", B), ("endpoint-added", C)),
    Row(f"{DELETE}", GONE, ("api-removed-before-sunset", B), ("endpoint-added", C)),
    Row("/paths/~1free", GONE, ("api-path-removed-without-deprecation", B), ("endpoint-added", C)),
    Row(f"{GET}/deprecated", True, ("endpoint-deprecated", C), ("endpoint-reactivated", C)),
    Row(f"{DELETE}/x-sunset", "2029-01-01", ("api-sunset-date-changed-too-small", B), ("api-sunset-date-changed", C)),
    Row(f"{DELETE}/x-sunset", GONE, ("sunset-deleted", B), ("api-sunset-date-changed", C)),
    Row(f"{DELETE}/x-sunset", "never", ("api-sunset-date-changed-too-small", B), ("api-sunset-date-changed", C)),
    Row(f"{GET}/x-stability-level", "beta", ("api-stability-decreased", B), ("api-stability-increased", C)),
    Row(
        f"{PARAMETERS}/5/x-sunset",
        "2030-01-01",
        ("request-parameter-sunset-date-changed", C),
        ("request-parameter-sunset-deleted", B),
    ),
    Row(f"{GET}/operationId", "fetchItem", ("api-operation-id-removed", B), ("api-operation-id-removed", B)),
    Row(f"{GET}/operationId", GONE, ("api-operation-id-removed", B), ("api-operation-id-added", B)),
    Row(f"{GET}/tags", ["Things"], ("api-attribute-removed", B), ("api-attribute-removed", B)),
    Row(f"{GET}/tags/-", "Things", ("api-tag-added", C), ("api-attribute-removed", B)),
    Row(f"{GET}/tags", ["items"], ("api-tag-removed", C), ("api-tag-added", C)),
    # Parameters.
    Row(f"{PARAMETERS}/-", parameter("more"), ("new-optional-request-parameter", C), ("request-parameter-removed", B)),
    Row(
        f"{PARAMETERS}/-", parameter("more", required=True), ("new-required-request-parameter", B), ("request-parameter-removed", B)
    ),
    Row(f"{PARAMETERS}/0/required", True, ("request-parameter-became-required", B), ("request-parameter-became-optional", C)),
    Row(f"{PARAMETERS}/0/in", "header", ("request-parameter-location-changed", B), ("request-parameter-location-changed", B)),
    Row(f"{PARAMETERS}/0/schema/maximum", 10, ("request-parameter-max-decreased", B), ("request-parameter-max-increased", C)),
    Row(f"{PARAMETERS}/0/schema/type", "string", ("request-parameter-type-changed", B), ("request-parameter-type-changed", B)),
    Row(f"{PARAMETERS}/0/explode", False, ("request-parameter-explode-changed", C), ("request-parameter-explode-changed", C)),
    Row(f"{PARAMETERS}/1/explode", False, ("request-parameter-explode-changed", B), ("request-parameter-explode-changed", B)),
    Row(f"{PARAMETERS}/1/style", "pipeDelimited", ("request-parameter-style-changed", B), ("request-parameter-style-changed", B)),
    Row(
        f"{PARAMETERS}/1/allowReserved",
        True,
        ("request-parameter-became-allow-reserved", C),
        ("request-parameter-became-not-allow-reserved", B),
    ),
    Row(
        f"{PARAMETERS}/1/allowEmptyValue",
        True,
        ("request-parameter-became-allow-empty", C),
        ("request-parameter-became-not-allow-empty", B),
    ),
    Row(f"{PARAMETERS}/2/deprecated", True, ("request-parameter-deprecated", C), ("request-parameter-reactivated", C)),
    Row(f"{PARAMETERS}/5", GONE, ("request-parameter-removed-with-deprecation", B), ("new-optional-request-parameter", C)),
    Row(
        f"{PARAMETERS}/4",
        parameter("filter"),
        ("request-parameter-content-changed", B),
        ("request-parameter-content-changed", B),
    ),
    Row(
        f"{PARAMETERS}/4/content/application~1json/schema/required",
        ["a"],
        ("request-parameter-property-became-required", B),
        ("request-parameter-property-became-optional", C),
    ),
    Row(f"{ITEM}/parameters/-", parameter("extra"), ("new-optional-request-parameter", C), ("request-parameter-removed", B)),
    # Bodies of requests.
    Row(f"{PUT}/requestBody", GONE, ("request-body-removed", B), ("request-body-added-required", B)),
    Row(f"{GET}/requestBody", {"content": {"text/plain": {}}}, ("request-body-added-optional", C), ("request-body-removed", B)),
    Row(f"{PUT}/requestBody/required", False, ("request-body-became-optional", C), ("request-body-became-required", B)),
    Row(
        f"{PUT}/requestBody/content/application~1xml",
        GONE,
        ("request-body-media-type-removed", B),
        ("request-body-media-type-added", C),
    ),
    Row(
        f"{PUT}/requestBody/content/application~1json/encoding",
        {"list": {"explode": False}},
        ("request-body-encoding-changed", B),
        ("request-body-encoding-changed", B),
    ),
    Row(
        f"{PUT}/requestBody/content/application~1xml/schema",
        GONE,
        ("request-body-media-type-schema-removed", C),
        ("request-body-media-type-schema-added", B),
    ),
    # Answers.
    Row(
        f"{GET}/responses/201",
        {"description": "made"},
        ("response-success-status-added", B),
        ("response-success-status-removed", B),
    ),
    Row(f"{PUT}/responses/204", GONE, ("response-success-status-removed", B), ("response-success-status-added", B)),
    Row(f"{GET}/responses/404", GONE, ("response-non-success-status-removed", C), ("response-non-success-status-added", C)),
    Row(
        f"{GET}/responses/default",
        {"description": "no"},
        ("response-non-success-status-added", C),
        ("response-non-success-status-removed", C),
    ),
    Row(f"{ANSWER}/content/application~1xml", GONE, ("response-media-type-removed", B), ("response-media-type-added", C)),
    Row(f"{ANSWER}/content", GONE, ("response-media-type-removed", B), ("response-body-added", B)),
    Row(f"{ANSWER}/headers/ETag", GONE, ("required-response-header-removed", B), ("response-header-added", C)),
    Row(f"{ANSWER}/headers/X-Left", GONE, ("optional-response-header-removed", B), ("response-header-added", C)),
    Row(f"{ANSWER}/headers/ETag/required", False, ("response-header-became-optional", B), ("response-header-became-required", C)),
    Row(f"{ANSWER}/headers/X-Left/schema/type", "string", ("response-header-type-changed", B), ("response-header-type-changed", B)),
    Row(f"{ANSWER}/headers/X-Left/explode", True, ("response-header-explode-changed", B), ("response-header-explode-changed", B)),
    Row(f"{ANSWER}/headers/X-Left/deprecated", True, ("response-header-deprecated", C), ("response-header-reactivated", C)),
    Row(
        f"{ANSWER}/headers/X-Left",
        {"content": {"text/plain": {"schema": {"type": "string"}}}},
        ("response-header-content-changed", B),
        ("response-header-content-changed", B),
    ),
    Row(f"{ANSWER}/links/again", GONE, ("response-link-removed", B), ("response-link-added", C)),
    Row(f"{ANSWER}/links/again/operationId", "putItem", ("response-link-changed", B), ("response-link-changed", B)),
    Row(
        "/components/schemas/Error/properties/message/type",
        "integer",
        ("response-property-type-changed", B),
        ("response-property-type-changed", B),
    ),
    # Security.
    Row(f"{GET}/security", [], ("api-security-became-optional", C), ("api-security-became-required", B)),
    Row("/security", [{"Key": []}, {"Token": []}], ("api-security-added", C), ("api-security-removed", B)),
    Row("/security", [{"Key": [], "Token": []}], ("api-security-removed", B), ("api-security-removed", C)),
    Row(f"{DELETE}/security/1/Token", ["read", "write"], ("api-security-scope-added", B), ("api-security-scope-removed", C)),
    Row(
        "/components/securitySchemes/Key/name",
        "X-Other",
        ("api-security-component-type-changed", B),
        ("api-security-component-type-changed", B),
    ),
    Row("/components/securitySchemes/Key/name", "x-key", ("none", N), ("none", N)),
    Row(
        "/components/securitySchemes/Other",
        {"type": "http", "scheme": "bearer"},
        ("api-security-component-added", C),
        ("api-security-component-removed", C),
    ),
    Row(
        "/components/securitySchemes/Second",
        {"type": "apiKey", "in": "query", "name": "k"},
        ("api-key-argument-changed", B),
        ("api-security-component-removed", C),
    ),
    Row(
        "/components/securitySchemes/Token/flows/clientCredentials/tokenUrl",
        "https://b.example/t",
        ("api-security-component-oauth-token-url-changed", B),
        ("api-security-component-oauth-token-url-changed", B),
    ),
    Row(
        "/components/securitySchemes/Token/flows/password",
        {"tokenUrl": "https://a.example/t", "scopes": {}},
        ("api-security-component-oauth-flow-added", C),
        ("api-security-component-oauth-flow-removed", B),
    ),
    Row(
        "/components/securitySchemes/Token/flows/clientCredentials/scopes/more",
        "m",
        ("api-security-component-oauth-scope-added", C),
        ("api-security-component-oauth-scope-removed", B),
    ),
    # Servers.
    Row("/servers/-", {"url": "https://b.example"}, ("api-server-added", C), ("api-server-removed", B)),
    Row(
        "/servers/0/variables/place/default",
        "us",
        ("api-server-variable-default-changed", B),
        ("api-server-variable-default-changed", B),
    ),
    Row(
        "/servers/0/variables/place/enum/-",
        "jp",
        ("api-server-variable-value-added", C),
        ("api-server-variable-value-removed", B),
    ),
    Row("/servers/0/variables/place/enum", GONE, ("api-server-variable-value-added", C), ("api-server-variable-value-removed", B)),
    Row("/servers/0/variables", GONE, ("api-server-variable-removed", B), ("api-server-variable-added", C)),
    Row(f"{GET}/servers", [{"url": "https://own.example"}], ("api-server-removed", B), ("api-server-removed", B)),
    # What the API sends.
    Row("/webhooks/news", GONE, ("api-webhook-removed", B), ("api-webhook-added", C)),
    Row(f"{PUT}/callbacks/done", GONE, ("api-callback-removed", B), ("api-callback-added", C)),
    Row(
        "/webhooks/news/post/requestBody/content/application~1json/schema/required",
        ["what", "why"],
        ("response-property-became-required", C),
        ("response-property-became-optional", B),
    ),
    Row(
        "/webhooks/news/post/parameters/0/required",
        False,
        ("request-parameter-became-optional", B),
        ("request-parameter-became-required", C),
    ),
    Row("/webhooks/news/post/parameters/0", GONE, ("request-parameter-removed", B), ("new-required-request-parameter", C)),
    Row("/webhooks/news/post/responses/202", GONE, ("response-success-status-removed", B), ("response-success-status-added", C)),
    # Facts.
    Row(f"{GET}/x-aerostack-idempotency", "unsafe", ("api-idempotency-weakened", B), ("api-idempotency-strengthened", C)),
    Row(f"{PUT}/x-aerostack-idempotency-key", "Idem", ("api-idempotency-key-added", C), ("api-idempotency-key-removed", B)),
    Row(f"{GET}/x-aerostack-stream", {"flag": "live"}, ("api-stream-added", C), ("api-stream-removed", B)),
    Row(f"{GET}/x-aerostack-stream", {"flag": "limit"}, ("api-stream-added", B), ("api-stream-removed", B)),
    Row(f"{GET}/x-aerostack-pages", {"kind": "single"}, ("api-pages-added", C), ("api-pages-removed", B)),
    Row(f"{GET}/x-aerostack-timeout", {"total": 9}, ("api-timeout-changed", C), ("api-timeout-changed", C)),
    Row("/info/version", "2", ("api-version-changed", C), ("api-version-changed", C)),
    Row("/info/description", "told", ("none", N), ("none", N)),
)
