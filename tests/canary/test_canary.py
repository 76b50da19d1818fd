"""A key and a password are looked for in results, errors, logs, warnings and tracebacks, and found in none."""

from __future__ import annotations

import asyncio
import faulthandler
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import AerostackError, Spec

from .scan import FORMS, STEM, attributes, check, everything, found_in, frames, shown
from .world import (
    BODY,
    FLAT,
    KEY,
    PARAMETERS,
    PASSWORD,
    SCHEMES,
    Watch,
    client_of,
    credential,
    document,
    looked_after,
    reach,
    repeated,
    watching,
)

REACHES = ("ours", "borrowed", "foreign")
KINDS = ("sync", "async")
STATUSES = {
    "BadRequestError": 400,
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "ConflictError": 409,
    "UnprocessableEntityError": 422,
    "RateLimitError": 429,
    "ServerError": 500,
    "StatusError": 302,
}
OTHERS = {
    "success": "a whole answer",
    "ResponseError": "JSON that breaks the document",
    "ResponseError, undecodable": "no JSON, which would be quoted",
    "ResponseError, too large": "more than max_response_bytes",
    "NoResponseError": "a status line that is none",
    "NoResponseError, closed": "a connection that ends",
    "NoResponseError, refused": "nobody listens",
    "TimeoutError": "silence",
    "ArgumentsError": "arguments that do not fit",
    "CredentialsError": "an origin that gets no key",
    "SpecError": "a document that can't be used",
    "AerostackError": "a closed client",
}
KINDS_OF_ERROR = {name.partition(",")[0] for name in (*STATUSES, *OTHERS)} - {"success"}
CHAT = {**PARAMETERS, **BODY}


