# Written by `tools/typed.py`, for the document with SHA-256 eb9a242f32d9ed72c88b31bd890ee6889d23a53e43426ca72eccb0b7cda8bb41. Changes are lost when it is written anew.
# fmt: off
# ruff: noqa
"""Aerostack API 1.5.0, as type checkers and editors see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID
from typing_extensions import NotRequired, TypedDict
from aerostack_dynamic.typed import (
    Array,
    AsyncListing,
    AsyncStream,
    AsyncTypedClient,
    AsyncTypedOperation,
    Event,
    File,
    Listing,
    MadeFor,
    RecordList,
    Request,
    Response,
    Stream,
    TypedClient,
    TypedOperation,
    TypedRecord,
    Unset,
)


class DbQueryResult(TypedRecord):
    """What an SQL statement gave."""

    results: RecordList[dict[str, Any]] | None
    """The rows, each an object of column names and values."""
    count: int | None
    """How many there are."""


class DbBatchResult(TypedRecord):
    """What several SQL statements gave."""

    results: RecordList[DbBatchResultResultsItem] | None
    """What each statement gave, in their order."""
    success: bool | None
    """Whether all of them ran."""


class AuthResponse(TypedRecord):
    """A signed-in user and the token that stands for them."""

    token: str | None
    """A JSON Web Token."""
    user: User | None
    """One of the project's own users."""
    expires_at: datetime | None
    """When the token ends."""


class CacheGetResult(TypedRecord):
    value: Any
    """The value as it was set, of any type; null when there is none."""
    exists: bool | None
    """Whether the key holds a value."""


class CacheSetResult(TypedRecord):
    success: bool | None
    """Whether the value is kept."""


class CacheDeleteResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class CacheListResult(TypedRecord):
    """A page of keys."""

    keys_: RecordList[CacheKeyEntry] | None
    """The keys."""
    list_complete: bool | None
    """Whether this is the last page."""
    cursor: str | None
    """What asks for the next page."""


class CacheKeyEntry(TypedRecord):
    """A key of the cache."""

    key: str | None
    """The name of the key."""
    expiration: int | None
    """When the key ends, in seconds since 1970, or null when it does not."""


class CacheKeysResult(TypedRecord):
    keys_: RecordList[str] | None
    """The names of the keys."""
    truncated: bool | None
    """Whether there are more keys than are given."""


class CacheGetManyResult(TypedRecord):
    results: RecordList[CacheGetManyEntry] | None
    """The keys and what they hold."""


class CacheSetManyResult(TypedRecord):
    success: bool | None
    """Whether the values are kept."""
    count: int | None
    """How many values are kept."""


class CacheDeleteManyResult(TypedRecord):
    success: bool | None
    """Whether it is done."""
    count: int | None
    """How many keys were asked for."""
    deleted: int | None
    """How many keys were removed."""


class CacheFlushResult(TypedRecord):
    success: bool | None
    """Whether it is done."""
    deleted: int | None
    """How many keys were removed."""


class CacheExpireResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class CacheIncrementResult(TypedRecord):
    value: int | None
    """The number after the change."""


class QueueEnqueueResult(TypedRecord):
    job_id: str | None
    """The name of the job from now on."""
    success: bool | None
    """Whether the job was taken."""


class QueueGetJobResult(TypedRecord):
    job: JobRecord | None
    """The job; null when there is none."""
    exists: bool | None
    """Whether there is such a job."""


class QueueListJobsResult(TypedRecord):
    jobs: RecordList[JobRecord] | None
    """The jobs."""
    list_complete: bool | None
    """Whether this is the last page."""
    cursor: str | None
    """What asks for the next page."""


class JobRecord(TypedRecord):
    """A job of the queue."""

    id: str | None
    """The name of the job."""
    type: str | None
    """The kind of job, which decides who handles it."""
    data: dict[str, Any] | None
    """What the job's handler is given."""
    status: Literal["queued", "processing", "completed", "failed", "cancelled"] | None
    """The state it is in."""
    project_id: str | None
    """The project it belongs to."""
    created_at: datetime | None
    """When the job was queued."""


class QueueCancelJobResult(TypedRecord):
    success: bool | None
    """Whether the job is cancelled."""
    note: str | None
    """What the server has to say about it."""


class StorageUploadResult(TypedRecord):
    url: str | None
    """The address of the stored file."""


class StorageGetUrlResult(TypedRecord):
    url: str | None
    """The public address of the file."""


class StorageListResult(TypedRecord):
    """A page of files."""

    objects: RecordList[StorageObject] | None
    """The files."""
    truncated: bool | None
    """Whether there are more pages."""
    cursor: str | None
    """What asks for the next page."""


class StorageObject(TypedRecord):
    """A stored file."""

    key: str | None
    """The path the file is stored at."""
    size: int | None
    """Its size in bytes."""
    last_modified: datetime | None
    """When it changed last."""
    content_type: str | None
    """The media type it is stored with."""
    etag: str | None
    """A mark that changes with its content."""


class StorageDeleteResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class StorageExistsResult(TypedRecord):
    exists: bool | None
    """Whether a file is stored at the path."""


class StorageMetadata(TypedRecord):
    """What is known of a file."""

    exists: bool | None
    """Whether a file is stored at the path."""
    size: int | None
    """Its size in bytes."""
    content_type: str | None
    """The media type it is stored with."""
    last_modified: datetime | None
    """When it changed last."""
    etag: str | None
    """A mark that changes with its content."""


class StorageCopyResult(TypedRecord):
    success: bool | None
    """Whether it is done."""
    url: str | None
    """The address of the copy."""


class StorageMoveResult(TypedRecord):
    success: bool | None
    """Whether it is done."""
    url: str | None
    """The new address of the file."""


class ChatCompletionResponse(TypedRecord):
    """What a model says."""

    id: str | None
    """The name of the answer."""
    object: Literal["chat.completion"] | None
    """What kind of object this is."""
    created: int | None
    """When it was made, in seconds since 1970."""
    model: str | None
    """The name of the model."""
    choices: RecordList[ChatCompletionResponseChoicesItem] | None
    """The answers to choose from."""
    usage: TokenUsage | None
    """How many tokens were used."""


class IngestResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class QueryResult(TypedRecord):
    results: RecordList[SearchResult] | None
    """The texts that were found."""


class DeleteResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class DeleteByTypeResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class ListTypesResult(TypedRecord):
    types: RecordList[TypeStats] | None
    """The kinds and their numbers."""


class ConfigureResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class SearchUpdateResult(TypedRecord):
    success: bool | None
    """Whether it is done."""


class SearchGetResult(TypedRecord):
    result: SearchResult | None
    """The text; null when there is none."""
    exists: bool | None
    """Whether there is such a text."""


class SearchCountResult(TypedRecord):
    count: int | None
    """How many there are."""


class ServicesInvokeResult(TypedRecord):
    success: bool | None
    """Whether the service did its work."""
    result: Any
    """What the service gave, of any type."""


class GatewayBillingLogResult(TypedRecord):
    success: bool | None
    """Whether it is done."""
    logged_units: int | None
    """How much was recorded."""


class GatewayGetWalletResult(TypedRecord):
    wallet: TokenWallet | None
    """What a consumer has with a gateway API."""


class DbBatchResultResultsItem(TypedRecord):
    results: RecordList[dict[str, Any]] | None
    """The rows, each an object of column names and values."""
    success: bool | None
    """Whether the statement ran."""
    error: str | None
    """Why the statement failed."""


class User(TypedRecord):
    """One of the project's own users."""

    id: UUID | None
    """The user's lasting name."""
    email: str | None
    """The address the user signs in with."""
    name: str | None
    """The name to show, or null when none was given."""
    created_at: datetime | None
    """When the account was made."""
    metadata: dict[str, Any] | None
    """Anything else that is kept with the account."""


class CacheGetManyEntry(TypedRecord):
    """A key and what it holds."""

    key: str | None
    """The name of the key."""
    value: Any
    """The value as it was set, of any type; null when there is none."""
    exists: bool | None
    """Whether the key holds a value."""


class ChatCompletionResponseChoicesItem(TypedRecord):
    index: int | None
    """Its place among the answers."""
    message: ChatMessage | None
    """What one side of a conversation says."""
    finish_reason: Literal["stop", "length", "content_filter"] | None
    """Why it ends there."""


class TokenUsage(TypedRecord):
    """How many tokens were used."""

    prompt_tokens: int | None
    """Those of the conversation."""
    completion_tokens: int | None
    """Those of the answer."""
    total_tokens: int | None
    """Both together."""


class SearchResult(TypedRecord):
    """A text of the index."""

    id: str | None
    """The name of the text."""
    content: str | None
    """The text."""
    score: float | None
    """How close it is to what was asked."""
    type: str | None
    """The kind of text."""
    metadata: dict[str, Any] | None
    """Anything else that is kept with the text."""


