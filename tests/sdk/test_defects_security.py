"""Defects B1, B3, B4 and B6 to B9 of the replaced SDK, and B26, B28 and B32: none of them is here."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aerostack_dynamic import AerostackError, CredentialsError
from aerostack_dynamic.sdk import SDK, errors, models

KEY = "ac_secret_for_tests"
PASSWORD = "hunter2-and-more"
AUTH = b'{"token":"header.payload.signature","user":{"id":"u1"}}'


def everything(error: BaseException) -> str:
    """All that an error shows: texts, its pickle, and what the package's frames in its traceback hold."""
    shown = [str(error), repr(error), repr(error.__dict__), repr(pickle.dumps(error))]
    errors_and_causes = [one for one in (error, error.__cause__, error.__context__) if one is not None]
    frames = [frame for one in errors_and_causes for frame, _ in traceback.walk_tb(one.__traceback__)]
    ours = [frame for frame in frames if str(frame.f_globals["__name__"]).startswith("aerostack_dynamic")]
    assert ours
    held = [value for frame in ours for value in frame.f_locals.values()]
    held += [value for one in held for value in getattr(one, "__dict__", {}).values()]
    return "\n".join([*map(str, shown), *map(repr, held), *map(repr, errors_and_causes)])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_b01_a_redirect_takes_the_key_nowhere(
    twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes], status: int
) -> None:
    other = wire([reply()])
    here = wire([reply(status, b"", Location=f"{other.url}/db/query")])
    with pytest.raises(errors.SDKError, match="Unexpected response received") as caught:
        twins(here.url, "database.db_query", {"sql": "SELECT 1"})
    assert caught.value.status_code == status
    assert caught.value.headers["location"] == f"{other.url}/db/query"
    assert (len(here.seen), other.seen) == (1, [])


def test_b01_a_lent_client_that_follows_redirects_does_not_here(wire: Callable[[Any], Any], reply: Callable[..., bytes]) -> None:
    other = wire([reply()])
    here = wire([reply(307, b"", Location=f"{other.url}/db/query")])
    with httpx.Client(follow_redirects=True) as client, SDK(KEY, server_url=here.url, client=client) as sdk:
        with pytest.raises(errors.SDKError):
            sdk.database.db_query(request={"sql": "SELECT 1"})
    assert other.seen == []


def test_b03_the_debug_log_holds_no_secret(
    twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes], caplog: pytest.LogCaptureFixture
) -> None:
    server = wire([reply(200, AUTH, Set_Cookie="session=tasty")])
    caplog.set_level(logging.DEBUG)
    request = {"email": "a@b.co", "password": PASSWORD}
    twins(server.url, "authentication.auth_signin", request, debug_logger=logging.getLogger("mine"))
    text = "\n".join(record.getMessage() for record in caplog.records if record.name == "mine")
    assert "POST /auth/signin -> 200" in text
    assert "a@b.co" in text
    for secret in (KEY, PASSWORD, "header.payload.signature", "tasty"):
        assert secret not in text


@pytest.mark.parametrize("bad", [f"{KEY}\n", f" {KEY}", f"{KEY} ", f"{KEY}\x00"])
def test_b04_an_unusable_key_is_not_shown(bad: str) -> None:
    with pytest.raises(errors.InvalidCredentialsError) as caught:
        SDK(bad)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CredentialsError)
    assert KEY not in everything(caught.value)


