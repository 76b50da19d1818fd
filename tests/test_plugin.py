"""The pytest plugin: documents to run under, the matrix, usage, and processes of pytest-xdist."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client
from aerostack_dynamic.testing import MockError, MockTransport, UsageReport
from aerostack_dynamic.testing._breaks import break_in
from aerostack_dynamic.testing._matrix import Break

pytest_plugins = ["pytester"]

# Calls as they are written for 1.0.0.
SUITE = """
    import pytest

    CHAT = {"messages": [{"role": "user", "content": "Hello"}]}

    def test_query(aerostack_client):
        assert isinstance(aerostack_client.database.db_query(sql="select 1 as n").results, list)

    def test_chat(aerostack_client):
        assert isinstance(aerostack_client.ai.ai_chat(**CHAT).response, str)

    def test_chat_by_name(aerostack_client):
        assert aerostack_client.ai.ai_chat(**CHAT).get("response") is not None

    def test_chat_without_role(aerostack_client):
        aerostack_client.ai.ai_chat(messages=[{"content": "Hello"}])

    def test_cache(aerostack_client, aerostack_mock):
        aerostack_mock.on("cacheGet", key="k").respond({"value": 1, "exists": True})
        with pytest.raises(TypeError):
            aerostack_client.cache.cache_get(kee="k")
        reply = aerostack_client.cache.cache_get(key="k")
        assert (reply.value, reply.get("more")) == (1, None)
        aerostack_mock.assert_called("cacheGet", key="k")

    def test_signup(aerostack_client):
        assert aerostack_client.authentication.auth_signup(email="a@example.com", password="long enough")
"""
BROKEN = [
    r"aiChat under 1.5.0: test_it.py::test_chat\[1.5.0\]: 200/response: the record has no 'response'; it has .*",
    r"aiChat under 1.5.0: test_it.py::test_chat_by_name\[1.5.0\]: 200/response: the record has no 'response'; it has .*",
    r"aiChat under 1.5.0: test_it.py::test_chat_without_role\[1.5.0\]: body/messages/0/role: required, missing",
]
BOTH = ("--aerostack-spec", "1.0.0", "--aerostack-spec", "1.5.0")


@pytest.fixture
def run(pytester: pytest.Pytester) -> Any:
    def run_them(text: str, *words: str, apart: bool = False, **outcomes: int) -> list[str]:
        pytester.makepyfile(test_it=text)
        options = (
            "-q",
            "-W",
            "error",
            "-p",
            "no:anyio",
            "-p",
            "no:hypothesispytest",
            *(() if apart else ("-p", "no:xdist")),
            *words,
        )
        result = pytester.runpytest_subprocess(*options) if apart else pytester.runpytest_inprocess(*options)
        if outcomes:
            result.assert_outcomes(**outcomes)
        result.outlines.append(f"exit {int(result.ret)}")
        return result.outlines + result.errlines

    return run_them


def told(lines: list[str], *patterns: str) -> None:
    for pattern in patterns:
        assert any(re.fullmatch(pattern, line) for line in lines), (pattern, lines)


def table(lines: list[str]) -> dict[str, list[str]]:
    """The matrix as rows of cells."""
    start = next(index for index, line in enumerate(lines) if line.startswith("operation  "))
    told = itertools.takewhile(lambda line: not line.startswith("="), lines[start:])
    rows = [re.split(r" {2,}", line) for line in told if not re.match(r".* under |not exercised|what the tests", line)]
    return {row[0]: row[1:] for row in rows if len(row) == len(rows[0])}


@pytest.mark.parametrize("apart", [False, True], ids=["one process", "xdist"])
def test_calls_for_one_version_fail_under_another_where_the_break_is(run: Any, pytester: pytest.Pytester, apart: bool) -> None:
    words = (*BOTH, "--aerostack-usage", "seen.json", *(["-n", "2"] if apart else []))
    lines = run(SUITE, *words, apart=apart, passed=9, failed=3)
    told(lines, *BROKEN, r"not exercised at all: 5 of 1.0.0, 38 of 1.5.0", r"what the tests use of the API is in .*seen.json")
    assert len([line for line in lines if " under 1." in line]) == 3
    assert table(lines) == {
        "operation": ["1.0.0", "1.5.0"],
        "aiChat": ["passed", "invalid"],
        "authSignup": ["passed", "passed"],
        "cacheGet": ["passed", "passed"],
        "dbQuery": ["passed", "passed"],
    }
    report = UsageReport.load(pytester.path / "seen.json")
    assert {name: one.calls for name, one in report.operations.items()} == {
        "aiChat": 6,
        "authSignup": 2,
        "cacheGet": 4,
        "dbQuery": 2,
    }
    assert report.operations["cacheGet"].fields == {"200/value", "200/more"}
    assert report.operations["aiChat"].fields == {"200/response"}
    assert report.operations["aiChat"].arguments == {"body/messages/*/role", "body/messages/*/content"}
    assert len(report.documents) == 2
    assert not (pytester.path / ".pytest_cache/d/aerostack_dynamic/usage.json").exists()


DOCUMENT = """
openapi: 3.1.0
info: {title: Own, version: "7"}
servers: [{url: "https://own.example"}]
security: [{Basic: [], Key: []}]
components:
  securitySchemes:
    Basic: {type: http, scheme: basic}
    Key: {type: apiKey, in: header, name: X-Key}
    Cert: {type: mutualTLS}
