"""The closed surface: what the package exports is a written list, and what isn't on it lives in private modules."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import aerostack_dynamic

ROOT = Path(aerostack_dynamic.__file__).resolve().parent

# A name is added here, to `__all__` and to the changelog in one change; one is removed only in a major version.
EXPORTS = frozenset(
    {
        "AerostackError",
        "ApiDeprecationWarning",
        "ArgumentsError",
        "ArgumentsWarning",
        "AsyncClient",
        "AsyncListing",
        "AsyncStream",
        "AuthenticationError",
        "BadRequestError",
        "BodyPart",
        "Client",
        "Codec",
        "ColumnWarning",
        "ConflictError",
        "CredentialsError",
        "Drift",
        "Event",
        "Format",
        "Listing",
        "NoResponseError",
        "NotFoundError",
        "Operation",
        "PermissionDeniedError",
        "Problem",
        "RateLimitError",
        "Record",
        "Response",
        "ResponseError",
        "RetryPolicy",
        "RetryState",
        "ServerError",
        "Spec",
        "SpecError",
        "StatusError",
        "Stream",
        "StreamError",
        "Timeout",
        "TimeoutError",
        "UNSET",
        "UnprocessableEntityError",
        "Validation",
        "Webhook",
        "WebhookError",
        "__version__",
        "versions",
    }
)
PUBLIC_MODULES = {
    "__init__",
    "__main__",
    "auth",
    "cli",
    "compare",
    "explore",
    "sandbox",
    "sdk",
    "stubs",
    "testing",
    "transports",
    "typed",
    "v1_0_0",
    "v1_5_0",
}


def exported(source: str) -> list[str] | None:
    """The names in the `__all__` of a module; None without one."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def order_fault(names: list[str]) -> str | None:
    """What is wrong with the order of `names`, if anything."""
    return None if names == sorted(set(names)) else f"should be {sorted(set(names))}"


def public_rooms(names: list[str]) -> set[str]:
    """Those files and folders of a package that a user may import from."""
    rooms = {name.removesuffix(".py") for name in names if name.endswith(".py") or "." not in name}
    return {room for room in rooms if room.startswith("__init__") or room == "__main__" or not room.startswith("_")}


def test_the_exports_are_the_written_list() -> None:
    assert aerostack_dynamic.__all__ == sorted(EXPORTS)


def test_every_export_is_there_and_shown() -> None:
    assert set(dir(aerostack_dynamic)) >= EXPORTS
    missing = [name for name in EXPORTS if not hasattr(aerostack_dynamic, name)]
    assert not missing


def test_nothing_else_public_is_shown() -> None:
    shown = {name for name in dir(aerostack_dynamic) if not name.startswith("_")}
    assert shown <= EXPORTS | PUBLIC_MODULES


def test_every_list_of_exports_is_sorted() -> None:
    lists = {path: exported(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}
    faults = [f"{path}: {order_fault(names)}" for path, names in lists.items() if names is not None and order_fault(names)]
    assert not faults


@pytest.mark.parametrize("path", sorted(ROOT.rglob("__init__.py")), ids=lambda path: path.parent.name)
def test_every_package_lists_its_exports(path: Path) -> None:
    names = exported(path.read_text(encoding="utf-8"))
    assert names is not None
    module = importlib.import_module(".".join(path.parent.relative_to(ROOT.parent).parts))
    assert [name for name in names if not hasattr(module, name)] == []


def test_modules_are_private_but_for_the_wings() -> None:
    assert public_rooms([path.name for path in ROOT.iterdir()]) - {"py"} <= PUBLIC_MODULES


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "py.typed").read_bytes() == b""


def test_the_checks_can_fail() -> None:
    assert exported("x = 1") is None
    assert exported("__all__ = ['b', 'a']") == ["b", "a"]
    assert order_fault(["b", "a"])
    assert order_fault(["a", "a"])
    assert order_fault(["A", "B", "a"]) is None
    found = public_rooms(["__init__.py", "_a.py", "new.py", "wing", "_bundled", "py.typed", "__pycache__"])
    assert found == {"__init__", "new", "wing"}
