"""Settings of the command line: where they come from, in what order they count, and what is refused."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from aerostack_dynamic import CredentialsError, cli
from aerostack_dynamic.cli._common import SettingsError
from aerostack_dynamic.cli._keys import Pair, Place, place_of
from aerostack_dynamic.cli._main import _root
from aerostack_dynamic.cli._profiles import _READERS, line_of
from aerostack_dynamic.cli._settings import VARIABLES, Settings

KEY = "ac_secret_4711"
PRINT = [sys.executable, "-c", f"print({KEY!r})"]
OWN = """
openapi: 3.1.0
info: {title: Own, version: '1'}
servers: [{url: 'https://{region}.own.test', variables: {region: {default: eu}}}]
security: [{Basic: []}]
components:
  securitySchemes:
    Basic: {type: http, scheme: basic}
    Token: {type: http, scheme: bearer}
paths:
  /things:
    get: {operationId: listThings, responses: {'200': {description: things}}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "own.yaml").write_text(OWN)
    (tmp_path / "config" / "other.yaml").write_text(OWN.replace("Own", "Other"))
    return tmp_path / "config"


@pytest.fixture
def configured(folder, monkeypatch):
    """Writes the configuration, and names it."""

    def write(text):
        (folder / "config.toml").write_text(text)
        monkeypatch.setenv("AEROSTACK_CONFIG", str(folder / "config.toml"))

    return write


def server_of(settings):
    return settings.client_options.get("server")


ROWS = [
    # setting, what is found, in the file, variable and its value, option and its value, and then each of the four in turn
    (
        "chosen_server",
        'server = "http://file"',
        ("AEROSTACK_SERVER", "http://env"),
        ("server", "http://flag"),
        [None, "http://file", "http://env", "http://flag"],
    ),
    (
        "chosen_document",
        'version = "1.5.0"',
        ("AEROSTACK_SPEC_VERSION", "1.0.0"),
        ("spec_version", "1.5.0"),
        [None, "1.5.0", "1.0.0", "1.5.0"],
    ),
    (
        "chosen_validation",
        'validation = "off"',
        ("AEROSTACK_VALIDATION", "strict"),
        ("validation", "observe"),
        [None, "off", "strict", "observe"],
    ),
    ("chosen_timeout", "timeout = 7", None, ("timeout", 9.0), [None, 7.0, 7.0, 9.0]),
    ("profile_name", None, ("AEROSTACK_PROFILE", "b"), ("profile", "c"), [None, "a", "b", "c"]),
]


