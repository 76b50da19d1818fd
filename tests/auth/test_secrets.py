"""No secret is shown: not by an object, an error, a pickle, a log line of any logger, or a traceback with its locals."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import logging
import pickle
import traceback
from typing import Any
from urllib.parse import unquote

import pytest

from aerostack_dynamic import AerostackError, AsyncClient, Client
from aerostack_dynamic.auth import ClientCredentials, RefreshToken

SECRET, REFRESH, ACCESS, ROTATED = "canary-secret/1", "canary-refresh/2", "canary-access-3", "canary-rotated/4"
SCHEMES = {"O": {"type": "oauth2", "flows": {}}}


def answered(data: Any, status: int = 200) -> tuple[int, Any]:
    return status, data


ANSWERS: dict[str, Any] = {
    "good": answered({"access_token": ACCESS, "token_type": "bearer", "refresh_token": ROTATED, "expires_in": 60}),
    "refused": None,  # it repeats what it was sent
    "no JSON": answered(f"{ACCESS} {SECRET} {REFRESH}".encode()),
    "no token": answered({"refresh_token": ROTATED, "id_token": ACCESS}),
    "no bearer": answered({"access_token": ACCESS, "token_type": "mac", "refresh_token": ROTATED}),
    "unusable": answered({"access_token": ACCESS + "\n", "refresh_token": ROTATED}),
    "no time": answered({"access_token": ACCESS, "expires_in": "soon", "refresh_token": ROTATED}),
    "server error": answered(ACCESS.encode(), 500),
    "too much": answered(json.dumps({"access_token": ACCESS, "more": "x" * 1024 * 1024}).encode()),
    "redirect": answered({"access_token": ACCESS}, 302),
}


def repeated(issuer: Any) -> Any:
    seen = issuer.heads[-1]
    body = seen.body.decode()
    return {"error": "invalid_client", "error_description": f"{seen.header('authorization')} {body} {unquote(body)}"[-190:]}


def make(kind: str, url: str) -> Any:
    if kind == "refresh":
        return RefreshToken(REFRESH, "me", SECRET, token_url=url, client_auth="post", on_rotate=bool)
    return ClientCredentials("me", SECRET, token_url=url, client_auth="basic" if kind == "basic" else "post")


def shown(*values: Any) -> str:
    """All that can be seen of some objects, some levels down."""
    text = ""
    for value in values:
        text += repr(value) + str(value) + format(value)
        for name in [name for name in dir(value) if not name.startswith("__")]:
            try:
                text += repr(getattr(value, name))
            except Exception as error:
                text += repr(error)
        text += repr(vars(value)) if hasattr(value, "__dict__") else ""
    return text


@pytest.mark.parametrize("kind", ["basic", "post", "refresh"])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_no_secret_is_shown(issuer: Any, document: Any, answer: str, kind: str, mode: str) -> None:
    issuer.answer = lambda form: ANSWERS[answer] or (401, repeated(issuer))
    issuer.refused = {f"Bearer {ACCESS}"}
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    flow = make(kind, issuer.token_url)
    given = {"spec": document(SCHEMES), "server": issuer.url, "credentials": {"O": flow}}
    caught: list[AerostackError] = []

    def sync() -> Any:
        with Client(**given) as client:
            try:
                client.get_x()
            except AerostackError as error:
                caught.append(error)
            return client

    async def asynchronous() -> Any:
        async with AsyncClient(**given) as client:
            try:
                await client.get_x()
            except AerostackError as error:
                caught.append(error)
            return client

    try:
        client = sync() if mode == "sync" else asyncio.run(asynchronous())
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert issuer.forms
    (error,) = caught
    pickled = b"".join(pickle.dumps(one, protocol) for one in (error, client) for protocol in (0, 4))
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    seen = "".join((told, shown(flow, error, client, copy.deepcopy(flow), *flow._held.values()), log.getvalue(), repr(pickled)))
    assert "canary" not in seen, seen[seen.index("canary") - 200 : seen.index("canary") + 100]
    assert log.getvalue()
