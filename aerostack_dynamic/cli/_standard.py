"""A document held against the standard, by openapi-spec-validator: its schema for each version, and rules that a schema can't say.

Nothing is fetched and no file is read: other files are those that were loaded with the document. What the validator does not know, or
stumbles over, is said beside what it finds.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from .._values import Problem, as_array, is_array, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from .._load import Spec
    from .._reference import Document

_CLASSES: Final = MappingProxyType(
    {
        "2.0": "OpenAPIV2SpecValidator",
        "3.0": "OpenAPIV30SpecValidator",
        "3.1": "OpenAPIV31SpecValidator",
        "3.2": "OpenAPIV32SpecValidator",
    }
)
# Relative names are joined to addresses of kinds that are known to have such; nothing is read by way of it.
_BASE: Final = "file:///"
_MOST: Final = 500
_SECONDS: Final = 120.0
_HEAD, _TAIL = 100, 160
# A compiled engine adds the whole schema and the whole value to what it says.
# How the rules tell of a parameter of the path that is not declared.
_OPERATION: Final = re.compile(r"for '(\w+)' operation in '(.+)' was not resolved")
_FURTHER: Final = re.compile(r"\n\n(?:Failed validating|On instance).*", re.DOTALL)


def standard_problems(spec: Spec) -> tuple[list[Problem], str]:
    """What the standard does not allow, an error each and at most 500; and what of the document was not judged, empty for all."""
    import openapi_spec_validator  # noqa: PLC0415  # it takes a fifth of a second
    from jsonschema_path import SchemaPath  # noqa: PLC0415  # as above

    document = spec.document
    validator: Any = getattr(openapi_spec_validator, _CLASSES.get(spec.openapi[:3], ""), None)
    if validator is None:
        return [], f"openapi-spec-validator does not know version {printable(spec.openapi, 20)}, and did not judge the document"
    path: Any = SchemaPath.from_dict(document.written, base_uri=f"{_BASE}{quote(document.name)}", handlers=_Files(document))
    found: dict[Problem, None] = {}
    try:
        with _bounded(_SECONDS):
            for problem in _faults(validator(path), document):
                if len(found) == _MOST:
                    return [*found], f"the standard does not allow more than these {_MOST}, of which no more is told"
                found[problem] = None
    except _TookLong:
        return [*found], f"openapi-spec-validator had not ended after {_SECONDS:g} s, and did not try all of its rules"
    except Exception as error:  # whatever it meets in a document that is not as it expects
        told = printable(f"{type(error).__name__}: {error}", _HEAD)
        return [*found], f"openapi-spec-validator stumbled over the document ({told}), and did not try all of its rules"
    return [*found], ""


class _TookLong(BaseException):
    """No Exception: what is stopped catches those."""


@contextmanager
def _bounded(seconds: float) -> Generator[None, None, None]:
    """Raises _TookLong when what is within takes longer: patterns and nested schemas of a document may make it take for ever.

    By the signal of the system's timer, which regular expressions heed as well. Without such signals (on Windows, and in other threads
    than the main one) there is no limit but Ctrl-C.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        raise _TookLong

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _faults(validator: Any, document: Document) -> Iterator[Problem]:
    """What is wrong by the schema of the standard, then by the rules beside it, which do not say where in the document they are."""
    for error in validator.schema_validator.iter_errors(document.written):
        yield Problem("document", json_pointer(*error.absolute_path), _message(error), "standard")
    places: _Places | None = None
    for error in validator.root_validator(validator.schema_path):
        places = places or _Places(document)
        pointer, own = places.of(error)
        yield Problem("document", pointer, own + _message(error), "standard")


class _Places:
    """Where in a document and its files the arrays and objects are that errors speak of."""

    def __init__(self, document: Document) -> None:
        self._nodes: list[tuple[str, Any]] = []
        waiting: list[tuple[str, Any]] = [("", document.written), *((f"{name}#", one) for name, one in document.files.items())]
        while waiting:
            pointer, node = waiting.pop()
            self._nodes.append((pointer, node))
            inner: Iterable[tuple[str | int, Any]] = node.items() if is_object(node) else enumerate(as_array(node))
            waiting += [(pointer + json_pointer(key), one) for key, one in inner if is_object(one) or is_array(one)]
        self._pointers = {id(node): pointer for pointer, node in self._nodes}

    def of(self, error: Any) -> tuple[str, str]:
        """The pointer to what an error speaks of, empty where that is not known, and what of it is wrong.

        A schema's own default is judged by that schema, which stands in the document; a schema by the standard's, from its own root on.
        """
        if id(error.schema) in self._pointers:
            own = "its default: " if is_object(error.schema) and "default" in error.schema else ""
            return self._pointers[id(error.schema)], own
        if id(error.instance) in self._pointers:
            return self._pointers[id(error.instance)], ""
        if named := _OPERATION.search(str(error.message)):
            return json_pointer("paths", named[2], named[1]), ""
        path = [*error.absolute_path]
        found = [pointer for pointer, node in self._nodes if _within(node, path) is error.instance] if path else []
        return (found[0] + json_pointer(*path) if len(found) == 1 else ""), ""


def _within(node: Any, path: Sequence[str | int]) -> Any:
    """What a path leads to from an array or object, an object of its own where there is nothing."""
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return path
    return node


class _Files(Mapping[str, "Callable[[str], Any]"]):
    """What gives the validator other files, for every kind of address: those of the document, and no others."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __getitem__(self, scheme: str) -> Callable[[str], Any]:
        return self._read

    def __contains__(self, scheme: object) -> bool:
        return True  # for a kind that it does not find here the validator would open the address itself

    def __iter__(self) -> Iterator[str]:
        return iter(("file",))

    def __len__(self) -> int:
        return 1

    def _read(self, address: str) -> Any:
        name = unquote(address.removeprefix(_BASE).partition("#")[0])
        with suppress(KeyError):
            return self._document.files[name]
        raise LookupError(f"{printable(address, _HEAD)} is not among the document's files")


def _message(error: Any) -> str:
    text = " ".join(_FURTHER.sub("", str(error.message)).split())
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} ... {text[-_TAIL:]}"
    return printable(text, _HEAD + _TAIL + 5)
