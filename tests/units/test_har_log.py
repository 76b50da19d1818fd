"""HAR files as they are written: read again, they are the same calls."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._har import har_calls, har_log
from aerostack_dynamic._recorded import RecordedAnswer, RecordedCall, RecordedFailure, RecordedRequest

TEXT = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=5)
BODIES = st.sampled_from([b"", b"text", '{"é": 1}'.encode(), b"\xff\x00", b"\xef\xbb\xbfx"])
HEADERS = st.lists(st.tuples(TEXT.map(lambda name: f"x-{name}"), TEXT), max_size=3).map(tuple)


@st.composite
def messages(draw, first, kind):
    """A message whose body has a type, as HAR wants it of those that have one."""
    body, headers = draw(BODIES), draw(HEADERS)
    return kind(
        first,
        *(["http://x/a?b=1&c="] if kind is RecordedRequest else []),
        (*headers, ("content-type", "a/b")) if body else headers,
        body,
    )


@given(messages("POST", RecordedRequest), messages(201, RecordedAnswer), st.booleans())
def test_what_is_written_is_read_as_the_same(request, answer, fails):
    error = "cut" if fails else ""
    call = RecordedCall("op", "POST", "/a", {}, request, None if fails else answer, error, elapsed=0.5, at=1_700_000_000.25)
    log = json.loads(json.dumps(har_log([call], "me", "1")))
    (read,) = har_calls(log)
    assert (read.request, read.answer, read.error) == (request, call.answer, error)
    assert (read.elapsed, read.at) == (0.5, call.at)


def test_it_has_all_that_the_format_asks_for():
    request = RecordedRequest("GET", "http://x/a?b=1&c=", (("accept", "*/*"),))
    failed = RecordedCall("", "GET", "", {}, request, None, "gone", failure=RecordedFailure())
    log = har_log([failed], "me", "1")["log"]
    assert (log["version"], log["creator"]) == ("1.2", {"name": "me", "version": "1"})
    (entry,) = log["entries"]
    assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
    assert {"time", "request", "response", "cache", "timings"} <= entry.keys()
    assert entry["request"]["queryString"] == [{"name": "b", "value": "1"}, {"name": "c", "value": ""}]
    assert "postData" not in entry["request"]
    assert entry["response"]["_error"] == "gone"
    for name in ("httpVersion", "cookies", "headers", "headersSize", "bodySize"):
        assert name in entry["request"]
        assert name in entry["response"]
