"""A plan's calls, really made through a client whose transport keeps what was sent, each judged against its wire form."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

from aerostack_dynamic import AerostackError, Client, RetryPolicy, Validation
from surveying.bodies import alternative, body_faults, given, preferred
from surveying.wire import DUMMY, LOOPBACK, Fault, Sent, head_faults, method_of, origin, server_url

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from aerostack_dynamic import Spec
    from aerostack_dynamic._model import Encoding

LOCATIONS = ("path", "query", "header", "cookie")
MOST_ALTERNATIVES = 4
PUNCTUATION = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|(?<![\w/])/[^\s,;:)]*|\d+")


class Dummy(httpx.Auth):
    """The dummy for a scheme of which nothing else is known."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = DUMMY
        yield request


class Recorder(httpx.BaseTransport):
    """Keeps the last request and answers that there is no content."""

    def __init__(self) -> None:
        self.sent: Sent | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent = Sent.of(request)
        return httpx.Response(204)


def cause_of(error: BaseException) -> Fault:
    """An error as a fault whose cause leaves out names, places and numbers."""
    name = type(error).__name__
    if not isinstance(error, AerostackError):
        return Fault(f"crash: {name}: {plain(str(error))}", str(error)[:300])
    problems = getattr(error, "problems", None)
    if problems:
        first = problems[0]
        return Fault(f"{name}: {first.location}: {first.rule}: {plain(first.message)}", str(error)[:300])
    # An error of a call begins with the operation.
    message = str(error).removeprefix(f"{getattr(error, 'operation', None)}: ")
    return Fault(f"{name}: {plain(message)}", str(error)[:300])


def plain(message: str) -> str:
    """A message without what differs from one document to the next."""
    return PUNCTUATION.sub("_", " ".join(message.partition("; it takes ")[0].split()))[:140]


