"""What ends one day: warnings at the caller's line, and the server's own word in `Deprecation` and `Sunset` (RFC 9745, RFC 8594)."""

from __future__ import annotations

import inspect
import logging
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import UNSET, ApiDeprecationWarning, ArgumentsError, Client, Drift, NotFoundError, Spec

TEXT = {"type": "string"}
OLD = {**TEXT, "deprecated": True}
JSON = {
    "application/json": {
        "schema": {"type": "object", "properties": {"a": TEXT, "b": OLD, "c": {"allOf": [OLD]}, "d": {"anyOf": [OLD, TEXT]}}}
    }
}
FORM = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"f": OLD}}}}
ROWS = {"type": "object", "properties": {"rows": {"type": "array", "items": {}}}}
OK = {"200": {"description": "", "content": {"application/json": {"schema": ROWS}}}}
SPEC = Spec.load(
    {
        "openapi": "3.1.0",
        "info": {"title": "Ends", "version": "1"},
        "paths": {
            "/old": {
                "get": {
                    "operationId": "old",
                    "deprecated": True,
                    "x-sunset": "2030-01-31",
                    "summary": "The old way.",
                    "description": "Gives rows.\nUse `things`\u202e instead, please. It has more.",
                    "x-aerostack-pages": {"items": "/rows", "input": "offset", "kind": "offset"},
                    "parameters": [{"name": "offset", "in": "query", "schema": {"type": "integer"}}],
                    "responses": OK,
                }
            },
            "/plain": {"get": {"operationId": "plain", "deprecated": True, "responses": OK}},
            "/things": {
                "post": {
                    "operationId": "things",
                    "parameters": [
                        {"name": "userId", "in": "query", "schema": TEXT, "deprecated": True, "description": "Obsolete: see a."},
                        {"name": "a", "in": "query", "schema": TEXT},
                        {"name": "X-Old", "in": "header", "schema": OLD},
                    ],
                    "requestBody": {"content": {**JSON, **FORM}},
                    "responses": OK,
                }
            },
            "/fresh": {"get": {"operationId": "fresh", "responses": OK}},
            "/broken": {"post": {"operationId": "broken", "requestBody": {"$ref": "#/nowhere"}, "responses": OK}},
        },
    }
)
WHY = "old is deprecated, and ends on 2030-01-31: Use `things`\\u202e instead, please."


def here() -> int:
    """The line that asks."""
    frame = inspect.currentframe()
    assert frame
    assert frame.f_back
    return frame.f_back.f_lineno


@pytest.fixture
def server(wire: Any, reply: Any) -> Any:
    return wire(lambda seen: reply(body=b'{"rows": []}'))


def test_an_operation_warns_at_the_line_of_the_call(both: Any, server: Any, settle: Any) -> None:
    async def story(client: Any) -> list[int]:
        lines = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            waiting = client.old(); lines.append(here())  # fmt: skip  # noqa: E702
            await settle(waiting)
            await settle(client.old.raw()); lines.append(here())  # fmt: skip  # noqa: E702
            await settle(client.call("GET /old")); lines.append(here())  # fmt: skip  # noqa: E702
            client.old.stream(); lines.append(here())  # fmt: skip  # noqa: E702
            client.old.prepare(); lines.append(here())  # fmt: skip  # noqa: E702
            client.old.curl(); lines.append(here())  # fmt: skip  # noqa: E702
            client.old.with_options(timeout=5).pages(); lines.append(here())  # fmt: skip  # noqa: E702
            client.operations["old"].items(); lines.append(here())  # fmt: skip  # noqa: E702
        assert [(one.filename, one.lineno) for one in caught] == [(__file__, line) for line in lines]
        assert {str(one.message) for one in caught} == {WHY}
        assert {one.category for one in caught} == {ApiDeprecationWarning}
        return lines

    assert both.run(story, spec=SPEC, server=server.url)


