"""Copies and pickles: a copy shares connections and secrets, a pickle holds no secret and finds its key again."""

from __future__ import annotations

import asyncio
import copy
import os
import pickle
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AsyncClient, Client, CredentialsError, Spec


def key_function() -> str:
    return os.environ["KEY_FOR_THE_FUNCTION"]


def test_copies_share_connections_and_secrets(wire: Any, reply: Any) -> None:
    server = wire([reply(body=b'{"exists":true}')])
    with Client("ac_secret_x", server=server.url) as client:
        for one in (client, copy.copy(client), copy.deepcopy(client), copy.deepcopy(client.cache.cache_get)):
            operation = one.cache.cache_get if isinstance(one, Client) else one
            assert operation(key="k").exists
    assert server.connections == 1
    assert {one.header("x-aerostack-key") for one in server.seen} == {"ac_secret_x"}


@pytest.mark.parametrize("kind", ["client", "operation"])
def test_a_pickle_holds_no_secret(wire: Any, reply: Any, monkeypatch: Any, kind: str) -> None:
    server = wire([reply(body=b'{"exists":true}')])
    with Client("ac_secret_x", server=server.url, timeout=7) as client:
        content = pickle.dumps(client if kind == "client" else client.cache.cache_get)
    assert b"ac_secret_x" not in content

    def call(loaded: Any) -> Any:
        return (loaded.cache.cache_get if kind == "client" else loaded)(key="k")

    again = pickle.loads(content)
    with pytest.raises(CredentialsError, match="came from a pickle, which holds no secrets; make a client with ApiKeyAuth again"):
        call(again)
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")
    assert call(pickle.loads(content)).exists
    assert server.seen[0].header("x-aerostack-key") == "ac_secret_env"


def test_a_callable_goes_along(wire: Any, reply: Any, monkeypatch: Any) -> None:
    server = wire([reply(body=b"{}")])
    monkeypatch.setenv("KEY_FOR_THE_FUNCTION", "ac_secret_called")
    client = pickle.loads(pickle.dumps(Client(key_function, server=server.url, retry=1, headers={"X-T": "t"})))
    client.cache.cache_get(key="k")
    assert server.seen[0].header("x-aerostack-key") == "ac_secret_called"
    assert server.seen[0].header("x-t") == "t"
    assert client._caller.options.retry.attempts == 1
    client.close()


def test_an_asynchronous_client_is_pickled_alike(wire: Any, reply: Any, monkeypatch: Any) -> None:
    server = wire([reply(body=b"{}")])
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")

    async def story() -> None:
        async with pickle.loads(pickle.dumps(AsyncClient(server=server.url))) as client:
            await client.cache.cache_get(key="k")

    asyncio.run(story())
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_key": lambda: "k"}, "the credential for ApiKeyAuth can't be pickled"),
        ({"transport": httpx.MockTransport(lambda request: httpx.Response(200))}, "its own transport can't be pickled"),
        ({"http_client": httpx.Client(trust_env=False)}, "its own http_client can't be pickled"),
    ],
    ids=["callable", "transport", "client"],
)
def test_what_cannot_be_pickled_says_so(options: Any, message: str) -> None:
    with Client(**options) as client, pytest.raises(TypeError, match=message):
        pickle.dumps(client)


def test_results_are_pickled_with_their_names(box: Any) -> None:
    with Client(box.api_key, server=box.url) as client:
        response = client.ai.ai_chat.raw(messages=[])
        again = pickle.loads(pickle.dumps(response))
    assert again.data.response == response.data.response
    assert (again.status, again.attempts, again.elapsed) == (200, 1, response.elapsed)
    assert again.http.json() == again.data
    assert len(pickle.dumps(response.data)) < 1000


def test_a_spec_is_pickled() -> None:
    spec = Spec.bundled()
    assert pickle.loads(pickle.dumps(spec)).document is spec.document
    own = Spec.load({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}})
    assert pickle.loads(pickle.dumps(own)).title == "T"
    assert copy.deepcopy(own) is own
    with pytest.raises(AttributeError, match="immutable"):
        own.groups = {}  # type: ignore[misc]
    with pytest.raises(AttributeError, match="immutable"):
        del own.groups  # type: ignore[misc]