paths:
  /things/{id}:
    get:
      operationId: getThing
      tags: [things]
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: it, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}}
"""


CHOOSING = """
    import asyncio
    from pathlib import Path
    import pytest

    def test_spec(aerostack_spec):
        assert aerostack_spec.version in ("7", "1.5.0")

    def test_thing(aerostack_client):
        assert aerostack_client.things.get_thing(id=1) is not None

    def test_storage(aerostack_client):
        assert aerostack_client.storage.storage_list is not None

    @pytest.mark.aerostack_specs(Path("own.yaml"))
    def test_async(aerostack_async_client, aerostack_spec):
        async def main():
            async with aerostack_async_client as client:
                assert await client.things.get_thing(id=1)
        asyncio.run(main())

    @pytest.mark.aerostack_specs("1.0.0")
    def test_old(aerostack_client):
        aerostack_client.ai.ai_chat(messages=[]).response

    def test_plain():
        pass
"""


def test_documents_are_chosen_by_configuration_and_marker(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", own=DOCUMENT)
    pytester.makeini("[pytest]\naerostack_specs = own.yaml 1.5.0\naerostack_usage = off\n")
    lines = run(
        CHOOSING,
        "-rA",
        passed=7,
        failed=2,
    )
    told(
        lines,
        r"PASSED test_it.py::test_async\[own.yaml\]",
        r"PASSED test_it.py::test_old\[1.0.0\]",
        r"PASSED test_it.py::test_plain",
    )
    told(lines, r"things under 1.5.0: .*test_thing\[1.5.0\]: the document has neither a tag nor an operation 'things'")
    told(lines, r"storage under own.yaml: .*test_storage\[own.yaml\]: the document has neither a tag nor an operation 'storage'")
    cells = table(lines)
    assert cells["operation"] == ["own.yaml", "1.5.0", "1.0.0"]
    assert cells["getThing"] == ["passed", "missing", "missing"]
    assert cells["aiChat"] == ["missing", "not exercised", "passed"]
    assert not (pytester.path / ".pytest_cache/d/aerostack_dynamic").exists()


FAILING = """
    import httpx
    import pytest
    from aerostack_dynamic.testing import MockTransport

    def test_unused(aerostack_client, aerostack_mock):
        aerostack_mock.on("aiChat").respond({"response": "hi"})

    def test_wrong(aerostack_mock):
        with httpx.Client(transport=aerostack_mock, headers={"X-Aerostack-Key": "k"}) as client:
            client.post("https://api.aerostack.ai/v1/cache/get", json={"key": 1})

    def test_behind(aerostack_client):
        try:
            aerostack_client.cache.cache_get(key=1)
        except TypeError as error:
            raise RuntimeError("the shop is closed") from error

    def test_told_before(aerostack_client):
        try:
            aerostack_client.cache.cache_get(key=1, more=2)
        except TypeError:
            pass
        assert not "done"

    def test_gone(aerostack_client):
        aerostack_client.cache.cache_forget(key="k")

    def test_else(aerostack_client):
        assert not "done"

    @pytest.mark.xfail(strict=True)
    def test_expected(aerostack_client):
        aerostack_client.cache.cache_get(key=1)
