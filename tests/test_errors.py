"""The tree of errors: each class documented, picklable, with its facts as attributes, and free of secrets."""

from __future__ import annotations

import builtins
import copy
import gc
import io
import logging
import pickle
import traceback
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import AerostackError, Client, Problem

CANARY = "ac_secret_canary_7f3a"
PASSWORD = "hunter2_canary_9c1b"
TREE = {
    "AerostackError": "Exception",
    "SpecError": "AerostackError",
    "ArgumentsError": "AerostackError",
    "CredentialsError": "AerostackError",
    "NoResponseError": "AerostackError",
    "TimeoutError": "NoResponseError",
    "StatusError": "AerostackError",
    "BadRequestError": "StatusError",
    "AuthenticationError": "StatusError",
    "PermissionDeniedError": "StatusError",
    "NotFoundError": "StatusError",
    "ConflictError": "StatusError",
    "UnprocessableEntityError": "StatusError",
    "RateLimitError": "StatusError",
    "ServerError": "StatusError",
    "ResponseError": "AerostackError",
    "StreamError": "ResponseError",
    "WebhookError": "AerostackError",
}
CALL_FIELDS = {"operation", "attempts", "elapsed", "sent", "request_id", "retry_refused"}
FIELDS = {
    "SpecError": {"problems"},
    "ArgumentsError": {"problems"},
    "NoResponseError": {"reason", "stage"},
    "StatusError": {"status", "code", "message", "data", "headers", "response", "retry_after"},
    "ResponseError": {"reason", "data", "problems", "response"},
    "StreamError": {"reason", "data", "problems", "response", "last_event_id"},
    "WebhookError": {"reason", "data", "problems"},
}


def example(name: str) -> AerostackError:
    """An error of the class, with everything it can carry."""
    kind = getattr(package, name)
    problem = Problem("body", "/a", "required, missing", "required")
    response = httpx.Response(400, headers={"x": "y"}, json={"a": 1}, request=httpx.Request("POST", "https://a.example/x"))
    if issubclass(kind, package.StatusError):
        made = kind(400, code="C", message="m", data={"a": 1}, response=response, retry_after=1.5)
    elif issubclass(kind, package.ResponseError):
        made = kind("reason", status=200, data=[1], problems=[problem], response=response)
    elif issubclass(kind, (package.SpecError, package.ArgumentsError)):
        made = kind("message", [problem])
    elif issubclass(kind, package.NoResponseError):
        made = kind("reason", "connect", "no")
    else:
        made = kind("message")
    made.operation, made.attempts, made.elapsed = "ai.ai_chat", 2, 0.5
    made.request_id, made.retry_refused = "r", "why"
    return made


def test_the_tree_is_whole() -> None:
    exported = {
        name for name in package.__all__ if isinstance(found := getattr(package, name), type) and issubclass(found, Exception)
    }
    assert {name for name in exported if not issubclass(getattr(package, name), Warning)} == set(TREE)


