"""The face itself: one `Client` and one `AsyncClient`, and how a call of the SDK becomes a call of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .._call import departures
from .._caller import Caller, own_headers
from .._carried import carried
from .._client import AsyncClient, Client
from .._credential import as_credential
from .._errors import AerostackError, ResponseError
from .._log import LOGGER
from .._media_type import is_content_type
from .._operation import ApiOperation
from .._options import Timeout, Validation, timeout_for
from .._retry import RetryPolicy
from .._shape import shape_at
from .._values import UNSET, Unset, printable
from .._warn import warn_caller
from .._watched import WatchedRecord, noting_of
from ._document import OPENAPI_DOC_VERSION, document
from ._invalid import InvalidArgumentsError
from .errors._told import told
from .httpclient import AsyncHttpClient, HttpClient
from .models._base import Answer, Model, arguments_of, is_empty, problems_of, schema_of, unchecked, wire_of
from .utils.logger import DebugLogger
from .utils.retries import RetryConfig, policy_of

if TYPE_CHECKING:
    from .._http import Request
    from .._model import Operation
    from .._response import Response
    from .._values import Problem
    from .types import OptionalNullable
    from .utils.logger import Logger

_Result = TypeVar("_Result", bound=Answer)
# What the server judges of a request is left to it; answers are read as tolerantly as the package reads them by default.
_LONGEST: Final = 1e10
_VALIDATION: Final = Validation(request="off", response="tolerant")


@dataclass(frozen=True)
class Method(Generic[_Result]):
    """A method of the SDK: the operation it calls, the model it takes and the model it gives."""

    operation: str
    takes: type[Model]
    gives: type[_Result]


class Chosen(NamedTuple):
    """The options of one call, as users give them."""

    retries: OptionalNullable[RetryConfig] = UNSET
    server_url: str | None = None
    timeout_ms: int | None = None
    http_headers: Mapping[str, str] | None = None


class Face:
    """What an SDK and its resources share. `retry_config` and `timeout_ms` hold for calls that choose none."""

    def __init__(
        self,
        api_key: Any,
        server: int | str,
        server_variables: Mapping[str, str] | None,
        client: Any,
        async_client: Any,
        retry_config: RetryConfig | None,
        timeout_ms: int | None,
        logger: Logger | None,
        allow_insecure_http: bool,
    ) -> None:
        _check_lent("client", client, HttpClient)
        _check_lent("async_client", async_client, AsyncHttpClient)
        policy_of(retry_config)
        _seconds(timeout_ms)
        adapter: Any = LOGGER if logger is None else DebugLogger(logger)
        shared: dict[str, Any] = {
            "version": OPENAPI_DOC_VERSION,
            "server": server,
            "server_variables": server_variables,
            "allow_insecure_http": allow_insecure_http,
            "retry": RetryPolicy.off(),
            "validation": _VALIDATION,
            "logger": adapter,
        }
        self.client = Client(api_key, http_client=client, **shared)
        self.async_client = AsyncClient(api_key, http_client=async_client, **shared)
        self.retry_config = retry_config
        self.timeout_ms = timeout_ms

    @property
    def url(self) -> str:
        """The server's URL that calls go to unless they choose another."""
        return self.client._caller.options.base.url  # pyright: ignore[reportPrivateUsage]  # clients show it in their repr alone

    def close(self) -> None:
        """Close the connections of calls that wait, and let the asynchronous client make no new ones."""
        self.client.close()
        self.async_client._caller.session.take()  # pyright: ignore[reportPrivateUsage]  # closing without an event loop

    async def aclose(self) -> None:
        """Close all connections."""
        self.client.close()
        await self.async_client.aclose()