"""


def test_wrong_requests_and_unused_stubs_fail(run: Any, pytester: pytest.Pytester) -> None:
    lines = run(
        FAILING,
        passed=1,
        errors=1,
        failed=5,
        xfailed=1,
    )
    told(lines, r"cacheGet under 1.0.0: .*test_wrong\[1.0.0\]: body/key: .*")
    told(lines, r"cacheGet under 1.0.0: .*test_behind\[1.0.0\]: body/key: .*")
    told(lines, r"cacheGet under 1.0.0: .*test_told_before\[1.0.0\]: body/\w+: .* \(and 1 more\)")
    told(lines, r"cache.cache_forget under 1.0.0: .*: the document does not have the operation")
    assert len([line for line in lines if " under 1.0.0" in line]) == 4
    assert table(lines) == {"operation": ["1.0.0"], "cache.cache_forget": ["missing"], "cacheGet": ["invalid"]}
    # What is used is kept in any case, for `--used`.
    report = UsageReport.load(pytester.path / ".pytest_cache/d/aerostack_dynamic/usage.json")
    assert report.operations["cacheGet"].calls == 3


def test_a_client_may_be_anywhere(run: Any) -> None:
    run(
        """
        import httpx
        import pytest

        @pytest.fixture
        def aerostack_client_options(request):
            return request.param

        @pytest.mark.parametrize("aerostack_client_options", [{"api_key": "mine"}], indirect=True)
        def test_key(aerostack_client, aerostack_mock):
            aerostack_client.ai.ai_chat(messages=[])
            assert aerostack_mock.calls[0].operation.operation_id == "aiChat"

        def answer(request):
            assert request.url.host == "staging.example"
            assert request.headers["X-Aerostack-Key"] == "k"
            return httpx.Response(200, json={"response": "from staging"})

        STAGING = {"api_key": "k", "server": "https://staging.example/v1", "transport": httpx.MockTransport(answer)}

        @pytest.mark.parametrize("aerostack_client_options", [STAGING], indirect=True)
        def test_staging(aerostack_client):
            assert aerostack_client.ai.ai_chat(messages=[]).response == "from staging"
        """,
        passed=2,
    )


def test_documents_that_are_not_there(run: Any, pytester: pytest.Pytester) -> None:
    lines = run("def test_it(): pass", "--aerostack-spec", "1.6.0")
    told(lines, r"ERROR: aerostack: there is no bundled document '1.6.0', did you mean .*; and no file .*1.6.0", "exit 4")
    lines = run("import pytest\n@pytest.mark.aerostack_specs()\ndef test_it(aerostack_spec): pass")
    told(lines, r".*test_it.py::test_it: aerostack_specs names no document", "exit 2")


def test_nothing_is_told_where_nothing_was_asked_for(run: Any, pytester: pytest.Pytester) -> None:
    lines = run("def test_it(): pass", passed=1)
    assert not [line for line in lines if "aerostack" in line]
    lines = run("def test_it(): pass", "-p", "no:cacheprovider", "-p", "no:aerostack_dynamic", passed=1)
    lines = run(SUITE, "-p", "no:cacheprovider", "-k", "query", passed=1)
    told(lines, "dbQuery +passed")


def test_a_failure_tells_of_a_break_by_what_is_behind_it() -> None:
    wrong, other = ArgumentsError("one\n  two"), RuntimeError("other")
    other.__context__ = wrong
    wrong.__context__ = other  # a circle
    group = RuntimeError("several")
    group.exceptions = ["no exception", other]  # type: ignore[attr-defined]  # as an ExceptionGroup has them
    assert break_in(group) == break_in(other) == Break("", "one")
    other.__suppress_context__ = True
    assert break_in(other) is None
    assert break_in(MockError("stubs were not used")) is None
    # Two ways lead to one exception.
    group.exceptions = [other, other]  # type: ignore[attr-defined]  # as above
    assert break_in(group) is None


def test_the_usage_file_is_written_where_it_can_be_and_told_where_not(run: Any, pytester: pytest.Pytester) -> None:
    words = ("--aerostack-usage", "new/folder/usage.json")
    told(run(SUITE, *words, "-k", "query", passed=1), r"what the tests use of the API is in .*new.folder.usage.json")
    assert "dbQuery" in UsageReport.load(pytester.path / "new/folder/usage.json").operations
    for place, reason in (("new/folder", "it is a folder; .*"), ("test_it.py/usage.json", ".*test_it.py is no folder")):
        lines = run(SUITE, "--aerostack-usage", place)
        told(lines, rf"ERROR: aerostack: the usage file .* can't be written: {reason}", "exit 4")
    late = """
    from pathlib import Path
    def test_it(aerostack_client):
        Path("late").mkdir()
        aerostack_client.ai.ai_chat(messages=[])
    """
    lines = run(late, "--aerostack-usage", "late", passed=1)
    told(lines, r"warning: .*late can't be written: .*", r"what the tests use of the API is in .*usage.json", "exit 0")
    kept = pytester.path / ".pytest_cache/d/aerostack_dynamic/usage.json"
    assert [*UsageReport.load(kept).operations] == ["aiChat"]
    kept.unlink()
    kept.mkdir()
    told(run(SUITE, "-k", "query", passed=1), r"warning: what the tests use of the API can't be kept in the cache of pytest: .*")


ELSEWHERE = """
    import httpx
    import pytest
    from aerostack_dynamic import AerostackError

    def test_tag(aerostack_client):
        assert aerostack_client.cache

    def test_by_id(aerostack_client):
        aerostack_client.cache.cacheIncrement(key="k")

    def test_login(aerostack_client, aerostack_mock):
        aerostack_mock.on("authSignin").respond({"code": "AUTH_INVALID_CREDENTIALS", "message": "no"}, status=401)
        aerostack_client.call("authSignin", email="a@b.test", password="x")

    def test_teardown(aerostack_client, aerostack_mock):
        aerostack_mock.on("dbQuery").respond({"results": []})
        aerostack_client.call("aiChat", messages=[])

    @pytest.mark.parametrize("passes", [True, False])
    def test_set(aerostack_client, passes):
        aerostack_client.call("cacheSet", key="k", value=1)
        assert passes
