"""Whatever arrives, the sandbox answers within the document, and never with a failure of its own."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=4)
ROLES = st.sampled_from(["system", "user", "assistant"])
MESSAGES = st.lists(st.fixed_dictionaries({}, optional={"role": ROLES, "content": st.text()}), max_size=4)
FITTING = {
    "db/query": ({"sql": st.text()}, {"params": st.lists(VALUES, max_size=3)}, {200, 400}),
    "auth/signup": ({"email": st.emails(), "password": st.text(min_size=8)}, {"name": st.text(), "metadata": OBJECTS}, {201, 409}),
    "auth/signin": ({"email": st.emails(), "password": st.text()}, {}, {200, 401}),
    "cache/get": ({"key": st.text()}, {}, {200}),
    "cache/set": ({"key": st.text(), "value": VALUES}, {"ttl": st.integers()}, {200}),
    "queue/enqueue": ({"type": st.text(), "data": OBJECTS}, {"delay": st.integers()}, {201}),
    "ai/chat": ({"messages": MESSAGES}, {"model": st.text()}, {200}),
    "services/invoke": ({"serviceName": st.just("echo"), "data": OBJECTS}, {}, {200}),
}
WORDS, INTEGERS = st.text(max_size=20), st.integers()
LISTED = {"prefix": WORDS, "cursor": WORDS, "limit": st.integers(max_value=200)}
SPOKEN = st.lists(st.fixed_dictionaries({"role": ROLES, "content": WORDS}), max_size=3)
# What 1.5.0 has more.
NEWER = {
    "db/batch": (
        {"queries": st.lists(st.fixed_dictionaries({"sql": WORDS}, optional={"params": st.lists(VALUES)}), max_size=4)},
        {},
        {200},
    ),
    "cache/delete": ({"key": WORDS}, {}, {200}),
    "cache/list": ({}, LISTED, {200, 400}),
    "cache/keys": ({}, {"prefix": WORDS}, {200}),
    "cache/getMany": ({"keys": st.lists(WORDS, max_size=5)}, {}, {200}),
    "cache/setMany": (
        {"entries": st.lists(st.fixed_dictionaries({"key": WORDS, "value": VALUES}, optional={"ttl": INTEGERS}), max_size=4)},
        {},
        {200},
    ),
    "cache/deleteMany": ({"keys": st.lists(WORDS, max_size=5)}, {}, {200}),
    "cache/flush": ({"prefix": WORDS.map("p".__add__)}, {}, {200}),
    "cache/expire": ({"key": WORDS, "ttl": INTEGERS}, {}, {200}),
    "cache/increment": ({"key": WORDS}, {"amount": INTEGERS, "initialValue": INTEGERS, "ttl": INTEGERS}, {200, 400}),
    "queue/job": ({"jobId": WORDS}, {}, {200}),
    "queue/jobs": ({}, {"type": WORDS, "cursor": WORDS, "limit": st.integers(max_value=200)}, {200, 400}),
    "queue/cancel": ({"jobId": WORDS}, {}, {200}),
    "storage/get": ({"key": WORDS}, {}, {404}),
    "storage/list": ({}, LISTED, {200, 400}),
    "storage/delete": ({"key": WORDS}, {}, {200}),
    "storage/getMetadata": ({"key": WORDS}, {}, {200}),
    "storage/copy": ({"sourceKey": WORDS, "destKey": WORDS}, {}, {400, 404}),
    "ai/chat": (
        {"messages": SPOKEN},
        {"model": WORDS, "stream": st.booleans(), "max_tokens": st.integers(min_value=1), "top_p": st.floats(0, 1)},
        {200},
    ),
    "ai/search/ingest": ({"content": WORDS, "type": WORDS}, {"id": WORDS, "metadata": OBJECTS}, {200}),
    "ai/search/query": (
        {"text": WORDS},
        {"topK": INTEGERS, "types": st.lists(WORDS, max_size=3), "filter": OBJECTS},
        {200, 400},
    ),
    "ai/search/update": ({"id": WORDS, "content": WORDS}, {"type": WORDS, "metadata": OBJECTS}, {200, 404}),
    "gateway/billing/log": ({"consumerId": WORDS, "apiId": WORDS, "units": INTEGERS}, {"metric": WORDS}, {200}),
}
SETTINGS = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def send(api, path, body):
    return api.http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})


@pytest.mark.parametrize("path", FITTING)
def test_what_fits_the_document_is_done(api, path):
    required, optional, statuses = FITTING[path]

    @SETTINGS
    @given(st.fixed_dictionaries(required, optional=optional))
    def check(arguments):
        answer = send(api, path, arguments)
        assert answer.status_code in statuses, answer.text
        if path == "services/invoke":
            assert answer.json() == {"success": True, "result": arguments["data"]}

    check()


@pytest.mark.parametrize("path", NEWER)
def test_what_fits_the_newer_document_is_done(newer, path):
    required, optional, statuses = NEWER[path]

    @settings(SETTINGS, max_examples=8)
    @given(st.fixed_dictionaries(required, optional=optional))
    def check(arguments):
        answer = send(newer, path, arguments)
        assert answer.status_code in statuses, answer.text

    check()


@pytest.mark.parametrize("path", [*FITTING, "storage/upload"])
def test_what_does_not_fit_is_refused(api, path):
    names = ["sql", "params", "email", "password", "key", "value", "ttl", "type", "data", "messages", "serviceName"]

    @SETTINGS
    @given(VALUES | st.dictionaries(st.sampled_from(names), VALUES))
    def check(body):
        answer = send(api, path, body)
        assert answer.status_code < 500, answer.text
        if not answer.is_success:
            assert answer.json()["code"] in {"VALIDATION_ERROR", "DB_QUERY_FAILED", "AUTH_INVALID_CREDENTIALS"}

    check()


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=edge"])
def test_any_bytes(api, content_type):
    @SETTINGS
    @given(st.sampled_from(["cache/set", "storage/upload"]), st.binary(), st.booleans())
    def check(path, body, framed):
        body = b"--edge\r\n" + body + b"\r\n--edge--\r\n" if framed else body
        answer = api.http.post(path, content=body, headers={"content-type": content_type})
        assert answer.status_code == 400, answer.text

    check()


@SETTINGS
@given(key=st.text(max_size=30), content=st.binary(max_size=300))
def test_any_key_is_kept_or_refused(api, key, content):
    form = b'--edge\r\nContent-Disposition: form-data; name="key"\r\n\r\n%s\r\n' % key.encode()
    form += b'--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\n%s\r\n--edge--\r\n' % content
    answer = api.http.post("storage/upload", content=form, headers={"content-type": "multipart/form-data; boundary=edge"})
    assert answer.status_code in {200, 400}, answer.text
    if answer.status_code == 200:
        assert api.http.get(answer.json()["url"]).content == content
