"""The house rules, read from the source: floors, I/O at the edges, no shared state, no code from text, sizes, docs.

Each rule is a function from a module's name and text to what is wrong with it, and is shown to fail on bad examples.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "aerostack_dynamic"

# Bottom up. A module imports only from floors below its own; a package counts as one module.
FLOORS = (
    ("late names", "_late"),
    ("words", "_values _http _version"),
    ("nouns", "_errors _model _gate"),
    ("steps", "_steps"),
    (
        "lone rules",
        "_dialect _media_type _style _names _retry _formats _template _bounded _measure _events _frames _swagger _web_link _watch "
        "_parts _received _warn _yaml_fast _yaml_slow",
    ),
    ("plain rules", "_yaml _overlay _judge _content _server _recorded"),
    ("redirects, what is hidden, and recordings of other tools", "_redirect _hidden _cassette _har"),
    ("the document", "_reference _options _credential"),
    ("keywords, and what is listed", "_listed _keywords _schema_common _graph"),
    ("plain schemas", "_lower"),
    ("weights", "_weight _forms _reach _narrow"),
    ("engines", "_schema_fast _schema_slow _schema_part _schema_sets"),
    ("one part each", "_schema _shape _auth _access"),
    ("what is secret", "_mask _typed _choice _encoded"),
    ("instances, and columns", "_generate _columns"),
    ("data frames", "_dataframe"),
    ("schemas in words", "_phrases"),
    ("values in notebooks, and texts", "_html _prose"),
    ("values", "_codec _arguments _record _stream_rules"),
    ("operations in words", "_describe"),
    ("operations in notebooks", "_panels"),
    ("the teller", "_telling"),
    ("other codecs", "_xml"),
    ("all codecs", "_codecs"),
    ("bodies as given", "_given _unstyle"),
    ("what is received", "_webhook"),
    ("whole things", "_call _reader _log _carried _heads"),
    ("what lists say, what ends, examples, and words", "_paging _deprecated _example _search"),
    ("the table", "_table"),
    ("the index, and asking for streams", "_index _problems _asking"),
    ("bodies as sent", "_body"),
    ("answers", "_response"),
    ("stages", "_spec _request _result"),
    ("requests as read", "_incoming"),
    ("tokens", "_token _told"),
    ("flows of tokens", "_oauth"),
    ("what is read", "_watched"),
    ("the exchange", "_exchange _stream"),
    ("a call's life, and what few calls need", "_life _seldom"),
    ("how calls go on their way", "_course"),
    ("the spine", "_perform"),
    ("beside the spine", "_curl _links _pages _follow"),
    ("attempts under way", "_flight"),
    ("I/O", "_cache _http1 _fetch _files _waiting _network _tls _loops _saving _usage _recordings _serving"),
    ("what recordings tell", "_used"),
    ("connections", "_transport _routes _unread"),
    ("families", "_httpx2 _aiohttp"),
    ("transports by name", "_families"),
    ("attempts", "_attempt"),
    ("drivers", "_driver _load"),
    ("sessions", "_session _streams _lists _missing"),
    ("what calls are made of", "_calling"),
    ("ways to an answer", "_ways"),
    ("what operations share", "_caller"),
    ("operations", "_operation"),
    ("groups", "_group"),
    ("clients", "_client"),
    ("what is asked of users", "_asked"),
    ("what typed clients are made of", "typed"),
    ("typed clients", "v1_0_0 v1_5_0"),
    ("the typed face", "_face"),
    ("wings", "__init__ __main__ auth sdk testing compare sandbox cli explore stubs transports"),
)
FLOOR = {room: number for number, (_, rooms) in enumerate(FLOORS) for room in rooms.split()}
TITLES = [title for title, _ in FLOORS]
EDGES, WINGS = TITLES.index("I/O"), TITLES.index("wings")
# The command is made of the other wings.
MAY_IMPORT_WINGS = {"cli", "__main__"}

# Modules that reach sockets, files, threads or clocks; and below, those of which some names don't.
IO_MODULES = (
    "socket ssl select selectors asyncio subprocess signal time tempfile shutil sqlite3 multiprocessing concurrent "
    "http urllib.request socketserver mmap fcntl anyio trio httpcore httpx2 aiohttp uvicorn starlette"
)
IO_SAVE = {
    "io": "BytesIO StringIO IOBase RawIOBase BufferedIOBase TextIOBase SEEK_SET SEEK_CUR SEEK_END UnsupportedOperation",
    "os": "PathLike fspath",
    "threading": "Lock RLock",
}
IO_CALLS = {*"open input print read_text read_bytes write_text write_bytes unlink mkdir sleep".split()}
# Room below the edges -> the call it may make.
IO_BELOW = {"_content": "open"}  # a file is opened when its body is sent, by the iterator that the transport drains

# External module -> the rooms that may import it; a name ending in * stands for all that begin so.
KEPT_IN = {
    "httpx": ("_http",),
    "jsonschema": ("_schema*",),
    "jsonschema_rs": ("_schema*",),
    "lxml": ("_xml",),
    **dict.fromkeys(("numpy", "pandas", "polars", "pyarrow"), ("_dataframe",)),
    "pytest": ("testing",),
    "yaml": ("_yaml_slow", "_cassette", "compare"),
    "yaml12": ("_yaml_fast",),
    "openapi_core": ("_schema*", "sandbox"),  # the sandbox judges independently of the client
}

MUTABLE = {"list", "dict", "set", "bytearray", "defaultdict", "OrderedDict", "Counter", "deque", "ChainMap"}
MUTABLE |= {"WeakKeyDictionary", "WeakValueDictionary", "WeakSet", "SimpleNamespace", "local"}
CODE_MAKERS = {"exec", "eval", "compile", "__import__"}
# What makes objects of bytes, or looks names up in a text: none may be given a document's.
UNPICKLERS = {
    f"{module}.{name}" for module in ("pickle", "marshal", "dill", "shelve") for name in ("load", "loads", "open", "Unpickler")
}
UNPICKLERS |= {f"yaml.{name}" for name in ("load", "load_all", "full_load", "unsafe_load", "unsafe_load_all")}
FILLERS = {"format", "format_map", "substitute", "safe_substitute", "vformat"}
CLASS_MAKERS = {"new_class", "make_dataclass", "create_model", "FunctionType", "CodeType"}

# What a tool writes is as long as the document that it is written for; its check in the gate tells whether it is what the tool writes.
GENERATED = "# Written by `tools/"
LONGEST_FILE, LONGEST_FUNCTION, USUAL_FUNCTION, USUAL_SHARE = 500, 40, 22, 0.9


class Import(NamedTuple):
    """One imported module: `room` is its first part within the package, None outside; `module` the dotted name."""

    line: int
    room: str | None
    module: str
    names: tuple[str, ...]


def dotted(package: list[str], node: ast.ImportFrom) -> list[str]:
    """The absolute parts of what a `from ... import` names, in a module of `package`."""
    above = [PACKAGE, *package] if node.level else []
    above = above[: len(above) - node.level + 1] if node.level else above
    return above + (node.module.split(".") if node.module else [])


def from_import(package: list[str], node: ast.ImportFrom) -> Iterator[Import]:
    """A `from ... import` in a module of `package`; what is imported from the package's root may be modules."""
    parts, names = dotted(package, node), tuple(alias.name for alias in node.names)
    if parts[0] != PACKAGE:
        yield Import(node.lineno, None, ".".join(parts), names)
    elif len(parts) > 1:
        yield Import(node.lineno, parts[1], ".".join(parts), names)
    else:
        for name in names:
            yield Import(node.lineno, name if name in FLOOR or name.startswith("_") else "__init__", PACKAGE, (name,))