@pytest.mark.parametrize(("setting", "line", "variable", "option", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_the_later_source_counts(configured, monkeypatch, setting, line, variable, option, wanted):
    def chosen(**options):
        return getattr(Settings(**options), setting)

    assert chosen() == (wanted[0], "the default")
    configured(f'default_profile = "a"\n[profile.b]\n[profile.c]\n[profile.a]\n{line or ""}\n')
    found = [chosen()]
    if variable:
        monkeypatch.setenv(*variable)
    found.append(chosen())
    found.append(chosen(**{option[0]: option[1]}))
    assert [one.value for one in found] == wanted[1:]
    origins = ["profile", "variable" if variable else "profile", f"the option --{option[0].replace('_', '-')}"]
    assert all(part in one.origin for part, one in zip(origins, found, strict=True))


def test_the_key_of_the_later_source_is_sent(configured, run, wire, reply, monkeypatch, tmp_path):
    """Default, file, environment, option; the key of each is seen by the server alone."""
    server = wire([reply(200, b'{"value": 1, "exists": true}')])
    call = ("cache", "cache-get", "--key", "k")
    configured(f'[profile.a]\nserver = "{server.url}"\napi_key_command = {PRINT!r}\n')
    (tmp_path / "key").write_text("from_the_option\r\n")
    assert run("--server", server.url, *call).code == 5, "no source, no call"
    monkeypatch.setenv("AEROSTACK_PROFILE", "a")
    ran = [run(*call)]
    monkeypatch.setenv("AEROSTACK_API_KEY", "from_the_variable")
    ran += [run(*call), run("--api-key", f"@{tmp_path / 'key'}", *call)]
    assert [one.code for one in ran] == [0, 0, 0]
    assert [one.header("X-Aerostack-Key") for one in server.seen] == [KEY, "from_the_variable", "from_the_option"]
    assert not any(key in one.out + one.err for one in ran for key in (KEY, "from_the_"))


def test_the_configuration_itself_is_found_by_default_variable_and_option(folder, monkeypatch):
    names = {"usual": "http://usual", "variable": "http://variable", "option": "http://option"}
    for name, url in names.items():
        (folder / name).mkdir()
        (folder / name / "config.toml").write_text(f'default_profile = "x"\n[profile.x]\nserver = "{url}"\n')
    assert Settings().configuration is None
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: folder / "usual")
    found = [server_of(Settings())]
    monkeypatch.setenv("AEROSTACK_CONFIG", str(folder / "variable" / "config.toml"))
    found += [server_of(Settings()), server_of(Settings(config=str(folder / "option" / "config.toml")))]
    assert found == [*names.values()]


def test_a_profile_with_a_document_of_its_own(configured, folder, monkeypatch):
    configured(
        """
[profile.own]
spec = "own.yaml"
overlays = ["overlay.yaml"]
server_variables = { region = "us" }
output = "yaml"
allow_insecure_http = true
[profile.own.credentials]
Basic = { user = "me", env = "PASSWORD" }
Token = { file = "token", timeout = 5 }
"""
    )
    (folder / "overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: o, version: '1'}\nactions: [{target: $.info, update: {title: Overlaid}}]\n"
    )
    (folder / "token").write_text("tok\n")
    monkeypatch.setenv("PASSWORD", "pw")
    monkeypatch.setenv("AEROSTACK_SERVER", "http://elsewhere.test")
    monkeypatch.setenv("AEROSTACK_API_KEY", "not for this document")
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.5.0")
    settings = Settings(profile="own")
    with settings.client() as client:
        assert repr(client) == "<Client Overlaid 1 at https://us.own.test>"
    given = settings.client_options["credentials"]
    assert (given["Basic"][0], given["Basic"][1](), given["Token"]()) == ("me", "pw", "tok")
    assert repr(given["Token"]) == f"<the file {folder / 'token'}>"
    assert settings.output == "yaml"
    other = Settings(profile="own", server="https://other.test").client_options
    assert (other["server"], "server_variables" in other) == ("https://other.test", False), "they are of the profile's server"
    assert settings.client_options["allow_insecure_http"] is True
    assert settings.document() is settings.document()


def test_the_server_and_keys_of_a_profile_are_for_its_document(configured, folder, monkeypatch):
    """Another document gets neither, unless the option --profile stands beside it; nor do they mix with another server's variables."""
    configured(
        'default_profile = "p"\n[profile.p]\nspec = "own.yaml"\nserver = "https://p.test"\ntimeout = 3\n'
        f"credentials = {{ Token = {{ command = {PRINT!r} }} }}\n"
    )
    own, other = str(folder / "own.yaml"), str(folder / "other.yaml")

    def given(**options):
        found = Settings(**options).client_options
        return found["spec"].title, found.get("server"), [*found.get("credentials", ())], found["timeout"]

    assert given() == given(spec=own) == ("Own", "https://p.test", ["Token"], 3.0)
    assert given(spec=other) == ("Other", None, [], 3.0)
    assert given(spec=other, profile="p") == ("Other", "https://p.test", ["Token"], 3.0)
    assert given(spec_version="1.5.0") == ("Aerostack API", None, [], 3.0)
    monkeypatch.setenv("AEROSTACK_API_KEY", "k")
    assert given() == ("Own", "https://p.test", ["Token"], 3.0)
    with pytest.raises(Exception, match="not both"):
        given(spec=own, spec_version="1.5.0")


def test_variables_that_win_over_a_named_profile_are_told(configured, monkeypatch, capsys):
    configured(f'[profile.p]\nserver = "http://localhost:1"\napi_key_command = {PRINT!r}\n')
    assert Settings(profile="p").notes == []
    monkeypatch.setenv("AEROSTACK_SERVER", "http://localhost:2")
    monkeypatch.setenv("AEROSTACK_API_KEY", "k")
    Settings(profile="p").client(quiet=True).close()
    assert capsys.readouterr().err == ""
    Settings(profile="p").client().close()
    err = capsys.readouterr().err
    assert [line.split(": ", 1)[1] for line in err.splitlines()] == [
        f"the variable {name} wins over what the profile p says" for name in ("AEROSTACK_SERVER", "AEROSTACK_API_KEY")
    ]
    monkeypatch.setenv("AEROSTACK_PROFILE", "p")
    assert Settings().notes == []


BAD = [
    ("profil = 1", "1: profil: there is no such key, did you mean 'profile'?"),
    ("\nx = 1", "2: x: there is no such key; there is default_profile, and [profile.NAME]"),
    ("profile = 1", "1: profile: profiles are tables"),
    ("[profile]\na = 1", "1: profile: profiles are tables"),
    ('default_profile = "aa"\n[profile.aaa]', "1: default_profile: there is no such profile, did you mean 'aaa'?"),
    ("default_profile = 1\n[profile.a]", "1: default_profile: there is no such profile; give the name of one"),
    ('[profile.b]\n[profile.a]\n\nservr = "x"', "4: profile.a.servr: there is no such key, did you mean 'server'?"),
    ('[profile.a]\nzzz = "x"', "2: profile.a.zzz: there is no such key; there is server, "),
    ("[profile.a]\nserver = true", "2: profile.a.server: give a URL, or an index"),
    ("[profile.a]\nspec = 1", "2: profile.a.spec: give the name of a file"),
    ('[profile.a]\noverlays = "x"', "2: profile.a.overlays: give a list"),
    ('[profile.a]\nspec = "x"\nversion = "1.5.0"', "3: profile.a.version: give spec or version"),
    ("[profile.a]\nserver_variables = { x = 1 }", "2: profile.a.server_variables: give a table of texts"),
    ("[profile.a]\ntimeout = 0", "2: profile.a.timeout: give a number of seconds"),
    (
        '[profile.a]\nvalidation = "strct"',
        "2: profile.a.validation: give one of strict, tolerant, observe, off, did you mean 'strict'?",
    ),
    ("[profile.a]\noutput = 1", "2: profile.a.output: give one of json, "),
    ("[profile.a]\nallow_insecure_http = 1", "2: profile.a.allow_insecure_http: give true or false"),
    (f'[profile.a]\napi_key = "{KEY}"', "2: profile.a.api_key: a secret does not stand in this file; give { command"),
    (f'[profile.a]\nserver = "x"\n"api_key" = "{KEY}"', "3: profile.a.api_key: a secret does not stand in this file"),
    (
        '[profile.a]\napi_key = { env = "X" }\napi_key_command = "x"',
        "3: profile.a.api_key_command: give api_key or api_key_command",
    ),
    ("[profile.a]\napi_key_command = 1", "2: profile.a.api_key_command: give the program and its arguments"),
    ("[profile.a]\napi_key_command = []", "2: profile.a.api_key_command: give the program"),
    ('[profile.a]\napi_key_command = "x \'y"', "2: profile.a.api_key_command: the command can't be split"),
    ("[profile.a]\napi_key = { env = 1 }", "2: profile.a.api_key: give { command"),
    ('[profile.a]\napi_key = { env = "X", file = "y" }', "2: profile.a.api_key: give one of"),
    ('[profile.a]\napi_key = { env = "X", timeout = 0 }', "2: profile.a.api_key: timeout is a number"),
    ("[profile.a]\ncredentials = 1", "2: profile.a.credentials: give a table"),
    (f'[profile.a.credentials]\n\nX = "{KEY}"', "3: profile.a.credentials.X: a secret does not stand"),
    ('[profile.a.credentials]\nX = { fil = "x" }', "2: profile.a.credentials.X: give { command"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_the_configuration_can_not_say(configured, folder, text, said):
    configured(text)
    with pytest.raises(SettingsError) as caught:
        Settings(profile="a").client_options  # noqa: B018
    assert str(caught.value).startswith(f"{folder / 'config.toml'}:{said}")
    assert KEY not in str(caught.value)


def test_a_configuration_that_is_not_there_or_no_toml(configured, folder, run, monkeypatch):
    for words, said in [
        (["--config", "nowhere.toml"], "there is no configuration nowhere.toml"),
        (["--config", str(folder)], f"the configuration {folder} can't be read"),
        (["--profile", "p"], "the option --profile names the profile 'p', and there is no configuration"),
    ]:
        ran = run(*words, "ops")
        assert (ran.code, ran.out) == (3, "")
        assert said in ran.err
    configured("[profile.prod]\n[profile")
    ran = run("ops")
    assert (ran.code, ran.out) == (3, "")
    assert "config.toml:2: this is no TOML: " in ran.err
    configured("x = 1\ny = \nz = 1")
    assert "config.toml:2: this is no TOML: " in run("ops").err
    assert run("--help").code == 0
    configured("[profile.prod]")
    assert "there is no profile 'prd', did you mean 'prod'?" in run("--profile", "prd", "ops").err
    assert "there is no profile 'x'; there is prod" in run("--profile", "x", "ops").err
    configured("")
    monkeypatch.setenv("AEROSTACK_PROFILE", "x")
    assert "there is no profile 'x'; it has none" in run("ops").err


def test_where_a_key_is_set():
    text = 'a = [\n  "[b]",\n]\n[b."c d"]\nx.y = { z = 1 }\n[[e]]\nq = 1\n'
    assert [line_of(text, keys) for keys in [("a",), ("b", "c d", "x", "y", "z"), ("e", "q"), ("nothing",), ()]] == [1, 5, 7, 1, 1]


# ---- sources of secrets


def test_sources_on_the_command_line(tmp_path, monkeypatch):
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbffile\n")
    monkeypatch.setenv("KEY", "variable")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"input\n")))
    words = [f"@{tmp_path / 'key'}", "env:KEY", f"command:{PRINT[0]} -c 'print(1)'", "-"]
    places = [place_of(one) for one in words]
    assert [one() for one in places] == ["file", "variable", "1", "input"]
    monkeypatch.setenv("KEY", "another")
    assert [places[1](), places[3]()] == ["variable", "input"], "each is asked once"
    assert [one.asks for one in places] == [False, False, False, True]
    assert "variable" not in repr(places)[:20] or "KEY" in repr(places)


