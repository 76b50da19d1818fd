"""What is told of mistakes: in the command line's own words, in one style, with the line that is meant, and hints that are true."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

import aerostack_dynamic
from aerostack_dynamic.cli import _common
from aerostack_dynamic.cli._common import placed, wrapped
from aerostack_dynamic.cli._worded import WORDS, usage_text

KEY = "ac_secret_4711"
CACHE = ("cache", "cache-get", "--key", "k")


def refusal(code="X"):
    content = json.dumps({"error": {"code": code, "message": "no"}}).encode()
    head = f"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def test_the_words_that_are_put_otherwise_are_those_of_the_package():
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(aerostack_dynamic.__file__).parent.rglob("_*.py")
        if path.name != "_worded.py"
    )
    text = text.replace("{{", "{").replace("}}", "}").replace("{KEY_VARIABLE}", "AEROSTACK_API_KEY").replace('"\n            "', "")
    assert [python for python, _ in WORDS if python not in text] == []


# ---- hints about credentials


def test_a_refused_key_is_told_by_where_it_is_from(run, wire, monkeypatch):
    monkeypatch.setenv("AEROSTACK_API_KEY", KEY)
    monkeypatch.setenv("OTHER", KEY)
    server = wire([refusal()] * 3).url
    ran = run("--server", server, *CACHE)
    assert ran.code == 7
    assert "what was sent is ApiKeyAuth from the variable AEROSTACK_API_KEY: is that of this server" in ran.err
    assert "set AEROSTACK_API_KEY" not in ran.err
    assert "from the variable OTHER" in run("--server", server, "--api-key", "env:OTHER", *CACHE).err
    signing = run("--server", server, "authentication", "auth-signin", "--email", "a@b.test", "--password", "correct-horse")
    assert "or it is the password that the server refuses" in signing.err
    assert KEY not in ran.err + signing.err


def test_what_is_missing_is_said_and_a_source_that_failed_needs_no_more_words(run):
    ran = run(*CACHE)
    assert ran.code == 5
    assert ran.err.splitlines() == [
        "aerostack: cache.cache_get: no API key; give --api-key SOURCE before the command, or set AEROSTACK_API_KEY",
        "  `aerostack doctor` tells what is missing",
    ]
    failed = run("--api-key", "env:NOPE", *CACHE)
    assert (failed.code, failed.err) == (5, "aerostack: cache.cache_get: the variable NOPE is not set\n")


def own(security, tmp_path):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Own", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"204": {"description": "d"}}, "security": security}}},
        "components": {"securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}}},
    }
    (tmp_path / "own.json").write_text(json.dumps(document))
    return tmp_path / "own.json"


def test_a_refusal_without_a_credential(run, wire, tmp_path):
    server = wire([refusal()] * 2).url
    assert "takes no credential, so it is the arguments" in run("--spec", own([], tmp_path), "--server", server, "x").err
    optional = run("--spec", own([{}, {"Token": []}], tmp_path), "--server", server, "x")
    assert "no credential was sent: give --credential Token=SOURCE before the command" in optional.err


def test_doctor_says_that_it_tries_no_key_and_which_call_does(run, monkeypatch, tmp_path):
    monkeypatch.setenv("AEROSTACK_API_KEY", KEY)
    assert "whether it takes it: `aerostack cache cache-get --example` writes a call that tells" in run("doctor", "--offline").out
    newer = run("--spec-version", "1.5.0", "doctor", "--offline").out
    assert "whether it takes it: `aerostack ai list-types` tells" in newer
    assert newer.count("not tried: --offline") == 6
    monkeypatch.setenv("T", KEY)
    other = run("--spec", own([], tmp_path), "--server", "https://a.test", "--credential", "Token=env:T", "doctor", "--offline").out
    assert "whether it takes it: a call tells" in other


# ---- proxies that are no URL


@pytest.mark.parametrize("value", ["nonsense", "http://user:hidden@:x", "ftp://proxy.test:3128"])
def test_doctor_with_a_proxy_that_is_none(run, monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)
    ran = run("--server", "https://api.test", "doctor")
    assert ran.code == 1
    assert "fail  proxy       what the variable HTTPS_PROXY says is no URL of a proxy" in ran.out
    assert ran.out.count("not tried: calls would fail at the proxy") == 5
    assert "hidden" not in ran.out


# ---- settings


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("server = 'nope'", "config.toml:3: profile.p.server: 'nope' is no address"),
        (
            "server_variables = {a = 'b'}",
            "config.toml:3: profile.p.server_variables: the server's URL has no variable 'a'; it has none",
        ),
        (
            "version = '2.0'",
            "config.toml:3: profile.p.version: there is no version '2.0' of the platform's document; there is 1.0.0, 1.5",
        ),
        ("spec = 'no.yaml'", "config.toml:3: profile.p.spec: no.yaml: the document can't be read: No such file or directory\n"),
        ("credentials = {Foo = {env = 'X'}}", "the document has no security scheme 'Foo'; it has: ApiKeyAuth"),
    ],
)
def test_a_profile_that_can_not_be_used_is_told_with_its_line(run, tmp_path, line, said):
    (tmp_path / "config.toml").write_text(f"default_profile = 'p'\n[profile.p]\n{line}\n")
    ran = run("--config", "config.toml", *CACHE)
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert "config.toml:3: " in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--server", "nope"), "aerostack: --server: 'nope' is no address"),
        (("--server", "7"), "aerostack: --server: there is no server 7"),
        (("--credential", "ApiKeyAut=env:X"), "no security scheme 'ApiKeyAut', did you mean 'ApiKeyAuth'?"),
        (("--spec-version", "2.0.0"), "there is no version '2.0.0' of the platform's document; there is 1.0.0, 1.5.0"),
        (("--timeout", "abc"), "--timeout: 'abc' is not a valid number\n"),
    ],
)
def test_an_option_that_can_not_be_meant_is_of_the_command_line(run, words, said):
    ran = run(*words, *CACHE)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_variable_that_can_not_be_meant(run, monkeypatch, tmp_path):
    monkeypatch.setenv("AEROSTACK_VALIDATION", "foo")
    ran = run(*CACHE)
    assert ran.code == 3
    assert "aerostack: the variable AEROSTACK_VALIDATION: there is no mode 'foo'; there is strict, " in ran.err
    monkeypatch.delenv("AEROSTACK_VALIDATION")
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.0.0")
    (tmp_path / "config.toml").write_text("[profile.staging]\nversion = '1.5.0'\n")
    for words in (("cache", "cache-list"), ("query",)):
        ran = run("--config", "config.toml", "--profile", "staging", *words)
        assert ran.code == 2
        assert "the variable AEROSTACK_SPEC_VERSION wins over what the profile staging says" in ran.err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever runs this can read every file")
def test_a_file_that_may_not_be_read(run, tmp_path):  # pragma: no cover  # not as root
    (tmp_path / "closed").write_text("{}")
    (tmp_path / "closed").chmod(0)
    assert run("--config", "closed", "doctor").code == 1
    assert [run(option, "closed", "ops").code for option in ("--config", "--spec", "--overlay")] == [3, 3, 3]


def test_a_folder_in_place_of_a_file(run, tmp_path):
    (tmp_path / "folder").mkdir()
    doctor = run("--config", "folder", "doctor", "--offline")
    assert doctor.code == 1
    assert "fail  config      the configuration folder can't be read: Is a directory\n" in doctor.out
    assert [run(option, "folder", "ops").code for option in ("--config", "--spec", "--overlay")] == [3, 3, 3]
    assert run("spec", "check", "folder").code == 3


def test_help_of_the_platforms_groups_without_a_configuration(run, tmp_path):
    (tmp_path / "broken.toml").write_text("[profile")
    for words, shown in [(("database", "--help"), "db-query"), (("--help",), "database"), (("cache", "cache-get", "-h"), "--key")]:
        ran = run("--config", "broken.toml", *words)
        assert ran.code == 0
        assert shown in ran.out
        assert ran.err.startswith(
            "aerostack: the operations are those of the platform's 1.0.0, and no call can be made: broken.toml:1: "
        )
        assert ran.err.count("\n") == 1
    assert run("--config", "broken.toml", "--spec-version", "1.5.0", "cache", "--help").out.count("cache-list") == 1
    assert run("--config", "broken.toml", "--spec-version", "9", "cache", "--help").code == 2
    assert run("--config", "broken.toml", *CACHE).code == 3


# ---- words


def test_faults_of_yaml_have_their_line(run, tmp_path):
    (tmp_path / "faulty.yaml").write_text("openapi: 3.1.0\ninfo: [\na: b\n")
    for words in (("--spec", "faulty.yaml", "ops"), ("spec", "check", "faulty.yaml")):
        ran = run(*words)
        assert ran.code == 3
        assert ran.err.startswith("aerostack: faulty.yaml:4:1: the document is neither JSON nor YAML: ")
        assert "byte string" not in ran.err
    assert placed("a", "b") == "a: b"
    (tmp_path / "overlay.yaml").write_text("overlay: [\n")
    assert "find expected node content at line 2, column 1\n" in run("--overlay", "overlay.yaml", "ops").err
    assert "no.yaml: the overlay can't be read: No such file or directory: 'no.yaml'\n" in run("--overlay", "no.yaml", "ops").err


def test_the_line_of_control_c_is_ended(terminal, capsys):
    terminal("stderr")
    stopping = threading.Event()
    stopping.set()
    _common.wait(stopping)
    assert capsys.readouterr().err == "\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("ops", "--spec", "x"),
            "--spec stands before the command: aerostack --spec ... ops\n  `aerostack ops --help` tells of its use\n",
        ),
        (("ai", "ai-chat", "--modle", "x"), "there is no option --modle, did you mean '--model'?\n"),
        ((*CACHE, "--all"), "there is no option --all\n"),
        (("search",), "missing argument 'WORDS...'\n"),
        (("ops", "--output", "x"), "--output: 'x' is not one of 'table', 'json', 'yaml'\n"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_style(run, words, said):
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.startswith(f"aerostack: {said}")


def test_a_group_without_a_word_shows_its_help(run):
    ran = run("cache")
    assert (ran.code, ran.out) == (2, "")
    assert "cache-get" in ran.err


def test_messages_of_click():
    assert usage_text("Invalid value for '-o' / '--output': No. such.") == "-o: No. such"
    assert usage_text("API is down.") == "API is down"


def test_lines_are_parted_between_words(monkeypatch, capsys, terminal):
    monkeypatch.setenv("COLUMNS", "44")
    terminal("stderr")
    assert _common.fail("a-very-long-word-that-is-a-path/and-goes-on-and-on what is said of it") == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.replace("\x1b[31m\x1b[1maerostack:\x1b[0m", "aerostack:") for line in lines] == [
        "aerostack:",
        "  a-very-long-word-that-is-a-path/and-goes-on-and-on",
        "  what is said of it",
    ]
    assert wrapped("x" * 60, None) == "x" * 60


def test_describe_shows_the_command_and_lists_groups(run, buy):
    told = run("describe", "aiChat").out
    assert "\nOn the command line:\n    aerostack ai ai-chat " in told
    assert "--messages '[{" in told
    assert told.endswith("\n    aerostack ai ai-chat --help\n")
    group = run("describe", "ai", "--output", "json")
    assert [one["operation_id"] for one in group.value] == ["aiChat"]
    assert run("describe", "Orders", "--spec-version", "9").code == 2
    assert "add-order" in buy("describe", "Orders").out
    assert buy("describe", "nope").code == 2


def test_an_example_with_a_file_says_that_it_is_none(run, tmp_path):
    ran = run("storage", "storage-upload", "--example")
    assert "--file ./file" in ran.out
    assert ran.err == "aerostack: ./file stands for a file of yours\n"
    assert run("cache", "cache-get", "--example").err == ""


@pytest.mark.skipif(os.name != "posix", reason="what may be written is a matter of POSIX here")
def test_a_data_folder_that_can_not_be_used_is_named(run, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "sandbox.sqlite3").mkdir()
    ran = run("sandbox", "--port", "0", "--data", tmp_path / "kept")
    assert ran.code == 3
    assert str(tmp_path / "kept") in ran.err


def test_completion_of_versions_and_paths(monkeypatch, capfdbinary):
    def offered(line):
        monkeypatch.setenv("AEROSTACK_LINE", line)
        monkeypatch.setenv("AEROSTACK_WORD", line.rpartition(" ")[2])
        monkeypatch.setenv("_AEROSTACK_COMPLETE", "bash_complete")
        aerostack_dynamic.cli.main([])
        return [one.partition(",")[2] for one in capfdbinary.readouterr().out.decode().split()]

    assert offered("aerostack --spec-version ") == ["1.0.0", "1.5.0"]
    assert offered("aerostack call POST /cac") == ["/cache/get", "/cache/set"]
    assert offered("aerostack call aiC") == ["aiChat"]
