"""Client credentials and refresh tokens (RFC 6749): one request for many calls, early renewal, one retry after 401."""

from __future__ import annotations

import asyncio
import base64
import os
import pickle
import threading
import time
import traceback
from typing import Any

import httpx
import pytest

from aerostack_dynamic import (
    ArgumentsError,
    AsyncClient,
    AuthenticationError,
    Client,
    CredentialsError,
    NoResponseError,
    TimeoutError,
)
from aerostack_dynamic.auth import ClientCredentials, RefreshToken, environment

SECRET = "s3cr:t canary/+"


def oauth(flows: Any = None) -> dict[str, Any]:
    return {"O": {"type": "oauth2", "flows": flows or {}}}


def options(issuer: Any, spec: Any, flow: Any = None, **more: Any) -> dict[str, Any]:
    credential = flow or ClientCredentials("me", SECRET, token_url=issuer.token_url)
    return {"spec": spec, "server": issuer.url, "credentials": {"O": credential}, **more}


async def call(client: Any, settle: Any) -> Any:
    return await settle(client.get_x())


def test_a_token_is_fetched_once_and_used_until_it_expires(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    async def story(client: Any) -> None:
        for _ in range(3):
            await call(client, settle)
        await settle(client.put_x())

    both.run(story, **options(issuer, document(oauth())))
    assert issuer.calls == ["Bearer tok-1"] * 3 + [None]
    assert issuer.forms == [{"grant_type": "client_credentials"}]
    head = issuer.heads[0]
    assert head.method == "POST"
    assert head.header("content-type") == "application/x-www-form-urlencoded"
    # Both parts are encoded as in a form before they are joined (RFC 6749, section 2.3.1).
    assert base64.b64decode((head.header("authorization") or "").removeprefix("Basic ")) == b"me:s3cr%3At+canary%2F%2B"


def test_the_request_says_what_it_was_told(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    flow = ClientCredentials(
        "me", SECRET, scopes="b a", token_url=issuer.token_url, audience="api", parameters={"resource": "r&s"}, client_auth="post"
    )

    async def story(client: Any) -> None:
        await call(client, settle)

    both.run(story, **options(issuer, document(oauth()), flow))
    assert issuer.forms == [
        {
            "grant_type": "client_credentials",
            "scope": "b a",
            "resource": "r&s",
            "audience": "api",
            "client_id": "me",
            "client_secret": SECRET,
        }
    ]
    assert issuer.heads[0].header("authorization") is None


def test_scopes_are_the_operations(issuer: Any, document: Any) -> None:
    spec = document(oauth(), [{"O": ["write", "read"]}])
    spec["paths"]["/y"] = {"get": {"security": [{"O": ["read"]}], "responses": {"200": {"description": ""}}}}
    with Client(**options(issuer, spec)) as client:
        client.get_x()
        client.get_y()
        client.get_x()
    assert [one["scope"] for one in issuer.forms] == ["read write", "read"]
    assert issuer.calls == ["Bearer tok-1", "Bearer tok-2", "Bearer tok-1"]


# ---- single flight


def test_fifty_threads_make_one_token_request(issuer: Any, document: Any) -> None:
    issuer.delay = 0.2
    with Client(**options(issuer, document(oauth()))) as client:
        threads = [threading.Thread(target=client.get_x) for _ in range(50)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert len(issuer.forms) == 1
    assert issuer.calls == ["Bearer tok-1"] * 50


def test_fifty_tasks_make_one_token_request(issuer: Any, document: Any) -> None:
    issuer.delay = 0.2

    async def main() -> None:
        async with AsyncClient(**options(issuer, document(oauth()))) as client:
            await asyncio.gather(*(client.get_x() for _ in range(50)))

    asyncio.run(main())
    assert len(issuer.forms) == 1
    assert issuer.calls == ["Bearer tok-1"] * 50


def test_one_flow_serves_clients_of_both_kinds(issuer: Any, document: Any) -> None:
    flow = ClientCredentials("me", SECRET, token_url=issuer.token_url)
    issuer.delay = 0.2
    given = options(issuer, document(oauth()), flow)

    async def main() -> None:
        async with AsyncClient(**given) as client:
            await asyncio.gather(*(client.get_x() for _ in range(5)))

    with Client(**given) as client:
        threads = [threading.Thread(target=client.get_x) for _ in range(5)] + [threading.Thread(target=asyncio.run, args=(main(),))]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert (len(issuer.forms), len(issuer.calls)) == (1, 10)


def test_a_wrong_secret_is_tried_once_by_all_who_wait(issuer: Any, document: Any) -> None:
    issuer.delay = 0.3
    issuer.answer = lambda form: (401, {"error": "invalid_client"})
    errors: list[str] = []

    def attempt() -> None:
        try:
            client.get_x()
        except CredentialsError as error:
            errors.append(str(error))

    with Client(**options(issuer, document(oauth()))) as client:
        threads = [threading.Thread(target=attempt) for _ in range(20)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(issuer.forms) == 1
        attempt()
        assert len(issuer.forms) == 2, "who comes later tries anew"
    assert len(errors) == 21
    assert set(errors) == {f"get_x: the token endpoint {issuer.url.removesuffix('/v1')}: invalid_client"}


def test_a_task_that_is_cancelled_lets_the_next_one_in(issuer: Any, document: Any) -> None:
    issuer.delay = 0.3

    async def main() -> None:
        async with AsyncClient(**options(issuer, document(oauth()))) as client:
            first, second = asyncio.create_task(client.get_x()), asyncio.create_task(client.get_x())
            await asyncio.sleep(0.1)
            first.cancel()
            await second
            with pytest.raises(asyncio.CancelledError):
                await first

    asyncio.run(main())
    assert issuer.calls == ["Bearer tok-2"]


def test_waiting_for_a_token_ends_with_the_call(issuer: Any, document: Any) -> None:
    issuer.delay = 1.0
    with Client(**options(issuer, document(oauth()))) as client:
        patient = threading.Thread(target=client.get_x)
        patient.start()
        while not issuer.server.seen:
            time.sleep(0.01)
        with pytest.raises(TimeoutError) as caught:
            client.with_options(timeout=0.2).get_x()
        patient.join()
    assert (caught.value.stage, caught.value.sent, caught.value.operation) == ("queue", "no", "get_x")
    assert issuer.calls == ["Bearer tok-1"]


def test_a_slow_token_server_ends_with_the_call(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.delay = 1.0

    async def story(client: Any) -> None:
        with pytest.raises(TimeoutError) as caught:
            await call(client, settle)
        assert (caught.value.sent, caught.value.operation) == ("no", "get_x")

    both.run(story, **options(issuer, document(oauth()), timeout=0.2))


# ---- renewal


def test_a_token_that_was_refused_is_replaced_once(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.refused = {"Bearer tok-1"}

    async def story(client: Any) -> Any:
        response = await settle(client.get_x.raw())
        await call(client, settle)
        return response.attempts

    assert both.run(story, **options(issuer, document(oauth()), retry=1)) == 2
    assert issuer.calls == ["Bearer tok-1", "Bearer tok-2", "Bearer tok-2"]


def test_a_second_refusal_is_the_callers(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.refused = {f"Bearer tok-{number}" for number in range(9)}

    async def story(client: Any) -> None:
        with pytest.raises(AuthenticationError) as caught:
            await call(client, settle)
        assert caught.value.attempts == 2
        assert caught.value.response is not None
        assert "authorization" not in caught.value.response.request.headers

    both.run(story, **options(issuer, document(oauth())))
    assert issuer.calls == ["Bearer tok-1", "Bearer tok-2"]


def test_fifty_refused_calls_replace_the_token_once(issuer: Any, document: Any) -> None:
    async def main() -> None:
        async with AsyncClient(**options(issuer, document(oauth()))) as client:
            await client.get_x()
            issuer.refused = {"Bearer tok-1"}
            issuer.delay = 0.1
            await asyncio.gather(*(client.get_x() for _ in range(50)))

    asyncio.run(main())
    assert len(issuer.forms) == 2
    assert issuer.calls.count("Bearer tok-2") == 50


def test_a_body_that_cannot_be_replayed_is_sent_once(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.refused = {"Bearer tok-1"}
    content = {"application/octet-stream": {"schema": {}}}
    spec = document(oauth(), requestBody={"required": True, "content": content})
    spec["paths"]["/x"]["post"] = spec["paths"]["/x"].pop("get")

    async def story(client: Any) -> None:
        with pytest.raises(AuthenticationError) as caught:
            await settle(client.get_x(body=(bytes(1024) for _ in range(1025))))
        assert caught.value.retry_refused == "body not replayable"
        await settle(client.get_x(body=b"ab"))

    both.run(story, **options(issuer, spec))
    assert issuer.calls[0] == "Bearer tok-1"
    assert issuer.calls[-1] == "Bearer tok-2"


def test_a_401_without_a_flow_is_not_repeated(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.refused = {"Bearer fixed"}

    async def story(client: Any) -> None:
        with pytest.raises(AuthenticationError):
            await call(client, settle)

    both.run(story, **options(issuer, document(oauth()), "fixed"))
    assert issuer.calls == ["Bearer fixed"]


def test_when_no_other_token_is_given_the_error_says_so(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.refused = {"Bearer tok-1"}
    issuer.answer = lambda form: (200, issuer.token()) if len(issuer.forms) == 1 else (400, {"error": "invalid_grant"})

    async def story(client: Any) -> None:
        with pytest.raises(CredentialsError, match="invalid_grant") as caught:
            await call(client, settle)
        assert (caught.value.sent, caught.value.attempts) == ("answered", 1)

    both.run(story, **options(issuer, document(oauth())))


# ---- refresh tokens


def test_a_refresh_token_is_replaced_when_the_server_says_so(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    issuer.answer = lambda form: (200, issuer.token(expires_in=0, refresh_token=f"r{len(issuer.forms)}"))
    kept: list[str] = []
    flows = {
        "authorizationCode": {"tokenUrl": "/v1/nowhere", "refreshUrl": issuer.token_url, "authorizationUrl": "/", "scopes": {}}
    }
    flow = RefreshToken("r0", "me", on_rotate=kept.append)

    async def story(client: Any) -> None:
        for _ in range(3):
            await call(client, settle)

    both.run(story, **options(issuer, document(oauth(flows), [{"O": ["a"]}]), flow))
    assert [one["refresh_token"] for one in issuer.forms] == ["r0", "r1", "r2"]
    assert issuer.forms[0] == {"grant_type": "refresh_token", "refresh_token": "r0", "client_id": "me"}
    assert kept == ["r1", "r2", "r3"]


def test_an_asynchronous_keeper(issuer: Any, document: Any) -> None:
    issuer.answer = lambda form: (200, issuer.token(refresh_token="r1"))
    kept: list[str] = []

    async def keep(token: str) -> None:
        kept.append(token)

    async def secret() -> str:
        return "s"

    flow = RefreshToken(lambda: "r0", "me", secret, token_url=issuer.token_url, scopes=["a"], on_rotate=keep)

    async def main() -> None:
        async with AsyncClient(**options(issuer, document(oauth()), flow)) as client:
            await client.get_x()

    asyncio.run(main())
    assert kept == ["r1"]
    assert issuer.forms[0] == {"grant_type": "refresh_token", "refresh_token": "r0", "scope": "a"}
    given = options(issuer, document(oauth()), RefreshToken("r", "me", secret, token_url=issuer.token_url))
    with Client(**given) as client, pytest.raises(ArgumentsError, match="is asynchronous, and only AsyncClient awaits it"):
        client.get_x()


# ---- how they go


def test_a_lent_client_adds_nothing_of_its_own(issuer: Any, document: Any) -> None:
    lent = httpx.Client(headers={"X-Own": "canary"}, params={"own": "canary"}, cookies={"own": "canary"}, trust_env=False)
    with lent, Client(**options(issuer, document(oauth()), http_client=lent)) as client:
        client.get_x()
    assert issuer.calls == ["Bearer tok-1"]
    assert issuer.forms == [{"grant_type": "client_credentials"}]
    assert "canary" not in repr(issuer.heads)
    assert issuer.heads[0].target == "/v1/token"


def test_netrc_and_redirects_have_no_part(
    both: Any, issuer: Any, settle: Any, document: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary")
    monkeypatch.setenv("NETRC", str(netrc))
    issuer.answer = lambda form: (302, {})

    async def story(client: Any) -> None:
        with pytest.raises(CredentialsError, match="it answered with status 302"):
            await call(client, settle)

    flow = ClientCredentials("me", SECRET, token_url=issuer.token_url, client_auth="post")
    both.run(story, **options(issuer, document(oauth()), flow))
    assert issuer.heads[0].header("authorization") is None


def test_network_trouble_is_that_of_the_call(both: Any, issuer: Any, wire: Any, settle: Any, document: Any) -> None:
    silent = wire([None])

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as caught:
            await call(client, settle)
        assert str(caught.value).startswith(f"get_x: the token endpoint {silent.url.removesuffix('/v1')}: RemoteProtocolError")
        assert (caught.value.operation, caught.value.sent, caught.value.attempts) == ("get_x", "no", 0)
        assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason

    both.run(story, **options(issuer, document(oauth()), ClientCredentials("me", SECRET, token_url=f"{silent.url}/token")))
    assert not issuer.calls


# ---- as objects


def secret_of_the_test() -> str:
    return os.environ["SECRET_OF_THE_TEST"]


def test_a_flow_with_functions_is_pickled(issuer: Any, document: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SECRET_OF_THE_TEST", "from the environment")
    for secret in (secret_of_the_test, environment("SECRET_OF_THE_TEST")):
        flow = ClientCredentials("me", secret, token_url=issuer.token_url, scopes=["a"], client_auth="post")
        with Client(**options(issuer, document(oauth()), flow)) as client:
            again = pickle.loads(pickle.dumps(client))
        with again:
            again.get_x()
        assert issuer.forms[-1]["client_secret"] == "from the environment"
        assert issuer.forms[-1]["scope"] == "a"


def test_a_flow_with_a_secret_is_pickled_without_it(issuer: Any, document: Any) -> None:
    for flow, lost in (
        (ClientCredentials("me", "canary", token_url=issuer.token_url), "client_secret"),
        (RefreshToken("canary", "me", "canary", token_url=issuer.token_url), "client_secret and refresh_token"),
        (RefreshToken(secret_of_the_test, "me", "canary", token_url=issuer.token_url), "client_secret"),
    ):
        with Client(**options(issuer, document(oauth()), flow)) as client:
            content = pickle.dumps(client)
        assert b"canary" not in content
        again = pickle.loads(pickle.dumps(pickle.loads(content)))
        with (
            again,
            pytest.raises(CredentialsError, match=f"came from a pickle, which holds no secrets; give it a function as {lost}, "),
        ):
            again.get_x()
    assert not issuer.forms


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (ClientCredentials, {"client_secret": "canary\n"}, "client_secret holds a line break"),
        (ClientCredentials, {"client_secret": ""}, "client_secret is empty"),
        (ClientCredentials, {"client_secret": 3}, "client_secret is a int, not a str"),
        (ClientCredentials, {"client_id": ""}, "client_id: give the client's identifier"),
        (ClientCredentials, {"client_auth": "x"}, "client_auth: give 'basic' or 'post'"),
        (ClientCredentials, {"scopes": ['a"']}, "scopes: a scope is a word"),
        (ClientCredentials, {"parameters": {"scope": "x"}}, "parameters: scope is set by the flow itself"),
        (ClientCredentials, {"parameters": {"x": 1}}, "parameters: x is a int, not a str"),
        (RefreshToken, {"refresh_token": "canary\n"}, "refresh_token holds a line break"),
        (RefreshToken, {"refresh_token": "canary", "on_rotate": 3}, "on_rotate: give a function"),
    ],
    ids=repr,
)
def test_a_wrong_flow_is_told_when_it_is_made(kind: Any, arguments: Any, message: str) -> None:
    with pytest.raises(CredentialsError, match=message) as caught:
        kind(**{"client_id": "me", "client_secret": "canary"} | arguments)
    # The first frame is this test's own, which holds what it gave.
    assert caught.value.__traceback__ is not None
    frames = traceback.walk_tb(caught.value.__traceback__.tb_next)
    shown = traceback.StackSummary.extract(frames, capture_locals=True)
    assert "canary" not in "".join(shown.format())
    assert caught.value.__context__ is None or caught.value.__suppress_context__