def test_a_person_is_asked(monkeypatch):
    with pytest.raises(CredentialsError, match="no terminal to ask"):
        place_of("ask")()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: "typed")
    assert place_of("ask")() == "typed"


def test_the_keyring(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda service, user: f"{service}+{user}"))
    assert place_of("keyring:a/b/me")() == "a/b+me"
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(CredentialsError, match="needs the package keyring"):
        place_of("keyring:a/me")()
    with pytest.raises(ValueError, match="keyring:SERVICE/USER"):
        place_of("keyring:a")


@pytest.mark.parametrize(
    "words",
    [("--api-key", KEY), ("--api-key", f"Bearer:{KEY}"), ("--credential", f"X={KEY}"), ("--credential", KEY), ("--api-key", "@")],
)
def test_a_key_on_the_command_line_is_refused_and_not_repeated(run, words):
    ran = run(*words, "ops")
    assert (ran.code, ran.out) == (2, "")
    assert KEY not in ran.err
    assert "@FILE, env:NAME" in ran.err


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "nothing"), (b"\xff\xfe", "not UTF-8"), (b"x" * 70_000, "too much"), (None, "can't be read")]
)
def test_files_that_hold_no_secret(tmp_path, content, said):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(CredentialsError, match=said) as caught:
        place_of(f"@{tmp_path / 'key'}")()
    assert "xxx" not in str(caught.value)


