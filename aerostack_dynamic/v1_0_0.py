# Written by `tools/typed.py`, for the document with SHA-256 014334f5de48a429239bee19d0bcef79ae8b6899e20b6d618ec27785e3d12c09. Changes are lost when it is written anew.
# fmt: off
# ruff: noqa
"""Aerostack API 1.0.0, as type checkers and editors see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID
from typing_extensions import NotRequired, TypedDict
from aerostack_dynamic.typed import (
    Array,
    AsyncStream,
    AsyncTypedClient,
    AsyncTypedOperation,
    File,
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


class QueueEnqueueResult(TypedRecord):
    job_id: str | None
    """The name of the job from now on."""
    success: bool | None
    """Whether the job was taken."""


class StorageUploadResult(TypedRecord):
    url: str | None
    """The address of the stored file."""


class AiChatResult(TypedRecord):
    response: str | None
    """The model's answer."""


class ServicesInvokeResult(TypedRecord):
    success: bool | None
    """Whether the service did its work."""
    result: Any
    """What the service gave, of any type."""


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


class AiChatMessagesItemInput(TypedDict):
    role: NotRequired[Literal["system", "user", "assistant"]]
    """Who says it."""
    content: NotRequired[str]
    """What is said."""


class _DbQueryOperation(Protocol):

    def prepare(self, *, sql: str, params: Array[Any] | Unset = ...) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(self, *, sql: str, params: Array[Any] | Unset = ...) -> str:
        """The call as a shell command, without credentials."""
        ...


class DbQueryOperation(_DbQueryOperation, TypedOperation, Protocol):
    """Run an SQL statement"""

    def __call__(self, *, sql: str, params: Array[Any] | Unset = ...) -> DbQueryResult:
        """Run an SQL statement

        Runs a statement and returns the rows it gives. Values belong in `params`, bound to the placeholders of the statement;
        text that comes from users never belongs in `sql` itself.

        Arguments:
            sql: The SQL text.
            params (optional): Values bound to the placeholders, in their order.
        """
        ...

    def raw(
        self,
        *,
        sql: str,
        params: Array[Any] | Unset = ...,
    ) -> Response[DbQueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(self, *, sql: str, params: Array[Any] | Unset = ...) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncDbQueryOperation(_DbQueryOperation, AsyncTypedOperation, Protocol):
    """Run an SQL statement"""

    async def __call__(
        self,
        *,
        sql: str,
        params: Array[Any] | Unset = ...,
    ) -> DbQueryResult:
        """Run an SQL statement

        Runs a statement and returns the rows it gives. Values belong in `params`, bound to the placeholders of the statement;
        text that comes from users never belongs in `sql` itself.

        Arguments:
            sql: The SQL text.
            params (optional): Values bound to the placeholders, in their order.
        """
        ...

    async def raw(
        self,
        *,
        sql: str,
        params: Array[Any] | Unset = ...,
    ) -> Response[DbQueryResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        sql: str,
        params: Array[Any] | Unset = ...,
    ) -> AsyncStream[bytes]:
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


class _AiChatOperation(Protocol):

    def prepare(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> Request:
        """The request of the call, checked and not sent, without credentials."""
        ...

    def curl(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> str:
        """The call as a shell command, without credentials."""
        ...


class AiChatOperation(_AiChatOperation, TypedOperation, Protocol):
    """Ask a language model"""

    def __call__(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> AiChatResult:
        """Ask a language model

        Gives a model a conversation and returns what it says next. A long answer takes its time.

        Arguments:
            messages: What was said, the oldest first.
            model (optional): The name of the model.
        """
        ...

    def raw(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> Response[AiChatResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> Stream[bytes]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncAiChatOperation(_AiChatOperation, AsyncTypedOperation, Protocol):
    """Ask a language model"""

    async def __call__(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> AiChatResult:
        """Ask a language model

        Gives a model a conversation and returns what it says next. A long answer takes its time.

        Arguments:
            messages: What was said, the oldest first.
            model (optional): The name of the model.
        """
        ...

    async def raw(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> Response[AiChatResult]:
        """The call, with the answer's status and headers."""
        ...

    def stream(
        self,
        *,
        messages: Array[AiChatMessagesItemInput],
        model: str | Unset = ...,
    ) -> AsyncStream[bytes]:
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


class DatabaseGroup(Protocol):
    """SQL on the project's database."""

    @property
    def db_query(self) -> DbQueryOperation:
        """Run an SQL statement"""
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


class QueueGroup(Protocol):
    """Work to be done later."""

    @property
    def queue_enqueue(self) -> QueueEnqueueOperation:
        """Queue a job"""
        ...


class StorageGroup(Protocol):
    """Files and the addresses they are served from."""

    @property
    def storage_upload(self) -> StorageUploadOperation:
        """Upload a file"""
        ...


class AiGroup(Protocol):
    """Language models."""

    @property
    def ai_chat(self) -> AiChatOperation:
        """Ask a language model"""
        ...


class ServicesGroup(Protocol):
    """Services that the project itself has deployed."""

    @property
    def services_invoke(self) -> ServicesInvokeOperation:
        """Call a service"""
        ...


class Client(TypedClient):
    """A client of Aerostack API 1.0.0.

    Every operation is a POST request that carries the project's secret key in the header `X-Aerostack-Key`.

    Answers may hold properties that this document does not name, and any operation may answer with a status that it does not
    list, for example 429 when too many requests were made.
    """

    _made_for = MadeFor("014334f5de48a429239bee19d0bcef79ae8b6899e20b6d618ec27785e3d12c09", bundled="1.0.0")
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
    """Language models."""
    services: ServicesGroup
    """Services that the project itself has deployed."""


class AsyncDatabaseGroup(Protocol):
    """SQL on the project's database."""

    @property
    def db_query(self) -> AsyncDbQueryOperation:
        """Run an SQL statement"""
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


class AsyncQueueGroup(Protocol):
    """Work to be done later."""

    @property
    def queue_enqueue(self) -> AsyncQueueEnqueueOperation:
        """Queue a job"""
        ...


class AsyncStorageGroup(Protocol):
    """Files and the addresses they are served from."""

    @property
    def storage_upload(self) -> AsyncStorageUploadOperation:
        """Upload a file"""
        ...


class AsyncAiGroup(Protocol):
    """Language models."""

    @property
    def ai_chat(self) -> AsyncAiChatOperation:
        """Ask a language model"""
        ...


class AsyncServicesGroup(Protocol):
    """Services that the project itself has deployed."""

    @property
    def services_invoke(self) -> AsyncServicesInvokeOperation:
        """Call a service"""
        ...


class AsyncClient(AsyncTypedClient):
    """A client of Aerostack API 1.0.0.

    Every operation is a POST request that carries the project's secret key in the header `X-Aerostack-Key`.

    Answers may hold properties that this document does not name, and any operation may answer with a status that it does not
    list, for example 429 when too many requests were made.
    """

    _made_for = MadeFor("014334f5de48a429239bee19d0bcef79ae8b6899e20b6d618ec27785e3d12c09", bundled="1.0.0")
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
    """Language models."""
    services: AsyncServicesGroup
    """Services that the project itself has deployed."""
