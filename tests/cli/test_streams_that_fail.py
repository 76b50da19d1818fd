"""Standard streams that are full, closed or missing, and files that can't be written: what is told, and which code a command ends with."""

from __future__ import annotations

import errno
import io
import os
import sys

import pytest


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "words", [["ops"], ["--help"], ["--spec-version", "1.5.0", "ai", "ai-chat", "--help"], ["completion", "bash"]]
)
def test_output_that_can_not_be_written_is_named(run, monkeypatch, words):
    for stream, why in ((Full(), "No space left on device"), (None, "it is closed")):
        monkeypatch.setattr(sys, "stdout", stream)
        ended = run(*words)
        assert (ended.code, ended.err) == (3, f"aerostack: standard output: {why}\n")


def test_a_call_whose_result_can_not_be_written_was_made(buy, shop, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    ended = buy("orders", "add-order", "--name", "Ann")
    assert (ended.code, len(shop.seen)) == (3, 1)
    assert ended.err == "aerostack: standard output: No space left on device; the call was made\n"
    monkeypatch.setattr(sys, "stdout", Full())
    ended = buy("orders", "add-order", "--name", "Ann", "--curl")
    assert (ended.code, len(shop.seen)) == (3, 1)
    assert ended.err == "aerostack: standard output: No space left on device; nothing was sent\n"


@pytest.mark.parametrize("stream", [Full, lambda: None])
def test_messages_that_nobody_gets_do_not_change_how_a_command_ends(buy, run, monkeypatch, stream):
    for words, code in ((["ai", "ai-chat"], 4), (["ai", "ai-chat", "--nope"], 2), (["nope"], 2)):
        monkeypatch.setattr(sys, "stderr", stream())
        assert run(*words).code == code
        assert print("lost", file=sys.stderr) is None
    monkeypatch.setattr(sys, "stderr", stream())
    ended = buy("orders", "add-order", "--name", "Ann", "-v")
    assert (ended.code, ended.value["body"]["name"]) == (0, "Ann")


def test_standard_input_that_is_closed(buy, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    ended = buy("orders", "add-order", "--name", "-")
    assert (ended.code, ended.err.splitlines()[1]) == (4, "  --name: standard input is closed")
    ended = run("--api-key", "-", "ai", "ai-chat", "--messages", "[]")
    assert (ended.code, "standard input is closed" in ended.err) == (5, True)


def test_a_proxy_that_is_none_is_told_without_what_is_in_it(run, monkeypatch):
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_4711")
    for proxy in ("nonsense", "http://u:pass-4711@:x", "http://"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        ended = run("--server", "https://nohost.invalid", "ai", "ai-chat", "--messages", "[]")
        assert ended.code == 6
        assert "the proxy that is given, or that HTTPS_PROXY or ALL_PROXY names, has no URL such as" in ended.err
        assert "4711" not in ended.err
        assert "Traceback" not in ended.err


def test_files_that_can_not_be_written_are_named_as_they_were_given(buy, shop, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    words = ("orders", "add-order", "--name", "Ann")
    for option in ("-o", "--har"):
        ended = buy(*words, option, "nowhere/out.json")
        assert (ended.code, ended.err) == (3, "aerostack: nowhere/out.json: No such file or directory; nothing was sent\n")
        ended = buy(*words, option, "folder")
        assert (ended.code, ended.err) == (3, "aerostack: folder: this is no file; give the path of one; nothing was sent\n")
    assert not shop.seen

    def full(_number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for option in ("-o", "--har"):
        ended = buy(*words, option, "out.json")
        assert (ended.code, ended.err) == (3, "aerostack: out.json: No space left on device; the call was made\n")
    assert not (tmp_path / "out.json").exists()
    assert len(shop.seen) == 2


def test_standard_input_is_not_read_for_a_secret_and_a_value(run):
    for source in (["--api-key", "-"], ["--credential", "ApiKeyAuth=-"]):
        ended = run(*source, "ai", "ai-chat", "--messages", "-")
        assert ended.code == 4
        assert ended.err.splitlines()[1] == "  --messages: standard input is read for another value already, or for a secret"