class Hook:
    """Looks at everything that hooks are given."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def before_request(self, operation: Any, request: Any) -> None:
        self._watch.kept += [repr(request), repr(request.headers)]

    def after_response(self, operation: Any, response: httpx.Response) -> None:
        self._watch.kept += [repr(response), repr(response.request), repr(response.headers)]
        if response.status_code >= 300:
            self._watch.kept += shown(response)

    def on_error(self, operation: Any, error: Any) -> None:
        self._watch.kept += shown(error)

    def on_retry(self, operation: Any, attempt: int, reason: str, delay: float) -> None:
        self._watch.kept.append(reason)

    def on_drift(self, drift: Any) -> None:
        self._watch.kept += shown(drift)


def answers(outcome: str, reply: Any) -> Callable[[Any], Any]:
    """What the server says, having said all that it was sent."""

    def answer(seen: Any) -> Any:
        if seen.target.endswith("/token"):
            return reply(body=json.dumps({"access_token": KEY, "token_type": "bearer"}).encode())
        told = repeated(seen)
        head = {"x_request_id": KEY, "X_Echo": KEY, "Set_Cookie": f"session={KEY}", "X_Key": KEY}
        if outcome in STATUSES:
            return reply(STATUSES[outcome], json.dumps(told).encode(), **head, location=f"http://127.0.0.2/{KEY}?key={KEY}")
        if outcome == "success":
            return reply(body=json.dumps({"token": PASSWORD, "count": 1}).encode(), x_request_id=KEY)
        if outcome == "ResponseError":
            return reply(body=json.dumps({**told, "count": PASSWORD}).encode(), **head)
        if outcome == "ResponseError, undecodable":
            return reply(body=f"{{{KEY} {PASSWORD}".encode(), **head)
        if outcome == "ResponseError, too large":
            return reply(body=KEY.encode() * 1000)
        if outcome == "NoResponseError":
            return f"HTP/1 {KEY} {PASSWORD}\r\n\r\n".encode()
        return (lambda connection: time.sleep(0.4)) if outcome == "TimeoutError" else None

    return answer


def act(client: Any, outcome: str) -> Any:
    """What the caller does for an outcome."""
    if outcome == "ArgumentsError":
        return client.chat(**{**CHAT, "plain": 3, "marked": [PASSWORD], "nothing": PASSWORD})
    if outcome == "CredentialsError":
        return client.send(httpx.Request("GET", "http://127.0.0.9/x"))
    if outcome == "SpecError":
        return Spec.load({"openapi": "9"})
    return client.chat(**CHAT)


def run(kind: str, watch: Watch, options: dict[str, Any], does: Callable[[Any], Any]) -> tuple[Any, Any, Any]:
    """The client, its result and its error."""
    client = client_of(kind, **options)
    result = error = None

    async def story() -> Any:
        try:
            made = does(client)
            return await made if kind == "async" and hasattr(made, "__await__") else made
        finally:
            await client.aclose()
            if "http_client" in options:
                await options["http_client"].aclose()

    try:
        result = does(client) if kind == "sync" else asyncio.run(looked_after(watch, story()))
    except BaseException as caught:
        error = caught
    if kind == "sync":
        client.close()
        if "http_client" in options:
            options["http_client"].close()
    return client, result, error


def options_of(scheme: str, kind: str, how: str, url: str, watch: Watch, outcome: str) -> dict[str, Any]:
    """The arguments of the client."""
    return {
        "spec": document(scheme),
        "server": "http://127.0.0.1:9/v1" if outcome == "NoResponseError, refused" else url,
        "credentials": {"it": credential(scheme, url)},
        "timeout": 0.2 if outcome == "TimeoutError" else 5,
        "retry": 2 if outcome.startswith("NoResponseError") else 1,
        "hooks": [Hook(watch)],
        "max_response_bytes": 4000 if "large" in outcome else 10**6,
        **reach(how, kind),
    }


def looked_at(client: Any, result: Any, error: Any) -> Iterator[str]:
    """What can be seen when all is over."""
    caller = client._caller
    for one in (client, client.chat, client.operations, caller, caller.keys, caller.options, caller.session, caller.context):
        yield from shown(one)
    if error is not None:
        yield from everything(error)
    elif result is not None:
        yield from (repr(result), str(result), f"{result}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", REACHES)
@pytest.mark.parametrize("outcome", [*STATUSES, *OTHERS])
def test_whatever_comes_of_a_call(outcome: str, how: str, kind: str, wire: Any, reply: Any) -> None:
    scheme = "query" if how == "borrowed" else "header"
    server = wire(answers(outcome, reply))
    with watching() as watch:
        options = options_of(scheme, kind, how, server.url, watch, outcome)

        def does(client: Any) -> Any:
            if outcome == "AerostackError":
                client._caller.session.closed = True
            return act(client, outcome)

        client, result, error = run(kind, watch, options, does)
    name = outcome.partition(",")[0]
    assert type(error).__name__ == name if name != "success" else error is None, error
    check([*looked_at(client, result, error), *watch.kept])
    if outcome in STATUSES or outcome == "success":
        assert STEM in str(server.seen), "the canaries were sent"
        assert STEM in str(repeated(server.seen[0]))


def test_every_class_of_error_is_met() -> None:
    known = {name for name in package.__all__ if name.endswith("Error")}
    assert known - KINDS_OF_ERROR == {"StreamError", "WebhookError"}, "which have files of their own"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", REACHES)
@pytest.mark.parametrize("outcome", ["success", "AuthenticationError", "NoResponseError"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_of_key(scheme: str, outcome: str, how: str, kind: str, wire: Any, reply: Any) -> None:
    server = wire(answers(outcome, reply))
    with watching() as watch:
        options = options_of(scheme, kind, how, server.url, watch, outcome)
        client, result, error = run(kind, watch, options, lambda client: client.chat(**CHAT))
    check([*looked_at(client, result, error), *watch.kept])
    assert how != "borrowed" or outcome != "success" or "httpx" in watch.loggers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["fetch", "form", "parts", "text"])
@pytest.mark.parametrize("outcome", ["success", "BadRequestError", "ResponseError"])
def test_every_kind_of_body(outcome: str, name: str, kind: str, wire: Any, reply: Any) -> None:
    arguments = {"fetch": {one: PARAMETERS[one] for one in PARAMETERS if one != "pin"}, "text": {"body": PASSWORD}}.get(name, FLAT)
    server = wire(answers(outcome, reply))
    with watching() as watch:
        options = options_of("header", kind, "ours", server.url, watch, outcome)
        client, result, error = run(kind, watch, options, lambda client: getattr(client, name)(**arguments))
        command = client_of("sync", spec=document("header"), server=server.url, credentials={}).call
    assert command
    looked = [*looked_at(client, None, error), *watch.kept]
    if error is None and name in ("form", "parts"):
        looked.append(repr(result))
    check(looked)


@pytest.mark.parametrize("name", ["chat", "fetch", "form", "parts", "text"])
def test_shell_commands_and_requests_to_look_at(name: str) -> None:
    given: dict[str, Any] = {"chat": CHAT, "fetch": {**PARAMETERS}, "text": {"body": PASSWORD}}
    arguments = given.get(name, FLAT)
    if name == "fetch":
        del arguments["pin"]
    with (
        watching() as watch,
        client_of("sync", spec=document("query"), server="http://127.0.0.1:9", credentials={"it": KEY}) as client,
    ):
        operation = getattr(client, name)
        request = operation.prepare(**arguments)
        check([operation.curl(**arguments), repr(request), repr(request.headers), str([request]), *watch.kept])
    real = str(request.url) + repr(request.headers.raw) + request.read().decode()
    assert STEM in real, "what is sent is real"


class Stop(BaseException):
    """What is no Exception, as a signal raises."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["foreign", "hook", "generator", "key"])
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), SystemExit(3), Stop(), LookupError("mine"), asyncio.CancelledError()])
def test_what_is_not_ours(fault: BaseException, how: str, kind: str, wire: Any, reply: Any) -> None:
    server = wire(answers("success", reply))

    def fail(*_: Any) -> Any:
        raise fault

    def chunks() -> Iterator[bytes]:
        yield b"first"
        raise fault

    with watching() as watch:
        options = options_of("header", kind, "ours", server.url, watch, "success")
        options |= reach(how, kind, fault)
        if how == "hook":
            options["hooks"] = [type("Fails", (), {"before_request": fail})()]
        if how == "key":
            options["credentials"] = {"it": fail}

        def does(client: Any) -> Any:
            if how == "generator":
                request = httpx.Request("POST", f"{server.url}/form?q={KEY}", content=chunks(), headers={"X-Pin": KEY})
                return client.send(request) if kind == "sync" else client.parts(**FLAT)
            return client.chat(**CHAT)

        if how == "generator" and kind == "async":
            pytest.skip("an asynchronous client reads generators in a thread")
        client, _, error = run(kind, watch, options, does)
    assert type(error) is type(fault)
    check([*watch.kept, *shown(client), *(text for one in [error] for text in everything(one))])