class Ask(Generic[_Result]):
    """One call about to be made. It holds the request, so that no frame of a traceback does."""

    def __init__(self, face: Face, method: Method[_Result], request: object, chosen: Chosen) -> None:
        self._face = face
        self._method = method
        self._given: tuple[object, Chosen] | None = (request, chosen)
        self._watch = _Watch()

    def wait(self) -> _Result:
        """Make the call. Raises the SDK's errors."""
        try:
            return self._read(self._begin(self._face.client))
        except AerostackError as error:
            failure = self._told(error)
        raise failure

    async def wait_async(self) -> _Result:
        """The same for asyncio."""
        try:
            return self._read(await self._begin(self._face.async_client))
        except AerostackError as error:
            failure = self._told(error)
        raise failure

    def _told(self, error: AerostackError) -> AerostackError:
        """The error as the SDK raises it, with what is known of the call."""
        spec = self._face.client.spec
        error.operation = error.operation or spec.operations[self._method.operation].dotted
        return told(error, self._watch.take())

    def _begin(self, client: Client | AsyncClient) -> Any:
        assert self._given is not None, "a call is made once"
        (request, chosen), self._given = self._given, None
        caller: Caller = client._caller  # pyright: ignore[reportPrivateUsage]  # options of a call that clients don't have
        operation = caller.spec.operations[self._method.operation]
        body = self._body(operation, request)
        return ApiOperation(self._tuned(caller, operation, chosen), operation).raw(**arguments_of(body))

    def _body(self, operation: Operation, request: object) -> Model:
        takes = self._method.takes
        if isinstance(request, Model) and not isinstance(request, takes):
            raise InvalidArgumentsError(f"request: give a {takes.__name__} or a dict, not a {type(request).__name__}")
        body = takes.model_validate(request)
        problems = problems_of(body) if body is request else []
        if problems:
            raise InvalidArgumentsError(f"{takes.__name__}: ", problems)
        for pointer, message, _ in departures(shape_at(document(), schema_of(takes)), wire_of(body)):
            warn_caller(f"{operation.dotted}: body{pointer}: {message}; it is sent as given")
        return body

    def _tuned(self, caller: Caller, operation: Operation, chosen: Chosen) -> Caller:
        """The client's caller with the options of this call."""
        face, watch = self._face, self._watch
        retries = face.retry_config if isinstance(chosen.retries, Unset) else chosen.retries
        seconds = _seconds(face.timeout_ms if chosen.timeout_ms is None else chosen.timeout_ms)
        headers, key = _sorted_headers(caller, chosen.http_headers)
        caller = caller.updated(
            retry=policy_of(retries),
            headers=headers,
            timeout=UNSET if seconds is None else _timeout(seconds, operation, self._method.takes),
            server=chosen.server_url or UNSET,
        )
        context = caller.context
        if key is not None:
            scheme = next(iter(caller.spec.security_schemes))
            context = context._replace(credentials={**context.credentials, scheme: as_credential("http_headers", key)})
        options = replace(caller.options, hooks=(watch,))
        return caller.over(options, context)

    def _read(self, response: Response) -> _Result:
        """The answer as a model. Raises ResponseError for one that is no object, or that has nothing of what the document says."""
        data: object = response.data
        if data is None and not response.http.content:
            data = {}
        if not isinstance(data, dict):
            raise _unexpected("the answer is no object", response)
        if isinstance(data, WatchedRecord):
            noting_of(data).whole()  # the model has all of it, and what is read of a model is not seen
        plain: dict[str, Any] = dict(dict.items(data))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        made = unchecked(self._method.gives, plain)
        problems = problems_of(made) if response.undocumented else []
        if problems:
            raise _unexpected("the answer breaks the document", response, problems)
        if is_empty(made):
            names = printable(", ".join(made.model_extra))
            raise _unexpected(f"the answer has nothing that the document declares; it has {names}", response)
        return made


class _Watch:
    """A hook for one call: it keeps the request, which has no credentials yet."""

    def __init__(self) -> None:
        self._seen: tuple[Operation, Request] | None = None

    def take(self) -> Request | None:
        """The request as errors carry it, given up here: without credentials, and with the secrets of its body masked."""
        seen, self._seen = self._seen, None
        return seen and carried(document(), *seen)

    def before_request(self, operation: Operation, request: Request) -> None:
        """Note the request."""
        self._seen = operation, request


def _sorted_headers(caller: Caller, given: Mapping[str, str] | None) -> tuple[dict[str, str], str | None]:
    """The extra headers of a call, and the key, in whatever case its header is spelt."""
    if given is None:
        return {}, None
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not all typed
        raise InvalidArgumentsError(f"http_headers: give a mapping of names to values, not a {type(given).__name__}")
    own = {name.lower() for name in own_headers(caller.spec)}
    others: dict[str, str] = {}
    key = None
    for name, value in given.items():
        lower = str(name).lower()
        if lower in own:
            key = value
        elif lower == "content-type" and not (isinstance(value, str) and is_content_type(value)):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not all typed
            raise InvalidArgumentsError("http_headers: the value of Content-Type is a media type such as 'application/json'")
        else:
            others[name] = value
    return others, key


def _check_lent(name: str, client: object, port: type[Any]) -> None:
    if client is not None and not isinstance(client, port):
        raise InvalidArgumentsError(f"{name}: give an object with the methods of {port.__name__}, not a {type(client).__name__}")


def _seconds(timeout_ms: object) -> float | None:
    if timeout_ms is None:
        return None
    if isinstance(timeout_ms, bool) or not isinstance(timeout_ms, (int, float)) or not 0 < timeout_ms <= _LONGEST:
        raise InvalidArgumentsError("timeout_ms: give a number of milliseconds above 0, or None for the default")
    return timeout_ms / 1000


def _timeout(seconds: float, operation: Operation, takes: type[Model]) -> Timeout:
    """Every step of an attempt gets `seconds`; the whole call what it has by default, and never less than one step."""
    uploads = "/multipart~1" in schema_of(takes)
    total = timeout_for(None, operation, uploads).total
    return Timeout(max(total or seconds, seconds), seconds, seconds, seconds)


def _unexpected(reason: str, response: Response, problems: list[Problem] | None = None) -> ResponseError:
    error = ResponseError(reason, status=response.status, data=response.data, problems=problems or [], response=response.http)
    error.attempts, error.elapsed, error.request_id = response.attempts, response.elapsed, response.request_id
    return error
