"""The pages in docs/ tell the truth: their examples run against a sandbox, their commands parse, their links and names lead somewhere."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from aerostack_dynamic import AsyncClient, Client, Spec
from aerostack_dynamic.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
BESIDE = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
}
LANGUAGES = {"python", "console", "text", "toml", "yaml", "json"}
# Modules whose names nobody imports, and rooms of the replaced SDK's face that are public by its layout alone.
NOT_IMPORTED = {"aerostack_dynamic.cli", "aerostack_dynamic.__main__"}
SDK = ("errors", "httpclient", "models", "types", "utils")
# Runs scripts, each in a folder, a namespace and with a log of its own, and names the one that fails.
RUNNER = """\
import json, logging, os, pathlib
home = os.getcwd()
for number, (place, script) in enumerate(json.loads(pathlib.Path("scripts.json").read_bytes()).items()):
    os.mkdir(str(number))
    os.chdir(str(number))
    exec(compile(script, place, "exec"), {"__name__": "__main__"})
    os.chdir(home)
    for handler in [*logging.root.handlers]:
        logging.root.removeHandler(handler)
        handler.close()
"""
BATCHES = 4  # each in one process, since it is starting that takes the time


def load(name: str) -> ModuleType:
    """The module tools/`name`.py."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


examples = load("readme_examples")
SCRIPTS: dict[str, str] = {
    f"{name}: {heading}": script for name, text in PAGES.items() for heading, script in examples.scripts(text).items()
}


def blocks() -> Iterator[tuple[str, Any]]:
    """Every fenced block of every page and of what stands beside them, with the place of it."""
    for name, text in (PAGES | BESIDE).items():
        for block in examples.blocks(text):
            yield f"{name}:{block.line}", block


