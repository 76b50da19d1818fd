"""The models of answers. Each names the schema that describes it; each has a `TypedDict` beside it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # annotations of models are read at run time by their users
from typing import Any, TypedDict

from .._document import answer_of, component
from ._base import Answer


class AiChatResponseBody(Answer):
    """What `ai_chat` gives."""

    _schema = answer_of("/ai/chat", 200)

    response: str | None = None


class AiChatResponseBodyTypedDict(TypedDict, total=False):
    """`AiChatResponseBody` as a dict."""

    response: str


class User(Answer):
    """One of the project's own users; `id` is a UUID as text."""

    _schema = component("User")

    id: str | None = None
    email: str | None = None
    name: str | None = None
    created_at: datetime | None = None
    metadata: dict[str, Any] | None = None


class UserTypedDict(TypedDict, total=False):
    """`User` as a dict."""

    id: str
    email: str
    name: str | None
    created_at: datetime
    metadata: dict[str, Any]


class AuthResponse(Answer):
    """What `auth_signin` and `auth_signup` give: the user, a token for them, and the time until which it is good."""

    _schema = component("AuthResponse")
    _inner = (("user", User),)

    token: str | None = None
    user: User | None = None
    expires_at: datetime | None = None


class AuthResponseTypedDict(TypedDict, total=False):
    """`AuthResponse` as a dict."""

    token: str
    user: UserTypedDict
    expires_at: datetime


class CacheGetResponseBody(Answer):
    """What `cache_get` gives."""

    _schema = answer_of("/cache/get", 200)

    value: Any = None
    exists: bool | None = None


class CacheGetResponseBodyTypedDict(TypedDict, total=False):
    """`CacheGetResponseBody` as a dict."""

    value: Any
    exists: bool


class CacheSetResponseBody(Answer):
    """What `cache_set` gives."""

    _schema = answer_of("/cache/set", 200)

    success: bool | None = None


class CacheSetResponseBodyTypedDict(TypedDict, total=False):
    """`CacheSetResponseBody` as a dict."""

    success: bool


class DbQueryResult(Answer):
    """What `db_query` gives: the rows, and how many they are."""

    _schema = component("DbQueryResult")

    results: list[dict[str, Any]] | None = None
    count: int | None = None


class DbQueryResultTypedDict(TypedDict, total=False):
    """`DbQueryResult` as a dict."""

    results: list[dict[str, Any]]
    count: int


class QueueEnqueueResponseBody(Answer):
    """What `queue_enqueue` gives."""

    _schema = answer_of("/queue/enqueue", 201)

    job_id: str | None = None
    success: bool | None = None


class QueueEnqueueResponseBodyTypedDict(TypedDict, total=False):
    """`QueueEnqueueResponseBody` as a dict."""

    job_id: str
    success: bool


class ServicesInvokeResponseBody(Answer):
    """What `services_invoke` gives."""

    _schema = answer_of("/services/invoke", 200)

    success: bool | None = None
    result: Any = None


class ServicesInvokeResponseBodyTypedDict(TypedDict, total=False):
    """`ServicesInvokeResponseBody` as a dict."""

    success: bool
    result: Any


class StorageUploadResponseBody(Answer):
    """What `storage_upload` gives."""

    _schema = answer_of("/storage/upload", 200)

    url: str | None = None


class StorageUploadResponseBodyTypedDict(TypedDict, total=False):
    """`StorageUploadResponseBody` as a dict."""

    url: str
