"""The door: which Host and Origin may come in."""

from __future__ import annotations

import socket

import httpx
import pytest

from aerostack_dynamic.sandbox import Sandbox


def ask(box, **headers):
    return httpx.post(
        f"{box.url}/cache/get",
        json={"key": "k"},
        headers={"X-Aerostack-Key": box.api_key, **{name.replace("_", "-"): value for name, value in headers.items()}},
        trust_env=False,
    )


def port(box):
    return int(box.url.split(":")[2].split("/")[0])


def refused(answer):
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert "access-control-allow-origin" not in answer.headers
    return True


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}", "[::1]:{}", "localhost", "127.0.0.1:9"])
def test_names_of_this_machine(box, host):
    assert ask(box, host=host.format(port(box))).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{}", "localhost.evil.example:{}", "127.0.0.1.evil.example", "10.0.0.1:{}"),
        *("localhost:x", "[::1", "[::1]x", "", "localhost@evil.example", "0.0.0.0:{}"),
    ],
)
def test_other_names(box, host):
    assert refused(ask(box, host=host.format(port(box))))


@pytest.mark.parametrize("origin", ["http://{}", "HTTP://{}"])
def test_its_own_origin(box, origin):
    assert ask(box, origin=origin.format(f"127.0.0.1:{port(box)}")).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:{}", "http://localhost:{}"),
        *("http://127.0.0.1:1", "file://", "http://127.0.0.1:{}.evil.example"),
    ],
)
def test_other_origins(box, origin):
    assert refused(ask(box, origin=origin.format(port(box))))


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 200), ("same-origin", 200), ("none", 200)])
def test_pages_of_other_sites(box, site, status):
    assert ask(box, sec_fetch_site=site).status_code == status


def test_no_page_gets_leave_to_ask(box):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert refused(httpx.options(f"{box.url}/db/query", headers=headers, trust_env=False))


def test_files_are_behind_the_door_too(box, api):
    url = api.upload("door.png", b"x", contentType="image/png").json()["url"]
    answer = httpx.get(url, trust_env=False)
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert refused(httpx.get(url, headers={"Host": "evil.example"}, trust_env=False))


def test_http_1_0_without_a_host(box):
    with socket.create_connection(("127.0.0.1", port(box)), timeout=5) as client:
        client.sendall(b"GET /v1/db/query HTTP/1.0\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_a_server_on_all_addresses_takes_addresses_and_its_name_but_no_other_name():
    with Sandbox(host="0.0.0.0") as box:
        assert box.url == f"http://127.0.0.1:{port(box)}/v1"
        for host in ("192.168.1.5:80", "[fe80::1]", socket.gethostname(), "0.0.0.0"):
            assert ask(box, host=host).status_code == 200, host
        assert refused(ask(box, host="evil.example"))


def test_the_url_of_a_file_has_the_name_that_was_asked(box, api):
    answer = api.http.post(
        "storage/upload", files={"file": b"x"}, data={"key": "named"}, headers={"Host": f"localhost:{port(box)}"}
    )
    assert answer.json() == {"url": f"http://localhost:{port(box)}/files/named"}
