"""Type checkers accept what is right, and flag what is wrong: mypy and pyright, both strict, each in one run over one folder."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aerostack_dynamic import Spec, versions
from aerostack_dynamic.stubs import write_stub

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MISTAKES = (HERE / "mistakes.py").read_text(encoding="utf-8").splitlines()
WRONG = [number for number, line in enumerate(MISTAKES, 1) if line.endswith("# wrong")]
# What stubtest can't know: what typing_extensions adds to a TypedDict, and how a type checker is told that `__getattr__` is not for it.
ALLOWED = (
    r"aerostack_dynamic\..*Input\.__(closed|extra_items|mutable_keys|readonly_keys)__",
    r"aerostack_dynamic\.typed\.(TypedRecord|TypedClient|AsyncTypedClient)\.__getattr__",
    r"aerostack_dynamic\._face\.(Async)?DynamicClient\.__getattr__",
)
# Pages whose Python examples mypy accepts, except for what they show to be a mistake.
PAGES = (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in ("answers", "index", "pages", "record", "stream", "types")))
# Examples are short, and say of their own functions no more than they must.
LOOSE = "# mypy: allow-untyped-defs, allow-untyped-calls, no-strict-equality"
# What no example of the documents gives.
FILES = {"storage_upload": {"file": b"content"}}


class Verdict(NamedTuple):
    """What a checker said: (file name, line) -> message."""

    errors: dict[tuple[str, int], str]

    def of(self, name: str) -> dict[int, str]:
        return {line: text for (file, line), text in self.errors.items() if file == name}


def calls(version: str) -> Iterator[str]:
    """A call of every operation of a document with its example, on both clients."""
    module = f"v{version.replace('.', '_')}"
    yield f"from aerostack_dynamic.{module} import AsyncClient, Client"
    lines = []
    for operation in Spec.bundled(version).operations.values():
        given = operation.example() | FILES.get(operation.name, {})
        missing = {one.name for one in operation.arguments if one.required} - {*given}
        assert not missing, (operation, missing)
        given.pop("stream", None)
        lines.append(f"{operation.dotted}({', '.join(f'{name}={value!r}' for name, value in given.items())})")
    yield "def waits(client: Client) -> None:"
    yield from (f"    client.{line}" for line in lines)
    yield "async def awaits(client: AsyncClient) -> None:"
    yield from (f"    await client.{line}" for line in lines)


def write_pages(folder: Path) -> None:
    """The examples of the pages, those under one heading as one script, with the client that one of them writes and imports."""
    spec = importlib.util.spec_from_file_location("examples_of_pages", ROOT / "tools" / "readme_examples.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    folder.mkdir()
    for page in PAGES:
        for number, text in enumerate(tool.scripts(page.read_text(encoding="utf-8")).values()):
            (folder / f"page_{page.stem.lower()}_{number}.py").write_text(f"{text}\n{LOOSE}\n", encoding="utf-8")
    (folder / "shop.py").write_text(write_stub(Spec.bundled("1.0.0"), "Shop"), encoding="utf-8")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    folder = tmp_path_factory.mktemp("checked")
    for name in ("uses.py", "mistakes.py"):
        shutil.copy(HERE / name, folder)
    for version in versions():
        (folder / f"calls_{version.replace('.', '_')}.py").write_text("\n".join(calls(version)) + "\n", encoding="utf-8")
    (folder / "odd_client.py").write_text(write_stub(Spec.load(ODD), "Odd"), encoding="utf-8")
    (folder / "odd_uses.py").write_text(ODD_USES, encoding="utf-8")
    write_pages(folder / "pages")
    settings = {"include": ["*.py"], "strict": ["."], "pythonVersion": "3.10", "reportUnusedExpression": False}
    # Types of untyped classes without their arguments are what some users write.
    settings |= {"reportMissingTypeArgument": False, "reportPrivateUsage": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYRIGHT_PYTHON")}
    variables |= {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    options = ["--strict", "--output", "json", "--python-version", "3.10", "--cache-dir", str(ROOT / ".mypy_cache" / "typed")]
    mypy = subprocess.Popen([sys.executable, "-m", "mypy", *options, *files], cwd=folder, stdout=subprocess.PIPE, text=True)
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    pyright = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300)
    told, _ = mypy.communicate(timeout=300)
    found = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    by_mypy = {(one["file"], one["line"]): one["message"] for one in found if one["severity"] == "error"}
    problems = json.loads(pyright.stdout)["generalDiagnostics"]
    by_pyright = {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1): one["message"]
        for one in problems
        if one["severity"] == "error"
    }
    return {"mypy": Verdict(by_mypy), "pyright": Verdict(by_pyright)}


# A document of names and texts that are hard to write in Python.
ODD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": 'A "client" \\', "version": "1"},
    "paths": {
        "/pets/{self}": {
            "post": {
                "operationId": "list",
                "tags": ["class"],
                "parameters": [{"name": "self", "in": "path", "required": True, "schema": {"enum": ["a\"'\\", "b"]}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                    "204": {"description": ""},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "nullable": True},
            "Cat": {
                "type": "object",
                "required": ["kind", "in"],
                "properties": {
                    "kind": {"const": "cat"},
                    "in": {"type": "string"},
                    "date": {"type": "string", "format": "date"},
                    "list": {"type": "array", "items": {"type": "string", "format": "date"}},
                    "kitten": {"$ref": "#/components/schemas/Cat"},
                },
            },
            "Dog": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": "dog"}, "data": {"additionalProperties": {"type": ["integer", "null"]}}},
            },
        }
    },
}
ODD_USES = """
from datetime import date
from typing import Optional
from odd_client import AsyncOdd, Cat, Odd

