"""The main job: every operation of the bundled document against a real server, on both clients."""

from __future__ import annotations

import datetime
import inspect
import json
import pydoc
import rlcompleter
import uuid
from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import UNSET, ArgumentsError, AsyncClient, Client, Record, Spec


def options(box: Any) -> dict[str, Any]:
    return {"server": box.url, "api_key": box.api_key}


def address() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def test_every_operation_is_answered(both: Any, box: Any, settle: Any) -> None:
    email = address()

    async def story(client: Any) -> None:
        rows = await settle(client.database.db_query(sql="select ? as n, 'x' as t", params=[7]))
        assert rows.count == 1
        assert rows.results[0]["n"] == 7
        session = await settle(client.authentication.auth_signup(email=email, password="correct horse", name="Ada"))
        assert isinstance(session.user.id, uuid.UUID)
        assert session.expires_at.tzinfo is not None
        assert isinstance(session.user.created_at, datetime.datetime)
        again = await settle(client.authentication.auth_signin(email=email, password="correct horse"))
        assert again.user["email"] == email
        assert (await settle(client.cache.cache_set(key=email, value={"deep": [1, None]}, ttl=60))).success is True
        held = await settle(client.cache.cache_get(key=email))
        assert (held.value, held.exists) == ({"deep": [1, None]}, True)
        assert (await settle(client.cache.cache_get(key="absent"))).exists is False
        job = await settle(client.queue.queue_enqueue(type="echo", data={"n": 1}, delay=0))
        assert job["jobId"] == job.job_id
        stored = await settle(client.storage.storage_upload(key="a/b.txt", file=b"hello", content_type="text/plain"))
        assert httpx.get(stored.url).content == b"hello"
        said = await settle(client.ai.ai_chat(messages=[{"role": "user", "content": "Hello"}]))
        assert said.response == said["response"]
        assert "sandbox" in said.response
        invoked = await settle(client.services.services_invoke(service_name="echo", data={"a": [1]}))
        assert invoked.result == {"a": [1]}

    both.run(story, **options(box))