def test_b04_a_refused_request_does_not_show_its_secrets(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    with pytest.raises(errors.InvalidArgumentsError) as caught:
        twins(wire([ok]).url, "authentication.auth_signin", {"password": PASSWORD})
    assert PASSWORD not in everything(caught.value)
    assert "email: required, missing" in str(caught.value)


def test_b04_errors_of_answers_show_neither_key_nor_password(
    twins: Any, wire: Callable[[Any], Any], reply: Callable[..., bytes]
) -> None:
    request = {"email": "a@b.co", "password": PASSWORD}
    for answer in (reply(401, b'{"code":"X","message":"no"}'), reply(500, b"oh", "text/plain"), reply(200, b"[]"), None):
        with pytest.raises(AerostackError) as caught:
            twins(wire([answer]).url, "authentication.auth_signin", request)
        shown = everything(caught.value)
        assert KEY not in shown
        assert PASSWORD not in shown


def test_b04_no_header_of_a_call_stays_in_a_traceback(twins: Any, wire: Callable[[Any], Any], reply: Any) -> None:
    server = wire([reply(401, b'{"code":"X","message":"no"}')])
    with pytest.raises(errors.ErrorResponse) as caught:
        twins(server.url, "cache.cache_get", {"key": "k"}, http_headers={"X-Aerostack-Key": "ac_secret_other"})
    assert server.seen[0].header("x-aerostack-key") == "ac_secret_other"
    assert "ac_secret_other" not in everything(caught.value)


def test_b04_neither_the_sdk_nor_models_show_secrets() -> None:
    sdk = SDK(KEY)
    token = models.AuthResponse(token="header.payload.signature")
    signin = models.AuthSigninRequestBody(email="a@b.co", password=PASSWORD)
    for shown in (sdk, sdk.sdk_configuration, vars(sdk), sdk.ai, models.Security(api_key_auth=KEY), token, signin):
        text = repr(shown) + str(shown)
        assert not any(secret in text for secret in (KEY, PASSWORD, "header.payload"))
    assert repr(signin) == "AuthSigninRequestBody(email='a@b.co', password='***')"
    assert token.token == "header.payload.signature"
    assert repr(models.AuthResponse()) == "AuthResponse(token=None, user=None, expires_at=None)"


def test_b06_cookies_are_not_kept(wire: Callable[[Any], Any], reply: Callable[..., bytes]) -> None:
    server = wire([reply(200, AUTH, Set_Cookie="session=of-one-user")])
    with SDK(KEY, server_url=server.url) as sdk:
        for _ in range(2):
            sdk.authentication.auth_signin(request={"email": "a@b.co", "password": "p"})
    assert [seen.header("cookie") for seen in server.seen] == [None, None]


@pytest.mark.parametrize("field", ["content_type", "file_name"])
def test_b07_no_header_can_be_written_into_a_part(twins: Any, wire: Callable[[Any], Any], ok: bytes, field: str) -> None:
    server = wire([ok])
    file = {"content": b"x", "file_name": "a.txt"} | {field: "text/plain\r\nX-Evil: 1"}
    with pytest.raises(ValueError, match="control character"):
        twins(server.url, "storage.storage_upload", {"key": "k", "file": file})
    assert server.seen == []


@pytest.mark.parametrize("url", ["http://api.example.com/v1", "http://192.0.2.1:8787"])
def test_b08_plain_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(errors.InvalidCredentialsError, match="plain http"):
        SDK(KEY, server_url=url)
    assert SDK(KEY, server_url=url, allow_insecure_http=True).sdk_configuration.server_url == url


def test_b08_also_for_one_call(twins: Any) -> None:
    with pytest.raises(errors.InvalidCredentialsError, match="plain http"):
        twins("http://127.0.0.1:9", "cache.cache_get", {"key": "k"}, server_url="http://api.example.com")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/v1", "127.0.0.1:80/v1", "https:///v1", "https://u:p@host/v1", "https://a b"])
def test_b08_a_server_needs_a_scheme_and_a_host(url: str) -> None:
    with pytest.raises(errors.InvalidArgumentsError):
        SDK(KEY, server_url=url)


@pytest.mark.parametrize("name", ["X-Aerostack-Key", "x-aerostack-key", "X-AEROSTACK-KEY"])
def test_b09_a_header_replaces_the_one_of_its_name(twins: Any, wire: Callable[[Any], Any], ok: bytes, name: str) -> None:
    server = wire([ok])
    headers = {
        name: "ac_secret_other",
        "ACCEPT": "application/json; q=1",
        "User-Agent": "mine/1",
        "Content-TYPE": "application/json; charset=utf-8",
        "X-Tenant": "t1",
    }
    twins(server.url, "cache.cache_get", {"key": "k"}, http_headers=headers)
    seen = server.seen[0]
    assert seen.header("x-aerostack-key") == "ac_secret_other"
    assert seen.header("accept") == "application/json; q=1"
    assert seen.header("user-agent") == "mine/1"
    assert seen.header("content-type") == "application/json; charset=utf-8"
    assert seen.header("x-tenant") == "t1"
    assert seen.body == b'{"key":"k"}'


@pytest.mark.parametrize(
    "headers",
    [{"X-Tenant": None}, {"X-Tenant": "a\nb"}, {"Content-Length": "3"}, {"Content-Type": None}, {"a b": "c"}, "X-Tenant"],
)
def test_b09_a_header_that_cannot_be_is_refused(twins: Any, wire: Callable[[Any], Any], ok: bytes, headers: Any) -> None:
    server = wire([ok])
    with pytest.raises(errors.InvalidArgumentsError) as caught:
        twins(server.url, "cache.cache_get", {"key": "k"}, http_headers=headers)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)
    assert server.seen == []


def test_b26_an_upload_keeps_its_boundary(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    request = {"key": "k", "file": {"content": b"x", "file_name": "a.txt"}}
    twins(server.url, "storage.storage_upload", request, http_headers={"Content-Type": "multipart/form-data"})
    content_type = server.seen[0].header("content-type")
    boundary = content_type.removeprefix("multipart/form-data; boundary=")
    assert server.seen[0].body.startswith(f"--{boundary}\r\n".encode())


def test_b28_a_server_url_with_a_query_is_refused(twins: Any, wire: Callable[[Any], Any], ok: bytes) -> None:
    server = wire([ok])
    with pytest.raises(errors.InvalidArgumentsError, match="query"):
        twins(server.url, "cache.cache_get", {"key": "k"}, server_url=f"{server.url}?a=b")
    with pytest.raises(errors.InvalidArgumentsError, match="query"):
        SDK(KEY, server_url=f"{server.url}?a=b")
    assert server.seen == []


def test_b32_a_key_beyond_ascii_is_refused_in_words() -> None:
    with pytest.raises(errors.InvalidCredentialsError, match="can't be sent") as caught:
        SDK("ac_secret_clé")
    assert "clé" not in everything(caught.value)
