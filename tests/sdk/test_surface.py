"""What the SDK looks like, how it is made and closed, and defects B27, B29 to B31 and B34 of the replaced one."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import logging
import pickle
import re
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

import aerostack_dynamic
from aerostack_dynamic import AerostackError
from aerostack_dynamic.sdk import OPENAPI_DOC_VERSION, SDK, SERVERS, USER_AGENT, VERSION, errors, httpclient, models, types, utils

KEY = "ac_secret_for_tests"
METHODS = {
    "ai": ["ai_chat"],
    "authentication": ["auth_signin", "auth_signup"],
    "cache": ["cache_get", "cache_set"],
    "database": ["db_query"],
    "queue": ["queue_enqueue"],
    "services": ["services_invoke"],
    "storage": ["storage_upload"],
}
CALLS = [
    ("ai.ai_chat", {"messages": [{"role": "user", "content": "Hi"}], "model": None}, "/ai/chat", 200),
    ("authentication.auth_signin", {"email": "a@b.co", "password": "p"}, "/auth/signin", 200),
    ("authentication.auth_signup", {"email": "a@b.co", "password": "p"}, "/auth/signup", 201),
    ("cache.cache_get", {"key": "k"}, "/cache/get", 200),
    ("cache.cache_set", {"key": "k", "value": None, "ttl": 1}, "/cache/set", 200),
    ("database.db_query", {"sql": "SELECT ?", "params": [1]}, "/db/query", 200),
    ("queue.queue_enqueue", {"type": "t", "data": {"a": 1}, "delay": 0}, "/queue/enqueue", 201),
    ("services.services_invoke", {"service_name": "s", "data": {}}, "/services/invoke", 200),
]


def test_names_and_versions() -> None:
    assert SERVERS == ("https://api.aerostack.ai/v1", "http://localhost:8787/v1")
    assert OPENAPI_DOC_VERSION == "1.0.0"
    assert set(httpclient.__all__) == {"AsyncHttpClient", "HttpClient"}
    assert {"BackoffStrategy", "RetryConfig"} <= set(utils.__all__)
    assert types.UNSET is aerostack_dynamic.UNSET
    assert not types.UNSET
    assert get_type_hints(models.AuthResponse)["user"] == models.User | None
    assert models.Role("user") is models.Role.USER == "user"
    assert {"Code", "ErrorResponse", "ErrorResponseData", "NoResponseError", "ResponseValidationError"} <= set(errors.__all__)


def test_b27_the_version_is_true() -> None:
    assert aerostack_dynamic.__version__ == VERSION
    assert f"aerostack_dynamic/{VERSION}" == USER_AGENT


def test_every_method_has_its_twin() -> None:
    sdk = SDK(KEY)
    for resource, names in METHODS.items():
        public = sorted(name for name in dir(getattr(sdk, resource)) if not name.startswith("_"))
        assert public == sorted([*names, *(f"{name}_async" for name in names)])
        for name in public:
            method = getattr(getattr(sdk, resource), name)
            assert inspect.iscoroutinefunction(method) is name.endswith("_async")
            parameters = inspect.signature(method).parameters
            assert [*parameters] == ["request", "retries", "server_url", "timeout_ms", "http_headers"]
            assert {one.kind for one in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
            assert parameters["request"].default is inspect.Parameter.empty
    with pytest.raises(TypeError):
        sdk.cache.cache_get({"key": "k"})  # type: ignore[misc]
    with pytest.raises(TypeError):
        sdk.cache.cache_get()  # type: ignore[call-arg]


def test_the_constructors_arguments_keep_their_places() -> None:
    names = ["api_key_auth", "server_idx", "server_url", "url_params", "client", "async_client"]
    names += ["retry_config", "timeout_ms", "debug_logger", "allow_insecure_http"]
    assert [*inspect.signature(SDK).parameters] == names
    told: list[Any] = []

    class Logger:
        def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
            told.append(msg % args)

    refusing = httpx.MockTransport(lambda request: httpx.Response(404))
    with httpx.Client(transport=refusing) as client:
        sdk = SDK(lambda: KEY, 1, "", {"unused": "x"}, client, None, None, 500, Logger())
        with pytest.raises(errors.SDKError):
            sdk.cache.cache_get(request={"key": "k"})
    assert sdk.sdk_configuration.get_server_details() == (SERVERS[1], {})
    assert sdk.sdk_configuration.timeout_ms == 500
    assert any("{'key': 'k'}" in line for line in told)
    assert "failed" in told[-1]


@pytest.mark.parametrize(("method", "request_", "path", "status"), CALLS)
def test_every_method_makes_its_request(
    twins: Any, wire: Callable[[Any], Any], reply: Any, method: str, request_: Any, path: str, status: int
) -> None:
    server = wire([reply(status, b"{}")])
    before = copy.deepcopy(request_)
    result = twins(server.url, method, request_)
    resource, name = method.split(".")
    assert type(result).__name__ == inspect.signature(getattr(getattr(SDK(KEY), resource), name)).return_annotation
    assert request_ == before
    seen = server.seen[0]
    assert (seen.method, seen.target) == ("POST", f"/v1{path}")
    assert seen.header("x-aerostack-key") == KEY
    assert seen.header("content-type") == seen.header("accept") == "application/json"
    assert seen.header("user-agent") == USER_AGENT


def test_every_method_against_the_sandbox(twins: Any, box: Any) -> None:
    def call(method: str, request: Any) -> Any:
        return twins.run(SDK(box.api_key, server_url=box.url), method, request)

    email = f"{twins.kind}@example.com"
    assert "Hi" in call("ai.ai_chat", {"messages": [{"role": "user", "content": "Hi"}]}).response
    made = call("authentication.auth_signup", {"email": email, "password": "long enough", "name": "Ada"})
    assert made.user.name == "Ada"
    assert made.user.created_at.tzinfo is not None
    assert made.expires_at > made.user.created_at
    assert type(made.user.id) is str
    again = call("authentication.auth_signin", {"email": email, "password": "long enough"})
    assert again.user == made.user
    assert call("cache.cache_set", {"key": twins.kind, "value": {"a": [1, None]}, "ttl": 60}).success is True
    assert call("cache.cache_get", {"key": twins.kind}).value == {"a": [1, None]}
    rows = call("database.db_query", {"sql": "SELECT ? AS a, ? AS b", "params": [1, None]})
    assert (rows.count, rows.results) == (1, [{"a": 1, "b": None}])
    assert type(rows.results[0]) is dict
    assert call("queue.queue_enqueue", {"type": "echo", "data": {}}).job_id
    assert call("services.services_invoke", {"service_name": "echo", "data": {"a": 1}}).result == {"a": 1}
    with pytest.raises(errors.ErrorResponse) as caught:
        call("authentication.auth_signup", {"email": email, "password": "long enough"})
    assert caught.value.status_code == 409


# ---- servers and keys


def test_servers_by_index_and_by_url() -> None:
    def url(**options: Any) -> str:
        return SDK(KEY, **options).sdk_configuration.server_url

    assert url() == url(server_idx=0) == url(server_url="") == SERVERS[0]
    assert url(server_idx=1) == SERVERS[1]
    assert url(server_idx=1, server_url="https://example.com/") == "https://example.com"
    assert url(server_url="https://{region}.example.com", url_params={"region": "eu"}) == "https://eu.example.com"
    for wrong in (5, -1):
        with pytest.raises(errors.InvalidArgumentsError, match="there is no server"):
            SDK(KEY, server_idx=wrong)
    with pytest.raises(errors.InvalidArgumentsError, match="region"):
        SDK(KEY, server_url="https://{region}.example.com")


def test_a_call_may_go_elsewhere(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    here, there = wire([ok]), wire([ok])
    twins.run(SDK(KEY, server_url=here.url), "cache.cache_get", {"key": "k"}, server_url=f"{there.url}/")
    assert here.seen == []
    assert there.seen[0].target == "/v1/cache/get"
    assert there.seen[0].header("x-aerostack-key") == KEY


def test_the_environment_gives_the_key_and_nothing_else(
    twins: Any, wire: Callable[[Any], Any], ok: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = wire([ok])
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")
    monkeypatch.setenv("AEROSTACK_SERVER", "https://elsewhere.example")
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "9.9.9")
    monkeypatch.setenv("AEROSTACK_VALIDATION", "nonsense")
    assert SDK().sdk_configuration.server_url == SERVERS[0]
    twins.run(SDK(server_url=server.url), "cache.cache_get", {"key": "k"})
    twins.run(SDK(KEY, server_url=server.url), "cache.cache_get", {"key": "k"})
    assert [seen.header("x-aerostack-key") for seen in server.seen] == ["ac_secret_env", KEY]


def test_b29_a_key_is_needed_by_calls_alone(twins: Any) -> None:
    with pytest.raises(errors.InvalidCredentialsError, match="AEROSTACK_API_KEY"):
        twins.run(SDK(), "cache.cache_get", {"key": "k"})


def test_a_callable_key_is_asked_once_for_each_call(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    server = wire([reply(503, b""), reply(), reply()])
    asked: list[int] = []

    def key() -> str:
        asked.append(1)
        return f"ac_secret_{len(asked)}"

    retries = utils.RetryConfig("backoff", utils.BackoffStrategy(1, 1, 1.0, 5000), False)
    sdk = SDK(key, server_url=server.url, retry_config=retries)
    assert asked == []
    twins.run(sdk, "cache.cache_get", {"key": "k"})
    twins.run(SDK(key, server_url=server.url), "cache.cache_get", {"key": "k"})
    assert [seen.header("x-aerostack-key") for seen in server.seen] == ["ac_secret_1", "ac_secret_1", "ac_secret_2"]


@pytest.mark.parametrize("bad", ["", 3, b"bytes"])
def test_a_key_is_a_text(bad: Any) -> None:
    with pytest.raises(ValueError, match="credential|give a str"):
        SDK(bad)


def test_a_callable_that_gives_no_key(twins: Any) -> None:
    with pytest.raises(errors.InvalidCredentialsError, match="NoneType"):
        twins.run(SDK(lambda: None), "cache.cache_get", {"key": "k"})  # type: ignore[arg-type, return-value]


# ---- clients and closing


def test_a_lent_client_must_be_of_the_right_kind() -> None:
    for options in ({"client": httpx.AsyncClient()}, {"async_client": httpx.Client()}, {"client": object()}):
        with pytest.raises(errors.InvalidArgumentsError, match="give an object with the methods of"):
            SDK(KEY, **options)
    assert isinstance(httpx.Client(), httpclient.HttpClient)
    assert isinstance(httpx.AsyncClient(), httpclient.AsyncHttpClient)


def test_lent_clients_are_used_and_stay_open(wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    client = httpx.Client(headers={"x-mine": "1"}, cookies={"c": "2"})

    async def main() -> None:
        lent = httpx.AsyncClient(headers={"x-mine": "3"})
        async with SDK(KEY, server_url=server.url, client=client, async_client=lent) as sdk:
            await sdk.cache.cache_get_async(request={"key": "k"})
            sdk.cache.cache_get(request={"key": "k"})
        assert not lent.is_closed
        await lent.aclose()

    asyncio.run(main())
    assert not client.is_closed
    client.close()
    assert [(seen.header("x-mine"), seen.header("cookie")) for seen in server.seen] == [("3", None), ("1", "c=2")]


def test_b30_both_sides_are_closed(wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])

    async def call(sdk: SDK) -> Any:
        return await sdk.cache.cache_get_async(request={"key": "k"})

    def refused(sdk: SDK) -> None:
        with pytest.raises(AerostackError, match="closed"):
            sdk.cache.cache_get(request={"key": "k"})
        with pytest.raises(AerostackError, match="closed"):
            asyncio.run(call(sdk))

    with SDK(KEY, server_url=server.url) as sdk:
        sdk.cache.cache_get(request={"key": "k"})
    refused(sdk)

    async def main() -> SDK:
        async with SDK(KEY, server_url=server.url) as sdk:
            sdk.cache.cache_get(request={"key": "k"})
            await call(sdk)
        return sdk

    refused(asyncio.run(main()))
    assert len(server.seen) == 3


def test_b30_one_event_loop_after_another(wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    with SDK(KEY, server_url=server.url) as sdk:
        for _ in range(3):
            asyncio.run(sdk.cache.cache_get_async(request={"key": "k"}))
    assert len(server.seen) == 3


def test_b30_nothing_is_left_open_at_exit(box: Any) -> None:
    script = f"""