@pytest.mark.parametrize("name", TREE)
def test_each_error(name: str) -> None:
    kind = getattr(package, name)
    parent = getattr(package, TREE[name], None) or getattr(builtins, TREE[name])
    assert [one for one in kind.__mro__[1:] if not one.__name__.startswith("_")][0] is parent
    assert kind.__doc__
    assert kind.__doc__ != parent.__doc__
    made = example(name)
    fields = CALL_FIELDS | {field for ancestor in kind.__mro__ for field in FIELDS.get(ancestor.__name__, ())}
    for again in (made, pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(again) is kind
        assert str(again) == str(made)
        assert str(made).startswith("ai.ai_chat: ")
        for field in fields - {"response"}:
            assert getattr(again, field) == getattr(made, field), field
        if "response" in fields:
            assert again.response.json() == {"a": 1}  # type: ignore[attr-defined]
            assert again.headers["X"] == "y"  # type: ignore[attr-defined]


def test_the_builtin_kin() -> None:
    assert issubclass(package.ArgumentsError, TypeError)
    assert issubclass(package.TimeoutError, builtins.TimeoutError)
    assert issubclass(package.TimeoutError, package.NoResponseError)


def test_an_error_without_a_response() -> None:
    assert package.ServerError(500).headers == {}
    assert str(package.ServerError(500)) == "status 500"
    assert str(AerostackError("m")) == "m"


def test_long_lists_of_problems_are_cut() -> None:
    problems = [Problem("body", f"/{number}", "required, missing", "required") for number in range(30)]
    error = package.ArgumentsError("", problems)
    assert str(error).startswith("30 problems: body/0: required, missing; ")
    assert str(error).endswith("body/19: required, missing; ...")
    assert len(error.problems) == 30


# ---- secrets


def everything(error: BaseException) -> str:
    """All that error trackers and consoles look at: texts, attributes, pickles, causes, and frames with their locals."""
    seen: list[str] = []
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None:
            continue
        frames = traceback.TracebackException.from_exception(one, capture_locals=True)
        own = [frame for frame in frames.stack if __file__ not in frame.filename]
        seen += [str(one), repr(one), repr(vars(one)), *(str(frame.locals) for frame in own)]
        seen += [repr(getattr(one, "response", None)), repr(getattr(getattr(one, "response", None), "request", None))]
        response = getattr(one, "response", None)
        if response is not None:
            seen.append(repr(response.request.headers.raw))
        seen.append(repr(pickle.dumps(one)))
        todo += [one.__cause__, one.__context__]
    return "\n".join(seen)


@pytest.mark.parametrize(
    "answer",
    ["refused", "closed", "401", "garbage", "wrong body", "arguments", "silence", "not http"],
)
def test_no_secret_is_in_an_error_or_the_log(both: Any, wire: Any, reply: Any, settle: Any, answer: str) -> None:
    answers: Any = {
        "closed": [None],
        "401": [reply(401, b'{"code":"AUTH_INVALID_KEY","message":"no"}')],
        "garbage": [reply(body=b"{")],
        "wrong body": [reply(body=b'{"token": 3}')],
        "silence": lambda seen: lambda connection: __import__("time").sleep(0.3),
        "not http": [b"SSH-2.0\r\n\r\n"],
    }.get(answer, [reply()])
    url = "http://127.0.0.1:9/v1" if answer == "refused" else wire(answers).url
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    caught: list[AerostackError] = []

    async def story(client: Any) -> None:
        try:
            password: Any = 3 if answer == "arguments" else PASSWORD
            await settle(
                client.authentication.auth_signin(email="a@b.co", password=password, **({"p": PASSWORD} if password == 3 else {}))
            )
        except AerostackError as error:
            caught.append(error)

    try:
        both.run(story, CANARY, server=url, timeout=0.2, retry=2)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    told = everything(caught[0]) + stream.getvalue()
    assert "authentication.auth_signin" in told
    assert CANARY not in told
    assert PASSWORD not in told


def test_no_secret_is_in_what_a_client_shows(box: Any) -> None:
    with Client(CANARY, server=box.url, credentials={}, headers={"X-Tenant": "t"}) as client:
        shown = [repr(client), repr(vars(client)), repr(client.ai), repr(client.ai.ai_chat), client.ai.ai_chat.curl(messages=[])]
        caller = client._caller
        shown += [repr(caller), repr(caller.keys), repr(caller.keys.by_scheme), repr(caller.context), repr(caller.options)]
        shown += [repr(pickle.dumps(client)), repr(copy.deepcopy(client))]
    assert CANARY not in "".join(shown)


def test_a_refused_key_is_not_in_the_traceback() -> None:
    with pytest.raises(package.CredentialsError) as caught:
        Client(CANARY + "\n")
    assert CANARY not in everything(caught.value)


def test_results_mask_what_the_document_calls_secret(box: Any) -> None:
    with Client(box.api_key, server=box.url) as client:
        result = client.authentication.auth_signup(email=f"{id(box)}@example.com", password=PASSWORD)
    assert result.token not in repr(result)
    assert result["token"] == result.token
    assert "***" in repr(result)


def test_errors_leave_no_cycles(wire: Any, reply: Any) -> None:
    server = wire([reply(500)])
    with Client(CANARY, server=server.url) as client:
        gc.collect()
        gc.disable()
        try:
            for _ in range(50):
                with pytest.raises(package.ServerError):
                    client.database.db_query(sql="x")
            assert gc.collect() < 2000
        finally:
            gc.enable()


def test_a_broken_answer_that_may_hold_a_secret_is_not_quoted(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=b'{"token": "eyJ_canary", "user": {')])

    async def story(client: Any) -> None:
        for call in (
            lambda: client.authentication.auth_signin(email="a@b.co", password="x"),
            lambda: client.cache.cache_get(key="k"),
        ):
            with pytest.raises(package.ResponseError, match="not valid JSON") as caught:
                await settle(call())
            quoted = "eyJ_canary" in str(caught.value)
            assert quoted == (caught.value.operation == "cache.cache_get")

    both.run(story, CANARY, server=server.url)


class Broken:
    """The caller's own failures, where a request with the key in it is under way."""

    def __iter__(self) -> Any:
        yield b"begin"
        raise LookupError("the caller's own")


def test_an_error_of_the_callers_own_keeps_its_frames_alone(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply()])

    async def story(client: Any) -> None:
        with pytest.raises(LookupError, match="the caller's own") as caught:
            await settle(client.storage.storage_upload(key="k", file=Broken(), content_type=PASSWORD + "/x"))
        frames = traceback.extract_tb(caught.value.__traceback__)
        assert [one.name for one in frames if one.filename == __file__][-1] == "__iter__"
        assert not [one.filename for one in frames if "httpcore" in one.filename or "h11" in one.filename]
        told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        inner = [str(one.locals) for one in told.stack if one.filename != __file__]
        assert CANARY not in str(inner)
        assert PASSWORD not in str(inner)

    both.run(story, CANARY, server=server.url)