class TypeStats(TypedRecord):
    """One kind of text in the index."""

    type: str | None
    """The kind of text."""
    count: int | None
    """How many texts there are of it."""


class TokenWallet(TypedRecord):
    """What a consumer has with a gateway API."""

    balance: float | None
    """How many tokens are left."""
    total_consumed: float | None
    """How many tokens were used so far."""


class ChatMessage(TypedRecord):
    """What one side of a conversation says."""

    role: Literal["system", "user", "assistant"]
    """Who says it."""
    content: str
    """What is said."""


class DbBatchQueriesItemInput(TypedDict):
    sql: str
    """The SQL text."""
    params: NotRequired[Array[Any]]
    """Values bound to the placeholders, in their order."""


class CacheSetEntryInput(TypedDict):
    """A value to keep under a key."""

    key: str
    """The name to keep the value under."""
    value: Any
    """Any JSON value, null included."""
    ttl: NotRequired[int]
    """How long to keep it, in seconds."""


class ChatMessageInput(TypedDict):
    """What one side of a conversation says."""

    role: Literal["system", "user", "assistant"]
    """Who says it."""
    content: str
    """What is said."""


class AiChatStreamOptionsInput(TypedDict):
    """What such a stream is to hold."""

    include_usage: NotRequired[bool]
    """Whether the last event is to tell how many tokens were used."""