def uses(client: Odd) -> Optional[Cat]:
    answer = client.class_.list(self="b", kind="cat", in_="x", date=date.today(), list_=["2020-01-01"], kitten={"kind": "cat", "in": "y"})
    if answer is None:
        return None
    if answer.kind == "dog":
        return None if (answer.data or {}).get("a") == 3 else None
    day: date | None = answer.date
    names: list[str] | None = answer.list
    client.class_.list(self="b", kitten=answer)
    print(day, names, answer.in_)
    return answer.kitten

async def asynchronous(client: AsyncOdd) -> None:
    await client.class_.list(self="c")  # wrong
"""


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_what_is_right_is_accepted(verdicts: dict[str, Verdict], checker: str) -> None:
    wrong = {ODD_USES.splitlines().index(next(line for line in ODD_USES.splitlines() if line.endswith("# wrong"))) + 1}
    errors = verdicts[checker].errors
    said = {place: text for place, text in errors.items() if place[0] != "mistakes.py" and not place[0].startswith("pages/")}
    assert {*said} == {("odd_uses.py", line) for line in wrong}, said


def test_examples_of_the_pages_pass_mypy(verdicts: dict[str, Verdict]) -> None:
    said = [text for (name, _), text in verdicts["mypy"].errors.items() if name.startswith("pages/")]
    assert [text for text in said if '"modle"' not in text] == []
    assert len(said) == sum(page.read_text(encoding="utf-8").count(".ai_chat(modle=") for page in PAGES) == 1


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_every_mistake_is_flagged_and_nothing_else(verdicts: dict[str, Verdict], checker: str) -> None:
    assert len(WRONG) >= 30
    assert sorted(verdicts[checker].of("mistakes.py")) == WRONG


def test_stubtest_finds_nothing(tmp_path: Path) -> None:
    modules = [f"aerostack_dynamic.{name}" for name in ("typed", "_face", "v1_0_0", "v1_5_0")]
    (tmp_path / "allowed").write_text("\n".join(ALLOWED), encoding="utf-8")
    options = ["--mypy-config-file", str(ROOT / "pyproject.toml"), "--allowlist", str(tmp_path / "allowed"), "--concise"]
    command = [sys.executable, "-m", "mypy.stubtest", *options, "--ignore-unused-allowlist", *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_name_that_is_declared_is_there() -> None:
    import aerostack_dynamic.v1_5_0 as module

    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    with module.Client("k") as client:
        for node in classes["Client"].body:
            if isinstance(node, ast.AnnAssign):
                group = getattr(client, ast.unparse(node.target))
                members = [one.name for one in classes[ast.unparse(node.annotation)].body if isinstance(one, ast.FunctionDef)]
                assert members == [*client.spec.groups[ast.unparse(node.target)]]
                for member in members:
                    operation = getattr(group, member)
                    declared = classes[f"{ast.unparse(node.annotation)}"]
                    assert declared is not None
                    assert all(hasattr(operation, name) for name in ("raw", "stream", "pages", "items", "prepare", "curl"))
    assert all(hasattr(module, name) for name in classes)
