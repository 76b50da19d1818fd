# Written by `tools/typed.py`. Changes are lost when it is written anew.
# fmt: off
# ruff: noqa
"""What type checkers and editors see of `aerostack_dynamic.Client`: a client of the default document unless it is told of another.

While the program runs, that is the one class of `_client`, and nothing here is imported. The overloads are of `__new__`, since only that
may say that another class is made; with another document it is a client whose groups and operations are anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from typing_extensions import Self

from . import v1_0_0 as _default
from ._asked import ApiKey, AsyncTransport, Checks, Hook, Transport
from ._formats import Format
from ._load import Spec
from ._media_type import Codec
from ._options import Timeout
from ._retry import RetryPolicy
from ._values import UNSET, Unset

# mypy takes this to be true, and reads the nearer of two constructors. pyright reads both, so that `__new__` must let pass there what the
# `__init__` of a subclass takes.
MYPY = False


class _Made(_default.Client):
    if TYPE_CHECKING:
        def __init__(
            self,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.0.0", "1.5.0"] | None = None,
            spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: Transport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> None: ...


class Client(_Made):
    """A client: of the document 1.0.0, or of another, which it is told of by `spec` or `version`."""

    if TYPE_CHECKING:
        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.0.0"] | None = None,
            spec: None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: Transport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> Self: ...

        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: None = None,
            spec: Spec | Path | bytes | Mapping[str, Any],
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: Transport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> DynamicClient: ...

        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.5.0"],
            spec: None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: Transport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> DynamicClient: ...

        if not MYPY:
            @overload
            def __new__(cls, *_: Any, **__: Any) -> Self: ...

        def __new__(cls, *_: Any, **__: Any) -> Any: ...


class DynamicClient(Client):
    """A client of a document that type checkers don't know: whatever it is asked for, they let pass."""

    database: Any
    authentication: Any
    cache: Any
    queue: Any
    storage: Any
    ai: Any
    services: Any

    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]


class _AsyncMade(_default.AsyncClient):
    if TYPE_CHECKING:
        def __init__(
            self,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.0.0", "1.5.0"] | None = None,
            spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: AsyncTransport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> None: ...


class AsyncClient(_AsyncMade):
    """A client: of the document 1.0.0, or of another, which it is told of by `spec` or `version`."""

    if TYPE_CHECKING:
        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.0.0"] | None = None,
            spec: None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: AsyncTransport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> Self: ...

        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: None = None,
            spec: Spec | Path | bytes | Mapping[str, Any],
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: AsyncTransport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> AsyncDynamicClient: ...

        @overload
        def __new__(
            cls,
            api_key: ApiKey | None = None,
            *,
            version: Literal["1.5.0"],
            spec: None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: AsyncTransport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 67108864,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> AsyncDynamicClient: ...

        if not MYPY:
            @overload
            def __new__(cls, *_: Any, **__: Any) -> Self: ...

        def __new__(cls, *_: Any, **__: Any) -> Any: ...


class AsyncDynamicClient(AsyncClient):
    """A client of a document that type checkers don't know: whatever it is asked for, they let pass."""

    database: Any
    authentication: Any
    cache: Any
    queue: Any
    storage: Any
    ai: Any
    services: Any

    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
