"""What documents require, and whether they can: schemes of every type, by name and by URI, and requirements that are none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, CredentialsError, Spec, SpecError

HEADER = {"type": "apiKey", "in": "header", "name": "X-Key"}
BASIC = {"type": "http", "scheme": "basic"}


def called(spec: Any, name: str = "getX", **options: Any) -> httpx.Request:
    """The request of a call as it is sent."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with Client(spec=spec, server="https://a.example", transport=httpx.MockTransport(answer), **options) as client:
        client.operations[name]()
    return seen[0]


@pytest.mark.parametrize(
    "scheme",
    [{"type": "oauth2", "flows": {}}, {"type": "openIdConnect", "openIdConnectUrl": "/c"}, {"type": "http", "scheme": "Bearer"}],
)
def test_a_token_that_is_given_is_a_bearer_token(document: Any, scheme: Any) -> None:
    assert called(document({"S": scheme}), credentials={"S": "t"}).headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    "scheme", [{"type": "http", "scheme": "digest"}, {"type": "http", "scheme": "hoba"}, {"type": "other"}, {}]
)
def test_what_is_not_known_is_served_by_an_httpx_auth(document: Any, scheme: Any) -> None:
    raw = document({"S": scheme})
    assert called(raw, credentials={"S": httpx.BasicAuth("u", "p")}).headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("key", ["Token abc", "abc", "Bearer abc"])
def test_a_key_in_the_authorization_header_is_sent_as_it_is(document: Any, key: str) -> None:
    raw = document({"S": {"type": "apiKey", "in": "header", "name": "Authorization"}})
    assert called(raw, credentials={"S": key}).headers["Authorization"] == key
    assert called(raw, api_key=key).headers["Authorization"] == key


def test_the_first_alternative_that_is_met_whole_is_taken(document: Any) -> None:
    schemes = {"A": HEADER, "B": {"type": "apiKey", "in": "query", "name": "k"}, "U": BASIC}
    raw = document(schemes, [{"A": [], "U": []}, {"B": []}, {"A": []}])
    assert called(raw, credentials={"A": "a", "B": "b"}).url.query == b"k=b"
    request = called(raw, credentials={"A": "a", "B": "b", "U": ("u", "p")})
    assert (request.url.query, request.headers["X-Key"], request.headers["Authorization"]) == (b"", "a", "Basic dTpw")


# ---- requirements that can't be met


def test_a_scheme_that_is_nowhere_is_a_warning(document: Any) -> None:
    raw = document({"A": HEADER}, [{"Nowhere": []}, {"A": []}])
    raw["paths"]["/x"]["put"]["security"] = [{"A": [], "Lost/One": []}, {"A": []}]
    spec = Spec.load(raw)
    assert [(one.pointer, one.severity, one.message) for one in spec.problems] == [
        ("/security/0/Nowhere", "warning", "there is no security scheme 'Nowhere'"),
        ("/paths/~1x/put/security/0/Lost~1One", "warning", "there is no security scheme 'Lost/One'"),
    ]
    assert called(spec, credentials={"A": "a"}).headers["X-Key"] == "a"
    with pytest.raises(CredentialsError, match="no security scheme 'Nowhere'"):
        Client(spec=spec, server="https://a.example", credentials={"Nowhere": "x"})


@pytest.mark.parametrize("security", ["A", {"A": []}, ["A"], [["A"]], 3, [None]], ids=repr)
def test_malformed_security_disables_those_that_inherit_it(document: Any, security: Any) -> None:
    raw = document({"A": HEADER}, security)
    spec = Spec.load(raw)
    assert {(one.pointer, one.severity) for one in spec.problems} == {("/security", "error"), ("/security", "warning")}
    assert "X-Key" not in called(spec, "putX", credentials={"A": "a"}).headers
    with pytest.raises(SpecError, match="security is a list of objects"):
        called(spec, credentials={"A": "a"})
    with Client(spec=spec, server="https://a.example", transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        with pytest.raises(SpecError, match="security is a list of objects"):
            client.send(httpx.Request("GET", "/x"))


@pytest.mark.parametrize("security", ["A", {"A": []}, ["A"]], ids=repr)
def test_malformed_security_of_an_operation_disables_it_alone(document: Any, security: Any) -> None:
    raw = document({"A": HEADER})
    raw["paths"]["/x"]["get"]["security"] = security
    assert [(one.pointer, one.severity) for one in Spec.load(raw).problems] == [("/paths/~1x/get/security", "error")]
    assert called(raw, "putX")
    with pytest.raises(SpecError, match="security is a list of objects"):
        called(raw, credentials={"A": "a"})


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"$ref": "#/nowhere"}, "leads nowhere"),
        (3, "one of the types apiKey, http"),
        ({"type": "none"}, "one of the types apiKey, http"),
        ({"type": []}, "one of the types apiKey, http"),
        ({"type": "apiKey", "in": "header"}, "type apiKey needs 'name'"),
        ({"type": "http"}, "type http needs 'scheme'"),
        ({"type": "oauth2"}, "type oauth2 needs 'flows'"),
        ({"type": "openIdConnect"}, "needs 'openIdConnectUrl'"),
    ],
    ids=repr,
)
def test_faults_of_schemes_are_warnings(document: Any, scheme: Any, words: str) -> None:
    raw = document({"A": HEADER, "S": scheme}, [{"S": []}, {"A": []}])
    faults = [one for one in Spec.load(raw).problems if one.pointer == "/components/securitySchemes/S"]
    assert [one.severity for one in faults] == ["warning"]
    assert words in faults[0].message
    assert faults[0].consequence
    assert called(raw, credentials={"A": "a"}).headers["X-Key"] == "a"


# ---- OpenAPI 3.2


def test_a_scheme_by_its_uri(document: Any) -> None:
    raw = document({"A": HEADER, "#/components/x-more/A": BASIC}, [{"#/components/x-more/B": []}])
    raw["components"]["x-more"] = {
        "A": {"type": "http", "scheme": "bearer"},
        "B": {"$ref": "#/components/x-more/C"},
        "C": {**HEADER, "name": "X-Other"},
        "D": 3,
    }
    spec = Spec.load(raw)
    assert spec.problems == ()
    assert called(spec, credentials={"#/components/x-more/B": "k"}).headers["X-Other"] == "k"
    schemes = spec.security_schemes
    # A component's name goes before a URI.
    assert schemes["#/components/x-more/A"].scheme == "basic"
    assert ([*schemes], len(schemes)) == (["A", "#/components/x-more/A"], 2)
    assert "#/components/x-more/C" in schemes
    for name in ("#/components/x-more/D", "#/nowhere", "x.yaml", "C"):
        assert name not in schemes


def test_what_3_2_adds(document: Any) -> None:
    flow = {"deviceAuthorizationUrl": "https://a.example/d", "tokenUrl": "https://a.example/t", "scopes": {"r": "Read"}}
    scheme = {
        "type": "oauth2",
        "flows": {"deviceAuthorization": flow},
        "oauth2MetadataUrl": "https://a.example/m",
        "deprecated": True,
    }
    found = Spec.load(document({"S": scheme})).security_schemes["S"]
    assert found.flows["deviceAuthorization"].device_authorization_url == "https://a.example/d"
    assert (found.metadata_url, found.deprecated) == ("https://a.example/m", True)
