"""What goes over the network and may not be read on the way, and what is shown of it: plain http, and names that tell of secrets."""

from __future__ import annotations

import json


def test_plain_http_is_shown_without_a_word_and_called_when_it_is_allowed(run, shop, shop_file):
    far = ("--spec", shop_file, "--server", "http://api.example")
    words = ("orders", "add-order", "--name", "Ann")
    assert run(*far, *words, "--dry-run").out.startswith("POST http://api.example/orders\n")
    assert "http://api.example/orders" in run(*far, *words, "--curl").out
    example = run(*far, "--allow-insecure-http", *words, "--example")
    assert (example.code, "--allow-insecure-http orders add-order" in example.out) == (0, True)
    ended = run(*far, *words)
    assert ended.code == 5
    assert ended.err == (
        "aerostack: http://api.example is plain http to another machine, which would show the key to everyone on the way; "
        "use https, or --allow-insecure-http before the command; nothing was sent\n"
    )
    ended = run(*far, *words, "--output", "json")
    assert json.loads(ended.err)["error"]["kind"] == "CredentialsError"
    ended = run(*far, *words, "--count", "77")
    assert (ended.code, ended.err.splitlines()[1].partition(":")[0]) == (4, "  --count")
    far = ("--spec", shop_file, "--server", "http://name.invalid", "--allow-insecure-http")
    ended = run(*far, *words, "--attempts", "1")
    assert (ended.code, "(http://name.invalid)" in ended.err) == (6, True)