"""


def test_the_matrix_has_operations_alone_and_says_what_did_not_pass(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", own=DOCUMENT)
    lines = run(ELSEWHERE, *BOTH, "--aerostack-spec", "own.yaml", "-k", "not own.yaml or tag")
    assert table(lines) == {
        "operation": ["1.0.0", "1.5.0", "own.yaml"],
        "aiChat": ["failed", "failed", "missing"],
        "authSignin": ["failed", "failed", "missing"],
        "cacheIncrement": ["missing", "passed", "missing"],
        "cacheSet": ["passed", "passed", "missing"],
    }
    told(lines, r"cache under own.yaml: .*: the document has neither a tag nor an operation 'cache'")


ONCE = """
    import unittest
    import pytest

    class TestShop(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _client(self, aerostack_client):
            self.client = aerostack_client

        def test_it(self):
            self.client.cache.cache_get(key="k")

    def test_query(request):
        request.getfixturevalue("aerostack_client").database.db_query(sql="select 1")

    def test_spec(request):
        assert request.getfixturevalue("aerostack_spec").version in ("1.0.0", "1.5.0")

    @pytest.mark.aerostack_specs(MARKED)
    def test_marked(request):
        assert request.getfixturevalue("aerostack_mock")
"""


def test_what_pytest_cannot_run_twice_runs_under_the_one_document(run: Any) -> None:
    once = ONCE.replace("MARKED", '"1.5.0"')
    lines = run(once, "--aerostack-spec", "1.5.0", passed=4)
    assert table(lines) == {"operation": ["1.5.0"], "cacheGet": ["passed"], "dbQuery": ["passed"]}
    lines = run(once, "--aerostack-spec", "1.0.0", passed=3, failed=1)
    told(lines, r"the test is to run under 1.5.0, and pytest can run it only once.*")
    lines = run(once, *BOTH, errors=1, failed=3)
    told(lines, r"the test is to run under 1.0.0, 1.5.0, and .*")
    named = """
    import pytest
    @pytest.mark.usefixtures("aerostack_spec")
    def test_it(request):
        request.getfixturevalue("aerostack_client").cache.cache_get(key="k")
    """
    assert table(run(named, *BOTH, passed=2))["cacheGet"] == ["passed", "passed"]
    lines = run(ONCE.replace("MARKED", ""), "-k", "marked", failed=1)
    told(lines, r"aerostack_specs names no document")


def test_documents_that_cannot_be_used_end_the_run_in_one_line(run: Any, pytester: pytest.Pytester) -> None:
    own = "def test_it(aerostack_client): pass"
    lines = run(own, "--aerostack-spec", "test_it.py")
    told(lines, r"ERROR: aerostack: test_it.py is no document that can be used: .+", "exit 4")
    assert len(lines) < 6, lines
    told(run(own, *BOTH, "--aerostack-spec", "1.0.0", passed=2), "exit 0")
    mark = "import pytest\n@pytest.mark.aerostack_specs({})\ndef test_it(aerostack_spec): pass"
    wrong = {
        "test_list": ('["1.0.0", "1.5.0"]', r"aerostack_specs takes each .* of its own: aerostack_specs\('1.0.0', '1.5.0'\)"),
        "test_kind": ("5", "aerostack_specs takes bundled versions and paths, not 5"),
        "test_code": ('"test_it.py"', "aerostack: test_it.py is no document that can be used: .*"),
        "test_none": ('"no.yaml"', "aerostack: there is no bundled document 'no.yaml'.*"),
    }
    pytester.makepyfile(**{name: mark.format(given) for name, (given, _) in wrong.items()})
    lines = run(own)
    told(lines, *(rf"{name}.py::test_it: {reason}" for name, (_, reason) in wrong.items()), "exit 2")
    assert not [line for line in lines if "_plugin.py" in line], lines


def test_options_of_clients_that_there_are_not(run: Any) -> None:
    lines = run(
        """
        import pytest

        @pytest.fixture
        def aerostack_client_options(request):
            return request.param

        @pytest.mark.parametrize("aerostack_client_options", [{"sever": "https://x.test"}, None], indirect=True)
        def test_it(aerostack_client):
            pass
        """,
        errors=2,
    )
    told(lines, r"aerostack_client_options: clients have no option 'sever', did you mean 'server'\? There are api_key, version, .*")
    told(lines, r"aerostack_client_options gives a dict, not a NoneType")


def test_a_name_that_is_not_there_is_a_break_where_the_document_would_have_it() -> None:
    with Client("key", transport=MockTransport()) as client:
        for holder, name, operation in ((client, "nothing", "nothing"), (client.cache, "cache_none", "cache.cache_none")):
            with pytest.raises(AttributeError) as caught:
                getattr(holder, name)
            found = break_in(caught.value)
            assert found
            assert found.operation == operation
    with pytest.raises(AttributeError) as caught:
        _ = object().nothing  # type: ignore[attr-defined]  # as it has to be
    assert break_in(caught.value) is None