def test_python_shows_it_once_for_a_place(server: Any) -> None:
    with Client(spec=SPEC, server=server.url) as client, warnings.catch_warnings(record=True) as caught:
        warnings.resetwarnings()  # as Python does by itself, outside of tests
        warnings.simplefilter("ignore", DeprecationWarning)
        for _ in range(3):
            client.old()
        client.plain()
    assert [str(one.message) for one in caught] == [WHY, "plain is deprecated"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"a": "x"}, []),
        ({"user_id": "x"}, ["user_id is deprecated: Obsolete: see a."]),
        ({"userId": "x", "x_old": "y"}, ["user_id is deprecated: Obsolete: see a.", "x_old is deprecated"]),
        ({"query_userId": "x"}, ["user_id is deprecated: Obsolete: see a."]),
        ({"user_id": UNSET}, []),
        ({"body_a": "x", "b": "y", "c": "z", "d": "w"}, ["b is deprecated", "c is deprecated"]),
        ({"body": {"a": "x", "b": "y"}}, ["b is deprecated"]),
    ],
)
def test_an_argument_warns_where_it_is_given(server: Any, given: dict[str, Any], told: list[str]) -> None:
    with Client(spec=SPEC, server=server.url) as client, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client.things(**given); line = here()  # fmt: skip  # noqa: E702
    assert [str(one.message) for one in caught] == [f"things: the argument {one}" for one in told]
    assert {(one.filename, one.lineno) for one in caught} <= {(__file__, line)}


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("Deprecated. Use r.", "Use r."),
        ("This parameter is deprecated. It was never read.", "It was never read."),
        ("Deprecated.", ""),
        ("Deprecated, use r. It is faster.", "Deprecated, use r."),
        ("Gone soon. Use r.", "Gone soon. Use r."),
        ("Replaced by r.", "Replaced by r."),
        ("The old way. Use r.", "The old way. Use r."),
        ("The id of a user.", ""),
        ("Use this operation to list all that there is, page by page, in the order that they were made in. " * 2, ""),
        ("", ""),
    ],
)
def test_the_reason_is_what_the_document_says_of_it(description: str, told: str) -> None:
    parameter = {"name": "p", "in": "query", "schema": TEXT, "deprecated": True, "description": description}
    paths = {"/a": {"get": {"operationId": "a", "parameters": [parameter], "responses": OK}}}
    client = Client(spec={"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}, server="https://h.example")
    with pytest.warns(ApiDeprecationWarning) as caught:
        client.a.prepare(p="x")
    assert [str(one.message) for one in caught] == ["a: the argument p is deprecated" + (f": {told}" if told else "")]


def test_arguments_of_another_media_type_and_what_is_broken(server: Any) -> None:
    with Client(spec=SPEC, server=server.url) as client:
        form = client.with_options(media_type="application/x-www-form-urlencoded")
        with pytest.warns(ApiDeprecationWarning, match="^things: the argument f is deprecated$"):
            form.things(f="x")
        with pytest.raises(ArgumentsError, match="media_type"):
            client.things.with_options(media_type="text/csv").raw(user_id="x")
        with pytest.raises(Exception, match="nowhere"):
            client.broken(secret="s3cret")
        client.fresh()
        assert SPEC.operations["fresh"].warns is False
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ApiDeprecationWarning) as caught:
                client.things(user_id="s3cret")
    frames = [
        one.frame.f_locals for one in caught.traceback if "aerostack_dynamic" in str(one.path) and "tests" not in str(one.path)
    ]
    assert "s3cret" not in str(frames)


class Drifts:
    """A hook that keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[Drift] = []

    def on_drift(self, drift: Drift) -> None:
        self.seen.append(drift)


SINCE = "the server says that it is deprecated since 2023-06-30"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, []),
        ({"Deprecation": "@1688169599"}, [("deprecation", SINCE)]),
        ({"Deprecation": '@1688169599;source="x"'}, [("deprecation", SINCE)]),
        ({"Deprecation": "Fri, 30 Jun 2023 23:59:59 GMT"}, [("deprecation", SINCE)]),
        ({"Deprecation": "true"}, [("deprecation", "the server says that it is deprecated")]),
        ({"Deprecation": "false"}, []),
        ({"Deprecation": "?0"}, []),
        ({"Deprecation": "@999999999999"}, [("deprecation", "the server says that it is deprecated")]),
        ({"Deprecation": "@"}, [("deprecation", "the server says that it is deprecated")]),
        ({"Sunset": "Sat, 31 Dec 2033 23:59:59 GMT"}, [("sunset", "the server says that it is to end on 2033-12-31")]),
        ({"Sunset": "99 Foo 99999 99:99:99"}, [("sunset", "the server says that it is to end")]),
        ({"Link": '</v2>; rel="successor-version"'}, []),
        (
            {"Deprecation": "@1688169599", "Sunset": "soon", "Link": '</why>; rel="deprecation", </v2>; rel="successor-version"'},
            [
                ("deprecation", f"{SINCE}; its successor is /v2; see /why"),
                ("sunset", "the server says that it is to end; its successor is /v2"),
            ],
        ),
    ],
)
def test_what_the_server_says_reaches_hooks_and_the_log_once(
    both: Any, wire: Any, reply: Callable[..., bytes], settle: Any, headers: Any, told: Any, caplog: Any
) -> None:
    drifts = Drifts()
    answers = wire([reply(body=b"{}", **headers), reply(body=b"{}", **headers), reply(404, **headers)])

    async def story(client: Any) -> None:
        await settle(client.fresh())
        await settle(client.fresh())
        with pytest.raises(NotFoundError):
            await settle(client.fresh())

    with caplog.at_level(logging.WARNING, "aerostack_dynamic"):
        both.run(story, spec=SPEC, server=answers.url, hooks=[drifts])
    assert [(one.operation, one.status, one.pointer, one.rule, one.message) for one in drifts.seen] == [
        ("fresh", status, "", rule, message) for status in (200, 200, 404) for rule, message in told
    ]
    assert [one.getMessage() for one in caplog.records] == [f"an operation ends: fresh: 200 response: {one}" for _, one in told]
