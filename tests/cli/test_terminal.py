"""What a person at a terminal sees: tables, colours, text as it comes, bars; and Ctrl-C. Once in a real one."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
import time
import warnings

import pytest

from aerostack_dynamic.cli._tell import warnings_told
from aerostack_dynamic.cli._terminal import is_terminal

ESCAPE = "\x1b["


def bare(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def test_lists_of_objects_are_tables(buy, terminal):
    terminal()
    lines = bare(buy("orders", "list-orders").out).splitlines()
    assert lines[0].split() == ["next", "2"]
    assert lines[1].strip() == "orders"
    assert lines[2].split() == ["id", "name", "tags"]
    assert lines[4].split() == ["0", "order", "\\x1b[2J0", '["a","b"]']
    assert len(bare(buy("orders", "list-orders", "--all").out).splitlines()) == 7
    assert json.loads(bare(buy("orders", "list-orders", "--filter", "orders[].id").out)) == [0, 1]


def test_all_else_is_json_in_colours_unless_they_are_not_wanted(buy, terminal, monkeypatch):
    assert ESCAPE not in buy("any").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in buy("any").out
    terminal()
    shown = buy("any").out
    assert json.loads(bare(shown)) == {"code": "odd", "message": "so it is"}
    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in buy("any").out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.delenv("FORCE_COLOR")
    terminal(term="dumb")
    assert ESCAPE not in buy("any").out
    assert ESCAPE not in buy("orders", "list-orders").out


def test_texts_can_not_rewrite_the_screen(buy, terminal):
    terminal()
    assert buy("text").out == "plain \\x1b[2J text\n"
    shown = buy("orders", "list-orders", "--output", "json", "--filter", "orders[0].name").out
    assert bare(shown) == '"order \\u001b[2J0"\n'


def test_a_stream_reads_as_a_text(buy, terminal):
    terminal()
    assert buy("chat", "--stream", "text=hi").out == "Good day!\n"
    assert bare(buy("chat", "--stream", "text=hi", "--filter", "delta.text").out) == "Good \nday\n!\n"
    assert buy("log").out == '{"id":0}\n{"id":1}\n{"id":2}\n'
    # In the places of chat completions, and in usual ones; what is no object is text.
    assert buy("talk").out == 'Hi you\n{"choices":[]}\n!?plain\n'
    assert bare(buy("ends", "--max-items", "2").out) == "a\n2\n"


def test_bytes_are_no_text(buy, shop, terminal, tmp_path):
    terminal()
    ended = buy("download")
    assert ended.code == 2
    assert "the answer is bytes, which are no text for a terminal: give -o FILE" in ended.err
    assert not shop.seen


def test_a_bar_shows_how_far_a_file_is(buy, terminal, tmp_path):
    terminal("stderr")
    (tmp_path / "big").write_bytes(b"x" * 1_100_000)
    for words, said in ((["download", "-o", "got"], "receiving"), (["upload", "--file", "big"], "sending big")):
        ended = buy(*words)
        assert ended.code == 0
        assert said in bare(ended.err)
        assert ESCAPE in ended.err
        assert ended.err.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")  # the bar is gone and the cursor back
        assert buy(*words, "-q").err == ""
    assert ESCAPE in buy("any", "--status", "404").err


def test_a_bar_is_gone_before_the_result_is_there(buy, terminal, tmp_path, monkeypatch):
    terminal("stderr")
    (tmp_path / "big").write_bytes(b"x" * 1_100_000)
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, shown)
    assert buy("upload", "--file", "big", "--filter", "query").code == 0
    assert bare(shown.getvalue().rpartition("\x1b[?25h")[2]) == "\r{}\n"


def test_output_is_utf_8_whatever_the_locale_says(buy, monkeypatch, tmp_path):
    (tmp_path / "é.txt").write_text("é\u2028", encoding="utf-8")
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), "cp1252"))
    streams = sys.stdout, sys.stderr
    buy("orders", "add-order", "--name", "@é.txt", "--filter", "body.name")
    buy("orders", "add-order", "--name", "@ö.txt")
    streams[1].flush()
    assert streams[0].buffer.getvalue().decode() == '"é\u2028"\n'
    assert "ö.txt can't be read" in streams[1].buffer.getvalue().decode()


def test_streams_that_are_none(monkeypatch):
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)
    assert not is_terminal(None)


@pytest.mark.parametrize("place", ["root", "import"])
def test_control_c_is_130(buy, monkeypatch, place):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "aerostack_dynamic.cli._main._root" if place == "root" else "aerostack_dynamic.cli._main.in_utf8", interrupted
    )
    ended = buy("any")
    assert (ended.code, ended.out, ended.err) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="there are no such terminals elsewhere")
def test_a_real_terminal_and_control_c(shop, shop_file):
    import pty

    ours, theirs = pty.openpty()
    words = [
        sys.executable,
        "-m",
        "aerostack_dynamic",
        "--spec",
        str(shop_file),
        "--server",
        shop.url,
        "chat",
        "--stream",
        "text=slow",
    ]
    process = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    try:
        seen = read_until(ours, b"Good day")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        seen += read_until(ours, None)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"Traceback" not in seen
    assert seen.startswith(b"Good day")


def read_until(ours, wanted):
    """What the terminal shows until something is there, or to its end."""
    seen, end = b"", time.monotonic() + 20
    while time.monotonic() < end and (wanted is None or wanted not in seen):
        if select.select([ours], [], [], 0.1)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:  # as Linux tells of the end
                break
            if not data:
                break
            seen += data
        elif wanted is None:
            break
    return seen


def test_warnings_are_told_once_as_the_commands_own(capsys):
    with warnings_told():
        for category in (UserWarning, FutureWarning):
            for _ in range(2):
                warnings.warn(f"{category.__name__}\x1b", category, stacklevel=1)
        logging.getLogger("aerostack_dynamic").warning("so it %s", "is")
    told = ["UserWarning\\x1b", "FutureWarning\\x1b", "so it is"]
    assert capsys.readouterr().err.splitlines() == [f"aerostack: warning: {text}" for text in told]
    assert not logging.getLogger("aerostack_dynamic").handlers


def test_tables_break_no_words(run, buy, terminal, monkeypatch):
    for width in ("80", "40"):
        monkeypatch.setenv("COLUMNS", width)
        terminal()
        listed = bare(run("--spec-version", "1.5.0", "ops").out)
        for word in (" gateway-chat-completions ", " /ai/search/deleteByType ", " Method "):
            assert word in f" {listed}"
        monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    terminal()
    rows = [{"at": "2026-11-26T16:04:00.000Z", "what": "a long text of many words that is folded"}]
    shown = bare(buy("orders", "add-order", "--name", "x", "extra:=" + json.dumps(rows), "--filter", "body.extra").out)
    assert rows[0]["at"] in shown
    assert len(shown.splitlines()) > 3