import asyncio
from aerostack_dynamic.sdk import SDK
sdk = SDK({box.api_key!r}, server_url={box.url!r})
sdk.cache.cache_get(request={{"key": "k"}})
async def main():
    async with SDK({box.api_key!r}, server_url={box.url!r}) as other:
        await other.cache.cache_get_async(request={{"key": "k"}})
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, check=True)
    assert done.stderr == b""


def test_an_sdk_that_is_dropped_lets_go(wire: Callable[[Any], Any], ok: bytes) -> None:
    sdk = SDK(KEY, server_url=wire([ok]).url)
    database, gone = sdk.database, weakref.ref(sdk)
    del sdk
    gc.collect()
    assert gone() is None
    assert database.db_query(request={"sql": "x"}).count is None
    channel = weakref.ref(database._face.client._caller.session.open_channel().transport)
    del database
    gc.collect()
    assert channel() is None


def test_b31_a_call_compiles_nothing(wire: Callable[[Any], Any], ok: bytes) -> None:
    request = {"key": "k"}
    assert models.CacheGetRequestBody.model_validate(request)
    started = time.perf_counter()
    for _ in range(200):
        models.CacheGetRequestBody.model_validate(request)
    assert (time.perf_counter() - started) / 200 < 0.0004


def test_b34_an_sdk_is_made_quickly() -> None:
    SDK(KEY)
    started = time.perf_counter()
    for _ in range(20):
        SDK(KEY)
    assert (time.perf_counter() - started) / 20 < 0.02