class _DbQueryOperation(Protocol):

    def prepare(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class DbQueryOperation(_DbQueryOperation, TypedOperation, Protocol):
    """Run an SQL statement"""

    def __call__(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> DbQueryResult:
        """Run an SQL statement

        Runs a statement and returns the rows it gives. Values belong in `params`, bound to the placeholders of the statement;
        text that comes from users never belongs in `sql` itself.

        Arguments:
            sql: The SQL text.
            x_request_id (optional): A name for this request, to find it by later.
            x_sdk_version (optional): The version of the client library.
            params (optional): Values bound to the placeholders, in their order.
        """
        ...

    def raw(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> Response[DbQueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncDbQueryOperation(_DbQueryOperation, AsyncTypedOperation, Protocol):
    """Run an SQL statement"""

    async def __call__(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> DbQueryResult:
        """Run an SQL statement

        Runs a statement and returns the rows it gives. Values belong in `params`, bound to the placeholders of the statement;
        text that comes from users never belongs in `sql` itself.

        Arguments:
            sql: The SQL text.
            x_request_id (optional): A name for this request, to find it by later.
            x_sdk_version (optional): The version of the client library.
            params (optional): Values bound to the placeholders, in their order.
        """
        ...

    async def raw(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> Response[DbQueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        sql: str,
        x_request_id: str | UUID | Unset = ...,
        x_sdk_version: str | Unset = ...,
        params: Array[Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _DbBatchOperation(Protocol):

    def prepare(self, *, queries: Array[DbBatchQueriesItemInput]) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, queries: Array[DbBatchQueriesItemInput]) -> str:
        """The call as a shell command, without credentials."""
        ...


class DbBatchOperation(_DbBatchOperation, TypedOperation, Protocol):
    """Run several SQL statements"""

    def __call__(self, *, queries: Array[DbBatchQueriesItemInput]) -> DbBatchResult:
        """Run several SQL statements

        Runs at most 25 statements and returns the rows that each gives, in the same order. A statement that fails does not keep the
        others from running.

        Arguments:
            queries: The statements, in the order they are run in.
        """
        ...

    def raw(
        self,
        *,
        queries: Array[DbBatchQueriesItemInput],
    ) -> Response[DbBatchResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, queries: Array[DbBatchQueriesItemInput]) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncDbBatchOperation(_DbBatchOperation, AsyncTypedOperation, Protocol):
    """Run several SQL statements"""

    async def __call__(
        self,
        *,
        queries: Array[DbBatchQueriesItemInput],
    ) -> DbBatchResult:
        """Run several SQL statements

        Runs at most 25 statements and returns the rows that each gives, in the same order. A statement that fails does not keep the
        others from running.

        Arguments:
            queries: The statements, in the order they are run in.
        """
        ...

    async def raw(
        self,
        *,
        queries: Array[DbBatchQueriesItemInput],
    ) -> Response[DbBatchResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, queries: Array[DbBatchQueriesItemInput]) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _AuthSignupOperation(Protocol):

    def prepare(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class AuthSignupOperation(_AuthSignupOperation, TypedOperation, Protocol):
    """Register a user"""

    def __call__(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> AuthResponse:
        """Register a user

        Makes an account and signs its user in at once. An address that is registered already is refused with 409.

        Arguments:
            email: The address the user signs in with.
            password: At least 8 characters.
            name (optional): The name to show for the user.
            metadata (optional): Anything else to keep with the account.
        """
        ...

    def raw(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[AuthResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncAuthSignupOperation(_AuthSignupOperation, AsyncTypedOperation, Protocol):
    """Register a user"""

    async def __call__(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> AuthResponse:
        """Register a user

        Makes an account and signs its user in at once. An address that is registered already is refused with 409.

        Arguments:
            email: The address the user signs in with.
            password: At least 8 characters.
            name (optional): The name to show for the user.
            metadata (optional): Anything else to keep with the account.
        """
        ...

    async def raw(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[AuthResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        email: str,
        password: str,
        name: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _AuthSigninOperation(Protocol):

    def prepare(self, *, email: str, password: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, email: str, password: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class AuthSigninOperation(_AuthSigninOperation, TypedOperation, Protocol):
    """Sign a user in"""

    def __call__(self, *, email: str, password: str) -> AuthResponse:
        """Sign a user in

        Checks an address and a password and gives a token for the user. `expiresAt` says until when the token is good.

        Arguments:
            email: The address of the account.
            password: The password of the account.
        """
        ...

    def raw(self, *, email: str, password: str) -> Response[AuthResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, email: str, password: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncAuthSigninOperation(_AuthSigninOperation, AsyncTypedOperation, Protocol):
    """Sign a user in"""

    async def __call__(self, *, email: str, password: str) -> AuthResponse:
        """Sign a user in

        Checks an address and a password and gives a token for the user. `expiresAt` says until when the token is good.

        Arguments:
            email: The address of the account.
            password: The password of the account.
        """
        ...

    async def raw(self, *, email: str, password: str) -> Response[AuthResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, email: str, password: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheGetOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheGetOperation(_CacheGetOperation, TypedOperation, Protocol):
    """Read a cached value"""

    def __call__(self, *, key: str) -> CacheGetResult:
        """Read a cached value

        Gives the value kept under a key. `exists` tells a key that holds null from a key that holds nothing.

        Arguments:
            key: The name the value was kept under.
        """
        ...

    def raw(self, *, key: str) -> Response[CacheGetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheGetOperation(_CacheGetOperation, AsyncTypedOperation, Protocol):
    """Read a cached value"""

    async def __call__(self, *, key: str) -> CacheGetResult:
        """Read a cached value

        Gives the value kept under a key. `exists` tells a key that holds null from a key that holds nothing.

        Arguments:
            key: The name the value was kept under.
        """
        ...

    async def raw(self, *, key: str) -> Response[CacheGetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheSetOperation(Protocol):

    def prepare(self, *, key: str, value: Any, ttl: int | Unset = ...) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str, value: Any, ttl: int | Unset = ...) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheSetOperation(_CacheSetOperation, TypedOperation, Protocol):
    """Cache a value"""

    def __call__(
        self,
        *,
        key: str,
        value: Any,
        ttl: int | Unset = ...,
    ) -> CacheSetResult:
        """Cache a value

        Keeps a value under a key and replaces the one that was there. With `ttl` the value goes away after that time.

        Arguments:
            key: The name to keep the value under.
            value: Any JSON value, null included.
            ttl (optional): How long to keep it, in seconds.
        """
        ...

    def raw(
        self,
        *,
        key: str,
        value: Any,
        ttl: int | Unset = ...,
    ) -> Response[CacheSetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str, value: Any, ttl: int | Unset = ...) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheSetOperation(_CacheSetOperation, AsyncTypedOperation, Protocol):
    """Cache a value"""

    async def __call__(
        self,
        *,
        key: str,
        value: Any,
        ttl: int | Unset = ...,
    ) -> CacheSetResult:
        """Cache a value

        Keeps a value under a key and replaces the one that was there. With `ttl` the value goes away after that time.

        Arguments:
            key: The name to keep the value under.
            value: Any JSON value, null included.
            ttl (optional): How long to keep it, in seconds.
        """
        ...

    async def raw(
        self,
        *,
        key: str,
        value: Any,
        ttl: int | Unset = ...,
    ) -> Response[CacheSetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        key: str,
        value: Any,
        ttl: int | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheDeleteOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheDeleteOperation(_CacheDeleteOperation, TypedOperation, Protocol):
    """Drop a cached value"""

    def __call__(self, *, key: str) -> CacheDeleteResult:
        """Drop a cached value

        Removes a key and its value.

        Arguments:
            key: The name the value was kept under.
        """
        ...

    def raw(self, *, key: str) -> Response[CacheDeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheDeleteOperation(_CacheDeleteOperation, AsyncTypedOperation, Protocol):
    """Drop a cached value"""

    async def __call__(self, *, key: str) -> CacheDeleteResult:
        """Drop a cached value

        Removes a key and its value.

        Arguments:
            key: The name the value was kept under.
        """
        ...

    async def raw(self, *, key: str) -> Response[CacheDeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheListOperation(Protocol):

    def prepare(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheListOperation(_CacheListOperation, TypedOperation, Protocol):
    """List keys, page by page"""

    def __call__(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> CacheListResult:
        """List keys, page by page

        Gives keys and when they end, at most 1000 at a time. `list_complete` tells whether there are more; `cursor` is then what asks
        for them.

        Arguments:
            prefix (optional): What the keys begin with.
            limit (optional): How many keys to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    def raw(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[CacheListResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[CacheListResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[CacheKeyEntry]:
        """The items of all pages, one by one."""
        ...


class AsyncCacheListOperation(_CacheListOperation, AsyncTypedOperation, Protocol):
    """List keys, page by page"""

    async def __call__(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> CacheListResult:
        """List keys, page by page

        Gives keys and when they end, at most 1000 at a time. `list_complete` tells whether there are more; `cursor` is then what asks
        for them.

        Arguments:
            prefix (optional): What the keys begin with.
            limit (optional): How many keys to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    async def raw(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[CacheListResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[CacheListResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[CacheKeyEntry]:
        """The items of all pages, one by one."""
        ...


class _CacheKeysOperation(Protocol):

    def prepare(self, *, prefix: str | Unset = ...) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, prefix: str | Unset = ...) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheKeysOperation(_CacheKeysOperation, TypedOperation, Protocol):
    """List the names of keys"""

    def __call__(self, *, prefix: str | Unset = ...) -> CacheKeysResult:
        """List the names of keys

        Gives the names of all keys at once, at most 10000. `truncated` tells whether there are more, which `cacheList` gives page by page.

        Arguments:
            prefix (optional): What the keys begin with.
        """
        ...

    def raw(self, *, prefix: str | Unset = ...) -> Response[CacheKeysResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, prefix: str | Unset = ...) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(self, *, prefix: str | Unset = ...) -> Listing[CacheKeysResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(self, *, prefix: str | Unset = ...) -> Listing[str]:
        """The items of all pages, one by one."""
        ...


class AsyncCacheKeysOperation(_CacheKeysOperation, AsyncTypedOperation, Protocol):
    """List the names of keys"""

    async def __call__(self, *, prefix: str | Unset = ...) -> CacheKeysResult:
        """List the names of keys

        Gives the names of all keys at once, at most 10000. `truncated` tells whether there are more, which `cacheList` gives page by page.

        Arguments:
            prefix (optional): What the keys begin with.
        """
        ...

    async def raw(self, *, prefix: str | Unset = ...) -> Response[CacheKeysResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, prefix: str | Unset = ...) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(self, *, prefix: str | Unset = ...) -> AsyncListing[CacheKeysResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(self, *, prefix: str | Unset = ...) -> AsyncListing[str]:
        """The items of all pages, one by one."""
        ...


class _CacheGetManyOperation(Protocol):

    def prepare(self, *, keys: Array[str]) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, keys: Array[str]) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheGetManyOperation(_CacheGetManyOperation, TypedOperation, Protocol):
    """Read several cached values"""

    def __call__(self, *, keys: Array[str]) -> CacheGetManyResult:
        """Read several cached values

        Gives the values kept under at most 100 keys.

        Arguments:
            keys: The names the values were kept under.
        """
        ...

    def raw(self, *, keys: Array[str]) -> Response[CacheGetManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, keys: Array[str]) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheGetManyOperation(_CacheGetManyOperation, AsyncTypedOperation, Protocol):
    """Read several cached values"""

    async def __call__(self, *, keys: Array[str]) -> CacheGetManyResult:
        """Read several cached values

        Gives the values kept under at most 100 keys.

        Arguments:
            keys: The names the values were kept under.
        """
        ...

    async def raw(self, *, keys: Array[str]) -> Response[CacheGetManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, keys: Array[str]) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheSetManyOperation(Protocol):

    def prepare(self, *, entries: Array[CacheSetEntryInput]) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, entries: Array[CacheSetEntryInput]) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheSetManyOperation(_CacheSetManyOperation, TypedOperation, Protocol):
    """Cache several values"""

    def __call__(self, *, entries: Array[CacheSetEntryInput]) -> CacheSetManyResult:
        """Cache several values

        Keeps at most 100 values under their keys and replaces those that were there.

        Arguments:
            entries: The keys and their values.
        """
        ...

    def raw(
        self,
        *,
        entries: Array[CacheSetEntryInput],
    ) -> Response[CacheSetManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, entries: Array[CacheSetEntryInput]) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheSetManyOperation(_CacheSetManyOperation, AsyncTypedOperation, Protocol):
    """Cache several values"""

    async def __call__(
        self,
        *,
        entries: Array[CacheSetEntryInput],
    ) -> CacheSetManyResult:
        """Cache several values

        Keeps at most 100 values under their keys and replaces those that were there.

        Arguments:
            entries: The keys and their values.
        """
        ...

    async def raw(
        self,
        *,
        entries: Array[CacheSetEntryInput],
    ) -> Response[CacheSetManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, entries: Array[CacheSetEntryInput]) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheDeleteManyOperation(Protocol):

    def prepare(self, *, keys: Array[str]) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, keys: Array[str]) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheDeleteManyOperation(_CacheDeleteManyOperation, TypedOperation, Protocol):
    """Drop several cached values"""

    def __call__(self, *, keys: Array[str]) -> CacheDeleteManyResult:
        """Drop several cached values

        Removes at most 500 keys and their values.

        Arguments:
            keys: The names the values were kept under.
        """
        ...

    def raw(self, *, keys: Array[str]) -> Response[CacheDeleteManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, keys: Array[str]) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheDeleteManyOperation(_CacheDeleteManyOperation, AsyncTypedOperation, Protocol):
    """Drop several cached values"""

    async def __call__(self, *, keys: Array[str]) -> CacheDeleteManyResult:
        """Drop several cached values

        Removes at most 500 keys and their values.

        Arguments:
            keys: The names the values were kept under.
        """
        ...

    async def raw(self, *, keys: Array[str]) -> Response[CacheDeleteManyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, keys: Array[str]) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheFlushOperation(Protocol):

    def prepare(self, *, prefix: str | Unset = ...) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, prefix: str | Unset = ...) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheFlushOperation(_CacheFlushOperation, TypedOperation, Protocol):
    """Drop all cached values"""

    def __call__(self, *, prefix: str | Unset = ...) -> CacheFlushResult:
        """Drop all cached values

        Removes every key of a prefix, or of the whole project, at most 10000 in a call. What is removed is lost. The server takes five of
        these calls a minute.

        Arguments:
            prefix (optional): What the keys begin with; without it all keys of the project are removed.
        """
        ...

    def raw(self, *, prefix: str | Unset = ...) -> Response[CacheFlushResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, prefix: str | Unset = ...) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheFlushOperation(_CacheFlushOperation, AsyncTypedOperation, Protocol):
    """Drop all cached values"""

    async def __call__(self, *, prefix: str | Unset = ...) -> CacheFlushResult:
        """Drop all cached values

        Removes every key of a prefix, or of the whole project, at most 10000 in a call. What is removed is lost. The server takes five of
        these calls a minute.

        Arguments:
            prefix (optional): What the keys begin with; without it all keys of the project are removed.
        """
        ...

    async def raw(self, *, prefix: str | Unset = ...) -> Response[CacheFlushResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, prefix: str | Unset = ...) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheExpireOperation(Protocol):

    def prepare(self, *, key: str, ttl: int) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str, ttl: int) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheExpireOperation(_CacheExpireOperation, TypedOperation, Protocol):
    """Set when a cached value ends"""

    def __call__(self, *, key: str, ttl: int) -> CacheExpireResult:
        """Set when a cached value ends

        Gives a key another time to live, counted from now. It is not atomic: what sets the key at the same moment may be undone.

        Arguments:
            key: The name the value was kept under.
            ttl: How long to keep it from now on, in seconds.
        """
        ...

    def raw(self, *, key: str, ttl: int) -> Response[CacheExpireResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str, ttl: int) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheExpireOperation(_CacheExpireOperation, AsyncTypedOperation, Protocol):
    """Set when a cached value ends"""

    async def __call__(self, *, key: str, ttl: int) -> CacheExpireResult:
        """Set when a cached value ends

        Gives a key another time to live, counted from now. It is not atomic: what sets the key at the same moment may be undone.

        Arguments:
            key: The name the value was kept under.
            ttl: How long to keep it from now on, in seconds.
        """
        ...

    async def raw(self, *, key: str, ttl: int) -> Response[CacheExpireResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str, ttl: int) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _CacheIncrementOperation(Protocol):

    def prepare(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class CacheIncrementOperation(_CacheIncrementOperation, TypedOperation, Protocol):
    """Count up or down"""

    def __call__(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> CacheIncrementResult:
        """Count up or down

        Adds to the number that a key holds. A key that holds nothing is made, with `initialValue` to begin from. It is not atomic: of two
        calls at the same moment one may be lost.

        Arguments:
            key: The name the number is kept under.
            amount (optional): What is added; less than 0 counts down.
            initial_value (optional): What a new key begins from.
            ttl (optional): How long to keep a new key, in seconds.
        """
        ...

    def raw(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> Response[CacheIncrementResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncCacheIncrementOperation(_CacheIncrementOperation, AsyncTypedOperation, Protocol):
    """Count up or down"""

    async def __call__(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> CacheIncrementResult:
        """Count up or down

        Adds to the number that a key holds. A key that holds nothing is made, with `initialValue` to begin from. It is not atomic: of two
        calls at the same moment one may be lost.

        Arguments:
            key: The name the number is kept under.
            amount (optional): What is added; less than 0 counts down.
            initial_value (optional): What a new key begins from.
            ttl (optional): How long to keep a new key, in seconds.
        """
        ...

    async def raw(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> Response[CacheIncrementResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        key: str,
        amount: int | Unset = ...,
        initial_value: int | Unset = ...,
        ttl: int | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _QueueEnqueueOperation(Protocol):

    def prepare(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class QueueEnqueueOperation(_QueueEnqueueOperation, TypedOperation, Protocol):
    """Queue a job"""

    def __call__(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> QueueEnqueueResult:
        """Queue a job

        Adds a job of a type to the queue, to be run at once or after a delay. Two calls make two jobs.

        Arguments:
            type_: The kind of job, which decides who handles it.
            data: What the job's handler is given.
            delay (optional): How long to wait before it runs, in seconds.
        """
        ...

    def raw(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> Response[QueueEnqueueResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncQueueEnqueueOperation(_QueueEnqueueOperation, AsyncTypedOperation, Protocol):
    """Queue a job"""

    async def __call__(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> QueueEnqueueResult:
        """Queue a job

        Adds a job of a type to the queue, to be run at once or after a delay. Two calls make two jobs.

        Arguments:
            type_: The kind of job, which decides who handles it.
            data: What the job's handler is given.
            delay (optional): How long to wait before it runs, in seconds.
        """
        ...

    async def raw(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> Response[QueueEnqueueResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        type_: str,
        data: Mapping[str, Any],
        delay: int | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _QueueGetJobOperation(Protocol):

    def prepare(self, *, job_id: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, job_id: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class QueueGetJobOperation(_QueueGetJobOperation, TypedOperation, Protocol):
    """Look up a job"""

    def __call__(self, *, job_id: str) -> QueueGetJobResult:
        """Look up a job

        Gives what is known of a job. `exists` tells whether there is such a job.

        Arguments:
            job_id: The name the job was given.
        """
        ...

    def raw(self, *, job_id: str) -> Response[QueueGetJobResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, job_id: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncQueueGetJobOperation(_QueueGetJobOperation, AsyncTypedOperation, Protocol):
    """Look up a job"""

    async def __call__(self, *, job_id: str) -> QueueGetJobResult:
        """Look up a job

        Gives what is known of a job. `exists` tells whether there is such a job.

        Arguments:
            job_id: The name the job was given.
        """
        ...

    async def raw(self, *, job_id: str) -> Response[QueueGetJobResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, job_id: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _QueueListJobsOperation(Protocol):

    def prepare(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class QueueListJobsOperation(_QueueListJobsOperation, TypedOperation, Protocol):
    """List jobs, page by page"""

    def __call__(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> QueueListJobsResult:
        """List jobs, page by page

        Gives jobs, at most 200 at a time. They are known for seven days. `list_complete` tells whether there are more; `cursor` is then
        what asks for them.

        Arguments:
            status (optional): Only jobs that are in this state.
            type_ (optional): Only jobs of this kind.
            limit (optional): How many jobs to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    def raw(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[QueueListJobsResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[QueueListJobsResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[JobRecord]:
        """The items of all pages, one by one."""
        ...


class AsyncQueueListJobsOperation(_QueueListJobsOperation, AsyncTypedOperation, Protocol):
    """List jobs, page by page"""

    async def __call__(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> QueueListJobsResult:
        """List jobs, page by page

        Gives jobs, at most 200 at a time. They are known for seven days. `list_complete` tells whether there are more; `cursor` is then
        what asks for them.

        Arguments:
            status (optional): Only jobs that are in this state.
            type_ (optional): Only jobs of this kind.
            limit (optional): How many jobs to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    async def raw(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[QueueListJobsResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[QueueListJobsResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed", "cancelled"] | Unset = ...,
        type_: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[JobRecord]:
        """The items of all pages, one by one."""
        ...


class _QueueCancelJobOperation(Protocol):

    def prepare(self, *, job_id: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, job_id: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class QueueCancelJobOperation(_QueueCancelJobOperation, TypedOperation, Protocol):
    """Cancel a job"""

    def __call__(self, *, job_id: str) -> QueueCancelJobResult:
        """Cancel a job

        Asks that a job be not run. One that has begun may run to its end all the same, and one that is completed or failed stays as it is.

        Arguments:
            job_id: The name the job was given.
        """
        ...

    def raw(self, *, job_id: str) -> Response[QueueCancelJobResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, job_id: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncQueueCancelJobOperation(_QueueCancelJobOperation, AsyncTypedOperation, Protocol):
    """Cancel a job"""

    async def __call__(self, *, job_id: str) -> QueueCancelJobResult:
        """Cancel a job

        Asks that a job be not run. One that has begun may run to its end all the same, and one that is completed or failed stays as it is.

        Arguments:
            job_id: The name the job was given.
        """
        ...

    async def raw(self, *, job_id: str) -> Response[QueueCancelJobResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, job_id: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageUploadOperation(Protocol):

    def prepare(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageUploadOperation(_StorageUploadOperation, TypedOperation, Protocol):
    """Upload a file"""

    def __call__(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> StorageUploadResult:
        """Upload a file

        Stores a file at a path and gives the address it can be had from.

        Arguments:
            key: The path to store the file at.
            file: The content of the file.
            content_type (optional): The media type to store the file with.
        """
        ...

    def raw(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> Response[StorageUploadResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageUploadOperation(_StorageUploadOperation, AsyncTypedOperation, Protocol):
    """Upload a file"""

    async def __call__(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> StorageUploadResult:
        """Upload a file

        Stores a file at a path and gives the address it can be had from.

        Arguments:
            key: The path to store the file at.
            file: The content of the file.
            content_type (optional): The media type to store the file with.
        """
        ...

    async def raw(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> Response[StorageUploadResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        key: str | File,
        file: File,
        content_type: str | File | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageGetOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageGetOperation(_StorageGetOperation, TypedOperation, Protocol):
    """Download a file"""

    def __call__(self, *, key: str) -> bytes:
        """Download a file

        Gives the content of a file, with the media type that it was stored with.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    def raw(self, *, key: str) -> Response[bytes]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageGetOperation(_StorageGetOperation, AsyncTypedOperation, Protocol):
    """Download a file"""

    async def __call__(self, *, key: str) -> bytes:
        """Download a file

        Gives the content of a file, with the media type that it was stored with.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    async def raw(self, *, key: str) -> Response[bytes]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageGetUrlOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageGetUrlOperation(_StorageGetUrlOperation, TypedOperation, Protocol):
    """Get the address of a file"""

    def __call__(self, *, key: str) -> StorageGetUrlResult:
        """Get the address of a file

        Gives the public address that a file can be had from.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    def raw(self, *, key: str) -> Response[StorageGetUrlResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageGetUrlOperation(_StorageGetUrlOperation, AsyncTypedOperation, Protocol):
    """Get the address of a file"""

    async def __call__(self, *, key: str) -> StorageGetUrlResult:
        """Get the address of a file

        Gives the public address that a file can be had from.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    async def raw(self, *, key: str) -> Response[StorageGetUrlResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageListOperation(Protocol):

    def prepare(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageListOperation(_StorageListOperation, TypedOperation, Protocol):
    """List files, page by page"""

    def __call__(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> StorageListResult:
        """List files, page by page

        Gives files and what is known of them, at most 1000 at a time. `truncated` tells whether there are more; `cursor` is then what asks
        for them.

        Arguments:
            prefix (optional): What the paths begin with.
            limit (optional): How many files to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    def raw(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[StorageListResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[StorageListResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Listing[StorageObject]:
        """The items of all pages, one by one."""
        ...


class AsyncStorageListOperation(_StorageListOperation, AsyncTypedOperation, Protocol):
    """List files, page by page"""

    async def __call__(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> StorageListResult:
        """List files, page by page

        Gives files and what is known of them, at most 1000 at a time. `truncated` tells whether there are more; `cursor` is then what asks
        for them.

        Arguments:
            prefix (optional): What the paths begin with.
            limit (optional): How many files to give at most.
            cursor (optional): The cursor of the page before, to go on after it.
        """
        ...

    async def raw(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> Response[StorageListResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...

    def pages(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[StorageListResult]:
        """The pages of the list, each asked for when it is needed."""
        ...

    def items(
        self,
        *,
        prefix: str | Unset = ...,
        limit: int | Unset = ...,
        cursor: str | Unset = ...,
    ) -> AsyncListing[StorageObject]:
        """The items of all pages, one by one."""
        ...


class _StorageDeleteOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageDeleteOperation(_StorageDeleteOperation, TypedOperation, Protocol):
    """Delete a file"""

    def __call__(self, *, key: str) -> StorageDeleteResult:
        """Delete a file

        Removes a file.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    def raw(self, *, key: str) -> Response[StorageDeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageDeleteOperation(_StorageDeleteOperation, AsyncTypedOperation, Protocol):
    """Delete a file"""

    async def __call__(self, *, key: str) -> StorageDeleteResult:
        """Delete a file

        Removes a file.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    async def raw(self, *, key: str) -> Response[StorageDeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageExistsOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageExistsOperation(_StorageExistsOperation, TypedOperation, Protocol):
    """Ask whether there is a file"""

    def __call__(self, *, key: str) -> StorageExistsResult:
        """Ask whether there is a file

        Tells whether a file is stored at a path.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    def raw(self, *, key: str) -> Response[StorageExistsResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageExistsOperation(_StorageExistsOperation, AsyncTypedOperation, Protocol):
    """Ask whether there is a file"""

    async def __call__(self, *, key: str) -> StorageExistsResult:
        """Ask whether there is a file

        Tells whether a file is stored at a path.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    async def raw(self, *, key: str) -> Response[StorageExistsResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageGetMetadataOperation(Protocol):

    def prepare(self, *, key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageGetMetadataOperation(_StorageGetMetadataOperation, TypedOperation, Protocol):
    """Get what is known of a file"""

    def __call__(self, *, key: str) -> StorageMetadata:
        """Get what is known of a file

        Gives the size of a file, its media type and when it changed, without its content.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    def raw(self, *, key: str) -> Response[StorageMetadata]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageGetMetadataOperation(_StorageGetMetadataOperation, AsyncTypedOperation, Protocol):
    """Get what is known of a file"""

    async def __call__(self, *, key: str) -> StorageMetadata:
        """Get what is known of a file

        Gives the size of a file, its media type and when it changed, without its content.

        Arguments:
            key: The path the file is stored at.
        """
        ...

    async def raw(self, *, key: str) -> Response[StorageMetadata]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageCopyOperation(Protocol):

    def prepare(self, *, source_key: str, dest_key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, source_key: str, dest_key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageCopyOperation(_StorageCopyOperation, TypedOperation, Protocol):
    """Copy a file"""

    def __call__(self, *, source_key: str, dest_key: str) -> StorageCopyResult:
        """Copy a file

        Stores the content of a file at another path as well.

        Arguments:
            source_key: The path the file is stored at.
            dest_key: The path of the copy.
        """
        ...

    def raw(self, *, source_key: str, dest_key: str) -> Response[StorageCopyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, source_key: str, dest_key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageCopyOperation(_StorageCopyOperation, AsyncTypedOperation, Protocol):
    """Copy a file"""

    async def __call__(self, *, source_key: str, dest_key: str) -> StorageCopyResult:
        """Copy a file

        Stores the content of a file at another path as well.

        Arguments:
            source_key: The path the file is stored at.
            dest_key: The path of the copy.
        """
        ...

    async def raw(
        self,
        *,
        source_key: str,
        dest_key: str,
    ) -> Response[StorageCopyResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, source_key: str, dest_key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _StorageMoveOperation(Protocol):

    def prepare(self, *, source_key: str, dest_key: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, source_key: str, dest_key: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class StorageMoveOperation(_StorageMoveOperation, TypedOperation, Protocol):
    """Move a file"""

    def __call__(self, *, source_key: str, dest_key: str) -> StorageMoveResult:
        """Move a file

        Stores a file at another path in place of the one it has. It is not atomic: the file is copied, and then the old one is deleted.

        Arguments:
            source_key: The path the file is stored at.
            dest_key: The path it goes to.
        """
        ...

    def raw(self, *, source_key: str, dest_key: str) -> Response[StorageMoveResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, source_key: str, dest_key: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncStorageMoveOperation(_StorageMoveOperation, AsyncTypedOperation, Protocol):
    """Move a file"""

    async def __call__(self, *, source_key: str, dest_key: str) -> StorageMoveResult:
        """Move a file

        Stores a file at another path in place of the one it has. It is not atomic: the file is copied, and then the old one is deleted.

        Arguments:
            source_key: The path the file is stored at.
            dest_key: The path it goes to.
        """
        ...

    async def raw(
        self,
        *,
        source_key: str,
        dest_key: str,
    ) -> Response[StorageMoveResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, source_key: str, dest_key: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _AiChatOperation(Protocol):

    def prepare(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: bool | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: bool | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class AiChatOperation(_AiChatOperation, TypedOperation, Protocol):
    """Ask a language model"""

    def __call__(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> ChatCompletionResponse:
        """Ask a language model

        Gives a model a conversation and returns what it says next. A long answer takes its time. With `stream` it comes as a stream of
        events, each with the next piece of it.

        Arguments:
            messages: What was said, the oldest first.
            model (optional): The name of the model.
            stream (optional): Whether the answer is to come as a stream of events.
            stream_options (optional): What such a stream is to hold.
            temperature (optional): How much the answer may vary.
            max_tokens (optional): How many tokens the answer may have.
            top_p (optional): How much of the likeliest words the answer is chosen from.
        """
        ...

    def raw(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Response[ChatCompletionResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[True] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Stream[Event[Any]]:
        """The answer as it comes, within a `with` block."""
        ...


class AsyncAiChatOperation(_AiChatOperation, AsyncTypedOperation, Protocol):
    """Ask a language model"""

    async def __call__(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> ChatCompletionResponse:
        """Ask a language model

        Gives a model a conversation and returns what it says next. A long answer takes its time. With `stream` it comes as a stream of
        events, each with the next piece of it.

        Arguments:
            messages: What was said, the oldest first.
            model (optional): The name of the model.
            stream (optional): Whether the answer is to come as a stream of events.
            stream_options (optional): What such a stream is to hold.
            temperature (optional): How much the answer may vary.
            max_tokens (optional): How many tokens the answer may have.
            top_p (optional): How much of the likeliest words the answer is chosen from.
        """
        ...

    async def raw(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Response[ChatCompletionResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[True] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> AsyncStream[Event[Any]]:
        """The answer as it comes, within a `with` block."""
        ...


class _IngestOperation(Protocol):

    def prepare(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class IngestOperation(_IngestOperation, TypedOperation, Protocol):
    """Index a text"""

    def __call__(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> IngestResult:
        """Index a text

        Adds a text to the index, so that it is found by what it means. Without an `id` the server chooses one.

        Arguments:
            content: The text to index.
            type_: The kind of text.
            id_ (optional): A name of your own for the text.
            metadata (optional): Anything else to keep with the text.
        """
        ...

    def raw(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[IngestResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncIngestOperation(_IngestOperation, AsyncTypedOperation, Protocol):
    """Index a text"""

    async def __call__(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> IngestResult:
        """Index a text

        Adds a text to the index, so that it is found by what it means. Without an `id` the server chooses one.

        Arguments:
            content: The text to index.
            type_: The kind of text.
            id_ (optional): A name of your own for the text.
            metadata (optional): Anything else to keep with the text.
        """
        ...

    async def raw(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[IngestResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        content: str,
        type_: str,
        id_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _QueryOperation(Protocol):

    def prepare(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class QueryOperation(_QueryOperation, TypedOperation, Protocol):
    """Search by meaning"""

    def __call__(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> QueryResult:
        """Search by meaning

        Gives the texts of the index that are closest in meaning to a question.

        Arguments:
            text: What to look for.
            top_k (optional): How many texts to give at most.
            types (optional): Only texts of these kinds.
            filter_ (optional): Only texts whose metadata fit this.
        """
        ...

    def raw(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> Response[QueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncQueryOperation(_QueryOperation, AsyncTypedOperation, Protocol):
    """Search by meaning"""

    async def __call__(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> QueryResult:
        """Search by meaning

        Gives the texts of the index that are closest in meaning to a question.

        Arguments:
            text: What to look for.
            top_k (optional): How many texts to give at most.
            types (optional): Only texts of these kinds.
            filter_ (optional): Only texts whose metadata fit this.
        """
        ...

    async def raw(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> Response[QueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        text: str,
        top_k: int | Unset = ...,
        types: Array[str] | Unset = ...,
        filter_: Mapping[str, Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _DeleteOperation(Protocol):

    def prepare(self, *, id_: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, id_: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class DeleteOperation(_DeleteOperation, TypedOperation, Protocol):
    """Drop a text from the index"""

    def __call__(self, *, id_: str) -> DeleteResult:
        """Drop a text from the index

        Removes a text, so that it is found no more.

        Arguments:
            id_: The name of the text.
        """
        ...

    def raw(self, *, id_: str) -> Response[DeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, id_: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncDeleteOperation(_DeleteOperation, AsyncTypedOperation, Protocol):
    """Drop a text from the index"""

    async def __call__(self, *, id_: str) -> DeleteResult:
        """Drop a text from the index

        Removes a text, so that it is found no more.

        Arguments:
            id_: The name of the text.
        """
        ...

    async def raw(self, *, id_: str) -> Response[DeleteResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, id_: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _DeleteByTypeOperation(Protocol):

    def prepare(self, *, type_: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, type_: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class DeleteByTypeOperation(_DeleteByTypeOperation, TypedOperation, Protocol):
    """Drop all texts of a kind"""

    def __call__(self, *, type_: str) -> DeleteByTypeResult:
        """Drop all texts of a kind

        Removes every text of a kind from the index.

        Arguments:
            type_: The kind of text.
        """
        ...

    def raw(self, *, type_: str) -> Response[DeleteByTypeResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, type_: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncDeleteByTypeOperation(_DeleteByTypeOperation, AsyncTypedOperation, Protocol):
    """Drop all texts of a kind"""

    async def __call__(self, *, type_: str) -> DeleteByTypeResult:
        """Drop all texts of a kind

        Removes every text of a kind from the index.

        Arguments:
            type_: The kind of text.
        """
        ...

    async def raw(self, *, type_: str) -> Response[DeleteByTypeResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, type_: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _ListTypesOperation(Protocol):

    def prepare(self) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self) -> str:
        """The call as a shell command, without credentials."""
        ...


class ListTypesOperation(_ListTypesOperation, TypedOperation, Protocol):
    """List the kinds of texts"""

    def __call__(self) -> ListTypesResult:
        """List the kinds of texts

        Gives the kinds of texts in the index, and how many there are of each.
        """
        ...

    def raw(self) -> Response[ListTypesResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncListTypesOperation(_ListTypesOperation, AsyncTypedOperation, Protocol):
    """List the kinds of texts"""

    async def __call__(self) -> ListTypesResult:
        """List the kinds of texts

        Gives the kinds of texts in the index, and how many there are of each.
        """
        ...

    async def raw(self) -> Response[ListTypesResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _ConfigureOperation(Protocol):

    def prepare(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, embedding_model: Literal["english", "multilingual"]) -> str:
        """The call as a shell command, without credentials."""
        ...


class ConfigureOperation(_ConfigureOperation, TypedOperation, Protocol):
    """Choose the model of the index"""

    def __call__(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> ConfigureResult:
        """Choose the model of the index

        Chooses the model that the meaning of texts is told by.

        Arguments:
            embedding_model: The languages that the model knows.
        """
        ...

    def raw(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> Response[ConfigureResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncConfigureOperation(_ConfigureOperation, AsyncTypedOperation, Protocol):
    """Choose the model of the index"""

    async def __call__(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> ConfigureResult:
        """Choose the model of the index

        Chooses the model that the meaning of texts is told by.

        Arguments:
            embedding_model: The languages that the model knows.
        """
        ...

    async def raw(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> Response[ConfigureResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        embedding_model: Literal["english", "multilingual"],
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _SearchUpdateOperation(Protocol):

    def prepare(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class SearchUpdateOperation(_SearchUpdateOperation, TypedOperation, Protocol):
    """Replace a text of the index"""

    def __call__(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> SearchUpdateResult:
        """Replace a text of the index

        Puts another text in the place of the one that has this name. The same call again changes nothing.

        Arguments:
            id_: The name of the text.
            content: The text to have there instead.
            type_ (optional): The kind of text.
            metadata (optional): Anything else to keep with the text.
        """
        ...

    def raw(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[SearchUpdateResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncSearchUpdateOperation(_SearchUpdateOperation, AsyncTypedOperation, Protocol):
    """Replace a text of the index"""

    async def __call__(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> SearchUpdateResult:
        """Replace a text of the index

        Puts another text in the place of the one that has this name. The same call again changes nothing.

        Arguments:
            id_: The name of the text.
            content: The text to have there instead.
            type_ (optional): The kind of text.
            metadata (optional): Anything else to keep with the text.
        """
        ...

    async def raw(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> Response[SearchUpdateResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        id_: str,
        content: str,
        type_: str | Unset = ...,
        metadata: Mapping[str, Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _SearchGetOperation(Protocol):

    def prepare(self, *, id_: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, id_: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class SearchGetOperation(_SearchGetOperation, TypedOperation, Protocol):
    """Look up a text of the index"""

    def __call__(self, *, id_: str) -> SearchGetResult:
        """Look up a text of the index

        Gives a text by its name. `exists` tells whether there is such a text.

        Arguments:
            id_: The name of the text.
        """
        ...

    def raw(self, *, id_: str) -> Response[SearchGetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, id_: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncSearchGetOperation(_SearchGetOperation, AsyncTypedOperation, Protocol):
    """Look up a text of the index"""

    async def __call__(self, *, id_: str) -> SearchGetResult:
        """Look up a text of the index

        Gives a text by its name. `exists` tells whether there is such a text.

        Arguments:
            id_: The name of the text.
        """
        ...

    async def raw(self, *, id_: str) -> Response[SearchGetResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, id_: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _SearchCountOperation(Protocol):

    def prepare(self, *, type_: str | Unset = ...) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, type_: str | Unset = ...) -> str:
        """The call as a shell command, without credentials."""
        ...


class SearchCountOperation(_SearchCountOperation, TypedOperation, Protocol):
    """Count the texts of the index"""

    def __call__(self, *, type_: str | Unset = ...) -> SearchCountResult:
        """Count the texts of the index

        Tells how many texts are in the index, of one kind or of all.

        Arguments:
            type_ (optional): The kind of text; without it all are counted.
        """
        ...

    def raw(self, *, type_: str | Unset = ...) -> Response[SearchCountResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, type_: str | Unset = ...) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncSearchCountOperation(_SearchCountOperation, AsyncTypedOperation, Protocol):
    """Count the texts of the index"""

    async def __call__(self, *, type_: str | Unset = ...) -> SearchCountResult:
        """Count the texts of the index

        Tells how many texts are in the index, of one kind or of all.

        Arguments:
            type_ (optional): The kind of text; without it all are counted.
        """
        ...

    async def raw(self, *, type_: str | Unset = ...) -> Response[SearchCountResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, type_: str | Unset = ...) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _ServicesInvokeOperation(Protocol):

    def prepare(self, *, service_name: str, data: Mapping[str, Any]) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, service_name: str, data: Mapping[str, Any]) -> str:
        """The call as a shell command, without credentials."""
        ...


class ServicesInvokeOperation(_ServicesInvokeOperation, TypedOperation, Protocol):
    """Call a service"""

    def __call__(
        self,
        *,
        service_name: str,
        data: Mapping[str, Any],
    ) -> ServicesInvokeResult:
        """Call a service

        Runs a service of the project by its name and returns what it gives.

        Arguments:
            service_name: The name of the service.
            data: What the service is given.
        """
        ...

    def raw(
        self,
        *,
        service_name: str,
        data: Mapping[str, Any],
    ) -> Response[ServicesInvokeResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, service_name: str, data: Mapping[str, Any]) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncServicesInvokeOperation(_ServicesInvokeOperation, AsyncTypedOperation, Protocol):
    """Call a service"""

    async def __call__(
        self,
        *,
        service_name: str,
        data: Mapping[str, Any],
    ) -> ServicesInvokeResult:
        """Call a service

        Runs a service of the project by its name and returns what it gives.

        Arguments:
            service_name: The name of the service.
            data: What the service is given.
        """
        ...

    async def raw(
        self,
        *,
        service_name: str,
        data: Mapping[str, Any],
    ) -> Response[ServicesInvokeResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        service_name: str,
        data: Mapping[str, Any],
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _GatewayBillingLogOperation(Protocol):

    def prepare(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class GatewayBillingLogOperation(_GatewayBillingLogOperation, TypedOperation, Protocol):
    """Record what a consumer used"""

    def __call__(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> GatewayBillingLogResult:
        """Record what a consumer used

        Charges a consumer of a gateway API for units of use. Two calls charge twice.

        Arguments:
            consumer_id: The consumer to charge.
            api_id: The gateway API that was used.
            units: How much was used.
            metric (optional): What is counted; `units` where it is left out.
        """
        ...

    def raw(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> Response[GatewayBillingLogResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncGatewayBillingLogOperation(_GatewayBillingLogOperation, AsyncTypedOperation, Protocol):
    """Record what a consumer used"""

    async def __call__(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> GatewayBillingLogResult:
        """Record what a consumer used

        Charges a consumer of a gateway API for units of use. Two calls charge twice.

        Arguments:
            consumer_id: The consumer to charge.
            api_id: The gateway API that was used.
            units: How much was used.
            metric (optional): What is counted; `units` where it is left out.
        """
        ...

    async def raw(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> Response[GatewayBillingLogResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        consumer_id: str,
        api_id: str,
        units: int,
        metric: str | Unset = ...,
    ) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class _GatewayChatCompletionsOperation(Protocol):

    def prepare(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: bool | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: bool | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class GatewayChatCompletionsOperation(_GatewayChatCompletionsOperation, TypedOperation, Protocol):
    """Ask the model behind a gateway API"""

    def __call__(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> ChatCompletionResponse:
        """Ask the model behind a gateway API

        Gives the model of a gateway API a conversation and returns what it says next; the tokens are taken from the consumer's wallet. A
        long answer takes its time. With `stream` it comes as a stream of events, each with the next piece of it.

        Arguments:
            api_slug: The name of the gateway API.
            messages: What was said, the oldest first.
            model (optional): The name of the model.
            stream (optional): Whether the answer is to come as a stream of events.
            stream_options (optional): What such a stream is to hold.
            temperature (optional): How much the answer may vary.
            max_tokens (optional): How many tokens the answer may have.
            top_p (optional): How much of the likeliest words the answer is chosen from.
        """
        ...

    def raw(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Response[ChatCompletionResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[True] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Stream[Event[Any]]:
        """The answer as it comes, within a `with` block."""
        ...


class AsyncGatewayChatCompletionsOperation(_GatewayChatCompletionsOperation, AsyncTypedOperation, Protocol):
    """Ask the model behind a gateway API"""

    async def __call__(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> ChatCompletionResponse:
        """Ask the model behind a gateway API

        Gives the model of a gateway API a conversation and returns what it says next; the tokens are taken from the consumer's wallet. A
        long answer takes its time. With `stream` it comes as a stream of events, each with the next piece of it.

        Arguments:
            api_slug: The name of the gateway API.
            messages: What was said, the oldest first.
            model (optional): The name of the model.
            stream (optional): Whether the answer is to come as a stream of events.
            stream_options (optional): What such a stream is to hold.
            temperature (optional): How much the answer may vary.
            max_tokens (optional): How many tokens the answer may have.
            top_p (optional): How much of the likeliest words the answer is chosen from.
        """
        ...

    async def raw(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[False] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> Response[ChatCompletionResponse]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        api_slug: str,
        messages: Array[ChatMessageInput | ChatMessage],
        model: str | Unset = ...,
        stream: Literal[True] | Unset = ...,
        stream_options: AiChatStreamOptionsInput | Unset = ...,
        temperature: float | Unset = ...,
        max_tokens: int | Unset = ...,
        top_p: float | Unset = ...,
    ) -> AsyncStream[Event[Any]]:
        """The answer as it comes, within a `with` block."""
        ...


class _GatewayGetWalletOperation(Protocol):

    def prepare(self, *, api_slug: str) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, api_slug: str) -> str:
        """The call as a shell command, without credentials."""
        ...


class GatewayGetWalletOperation(_GatewayGetWalletOperation, TypedOperation, Protocol):
    """See what is left in the wallet"""

    def __call__(self, *, api_slug: str) -> GatewayGetWalletResult:
        """See what is left in the wallet

        Gives how many tokens the consumer has left with a gateway API, and how many were used.

        Arguments:
            api_slug: The name of the gateway API.
        """
        ...

    def raw(self, *, api_slug: str) -> Response[GatewayGetWalletResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, api_slug: str) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncGatewayGetWalletOperation(_GatewayGetWalletOperation, AsyncTypedOperation, Protocol):
    """See what is left in the wallet"""

    async def __call__(self, *, api_slug: str) -> GatewayGetWalletResult:
        """See what is left in the wallet

        Gives how many tokens the consumer has left with a gateway API, and how many were used.

        Arguments:
            api_slug: The name of the gateway API.
        """
        ...

    async def raw(self, *, api_slug: str) -> Response[GatewayGetWalletResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, api_slug: str) -> AsyncStream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class DatabaseGroup(Protocol):
    """SQL on the project's database."""

    @property
    def db_query(self) -> DbQueryOperation:
        """Run an SQL statement"""
        ...

    @property
    def db_batch(self) -> DbBatchOperation:
        """Run several SQL statements"""
        ...


class AuthenticationGroup(Protocol):
    """Accounts of the project's own users."""

    @property
    def auth_signup(self) -> AuthSignupOperation:
        """Register a user"""
        ...

    @property
    def auth_signin(self) -> AuthSigninOperation:
        """Sign a user in"""
        ...


class CacheGroup(Protocol):
    """Values kept for a while under a key."""

    @property
    def cache_get(self) -> CacheGetOperation:
        """Read a cached value"""
        ...

    @property
    def cache_set(self) -> CacheSetOperation:
        """Cache a value"""
        ...

    @property
    def cache_delete(self) -> CacheDeleteOperation:
        """Drop a cached value"""
        ...

    @property
    def cache_list(self) -> CacheListOperation:
        """List keys, page by page"""
        ...

    @property
    def cache_keys(self) -> CacheKeysOperation:
        """List the names of keys"""
        ...

    @property
    def cache_get_many(self) -> CacheGetManyOperation:
        """Read several cached values"""
        ...

    @property
    def cache_set_many(self) -> CacheSetManyOperation:
        """Cache several values"""
        ...

    @property
    def cache_delete_many(self) -> CacheDeleteManyOperation:
        """Drop several cached values"""
        ...

    @property
    def cache_flush(self) -> CacheFlushOperation:
        """Drop all cached values"""
        ...

    @property
    def cache_expire(self) -> CacheExpireOperation:
        """Set when a cached value ends"""
        ...

    @property
    def cache_increment(self) -> CacheIncrementOperation:
        """Count up or down"""
        ...


class QueueGroup(Protocol):
    """Work to be done later."""

    @property
    def queue_enqueue(self) -> QueueEnqueueOperation:
        """Queue a job"""
        ...

    @property
    def queue_get_job(self) -> QueueGetJobOperation:
        """Look up a job"""
        ...

    @property
    def queue_list_jobs(self) -> QueueListJobsOperation:
        """List jobs, page by page"""
        ...

    @property
    def queue_cancel_job(self) -> QueueCancelJobOperation:
        """Cancel a job"""
        ...


class StorageGroup(Protocol):
    """Files and the addresses they are served from."""

    @property
    def storage_upload(self) -> StorageUploadOperation:
        """Upload a file"""
        ...

    @property
    def storage_get(self) -> StorageGetOperation:
        """Download a file"""
        ...

    @property
    def storage_get_url(self) -> StorageGetUrlOperation:
        """Get the address of a file"""
        ...

    @property
    def storage_list(self) -> StorageListOperation:
        """List files, page by page"""
        ...

    @property
    def storage_delete(self) -> StorageDeleteOperation:
        """Delete a file"""
        ...

    @property
    def storage_exists(self) -> StorageExistsOperation:
        """Ask whether there is a file"""
        ...

    @property
    def storage_get_metadata(self) -> StorageGetMetadataOperation:
        """Get what is known of a file"""
        ...

    @property
    def storage_copy(self) -> StorageCopyOperation:
        """Copy a file"""
        ...

    @property
    def storage_move(self) -> StorageMoveOperation:
        """Move a file"""
        ...


class AiGroup(Protocol):
    """Language models, and search by meaning."""

    @property
    def ai_chat(self) -> AiChatOperation:
        """Ask a language model"""
        ...

    @property
    def ingest(self) -> IngestOperation:
        """Index a text"""
        ...

    @property
    def query(self) -> QueryOperation:
        """Search by meaning"""
        ...

    @property
    def delete(self) -> DeleteOperation:
        """Drop a text from the index"""
        ...

    @property
    def delete_by_type(self) -> DeleteByTypeOperation:
        """Drop all texts of a kind"""
        ...

    @property
    def list_types(self) -> ListTypesOperation:
        """List the kinds of texts"""
        ...

    @property
    def configure(self) -> ConfigureOperation:
        """Choose the model of the index"""
        ...

    @property
    def search_update(self) -> SearchUpdateOperation:
        """Replace a text of the index"""
        ...

    @property
    def search_get(self) -> SearchGetOperation:
        """Look up a text of the index"""
        ...

    @property
    def search_count(self) -> SearchCountOperation:
        """Count the texts of the index"""
        ...


class ServicesGroup(Protocol):
    """Services that the project itself has deployed."""

    @property
    def services_invoke(self) -> ServicesInvokeOperation:
        """Call a service"""
        ...


class GatewayGroup(Protocol):
    """APIs that are offered to consumers, and what their use costs."""

    @property
    def gateway_billing_log(self) -> GatewayBillingLogOperation:
        """Record what a consumer used"""
        ...

    @property
    def gateway_chat_completions(self) -> GatewayChatCompletionsOperation:
        """Ask the model behind a gateway API"""
        ...

    @property
    def gateway_get_wallet(self) -> GatewayGetWalletOperation:
        """See what is left in the wallet"""
        ...


class Client(TypedClient):
    """A client of Aerostack API 1.5.0.

    Most operations carry the project's secret key in the header `X-Aerostack-Key`. Those that consumers of a gateway API call carry the
    consumer's key or the token of a signed-in user instead, as a bearer token.

    Answers may hold properties that this document does not name, and any operation may answer with a status that it does not
    list, for example 429 when too many requests were made.
    """

    _made_for = MadeFor("eb9a242f32d9ed72c88b31bd890ee6889d23a53e43426ca72eccb0b7cda8bb41", bundled="1.5.0")
    database: DatabaseGroup
    """SQL on the project's database."""
    authentication: AuthenticationGroup
    """Accounts of the project's own users."""
    cache: CacheGroup
    """Values kept for a while under a key."""
    queue: QueueGroup
    """Work to be done later."""
    storage: StorageGroup
    """Files and the addresses they are served from."""
    ai: AiGroup
    """Language models, and search by meaning."""
    services: ServicesGroup
    """Services that the project itself has deployed."""
    gateway: GatewayGroup
    """APIs that are offered to consumers, and what their use costs."""


class AsyncDatabaseGroup(Protocol):
    """SQL on the project's database."""

    @property
    def db_query(self) -> AsyncDbQueryOperation:
        """Run an SQL statement"""
        ...

    @property
    def db_batch(self) -> AsyncDbBatchOperation:
        """Run several SQL statements"""
        ...


class AsyncAuthenticationGroup(Protocol):
    """Accounts of the project's own users."""

    @property
    def auth_signup(self) -> AsyncAuthSignupOperation:
        """Register a user"""
        ...

    @property
    def auth_signin(self) -> AsyncAuthSigninOperation:
        """Sign a user in"""
        ...


class AsyncCacheGroup(Protocol):
    """Values kept for a while under a key."""

    @property
    def cache_get(self) -> AsyncCacheGetOperation:
        """Read a cached value"""
        ...

    @property
    def cache_set(self) -> AsyncCacheSetOperation:
        """Cache a value"""
        ...

    @property
    def cache_delete(self) -> AsyncCacheDeleteOperation:
        """Drop a cached value"""
        ...

    @property
    def cache_list(self) -> AsyncCacheListOperation:
        """List keys, page by page"""
        ...

    @property
    def cache_keys(self) -> AsyncCacheKeysOperation:
        """List the names of keys"""
        ...

    @property
    def cache_get_many(self) -> AsyncCacheGetManyOperation:
        """Read several cached values"""
        ...

    @property
    def cache_set_many(self) -> AsyncCacheSetManyOperation:
        """Cache several values"""
        ...

    @property
    def cache_delete_many(self) -> AsyncCacheDeleteManyOperation:
        """Drop several cached values"""
        ...

    @property
    def cache_flush(self) -> AsyncCacheFlushOperation:
        """Drop all cached values"""
        ...

    @property
    def cache_expire(self) -> AsyncCacheExpireOperation:
        """Set when a cached value ends"""
        ...

    @property
    def cache_increment(self) -> AsyncCacheIncrementOperation:
        """Count up or down"""
        ...


class AsyncQueueGroup(Protocol):
    """Work to be done later."""

    @property
    def queue_enqueue(self) -> AsyncQueueEnqueueOperation:
        """Queue a job"""
        ...

    @property
    def queue_get_job(self) -> AsyncQueueGetJobOperation:
        """Look up a job"""
        ...

    @property
    def queue_list_jobs(self) -> AsyncQueueListJobsOperation:
        """List jobs, page by page"""
        ...

    @property
    def queue_cancel_job(self) -> AsyncQueueCancelJobOperation:
        """Cancel a job"""
        ...


class AsyncStorageGroup(Protocol):
    """Files and the addresses they are served from."""

    @property
    def storage_upload(self) -> AsyncStorageUploadOperation:
        """Upload a file"""
        ...

    @property
    def storage_get(self) -> AsyncStorageGetOperation:
        """Download a file"""
        ...

    @property
    def storage_get_url(self) -> AsyncStorageGetUrlOperation:
        """Get the address of a file"""
        ...

    @property
    def storage_list(self) -> AsyncStorageListOperation:
        """List files, page by page"""
        ...

    @property
    def storage_delete(self) -> AsyncStorageDeleteOperation:
        """Delete a file"""
        ...

    @property
    def storage_exists(self) -> AsyncStorageExistsOperation:
        """Ask whether there is a file"""
        ...

    @property
    def storage_get_metadata(self) -> AsyncStorageGetMetadataOperation:
        """Get what is known of a file"""
        ...

    @property
    def storage_copy(self) -> AsyncStorageCopyOperation:
        """Copy a file"""
        ...

    @property
    def storage_move(self) -> AsyncStorageMoveOperation:
        """Move a file"""
        ...


class AsyncAiGroup(Protocol):
    """Language models, and search by meaning."""

    @property
    def ai_chat(self) -> AsyncAiChatOperation:
        """Ask a language model"""
        ...

    @property
    def ingest(self) -> AsyncIngestOperation:
        """Index a text"""
        ...

    @property
    def query(self) -> AsyncQueryOperation:
        """Search by meaning"""
        ...

    @property
    def delete(self) -> AsyncDeleteOperation:
        """Drop a text from the index"""
        ...

    @property
    def delete_by_type(self) -> AsyncDeleteByTypeOperation:
        """Drop all texts of a kind"""
        ...

    @property
    def list_types(self) -> AsyncListTypesOperation:
        """List the kinds of texts"""
        ...

    @property
    def configure(self) -> AsyncConfigureOperation:
        """Choose the model of the index"""
        ...

    @property
    def search_update(self) -> AsyncSearchUpdateOperation:
        """Replace a text of the index"""
        ...

    @property
    def search_get(self) -> AsyncSearchGetOperation:
        """Look up a text of the index"""
        ...

    @property
    def search_count(self) -> AsyncSearchCountOperation:
        """Count the texts of the index"""
        ...


class AsyncServicesGroup(Protocol):
    """Services that the project itself has deployed."""

    @property
    def services_invoke(self) -> AsyncServicesInvokeOperation:
        """Call a service"""
        ...


class AsyncGatewayGroup(Protocol):
    """APIs that are offered to consumers, and what their use costs."""

    @property
    def gateway_billing_log(self) -> AsyncGatewayBillingLogOperation:
        """Record what a consumer used"""
        ...

    @property
    def gateway_chat_completions(self) -> AsyncGatewayChatCompletionsOperation:
        """Ask the model behind a gateway API"""
        ...

    @property
    def gateway_get_wallet(self) -> AsyncGatewayGetWalletOperation:
        """See what is left in the wallet"""
        ...


class AsyncClient(AsyncTypedClient):
    """A client of Aerostack API 1.5.0.

    Most operations carry the project's secret key in the header `X-Aerostack-Key`. Those that consumers of a gateway API call carry the
    consumer's key or the token of a signed-in user instead, as a bearer token.

    Answers may hold properties that this document does not name, and any operation may answer with a status that it does not
    list, for example 429 when too many requests were made.
    """

    _made_for = MadeFor("eb9a242f32d9ed72c88b31bd890ee6889d23a53e43426ca72eccb0b7cda8bb41", bundled="1.5.0")
    database: AsyncDatabaseGroup
    """SQL on the project's database."""
    authentication: AsyncAuthenticationGroup
    """Accounts of the project's own users."""
    cache: AsyncCacheGroup
    """Values kept for a while under a key."""
    queue: AsyncQueueGroup
    """Work to be done later."""
    storage: AsyncStorageGroup
    """Files and the addresses they are served from."""
    ai: AsyncAiGroup
    """Language models, and search by meaning."""
    services: AsyncServicesGroup
    """Services that the project itself has deployed."""
    gateway: AsyncGatewayGroup
    """APIs that are offered to consumers, and what their use costs."""
