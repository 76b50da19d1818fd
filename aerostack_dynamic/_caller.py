"""What a client's operations hold in common, and how its options become others. Calls are made of rooms that the first one imports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import _calling
from ._errors import ArgumentsError
from ._frames import bare
from ._options import Options, Timeout, Validation, checked_headers, secret_headers
from ._retry import RetryPolicy
from ._server import check_transport_security, choose_server
from ._session import Keys, Session, make_context, must_pickle, with_environment
from ._values import Unset

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from logging import Logger

    from . import _http
    from ._driver import AsyncDriver, Driver
    from ._life import Context
    from ._load import Spec
    from ._response import Response
    from ._server import Origin
    from ._steps import Step


class Caller:
    """What a client's operations hold: the document, the session, the credentials and the options. Shared by a client's copies."""

    __slots__ = ("_context", "_driver", "allow_insecure_http", "keys", "logger", "options", "origins", "session", "spec")

    def __init__(
        self,
        spec: Spec,
        session: Session,
        keys: Keys,
        options: Options,
        origins: frozenset[Origin],
        logger: Logger | None,
        allow_insecure_http: bool,
    ) -> None:
        self.spec = spec
        self.session = session
        self.keys = keys
        self.options = options
        self.origins = origins
        self.logger = logger
        self.allow_insecure_http = allow_insecure_http
        self._context: Context | None = None
        self._driver: Driver | AsyncDriver | None = None  # made with the first call; it holds the session, which can't hold it

    @classmethod
    def make(
        cls,
        spec: Spec,
        session: Session,
        keys: Keys,
        options: Options,
        origins: frozenset[Origin],
        logger: Logger | None,
        allow_insecure_http: bool,
    ) -> Caller:
        """A caller with the environment's key where none was given. Raises CredentialsError for a credential over plain http."""
        caller = cls(spec, session, with_environment(spec, keys), options, origins, logger, allow_insecure_http)
        caller._check_security()
        return caller

    @property
    def context(self) -> Context:
        """What its calls share with those of the client's copies, worked out when the first is made."""
        if self._context is None:
            self._context = self.session.once(
                lambda: make_context(self.spec, self.keys, self.session, self.origins, self.logger, self.allow_insecure_http)
            )
        return self._context

    def _check_security(self) -> None:
        # Without a credential the call is refused, and all that sends nothing can be looked at.
        if self.keys.by_scheme or any(secret_headers(self.options.headers)):
            check_transport_security(self.options.base, self.allow_insecure_http)

    def updated(self, **changes: Any) -> Caller:
        """A caller with other options, sharing everything else. Raises ArgumentsError and CredentialsError for one that can't be."""
        options = replace(self.options, **_option_changes(self.spec, self.options, changes))
        caller = self.over(options)
        caller._check_security()
        return caller

    def over(self, options: Options, context: Context | None = None) -> Caller:
        """A caller with other options as they are, sharing everything else, or with a `context` of its own."""
        caller = Caller(self.spec, self.session, self.keys, options, self.origins, self.logger, self.allow_insecure_http)
        caller._context = context
        return caller

    def __reduce__(self) -> tuple[Any, ...]:
        for name, _ in secret_headers(self.options.headers):
            raise TypeError(f"the header {name} is a secret, and so the client can't be pickled; give it as a credential")
        must_pickle("the codecs", self.options.codecs)
        must_pickle("the formats", self.options.formats)
        return Caller.make, (
            self.spec,
            self.session,
            self.keys,
            self.options,
            self.origins,
            self.logger,
            self.allow_insecure_http,
        )

    def __copy__(self) -> Caller:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Caller:
        return self

    def run(self, conversation: Generator[Step, Any, Response], pick: Callable[[Response], Any]) -> Any:
        """What `pick` takes of the conversation's result: at once, or from a coroutine on an asynchronous client."""
        if self._driver is None:
            self._driver = self.session.driver
        driven = self._driver.run(conversation)
        return _awaited(driven, pick) if self.session.kind == "async" else pick(driven)  # type: ignore[arg-type]

    def send(self, request: _http.Request) -> Any:
        """The `Response` to a request that the caller made."""
        return self.run(_calling.perform_request(self.context, self.options, request), _itself)


async def _awaited(driven: Any, pick: Callable[[Response], Any]) -> Any:
    try:
        return pick(await driven)
    except BaseException as error:
        raise bare(error)  # noqa: B904  # the same error, whose cause is its own


def _itself(response: Response) -> Response:
    return response


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
