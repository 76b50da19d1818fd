"""Which proxy a URL takes: the environment's for https to other machines alone, less what NO_PROXY names."""

from __future__ import annotations

import pytest

from aerostack_dynamic._http import URL
from aerostack_dynamic._options import TransportSettings
from aerostack_dynamic._tls import proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy:1"}


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("variables", "url", "proxied"),
    [
        (PROXY, "https://api.test/x", True),
        (PROXY, "http://api.test/x", False),
        (PROXY, "https://localhost/x", False),
        (PROXY, "https://127.0.0.1/x", False),
        (PROXY, "https://[::1]/x", False),
        ({"https_proxy": "http://proxy:1"}, "https://api.test/x", True),
        ({"ALL_PROXY": "http://proxy:1"}, "https://api.test/x", True),
        ({"HTTP_PROXY": "http://proxy:1"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "api.test"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "test"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": ".test"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "*"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "other.test, api.test"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "api.test:8443"}, "https://api.test:8443/x", False),
        ({**PROXY, "NO_PROXY": "api.test:443"}, "https://api.test/x", False),
        ({**PROXY, "NO_PROXY": "api.test:8443"}, "https://api.test/x", True),
        ({**PROXY, "NO_PROXY": "pi.test"}, "https://api.test/x", True),
        ({**PROXY, "NO_PROXY": "api.test.example"}, "https://api.test/x", True),
    ],
)
def test_the_proxy_of_the_environment(variables: dict[str, str], url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(TransportSettings(), URL(url)) == ("http://proxy:1" if proxied else None)
    assert proxy_for(TransportSettings(trust_env=False), URL(url)) is None
    assert proxy_for(TransportSettings(proxy="http://mine:2"), URL(url)) == "http://mine:2"
