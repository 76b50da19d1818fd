"""Operations as users hold them: callable objects of one static class, in groups. No class or function is made from a document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ._curl import curl_command
from ._errors import ArgumentsError, SpecError
from ._frames import bare
from ._links import Links, linked_operation, linked_server
from ._options import Options, Timeout, Validation, checked_headers, secret_headers
from ._perform import bound, perform, perform_request, perform_stream, shown_request
from ._result import pick_response
from ._retry import RetryPolicy
from ._server import check_transport_security, choose_server
from ._session import Keys, Session, make_context, must_pickle, with_environment
from ._streams import AsyncStream, Stream
from ._values import UNSET, Unset, names_without, printable, unseen
from ._ways import way

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from inspect import Signature
    from logging import Logger

    from . import _http
    from ._events import Delivered
    from ._life import Context, Opened
    from ._load import Spec
    from ._model import Link, Operation
    from ._pages import Pager
    from ._reference import Document
    from ._response import Response
    from ._server import Origin
    from ._steps import Step


class Caller:
    """What a client's operations hold: the document, the session, the credentials and the options. Shared by a client's copies."""

    __slots__ = ("allow_insecure_http", "context", "keys", "options", "session", "spec")

    def __init__(
        self,
        spec: Spec,
        session: Session,
        keys: Keys,
        options: Options,
        context: Context,
        allow_insecure_http: bool,
    ) -> None:
        self.spec = spec
        self.session = session
        self.keys = keys
        self.options = options
        self.context = context
        self.allow_insecure_http = allow_insecure_http

    @classmethod
    def make(
        cls,
        spec: Spec,
        session: Session,
        keys: Keys,
        options: Options,
        origins: frozenset[Origin],
        logger: Logger,
        allow_insecure_http: bool,
    ) -> Caller:
        """A caller with what its calls share worked out. Raises CredentialsError for plain http to another machine with a credential."""
        keys = with_environment(spec, keys)
        context = make_context(spec, keys, session, origins, logger, allow_insecure_http)
        caller = cls(spec, session, keys, options, context, allow_insecure_http)
        caller._check_security()
        return caller

    def _check_security(self) -> None:
        # Without a credential the call is refused, and all that sends nothing can be looked at.
        if self.keys.by_scheme or any(secret_headers(self.options.headers)):
            check_transport_security(self.options.base, self.allow_insecure_http)

    def updated(self, **changes: Any) -> Caller:
        """A caller with other options, sharing everything else. Raises ArgumentsError and CredentialsError for one that can't be."""
        options = replace(self.options, **_option_changes(self.spec, self.options, changes))
        caller = Caller(self.spec, self.session, self.keys, options, self.context, self.allow_insecure_http)
        caller._check_security()
        return caller

    def __reduce__(self) -> tuple[Any, ...]:
        for name, _ in secret_headers(self.options.headers):
            raise TypeError(f"the header {name} is a secret, and so the client can't be pickled; give it as a credential")
        must_pickle("the codecs", self.options.codecs)
        must_pickle("the formats", self.options.formats)
        origins, logger = self.context.origins, self.context.logger
        return Caller.make, (
            self.spec,
            self.session,
            self.keys,
            self.options,
            origins,
            logger,
            self.allow_insecure_http,
        )

    def __copy__(self) -> Caller:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Caller:
        return self

    def run(self, conversation: Generator[Step, Any, Response], pick: Callable[[Response], Any]) -> Any:
        """What `pick` takes of the conversation's result: at once, or from a coroutine on an asynchronous client."""
        driven = self.session.driver.run(conversation)
        return _awaited(driven, pick) if self.session.kind == "async" else pick(driven)  # type: ignore[arg-type]

    def send(self, request: _http.Request) -> Any:
        """The `Response` to a request that the caller made."""
        return self.run(perform_request(self.context, self.options, request), _itself)


async def _awaited(driven: Any, pick: Callable[[Response], Any]) -> Any:
    try:
        return pick(await driven)
    except BaseException as error:
        raise bare(error)  # noqa: B904  # the same error, whose cause is its own