def test_a_command_that_fails_shows_its_status_and_nothing_of_its_output(configured, run):
    head = "default_profile = 'p'\n[profile.p]\nserver = 'http://localhost:1'\n"
    programs = ["import sys; print('half_a_secret'); sys.exit(3)", "import time; time.sleep(60)"]
    failing, waiting = ([sys.executable, "-c", one] for one in programs)
    configured(f"{head}api_key_command = {failing!r}\n")
    ran = run("cache", "cache-get", "--key", "k")
    assert ran.code == 5
    assert f"the command {sys.executable} failed with status 3" in ran.err
    configured(f"{head}api_key = {{ command = {waiting!r}, timeout = 0.1 }}\n")
    slow = run("cache", "cache-get", "--key", "k")
    assert (slow.code, "did not end within 0.1 s" in slow.err) == (5, True)
    assert "half_a_secret" not in ran.out + ran.err + slow.err


def test_http_basic_from_one_source(folder, monkeypatch):
    monkeypatch.setenv("PAIR", "me:pass:word")
    settings = Settings(spec=str(folder / "own.yaml"), credentials=("Basic=env:PAIR", "Token=env:PAIR"))
    given = settings.client_options["credentials"]
    assert isinstance(given["Basic"], Pair)
    assert isinstance(given["Token"], Place)
    assert given["Basic"]() == ("me", "pass:word")
    assert repr(given["Basic"]) == "<the variable PAIR>"
    monkeypatch.setenv("PAIR2", "colonless")
    with pytest.raises(CredentialsError, match=r"^the variable PAIR2: http basic takes user:password$"):
        Settings(spec=str(folder / "own.yaml"), credentials=("Basic=env:PAIR2",)).client_options["credentials"]["Basic"]()


