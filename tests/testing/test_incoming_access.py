"""Which credentials a request lacks, and that finding its operation is fast in a large document."""

from __future__ import annotations

import timeit
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._incoming import find_operation, missing_credentials, read_request

from .shop import parameter
from .test_incoming_requests import document, get

SCHEMES = {
    "Head": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Token": {"type": "oauth2", "flows": {}},
    "Tls": {"type": "mutualTLS"},
}


@pytest.mark.parametrize(
    ("security", "headers", "query", "lacking"),
    [
        ([], {}, "", []),
        ([{}], {}, "", []),
        ([{"Tls": []}], {}, "", []),
        ([{"Head": []}], {"x-key": "k"}, "", []),
        ([{"Head": []}], {"X-Key": ""}, "", ["header/X-Key"]),
        ([{"Query": []}], {}, "?a=b&key=k", []),
        ([{"Query": []}], {}, "?key=", ["query/key"]),
        ([{"Cookie": []}], {"Cookie": "a=b; sid=1"}, "", []),
        ([{"Basic": []}], {"Authorization": "basic abc"}, "", []),
        ([{"Basic": []}], {"Authorization": "Bearer abc"}, "", ["header/Authorization"]),
        ([{"Token": []}, {"Head": [], "Cookie": []}], {}, "", ["header/Authorization"]),
        ([{"Token": [], "Query": []}, {"Head": [], "Cookie": []}], {"X-Key": "k"}, "", ["cookie/sid"]),
        ([{"Token": []}], {"Authorization": "Bearer "}, "", ["header/Authorization"]),
        ([{"Nobody": []}], {}, "", ["header"]),
    ],
)
def test_credentials(security: Any, headers: Any, query: str, lacking: list[str]) -> None:
    spec = Spec.load(document({"/a": get("a", security=security)}, components={"securitySchemes": SCHEMES}))
    operation = spec.operations["a"]
    found = missing_credentials(spec, operation, httpx.Headers(headers), f"https://t.example/a{query}")
    assert [f"{one.location}{one.pointer}" for one in found] == lacking
    assert all(one.rule == "security" and "no credential" in one.message for one in found)
    if "Query" in str(security):
        read_again = read_request(spec, "GET", f"https://t.example/a{query}", headers)
        assert read_again
        assert [one.pointer for one in read_again.problems] == (["/a"] if "a=b" in query else [])


def test_finding_is_fast_in_a_large_document() -> None:
    def seconds(count: int) -> float:
        spec = Spec.load(
            document(
                {
                    f"/group{number}/{{x}}/part/{{y}}": get(f"o{number}", parameter("x", "path"), parameter("y", "path"))
                    for number in range(count)
                }
            )
        )
        url = f"https://t.example/group{count - 1}/1/part/2"
        assert find_operation(spec, "GET", url)
        return min(timeit.repeat(lambda: find_operation(spec, "GET", url), number=50, repeat=5))

    assert seconds(1000) < 10 * seconds(10)
