"""The models of request bodies, and what they hold. Each names the schema that describes it; each has a `TypedDict` beside it."""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal, TypedDict

from ..._values import Problem, json_pointer
from .._document import body_of
from ._base import Field, Model, problems_of

_MULTIPART = "multipart/form-data"


class Role(str, Enum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Messages(Model):
    """One message of a conversation."""

    _schema = body_of("/ai/chat", "application/json", "properties", "messages", "items")
    _inner = (("role", Role),)

    role: Role | Literal["system", "user", "assistant"] | None = None
    content: str | None = None


class MessagesTypedDict(TypedDict, total=False):
    """`Messages` as a dict."""

    role: Role | Literal["system", "user", "assistant"]
    content: str


class AiChatRequestBody(Model):
    """What `ai_chat` asks."""

    _schema = body_of("/ai/chat")
    _inner = (("messages", Messages),)

    messages: list[Messages]
    model: str | None = None


class _AiChatRequired(TypedDict):
    messages: list[MessagesTypedDict]


class AiChatRequestBodyTypedDict(_AiChatRequired, total=False):
    """`AiChatRequestBody` as a dict."""

    model: str


class AuthSigninRequestBody(Model):
    """What `auth_signin` asks."""

    _schema = body_of("/auth/signin")

    email: str
    password: str


class AuthSigninRequestBodyTypedDict(TypedDict):
    """`AuthSigninRequestBody` as a dict."""

    email: str
    password: str


class AuthSignupRequestBody(Model):
    """What `auth_signup` asks."""

    _schema = body_of("/auth/signup")

    email: str
    password: str
    name: str | None = None
    metadata: dict[str, Any] | None = None


class AuthSignupRequestBodyTypedDict(AuthSigninRequestBodyTypedDict, total=False):
    """`AuthSignupRequestBody` as a dict."""

    name: str
    metadata: dict[str, Any]


class CacheGetRequestBody(Model):
    """What `cache_get` asks."""

    _schema = body_of("/cache/get")

    key: str


class CacheGetRequestBodyTypedDict(TypedDict):
    """`CacheGetRequestBody` as a dict."""

    key: str


class CacheSetRequestBody(Model):
    """What `cache_set` asks; `ttl` is in seconds."""

    _schema = body_of("/cache/set")

    key: str
    value: Any
    ttl: int | None = None


class _CacheSetRequired(TypedDict):
    key: str
    value: Any


class CacheSetRequestBodyTypedDict(_CacheSetRequired, total=False):
    """`CacheSetRequestBody` as a dict."""

    ttl: int


class DbQueryRequestBody(Model):
    """What `db_query` asks."""

    _schema = body_of("/db/query")

    sql: str
    params: list[Any] | None = None


class _DbQueryRequired(TypedDict):
    sql: str


class DbQueryRequestBodyTypedDict(_DbQueryRequired, total=False):
    """`DbQueryRequestBody` as a dict."""

    params: list[Any]


class QueueEnqueueRequestBody(Model):
    """What `queue_enqueue` asks; `delay` is in seconds."""

    _schema = body_of("/queue/enqueue")

    type: str
    data: dict[str, Any]
    delay: int | None = None


class _QueueEnqueueRequired(TypedDict):
    type: str
    data: dict[str, Any]


class QueueEnqueueRequestBodyTypedDict(_QueueEnqueueRequired, total=False):
    """`QueueEnqueueRequestBody` as a dict."""

    delay: int


class ServicesInvokeRequestBody(Model):
    """What `services_invoke` asks."""

    _schema = body_of("/services/invoke")

    service_name: str
    data: dict[str, Any]


class ServicesInvokeRequestBodyTypedDict(TypedDict):
    """`ServicesInvokeRequestBody` as a dict."""

    service_name: str
    data: dict[str, Any]


class File(Model):
    """A file to upload: its content (bytes, text, a Path, anything with `read`, or an iterable of bytes), name and media type."""

    content: Any
    file_name: str
    content_type: str | None = None

    @classmethod
    def _read_fields(cls) -> tuple[Field, ...]:
        aliases = ("contentType", "content-type")
        return (
            Field("content", "content", required=True),
            Field("file_name", "fileName", required=True),
            Field("content_type", "Content-Type", aliases=aliases),
        )

    def _problems(self) -> list[Problem]:
        problems: list[Problem] = []
        if self.content is None:
            problems.append(Problem("body", "/content", "required, missing", "required"))
        name: Any = self.__dict__["file_name"]
        media_type: Any = self.__dict__["content_type"]
        if not isinstance(name, str) or not name:
            problems.append(Problem("body", "/fileName", "required: the name to send the file under", "required"))
        if not isinstance(media_type, (str, type(None))):
            problems.append(Problem("body", "/Content-Type", "expected string", "type"))
        return [*problems, *(self._unknown(key) for key in self._extra)]

    def part(self) -> tuple[str, Any, str | None]:
        """The file as an operation takes it: name, content, media type."""
        return self.file_name, self.content, self.content_type


class _FileRequired(TypedDict):
    content: Any
    file_name: str


class FileTypedDict(_FileRequired, total=False):
    """`File` as a dict."""

    content_type: str


class StorageUploadRequestBody(Model):
    """What `storage_upload` asks."""

    _schema = body_of("/storage/upload", _MULTIPART)
    _inner = (("file", File),)

    key: str
    file: File
    content_type: str | None = None

    def _wire(self) -> dict[str, Any]:
        return super()._wire() | ({"file": ""} if isinstance(self.__dict__["file"], File) else {})

    def _problems(self) -> list[Problem]:
        problems = super()._problems()
        file: Any = self.__dict__["file"]
        if isinstance(file, File):
            inner = (one._replace(pointer=json_pointer("file") + one.pointer) for one in problems_of(file))
            return [*problems, *inner]
        if "file" in self._given:
            problems.append(Problem("body", "/file", "expected an object with content and file_name", "type"))
        return problems

    def _arguments(self) -> dict[str, Any]:
        return super()._arguments() | {"file": self.file.part()}


class _StorageUploadRequired(TypedDict):
    file: FileTypedDict
    key: str


class StorageUploadRequestBodyTypedDict(_StorageUploadRequired, total=False):
    """`StorageUploadRequestBody` as a dict."""

    content_type: str


class Security(Model):
    """The key, under the name that the SDK's constructor has for it."""

    api_key_auth: str

    @classmethod
    def _read_fields(cls) -> tuple[Field, ...]:
        return (Field("api_key_auth", "api_key_auth", required=True, secret=True),)


class SecurityTypedDict(TypedDict):
    """`Security` as a dict."""

    api_key_auth: str