def _itself(response: Response) -> Response:
    return response


def _data_of(response: Response) -> Any:
    return response.data


def _option_changes(spec: Spec, options: Options, given: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Unset):
            continue
        match name:
            case "timeout":
                changes["timeout"] = Timeout.of(value)
            case "retry":
                changes["retry"] = as_policy(value)
            case "headers":
                changes["headers"] = _merged(options.headers, checked_headers(value, own_headers(spec)))
            case "server" | "own_server":
                changes["base"] = choose_server(spec.servers, value, {}, spec.advice)
                changes["over_own_servers"] = name == "own_server"
            case "validation":
                changes["validation"] = Validation.of(value)
            case "idempotent" if value is not None and not isinstance(value, bool):
                raise ArgumentsError("idempotent: give True, False or None")
            case "media_type" | "idempotent":
                changes[name] = value
            case _:
                raise ArgumentsError(f"with_options has no option {name!r}")
    return changes


def _merged(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    new = tuple(new)
    replaced = {name.lower() for name, _ in new}
    return (*(one for one in old if one[0].lower() not in replaced), *new)


def own_headers(spec: Spec) -> list[str]:
    """The headers that hold the document's credentials."""
    return [one.parameter_name for one in spec.security_schemes.values() if one.type == "apiKey" and one.location == "header"]


def as_policy(value: Any) -> RetryPolicy:
    """A RetryPolicy from what a user gives: a policy, a number of attempts, or None for the default. Raises ArgumentsError."""
    if value is None:
        return RetryPolicy()
    if isinstance(value, RetryPolicy):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return RetryPolicy(attempts=value)
    raise ArgumentsError(f"retry: give a RetryPolicy, a number of attempts, or None, not a {type(value).__name__}")


def _read_operation(held: Any, name: str) -> Operation:
    """The operation of a client's attribute, which is looked up when it is first asked for: most of a document's never are."""
    if name != "operation":
        raise AttributeError(f"{type(held).__name__!r} object has no attribute {name!r}", name=name, obj=held)
    operation: Operation = held._caller.spec.operations[held._key]
    held.operation = operation
    return operation


class ApiOperation:
    """One operation of the document, ready to be called with its arguments as keywords.

    The call gives the answer's data; `raw` gives a `Response` with status and headers, `stream` the answer as it comes, `pages` and
    `items` a list to its end, `prepare` the request alone, `curl` a shell command. On an asynchronous client the call and `raw` are
    awaited.
    """

    __slots__ = ("_caller", "_key", "operation")

    def __init__(self, caller: Caller, operation: Operation | None = None, key: str = "") -> None:
        self._caller = caller
        self._key = key
        if operation is not None:
            self.operation = operation

    if not TYPE_CHECKING:
        __getattr__ = unseen(_read_operation)

    def __call__(self, /, *positional: object, **arguments: Any) -> Any:
        self._begin(positional, arguments)
        return self._guarded(arguments, lambda: self._run(arguments, _data_of))

    @way
    def raw(self, /, *positional: object, **arguments: Any) -> Any:
        """Make the call and give a `Response`: the data with status, headers, request id, elapsed seconds and attempts."""
        self._begin(positional, arguments)
        return self._guarded(arguments, lambda: self._run(arguments, self._linked))

    def _linked(self, response: Response) -> Response:
        """The response with the calls that may follow it."""
        documented = pick_response(self.operation.responses, response.status) if response.past is not None else None
        if documented is not None:
            response.links = Links(documented.links, response, self._follow)
        return response

    def _follow(self, link: Link) -> ApiOperation:
        caller = self._caller
        operation = linked_operation(caller.spec.document, caller.spec.operations, link)
        server = linked_server(link, caller.options, caller.context.origins)
        return ApiOperation(caller if server is None else caller.updated(server=server), operation)

    @property
    def reads(self) -> tuple[Document, str | None]:
        """What its arguments are read by: the document, and the media type that was chosen for its body."""
        return self._caller.spec.document, self._caller.options.media_type

    @property
    def _asynchronous(self) -> bool:
        """Whether its client is."""
        return self._caller.session.kind == "async"

    @way
    def stream(self, /, *positional: object, **arguments: Any) -> Any:
        """The answer as it comes, item by item, from a connection that stays open as long as the block:

            with client.ai.ai_chat.stream(messages=[...]) as events:
                for event in events:
                    print(event.data)

        On an asynchronous client `async with` and `async for`. Takes the arguments of the call; the one that asks the server for a
        stream, where the document names it, is set. Items are `Event(data, event, id)`s of server-sent events (`data` is a Record where
        the document says that it is JSON, else text), Records of lines of JSON, and bytes of all else.

        The stream has `status`, `headers`, `request_id`, `response` and `last_event_id`. It may go on for ever; between two pieces of it
        pass at most 60 seconds, or what `Timeout(read=...)` says. Entering the block raises what a call raises; reading raises
        StreamError when the stream is cut, carries an error or breaks the document, and TimeoutError. One of events goes on over other
        connections with `.stream(...).with_options(reconnect=True)`, and begins behind an event with `last_event_id=`.
        """
        self._begin(positional, arguments)
        caller = self._caller

        def begin(delivered: Delivered | None) -> Generator[Step, Any, Opened]:
            return perform_stream(caller.context, caller.options, self.operation, arguments, delivered)

        kind = Stream if caller.session.kind == "sync" else AsyncStream
        return kind(self.operation.dotted, caller.session.driver, begin)

    @way
    def pages(self, /, *positional: object, **arguments: Any) -> Any:
        """The answers of a list, page by page, each asked for when it is needed:

            for page in client.queue.queue_list_jobs.pages(status="failed"):
                print(len(page.jobs))

        On an asynchronous client `async for`. Takes the arguments of the call. How the list goes on is said by the document, or by an
        overlay, in `x-aerostack-pages`. `.with_options(max_items=, page_size=, resume=)` of it bounds the list and goes on with an
        earlier one, by its `resume_token`. Raises SpecError where the document does not say how.
        """
        return self._listing(positional, arguments, itemwise=False)

    @way
    def items(self, /, *positional: object, **arguments: Any) -> Any:
        """The items of all pages of a list, one by one. See `pages`."""
        return self._listing(positional, arguments, itemwise=True)

    def _listing(self, positional: tuple[object, ...], arguments: dict[str, Any], *, itemwise: bool) -> Any:
        self._begin(positional, arguments)
        from ._lists import AsyncListing, Listing  # noqa: PLC0415  # only for those who follow lists
        from ._pages import Pager  # noqa: PLC0415  # the same
        from ._paging import page_rules  # noqa: PLC0415  # the same

        caller, operation = self._caller, self.operation
        kind = Listing if caller.session.kind == "sync" else AsyncListing

        def open_list() -> Pager:
            rules = page_rules(caller.context.document, operation)
            return Pager(caller.context, caller.options, operation, arguments, rules, itemwise=itemwise)

        return kind(self._guarded(arguments, open_list), caller.session.driver)

    @way
    def prepare(self, /, *positional: object, **arguments: Any) -> _http.Request:
        """The `httpx.Request` of the call, checked and without credentials; nothing is sent. Raises ArgumentsError.

        It holds what the call would send. Its repr alone masks what the document calls secret.
        """
        self._begin(positional, arguments)
        context, options = self._caller.context, self._caller.options
        request: _http.Request = self._guarded(arguments, lambda: shown_request(context, options, self.operation, arguments))
        return request

    @way
    def curl(self, /, *positional: object, **arguments: Any) -> str:
        """The call as a POSIX shell command, placeholders for credentials, `***` for secrets. Raises ArgumentsError.

        A file that is a path or was opened from one is named; content from elsewhere is to be put where `@file` says.
        """
        self._begin(positional, arguments)
        context, options = self._caller.context, self._caller.options
        command: str = self._guarded(
            arguments, lambda: curl_command(context, options, bound(context, options, self.operation, arguments))
        )
        return command

    def with_options(
        self,
        *,
        timeout: Any = UNSET,
        retry: Any = UNSET,
        headers: Any = UNSET,
        server: Any = UNSET,
        validation: Any = UNSET,
        media_type: str | Unset = UNSET,
        idempotent: bool | Unset | None = UNSET,
    ) -> ApiOperation:
        """The same operation with other options, sharing the client's connections. Raises ArgumentsError.

        A `server` that is given here is called even where the document names one for the operation or its path.
        """
        caller = self._caller.updated(
            timeout=timeout,
            retry=retry,
            headers=headers,
            own_server=server,
            validation=validation,
            media_type=media_type,
            idempotent=idempotent,
        )
        return ApiOperation(caller, self.operation)

    def _begin(self, positional: tuple[object, ...], arguments: dict[str, Any]) -> None:
        """What every way to an answer begins with. Raises ArgumentsError for arguments that are not keywords."""
        if positional:
            raise self._no_positional()
        if self.operation.warns is not False:
            self._warn(arguments)

    def _warn(self, arguments: dict[str, Any]) -> None:
        """Warn of what is deprecated: here, where an asynchronous call is still at the caller's line."""
        from ._deprecated import warn_deprecated, warns  # noqa: PLC0415  # the first call asks, and others only where there is something

        document, media_type = self.reads
        if self.operation.warns is None:
            try:
                self.operation.settle_warns(warns(document, self.operation))
            except (ArgumentsError, SpecError):  # the call tells of it
                return
        if self.operation.warns:
            self._guarded(arguments, lambda: warn_deprecated(document, self.operation, media_type, arguments))

    @staticmethod
    def _guarded(arguments: dict[str, Any], work: Callable[[], Any]) -> Any:
        """What `work` gives. An error leaves without the frames and the arguments that may hold secrets."""
        try:
            return work()
        except BaseException as error:
            arguments.clear()
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own

    def _run(self, arguments: dict[str, Any], pick: Callable[[Response], Any]) -> Any:
        caller = self._caller
        return caller.run(perform(caller.context, caller.options, self.operation, arguments), pick)

    def _no_positional(self) -> ArgumentsError:
        names = ", ".join(f"{one.name}=..." for one in self.operation.arguments[:4])
        error = ArgumentsError(f"arguments are given by keyword: {self.operation.name}({names})")
        error.operation = self.operation.dotted
        return error

    # A no-op `__get__` makes `inspect.isroutine` true, so that help() shows an operation as it shows a method.
    def __get__(self, instance: object, owner: type | None = None) -> ApiOperation:
        return self

    @property
    def __name__(self) -> str:
        return self.operation.name

    @property
    def __signature__(self) -> Signature:
        return self.operation.signature

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        from ._describe import describe  # noqa: PLC0415  # only for those who ask

        return describe(self._caller.spec.document, self.operation, asynchronous=self._asynchronous)

    def __dir__(self) -> list[str]:
        from ._paging import goes_on  # noqa: PLC0415  # only for those who ask

        return names_without(super().__dir__(), "reads", *(() if goes_on(self.operation) else ("items", "pages")))

    def __repr__(self) -> str:
        operation = self.operation
        return f"<operation {operation.dotted}: {operation.method} {printable(operation.path)}>"

    def _repr_html_(self) -> str:
        from ._panels import operation_panel  # noqa: PLC0415  # only for notebooks

        return operation_panel(self._caller.spec.document, self.operation, asynchronous=self._asynchronous)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiOperation) and other.operation is self.operation and other._caller is self._caller

    def __hash__(self) -> int:
        return hash((self.operation.pointer, id(self._caller)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _operation_again, (self._caller, self.operation.operation_id)


def _operation_again(caller: Caller, operation_id: str) -> ApiOperation:
    return ApiOperation(caller, caller.spec.operations[operation_id])