def run(scripts: dict[str, str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run scripts one after another, up to the first that fails."""
    (folder / "scripts.json").write_text(json.dumps(scripts), encoding="utf-8")
    command = [sys.executable, "-W", "error", "-c", RUNNER]
    return subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_examples_run(batch: int, tmp_path: Path, box: Any) -> None:
    scripts = dict([*SCRIPTS.items()][batch::BATCHES])
    done = run(scripts, tmp_path, {"AEROSTACK_SERVER": box.url, "AEROSTACK_API_KEY": box.api_key})
    assert done.returncode == 0, f"{done.stderr}(lines are the page's)"
    assert done.stderr == ""


def test_a_wrong_example_is_told_with_its_heading(tmp_path: Path) -> None:
    done = run({"One": "\nx = 1\n", "Two": "\n\nassert 'x' in globals()\n"}, tmp_path, {})
    assert done.returncode == 1
    assert 'File "Two", line 3' in done.stderr


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    assert {block.language for _, block in blocks()} <= LANGUAGES
    # Few need what a test has not: a person, the system's keyring.
    assert sum(block.reason is not None for _, block in blocks()) < 10


def test_data_in_blocks_can_be_read() -> None:
    read = {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}
    for place, block in blocks():
        if block.language in read:
            assert read[block.language](block.text), place


# ---- commands


def lines_of(block: Any) -> Iterator[list[str]]:
    """The words of each command in a console block, up to a pipe or the like; lines that go on with a backslash are one."""
    for line in re.sub(r"\\\n\s*", " ", block.text).splitlines():
        if line.startswith("$ "):
            lexer = shlex.shlex(line[2:], posix=True, punctuation_chars="|&;<>")
            lexer.whitespace_split = True
            words = [*lexer]
            ends = [number for number, word in enumerate(words) if set(word) <= set("|&;<>")]
            yield words[: ends[0]] if ends else words


COMMANDS = [
    pytest.param(words, id=f"{place} {' '.join(words)}"[:80])
    for place, block in blocks()
    if block.language == "console"
    for words in lines_of(block)
    if words
]


def extras() -> set[str]:
    """The extras that the package has."""
    return {*tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]}


def command_fault(words: list[str], capsys: pytest.CaptureFixture[str]) -> str | None:
    """What is wrong with a command of a page. Of the package's own, all options have to be there; nothing is run."""
    match words:
        case ["aerostack-dynamic" | "aerostack", *rest]:
            code = main([*rest, "--help"])
            said = capsys.readouterr()
            return None if code == 0 and said.out.startswith("Usage:") else said.err or "no help"
        case ["make", target, *_]:
            found = re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            return None if found else f"no target {target}"
        case ["pip", "install", what]:
            asked = {*re.findall(r"[a-z0-9]+", what.partition("[")[2])}
            return None if what.startswith(("aerostack_dynamic", "hishel")) and asked <= extras() | {"httpx"} else "no such extra"
        case [tool, *_] if tool.startswith(".venv/bin/"):
            named = [word for word in words[1:] if "/" in word and not word.startswith("-")]
            return None if all((ROOT / word).exists() for word in named) else "a path that is not there"
        case ["pytest", *rest]:
            told = (ROOT / "aerostack_dynamic" / "testing" / "_plugin.py").read_text(encoding="utf-8")
            return None if all(word in told for word in rest if word.startswith("--")) else "no such option"
        case ["export", _] | ["cd", _]:
            return None
    return "a command that nothing checks"


@pytest.mark.parametrize("words", COMMANDS)
def test_the_command_is_there(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[profile.staging]\n", encoding="utf-8")  # a profile that commands name is there
    monkeypatch.setenv("AEROSTACK_CONFIG", str(tmp_path / "config.toml"))
    assert command_fault(words, capsys) is None


@pytest.mark.parametrize(
    "line",
    [
        "aerostack-dynamic diff a b --fail-never",
        "aerostack-dynamic compare a b",
        "make nothing",
        "pip install 'aerostack_dynamic[nothing]'",
        "pytest --aerostack-nothing",
        ".venv/bin/python tools/nothing.py",
        "rm -rf /",
    ],
)
def test_a_wrong_command_is_told(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_fault(shlex.split(line), capsys)


def test_commands_are_read_up_to_a_pipe() -> None:
    block = examples.blocks("```console\n$ aerostack x \\\n    --y 'a | b' | jq .   # why\ntold\n$ make demo && cd z\n```\n")[0]
    assert [*lines_of(block)] == [["aerostack", "x", "--y", "a | b"], ["make", "demo"]]


# ---- the site


def navigation(entries: Any) -> Iterator[str]:
    """The pages that a navigation names."""
    for entry in entries:
        for value in entry.values():
            yield from navigation(value) if isinstance(value, list) else [value]


def test_the_navigation_names_each_page_once() -> None:
    settings = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(navigation(settings["nav"])) == sorted(PAGES)
    assert settings["theme"]["font"] is False  # fonts would be fetched


def slug(title: str) -> str:
    """The anchor of a heading, as Python-Markdown makes it."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).replace("`", "")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def without_blocks(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def link_faults(folder: Path, name: str, text: str) -> list[str]:
    """The links of a page to other files and places that are not there."""
    faults = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_blocks(text)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        there = (folder / name).parent / path if path else folder / name
        if not there.is_file():
            faults.append(f"{name}: {link}")
        elif anchor and there.suffix == ".md":
            titles = re.findall(r"^#+ +(.+)$", without_blocks(there.read_text(encoding="utf-8")), re.MULTILINE)
            faults += [] if anchor in map(slug, titles) else [f"{name}: {link}"]
    return faults


def test_links_lead_somewhere() -> None:
    inside = [fault for name, text in PAGES.items() for fault in link_faults(DOCS, name, text)]
    assert inside + [fault for name, text in BESIDE.items() for fault in link_faults(ROOT, name, text)] == []
    # On the site there is nothing but docs/.
    assert [
        name for name, text in PAGES.items() if re.search(r"\]\((\.\./)+(?!\w+(-\w+)*\.md|move)", text) or "](../../" in text
    ] == []


def test_pages_that_code_and_changes_name_are_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "aerostack_dynamic").rglob("*.py")] + [*BESIDE.values()]
    named = {name for text in texts for name in re.findall(r"docs/([\w./-]+\.md)", text)}
    assert named
    assert named <= {*PAGES}


def test_wrong_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# B\n\n## The `x`: y_z, [w](c.md)\n", encoding="utf-8")
    text = "[1](b.md#the-x-y_z-w) [2](b.md#no) [3](c.md) [4](https://x.example)\n```text\n[5](d.md)\n```\n"
    assert link_faults(tmp_path, "a.md", text) == ["a.md: b.md#no", "a.md: c.md"]


def test_operations_in_words_are_there() -> None:
    groups = Spec.bundled("1.5.0").groups
    named = {
        (group, name)
        for text in (PAGES | BESIDE).values()
        for group, name in re.findall(r"client\.(\w+)\.(\w+)", without_blocks(text))
        if group in groups
    }
    assert ("queue", "queue_list_jobs") in named
    assert {(group, name) for group, name in named if name not in groups[group]} == set()


# ---- the reference


def public_names() -> set[str]:
    """Every public name of the package and its wings."""
    package = importlib.import_module("aerostack_dynamic")
    found = [one.name for one in pkgutil.iter_modules(package.__path__, "aerostack_dynamic.") if "._" not in one.name]
    sdk = [f"aerostack_dynamic.sdk.{one}" for one in SDK]
    modules = [package.__name__, *({*found} - NOT_IMPORTED), *sdk]
    names = {f"{module}.{name}" for module in modules for name in getattr(importlib.import_module(module), "__all__", ())}
    # What written files import from one place has its own place already.
    again = {f"aerostack_dynamic.typed.{name}" for name in (*package.__all__, "Request")}
    return names - {*sdk} - again


def found(name: str) -> Any:
    """What a dotted name leads to. Raises AttributeError or ImportError."""
    parts, rest = name.split("."), []
    while True:
        try:
            value: Any = importlib.import_module(".".join(parts))
            break
        except ModuleNotFoundError:
            rest.insert(0, parts.pop())
    for part in rest:
        value = getattr(value, part)
    return value


def test_the_reference_has_every_public_name_once() -> None:
    shown = [name for text in PAGES.values() for name in re.findall(r"^::: (\S+)$", text, re.MULTILINE)]
    assert sorted(shown) == sorted({*shown})
    for name in shown:
        found(name)
    # A module that is shown shows all of its names.
    whole = {name for name in shown if inspect.ismodule(found(name))}
    assert whole == {"aerostack_dynamic.sdk.models"}
    missing = {name for name in public_names() - {*shown} if name.rpartition(".")[0] not in whole}
    assert missing == set()
    assert {*shown} - public_names() - whole == {"aerostack_dynamic._operation.ApiOperation"}
    with pytest.raises(AttributeError):
        found("aerostack_dynamic.Nothing")


def test_the_reference_has_every_argument_of_a_client() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGES["reference/client.md"], re.MULTILINE)
    for client in (Client, AsyncClient):
        assert [name for name in inspect.signature(client).parameters if name != "self"] == rows


# ---- the comparison


def beside(name: str) -> ModuleType:
    """A module of tools/beside."""
    spec = importlib.util.spec_from_file_location(
        "beside", ROOT / "tools" / "beside" / "__init__.py", submodule_search_locations=[]
    )
    assert spec
    assert spec.submodule_search_locations is not None
    spec.submodule_search_locations.append(str(ROOT / "tools" / "beside"))
    sys.modules.setdefault("beside", importlib.util.module_from_spec(spec))
    return importlib.import_module(f"beside.{name}")


def test_what_was_measured_of_this_package_still_holds() -> None:
    told = ("checks", "answers", "trouble")
    code = f"import json; from beside.measures import MEASURES; print(json.dumps({{one: MEASURES[one]('ours') for one in {told}}}))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AEROSTACK_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "tools", env=kept, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((DOCS / "comparison.json").read_text(encoding="utf-8"))["sides"]["ours"]
    assert json.loads(done.stdout.splitlines()[-1]) == {name: results[name] for name in told}


def test_the_comparison_says_what_was_measured() -> None:
    tables, results = beside("tables"), json.loads((DOCS / "comparison.json").read_text(encoding="utf-8"))
    page = PAGES["comparison.md"]
    assert tables.filled(page, results) == page
    assert {*re.findall(r"<!-- table: (\w+) -->", page)} == {*tables.TABLES}
    changed = json.loads(json.dumps(results))
    changed["sides"]["ours"]["cost"]["ratio"] += 1
    assert tables.filled(page, changed) != page