def plain_import(line: int, name: str) -> Import:
    """`import name`, `import_module("name")`, or `Later("name")`."""
    parts = name.split(".")
    room = None if parts[0] != PACKAGE else parts[1] if len(parts) > 1 else "__init__"
    return Import(line, room, name, ())


def imports(name: str, source: str) -> Iterator[Import]:
    """Every import in the module `name`: those in functions and under TYPE_CHECKING too."""
    package = name.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from from_import(package, node)
        elif isinstance(node, ast.Import):
            yield from (plain_import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "Later") and node.args:
            target = str(getattr(node.args[0], "value", ""))
            yield plain_import(node.lineno, PACKAGE + target if target.startswith(".") else target)


def called(node: ast.Call) -> str:
    """The last part of the name that is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def floor_faults(name: str, source: str) -> list[str]:
    """Imports from the same floor or above."""
    room = name.split(".")[0]
    if room not in FLOOR:
        return [f"{name}: on no floor"]
    faults = []
    for found in imports(name, source):
        if found.room is None or found.room == room:
            continue
        if found.room not in FLOOR:
            faults.append(f"{name}:{found.line}: imports {found.room}, which is on no floor")
        elif FLOOR[found.room] >= FLOOR[room] and room not in MAY_IMPORT_WINGS:
            there, here = TITLES[FLOOR[found.room]], TITLES[FLOOR[room]]
            faults.append(f"{name}:{found.line}: imports {found.room} ({there}) from {here}")
    return faults


def keeping_faults(name: str, source: str) -> list[str]:
    """Imports of a library outside the module that it is kept in."""
    room = name.split(".")[0]
    faults = []
    for found in imports(name, source):
        rooms = KEPT_IN.get(found.module.split(".")[0], ()) if found.room is None else ()
        if rooms and not any(room == kept or (kept[-1] == "*" and room.startswith(kept[:-1])) for kept in rooms):
            faults.append(f"{name}:{found.line}: {found.module} is imported only in {', '.join(rooms)}")
    return faults


def io_allowed(module: str) -> set[str] | None:
    """The names of `module` that do no I/O; None where the module isn't one that does."""
    if module in IO_SAVE:
        return set(IO_SAVE[module].split())
    return set() if any(f"{module}.".startswith(f"{name}.") for name in IO_MODULES.split()) else None