def test_threads_are_dumped_without_values(wire: Any, reply: Any) -> None:
    with tempfile.TemporaryFile("w+") as file, watching() as watch:

        def answer(seen: Any) -> Any:
            faulthandler.dump_traceback(file)
            return reply(401, json.dumps(repeated(seen)).encode())

        server = wire(answer)
        run("sync", watch, options_of("header", "sync", "ours", server.url, watch, ""), lambda client: client.chat(**CHAT))
        file.seek(0)
        dumped = file.read()
    assert "_driver" in dumped
    check([dumped, *watch.kept])


@pytest.mark.parametrize("kind", KINDS)
def test_settings_with_a_password_are_neither_shown_nor_pickled(kind: str) -> None:
    client = client_of(
        kind, spec=document("header"), server="http://127.0.0.1:9", proxy=f"http://u:{KEY}@127.0.0.1:8", headers={"X-T": KEY}
    )
    caller = client._caller
    check(
        [
            repr(client),
            repr(caller.session.network),
            repr(caller.options),
            *shown(client),
            *shown(caller.session),
            *attributes(caller),
        ]
    )


# ---- the search itself


class Holder:
    """Shows a canary in one way."""

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_is_found(form: str) -> None:
    assert found_in(f"before {form} after")
    with pytest.raises(AssertionError):
        check(["x", f"..{form}"])


def leaking(error: AerostackError) -> AerostackError:
    try:
        local = KEY
        raise error
    except AerostackError as caught:
        assert local
        return caught


@pytest.mark.parametrize(
    "seen",
    [
        lambda: shown(Holder(x=KEY)),
        lambda: shown({"x": [PASSWORD]}),
        lambda: shown(httpx.Request("GET", "http://a/", params={"key": PASSWORD})),
        lambda: shown(httpx.Request("POST", "http://a/", headers={"x": KEY})),
        lambda: shown(httpx.Request("POST", "http://a/", json={"x": PASSWORD})),
        lambda: everything(package.StatusError(400, message=PASSWORD)),
        lambda: everything(package.StatusError(400, data=[KEY])),
        lambda: everything(
            package.StatusError(400, response=httpx.Response(400, text=KEY, request=httpx.Request("GET", "http://a")))
        ),
        lambda: ["x", str(httpx.BasicAuth("user", PASSWORD)._auth_header)],
        lambda: (text for one in [_raised()] for text in frames(one)),
    ],
)
def test_the_search_can_find(seen: Callable[[], Iterator[str]]) -> None:
    with pytest.raises(AssertionError):
        check(seen())


def _raised() -> BaseException:
    """An error whose traceback passes a frame of another file with a canary in it."""
    try:
        json.loads(f"[1,{KEY!r}")
    except ValueError as error:
        return error
    raise AssertionError


def test_the_watch_sees_logs_and_warnings() -> None:
    import logging
    import warnings

    with watching() as watch:
        logging.getLogger("some.library").debug("%s", KEY)
    assert found_in("".join(watch.kept))
    with watching() as watch:
        warnings.warn(PASSWORD, stacklevel=1)
    assert found_in("".join(watch.kept))
    with watching() as watch:
        print(KEY)
    assert found_in("".join(watch.kept))