class Caller:
    """A document's client and its recorder, with a copy of the client per server."""

    def __init__(self, spec: Spec, planned: Sequence[Mapping[str, Any]]) -> None:
        self.spec = spec
        self.recorder = Recorder()
        self.faults: list[Fault] = []
        origins = {origin(server_url(one["server"])) for one in planned}
        credentials = {name: Dummy() for name in _undeclared(spec, planned)}
        self._client = self._made([one for one in origins if one.startswith("http")], credentials)
        self._by_server: dict[str, Client] = {}

    def _made(self, origins: list[str], undeclared: Mapping[str, Dummy]) -> Client:
        options = {
            "spec": self.spec,
            "server": LOOPBACK,
            "transport": self.recorder,
            "retry": RetryPolicy.off(),
            "allow_insecure_http": True,
            "validation": Validation(request="tolerant", response="off"),
        }
        declared = dummies(self.spec)
        for credentials in ({**undeclared, **declared}, declared):
            try:
                return Client(**options, allow_origins=origins, credentials=credentials)
            except AerostackError as error:
                fault = cause_of(error)
        self.faults.append(fault)
        return Client(**options)

    def at(self, server: str) -> Client:
        """The client for a server. Raises AerostackError for a server that can't be called."""
        if server not in self._by_server:
            self._by_server[server] = self._client.with_options(server=server)
        return self._by_server[server]

    def played(self, planned: Mapping[str, Any], name: str) -> dict[str, Any]:
        """How a mode of a planned operation went: `right`, or its `cause` and `detail`; `prepared` and `credential` are told as well.

        Where the arguments were refused, `unchecked` tells how the call goes without the check: `right`, or another cause.
        """
        mode = planned["modes"][name]
        if mode["unplannable"]:
            return {"outcome": "unplannable", "cause": mode["unplannable"]}
        first: list[Fault] = []
        alternatives = preferred(mode["body"]["alts"])[:MOST_ALTERNATIVES] if mode["body"] else []
        tries = [(None, alternatives[0] if alternatives else None), *((one, one) for one in alternatives)]
        for media_type, alternative_name in tries:
            found, told = self._tried(planned, mode, media_type, alternative_name)
            if not found:
                return {**told, "outcome": "right", "other": first[0].cause if first else None, "media_type": media_type}
            first = first or found
        told |= {"outcome": "wrong", "cause": first[0].cause, "detail": first[0].detail}
        if first[0].cause.startswith("ArgumentsError"):
            found, _ = self._tried(planned, mode, *tries[0], checked=False)
            told["unchecked"] = found[0].cause if found else "right"
        return told

    def _tried(
        self, planned: Mapping[str, Any], mode: Mapping[str, Any], media_type: str | None, name: str | None, *, checked: bool = True
    ) -> tuple[list[Fault], dict[str, Any]]:
        told: dict[str, Any] = {"prepared": False, "credential": None}
        arguments = {f"{one['in']}_{one['name']}": one["value"] for one in mode["params"] if one["in"] in LOCATIONS}
        server = server_url(planned["server"])
        self.recorder.sent = None
        try:
            operation = self.at(server).operations[f"{method_of(planned['method'])} {planned['path']}"]
            if media_type is not None:
                operation = operation.with_options(media_type=media_type)
            if not checked:
                operation = operation.with_options(validation=Validation(request="off", response="off"))
            if name is not None:
                arguments |= whole(operation.operation, given(name, mode["body"]["alts"][name]))
            operation.prepare(**arguments)
            told["prepared"] = True
            operation(**arguments)
        except KeyError as error:
            return [Fault("the operation is not found", str(error)[:200])], told
        except Exception as error:
            return [cause_of(error)], told
        sent = self.recorder.sent
        if sent is None:
            return [Fault("crash: nothing was sent", "")], told
        told["credential"] = self._credential(operation.operation, sent)
        faults = [*head_faults(sent, planned["method"], server, mode)]
        return [*faults, *body_faults(sent, mode["body"], _encodings(operation.operation, sent))], told

    def _credential(self, operation: Any, sent: Sent) -> bool | None:
        """Whether a credential was sent; None where none is needed, or a certificate is enough."""
        known = self.spec.security_schemes
        alternatives = [
            {name for name in one if name not in known or known[name].type != "mutualTLS"} for one in operation.security
        ]
        return sent.carries_credential if alternatives and all(alternatives) else None


def whole(operation: Any, value: Any) -> dict[str, Any]:
    """The arguments that make a whole body: `body`, unless a parameter or one of its properties has that name."""
    if not any(one.wire is not None and "body" in (one.name, one.wire) for one in operation.arguments):
        return {"body": value}
    declared = {one.wire: one.name for one in operation.arguments if one.location == "body"}
    if None in declared:
        return {declared[None]: value}
    if isinstance(value, dict):
        return {f"body_{key}" if key in declared else key: one for key, one in value.items()}
    return {"body_body": value}


def _encodings(operation: Any, sent: Sent) -> Mapping[str, Encoding] | None:
    """The Encoding Objects of the media type that was sent; None where the document's version has none."""
    body = operation.request_body
    content_type = next(iter(sent.values("content-type")), "")
    name = alternative(content_type, [*body.content]) if body else None
    return body.content[name].encoding if name is not None else None


def dummies(spec: Spec) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, scheme in spec.security_schemes.items():
        if (scheme.type, scheme.scheme) == ("http", "basic"):
            found[name] = ("user", DUMMY)
        elif scheme.type in ("apiKey", "http", "oauth2", "openIdConnect"):
            found[name] = DUMMY
        elif scheme.type != "mutualTLS":
            found[name] = Dummy()
    return found


def _undeclared(spec: Spec, planned: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The schemes that planned operations ask for though the document has none of the name."""
    for one in planned:
        with suppress(AerostackError, KeyError):
            alternatives = spec.operations[f"{method_of(one['method'])} {one['path']}"].security
            yield from (name for names in alternatives for name in names if name not in spec.security_schemes)