def io_faults(name: str, source: str) -> list[str]:
    """I/O below the edges: imports of what does it, and calls by the names it goes by."""
    room = name.split(".")[0]
    if FLOOR.get(room, 0) >= EDGES:
        return []
    whole: dict[str, set[str]] = {}
    faults = []
    for found in imports(name, source):
        allowed = io_allowed(found.module) if found.room is None else None
        if allowed is None:
            continue
        if allowed and not found.names:
            whole[found.module] = allowed
        elif not (allowed and set(found.names) <= allowed):
            faults.append(f"{name}:{found.line}: {found.module} does I/O")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) in IO_CALLS and IO_BELOW.get(room) != called(node):
            faults.append(f"{name}:{node.lineno}: {called(node)}() does I/O")
        if isinstance(node, ast.Attribute) and node.attr not in whole.get(ast.unparse(node.value), {node.attr}):
            faults.append(f"{name}:{node.lineno}: {ast.unparse(node)} does I/O")
    return faults


def module_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported, those in `if`, `try` and `with` too; not those of classes."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from module_statements(getattr(node, part, []))


def state_faults(name: str, source: str) -> list[str]:
    """State that all users of a module share: mutable containers at module level, and `global`."""
    tree = ast.parse(source)
    literal = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    faults = [f"{name}:{node.lineno}: global" for node in ast.walk(tree) if isinstance(node, ast.Global)]
    for node in module_statements(tree.body):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = [ast.unparse(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]
        mutable = isinstance(node.value, literal) or (isinstance(node.value, ast.Call) and called(node.value) in MUTABLE)
        if mutable and targets != ["__all__"]:
            faults.append(f"{name}:{node.lineno}: {targets[0]} is a mutable container")
    return faults


def is_fixed(node: ast.expr) -> bool:
    """Whether a text is written in the source: a literal, or a constant, or one of a constant's members."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def code_faults(name: str, source: str) -> list[str]:
    """Code, classes or objects made of text while the program runs. Methods called `compile` and the like make none."""
    faults = [
        f"{name}:{found.line}: {found.module}.{one} makes objects of bytes"
        for found in imports(name, source)
        for one in found.names
        if f"{found.module}.{one}" in UNPICKLERS
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            if ast.unparse(node.func) in UNPICKLERS:
                faults.append(f"{name}:{node.lineno}: {ast.unparse(node.func)}() makes objects of bytes")
            if isinstance(node.func, ast.Attribute) and node.func.attr in FILLERS and not is_fixed(node.func.value):
                faults.append(f"{name}:{node.lineno}: {ast.unparse(node.func)}() fills in a text that may not be the package's own")
            what = ast.unparse(node.func).removeprefix("builtins.")
            classes = what == "type" and len(node.args) + len(node.keywords) > 1
            if classes or what in CODE_MAKERS or called(node) in CLASS_MAKERS:
                faults.append(f"{name}:{node.lineno}: {what}() makes code")
    return faults


def body_lengths(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, line and lines of the body, docstring left out, of every function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield node.name, node.lineno, (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def size_faults(name: str, source: str) -> list[str]:
    """Files and functions that are too long."""
    lines = len(source.splitlines())
    faults = [f"{name}: {lines} lines"] if lines > LONGEST_FILE and not source.startswith(GENERATED) else []
    lengths = list(body_lengths(source))
    return faults + [f"{name}:{line}: {what} has {size} lines" for what, line, size in lengths if size > LONGEST_FUNCTION]


def needs_docstring(node: ast.AST) -> bool:
    """A public function or class, unless it repeats one that is described: an overload, a setter, an override."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
        return False
    decorators = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
    return not decorators & {"overload", "override", "setter", "deleter"}


def docstring_faults(name: str, source: str) -> list[str]:
    """Public modules, classes, functions and methods without a docstring; generated ones have what their document says."""
    if source.startswith(GENERATED):
        return []
    tree = ast.parse(source)
    faults = [] if ast.get_docstring(tree) else [f"{name}: no docstring"]
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    while scopes:
        for node in scopes.pop().body:
            if needs_docstring(node):
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                faults += [] if ast.get_docstring(node) else [f"{name}:{node.lineno}: {node.name} has no docstring"]
                scopes += [node] if isinstance(node, ast.ClassDef) else []
    return faults


Check = Callable[[str, str], list[str]]
CHECKS: tuple[Check, ...] = (
    floor_faults,
    keeping_faults,
    io_faults,
    state_faults,
    code_faults,
    size_faults,
    docstring_faults,
)


def modules(folder: str) -> dict[str, str]:
    """Name -> text of the modules in `folder`; a package's own module is `package.__init__`."""
    root = ROOT / folder
    paths = sorted(path for path in root.rglob("*.py") if "__pycache__" not in path.parts)
    return {".".join(path.relative_to(root).with_suffix("").parts): path.read_text(encoding="utf-8") for path in paths}


def share_within(lengths: list[int], limit: int) -> float:
    """The share of `lengths` that are at most `limit`."""
    return sum(length <= limit for length in lengths) / len(lengths)


@pytest.mark.parametrize("check", CHECKS)
def test_the_package_keeps_the_rule(check: Check) -> None:
    found = modules(PACKAGE)
    assert found
    faults = [fault for name, source in found.items() for fault in check(name, source)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("folder", ["tools", "tests"])
def test_tools_and_tests_are_small_as_well(folder: str) -> None:
    found = modules(folder)
    assert found
    faults = [fault for name, source in found.items() for fault in size_faults(name, source)]
    assert not faults, "\n" + "\n".join(faults)


def test_nine_in_ten_functions_are_short() -> None:
    lengths = [size for source in modules(PACKAGE).values() for _, _, size in body_lengths(source)]
    assert share_within(lengths, USUAL_FUNCTION) >= USUAL_SHARE


def test_every_floor_is_lived_on() -> None:
    rooms = {name.split(".")[0] for name in modules(PACKAGE)}
    assert not {room for room in FLOOR if FLOOR[room] < WINGS} - rooms, "rooms that are on a floor and in no file"
    assert sum(len(names.split()) for _, names in FLOORS) == len(FLOOR), "a room is on two floors"


LONG = "\n".join(["def f():", '    """D."""', *["    x = 1"] * 41])

BAD = [
    (floor_faults, "_names", "from ._schema import x"),
    (floor_faults, "_names", "from ._media_type import x"),
    (floor_faults, "_names", "from . import _schema"),
    (floor_faults, "_names", "from aerostack_dynamic import _schema"),
    (floor_faults, "_names", "import aerostack_dynamic._schema"),
    (floor_faults, "_names", "import aerostack_dynamic"),
    (floor_faults, "_names", "from . import Client"),
    (floor_faults, "_names", "def f():\n    from ._schema import x"),
    (floor_faults, "_names", "if TYPE_CHECKING:\n    from ._schema import x"),
    (floor_faults, "_names", "import importlib\nimportlib.import_module('aerostack_dynamic._schema')"),
    (floor_faults, "_names", "importlib.import_module('._schema', __package__)"),
    (floor_faults, "_names", "from ._nowhere import x"),
    (floor_faults, "_nowhere", ""),
    (floor_faults, "sandbox._store", "from ..sdk import x"),
    (floor_faults, "sandbox._store", "from .. import sdk"),
    (floor_faults, "sdk.models.__init__", "from ...testing import x"),
    (floor_faults, "__init__", "from .sandbox import Sandbox"),
    (keeping_faults, "_client", "import httpx"),
    (keeping_faults, "sandbox._server", "from httpx import Client"),
    (keeping_faults, "_client", "from jsonschema.validators import x"),
    (keeping_faults, "_spec", "if TYPE_CHECKING:\n    import jsonschema_rs"),
    (keeping_faults, "_client", "def f():\n    import openapi_core"),
    (io_faults, "_codec", "import socket"),
    (io_faults, "_codec", "socket = Later('socket')"),
    (io_faults, "_codec", "from time import monotonic"),
    (io_faults, "_codec", "from urllib.request import urlopen"),
    (io_faults, "_codec", "import concurrent.futures"),
    (io_faults, "_codec", "def f():\n    import asyncio"),
    (io_faults, "_codec", "from io import BytesIO, open"),
    (io_faults, "_codec", "import os\nx = os.environ"),
    (io_faults, "_codec", "from threading import Thread"),
    (io_faults, "_codec", "open('x')"),
    (io_faults, "_codec", "path.read_bytes()"),
    (io_faults, "_codec", "print(1)"),
    (io_faults, "_content", "path.read_bytes()"),
    (state_faults, "_codec", "CACHE = {}"),
    (state_faults, "_codec", "CACHE: Final[dict[str, int]] = dict()"),
    (state_faults, "_codec", "if x:\n    names = [1]"),
    (state_faults, "_codec", "try:\n    import x\nexcept ImportError:\n    names = {1}"),
    (state_faults, "_codec", "seen = weakref.WeakKeyDictionary()"),
    (state_faults, "_codec", "names = [name for name in 'ab']"),
    (state_faults, "_codec", "def f():\n    global x\n    x = 1"),
    (code_faults, "_codec", "exec('x = 1')"),
    (code_faults, "_codec", "def f():\n    return eval('1')"),
    (code_faults, "_codec", "builtins.compile('1', 'x', 'eval')"),
    (code_faults, "_codec", "type('X', (), {})"),
    (code_faults, "_codec", "__import__('os')"),
    (code_faults, "_codec", "pickle.loads(content)"),
    (code_faults, "_codec", "from pickle import loads"),
    (code_faults, "_codec", "yaml.load(content, Loader=Mine)"),
    (code_faults, "_codec", "description.format(operation)"),
    (code_faults, "_codec", "operation.summary.format_map(names)"),
    (code_faults, "_codec", "string.Template(text).substitute(names)"),
    (code_faults, "_codec", "dataclasses.make_dataclass('X', [])"),
    (size_faults, "_codec", "\n" * (LONGEST_FILE + 1)),
    (size_faults, "_codec", LONG),
    (size_faults, "v1_0_0", f"{GENERATED}x.py`\n{LONG}"),
    (docstring_faults, "_codec", "x = 1"),
    (docstring_faults, "_codec", '"""M."""\ndef f(): ...'),
    (docstring_faults, "_codec", '"""M."""\nclass C:\n    """C."""\n    async def f(self): ...'),
    (docstring_faults, "_codec", '"""M."""\nclass C: ...'),
]

GOOD = [
    (floor_faults, "_spec", "from ._schema import x\nfrom . import _errors\nimport json"),
    (
        floor_faults,
        "sandbox._store",
        "from ._answer import x\nfrom . import _files\nfrom .. import _errors\nfrom .._load import y",
    ),
    (floor_faults, "cli", "from .sandbox import Sandbox\nfrom . import sdk"),
    (keeping_faults, "_http", "import httpx"),
    (keeping_faults, "_schema_slow", "import jsonschema"),
    (keeping_faults, "sandbox._judge", "from openapi_core import Config"),
    (
        io_faults,
        "_codec",
        "from io import BytesIO\nimport os\nx = os.fspath\nfrom threading import Lock\nfrom urllib.parse import quote",
    ),
    (io_faults, "_transport", "import socket\nopen('x')"),
    (
        state_faults,
        "_codec",
        "__all__ = ['x']\nX = ('a',)\nY = MappingProxyType({'a': 1})\nclass C:\n    x = [1]\ndef f():\n    y = []",
    ),
    (code_faults, "_codec", "re.compile('x')\nself.compile(x)\ntype(x)\n_TEXTS['a'].format(x)\n'{}'.format(x)\njson.loads(x)"),
    (size_faults, "_codec", LONG.removesuffix("\n    x = 1")),
    (size_faults, "v1_0_0", f"{GENERATED}x.py`\n" + "x = 1\n" * 501),
    (
        docstring_faults,
        "_codec",
        '"""M."""\ndef _f(): ...\nclass _C:\n    def f(self): ...\ndef g():\n    """G."""\n    def h(): ...',
    ),
]


@pytest.mark.parametrize(("check", "name", "source"), BAD)
def test_the_rule_can_fail(check: Check, name: str, source: str) -> None:
    assert check(name, source)


@pytest.mark.parametrize(("check", "name", "source"), GOOD)
def test_the_rule_can_pass(check: Check, name: str, source: str) -> None:
    assert check(name, source) == []


def test_the_rule_on_short_functions_can_fail() -> None:
    assert share_within([1] * 8 + [23] * 2, USUAL_FUNCTION) < USUAL_SHARE <= share_within([22] * 9 + [23], USUAL_FUNCTION)