def test_all_names_of_an_operation_lead_to_it(both: Any, box: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        for name in ("cacheGet", "cache.cache_get", "POST /cache/get"):
            assert (await settle(client.call(name, key="none"))).exists is False
            assert client.operations[name] == client.cache.cache_get
        assert list(client.operations) == list(client.spec.operations)
        assert len(client.operations) == 9
        assert "cacheGet" in repr(client.operations)
        with pytest.raises(ArgumentsError, match="no operation 'cacheGett', did you mean 'cacheGet'"):
            client.call("cacheGett", key="none")
        with pytest.raises(KeyError, match="did you mean"):
            client.operations["aiChatt"]

    both.run(story, **options(box))


def test_raw_tells_of_the_answer(both: Any, box: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        response = await settle(client.cache.cache_get.raw(key="none"))
        assert isinstance(response.data, Record)
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.request_id == response.headers["x-request-id"]
        assert 0 < response.elapsed < 10
        assert (response.attempts, response.undocumented) == (1, False)
        assert response.http.json() == response.data
        assert response.http.request.url.path == "/v1/cache/get"
        assert "x-aerostack-key" not in response.http.request.headers
        assert "200" in repr(response)

    both.run(story, **options(box))


def test_python_and_wire_names_mean_the_same(box: Any) -> None:
    with Client(**options(box)) as client:
        invoke = client.services.services_invoke
        for arguments in (
            {"service_name": "echo", "data": {}},
            {"serviceName": "echo", "data": {}},
            {"body_service_name": "echo", "body_data": {}},
            {"body": {"serviceName": "echo", "data": {}}},
        ):
            assert invoke.prepare(**arguments).content == b'{"serviceName":"echo","data":{}}'
        queue = client.queue.queue_enqueue.prepare
        assert queue(type="t", data={}).content == queue(type_="t", data={}).content
        assert queue(type="t", data={}, delay=UNSET).content == b'{"type":"t","data":{}}'


def test_prepare_checks_and_sends_nothing(both: Any, wire: Any, settle: Any) -> None:
    server = wire([b""])

    async def story(client: Any) -> None:
        request = client.ai.ai_chat.prepare(messages=[{"role": "user", "content": "ü"}], model="m")
        assert isinstance(request, httpx.Request)
        assert json.loads(request.content) == {"messages": [{"role": "user", "content": "ü"}], "model": "m"}
        assert request.headers["accept"] == "application/json"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"] == f"aerostack_dynamic/{package.__version__}"
        assert "x-aerostack-key" not in request.headers
        with pytest.raises(ArgumentsError, match="required, missing"):
            client.ai.ai_chat.prepare()

    both.run(story, api_key="ac_secret_x", server=server.url)
    assert server.seen == []
    assert server.connections == 0


def test_prepare_needs_no_key() -> None:
    with Client() as client:
        assert client.cache.cache_get.prepare(key="k").url == "https://api.aerostack.ai/v1/cache/get"


def test_curl_is_a_command_with_placeholders(box: Any) -> None:
    with Client(**options(box)) as client:
        command = client.authentication.auth_signin.curl(email="a@b.co", password="hunter22")
        assert command.startswith(f"curl --request POST {box.url}/auth/signin ")
        assert '--header "X-Aerostack-Key: $AEROSTACK_API_KEY"' in command
        assert "hunter22" not in command
        assert box.api_key not in command
        upload = client.storage.storage_upload.curl(key="it's", file=("n.txt", b"x", "text/plain"))
        assert "--form-string 'key=it'\"'\"'s'" in upload
        assert '--form \'file=@"n.txt";filename="n.txt";type=text/plain\'' in upload
        with pytest.raises(ArgumentsError):
            client.authentication.auth_signin.curl(email=1)


def test_curl_runs_as_it_is_written(box: Any) -> None:
    subprocess = pytest.importorskip("subprocess")
    shutil = pytest.importorskip("shutil")
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    with Client(**options(box)) as client:
        command = client.cache.cache_set.curl(key="c", value='it\'s "quoted" $HOME')
        done = subprocess.run(
            ["sh", "-c", command], env={"AEROSTACK_API_KEY": box.api_key, "PATH": "/usr/bin:/bin"}, capture_output=True, check=True
        )
        assert json.loads(done.stdout) == {"success": True}
        assert client.cache.cache_get(key="c").value == 'it\'s "quoted" $HOME'


def test_send_goes_through_all_layers(both: Any, box: Any, settle: Any) -> None:
    async def story(client: Any) -> None:
        for url in (f"{box.url}/cache/get", "/cache/get"):
            response = await settle(client.send(httpx.Request("POST", url, json={"key": "none"})))
            assert response.status == 200
            assert response.data["exists"] is False
        with pytest.raises(package.CredentialsError, match=r"https://example\.com is not the server's origin"):
            await settle(client.send(httpx.Request("POST", "https://example.com/cache/get")))

    both.run(story, **options(box))


def test_options_make_copies_that_share_connections(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(body=b'{"exists":true}')])

    async def story(client: Any) -> None:
        other = client.with_options(headers={"X-Tenant": "t"}, timeout=5, retry=1, validation="strict")
        await settle(client.cache.cache_get(key="a"))
        await settle(other.cache.cache_get(key="b"))
        await settle(client.cache.cache_get.with_options(headers={"X-One": "1"})(key="c"))
        assert [one.header("x-tenant") for one in server.seen] == [None, "t", None]
        assert [one.header("x-one") for one in server.seen] == [None, None, "1"]
        assert server.connections == 1
        with pytest.raises(TypeError):
            client.with_options(nonsense=1)
        with pytest.raises(ArgumentsError, match="media_type: the body is one of application/json"):
            client.cache.cache_get.with_options(media_type="text/plain").prepare(key="a")

    both.run(story, "ac_secret_x", server=server.url)


def test_operations_look_like_methods(box: Any) -> None:
    with Client(**options(box)) as client:
        operation = client.ai.ai_chat
        assert operation.__name__ == "ai_chat"
        assert str(inspect.signature(operation)) == "(*, messages: list[dict], model: str = UNSET) -> aerostack_dynamic.Record"
        assert inspect.isroutine(operation)
        shown = pydoc.render_doc(operation, renderer=pydoc.plaintext)
        for part in (
            "ai_chat(*, messages: list[dict], model: str = UNSET)",
            "Arguments:",
            "model: string, optional",
            "POST /ai/chat",
        ):
            assert part in shown
        example = operation.operation.example()
        assert operation.prepare(**example).method == "POST"
        assert "ai_chat" in dir(client.ai)
        assert {"ai", "cache", "call", "operations"} <= set(dir(client))
        completer = rlcompleter.Completer({"client": client})
        assert "client.ai.ai_chat(" in [completer.complete("client.ai.ai_", index) for index in range(1)]
        assert repr(operation) == "<operation ai.ai_chat: POST /ai/chat>"
        assert repr(client.ai) == "<group ai: ai_chat>"
        assert repr(client) == f"<Client Aerostack API 1.0.0 at {box.url}>"
        with pytest.raises(AttributeError):
            client.ai.nothing  # noqa: B018
        with pytest.raises(AttributeError):
            client.ai.ai_chat = 1


def test_the_document_is_loaded_with_the_package() -> None:
    spec = Spec.bundled()
    assert package.versions()[0] == "1.0.0"
    assert (spec.title, spec.version, spec.openapi) == ("Aerostack API", "1.0.0", "3.1.0")
    assert [one.dotted for one in spec.operations.values()] == [
        "database.db_query",
        "authentication.auth_signup",
        "authentication.auth_signin",
        "cache.cache_get",
        "cache.cache_set",
        "queue.queue_enqueue",
        "storage.storage_upload",
        "ai.ai_chat",
        "services.services_invoke",
    ]
    assert spec.problems == ()
    assert [one.operation_id for one in spec.search("chat")] == ["aiChat"]
    assert set(spec.schemas) == {"DbQueryResult", "AuthResponse", "User", "ErrorResponse"}
    assert Client().spec.document is AsyncClient().spec.document


def test_every_example_of_the_document_is_a_call() -> None:
    with Client() as client:
        for operation in client.operations.values():
            example = operation.operation.example()
            if operation.__name__ == "storage_upload":
                example["file"] = b"content"
            assert set(example) <= set(operation.__signature__.parameters)
            operation.prepare(**example)


def test_a_content_type_can_be_given_but_not_a_boundary(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply()])

    async def story(client: Any) -> None:
        await settle(client.cache.cache_get(key="k"))
        await settle(client.storage.storage_upload(key="k", file=b"x"))

    both.run(story, "ac_secret_x", server=server.url, headers={"content-type": "application/vnd.own+json"})
    assert server.seen[0].header("content-type") == "application/vnd.own+json"
    assert (server.seen[1].header("content-type") or "").startswith("multipart/form-data; boundary=")