def test_b34_the_import_brings_in_no_slow_library() -> None:
    script = "import sys, aerostack_dynamic.sdk; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    assert "aerostack_dynamic.sdk" in loaded
    assert not {"pydantic", "openapi_core", "jsonschema", "yaml"} & set(loaded)


def test_threads_share_an_sdk(wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    with SDK(KEY, server_url=server.url) as sdk, ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: sdk.cache.cache_get(request={"key": str(number)}), range(100)))
    assert len(results) == len({seen.body for seen in server.seen}) == 100


def test_an_sdk_is_copied_with_its_connections_and_pickled_without_its_key(
    wire: Callable[[Any], Any], ok: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = wire([ok])
    with SDK(KEY, server_url=server.url, timeout_ms=900) as sdk:
        copy.deepcopy(sdk).cache.cache_get(request={"key": "k"})
        pickled = pickle.dumps(sdk)
    assert KEY.encode() not in pickled
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")
    with pickle.loads(pickled) as again:
        again.cache.cache_get(request={"key": "k"})
    assert [seen.header("x-aerostack-key") for seen in server.seen] == [KEY, "ac_secret_env"]


def test_every_defect_of_the_replaced_sdk_has_a_test() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = {int(number) for number in re.findall(r"(?<=_b)\d\d(?=_)", sources)}
    assert named == set(range(1, 35))


def test_without_a_logger_the_packages_own_is_told() -> None:
    assert utils.get_default_logger() is logging.getLogger("aerostack_dynamic")