def test_an_api_key_for_a_document_that_has_no_place_for_one(folder, run):
    ran = run("--spec", folder / "own.yaml", "--api-key", "env:X", "doctor", "--offline")
    assert ran.code == 1
    assert "its security schemes are: Basic, Token" in ran.out
    with pytest.raises(click.BadParameter, match="Name one: --credential SCHEME=SOURCE"):
        Settings(spec=str(folder / "own.yaml"), api_key="env:X").client()


def test_documents_that_can_not_be_had_are_named(run):
    assert "nowhere.yaml: the document can't be read" in run("--spec", "nowhere.yaml", "ops").err
    assert "a document is not fetched from the network here" in run("--spec", "https://api.test/x.json", "ops").err
    assert run("--spec-version", "9", "ops").code == 2


def test_nothing_is_read_from_the_folder_one_stands_in(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "config.toml").write_text("broken")
    assert Settings().configuration is None
    assert Path.cwd() == folder
    assert os.environ.get("AEROSTACK_CONFIG") is None


def test_the_page_about_profiles_has_every_setting():
    """Its table has all keys, variables and options that there are, and its example is a configuration."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1:-1]
        for line in page.split("## What counts")[1].split("Four rules")[0].splitlines()
        if line.startswith("| ")
    ][2:]
    named = [{name for row in rows for name in re.findall(r"`([^`]+)`", row[column])} for column in (2, 3, 4)]
    assert named[0] == {*_READERS, "default_profile"}
    assert named[1] == {*VARIABLES} - {"AEROSTACK_LOG"}
    assert named[2] == {one for option in _root().params for one in option.opts if one.startswith("--")} - {"--version"} | {
        "--output"
    }


def test_the_example_of_the_page(configured, folder):
    page = (Path(__file__).resolve().parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
    configured(page.split("```toml\n")[1].split("```")[0])
    (folder / "shop").mkdir()
    (folder / "shop" / "openapi.yaml").write_text(OWN.replace("Basic", "Login"))
    overlay = "overlay: 1.0.0\ninfo: {title: o, version: '1'}\nactions: [{target: $.info, update: {title: Shop}}]\n"
    (folder / "shop" / "overlay.yaml").write_text(overlay)
    told = {name: repr(Settings(profile=name).client()) for name in ("production", "staging", "shop")}
    assert told["staging"] == "<Client Aerostack API 1.5.0 at https://staging.example.com/v1>"
    assert told["shop"] == "<Client Shop 1 at https://eu.own.test>"
    assert repr(Settings().client_options["credentials"]) == "{'ApiKeyAuth': <the command pass>}"


def test_completion_of_names(configured, folder, monkeypatch, capfdbinary):
    """Names of profiles, operations, groups and schemas; none, and no failure, where the configuration is broken."""

    def offered(*words):
        line = " ".join(("aerostack", *words))
        monkeypatch.setenv("AEROSTACK_LINE", line)
        monkeypatch.setenv("AEROSTACK_WORD", words[-1])
        monkeypatch.setenv("_AEROSTACK_COMPLETE", "bash_complete")
        code = cli.main([])
        return code, [one.partition(",")[2] for one in capfdbinary.readouterr().out.decode().split()]

    configured("[profile.staging]\n[profile.production]\n")
    assert offered("--profile", "st") == (0, ["staging"])
    assert offered("--spec-version", "1.5.0", "schema", "ChatM") == (0, ["ChatMessage"])
    assert offered("describe", "aiC") == (0, ["aiChat"])
    assert offered("ops", "--group", "a") == (0, ["authentication", "ai"])
    configured("[profile")
    assert offered("--profile", "st") == (0, [])


def test_help_imports_what_it_needs_alone():
    """Without a configuration no TOML is read; no table is made, no validator asked, no YAML read."""
    heavy = ("tomllib", "tomli", "rich", "yaml", "openapi_spec_validator", "jmespath", "httpx", "ssl")
    code = (
        "import sys; before = {*sys.modules}; from aerostack_dynamic import cli; cli.main(['--help']);"
        f"print([one for one in {heavy!r} if one in {{*sys.modules}} - before])"
    )
    environment = {
        **os.environ,
        "AEROSTACK_CONFIG": "",
        "XDG_CONFIG_HOME": os.path.abspath("nowhere"),
        "HOME": os.path.abspath("nowhere"),
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Find out why calls fail." in done.stdout
