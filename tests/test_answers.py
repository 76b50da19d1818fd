"""Answers: what each validation mode makes of them, statuses, media types, and what reaches hooks and the log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

import aerostack_dynamic as package
from aerostack_dynamic import ArgumentsError, ResponseError, StatusError, Validation

GOOD = {
    "token": "t",
    "user": {"id": "0b0f4a6e-5d55-4c8e-9a30-000000000001", "email": "a@b.co"},
    "expiresAt": "2026-01-01T00:00:00Z",
}
SOFT = GOOD | {"expiresAt": "soon"}
HARD = GOOD | {"token": 3}
CODES = (
    (400, package.BadRequestError),
    (401, package.AuthenticationError),
    (403, package.PermissionDeniedError),
    (404, package.NotFoundError),
    (409, package.ConflictError),
    (418, StatusError),
    (422, package.UnprocessableEntityError),
    (429, package.RateLimitError),
    (500, package.ServerError),
    (599, package.ServerError),
    (302, StatusError),
)


class Recorder:
    def __init__(self) -> None:
        self.drifts: list[Any] = []
        self.errors: list[Any] = []
        self.answered: list[Any] = []

    def on_drift(self, drift: Any) -> None:
        self.drifts.append(drift)

    def on_error(self, operation: Any, error: Any) -> None:
        self.errors.append((operation.dotted, error))

    def after_response(self, operation: Any, response: Any) -> None:
        self.answered.append((operation.dotted, response.status_code))


@pytest.fixture
def signin(both: Any, wire: Any, settle: Any) -> Any:
    """Sign in, answered with given bytes; gives the result, or the error, and what hooks were told."""

    def run(answer: bytes, **options: Any) -> tuple[Any, Recorder]:
        recorder = Recorder()
        server = wire([answer])

        async def story(client: Any) -> Any:
            try:
                return await settle(client.authentication.auth_signin.raw(email="a@b.co", password="pw"))
            except package.AerostackError as error:
                return error

        return both.run(story, "ac_secret_x", server=server.url, hooks=[recorder], retry=1, **options), recorder

    return run


@pytest.mark.parametrize(
    ("mode", "body", "raises", "drifts"),
    [
        ("strict", GOOD, False, 0),
        ("strict", SOFT, True, 0),
        ("strict", HARD, True, 0),
        ("tolerant", GOOD, False, 0),
        ("tolerant", SOFT, False, 1),
        ("tolerant", HARD, True, 0),
        ("observe", SOFT, False, 1),
        ("observe", HARD, False, 1),
        ("off", HARD, False, 0),
        ("strict", GOOD | {"extra": 1}, False, 0),
        ("tolerant", [], True, 0),
        ("off", [], False, 0),
    ],
)
@pytest.mark.parametrize("engine", ["compiled", "jsonschema"])
def test_the_table_of_modes(signin: Any, reply: Any, mode: Any, body: Any, raises: bool, drifts: int, engine: Any) -> None:
    result, told = signin(reply(body=json.dumps(body).encode()), validation=Validation(response=mode, engine=engine))
    assert isinstance(result, ResponseError) == raises
    assert result.data == body
    assert len(told.drifts) == drifts
    if raises:
        assert result.problems
        assert result.status == 200
        assert result.sent == "answered"
        assert told.errors == [("authentication.auth_signin", result)]


def test_a_drift_says_where(signin: Any, reply: Any, caplog: pytest.LogCaptureFixture) -> None:
    _, told = signin(reply(body=json.dumps(SOFT).encode()))
    [drift] = told.drifts
    assert drift[:4] == ("authentication.auth_signin", 200, "/expiresAt", "format")
    assert str(drift).startswith("authentication.auth_signin: 200 response/expiresAt: is not a valid date-time (RFC 3339")
    assert told.answered == [("authentication.auth_signin", 200)]
    assert [one.message for one in caplog.records if one.levelno == logging.WARNING] == [
        f"the answer departs from the document: {drift}"
    ]


def test_a_drift_is_logged_once(both: Any, wire: Any, reply: Any, settle: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = wire([reply(body=json.dumps(SOFT).encode())])
    recorder = Recorder()

    async def story(client: Any) -> None:
        for _ in range(3):
            await settle(client.authentication.auth_signin(email="a@b.co", password="pw"))

    both.run(story, "ac_secret_x", server=server.url, hooks=[recorder])
    assert len(recorder.drifts) == 3
    assert len([one for one in caplog.records if one.levelno == logging.WARNING]) == 1


@pytest.mark.parametrize(("status", "kind"), CODES)
def test_an_error_status_is_its_class(signin: Any, reply: Any, status: int, kind: type) -> None:
    body = json.dumps({"code": "NEW_CODE", "message": "no\x1b[2J", "details": [1]}).encode()
    error, _ = signin(reply(status, body, x_request_id="r1"))
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, "NEW_CODE", "no\x1b[2J")
    assert error.data["details"] == [1]
    assert (error.request_id, error.attempts, error.sent) == ("r1", 1, "answered")
    assert error.headers["X-Request-ID"] == "r1"
    assert error.response.status_code == status
    assert "\x1b" not in str(error)
    assert str(error).startswith(f"authentication.auth_signin: status {status}")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error": {"code": "c", "message": "m"}}', "c", "m"),
        (b'{"error": "m"}', None, "m"),
        (b'{"errors": [{"code": 5, "message": "m"}]}', "5", "m"),
        (b'{"title": "t", "detail": "d"}', None, "d"),
        (b'{"title": "t"}', None, "t"),
        (b"[]", None, None),
        (b"", None, None),
        (b"not json", None, None),
        (b"\xff\xfe", None, None),
        (b'{"code": null, "message": 3}', None, None),
    ],
)
def test_code_and_message_come_from_the_usual_places(signin: Any, reply: Any, body: bytes, code: Any, message: Any) -> None:
    error, _ = signin(reply(400, body))
    assert type(error) is package.BadRequestError
    assert (error.code, error.message) == (code, message)


def test_an_error_page_is_kept_as_text(signin: Any, reply: Any) -> None:
    error, _ = signin(reply(502, b"<h1>bad gateway</h1>", "text/html"))
    assert error.data == "<h1>bad gateway</h1>"
    error, _ = signin(reply(502, b"\x00\x01", "image/png"))
    assert error.data == b"\x00\x01"


@pytest.mark.parametrize(
    ("answer", "mode", "data", "drift"),
    [
        ({"status": 299, "body": b'{"a": 1}'}, "tolerant", {"a": 1}, "status"),
        ({"status": 201, "body": b"text", "content_type": "text/plain"}, "tolerant", "text", "status"),
        ({"status": 201, "body": b"\x00", "content_type": "image/png"}, "observe", b"\x00", "status"),
        ({"status": 201, "body": b"x"}, "tolerant", None, None),
        ({"status": 201}, "strict", None, None),
        ({"content_type": "text/html", "body": b"<html>log in</html>"}, "tolerant", None, None),
        ({"content_type": "text/html", "body": b"{}"}, "tolerant", {}, "content-type"),
        ({"content_type": "text/html", "body": b"{}"}, "strict", None, None),
        ({"content_type": "text/html", "body": b"{}"}, "off", {}, None),
        ({"content_type": None, "body": b"{}"}, "strict", {}, None),
        ({"content_type": "text/json; charset=latin-1", "body": b"{}"}, "tolerant", {}, "content-type"),
        ({"content_type": "application/problem+json", "body": b"{}"}, "tolerant", {}, "content-type"),
        ({"content_type": "APPLICATION/JSON; charset=utf-16", "body": b"\xef\xbb\xbf{}"}, "strict", {}, None),
        ({"body": b""}, "tolerant", None, None),
        ({"body": b"{}x"}, "observe", None, None),
        ({"body": b'{"token": NaN}'}, "off", None, None),
        ({"body": b'{"a": 1, "a": 2}'}, "tolerant", {"a": 2}, None),
        ({"body": b'{"a": 1, "a": 2}'}, "strict", None, None),
        ({"body": b'{"a":' + b"[" * 300 + b"]" * 300 + b"}"}, "off", None, None),
        ({"body": b'{"a": 123456789012345678901234567890}'}, "strict", {"a": 123456789012345678901234567890}, None),
    ],
)
def test_statuses_and_media_types(signin: Any, reply: Any, answer: Any, mode: str, data: Any, drift: str | None) -> None:
    result, told = signin(reply(**answer), validation=mode)
    if data is None:
        assert isinstance(result, ResponseError)
        assert result.response.status_code == answer.get("status", 200)
    else:
        assert not isinstance(result, package.AerostackError), result
        assert result.data == data
        assert result.undocumented == (answer.get("status", 200) != 200)
        assert [one.rule for one in told.drifts if one.rule in ("status", "content-type")][:1] == ([drift] if drift else [])


def test_a_captive_portal_is_quoted(signin: Any, reply: Any) -> None:
    error, _ = signin(reply(body=b"<html>log in</html>", content_type="text/html"))
    assert "the document has application/json, not text/html" in str(error)
    assert "<html>log in</html>" in str(error)


def test_no_content_is_none(signin: Any) -> None:
    result, _ = signin(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert (result.data, result.undocumented) == (None, True)


def test_a_status_that_http_does_not_have(signin: Any, reply: Any) -> None:
    error, _ = signin(reply(999))
    assert isinstance(error, package.NoResponseError)
    assert (error.sent, error.stage) == ("answered", "response")


def test_nan_can_be_let_in(signin: Any, reply: Any) -> None:
    result, _ = signin(reply(body=b'{"x": Infinity}'), allow_nan=True)
    assert result.data["x"] == float("inf")


def test_a_body_is_bounded(signin: Any, reply: Any) -> None:
    error, _ = signin(reply(body=b"[" + b" " * 5000 + b"]"), max_response_bytes=1000)
    assert isinstance(error, ResponseError)
    assert "larger than max_response_bytes, 1000 bytes" in str(error)


def test_gzip_is_decoded_within_the_bound(signin: Any, reply: Any) -> None:
    import gzip

    good = gzip.compress(json.dumps(GOOD).encode())
    result, _ = signin(reply(body=good, Content_Encoding="gzip"))
    assert result.data == GOOD
    assert result.http.json() == GOOD
    assert result.headers["content-encoding"] == "gzip"
    for body, message in (
        (good[:-9], "truncated gzip"),
        (b"junk", "not valid gzip"),
        (gzip.compress(b" " * 100_000), "larger than max_response_bytes"),
    ):
        error, _ = signin(reply(body=body, Content_Encoding="gzip"), max_response_bytes=2000)
        assert isinstance(error, ResponseError)
        assert message in str(error)
    error, _ = signin(reply(body=good, Content_Encoding="br"))
    assert "only gzip is read" in str(error)


def test_modes_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEROSTACK_VALIDATION", "strict")
    assert "strict" in repr(package.Client()._caller.options.validation)
    monkeypatch.setenv("AEROSTACK_VALIDATION", "strickt")
    with pytest.raises(ArgumentsError, match="did you mean 'strict'"):
        package.Client()


def test_a_wrong_mode_or_engine_is_told() -> None:
    for wrong in ({"request": "x"}, {"response": "x"}, {"engine": "x"}):
        with pytest.raises(ArgumentsError, match="is one of"):
            Validation(**wrong)  # type: ignore[arg-type]


def test_openapi_core_judges_answers_too(signin: Any, reply: Any) -> None:
    result, _ = signin(reply(body=json.dumps(HARD).encode()), validation=Validation(engine="openapi-core"))
    assert [str(one) for one in result.problems] == ["response/token: expected string, got integer"]
