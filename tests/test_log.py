"""The log: one line a call at `info`, what was given and answered at `debug`, secrets masked; `AEROSTACK_LOG` shows it."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from typing import Any

import pytest


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "aerostack_dynamic"]


def test_a_call_is_a_line(both: Any, wire: Any, reply: Any, settle: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = wire([reply(body=b"{}", x_request_id="r7")])

    async def story(client: Any) -> None:
        await settle(client.cache.cache_get(key="k"))

    with caplog.at_level(logging.INFO, "aerostack_dynamic"):
        both.run(story, "ac_secret_x", server=server.url)
    [(level, text)] = lines(caplog)
    assert level == "INFO"
    assert text.startswith("cache.cache_get POST /cache/get -> 200 in ")
    assert text.endswith(" ms, attempt 1, request id r7")


def test_debug_tells_of_values_but_not_of_secrets(both: Any, box: Any, settle: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def story(client: Any) -> None:
        email = f"{id(caplog)}{both.kind}@example.com"
        result = await settle(client.authentication.auth_signup(email=email, password="hunter2222", metadata={"team": "x"}))
        await settle(client.storage.storage_upload(key="log.txt", file=b"content of it"))
        told = str(lines(caplog))
        assert "'password': '***'" in told
        assert "'metadata': {'team': 'x'}" in told
        assert "'token': '***'" in told
        assert "'file': '<bytes>'" in told
        for secret in ("hunter2222", result.token, box.api_key, "content of it"):
            assert secret not in told

    with caplog.at_level(logging.DEBUG, "aerostack_dynamic"):
        both.run(story, box.api_key, server=box.url)


def test_retries_and_failures_are_lines(both: Any, wire: Any, reply: Any, settle: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = wire([reply(503), reply(501)])

    async def story(client: Any) -> None:
        with pytest.raises(Exception, match="501"):
            await settle(client.cache.cache_get(key="k"))

    with caplog.at_level(logging.INFO, "aerostack_dynamic"):
        both.run(story, "ac_secret_x", server=server.url)
    texts = [text for _, text in lines(caplog)]
    assert re.fullmatch(r"cache\.cache_get attempt 1 failed \(status 503\), the next in 0\.[01]\d\d s", texts[0])
    assert texts[2] == "cache.cache_get failed: ServerError"


def test_bodies_that_are_not_described_are_told_by_their_size(both: Any, wire: Any, reply: Any, settle: Any, caplog: Any) -> None:
    for answer, size in ((reply(body=b"{"), 1), (reply(418, b"secret", "text/plain"), 6)):
        server = wire([answer])

        async def story(client: Any) -> None:
            with pytest.raises(Exception, match=r"JSON|418"):
                await settle(client.cache.cache_get(key="k"))

        with caplog.at_level(logging.DEBUG, "aerostack_dynamic"):
            both.run(story, "ac_secret_x", server=server.url)
        assert f"cache.cache_get answered {size} bytes" in str(lines(caplog))


def test_a_logger_can_be_given(both: Any, wire: Any, reply: Any, settle: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def story(client: Any) -> None:
        await settle(client.cache.cache_get(key="k"))

    with caplog.at_level(logging.INFO):
        both.run(story, "ac_secret_x", server=wire([reply()]).url, logger=logging.getLogger("mine"))
    assert [one.name for one in caplog.records if "cache_get" in one.getMessage()] == ["mine"]


@pytest.mark.parametrize(("value", "shown"), [("info", True), ("DEBUG", True), ("", False), ("loud", False)])
def test_the_environment_shows_the_log(value: str, shown: bool, wire: Any, reply: Any) -> None:
    code = "import sys; from aerostack_dynamic import Client\nfor _ in range(2): Client('k', server=sys.argv[1]).cache.cache_get(key='k')"
    done = subprocess.run(
        [sys.executable, "-c", code, wire([reply()]).url],
        env={"AEROSTACK_LOG": value, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line for line in done.stderr.splitlines() if " INFO aerostack_dynamic: cache.cache_get POST /cache/get -> 200" in line]
    assert len(found) == (2 if shown else 0)
